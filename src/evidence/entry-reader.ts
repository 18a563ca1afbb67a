/**
 * Reads log entries one after the other: the streaming engine, apart from where they come from. What it read goes into a
 * batch first; once it is known which of it was there before, it is counted for the log book.
 */
import {Agents} from './agents.ts';
import {EntryBatch} from './entry-batch.ts';
import {FieldIndex} from './field-index.ts';
import type {LogBook, Seen} from './log-book.ts';
import {auditPayload, entryTime, insertIdOf, isNamed, type LogFields, placeOf} from './log-entry.ts';
import {Networks} from './networks.ts';
import {type Outcome, Outcomes} from './outcomes.ts';
import {QuickEntries} from './quick-entries.ts';
import {type Kind, kindOf, type RawEntry, rawEntry} from './raw-entry.ts';
import {textHash, writeId} from './seen-ids.ts';

type Json = Readonly<Record<string, unknown>>;

/** Logs are looked at once each, as long as there are not too many. */
const MOST_LOGS = 20_000;
/** What entries came to that is remembered; beyond it, it is worked out again. */
const MOST_OUTCOMES = 2 ** 17;

export class EntryReader {
	readonly #book: LogBook;
	readonly #agents = new Agents();
	readonly #networks = new Networks();
	readonly #quick = new QuickEntries(this.#agents, this.#networks);
	#outcomes = new Outcomes();
	#batch = new EntryBatch(this.#outcomes);
	#numbers = new FieldIndex<number>(MOST_OUTCOMES);
	/** Of what is not remembered: by the log, and whether it says who called. */
	#plain = new Map<Seen, [number | undefined, number | undefined]>();
	readonly #logs = new Map<string, Seen>();

	constructor(book: LogBook) {
		this.#book = book;
	}

	/** A line, before it is parsed. @returns whether that is needless */
	takeLine(bytes: Buffer, start: number, end: number): boolean {
		return this.#quick.take(bytes, start, end, this.#batch, this.#newNumber);
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
		const number = this.#numberOf(raw);
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

	/** Of an entry that is known to be like none before it, or to be looked up by others. */
	readonly #newNumber = (raw: RawEntry, kind: Kind): number => {
		const outcome = this.#outcomeOf(raw, kind);
		return outcome.fields === undefined
			? this.#plainNumber(outcome.seen, outcome.anonymous)
			: this.#outcomes.add(outcome);
	};

	#numberOf(raw: RawEntry): number {
		const outcome = this.#outcomeOf(raw, kindOf(raw.method));
		const {fields, seen} = outcome;
		if (fields === undefined) return this.#plainNumber(seen, outcome.anonymous);
		if (outcome.event) return this.#outcomes.add(outcome);
		const place = this.#numbers.at(fields, seen.scope);
		return (place.value ??= this.#outcomes.add(outcome));
	}

	#outcomeOf(raw: RawEntry, kind: Kind): Outcome {
		const {service, method, email, principalSubject, keyName, delegation, failed} = raw;
		const seen = this.#logOf(raw);
		const anonymous = email === '' && principalSubject === '';
		const event = kind === 'event';
		if (kind === 'plain' && !mayBeAccount(email, principalSubject)) return {seen, fields: undefined, anonymous, event};
		const agent = this.#agents.of(raw.agent);
		const fields: LogFields = {
			log: seen.log,
			service,
			method,
			email,
			principalSubject,
			keyName,
			delegation,
			network: this.#networks.of(raw.address),
			client: agent.client,
			failed,
			traced: agent.namesRun || raw.hasReason,
		};
		if (raw.about) fields.about = raw.about;
		return {seen, fields, anonymous, event};
	}

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
			if (this.#logs.size >= MOST_LOGS) this.#logs.clear();
			if (isNamed(name)) this.#logs.set(name, seen);
		}
		return seen;
	}
}

/** Nobody else's own calls are of interest. In the words of the SQL. */
function mayBeAccount(email: string, subject: string): boolean {
	return email.endsWith('.gserviceaccount.com') || (email === '' && subject.endsWith('.gserviceaccount.com'));
}
