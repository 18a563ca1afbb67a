/** Everything that the page embeds beside findings, each list cut to what can be looked through. */
import {type CheckOutcome, type Report, SEVERITIES} from '../../src/report.ts';
import {type Catalogue, DEMO, isDemo, noteOf} from '../catalogue.ts';
import type {
	AccountSummary,
	CheckRow,
	ControlRow,
	Counts,
	FactRow,
	Finding,
	Held,
	PageData,
	ProjectRow,
	SuppressionOutcome,
} from './data.ts';
import {graphData} from './graph.ts';
import {none, type Survey} from './survey.ts';

/** Entries of every list that grows with the organization. */
const ROWS = 2_000;
/** Scheduled runs that the trend shows. */
const RUNS = 120;

/** @param findings that the page embeds, worst first */
export function pageData(
	report: Report,
	seen: Survey,
	findings: readonly Finding[],
	catalogue: Catalogue | undefined,
): PageData {
	const {tool, run, summary, coverage, chokePoints, suppressions, baseline, history} = report;
	const checks = report.checks.map(outcome => checkRow(outcome, seen, catalogue));
	return {
		tool,
		run,
		...(isDemo(report) && {demo: DEMO}),
		summary,
		findings: {total: seen.total, embedded: findings.length},
		checks,
		projects: held(projectRows(seen)),
		controls: controlRows(checks, seen),
		facts: factRows(coverage),
		holes: held(coverage.filter(line => line.status !== 'complete')),
		complete: held(coverage.filter(line => line.status === 'complete')),
		chokePoints: held(chokePoints),
		accounts: held(report.accounts.length > ROWS ? report.accounts.toSorted(byInterest) : report.accounts),
		graph: graphData(report.graph, findings, report.accounts),
		...(suppressions !== undefined && {suppressions: held(suppressions.toSorted(idleFirst))}),
		...(baseline !== undefined && {
			baseline: {
				run: baseline.run,
				summary: baseline.summary,
				fixed: held([...first(baseline.fixed)], baseline.fixed.length),
				unknown: held([...first(baseline.unknown)], baseline.unknown.length),
			},
		}),
		...(history !== undefined && history.length > 0 && {history: history.slice(-RUNS)}),
	};
}

function factRows(coverage: Report['coverage']): FactRow[] {
	const rows = new Map<string, FactRow>();
	for (const {fact, status} of coverage) {
		let row = rows.get(fact);
		if (row === undefined) rows.set(fact, (row = {fact, complete: 0, partial: 0, missing: 0}));
		row[status]++;
	}
	return [...rows.values()].toSorted((a, b) => compare(a.fact, b.fact));
}

function held<Item>(list: readonly Item[], total = list.length): Held<Item> {
	return {items: list.slice(0, ROWS), total};
}

/** As many as the page holds; the rest may stay in the file that they are read from. */
function* first<Item>(list: Iterable<Item>): Iterable<Item> {
	let left = ROWS;
	for (const item of list) {
		if (left-- === 0) return;
		yield item;
	}
}

const IDLE: readonly SuppressionOutcome['status'][] = ['expired', 'unused', 'not judged', 'active'];

function idleFirst(a: SuppressionOutcome, b: SuppressionOutcome): number {
	return IDLE.indexOf(a.status) - IDLE.indexOf(b.status);
}

/** Those whom most can become first: where a list is cut, the rest matters least. */
function byInterest(a: AccountSummary, b: AccountSummary): number {
	return Number(b.power.length > 0) - Number(a.power.length > 0) || b.reachedBy - a.reachedBy || b.reaches - a.reaches;
}

function checkRow(outcome: CheckOutcome, {byCheck}: Survey, catalogue: Catalogue | undefined): CheckRow {
	const {title, why, fix, references, practice, compliance} = noteOf(catalogue, outcome.id);
	const counts = byCheck.get(outcome.id) ?? none();
	return {...outcome, title, why, fix, references, practice, compliance, counts};
}

function projectRows({byProject}: Survey): ProjectRow[] {
	const rows = [...byProject].map(([project, counts]) => ({project, counts}));
	return rows.toSorted((a, b) => bySeverity(a.counts, b.counts) || (a.project < b.project ? -1 : 1));
}

function bySeverity(a: Counts, b: Counts): number {
	const at = SEVERITIES.findIndex((_, index) => a[index] !== b[index]);
	return at < 0 ? 0 : b[at]! - a[at]!;
}

/** Controls that a finding names or a check of this report looks at. */
function controlRows(checks: readonly CheckRow[], {byControl}: Survey): ControlRow[] {
	const checksOf = new Map<string, Set<string>>();
	for (const check of checks) for (const name of check.compliance) add(checksOf, name, check.id);
	for (const [name, {checks: ids}] of byControl) for (const id of ids) add(checksOf, name, id);
	const unjudged = new Set(checks.filter(check => check.reason !== undefined).map(check => check.id));
	const rows = [...checksOf].map(([name, ids]): ControlRow => {
		const colon = name.indexOf(':');
		const {counts, suppressed} = byControl.get(name) ?? {counts: none(), suppressed: 0};
		const quiet = suppressed > 0 ? 'accepted' : [...ids].some(id => unjudged.has(id)) ? 'unknown' : 'pass';
		return {
			framework: colon < 0 ? '' : name.slice(0, colon),
			control: name.slice(colon + 1),
			status: counts.some(count => count > 0) ? 'fail' : quiet,
			checks: [...ids].toSorted(),
			counts,
		};
	});
	return rows.toSorted((a, b) => compare(a.framework, b.framework) || compare(a.control, b.control));
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
	const set = map.get(key);
	if (set === undefined) map.set(key, new Set([value]));
	else set.add(value);
}

/** Numbers inside names in their order (1.4 before 1.10), and code units where that leaves a tie. */
function compare(a: string, b: string): number {
	return a.localeCompare(b, 'en', {numeric: true}) || (a < b ? -1 : a > b ? 1 : 0);
}
