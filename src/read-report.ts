/**
 * Reads a saved JSON report of any size: no part of it but one finding at a time has to fit into memory as text.
 * The file is read twice or more: once to prove that it is a whole report of ours, then each time its findings
 * are iterated. Everything else that a report holds is small and kept.
 */
import {closeSync, fstatSync, openSync} from 'node:fs';
import {UsageError} from './errors.ts';
import {BrokenJson, JsonFile} from './json-file.ts';
import {misfit} from './report-shape.ts';
import type {Finding, FindingList, Report} from './report.ts';

/** In a report's order; `findings` is not kept. */
const KEYS = [
	'version',
	'tool',
	'run',
	'summary',
	'coverage',
	'checks',
	'chokePoints',
	'accounts',
	'graph',
	'findings',
] as const;
/** What a report has only where there is something to say. */
const OPTIONAL = ['googleInsights', 'suppressions', 'baseline'] as const;
/** Wherever a later version may publish it. */
const SCHEMA = /\/report\.schema\.json$/;
/** What a gzip file begins with, as it is read here. */
const GZIP = '\u001f';
const AGAIN = 'Write it again with sa-audit audit --output=json=FILE.';

/**
 * @param file a regular file, since its findings are read again for every iteration
 * @param onFinding told of each finding, and of its offset in bytes, while the file is read for the first time
 * @returns a report whose findings are read from the file when iterated; an iteration throws UsageError too, if the
 *   file has changed meanwhile
 * @throws UsageError no such file, no report, another version of it, or a cut one
 */
export function readReport(file: string, onFinding?: (finding: Finding, at: number) => void): Report {
	return opened(file, descriptor => {
		const json = new JsonFile(descriptor);
		if (json.peek() === GZIP)
			throw new UsageError(`${file} is gzipped.`, 'Unpack it first, with gunzip: it is read more than once.');
		if (json.peek() !== '{') throw foreign(file, json.isEmpty ? 'it is empty' : 'it is no JSON object');
		const read = new Map<string, unknown>();
		let list: SavedFindings | undefined;
		for (const key of json.keys()) {
			if (read.has(key)) throw foreign(file, `it has "${key}" twice`);
			if (key === 'findings') {
				const start = json.position;
				let length = 0;
				for (const finding of elements(json, file, key)) {
					check(file, 'findings', finding, `findings[${length}]`);
					onFinding?.(finding as Finding, json.start);
					length++;
				}
				list = new SavedFindings(file, start, length);
				read.set(key, list);
				continue;
			}
			const value = json.peek() === '[' ? [...elements(json, file, key)] : json.value();
			read.set(key, value);
			if (key === 'version') checkVersion(file, value);
			else check(file, key, value, key);
			// Another program's file is refused before its rest, which may be large, is read.
			const isOurs = KEYS.some(known => known === key) || (key === '$schema' && SCHEMA.test(String(value)));
			if (!isOurs && !read.has('version')) throw foreign(file, `it begins with "${key}"`);
		}
		const missing = KEYS.find(key => !read.has(key));
		if (missing !== undefined) throw foreign(file, `it has no "${missing}"`);
		json.end();
		const kept = [...KEYS, ...OPTIONAL.filter(key => read.has(key))];
		return Object.fromEntries(kept.map(key => [key, read.get(key)])) as unknown as Report;
	});
}

/**
 * Findings of a report by their offsets, as `readReport` told them.
 * @throws UsageError the file has changed since
 */
export class FindingsByOffset {
	readonly #file: string;
	readonly #descriptor: number;
	readonly #json: JsonFile;

	constructor(file: string) {
		this.#file = file;
		this.#descriptor = openFile(file);
		this.#json = new JsonFile(this.#descriptor);
	}

	/** @param fingerprint what must be found there */
	at(offset: number, fingerprint: string): Finding {
		let finding: unknown;
		try {
			this.#json.seek(offset);
			finding = this.#json.value();
		} catch (error) {
			throw told(this.#file, error);
		}
		check(this.#file, 'findings', finding, 'a finding');
		if ((finding as Finding).fingerprint === fingerprint) return finding as Finding;
		throw foreign(this.#file, 'it changed while it was read');
	}

	close(): void {
		closeSync(this.#descriptor);
	}
}

class SavedFindings implements FindingList {
	readonly length: number;
	readonly #file: string;
	readonly #start: number;

	constructor(file: string, start: number, length: number) {
		this.#file = file;
		this.#start = start;
		this.length = length;
	}

	*[Symbol.iterator](): Generator<Finding> {
		const descriptor = openFile(this.#file);
		try {
			const json = new JsonFile(descriptor, this.#start);
			for (const finding of json.elements()) {
				check(this.#file, 'findings', finding, 'a finding');
				yield finding as Finding;
			}
		} catch (error) {
			throw told(this.#file, error);
		} finally {
			closeSync(descriptor);
		}
	}
}

function* elements(json: JsonFile, file: string, key: string): Iterable<unknown> {
	if (json.peek() !== '[') throw foreign(file, `"${key}" is no list`);
	yield* json.elements();
}

function checkVersion(file: string, version: unknown): void {
	if (version === 1) return;
	if (typeof version !== 'number' || !Number.isInteger(version))
		throw foreign(file, 'its "version" is no whole number');
	const [age, hint] =
		version > 1
			? ['a newer', 'Use the version of sa-audit that wrote it, or a newer one.']
			: ['an older', `This version reads version 1 only. ${AGAIN}`];
	throw new UsageError(`${file} is a report of ${age} version (${version}) than this sa-audit reads.`, hint);
}

function check(file: string, key: string, value: unknown, where: string): void {
	const problem = misfit(key, value, where);
	if (problem !== undefined) throw foreign(file, problem);
}

function foreign(file: string, why: string): UsageError {
	return new UsageError(`${file} is no JSON report of sa-audit: ${why}.`, AGAIN);
}

function opened<Result>(file: string, read: (descriptor: number) => Result): Result {
	const descriptor = openFile(file);
	try {
		return read(descriptor);
	} catch (error) {
		throw told(file, error);
	} finally {
		closeSync(descriptor);
	}
}

function openFile(file: string): number {
	let descriptor: number;
	try {
		descriptor = openSync(file, 'r');
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		const why = code === 'ENOENT' ? 'it does not exist' : code === 'EACCES' ? 'permission denied' : String(code);
		throw new UsageError(
			`${file} cannot be read: ${why}.`,
			'Name a file that sa-audit audit --output=json=FILE wrote.',
			{
				cause: error,
			},
		);
	}
	if (fstatSync(descriptor).isFile()) return descriptor;
	closeSync(descriptor);
	throw new UsageError(`${file} is no regular file.`, 'Save the report to a file first: it is read more than once.');
}

/** What is wrong with the bytes, and what the system says, becomes the user's to mend. */
function told(file: string, error: unknown): unknown {
	if (error instanceof BrokenJson) {
		if (error.cut) return new UsageError(`${file} is cut off: it ends in the middle of the report.`, AGAIN);
		return foreign(file, `${error.message}, at byte ${error.at}`);
	}
	const {code, syscall} = error as NodeJS.ErrnoException;
	if (syscall === undefined) return error;
	return new UsageError(`${file} cannot be read: ${code}.`, 'Look at the file and its disk.', {cause: error});
}
