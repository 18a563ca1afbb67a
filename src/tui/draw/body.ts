/** The middle of the screen: a window of a list with its details, or of a text. */
import {layOut} from '../block.ts';
import type {ListBody} from '../body.ts';
import type {Frame} from '../frame.ts';
import {fitLine, type Line, select, span} from '../line.ts';
import {layoutOf, type Now} from '../now.ts';
import {screenNow, type State} from '../state.ts';

/** Lines one below the other, beside others: what does not change is not drawn again. */
export interface Column {
	width: number;
	lines: readonly Line[];
}

/** Side by side, each with exactly `rows` lines. */
export function bodyColumns(state: State, {body, frame}: Now, rows: number): Column[] {
	const {cursor, top} = screenNow(state);
	const {columns} = state.size;
	if (body.kind === 'text') {
		const {lines} = layoutOf(body, frame, cursor);
		return [{width: columns, lines: filled(textLines(lines, frame, top), rows, columns)}];
	}
	const list = listLines(body, frame, cursor, top);
	const {pane} = frame;
	if (!pane) return [{width: columns, lines: filled(list, rows, columns)}];
	const blocks = body.count > 0 ? body.details(cursor) : [];
	const details = cut(layOut(blocks, pane.columns - 1, -1).lines, pane.rows, pane.columns);
	if (pane.where === 'below') {
		const rule: Line = [span('─'.repeat(columns), 'faint')];
		const above = filled(list, frame.rows + 1, columns);
		return [{width: columns, lines: filled([...above, rule, ...details], rows, columns)}];
	}
	return [
		{width: frame.columns, lines: filled(list, rows, frame.columns)},
		{width: 3, lines: Array.from({length: rows}, () => [span(' │ ', 'faint')])},
		{width: pane.columns, lines: filled(details, rows, pane.columns)},
	];
}

export function filled(lines: readonly Line[], rows: number, width: number): Line[] {
	return Array.from({length: rows}, (_, row) => fitLine(lines[row] ?? [], width));
}

function listLines(body: ListBody, {rows, columns}: Frame, cursor: number, top: number): Line[] {
	if (body.count === 0) return [body.head(columns), [], [span(`  ${body.empty}`, 'faint')]];
	const visible = Math.min(rows, body.count - top);
	return [
		body.head(columns),
		...Array.from({length: visible}, (_, row) => {
			const line = fitLine(body.row(top + row, columns), columns);
			return top + row === cursor ? marked(line) : line;
		}),
	];
}

/** `>` and inverse: the mark must be seen without colours as well. Whether a group is open stays beside it. */
function marked([first, ...others]: Line): Line {
	const fold = first?.text.trim() ?? '';
	return select([span(fold === '' ? '> ' : `>${fold}`), ...others]);
}

/** What does not fit is told, and Enter shows it. */
function cut(lines: Line[], rows: number, columns: number): Line[] {
	if (lines.length <= rows) return lines;
	return [...lines.slice(0, rows - 1), fitLine([span('… Enter shows the rest', 'faint')], columns)];
}

function textLines(lines: Line[], {rows, columns}: Frame, top: number): Line[] {
	const window = lines.slice(top, top + rows);
	const below = lines.length - top - rows;
	if (below > 0) window[rows - 1] = fitLine([span(`  … ${below + 1} more lines`, 'faint')], columns);
	return window;
}
