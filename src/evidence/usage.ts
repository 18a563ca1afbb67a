/**
 * What logs and metrics tell about accounts, as plain records: aggregated use (`sa-audit/Usage`) and single events in
 * the life of an account or key (`sa-audit/LogEvent`). Sources write them as assets, evidence reads them back, so an
 * audit of a saved collection knows what the live one knew. Nothing of a request or response body is in them.
 */

export const USAGE = 'sa-audit/Usage';
export const LOG_EVENT = 'sa-audit/LogEvent';

/**
 * Methods by which somebody becomes `subject` (the last of `via` did it). Everything else is what `subject` did.
 * The names are those of the logs without their service. Facts: iam-semantics section 7 [seen].
 */
export const BECOMING = [
	'GenerateAccessToken',
	'GenerateIdToken',
	'SignBlob',
	'SignJwt',
	'iam.serviceAccounts.actAs',
	'CreateServiceAccountKey',
	'UploadServiceAccountKey',
] as const;
export type BecomingMethod = (typeof BECOMING)[number];

/** The exchange of a foreign token at the Security Token Service: `subject` is the federated identity. */
export const EXCHANGE = 'ExchangeToken';

/** Networks that are no address range: counted as one place (`checks.md`, defaults). */
export const PRIVATE_NETWORK = 'private';
export const GOOGLE_NETWORK = 'google';

/** One way in which one identity was used. All with the same fields up to `userAgent` are one record. */
export interface Usage {
	/** Member syntax: `serviceAccount:EMAIL_OR_UNIQUE_ID`; of exchanged tokens `principal://...`. */
	subject: string;
	/** The key that `subject` signed in with: full resource name. Never a key that was made. */
	key?: string;
	/** Through whom, member syntax, the one it began with first; the last one became `subject`. Often empty. */
	via: readonly string[];
	/**
	 * One of `BECOMING`, `EXCHANGE`, else the log's method name of what `subject` did (of a very large log the service
	 * alone). What it did with a method of `BECOMING` is spelled `SERVICE/METHOD` here, such as
	 * `iamcredentials.googleapis.com/GenerateAccessToken`. Of metrics: `authentication`.
	 */
	method: string;
	/** `203.0.113.0/24`, `2001:db8:1::/48`, `private`, `google`, or empty: not logged. */
	network: string;
	/** A kind of client (`src/evidence/user-agent.ts`), ` (ci)` behind it if it names a CI system; empty: not logged. */
	userAgent: string;
	count: number;
	/** Epoch milliseconds. May lie after now where a clock is wrong: it means now. */
	first: number;
	last: number;
	/** Of the calls, how many were changes (Admin Activity), and how many of these named neither reason nor run. */
	changes: number;
	untraced: number;
	/** `auditLogs`, or the metric's name. */
	source: string;
}

export const EVENTS = [
	'account-created',
	'account-deleted',
	'account-undeleted',
	'account-disabled',
	'account-enabled',
	'key-created',
	'key-uploaded',
	'key-deleted',
	'key-disabled',
	'key-enabled',
	'delegation-authorized',
	'delegation-removed',
] as const;
export type EventKind = (typeof EVENTS)[number];

/** One event that succeeded. */
export interface LogEvent {
	event: EventKind;
	/** `serviceAccount:EMAIL_OR_UNIQUE_ID`; of delegation the client's id: `client:1234` (an account's unique id). */
	subject: string;
	/** The unique id of the account, where the log has it: tells accounts of one name that followed each other apart. */
	uniqueId?: string;
	/** Of a key: its id. */
	keyId?: string;
	/** Of delegation: the OAuth scopes. */
	scopes?: readonly string[];
	/** Who did it, member syntax; undefined: not logged. */
	by?: string;
	/** Through whom, as in `Usage`; without `by`. */
	via: readonly string[];
	/** Epoch milliseconds. */
	at: number;
	source: string;
}

/** How an account was become: by a method of `BECOMING`, in whatever spelling. Undefined: it acted itself. */
export function becomingOf(usage: Pick<Usage, 'method' | 'via'>): BecomingMethod | undefined {
	if (usage.via.length === 0) return undefined;
	const {method} = usage;
	const short = /^google\.iam\.(?:credentials|admin)\.v1\.(?:.*\.)?([^./]+)$/.exec(method)?.[1] ?? method;
	return BECOMING.find(name => name === short);
}

/**
 * The data of a `sa-audit/Usage` asset, as the contract has it: `first` and `last` RFC 3339.
 * @returns undefined if it does not say who was used and when
 */
export function parseUsage(data: Readonly<Record<string, unknown>>): Usage | undefined {
	const subject = text(data['subject']);
	const last = time(data['last']);
	if (subject === undefined || last === undefined) return undefined;
	const key = text(data['key']);
	return {
		subject,
		...(key !== undefined && {key}),
		via: texts(data['via']),
		method: text(data['method']) ?? '',
		network: text(data['network']) ?? '',
		userAgent: text(data['userAgent']) ?? '',
		count: count(data['count']) ?? 1,
		first: time(data['first']) ?? last,
		last,
		changes: count(data['changes']) ?? 0,
		untraced: count(data['untraced']) ?? 0,
		source: text(data['source']) ?? '',
	};
}

/** @returns undefined if it does not say what happened to whom and when */
export function parseLogEvent(data: Readonly<Record<string, unknown>>): LogEvent | undefined {
	const event = EVENTS.find(name => name === data['event']);
	const subject = text(data['subject']);
	const at = time(data['at']);
	if (event === undefined || subject === undefined || at === undefined) return undefined;
	const [uniqueId, keyId, by] = [text(data['uniqueId']), text(data['keyId']), text(data['by'])];
	return {
		event,
		subject,
		...(uniqueId !== undefined && {uniqueId}),
		...(keyId !== undefined && {keyId}),
		...(Array.isArray(data['scopes']) && {scopes: texts(data['scopes'])}),
		...(by !== undefined && {by}),
		via: texts(data['via']),
		at,
		source: text(data['source']) ?? '',
	};
}

/** As it is written into an asset. What is empty or zero by default is left out. */
export function usageData({key, changes, untraced, first, last, ...usage}: Usage): Record<string, unknown> {
	return {
		...usage,
		...(key !== undefined && {key}),
		...(changes > 0 && {changes}),
		...(untraced > 0 && {untraced}),
		first: new Date(first).toISOString(),
		last: new Date(last).toISOString(),
	};
}

/** As it is written into an asset. */
export function logEventData({at, ...event}: LogEvent): Record<string, unknown> {
	return {...event, at: new Date(at).toISOString()};
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.filter(element => typeof element === 'string' && element !== '') : [];
}

function time(value: unknown): number | undefined {
	const parsed = typeof value === 'string' ? Date.parse(value) : NaN;
	return Number.isNaN(parsed) ? undefined : parsed;
}

function count(value: unknown): number | undefined {
	const number = typeof value === 'string' ? Number(value) : value;
	return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
