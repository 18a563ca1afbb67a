/** Charts of plain elements: a bar is as long as its number says, and the number stands beside it. */
import type {Counts} from '../data.ts';
import {SEVERITIES} from './badge.ts';
import {type Child, el} from './dom.ts';
import {number} from './names.ts';

export interface Bar {
	label: Child;
	/** Where the label leads; the whole row is the link. */
	href?: string;
	/** Shown instead of the sum. */
	note?: Child;
	parts: readonly {class: string; value: number; title: string}[];
}

/** @param isShare every bar is full, its parts are shares of it; else lengths compare */
export function bars(title: string, list: readonly Bar[], isShare = false): HTMLElement {
	const sums = list.map(({parts}) => parts.reduce((sum, {value}) => sum + value, 0));
	const longest = Math.max(1, ...sums);
	return el(
		'ul',
		{class: 'bars', 'aria-label': title},
		list.map(({label, href, parts, note}, index) => {
			const track = stack(parts, isShare ? Math.max(1, sums[index]!) : longest);
			const row = [
				el('span', {class: 'bar-label'}, label),
				track,
				el('span', {class: 'bar-value'}, note ?? number(sums[index]!)),
			];
			return el('li', {}, href === undefined ? el('div', {class: 'bar'}, row) : el('a', {class: 'bar', href}, row));
		}),
	);
}

/** One bar whose parts stand side by side; `whole` is the value that would fill it. */
export function stack(parts: Bar['parts'], whole: number): HTMLElement {
	const track = el('span', {class: 'track'});
	for (const {class: name, value, title} of parts) {
		if (value === 0) continue;
		const piece = el('span', {class: `piece ${name}`, title});
		piece.style.width = `${(100 * value) / whole}%`;
		track.append(piece, el('span', {class: 'unseen'}, `${title} `));
	}
	return track;
}

export function severityParts(counts: Counts): Bar['parts'] {
	return SEVERITIES.map((severity, index) => ({
		class: severity,
		value: counts[index]!,
		title: `${number(counts[index]!)} ${severity}`,
	}));
}
