/**
 * Who reaches what: one search per set of principals, not per principal. A person in three groups reaches what
 * each of them reaches and what only their combination opens; so people cost a merge of short lists.
 */
import type {Grant} from '../access/grants.ts';
import type {Principal} from '../inventory/principals.ts';
import {type Arc, type Arcs, isTakeover} from '../graph/arcs.ts';
import {ProfileMap} from '../graph/profile-map.ts';
import type {Reached, Search, Visit} from '../graph/search.ts';
import {lowerBound} from './lower-bound.ts';

/** One member of one binding: what people can remove. */
export interface Cut {
	grant: Grant;
	member: Principal;
}

/** Numbers cuts, so that paths are lists of numbers. */
export class CutTable {
	readonly all: Cut[] = [];
	readonly #byGrant = new Map<Grant, Map<Principal, number>>();

	of(grant: Grant, member: Principal): number {
		let byMember = this.#byGrant.get(grant);
		if (!byMember) this.#byGrant.set(grant, (byMember = new Map()));
		let number = byMember.get(member);
		if (number === undefined) {
			number = this.all.length;
			this.all.push({grant, member});
			byMember.set(member, number);
		}
		return number;
	}
}

/** Wanted accounts reached over one path. */
export interface Spot {
	lo: number;
	hi: number;
	/** Lower is nearer, and of equally near ones surer. */
	rank: number;
	/** Numbers of the cuts that the path rests on. */
	cuts: readonly number[];
}

/** What one set, or one principal as a whole, reaches. */
export interface Flat {
	/** Disjoint ranges of account numbers, ascending: start, end, start, end... */
	cover: Int32Array;
	/** By rising rank. A path that begins by rewriting a policy is not among them. */
	spots: readonly Spot[];
	/** How it was found, to find it again after a change. */
	source: Principal;
	/** Undefined: everything that the source holds. */
	set: Principal | undefined;
}

export interface ReachParts {
	arcs: Arcs;
	search: Search;
	cuts: CutTable;
	/** Numbers of the accounts that spots are about, ascending. */
	wanted: Int32Array;
}

export class Reach {
	readonly #parts: ReachParts;
	/** By set and profile. */
	readonly #flats = new ProfileMap<Flat>();

	constructor(parts: ReachParts) {
		this.#parts = parts;
	}

	/** What a source reaches, as parts whose union it is. */
	of(source: Principal): readonly Flat[] {
		const {arcs} = this.#parts;
		const sets = arcs.setsOf(source);
		if (sets.length === 0 && !arcs.joins(source)) return [];
		// An account is never among what it reaches, so it shares with nobody; a group could take itself over.
		const isShared = source.kind !== 'serviceAccount' && source.kind !== 'group' && !arcs.joins(source);
		if (!isShared || arcs.extras(source, sets).length > 0) return [this.flat(source, undefined)];
		return sets.map(set => this.#shared(source, set));
	}

	#shared(source: Principal, set: Principal): Flat {
		if (set === source) return this.flat(source, set);
		const profile = this.#parts.arcs.profile(source);
		let flat = this.#flats.get(set, profile);
		if (!flat) this.#flats.set(set, profile, (flat = this.flat(source, set)));
		return flat;
	}

	/** Searches. */
	flat(source: Principal, set: Principal | undefined): Flat {
		const {arcs, search} = this.#parts;
		const first = set ? arcs.alone(source, set) : arcs.of(source);
		const found = search.from(source, {first, rewriteCost: 0}).ranges;
		const cover = coverOf(found);
		const spots = first.some(isTakeover) ? this.#spots(source, first) : this.#spotsOf(found);
		return {cover, spots, source, set};
	}

	/** Spots of a flat that was found before something was removed. */
	spotsAgain({source, set}: Flat): Spot[] {
		const {arcs} = this.#parts;
		return this.#spots(source, set ? arcs.alone(source, set) : arcs.of(source));
	}

	#spots(source: Principal, first: readonly Arc[]): Spot[] {
		return this.#spotsOf(this.#parts.search.from(source, {first, rewriteCost: 0, noFirstRewrite: true}).ranges);
	}

	#spotsOf(ranges: readonly Reached[]): Spot[] {
		const {wanted} = this.#parts;
		const spots: Spot[] = [];
		for (const range of ranges) {
			const first = lowerBound(wanted, range.lo);
			if (first === wanted.length || wanted[first]! >= range.hi) continue;
			spots.push({lo: range.lo, hi: range.hi, rank: range.hops * 3 + 2 - range.sure, cuts: this.#cutsOf(range)});
		}
		return spots;
	}

	#cutsOf({arc, from}: Reached): readonly number[] {
		const {cuts} = this.#parts;
		const used: number[] = [];
		const add = (grant: Grant, member: Principal): void => {
			const number = cuts.of(grant, member);
			if (!used.includes(number)) used.push(number);
		};
		const use = (one: Arc): void => {
			if (one.grant && one.member) add(one.grant, one.member);
			if (one.kind === 'become' && one.vehicle) add(one.vehicle.grant, one.vehicle.member);
		};
		use(arc);
		for (let visit: Visit | undefined = from; visit?.arc; visit = visit.from) use(visit.arc);
		// Kept for long: a copy has no room to grow.
		return used.slice();
	}
}

/** Ranges joined where they meet. */
function coverOf(ranges: readonly Reached[]): Int32Array {
	if (ranges.length === 0) return NOTHING;
	if (ranges.length === 1) return Int32Array.of(ranges[0]!.lo, ranges[0]!.hi);
	const sorted = ranges.toSorted((a, b) => a.lo - b.lo || b.hi - a.hi);
	const ends: number[] = [];
	for (const {lo, hi} of sorted) {
		const last = ends.length - 1;
		if (last < 0 || lo > ends[last]!) ends.push(lo, hi);
		else if (hi > ends[last]!) ends[last] = hi;
	}
	return Int32Array.from(ends);
}

const NOTHING = new Int32Array(0);

/** The union of what several parts cover. */
export function unionOf(flats: readonly Flat[]): Int32Array {
	if (flats.length === 0) return NOTHING;
	if (flats.length === 1) return flats[0]!.cover;
	const at = new Int32Array(flats.length);
	const ends: number[] = [];
	for (;;) {
		let next = -1;
		for (let i = 0; i < flats.length; i++) {
			const {cover} = flats[i]!;
			if (at[i]! >= cover.length) continue;
			if (next === -1 || cover[at[i]!]! < flats[next]!.cover[at[next]!]!) next = i;
		}
		if (next === -1) return Int32Array.from(ends);
		const {cover} = flats[next]!;
		const lo = cover[at[next]!]!;
		const hi = cover[at[next]! + 1]!;
		at[next]! += 2;
		const last = ends.length - 1;
		if (last < 0 || lo > ends[last]!) ends.push(lo, hi);
		else if (hi > ends[last]!) ends[last] = hi;
	}
}

/** The spots of several parts by rising rank; of equal ones those of the first part first. */
export function* spotsOf(flats: readonly (readonly Spot[])[]): Generator<Spot> {
	if (flats.length === 1) {
		yield* flats[0]!;
		return;
	}
	const at = new Int32Array(flats.length);
	for (;;) {
		let next: Spot | undefined;
		let from = -1;
		for (let i = 0; i < flats.length; i++) {
			const spot = flats[i]![at[i]!];
			if (spot && (!next || spot.rank < next.rank)) {
				next = spot;
				from = i;
			}
		}
		if (!next) return;
		at[from]!++;
		yield next;
	}
}
