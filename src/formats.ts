/** The names of the output formats and how a file's extension tells one. What renders them is in `reports/`. */
import {UsageError} from './errors.ts';
import {didYouMean} from './nearest.ts';

export const FORMATS = ['table', 'json', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** By extension, formats that this version cannot write yet included, so that the message can say so. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
	'.txt': 'table',
	'.json': 'json',
	'.ndjson': 'ndjson',
	'.jsonl': 'ndjson',
	'.sarif': 'sarif',
	'.sarif.json': 'sarif',
	'.ocsf.json': 'ocsf',
	'.html': 'html',
	'.htm': 'html',
	'.csv': 'csv',
	'.md': 'markdown',
	'.xml': 'junit',
};
const NAMED: ReadonlySet<string> = new Set([...FORMATS, ...Object.values(BY_EXTENSION)]);

/** @throws UsageError that names what can be written instead */
export function parseFormat(name: string): Format {
	const found = FORMATS.find(format => format === name);
	if (found !== undefined) return found;
	const known = `It can be ${FORMATS.join(', ')}.`;
	if (NAMED.has(name)) throw new UsageError(`The format "${name}" is not in this version yet.`, known);
	throw new UsageError(`There is no format "${name}"${didYouMean(name, FORMATS) || '.'}`, known);
}

/** Where a report goes; without `file` it is standard output. */
export interface Target {
	format: Format;
	file?: string;
}

/**
 * What `--format` and `--output` ask for together. With an output nothing goes to standard output unless
 * one of them is `-`. A format in `FORMAT=FILE` wins, then `--format`, then the extension.
 * @throws UsageError unknown format or extension, or two outputs into one file
 */
export function parseTargets(
	format: Format | undefined,
	outputs: readonly string[],
	fallback: Format = 'table',
): Target[] {
	if (outputs.length === 0) return [{format: format ?? fallback}];
	const seen = new Set<string>();
	return outputs.map(value => {
		const match = /^([A-Za-z]+)=(.*)$/s.exec(value);
		const file = match ? match[2]! : value;
		if (file === '') throw new UsageError('--output names no file.', 'Write --output=FILE or --output=FORMAT=FILE.');
		if (seen.has(file)) throw new UsageError(`--output names ${file} twice.`, 'Give each output a file of its own.');
		seen.add(file);
		const chosen = match ? parseFormat(match[1]!) : (format ?? byExtension(file));
		return file === '-' ? {format: chosen} : {format: chosen, file};
	});
}

function byExtension(file: string): Format {
	const base = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
	// The longest ending decides: `x.sarif.json` is SARIF.
	const ending = /(\.[a-z]+)?(\.[a-z]+)$/.exec(base);
	const name = BY_EXTENSION[ending?.[0] ?? ''] ?? BY_EXTENSION[ending?.[2] ?? ''];
	if (name === undefined) {
		throw new UsageError(
			`The name ${file} does not tell the format of --output.`,
			`Write --output=FORMAT=${file} with FORMAT one of ${FORMATS.join(', ')}.`,
		);
	}
	return parseFormat(name);
}
