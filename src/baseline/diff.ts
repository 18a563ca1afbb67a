/** Two saved reports as a comparison that is read while it is written. */
import type {ChangedFinding, CoverageLine, Finding, GoneFinding, ReportDiff} from '../report.ts';
import {type Comparison, inShort} from './compare.ts';
import {CoverageDifference, type Needs} from './coverage-difference.ts';
import {driftOf, NamedFacts} from './facts.ts';
import type {SavedReport} from './saved.ts';

/** @param comparison of `old` with `now` */
export function diffOf(old: SavedReport, now: SavedReport, comparison: Comparison, needs: Needs): ReportDiff {
	const {baseline, run, coverage} = comparison.report;
	const {changed} = comparison;
	return {
		old: baseline.run,
		new: {id: run.id, now: run.now},
		summary: {...baseline.summary, changed: changed.size},
		fresh: {[Symbol.iterator]: () => fresh(old, now, needs)},
		changed: {[Symbol.iterator]: () => changes(old, now, changed)},
		fixed: baseline.fixed,
		unknown: baseline.unknown,
		coverage: coverageChanges(old.report.coverage, coverage),
	};
}

function* fresh(old: SavedReport, now: SavedReport, needs: Needs): Generator<GoneFinding> {
	const difference = new CoverageDifference(now.report, old.report, needs);
	for (const finding of now.read((_, fingerprint) => old.indexOf(fingerprint) === undefined)) {
		const drift = driftOf(finding.path, old.facts, 'added');
		const reason = difference.why(finding);
		yield {...inShort(finding), ...(drift.length > 0 && {drift}), ...(reason !== undefined && {reason})};
	}
}

function* changes(old: SavedReport, now: SavedReport, changed: ReadonlySet<string>): Generator<ChangedFinding> {
	for (const finding of now.read((_, fingerprint) => changed.has(fingerprint))) {
		const before = old.at(old.indexOf(finding.fingerprint)!, finding.fingerprint);
		const {severity, confidence} = before;
		const suppressed = before.suppressed !== undefined;
		const drift = [
			...driftOf(before.path, factsNamedBy(finding), 'removed'),
			...driftOf(finding.path, factsNamedBy(before), 'added').filter(({change}) => change === 'added'),
		];
		yield {
			...inShort(finding),
			confidence: finding.confidence,
			was: {
				...(severity !== finding.severity && {severity}),
				...(confidence !== finding.confidence && {confidence}),
				...(suppressed !== (finding.suppressed !== undefined) && {suppressed}),
			},
			...(drift.length > 0 && {drift}),
		};
	}
}

function factsNamedBy({path}: Finding): NamedFacts {
	const facts = new NamedFacts();
	facts.add(path);
	return facts;
}

function coverageChanges(old: readonly CoverageLine[], now: readonly CoverageLine[]): ReportDiff['coverage'] {
	const keyOf = ({fact, scope, assetType = ''}: CoverageLine) => JSON.stringify([fact, scope, assetType]);
	const rows = new Map<string, ReportDiff['coverage'][number]>();
	for (const [side, lines] of [
		['old', old],
		['new', now],
	] as const) {
		for (const line of lines) {
			const {fact, scope, assetType, status} = line;
			const row = rows.get(keyOf(line)) ?? {fact, scope, ...(assetType !== undefined && {assetType})};
			row[side] = status;
			rows.set(keyOf(line), row);
		}
	}
	// What one report says of a container may stand at another place in the other: only worse than read counts.
	return [...rows]
		.toSorted(([a], [b]) => (a < b ? -1 : 1))
		.map(([, row]) => row)
		.filter(row => (row.old ?? 'complete') !== (row.new ?? 'complete'));
}
