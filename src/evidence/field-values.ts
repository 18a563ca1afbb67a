/** The values that fields of lines have, by number: of each field, the same value has the same number. */
import {ByteKey, ByteKeys} from './byte-keys.ts';
import {ByteValues} from './byte-values.ts';
import {ABSENT, FIELDS} from './line-fields.ts';
import type {QuickScan} from './quick-scan.ts';

/** Instead of a number: the value is too long to be remembered. */
export const UNKNOWN = -2;

const INVOCATION = ' invocation-id/';

export class FieldValues {
	readonly #scan: QuickScan;
	readonly #values = FIELDS.map(() => new ByteValues());
	readonly #texts: (string | undefined)[][] = FIELDS.map(() => []);
	/** What is left of addresses and of agents. */
	readonly #cutAddresses = new ByteValues();
	readonly #cutAgents = new ByteKeys();
	readonly #key = new ByteKey();

	/** @param scan has the line at hand */
	constructor(scan: QuickScan) {
		this.#scan = scan;
	}

	/** Of all values. */
	get bytes(): number {
		return this.#values.reduce((sum, {bytes}) => sum + bytes, this.#cutAddresses.bytes + this.#cutAgents.bytes);
	}

	/** Values have other numbers from now on. */
	clear(): void {
		for (const values of [...this.#values, this.#cutAddresses, this.#cutAgents]) values.clear();
		for (const texts of this.#texts) texts.length = 0;
	}

	/** Of the field's value; from 0, or `ABSENT`, or `UNKNOWN`. */
	number(field: number): number {
		const from = this.#scan.start(field);
		if (from === ABSENT) return ABSENT;
		return known(this.#values[field]!.number(this.#scan.view, from, this.#scan.end(field)));
	}

	/** Of a field's value, as `QuickScan.text` or `list` have it; taken from the bytes once. */
	text(field: number): string {
		const number = this.number(field);
		const text = (): string => (FIELDS[field]![1] === 'list' ? this.#scan.list(field) : this.#scan.text(field));
		return number < 0 ? text() : (this.#texts[field]![number] ??= text());
	}

	/** Of an address without the last number of an IPv4 one, which does not count; as of `number`. */
	addressNumber(field: number): number {
		const {bytes, view} = this.#scan;
		const from = this.#scan.start(field);
		const to = this.#scan.end(field);
		let dot = to - 1;
		while (dot > from && bytes[dot]! >= 48 && bytes[dot]! <= 57) dot--;
		const digits = to - 1 - dot;
		if (from === ABSENT || digits < 1 || digits > 3 || bytes[dot] !== 46) return even(this.number(field));
		for (let at = from; at < dot; at++) if (bytes[at] === 58) return even(this.number(field));
		return odd(known(this.#cutAddresses.number(view, from, dot)));
	}

	/** Of a user agent without the number that gcloud gives each call; as of `number`. */
	agentNumber(field: number): number {
		const {view} = this.#scan;
		const from = this.#scan.start(field);
		const to = this.#scan.end(field);
		if (from === ABSENT) return ABSENT;
		const seen = this.#values[field]!.find(view, from, to);
		if (seen !== -1) return even(seen);
		const [at, after] = this.#invocation(from, to);
		if (at === -1) return even(this.number(field));
		const key = this.#key;
		key.begin();
		if (!key.addBytes(view, from, at) || !key.addBytes(view, after, to)) return UNKNOWN;
		let number = this.#cutAgents.find(key);
		if (number === -1) this.#cutAgents.add(key, (number = this.#cutAgents.size));
		return odd(number);
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

function known(number: number): number {
	return number === -1 ? UNKNOWN : number;
}

/** Values that are whole and values that something was left out of have different numbers. */
function even(number: number): number {
	return number < 0 ? number : number * 2;
}

function odd(number: number): number {
	return number < 0 ? number : number * 2 + 1;
}
