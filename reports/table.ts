/**
 * The report as a page for a terminal: what matters first, then findings by severity, then what could not be judged
 * or read, then one summary line. It stays a page with 300,000 findings: it shows some and names where all are.
 */
import {SEVERITIES} from '../src/report.ts';
import type {CheckOutcome, ChokePoint, Finding, Report, Severity} from '../src/report.ts';
import {displayWidth, fit, safeLine, shortResource, wrap} from '../src/text.ts';
import {againstBaseline} from './catalogue.ts';
import {gone, googleInsights, holes, idle, unknownChecks} from './table-notes.ts';
import {
	ALL,
	commandLines,
	count,
	LONGEST,
	more,
	number,
	type Page,
	pageOf,
	SHOWN,
	type TableOptions,
} from './table-page.ts';

/** Choke points shown: what to do first, not all that could be done. */
const FIRST = 5;
/** From here on checks stand in a column of their own. */
const WIDE = 110;
const UNSURE =
	'(conditional): it depends on something that these facts cannot decide. ' +
	'(unverified): something on the way could not be read.';

/** Yields the page line by line, each ending in a newline and at most `columns` wide. */
export function* table(report: Report, options: TableOptions): Iterable<string> {
	const page = pageOf(options);
	for (const section of [
		head(report, page),
		chokePoints(report.chokePoints, page),
		findings(report, page),
		gone(report.baseline, page),
		googleInsights(report, page),
		unknownChecks(report.checks, page),
		holes(report.coverage, page),
		idle(report, page),
		summaryLine(report, page),
	]) {
		for (const line of section) yield `${line}\n`;
	}
}

function* head(report: Report, page: Page): Iterable<string> {
	const {tool, run, summary} = report;
	yield* page.prose(`${tool.name} ${tool.version}, judged at ${run.now}`, '');
	const demo = run.sources.some(source => source.kind === 'demo');
	if (demo) yield* wrap('This is the built-in demo organization, not one of yours.', page.columns);
	const sources = run.sources.map(({kind, scope}) => (scope.length > 0 ? `${kind} (${scope.join(', ')})` : kind));
	yield* page.prose(sources.join(', '), 'read      ', ' '.repeat(10));
	const {projects, serviceAccounts, keys, bindings, principals} = summary.inventory;
	const inventory = [
		count(projects, 'project'),
		count(serviceAccounts, 'service account'),
		count(keys, 'user-managed key'),
		count(bindings, 'binding'),
		count(principals, 'principal'),
	];
	yield* wrap(inventory.join(', '), page.columns, 'with      ', ' '.repeat(10));
	const counts = SEVERITIES.map(severity => {
		const counted = `${number(summary.findings[severity])} ${severity}`;
		return summary.findings[severity] > 0 ? page.paint(severity, counted) : counted;
	});
	const inOneLine = `findings  ${counts.join('   ')}`;
	if (displayWidth(inOneLine) <= page.columns) yield inOneLine;
	else yield* counts.map((counted, index) => (index === 0 ? `findings  ${counted}` : `          ${counted}`));
	const since = againstBaseline(report);
	if (since !== undefined) yield* page.prose(since, 'baseline  ', ' '.repeat(10));
	yield '';
}

function* chokePoints(points: ChokePoint[], page: Page): Iterable<string> {
	if (points.length === 0) return;
	yield* page.line('heading', 'CHOKE POINTS: the few bindings whose removal closes the most paths');
	yield '';
	let place = 0;
	for (const {binding, pathsClosed, ofPaths, used} of points.slice(0, FIRST)) {
		place++;
		const first = `  ${String(place).padStart(2)}. `;
		const rest = ' '.repeat(first.length);
		const closes = `closes ${number(pathsClosed)} of ${count(ofPaths, 'path')}`;
		yield* page.line('name', closes, first);
		const where = shortResource(binding.resource);
		yield* page.prose(`remove ${binding.member} from ${shortResource(binding.role)} on ${where}`, rest);
		if (binding.condition !== undefined) yield* page.prose(`where ${binding.condition}`, rest);
		if (used !== undefined) yield* page.prose(`used: ${used}`, rest);
	}
	yield* more(points.length - FIRST, 'choke point', page);
	yield '';
}

function* findings(report: Report, page: Page): Iterable<string> {
	const groups = groupBySeverity(report.findings);
	if (SEVERITIES.some(severity => groups[severity].shown.some(finding => finding.confidence !== 'certain'))) {
		yield* wrap(UNSURE, page.columns);
		yield '';
	}
	for (const severity of SEVERITIES) {
		const {shown, total, hidden} = groups[severity];
		if (total === 0) continue;
		yield* page.line(severity, `${severity.toUpperCase()}: ${count(total, 'finding')}`);
		yield '';
		const checkWidth = Math.min(36, Math.max(...shown.map(finding => displayWidth(safeLine(finding.check)))));
		for (const finding of shown) {
			yield* findingBlock(finding, checkWidth, page);
			yield '';
		}
		const rest = [...hidden].map(([check, times]) => `${number(times)} ${check}`).join(', ');
		if (rest) {
			yield* page.prose(`and ${number(total - shown.length)} more, with ${ALL}: ${rest}`, '  ', '      ');
			yield '';
		}
	}
}

interface Group {
	shown: Finding[];
	total: number;
	/** Findings that are not shown, by check. */
	hidden: Map<string, number>;
}

/** One pass over the findings; holds only those that are shown. */
function groupBySeverity(list: Iterable<Finding>): Record<Severity, Group> {
	const empty = (): Group => ({shown: [], total: 0, hidden: new Map()});
	const groups = {critical: empty(), high: empty(), medium: empty(), low: empty()};
	for (const finding of list) {
		if (finding.suppressed) continue;
		const group = groups[finding.severity];
		group.total++;
		if (group.shown.length < SHOWN) group.shown.push(finding);
		else group.hidden.set(finding.check, (group.hidden.get(finding.check) ?? 0) + 1);
	}
	return groups;
}

function* findingBlock(finding: Finding, checkWidth: number, page: Page): Iterable<string> {
	const {check, resource, confidence, message, path, remediation} = finding;
	const sure = confidence === 'certain' ? '' : ` (${confidence})`;
	const named = (finding.baseline === 'new' ? 'NEW ' : '') + shortResource(resource) + sure;
	const wide = page.columns >= WIDE;
	const margin = ' '.repeat(wide ? checkWidth + 4 : 4);
	if (wide) yield* page.prose(named, `  ${page.paint('name', fit(check, checkWidth))}  `, margin);
	else {
		yield* page.line('name', check, '  ');
		yield* page.prose(named, margin);
	}
	yield* page.prose(message, margin);
	if (path !== undefined && path.length > 1) {
		yield* pathLines([path[0]!.from, ...path.map(step => step.to)], margin, page);
	}
	yield* page.prose(remediation.summary, `${margin}fix   `, `${margin}      `);
	const [command] = remediation.gcloud;
	if (command === undefined) return;
	yield* commandLines(command, `${margin}      `, `${margin}      `, page);
	const others = remediation.gcloud.length - 1;
	if (others > 0) yield* page.prose(`then ${count(others, 'more command')}, with ${ALL}`, `${margin}      `);
}

/** Who becomes whom: in one line if it fits, else one station a line. */
function pathLines(stations: string[], margin: string, page: Page): string[] {
	const [first, rest] = [`${margin}path  `, `${margin}      `];
	const lines = page.prose(stations.join(' → '), first, rest);
	if (lines.length === 1 || stations.length > LONGEST) return lines;
	return stations.flatMap((station, index) =>
		index === 0 ? page.prose(station, first, rest) : page.prose(station, `${rest}→ `, `${rest}  `),
	);
}

function* summaryLine({summary, checks, coverage}: Report, page: Page): Iterable<string> {
	const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
	const by = SEVERITIES.filter(severity => summary.findings[severity] > 0);
	const counts = by.map(severity => `${number(summary.findings[severity])} ${severity}`).join(', ');
	const having = (status: CheckOutcome['status']) => checks.filter(check => check.status === status).length;
	const unread = coverage.filter(line => line.status !== 'complete').length;
	const parts = [
		total === 0 ? 'No findings' : `${count(total, 'finding')}: ${counts}`,
		summary.suppressed > 0 ? `; ${number(summary.suppressed)} suppressed` : '',
		`. ${count(checks.length, 'check')}: ${having('fail')} failed, ${having('pass')} passed`,
		`, ${having('unknown')} unknown. `,
		unread === 0 ? 'No holes in what was read.' : `${count(unread, 'hole')} in what was read.`,
		total === 0 && (unread > 0 || having('unknown') > 0) ? ' What was not seen is not proven absent.' : '',
	];
	yield* wrap(parts.join(''), page.columns);
}
