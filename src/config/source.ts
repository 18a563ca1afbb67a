/** A YAML file whose every value knows its line, and the messages that name what is wrong where. */
import {isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node, type Range} from 'yaml';
import type {z} from 'zod';
import {nearest} from '../nearest.ts';
import {UsageError} from '../errors.ts';

export type Path = readonly PropertyKey[];

export interface Trouble {
	/** Counts from 1. */
	line: number;
	message: string;
}

/** A parsed file. Nothing about `value` is checked yet. */
export class YamlSource {
	readonly file: string;
	readonly value: unknown;
	readonly #lines = new LineCounter();
	readonly #document: Document;

	/** @throws UsageError naming each place that is no YAML */
	constructor(file: string, text: string) {
		this.file = file;
		this.#document = parseDocument(text, {lineCounter: this.#lines, prettyErrors: false, stringKeys: true});
		const troubles = this.#document.errors.map(error => ({
			line: this.#lines.linePos(error.pos[0]).line,
			message: error.message,
		}));
		if (troubles.length === 0) {
			try {
				this.value = this.#document.toJS({maxAliasCount: 100}) ?? {};
			} catch (error) {
				// The parser refuses aliases that unfold without end.
				troubles.push({line: 1, message: (error as Error).message});
			}
		}
		if (troubles.length > 0) throw complain(file, troubles);
	}

	/** The line of the value at `path`, or of the nearest thing around it that exists; counts from 1. */
	line(path: Path): number {
		for (let length = path.length; length >= 0; length--) {
			const node = this.#document.getIn(path.slice(0, length), true) as Node | undefined;
			if (node?.range) return this.#lineOf(node.range);
		}
		return 1;
	}

	/** The line of the key itself, for keys that are wrong. */
	keyLine(path: Path, key: string): number {
		const map = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
		if (!isMap(map)) return this.line(path);
		const pair = map.items.find(item => isPair(item) && isScalar(item.key) && item.key.value === key);
		const range = isScalar(pair?.key) ? pair.key.range : undefined;
		return range ? this.#lineOf(range) : this.line(path);
	}

	#lineOf(range: Range): number {
		return this.#lines.linePos(range[0]).line;
	}
}

/** All problems of one file in one message, in the order of its lines. */
export function complain(file: string, troubles: Trouble[]): UsageError {
	const lines = troubles.toSorted((a, b) => a.line - b.line).map(({line, message}) => `${file}:${line}: ${message}`);
	const head = lines.length === 1 ? [] : [`${file} has ${lines.length} problems:`];
	return new UsageError([...head, ...lines].join('\n'), 'schema/config.schema.json in the package describes the file.');
}

/** One schema issue as problems with lines; an issue about wrong keys is one for each key. */
export function troublesOf(issue: z.core.$ZodIssue, source: YamlSource, known: (path: Path) => string[]): Trouble[] {
	const place = issue.path.map(String).join('.');
	if (issue.code === 'unrecognized_keys') {
		const right = known(issue.path);
		return issue.keys.map(key => {
			const near = nearest(key, right);
			return {
				line: source.keyLine(issue.path, key),
				message:
					`unknown key "${key}"${place ? ` in ${place}` : ''}` +
					(near === undefined ? ` (known: ${right.join(', ')})` : `; did you mean "${near}"?`),
			};
		});
	}
	const found = valueAt(source.value, issue.path);
	const line = source.line(issue.path);
	const where = place || 'the file';
	if (found === undefined && issue.code !== 'invalid_union') return [{line, message: `${where} is missing`}];
	if (issue.code === 'invalid_value') {
		const allowed = issue.values.map(String);
		const near = typeof found === 'string' ? nearest(found, allowed) : undefined;
		return [
			{
				line,
				message:
					`${where} must be one of ${allowed.join(', ')}, not ${show(found)}` +
					(near === undefined ? '' : `; did you mean "${near}"?`),
			},
		];
	}
	const not = mayBeSecret(issue.path) ? 'what is there' : show(found);
	return [{line, message: `${where} ${expectation(issue)}, not ${not}`}];
}

/** Settings of notices that hold no secret whatever somebody writes there. */
const SHOWN_OF_NOTICES: ReadonlySet<string> = new Set(['kind', 'name', 'minSeverity', 'template', 'events', 'scopes']);

/** A message must not repeat the secret that somebody wrote where only its place belongs. */
function mayBeSecret(path: Path): boolean {
	return path[0] === 'notices' && !path.some(key => SHOWN_OF_NOTICES.has(String(key)));
}

const TYPES: Readonly<Record<string, string>> = {
	string: 'a text (a number needs quotes)',
	array: 'a list',
	object: 'a group of keys',
	record: 'a group of keys',
	boolean: 'true or false',
	int: 'a whole number',
	number: 'a number',
};

function expectation(issue: z.core.$ZodIssue): string {
	if (issue.code === 'invalid_type') return `must be ${TYPES[issue.expected] ?? issue.expected}`;
	if (issue.code === 'too_small')
		return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`;
	if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
	return `must be ${issue.message}`;
}

function valueAt(value: unknown, path: Path): unknown {
	let at = value;
	for (const key of path) {
		if (typeof at !== 'object' || at === null) return undefined;
		at = (at as Record<PropertyKey, unknown>)[key];
	}
	return at;
}

function show(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
