/** Bindings by which members hold roles, anywhere: whatever the role enables, and on every kind of resource. */
import type {Binding} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';

/**
 * Bindings in scope that name any of some members, by member, in policy order. One pass over all policies, however
 * many members are asked for.
 */
export function directGrants({inventory}: World, members: Iterable<Principal>): ReadonlyMap<Principal, Binding[]> {
	const found = new Map<Principal, Binding[]>();
	const wanted = new Uint8Array(inventory.principals.all.length);
	let any = false;
	for (const {index} of members) {
		wanted[index] = 1;
		any = true;
	}
	if (!any) return found;
	for (const {resource, bindings} of inventory.policies.values()) {
		if (!(resource.container?.inScope ?? true)) continue;
		for (const binding of bindings) {
			for (const member of binding.members) {
				if (wanted[member.index] === 0) continue;
				const known = found.get(member);
				if (!known) found.set(member, [binding]);
				else if (known.at(-1) !== binding) known.push(binding);
			}
		}
	}
	return found;
}
