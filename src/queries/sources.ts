/** Every principal that can act, with what it reaches: found once per world, asked by several queries. */
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';
import {CutTable, type Flat, Reach} from './reach.ts';
import {canGain} from './who.ts';

/** A principal and what it reaches. */
export interface Source {
	principal: Principal;
	/** Its reach is the union of these; principals of one group share them. */
	flats: readonly Flat[];
}

export interface Sources {
	/** Those that reach something, in the order in which bindings name them. */
	all: readonly Source[];
	cuts: CutTable;
	/** Numbers of the accounts that are powerful, ascending. */
	powered: Int32Array;
}

const found = new WeakMap<World, Sources>();

export function sourcesOf(world: World): Sources {
	let sources = found.get(world);
	if (!sources) found.set(world, (sources = find(world)));
	return sources;
}

function find(world: World): Sources {
	const {arcs, search, grants} = world;
	const cuts = new CutTable();
	const powered = poweredNumbers(world);
	const reach = new Reach({arcs, search, cuts, wanted: powered});
	const all: Source[] = [];
	for (const principal of grants.members()) {
		if (!canGain(world, principal) || !arcs.mayAct(principal)) continue;
		const flats = reach.of(principal).filter(flat => flat.cover.length > 0);
		if (flats.length > 0) all.push({principal, flats});
	}
	return {all, cuts, powered};
}

function poweredNumbers(world: World): Int32Array {
	const numbers: number[] = [];
	for (const [number, account] of world.order.accounts.entries()) {
		if (world.powers.isPowerful(account.principal)) numbers.push(number);
	}
	return Int32Array.from(numbers);
}
