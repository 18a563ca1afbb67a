/** A thread of `LogLanes`: reads blocks of lines into a book of its own, and hands the book over at the end. */
import {parentPort, workerData} from 'node:worker_threads';
import type {EntryBatch} from '../../evidence/entry-batch.ts';
import {EntryReader} from '../../evidence/entry-reader.ts';
import {LogBook} from '../../evidence/log-book.ts';
import {type BlockReport, BlockSink, readBlock} from './block-reader.ts';

export interface WorkerSetup {
	/** Epoch milliseconds. */
	now: number;
	maxLineBytes: number;
}

export type ToWorker =
	/** Bytes in the memory of that number, which comes along once. */
	| {kind: 'block'; slot: number; length: number; memory?: SharedArrayBuffer}
	/** Of the first block that was read and not yet spoken of: whether it counts, and which of its entries do not. */
	| {kind: 'count'; counts: boolean; duplicates: Uint8Array | undefined}
	| {kind: 'finish'};

export type FromWorker =
	/** The block's memory may be used again. */
	| {kind: 'read'; report: BlockReport; ids: Int32Array; slot: number}
	/** Of `LogBook.parts`. */
	| {kind: 'part'; text: string}
	| {kind: 'done'};

const {now, maxLineBytes} = workerData as WorkerSetup;
const book = new LogBook(now);
const entries = new EntryReader(book);
const sink = new BlockSink(entries);
const batches: EntryBatch[] = [];
const memory: SharedArrayBuffer[] = [];

function tell(message: FromWorker): void {
	// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
	parentPort!.postMessage(message);
}

parentPort!.on('message', (message: ToWorker) => {
	if (message.kind === 'block') {
		const {slot, length} = message;
		if (message.memory) memory[slot] = message.memory;
		const {report, batch} = readBlock(sink, Buffer.from(memory[slot]!, 0, length), maxLineBytes);
		batches.push(batch);
		tell({kind: 'read', report, ids: batch.ids(), slot});
	} else if (message.kind === 'count') {
		const batch = batches.shift()!;
		if (message.counts) entries.count(batch, message.duplicates);
	} else {
		entries.finish();
		for (const text of book.parts()) tell({kind: 'part', text});
		tell({kind: 'done'});
	}
});
