/** One run from its mark to its line in the ledger. Everything that can go wrong meanwhile becomes part of that line. */
import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Io} from '../io.ts';
import {CHANGES, type Changes} from './changes.ts';
import type {Execute, Outcome} from './child.ts';
import {ifMissing, writeDurably} from './durable.ts';
import type {Entry, RunEntry, RunSummary} from './entry.ts';
import {FIRST_SEEN} from './first-seen.ts';
import {hashFile} from './hash-file.ts';
import type {Head, Ledger} from './ledger.ts';
import {begin, end, seal} from './pending.ts';
import {COVERAGE, LOG, type Plan, PLAN, REPORT, type RunFlags, SUMMARY} from './plan.ts';

export interface Scope {
	name: string;
	flags: RunFlags;
}

export interface RunOptions {
	io: Io;
	execute: Execute;
	ledger: Ledger;
	entries: readonly Entry[];
	keepAssets: boolean;
	formats: readonly string[];
	/** Milliseconds. */
	timeout: number;
	/** When it was due, epoch milliseconds. */
	due?: number;
	missed?: number;
	/** Milliseconds. */
	waited?: number;
	onText: (text: string) => void;
}

export interface Done {
	entry: RunEntry;
	head: Head;
	/** Undefined if there is no report. */
	changes: Changes | undefined;
	/** The last run of the scope before this one, however it ended. */
	before: RunEntry | undefined;
}

/**
 * Only with the run lock.
 * @throws UsageError the directory cannot be written; what can be told is told by the next start
 */
export async function runScope(scope: Scope, options: RunOptions): Promise<Done> {
	const {io, execute, ledger, entries, due, missed, waited} = options;
	const {folder} = ledger;
	const now = io.clock();
	const startedAt = new Date(now).toISOString();
	const scheduled = due === undefined ? {} : {scheduledAt: new Date(due).toISOString()};
	const run = `${startedAt.replaceAll(/[-:.]/g, '')}-${scope.name}-${io.uuid().replaceAll('-', '').slice(0, 8)}`;
	const {previous, reason: uncompared} = await previousOf(folder, scope.name, entries);
	const staging = await begin(folder, {run, scope: scope.name, startedAt, ...scheduled});
	const plan: Plan = {
		run,
		scope: scope.name,
		flags: scope.flags,
		keepAssets: options.keepAssets,
		formats: options.formats,
		...(previous !== undefined && {previous}),
	};
	await writeDurably(join(staging, PLAN), `${JSON.stringify(plan, null, '\t')}\n`);
	const child = {log: join(staging, LOG), timeout: options.timeout, onText: options.onText};
	const outcome = await execute(['scheduled-run', staging], child, io);
	const summary = await readJson<RunSummary>(join(staging, SUMMARY));
	await rm(join(staging, SUMMARY), {force: true});
	const changes = await readJson<Changes>(join(staging, CHANGES));
	const {status, reason} = judge(outcome, summary !== undefined, options.timeout);
	const why = reason ?? uncompared;
	const entry: RunEntry = {
		kind: 'run',
		run,
		scope: scope.name,
		status,
		startedAt,
		finishedAt: new Date(io.clock()).toISOString(),
		exit: outcome.stopped === 'interrupted' ? 130 : outcome.code,
		...scheduled,
		...(missed !== undefined && missed > 0 && {missed}),
		...(waited !== undefined && waited >= 1000 && {waited: Math.round(waited / 1000)}),
		...(why !== undefined && {reason: why}),
		...(previous !== undefined && {comparedWith: previous}),
		...(status === 'completed' && {summary}),
		files: await seal(folder, run),
	};
	const head = await ledger.append(entry);
	await end(folder);
	const before = entries.findLast(one => one.kind === 'run' && one.scope === scope.name) as RunEntry | undefined;
	return {entry, head, changes: status === 'completed' ? changes : undefined, before};
}

function judge(
	{code, stopped, signal, said}: Outcome,
	isReported: boolean,
	timeout: number,
): Pick<RunEntry, 'status' | 'reason'> {
	if (stopped === 'interrupted') return {status: 'interrupted', reason: 'it was asked to stop'};
	if (stopped === 'timeout')
		return {status: 'failed', reason: `it was stopped after ${Math.round(timeout / 60_000)} minutes`};
	if (signal !== undefined) {
		const memory = signal === 'SIGKILL' || signal === 'SIGABRT' ? ', for want of memory perhaps' : '';
		return {status: 'failed', reason: `it was ended by ${signal}${memory}`};
	}
	// A report with holes (3), with findings (1) or in which a check failed (70) is a report.
	if (isReported && [0, 1, 3, 70].includes(code))
		return code === 70 ? {status: 'completed', reason: said} : {status: 'completed'};
	return {status: 'failed', reason: said === '' ? `it ended with exit code ${code}` : said};
}

/** The newest run with a report of a scope, if its files are as they were. */
async function previousOf(
	folder: string,
	scope: string,
	entries: readonly Entry[],
): Promise<{previous?: string; reason?: string}> {
	const pruned = new Set(entries.flatMap(entry => (entry.kind === 'pruned' ? entry.runs : [])));
	const found = entries.findLast(
		entry => entry.kind === 'run' && entry.scope === scope && entry.status === 'completed' && !pruned.has(entry.run),
	) as RunEntry | undefined;
	if (found === undefined) return {};
	for (const name of [REPORT, FIRST_SEEN, COVERAGE, CHANGES]) {
		const wanted = found.files.find(file => file.name === name);
		const there = await hashFile(join(folder, found.run), name).catch(ifMissing(undefined));
		if (wanted === undefined || there?.sha256 !== wanted.sha256)
			return {reason: `nothing was compared: ${found.run}/${name} is not as it was recorded`};
	}
	return {previous: found.run};
}

async function readJson<Value>(file: string): Promise<Value | undefined> {
	const text = await readFile(file, 'utf8').catch(ifMissing(undefined));
	try {
		return text === undefined ? undefined : (JSON.parse(text) as Value);
	} catch {
		// Half a file: the disk was full, and the run says so.
		return undefined;
	}
}
