/**
 * `--logs`: reads exported audit logs from files, directories and pipes, and hands over what they tell as assets.
 */
import {open} from 'node:fs/promises';
import {createReadStream} from 'node:fs';
import {type Readable, Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {logAssets} from '../../evidence/assets.ts';
import {LogBook, type LogCounts} from '../../evidence/log-book.ts';
import type {Asset, Problem} from '../asset.ts';
import {readFiles} from '../asset-export.ts';
import {type AssetFile, listAssetFiles, unreadable} from '../asset-files.ts';
import {fileKind} from '../file-kind.ts';
import {isGzip} from '../unpack.ts';
import {digestOf} from './digest.ts';
import {BLOCK_BYTES, type LaneOptions, LogLanes} from './lanes.ts';
import {LogFile} from './log-file.ts';

/** Logging takes entries of up to 256 KiB; rows of other exports may be larger. */
const MAX_LINE_BYTES = 16 * 2 ** 20;
/**
 * Bytes of lines from which on the embedded engine reads them, unless told otherwise. High, since it was not faster where
 * it was measured (two cores, `docs/performance.md`): there duplicates that lie far apart are what speaks for it.
 */
const LARGE = 64 * 2 ** 30;
/** Bytes of files from which on other threads help from the beginning. */
const WORTHWHILE = 16 * 2 ** 20;
/** How much larger gzipped logs usually are. */
const GZIP_FACTOR = 15;
const HEAD_BYTES = 64 * 1024;

export {threadsFor} from './lanes.ts';

/** `auto`: the embedded engine for Parquet and for very large files, else one pass in this process. */
export const LOG_ENGINES = ['auto', 'stream', 'embedded'] as const;
export type LogEngine = (typeof LOG_ENGINES)[number];

export interface LogOptions {
	stdin: Readable;
	/** Epoch milliseconds; only what lies after it is counted by it. */
	now: number;
	engine?: LogEngine;
	problem: (problem: Problem) => void;
	onProgress?: (bytesRead: number, totalBytes: number | undefined, file: string) => void;
	maxLineBytes?: number;
	/** Bytes read at a time. */
	blockBytes?: number;
	/** How many threads may read, above all. */
	lanes?: Pick<LaneOptions, 'threads' | 'small' | 'script'>;
}

/** What was read, for people and for the report. */
export interface LogTotals {
	counts: LogCounts;
	/** Containers of which there were entries, sorted. */
	scopes: string[];
	/** Regular files that were named themselves. */
	files: string[];
	/** How much finer use could have been told apart; 0: not at all. */
	coarseness: number;
}

/**
 * Reads everything that `--logs` names in one pass and in bounded memory, then hands over the assets in a fixed order.
 * @throws UsageError for a given path that is missing or unreadable
 */
export async function readLogs(
	paths: readonly string[],
	emit: (asset: Asset) => void,
	options: LogOptions,
): Promise<LogTotals> {
	const book = new LogBook(options.now);
	const {maxLineBytes = MAX_LINE_BYTES, problem, engine = 'auto', now} = options;
	const files = await listAssetFiles(paths, problem, '--logs');
	const sorted = await sortOut(files, engine);
	if (sorted.lines.length + sorted.parquet.length > 0) {
		const {readEmbedded} = await import('./embedded.ts');
		await readEmbedded(book, sorted, {now, maxLineBytes, problem});
	}
	// Of pipes nobody knows how much will come.
	const size = sorted.streamed.reduce((sum, {size = NaN}) => sum + size, 0);
	const small = size > WORTHWHILE ? 0 : undefined;
	const lanes = new LogLanes(book, {
		now,
		maxLineBytes,
		threads: 0,
		...(small !== undefined && {small}),
		...options.lanes,
	});
	try {
		const openLog = (file: string): LogFile => new LogFile(file, lanes, {problem, maxLineBytes});
		await readFiles(sorted.streamed, openLog, {blockBytes: BLOCK_BYTES, ...options, maxLineBytes, flag: '--logs'});
		await lanes.finish();
	} finally {
		await lanes.close();
	}
	const named = files.filter(({given, kind}) => given && kind === 'file').map(({file}) => file);
	return finishLogs(book, emit, named);
}

interface Sorted {
	streamed: AssetFile[];
	lines: string[];
	parquet: string[];
}

/** Which engine reads what. Only regular files that hold lines can go to the embedded one; Parquet must. */
async function sortOut(files: readonly AssetFile[], engine: LogEngine): Promise<Sorted> {
	const sorted: Sorted = {streamed: [], lines: [], parquet: []};
	const candidates: {file: AssetFile; weight: number; isPacked: boolean}[] = [];
	for (const file of files) {
		const head = file.kind === 'file' && file.size !== undefined ? await headOf(file.file) : Buffer.alloc(0);
		if (head.toString('latin1', 0, 4) === 'PAR1') sorted.parquet.push(file.file);
		else if (isGzip(head)) candidates.push({file, weight: file.size! * GZIP_FACTOR, isPacked: true});
		else if (head[0] === 123 && fileKind(head, head.length < HEAD_BYTES).kind === 'lines')
			candidates.push({file, weight: file.size!, isPacked: false});
		else sorted.streamed.push(file);
	}
	const total = candidates.reduce((sum, {weight}) => sum + weight, 0);
	const embeds = engine === 'embedded' || (engine === 'auto' && total > LARGE);
	for (const {file, isPacked} of candidates) {
		// Of damaged files the embedded engine says nothing, and leaves out more than has to be.
		if (embeds && (!isPacked || (await isWhole(file.file)))) sorted.lines.push(file.file);
		else sorted.streamed.push(file);
	}
	return sorted;
}

/** Whether gzipped data can be unpacked to its end. */
async function isWhole(path: string): Promise<boolean> {
	const nowhere = new Writable({write: (_chunk, _encoding, done) => done()});
	try {
		await pipeline(createReadStream(path, {highWaterMark: 2 ** 20}), createGunzip({chunkSize: 2 ** 20}), nowhere);
		return true;
	} catch (error) {
		if (String((error as NodeJS.ErrnoException).code).startsWith('Z_')) return false;
		throw unreadable(path, error, '--logs');
	}
}

async function headOf(path: string): Promise<Buffer> {
	const handle = await open(path).catch((error: unknown) => {
		throw unreadable(path, error, '--logs');
	});
	try {
		const head = Buffer.alloc(HEAD_BYTES);
		const {bytesRead} = await handle.read(head, 0, HEAD_BYTES, 0);
		return head.subarray(0, bytesRead);
	} finally {
		await handle.close();
	}
}

export function finishLogs(book: LogBook, emit: (asset: Asset) => void, files: string[] = []): LogTotals {
	for (const asset of logAssets(book, digestOf)) emit(asset);
	const scopes = [...new Set(book.seen().map(({scope}) => scope))].toSorted();
	return {counts: book.counts, scopes, files, coarseness: book.coarseness};
}
