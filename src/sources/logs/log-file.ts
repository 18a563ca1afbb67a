/** One file of exported logs, from its unpacked bytes to entries: finds out what it is, and says once what is wrong. */
import {isJson} from '../../evidence/log-entry.ts';
import type {EntryReader} from '../../evidence/entry-reader.ts';
import type {Problem} from '../asset.ts';
import type {FileReader} from '../asset-export.ts';
import {type FileKind, fileKind} from '../file-kind.ts';
import {JsonStream} from '../json-stream.ts';
import type {ValueSink} from '../json-values.ts';
import {LineReader} from '../read-lines.ts';

/** Problems kept back until a file has proved to hold log entries. */
const HELD = 100;
/** Bytes after which a file without one line of JSON is given up. */
const ENOUGH = 64 * 2 ** 20;

export class LogFile implements FileReader, ValueSink {
	values = 0;
	readonly #file: string;
	readonly #entries: EntryReader;
	readonly #problem: (problem: Problem) => void;
	readonly #maxLineBytes: number;
	#kind: FileKind | undefined;
	#reader: LineReader | JsonStream | undefined;
	#seen = 0;
	/** Undefined once there was an audit log entry: from then on problems are told at once. */
	#held: Problem[] | undefined = [];
	#unsaid = 0;

	constructor(
		file: string,
		entries: EntryReader,
		problem: (problem: Problem) => void,
		{maxLineBytes}: {maxLineBytes: number},
	) {
		this.#file = file;
		this.#entries = entries;
		this.#problem = problem;
		this.#maxLineBytes = maxLineBytes;
		entries.begin();
	}

	get hopeless(): boolean {
		return this.#kind?.kind === 'other' || (this.#seen > ENOUGH && this.values === 0 && !this.#looksLikeJson);
	}

	take(bytes: Buffer, final: boolean): number {
		this.#kind ??= this.#recognize(bytes, final);
		const taken = this.#reader?.take(bytes, final) ?? bytes.length;
		this.#seen += taken;
		return taken;
	}

	line(bytes: Buffer, start: number, end: number): boolean {
		if (!this.#entries.takeLine(bytes, start, end)) return false;
		this.values++;
		if (this.#held !== undefined) this.#release(this.#held);
		return true;
	}

	value(value: unknown, line: number): void {
		this.values++;
		if (!isJson(value)) {
			this.problem('not a JSON object', line, 'broken');
			return;
		}
		// An answer of entries.list, as people save it.
		const page = value['entries'];
		if (Array.isArray(page) && value['logName'] === undefined) {
			for (const entry of page) {
				if (isJson(entry)) this.#entry(entry);
				else this.problem('not a JSON object', line, 'broken');
			}
			if (typeof value['nextPageToken'] === 'string' && value['nextPageToken'] !== '') {
				this.problem('one page of a longer list (it has a nextPageToken): the other pages are missing', line, 'broken');
			}
			return;
		}
		this.#entry(value);
	}

	problem(message: string, line: number | undefined, kind: Problem['kind']): void {
		const problem: Problem = {file: this.#file, ...(line !== undefined && {line}), message, kind};
		if (this.#held === undefined) this.#problem(problem);
		else if (this.#held.length < HELD) this.#held.push(problem);
		else this.#unsaid++;
	}

	async finish(failure?: string): Promise<void> {
		const line = this.#reader?.line;
		if (this.#held !== undefined) this.#sayWhatItIs(this.#held, failure);
		if (failure !== undefined) this.#problem({file: this.#file, line, kind: 'broken', message: failure});
	}

	#entry(entry: Readonly<Record<string, unknown>>): void {
		if (this.#entries.take(entry) && this.#held !== undefined) this.#release(this.#held);
	}

	#recognize(head: Buffer, whole: boolean): FileKind {
		const kind = fileKind(head, whole);
		if (kind.kind === 'json') this.#reader = new JsonStream(this, this.#maxLineBytes);
		else if (kind.kind === 'lines' || kind.kind === 'yaml') this.#reader = new LineReader(this, this.#maxLineBytes);
		return kind;
	}

	get #looksLikeJson(): boolean {
		return this.#reader?.looksLikeJson === true;
	}

	#sayWhatItIs(held: Problem[], failure: string | undefined): void {
		this.#held = undefined;
		const whole = (message: string): void => this.#problem({file: this.#file, kind: 'broken', message});
		const kind = this.#kind ?? {kind: 'empty'};
		if (kind.kind === 'other') whole(`not exported logs, but ${kind.what}`);
		else if (kind.kind === 'empty') {
			// Hours without entries may leave empty files.
		} else if (this.values > 0 || this.#looksLikeJson) {
			this.#release(held);
			if (this.values > held.length && failure === undefined) whole('holds JSON, but no entry of an audit log');
		} else whole('not exported logs: no line of it is a JSON object');
	}

	#release(held: Problem[]): void {
		this.#held = undefined;
		for (const problem of held) this.#problem(problem);
		if (this.#unsaid > 0) {
			const message = `${this.#unsaid} more problems before the first audit log entry`;
			this.#problem({file: this.#file, kind: 'broken', message});
		}
	}
}
