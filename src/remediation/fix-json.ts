/**
 * Fixes as JSON. The text of a fix with one change is made once for each shape, with places for what differs; every other
 * fix is rendered. What a fix says is decided in `render.ts` alone.
 */
import type {Fix} from '../check.ts';
import {safeJson} from '../text.ts';
import type {Change} from './change.ts';
import {renderFix} from './render.ts';
import {shapeOf, withNames} from './shape.ts';

/** Text with places: a piece, what is put there, a piece ... The summary is number 0, the names follow. */
interface Template {
	pieces: string[];
	/** Number of what is put in each place. */
	places: number[];
}

/** Shapes that are kept: where a report has more (odd names, each a shape of its own), it begins anew. */
const MOST = 4096;
const templates = new Map<string, Template | undefined>();

/** The same as `safeJson(renderFix(fix))`. */
export function fixJson(fix: Fix): string {
	const {summary, changes} = fix;
	const [change] = changes;
	const shape = change && changes.length === 1 && summary !== '' ? shapeOf(change) : undefined;
	if (change === undefined || shape === undefined) return safeJson(renderFix(fix));
	const {key, names} = shape;
	let template = templates.get(key);
	if (template === undefined && !templates.has(key)) {
		if (templates.size === MOST) templates.clear();
		templates.set(key, (template = compile(change, key)));
	}
	return template === undefined ? safeJson(renderFix(fix)) : fill(template, safeJson(summary).slice(1, -1), names);
}

function fill({pieces, places}: Template, summary: string, names: readonly string[]): string {
	let text = pieces[0]!;
	for (let i = 0; i < places.length; i++) {
		const number = places[i]!;
		text += (number === 0 ? summary : names[number - 1]!) + pieces[i + 1]!;
	}
	return text;
}

/** What no text of ours has in it. */
const markOf = (index: number): string => `zq${index}qz`;
const MARKS = /zq(\d+)qz/;

/** Undefined if the change itself holds what looks like a mark. */
function compile(change: Change, key: string): Template | undefined {
	if (MARKS.test(key)) return undefined;
	const marked = withNames(change, index => markOf(index + 1));
	const parts = safeJson(renderFix({summary: markOf(0), changes: [marked]})).split(MARKS);
	return {
		pieces: parts.filter((_, index) => index % 2 === 0),
		places: parts.filter((_, index) => index % 2 === 1).map(Number),
	};
}
