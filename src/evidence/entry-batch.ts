/**
 * Entries that were read and not counted yet: whether one is a duplicate depends on everything before it, which another
 * thread may be reading.
 */
import type {LogBook} from './log-book.ts';
import type {Outcomes} from './outcomes.ts';

const START = 2 ** 10;

export class EntryBatch {
	/** Entries of other logs. */
	others = 0;
	/** Audit log entries without a usable time. */
	timeless = 0;
	readonly outcomes: Outcomes;
	#length = 0;
	#numbers = new Int32Array(START);
	/** Epoch milliseconds. */
	#times = new Float64Array(START);
	/** Fingerprints, two numbers each. */
	#ids = new Int32Array(START * 2);

	constructor(outcomes: Outcomes) {
		this.outcomes = outcomes;
	}

	/**
	 * @param number of its outcome
	 * @param at epoch milliseconds
	 */
	add(number: number, at: number): void {
		if (this.#length === this.#numbers.length) this.#grow();
		this.#numbers[this.#length] = number;
		this.#times[this.#length++] = at;
	}

	/** Where `writeId` puts the fingerprint of the next entry. */
	get idSpace(): Int32Array {
		if (this.#length === this.#numbers.length) this.#grow();
		return this.#ids;
	}

	get idOffset(): number {
		return this.#length * 2;
	}

	/** Fingerprints of all entries. */
	ids(): Int32Array<ArrayBuffer> {
		return this.#ids.slice(0, this.#length * 2);
	}

	/** @param duplicates one byte for each entry, as of `SeenIds`; undefined: none is one */
	count(book: LogBook, duplicates: Uint8Array | undefined): void {
		book.counts.others += this.others;
		book.counts.timeless += this.timeless;
		for (let index = 0; index < this.#length; index++) {
			const number = this.#numbers[index]!;
			if (duplicates !== undefined && duplicates[index] === 1) {
				this.outcomes.countDuplicate(number);
				continue;
			}
			const at = this.#times[index]!;
			this.outcomes.count(number, at);
			if (book.isFuture(at)) book.counts.future++;
		}
	}

	#grow(): void {
		const [numbers, times, ids] = [this.#numbers, this.#times, this.#ids];
		this.#numbers = new Int32Array(numbers.length * 2);
		this.#times = new Float64Array(times.length * 2);
		this.#ids = new Int32Array(ids.length * 2);
		this.#numbers.set(numbers);
		this.#times.set(times);
		this.#ids.set(ids);
	}
}
