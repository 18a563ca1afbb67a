/**
 * One file of exported logs, from its unpacked bytes to blocks of whole lines: finds out what it is, and says once what
 * is wrong. Blocks are read elsewhere, many at a time; their reports come back in the order of the file.
 */
import type {Problem} from '../asset.ts';
import type {FileReader} from '../asset-export.ts';
import {type FileKind, fileKind} from '../file-kind.ts';
import {JsonStream} from '../json-stream.ts';
import {mebibytes, NEWLINE} from '../json-values.ts';
import type {BlockReport} from './block-reader.ts';
import type {LogLanes} from './lanes.ts';

/** Problems kept back until a file has proved to hold log entries. */
const HELD = 100;
/** Bytes after which a file without one line of JSON is given up. */
const ENOUGH = 64 * 2 ** 20;
const OPEN_BRACE = 123;

export interface LogFileOptions {
	problem: (problem: Problem) => void;
	maxLineBytes: number;
}

export class LogFile implements FileReader {
	values = 0;
	readonly #file: string;
	readonly #lanes: LogLanes;
	readonly #problem: (problem: Problem) => void;
	readonly #maxLineBytes: number;
	#kind: FileKind | undefined;
	#json: JsonStream | undefined;
	/** Inside a line that is too long: everything up to its end is dropped. */
	#skipping = false;
	/** Lines of the blocks whose reports are back. */
	#lines = 0;
	#seen = 0;
	#looksLikeJson = false;
	#isHopeless = false;
	/** Undefined once there was an audit log entry: from then on problems are told at once. */
	#held: Problem[] | undefined = [];
	#unsaid = 0;

	constructor(file: string, lanes: LogLanes, {problem, maxLineBytes}: LogFileOptions) {
		this.#file = file;
		this.#lanes = lanes;
		this.#problem = problem;
		this.#maxLineBytes = maxLineBytes;
	}

	get hopeless(): boolean {
		return this.#kind?.kind === 'other' || this.#isHopeless || this.#lanes.hasFailed;
	}

	ready(): Promise<void> | undefined {
		return this.#lanes.ready();
	}

	take(bytes: Buffer, final: boolean): number {
		this.#kind ??= this.#recognize(bytes, final);
		if (this.#hasLines) return this.#takeLines(bytes, final);
		if (!this.#json) return bytes.length;
		const taken = this.#json.take(bytes, final);
		const {report, batch} = this.#lanes.own.take();
		report.lines = this.#json.line;
		report.looksLikeJson = this.#json.looksLikeJson;
		this.#lanes.add(this, taken, report, batch);
		return taken;
	}

	/**
	 * What was found in a block, once those before it are here.
	 * @param bytes of the block
	 * @returns whether its entries count: they do not once the file was given up
	 */
	absorb(report: BlockReport, bytes: number): boolean {
		if (this.#isHopeless) return false;
		const before = this.#json ? 0 : this.#lines;
		for (const [index, {line, ...problem}] of report.problems.entries()) {
			if (report.isLog && index === report.before) this.#release();
			this.#tell({file: this.#file, ...(line !== undefined && {line: before + line}), ...problem});
		}
		if (report.isLog) this.#release();
		this.#lines = before + report.lines;
		this.values += report.values;
		this.#looksLikeJson ||= report.looksLikeJson;
		this.#seen += bytes;
		this.#isHopeless = this.#seen > ENOUGH && this.values === 0 && !this.#looksLikeJson;
		return true;
	}

	async finish(failure?: string): Promise<void> {
		this.#lanes.afterwards(() => {
			if (this.#held !== undefined) this.#sayWhatItIs(this.#held, failure);
			const line = this.#json !== undefined || this.#hasLines ? this.#lines : undefined;
			if (failure !== undefined) this.#problem({file: this.#file, line, kind: 'broken', message: failure});
		});
	}

	get #hasLines(): boolean {
		return this.#kind?.kind === 'lines' || this.#kind?.kind === 'yaml';
	}

	#recognize(head: Buffer, whole: boolean): FileKind {
		const kind = fileKind(head, whole);
		if (kind.kind === 'json') this.#json = new JsonStream(this.#lanes.own, this.#maxLineBytes);
		return kind;
	}

	/** Cuts at the last newline. Lines that are too long are left out here, where they may be longer than the window. */
	#takeLines(bytes: Buffer, final: boolean): number {
		let start = 0;
		if (this.#skipping) {
			start = bytes.indexOf(NEWLINE) + 1;
			if (start === 0) return bytes.length;
			this.#skipping = false;
		}
		const end = final ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
		if (start < end) this.#lanes.send(this, bytes.subarray(start, end));
		else if (bytes.length - start > this.#maxLineBytes) {
			const message = `the line is longer than ${mebibytes(this.#maxLineBytes)} and was left out`;
			this.#lanes.own.problem(message, 1, 'unsafe');
			const {report, batch} = this.#lanes.own.take();
			this.#lanes.add(this, bytes.length, {...report, lines: 1, looksLikeJson: bytes[start] === OPEN_BRACE}, batch);
			this.#skipping = true;
			return bytes.length;
		}
		return Math.max(start, end);
	}

	#tell(problem: Problem): void {
		if (this.#held === undefined) this.#problem(problem);
		else if (this.#held.length < HELD) this.#held.push(problem);
		else this.#unsaid++;
	}

	#sayWhatItIs(held: Problem[], failure: string | undefined): void {
		const whole = (message: string): void => this.#problem({file: this.#file, kind: 'broken', message});
		const kind = this.#kind ?? {kind: 'empty'};
		if (kind.kind === 'other') whole(`not exported logs, but ${kind.what}`);
		else if (kind.kind === 'empty') {
			// Hours without entries may leave empty files.
		} else if (this.values > 0 || this.#looksLikeJson) {
			this.#release();
			if (this.values > held.length && failure === undefined) whole('holds JSON, but no entry of an audit log');
		} else whole('not exported logs: no line of it is a JSON object');
		this.#held = undefined;
	}

	#release(): void {
		if (this.#held === undefined) return;
		const held = this.#held;
		this.#held = undefined;
		for (const problem of held) this.#problem(problem);
		if (this.#unsaid > 0) {
			const message = `${this.#unsaid} more problems before the first audit log entry`;
			this.#problem({file: this.#file, kind: 'broken', message});
		}
	}
}
