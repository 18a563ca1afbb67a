/** Bindings by which somebody may become an account directly: what to remove to end it. */
import {holesOf} from '../holes.ts';
import {DIRECT} from '../graph/escalations.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {BindingRef} from '../remediation/change.ts';
import type {World} from '../world.ts';

const ANY = (1 << DIRECT.length) - 1;

/** Why it is not known that somebody has no way in: that he lost it is only sure if all was read by which he could. */
export function wayHoles(world: World): string[] {
	return (['allowPolicies', 'roles', 'groups'] as const).flatMap(fact => holesOf(world, fact));
}

/** In policy order; empty: no binding lets it do so any more. Entitlements are no bindings. */
export function waysIn({arcs, rights, order}: World, principal: Principal, account: ServiceAccount): BindingRef[] {
	const number = order.numberOf(account);
	if (number === undefined) return [];
	const ways: BindingRef[] = [];
	for (const {grant, member} of arcs.held(principal)) {
		if (grant.entitlement) continue;
		const reached = rights.reachable(principal, grant, ANY);
		if (!reached.some(({lo, hi, masks}) => lo <= number && number < hi && masks.some(mask => mask & ANY))) continue;
		const {resource, role, condition} = grant.binding;
		ways.push({resource: resource.name, role, member: member.member, ...(condition && {condition})});
	}
	return ways;
}
