/**
 * The page without its script: what a viewer that runs none (an artifact browser, a mail preview) still shows, and
 * what assistive technology meets first. The script replaces it.
 */
import {type Report, SEVERITIES} from '../../src/report.ts';
import {idleSuppression} from '../catalogue.ts';
import type {Finding, PageData} from './data.ts';
import {html} from './embed.ts';

/** Findings and holes listed without a script. */
const LISTED = 100;
/** Characters of one text. */
const LONGEST = 600;

export function* staticBody(data: PageData, findings: readonly Finding[]): Iterable<string> {
	const {summary, demo, checks, holes, baseline, suppressions, history} = data;
	yield '<h1>sa-audit report</h1>\n';
	if (demo !== undefined) yield `<p><strong>${html(demo)}</strong></p>\n`;
	yield `<p>${html(scopeOf(data))}, judged at ${html(data.run.now)}.</p>\n`;
	yield '<p>This page needs JavaScript for filters, details and the graph. Without it, the worst in short:</p>\n';
	yield '<h2>Findings</h2>\n<ul>\n';
	for (const severity of SEVERITIES) yield `<li>${severity}: ${number(summary.findings[severity])}</li>\n`;
	yield `<li>suppressed: ${number(summary.suppressed)}</li>\n</ul>\n`;
	if (baseline !== undefined) {
		const {new: fresh, unchanged, fixed, unknown} = baseline.summary;
		const numbers = `${number(fresh)} new, ${number(unchanged)} unchanged, ${number(fixed)} fixed`;
		yield `<p>Since ${html(baseline.run.now)}: ${numbers}, ${number(unknown)} gone but not known to be fixed.</p>\n`;
	}
	yield '<ol>\n';
	for (const finding of findings.slice(0, LISTED)) {
		const {severity, check, message, confidence, remediation, suppressed} = finding;
		const accepted = suppressed === undefined ? '' : ' (suppressed)';
		const fresh = finding.baseline === 'new' ? ' <b>new</b>' : '';
		yield `<li><strong>${html(severity)}</strong>${fresh}${accepted} ${html(check)} (${html(confidence)}): ${cut(message)}`;
		yield ` <em>${cut(remediation.summary)}</em></li>\n`;
	}
	yield `</ol>\n${more(data.findings.total - LISTED, 'finding')}`;
	yield '<h2>Checks</h2>\n<ul>\n';
	for (const {id, status, reason} of checks) yield `<li>${html(id)}: ${status}${why(reason)}</li>\n`;
	yield '</ul>\n';
	if (baseline !== undefined && baseline.fixed.total > 0) {
		yield '<h2>Fixed</h2>\n<ul>\n';
		for (const {check, message} of baseline.fixed.items.slice(0, LISTED))
			yield `<li>${html(check)}: ${cut(message)}</li>\n`;
		yield `</ul>\n${more(baseline.fixed.total - LISTED, 'finding')}`;
	}
	const idle = (suppressions?.items ?? []).flatMap(outcome => idleSuppression(outcome) ?? []);
	if (idle.length > 0) {
		yield '<h2>Accepts nothing</h2>\n<ul>\n';
		for (const line of idle.slice(0, LISTED)) yield `<li>${cut(line)}</li>\n`;
		yield `</ul>\n${more(idle.length - LISTED, 'suppression')}`;
	}
	if (history !== undefined) {
		yield '<h2>Trend</h2>\n<ul>\n';
		for (const {at, findings, new: fresh, fixed} of history.toReversed().slice(0, LISTED)) {
			const counts = SEVERITIES.map(severity => `${number(findings[severity])} ${severity}`).join(', ');
			const change = fresh === null || fixed === null ? '' : `; ${number(fresh)} new, ${number(fixed)} fixed`;
			yield `<li>${html(at)}: ${counts}${change}</li>\n`;
		}
		yield '</ul>\n';
	}
	yield '<h2>Not read</h2>\n<ul>\n';
	for (const {fact, scope, status, reason} of holes.items.slice(0, LISTED)) {
		yield `<li>${html(fact)} of ${cut(scope)}: ${status}${why(reason)}</li>\n`;
	}
	yield `</ul>\n${holes.total === 0 ? '<p>No holes.</p>\n' : more(holes.total - LISTED, 'hole')}`;
}

/** What was audited, as its source names it. */
export function scopeOf({run}: Pick<Report, 'run'>): string {
	const scopes = new Set(run.sources.flatMap(source => source.scope));
	return [...scopes].slice(0, 3).join(', ') + (scopes.size > 3 ? ` and ${scopes.size - 3} more` : '') || 'No scope';
}

const why = (reason: string | undefined) => (reason === undefined ? '' : `, ${cut(reason)}`);
const more = (count: number, what: string) =>
	count <= 0 ? '' : `<p>And ${number(count)} more ${count === 1 ? what : `${what}s`}.</p>\n`;
const cut = (text: string) => html(text.length > LONGEST ? `${text.slice(0, LONGEST)}… (cut)` : text);
const number = (value: number) => value.toLocaleString('en-US');
