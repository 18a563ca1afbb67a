/**
 * Which few changes would end it: bindings whose removal closes most paths to powerful accounts. Greedy
 * over members of bindings; every printed number is exact, by searching again without the binding.
 */
import type {Grant} from '../access/grants.ts';
import type {Principal} from '../inventory/principals.ts';
import type {ChokePoint} from '../report.ts';
import type {World} from '../world.ts';
import {Arcs} from '../graph/arcs.ts';
import {lowerBound} from './lower-bound.ts';
import {canGain} from './openings.ts';
import {Search, type Visit} from '../graph/search.ts';
import {Vehicles} from '../graph/vehicles.ts';

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
	const powered = poweredNumbers(world);
	const scan: Scan = {powered, gains: new GainCache(world), cuts: new Map()};
	let reaches = new Map<Principal, Reach>();
	for (const member of world.grants.members()) {
		if (!canGain(world, member) || !world.arcs.mayAct(member)) continue;
		const found = measure(world.search, member, scan);
		if (found.paths > 0) reaches.set(member, found);
	}
	const removed: Cut[] = [];
	const points: ChokePoint[] = [];
	while (points.length < MOST) {
		const total = sum(reaches);
		const cut = total === 0 ? undefined : bestCut(world, reaches, removed, scan);
		if (!cut) break;
		// Exactly: a search over what is left, in which other ways may have taken the binding's place.
		const search = searchWithout(world, [...removed, cut]);
		const key = keyOf(cut.grant, cut.member, scan.cuts);
		const after = new Map(reaches);
		for (const [source, before] of reaches)
			if (before.credit.has(key)) after.set(source, measure(search, source, scan));
		const closed = total - sum(after);
		if (closed <= 0) break;
		points.push(pointOf(cut, closed, total));
		removed.push(cut);
		reaches = after;
	}
	return points;
}

/** What every measurement of one run shares. */
interface Scan {
	powered: Int32Array;
	gains: GainCache;
	cuts: Map<string, Cut>;
}

/** The candidate whose removal closes most, judged by leaving out the arcs that rest on it. */
function bestCut(
	world: World,
	reaches: ReadonlyMap<Principal, Reach>,
	removed: readonly Cut[],
	scan: Scan,
): Cut | undefined {
	let best: {cut: Cut; closed: number} | undefined;
	for (const {key, credit} of candidates(reaches, scan.cuts)) {
		// The credit is the most that it can close; candidates come by falling credit.
		if (best && credit <= best.closed) break;
		const cut = scan.cuts.get(key)!;
		const gone = [...removed, cut];
		const isRemoved = (grant: Grant, member: Principal): boolean =>
			gone.some(one => one.grant === grant && one.member === member);
		let closed = 0;
		for (const [source, before] of reaches) {
			if (before.credit.has(key)) closed += before.paths - measure(world.search, source, scan, isRemoved).paths;
		}
		if (!best || closed > best.closed) best = {cut, closed};
	}
	return best && best.closed > 0 ? best.cut : undefined;
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
	const members = new Set(removed.map(({member}) => member));
	const isTouched = (actor: Principal): boolean => access.memberships.of(actor).some(({set}) => members.has(set));
	const domains = [...inventory.domains, ...config.domains];
	const arcs = new Arcs({access, grants, rights, vehicles, domains, unchanged: {arcs: world.arcs, isTouched}});
	return new Search(order, arcs, world.search.acting);
}

function measure(
	search: Search,
	source: Principal,
	{powered, gains, cuts}: Scan,
	isRemoved?: (grant: Grant, member: Principal) => boolean,
): Reach {
	const {ranges} = search.from(source, {rewriteCost: 0, noFirstRewrite: true, isRemoved});
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
function candidates(
	reaches: ReadonlyMap<Principal, Reach>,
	cuts: ReadonlyMap<string, Cut>,
): {key: string; credit: number}[] {
	const credits = new Map<string, number>();
	for (const reach of reaches.values())
		for (const [key, paths] of reach.credit) credits.set(key, (credits.get(key) ?? 0) + paths);
	return [...credits]
		.map(([key, credit]) => ({key, credit}))
		.toSorted((a, b) => b.credit - a.credit || byName(cuts.get(a.key)!, cuts.get(b.key)!))
		.slice(0, CANDIDATES);
}

/** By what the binding says: numbers of grants and members follow the order of the input. */
function byName(a: Cut, b: Cut): number {
	const [x, y] = [a, b].map(({grant, member}) => {
		const {resource, role, condition} = grant.binding;
		return [resource.name, role, member.member, condition?.expression ?? ''].join('\u0000');
	}) as [string, string];
	return x < y ? -1 : x > y ? 1 : 0;
}

function sum(reaches: ReadonlyMap<Principal, Reach>): number {
	let paths = 0;
	for (const reach of reaches.values()) paths += reach.paths;
	return paths;
}

function pointOf({grant, member}: Cut, pathsClosed: number, ofPaths: number): ChokePoint {
	const {resource, role, condition} = grant.binding;
	return {
		binding: {
			resource: resource.name,
			role,
			member: member.member,
			...(condition && {condition: condition.expression}),
		},
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
