/** The exit code of a finished run, from the report and `--fail-on`; see the table in `docs/cli.md`. */
import {SEVERITIES, type Report, type Severity} from './report.ts';

export type Verdict = {code: 0 | 1 | 3; reason?: string};

/**
 * A hole counts if it could hide a finding: each check that ran says so itself by giving a reason, whatever
 * it found otherwise; holes in the input as such could hide anything.
 * @returns 1 for an unsuppressed finding at or above `failOn`, whatever its confidence; 3 if there is none
 *   but one could be hidden in what was not read; else 0
 */
export function judge(report: Report, failOn: Severity | undefined): Verdict {
	if (failOn === undefined) return {code: 0};
	const from = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
	if (from.some(severity => report.summary.findings[severity] > 0)) return {code: 1};
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
