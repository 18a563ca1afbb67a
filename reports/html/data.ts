/**
 * What the page embeds and its script reads: the report, cut to what a browser holds well, with every string already
 * safe to show. Types only; both sides of the page share them.
 */
import type {
	AccountSummary,
	Baseline,
	CheckOutcome,
	ChokePoint,
	Confidence,
	CoverageLine,
	Finding,
	GoneFinding,
	HistoryPoint,
	Report,
	Severity,
	SuppressionOutcome,
} from '../../src/report.ts';

/** Findings by severity, in the order of `SEVERITIES`. */
export type Counts = [critical: number, high: number, medium: number, low: number];

/** How many of a list there are, and how many of them the page holds. */
export interface Held<Item> {
	items: Item[];
	total: number;
}

/** A check: its outcome, what it says of itself, its unsuppressed findings by severity. */
export interface CheckRow extends CheckOutcome {
	title: string;
	why: string;
	fix: string;
	references: readonly string[];
	practice: readonly number[];
	compliance: readonly string[];
	counts: Counts;
}

export interface ProjectRow {
	/** Empty for findings on folders and organizations. */
	project: string;
	counts: Counts;
}

/** How many scopes of a fact were read. */
export interface FactRow {
	fact: string;
	complete: number;
	partial: number;
	missing: number;
}

/** One control of a framework, as far as the checks of this report look at it. */
export interface ControlRow {
	framework: string;
	control: string;
	/** `fail` if there is a finding, `accepted` if all are suppressed, else `unknown` if a check could not judge all. */
	status: CheckOutcome['status'] | 'accepted';
	checks: string[];
	counts: Counts;
}

export interface GraphNode {
	id: string;
	kind: string;
	label: string;
	project?: string;
	/** Account with much power, in words; absent for others. */
	power?: string;
}

/** Indexes into `nodes` and `escalations`. */
export type GraphEdge = [from: number, to: number, escalation: number, confidence: Confidence];

export interface GraphData {
	/** Those on the paths of the worst findings first. */
	nodes: GraphNode[];
	edges: GraphEdge[];
	escalations: string[];
	/** Of the report, which itself may hold only a part. */
	totalNodes: number;
	totalEdges: number;
	truncated: boolean;
}

/** What an earlier report had, and how this one differs from it. */
export interface BaselineData extends Pick<Baseline, 'run' | 'summary'> {
	fixed: Held<GoneFinding>;
	/** Gone, and not known to be fixed. */
	unknown: Held<GoneFinding>;
}

export interface PageData {
	tool: Report['tool'];
	run: Report['run'];
	/** Said on top if the report is of the built-in organization. */
	demo?: string;
	summary: Report['summary'];
	/** How many findings there are, and are embedded, suppressed ones included. */
	findings: {total: number; embedded: number};
	checks: CheckRow[];
	projects: Held<ProjectRow>;
	controls: ControlRow[];
	facts: FactRow[];
	holes: Held<CoverageLine>;
	complete: Held<CoverageLine>;
	chokePoints: Held<ChokePoint>;
	accounts: Held<AccountSummary>;
	graph: GraphData;
	/** Rules of the configuration, those that accept nothing first; absent if it has none. */
	suppressions?: Held<SuppressionOutcome>;
	/** Absent without a baseline. */
	baseline?: BaselineData;
	/** Scheduled runs, oldest first, the last ones; absent in a report that is of none. */
	history?: HistoryPoint[];
}

export type {
	AccountSummary,
	CheckOutcome,
	ChokePoint,
	Confidence,
	CoverageLine,
	HistoryPoint,
	Finding,
	GoneFinding,
	Severity,
	SuppressionOutcome,
};
export type {Drift, Proof, Step} from '../../src/report.ts';
