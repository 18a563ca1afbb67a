/** Where the mark and the window go: pure arithmetic over rows, lines and items. */
import type {Layout} from './block.ts';

export type Motion = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

export interface Spot {
	cursor: number;
	top: number;
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));

/** The window moves as little as it must for the row to be in it, and shows nothing beyond the end. */
export function inWindow({cursor, top}: Spot, count: number, height: number): Spot {
	const row = clamp(cursor, count - 1);
	const near = Math.max(row - height + 1, Math.min(top, row));
	return {cursor: row, top: clamp(near, Math.max(0, count - height))};
}

export function moveInList(spot: Spot, motion: Motion, count: number, height: number, steps = 1): Spot {
	const page = Math.max(1, height - 1);
	const to = {
		up: spot.cursor - steps,
		down: spot.cursor + steps,
		'page-up': spot.cursor - page,
		'page-down': spot.cursor + page,
		first: 0,
		last: count - 1,
	}[motion];
	const top = motion === 'page-up' ? spot.top - page : motion === 'page-down' ? spot.top + page : spot.top;
	return inWindow({cursor: to, top: clamp(top, Math.max(0, count - height))}, count, height);
}

/** A text is read line by line, and the mark goes along from item to item as they come into the window. */
export function moveInText(
	{cursor, top}: Spot,
	motion: Motion,
	{lines, items}: Layout,
	height: number,
	steps = 1,
): Spot {
	const lowest = Math.max(0, lines.length - height);
	const page = Math.max(1, height - 1);
	switch (motion) {
		case 'first':
			return {cursor: 0, top: 0};
		case 'last':
			return {cursor: Math.max(0, items.length - 1), top: lowest};
		case 'page-up':
		case 'page-down': {
			const to = clamp(motion === 'page-up' ? top - page : top + page, lowest);
			// No further: then the mark goes as far as it can.
			if (to === top) return {cursor: motion === 'page-up' ? 0 : Math.max(0, items.length - 1), top};
			return {cursor: nearestTo(cursor, to, items, height), top: to};
		}
		case 'down': {
			const next = items[cursor + 1];
			if (next && next.bottom <= top + height) return {cursor: cursor + 1, top};
			const to = clamp(top + steps, lowest);
			if (next && (next.bottom <= to + height || to === top)) return {cursor: cursor + 1, top: to};
			return {cursor, top: to};
		}
		case 'up': {
			const before = items[cursor - 1];
			if (before && before.top >= top) return {cursor: cursor - 1, top};
			const to = clamp(top - steps, lowest);
			return {cursor: before && before.top >= to ? cursor - 1 : cursor, top: to};
		}
	}
}

/** The item itself while it is in the window, else the first or last one that is. */
function nearestTo(cursor: number, top: number, items: Layout['items'], height: number): number {
	const isIn = (item: Layout['items'][number] | undefined): boolean =>
		item !== undefined && item.top >= top && item.top < top + height;
	if (isIn(items[cursor])) return cursor;
	const inside = items.flatMap((item, index) => (isIn(item) ? [index] : []));
	if (inside.length === 0) return cursor;
	return items[cursor] !== undefined && items[cursor].top < top ? inside[0]! : inside.at(-1)!;
}

/** A text whose size changed: the window stays within it, and on the marked item if that was in sight. */
export function settle(spot: Spot, {lines, items}: Layout, height: number): Spot {
	const cursor = clamp(spot.cursor, items.length - 1);
	return {cursor, top: clamp(spot.top, Math.max(0, lines.length - height))};
}
