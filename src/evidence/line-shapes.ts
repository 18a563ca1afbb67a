/**
 * How lines are built: where their texts and numbers stand, and all bytes in between. Whoever writes a log writes the
 * same keys in the same order line after line, so these bytes are compared with those of a line before instead of
 * being taken apart. A line that is built like one that was taken apart says where its fields are by that.
 */
import {endOfPlain, endOfText, skipNumber, skipString} from './json-bytes.ts';
import {FIELDS} from './line-fields.ts';

/** What stands behind a stretch of bytes: ASCII text without escapes, any text, a number, digits, or the line's end. */
type Hole = 'plain' | 'text' | 'number' | 'digits' | 'end';

/** Bytes between two values: from the quote that ends one to the quote that begins the next. */
interface Stretch {
	length: number;
	/** Its bytes, four in one, without what is left over; all but the line's first may be shorter than four. */
	words: Int32Array;
	/** Its last four bytes, and which bits of them are its own. */
	tail: number;
	tailMask: number;
	/** Pairs: an offset, and which end of which field is there (as in the ranges of fields). */
	marks: readonly number[];
	hole: Hole;
	/** What was seen behind the hole, the one seen last first. */
	next: Stretch[];
}

/** Stretches and bytes that are remembered; beyond them all are forgotten. */
const MOST_STRETCHES = 40_000;
const MOST_BYTES = 4 * 2 ** 20;
/** Of one place; where there are more, callers choose the keys. */
const MOST_NEXT = 64;
/** Longer lines are not learned from. */
const LONGEST = 16 * 1024;
/** Lines that must be known, or taken apart, for each that is learned: where no two are alike learning is in vain. */
const PRICE = 10;
const MOST_CREDIT = 10_000;

/** Where lists begin and end: within a stretch, not at its ends. */
const LIST_SLOTS = FIELDS.flatMap(([, form], field) => (form === 'list' ? [field * 2, field * 2 + 1] : []));

export class LineShapes {
	#first: Stretch[] = [];
	#stretches = 0;
	#bytes = 0;
	#credit = MOST_CREDIT;

	/**
	 * Finds the fields of a line that is built like one before it.
	 * @param view of all bytes
	 * @param ranges start and end of each field; those that the line has are written, even if it turns out to be unknown
	 * @returns whether it is; if not, it has to be taken apart
	 */
	find(bytes: Buffer, view: DataView, start: number, end: number, ranges: Int32Array): boolean {
		let stretches = this.#first;
		let at = start;
		for (;;) {
			const index = indexOf(stretches, bytes, view, at, end);
			if (index === -1) return false;
			const stretch = stretches[index]!;
			if (index > 0) {
				stretches[index] = stretches[0]!;
				stretches[0] = stretch;
			}
			const {marks, hole} = stretch;
			for (let mark = 0; mark < marks.length; mark += 2) ranges[marks[mark + 1]!] = at + marks[mark]!;
			at += stretch.length;
			if (hole === 'plain') at = endOfPlain(bytes, view, at, end);
			else if (hole === 'text') at = endOfText(bytes, view, at, end);
			else if (hole === 'end') {
				if (this.#credit < MOST_CREDIT) this.#credit++;
				return true;
			} else at = endOfNumber(bytes, at, end, hole === 'digits');
			if (at === -1) return false;
			stretches = stretch.next;
		}
	}

	/** Remembers how a line is built that was taken apart. @param ranges of its fields, which are all what they should be */
	learn(bytes: Buffer, view: DataView, start: number, end: number, ranges: Int32Array): void {
		if (this.#credit < PRICE) {
			this.#credit++;
			return;
		}
		if (end - start > LONGEST) return;
		this.#credit -= PRICE;
		if (this.#stretches > MOST_STRETCHES || this.#bytes > MOST_BYTES) this.#forget();
		let stretches = this.#first;
		for (const piece of piecesOf(bytes, view, start, end, ranges)) {
			const fresh = stretchOf(view, piece);
			let stretch = stretches.find(known => isSame(known, fresh));
			if (!stretch) {
				// Where there are too many the last one makes room.
				stretches[Math.min(stretches.length, MOST_NEXT - 1)] = stretch = fresh;
				this.#stretches++;
				this.#bytes += fresh.length;
			} else if (stretch.hole !== fresh.hole) return;
			stretches = stretch.next;
		}
	}

	#forget(): void {
		this.#first = [];
		this.#stretches = this.#bytes = 0;
	}
}

/** Which of the stretches stands there; -1: none. */
function indexOf(stretches: readonly Stretch[], bytes: Buffer, view: DataView, at: number, end: number): number {
	for (let index = 0; index < stretches.length; index++) {
		const {length, words, tail, tailMask, hole} = stretches[index]!;
		const to = at + length;
		if (hole === 'end' ? to !== end : to >= end) continue;
		let word = 0;
		while (word < words.length && view.getInt32(at + word * 4, true) === words[word]) word++;
		if (word < words.length || (view.getInt32(to - 4, true) & tailMask) !== tail) continue;
		// A text or a word may stand where others have a number.
		if ((hole === 'number' || hole === 'digits') && !beginsNumber(bytes[to]!)) continue;
		return index;
	}
	return -1;
}

interface Piece {
	from: number;
	to: number;
	marks: number[];
	hole: Hole;
}

/** The stretches of a line that is valid JSON. */
function* piecesOf(bytes: Buffer, view: DataView, start: number, end: number, ranges: Int32Array): Generator<Piece> {
	let from = start;
	let ended = -1;
	const piece = (to: number, field: number, hole: Hole): Piece => {
		const marks = ended === -1 ? [] : [0, ended * 2 + 1];
		for (const slot of LIST_SLOTS)
			if (ranges[slot]! > from && ranges[slot]! <= to) marks.push(ranges[slot]! - from, slot);
		if (field !== -1) marks.push(to - from, field * 2);
		return {from, to, marks, hole};
	};
	for (let at = start; at < end;) {
		const byte = bytes[at]!;
		const isText = byte === 34;
		if (!isText && !beginsNumber(byte)) {
			at++;
			continue;
		}
		const after = isText ? skipString(bytes, view, at, end) : skipNumber(bytes, at, end);
		// Behind a key stands a colon.
		let next = after;
		while (next < end && bytes[next]! <= 32) next++;
		if (isText && bytes[next] === 58 && next < end) {
			at = next + 1;
			continue;
		}
		const value = isText ? at + 1 : at;
		const field = fieldAt(ranges, value);
		yield piece(value, field, holeOf(field, isText));
		from = isText ? after - 1 : after;
		ended = field;
		at = after;
	}
	yield piece(end, -1, 'end');
}

/** The field whose text or digits begin there; -1: none. */
function fieldAt(ranges: Int32Array, at: number): number {
	for (let slot = 0; slot < ranges.length; slot += 2)
		if (ranges[slot] === at && !LIST_SLOTS.includes(slot)) return slot / 2;
	return -1;
}

function holeOf(field: number, isText: boolean): Hole {
	if (field === -1) return isText ? 'text' : 'number';
	const form = FIELDS[field]![1];
	return form === 'code' ? 'digits' : form === 'plain' ? 'plain' : 'text';
}

function stretchOf(view: DataView, {from, to, marks, hole}: Piece): Stretch {
	const length = to - from;
	const words = Int32Array.from({length: length >> 2}, (_, index) => view.getInt32(from + index * 4, true));
	// The bytes before it do not count: the first letters are the lower ones.
	const tailMask = length >= 4 ? -1 : -1 << (8 * (4 - length));
	const tail = view.getInt32(to - 4, true) & tailMask;
	return {length, words, tail, tailMask, marks, hole, next: []};
}

function isSame(a: Stretch, b: Stretch): boolean {
	if (a.length !== b.length || a.tail !== b.tail || (a.hole === 'end') !== (b.hole === 'end')) return false;
	return a.words.every((word, index) => word === b.words[index]);
}

function beginsNumber(byte: number): boolean {
	return byte === 45 || (byte >= 48 && byte <= 57);
}

/** The offset behind a number; -1: it is none, or not of digits alone. */
function endOfNumber(bytes: Buffer, start: number, end: number, isDigits: boolean): number {
	const to = skipNumber(bytes, start, end);
	if (isDigits) for (let at = start; at < to; at++) if (bytes[at]! < 48 || bytes[at]! > 57) return -1;
	return to;
}
