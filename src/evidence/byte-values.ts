/**
 * Numbers by bytes of a line, four at a time: the same bytes have the same number. They are compared whole, where they
 * stand: a number is never other bytes' one.
 */
import {mix} from './byte-keys.ts';

/** Bytes of the longest value. */
const LONGEST = 2 ** 14;
const START = 2 ** 8;
/** Words. */
const CHUNK_BITS = 14;
const CHUNK = 2 ** CHUNK_BITS;

export class ByteValues {
	/** Open addressing: hash, where the value begins, its number; start 0 is free. */
	#table = new Int32Array(START * 3);
	#mask = START - 1;
	#size = 0;
	/** Values, each behind its length in bytes and whole in one chunk; the first word of all is none's. */
	readonly #chunks: Int32Array[] = [];
	#end = 1;

	/** Of all values. */
	get bytes(): number {
		return this.#end * 4;
	}

	/** @param view of all bytes @returns -1: not there */
	find(view: DataView, from: number, to: number): number {
		const at = this.#place(hashOf(view, from, to), view, from, to);
		return this.#table[at + 1] === 0 ? -1 : this.#table[at + 2]!;
	}

	/** New bytes get the next number, from 0. @param view of all bytes @returns -1: they are too long */
	number(view: DataView, from: number, to: number): number {
		const hash = hashOf(view, from, to);
		let at = this.#place(hash, view, from, to);
		if (this.#table[at + 1] !== 0) return this.#table[at + 2]!;
		if (to - from > LONGEST) return -1;
		if (this.#size * 2 > this.#mask) {
			this.#grow();
			at = this.#place(hash, view, from, to);
		}
		this.#table[at] = hash;
		this.#table[at + 1] = this.#keep(view, from, to);
		this.#table[at + 2] = this.#size;
		return this.#size++;
	}

	clear(): void {
		this.#table.fill(0);
		this.#size = 0;
		this.#end = 1;
	}

	#place(hash: number, view: DataView, from: number, to: number): number {
		const table = this.#table;
		for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const at = slot * 3;
			const start = table[at + 1]!;
			if (start === 0 || (table[at] === hash && this.#isValue(start, view, from, to))) return at;
		}
	}

	#isValue(start: number, view: DataView, from: number, to: number): boolean {
		const kept = this.#chunks[start >> CHUNK_BITS]!;
		let word = start & (CHUNK - 1);
		if (kept[word++] !== to - from) return false;
		let at = from;
		for (; at + 4 <= to; at += 4) if (kept[word++] !== view.getInt32(at, true)) return false;
		return at === to || kept[word] === rest(view, at, to);
	}

	#keep(view: DataView, from: number, to: number): number {
		const length = 1 + ((to - from + 3) >> 2);
		// What does not fit begins in the next chunk.
		if ((this.#end & (CHUNK - 1)) + length > CHUNK) this.#end = ((this.#end >> CHUNK_BITS) + 1) << CHUNK_BITS;
		const start = this.#end;
		const chunk = (this.#chunks[start >> CHUNK_BITS] ??= new Int32Array(CHUNK));
		let word = start & (CHUNK - 1);
		chunk[word++] = to - from;
		let at = from;
		for (; at + 4 <= to; at += 4) chunk[word++] = view.getInt32(at, true);
		if (at < to) chunk[word] = rest(view, at, to);
		this.#end += length;
		return start;
	}

	#grow(): void {
		const old = this.#table;
		this.#table = new Int32Array(old.length * 2);
		this.#mask = this.#mask * 2 + 1;
		for (let at = 0; at < old.length; at += 3) {
			if (old[at + 1] === 0) continue;
			let slot = old[at]! & this.#mask;
			while (this.#table[slot * 3 + 1] !== 0) slot = (slot + 1) & this.#mask;
			this.#table.set(old.subarray(at, at + 3), slot * 3);
		}
	}
}

function hashOf(view: DataView, from: number, to: number): number {
	let hash = 0x2545f491 ^ (to - from);
	let at = from;
	for (; at + 4 <= to; at += 4) hash = mix(hash, view.getInt32(at, true));
	return at < to ? mix(hash, rest(view, at, to)) : hash;
}

/** Less than four bytes. */
function rest(view: DataView, from: number, to: number): number {
	let word = 0;
	for (let at = from, shift = 0; at < to; at++, shift += 8) word |= view.getUint8(at) << shift;
	return word;
}
