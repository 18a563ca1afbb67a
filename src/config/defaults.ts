/** The effective configuration and its defaults. No schema library here: most runs have no file to check. */
import type {Severity} from '../report.ts';
import type {NoticeRule, RetentionRule, ScheduleRule, TargetRule, WatchRule} from '../schedule/settings.ts';

export const PROFILES = ['essential', 'standard', 'strict'] as const;
export type Profile = (typeof PROFILES)[number];

export interface Thresholds {
	keyAgeDays: number;
	unusedDays: number;
	disabledGraceDays: number;
	manyNetworks: number;
	manyClients: number;
}

export interface CheckSetting {
	severity?: Severity;
	enabled?: boolean;
	/** What the check itself declares (`Check.settings`). */
	[setting: string]: unknown;
}

/** Covers what all its patterns fit: a fingerprint, or a check with a resource or a principal. */
export interface SuppressionRule {
	/** Lower-case. */
	fingerprint?: string;
	check?: string;
	/** Canonical full resource name; `*` stands for any text. */
	resource?: string;
	/** As the finding names it; `*` stands for any text. */
	principal?: string;
	reason: string;
	owner: string;
	/** `YYYY-MM-DD`, the last day on which it holds (UTC). */
	until?: string;
}

/** The effective configuration: defaults, file and flags put together. */
export interface Config {
	/** Lower-case. */
	domains: readonly string[];
	profile: Profile;
	thresholds: Readonly<Thresholds>;
	allowedNetworks: readonly string[];
	userDataReaders: readonly string[];
	/** E-mails of people who left or are suspended. Absent: nobody said. */
	leavers?: readonly string[];
	labels: {readonly sensitive: readonly string[]};
	/** Absent: nobody said which clients have it, so the fact is unknown. */
	domainWideDelegation?: readonly {clientId: string; scopes?: readonly string[]}[];
	checks: Readonly<Record<string, CheckSetting>>;
	suppressions: readonly SuppressionRule[];
	/** How scheduled runs take place, when, how long they are kept, where they are copied, and who hears of them. */
	watch: WatchRule;
	schedules: readonly ScheduleRule[];
	retention: RetentionRule;
	targets: readonly TargetRule[];
	notices: readonly NoticeRule[];
}

const STANDARD: Readonly<Thresholds> = {
	keyAgeDays: 90,
	unusedDays: 90,
	disabledGraceDays: 30,
	manyNetworks: 3,
	manyClients: 3,
};

/** What holds where the file says nothing. Under `strict` a file may tighten these, and loosen them to the standard at most. */
export const THRESHOLDS: Readonly<Record<Profile, Readonly<Thresholds>>> = {
	essential: STANDARD,
	standard: STANDARD,
	strict: {keyAgeDays: 60, unusedDays: 60, disabledGraceDays: 14, manyNetworks: 2, manyClients: 2},
};

/**
 * The checks of the profile `essential`: those of the first release, and what opens an account to people who were
 * never meant to have it. The other profiles run everything.
 */
export const ESSENTIAL: ReadonlySet<string> = new Set([
	'default-service-account-editor',
	'domain-wide-delegation',
	'federation-binding-too-wide',
	'federation-open-to-all',
	'impersonation-chain',
	'impersonation-not-logged',
	'lateral-movement',
	'policy-takeover',
	'privilege-escalation',
	'public-impersonation',
	'unused-service-account',
	'user-managed-key',
]);

export const DEFAULTS: Config = {
	domains: [],
	profile: 'standard',
	thresholds: STANDARD,
	allowedNetworks: [],
	userDataReaders: [],
	labels: {sensitive: ['data-classification=sensitive', 'pii=true']},
	checks: {},
	suppressions: [],
	watch: {},
	schedules: [],
	retention: {},
	targets: [],
	notices: [],
};

export type Origin =
	| {from: 'default'}
	| {from: 'profile'; profile: Profile}
	| {from: 'file'; file: string; line: number}
	| {from: 'flag'; flag: string};

export interface LoadedConfig {
	config: Config;
	/** The file that was read. */
	file?: string;
	/** What it holds. */
	text?: string;
	/** By dotted path of the value, such as `thresholds.keyAgeDays`. A missing path is a default. */
	origins: ReadonlyMap<string, Origin>;
	/** Settings without effect in this version. */
	warnings: readonly string[];
}
