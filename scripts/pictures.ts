/**
 * `npm run pictures`: draws the main screens of the terminal audit, over the demo, into docs/images. They are the lines
 * that the terminal gets, as SVG.
 */
import {mkdir, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {checks} from '../checks/index.ts';
import {displayWidth} from '../src/text.ts';
import type {Column} from '../src/tui/draw/body.ts';
import {drawScreen} from '../src/tui/draw/screen.ts';
import {fitLine, type Line, type Span, type Style} from '../src/tui/line.ts';
import {after, demoData, opened} from '../test/tui/data.ts';

const COLUMNS = 110;
const ROWS = 32;
const WIDE = {columns: 180, rows: 42};
const CELL = {width: 8.4, height: 18};
const MARGIN = 14;
const PAPER = '#16181d';
const INK = '#d7dae0';

interface Look {
	fill?: string;
	bold?: boolean;
	/** Ink and paper change places. */
	inverse?: boolean;
}

/** A dark theme's idea of the 16 colours that the terminal is asked for. */
const LOOKS: Readonly<Record<Style, Look>> = {
	critical: {fill: '#ff6b68', bold: true},
	high: {fill: '#ff6b68'},
	medium: {fill: '#e5c07b'},
	low: {fill: '#56b6c2'},
	certain: {},
	unsure: {fill: '#c678dd'},
	hole: {fill: '#c678dd'},
	good: {fill: '#98c379'},
	title: {fill: '#ffffff', bold: true},
	name: {fill: '#ffffff', bold: true},
	faint: {fill: '#8a919e'},
	accent: {fill: '#56b6c2'},
	selected: {inverse: true},
	bar: {inverse: true},
};

const CHAIN = ['2', '/', ...'check:impersonation-chain', 'enter'];
const PICTURES: Readonly<Record<string, {keys: string[]; columns?: number; rows?: number; title: string}>> = {
	overview: {keys: [], title: 'The overview of the demo organization', ...WIDE},
	findings: {
		keys: ['2', '/', ...'severity:critical', 'enter', 'down'],
		title: 'Findings, filtered, with the details of one',
		...WIDE,
	},
	path: {keys: [...CHAIN, 'p', 'down'], title: 'A path, hop by hop'},
	node: {keys: [...CHAIN, 'p', 'down', 'enter'], title: 'A node of a path'},
};

function picture(lines: readonly Line[], columns: number, title: string): string {
	const width = columns * CELL.width + MARGIN * 2;
	const height = lines.length * CELL.height + MARGIN * 2;
	const rows = lines.flatMap((line, row) => rowOf(fitLine(line, columns), row));
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
		`<title>${escape(title)}</title>`,
		`<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
		`<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${INK}" xml:space="preserve">`,
		...rows,
		'</g>',
		'</svg>',
		'',
	].join('\n');
}

function rowOf(line: Line, row: number): string[] {
	let column = 0;
	return line.flatMap(span => {
		const x = MARGIN + column * CELL.width;
		const wide = displayWidth(span.text);
		column += wide;
		return spanOf(span, x, wide, row);
	});
}

function spanOf({text, style}: Span, x: number, columns: number, row: number): string[] {
	const {fill, bold, inverse}: Look = style ? LOOKS[style] : {};
	const top = MARGIN + row * CELL.height;
	const width = (columns * CELL.width).toFixed(1);
	const paper = inverse
		? [`<rect x="${x.toFixed(1)}" y="${top}" width="${width}" height="${CELL.height}" fill="${INK}"/>`]
		: [];
	if (text.trim() === '') return paper;
	const color = inverse ? PAPER : fill;
	const attributes = [
		`x="${x.toFixed(1)}" y="${top + 13.5}" textLength="${width}"`,
		color === undefined ? '' : ` fill="${color}"`,
		bold ? ' font-weight="bold"' : '',
	].join('');
	return [...paper, `<text ${attributes}>${escape(text)}</text>`];
}

/** Columns beside each other as whole lines. */
function joined(columns: readonly Column[]): Line[] {
	return columns[0]!.lines.map((_, row) => columns.flatMap(({lines, width}) => fitLine(lines[row]!, width)));
}

const escape = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');

/** What each picture is now, by the name of its file in `docs/images`. */
export async function pictures(): Promise<Map<string, string>> {
	const data = await demoData(checks);
	return new Map(
		Object.entries(PICTURES).map(([name, {keys, columns = COLUMNS, rows = ROWS, title}]) => {
			const {header, body, footer} = drawScreen(after(opened(data, columns, rows), ...keys));
			return [`${name}.svg`, picture([...header, ...joined(body), ...footer], columns, title)];
		}),
	);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
	await mkdir(folder, {recursive: true});
	for (const [name, svg] of await pictures()) await writeFile(folder + name, svg);
}
