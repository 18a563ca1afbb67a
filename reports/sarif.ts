/**
 * SARIF 2.1.0, for code scanning and every viewer of it. A cloud resource has no file: it is the logical location;
 * the physical one, which GitHub demands, is the asset file that was read, or else the configuration, where a finding
 * is accepted. It is relative, and the same for all findings: GitHub opens an alert anew when its path changes.
 *
 * Members of a JSON object have no order: results come before the tool, so that each rule can carry the highest
 * severity among its findings (GitHub takes severity from the rule only) although findings are read once.
 */
import type {CheckOutcome, CoverageLine, Finding, Report, Severity, Step} from '../src/report.ts';
import {SEVERITIES} from '../src/report.ts';
import {safeJson, safeLine, shortResource} from '../src/text.ts';
import {type Catalogue, DEMO, idleSuppressions, isDemo, noteOf, strongest} from './catalogue.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const HOME = 'https://github.com/sa-audit/sa-audit';
/** Where nothing was read from a file that could be named. */
const CONFIGURATION = 'sa-audit.yaml';
const LEVEL = {critical: 'error', high: 'error', medium: 'warning', low: 'note'} as const;
/** GitHub's bands: over 9.0 critical, from 7.0 high, from 4.0 medium, below low. */
const SCORE: Readonly<Record<Severity, string>> = {critical: '9.5', high: '8.0', medium: '5.5', low: '2.0'};

/** Yields the log with one result a line; suppressed findings stay in, marked. */
export function* sarif(report: Report, {catalogue}: {catalogue?: Catalogue}): Iterable<string> {
	const rules = new Map<string, {index: number; severity: Severity | undefined}>();
	const ruleOf = (id: string) => {
		let rule = rules.get(id);
		if (rule === undefined) rules.set(id, (rule = {index: rules.size, severity: undefined}));
		return rule;
	};
	for (const check of report.checks) ruleOf(check.id);
	const place = {artifactLocation: {uri: uriOf(report)}, region: {startLine: 1}};

	yield `{\n  "$schema": ${safeJson(SCHEMA)},\n  "version": "2.1.0",\n  "runs": [{\n    "results": [`;
	let before = '\n      ';
	for (const finding of report.findings) {
		const rule = ruleOf(finding.check);
		if (finding.suppressed === undefined) rule.severity = higher(rule.severity, finding.severity);
		yield before + safeJson(result(finding, rule.index, place));
		before = ',\n      ';
	}
	yield '\n    ],\n    "tool": {"driver": {\n';
	const {name, version} = report.tool;
	yield `      "name": ${safeJson(name)}, "version": ${safeJson(version)}, "informationUri": ${safeJson(HOME)},\n`;
	yield '      "rules": [';
	before = '\n        ';
	for (const [id, {severity}] of rules) {
		yield before + safeJson(ruleText(id, severity, catalogue));
		before = ',\n        ';
	}
	yield '\n      ]\n    }},\n';
	yield '    "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": [';
	before = '\n      ';
	for (const notification of notifications(report, ruleOf)) {
		yield before + safeJson(notification);
		before = ',\n      ';
	}
	yield ']}],\n';
	const {now, sources} = report.run;
	const demo = isDemo(report) ? {demo: DEMO} : {};
	yield `    "automationDetails": {"id": "sa-audit/"},\n    "columnKind": "utf16CodeUnits",\n`;
	yield `    "properties": ${safeJson({now, sources, ...demo})}\n  }]\n}\n`;
}

function result(finding: Finding, ruleIndex: number, place: object): object {
	const {check, fingerprint, severity, confidence, resource, project, principal, path, suppressed, baseline} = finding;
	return {
		ruleId: check,
		ruleIndex,
		level: LEVEL[severity],
		message: {text: plain(finding.message)},
		locations: [{physicalLocation: place, logicalLocations: [logical(resource)]}],
		// GitHub tells alerts in one place apart by the line hash, which it would compute from our one line.
		partialFingerprints: {'saAudit/v1': fingerprint, primaryLocationLineHash: `${fingerprint}:1`},
		...(baseline !== undefined && {baselineState: baseline}),
		...(path !== undefined && path.length > 0 && {codeFlows: [{threadFlows: [{locations: flow(path, place)}]}]}),
		...(suppressed !== undefined && {
			suppressions: [
				{
					kind: 'external',
					status: 'accepted',
					justification: safeLine(suppressed.reason),
					properties: {owner: suppressed.owner, until: suppressed.until},
				},
			],
		}),
		properties: {
			severity,
			'security-severity': SCORE[severity],
			confidence,
			project,
			principal,
			evidence: finding.evidence,
			remediation: finding.remediation,
			practice: finding.practice,
			compliance: finding.compliance,
			drift: finding.drift,
		},
	};
}

/** A relative reference: the first file that was read. */
function uriOf({run}: Report): string {
	const [file] = run.sources.flatMap(({files = []}) => files);
	return file === undefined ? CONFIGURATION : file.split('/').map(encoded).join('/');
}

/** As `encodeURIComponent`, but for lone surrogates, which it refuses. */
function encoded(segment: string): string {
	return encodeURIComponent(segment.toWellFormed());
}

/** Who it begins with, then whom each hop makes of them and by what. */
function flow(path: Step[], place: object): object[] {
	const {from, confidence} = path[0]!;
	const stations = [
		{name: from, text: `Begins with ${from}.`, properties: {confidence}},
		...path.map(({from: before, to, escalation, alsoBy, confidence: sure, used, observed, because, blockedBy}) => ({
			name: to,
			text: `${before} becomes ${to} by ${escalation}${sure === 'certain' ? '' : ` (${sure})`}.`,
			properties: {escalation, alsoBy, confidence: sure, used, ...(observed && {observed}), because, blockedBy},
		})),
	];
	return stations.map(({name, text, properties}, index) => ({
		executionOrder: index + 1,
		importance: 'essential',
		location: {
			physicalLocation: place,
			logicalLocations: [{name: safeLine(name), fullyQualifiedName: name, kind: 'member'}],
			message: {text: plain(text)},
		},
		properties,
	}));
}

function logical(resource: string): object {
	return {name: safeLine(shortResource(resource)), fullyQualifiedName: resource, kind: 'resource'};
}

function ruleText(id: string, found: Severity | undefined, catalogue: Catalogue | undefined): object {
	const note = noteOf(catalogue, id);
	const severity = found ?? strongest(note) ?? 'medium';
	const [helpUri] = note.references;
	const why = note.why === '' ? note.title : note.why;
	const see = note.references;
	const text = [why, note.fix, ...see.map(url => `See ${url}`)].filter(part => part !== '').join('\n\n');
	const markdown = [
		`**Why.** ${escapeMarkdown(why)}`,
		note.fix === '' ? '' : `**What to do.** ${escapeMarkdown(note.fix)}`,
		see.map(url => `- <${url}>`).join('\n'),
	];
	const tags = ['security', 'google-cloud', 'iam', ...note.practice.map(number => `practice-${number}`)];
	return {
		id,
		name: id.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
		shortDescription: {text: plain(note.title)},
		fullDescription: {text: plain(why)},
		help: {text: braces(text), markdown: braces(markdown.filter(part => part !== '').join('\n\n'))},
		...(helpUri !== undefined && {helpUri}),
		defaultConfiguration: {level: LEVEL[severity]},
		properties: {tags: [...new Set([...tags, ...note.compliance])], 'security-severity': SCORE[severity]},
	};
}

/** What was not read, and what therefore could not be judged: a log without results is no clean bill. */
function* notifications(report: Report, ruleOf: (id: string) => {index: number}): Iterable<object> {
	for (const {id, status, reason} of report.checks) {
		if (reason === undefined && status !== 'unknown') continue;
		yield {
			level: 'warning',
			descriptor: {id: 'unknown'},
			associatedRule: {id, index: ruleOf(id).index},
			message: {text: plain(judged(status, reason))},
		};
	}
	for (const text of idleSuppressions(report))
		yield {level: 'warning', descriptor: {id: 'suppression'}, message: {text: plain(`Accepts nothing: ${text}`)}};
	for (const line of report.coverage) {
		if (line.status === 'complete') continue;
		yield {level: 'warning', descriptor: {id: 'coverage'}, message: {text: plain(hole(line))}, properties: line};
	}
}

function judged(status: CheckOutcome['status'], reason = 'no reason was recorded'): string {
	const said = status === 'unknown' ? 'Could not be judged, which is not a pass' : 'There may be more findings';
	return `${said}: ${reason}`;
}

function hole({fact, assetType, scope, status, reason, fix}: CoverageLine): string {
	const what = assetType === undefined ? fact : `${fact} ${assetType}`;
	return [`Not read: ${what} of ${scope}: ${status}`, reason, fix].filter(part => part !== undefined).join('. ');
}

function higher(one: Severity | undefined, other: Severity): Severity {
	return one === undefined || SEVERITIES.indexOf(other) < SEVERITIES.indexOf(one) ? other : one;
}

/** Plain text of a message: braces are doubled (3.11.5, placeholders), and no `[text](link)` arises (3.11.6). */
function plain(text: string): string {
	return braces(safeLine(text).replaceAll('](', '] ('));
}

function braces(text: string): string {
	return text.replace(/[{}]/g, brace => brace + brace);
}

function escapeMarkdown(text: string): string {
	return safeLine(text).replace(/[\\`*_[\]<>&|~#]/g, '\\$&');
}
