/** Accounts that hand out credentials of others: brokers. */
import type {ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';

/** An account that can mint tokens or signatures for two or more other accounts by itself. */
export interface Broker {
	account: ServiceAccount;
	/** For so many others. */
	others: number;
	/** Where that is granted: resources and roles, in policy order. */
	by: {resource: string; role: string; member: string}[];
}

/** What a broker does: the IAM Credentials API on behalf of another account. Creating keys or deploying code is no brokering. */
const MINTING = ['getAccessToken', 'getOpenIdToken', 'signBlob', 'signJwt', 'implicitDelegation'].map(
	verb => `iam.serviceAccounts.${verb}`,
);

/** All brokers in scope, by e-mail. Service agents are Google's own. */
export function brokers(world: World): Broker[] {
	const {inventory, arcs, order} = world;
	const found: Broker[] = [];
	for (const account of inventory.accounts.values()) {
		if (account.kind === 'service-agent' || account.disabled || !(account.project?.inScope ?? true)) continue;
		const own = arcs.of(account.principal).flatMap(arc => {
			if (arc.kind !== 'become' || arc.rides) return [];
			return MINTING.some(permission => arc.grant.cls.watched.has(permission)) ? [arc] : [];
		});
		const self = order.numberOf(account);
		const others = new Set<number>();
		for (const {range} of own) for (let at = range.lo; at < range.hi; at++) if (at !== self) others.add(at);
		if (others.size < 2) continue;
		const causes = new Map(own.map(({grant, member}) => [`${grant.index} ${member.member}`, {grant, member}]));
		found.push({
			account,
			others: others.size,
			by: [...causes.values()]
				.toSorted((a, b) => a.grant.index - b.grant.index)
				.map(({grant, member}) => ({
					resource: grant.binding.resource.name,
					role: grant.binding.role,
					member: member.member,
				})),
		});
	}
	return found.sort((a, b) => (a.account.email < b.account.email ? -1 : 1));
}
