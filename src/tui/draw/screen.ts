/** The whole screen as lines: exactly as many, and as wide, as the terminal has. */
import {isTooSmall, SMALLEST} from '../frame.ts';
import {fitLine, type Line, span} from '../line.ts';
import {whatIsShown} from '../now.ts';
import type {State} from '../state.ts';
import {bodyLines} from './body.ts';
import {footerLines, noticeLines} from './footer.ts';
import {headerLines} from './header.ts';
import {formLines, helpLines} from './overlay.ts';
import {readingLines} from './reading.ts';

export interface Drawn {
	header: Line[];
	body: Line[];
	footer: Line[];
}

export function drawScreen(state: State): Drawn {
	const {columns, rows} = state.size;
	if (isTooSmall(state)) return tooSmall(columns, rows);
	const body = middle(state, rows - 4);
	const over = noticeLines(state)
		.slice(0, -1)
		.map(line => fitLine(line, columns));
	return {
		header: headerLines(state),
		body: over.length > 0 ? [...body.slice(0, -over.length), ...over] : body,
		footer: footerLines(state),
	};
}

function middle(state: State, rows: number): Line[] {
	const {mode, form, reading, size} = state;
	if (mode === 'help') return helpLines(state, rows);
	if (mode === 'form' && form) return formLines(state, form, rows);
	const shown = whatIsShown(state);
	if (shown) return bodyLines(state, shown, rows);
	const lines = readingLines(reading, rows, size.columns);
	return Array.from({length: rows}, (_, row) => fitLine(lines[row] ?? [], size.columns));
}

function tooSmall(columns: number, rows: number): Drawn {
	const lines: Line[] = [
		[span('This terminal is too small.', 'title')],
		[span(`It has ${columns} x ${rows}; at least`)],
		[span(`${SMALLEST.columns} x ${SMALLEST.rows} are needed.`)],
		[span('Ctrl+C quits.', 'faint')],
	];
	return {
		header: [],
		footer: [],
		body: Array.from({length: Math.max(1, rows)}, (_, row) => fitLine(lines[row] ?? [], columns)),
	};
}
