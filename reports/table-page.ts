/** The page that `table` writes on: its width, its styles, and what every part of it needs. */
import {displayWidth, safeLine, wrap, wrapCommand} from '../src/text.ts';

export interface TableOptions {
	color: boolean;
	/** Width of the page in terminal columns; under 40 it is taken as 40. */
	columns: number;
}

/** Findings shown of one severity; as many choke points, unread facts and unknown checks. */
export const SHOWN = 50;
/** Lines that one text may take, so that one hostile name does not fill the page. */
export const LONGEST = 12;
const NARROWEST = 40;
/** Longer lines of prose are hard to read; commands use the whole width. */
const PROSE = 140;
export const ALL = '--format json';

/** SGR parameters by meaning. Every one of them comes with a word that says the same. */
const STYLES = {
	critical: '1;31',
	high: '31',
	medium: '33',
	low: '36',
	heading: '1',
	name: '1',
	missing: '35',
};
type Style = keyof typeof STYLES;

export interface Page {
	columns: number;
	paint(style: Style, text: string): string;
	/** A heading or name, usually one line, in one style. */
	line(style: Style, text: string, first?: string): string[];
	/** Prose after `first` and `rest`; both are cut after `LONGEST` lines. */
	prose(text: string, first: string, rest?: string): string[];
}

export function pageOf({color, columns: wanted}: TableOptions): Page {
	const columns = Math.max(NARROWEST, Math.floor(wanted));
	const paint = (style: Style, text: string) => (color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
	const prose: Page['prose'] = (text, first, rest = first) => {
		const lines = wrap(text, Math.min(columns, PROSE), first, rest);
		return lines.length <= LONGEST ? lines : [...lines.slice(0, LONGEST - 1), `${rest}(cut: see ${ALL})`];
	};
	const line: Page['line'] = (style, text, first = '') => prose(text, first).map(each => paint(style, each));
	return {columns, paint, line, prose};
}

/** A command that can be copied, or where to get it if it cannot be shown whole. */
export function commandLines(command: string, first: string, rest: string, page: Page): string[] {
	const safe = safeLine(command);
	if (safe !== command) {
		const warning = `Not to be copied: special characters are shown escaped. Exact with ${ALL}:`;
		return [...page.prose(warning, first, rest), ...page.prose(safe, rest)];
	}
	const lines = wrapCommand(safe, page.columns, first, `${rest}  `);
	if (lines.length <= LONGEST && lines.every(line => displayWidth(line) <= page.columns)) return lines;
	return page.prose(`The command is too long for this page: see ${ALL}.`, first, rest);
}

/** How many are not shown. */
export function* more(hidden: number, what: string, page: Page): Iterable<string> {
	if (hidden > 0) yield* wrap(`and ${count(hidden, `more ${what}`)}, with ${ALL}`, page.columns, '  ');
}

export const number = (value: number) => value.toLocaleString('en-US');
export const count = (value: number, one: string) => `${number(value)} ${value === 1 ? one : `${one}s`}`;
