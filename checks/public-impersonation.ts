import type {Grant} from '../src/access/grants.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import {isTakeover} from '../src/graph/arcs.ts';
import {CONFIDENCE} from '../src/graph/rights.ts';
import type {Reached} from '../src/graph/search.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import type {Change} from '../src/remediation/change.ts';
import {isTemporary} from '../src/queries/gains.ts';
import {bindingRef, causeOfGrant, lowered} from '../src/queries/grant-hits.ts';
import {lowerBound} from '../src/queries/lower-bound.ts';
import {Outsiders} from '../src/queries/outsiders.ts';
import {sizeOf} from '../src/queries/owned.ts';
import {poweredNumbers} from '../src/queries/powered.ts';
import {canGain, isPublic} from '../src/queries/who.ts';
import type {World} from '../src/world.ts';

/** Who of a bound member comes from outside. */
type Strangers = {kind: 'public' | 'outside'} | {kind: 'members'; members: Principal[]};

export default defineCheck({
	id: 'public-impersonation',
	title: 'Everybody, or somebody from outside the organization, can become a service account',
	severity:
		'critical for allUsers and allAuthenticatedUsers, high for outsiders; one lower where the grant ends by itself',
	on: 'the strongest account that can be become',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['impersonation', 'privilege escalation'],
	practice: [20],
	why: 'Nobody here decides who such people are, when they leave, or whether they use a second factor; for allAuthenticatedUsers any Google account of the world will do.',
	fix: 'Remove the binding; let partners in by accounts of the organization or by workforce federation.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#privilege-escalation',
		'https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains',
	],
	example: {
		fires: 'allAuthenticatedUsers, or a contractor’s private account, has Service Account Token Creator on an account.',
		silent: 'The contractor’s domain is among the configured domains, or what he may do leads to no account.',
	},
	inspect(world) {
		const outsiders = new Outsiders(world);
		const hits: Hit[] = [];
		const unknown = new Set<string>();
		let examined = 0;
		for (const member of world.grants.members()) {
			const held = world.grants.of(member);
			if (!held.some(grant => grant.cls.escalates)) continue;
			examined++;
			if (member.kind !== 'group' && !isPublic(member) && outsiders.of(member).is === 'inside') continue;
			if (!canGain(world, member)) continue;
			const strangers = strangersIn(world, outsiders, member, unknown);
			if (!strangers) continue;
			for (const grant of new Set(held.filter(one => one.cls.escalates))) {
				const ranges = reachedBy(world, grant, member);
				if (ranges.length > 0) hits.push(hitOf(world, grant, member, strangers, ranges, outsiders));
			}
		}
		return {examined, hits, unknown: [...unknown].toSorted()};
	},
});

function strangersIn(
	world: World,
	outsiders: Outsiders,
	member: Principal,
	unknown: Set<string>,
): Strangers | undefined {
	if (isPublic(member)) return {kind: 'public'};
	const own = outsiders.of(member);
	if (own.is === 'outside') return {kind: 'outside'};
	if (own.is === 'unknown') unknown.add(own.because);
	if (member.kind !== 'group') return undefined;
	const all = world.access.memberships.membersOf(member);
	if (!all.some(one => outsiders.of(one).is === 'outside')) return undefined;
	const members = all.filter(one => outsiders.of(one).is === 'outside' && canGain(world, one));
	return members.length > 0 ? {kind: 'members', members} : undefined;
}

/** Ranges of accounts in scope that the member reaches, if it begins with this grant. */
function reachedBy(world: World, grant: Grant, member: Principal): Reached[] {
	const first = world.arcs.ofGrant(member, grant, member).filter(arc => !isTakeover(arc));
	if (first.length === 0) return [];
	const {ranges} = world.search.from(member, {first, rewriteCost: 0, noFirstRewrite: true});
	if (world.inventory.scopes.length === 0) return ranges;
	return ranges.filter(({lo, hi}) => world.order.accounts.slice(lo, hi).some(({project}) => project?.inScope ?? true));
}

/** The strongest account of the nearest ways: by power, then in order. */
function strongest(world: World, ranges: readonly Reached[]): {account: ServiceAccount; reached: Reached} {
	const {order, powers} = world;
	const powered = poweredNumbers(world);
	let best: {account: ServiceAccount; reached: Reached; rank: number} | undefined;
	for (const reached of ranges) {
		let at = lowerBound(powered, reached.lo);
		for (; at < powered.length && powered[at]! < reached.hi; at++) {
			const account = order.accounts[powered[at]!]!;
			const rank = powers.of(account.principal).possible[0]!.rank;
			if (!best || rank > best.rank) best = {account, reached, rank};
		}
	}
	return best ?? {account: order.accounts[ranges[0]!.lo]!, reached: ranges[0]!};
}

function hitOf(
	world: World,
	grant: Grant,
	member: Principal,
	strangers: Strangers,
	ranges: readonly Reached[],
	outsiders: Outsiders,
): Hit {
	const {account, reached} = strongest(world, ranges);
	const severity = strangers.kind === 'public' ? 'critical' : 'high';
	const people = strangers.kind === 'members' ? strangers.members.map(one => one.member).toSorted() : [];
	const {binding} = grant;
	return {
		severity: ranges.every(range => isTemporary(world, range)) ? lowered(severity) : severity,
		confidence: CONFIDENCE[reached.sure]!,
		resource: account.name,
		principal: member.member,
		cause: causeOfGrant(grant, member),
		path: () => world.explainer.path(reached.from, account, {grant}),
		detail() {
			const targets = sizeOf(ranges);
			const others = targets > 1 ? ` and ${targets - 1} more` : '';
			const who =
				people.length > 0
					? `${people[0]!}${people.length > 1 ? ` and ${people.length - 1} more ${people.length === 2 ? 'outsider' : 'outsiders'}` : ''}, by ${member.member},`
					: member.member;
			const from =
				strangers.kind === 'public' ? 'Anybody' : `Outside ${outsiders.domains.join(', ') || 'the organization'}`;
			return {
				message: `${from}: ${who} can become ${account.email}${others} by ${binding.role} on ${binding.resource.name}.`,
				evidence: {
					bindingOn: binding.resource.name,
					role: binding.role,
					principals: people.length > 0 ? people.length : 1,
					...(people.length > 0 && {outsiders: people.slice(0, 20)}),
					ownDomains: outsiders.domains,
					targets,
					hops: reached.hops,
				},
				fix: fixOf(world, grant, member, people),
			};
		},
	};
}

function fixOf(
	world: World,
	grant: Grant,
	member: Principal,
	people: readonly string[],
): {summary: string; changes: Change[]} {
	const {binding, entitlement} = grant;
	const all = world.access.memberships.membersOf(member).length;
	// Where everybody in it is from outside, the group is theirs.
	if (people.length > 0 && people.length < all) {
		return {
			summary: `Take ${people.length === 1 ? people[0]! : `the ${people.length} outsiders`} out of ${member.member} and what lies in it. If a domain is the organization's own, add it to domains in the configuration.`,
			changes: people.flatMap(one => leaving(world, member, one)),
		};
	}
	if (entitlement) {
		const summary = `Take ${member.member} off the eligible users of ${entitlement.name}. No single change ends it: edit the entitlement.`;
		return {summary, changes: []};
	}
	return {
		summary: `Remove ${binding.role} from ${member.member} on ${binding.resource.name}. If it is one of the organization's own, add its domain to domains in the configuration.`,
		changes: [{op: 'remove-binding', ...bindingRef(grant, member)}],
	};
}

/** Out of each group that lists a person and lies in a bound one. */
function leaving({inventory, access}: World, bound: Principal, member: string): Change[] {
	return [...inventory.groups.values()]
		.filter(group => group.members.some(one => one.member === member))
		.filter(group => access.memberships.setsOf(group.principal).includes(bound))
		.map(({principal}): Change => ({op: 'remove-group-member', group: principal.member, member}))
		.toSorted((a, b) => ((a as {group: string}).group < (b as {group: string}).group ? -1 : 1));
}
