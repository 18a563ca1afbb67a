/** Accounts that hand out credentials of others: brokers. */
import type {Grant} from '../access/grants.ts';
import type {RoleClass} from '../access/role-class.ts';
import {DIRECT, MINTING} from '../graph/escalations.ts';
import type {Range} from '../graph/order.ts';
import type {Sureness} from '../graph/rights.ts';
import {compare} from '../inventory/coverage.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';
import {accountsByPrincipal} from './account-of.ts';
import {sizeOf, without} from './owned.ts';

/** An account that can mint tokens for two or more others. */
export interface Broker {
	account: ServiceAccount;
	grants: Grant[];
	ranges: Range[];
	sure: Sureness;
}

/** Enabled accounts in scope that are brokers, by e-mail. Service agents are Google's own. */
export function brokers(world: World): Broker[] {
	return minters(world)
		.filter(({disabled, kind, project}) => !disabled && kind !== 'service-agent' && (project?.inScope ?? true))
		.flatMap(account => brokerOf(world, account) ?? []);
}

const PERMISSIONS = DIRECT.filter(escalation => escalation.mints).map(({permission}) => permission);
const mints = ({watched}: RoleClass): boolean => PERMISSIONS.some(permission => watched.has(permission));

/** Accounts that some grant lets mint tokens, by themselves or by a set of which the members are known; by e-mail. */
function minters(world: World): ServiceAccount[] {
	const {grants, access} = world;
	const accounts = accountsByPrincipal(world);
	const byRole = new Map<RoleClass, boolean>();
	const found = new Set<ServiceAccount>();
	for (const {cls, binding} of grants.grants) {
		let known = byRole.get(cls);
		if (known === undefined) byRole.set(cls, (known = mints(cls)));
		if (!known) continue;
		for (const member of binding.members) {
			const principals = member.kind === 'serviceAccount' ? [member] : access.memberships.membersOf(member);
			for (const principal of principals) {
				const account = accounts.get(principal);
				if (account) found.add(account);
			}
		}
	}
	return [...found].sort((a, b) => compare(a.email, b.email));
}

function brokerOf(world: World, account: ServiceAccount): Broker | undefined {
	const {access, grants, order, rights} = world;
	const {principal} = account;
	const own = order.numberOf(account);
	const self = own === undefined ? [] : [{lo: own, hi: own + 1}];
	const used: Grant[] = [];
	const ranges: Range[] = [];
	let sure: Sureness = 0;
	for (const set of access.memberships.setsOf(principal)) {
		for (const grant of grants.of(set)) {
			if (!grant.cls.escalates || grant.entitlement || !mints(grant.cls)) continue;
			for (const {lo, hi, masks} of rights.reachable(principal, grant, MINTING)) {
				const best = ([2, 1, 0] as const).find(level => masks[level] & MINTING);
				const left = best === undefined ? [] : without({lo, hi}, self);
				if (left.length === 0) continue;
				ranges.push(...left);
				if (!used.includes(grant)) used.push(grant);
				if (best! > sure) sure = best!;
			}
		}
	}
	return sizeOf(ranges) >= 2 ? {account, grants: used, ranges, sure} : undefined;
}
