/** What `watch` goes by: plain data of the configuration, with defaults filled in. */
import type {Config} from '../config/defaults.ts';
import type {Severity} from '../report.ts';
import {parseDuration} from '../time.ts';
import type {SecretRef} from './secrets.ts';

export type {SecretRef} from './secrets.ts';

export const OVERLAPS = ['wait', 'skip'] as const;
export const NOTICE_KINDS = ['webhook', 'slack', 'google-chat'] as const;
export const NOTICE_EVENTS = ['new', 'fixed', 'failed', 'coverage', 'key-expiry'] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** How runs take place, whichever scope they are of. Durations as people write them. */
export interface WatchRule {
	/** Where the ledger lies. */
	directory?: string;
	timeZone?: string;
	jitter?: string;
	/** What a run does that finds another under way. */
	overlap?: (typeof OVERLAPS)[number];
	/** How long one waits for another before it is skipped after all. */
	waitAtMost?: string;
	/** One run for what was missed. */
	catchUp?: boolean;
	/** After which a run is stopped. */
	timeout?: string;
	keepAssets?: boolean;
	/** Beside `report.json`. */
	formats?: readonly string[];
	/** Ed25519 private key that signs the ledger. */
	signingKey?: {readonly file: string};
}

export interface ScheduleRule {
	name: string;
	cron: string;
	timeZone?: string;
	jitter?: string;
	organization?: readonly string[];
	folder?: readonly string[];
	project?: readonly string[];
	assets?: readonly string[];
	demo?: boolean;
	failOn?: Severity;
	failOnNew?: Severity;
	profile?: Config['profile'];
	only?: readonly string[];
	skip?: readonly string[];
	via?: 'auto' | 'asset-inventory' | 'services';
	maxWait?: string;
	quotaProject?: string;
	impersonateServiceAccount?: string;
	apiEndpoint?: string;
}

export type TargetRule = {name?: string} & (
	| {directory: string; bucket?: undefined}
	| {bucket: string; directory?: undefined; apiEndpoint?: string}
);

export interface NoticeRule {
	name?: string;
	kind: (typeof NOTICE_KINDS)[number];
	url: SecretRef;
	/** Signs the body; of a webhook. */
	secret?: SecretRef;
	events?: readonly NoticeEvent[];
	minSeverity?: Severity;
	scopes?: readonly string[];
	template?: string;
}

export interface RetentionRule {
	/** Newest runs of each scope that are kept. */
	runs?: number;
	/** Runs that are younger are kept. */
	days?: number;
}

export interface WatchSettings {
	timeZone: string | undefined;
	/** Milliseconds, as all durations here. */
	jitter: number;
	overlap: (typeof OVERLAPS)[number];
	waitAtMost: number;
	catchUp: boolean;
	timeout: number;
	keepAssets: boolean;
	formats: readonly string[];
	signingKey: string | undefined;
}

/** @param rule checked by the schema */
export function watchSettings(rule: WatchRule): WatchSettings {
	return {
		timeZone: rule.timeZone,
		jitter: milliseconds(rule.jitter, 0),
		overlap: rule.overlap ?? 'wait',
		waitAtMost: milliseconds(rule.waitAtMost, 600_000),
		catchUp: rule.catchUp ?? true,
		timeout: milliseconds(rule.timeout, 6 * 3_600_000),
		keepAssets: rule.keepAssets ?? false,
		formats: rule.formats ?? [],
		signingKey: rule.signingKey?.file,
	};
}

export function milliseconds(text: string | undefined, otherwise: number): number {
	return (text === undefined ? undefined : parseDuration(text)) ?? otherwise;
}
