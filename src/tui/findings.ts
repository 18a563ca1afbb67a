/**
 * The findings of a report as columns of numbers: what filters, sorting and grouping look at. Words of a finding are
 * made only when it is shown; a text that occurs in many of them is kept, and searched, once.
 */
import {type Finding, type FindingBrief, type FindingList, SEVERITIES} from '../report.ts';
import {shortResource} from '../text.ts';
import {memo} from './memo.ts';

/** Texts of a finding that filters and groups look at. */
export const COLUMNS = ['check', 'resource', 'project', 'principal', 'cause'] as const;
export type Column = (typeof COLUMNS)[number];

/** Texts by number; 0 is the empty one. */
export class Texts {
	readonly all: string[] = [''];
	/** The same in lower case, which filters look at. */
	readonly lower: string[] = [''];
	readonly #numbers = new Map<string, number>([['', 0]]);
	#ranks: Uint32Array | undefined;

	number(text: string): number {
		let number = this.#numbers.get(text);
		if (number === undefined) {
			number = this.all.length;
			this.all.push(text);
			this.lower.push(text.toLowerCase());
			this.#numbers.set(text, number);
		}
		return number;
	}

	/** Position of each text in the order of their code units. */
	get ranks(): Uint32Array {
		if (this.#ranks?.length === this.all.length) return this.#ranks;
		const ranks = new Uint32Array(this.all.length);
		// Findings come in an order of their own, so this is mostly a merge of what is sorted already.
		for (const [rank, text] of this.all.toSorted().entries()) ranks[this.#numbers.get(text)!] = rank;
		return (this.#ranks = ranks);
	}

	/** Which texts hold one of the words (lower case): 1 for each that does. Kept for the filter's next letter. */
	readonly holding = memo((key: string): Uint8Array => {
		const words = key.split('\u0000');
		const fits = new Uint8Array(this.lower.length);
		for (const [number, text] of this.lower.entries()) if (words.some(word => text.includes(word))) fits[number] = 1;
		return fits;
	}, 8);
}

export interface Columns {
	/** 0 is critical. */
	severity: Uint8Array;
	/** 0 is certain. */
	confidence: Uint8Array;
	/** 1: accepted by the configuration. */
	suppressed: Uint8Array;
	/** 1: not in the baseline. */
	fresh: Uint8Array;
	texts: Record<Column, Texts>;
	numbers: Record<Column, Uint32Array>;
}

const SURENESS = ['certain', 'conditional', 'unverified'];
/** Findings that are read in one go: a few milliseconds, so that no key waits. */
const SLICE = 2000;

/** Findings by number, with their words on demand. */
export class FindingTable {
	readonly length: number;
	readonly #list: FindingList;
	/** Of a list that cannot be asked for one finding alone. */
	#kept: Finding[] | undefined;
	readonly #recent = new Map<number, Finding>();
	readonly #columns: Columns;
	#done = 0;

	constructor(list: FindingList) {
		this.#list = list;
		this.length = list.length;
		const numbers = () => new Uint32Array(this.length);
		this.#columns = {
			severity: new Uint8Array(this.length),
			confidence: new Uint8Array(this.length),
			suppressed: new Uint8Array(this.length),
			fresh: new Uint8Array(this.length),
			texts: Object.fromEntries(COLUMNS.map(column => [column, new Texts()])) as Columns['texts'],
			numbers: Object.fromEntries(COLUMNS.map(column => [column, numbers()])) as Columns['numbers'],
		};
	}

	/** With its words; the last few are kept, since a screen is drawn again and again. */
	at(index: number): Finding {
		let finding = this.#recent.get(index);
		if (finding) return finding;
		finding = this.#list.whole?.(index) ?? this.#all()[index]!;
		if (this.#recent.size >= 512) this.#recent.clear();
		this.#recent.set(index, finding);
		return finding;
	}

	brief(index: number): FindingBrief {
		return this.#list.brief?.(index) ?? this.#all()[index]!;
	}

	/** Everything that was read for filters; reads the rest now. */
	get columns(): Columns {
		while (this.read());
		return this.#columns;
	}

	/** Reads some more findings for filters. @returns whether there are more */
	read(): boolean {
		const {severity, confidence, suppressed, fresh, texts, numbers} = this.#columns;
		const end = Math.min(this.length, this.#done + SLICE);
		for (let index = this.#done; index < end; index++) {
			const brief = this.brief(index);
			severity[index] = SEVERITIES.indexOf(brief.severity);
			confidence[index] = SURENESS.indexOf(brief.confidence);
			suppressed[index] = brief.suppressed ? 1 : 0;
			fresh[index] = brief.baseline === 'new' ? 1 : 0;
			for (const column of COLUMNS) numbers[column][index] = texts[column].number(textOf(brief, column));
		}
		this.#done = end;
		return end < this.length;
	}

	#all(): Finding[] {
		return (this.#kept ??= [...this.#list]);
	}
}

/** What a column says of a finding; empty: nothing. */
function textOf(brief: FindingBrief, column: Column): string {
	if (column === 'resource') return shortResource(brief.resource);
	if (column !== 'cause') return brief[column] ?? '';
	const {cause} = brief;
	return cause ? `${cause.role} to ${cause.member} on ${shortResource(cause.resource)}` : '';
}

/** Reads all findings for filters, a few between one key and the next, so that the first filter waits for nothing. */
export function readAhead(table: FindingTable): void {
	setImmediate(() => {
		if (table.read()) readAhead(table);
	});
}
