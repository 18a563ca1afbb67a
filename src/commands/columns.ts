/** Lists of rows as tables: columns once, for the terminal, CSV, Markdown, HTML and for sorting. */
import {csvCell} from '../../reports/csv.ts';
import {html as escaped, text as markdownText} from '../../reports/markdown-text.ts';
import type {KeyFormat} from '../formats.ts';
import {displayWidth, fit, safeJson, safeLine} from '../text.ts';

export interface Column<Row> {
	/** As `--sort` and the header of CSV have it: lower case, words joined by `-` and `_`. */
	id: string;
	title: string;
	/** Empty: not known, or none. */
	text(row: Row): string;
	/** What a terminal shows, where that is less. */
	short?(row: Row): string;
	/** By what it sorts, if not by its text. Undefined values come last, whichever way. */
	value?(row: Row): number | string | undefined;
	/** Left out of the table for a terminal, where there is no room. */
	wide?: true;
	/** Numbers stand to the right. */
	right?: true;
}

/** A list that can be written in every format. */
export interface Listing<Row> {
	/** Key of the list in JSON. */
	name: string;
	/** Heading for people. */
	title: string;
	columns: readonly Column<Row>[];
	rows: readonly Row[];
	/** Why there may be more: what was not read. */
	holes: readonly string[];
	/** What people read where there is nothing. */
	empty: string;
	schema?: string;
}

/** Rows by a column, those without a value last; otherwise in the order that they have. */
export function sorted<Row>(rows: readonly Row[], column: Column<Row>, reverse: boolean): Row[] {
	const value = (row: Row): number | string | undefined => {
		if (column.value) return column.value(row);
		return column.text(row) || undefined;
	};
	const sign = reverse ? -1 : 1;
	return rows.toSorted((a, b) => {
		const [x, y] = [value(a), value(b)];
		if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
		return x === y ? 0 : x < y ? -sign : sign;
	});
}

const WRITERS: Record<KeyFormat, <Row>(listing: Listing<Row>, columns: number) => Iterable<string>> = {
	table: tableText,
	json: jsonText,
	ndjson: linesText,
	csv: csvText,
	markdown: markdownPage,
	html: htmlPage,
};

function* linesText<Row>({rows}: Listing<Row>): Iterable<string> {
	for (const row of rows) yield `${safeJson(row as object)}\n`;
}

/** @param columns of the terminal */
export function listingText<Row>(listing: Listing<Row>, format: KeyFormat, columns: number): Iterable<string> {
	return WRITERS[format](listing, columns);
}

function* tableText<Row>({columns: all, rows, holes, empty, title}: Listing<Row>, width: number): Iterable<string> {
	const columns = all.filter(({wide}) => !wide);
	if (rows.length === 0) yield `${empty}\n`;
	else {
		yield `${title}: ${rows.length.toLocaleString('en-US')}\n\n`;
		const cells = rows.map(row => columns.map(column => safeLine((column.short ?? column.text)(row)) || '-'));
		const widths = columns.map(({title: name}, i) =>
			Math.max(displayWidth(name), ...sample(cells).map(row => displayWidth(row[i]!))),
		);
		shrink(widths, width - 2 * (columns.length - 1));
		const line = (texts: readonly string[]): string =>
			texts
				.map((cell, i) => {
					const cut = fit(cell, widths[i]!);
					const padding = ' '.repeat(Math.max(0, widths[i]! - displayWidth(cut)));
					return columns[i]!.right ? padding + cut : cut + padding;
				})
				.join('  ')
				.trimEnd();
		yield `${line(columns.map(({title: name}) => name))}\n`;
		for (const row of cells) yield `${line(row)}\n`;
	}
	if (holes.length > 0) yield '\n';
	for (const hole of holes) yield `${safeLine(`Not known: ${hole}`)}\n`;
}

/** Widths are measured on so many rows; what is wider further down is cut. */
function sample<T>(rows: readonly T[]): readonly T[] {
	return rows.length > 2000 ? rows.slice(0, 2000) : rows;
}

/** The widest columns give way until the line fits. */
function shrink(widths: number[], room: number): void {
	let sum = widths.reduce((total, width) => total + width, 0);
	while (sum > room) {
		const widest = widths.indexOf(Math.max(...widths));
		if (widths[widest]! <= 8) return;
		widths[widest]!--;
		sum--;
	}
}

function* jsonText<Row>({name, rows, holes, schema}: Listing<Row>): Iterable<string> {
	yield '{\n';
	if (schema !== undefined) yield `  "$schema": ${safeJson(schema)},\n`;
	yield `  "version": 1,\n  ${safeJson(name)}: [`;
	for (const [index, row] of rows.entries()) yield `${index === 0 ? '' : ','}\n    ${safeJson(row as object)}`;
	yield `${rows.length > 0 ? '\n  ' : ''}],\n  "holes": ${safeJson([...holes])}\n}\n`;
}

function* csvText<Row>({columns, rows}: Listing<Row>): Iterable<string> {
	yield `${columns.map(({id}) => id.replaceAll('-', '_')).join(',')}\r\n`;
	for (const row of rows) yield `${columns.map(column => csvCell(column.text(row))).join(',')}\r\n`;
}

/** Rows of a Markdown table; more would not be read. */
const MOST_IN_MARKDOWN = 500;

function* markdownPage<Row>({title, columns: all, rows, holes, empty}: Listing<Row>): Iterable<string> {
	const columns = all.filter(({wide}) => !wide);
	yield `# ${title}\n\n`;
	if (rows.length === 0) yield `${empty}\n`;
	else {
		yield `| ${columns.map(({title: name}) => name).join(' | ')} |\n`;
		yield `|${columns.map(({right}) => (right ? '---:' : '---')).join('|')}|\n`;
		for (const row of rows.slice(0, MOST_IN_MARKDOWN))
			yield `| ${columns.map(column => markdownText(column.text(row))).join(' | ')} |\n`;
		if (rows.length > MOST_IN_MARKDOWN)
			yield `\nand ${(rows.length - MOST_IN_MARKDOWN).toLocaleString('en-US')} more, with <code>--format json</code>\n`;
	}
	if (holes.length > 0) yield '\nNot known:\n\n';
	for (const hole of holes) yield `- ${markdownText(hole)}\n`;
}

const STYLE =
	'body{font:14px/1.5 system-ui,sans-serif;margin:2em}table{border-collapse:collapse}' +
	'th,td{border-bottom:1px solid #8886;padding:.3em .7em;text-align:left;vertical-align:top}' +
	'td.right,th.right{text-align:right}:root{color-scheme:light dark}';

/** A page without a script: nothing in it is more than text. */
function* htmlPage<Row>({title, columns, rows, holes, empty}: Listing<Row>): Iterable<string> {
	const side = ({right}: Column<Row>): string => (right ? ' class="right"' : '');
	yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">';
	yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
	yield `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>\n<h1>${escaped(title)}</h1>\n`;
	if (rows.length === 0) yield `<p>${escaped(empty)}</p>\n`;
	else {
		yield '<table><thead><tr>';
		for (const column of columns) yield `<th scope="col"${side(column)}>${escaped(column.title)}</th>`;
		yield '</tr></thead><tbody>\n';
		for (const row of rows) {
			yield '<tr>';
			for (const column of columns) yield `<td${side(column)}>${escaped(safeLine(column.text(row)))}</td>`;
			yield '</tr>\n';
		}
		yield '</tbody></table>\n';
	}
	if (holes.length > 0) yield '<h2>Not known</h2><ul>\n';
	for (const hole of holes) yield `<li>${escaped(safeLine(hole))}</li>\n`;
	if (holes.length > 0) yield '</ul>\n';
	yield '</body></html>\n';
}
