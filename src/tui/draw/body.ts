/** The middle of the screen: a window of a list with its details, or of a text. */
import {layOut} from '../block.ts';
import type {ListBody} from '../body.ts';
import type {Frame} from '../frame.ts';
import {fitLine, type Line, select, span} from '../line.ts';
import {layoutOf, type Now} from '../now.ts';
import {screenNow, type State} from '../state.ts';

/** Exactly `rows` lines. */
export function bodyLines(state: State, {body, frame}: Now, rows: number): Line[] {
	const {cursor, top} = screenNow(state);
	const lines =
		body.kind === 'list'
			? withDetails(body, frame, listLines(body, frame, cursor, top), cursor)
			: textLines(layoutOf(body, frame, cursor).lines, frame, top);
	return Array.from({length: rows}, (_, row) => fitLine(lines[row] ?? [], state.size.columns));
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

/** `>` and inverse: the mark must be seen without colours as well. */
function marked([first, ...others]: Line): Line {
	return select([span(`>${first?.text.slice(1) ?? ''}`), ...others]);
}

function withDetails(body: ListBody, {rows, columns, pane}: Frame, list: Line[], cursor: number): Line[] {
	if (!pane) return list;
	const blocks = body.count > 0 ? body.details(cursor) : [];
	const details = cut(layOut(blocks, pane.columns - 1, -1).lines, pane.rows, pane.columns);
	if (pane.where === 'below') {
		const rule: Line = [span('─'.repeat(columns), 'faint')];
		const filled = Array.from({length: rows + 1}, (_, row) => list[row] ?? []);
		return [...filled, rule, ...details];
	}
	return Array.from({length: pane.rows}, (_, row) => [
		...fitLine(list[row] ?? [], columns),
		span(' │ ', 'faint'),
		...fitLine(details[row] ?? [], pane.columns),
	]);
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
