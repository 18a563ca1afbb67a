/** What lines came to, by the bytes that decide it: the next ones like them are only counted. */
import {ByteKey, ByteKeys} from './byte-keys.ts';
import type {EntryBatch} from './entry-batch.ts';
import {isNamed} from './log-entry.ts';
import {ABOUT, ABSENT, ADDRESS, AGENT, FIELDS, INSERT_ID, LOG_NAME, METHOD, WHO} from './line-fields.ts';
import {QuickScan} from './quick-scan.ts';
import {type Kind, kindOf, type RawEntry, rawEntryOf} from './raw-entry.ts';
import {textHash, writeIdBytes} from './seen-ids.ts';

/** Bytes of the keys that are remembered. */
const MOST_BYTES = 32 * 2 ** 20;
const INVOCATION = ' invocation-id/';
/** Beside what is spelled out: that something was left out of it. */
const CUT = -2;
/** Instead of a number: the value is too long to be remembered. */
const UNKNOWN = -3;

export class QuickEntries {
	readonly #scan = new QuickScan();
	/** Numbers of the values of each field. */
	readonly #values = FIELDS.map(() => new ByteKeys());
	readonly #value = new ByteKey();
	readonly #entries = new ByteKeys();
	/** The numbers of the values that decide. */
	readonly #key = new ByteKey();
	/** By the number of the method. */
	#kinds: Kind[] = [];
	/** `textHash` by the number of the log's name; undefined: it takes more to say whose log it is. */
	#logHashes: (number | undefined)[] = [];

	/** So much is remembered that it is time to forget it. */
	get isFull(): boolean {
		return this.#values.reduce((sum, {bytes}) => sum + bytes, this.#entries.bytes) > MOST_BYTES;
	}

	/** Outcomes have other numbers from now on. */
	forget(): void {
		for (const values of this.#values) values.clear();
		this.#entries.clear();
		this.#kinds = [];
		this.#logHashes = [];
	}

	/**
	 * @param numberOf what an entry comes to that is like none before it
	 * @returns whether the line is in the batch now; if not, it has to be parsed
	 */
	take(
		bytes: Buffer,
		start: number,
		end: number,
		batch: EntryBatch,
		numberOf: (entry: RawEntry, kind: Kind) => number,
	): boolean {
		const scan = this.#scan;
		if (!scan.scan(bytes, start, end)) return false;
		const log = this.#numberOf(LOG_NAME);
		const method = this.#numberOf(METHOD);
		if (log === UNKNOWN || method === UNKNOWN) return false;
		const hash = this.#logHash(log);
		if (hash === undefined) return false;
		const kind = (this.#kinds[method + 1] ??= kindOf(scan.text(METHOD)));
		const isKey = this.#makeKey(kind, log, method);
		let number = isKey ? this.#entries.find(this.#key) : -1;
		if (number === -1) {
			const entry = rawEntryOf(scan, kind);
			if (!entry) return false;
			number = numberOf(entry, kind);
			if (isKey) this.#entries.add(this.#key, number);
		}
		writeIdBytes(batch.idSpace, batch.idOffset, hash, scan.at, scan.view, scan.start(INSERT_ID), scan.end(INSERT_ID));
		batch.add(number, scan.at);
		return true;
	}

	/** @returns whether that key decides what the line comes to */
	#makeKey(kind: Kind, log: number, method: number): boolean {
		const scan = this.#scan;
		const key = this.#key;
		if (kind === 'event') return false;
		key.begin();
		key.addNumber(log);
		// Nobody else's own calls are of interest.
		if (kind === 'plain' && scan.isPerson) return true;
		key.addNumber(method);
		key.addNumber((scan.isFailed ? 2 : 0) + (scan.hasReason ? 1 : 0));
		if (!this.#add(this.#addressNumber()) || !this.#add(this.#agentNumber())) return false;
		for (const field of WHO) if (!this.#add(this.#numberOf(field))) return false;
		if (kind === 'plain') return true;
		if (scan.isAboutOdd) return false;
		for (const field of ABOUT) if (!this.#add(this.#numberOf(field))) return false;
		return true;
	}

	#add(number: number): boolean {
		return number !== UNKNOWN && this.#key.addNumber(number);
	}

	/** Of a field's value. */
	#numberOf(field: number): number {
		const from = this.#scan.start(field);
		if (from === ABSENT) return ABSENT;
		this.#value.begin();
		return this.#value.addBytes(this.#scan.view, from, this.#scan.end(field)) ? this.#numbered(field) : UNKNOWN;
	}

	/** Of the value at hand. */
	#numbered(field: number): number {
		const values = this.#values[field]!;
		let number = values.find(this.#value);
		if (number === -1) values.add(this.#value, (number = values.size));
		return number;
	}

	/** The last number of an IPv4 address does not count. */
	#addressNumber(): number {
		const {bytes, view} = this.#scan;
		const from = this.#scan.start(ADDRESS);
		const to = this.#scan.end(ADDRESS);
		let dot = to - 1;
		while (dot > from && bytes[dot]! >= 48 && bytes[dot]! <= 57) dot--;
		const digits = to - 1 - dot;
		if (from === ABSENT || digits < 1 || digits > 3 || bytes[dot] !== 46) return this.#numberOf(ADDRESS);
		for (let at = from; at < dot; at++) if (bytes[at] === 58) return this.#numberOf(ADDRESS);
		this.#value.begin();
		if (!this.#value.addNumber(CUT) || !this.#value.addBytes(view, from, dot)) return UNKNOWN;
		return this.#numbered(ADDRESS);
	}

	/** gcloud numbers its calls: that does not count. */
	#agentNumber(): number {
		const {view} = this.#scan;
		const value = this.#value;
		const from = this.#scan.start(AGENT);
		const to = this.#scan.end(AGENT);
		if (from === ABSENT) return ABSENT;
		value.begin();
		if (!value.addBytes(view, from, to)) return UNKNOWN;
		const known = this.#values[AGENT]!.find(value);
		if (known !== -1) return known;
		const [at, after] = this.#invocation(from, to);
		if (at === -1) return this.#numbered(AGENT);
		value.begin();
		value.addNumber(CUT);
		return value.addBytes(view, from, at) && value.addBytes(view, after, to) ? this.#numbered(AGENT) : UNKNOWN;
	}

	/** Where the number of a gcloud call begins and ends; -1: nowhere. */
	#invocation(from: number, to: number): [at: number, after: number] {
		const {bytes} = this.#scan;
		for (let at = from; at + INVOCATION.length <= to; at++) {
			if (bytes[at] !== 32 || bytes[at + 1] !== 105 || bytes[at + 2] !== 110) continue;
			if (bytes.toString('latin1', at, at + INVOCATION.length) !== INVOCATION) continue;
			const after = bytes.indexOf(32, at + INVOCATION.length);
			return after === -1 || after >= to ? [-1, -1] : [at, after];
		}
		return [-1, -1];
	}

	/** @param log number of the log's name */
	#logHash(log: number): number | undefined {
		if (log === this.#logHashes.length) {
			const name = this.#scan.text(LOG_NAME);
			this.#logHashes.push(isNamed(name) ? textHash(name) : undefined);
		}
		return this.#logHashes[log];
	}
}
