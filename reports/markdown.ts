/**
 * The report for a ticket or pull request: the numbers, what to do first, what is not known; one line a finding,
 * its details folded. It ends before the size that GitHub takes for a comment (65,536 characters) and says so.
 *
 * What comes from the cloud is text and nothing else, in Markdown and in the HTML that Markdown may hold.
 */
import {SEVERITIES} from '../src/report.ts';
import type {CheckOutcome, CoverageLine, Finding, GoneFindings, Report, Severity, Step} from '../src/report.ts';
import {safeLine, shortResource} from '../src/text.ts';
import {againstBaseline, type Catalogue, DEMO, idleSuppressions, insightCounts, isDemo, noteOf} from './catalogue.ts';
import {code, html, text} from './markdown-text.ts';

/** Characters that each section may take; with headings they stay below the limit. */
const ROOM = {
	chokePoints: 6_000,
	findings: 36_000,
	gone: 3_000,
	unknown: 4_000,
	holes: 5_000,
	idle: 2_000,
	insights: 2_000,
};
/** Findings of one severity, and entries of any other list. */
const SHOWN = 50;
const LISTED = 10;
const LONGEST_COMMAND = 2_000;
const ALL = '<code>--format json</code>';

/** Yields the document section by section. */
export function* markdown(report: Report, {catalogue}: {catalogue?: Catalogue}): Iterable<string> {
	yield* head(report);
	yield* chokePoints(report);
	yield* findings(report, catalogue);
	yield* gone('Fixed', report.baseline?.fixed);
	yield* gone('Gone, and not known to be fixed', report.baseline?.unknown);
	yield* insights(report);
	yield* unknown(report.checks);
	yield* holes(report.coverage);
	yield* idle(report);
}

/** Google's own insights beside ours, where they were collected. */
function* insights({googleInsights: lines = []}: Report): Iterable<string> {
	if (lines.length === 0) return;
	yield `\n## Google’s own insights: ${insightCounts(lines)}\n\n`;
	const theirs = lines.filter(({verdict}) => verdict === 'theirs only');
	const shown = theirs.slice(0, LISTED).map(({check, resource, principal, reason}) => {
		const who = principal === undefined ? '' : `${code(principal)} to `;
		return `- theirs only: ${code(check)} ${who}${code(shortResource(resource))}: ${text(reason ?? 'no reason was found')}\n`;
	});
	yield* fitting(shown, ROOM.insights, theirs.length, 'more insight');
}

function* head(report: Report): Iterable<string> {
	const {tool, run, summary, checks, coverage} = report;
	const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
	const by = SEVERITIES.filter(severity => summary.findings[severity] > 0);
	const counts = by.map(severity => `**${number(summary.findings[severity])} ${severity}**`).join(', ');
	const {projects, serviceAccounts, keys} = summary.inventory;
	const unjudged = checks.filter(check => check.status === 'unknown').length;
	const unread = coverage.filter(line => line.status !== 'complete').length;
	yield `# sa-audit: ${total === 0 ? 'no findings' : count(total, 'finding')}\n\n`;
	yield `${total === 0 ? 'No findings' : counts}${summary.suppressed > 0 ? `; ${number(summary.suppressed)} suppressed` : ''}`;
	yield ` in ${count(projects, 'project')} with ${count(serviceAccounts, 'service account')} and ${count(keys, 'user-managed key')}.`;
	if (unjudged > 0 || unread > 0) {
		yield ` ${count(unjudged, 'check')} could not be judged, ${count(unread, 'hole')} in what was read:`;
		yield ' what was not seen is not proven absent.';
	}
	yield `\n\n`;
	const since = againstBaseline(report);
	if (since !== undefined) yield `Against the baseline: ${text(since)}.\n\n`;
	if (isDemo(report)) yield `${DEMO}\n\n`;
	yield `<sub>${text(`${tool.name} ${tool.version}, judged at ${run.now}`)}</sub>\n`;
}

function* chokePoints({chokePoints: points}: Report): Iterable<string> {
	if (points.length === 0) return;
	yield '\n## Change first\n\nThe few bindings whose removal closes the most paths:\n\n';
	const shown = points.slice(0, LISTED).map(({binding, pathsClosed, ofPaths, used}) => {
		const where = code(shortResource(binding.resource));
		const remove = `1. remove ${code(binding.member)} from ${code(shortResource(binding.role))} on ${where}`;
		const condition = binding.condition === undefined ? '' : `; where ${code(binding.condition)}`;
		const use = used === undefined ? '' : `; used: ${text(used)}`;
		return `${remove}: closes ${number(pathsClosed)} of ${count(ofPaths, 'path')}${condition}${use}\n`;
	});
	yield* fitting(shown, ROOM.chokePoints, points.length, 'more choke point');
}

/** The entries that fit, and how many of `total` do not. */
function* fitting(entries: Iterable<string>, room: number, total: number, what: string): Iterable<string> {
	let left = room;
	let hidden = total;
	for (const entry of entries) {
		if (entry.length > left) continue;
		left -= entry.length;
		hidden--;
		yield entry;
	}
	if (hidden > 0) yield `\nand ${count(hidden, what)}, with ${ALL}\n`;
}

function* findings(report: Report, catalogue: Catalogue | undefined): Iterable<string> {
	const groups = firstOfEach(report.findings);
	let room = ROOM.findings;
	for (const severity of SEVERITIES) {
		const {shown, total} = groups[severity];
		if (total === 0) continue;
		yield `\n## ${severity[0]!.toUpperCase()}${severity.slice(1)}: ${count(total, 'finding')}\n`;
		let written = 0;
		for (const finding of shown) {
			const block = folded(finding, catalogue);
			if (block.length > room) continue;
			room -= block.length;
			written++;
			yield block;
		}
		if (written < total) yield `\nand ${number(total - written)} more of this severity, with ${ALL}\n`;
	}
}

/** One pass; holds only what may be shown. */
function firstOfEach(list: Iterable<Finding>): Record<Severity, {shown: Finding[]; total: number}> {
	const empty = (): {shown: Finding[]; total: number} => ({shown: [], total: 0});
	const groups = {critical: empty(), high: empty(), medium: empty(), low: empty()};
	for (const finding of list) {
		if (finding.suppressed !== undefined) continue;
		const group = groups[finding.severity];
		group.total++;
		if (group.shown.length < SHOWN) group.shown.push(finding);
	}
	return groups;
}

function folded(finding: Finding, catalogue: Catalogue | undefined): string {
	const {check, confidence, message, resource, principal, path = [], remediation, fingerprint} = finding;
	const note = noteOf(catalogue, check);
	const sure = confidence === 'certain' ? '' : ` (${confidence})`;
	const fresh = finding.baseline === 'new' ? '<b>new</b> ' : '';
	const stations = path
		.slice(0, LISTED)
		.map(step => `${code(step.to)} by ${code(step.escalation)}${unsure(step)}${useOf(step)}`);
	if (path.length > LISTED) stations.push(`${number(path.length - LISTED)} more hops`);
	const lines = [
		`- what: ${text(note.title)}`,
		`- resource: ${code(resource)}`,
		principal === undefined ? '' : `- who gains: ${code(principal)}`,
		path.length === 0 ? '' : `- path: ${code(path[0]!.from)} → ${stations.join(' → ')}`,
		`- fix: ${text(remediation.summary)}`,
		finding.compliance.length === 0 ? '' : `- compliance: ${text(finding.compliance.join(', '))}`,
		`- fingerprint: ${code(fingerprint)}`,
	].filter(line => line !== '');
	// An empty line ends the HTML of the summary; without it the list would not be read as Markdown.
	return [
		`\n<details><summary>${fresh}${code(check)} ${text(message)}${sure}</summary>\n`,
		...lines,
		commands(remediation.gcloud),
		'</details>\n',
	].join('\n');
}

function useOf({used}: Step): string {
	if (used === null) return '';
	if (typeof used === 'string') return used === 'not seen' ? ' (not seen in use)' : ' (use not observable)';
	return ` (used ${count(used.count, 'time')}, last ${text(used.last.slice(0, 10))})`;
}

function unsure({confidence}: {confidence: string}): string {
	return confidence === 'certain' ? '' : ` (${confidence})`;
}

/** Commands that can be copied as they are, or where to get them. */
function commands(list: readonly string[]): string {
	const whole = list.slice(0, LISTED).filter(each => safeLine(each) === each && each.length <= LONGEST_COMMAND);
	const missing = list.length - whole.length;
	const block = whole.length === 0 ? '' : `\n<pre>${whole.map(html).join('\n')}</pre>\n`;
	if (missing === 0) return block;
	return `${block}\n${count(missing, 'command')} left out here (special characters, or too long), with ${ALL}\n`;
}

function* gone(title: string, list: GoneFindings | undefined): Iterable<string> {
	if (list === undefined || list.length === 0) return;
	yield `\n<details><summary>${title} since the baseline: ${count(list.length, 'finding')}</summary>\n\n`;
	yield* fitting(goneLines(list), ROOM.gone, list.length, 'more finding');
	yield '\n</details>\n';
}

function* goneLines(list: GoneFindings): Iterable<string> {
	let shown = 0;
	for (const {severity, check, message, reason} of list) {
		if (shown++ === LISTED) return;
		yield `- ${severity} ${code(check)} ${text(message)}${reason === undefined ? '' : `: ${text(reason)}`}\n`;
	}
}

function* idle(report: Report): Iterable<string> {
	const lines = idleSuppressions(report);
	if (lines.length === 0) return;
	yield `\n<details><summary>Suppressions that accept nothing: ${number(lines.length)}</summary>\n\n`;
	const shown = lines.slice(0, LISTED).map(line => `- ${text(line)}\n`);
	yield* fitting(shown, ROOM.idle, lines.length, 'more suppression');
	yield '\n</details>\n';
}

function* unknown(checks: readonly CheckOutcome[]): Iterable<string> {
	const unjudged = checks.filter(check => check.status === 'unknown');
	if (unjudged.length === 0) return;
	yield '\n## Unknown, which is not a pass\n\n';
	const shown = unjudged
		.slice(0, LISTED)
		.map(({id, reason = 'no reason was recorded'}) => `- ${code(id)}: ${text(reason)}\n`);
	yield* fitting(shown, ROOM.unknown, unjudged.length, 'more check');
}

function* holes(coverage: readonly CoverageLine[]): Iterable<string> {
	const unread = coverage.filter(line => line.status !== 'complete');
	if (unread.length === 0) return;
	yield `\n<details><summary>Not read: ${count(unread.length, 'hole')}</summary>\n\n`;
	const shown = unread.slice(0, LISTED).map(({fact, assetType, scope, status, reason}) => {
		const what = text(assetType === undefined ? fact : `${fact} ${assetType}`);
		return `- ${what} of ${code(shortResource(scope))}: ${status}${reason === undefined ? '' : `, ${text(reason)}`}\n`;
	});
	yield* fitting(shown, ROOM.holes, unread.length, 'more hole');
	yield '\n</details>\n';
}

const number = (value: number) => value.toLocaleString('en-US');
const count = (value: number, one: string) => `${number(value)} ${value === 1 ? one : `${one}s`}`;
