/**
 * The JSON report, version 1 of the public contract: keys in the contract's order, one array element a line, so
 * that it streams, greps and diffs. Strings come out with control and bidirectional characters as `\uXXXX`.
 */
import {findingTexts} from '../src/finding-json.ts';
import {type Keys, no, ordered} from '../src/key-order.ts';
import {REPORT_SCHEMA} from '../src/report.ts';
import type {
	AccountSummary,
	Baseline,
	CheckOutcome,
	ChokePoint,
	CoverageLine,
	Reconciled,
	Report,
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
	yield* lines('  "findings": ', findingTexts(findings), '  ');
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

/** An array with one element a line; an empty one is `[]`. */
function* list<Item>(
	opening: string,
	items: Iterable<Item>,
	inOrder: (item: Item) => object,
	indent: string,
): Iterable<string> {
	yield* lines(opening, textsOf(items, inOrder), indent);
}

function* textsOf<Item>(items: Iterable<Item>, inOrder: (item: Item) => object): Iterable<string> {
	for (const item of items) yield safeJson(inOrder(item));
}

/** The same of elements that are JSON already. */
function* lines(opening: string, texts: Iterable<string>, indent: string): Iterable<string> {
	let before = `${opening}[\n${indent}  `;
	let any = false;
	for (const text of texts) {
		yield before + text;
		before = `,\n${indent}  `;
		any = true;
	}
	yield any ? `\n${indent}]` : `${opening}[]`;
}

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
const RECONCILED: Keys<Reconciled> = {
	check: no,
	verdict: no,
	resource: no,
	principal: no,
	insight: no,
	reason: no,
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
