/** What lines came to, by the values that decide it: the next ones like them are only counted. */
import type {Agents} from './agents.ts';
import {ByteKey, ByteKeys} from './byte-keys.ts';
import type {EntryBatch} from './entry-batch.ts';
import {FieldValues, UNKNOWN} from './field-values.ts';
import {ABOUT, ADDRESS, AGENT, INSERT_ID, LOG_NAME, METHOD, WHO} from './line-fields.ts';
import {isNamed} from './log-entry.ts';
import type {Networks} from './networks.ts';
import {QuickScan} from './quick-scan.ts';
import {type Kind, kindOf, type RawEntry, rawEntryOf} from './raw-entry.ts';
import {textHash, writeIdBytes} from './seen-ids.ts';

/** Bytes of the values and keys that are remembered. */
const MOST_BYTES = 16 * 2 ** 20;

export class QuickEntries {
	readonly #agents: Agents;
	readonly #networks: Networks;
	readonly #scan = new QuickScan();
	readonly #values = new FieldValues(this.#scan);
	readonly #entries = new ByteKeys();
	/** The numbers of what decides. */
	readonly #key = new ByteKey();
	/** By the number of the method. */
	#kinds: Kind[] = [];
	/** `textHash` by the number of the log's name; undefined: it takes more to say whose log it is. */
	#logHashes: (number | undefined)[] = [];
	/** Numbers of networks by those of addresses, and of clients by those of agents. */
	#networkNumbers: number[] = [];
	#clientNumbers: number[] = [];
	readonly #names = new Map<string, number>();

	constructor(agents: Agents, networks: Networks) {
		this.#agents = agents;
		this.#networks = networks;
	}

	/** So much is remembered that it is time to forget it. */
	get isFull(): boolean {
		return this.#values.bytes + this.#entries.bytes > MOST_BYTES;
	}

	/** Outcomes have other numbers from now on. */
	forget(): void {
		this.#values.clear();
		this.#entries.clear();
		this.#kinds = [];
		this.#logHashes = [];
		this.#networkNumbers = [];
		this.#clientNumbers = [];
		this.#names.clear();
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
		const log = this.#values.number(LOG_NAME);
		const method = this.#values.number(METHOD);
		if (log < 0 || method === UNKNOWN) return false;
		const hash = this.#logHash(log);
		if (hash === undefined) return false;
		const kind = (this.#kinds[method + 1] ??= kindOf(scan.text(METHOD)));
		const isKey = this.#makeKey(kind, log, method);
		let number = isKey ? this.#entries.find(this.#key) : -1;
		if (number === -1) {
			const entry = rawEntryOf(scan, this.#values, kind);
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
		const [address, agent] = [this.#values.addressNumber(ADDRESS), this.#values.agentNumber(AGENT)];
		if (address === UNKNOWN || agent === UNKNOWN) return false;
		key.addNumber(method);
		key.addNumber((scan.isFailed ? 2 : 0) + (scan.hasReason ? 1 : 0));
		key.addNumber((this.#networkNumbers[address + 1] ??= this.#networkNumber()));
		key.addNumber((this.#clientNumbers[agent + 1] ??= this.#clientNumber()));
		for (const field of WHO) if (!this.#add(field)) return false;
		if (kind === 'plain') return true;
		if (scan.isAboutOdd) return false;
		for (const field of ABOUT) if (!this.#add(field)) return false;
		return true;
	}

	#add(field: number): boolean {
		const number = this.#values.number(field);
		return number !== UNKNOWN && this.#key.addNumber(number);
	}

	#networkNumber(): number {
		return this.#nameNumber(this.#networks.of(this.#scan.text(ADDRESS)));
	}

	#clientNumber(): number {
		const {client, namesRun} = this.#agents.of(this.#scan.text(AGENT));
		return this.#nameNumber(client) * 2 + (namesRun ? 1 : 0);
	}

	#nameNumber(name: string): number {
		let number = this.#names.get(name);
		if (number === undefined) this.#names.set(name, (number = this.#names.size));
		return number;
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
