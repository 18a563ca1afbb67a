/**
 * Reads log entries one after the other: the streaming engine, apart from where they come from. What it read goes into a
 * batch first; once it is known which of it was there before, it is counted for the log book.
 */
import {Agents} from './agents.ts';
import {EntryBatch} from './entry-batch.ts';
import {FieldIndex} from './field-index.ts';
import type {LogBook, Seen} from './log-book.ts';
import {auditPayload, entryTime, insertIdOf, isNamed, type LogFields, placeOf} from './log-entry.ts';
import {networkOf} from './network.ts';
import {Outcomes} from './outcomes.ts';
import {QuickEntries} from './quick-entries.ts';
import {type Kind, kindOf, type RawEntry, rawEntry} from './raw-entry.ts';
import {textHash, writeId} from './seen-ids.ts';

type Json = Readonly<Record<string, unknown>>;

/** Logs and networks are looked at once each, as long as there are not too many. */
const MOST_KNOWN = 20_000;
/** What entries came to that is remembered; beyond it, it is worked out again. */
const MOST_OUTCOMES = 2 ** 17;

export class EntryReader {
	readonly #book: LogBook;
	readonly #quick = new QuickEntries();
	#outcomes = new Outcomes();
	#batch = new EntryBatch(this.#outcomes);
	#numbers = new FieldIndex<number>(MOST_OUTCOMES);
	/** Of what is not remembered: by the log, and whether it says who called. */
	#plain = new Map<Seen, [number | undefined, number | undefined]>();
	readonly #logs = new Map<string, Seen>();
	readonly #agents = new Agents();
	readonly #networks = new Map<string, string>();

	constructor(book: LogBook) {
		this.#book = book;
	}

	/** A line, before it is parsed. @returns whether that is needless */
	takeLine(bytes: Buffer, start: number, end: number): boolean {
		return this.#quick.take(bytes, start, end, this.#batch, this.#numberOf);
	}

	/** @returns whether it is an entry of an audit log */
	take(entry: Json): boolean {
		const payload = auditPayload(entry);
		if (payload === undefined) {
			this.#batch.others++;
			return false;
		}
		const at = entryTime(entry);
		if (Number.isNaN(at)) {
			this.#batch.timeless++;
			return true;
		}
		const raw = rawEntry(entry, payload);
		const number = this.#numberOf(raw, kindOf(raw.method));
		writeId(this.#batch.idSpace, this.#batch.idOffset, textHash(raw.logName), at, insertIdOf(entry));
		this.#batch.add(number, at);
		return true;
	}

	/** What was read since the last time, to be given to `count` in the same order. */
	batch(): EntryBatch {
		const batch = this.#batch;
		if (this.#outcomes.size >= MOST_OUTCOMES || this.#quick.isFull) this.#forget();
		this.#batch = new EntryBatch(this.#outcomes);
		return batch;
	}

	/** @param duplicates as of `SeenIds` */
	count(batch: EntryBatch, duplicates: Uint8Array | undefined): void {
		batch.count(this.#book, duplicates);
		if (batch.outcomes !== this.#outcomes) batch.outcomes.flush(this.#book);
	}

	/** Everything that was counted is in the book from then on. */
	finish(): void {
		this.#outcomes.flush(this.#book);
	}

	#forget(): void {
		this.#outcomes.flush(this.#book);
		this.#outcomes = new Outcomes();
		this.#numbers = new FieldIndex(MOST_OUTCOMES);
		this.#plain = new Map();
		this.#quick.forget();
	}

	readonly #numberOf = (raw: RawEntry, kind: Kind): number => {
		const {service, method, email, principalSubject, keyName, delegation, failed} = raw;
		const seen = this.#logOf(raw);
		const anonymous = email === '' && principalSubject === '';
		if (kind === 'plain' && !mayBeAccount(email, principalSubject)) return this.#plainNumber(seen, anonymous);
		const agent = this.#agents.of(raw.agent);
		const fields: LogFields = {
			log: seen.log,
			service,
			method,
			email,
			principalSubject,
			keyName,
			delegation,
			network: this.#network(raw.address),
			client: agent.client,
			failed,
			traced: agent.namesRun || raw.hasReason,
		};
		if (raw.about) fields.about = raw.about;
		const outcome = {seen, fields, anonymous, event: kind === 'event'};
		if (outcome.event) return this.#outcomes.add(outcome);
		const place = this.#numbers.at(fields, seen.scope);
		return (place.value ??= this.#outcomes.add(outcome));
	};

	#plainNumber(seen: Seen, anonymous: boolean): number {
		let numbers = this.#plain.get(seen);
		if (!numbers) this.#plain.set(seen, (numbers = [undefined, undefined]));
		return (numbers[anonymous ? 1 : 0] ??= this.#outcomes.add({seen, fields: undefined, anonymous, event: false}));
	}

	#logOf({logName: name, project}: RawEntry): Seen {
		let seen = this.#logs.get(name);
		if (!seen) {
			const place = placeOf(name, project);
			seen = this.#book.log(place.scope, place.log);
			if (isNamed(name)) remember(this.#logs, name, seen);
		}
		return seen;
	}

	#network(address: string): string {
		// All of a /24 are the same; other addresses stand for themselves.
		const known = address.includes(':') ? address : address.replace(/\.\d{1,3}$/, '.0');
		let network = this.#networks.get(known);
		if (network === undefined) remember(this.#networks, known, (network = networkOf(known)));
		return network;
	}
}

/** Bounded: beyond what there is room for, all is worked out again. */
function remember<T>(known: Map<string, T>, key: string, value: T): void {
	if (known.size >= MOST_KNOWN) known.clear();
	known.set(key, value);
}

/** Nobody else's own calls are of interest. In the words of the SQL. */
function mayBeAccount(email: string, subject: string): boolean {
	return email.endsWith('.gserviceaccount.com') || (email === '' && subject.endsWith('.gserviceaccount.com'));
}
