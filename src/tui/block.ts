/** Text in blocks, laid out to the width that there is: what details, paths and the overview are written in. */
import {displayWidth, safeLine, wrap, wrapCommand} from '../text.ts';
import {fitLine, type Line, select, type Span, span, type Style} from './line.ts';
import type {Link} from './screen.ts';

export type Block =
	| {kind: 'blank'}
	| {kind: 'heading'; text: string}
	| {kind: 'text'; text: string; style?: Style; indent?: number}
	| {kind: 'field'; name: string; value: string; style?: Style}
	/** A shell command: broken so that it can still be copied. */
	| {kind: 'command'; text: string}
	/** Text whose line breaks and indentation matter. */
	| {kind: 'verbatim'; text: string}
	/** One line that can be chosen, and lines that belong to it. */
	| {kind: 'item'; line: Line; link: Link; more?: readonly Block[]}
	/** A field on a rail that leads from one item to the next. */
	| {kind: 'item-part'; rail: string; name: string; value: string; style?: Style | undefined}
	/** One line made of spans. */
	| {kind: 'line'; line: Line};

/** Lines, and where in them the things are that can be chosen. */
export interface Layout {
	lines: Line[];
	items: {top: number; bottom: number; link: Link}[];
}

const FIELD = 12;
/** Longer lines of prose are hard to read. */
const PROSE = 120;

/**
 * @param chosen which item keys act on, counted from 0
 * @param mark whether the line of the chosen item is shown as such
 */
export function layOut(blocks: readonly Block[], width: number, chosen = -1, mark = true): Layout {
	const layout: Layout = {lines: [], items: []};
	for (const block of blocks) place(layout, block, width, chosen, mark, 0);
	return layout;
}

/** Columns side by side, each with its own width; items count on from column to column. */
export function sideBySide(columns: readonly (readonly Block[])[], width: number, chosen: number): Layout {
	const gap = 3;
	const each = Math.floor((width - gap * (columns.length - 1)) / columns.length);
	let before = 0;
	const layouts = columns.map(blocks => {
		const laid = layOut(blocks, each, chosen - before);
		before += laid.items.length;
		return laid;
	});
	const height = Math.max(...layouts.map(({lines}) => lines.length));
	const lines = Array.from({length: height}, (_, row) =>
		layouts.flatMap(({lines: own}, column) => [
			...fitLine(own[row] ?? [], each),
			...(column < layouts.length - 1 ? [span(' '.repeat(gap))] : []),
		]),
	);
	return {lines, items: layouts.flatMap(({items}) => items)};
}

function place(layout: Layout, block: Block, width: number, chosen: number, mark: boolean, margin: number): void {
	const {lines, items} = layout;
	const left = ' '.repeat(margin);
	switch (block.kind) {
		case 'blank':
			// Never two in a row, and none at the top.
			if (lines.length > 0 && lines.at(-1)!.length > 0) lines.push([]);
			break;
		case 'heading':
			lines.push([span(left), span(block.text, 'title')]);
			break;
		case 'text': {
			const indent = ' '.repeat(margin + (block.indent ?? 0));
			for (const line of wrap(block.text, Math.min(width, PROSE), indent)) lines.push([span(line, block.style)]);
			break;
		}
		case 'field': {
			const rest = ' '.repeat(margin + FIELD);
			for (const [index, line] of wrap(block.value, Math.min(width, PROSE), rest).entries()) {
				const value = span(line.slice(rest.length), block.style);
				const name = safeLine(block.name);
				const gap = ' '.repeat(Math.max(1, FIELD - displayWidth(name)));
				lines.push(index === 0 ? [span(left), span(name, 'faint'), span(gap), value] : [span(rest), value]);
			}
			break;
		}
		case 'item-part': {
			const rest = ' '.repeat(block.rail.length + FIELD);
			const shown = Math.min(width, PROSE);
			for (const [index, line] of wrap(block.value, shown, rest).entries()) {
				const name = (index === 0 ? safeLine(block.name) : '').padEnd(FIELD);
				lines.push([span(block.rail, 'accent'), span(name, 'faint'), span(line.slice(rest.length), block.style)]);
			}
			break;
		}
		case 'command':
			for (const line of commandLines(block.text, width, margin)) lines.push([span(line, 'accent')]);
			break;
		case 'verbatim':
			for (const line of block.text.trimEnd().split('\n')) lines.push([span(left + safeLine(line), 'faint')]);
			break;
		case 'line':
			lines.push([span(left), ...block.line]);
			break;
		case 'item': {
			const top = lines.length;
			const isChosen = mark && items.length === chosen;
			const line: Span[] = [span(isChosen ? '> ' : '  '), ...block.line];
			lines.push(isChosen ? select(fitLine(line, width)) : line);
			const item = {top, bottom: lines.length, link: block.link};
			items.push(item);
			for (const more of block.more ?? []) place(layout, more, width, chosen, mark, 4);
			item.bottom = lines.length;
			break;
		}
	}
}

/** A command that is right when its lines are copied; where that cannot be, it says so. */
function commandLines(command: string, width: number, margin: number): string[] {
	const indent = ' '.repeat(margin + 2);
	const safe = safeLine(command);
	if (safe !== command)
		return wrap(`(special characters are shown escaped; c copies it exactly) ${safe}`, width, indent);
	return wrapCommand(safe, width, indent, `${indent}  `);
}
