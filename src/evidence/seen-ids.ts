/**
 * Which entries were read already, in bounded memory: a 64-bit fingerprint each, of at least the last eight million.
 * Sinks deliver an entry twice within minutes, and two sinks write the same hour into files that are read one after
 * the other or an export apart; beyond that a duplicate counts again (first and last use are right even then).
 */

/** Fingerprints in one generation; when it is full, the one before it is forgotten. 64 MiB each. */
const GENERATION = 2 ** 23;
const START = 2 ** 14;

/** FNV-1a of ASCII text. */
export function textHash(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	return hash;
}

/**
 * Writes the fingerprint of an entry, two numbers: of its log, its time and its id. Two zeros: nothing to tell it by.
 * @param log `textHash` of the log's name
 * @param time epoch milliseconds
 * @param id `insertId`
 */
export function writeId(ids: Int32Array, offset: number, log: number, time: number, id: string): void {
	let low = log ^ Math.imul(time, 0x01000193);
	let high = low ^ Math.floor(time / 2 ** 16);
	for (let at = 0; at < id.length; at += 4) {
		let word = 0;
		for (let index = at, shift = 0; index < id.length && shift < 32; index++, shift += 8)
			word ^= id.charCodeAt(index) << shift;
		low = mix(low, word);
		high = (Math.imul(high, 0x5bd1e995) + word) | 0;
	}
	write(ids, offset, id.length, low, high);
}

/** The same of an ASCII id that stands in bytes. */
export function writeIdBytes(
	ids: Int32Array,
	offset: number,
	log: number,
	time: number,
	view: DataView,
	from: number,
	to: number,
): void {
	let low = log ^ Math.imul(time, 0x01000193);
	let high = low ^ Math.floor(time / 2 ** 16);
	for (let at = from; at < to; at += 4) {
		let word = 0;
		if (at + 4 <= to) word = view.getInt32(at, true);
		else for (let index = at, shift = 0; index < to; index++, shift += 8) word ^= view.getUint8(index) << shift;
		low = mix(low, word);
		high = (Math.imul(high, 0x5bd1e995) + word) | 0;
	}
	write(ids, offset, to - from, low, high);
}

function mix(hash: number, word: number): number {
	const mixed = Math.imul(hash ^ word, 0x01000193);
	return mixed ^ (mixed >>> 15);
}

function write(ids: Int32Array, offset: number, length: number, low: number, high: number): void {
	ids[offset] = length === 0 ? 0 : low ^ (low >>> 15);
	ids[offset + 1] = length === 0 ? 0 : (high ^ (high >>> 13)) | 0 || 1;
}

export class SeenIds {
	#now: Fingerprints;
	#before: Fingerprints | undefined;
	readonly #most: number;

	constructor(most = GENERATION) {
		this.#most = most;
		this.#now = new Fingerprints(START);
	}

	/**
	 * @param ids fingerprints of `writeId`, in the order of the entries
	 * @returns one byte for each entry, 1: it was there before; undefined: none was
	 */
	duplicates(ids: Int32Array): Uint8Array | undefined {
		let found: Uint8Array | undefined;
		for (let at = 0; at < ids.length; at += 2) {
			const low = ids[at]!;
			const high = ids[at + 1]!;
			if ((low === 0 && high === 0) || !this.#has(low, high)) continue;
			found ??= new Uint8Array(ids.length / 2);
			found[at / 2] = 1;
		}
		return found;
	}

	#has(low: number, high: number): boolean {
		if (this.#before?.has(low, high) === true) return true;
		if (this.#now.size >= this.#most) {
			if (this.#now.has(low, high)) return true;
			this.#before = this.#now;
			this.#now = new Fingerprints(START);
		}
		return !this.#now.add(low, high);
	}
}

/** A set of pairs of 32-bit numbers, of which (0, 0) is none: open addressing, at most two thirds full. */
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
		return !this.#isFree(this.#place(low, high));
	}

	/** @returns whether it is new */
	add(low: number, high: number): boolean {
		let at = this.#place(low, high);
		if (!this.#isFree(at)) return false;
		if (this.size * 3 > (this.#mask + 1) * 2) {
			this.#grow();
			at = this.#place(low, high);
		}
		this.#table[at] = low;
		this.#table[at + 1] = high;
		this.size++;
		return true;
	}

	#isFree(at: number): boolean {
		return this.#table[at] === 0 && this.#table[at + 1] === 0;
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
