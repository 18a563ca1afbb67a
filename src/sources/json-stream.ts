/**
 * JSON that is not one value a line: arrays of any size (their elements are yielded one by one), pretty-printed
 * objects, several of them one after another. Memory holds one element at a time.
 *
 * The scanner only finds where a value begins and ends; `JSON.parse` judges it. Between values it is lenient
 * (missing or doubled commas lose nothing). After a broken value it goes on at the next line that begins a value
 * with the same indentation, which is what every pretty printer writes.
 */
import type {ByteConsumer} from './byte-window.ts';
import {BROKEN, NEWLINE, countNewlines, decode, mebibytes, parseValue} from './json-values.ts';
import type {ValueSink} from './json-values.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

const LONGEST_INDENT = 256;
/** Broken values are scanned again for what they swallowed; this many times the longest value in all. */
const RESCANS = 16;

export class JsonStream implements ByteConsumer {
	/** Some value began like a JSON object, or was JSON. */
	looksLikeJson = false;
	readonly #sink: ValueSink;
	readonly #maxValueBytes: number;
	/** Line of the byte at `#at`. */
	#line = 1;
	/** How far the kept bytes have been scanned. */
	#at = 0;
	#inArray = false;
	/** White space that the current line began with, up to the value. */
	#indent = '';
	/** First byte of the value being scanned (-1: between values) and its line. */
	#start = -1;
	#startLine = 1;
	/** Open brackets inside the value, outermost first. */
	#open: number[] = [];
	#inString = false;
	/** Last structural byte, to tell `: {` from `, {`. */
	#last = 0;
	/** What a value begins with, after a broken one; undefined while all is well. */
	#needle: Buffer | undefined;
	/** Bytes scanned in vain, so that hostile input cannot cost quadratic time. */
	#wasted = 0;
	/** The end came inside a value: one problem is enough. */
	#cut = false;

	constructor(sink: ValueSink, maxValueBytes: number) {
		this.#sink = sink;
		this.#maxValueBytes = maxValueBytes;
	}

	/** The last line that was begun. */
	get line(): number {
		return this.#line;
	}

	take(bytes: Buffer, final: boolean): number {
		while (this.#wasted <= RESCANS * this.#maxValueBytes) {
			if (this.#needle !== undefined && !this.#seek(bytes, this.#needle)) break;
			if (this.#start === -1 && !this.#findStart(bytes)) break;
			if (this.#findEnd(bytes, final)) continue;
			if (final) {
				this.#cut = true;
				this.#giveUp('the file ends in the middle of a JSON value', 'broken');
			} else if (bytes.length - this.#start > this.#maxValueBytes) this.#tooLong();
			else break;
		}
		if (this.#wasted > RESCANS * this.#maxValueBytes) {
			if (final) this.#sink.problem('too much broken JSON: nothing after it was read', this.#line, 'broken');
			return bytes.length;
		}
		if (final && this.#inArray && !this.#cut) {
			this.#sink.problem('the JSON array is not closed: the file seems to be cut off', this.#line, 'broken');
		}
		const done = this.#start === -1 ? this.#at : this.#start;
		this.#at -= done;
		if (this.#start !== -1) this.#start = 0;
		return done;
	}

	/** Goes to the next value; false at the end of the bytes. */
	#findStart(bytes: Buffer): boolean {
		for (; this.#at < bytes.length; this.#at++) {
			const byte = bytes[this.#at]!;
			if (byte === NEWLINE) {
				this.#line++;
				this.#indent = '';
			} else if (byte === 32 || byte === 9) {
				if (this.#indent.length < LONGEST_INDENT) this.#indent += String.fromCharCode(byte);
			} else if (byte === COMMA || byte === 13 || byte === 0xef || byte === 0xbb || byte === 0xbf) continue;
			else if (byte === OPEN_BRACKET && !this.#inArray) this.#inArray = true;
			else if (byte === CLOSE_BRACKET && this.#inArray) this.#inArray = false;
			else {
				this.looksLikeJson ||= byte === OPEN_BRACE;
				this.#start = this.#at;
				this.#startLine = this.#line;
				this.#open = [];
				this.#inString = false;
				this.#last = 0;
				return true;
			}
		}
		return false;
	}

	/** Goes behind the value and hands it over, or gives it up; false if its end is not among the bytes. */
	#findEnd(bytes: Buffer, final: boolean): boolean {
		const open = this.#open;
		for (; this.#at < bytes.length; this.#at++) {
			const byte = bytes[this.#at]!;
			if (this.#inString) {
				if (byte === BACKSLASH) {
					// An escaped byte behind the last one: come back when it is there.
					if (this.#at + 1 === bytes.length) return false;
					this.#at++;
				} else if (byte === QUOTE) {
					this.#inString = false;
					if (open.length === 0) return this.#finish(bytes, this.#at + 1);
				} else if (byte === NEWLINE) return this.#fail('a text in a JSON value is not closed');
				continue;
			}
			switch (byte) {
				case NEWLINE:
					if (open.length === 0) return this.#finish(bytes, this.#at);
					this.#line++;
					break;
				case QUOTE:
					this.#inString = true;
					this.#last = byte;
					break;
				case COMMA:
				case COLON:
					if (open.length === 0 && byte === COMMA) return this.#finish(bytes, this.#at);
					this.#last = byte;
					break;
				case OPEN_BRACE:
				case OPEN_BRACKET:
					// In an object a bracket comes only after a colon: a closing one is missing further up.
					if (open.at(-1) === OPEN_BRACE && this.#last !== COLON) return this.#fail('a JSON value is not closed');
					open.push(byte);
					this.#last = byte;
					break;
				case CLOSE_BRACE:
				case CLOSE_BRACKET: {
					if (open.length === 0) {
						// Ends a bare word (`[1]`), or stands alone where no value can begin.
						if (this.#at > this.#start) return this.#finish(bytes, this.#at);
						return this.#fail('a JSON bracket that was never opened');
					}
					if (open.pop() !== byte - 2) return this.#fail('brackets of a JSON value do not match');
					this.#last = byte;
					if (open.length === 0) return this.#finish(bytes, this.#at + 1);
				}
			}
		}
		if (final && open.length === 0 && !this.#inString) return this.#finish(bytes, bytes.length);
		return false;
	}

	#finish(bytes: Buffer, end: number): true {
		const start = this.#start;
		this.#at = end;
		if (end - start > this.#maxValueBytes) return this.#tooLong();
		const value = parseValue(decode(bytes.subarray(start, end), this.#sink, this.#startLine));
		const first = bytes[start];
		if (value === BROKEN && first !== OPEN_BRACE && first !== OPEN_BRACKET) return this.#fail('not a JSON value');
		this.#start = -1;
		if (value === BROKEN) this.#sink.problem('not a valid JSON value', this.#startLine, 'broken');
		else this.#sink.value(value, this.#startLine);
		return true;
	}

	#tooLong(): true {
		return this.#fail(`a JSON value longer than ${mebibytes(this.#maxValueBytes)}`, 'unsafe');
	}

	#fail(message: string, kind: 'broken' | 'unsafe' = 'broken'): true {
		return this.#giveUp(`${message}; left out up to the next line that begins a value`, kind);
	}

	#giveUp(message: string, kind: 'broken' | 'unsafe'): true {
		this.#sink.problem(message, this.#startLine, kind);
		this.#needle = Buffer.from(`\n${this.#indent}{`);
		this.#wasted += this.#at - this.#start;
		this.#at = this.#start;
		this.#line = this.#startLine;
		this.#start = -1;
		return true;
	}

	/** Looks for the next value after a broken one; false if it is not among the bytes. */
	#seek(bytes: Buffer, needle: Buffer): boolean {
		const found = bytes.indexOf(needle, this.#at);
		// The needle may lie across the end: its first bytes are seen again.
		const to = found === -1 ? Math.max(this.#at, bytes.length - needle.length + 1) : found;
		this.#line += countNewlines(bytes, this.#at, to);
		this.#at = to;
		if (found === -1) return false;
		this.#needle = undefined;
		this.#indent = '';
		return true;
	}
}
