/** What a principal certainly owns, as ranges of accounts: there it gains nothing, it can grant itself the rest. */
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';
import type {Range} from '../graph/order.ts';

/** Accounts of the containers over which a principal certainly is owner-like; disjoint, ascending. */
export function ownedRanges({powers, order}: World, principal: Principal): readonly Range[] {
	if (powers.ownsNothing(principal)) return NONE;
	const ranges = powers
		.of(principal)
		.certain.filter(pair => pair.level === 'owner-like')
		.map(pair => order.below(pair.container))
		.toSorted((a, b) => a.lo - b.lo || b.hi - a.hi);
	// Containers lie within each other or apart: what begins before the last one ends is inside it.
	const outer: Range[] = [];
	for (const range of ranges) if (outer.length === 0 || range.lo >= outer.at(-1)!.hi) outer.push(range);
	return outer;
}

/** A range without others, which are disjoint and ascending. */
export function without({lo, hi}: Range, others: readonly Range[]): Range[] {
	if (others.length === 0) return [{lo, hi}];
	const left: Range[] = [];
	let at = lo;
	for (const other of others) {
		if (other.hi <= at) continue;
		if (other.lo >= hi) break;
		if (other.lo > at) left.push({lo: at, hi: other.lo});
		at = Math.max(at, other.hi);
	}
	if (at < hi) left.push({lo: at, hi});
	return left;
}

/** How many accounts lie in the union of some ranges. */
export function sizeOf(ranges: readonly Range[]): number {
	let size = 0;
	let end = 0;
	for (const {lo, hi} of ranges.toSorted((a, b) => a.lo - b.lo)) {
		size += Math.max(0, hi - Math.max(lo, end));
		end = Math.max(end, hi);
	}
	return size;
}

const NONE: readonly Range[] = [];
