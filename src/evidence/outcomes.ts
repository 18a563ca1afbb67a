/**
 * What entries came to, each thing once and by number, and how often: entries are only counted here while they are
 * read, and what they mean is worked out when all that say the same have been counted.
 */
import type {LogBook, Seen} from './log-book.ts';
import type {LogFields} from './log-entry.ts';

export interface Outcome {
	seen: Seen;
	/** Undefined: nothing that is remembered. */
	fields: LogFields | undefined;
	/** It does not say who called. */
	anonymous: boolean;
	/** It stands for itself: an event in the life of an account or key. */
	event: boolean;
}

const START = 2 ** 10;

export class Outcomes {
	#list: Outcome[] = [];
	#counts = new Float64Array(START);
	#duplicates = new Float64Array(START);
	/** Epoch milliseconds. */
	#first = new Float64Array(START);
	#last = new Float64Array(START);

	get size(): number {
		return this.#list.length;
	}

	/** @returns its number */
	add(outcome: Outcome): number {
		const number = this.#list.push(outcome) - 1;
		if (number >= this.#counts.length) this.#grow();
		this.#first[number] = Infinity;
		this.#last[number] = -Infinity;
		return number;
	}

	/** One entry more. @param at epoch milliseconds */
	count(number: number, at: number): void {
		this.#counts[number]!++;
		if (at < this.#first[number]!) this.#first[number] = at;
		if (at > this.#last[number]!) this.#last[number] = at;
	}

	/** One that was counted before, as this or as something else. */
	countDuplicate(number: number): void {
		this.#duplicates[number]!++;
	}

	/** Hands over what was counted, and begins anew. */
	flush(book: LogBook): void {
		for (const [number, {seen, fields, anonymous, event}] of this.#list.entries()) {
			const [count, duplicates] = [this.#counts[number]!, this.#duplicates[number]!];
			if (count + duplicates === 0) continue;
			const [first, last] = [this.#first[number]!, this.#last[number]!];
			book.see(seen, count, duplicates, first, last);
			if (anonymous) book.counts.anonymous += count;
			if (fields !== undefined && count > 0) {
				if (event) book.addEvent(fields, count, first);
				else book.add(fields, count, first, last);
			}
			this.#counts[number] = this.#duplicates[number] = 0;
			this.#first[number] = Infinity;
			this.#last[number] = -Infinity;
		}
	}

	#grow(): void {
		const larger = (from: Float64Array): Float64Array<ArrayBuffer> => {
			const to = new Float64Array(from.length * 2);
			to.set(from);
			return to;
		};
		this.#counts = larger(this.#counts);
		this.#duplicates = larger(this.#duplicates);
		this.#first = larger(this.#first);
		this.#last = larger(this.#last);
	}
}
