/** A small seeded random source: the same words give the same stream on every machine. Not for secrets. */

export interface Random {
	/** In [0, 1). */
	next(): number;
	/** Whole number from `low` to `high`, both included. */
	int(low: number, high: number): number;
	pick<T>(list: readonly T[]): T;
	chance(probability: number): boolean;
	/** `length` characters of the alphabet. */
	text(alphabet: string, length: number): string;
}

export const DIGITS = '0123456789';
export const HEX = '0123456789abcdef';
export const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** @param words what the stream is for, such as a seed and a project's index */
export function randomOf(...words: (string | number)[]): Random {
	// FNV-1a over the words seeds mulberry32: one 32-bit state, plenty for test data.
	let state = 0x811c9dc5;
	for (const character of words.join('/')) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193);
	const next = (): number => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
	return {
		next,
		int,
		pick: list => list[int(0, list.length - 1)]!,
		chance: probability => next() < probability,
		text(alphabet, length) {
			let text = '';
			for (let index = 0; index < length; index++) text += alphabet[int(0, alphabet.length - 1)];
			return text;
		},
	};
}
