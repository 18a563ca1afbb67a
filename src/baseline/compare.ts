/** What became of the findings of an earlier report: new, unchanged, fixed, or gone because nobody looked. */
import {
	type Baseline,
	type Finding,
	type FindingList,
	type GoneFinding,
	type GoneFindings,
	type Report,
} from '../report.ts';
import {findingText} from '../finding-json.ts';
import {CoverageDifference, type Needs} from './coverage-difference.ts';
import {driftOf, type Facts} from './facts.ts';
import {entriesOf, type Entry, type SavedReport} from './saved.ts';

export interface Comparison {
	/** The later report, each finding marked, with its `baseline`. Usable as long as the earlier one is open. */
	report: Report & {baseline: Baseline};
	/** Fingerprints of findings that are in both and do not look the same: severity, confidence, acceptance or path. */
	changed: ReadonlySet<string>;
}

/**
 * @param facts of the later side, for what closed a path
 * @param entries of the later report
 */
export function compare(
	old: SavedReport,
	report: Report,
	facts: Facts,
	needs: Needs,
	entries: Iterable<Entry> = entriesOf(report),
): Comparison {
	const stays = new Uint8Array(old.length);
	const changed = new Set<string>();
	const newBySeverity = {critical: 0, high: 0, medium: 0, low: 0};
	let fresh = 0;
	let unchanged = 0;
	for (const {fingerprint, state, finding} of entries) {
		const index = old.indexOf(fingerprint);
		if (index === undefined) {
			fresh++;
			const {suppressed, severity} = finding();
			if (suppressed === undefined) newBySeverity[severity]++;
			continue;
		}
		unchanged++;
		stays[index] = 1;
		if (old.stateAt(index) !== state()) changed.add(fingerprint);
	}
	const difference = new CoverageDifference(old.report, report, needs);
	const reasons = new Map<string, string>();
	for (const finding of old.read(index => stays[index] === 0)) {
		const reason = difference.why(finding);
		if (reason !== undefined) reasons.set(finding.fingerprint, reason);
	}
	const isUnknown = (index: number) => stays[index] === 0 && unknown.has(index);
	const unknown = new Set([...reasons.keys()].map(fingerprint => old.indexOf(fingerprint)!));
	const gone = old.length - stays.reduce((sum, each) => sum + each, 0);
	const baseline: Baseline = {
		run: {id: old.report.run.id, now: old.report.run.now},
		summary: {new: fresh, unchanged, fixed: gone - unknown.size, unknown: unknown.size, newBySeverity},
		fixed: new Gone(gone - unknown.size, function* () {
			for (const finding of old.read(index => stays[index] === 0 && !unknown.has(index))) {
				const drift = driftOf(finding.path, facts, 'removed');
				yield {...inShort(finding), ...(drift.length > 0 && {drift})};
			}
		}),
		unknown: new Gone(unknown.size, function* () {
			for (const finding of old.read(isUnknown)) yield {...inShort(finding), reason: reasons.get(finding.fingerprint)!};
		}),
	};
	return {report: {...report, baseline, findings: new Marked(report.findings, old)}, changed};
}

/** What is said of a finding that is not in the report. */
export function inShort(finding: Finding): GoneFinding {
	const {check, fingerprint, severity, message, resource, project, principal, suppressed} = finding;
	return {
		check,
		fingerprint,
		severity,
		message,
		resource,
		...(project !== undefined && {project}),
		...(principal !== undefined && {principal}),
		...(suppressed !== undefined && {suppressed}),
	};
}

class Gone implements GoneFindings {
	readonly length: number;
	readonly #read: () => Iterable<GoneFinding>;

	constructor(length: number, read: () => Iterable<GoneFinding>) {
		this.length = length;
		this.#read = read;
	}

	[Symbol.iterator](): Iterator<GoneFinding> {
		return this.#read()[Symbol.iterator]();
	}
}

class Marked implements FindingList {
	readonly #findings: FindingList;
	readonly #old: SavedReport;

	constructor(findings: FindingList, old: SavedReport) {
		this.#findings = findings;
		this.#old = old;
	}

	get length(): number {
		return this.#findings.length;
	}

	*[Symbol.iterator](): Generator<Finding> {
		for (const finding of this.#findings) yield this.#mark(finding);
	}

	get whole(): FindingList['whole'] {
		const list = this.#findings;
		return list.whole && (index => this.#mark(list.whole!(index)));
	}

	get brief(): FindingList['brief'] {
		const list = this.#findings;
		return (
			list.brief &&
			(index => {
				const brief = list.brief!(index);
				return {...brief, baseline: this.#old.indexOf(brief.fingerprint) === undefined ? 'new' : 'unchanged'};
			})
		);
	}

	get text(): FindingList['text'] {
		const {text, brief, whole} = this.#findings;
		if (!text || !brief || !whole) return undefined;
		const list = this.#findings as Required<FindingList>;
		return index =>
			this.#old.indexOf(list.brief(index).fingerprint) === undefined
				? findingText(this.#mark(list.whole(index)))
				: `${list.text(index).slice(0, -1)},"baseline":"unchanged"}`;
	}

	#mark(finding: Finding): Finding {
		if (this.#old.indexOf(finding.fingerprint) !== undefined) return {...finding, baseline: 'unchanged'};
		const drift = driftOf(finding.path, this.#old.facts, 'added');
		return {...finding, baseline: 'new', ...(drift.length > 0 && {drift})};
	}
}
