/** The exit code of a finished run, from the report and `--fail-on`; see the table in `docs/cli.md`. */
import type {Check} from './check.ts';
import {SEVERITIES, type Report, type Severity} from './report.ts';

export type Verdict = {code: 0 | 1 | 3; reason?: string};

/**
 * @param checks the ones that ran: only holes in facts that they need count, and holes in the input itself
 * @returns 1 for an unsuppressed finding at or above `failOn`, whatever its confidence; 3 if there is none
 *   but one could be hidden in what was not read; else 0
 */
export function judge(report: Report, failOn: Severity | undefined, checks: readonly Check[]): Verdict {
	if (failOn === undefined) return {code: 0};
	const from = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
	if (from.some(severity => report.summary.findings[severity] > 0)) return {code: 1};
	const unknown = report.checks.filter(check => check.status === 'unknown');
	if (unknown.length > 0) {
		return {code: 3, reason: `not judged: ${unknown.map(check => check.id).join(', ')}`};
	}
	const needed = new Set<string>(['input', ...checks.flatMap(check => check.needs)]);
	const hole = report.coverage.find(line => line.status !== 'complete' && needed.has(line.fact));
	if (hole === undefined) return {code: 0};
	return {code: 3, reason: `${hole.fact} of ${hole.scope} is ${hole.status}${hole.reason ? `: ${hole.reason}` : ''}`};
}
