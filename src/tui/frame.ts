/** How the lines of a terminal are divided: two on top, the body, two at the bottom. */
import type {State} from './state.ts';

export interface Frame {
	/** Lines and columns of the list or text. */
	rows: number;
	columns: number;
	/** Details of what is marked in a list, beside or below it. */
	pane?: {where: 'beside' | 'below'; rows: number; columns: number};
}

/** Smaller terminals are told to be too small. */
export const SMALLEST = {columns: 60, rows: 15};
const AROUND = 4;
/** From here on details stand beside the list. */
const BESIDE = 120;
/** Lines of a body that is too low for details below the list. */
const LOW = 12;

export function isTooSmall({size, linear}: State): boolean {
	return !linear && (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows);
}

/** @param list whether the body is a list, which can have details */
export function frameOf({size, linear, pane}: State, list: boolean): Frame {
	const rows = Math.max(1, size.rows - AROUND);
	const {columns} = size;
	// As many rows as there are digits to choose them by.
	if (linear) return {rows: Math.max(1, Math.min(list ? 9 : Infinity, size.rows - 8)), columns};
	// The heads of the columns take a line.
	if (!list) return {rows, columns};
	if (!pane || rows < LOW) return {rows: Math.max(1, rows - 1), columns};
	if (columns >= BESIDE) {
		const own = Math.floor((columns - 3) * (columns >= 160 ? 0.52 : 0.56));
		return {rows: rows - 1, columns: own, pane: {where: 'beside', rows, columns: columns - 3 - own}};
	}
	const below = Math.max(6, Math.floor(rows * 0.45));
	return {rows: rows - 2 - below, columns, pane: {where: 'below', rows: below, columns}};
}
