/**
 * Reads a block of whole lines, wherever it lies in a file and whichever thread does it: what its entries came to, and
 * what there is to say about it, with lines counted from its beginning.
 */
import type {EntryBatch} from '../../evidence/entry-batch.ts';
import type {EntryReader} from '../../evidence/entry-reader.ts';
import {isJson} from '../../evidence/log-entry.ts';
import type {Problem} from '../asset.ts';
import type {ValueSink} from '../json-values.ts';
import {LineReader} from '../read-lines.ts';

export interface BlockReport {
	/** Lines of the block; of a JSON array up to its end. */
	lines: number;
	/** JSON values. */
	values: number;
	/** Some line began like a JSON object. */
	looksLikeJson: boolean;
	/** There is an entry of an audit log. */
	isLog: boolean;
	/** In the order of their lines. */
	problems: Omit<Problem, 'file'>[];
	/** How many of them came before the first entry of an audit log. */
	before: number;
}

export class BlockSink implements ValueSink {
	readonly #entries: EntryReader;
	#report: BlockReport = emptyReport();

	constructor(entries: EntryReader) {
		this.#entries = entries;
	}

	line(bytes: Buffer, start: number, end: number): boolean {
		if (!this.#entries.takeLine(bytes, start, end)) return false;
		this.#report.values++;
		this.#found();
		return true;
	}

	value(value: unknown, line: number): void {
		this.#report.values++;
		if (!isJson(value)) {
			this.problem('not a JSON object', line, 'broken');
			return;
		}
		// An answer of entries.list, as people save it.
		const page = value['entries'];
		if (!Array.isArray(page) || value['logName'] !== undefined) {
			this.#entry(value);
			return;
		}
		for (const entry of page) {
			if (isJson(entry)) this.#entry(entry);
			else this.problem('not a JSON object', line, 'broken');
		}
		if (typeof value['nextPageToken'] === 'string' && value['nextPageToken'] !== '') {
			this.problem('one page of a longer list (it has a nextPageToken): the other pages are missing', line, 'broken');
		}
	}

	problem(message: string, line: number | undefined, kind: Problem['kind']): void {
		this.#report.problems.push({...(line !== undefined && {line}), message, kind});
		if (!this.#report.isLog) this.#report.before++;
	}

	/** What came in since the last time. */
	take(): {report: BlockReport; batch: EntryBatch} {
		const report = this.#report;
		this.#report = emptyReport();
		return {report, batch: this.#entries.batch()};
	}

	#entry(entry: Readonly<Record<string, unknown>>): void {
		if (this.#entries.take(entry)) this.#found();
	}

	#found(): void {
		this.#report.isLog = true;
	}
}

/** @param bytes whole lines; the last may lack its newline */
export function readBlock(
	sink: BlockSink,
	bytes: Buffer,
	maxLineBytes: number,
): {report: BlockReport; batch: EntryBatch} {
	const reader = new LineReader(sink, maxLineBytes);
	reader.take(bytes, true);
	const {report, batch} = sink.take();
	report.lines = reader.line;
	report.looksLikeJson = reader.looksLikeJson;
	return {report, batch};
}

export function emptyReport(): BlockReport {
	return {lines: 0, values: 0, looksLikeJson: false, isLog: false, problems: [], before: 0};
}
