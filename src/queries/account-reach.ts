/** Which accounts an account can become, whether bindings name it or only a group or set that it is in. */
import type {ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';
import {CutTable, type Flat, Reach, unionOf} from './reach.ts';
import {sourcesOf} from './sources.ts';
import {canGain} from './who.ts';

const NOTHING = new Int32Array(0);

/**
 * Disjoint ranges of account numbers, ascending: start, end, start, end... The account itself may be among them.
 * @returns asked account by account
 */
export function accountReach(world: World): (account: ServiceAccount) => Int32Array {
	const {arcs, search} = world;
	const found = new Map<Principal, readonly Flat[]>();
	for (const {principal, flats} of sourcesOf(world).all) found.set(principal, flats);
	const reach = new Reach({arcs, search, cuts: new CutTable(), wanted: NOTHING});
	const ofSet = (set: Principal): readonly Flat[] => {
		let flats = found.get(set);
		if (!flats) found.set(set, (flats = reach.of(set)));
		return flats;
	};
	return ({principal}) => {
		const known = found.get(principal);
		if (known) return unionOf(known);
		if (!canGain(world, principal) || !arcs.mayAct(principal)) return NOTHING;
		const sets = arcs.setsOf(principal);
		// What each of its sets reaches was found for the set: the same for all in it that are barred alike.
		const profile = arcs.profile(principal);
		const isShared = !arcs.joins(principal) && sets.every(set => set !== principal && arcs.profile(set) === profile);
		if (!isShared || arcs.extras(principal, sets).length > 0) return unionOf(reach.of(principal));
		return unionOf(sets.flatMap(ofSet));
	};
}
