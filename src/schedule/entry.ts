/**
 * One line of the run ledger. Each carries the SHA-256 of the line before it, byte for byte, and of every file of its
 * run, so nothing can be changed, removed or put in without rewriting all that follows.
 */
import {createHash} from 'node:crypto';
import type {Severity} from '../report.ts';

/** What stands for the line before the first. */
export const NO_LINE = '0'.repeat(64);

export interface FileEntry {
	/** In the run's folder. */
	name: string;
	bytes: number;
	/** Hexadecimal. */
	sha256: string;
}

export type Counts = Record<Severity, number>;

/** What a run found, in numbers: enough for the trend after the report itself was pruned. */
export interface RunSummary {
	/** The time at which it was judged, RFC 3339. */
	now: string;
	findings: Counts;
	suppressed: number;
	/** Unsuppressed findings by check. */
	checks: Record<string, number>;
	/** Checks that could not judge everything. */
	unsure: number;
	/** Unsuppressed findings that the run before did not have; absent without one. */
	fresh?: Counts;
	/** Findings of the run before that are no more; absent without one. */
	fixed?: Counts;
	/** Gone, but what they were about was not read. */
	unknown?: number;
	/** How long the fixed ones had been there, in all, in seconds. */
	fixTime?: {findings: number; seconds: number};
	/** Lines of the coverage by status. */
	coverage: {complete: number; partial: number; missing: number};
	inventory: {projects: number; serviceAccounts: number; keys: number};
}

export interface RunEntry {
	kind: 'run';
	/** Name of its folder, too. */
	run: string;
	scope: string;
	/**
	 * `completed`: there is a report. `failed`: there is none. `interrupted`: asked to stop meanwhile. `broken`: it was
	 * killed, and a later start found that.
	 */
	status: 'completed' | 'failed' | 'interrupted' | 'broken';
	startedAt: string;
	/** Of a broken run: when that was found. */
	finishedAt: string;
	/** Exit code, as `audit` would have given it. */
	exit?: number;
	/** When it was due, RFC 3339; absent if it was asked for by hand. */
	scheduledAt?: string;
	/** Earlier times that were missed: the machine slept, or nobody ran us. */
	missed?: number;
	/** Seconds that it waited for another run to end. */
	waited?: number;
	/** Why there is no report, or why nothing was compared. */
	reason?: string;
	/** The run that it was compared with. */
	comparedWith?: string;
	summary?: RunSummary;
	files: FileEntry[];
}

/** A run that was due and did not take place. */
export interface SkipEntry {
	kind: 'skipped';
	scope: string;
	reason: 'another run was under way' | 'missed';
	scheduledAt?: string;
	missed?: number;
}

/** Runs whose folders were deleted by the retention. */
export interface PruneEntry {
	kind: 'pruned';
	runs: string[];
}

export type Event = RunEntry | SkipEntry | PruneEntry;
/** `number` counts from 1. */
export type Entry = {version: 1; number: number; at: string; previous: string} & Event;

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The text of a line that is not signed yet, without its end. */
export function lineOf(entry: Entry): string {
	const {version, number, at, previous, ...event} = entry;
	return JSON.stringify({version, number, at, previous, ...event});
}

const SIGNED = /^(.*),"signature":"([A-Za-z0-9+/]+=*)"\}$/s;

export function withSignature(line: string, signature: string): string {
	return `${line.slice(0, -1)},"signature":"${signature}"}`;
}

/** @param line as Latin-1, so that every byte is one character */
export function splitSignature(line: string): {signed: string; signature: string | undefined} {
	const [, body, signature] = SIGNED.exec(line) ?? [];
	return body === undefined ? {signed: line, signature: undefined} : {signed: `${body}}`, signature};
}

/** @returns undefined for what is no line of a ledger */
export function parseLine(text: string): Entry | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (typeof value !== 'object' || value === null) return undefined;
	const {version, number, at, previous, kind} = value as Record<string, unknown>;
	const isLine = version === 1 && Number.isInteger(number) && typeof at === 'string' && typeof previous === 'string';
	if (!isLine || !isEvent(kind, value as Record<string, unknown>)) return undefined;
	return value as Entry;
}

function isEvent(kind: unknown, value: Record<string, unknown>): boolean {
	if (kind === 'skipped') return typeof value['scope'] === 'string';
	if (kind === 'pruned') return Array.isArray(value['runs']) && value['runs'].every(run => isFolderName(run));
	return (
		kind === 'run' &&
		isFolderName(value['run']) &&
		typeof value['scope'] === 'string' &&
		typeof value['status'] === 'string' &&
		Array.isArray(value['files']) &&
		value['files'].every(isFile)
	);
}

function isFile(value: unknown): boolean {
	const {name, bytes, sha256: hash} = (value ?? {}) as Record<string, unknown>;
	return isFolderName(name) && typeof bytes === 'number' && typeof hash === 'string';
}

/** Names of runs and of their files: a ledger that somebody wrote must not lead out of its directory. */
export function isFolderName(value: unknown): value is string {
	return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(value);
}
