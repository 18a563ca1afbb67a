/** The whole screen as lines: exactly as many, and as wide, as the terminal has. */
import {isTooSmall, SMALLEST} from '../frame.ts';
import {fitLine, type Line, span} from '../line.ts';
import {whatIsShown} from '../now.ts';
import type {State} from '../state.ts';
import {bodyColumns, type Column, filled} from './body.ts';
import {footerLines, noticeLines} from './footer.ts';
import {headerLines} from './header.ts';
import {formLines, helpLines} from './overlay.ts';
import {readingLines} from './reading.ts';

export interface Drawn {
	header: readonly Line[];
	/** Side by side. */
	body: readonly Column[];
	footer: readonly Line[];
}

export function drawScreen(state: State): Drawn {
	const {columns, rows} = state.size;
	if (isTooSmall(state)) return {header: [], body: [tooSmall(columns, rows)], footer: []};
	return {header: headerLines(state), body: under(state, middle(state, rows - 4)), footer: footerLines(state)};
}

function middle(state: State, rows: number): Column[] {
	const {mode, form, reading, size} = state;
	const {columns: width} = size;
	if (mode === 'help') return [{width, lines: helpLines(state, rows)}];
	if (mode === 'form' && form) return [{width, lines: formLines(state, form, rows)}];
	const shown = whatIsShown(state);
	if (shown) return bodyColumns(state, shown, rows);
	return [{width, lines: filled(readingLines(reading, rows, width), rows, width)}];
}

/** A notice that is longer than its line covers the end of the body. */
function under(state: State, body: Column[]): Column[] {
	const {columns: width} = state.size;
	const over = noticeLines(state)
		.slice(0, -1)
		.map(line => fitLine(line, width));
	if (over.length === 0) return body;
	const lines = body[0]!.lines.map((_, row): Line => body.flatMap(column => fitLine(column.lines[row]!, column.width)));
	return [{width, lines: [...lines.slice(0, -over.length), ...over]}];
}

function tooSmall(columns: number, rows: number): Column {
	const lines: Line[] = [
		[span('This terminal is too small.', 'title')],
		[span(`It has ${columns} x ${rows}; at least`)],
		[span(`${SMALLEST.columns} x ${SMALLEST.rows} are needed.`)],
		[span('Ctrl+C quits.', 'faint')],
	];
	return {width: columns, lines: filled(lines, Math.max(1, rows), columns)};
}
