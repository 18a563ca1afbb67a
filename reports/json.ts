/**
 * The JSON report, version 1 of the public contract: keys in the contract's order, one array element a line, so
 * that it streams, greps and diffs. Strings come out with control and bidirectional characters as `\uXXXX`.
 */
import {REPORT_SCHEMA} from '../src/report.ts';
import type {
	AccountSummary,
	Baseline,
	CheckOutcome,
	ChokePoint,
	CoverageLine,
	Finding,
	Reconciled,
	Remediation,
	Report,
	Step,
	Suppression,
	SuppressionOutcome,
} from '../src/report.ts';
import {safeJson} from '../src/text.ts';

/** Yields the report piece by piece, ending in a newline. The same report gives the same text. */
export function* json(report: Report): Iterable<string> {
	const {version, tool, run, summary, coverage, checks, chokePoints, accounts, graph, findings} = report;
	yield `{\n  "$schema": ${safeJson(REPORT_SCHEMA)},\n  "version": ${version},\n`;
	yield `  "tool": ${safeJson({name: tool.name, version: tool.version})},\n`;
	yield `  "run": ${safeJson({...RUN, ...run})},\n`;
	yield `  "summary": ${safeJson({...SUMMARY, ...summary, findings: {...COUNTS, ...summary.findings}})},\n`;
	yield* list('  "coverage": ', coverage, line => ordered(line, COVERAGE), '  ');
	yield ',\n';
	yield* list('  "checks": ', checks, outcome => ordered(outcome, CHECK), '  ');
	yield ',\n';
	yield* list('  "chokePoints": ', chokePoints, point => ordered(point, CHOKE_POINT), '  ');
	yield ',\n';
	yield* list('  "accounts": ', accounts, account => ordered(account, ACCOUNT), '  ');
	yield ',\n  "graph": {\n';
	yield* list('    "nodes": ', graph.nodes, node => node, '    ');
	yield ',\n';
	yield* list('    "edges": ', graph.edges, edge => edge, '    ');
	yield `,\n    "truncated": ${graph.truncated}\n  },\n`;
	if (report.googleInsights !== undefined) {
		yield* list('  "googleInsights": ', report.googleInsights, line => ordered(line, RECONCILED), '  ');
		yield ',\n';
	}
	if (report.suppressions !== undefined) {
		yield* list('  "suppressions": ', report.suppressions, outcome => ordered(outcome, OUTCOME), '  ');
		yield ',\n';
	}
	if (report.baseline !== undefined) yield* baseline(report.baseline);
	yield* list('  "findings": ', findings, orderedFinding, '  ');
	yield '\n}\n';
}

function* baseline({run, summary, fixed, unknown}: Baseline): Iterable<string> {
	yield `  "baseline": {\n    "run": ${safeJson({id: run.id, now: run.now})},\n`;
	yield `    "summary": ${safeJson(summary)},\n`;
	yield* list('    "fixed": ', fixed, finding => finding, '    ');
	yield ',\n';
	yield* list('    "unknown": ', unknown, finding => finding, '    ');
	yield '\n  },\n';
}

/** The finding with its keys in the contract's order; keys that the contract does not name come last. */
export function orderedFinding(finding: Finding): Finding {
	const {path, suppressed, remediation} = finding;
	const inside = {
		remediation: ordered(remediation, REMEDIATION),
		path: path?.every(step => isOrdered(step, STEP)) === false ? path.map(step => ordered(step, STEP)) : path,
		suppressed: suppressed && ordered(suppressed, SUPPRESSION),
	};
	const isSame = inside.remediation === remediation && inside.path === path && inside.suppressed === suppressed;
	if (isSame && isOrdered(finding, FINDING)) return finding;
	const copy = {...FINDING, ...finding, remediation: inside.remediation};
	if (inside.path !== undefined) copy.path = inside.path;
	if (inside.suppressed !== undefined) copy.suppressed = inside.suppressed;
	return copy;
}

/**
 * The object itself if its keys have the order of the template, else a copy that has it. What our own checks make
 * has it, and a report has hundreds of thousands of them.
 */
function ordered<Shape extends object>(value: Shape, template: Keys<Shape>): Shape {
	return isOrdered(value, template) ? value : {...template, ...value};
}

function isOrdered<Shape extends object>(value: Shape, template: Keys<Shape>): boolean {
	const wanted = namesOf(template);
	let at = 0;
	for (const name in value) {
		while (at < wanted.length && wanted[at] !== name) at++;
		if (at++ >= wanted.length) return false;
	}
	return true;
}

const namesOfTemplates = new Map<object, readonly string[]>();

function namesOf(template: object): readonly string[] {
	let names = namesOfTemplates.get(template);
	if (!names) namesOfTemplates.set(template, (names = Object.keys(template)));
	return names;
}

/** An array with one element a line; an empty one is `[]`. */
function* list<Item>(
	opening: string,
	items: Iterable<Item>,
	inOrder: (item: Item) => object,
	indent: string,
): Iterable<string> {
	let before = `${opening}[\n${indent}  `;
	let any = false;
	for (const item of items) {
		yield before + safeJson(inOrder(item));
		before = `,\n${indent}  `;
		any = true;
	}
	yield any ? `\n${indent}]` : `${opening}[]`;
}

/**
 * Spread first, a template fixes the order of keys, whoever made the object. Left at `undefined`, a key is not
 * written. A key that is missing here does not compile.
 */
type Keys<Shape> = Record<keyof Required<Shape>, undefined>;
const no = undefined;

const RUN: Keys<Report['run']> = {id: no, startedAt: no, finishedAt: no, now: no, sources: no, roles: no};
const SUMMARY: Keys<Report['summary']> = {findings: no, suppressed: no, inventory: no};
const COUNTS: Keys<Report['summary']['findings']> = {critical: no, high: no, medium: no, low: no};
const COVERAGE: Keys<CoverageLine> = {fact: no, scope: no, status: no, assetType: no, records: no, reason: no, fix: no};
const CHECK: Keys<CheckOutcome> = {id: no, status: no, examined: no, findings: no, reason: no};
const CHOKE_POINT: Keys<ChokePoint> = {binding: no, pathsClosed: no, ofPaths: no, used: no};
const ACCOUNT: Keys<AccountSummary> = {
	resource: no,
	kind: no,
	disabled: no,
	power: no,
	keys: no,
	lastUsed: no,
	reachedBy: no,
	reaches: no,
};
const REMEDIATION: Keys<Remediation> = {summary: no, gcloud: no, terraform: no, undo: no, verify: no};
const STEP: Keys<Step> = {
	from: no,
	to: no,
	escalation: no,
	alsoBy: no,
	confidence: no,
	used: no,
	observed: no,
	blockedBy: no,
	because: no,
	temporary: no,
};
const RECONCILED: Keys<Reconciled> = {
	check: no,
	verdict: no,
	resource: no,
	principal: no,
	insight: no,
	reason: no,
};
const SUPPRESSION: Keys<Suppression> = {reason: no, owner: no, until: no};
const FINDING: Keys<Finding> = {
	check: no,
	fingerprint: no,
	severity: no,
	confidence: no,
	message: no,
	resource: no,
	project: no,
	principal: no,
	path: no,
	evidence: no,
	remediation: no,
	practice: no,
	compliance: no,
	suppressed: no,
	baseline: no,
	drift: no,
};
const OUTCOME: Keys<SuppressionOutcome> = {
	fingerprint: no,
	check: no,
	resource: no,
	principal: no,
	reason: no,
	owner: no,
	until: no,
	status: no,
	findings: no,
};
