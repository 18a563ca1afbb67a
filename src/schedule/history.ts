/** The trend over the runs of a ledger: numbers that its lines keep, so it reaches further back than the reports. Pure. */
import type {HistoryPoint} from '../report.ts';
import {SEVERITIES} from '../report.ts';
import type {Counts, Entry, RunEntry, RunSummary} from './entry.ts';

export interface History {
	/** One a completed run, oldest first. */
	points: HistoryPoint[];
	/** Seconds; null: nothing was fixed. */
	meanTimeToFix: number | null;
	fixed: number;
	/** Runs that came to nothing, and those that did not take place. */
	failed: {run: string; scope: string; status: RunEntry['status']; startedAt: string; reason?: string}[];
	skipped: number;
}

/** @param scope only of this one; undefined: of all */
export function historyOf(entries: readonly Entry[], scope?: string): History {
	const own = entries.filter(entry => entry.kind !== 'pruned' && (scope === undefined || entry.scope === scope));
	const points = trendOf(own, scope);
	const fixed = points.reduce((sum, point) => sum + (point.fixTime?.findings ?? 0), 0);
	const seconds = points.reduce((sum, point) => sum + (point.fixTime?.seconds ?? 0), 0);
	const runs = own.filter(entry => entry.kind === 'run');
	return {
		points,
		meanTimeToFix: fixed === 0 ? null : Math.round(seconds / fixed),
		fixed,
		failed: runs
			.filter(({status}) => status !== 'completed')
			.map(({run, scope, status, startedAt, reason}) => ({
				run,
				scope,
				status,
				startedAt,
				...(reason !== undefined && {reason}),
			})),
		skipped: own.filter(entry => entry.kind === 'skipped').length,
	};
}

export function trendOf(entries: readonly Entry[], scope?: string): HistoryPoint[] {
	const points: HistoryPoint[] = [];
	for (const entry of entries) {
		if (entry.kind !== 'run' || entry.status !== 'completed' || entry.summary === undefined) continue;
		if (scope !== undefined && entry.scope !== scope) continue;
		points.push({...pointOf({...entry, summary: entry.summary}), scope: entry.scope});
	}
	return points;
}

export function pointOf({
	run,
	startedAt,
	summary,
}: Pick<RunEntry, 'run' | 'startedAt'> & {summary: RunSummary}): HistoryPoint {
	const {findings, checks, fresh, fixed, fixTime, coverage, unknown} = summary;
	return {
		run,
		at: startedAt,
		findings,
		checks,
		new: fresh === undefined ? null : total(fresh),
		fixed: fixed === undefined ? null : total(fixed),
		...(unknown !== undefined && {unknown}),
		...(fixTime !== undefined && {fixTime}),
		coverage,
	};
}

export function total(counts: Counts): number {
	return SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
}
