/**
 * Which entries were read already, in bounded memory: a 64-bit fingerprint each, of at least the last eight million.
 * Sinks deliver an entry twice within minutes, and two sinks write the same hour into files that are read one after
 * the other or an export apart; beyond that a duplicate counts again (first and last use are right even then).
 */
import {textHash} from './quick-scan.ts';

/** Fingerprints in one generation; when it is full, the one before it is forgotten. 64 MiB each. */
const GENERATION = 2 ** 23;
const START = 2 ** 12;

export class SeenIds {
	#now: Fingerprints;
	#before: Fingerprints | undefined;
	readonly #most: number;
	/** Hash of each log's name, of which there are few. */
	readonly #names = new Map<string, number>();

	constructor(most = GENERATION) {
		this.#most = most;
		this.#now = new Fingerprints(START);
	}

	/**
	 * @param at epoch milliseconds
	 * @param id empty: nothing to tell duplicates by, so never one
	 * @returns whether the entry was there before
	 */
	has(logName: string, at: number, id: string): boolean {
		if (id === '') return false;
		let low = this.#nameHash(logName) ^ Math.imul(at, 0x01000193);
		let high = low ^ Math.floor(at / 2 ** 16);
		for (let index = 0; index < id.length; index++) {
			const code = id.charCodeAt(index);
			low = Math.imul(low ^ code, 0x01000193);
			high = (Math.imul(high, 31) + code) | 0;
		}
		return this.#has(low, high);
	}

	/** The same of an ASCII id that stands in bytes. @param log `textHash` of the log's name */
	hasBytes(log: number, at: number, bytes: Buffer, from: number, to: number): boolean {
		if (from === to) return false;
		let low = log ^ Math.imul(at, 0x01000193);
		let high = low ^ Math.floor(at / 2 ** 16);
		for (let index = from; index < to; index++) {
			const code = bytes[index]!;
			low = Math.imul(low ^ code, 0x01000193);
			high = (Math.imul(high, 31) + code) | 0;
		}
		return this.#has(low, high);
	}

	#has(first: number, second: number): boolean {
		const low = first ^ (first >>> 15);
		// Zero marks a free place.
		const high = (second ^ (second >>> 13)) | 0 || 1;
		if (this.#now.has(low, high) || this.#before?.has(low, high)) return true;
		if (this.#now.size >= this.#most) {
			this.#before = this.#now;
			this.#now = new Fingerprints(START);
		}
		this.#now.add(low, high);
		return false;
	}

	#nameHash(name: string): number {
		let hash = this.#names.get(name);
		if (hash === undefined) {
			hash = textHash(name);
			if (this.#names.size < START) this.#names.set(name, hash);
		}
		return hash;
	}
}

/** A set of pairs of 32-bit numbers: open addressing, at most two thirds full. */
class Fingerprints {
	size = 0;
	#table: Int32Array;
	#mask: number;

	/** @param places a power of two */
	constructor(places: number) {
		this.#table = new Int32Array(places * 2);
		this.#mask = places - 1;
	}

	has(low: number, high: number): boolean {
		const at = this.#place(low, high);
		return this.#table[at] !== 0 || this.#table[at + 1] !== 0;
	}

	add(low: number, high: number): void {
		if (this.size * 3 > (this.#mask + 1) * 2) this.#grow();
		const at = this.#place(low, high);
		this.#table[at] = low;
		this.#table[at + 1] = high;
		this.size++;
	}

	/** Where a pair is, or would be. */
	#place(low: number, high: number): number {
		const table = this.#table;
		for (let slot = (low ^ (high >>> 7)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const at = slot * 2;
			if ((table[at] === low && table[at + 1] === high) || (table[at] === 0 && table[at + 1] === 0)) return at;
		}
	}

	#grow(): void {
		const old = this.#table;
		this.#table = new Int32Array(old.length * 2);
		this.#mask = this.#table.length / 2 - 1;
		for (let at = 0; at < old.length; at += 2) {
			const [low, high] = [old[at]!, old[at + 1]!];
			if (low === 0 && high === 0) continue;
			const to = this.#place(low, high);
			this.#table[to] = low;
			this.#table[to + 1] = high;
		}
	}
}
