/**
 * Which few changes would end it: bindings whose removal closes most paths to powerful accounts. Greedy
 * over members of bindings; every printed number is exact, by searching again without the binding.
 */
import type {Grant} from '../access/grants.ts';
import type {Principal} from '../inventory/principals.ts';
import type {ChokePoint} from '../report.ts';
import type {World} from '../world.ts';
import {Arcs} from './arcs.ts';
import {canGain} from './openings.ts';
import {Search, type Visit} from './search.ts';
import {Vehicles} from './vehicles.ts';

/** One member of one binding: what people can remove. */
interface Cut {
	grant: Grant;
	member: Principal;
}

/** How many choke points a report names, and how many candidates each round looks at exactly. */
const MOST = 10;
const CANDIDATES = 12;

/** A source, the number of powerful accounts it reaches, and the cuts that its shortest paths rest on. */
interface Reach {
	source: Principal;
	paths: number;
	credit: Map<string, number>;
}

/**
 * Choke points, the one that closes most first. A path here is a pair of a principal and an account with power
 * that the principal does not have itself; `ofPaths` is what is left before the binding is removed.
 */
export function chokePoints(world: World): ChokePoint[] {
	const cuts = new Map<string, Cut>();
	const powered = poweredNumbers(world);
	const gains = new GainCache(world);
	let search = world.search;
	const reach = (source: Principal): Reach => measure(search, source, powered, gains, cuts);

	let reaches = new Map<Principal, Reach>();
	for (const member of world.grants.members()) {
		if (!canGain(world, member) || !world.arcs.mayAct(member)) continue;
		const found = reach(member);
		if (found.paths > 0) reaches.set(member, found);
	}
	const removed: Cut[] = [];
	const points: ChokePoint[] = [];
	while (points.length < MOST) {
		const total = sum(reaches);
		if (total === 0) break;
		let best: {cut: Cut; closed: number; after: Map<Principal, Reach>} | undefined;
		for (const key of candidates(reaches)) {
			const cut = cuts.get(key)!;
			search = searchWithout(world, [...removed, cut]);
			const after = new Map<Principal, Reach>();
			let closed = 0;
			for (const [source, before] of reaches) {
				if (!before.credit.has(key)) continue;
				const now = reach(source);
				after.set(source, now);
				closed += before.paths - now.paths;
			}
			if (!best || closed > best.closed) best = {cut, closed, after};
		}
		if (!best || best.closed <= 0) break;
		points.push(pointOf(best.cut, best.closed, total));
		removed.push(best.cut);
		reaches = new Map([...reaches].map(([source, before]) => [source, best!.after.get(source) ?? before]));
	}
	return points;
}

/** Numbers of accounts that are powerful, ascending. */
function poweredNumbers(world: World): Int32Array {
	const numbers: number[] = [];
	for (const [number, account] of world.order.accounts.entries()) {
		if (world.powers.isPowerful(account.principal)) numbers.push(number);
	}
	return Int32Array.from(numbers);
}

function searchWithout(world: World, removed: readonly Cut[]): Search {
	const {access, rights, order, inventory, config} = world;
	const grants = world.grants.without(removed);
	const vehicles = new Vehicles({inventory, access, grants, rights, order, limited: false});
	const arcs = new Arcs({access, grants, rights, vehicles, domains: [...inventory.domains, ...config.domains]});
	return new Search(order, arcs, world.search.acting);
}

function measure(search: Search, source: Principal, powered: Int32Array, gains: GainCache, cuts: Map<string, Cut>): Reach {
	const {ranges} = search.from(source, {rewriteCost: 0, noFirstRewrite: true});
	const credit = new Map<string, number>();
	const seen = new Set<number>();
	let paths = 0;
	for (const range of ranges) {
		let here = 0;
		for (let i = lowerBound(powered, range.lo); i < powered.length && powered[i]! < range.hi; i++) {
			const number = powered[i]!;
			if (seen.has(number) || !gains.gains(source, number)) continue;
			seen.add(number);
			here++;
		}
		if (here === 0) continue;
		paths += here;
		const used = new Set<string>();
		if (range.arc.grant && range.arc.member) used.add(keyOf(range.arc.grant, range.arc.member, cuts));
		for (let visit: Visit | undefined = range.from; visit?.arc; visit = visit.from) {
			if (visit.arc.grant && visit.arc.member) used.add(keyOf(visit.arc.grant, visit.arc.member, cuts));
		}
		for (const key of used) credit.set(key, (credit.get(key) ?? 0) + here);
	}
	return {source, paths, credit};
}

function keyOf(grant: Grant, member: Principal, cuts: Map<string, Cut>): string {
	const key = `${grant.index} ${member.index}`;
	if (!cuts.has(key)) cuts.set(key, {grant, member});
	return key;
}

/** The cuts that most shortest paths rest on, in a total order. */
function candidates(reaches: ReadonlyMap<Principal, Reach>): string[] {
	const credit = new Map<string, number>();
	for (const reach of reaches.values()) for (const [key, paths] of reach.credit) credit.set(key, (credit.get(key) ?? 0) + paths);
	return [...credit]
		.toSorted((a, b) => b[1] - a[1] || numeric(a[0], b[0]))
		.slice(0, CANDIDATES)
		.map(([key]) => key);
}

function numeric(a: string, b: string): number {
	const [x, y] = [a, b].map(key => key.split(' ').map(Number)) as [number[], number[]];
	return x[0]! - y[0]! || x[1]! - y[1]!;
}

function sum(reaches: ReadonlyMap<Principal, Reach>): number {
	let paths = 0;
	for (const reach of reaches.values()) paths += reach.paths;
	return paths;
}

function pointOf({grant, member}: Cut, pathsClosed: number, ofPaths: number): ChokePoint {
	const {resource, role, condition} = grant.binding;
	return {
		binding: {resource: resource.name, role, member: member.member, ...(condition && {condition: condition.expression})},
		pathsClosed,
		ofPaths,
	};
}

/** Whether a source gains by an account; sources without power of their own share one answer. */
class GainCache {
	readonly #world: World;
	readonly #powerless: Int8Array;

	constructor(world: World) {
		this.#world = world;
		this.#powerless = new Int8Array(world.order.accounts.length);
	}

	gains(source: Principal, number: number): boolean {
		const {powers, order} = this.#world;
		const account = order.accounts[number]!;
		if (account.principal === source) return false;
		if (powers.of(source).certain.length > 0) return powers.gained(source, account.principal).length > 0;
		const known = this.#powerless[number];
		if (known) return known > 0;
		const gained = powers.gained(source, account.principal).length > 0;
		this.#powerless[number] = gained ? 1 : -1;
		return gained;
	}
}

function lowerBound(numbers: Int32Array, value: number): number {
	let low = 0;
	let high = numbers.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (numbers[middle]! < value) low = middle + 1;
		else high = middle;
	}
	return low;
}
