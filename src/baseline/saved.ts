/**
 * A saved report as the past that another is compared with. Of each finding memory holds its fingerprint, where it
 * stands in the file and a number for what may change about it; the few that are gone or changed are read again.
 */
import {FindingsByOffset, readReport} from '../read-report.ts';
import type {Finding, Report} from '../report.ts';
import {digest, factsOf, NamedFacts} from './facts.ts';

/** A finding of which not more is read than is asked for. */
export interface Entry {
	fingerprint: string;
	state: () => number;
	finding: () => Finding;
}

export class SavedReport {
	readonly report: Report;
	/** What its findings name. */
	readonly facts = new NamedFacts();
	readonly #index = new Map<string, number>();
	readonly #offsets: number[] = [];
	readonly #states: number[] = [];
	readonly #findings: FindingsByOffset;

	/** @throws UsageError no such file, no report, another version of it, or a cut one */
	constructor(file: string) {
		// Opened first: a report that is replaced while it is compared, by ours perhaps, stays readable.
		this.#findings = new FindingsByOffset(file);
		try {
			this.report = readReport(file, (finding, at) => {
				this.facts.add(finding.path);
				if (this.#index.has(finding.fingerprint)) return;
				this.#index.set(finding.fingerprint, this.#offsets.length);
				this.#offsets.push(at);
				this.#states.push(stateOf(finding));
			});
		} catch (error) {
			this.close();
			throw error;
		}
	}

	/** Findings of different fingerprints. */
	get length(): number {
		return this.#offsets.length;
	}

	/** Place of a finding in the report; undefined if it is not in it. */
	indexOf(fingerprint: string): number | undefined {
		return this.#index.get(fingerprint);
	}

	/** A number for what may change about a finding: equal ones look the same, their paths included. */
	stateAt(index: number): number {
		return this.#states[index]!;
	}

	/** All findings in the order of the report; each is read only if it is looked at. */
	*entries(): Generator<Entry> {
		for (const [fingerprint, index] of this.#index) {
			yield {fingerprint, state: () => this.#states[index]!, finding: () => this.at(index, fingerprint)};
		}
	}

	/** Those findings for which `wanted` holds, in the order of the report. */
	*read(wanted: (index: number, fingerprint: string) => boolean): Generator<Finding> {
		for (const [fingerprint, index] of this.#index) if (wanted(index, fingerprint)) yield this.at(index, fingerprint);
	}

	at(index: number, fingerprint: string): Finding {
		return this.#findings.at(this.#offsets[index]!, fingerprint);
	}

	close(): void {
		this.#findings.close();
	}
}

/** Findings of a report that was just made. */
export function* entriesOf({findings}: Report): Generator<Entry> {
	for (const finding of findings) {
		yield {fingerprint: finding.fingerprint, state: () => stateOf(finding), finding: () => finding};
	}
}

function stateOf({severity, confidence, suppressed, path}: Finding): number {
	return digest(JSON.stringify([severity, confidence, suppressed !== undefined, factsOf(path)]));
}
