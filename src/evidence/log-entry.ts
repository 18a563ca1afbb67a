/**
 * What is looked at in one audit log entry, whichever form it was exported in: `LogEntry` JSON (sinks to Cloud Storage,
 * `gcloud logging read`, entries.list), rows of a sink's BigQuery tables (`protopayload_auditlog`), and rows of Log
 * Analytics (`proto_payload.audit_log`, snake case). Nothing else of an entry is kept, bodies least of all.
 * Facts: LogEntry and AuditLog, and what BigQuery makes of them [seen].
 */

type Json = Readonly<Record<string, unknown>>;

/**
 * The fields by which entries are told apart; empty is absent. Entries that agree in all of them are the same use, so
 * the SQL engines group by exactly these and hand over numbers.
 */
export interface LogFields {
	/** `activity`, `data_access`, `system_event`, `policy`; empty: the entry has no log name. */
	log: string;
	service: string;
	method: string;
	email: string;
	principalSubject: string;
	keyName: string;
	/** `serviceAccountDelegationInfo` as JSON. */
	delegation: string;
	/** Where the call came from, as in `Usage`. */
	network: string;
	/** A kind of client. */
	client: string;
	/** The call was refused or failed. */
	failed: boolean;
	/** A reason was given, or the agent names a run. */
	traced: boolean;
	/** Only of methods that are about an account (`isAbout`): equal use stays equal otherwise. */
	about?: About;
}

/** What such an entry says of its account; empty is absent. */
export interface About {
	/** Labels of the resource. */
	emailLabel: string;
	idLabel: string;
	resourceName: string;
	requestName: string;
	/** JSON. */
	delegates: string;
	identityChain: string;
	responseName: string;
	responseEmail: string;
	responseId: string;
	/** `metadata.mapped_principal` of an exchange. */
	mapped: string;
	/** `metadata.event` of Workspace, JSON. */
	adminEvent: string;
}

const NONE: Json = {};
const AUDIT_LOG = /\/logs\/cloudaudit\.googleapis\.com(?:%2F|\/)?(\w*)$/i;
const CONTAINER = /^(?:projects|folders|organizations|billingAccounts)\/[^/]+/;
const AUDIT_TYPE = 'type.googleapis.com/google.cloud.audit.AuditLog';

/** The payload of an audit log entry in camel case; undefined: the entry is something else. */
export function auditPayload(entry: Json): Json | undefined {
	const plain = entry['protoPayload'];
	if (isJson(plain)) {
		const type = plain['@type'];
		return type === AUDIT_TYPE || (type === undefined && AUDIT_LOG.test(logName(entry))) ? plain : undefined;
	}
	const exported = entry['protopayload_auditlog'];
	if (isJson(exported)) return exported;
	const analytics = entry['proto_payload'];
	const inner = isJson(analytics) ? analytics['audit_log'] : undefined;
	return isJson(inner) ? camelPayload(inner) : undefined;
}

/** Epoch milliseconds; NaN if there is none. A clock that ran a day ahead of Google's is not believed. */
export function entryTime(entry: Json): number {
	const timestamp = entry['timestamp'];
	const receive = entry['receiveTimestamp'] ?? entry['receive_timestamp'];
	const stated = timeOf(timestamp);
	if (isSameDay(timestamp, receive) && !Number.isNaN(stated)) return stated;
	const received = timeOf(receive);
	return Number.isNaN(stated) || stated > received + DAY ? received : stated;
}

/** Without parsing both: nearly every entry is received on the day it was written. */
function isSameDay(a: unknown, b: unknown): boolean {
	if (typeof a !== 'string' || typeof b !== 'string') return false;
	for (let index = 0; index < 10; index++) if (a.charCodeAt(index) !== b.charCodeAt(index)) return false;
	return true;
}

export const DAY = 86_400_000;

export function insertIdOf(entry: Json): string {
	return text(entry['insertId'] ?? entry['insert_id']);
}

export function logName(entry: Json): string {
	return text(entry['logName'] ?? entry['log_name']);
}

/**
 * `projects/p` and `data_access` of `projects/p/logs/cloudaudit.googleapis.com%2Fdata_access`; empty is unknown.
 * @param project label of the resource, for names that do not say whose log it is
 */
export function placeOf(name: string, project: string): {scope: string; log: string} {
	const log = AUDIT_LOG.exec(name)?.[1] ?? '';
	const scope = CONTAINER.exec(name)?.[0];
	if (scope !== undefined) return {scope, log};
	return {scope: project === '' ? '' : `projects/${project}`, log};
}

/** Whether a log's name says whose it is. */
export function isNamed(name: string): boolean {
	return CONTAINER.test(name);
}

/** The labels of the resource: an object, or (Log Analytics) JSON in a string. */
export function labelsOf(entry: Json): Json {
	const resource = entry['resource'];
	return isJson(resource) ? jsonOf(resource['labels']) : NONE;
}

export function isFailed(payload: Json): boolean {
	const status = payload['status'];
	const code = isJson(status) ? status['code'] : undefined;
	return code !== undefined && code !== null && Number(code) !== 0;
}

export function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

export function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or one as JSON in a string; anything else is empty. */
export function jsonOf(value: unknown): Json {
	if (isJson(value)) return value;
	if (typeof value !== 'string' || !value.startsWith('{')) return NONE;
	try {
		const parsed: unknown = JSON.parse(value);
		return isJson(parsed) ? parsed : NONE;
	} catch (error) {
		// A body that Logging cut off: as if it were not there.
		if (error instanceof SyntaxError) return NONE;
		throw error;
	}
}

/** RFC 3339, or as BigQuery prints it (`2026-01-31 09:00:00.123456 UTC`), or its REST answer's seconds. */
function timeOf(value: unknown): number {
	if (typeof value !== 'string') return typeof value === 'number' ? Math.floor(value * 1000) : NaN;
	const parsed = Date.parse(value);
	if (!Number.isNaN(parsed) && value.includes('T')) return parsed;
	return Date.parse(value.replace(' ', 'T').replace(/ ?UTC$/, 'Z'));
}

/** The few keys that are looked at, from snake to camel case. */
function camelPayload(inner: Json): Json {
	const authentication = jsonOf(inner['authentication_info']);
	const metadata = jsonOf(inner['request_metadata']);
	return {
		serviceName: inner['service_name'],
		methodName: inner['method_name'],
		resourceName: inner['resource_name'],
		status: inner['status'],
		request: inner['request'],
		response: inner['response'],
		metadata: inner['metadata'],
		authenticationInfo: {
			principalEmail: authentication['principal_email'],
			principalSubject: authentication['principal_subject'],
			serviceAccountKeyName: authentication['service_account_key_name'],
			serviceAccountDelegationInfo: authentication['service_account_delegation_info'],
		},
		requestMetadata: {
			callerIp: metadata['caller_ip'],
			callerSuppliedUserAgent: metadata['caller_supplied_user_agent'],
			requestAttributes: metadata['request_attributes'],
		},
	};
}
