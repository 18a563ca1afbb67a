/**
 * The report: what every format, the terminal and the schedule read. Plain data, version 1 of the
 * public contract (`docs/report.md`, `schema/report.schema.json`). Nothing here computes anything.
 */

export type Severity = 'critical' | 'high' | 'medium' | 'low';
/** How sure a path or finding is, strongest first; a path is as sure as its weakest hop. */
export type Confidence = 'certain' | 'conditional' | 'unverified';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
export const CONFIDENCES: readonly Confidence[] = ['certain', 'conditional', 'unverified'];

/** One reason in a proof, in the order in which it was needed. */
export type Proof = {effect: 'allows' | 'denies' | 'undecided'} & (
	| {
			kind: 'binding';
			resource: string;
			role: string;
			member: string;
			permission: string;
			condition?: string;
			selfGranted?: true;
	  }
	| {kind: 'membership'; member: string; of: string}
	| {kind: 'role'; role: string; permission: string}
	| {kind: 'condition'; expression: string; value: boolean | 'unknown'}
	| {kind: 'deny' | 'boundary'; policy: string; rule: number}
	| {kind: 'constraint'; constraint: string; resource: string}
	| {kind: 'workload'; resource: string; runsAs: string}
	| {kind: 'gap'; fact: string; scope: string}
);

/** Observed use of one hop. `null` in a step: nothing was collected that could tell. */
export interface Use {
	count: number;
	first: string;
	last: string;
}

/** One hop of a path: who becomes whom, how, and because of what. */
export interface Step {
	from: string;
	to: string;
	escalation: string;
	/** Other escalations that open the same hop, in catalogue order. */
	alsoBy: string[];
	confidence: Confidence;
	used: Use | 'not seen' | 'not observable' | null;
	/** Constraint or deny rule that stops this hop; only with `--include-blocked`. */
	blockedBy: Proof[];
	because: Proof[];
	/** Over a time-bound grant or an approved entitlement. */
	temporary?: true;
}

export interface Path {
	from: string;
	to: string;
	hops: number;
	confidence: Confidence;
	steps: Step[];
}

export interface Remediation {
	/** One or two sentences: what to change, and what else must be known first. */
	summary: string;
	/** Each string is one complete command; empty where gcloud has none for just this. */
	gcloud: string[];
	terraform: string;
	/** Commands that bring the old state back. */
	undo: string[];
	/** Commands that only read and show that the change worked. */
	verify: string[];
}

export interface Suppression {
	reason: string;
	owner: string;
	until?: string;
}

export interface Finding {
	check: string;
	fingerprint: string;
	severity: Severity;
	confidence: Confidence;
	message: string;
	resource: string;
	project?: string;
	principal?: string;
	path?: Step[];
	evidence: Record<string, unknown>;
	remediation: Remediation;
	practice: number[];
	compliance: string[];
	suppressed?: Suppression;
}

/** Findings are iterated, never held as one text: a large organization has hundreds of thousands. */
export interface FindingList extends Iterable<Finding> {
	readonly length: number;
}

export interface CoverageLine {
	fact: string;
	scope: string;
	status: 'complete' | 'partial' | 'missing';
	assetType?: string;
	records: number;
	reason?: string;
	fix?: string;
}

export interface CheckOutcome {
	id: string;
	status: 'pass' | 'fail' | 'unknown';
	examined: number;
	findings: number;
	/** What was not read and could hide findings; also beside findings that were made. */
	reason?: string;
}

export interface ChokePoint {
	binding: {resource: string; role: string; member: string; condition?: string};
	pathsClosed: number;
	ofPaths: number;
	used?: string;
}

export interface AccountSummary {
	resource: string;
	kind: 'user-managed' | 'default' | 'service-agent';
	disabled: boolean;
	power: {level: string; scope: string}[];
	keys: number;
	lastUsed: string | null;
	reachedBy: number;
	reaches: number;
}

export interface ReportGraph {
	nodes: {id: string; kind: string; label: string; project?: string}[];
	edges: {from: string; to: string; escalation: string; confidence: Confidence}[];
	truncated: boolean;
}

export interface Run {
	id: string;
	startedAt: string;
	finishedAt: string;
	now: string;
	sources: {kind: 'assets' | 'google-cloud' | 'logs' | 'demo'; scope: string[]}[];
	/** Which copy of the predefined roles was used, and of what day (RFC 3339 date or time). */
	roles?: {from: 'shipped' | 'refreshed'; date: string};
}

export interface Summary {
	findings: Record<Severity, number>;
	suppressed: number;
	inventory: {projects: number; serviceAccounts: number; keys: number; bindings: number; principals: number};
}

export interface Report {
	version: 1;
	tool: {name: 'sa-audit'; version: string};
	run: Run;
	summary: Summary;
	coverage: CoverageLine[];
	checks: CheckOutcome[];
	chokePoints: ChokePoint[];
	accounts: AccountSummary[];
	graph: ReportGraph;
	findings: FindingList;
}
