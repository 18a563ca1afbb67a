/** What lines that were parsed proved to say, by the bytes that decide it: the next ones like them are only counted. */
import type {Known, LogBook, Seen} from './log-book.ts';
import {QuickScan} from './quick-scan.ts';
import type {SeenIds} from './seen-ids.ts';

/** About 200 bytes each. */
const MOST = 2 ** 17;

/** What an entry came to. */
export interface Outcome {
	seen: Seen;
	/** Undefined: nothing that is remembered. */
	known: Known | undefined;
	anonymous: boolean;
}

export class QuickEntries {
	readonly #book: LogBook;
	readonly #ids: SeenIds;
	readonly #scan = new QuickScan();
	#outcomes: Outcome[] = [];
	/** Open addressing: low, high and the outcome's number from 1; 0 is free. */
	readonly #table = new Int32Array(MOST * 2 * 3);
	/** The line at hand could be learned. */
	#isPending = false;

	constructor(book: LogBook, ids: SeenIds) {
		this.#book = book;
		this.#ids = ids;
	}

	/** Before another file. */
	begin(): void {
		this.#isPending = false;
	}

	/** @returns whether the line was counted; if not, it has to be parsed */
	take(bytes: Buffer, start: number, end: number): boolean {
		const scan = this.#scan;
		this.#isPending = false;
		if (!scan.scan(bytes, start, end)) return false;
		const number = this.#table[this.#place(scan.low, scan.high) + 2]!;
		if (number === 0) {
			this.#isPending = true;
			return false;
		}
		const {at} = scan;
		const {seen, known, anonymous} = this.#outcomes[number - 1]!;
		const isKnown = this.#ids.hasBytes(scan.log, at, bytes, scan.idStart, scan.idEnd);
		this.#book.see(seen, isKnown ? 0 : 1, isKnown ? 1 : 0, at, at);
		if (isKnown) return true;
		if (anonymous) this.#book.counts.anonymous++;
		if (this.#book.isFuture(at)) this.#book.counts.future++;
		if (known) this.#book.addKnown(known, 1, at, at);
		return true;
	}

	/** What the line that was refused came to, once it was parsed. @param isAbout its bodies decided too */
	learn(outcome: Outcome, isAbout: boolean): void {
		if (!this.#isPending) return;
		this.#isPending = false;
		this.#scan.learnMethod(isAbout);
		if (isAbout) return;
		if (this.#outcomes.length >= MOST) {
			this.#outcomes = [];
			this.#table.fill(0);
		}
		const at = this.#place(this.#scan.low, this.#scan.high);
		this.#table[at] = this.#scan.low;
		this.#table[at + 1] = this.#scan.high;
		this.#table[at + 2] = this.#outcomes.push(outcome);
	}

	#place(low: number, high: number): number {
		const table = this.#table;
		const mask = MOST * 2 - 1;
		for (let slot = (low ^ (high >>> 9)) & mask; ; slot = (slot + 1) & mask) {
			const at = slot * 3;
			if (table[at + 2] === 0 || (table[at] === low && table[at + 1] === high)) return at;
		}
	}
}
