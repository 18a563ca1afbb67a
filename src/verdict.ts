/** The exit code of a finished run, from the report, `--fail-on` and `--fail-on-new`; see the table in `docs/cli.md`. */
import {SEVERITIES, type Report, type Severity} from './report.ts';

export type Verdict = {code: 0 | 1 | 3; reason?: string};

/** At and above which severity findings fail the run: any, and those that the baseline does not have. */
export interface Limits {
	failOn?: Severity;
	failOnNew?: Severity;
	/** What was not read now and was when the baseline was made; its own holes are accepted with it. */
	newlyUnread?: string;
}

/**
 * A hole counts if it could hide a finding: each check that ran says so itself by giving a reason, whatever
 * it found otherwise; holes in the input as such could hide anything.
 * @returns 1 for an unsuppressed finding at or above a limit, whatever its confidence; 3 if there is none
 *   but one could be hidden in what was not read; else 0
 */
export function judge(report: Report, {failOn, failOnNew, newlyUnread}: Limits): Verdict {
	if (reaches(report.summary.findings, failOn)) return {code: 1};
	if (reaches(report.baseline?.summary.newBySeverity, failOnNew)) return {code: 1};
	if (failOn !== undefined) return judgeHoles(report);
	if (failOnNew === undefined || newlyUnread === undefined) return {code: 0};
	return {code: 3, reason: newlyUnread};
}

function judgeHoles(report: Report): Verdict {
	const unsure = report.checks.filter(check => check.reason !== undefined || check.status === 'unknown');
	const [first] = unsure;
	if (first !== undefined) {
		const why = first.reason === undefined ? '' : ` (${first.reason})`;
		return {code: 3, reason: `not judged in full: ${unsure.map(check => check.id).join(', ')}${why}`};
	}
	const hole = report.coverage.find(line => line.fact === 'input' && line.status !== 'complete');
	if (hole === undefined) return {code: 0};
	return {code: 3, reason: `${hole.fact} of ${hole.scope} is ${hole.status}${hole.reason ? `: ${hole.reason}` : ''}`};
}

function reaches(counts: Readonly<Record<Severity, number>> | undefined, limit: Severity | undefined): boolean {
	if (counts === undefined || limit === undefined) return false;
	return SEVERITIES.slice(0, SEVERITIES.indexOf(limit) + 1).some(severity => counts[severity] > 0);
}
