/**
 * The fields of a `LogEntry` line without parsing it: nearly every line of a log says what some line before it said, at
 * another time. The scan finds the fields that count and steps over the rest, which is most of a line. It only takes
 * what it is sure of; everything else (another form of export, a field of another type or given twice, an escape where
 * it matters, anything malformed) is left to `JSON.parse`.
 */
import {skipPlain, skipSpace, skipString, skipValue} from './json-bytes.ts';
import {ABSENT, CODE, EMAIL, FIELDS, isOfAbout, LOG_NAME, REASON, RECEIVED, TIMESTAMP, TYPE} from './line-fields.ts';
import {LineShapes} from './line-shapes.ts';

/** Text to compare bytes with, four at once; at least four letters. */
interface Spelling {
	length: number;
	words: Int32Array;
	/** Its last four letters. */
	tail: number;
}

function spelling(text: string): Spelling {
	const bytes = Buffer.from(text);
	const words = Int32Array.from({length: text.length >> 2}, (_, index) => bytes.readInt32LE(index * 4));
	return {length: text.length, words, tail: bytes.readInt32LE(text.length - 4)};
}

/** Keys of an object by their length, and what they lead to: a field (0 and up) or an object to go into (below 0). */
interface Keys {
	byLength: ({name: Spelling; leads: number}[] | undefined)[];
	/** Nothing but fields of `ABOUT` is in it. */
	isAbout: boolean;
}

/** Letters of the longest key. */
const LONGEST = 32;
/** Objects on the way to fields; at most 32. */
const OBJECTS: Keys[] = [];

/** Builds the tables from `FIELDS`. @returns the number of the object at a path */
function objectAt(path: string): number {
	const keys: Keys = {byLength: Array.from({length: LONGEST + 1}, () => undefined), isAbout: true};
	const number = OBJECTS.push(keys) - 1;
	const names = new Set<string>();
	for (const [index, [full]] of FIELDS.entries()) {
		if (!full.startsWith(path)) continue;
		keys.isAbout &&= isOfAbout(index);
		const [name = '', next] = full.slice(path.length).split('/');
		if (names.has(name)) continue;
		names.add(name);
		const leads = next === undefined ? index : -1 - objectAt(`${path}${name}/`);
		(keys.byLength[name.length] ??= []).push({name: spelling(name), leads});
	}
	return number;
}

/** What `Buffer.toString` calls inside; finding the encoding by its name costs more than the text. */
type Slices = Buffer & Record<'latin1Slice' | 'utf8Slice', (start: number, end: number) => string>;

const TOP = objectAt('');
const AUDIT_TYPE = spelling('type.googleapis.com/google.cloud.audit.AuditLog');
const ACCOUNT = spelling('.gserviceaccount.com');

export class QuickScan {
	bytes: Buffer = Buffer.alloc(0);
	view: DataView = new DataView(new ArrayBuffer(0));
	/** Epoch milliseconds. */
	at = 0;
	#end = 0;
	/** Start and end of each field. */
	readonly #ranges = new Int32Array(FIELDS.length * 2);
	/** Objects that were gone into, one bit each. */
	#entered = 0;
	#isAboutOdd = false;
	readonly #shapes = new LineShapes();
	/** The day of the last line, as bytes, and when it began. */
	readonly #day = new Int32Array(3);
	#dayStart = NaN;

	/** @returns whether the line is a plain audit log entry, so that what is asked of it afterwards holds */
	scan(bytes: Buffer, start: number, end: number): boolean {
		if (this.bytes !== bytes) {
			this.bytes = bytes;
			this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		}
		this.#ranges.fill(ABSENT);
		this.#isAboutOdd = false;
		const isKnown = this.#shapes.find(bytes, this.view, start, end, this.#ranges);
		if (!isKnown && !this.#takeApart(start, end)) return false;
		if (this.start(LOG_NAME) === ABSENT || this.length(TYPE) !== AUDIT_TYPE.length) return false;
		if (!this.#spells(this.start(TYPE), AUDIT_TYPE) || !this.#time()) return false;
		if (!isKnown && !this.#isAboutOdd) this.#shapes.learn(bytes, this.view, start, end, this.#ranges);
		return true;
	}

	/** Of a field's value, without its quotes; -1: it is not there. */
	start(field: number): number {
		return this.#ranges[field * 2]!;
	}

	end(field: number): number {
		return this.#ranges[field * 2 + 1]!;
	}

	length(field: number): number {
		return this.end(field) - this.start(field);
	}

	/** Of a plain field; empty: it is not there. */
	text(field: number): string {
		const start = this.start(field);
		return start === ABSENT ? '' : (this.bytes as Slices).latin1Slice(start, this.end(field));
	}

	/** Of a list, as `JSON.stringify` writes it; empty: it is not there, or nothing is in it. */
	list(field: number): string {
		const start = this.start(field);
		if (start === ABSENT || this.length(field) === 2) return '';
		const list: unknown = JSON.parse((this.bytes as Slices).utf8Slice(start, this.end(field)));
		return Array.isArray(list) && list.length > 0 ? JSON.stringify(list) : '';
	}

	/** A field of `ABOUT` is not what it should be. */
	get isAboutOdd(): boolean {
		return this.#isAboutOdd;
	}

	get isFailed(): boolean {
		return this.length(CODE) > 0 && !(this.length(CODE) === 1 && this.bytes[this.start(CODE)] === 48);
	}

	get hasReason(): boolean {
		return this.length(REASON) > 0;
	}

	/** Somebody who has an e-mail address, and not a service account's. */
	get isPerson(): boolean {
		return this.length(EMAIL) > ACCOUNT.length && !this.#spells(this.end(EMAIL) - ACCOUNT.length, ACCOUNT);
	}

	#takeApart(start: number, end: number): boolean {
		this.#end = end;
		this.#ranges.fill(ABSENT);
		this.#entered = 0;
		const last = this.#object(start, TOP);
		return last !== -1 && skipSpace(this.bytes, last, end) === end;
	}

	/** @returns the offset behind the object; -1: left to others */
	#object(start: number, number: number): number {
		const {bytes, view} = this;
		const end = this.#end;
		const bit = 1 << number;
		if (bytes[start] !== 123 || (this.#entered & bit) !== 0) return -1;
		this.#entered |= bit;
		let at = skipSpace(bytes, start + 1, end);
		if (at < end && bytes[at] === 125) return at + 1;
		const {byLength} = OBJECTS[number]!;
		for (;;) {
			if (at >= end || bytes[at] !== 34) return -1;
			const name = at + 1;
			at = skipPlain(bytes, view, at, end);
			if (at === -1) return -1;
			const size = at - 1 - name;
			const alike = size > LONGEST ? undefined : byLength[size];
			at = skipSpace(bytes, at, end);
			if (at >= end || bytes[at] !== 58) return -1;
			at = skipSpace(bytes, at + 1, end);
			if (at >= end) return -1;
			at = alike === undefined ? skipValue(bytes, view, at, end) : this.#value(name, alike, at);
			if (at === -1) return -1;
			at = skipSpace(bytes, at, end);
			if (at >= end) return -1;
			if (bytes[at] === 125) return at + 1;
			if (bytes[at] !== 44) return -1;
			at = skipSpace(bytes, at + 1, end);
		}
	}

	/** @param alike keys of the same length */
	#value(name: number, alike: readonly {name: Spelling; leads: number}[], at: number): number {
		const {bytes, view} = this;
		for (const key of alike) {
			if (!this.#spells(name, key.name)) continue;
			if (key.leads >= 0) return isOfAbout(key.leads) ? this.#aboutField(at, key.leads) : this.#field(at, key.leads);
			const number = -1 - key.leads;
			if (bytes[at] === 123 || !OBJECTS[number]!.isAbout) return this.#object(at, number);
			this.#isAboutOdd = true;
			break;
		}
		return skipValue(bytes, view, at, this.#end);
	}

	#field(start: number, field: number): number {
		return this.#ranges[field * 2] === ABSENT ? this.#ofForm(start, field) : -1;
	}

	/** Whatever it is: only a few methods ask for it. */
	#aboutField(start: number, field: number): number {
		const end = this.#field(start, field);
		if (end !== -1) return end;
		this.#isAboutOdd = true;
		return skipValue(this.bytes, this.view, start, this.#end);
	}

	/** Steps over a value that has the form of its field. */
	#ofForm(start: number, field: number): number {
		const {bytes, view} = this;
		const first = bytes[start];
		const form = FIELDS[field]![1];
		if (form === 'absent') return -1;
		if (form === 'list' || form === 'code') {
			const isCode = first !== undefined && first >= 48 && first <= 57;
			if (form === 'list' ? first !== 91 : !isCode) return -1;
			const end = skipValue(bytes, view, start, this.#end);
			if (end === -1 || (form === 'code' && !this.#areDigits(start, end))) return -1;
			this.#ranges[field * 2] = start;
			return (this.#ranges[field * 2 + 1] = end);
		}
		if (first !== 34) return -1;
		const end = form === 'plain' ? skipPlain(bytes, view, start, this.#end) : skipString(bytes, view, start, this.#end);
		if (end === -1) return -1;
		this.#ranges[field * 2] = start + 1;
		this.#ranges[field * 2 + 1] = end - 1;
		return end;
	}

	#areDigits(from: number, to: number): boolean {
		for (let at = from; at < to; at++) if (this.bytes[at]! < 48 || this.bytes[at]! > 57) return false;
		return true;
	}

	/** @param from so many bytes as the text has are there */
	#spells(from: number, {length, words, tail}: Spelling): boolean {
		const {view} = this;
		for (let index = 0; index < words.length; index++)
			if (view.getInt32(from + index * 4, true) !== words[index]) return false;
		return view.getInt32(from + length - 4, true) === tail;
	}

	/** `2026-01-31T09:00:00[.digits]Z`, received on the same day or without a time of its own. */
	#time(): boolean {
		const {bytes, view} = this;
		const at = this.start(TIMESTAMP);
		const end = this.end(TIMESTAMP);
		if (at === ABSENT || end - at < 20 || bytes[end - 1] !== 90 || bytes[at + 10] !== 84) return false;
		const [year, month, day] = [view.getInt32(at, true), view.getInt32(at + 4, true), view.getInt16(at + 8, true)];
		const received = this.start(RECEIVED);
		if (received !== ABSENT) {
			if (this.length(RECEIVED) < 20 || view.getInt32(received, true) !== year) return false;
			if (view.getInt32(received + 4, true) !== month || view.getInt16(received + 8, true) !== day) return false;
		}
		const hour = this.#two(at + 11);
		const minute = this.#two(at + 14);
		const second = this.#two(at + 17);
		if (bytes[at + 13] !== 58 || bytes[at + 16] !== 58) return false;
		if (!(hour < 24 && minute < 60 && second < 60)) return false;
		let fraction = 0;
		if (end - at > 20) {
			// Beyond nanoseconds `Date.parse` has a mind of its own.
			if (bytes[at + 19] !== 46 || end - at === 21 || end - at > 30) return false;
			for (let index = 0, unit = 100; index < end - at - 21; index++, unit /= 10) {
				const digit = bytes[at + 20 + index]! - 48;
				if (digit < 0 || digit > 9) return false;
				if (index < 3) fraction += digit * unit;
			}
		}
		if (year !== this.#day[0] || month !== this.#day[1] || day !== this.#day[2]) {
			const text = bytes.toString('latin1', at, at + 10);
			this.#day.set([year, month, day]);
			this.#dayStart = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
		}
		this.at = this.#dayStart + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction;
		return !Number.isNaN(this.at);
	}

	/** NaN if these are no two digits. */
	#two(at: number): number {
		const tens = this.bytes[at]! - 48;
		const ones = this.bytes[at + 1]! - 48;
		return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
	}
}
