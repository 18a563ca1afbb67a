/**
 * The run ledger on disk: `ledger.ndjson`, and `.head.json`, which says where it ends. A line is written ahead into the
 * head before it is appended, so one that was decided on is never lost, and half a line is never taken for one.
 */
import type {KeyObject} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {open, readFile, type FileHandle} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';
import {ifMissing, unwritable, writeDurably} from './durable.ts';
import {type Entry, type Event, lineOf, NO_LINE, parseLine, sha256, withSignature} from './entry.ts';
import {isLock, ownerText, takeLock} from './lock.ts';
import {signLine} from './signature.ts';

export const LEDGER = 'ledger.ndjson';
export const HEAD = '.head.json';
/** How long an append may wait for another one, in milliseconds. */
const APPEND_WAIT = 30_000;

export interface Head {
	/** Lines. */
	number: number;
	/** SHA-256 of the last line. */
	hash: string;
	/** A line that is about to be appended. */
	next?: string;
}

export const NO_HEAD: Head = {number: 0, hash: NO_LINE};

/** What is on the disk, taken apart but not judged. */
export interface Stored {
	/** Whole lines, without their ends. */
	lines: Buffer[];
	/** Bytes after the last line end. */
	rest: Buffer;
	/** Undefined if there is no such file; `broken` if it is none of ours. */
	head: Head | 'broken' | undefined;
}

/** Reads ledger and head as they were at one moment, whoever appends meanwhile. */
export async function readStored(folder: string): Promise<Stored> {
	for (let tries = 0; ; tries++) {
		const before = await readFile(join(folder, HEAD), 'utf8').catch(ifMissing(undefined));
		const bytes = await readFile(join(folder, LEDGER)).catch(ifMissing(Buffer.alloc(0)));
		const after = await readFile(join(folder, HEAD), 'utf8').catch(ifMissing(undefined));
		if (before !== after && tries < 20) continue;
		const lines: Buffer[] = [];
		let from = 0;
		for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
			lines.push(bytes.subarray(from, end));
			from = end + 1;
		}
		return {lines, rest: bytes.subarray(from), head: parseHead(after)};
	}
}

function parseHead(text: string | undefined): Stored['head'] {
	if (text === undefined) return undefined;
	try {
		const {number, hash, next} = JSON.parse(text) as Head;
		const isHead = Number.isInteger(number) && number >= 0 && /^[0-9a-f]{64}$/.test(hash);
		return isHead && (next === undefined || typeof next === 'string')
			? {number, hash, ...(next !== undefined && {next})}
			: 'broken';
	} catch {
		return 'broken';
	}
}

/**
 * All entries; half a line at the end is none.
 * @throws UsageError a line is none
 */
export async function readEntries(folder: string): Promise<Entry[]> {
	const file = join(folder, LEDGER);
	const entries: Entry[] = [];
	let rest = '';
	try {
		for await (const piece of createReadStream(file, 'utf8')) {
			const lines = `${rest}${String(piece)}`.split('\n');
			rest = lines.pop()!;
			for (const line of lines) entries.push(entryOf(line, file, entries.length + 1));
		}
	} catch (error) {
		return ifMissing(entries)(error);
	}
	return entries;
}

/** A line that is not there any more, or another one: somebody replaced the ledger. */
const REPLACED = Symbol('replaced');

/**
 * Entries for whoever asks again and again, as a schedule does for months: only lines that are new are read. Runs that
 * the retention deleted are forgotten, so that memory follows what is kept.
 */
export class KnownEntries {
	readonly #file: string;
	#entries: Entry[] = [];
	#lines = 0;
	/** Bytes up to and with the last line end that was read, and the line before it. */
	#offset = 0;
	#last: Buffer = Buffer.alloc(0);

	constructor(folder: string) {
		this.#file = join(folder, LEDGER);
	}

	/** @throws UsageError a line is none */
	async read(): Promise<readonly Entry[]> {
		const handle = await open(this.#file, 'r').catch(ifMissing(undefined));
		if (handle === undefined) {
			this.#reset();
			return [];
		}
		try {
			if ((await this.#readNew(handle)) === REPLACED) {
				this.#reset();
				await this.#readNew(handle);
			}
		} finally {
			await handle.close();
		}
		return this.#entries;
	}

	async #readNew(handle: FileHandle): Promise<typeof REPLACED | undefined> {
		const from = this.#offset - this.#last.length;
		const {size} = await handle.stat();
		const bytes = Buffer.allocUnsafe(Math.max(0, size - from));
		const {bytesRead} = await handle.read(bytes, 0, bytes.length, from);
		if (!bytes.subarray(0, Math.min(bytesRead, this.#last.length)).equals(this.#last)) return REPLACED;
		let start = this.#last.length;
		const fresh: Entry[] = [];
		for (let end = bytes.indexOf(10, start); end >= 0 && end < bytesRead; end = bytes.indexOf(10, start)) {
			fresh.push(entryOf(bytes.toString('utf8', start, end), this.#file, this.#lines + fresh.length + 1));
			this.#last = Buffer.from(bytes.subarray(start, end + 1));
			start = end + 1;
		}
		this.#offset = from + start;
		this.#lines += fresh.length;
		this.#entries = without(
			[...this.#entries, ...fresh],
			fresh.flatMap(entry => (entry.kind === 'pruned' ? entry.runs : [])),
		);
		return undefined;
	}

	#reset(): void {
		this.#entries = [];
		this.#lines = 0;
		this.#offset = 0;
		this.#last = Buffer.alloc(0);
	}
}

/** Without runs that are no more, but for the last one of each scope. */
function without(entries: readonly Entry[], runs: readonly string[]): Entry[] {
	const gone = new Set(runs);
	const last = new Map(entries.flatMap(entry => (entry.kind === 'run' ? [[entry.scope, entry.run] as const] : [])));
	return entries.filter(entry => entry.kind !== 'run' || !gone.has(entry.run) || last.get(entry.scope) === entry.run);
}

function entryOf(text: string, file: string, line: number): Entry {
	const entry = parseLine(text);
	if (entry !== undefined) return entry;
	throw new UsageError(
		`${file}:${line} is no line of a run ledger.`,
		`sa-audit verify ${dirname(file)} says what was changed.`,
	);
}

export interface LedgerOptions {
	io: Pick<Io, 'clock' | 'sleep' | 'signal'>;
	/** Signs each line. */
	key?: KeyObject;
}

/** The appending side. Several processes may have one each; a lock keeps their lines apart. */
export class Ledger {
	readonly folder: string;
	readonly #io: LedgerOptions['io'];
	readonly #key: KeyObject | undefined;

	constructor(folder: string, {io, key}: LedgerOptions) {
		this.folder = folder;
		this.#io = io;
		this.#key = key;
	}

	/**
	 * Appends one line, on the disk when this returns.
	 * @throws UsageError the disk refuses (nothing has changed then), or the ledger was tampered with
	 */
	async append(event: Event): Promise<Head> {
		return this.#locked(async () => {
			const head = await this.#settle();
			const at = new Date(this.#io.clock()).toISOString();
			const entry: Entry = {version: 1, number: head.number + 1, at, previous: head.hash, ...event};
			let line = lineOf(entry);
			if (this.#key !== undefined) line = withSignature(line, signLine(line, this.#key));
			return this.#write(head, line);
		});
	}

	/** Finishes an append that was broken off. @returns where the ledger ends */
	async settle(): Promise<Head> {
		return this.#locked(() => this.#settle());
	}

	async #locked<Value>(work: () => Promise<Value>): Promise<Value> {
		// Stopping must not keep a line from being written.
		const {signal} = new AbortController();
		const io = {clock: () => this.#io.clock(), sleep: (time: number) => this.#io.sleep(time), signal};
		const lock = await takeLock(this.folder, '.append.lock', {io, atMost: APPEND_WAIT});
		if (!isLock(lock)) {
			throw new UsageError(
				`The ledger in ${this.folder} is being written by ${ownerText(lock.owner)}.`,
				'Try again when it has ended.',
			);
		}
		try {
			return await work();
		} finally {
			await lock.release();
		}
	}

	async #settle(): Promise<Head> {
		const tail = await readTail(this.folder);
		const {head} = tail;
		if (head === 'broken' || (head === undefined && tail.size > 0))
			throw this.#tampered(`${HEAD} is missing or broken`);
		const from = head ?? NO_HEAD;
		if (from.next === undefined) {
			if (tail.rest > 0 || tail.hash !== from.hash) throw this.#tampered(`it does not end with line ${from.number}`);
			return from;
		}
		if (tail.rest === 0 && tail.hash === sha256(from.next)) return this.#setHead(from.number + 1, tail.hash);
		if (tail.hash !== from.hash) throw this.#tampered(`it does not end with line ${from.number}`);
		return this.#write({number: from.number, hash: from.hash}, from.next);
	}

	/** @param head where the ledger ends; half a line behind that is cut off */
	async #write(head: Head, line: string): Promise<Head> {
		const file = join(this.folder, LEDGER);
		await writeDurably(join(this.folder, HEAD), `${JSON.stringify({...head, next: line})}\n`);
		let handle: FileHandle | undefined;
		try {
			handle = await open(file, 'a', 0o600);
			const {size} = await handle.stat();
			const whole = await wholeSize(file, size);
			if (whole < size) await handle.truncate(whole);
			try {
				await handle.writeFile(`${line}\n`);
				await handle.sync();
			} catch (error) {
				await handle.truncate(whole);
				await handle.sync();
				throw error;
			}
		} catch (error) {
			// It stays written ahead: whoever appends next, when there is room, appends it first.
			throw unwritable(file, error);
		} finally {
			await handle?.close();
		}
		return this.#setHead(head.number + 1, sha256(line));
	}

	async #setHead(number: number, hash: string): Promise<Head> {
		const head = {number, hash};
		await writeDurably(join(this.folder, HEAD), `${JSON.stringify(head)}\n`);
		return head;
	}

	#tampered(why: string): UsageError {
		return new UsageError(
			`The ledger in ${this.folder} was changed by something else: ${why}. Nothing is added to it.`,
			`sa-audit verify ${this.folder} says more. Move the directory away, as evidence, and the next run begins a new one.`,
		);
	}
}

/** The end of the ledger, without reading all of it. `rest`: bytes behind the last line. */
async function readTail(folder: string): Promise<{size: number; hash: string; rest: number; head: Stored['head']}> {
	const head = parseHead(await readFile(join(folder, HEAD), 'utf8').catch(ifMissing(undefined)));
	const handle = await open(join(folder, LEDGER), 'r').catch(ifMissing(undefined));
	if (handle === undefined) return {size: 0, hash: NO_LINE, rest: 0, head};
	try {
		const {size} = await handle.stat();
		for (let window = 65_536; ; window *= 4) {
			const bytes = Buffer.alloc(Math.min(window, size));
			await handle.read(bytes, 0, bytes.length, size - bytes.length);
			const end = bytes.lastIndexOf(10);
			const start = end <= 0 ? -1 : bytes.lastIndexOf(10, end - 1);
			const isAll = bytes.length === size;
			if (end < 0 && isAll) return {size, hash: NO_LINE, rest: size, head};
			if (end < 0 || (start < 0 && !isAll)) continue;
			return {size, hash: sha256(bytes.subarray(start + 1, end)), rest: bytes.length - end - 1, head};
		}
	} finally {
		await handle.close();
	}
}

/** Size up to and with the last line end. */
async function wholeSize(file: string, size: number): Promise<number> {
	if (size === 0) return 0;
	const handle = await open(file, 'r');
	try {
		for (let window = 65_536; ; window *= 4) {
			const bytes = Buffer.alloc(Math.min(window, size));
			await handle.read(bytes, 0, bytes.length, size - bytes.length);
			const end = bytes.lastIndexOf(10);
			if (end >= 0) return size - bytes.length + end + 1;
			if (bytes.length === size) return 0;
		}
	} finally {
		await handle.close();
	}
}
