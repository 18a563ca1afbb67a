/** How one account holds what it holds: the bindings, and the changes that take them from this account alone. */
import type {Grant} from '../access/grants.ts';
import {containerTarget} from '../access/evaluate.ts';
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {BindingRef, Change} from '../remediation/change.ts';
import type {World} from '../world.ts';

type Holder = Pick<ServiceAccount, 'principal'>;

/** Grants on containers that an account holds, by itself or a set of its, unless their condition is certainly false. */
export function grantsOnContainers(world: World, {principal}: Holder): Grant[] {
	const {access, grants} = world;
	const held = access.memberships.setsOf(principal).flatMap(set => grants.of(set));
	return [...new Set(held)].filter(({binding, entitlement}) => {
		const {container, isContainer} = binding.resource;
		if (entitlement || !isContainer || !container) return false;
		return access.conditionOn(binding, containerTarget(container), '')?.value !== 'false';
	});
}

/**
 * Of some grants, those that would still make an account editor-like or more at one of the containers: each by itself,
 * then together.
 */
export function stillAdministering(world: World, grants: readonly Grant[], at: readonly Container[]): Grant[] {
	const {classes} = world;
	const alone = ({cls, binding}: Grant): boolean =>
		cls.editorLike || cls.owner || (cls.organizationAdmin && binding.resource.container?.kind === 'organization');
	const enough = grants.filter(alone);
	const rest = new Set(grants.filter(grant => !alone(grant)).toSorted(byShareOfEditor));
	for (const container of at) {
		const here = [...rest].filter(({binding}) => {
			const {order, end} = binding.resource.container!;
			return order <= container.order && container.order < end;
		});
		while (classes.unionOverlap(here.map(grant => grant.cls)) >= classes.editorThreshold) {
			const grant = here.shift()!;
			enough.push(grant);
			rest.delete(grant);
		}
	}
	return enough;
}

const byShareOfEditor = (a: Grant, b: Grant): number => b.cls.editorOverlap - a.cls.editorOverlap;

/** Each grant by the members of it through which the account holds it. */
export function bindingsOf(world: World, {principal}: Holder, grants: readonly Grant[]): BindingRef[] {
	const sets = world.access.memberships.setsOf(principal);
	return grants.flatMap(({binding}) => {
		const {resource, role, condition} = binding;
		return sets
			.filter(set => binding.members.includes(set))
			.map(({member}) => ({resource: resource.name, role, member, ...(condition && {condition})}));
	});
}

/** Takes bindings from an account: where it holds one by a group it leaves the group, since others are in it too. */
export function taking(world: World, account: Holder, bindings: readonly BindingRef[]): Change[] {
	const changes = bindings.flatMap((binding): Change[] => {
		const groups = binding.member.startsWith('group:') ? groupsThrough(world, account, binding.member) : [];
		if (groups.length > 0)
			return groups.map(group => ({op: 'remove-group-member', group, member: account.principal.member}));
		return [{op: 'remove-binding', ...binding}];
	});
	return distinct(changes);
}

/** Groups that list the account itself and are, or lie in, the bound one. */
function groupsThrough(world: World, account: Holder, bound: string): string[] {
	const {inventory, access} = world;
	return [...inventory.groups.values()]
		.filter(group => group.members.includes(account.principal))
		.filter(group => access.memberships.of(group.principal).some(({set}) => set.member === bound))
		.map(group => group.principal.member)
		.toSorted();
}

/** Two bindings of one group are left by one change. */
function distinct(changes: readonly Change[]): Change[] {
	return [...new Map(changes.map(change => [JSON.stringify(change), change])).values()];
}
