/** The formats of `paths`: its own list, because what draws a graph is of no use to an audit, and the reverse. */
import {UsageError} from '../errors.ts';
import {didYouMean} from '../nearest.ts';

export const PATH_FORMATS = ['table', 'json', 'ndjson', 'dot', 'opengraph'] as const;
export type PathFormat = (typeof PATH_FORMATS)[number];

/** Formats of other commands, each with what comes nearest to it here. */
const ELSEWHERE: Readonly<Record<string, PathFormat>> = {
	sarif: 'json',
	html: 'dot',
	csv: 'ndjson',
	markdown: 'table',
	ocsf: 'ndjson',
	junit: 'json',
};
/** Names that people know these formats by. */
const ALIASES: Readonly<Record<string, PathFormat>> = {
	bloodhound: 'opengraph',
	graphviz: 'dot',
	gv: 'dot',
	jsonl: 'ndjson',
	text: 'table',
};

/** The longest ending decides: `x.opengraph.json` is OpenGraph. */
const BY_ENDING: readonly (readonly [string, string])[] = [
	['.opengraph.json', 'opengraph'],
	['.bloodhound.json', 'opengraph'],
	['.sarif.json', 'sarif'],
	['.ocsf.json', 'ocsf'],
	['.txt', 'table'],
	['.json', 'json'],
	['.ndjson', 'ndjson'],
	['.jsonl', 'ndjson'],
	['.dot', 'dot'],
	['.gv', 'dot'],
	['.sarif', 'sarif'],
	['.html', 'html'],
	['.htm', 'html'],
	['.csv', 'csv'],
	['.md', 'markdown'],
	['.xml', 'junit'],
];

/** @throws UsageError that names the nearest format that paths can have */
export function parsePathFormat(name: string): PathFormat {
	const found = PATH_FORMATS.find(format => format === name);
	if (found !== undefined) return found;
	const known = `It can be ${PATH_FORMATS.join(', ')}.`;
	if (Object.hasOwn(ELSEWHERE, name)) {
		throw new UsageError(`Paths cannot be written as ${name}; the nearest format is ${ELSEWHERE[name]!}.`, known);
	}
	const meant = Object.hasOwn(ALIASES, name) ? `; did you mean "${ALIASES[name]!}"?` : didYouMean(name, PATH_FORMATS);
	throw new UsageError(`There is no format "${name}" for paths${meant || '.'}`, known);
}

export interface PathTarget {
	format: PathFormat;
	/** Standard output if absent. */
	file?: string;
}

/**
 * What `--format` and `--output` of `paths` ask for together: a format in `FORMAT=FILE` wins, then `--format`,
 * then the extension.
 * @param format a name as `--format` had it, checked here
 * @throws UsageError unknown format or extension, or two outputs into one file
 */
export function parsePathTargets(format: string | undefined, outputs: readonly string[]): PathTarget[] {
	const asked = format === undefined ? undefined : parsePathFormat(format);
	if (outputs.length === 0) return [{format: asked ?? 'table'}];
	const seen = new Set<string>();
	return outputs.map(value => {
		const match = /^([A-Za-z]+)=(.*)$/s.exec(value);
		const file = match ? match[2]! : value;
		if (file === '') throw new UsageError('--output names no file.', 'Write --output=FILE or --output=FORMAT=FILE.');
		if (seen.has(file)) throw new UsageError(`--output names ${file} twice.`, 'Give each output a file of its own.');
		seen.add(file);
		const chosen = match ? parsePathFormat(match[1]!) : (asked ?? byEnding(file));
		return file === '-' ? {format: chosen} : {format: chosen, file};
	});
}

function byEnding(file: string): PathFormat {
	const base = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
	const [, name] = BY_ENDING.find(([ending]) => base.endsWith(ending)) ?? [];
	if (name !== undefined) return parsePathFormat(name);
	throw new UsageError(
		`The name ${file} does not tell the format of --output.`,
		`Write --output=FORMAT=${file} with FORMAT one of ${PATH_FORMATS.join(', ')}.`,
	);
}
