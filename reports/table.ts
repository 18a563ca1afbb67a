/**
 * The report as a page for a terminal: what matters first, then findings by severity, then what could not be judged
 * or read, then one summary line. It stays a page with 300,000 findings: it shows some and names where all are.
 */
import {SEVERITIES} from '../src/report.ts';
import type {Baseline, CheckOutcome, ChokePoint, CoverageLine, Finding, Report, Severity} from '../src/report.ts';
import {displayWidth, fit, safeLine, shortResource, wrap, wrapCommand} from '../src/text.ts';
import {againstBaseline, idleSuppressions} from './catalogue.ts';

export interface TableOptions {
	color: boolean;
	/** Width of the page in terminal columns; under 40 it is taken as 40. */
	columns: number;
}

/** Findings shown of one severity; as many choke points, unread facts and unknown checks. */
const SHOWN = 50;
/** Choke points shown: what to do first, not all that could be done. */
const FIRST = 5;
/** Lines that one text may take, so that one hostile name does not fill the page. */
const LONGEST = 12;
const NARROWEST = 40;
/** From here on checks stand in a column of their own. */
const WIDE = 110;
/** Longer lines of prose are hard to read; commands use the whole width. */
const PROSE = 140;
const ALL = '--format json';
const UNSURE =
	'(conditional): it depends on something that these facts cannot decide. ' +
	'(unverified): something on the way could not be read.';

/** SGR parameters by meaning. Every one of them comes with a word that says the same. */
const STYLES = {
	critical: '1;31',
	high: '31',
	medium: '33',
	low: '36',
	heading: '1',
	name: '1',
	missing: '35',
};
type Style = keyof typeof STYLES;

interface Page {
	columns: number;
	paint(style: Style, text: string): string;
	/** A heading or name, usually one line, in one style. */
	line(style: Style, text: string, first?: string): string[];
	/** Prose after `first` and `rest`; both are cut after `LONGEST` lines. */
	prose(text: string, first: string, rest?: string): string[];
}

/** Yields the page line by line, each ending in a newline and at most `columns` wide. */
export function* table(report: Report, options: TableOptions): Iterable<string> {
	const page = pageOf(options);
	for (const section of [
		head(report, page),
		chokePoints(report.chokePoints, page),
		findings(report, page),
		gone(report.baseline, page),
		unknownChecks(report.checks, page),
		holes(report.coverage, page),
		idle(report, page),
		summaryLine(report, page),
	]) {
		for (const line of section) yield `${line}\n`;
	}
}

function pageOf({color, columns: wanted}: TableOptions): Page {
	const columns = Math.max(NARROWEST, Math.floor(wanted));
	const paint = (style: Style, text: string) => (color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
	const prose: Page['prose'] = (text, first, rest = first) => {
		const lines = wrap(text, Math.min(columns, PROSE), first, rest);
		return lines.length <= LONGEST ? lines : [...lines.slice(0, LONGEST - 1), `${rest}(cut: see ${ALL})`];
	};
	const line: Page['line'] = (style, text, first = '') => prose(text, first).map(each => paint(style, each));
	return {columns, paint, line, prose};
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

/** A command that can be copied, or where to get it if it cannot be shown whole. */
function commandLines(command: string, first: string, rest: string, page: Page): string[] {
	const safe = safeLine(command);
	if (safe !== command) {
		const warning = `Not to be copied: special characters are shown escaped. Exact with ${ALL}:`;
		return [...page.prose(warning, first, rest), ...page.prose(safe, rest)];
	}
	const lines = wrapCommand(safe, page.columns, first, `${rest}  `);
	if (lines.length <= LONGEST && lines.every(line => displayWidth(line) <= page.columns)) return lines;
	return page.prose(`The command is too long for this page: see ${ALL}.`, first, rest);
}

/** What the baseline has and this report has not, or may not have. */
function* gone(baseline: Baseline | undefined, page: Page): Iterable<string> {
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

/** Suppressions without effect. */
function* idle(report: Report, page: Page): Iterable<string> {
	const lines = idleSuppressions(report);
	if (lines.length === 0) return;
	yield* page.line('missing', `ACCEPTS NOTHING: ${count(lines.length, 'suppression')} of the configuration`);
	yield '';
	for (const line of lines.slice(0, SHOWN)) yield* page.prose(line, '  ', '    ');
	yield* more(lines.length - SHOWN, 'suppression', page);
	yield '';
}

function* unknownChecks(checks: CheckOutcome[], page: Page): Iterable<string> {
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

function* holes(coverage: CoverageLine[], page: Page): Iterable<string> {
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

function* more(hidden: number, what: string, page: Page): Iterable<string> {
	if (hidden > 0) yield* wrap(`and ${count(hidden, `more ${what}`)}, with ${ALL}`, page.columns, '  ');
}

const number = (value: number) => value.toLocaleString('en-US');
const count = (value: number, one: string) => `${number(value)} ${value === 1 ? one : `${one}s`}`;
