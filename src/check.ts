/**
 * What a check is: one object literal in `checks/<id>.ts`. The engine in `audit.ts` hands it the
 * compiled world, counts what it examined, and turns what it yields into findings of the report.
 */
import type {Change} from './remediation/change.ts';
import type {Confidence, Reconciled, Severity, Step} from './report.ts';
import type {Fact} from './inventory/coverage.ts';
import type {Settings} from './settings.ts';
import type {World} from './world.ts';

export type Threat = 'privilege escalation' | 'impersonation' | 'repudiation' | 'information disclosure';

/** One hit, before the engine adds fingerprint, project and practice. Its words are made only when written. */
export interface Hit {
	severity: Severity;
	confidence: Confidence;
	/** Canonical full resource name. */
	resource: string;
	/** Who gains, as the binding names it. */
	principal?: string;
	/** The binding that opens it; part of the fingerprint. */
	cause?: {resource: string; role: string; member: string; condition?: string};
	/** What Google's own insights say to it, where they were collected. */
	google?: Pick<Reconciled, 'verdict' | 'reason' | 'insight'>;
	/** Hops from the principal to the resource. Apart from the words: the report's graph asks for it alone. */
	path?(): Step[] | undefined;
	detail(): Detail;
}

/** What a finding says: built while the report is written, since there may be hundreds of thousands. */
export interface Detail {
	/** One sentence with the real names in it. */
	message: string;
	evidence: Record<string, unknown>;
	fix: Fix;
}

/** How to end a finding: operations, or only words where no single change ends it. */
export interface Fix {
	summary: string;
	changes: Change[];
}

/** What a check saw: how many subjects it judged, what it found, and what it could not judge. */
export interface Verdict {
	examined: number;
	hits: Iterable<Hit>;
	/** Non-empty: silence proves nothing, so the outcome is `unknown` unless something was found. */
	unknown: string[];
}

export interface Check {
	/** Same as the file name; public, goes into baselines. */
	id: string;
	/** The bad thing, as a sentence a manager can read. */
	title: string;
	/** The severity rule in words (the engine takes each hit's own). */
	severity: string;
	/** What a finding's `resource` names. */
	on: string;
	/** Facts whose holes could hide findings. */
	needs: readonly Fact[];
	/** Facts that it looks at where they are there: a hole in them leaves its outcome, but may take a finding away. */
	looksAt?: readonly Fact[];
	threats: readonly Threat[];
	/** Numbers of Google's practices for service accounts. */
	practice: readonly number[];
	/** Controls that the check claims. `data/compliance` decides and must say the same of it (`src/compliance.ts`). */
	compliance?: readonly string[];
	why: string;
	fix: string;
	references: readonly string[];
	/** What the configuration may set under `checks.ID`, beside severity and enabled. */
	settings?: Settings;
	/** A firing and a silent example in words, for the docs. */
	example: {fires: string; silent: string};
	inspect(world: World): Verdict;
}

/** Facts without which a finding may be gone although nothing was mended. */
export function factsBehind({needs, looksAt = []}: Pick<Check, 'needs' | 'looksAt'>): readonly Fact[] {
	return [...needs, ...looksAt];
}

/** Types a check; there is no registry beside `checks/index.ts`. */
export function defineCheck(check: Check): Check {
	return check;
}
