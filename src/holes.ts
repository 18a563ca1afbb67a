/**
 * Holes that could hide findings, per fact: what a check that needs the fact cannot vouch for
 * (contract, "What counts as read").
 */
import {type Fact, IN_PROJECTS} from './inventory/coverage.ts';
import type {Container} from './inventory/model.ts';
import {IAM} from './inventory/names.ts';
import type {CoverageLine} from './report.ts';
import type {World} from './world.ts';

/**
 * Reasons why silence about a fact proves nothing; empty if it was read.
 * Roles and groups count only if something binds them; activity is judged per account by its checks.
 */
export function holesOf(world: World, fact: Fact): string[] {
	if (fact === 'roles') return unreadRoleLines(world).map(line => line.reason!);
	if (fact === 'groups') return openGroups(world);
	if (fact === 'activity') return [];
	return world.inventory.coverage.holes(fact, containersFor(world, fact));
}

/** What is audited, and for policies everything above it, from which grants are inherited. */
function containersFor(world: World, fact: Fact): ReadonlySet<Container> {
	const inherits = !IN_PROJECTS.has(fact);
	const wanted = new Set<Container>();
	for (const container of world.inventory.containers) {
		if (!container.inScope) continue;
		for (let at: Container | undefined = container; at && !wanted.has(at); at = inherits ? at.parent : undefined)
			wanted.add(at);
	}
	return wanted;
}

/** Groups that a grant names and whose members, however deep, were not all read. */
function openGroups(world: World): string[] {
	const {memberships} = world.access;
	const reasons: string[] = [];
	for (const member of world.grants.members()) {
		if (member.kind === 'group' && memberships.isOpen(member))
			reasons.push(`the members of ${member.member} were not all read`);
	}
	return reasons.toSorted();
}

/** One coverage line for each bound role whose permissions nobody told. */
export function unreadRoleLines(world: World): CoverageLine[] {
	return [...world.grants.unreadRoles].map(([role, bindings]) => ({
		fact: 'roles',
		scope: IAM + role,
		status: 'missing',
		records: 0,
		reason: `${role} is bound ${bindings.length === 1 ? 'once' : `${bindings.length} times`} and its permissions were not read`,
		fix: role.startsWith('roles/')
			? 'Refresh the role data; the role may be newer than this version'
			: 'Export resources with asset type iam.googleapis.com/Role',
	}));
}
