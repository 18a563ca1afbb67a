/**
 * What unread workloads could hide: the code of one may lie in what somebody writes to (`CodeTies`). Without its body
 * nobody knows which bucket or repository that is, so there is no path; but silence is no proof either.
 */
import {lowerBound} from './lower-bound.ts';
import {poweredNumbers} from './powered.ts';
import {canGain} from './who.ts';
import {type Target, UNKNOWN_RESOURCE} from '../access/evaluate.ts';
import {ALL_WAYS, type Vehicle} from '../graph/modelled-vehicles.ts';
import type {Binding, Container} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';

const WAYS = ALL_WAYS.filter(({code, escalation}) => code !== undefined && escalation.strength === 'full');

const computed = new WeakMap<World, readonly string[]>();

/** The first such doubt, as a reason why a check cannot be sure that it saw all. Computed once per world. */
export function codeHoles(world: World): readonly string[] {
	let holes = computed.get(world);
	if (!holes) computed.set(world, (holes = find(world)));
	return holes;
}

function find(world: World): string[] {
	const {access, inventory} = world;
	const byRole = new Map<string, Vehicle[]>();
	const waysOf = (role: string): Vehicle[] => {
		let ways = byRole.get(role);
		if (!ways) {
			const known = access.roles.get(role);
			const holds = (permission: string): boolean => access.grants(known, permission) === 'true';
			byRole.set(role, (ways = WAYS.filter(({code}) => code!.permissions.every(holds))));
		}
		return ways;
	};
	for (const {resource, bindings} of inventory.policies.values()) {
		const {container: scope, account} = resource;
		if (!scope || account) continue;
		for (const binding of bindings) {
			const ways = waysOf(binding.role);
			if (ways.length === 0) continue;
			const target: Target = {name: '', assetType: UNKNOWN_RESOURCE, container: scope};
			if (access.conditionOn(binding, target, '')?.value === 'false') continue;
			for (const way of ways) {
				const found = firstIn(world, scope, way, binding);
				if (found) return [found];
			}
		}
	}
	return [];
}

/** The first project in which somebody could gain by code that nobody read of. */
function firstIn(world: World, scope: Container, {workloads}: Vehicle, binding: Binding): string | undefined {
	const {inventory} = world;
	for (let position = scope.order; position < scope.end; position++) {
		const project = inventory.containers[position]!;
		if (project.kind !== 'project' || !project.inScope) continue;
		const type = workloads.find(name => inventory.coverage.standing('workloads', project, name).status !== 'complete');
		if (type === undefined) continue;
		const member = binding.members.find(one => gainsIn(world, one, project));
		if (member)
			return `${member.member} may replace code in ${project.key} by ${binding.role}, and whether a workload runs it was not read (${type})`;
	}
	return undefined;
}

function gainsIn(world: World, member: Principal, project: Container): boolean {
	const {access, order, powers} = world;
	const who = member.kind.startsWith('project') ? [...access.memberships.holdersOf(member)] : [member];
	const powered = poweredNumbers(world);
	const {lo, hi} = order.below(project);
	return who.some(principal => {
		if (!canGain(world, principal) || powers.isOwnerLike(principal, project)) return false;
		for (let at = lowerBound(powered, lo); at < powered.length && powered[at]! < hi; at++) {
			const account = order.accounts[powered[at]!]!;
			if (account.principal !== principal && powers.gained(principal, account.principal).length > 0) return true;
		}
		return false;
	});
}
