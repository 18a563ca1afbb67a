/**
 * The aggregation of audit logs as one SQL statement, in the common part of GoogleSQL and DuckDB's dialect: the text that
 * BigQuery gets is the text that the embedded engine runs, where macros stand in for functions that have other names
 * there (`embedded.ts`). It only brings entries together that agree in every field of `LogFields`; what they mean is
 * decided by `recordsOf`, as for the streaming engine.
 *
 * Columns are those that a sink's BigQuery tables have. BigQuery makes a column only once an entry had the field, so a
 * field that a table does not have is NULL.
 */
import {ABOUT_PATTERN, EVENT_PATTERN} from '../../evidence/records.ts';
import {CI_PATTERN, CI_SUFFIX, CLIENT_KINDS, RUN_PATTERN} from '../../evidence/user-agent.ts';

const PAYLOAD = 'protopayload_auditlog';
const WHO = `${PAYLOAD}.authenticationInfo`;
const CALL = `${PAYLOAD}.requestMetadata`;

/** What is taken from a table, and what it is called from then on. `times` are milliseconds, the rest is text. */
const COLUMNS = {
	log_name: 'logName',
	insert_id: 'insertId',
	stated: 'timestamp',
	received: 'receiveTimestamp',
	project: 'resource.labels.project_id',
	email_label: 'resource.labels.email_id',
	id_label: 'resource.labels.unique_id',
	service: `${PAYLOAD}.serviceName`,
	method: `${PAYLOAD}.methodName`,
	resource_name: `${PAYLOAD}.resourceName`,
	code: `${PAYLOAD}.status.code`,
	email: `${WHO}.principalEmail`,
	subject: `${WHO}.principalSubject`,
	key_name: `${WHO}.serviceAccountKeyName`,
	delegation: `${WHO}.serviceAccountDelegationInfo`,
	address: `${CALL}.callerIp`,
	agent: `${CALL}.callerSuppliedUserAgent`,
	reason: `${CALL}.requestAttributes.reason`,
	request: `${PAYLOAD}.requestJson`,
	response: `${PAYLOAD}.responseJson`,
	metadata: `${PAYLOAD}.metadataJson`,
} as const;
type Column = keyof typeof COLUMNS;
const TIMES: ReadonlySet<Column> = new Set<Column>(['stated', 'received']);

/** Every path that a table may have. */
export const TABLE_FIELDS: readonly string[] = Object.values(COLUMNS);

export interface LogTable {
	/** As it is written in FROM. */
	name: string;
	/** Paths such as `protopayload_auditlog.methodName` that the table has. */
	fields: ReadonlySet<string>;
	/** A condition that says which rows are entries of audit logs; none: all. */
	isAudit?: string;
	/** Rows that do not fulfil this are not read. */
	where?: string;
}

export interface StatementOptions {
	/** Epoch milliseconds; entries later than it are counted. */
	now: number;
	/** RFC 3339; only entries from then on. */
	since?: string;
}

/** One row: entries that agree in everything, how many, and when. Numbers may come as strings or big integers. */
export interface LogRow {
	/** `empty`: not even a name; `other`: no audit log; `timeless`; `plain`: seen, nothing of interest in it; `known`: with all fields. */
	category: string;
	log_name: string;
	project: string;
	service: string;
	method: string;
	email: string;
	subject: string;
	key_name: string;
	delegation: string;
	address: string;
	client: string;
	failed: boolean;
	traced: boolean;
	anonymous: boolean;
	email_label: string;
	id_label: string;
	resource_name: string;
	request_name: string;
	delegates: string;
	identity_chain: string;
	response_name: string;
	response_email: string;
	response_id: string;
	mapped: string;
	admin_event: string;
	event_at: number | string | bigint | null;
	entries: number | string | bigint;
	distinct_entries: number | string | bigint;
	future: number | string | bigint;
	first_at: number | string | bigint | null;
	last_at: number | string | bigint | null;
}

/**
 * Two stages: entries that agree in the fields as they were logged are brought together first, under one number that
 * stands for all those fields (narrow, so that counting what is distinct is cheap); what a field means is worked out for
 * those few.
 * @param tables at least one
 */
export function logStatement(tables: readonly LogTable[], options: StatementOptions): string {
	const selects = tables.map(table => selectFrom(table, options.since));
	return [
		'WITH logs AS (',
		selects.join('\nUNION ALL\n'),
		'), timed AS (',
		'SELECT *,',
		`CASE WHEN stated IS NULL OR stated > received + 86400000 THEN received ELSE stated END AS at_ms,`,
		`REGEXP_CONTAINS(method, '${ABOUT_PATTERN}') AS is_about`,
		'FROM logs',
		'), judged AS (',
		'SELECT *,',
		`CASE WHEN is_audit IS NULL THEN 'empty' WHEN NOT is_audit THEN 'other' WHEN at_ms IS NULL THEN 'timeless'`,
		`WHEN is_about OR ENDS_WITH(email, '.gserviceaccount.com')`,
		`OR (email = '' AND ENDS_WITH(subject, '.gserviceaccount.com')) THEN 'known' ELSE 'plain' END AS category`,
		'FROM timed',
		'), reduced AS (',
		'SELECT category, insert_id, at_ms,',
		`category IN ('known', 'plain') AND email = '' AND subject = '' AS anonymous,`,
		`category IN ('known', 'plain') AND at_ms > ${options.now} AS is_future,`,
		`CASE WHEN category IN ('known', 'plain') THEN log_name ELSE '' END AS log_name,`,
		`CASE WHEN category IN ('known', 'plain') AND STRPOS(log_name, '/logs/') = 0 THEN project ELSE '' END AS project,`,
		...['service', 'method', 'email', 'subject', 'key_name'].map(name => `${ifKnown(name)} AS ${name},`),
		`${ifKnown("CASE WHEN delegation IN ('[]', 'null') THEN '' ELSE delegation END")} AS delegation,`,
		`${ifKnown(ADDRESS)} AS address,`,
		`${ifKnown(AGENT)} AS agent,`,
		`category = 'known' AND code NOT IN ('', '0') AS failed,`,
		`category = 'known' AND reason <> '' AS reasoned,`,
		...['email_label', 'id_label', 'resource_name'].map(name => `${ifAbout(name)} AS ${name},`),
		`${ifAbout(`COALESCE(JSON_VALUE(request, '$.name'), '')`)} AS request_name,`,
		`${ifAbout(`COALESCE(JSON_QUERY(request, '$.delegates'), '')`)} AS delegates,`,
		`${ifAbout(`COALESCE(JSON_QUERY(metadata, '$.identityDelegationChain'), '')`)} AS identity_chain,`,
		`${ifAbout(`COALESCE(JSON_VALUE(response, '$.name'), '')`)} AS response_name,`,
		`${ifAbout(`COALESCE(JSON_VALUE(response, '$.email'), '')`)} AS response_email,`,
		`${ifAbout(`COALESCE(JSON_VALUE(response, '$.unique_id'), '')`)} AS response_id,`,
		`${ifAbout(`COALESCE(JSON_VALUE(metadata, '$.mapped_principal'), '')`)} AS mapped,`,
		`${ifAbout(`COALESCE(JSON_QUERY(metadata, '$.event'), '')`)} AS admin_event,`,
		`CASE WHEN category = 'known' AND is_about THEN REGEXP_CONTAINS(method, '${EVENT_PATTERN}') ELSE FALSE END AS is_event,`,
		`category = 'known' AND is_about AS has_about`,
		'FROM judged',
		'), dated AS (',
		'SELECT *, CASE WHEN is_event THEN at_ms END AS event_at FROM reduced',
		'), numbered AS (',
		'SELECT *,',
		`FARM_FINGERPRINT(CONCAT(${FINGERPRINTED.join(`, ' ', `)})) AS combination,`,
		`CASE WHEN insert_id <> '' THEN FARM_FINGERPRINT(CONCAT(insert_id, ' ', CAST(at_ms AS STRING))) END AS identity`,
		'FROM dated',
		'), combined AS (',
		`SELECT ${RAW.map(name => `ANY_VALUE(${name}) AS ${name}`).join(', ')},`,
		'COUNT(*) AS entries,',
		`COUNT(DISTINCT identity) + SUM(CASE WHEN identity IS NULL THEN 1 ELSE 0 END) AS distinct_entries,`,
		'MIN(at_ms) AS first_at, MAX(at_ms) AS last_at',
		'FROM numbered',
		'GROUP BY combination',
		'), named AS (',
		'SELECT *, LOWER(agent) AS agent_name FROM combined',
		'), meant AS (',
		`SELECT *, ${clientCase()} AS client,`,
		`reasoned OR REGEXP_CONTAINS(agent_name, '${RUN_PATTERN}') AS traced`,
		'FROM named',
		')',
		`SELECT ${GROUPED.join(', ')},`,
		'SUM(entries) AS entries, SUM(distinct_entries) AS distinct_entries,',
		'SUM(CASE WHEN is_future THEN distinct_entries ELSE 0 END) AS future,',
		'MIN(first_at) AS first_at, MAX(last_at) AS last_at',
		'FROM meant',
		`GROUP BY ${GROUPED.join(', ')}`,
	].join('\n');
}

/** Fields of an entry that has meaning, all of them text. */
const TEXTS = [
	'log_name',
	'project',
	'service',
	'method',
	'email',
	'subject',
	'key_name',
	'delegation',
	'address',
	'agent',
] as const;
/** Those of entries that are about an account besides; few are. */
const ABOUT_TEXTS = [
	'email_label',
	'id_label',
	'resource_name',
	'request_name',
	'delegates',
	'identity_chain',
	'response_name',
	'response_email',
	'response_id',
	'mapped',
	'admin_event',
] as const;
const FLAGS = ['anonymous', 'is_future', 'failed', 'reasoned'] as const;
const RAW: readonly string[] = ['category', ...FLAGS, ...TEXTS, ...ABOUT_TEXTS, 'event_at'];
/** Callers choose what stands in these: with its length, or they could make one entry look like another. */
const measured = (name: string): string => `CAST(LENGTH(${name}) AS STRING), ' ', ${name}`;
const FINGERPRINTED: readonly string[] = [
	'category',
	`CASE ${flagCases()} END`,
	...TEXTS.map(name => (name === 'address' || name === 'agent' ? measured(name) : name)),
	`CASE WHEN has_about THEN CONCAT(COALESCE(CAST(event_at AS STRING), ''), ' ', ${ABOUT_TEXTS.map(measured).join(`, ' ', `)}) ELSE '' END`,
];

const GROUPED: readonly (keyof LogRow)[] = [
	'category',
	'anonymous',
	'log_name',
	'project',
	'service',
	'method',
	'email',
	'subject',
	'key_name',
	'delegation',
	'address',
	'client',
	'failed',
	'traced',
	'email_label',
	'id_label',
	'resource_name',
	'request_name',
	'delegates',
	'identity_chain',
	'response_name',
	'response_email',
	'response_id',
	'mapped',
	'admin_event',
	'event_at',
];

/** gcloud numbers its calls; without that they are alike. As the streaming engine cuts it. */
const AGENT =
	`CASE WHEN STRPOS(agent, ' invocation-id/') > 0 ` +
	`THEN REGEXP_REPLACE(agent, ' invocation-id/[^ ]* ', ' ') ELSE agent END`;

/** An IPv4 address without its last number: its /24 is all that counts. */
const ADDRESS =
	`CASE WHEN REGEXP_CONTAINS(address, '^[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}$') ` +
	`THEN CONCAT(SUBSTR(address, 1, LENGTH(address) - STRPOS(REVERSE(address), '.')), '.0') ELSE address END`;

function selectFrom({name, fields, isAudit, where}: LogTable, since: string | undefined): string {
	const conditions = [since === undefined ? undefined : `timestamp >= TIMESTAMP '${since}'`, where].filter(Boolean);
	const columns = (Object.entries(COLUMNS) as [Column, string][]).map(([column, path]) => {
		if (TIMES.has(column)) return `${fields.has(path) ? `UNIX_MILLIS(${path})` : 'CAST(NULL AS INT64)'} AS ${column}`;
		if (!fields.has(path)) return `'' AS ${column}`;
		if (column === 'delegation') return `COALESCE(TO_JSON_STRING(${path}), '') AS ${column}`;
		return `COALESCE(CAST(${path} AS STRING), '') AS ${column}`;
	});
	return [
		`SELECT ${columns.join(', ')}, ${isAudit ?? 'TRUE'} AS is_audit`,
		`FROM ${name}`,
		...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : []),
	].join('\n');
}

function clientCase(): string {
	const kinds = CLIENT_KINDS.map(([kind, pattern]) => `WHEN REGEXP_CONTAINS(agent_name, '${pattern}') THEN '${kind}'`);
	const kind = `CASE ${kinds.join(' ')} ELSE 'other' END`;
	const suffix = `CASE WHEN REGEXP_CONTAINS(agent_name, '${CI_PATTERN}') THEN '${CI_SUFFIX}' ELSE '' END`;
	return `CASE WHEN agent_name = '' THEN '' ELSE CONCAT(${kind}, ${suffix}) END`;
}

/** One letter for each combination of the flags. */
function flagCases(): string {
	const all = Array.from({length: 2 ** FLAGS.length}, (_, number) => {
		const conditions = FLAGS.map((flag, bit) => ((number >> bit) & 1 ? flag : `NOT ${flag}`));
		return `WHEN ${conditions.join(' AND ')} THEN '${String.fromCharCode(97 + number)}'`;
	});
	return all.join(' ');
}

function ifKnown(expression: string): string {
	return `CASE WHEN category = 'known' THEN ${expression} ELSE '' END`;
}

function ifAbout(expression: string): string {
	return `CASE WHEN category = 'known' AND is_about THEN ${expression} ELSE '' END`;
}
