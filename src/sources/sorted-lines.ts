/**
 * Lines in one order, however many there are and in whatever order they come: what does not fit goes to sorted files
 * and is merged at the end. The order of pages and answers must not show in a collection.
 */
import {closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';

/** Characters that are held before a file is written. */
const HELD = 16 * 2 ** 20;
const BLOCK = 1 << 18;
/** Lines that are written at once. */
const BATCH = 1000;

export class SortedLines {
	readonly #folder: string;
	readonly #held: number;
	#lines: string[] = [];
	#size = 0;
	#spill: string | undefined;
	readonly #files: string[] = [];

	/** @param folder where files go if need be; it is made then */
	constructor(folder: string, held = HELD) {
		this.#folder = folder;
		this.#held = held;
	}

	/** @param line without a newline in it */
	add(line: string): void {
		this.#lines.push(line);
		this.#size += line.length;
		if (this.#size >= this.#held) this.#write();
	}

	/** All lines in order of code units, each once, with newlines. Call once, at the end. */
	*sorted(): Generator<string> {
		const runs: Iterator<string>[] = [this.#lines.sort(byCodeUnit).values()];
		for (const file of this.#files) runs.push(linesOf(file));
		let last: string | undefined;
		for (const line of merged(runs)) {
			if (line === last) continue;
			last = line;
			yield `${line}\n`;
		}
	}

	/** Removes the files. */
	discard(): void {
		if (this.#spill !== undefined) rmSync(this.#spill, {recursive: true, force: true});
	}

	#write(): void {
		if (this.#spill === undefined) {
			mkdirSync(this.#folder, {recursive: true, mode: 0o700});
			this.#spill = mkdtempSync(join(this.#folder, 'sort-'));
		}
		const file = join(this.#spill, String(this.#files.length));
		const descriptor = openSync(file, 'wx', 0o600);
		const sorted = this.#lines.sort(byCodeUnit);
		for (let from = 0; from < sorted.length; from += BATCH) {
			writeSync(descriptor, `${sorted.slice(from, from + BATCH).join('\n')}\n`);
		}
		closeSync(descriptor);
		this.#files.push(file);
		this.#lines = [];
		this.#size = 0;
	}
}

/** The least of all next lines, again and again. There are few runs: looking at each is quicker than a heap. */
function* merged(runs: Iterator<string>[]): Generator<string> {
	const next = runs.map(run => run.next());
	for (;;) {
		let least = -1;
		for (const [index, {done, value}] of next.entries()) {
			if (done !== true && (least < 0 || value < (next[least]!.value as string))) least = index;
		}
		if (least < 0) return;
		yield next[least]!.value as string;
		next[least] = runs[least]!.next();
	}
}

function* linesOf(file: string): Generator<string> {
	const descriptor = openSync(file, 'r');
	try {
		const block = Buffer.allocUnsafe(BLOCK);
		let rest = Buffer.alloc(0);
		for (let bytes = readSync(descriptor, block); bytes > 0; bytes = readSync(descriptor, block)) {
			rest = Buffer.concat([rest, block.subarray(0, bytes)]);
			let from = 0;
			for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
				yield rest.toString('utf8', from, end);
				from = end + 1;
			}
			rest = rest.subarray(from);
		}
	} finally {
		closeSync(descriptor);
	}
}

function byCodeUnit(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
