/**
 * `--logs`: reads exported audit logs from files, directories and pipes, and hands over what they tell as assets.
 */
import {hash} from 'node:crypto';
import type {Readable} from 'node:stream';
import {logAssets} from '../../evidence/assets.ts';
import {EntryReader} from '../../evidence/entry-reader.ts';
import {LogBook, type LogCounts} from '../../evidence/log-book.ts';
import type {Asset, Problem} from '../asset.ts';
import {readFiles} from '../asset-export.ts';
import {listAssetFiles} from '../asset-files.ts';
import {LogFile} from './log-file.ts';

/** Logging takes entries of up to 256 KiB; rows of other exports may be larger. */
const MAX_LINE_BYTES = 16 * 2 ** 20;

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
	const {maxLineBytes = MAX_LINE_BYTES, problem} = options;
	const files = await listAssetFiles(paths, problem, '--logs');
	const entries = new EntryReader(book);
	const open = (file: string): LogFile => new LogFile(file, entries, problem, {maxLineBytes});
	const {named} = await readFiles(files, open, {...options, maxLineBytes, flag: '--logs'});
	return finishLogs(book, emit, named);
}

export function finishLogs(book: LogBook, emit: (asset: Asset) => void, files: string[] = []): LogTotals {
	for (const asset of logAssets(book, digest)) emit(asset);
	const scopes = [...new Set(book.seen().map(({scope}) => scope))].toSorted();
	return {counts: book.counts, scopes, files, coarseness: book.coarseness};
}

/** Enough to tell a million names apart. */
function digest(text: string): string {
	return hash('sha256', text, 'hex').slice(0, 24);
}
