/**
 * What a format may say about a check beyond the report: its title, why it matters, how to mend it. The command
 * hands it in; a report from another version may name checks that are not in it, so every text has a substitute.
 */
import type {Reconciled, Report, Severity, SuppressionOutcome} from '../src/report.ts';
import {SEVERITIES} from '../src/report.ts';

/** The part of a check that formats show; a `Check` is one. */
export interface CheckNote {
	title: string;
	/** The severity rule in words, such as `medium; high if the account is owner-like`. */
	severity: string;
	why: string;
	fix: string;
	references: readonly string[];
	practice: readonly number[];
	compliance: readonly string[];
}

/** By id of the check. */
export type Catalogue = ReadonlyMap<string, CheckNote>;

/** What the catalogue says of a check, or no more than its id. */
export function noteOf(catalogue: Catalogue | undefined, id: string): CheckNote {
	return (
		catalogue?.get(id) ?? {title: id, severity: '', why: '', fix: '', references: [], practice: [], compliance: []}
	);
}

/** The strongest severity that a rule in words names; undefined if it names none. */
export function strongest({severity}: CheckNote): Severity | undefined {
	return SEVERITIES.find(word => new RegExp(`\\b${word}\\b`, 'i').test(severity));
}

/** Said wherever a report of the demo could be taken for one of a real organization. */
export const DEMO = 'This is the built-in demo organization, not one of yours.';

export function isDemo(report: Report): boolean {
	return report.run.sources.some(source => source.kind === 'demo');
}

/** A rule of the configuration that accepts nothing, in words: it has expired, or fits no finding. */
export function idleSuppression(outcome: SuppressionOutcome): string | undefined {
	const {fingerprint, check, resource, principal, until, status, findings} = outcome;
	if (status !== 'expired' && status !== 'unused') return undefined;
	const what = fingerprint ?? [check, 'on', resource ?? principal].join(' ');
	if (status === 'unused') return `the suppression of ${what} fits no finding`;
	const again = findings === 1 ? ': 1 finding counts again' : `: ${findings} findings count again`;
	return `the suppression of ${what} expired on ${until}${findings === 0 ? '' : again}`;
}

export function idleSuppressions({suppressions = []}: Report): string[] {
	return suppressions.flatMap(outcome => idleSuppression(outcome) ?? []);
}

/** The numbers of a comparison with an earlier report. */
export function againstBaseline({baseline}: Report): string | undefined {
	if (baseline === undefined) return undefined;
	const {new: fresh, unchanged, fixed, unknown} = baseline.summary;
	const gone = unknown === 0 ? '' : `, ${unknown} gone but not known to be fixed`;
	return `${fresh} new, ${unchanged} unchanged, ${fixed} fixed${gone} since ${baseline.run.now}`;
}

/** `3 agreed, 2 ours only, 1 theirs only` */
export function insightCounts(lines: readonly Reconciled[]): string {
	const counts = (['agreed', 'ours only', 'theirs only'] as const).map(verdict => {
		const number = lines.filter(line => line.verdict === verdict).length;
		return number === 0 ? '' : `${number} ${verdict}`;
	});
	return counts.filter(Boolean).join(', ');
}
