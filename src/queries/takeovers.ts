/**
 * Who can rewrite what decides about power: the allow policy of a container or an account, a custom role that he
 * holds, or the membership of a group. Whoever owns it anyway is left out.
 */
import type {Grant} from '../access/grants.ts';
import {covers, type Pair} from '../access/power.ts';
import type {RoleClass} from '../access/role-class.ts';
import {accountArc, type AssumeArc, type RewriteArc} from '../graph/arcs.ts';
import {DIRECT, ENTITLING, ROLE_UPDATE, SETS_POLICY} from '../graph/escalations.ts';
import {CERTAIN, CONDITIONAL, type Sureness} from '../graph/rights.ts';
import {type Reached, startOf, type Visit} from '../graph/search.ts';
import type {Container, Group} from '../inventory/model.ts';
import {IAM} from '../inventory/names.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';
import {type Gains, Judge} from './gains.ts';
import {openings} from './openings.ts';
import {ownedRanges, without} from './owned.ts';
import {canGain} from './who.ts';

interface Common {
	/** As bound, or as the group lists it. */
	member: Principal;
	sure: Sureness;
	/** It leads to owner-like power over a project or above. */
	owner: boolean;
}

/** Rewriting policies of containers: all those at or below the place of the grant, or just it. */
export interface ContainerTakeover extends Common {
	kind: 'container';
	grant: Grant;
	containers: Container[];
	last: Visit;
}

export interface AccountTakeover extends Common {
	kind: 'account';
	grant: Grant;
	gains: Gains;
}

/** Rewriting a custom role that the actor holds on a container. */
export interface RoleTakeover extends Common {
	kind: 'role';
	grant: Grant;
	/** The member, or one of its members that holds the role by another set. */
	actor: Principal;
	holds: Grant;
	container: Container;
	last: Visit;
}

export interface GroupTakeover extends Common {
	kind: 'group';
	group: Group;
	/** How membership is written: by an owner or manager, or by whoever likes to. */
	by: 'owner' | 'manager' | 'joining';
	gained: {level: string; container: Container};
	last: Visit;
}

export type Takeover = ContainerTakeover | AccountTakeover | RoleTakeover | GroupTakeover;

const OPENS = [
	...DIRECT.filter((_, bit) => SETS_POLICY & (1 << bit)).map(({permission}) => permission),
	...ENTITLING.permissions,
];

/** All of them: by binding in the order in which members are named, then groups in order of their names. */
export function takeovers(world: World): {examined: number; found: Takeover[]} {
	const judge = new Judge(world);
	const found: Takeover[] = [];
	let examined = 0;
	const byRole = new Map<RoleClass, boolean>();
	const isOpening = ({cls}: Grant): boolean => {
		let known = byRole.get(cls);
		if (known === undefined) byRole.set(cls, (known = opens(cls)));
		return known;
	};
	for (const member of world.grants.members()) {
		const held = world.grants.of(member);
		if (!held.some(isOpening)) continue;
		const opening = held.filter(isOpening);
		if (!canGain(world, member)) continue;
		examined += opening.length;
		const arcs = world.arcs.alone(member, member).filter(arc => arc.kind === 'rewrite');
		for (const grant of new Set(opening)) {
			const one =
				ofContainers(world, grant, member, arcs) ??
				ofRoles(world, grant, member, arcs) ??
				ofAccounts(world, judge, grant, member);
			if (one) found.push(one);
		}
	}
	const groups = ofGroups(world);
	return {examined: examined + world.inventory.groups.size, found: [...found, ...groups]};
}

/** Whether a role lets somebody rewrite anything. */
function opens({rewrites, updatesRoles, watched}: RoleClass): boolean {
	if (rewrites.project || rewrites.folder || rewrites.organization || updatesRoles) return true;
	return OPENS.some(permission => watched.has(permission));
}

function ofContainers(
	world: World,
	grant: Grant,
	member: Principal,
	arcs: readonly RewriteArc[],
): ContainerTakeover | undefined {
	const rewritten = arcs.filter(
		arc =>
			arc.grant === grant && !arc.holds && arc.container.inScope && !world.powers.isOwnerLike(member, arc.container),
	);
	const [best] = rewritten.toSorted((a, b) => Number(a.limited) - Number(b.limited) || b.sure - a.sure);
	if (!best) return undefined;
	const containers = [...new Set(rewritten.map(arc => arc.container))].toSorted((a, b) => a.order - b.order);
	const sure = best.limited ? (Math.min(best.sure, CONDITIONAL) as Sureness) : best.sure;
	return {kind: 'container', member, grant, containers, sure, owner: !best.limited, last: visitOf(member, best)};
}

/** A visit after one rewriting. */
function visitOf(actor: Principal, arc: RewriteArc): Visit {
	return {
		kind: 'container',
		actor,
		account: undefined,
		container: arc.container,
		hops: 1,
		sure: arc.sure,
		from: startOf(actor),
		isEnd: !arc.limited,
		arc,
	};
}

function ofAccounts(world: World, judge: Judge, grant: Grant, member: Principal): AccountTakeover | undefined {
	const owned = ownedRanges(world, member);
	const from = startOf(member);
	const ranges: Reached[] = [];
	for (const {lo, hi, masks} of world.rights.reachable(member, grant, SETS_POLICY)) {
		const sure = ([2, 1, 0] as const).find(level => masks[level] & SETS_POLICY);
		if (sure === undefined) continue;
		for (const range of without({lo, hi}, owned)) {
			const arc = accountArc('become', range.lo, range.hi, sure, grant, member);
			ranges.push({...range, hops: 1, sure, ends: world.arcs.ends(arc), from, arc});
		}
	}
	const gains = judge.gains(member, ranges, []);
	const {best} = gains;
	return (
		best && {kind: 'account', member, grant, gains, sure: best.sure, owner: best.gained[0]!.level === 'owner-like'}
	);
}

/** A custom role held by the same set, or by another set of one of the members that may rewrite it. */
function ofRoles(world: World, grant: Grant, member: Principal, arcs: readonly RewriteArc[]): RoleTakeover | undefined {
	const {access, grants, powers, rights} = world;
	const at = grant.binding.resource.container;
	if (!grant.cls.updatesRoles || !grant.binding.resource.isContainer || !at || powers.isOwnerLike(member, at))
		return undefined;
	const alone = arcs.filter(
		arc => arc.grant === grant && arc.holds && arc.container.inScope && !powers.isOwnerLike(member, arc.container),
	);
	const candidates = alone.map(arc => ({actor: member, arc}));
	if (candidates.length === 0) {
		for (const actor of member.kind === 'group' ? access.memberships.membersOf(member) : [member]) {
			if (!canGain(world, actor)) continue;
			for (const set of access.memberships.setsOf(actor)) {
				if (set === member) continue;
				for (const holds of grants.holdingCustom(set)) {
					const owner = world.inventory.customRoles.get(holds.binding.role)?.owner;
					const {container, isContainer} = holds.binding.resource;
					if (!owner || !container?.inScope || !isContainer || powers.isOwnerLike(actor, container)) continue;
					if (owner.order < at.order || owner.order >= at.end) continue;
					const right = rights.rewrites(actor, grant, owner, ROLE_UPDATE.permission);
					if (!right) continue;
					const arc: RewriteArc = {
						kind: 'rewrite',
						container,
						grant,
						member,
						holds,
						sure: right.sure,
						limited: false,
					};
					candidates.push({actor, arc});
				}
			}
		}
	}
	const [best] = candidates.toSorted(
		(a, b) =>
			b.arc.sure - a.arc.sure ||
			a.arc.container.order - b.arc.container.order ||
			a.arc.holds!.index - b.arc.holds!.index,
	);
	if (!best) return undefined;
	const {actor, arc} = best;
	return {
		kind: 'role',
		member,
		actor,
		grant,
		holds: arc.holds!,
		container: arc.container,
		sure: arc.sure,
		owner: true,
		last: visitOf(actor, arc),
	};
}

/** Canonical name of a custom role. */
export function roleResource(role: string): string {
	return IAM + role;
}

function ofGroups(world: World): GroupTakeover[] {
	const {inventory, access, config} = world;
	const found: GroupTakeover[] = [];
	const domains = [...inventory.domains, ...config.domains];
	let reach: ReadonlyMap<Principal, Pair> | undefined;
	for (const group of inventory.groups.values()) {
		// Who is a member has the group's power already: it only shares it.
		const leaders: {member: Principal; by: GroupTakeover['by']}[] = group.unlisted.map(member => ({
			member,
			by: group.owners.includes(member) ? 'owner' : 'manager',
		}));
		if (group.joining === 'open' && domains.length > 0) {
			const text = `domain:${domains[0]!}`;
			const domain = inventory.principals.find(text);
			// Nothing is granted to a domain that nothing names.
			const member = domain ?? {member: text, kind: 'domain', value: domains[0]!, index: -1};
			leaders.push({member, by: 'joining'});
		}
		for (const {member, by} of leaders) {
			const isNamed = member.index >= 0;
			if (!canGain(world, member)) continue;
			if (by === 'joining' && isNamed && access.memberships.setsOf(member).includes(group.principal)) continue;
			const own = isNamed ? powerBeside(world, member, group) : [];
			const lacks = ({rank, container}: Pair): boolean =>
				!own.some(pair => pair.rank >= rank && covers(pair.container, container));
			reach ??= bestOfGroups(world);
			const gained = [
				...world.powers.of(group.principal).possible,
				...access.memberships.setsOf(group.principal).flatMap(set => reach!.get(set) ?? []),
			].filter(lacks);
			const [best] = gained.toSorted((a, b) => b.rank - a.rank || a.container.order - b.container.order);
			if (!best) continue;
			const {level, container} = best;
			const last = takenOver(member, group);
			found.push({
				kind: 'group',
				member,
				group,
				by,
				gained: {level, container},
				sure: CERTAIN,
				owner: level === 'owner-like',
				last,
			});
		}
	}
	return found;
}

/** Power that a principal certainly has by itself or by other sets than a group. */
function powerBeside({access, powers}: World, member: Principal, {principal: group}: Group): Pair[] {
	const memberships = access.memberships.of(member);
	const beside = new Set<Principal>([member]);
	// Nearest first: a set is beside the group if it is reached from one that is.
	for (const {set, via} of memberships) if (set !== group && beside.has(via)) beside.add(set);
	return powers
		.of(member)
		.certain.filter(({grants}) => grants.every(({binding}) => binding.members.some(one => beside.has(one))));
}

/** The strongest that members of each group gain by the accounts that it can become. */
function bestOfGroups(world: World): ReadonlyMap<Principal, Pair> {
	const best = new Map<Principal, Pair>();
	for (const {member, direct, chained} of openings(world)) {
		if (member.kind !== 'group') continue;
		for (const {best: target} of [direct, chained]) {
			const pair = target?.gained[0];
			const known = best.get(member);
			if (pair && (!known || pair.rank > known.rank)) best.set(member, pair);
		}
	}
	return best;
}

function takenOver(actor: Principal, group: Group): Visit {
	const {principal} = group;
	const arc: AssumeArc = {kind: 'assume', principal, escalation: 'group-membership-write', sure: CERTAIN, group};
	return {
		kind: 'principal',
		actor: principal,
		account: undefined,
		container: undefined,
		hops: 1,
		sure: CERTAIN,
		from: startOf(actor),
		isEnd: false,
		arc,
	};
}
