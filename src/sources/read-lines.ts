/**
 * NDJSON, the fast path: newlines are found in the bytes, each line is decoded and parsed once, and the sink is
 * called synchronously.
 */
import {isAscii, isUtf8} from 'node:buffer';
import type {ByteConsumer} from './byte-window.ts';
import {JsonStream} from './json-stream.ts';
import {BROKEN, NEWLINE, NOT_UTF8, mebibytes, parseValue} from './json-values.ts';
import type {ValueSink} from './json-values.ts';

const OPEN_BRACE = 123;

/** What `Buffer.toString` calls inside; for lines, finding the encoding by its name costs more than decoding. */
type Slices = Buffer & Record<'latin1Slice' | 'utf8Slice', (start: number, end: number) => string>;

export class LineReader implements ByteConsumer {
	/** Some line began like a JSON object, broken or not. */
	looksLikeJson = false;
	readonly #sink: ValueSink;
	readonly #maxLineBytes: number;
	#line = 0;
	/** Inside a line that is too long: everything up to its end is dropped. */
	#skipping = false;

	constructor(sink: ValueSink, maxLineBytes: number) {
		this.#sink = sink;
		this.#maxLineBytes = maxLineBytes;
	}

	/** The last line that was begun. */
	get line(): number {
		return this.#line;
	}

	take(bytes: Buffer, final: boolean): number {
		let start = 0;
		if (this.#skipping) {
			start = bytes.indexOf(NEWLINE) + 1;
			if (start === 0) return bytes.length;
			this.#skipping = false;
		}
		const end = final ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
		if (start < end) this.#lines(bytes, start, end);
		else if (bytes.length - start > this.#maxLineBytes) {
			this.looksLikeJson ||= bytes[start] === OPEN_BRACE;
			this.#tooLong(++this.#line);
			this.#skipping = true;
			return bytes.length;
		}
		return Math.max(start, end);
	}

	#lines(bytes: Buffer, from: number, end: number): void {
		const whole = bytes.subarray(from, end);
		const ascii = isAscii(whole);
		// Lines of a valid range are valid, since no part of a character is a newline byte.
		const valid = ascii || isUtf8(whole);
		const slices = bytes as Slices;
		const sink = this.#sink;
		this.looksLikeJson ||= whole[0] === OPEN_BRACE || whole.includes('\n{');
		for (let start = from; start < end;) {
			let stop = bytes.indexOf(NEWLINE, start);
			if (stop === -1 || stop > end) stop = end;
			const line = ++this.#line;
			if (stop - start > this.#maxLineBytes) this.#tooLong(line);
			else if (bytes[start] === OPEN_BRACE) {
				// A line that is told of is told of each time, whatever the sink knows of lines like it.
				const isWhole = valid || isUtf8(bytes.subarray(start, stop));
				if (isWhole && sink.line?.(bytes, start, stop) === true) {
					start = stop + 1;
					continue;
				}
				if (!isWhole) this.#sink.problem(NOT_UTF8, line, 'broken');
				const value = parseValue(ascii ? slices.latin1Slice(start, stop) : slices.utf8Slice(start, stop));
				if (value === BROKEN) this.#mend(bytes.subarray(start, stop), line);
				else this.#sink.value(value, line);
			} else this.#odd(bytes.subarray(start, stop), line);
			start = stop + 1;
		}
	}

	#tooLong(line: number): void {
		this.#sink.problem(`the line is longer than ${mebibytes(this.#maxLineBytes)} and was left out`, line, 'unsafe');
	}

	/** A line that does not begin with a brace: blank, indented, after a byte order mark, or no object. */
	#odd(bytes: Buffer, line: number): void {
		const text = bytes
			.toString()
			.replace(/^\uFEFF/, '')
			.trim();
		if (text === '') return;
		this.looksLikeJson ||= text.startsWith('{');
		const value = text.startsWith('{') || text.startsWith('[') ? parseValue(text) : BROKEN;
		if (Array.isArray(value) && value.length > 0) for (const element of value) this.#sink.value(element, line);
		else if (value !== BROKEN && !Array.isArray(value)) this.#sink.value(value, line);
		else if (text.startsWith('{')) this.#mend(bytes, line);
		else this.#sink.problem('the line is not a JSON object', line, 'broken');
		if (!isUtf8(bytes)) this.#sink.problem(NOT_UTF8, line, 'broken');
	}

	/** Files joined where one had no newline at its end put two objects on one line. */
	#mend(bytes: Buffer, line: number): void {
		const values: unknown[] = [];
		let broken = false;
		const parts = new JsonStream(
			{value: value => values.push(value), problem: () => (broken = true)},
			this.#maxLineBytes,
		);
		parts.take(bytes, true);
		if (!broken && values.length > 1 && values.every(value => typeof value === 'object' && value !== null)) {
			for (const value of values) this.#sink.value(value, line);
			return;
		}
		const last = bytes.toString('latin1').trimEnd().at(-1);
		const cut = last !== '}' ? ' (it seems to be cut off)' : '';
		this.#sink.problem(`the line is not valid JSON${cut}`, line, 'broken');
	}
}
