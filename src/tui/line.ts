/**
 * What a screen is made of: lines of styled text. Styles are names with a meaning; how they look is decided at
 * the very end, so that the same line is right on a screen with 16 colours, with none, and in a test.
 */
import {displayWidth, fit, safeLine} from '../text.ts';

export type Style =
	| 'critical'
	| 'high'
	| 'medium'
	| 'low'
	| 'certain'
	| 'unsure'
	| 'hole'
	| 'good'
	| 'title'
	| 'name'
	| 'faint'
	| 'accent'
	| 'selected'
	| 'bar';

export interface Span {
	text: string;
	style?: Style | undefined;
}

export type Line = readonly Span[];

/** The first 16 colours only, which every theme makes readable; and what still tells without any. */
const LOOKS: Readonly<Record<Style, {colored: string; plain: string}>> = {
	critical: {colored: '1;31', plain: '1'},
	high: {colored: '31', plain: '1'},
	medium: {colored: '33', plain: ''},
	low: {colored: '36', plain: ''},
	certain: {colored: '', plain: ''},
	unsure: {colored: '35', plain: ''},
	hole: {colored: '35', plain: ''},
	good: {colored: '32', plain: ''},
	title: {colored: '1', plain: '1'},
	name: {colored: '1', plain: '1'},
	faint: {colored: '2', plain: ''},
	accent: {colored: '36', plain: ''},
	selected: {colored: '7', plain: '7'},
	bar: {colored: '7', plain: '7'},
};

export const span = (text: string, style?: Style): Span => ({text, style});

/** Untrusted text of a line, as one string without styles. */
export const plain = (line: Line): string => line.map(({text}) => text).join('');

/** A line on exactly `width` columns: neutralized, cut with an ellipsis or padded with spaces. */
export function fitLine(line: Line, width: number): Line {
	const fitted: Span[] = [];
	let left = width;
	for (const {text, style} of line) {
		if (left <= 0) break;
		const safe = safeLine(text);
		const wide = displayWidth(safe);
		if (wide <= left) {
			if (safe !== '') fitted.push({text: safe, style});
			left -= wide;
			continue;
		}
		fitted.push({text: fit(safe, left), style});
		left = 0;
	}
	if (left > 0) fitted.push({text: ' '.repeat(left)});
	return fitted;
}

/** Columns that a line takes. */
export function widthOf(line: Line): number {
	return line.reduce((sum, {text}) => sum + displayWidth(safeLine(text)), 0);
}

/** Left and right part of one line; the left one gives way. */
export function ends(left: Line, right: Line, width: number): Line {
	const wide = widthOf(right);
	if (wide + 4 > width) return fitLine(left, width);
	return [...fitLine(left, width - wide - 1), {text: ' '}, ...fitLine(right, wide)];
}

/** The same line, marked as the one that keys act on; it keeps no other style. */
export function select(line: Line): Line {
	return [{text: plain(line), style: 'selected'}];
}

/** Terminal text of a line: SGR codes around what is styled, and no spaces at the end that nobody sees. */
export function paint(line: Line, color: boolean): string {
	const painted = line.map(({text, style}) => {
		const look = style && LOOKS[style][color ? 'colored' : 'plain'];
		return look ? `\u001b[${look}m${text}\u001b[0m` : text;
	});
	return painted.join('').trimEnd();
}
