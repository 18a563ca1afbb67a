/** Who can become one account: asked for a few accounts, since it looks at every principal that reaches anything. */
import type {Principal} from '../inventory/principals.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';
import {sourcesOf} from './sources.ts';

/**
 * Principals that can become an account, by any number of hops; those who own its project, and can do everything there
 * anyway, are left out. People who can by a group of theirs stand for themselves.
 */
export function reachedBy(world: World, account: ServiceAccount): Principal[] {
	const number = world.order.numberOf(account);
	if (number === undefined) return [];
	const found: Principal[] = [];
	for (const {principal, flats} of sourcesOf(world).all) {
		if (principal === account.principal || !flats.some(({cover}) => covers(cover, number))) continue;
		if (account.project && world.powers.isOwnerLike(principal, account.project)) continue;
		found.push(principal);
	}
	return found;
}

/** Whether ascending disjoint ranges (start, end, start, end...) hold a number. */
function covers(ranges: Int32Array, number: number): boolean {
	let low = 0;
	let high = ranges.length >> 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (ranges[2 * middle + 1]! <= number) low = middle + 1;
		else high = middle;
	}
	return 2 * low < ranges.length && ranges[2 * low]! <= number;
}
