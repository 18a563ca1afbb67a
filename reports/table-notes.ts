/** The end of the page: what is gone since the baseline, what could not be judged or read, and what accepts nothing. */
import type {Baseline, CheckOutcome, CoverageLine, Report} from '../src/report.ts';
import {shortResource} from '../src/text.ts';
import {idleSuppressions, insightCounts} from './catalogue.ts';
import {commandLines, count, more, number, type Page, SHOWN} from './table-page.ts';

/** What the baseline has and this report has not, or may not have. */
export function* gone(baseline: Baseline | undefined, page: Page): Iterable<string> {
	if (baseline === undefined) return;
	for (const [title, list] of [
		['FIXED: in the baseline, and no more', baseline.fixed],
		['GONE: in the baseline, and not known to be fixed', baseline.unknown],
	] as const) {
		if (list.length === 0) continue;
		yield* page.line('heading', `${title} (${number(list.length)})`);
		yield '';
		let shown = 0;
		for (const {check, message, resource, reason} of list) {
			if (shown++ === SHOWN) break;
			yield* page.line('name', `${check}  ${shortResource(resource)}`, '  ');
			yield* page.prose(message, '    ');
			if (reason !== undefined) yield* page.prose(reason, '    why   ', '          ');
		}
		yield* more(list.length - SHOWN, 'finding', page);
		yield '';
	}
}

/** Google's own insights beside ours, where they were collected; what we lack, with the reason. */
export function* googleInsights({googleInsights: lines = []}: Report, page: Page): Iterable<string> {
	if (lines.length === 0) return;
	yield* page.line('heading', `GOOGLE'S OWN INSIGHTS: ${insightCounts(lines)}`);
	yield '';
	const theirs = lines.filter(({verdict}) => verdict === 'theirs only');
	for (const {check, resource, principal, reason} of theirs.slice(0, SHOWN)) {
		const who = principal === undefined ? '' : `${principal} to `;
		yield* page.line('name', `${check}  ${who}${shortResource(resource)}`, '  ');
		yield* page.prose(`theirs only: ${reason ?? 'no reason was found'}`, '    ');
	}
	yield* more(theirs.length - SHOWN, 'insight', page);
	if (theirs.length > 0) yield '';
}

/** Suppressions without effect. */
export function* idle(report: Report, page: Page): Iterable<string> {
	const lines = idleSuppressions(report);
	if (lines.length === 0) return;
	yield* page.line('missing', `ACCEPTS NOTHING: ${count(lines.length, 'suppression')} of the configuration`);
	yield '';
	for (const line of lines.slice(0, SHOWN)) yield* page.prose(line, '  ', '    ');
	yield* more(lines.length - SHOWN, 'suppression', page);
	yield '';
}

export function* unknownChecks(checks: CheckOutcome[], page: Page): Iterable<string> {
	const unknown = checks.filter(check => check.status === 'unknown');
	if (unknown.length === 0) return;
	yield* page.line('missing', `UNKNOWN: ${count(unknown.length, 'check')} could not be judged, which is not a pass`);
	yield '';
	for (const {id, reason} of unknown.slice(0, SHOWN)) {
		yield* page.line('name', id, '  ');
		yield* page.prose(reason ?? 'no reason was recorded', '    ');
	}
	yield* more(unknown.length - SHOWN, 'check', page);
	yield '';
}

export function* holes(coverage: CoverageLine[], page: Page): Iterable<string> {
	const unread = coverage.filter(line => line.status !== 'complete');
	if (unread.length === 0) return;
	yield* page.line('missing', `NOT READ: ${count(unread.length, 'hole')} in what was read`);
	yield '';
	for (const {fact, assetType, scope, status, reason, fix} of unread.slice(0, SHOWN)) {
		const what = assetType === undefined ? fact : `${fact} ${assetType}`;
		yield* page.prose(`${what} of ${shortResource(scope)}: ${status}`, '  ', '    ');
		if (reason !== undefined) yield* page.prose(reason, '    ');
		if (fix === undefined) continue;
		const [first, rest] = ['    fix   ', '          '];
		if (fix.startsWith('gcloud ')) yield* commandLines(fix, first, rest, page);
		else yield* page.prose(fix, first, rest);
	}
	yield* more(unread.length - SHOWN, 'hole', page);
	yield '';
}
