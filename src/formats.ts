/**
 * The names of the output formats, per kind of command, and how a file's extension tells one. What renders
 * reports is in `reports/`.
 */
import {UsageError} from './errors.ts';
import {didYouMean} from './nearest.ts';

/** Where a result goes; without `file` it is standard output. */
export interface Target<F extends string> {
	format: F;
	file?: string;
}

/** The longest ending decides: `x.sarif.json` is SARIF. Formats of other commands too, so that messages can say so. */
const BY_ENDING: readonly (readonly [string, string])[] = [
	['.sarif.json', 'sarif'],
	['.ocsf.json', 'ocsf'],
	['.opengraph.json', 'opengraph'],
	['.bloodhound.json', 'opengraph'],
	['.txt', 'table'],
	['.json', 'json'],
	['.ndjson', 'ndjson'],
	['.jsonl', 'ndjson'],
	['.sarif', 'sarif'],
	['.html', 'html'],
	['.htm', 'html'],
	['.csv', 'csv'],
	['.md', 'markdown'],
	['.xml', 'junit'],
	['.dot', 'dot'],
	['.gv', 'dot'],
];
const KNOWN: ReadonlySet<string> = new Set(BY_ENDING.map(([, format]) => format));

/** What people call formats. */
const ALIASES: Readonly<Record<string, string>> = {
	bloodhound: 'opengraph',
	graphviz: 'dot',
	gv: 'dot',
	jsonl: 'ndjson',
	md: 'markdown',
	text: 'table',
	xml: 'junit',
};

/** The formats that one kind of command can write. */
export class FormatSet<F extends string> {
	readonly names: readonly F[];
	readonly #what: string;
	readonly #nearest: Readonly<Record<string, F>>;

	/**
	 * @param what is written, for messages: `a report`
	 * @param nearest for formats of other commands, what comes nearest here
	 */
	constructor(what: string, names: readonly F[], nearest: Readonly<Record<string, F>> = {}) {
		this.#what = what;
		this.names = names;
		this.#nearest = nearest;
	}

	/** @throws UsageError that names what can be written instead */
	parse(name: string): F {
		const found = this.names.find(format => format === name);
		if (found !== undefined) return found;
		const can = `It can be ${this.names.join(', ')}.`;
		const near = Object.hasOwn(this.#nearest, name) ? this.#nearest[name] : undefined;
		if (near !== undefined) {
			throw new UsageError(`${this.#what} cannot be written as ${name}; the nearest format is ${near}.`, can);
		}
		if (KNOWN.has(name)) throw new UsageError(`${this.#what} cannot be written as ${name}.`, can);
		const alias = Object.hasOwn(ALIASES, name) ? this.names.find(format => format === ALIASES[name]) : undefined;
		const meant = alias === undefined ? didYouMean(name, this.names) : `; did you mean "${alias}"?`;
		throw new UsageError(`There is no format "${name}"${meant || '.'}`, can);
	}

	/**
	 * What `--format` and `--output` ask for together. With an output nothing goes to standard output unless
	 * one of them is `-`. A format in `FORMAT=FILE` wins, then `--format`, then the extension.
	 * @param format a name as `--format` had it, checked here
	 * @throws UsageError unknown format or extension, or two outputs into one file
	 */
	targets(format: string | undefined, outputs: readonly string[]): Target<F>[] {
		const asked = format === undefined ? undefined : this.parse(format);
		if (outputs.length === 0) return [{format: asked ?? this.names[0]!}];
		const seen = new Set<string>();
		return outputs.map(value => {
			const match = /^([A-Za-z]+)=(.*)$/s.exec(value);
			const file = match ? match[2]! : value;
			if (file === '') throw new UsageError('--output names no file.', 'Write --output=FILE or --output=FORMAT=FILE.');
			if (seen.has(file)) throw new UsageError(`--output names ${file} twice.`, 'Give each output a file of its own.');
			seen.add(file);
			const chosen = match ? this.parse(match[1]!) : (asked ?? this.#byEnding(file));
			return file === '-' ? {format: chosen} : {format: chosen, file};
		});
	}

	#byEnding(file: string): F {
		const base = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
		const [, name] = BY_ENDING.find(([ending]) => base.endsWith(ending)) ?? [];
		if (name !== undefined) return this.parse(name);
		throw new UsageError(
			`The name ${file} does not tell the format of --output.`,
			`Write --output=FORMAT=${file} with FORMAT one of ${this.names.join(', ')}.`,
		);
	}
}

/** Reports of `audit`. The first is what a terminal gets. */
export const REPORT_FORMATS = new FormatSet('A report', [
	'table',
	'json',
	'ndjson',
	'sarif',
	'html',
	'csv',
	'markdown',
	'ocsf',
	'junit',
]);

/** Lists and single answers. */
export const PLAIN_FORMATS = new FormatSet('This', ['table', 'json', 'ndjson'], {csv: 'ndjson', markdown: 'table'});
export type PlainFormat = (typeof PLAIN_FORMATS.names)[number];

/** Comparisons of two reports. */
export const DIFF_FORMATS = new FormatSet('A comparison', ['table', 'json', 'markdown'], {
	ndjson: 'json',
	sarif: 'json',
	html: 'markdown',
	csv: 'json',
	ocsf: 'json',
	junit: 'json',
});

/** The trend over scheduled runs. */
export const HISTORY_FORMATS = new FormatSet('A trend', ['table', 'json', 'ndjson', 'html'], {
	csv: 'ndjson',
	markdown: 'table',
	sarif: 'json',
});
export type HistoryFormat = (typeof HISTORY_FORMATS.names)[number];

/** What draws a graph is of no use to an audit, and the reverse. */
export const PATH_FORMATS = new FormatSet('Paths', ['table', 'json', 'ndjson', 'dot', 'opengraph'], {
	sarif: 'json',
	html: 'dot',
	csv: 'ndjson',
	markdown: 'table',
	ocsf: 'ndjson',
	junit: 'json',
});
export type PathFormat = (typeof PATH_FORMATS.names)[number];
