/**
 * Numbers by keys that are put together from bytes of a line, four at a time. Keys are compared whole: a number is never
 * another key's.
 */

/** Words of the longest key: longer ones are not remembered. */
const LONGEST = 2 ** 12;
const START = 2 ** 10;
/** Words. */
const CHUNK_BITS = 14;
const CHUNK = 2 ** CHUNK_BITS;

/** A key at hand: fields one behind the other, each with its length, so that they cannot run into each other. */
export class ByteKey {
	readonly words = new Int32Array(LONGEST);
	length = 0;
	hash = 0;

	begin(): void {
		this.length = 0;
		this.hash = 0x2545f491;
	}

	/** @returns false: it became too long */
	addNumber(number: number): boolean {
		if (this.length === LONGEST) return false;
		this.words[this.length++] = number;
		this.hash = mix(this.hash, number);
		return true;
	}

	/**
	 * The bytes of a range, and their number.
	 * @param view of all bytes
	 * @returns false: it became too long
	 */
	addBytes(view: DataView, from: number, to: number): boolean {
		const size = to - from;
		if (this.length + 1 + ((size + 3) >> 2) > LONGEST) return false;
		const {words} = this;
		let {length} = this;
		words[length++] = size;
		let hash = mix(this.hash, size);
		let at = from;
		for (; at + 4 <= to; at += 4) {
			const word = view.getInt32(at, true);
			words[length++] = word;
			hash = mix(hash, word);
		}
		if (at < to) {
			let word = 0;
			for (let shift = 0; at < to; at++, shift += 8) word |= view.getUint8(at) << shift;
			words[length++] = word;
			hash = mix(hash, word);
		}
		this.length = length;
		this.hash = hash;
		return true;
	}
}

export function mix(hash: number, word: number): number {
	const mixed = Math.imul(hash ^ word, 0x5bd1e995);
	return mixed ^ (mixed >>> 15);
}

export class ByteKeys {
	/** Open addressing: hash, where the key begins, its number; start 0 is free. */
	#table = new Int32Array(START * 3);
	#mask = START - 1;
	#size = 0;
	/** Keys, each behind its length and whole in one chunk; the first word of all is none's. */
	#chunks: Int32Array[] = [];
	#end = 1;

	get size(): number {
		return this.#size;
	}

	/** Of all keys. */
	get bytes(): number {
		return this.#end * 4;
	}

	/** @returns -1: not there */
	find(key: ByteKey): number {
		const at = this.#place(key);
		return this.#table[at + 1] === 0 ? -1 : this.#table[at + 2]!;
	}

	/** @param number from 0 */
	add(key: ByteKey, number: number): void {
		if (this.#size * 2 > this.#mask) this.#grow();
		const at = this.#place(key);
		if (this.#table[at + 1] === 0) {
			this.#table[at] = key.hash;
			this.#table[at + 1] = this.#keep(key);
			this.#size++;
		}
		this.#table[at + 2] = number;
	}

	clear(): void {
		this.#table.fill(0);
		this.#size = 0;
		this.#end = 1;
	}

	#place(key: ByteKey): number {
		const table = this.#table;
		for (let slot = key.hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const at = slot * 3;
			const start = table[at + 1]!;
			if (start === 0 || (table[at] === key.hash && this.#isKey(start, key))) return at;
		}
	}

	#isKey(start: number, {words, length}: ByteKey): boolean {
		const kept = this.#chunks[start >> CHUNK_BITS]!;
		const from = start & (CHUNK - 1);
		if (kept[from] !== length) return false;
		for (let index = 0; index < length; index++) if (kept[from + 1 + index] !== words[index]) return false;
		return true;
	}

	#keep({words, length}: ByteKey): number {
		// What does not fit begins in the next chunk.
		if ((this.#end & (CHUNK - 1)) + 1 + length > CHUNK) this.#end = ((this.#end >> CHUNK_BITS) + 1) << CHUNK_BITS;
		const start = this.#end;
		const chunk = (this.#chunks[start >> CHUNK_BITS] ??= new Int32Array(CHUNK));
		const from = start & (CHUNK - 1);
		chunk[from] = length;
		for (let index = 0; index < length; index++) chunk[from + 1 + index] = words[index]!;
		this.#end += 1 + length;
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
