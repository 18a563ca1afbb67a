/** What lines came to, by the bytes that decide it: the next ones like them are only counted. */
import {ByteKey, ByteKeys} from './byte-keys.ts';
import type {EntryBatch} from './entry-batch.ts';
import {isNamed} from './log-entry.ts';
import {ABOUT, ADDRESS, AGENT, INSERT_ID, LOG_NAME, METHOD, WHO} from './line-fields.ts';
import {QuickScan} from './quick-scan.ts';
import {type Kind, kindOf, KINDS, type RawEntry, rawEntryOf} from './raw-entry.ts';
import {textHash, writeIdBytes} from './seen-ids.ts';

/** Bytes of the keys that are remembered. */
const MOST_BYTES = 32 * 2 ** 20;
const MOST_METHODS = 20_000;
const MOST_LOGS = 20_000;
const INVOCATION = ' invocation-id/';

export class QuickEntries {
	readonly #scan = new QuickScan();
	readonly #key = new ByteKey();
	readonly #entries = new ByteKeys();
	/** Numbers of `KINDS`. */
	readonly #methods = new ByteKeys();
	/** Numbers of `#logHashes`. */
	readonly #logs = new ByteKeys();
	#logHashes: number[] = [];

	/** So much is remembered that it is time to forget it. */
	get isFull(): boolean {
		return this.#entries.bytes > MOST_BYTES;
	}

	/** Outcomes have other numbers from now on. */
	forget(): void {
		this.#entries.clear();
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
		const hash = this.#logHash();
		if (hash === undefined) return false;
		const kind = this.#kind();
		const isKey = this.#makeKey(kind);
		let number = isKey ? this.#entries.find(this.#key) : -1;
		if (number === -1) {
			const entry = rawEntryOf(scan, kind);
			if (!entry) return false;
			number = numberOf(entry, kind);
			if (isKey) this.#entries.add(this.#key, number);
		}
		writeIdBytes(batch.idSpace, batch.idOffset, hash, scan.at, bytes, scan.start(INSERT_ID), scan.end(INSERT_ID));
		batch.add(number, scan.at);
		return true;
	}

	/** By the method, each of which is looked at once. */
	#kind(): Kind {
		this.#key.begin();
		const isKey = this.#add(METHOD);
		const known = isKey ? KINDS[this.#methods.find(this.#key)] : undefined;
		if (known !== undefined) return known;
		const kind = kindOf(this.#scan.text(METHOD));
		if (this.#methods.size >= MOST_METHODS) this.#methods.clear();
		if (isKey) this.#methods.add(this.#key, KINDS.indexOf(kind));
		return kind;
	}

	/** @returns whether the bytes of that key decide what the line comes to */
	#makeKey(kind: Kind): boolean {
		const scan = this.#scan;
		const key = this.#key;
		if (kind === 'event') return false;
		key.begin();
		if (!this.#add(LOG_NAME)) return false;
		// Nobody else's own calls are of interest.
		if (kind === 'plain' && scan.isPerson) return true;
		if (
			!this.#add(METHOD) ||
			!key.addNumber((scan.isFailed ? 2 : 0) + (scan.hasReason ? 1 : 0)) ||
			!this.#addAddress() ||
			!this.#addAgent()
		)
			return false;
		for (const field of WHO) if (!this.#add(field)) return false;
		if (kind === 'plain') return true;
		if (scan.isAboutOdd) return false;
		for (const field of ABOUT) if (!this.#add(field)) return false;
		return true;
	}

	/** What is not there is told from what is empty. */
	#add(field: number): boolean {
		const start = this.#scan.start(field);
		return start === -1 ? this.#key.addNumber(-1) : this.#key.addBytes(this.#scan.view, start, this.#scan.end(field));
	}

	/** The last number of an IPv4 address does not count. */
	#addAddress(): boolean {
		const {bytes, view} = this.#scan;
		const from = this.#scan.start(ADDRESS);
		const to = this.#scan.end(ADDRESS);
		let dot = to - 1;
		while (dot > from && bytes[dot]! >= 48 && bytes[dot]! <= 57) dot--;
		const digits = to - 1 - dot;
		if (from === -1 || digits < 1 || digits > 3 || bytes[dot] !== 46) return this.#add(ADDRESS);
		for (let at = from; at < dot; at++) if (bytes[at] === 58) return this.#add(ADDRESS);
		return this.#key.addNumber(-2) && this.#key.addBytes(view, from, dot);
	}

	/** gcloud numbers its calls: that does not count. */
	#addAgent(): boolean {
		const {bytes, view} = this.#scan;
		const from = this.#scan.start(AGENT);
		const to = this.#scan.end(AGENT);
		const at = from === -1 ? -1 : this.#invocation(from, to);
		let after = at === -1 ? to : at + INVOCATION.length;
		while (after < to && bytes[after] !== 32) after++;
		if (at === -1 || after === to) return this.#add(AGENT);
		return this.#key.addNumber(-2) && this.#key.addBytes(view, from, at) && this.#key.addBytes(view, after, to);
	}

	/** Where the number of a gcloud call begins; -1: nowhere. */
	#invocation(from: number, to: number): number {
		const {bytes} = this.#scan;
		for (let at = from; at + INVOCATION.length <= to; at++) {
			if (bytes[at] !== 32 || bytes[at + 1] !== 105 || bytes[at + 2] !== 110) continue;
			if (bytes.toString('latin1', at, at + INVOCATION.length) === INVOCATION) return at;
		}
		return -1;
	}

	/** `textHash` of the log's name; undefined: it takes more to say whose log it is. */
	#logHash(): number | undefined {
		this.#key.begin();
		if (!this.#add(LOG_NAME)) return undefined;
		const known = this.#logs.find(this.#key);
		if (known !== -1) return this.#logHashes[known]!;
		const name = this.#scan.text(LOG_NAME);
		if (!isNamed(name)) return undefined;
		if (this.#logHashes.length >= MOST_LOGS) {
			this.#logs.clear();
			this.#logHashes = [];
		}
		const hash = textHash(name);
		this.#logs.add(this.#key, this.#logHashes.push(hash) - 1);
		return hash;
	}
}
