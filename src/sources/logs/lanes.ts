/**
 * Reads blocks of logs on several threads, as if one had read them in order: threads, this one among them, work out what
 * entries came to; here it is decided block by block what counts (what is a duplicate, which files were given up), and
 * told to the thread that read it. So the result is the same for any number of threads. Logs that are small never start
 * another one.
 */
import {setImmediate} from 'node:timers/promises';
import {Worker} from 'node:worker_threads';
import {UnreadableError} from '../../errors.ts';
import type {EntryBatch} from '../../evidence/entry-batch.ts';
import {EntryReader} from '../../evidence/entry-reader.ts';
import type {LogBook} from '../../evidence/log-book.ts';
import {SeenIds} from '../../evidence/seen-ids.ts';
import {type BlockReport, BlockSink, readBlock} from './block-reader.ts';
import type {LogFile} from './log-file.ts';
import type {FromWorker, ToWorker, WorkerSetup} from './log-worker.ts';

/** Bytes that this thread reads itself where nobody knows how many will come: starting others costs as much. */
const SMALL = 4 * 2 ** 20;
/** Bytes of a block: threads are woken for each. */
export const BLOCK_BYTES = 4 * 2 ** 20;
/** Blocks that each other thread has on its way; when all have so many this one reads a block itself. */
const AHEAD = 3;
/** Blocks that may wait for one before them that takes long, beyond those on their way. */
const MOST_WAITING = 32;
/** Megabytes for objects that live shortly: with V8's own number a third of the time goes into clearing up. */
const YOUNG = 64;
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './log-worker.ts' : './log-worker.js', import.meta.url);

/**
 * Threads besides this one that are worth it. Each learns by itself what lines mean, and its book has to be joined. Beyond
 * three there is nothing to do, since blocks are not handed out faster; and each may hold a book of full size.
 */
export function threadsFor(processors: number): number {
	return Math.max(0, Math.min(3, processors - 1));
}

export interface LaneOptions {
	/** Epoch milliseconds. */
	now: number;
	maxLineBytes: number;
	/** That read besides this one. */
	threads: number;
	/** Bytes that are read before other threads are started. */
	small?: number;
	/** What threads run. */
	script?: URL;
}

/** Something whose turn comes when all before it is done. */
interface Turn {
	file?: LogFile;
	/** Of the block. */
	bytes?: number;
	/** Whether the block was read. */
	isReady: boolean;
	report?: BlockReport;
	ids?: Int32Array;
	/** @param duplicates of `SeenIds` */
	act(counts: boolean, duplicates: Uint8Array | undefined): void;
}

interface Lane {
	worker: Worker;
	/** Blocks that it has and has not read. */
	turns: Turn[];
	/**
	 * Memory of blocks by number, and which of it may be used again. Shared: memory that is handed over makes V8 check
	 * every access to any array. Each is sent once.
	 */
	memory: SharedArrayBuffer[];
	spare: number[];
	/** Its book is here. */
	isDone: boolean;
}

export class LogLanes {
	/** Where this thread puts what it reads itself; `take` it and `add` it. */
	readonly own: BlockSink;
	readonly #book: LogBook;
	readonly #entries: EntryReader;
	readonly #ids = new SeenIds();
	readonly #options: LaneOptions;
	#lanes: Lane[] = [];
	#queue: Turn[] = [];
	#read = 0;
	/** Since the last wait. */
	#hasReadOwn = false;
	#change: PromiseWithResolvers<void> | undefined;
	#failure: {error: unknown} | undefined;

	constructor(book: LogBook, options: LaneOptions) {
		this.#book = book;
		this.#options = options;
		this.#entries = new EntryReader(book);
		this.own = new BlockSink(this.#entries);
	}

	/** A thread failed: `finish` will throw. */
	get hasFailed(): boolean {
		return this.#failure !== undefined;
	}

	/** What to wait for before more is sent; undefined: nothing. */
	ready(): Promise<void> | undefined {
		if (this.#isBusy()) return this.#untilReady();
		if (!this.#hasReadOwn) return undefined;
		// What other threads said meanwhile.
		this.#hasReadOwn = false;
		return setImmediate();
	}

	/** Whole lines, which are copied if another thread reads them. */
	send(file: LogFile, bytes: Buffer): void {
		this.#read += bytes.length;
		const {maxLineBytes, threads, small = SMALL} = this.#options;
		const isOwn = threads === 0 || this.#read <= small;
		if (!isOwn && this.#lanes.length === 0) this.#start(threads);
		const [lane] = this.#lanes.toSorted((a, b) => a.turns.length - b.turns.length);
		if (isOwn || lane === undefined || lane.turns.length >= AHEAD) {
			const {report, batch} = readBlock(this.own, bytes, maxLineBytes);
			this.add(file, bytes.length, report, batch);
			this.#hasReadOwn = lane !== undefined;
			return;
		}
		const slot = lane.spare.pop() ?? lane.memory.length;
		const known = lane.memory[slot];
		const memory =
			known !== undefined && known.byteLength >= bytes.length
				? known
				: (lane.memory[slot] = new SharedArrayBuffer(Math.max(bytes.length, BLOCK_BYTES)));
		bytes.copy(new Uint8Array(memory));
		const act: Turn['act'] = (counts, duplicates) => tell(lane, {kind: 'count', counts, duplicates});
		const turn: Turn = {file, bytes: bytes.length, isReady: false, act};
		lane.turns.push(turn);
		this.#queue.push(turn);
		tell(lane, {kind: 'block', slot, length: bytes.length, ...(memory !== known && {memory})});
	}

	/** Something that this thread has read. */
	add(file: LogFile, bytes: number, report: BlockReport, batch: EntryBatch): void {
		const act: Turn['act'] = (counts, duplicates) => {
			if (counts) this.#entries.count(batch, duplicates);
		};
		this.#queue.push({file, bytes, isReady: true, report, ids: batch.ids(), act});
		this.#proceed();
	}

	/** Does something when everything before it is done. */
	afterwards(act: () => void): void {
		this.#queue.push({isReady: true, act});
		this.#proceed();
	}

	/**
	 * Everything is in the book from then on.
	 * @throws UnreadableError a thread ran out of memory
	 */
	async finish(): Promise<void> {
		await this.#until(() => this.#queue.length === 0);
		for (const lane of this.#lanes) tell(lane, {kind: 'finish'});
		this.#entries.finish();
		await this.#until(() => this.#lanes.every(({isDone}) => isDone));
	}

	/** Ends the threads, whatever they are at. */
	async close(): Promise<void> {
		const lanes = this.#lanes;
		this.#lanes = [];
		await Promise.all(lanes.map(({worker}) => worker.terminate()));
	}

	#start(count: number): void {
		const {now, maxLineBytes, script = SCRIPT} = this.#options;
		const workerData: WorkerSetup = {now, maxLineBytes};
		this.#lanes = Array.from({length: count}, () => {
			const worker = new Worker(script, {workerData, resourceLimits: {maxYoungGenerationSizeMb: YOUNG}});
			const lane: Lane = {worker, turns: [], memory: [], spare: [], isDone: false};
			lane.worker.on('message', (message: FromWorker) => this.#take(lane, message));
			lane.worker.on('error', error => this.#fail(error));
			lane.worker.on('messageerror', error => this.#fail(error));
			lane.worker.on('exit', code => {
				if (this.#lanes.includes(lane))
					this.#fail(new Error(`a thread that reads logs ended before its work was done (${code})`));
			});
			return lane;
		});
	}

	#take(lane: Lane, message: FromWorker): void {
		if (message.kind === 'read') {
			const {report, ids, slot} = message;
			lane.spare.push(slot);
			Object.assign(lane.turns.shift()!, {isReady: true, report, ids});
			this.#proceed();
		} else if (message.kind === 'part') this.#book.merge(message.text);
		else lane.isDone = true;
		this.#change?.resolve();
	}

	#fail(error: unknown): void {
		this.#failure ??= {error};
		this.#change?.resolve();
	}

	/** Everything that is due, in order. */
	#proceed(): void {
		while (this.#queue[0]?.isReady === true) {
			const {file, bytes = 0, report, ids, act} = this.#queue.shift()!;
			const counts = report === undefined || file === undefined || file.absorb(report, bytes);
			act(counts, counts && ids ? this.#ids.duplicates(ids) : undefined);
		}
	}

	/** Every thread has enough to do, or blocks wait for one that is slow. */
	#isBusy(): boolean {
		if (this.#lanes.length === 0 || this.hasFailed) return false;
		return this.#queue.length >= this.#lanes.length * AHEAD + MOST_WAITING;
	}

	async #untilReady(): Promise<void> {
		while (this.#isBusy()) await this.#next();
	}

	async #until(isSo: () => boolean): Promise<void> {
		while (!this.hasFailed && !isSo()) await this.#next();
		if (this.#failure) throw explained(this.#failure.error);
	}

	/** The next message, or a failure. */
	#next(): Promise<void> {
		this.#change = Promise.withResolvers();
		return this.#change.promise;
	}
}

function tell(lane: Lane, message: ToWorker): void {
	// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
	lane.worker.postMessage(message);
}

function explained(error: unknown): unknown {
	if ((error as {code?: unknown}).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
	return new UnreadableError(
		'There is not enough memory to read the logs on several threads.',
		'Give Node more of it (NODE_OPTIONS=--max-old-space-size=4096), or read fewer files at a time.',
		{cause: error},
	);
}
