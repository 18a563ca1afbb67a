/** From a report to the numbers that the ledger keeps of it. Pure. */
import {type Finding, type Report} from '../report.ts';
import type {Counts, RunSummary} from './entry.ts';
import type {Carried} from './first-seen.ts';

/** @param carried absent numbers of new and fixed ones if the report has no `baseline` */
export function summaryOf(report: Report, carried: Carried): RunSummary {
	const {baseline, coverage, checks, run, summary} = report;
	const byCheck: Record<string, number> = {};
	const fresh = none();
	for (const {check, severity, suppressed, fingerprint} of report.findings as Iterable<Finding>) {
		if (suppressed !== undefined) continue;
		byCheck[check] = (byCheck[check] ?? 0) + 1;
		if (carried.fresh.has(fingerprint)) fresh[severity]++;
	}
	const read = {complete: 0, partial: 0, missing: 0};
	for (const {status} of coverage) read[status]++;
	const {projects, serviceAccounts, keys} = summary.inventory;
	return {
		now: run.now,
		findings: {...none(), ...summary.findings},
		suppressed: summary.suppressed,
		checks: Object.fromEntries(Object.entries(byCheck).toSorted(([a], [b]) => (a < b ? -1 : 1))),
		unsure: checks.filter(({status, reason}) => status === 'unknown' || reason !== undefined).length,
		...(baseline !== undefined && {fresh, ...fixedOf(report, carried)}),
		coverage: read,
		inventory: {projects, serviceAccounts, keys},
	};
}

function fixedOf({run}: Report, {fixed, sightings}: Carried): Partial<RunSummary> {
	const counts = none();
	let seconds = 0;
	for (const {severity, since} of fixed) {
		counts[severity]++;
		seconds += Math.max(0, (Date.parse(run.now) - Date.parse(since)) / 1000);
	}
	const unknown = [...sightings.values()].filter(({unread}) => unread).length;
	return {
		fixed: counts,
		unknown,
		...(fixed.length > 0 && {fixTime: {findings: fixed.length, seconds: Math.round(seconds)}}),
	};
}

export const none = (): Counts => ({critical: 0, high: 0, medium: 0, low: 0});
