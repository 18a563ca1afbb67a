/**
 * The report: what every format, the terminal and the schedule read. Plain data, version 1 of the
 * public contract (`docs/report.md`, `schema/report.schema.json`). Nothing here computes anything.
 */

export type Severity = 'critical' | 'high' | 'medium' | 'low';
/** How sure a path or finding is, strongest first; a path is as sure as its weakest hop. */
export type Confidence = 'certain' | 'conditional' | 'unverified';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
/** Where the published schema of reports is, and what it is called. */
export const REPORT_SCHEMA = 'https://raw.githubusercontent.com/sa-audit/sa-audit/main/schema/report.schema.json';

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
	| {kind: 'workload'; resource: string; runsAs: string; code?: string}
	| {kind: 'gap'; fact: string; scope: string}
);

/** Observed use of one hop. `null` in a step: nothing was collected that could tell. */
export interface Use {
	count: number;
	first: string;
	last: string;
}

/** What was looked at for a hop that was not seen. */
export interface Observed {
	/** Logs that would have shown it, as `projects/p data_access`. */
	logs: string[];
	/** The period that all of them cover, RFC 3339, where it is known. */
	from?: string;
	to?: string;
	/** Why the hop could not have been seen. */
	reason?: string;
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
	/** Of a hop that logs did not show: which logs would have, of which period, or why nobody can know. */
	observed?: Observed;
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

/** What became of one rule of the configuration. */
export interface SuppressionOutcome extends Suppression {
	fingerprint?: string;
	check?: string;
	resource?: string;
	principal?: string;
	/** `not judged`: it fits nothing, but not all that it could fit was looked for. */
	status: 'active' | 'expired' | 'unused' | 'not judged';
	/** How many findings it fits, or would if it had not expired. */
	findings: number;
}

/** A fact that opens a path. */
export type OpeningFact =
	| {kind: 'binding'; resource: string; role: string; member: string; condition?: string}
	| {kind: 'membership'; member: string; of: string}
	| {kind: 'workload'; resource: string; runsAs: string};

/**
 * A change between the baseline and now by which a path opened or closed. `changed`: the same binding under another
 * condition. Certain only where the whole organization was asked, and not just what findings name.
 */
export type Drift = {change: 'added' | 'removed' | 'changed'; certain: boolean} & OpeningFact;

/** A finding of the baseline that is no finding any more, in short. */
export interface GoneFinding {
	check: string;
	fingerprint: string;
	severity: Severity;
	message: string;
	resource: string;
	project?: string;
	principal?: string;
	suppressed?: Suppression;
	/** What closed its path, as far as that can be told. */
	drift?: Drift[];
	/** Why its absence proves nothing. */
	reason?: string;
}

export interface GoneFindings extends Iterable<GoneFinding> {
	readonly length: number;
}

/** What became of the findings of an earlier report. */
export interface Baseline {
	/** The earlier report's own. */
	run: {id: string; now: string};
	summary: {
		new: number;
		unchanged: number;
		fixed: number;
		unknown: number;
		/** Without suppressed ones. */
		newBySeverity: Record<Severity, number>;
	};
	fixed: GoneFindings;
	/** Gone, but what they were about was not read: not fixed. */
	unknown: GoneFindings;
}

/** A finding that is in two reports and does not look the same in them. */
export interface ChangedFinding extends GoneFinding {
	/** How it was, where that differs. */
	was: {severity?: Severity; confidence?: Confidence; suppressed?: boolean};
	confidence: Confidence;
}

/** Two reports compared. */
export interface ReportDiff {
	old: {id: string; now: string};
	new: {id: string; now: string};
	summary: Baseline['summary'] & {changed: number};
	/** Of a new one, `reason` says what was not read before: it may be older than it seems. */
	fresh: Iterable<GoneFinding>;
	changed: Iterable<ChangedFinding>;
	fixed: Iterable<GoneFinding>;
	unknown: Iterable<GoneFinding>;
	/** Where the two did not read the same. */
	coverage: {
		fact: string;
		scope: string;
		assetType?: string;
		old?: CoverageLine['status'];
		new?: CoverageLine['status'];
	}[];
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
	/** Only if there was a baseline to compare with. */
	baseline?: 'new' | 'unchanged';
	/** Of a new finding: what opened its path, as far as that can be told. */
	drift?: Drift[];
}

/** What is known of a finding before its words are made. */
export type FindingBrief = Pick<
	Finding,
	'check' | 'fingerprint' | 'severity' | 'confidence' | 'resource' | 'project' | 'principal' | 'suppressed' | 'baseline'
> & {cause?: {resource: string; role: string; member: string; condition?: string}};

/** Findings are iterated, never held as one text: a large organization has hundreds of thousands. */
export interface FindingList extends Iterable<Finding> {
	readonly length: number;
	/** One of them; absent where they can only be read in order. */
	whole?(index: number): Finding;
	/** The same without its words: cheap enough to ask of all. */
	brief?(index: number): FindingBrief;
	/** One of them as JSON, as `findingTexts` would write it whole: where that is quicker. */
	text?(index: number): string;
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

/** A finding and an insight of Google about the same, or one without the other. */
export interface Reconciled {
	check: string;
	verdict: 'agreed' | 'ours only' | 'theirs only';
	resource: string;
	principal?: string;
	/** Full name of the insight. */
	insight?: string;
	/** Why the other side does not have it. */
	reason?: string;
}

export interface ReportGraph {
	nodes: {id: string; kind: string; label: string; project?: string}[];
	edges: {from: string; to: string; escalation: string; confidence: Confidence}[];
	truncated: boolean;
}

/** One scheduled run in the trend. */
export interface HistoryPoint {
	run: string;
	/** Which schedule; absent in a report, whose points are all of its own. */
	scope?: string;
	/** When it began, RFC 3339. */
	at: string;
	/** Unsuppressed. */
	findings: Record<Severity, number>;
	/** The same by check. */
	checks: Record<string, number>;
	/** Since the run before; null: there was none to compare with. */
	new: number | null;
	fixed: number | null;
	/** Gone, and not known to be fixed. */
	unknown?: number;
	/** Of those fixed by then: how many, and how long they had been there in all. */
	fixTime?: {findings: number; seconds: number};
	/** Lines of the coverage. */
	coverage: {complete: number; partial: number; missing: number};
}

export interface Run {
	id: string;
	startedAt: string;
	finishedAt: string;
	now: string;
	/** `files`: as they were given, where they lie below the working directory; else only their names. */
	sources: {kind: 'assets' | 'google-cloud' | 'logs' | 'demo'; scope: string[]; files?: string[]}[];
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
	/** Absent where Google's own insights were not collected. */
	googleInsights?: Reconciled[];
	/** Absent where the configuration has none. */
	suppressions?: SuppressionOutcome[];
	/** Absent without `--baseline`. */
	baseline?: Baseline;
	findings: FindingList;
	/** Earlier scheduled runs and this one, for formats that show a trend; a saved report has none. */
	history?: HistoryPoint[];
}
