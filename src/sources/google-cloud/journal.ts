/**
 * What was already answered: every successful answer of a collection, appended to a file in the user's state directory
 * as it comes. A resumed collection asks the same questions and finds the answers here, so nothing is asked twice after
 * success, whenever the first run was killed. Only places are kept in memory, 16 bytes or so an answer.
 */
import {createHash} from 'node:crypto';
import {closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {UsageError} from '../../errors.ts';
import type {Json} from '../asset.ts';

export interface Journal {
	/** The answer to a question, if it was given. */
	find(method: string, request: Json): Json | undefined;
	add(method: string, request: Json, answer: Json): void;
	/** Answers from an earlier run. */
	readonly resumed: number;
	/** When the collection was begun, RFC 3339. */
	readonly startedAt: string;
	/** @param keep leave it for `--resume` */
	close(keep: boolean): void;
}

/** First line of a journal. A journal of another version is not resumed. */
interface Head {
	version: 1;
	startedAt: string;
}

/**
 * @param file where the journal is kept, from `journalFile`
 * @param options.resume go on with what is there
 * @throws UsageError the state directory cannot be written
 */
export function openJournal(file: string, options: {resume: boolean; now: string}): Journal {
	try {
		mkdirSync(dirname(file), {recursive: true, mode: 0o700});
		if (!options.resume) rmSync(file, {force: true});
		return new FileJournal(file, options.now);
	} catch (error) {
		throw new UsageError(
			`The state of the collection cannot be written to ${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`,
			'Set XDG_STATE_HOME to a directory that you can write to.',
			{cause: error},
		);
	}
}

/** Where there is no place for one: nothing is kept. */
export function noJournal(now: string): Journal {
	return {resumed: 0, startedAt: now, find: () => undefined, add() {}, close() {}};
}

/**
 * `$XDG_STATE_HOME/sa-audit/collections/HASH.ndjson`, else below `~/.local/state`.
 * @param what everything that makes it another collection: scopes, route, endpoint, who asks
 */
export function journalFile(env: Readonly<Record<string, string | undefined>>, what: readonly string[]): string {
	const hash = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 24);
	return join(stateFolder(env), 'collections', `${hash}.ndjson`);
}

/** The user's state directory for this program. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
	return join(xdg({HOME: homedir(), ...env}, 'XDG_STATE_HOME', '.local/state'), 'sa-audit');
}

/**
 * A directory of the XDG specification; a relative path counts as unset there.
 * @throws UsageError neither the variable nor a home directory is set
 */
export function xdg(env: Readonly<Record<string, string | undefined>>, variable: string, below: string): string {
	const stated = env[variable];
	if (stated?.startsWith('/')) return stated;
	const home = env['HOME'] ?? env['USERPROFILE'];
	if (home === undefined || home === '') {
		throw new UsageError(
			`Neither ${variable} nor HOME is set.`,
			`Set ${variable} to a directory that you can write to.`,
		);
	}
	return join(home, below);
}

class FileJournal implements Journal {
	readonly startedAt: string;
	readonly resumed: number;
	readonly #file: string;
	readonly #descriptor: number;
	readonly #places = new Map<string, {at: number; length: number}>();
	#end = 0;

	constructor(file: string, now: string) {
		this.#file = file;
		this.#descriptor = openSync(file, 'a+', 0o600);
		const head = this.#read();
		this.startedAt = head?.startedAt ?? now;
		this.resumed = this.#places.size;
		if (head) return;
		this.#places.clear();
		ftruncateSync(this.#descriptor);
		this.#end = 0;
		this.#append(JSON.stringify({version: 1, startedAt: now} satisfies Head));
	}

	find(method: string, request: Json): Json | undefined {
		const place = this.#places.get(keyOf(method, request));
		if (!place) return undefined;
		const bytes = Buffer.allocUnsafe(place.length);
		readSync(this.#descriptor, bytes, 0, place.length, place.at);
		return JSON.parse(bytes.toString('utf8')) as Json;
	}

	add(method: string, request: Json, answer: Json): void {
		const key = keyOf(method, request);
		const text = JSON.stringify(answer);
		const at = this.#end + key.length + 1;
		const length = Buffer.byteLength(text);
		this.#append(`${key} ${text}`);
		this.#places.set(key, {at, length});
	}

	close(keep: boolean): void {
		closeSync(this.#descriptor);
		if (!keep) rmSync(this.#file, {force: true});
	}

	#append(line: string): void {
		this.#end += writeSync(this.#descriptor, `${line}\n`);
	}

	/** Finds the places of all whole lines; half a line at the end, of a run that was killed, is cut off. */
	#read(): Head | undefined {
		const size = fstatSync(this.#descriptor).size;
		let head: Head | undefined;
		let rest = Buffer.alloc(0);
		let start = 0;
		for (let at = 0; at < size;) {
			const block = Buffer.allocUnsafe(Math.min(1 << 20, size - at));
			at += readSync(this.#descriptor, block, 0, block.length, at);
			rest = rest.length > 0 ? Buffer.concat([rest, block]) : block;
			let from = 0;
			for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
				const line = rest.subarray(from, end);
				if (head === undefined) {
					head = headOf(line);
					if (head === undefined) return undefined;
				} else {
					const space = line.indexOf(32);
					const key = line.subarray(0, space).toString('latin1');
					this.#places.set(key, {at: start + from + space + 1, length: line.length - space - 1});
				}
				from = end + 1;
			}
			start += from;
			rest = rest.subarray(from);
		}
		this.#end = start;
		ftruncateSync(this.#descriptor, start);
		return head;
	}
}

function headOf(line: Buffer): Head | undefined {
	try {
		const head = JSON.parse(line.toString('utf8')) as Head;
		return head.version === 1 && typeof head.startedAt === 'string' ? head : undefined;
	} catch {
		return undefined;
	}
}

function keyOf(method: string, request: Json): string {
	return createHash('sha256')
		.update(`${method} ${JSON.stringify(request)}`)
		.digest('base64url')
		.slice(0, 24);
}
