/** The values that fields of lines have, by number: of each field, the same bytes have the same number. */
import {ByteKey, ByteKeys} from './byte-keys.ts';
import {ABSENT, FIELDS} from './line-fields.ts';
import type {QuickScan} from './quick-scan.ts';

/** Instead of a number: the value is too long to be remembered. */
export const UNKNOWN = -2;

const INVOCATION = ' invocation-id/';
/** Before what is left of a value. */
const CUT = -1;

export class FieldValues {
	readonly #scan: QuickScan;
	readonly #values = FIELDS.map(() => new ByteKeys());
	readonly #texts: (string | undefined)[][] = FIELDS.map(() => []);
	readonly #key = new ByteKey();

	/** @param scan has the line at hand */
	constructor(scan: QuickScan) {
		this.#scan = scan;
	}

	/** Of all values. */
	get bytes(): number {
		return this.#values.reduce((sum, {bytes}) => sum + bytes, 0);
	}

	/** Values have other numbers from now on. */
	clear(): void {
		for (const values of this.#values) values.clear();
		for (const texts of this.#texts) texts.length = 0;
	}

	/** Of the field's value; from 0, or `ABSENT`, or `UNKNOWN`. */
	number(field: number): number {
		const from = this.#scan.start(field);
		if (from === ABSENT) return ABSENT;
		this.#key.begin();
		return this.#key.addBytes(this.#scan.view, from, this.#scan.end(field)) ? this.#numbered(field) : UNKNOWN;
	}

	/** Of a field's value, as `QuickScan.text` or `list` have it; taken from the bytes once. */
	text(field: number): string {
		return this.#text(field, this.number(field));
	}

	/** Of an address without the last number of an IPv4 one, which does not count. */
	addressNumber(field: number): number {
		const {bytes, view} = this.#scan;
		const from = this.#scan.start(field);
		const to = this.#scan.end(field);
		let dot = to - 1;
		while (dot > from && bytes[dot]! >= 48 && bytes[dot]! <= 57) dot--;
		const digits = to - 1 - dot;
		if (from === ABSENT || digits < 1 || digits > 3 || bytes[dot] !== 46) return this.number(field);
		for (let at = from; at < dot; at++) if (bytes[at] === 58) return this.number(field);
		this.#key.begin();
		this.#key.addNumber(CUT);
		return this.#key.addBytes(view, from, dot) ? this.#numbered(field) : UNKNOWN;
	}

	/** Of a user agent without the number that gcloud gives each call. */
	agentNumber(field: number): number {
		const {view} = this.#scan;
		const key = this.#key;
		const from = this.#scan.start(field);
		const to = this.#scan.end(field);
		if (from === ABSENT) return ABSENT;
		key.begin();
		if (!key.addBytes(view, from, to)) return UNKNOWN;
		const known = this.#values[field]!.find(key);
		if (known !== -1) return known;
		const [at, after] = this.#invocation(from, to);
		if (at === -1) return this.#numbered(field);
		key.begin();
		key.addNumber(CUT);
		return key.addBytes(view, from, at) && key.addBytes(view, after, to) ? this.#numbered(field) : UNKNOWN;
	}

	/** Of the key at hand. */
	#numbered(field: number): number {
		const values = this.#values[field]!;
		let number = values.find(this.#key);
		if (number === -1) values.add(this.#key, (number = values.size));
		return number;
	}

	#text(field: number, number: number): string {
		const isList = FIELDS[field]![1] === 'list';
		if (number < 0) return isList ? this.#scan.list(field) : this.#scan.text(field);
		return (this.#texts[field]![number] ??= isList ? this.#scan.list(field) : this.#scan.text(field));
	}

	/** Where the number of a gcloud call begins and ends; -1: nowhere. */
	#invocation(from: number, to: number): [at: number, after: number] {
		const {bytes} = this.#scan;
		for (let at = from; at + INVOCATION.length <= to; at++) {
			if (bytes[at] !== 32 || bytes[at + 1] !== 105 || bytes[at + 2] !== 110) continue;
			if (bytes.toString('latin1', at, at + INVOCATION.length) !== INVOCATION) continue;
			for (let after = at + INVOCATION.length; after < to; after++) if (bytes[after] === 32) return [at, after];
			break;
		}
		return [-1, -1];
	}
}
