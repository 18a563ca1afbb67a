/** The account that a principal is, without looking up its e-mail: queries ask it of every member of every binding. */
import type {ServiceAccount} from '../inventory/model.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {World} from '../world.ts';

const computed = new WeakMap<World, PrincipalMap<ServiceAccount>>();

/** All accounts of the inventory by their principals. Computed once per world. */
export function accountsByPrincipal(world: World): PrincipalMap<ServiceAccount> {
	let known = computed.get(world);
	if (!known) {
		known = new PrincipalMap();
		for (const account of world.inventory.accounts.values()) known.set(account.principal, account);
		computed.set(world, known);
	}
	return known;
}
