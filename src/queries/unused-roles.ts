/** Roles of accounts that nothing has used, as far as Google's recommender or audit logs prove it, and that are still granted. */
import type {UnusedRole} from '../evidence/google-insights.ts';
import {judgeUse} from '../evidence/views.ts';
import type {Binding, Container, ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';
import {unusedSince} from './live-keys.ts';
import {RolesInLogs, type RoleUse} from './roles-in-logs.ts';

/** One binding that its account does not need; at least one of `said` and `seen` says so. */
export interface Unused {
	binding: Binding;
	/** What Google says of it. */
	said: UnusedRole | undefined;
	/** What audit logs say of it; `used`: some call that other roles of the account allow as well. */
	seen: RoleUse | undefined;
}

/** `unknown`: why silence about some role proves nothing. */
export function unusedRoles(world: World): {found: ReadonlyMap<ServiceAccount, Unused[]>; unknown: string[]} {
	const found = saidByGoogle(world);
	const {inventory, evidence} = world;
	if (!inventory.containers.some(container => evidence.hasLogs(container))) {
		return {found: listed(found), unknown: insightHoles(world)};
	}
	const logs = new RolesInLogs(world);
	const used = usedByGoogle(world);
	const isUsed = (account: ServiceAccount, binding: Binding): boolean =>
		used.size > 0 && used.has(keyOf(account, binding));
	const holes = {insights: new Set<string>(), logs: new Set<string>()};
	/** By the number of the member; without those that are not judged. */
	const accounts: ServiceAccount[] = [];
	for (const account of inventory.accounts.values())
		if (account.read && isJudged(world, account)) accounts[account.principal.index] = account;
	for (const {bindings, resource} of inventory.policies.values()) {
		for (const binding of bindings) {
			for (const {index} of binding.members) {
				const account = accounts[index];
				if (!account) continue;
				const known = found.size > 0 ? found.get(account)?.get(binding) : undefined;
				const seen = judge(world, logs, account, binding);
				if (seen?.kind === 'unknown' && !isUsed(account, binding)) {
					const {container} = resource;
					const hole = container?.inScope ? insightHole(world, container) : undefined;
					if (hole !== undefined) holes.insights.add(hole);
					// Of what lies nobody knows where, Google was not asked either.
					if (hole !== undefined || !container) holes.logs.add(seen.reason);
				}
				if (known) known.seen = seen;
				else if (seen?.kind === 'unused' && !isUsed(account, binding))
					note(found, account, {binding, said: undefined, seen});
			}
		}
	}
	// The most recent use wins: of what was used since, nothing that Google saw before is proof.
	for (const [account, ofAccount] of found)
		for (const [binding, {said, seen}] of ofAccount)
			if (
				seen?.kind === 'used' &&
				said!.replaceBy.length === 0 &&
				isOnlyWay(world, logs, account, binding, seen.service)
			)
				ofAccount.delete(binding);
	return {found: listed(found), unknown: [...holes.insights, ...holes.logs]};
}

type Found = Map<ServiceAccount, Map<Binding, Unused>>;

function note(found: Found, account: ServiceAccount, unused: Unused): void {
	let bindings = found.get(account);
	if (!bindings) found.set(account, (bindings = new Map()));
	if (!bindings.has(unused.binding)) bindings.set(unused.binding, unused);
}

function listed(found: Found): Map<ServiceAccount, Unused[]> {
	return new Map(
		[...found].flatMap(([account, bindings]) => (bindings.size > 0 ? [[account, [...bindings.values()]]] : [])),
	);
}

const keyOf = ({email}: ServiceAccount, {resource, role, condition}: Binding): string =>
	[email, resource.name, role, condition?.expression ?? ''].join('\u0000');

/** Old enough to have used what it has, and able to. */
function isJudged(world: World, account: ServiceAccount): boolean {
	if (account.disabled || account.kind === 'service-agent' || !(account.project?.inScope ?? true)) return false;
	const {created} = world.evidence.ageOf(account);
	return created === undefined || created <= unusedSince(world);
}

/** What Google says is unused; only what some policy still grants. */
function saidByGoogle(world: World): Found {
	const found: Found = new Map();
	// Recommendations first: they know what to grant instead.
	const said = world.evidence.google.unusedRoles.toSorted((a, b) =>
		a.by === b.by ? 0 : a.by === 'recommendation' ? -1 : 1,
	);
	for (const one of said) {
		const {account} = one;
		if (!isJudged(world, account)) continue;
		const binding = world.inventory.policies
			.get(one.resource)
			?.bindings.find(
				({role, members, condition}) =>
					role === one.role && (condition?.expression ?? '') === one.expression && members.includes(account.principal),
			);
		if (binding) note(found, account, {binding, said: one, seen: undefined});
	}
	return found;
}

/** Bindings of which Google saw some permission used within the window. */
function usedByGoogle(world: World): ReadonlySet<string> {
	const since = unusedSince(world);
	const used = world.evidence.google.usedRoles.filter(({to}) => to === undefined || to > since);
	return new Set(
		used.map(({account, resource, role, expression}) => [account.email, resource, role, expression].join('\u0000')),
	);
}

/** Undefined: the account itself is unused, which is a finding of its own, or the role grants nothing. */
function judge(world: World, logs: RolesInLogs, account: ServiceAccount, binding: Binding): RoleUse | undefined {
	const {evidence} = world;
	const since = unusedSince(world);
	const use = logs.judge(account, binding);
	if (use === undefined || use.kind === 'used') return use;
	if ((evidence.lastUse(account) ?? -Infinity) <= since) {
		const whole = judgeUse(evidence.account(account), since, {name: account.email, project: account.project});
		if (whole.kind === 'unused') return undefined;
		if (whole.kind === 'unknown') return whole;
	}
	const {created, before} = evidence.ageOf(account);
	if ((created ?? before ?? Infinity) > since)
		return {kind: 'unknown', reason: `the age of ${account.email} is not known`};
	return use;
}

/** Whether no other binding lets an account call a service, so that calls of it prove this one used. */
function isOnlyWay(world: World, logs: RolesInLogs, account: ServiceAccount, own: Binding, service: string): boolean {
	const sets = new Set(world.access.memberships.setsOf(account.principal));
	for (const {bindings} of world.inventory.policies.values())
		for (const binding of bindings)
			if (binding !== own && binding.members.some(member => sets.has(member)) && logs.isFor(binding.role, service))
				return false;
	return true;
}

const TYPES = ['google.iam.policy.Recommender', 'google.iam.policy.Insight'] as const;

/** Why Google's word about unused roles in a container is missing; undefined: one of both types was read. */
function insightHole({inventory}: World, container: Container): string | undefined {
	const standings = TYPES.map(type => inventory.coverage.standing('insights', container, type));
	if (standings.some(({status}) => status === 'complete')) return undefined;
	return standings[0]!.reason ?? `insights of ${container.key} were not read`;
}

/** The same of all containers where accounts have roles. */
function insightHoles(world: World): string[] {
	const holes = new Set<string>();
	const seen = new Set<Container>();
	for (const member of world.grants.members()) {
		if (member.kind !== 'serviceAccount') continue;
		for (const {binding} of world.grants.of(member)) {
			const {container} = binding.resource;
			if (!container?.inScope || seen.has(container)) continue;
			seen.add(container);
			const hole = insightHole(world, container);
			if (hole !== undefined) holes.add(hole);
		}
	}
	return [...holes];
}
