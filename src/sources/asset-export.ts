/**
 * `--assets`: reads saved assets from files, directories and pipes and hands them to the inventory, one at a time.
 * Whatever is wrong with the input becomes a problem with file and line; everything else is used.
 */
import {open as openCallback} from 'node:fs';
import {open} from 'node:fs/promises';
import type {FileHandle} from 'node:fs/promises';
import {Socket} from 'node:net';
import type {Readable} from 'node:stream';
import {promisify} from 'node:util';
import type {AssetSink} from './asset.ts';
import {errorCode, listAssetFiles, unreadable} from './asset-files.ts';
import type {AssetFile} from './asset-files.ts';
import {type ByteConsumer, ByteWindow} from './byte-window.ts';
import {ExportFile} from './export-file.ts';
import {isGzip, unpack} from './unpack.ts';

const MAX_LINE_BYTES = 64 * 2 ** 20;
/** Measured: what fits the processor's cache is a little faster than 8 MiB. */
const BLOCK_BYTES = 2 ** 20;
const PACKED_BLOCK_BYTES = 2 ** 20;

export interface ReadOptions {
	stdin: Readable;
	/** Longer lines (or elements of an array) are left out with a problem; 64 MiB by default. */
	maxLineBytes?: number;
	/** Bytes read at a time; 1 MiB by default. */
	blockBytes?: number;
	/** Packed bytes so far of all files, and of how many; unknown if a pipe is among them. */
	onProgress?: (bytesRead: number, totalBytes: number | undefined, file: string) => void;
}

export interface ReadTotals {
	files: number;
	/** As stored: packed bytes of packed files. */
	bytes: number;
	/** JSON values, assets or not. */
	values: number;
	/** Regular files that were named themselves. */
	named: string[];
}

/** What becomes of the unpacked bytes of one file. */
export interface FileReader extends ByteConsumer {
	/** JSON values read, of use or not. */
	readonly values: number;
	/** True once more bytes could not change anything. */
	readonly hopeless: boolean;
	/** What to wait for before more bytes come; none: they may come at once. */
	ready?(): Promise<void> | undefined;
	/** Says what is left to say about the file. @param failure why its bytes ended early, if they did */
	finish(failure?: string): Promise<void>;
}

/**
 * Reads everything that `--assets` names, in the given order.
 * @throws UsageError for a given path that is missing or unreadable
 */
export async function readAssetPaths(
	paths: readonly string[],
	sink: AssetSink,
	options: ReadOptions,
): Promise<ReadTotals> {
	const {maxLineBytes = MAX_LINE_BYTES} = options;
	const files = await listAssetFiles(paths, problem => sink.problem(problem));
	return await readFiles(files, file => new ExportFile(file, sink, maxLineBytes), {...options, maxLineBytes});
}

/**
 * Reads files one after the other.
 * @throws UsageError for a given path that is unreadable
 */
export async function readFiles(
	files: readonly AssetFile[],
	open: (file: string) => FileReader,
	options: ReadOptions & {flag?: string},
): Promise<ReadTotals> {
	const {maxLineBytes = MAX_LINE_BYTES, blockBytes = BLOCK_BYTES} = options;
	const totalBytes = files.every(file => file.size !== undefined)
		? files.reduce((sum, file) => sum + (file.size ?? 0), 0)
		: undefined;
	const named = files.filter(({given, kind}) => given && kind === 'file').map(({file}) => file);
	const totals: ReadTotals = {files: files.length, bytes: 0, values: 0, named};
	const window = new ByteWindow(blockBytes, blockBytes + maxLineBytes);

	for (const file of files) {
		const reader = open(file.file);
		window.open(reader);
		const before = totals.bytes;
		const count = (bytes: number): void => {
			totals.bytes += bytes;
			options.onProgress?.(totals.bytes, totalBytes, file.file);
		};
		let failure: string | undefined;
		try {
			failure =
				file.kind === 'file'
					? await readFile(file.file, window, reader, count, blockBytes)
					: await readStream(await streamOf(file, options.stdin), window, reader, count);
		} catch (error) {
			if (file.given && totals.bytes === before) throw unreadable(file.file, error, options.flag);
			failure = `cannot be read to its end (${errorCode(error)})`;
		}
		window.end();
		await reader.finish(failure);
		totals.values += reader.values;
	}
	return totals;
}

type Count = (bytes: number) => void;

async function readFile(
	path: string,
	window: ByteWindow,
	reader: FileReader,
	count: Count,
	blockBytes: number,
): Promise<string | undefined> {
	const handle = await open(path);
	try {
		return await readHandle(handle, window, reader, count, blockBytes);
	} finally {
		await handle.close();
	}
}

async function readHandle(
	handle: FileHandle,
	window: ByteWindow,
	reader: FileReader,
	count: Count,
	blockBytes: number,
): Promise<string | undefined> {
	const head = Buffer.alloc(2);
	await handle.read(head, 0, head.length, 0);

	let position = 0;
	const fill = async (buffer: Buffer): Promise<number> => {
		const {bytesRead} = await handle.read(buffer, 0, buffer.length, position);
		position += bytesRead;
		if (bytesRead > 0) count(bytesRead);
		return bytesRead;
	};
	if (isGzip(head))
		return await unpack(
			blocks(fill),
			piece => window.append(piece),
			() => reader.hopeless,
			() => reader.ready?.(),
		);

	await readAhead(fill, blockBytes, async block => {
		window.append(block);
		const wait = reader.ready?.();
		if (wait) await wait;
		return !reader.hopeless;
	});
	return undefined;
}

/** The next block is read while one is worked on. @param take whether it wants more */
async function readAhead(
	fill: (buffer: Buffer) => Promise<number>,
	blockBytes: number,
	take: (block: Buffer) => Promise<boolean>,
): Promise<void> {
	let [block, other] = [Buffer.allocUnsafeSlow(blockBytes), Buffer.allocUnsafeSlow(blockBytes)];
	let pending = fill(block);
	for (;;) {
		const bytes = await pending;
		if (bytes === 0) return;
		pending = fill(other);
		try {
			if (!(await take(block.subarray(0, bytes)))) return;
		} finally {
			// Nobody may close the file before; a failure is met when it is waited for.
			await pending.catch(() => 0);
		}
		[block, other] = [other, block];
	}
}

async function* blocks(fill: (buffer: Buffer) => Promise<number>): AsyncGenerator<Buffer> {
	const block = Buffer.allocUnsafeSlow(PACKED_BLOCK_BYTES);
	for (let bytes = await fill(block); bytes > 0; bytes = await fill(block)) yield block.subarray(0, bytes);
}

async function readStream(
	stream: Readable,
	window: ByteWindow,
	reader: FileReader,
	count: Count,
): Promise<string | undefined> {
	const chunks = counted(stream, count);
	// The first chunk may be a single byte; gzip shows in two.
	let head = Buffer.alloc(0);
	while (head.length < 2) {
		const next = await chunks.next();
		if (next.done === true) break;
		head = Buffer.concat([head, next.value]);
	}
	if (isGzip(head)) {
		const packed = async function* (): AsyncGenerator<Buffer> {
			yield head;
			yield* chunks;
		};
		return await unpack(
			packed(),
			piece => window.append(piece),
			() => reader.hopeless,
			() => reader.ready?.(),
		);
	}
	window.append(head);
	for await (const chunk of chunks) {
		window.append(chunk);
		if (reader.hopeless) break;
		const wait = reader.ready?.();
		if (wait) await wait;
	}
	return undefined;
}

async function* counted(stream: Readable, count: Count): AsyncGenerator<Buffer> {
	for await (const chunk of stream) {
		const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
		count(bytes.length);
		yield bytes;
	}
}

/** A blocking read of a pipe would keep the process from ending at Ctrl-C; a socket waits without a thread. */
async function streamOf(file: AssetFile, stdin: Readable): Promise<Readable> {
	if (file.kind === 'stdin') return stdin;
	const descriptor = await promisify(openCallback)(file.file, 'r');
	return new Socket({fd: descriptor, readable: true, writable: false});
}
