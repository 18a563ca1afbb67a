/**
 * A JSON file walked key by key and element by element: memory holds one value at a time. The scanner finds where a
 * value ends; `JSON.parse` judges it. Synchronous, because formats iterate findings synchronously.
 */
import {readSync} from 'node:fs';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const BLOCK = 1 << 20;
/** Bytes of one value: V8's longest string is 2^29 - 24 characters. */
const LONGEST = 1 << 28;

/** The file is no JSON, or not the JSON that was asked for. Messages never repeat what it holds. */
export class BrokenJson extends Error {
	override readonly name = 'BrokenJson';
	/** Offset in bytes. */
	readonly at: number;
	/** The file ends too early. */
	readonly cut: boolean;

	constructor(message: string, at: number, cut = false) {
		super(message);
		this.at = at;
		this.cut = cut;
	}
}

export class JsonFile {
	readonly #descriptor: number;
	#buffer = Buffer.allocUnsafeSlow(BLOCK);
	/** Offset in the file of the buffer's first byte. */
	#offset: number;
	#at = 0;
	#end = 0;
	/** Offset in bytes of the value that was taken last. */
	start = 0;

	/** @param start offset in bytes of the value to begin at */
	constructor(descriptor: number, start = 0) {
		this.#descriptor = descriptor;
		this.#offset = start;
		if (start > 0 || !this.#fill()) return;
		if (this.#end >= 3 && this.#buffer.readUIntBE(0, 3) === 0xefbbbf) this.#at = 3;
	}

	/** Offset in bytes of what comes next. */
	get position(): number {
		return this.#offset + this.#at;
	}

	/** Goes to an offset in bytes; cheap if it lies a little ahead. */
	seek(offset: number): void {
		const at = offset - this.#offset;
		if (at >= 0 && at <= this.#end) {
			this.#at = at;
			return;
		}
		this.#offset = offset;
		this.#at = 0;
		this.#end = 0;
	}

	get isEmpty(): boolean {
		return this.#next() === -1;
	}

	/** The first character of the next value, or nothing at the end. */
	peek(): string {
		const byte = this.#next();
		return byte === -1 ? '' : String.fromCharCode(byte);
	}

	/** The keys of an object; the value of each must be taken before the next. */
	*keys(): Generator<string> {
		this.#take(OPEN_BRACE, 'an object');
		if (this.#next() !== CLOSE_BRACE) {
			do {
				const first = this.#next();
				if (first !== QUOTE) throw this.#broken('it holds an object without a key', first === -1);
				const key = this.value() as string;
				this.#take(COLON, 'a colon');
				yield key;
			} while (this.#comma());
		}
		this.#take(CLOSE_BRACE, 'the end of an object');
	}

	/** The elements of an array. */
	*elements(): Generator<unknown> {
		this.#take(OPEN_BRACKET, 'a list');
		if (this.#next() !== CLOSE_BRACKET) {
			do yield this.value();
			while (this.#comma());
		}
		this.#take(CLOSE_BRACKET, 'the end of a list');
	}

	/** The next value, whole: one that stands in an object or array. */
	value(): unknown {
		if (this.#next() === -1) throw this.#broken('a value is missing', true);
		const length = this.#length();
		this.start = this.position;
		const text = this.#buffer.toString('utf8', this.#at, this.#at + length);
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch {
			// V8's own message quotes the file.
			throw this.#broken('it holds something that is no JSON');
		}
		this.#at += length;
		return value;
	}

	/** Nothing may follow. */
	end(): void {
		if (this.#next() !== -1) throw this.#broken('something follows after its end');
	}

	#comma(): boolean {
		if (this.#next() !== COMMA) return false;
		this.#at++;
		return true;
	}

	#take(byte: number, what: string): void {
		const found = this.#next();
		if (found !== byte) throw this.#broken(`${what} is missing`, found === -1);
		this.#at++;
	}

	/** The next byte that is no white space, or -1; it stays. */
	#next(): number {
		for (;;) {
			for (; this.#at < this.#end; this.#at++) {
				const byte = this.#buffer[this.#at]!;
				if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return byte;
			}
			if (!this.#fill()) return -1;
		}
	}

	/** Bytes of the value that begins here; afterwards all of it is in the buffer. */
	#length(): number {
		let at = this.#at;
		let depth = 0;
		let inString = false;
		for (;;) {
			const buffer = this.#buffer;
			const end = this.#end;
			for (; at < end; at++) {
				const byte = buffer[at]!;
				if (inString) {
					if (byte === BACKSLASH) at++;
					else if (byte === QUOTE) {
						inString = false;
						if (depth === 0) return at + 1 - this.#at;
					}
				} else if (byte === QUOTE) inString = true;
				else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
				else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
					if (depth === 0) return at - this.#at;
					if (--depth === 0) return at + 1 - this.#at;
				} else if (depth === 0 && (byte === COMMA || byte === 32 || byte === 10 || byte === 13 || byte === 9)) {
					return at - this.#at;
				}
			}
			const scanned = at - this.#at;
			if (scanned > LONGEST) throw this.#broken('one value in it is larger than 256 MiB');
			// Not even a number may end with the file: what it stands in would not be closed.
			if (!this.#fill()) throw this.#broken('a value is not closed', true);
			at = this.#at + scanned;
		}
	}

	/** Reads more behind what is left; false at the end of the file. */
	#fill(): boolean {
		const left = this.#end - this.#at;
		if (left === this.#buffer.length) {
			const bigger = Buffer.allocUnsafeSlow(left * 2);
			this.#buffer.copy(bigger, 0, this.#at, this.#end);
			this.#buffer = bigger;
		} else this.#buffer.copyWithin(0, this.#at, this.#end);
		this.#offset += this.#at;
		this.#at = 0;
		this.#end = left;
		const read = readSync(this.#descriptor, this.#buffer, left, this.#buffer.length - left, this.#offset + left);
		this.#end += read;
		return read > 0;
	}

	#broken(message: string, cut = false): BrokenJson {
		return new BrokenJson(message, this.position, cut);
	}
}
