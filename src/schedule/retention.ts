/** Which runs are deleted, and how: first a line that says so, then the folders, so the ledger stays verifiable. */
import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {DAY} from '../time.ts';
import {syncFolder} from './durable.ts';
import type {Entry, RunEntry} from './entry.ts';
import type {Ledger} from './ledger.ts';
import type {RetentionRule} from './settings.ts';

/**
 * Runs that neither rule keeps, oldest first. The newest run with a report of each scope always stays: the next one is
 * compared with it. Pure.
 */
export function expired(entries: readonly Entry[], {runs, days}: RetentionRule, now: number): string[] {
	if (runs === undefined && days === undefined) return [];
	const gone = new Set(entries.flatMap(entry => (entry.kind === 'pruned' ? entry.runs : [])));
	const kept = new Map<string, number>();
	const compared = new Set<string>();
	const found: string[] = [];
	const all = entries.filter((entry): entry is RunEntry & Entry => entry.kind === 'run' && !gone.has(entry.run));
	for (const {run, scope, status, startedAt} of all.toReversed()) {
		const younger = kept.get(scope) ?? 0;
		kept.set(scope, younger + 1);
		const isLast = status === 'completed' && !compared.has(scope);
		if (status === 'completed') compared.add(scope);
		const isAmong = runs !== undefined && younger < runs;
		const isYoung = days !== undefined && now - Date.parse(startedAt) < days * DAY;
		if (!isLast && !isAmong && !isYoung) found.push(run);
	}
	return found.toReversed();
}

/** Only with the run lock. @returns the runs that were deleted now */
export async function prune(
	ledger: Ledger,
	entries: readonly Entry[],
	rule: RetentionRule,
	now: number,
): Promise<string[]> {
	const runs = expired(entries, rule, now);
	if (runs.length > 0) await ledger.append({kind: 'pruned', runs});
	// Those of a deletion that was broken off, too.
	const gone = new Set([...entries.flatMap(entry => (entry.kind === 'pruned' ? entry.runs : [])), ...runs]);
	for (const name of await readdir(ledger.folder)) {
		if (gone.has(name)) await rm(join(ledger.folder, name), {recursive: true, force: true});
	}
	if (runs.length > 0) await syncFolder(ledger.folder);
	return runs;
}
