/** Members of pools and the accounts that bindings let them become: what the federation checks ask about. */
import type {Grant} from '../access/grants.ts';
import {parseFederated} from '../access/sets.ts';
import type {Hit} from '../check.ts';
import {issuingOf} from '../federation/federation.ts';
import type {PoolMember} from '../federation/member.ts';
import type {Provider} from '../federation/provider.ts';
import {CONFIDENCE, type Sureness} from '../graph/rights.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {BindingRef} from '../remediation/change.ts';
import type {Confidence} from '../report.ts';
import type {World} from '../world.ts';

/** A binding that lets an external identity, or a set of them, become accounts. */
export interface FederatedGrant {
	member: Principal;
	grant: Grant;
	/** Undefined for workforce pools, Kubernetes pools and whatever is spelled in no known way. */
	pool: PoolMember | undefined;
	/** Providers whose tokens make somebody the member at present. */
	providers: readonly Provider[];
	/** In scope, the most powerful first, then by name. Never empty. */
	accounts: readonly ServiceAccount[];
	sure: Sureness;
}

const found = new WeakMap<World, readonly FederatedGrant[]>();

/** All of them, members by name, then in policy order. */
export function federatedGrants(world: World): readonly FederatedGrant[] {
	let grants = found.get(world);
	if (!grants) found.set(world, (grants = find(world)));
	return grants;
}

function find(world: World): FederatedGrant[] {
	const {arcs, federation, grants} = world;
	const members = [...grants.members()].filter(
		member => parseFederated(member) !== undefined && world.access.cannotAct(member) === undefined,
	);
	return members
		.toSorted((a, b) => (a.member < b.member ? -1 : 1))
		.flatMap(member => {
			const byGrant = new Map<Grant, {numbers: Set<number>; sure: Sureness}>();
			for (const arc of arcs.of(member)) {
				if (arc.kind !== 'become' || arc.member !== member) continue;
				const known = byGrant.get(arc.grant) ?? {numbers: new Set(), sure: arc.sure};
				for (let number = arc.lo; number < arc.hi; number++) known.numbers.add(number);
				byGrant.set(arc.grant, {numbers: known.numbers, sure: Math.max(known.sure, arc.sure) as Sureness});
			}
			const pool = federation.member(member);
			const known = pool && federation.pools.get(pool.pool);
			const providers = known ? issuingOf(known) : [];
			return [...byGrant]
				.toSorted((a, b) => a[0].index - b[0].index)
				.flatMap(([grant, {numbers, sure}]): FederatedGrant[] => {
					const accounts = byPower(world, numbers);
					return accounts.length > 0 ? [{member, grant, pool, providers, accounts, sure}] : [];
				});
		});
}

function byPower(world: World, numbers: Iterable<number>): ServiceAccount[] {
	const rank = ({principal}: ServiceAccount): number => world.powers.of(principal).possible[0]?.rank ?? -1;
	return [...numbers]
		.map(number => world.order.accounts[number]!)
		.filter(account => account.project?.inScope ?? true)
		.toSorted((a, b) => rank(b) - rank(a) || (a.name < b.name ? -1 : 1));
}

/** The binding as a change names it. */
export function bindingOf({grant: {binding}, member}: Pick<FederatedGrant, 'grant' | 'member'>): BindingRef {
	const {resource, role, condition} = binding;
	return {resource: resource.name, role, member: member.member, ...(condition && {condition})};
}

/** What stays the same of a hit about a binding, whatever the question: the cause, who gains and how sure that is. */
export function hitOf(given: FederatedGrant, [strongest]: readonly ServiceAccount[]): Omit<Hit, 'severity' | 'detail'> {
	const {resource, role, condition} = given.grant.binding;
	return {
		confidence: confidenceOf(given.sure),
		resource: strongest!.name,
		principal: given.member.member,
		cause: {
			resource: resource.name,
			role,
			member: given.member.member,
			...(condition && {condition: condition.expression}),
		},
	};
}

export const confidenceOf = (sure: Sureness): Confidence => CONFIDENCE[sure]!;

/** The same evidence for all of them: the binding, how many accounts, and the first twenty. */
export function evidenceOf(given: FederatedGrant, accounts: readonly ServiceAccount[]): Record<string, unknown> {
	return {
		bindingOn: given.grant.binding.resource.name,
		role: given.grant.binding.role,
		targets: accounts.length,
		examples: accounts.slice(0, 20).map(account => account.email),
		providers: given.providers.map(provider => provider.name),
	};
}

/** ` and 3 other accounts`, or nothing. */
export function othersOf(accounts: readonly ServiceAccount[]): string {
	if (accounts.length < 2) return '';
	return ` and ${accounts.length - 1} other ${accounts.length === 2 ? 'account' : 'accounts'}`;
}
