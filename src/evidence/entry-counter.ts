/** Reads log entries into a log book where one thread does it all: duplicates are known at once. */
import {EntryReader} from './entry-reader.ts';
import type {LogBook} from './log-book.ts';
import {SeenIds} from './seen-ids.ts';

/** Entries after which they are counted. */
const MANY = 1000;

export class EntryCounter {
	readonly #reader: EntryReader;
	readonly #ids = new SeenIds();
	#uncounted = 0;

	constructor(book: LogBook) {
		this.#reader = new EntryReader(book);
	}

	/** A line, before it is parsed. @returns whether that is needless */
	takeLine(bytes: Buffer, start: number, end: number): boolean {
		if (!this.#reader.takeLine(bytes, start, end)) return false;
		this.#count(MANY);
		return true;
	}

	/** @returns whether it is an entry of an audit log */
	take(entry: Readonly<Record<string, unknown>>): boolean {
		const isAudit = this.#reader.take(entry);
		this.#count(MANY);
		return isAudit;
	}

	/** Everything is in the book from then on. */
	finish(): void {
		this.#count(1);
		this.#reader.finish();
	}

	#count(after: number): void {
		if (++this.#uncounted < after) return;
		this.#uncounted = 0;
		const batch = this.#reader.batch();
		this.#reader.count(batch, this.#ids.duplicates(batch.ids()));
	}
}
