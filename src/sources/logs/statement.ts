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
	/** `other`: no audit log; `timeless`; `plain`: seen, nothing of interest in it; `known`: with all fields. */
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

/** @param tables at least one */
export function logStatement(tables: readonly LogTable[], options: StatementOptions): string {
	const selects = tables.map(table => selectFrom(table, options.since));
	return [
		'WITH logs AS (',
		selects.join('\nUNION ALL\n'),
		'), timed AS (',
		'SELECT *,',
		`CASE WHEN stated IS NULL OR stated > received + 86400000 THEN received ELSE stated END AS at_ms,`,
		`REGEXP_CONTAINS(method, '${ABOUT_PATTERN}') AS is_about,`,
		`REGEXP_CONTAINS(method, '${EVENT_PATTERN}') AS is_event,`,
		'LOWER(agent) AS agent_name',
		'FROM logs',
		'), judged AS (',
		'SELECT *,',
		`CASE WHEN NOT is_audit THEN 'other' WHEN at_ms IS NULL THEN 'timeless' WHEN is_about`,
		`OR ENDS_WITH(email, '.gserviceaccount.com') OR (email = '' AND ENDS_WITH(subject, '.gserviceaccount.com'))`,
		`THEN 'known' ELSE 'plain' END AS category,`,
		`is_audit AND at_ms IS NOT NULL AND email = '' AND subject = '' AS anonymous,`,
		`FARM_FINGERPRINT(CONCAT(insert_id, ' ', CAST(at_ms AS STRING), ' ', log_name)) AS fingerprint`,
		'FROM timed',
		'), reduced AS (',
		`SELECT category, anonymous, fingerprint, insert_id, at_ms,`,
		`CASE WHEN category IN ('known', 'plain') THEN log_name ELSE '' END AS log_name,`,
		`CASE WHEN category IN ('known', 'plain') AND NOT REGEXP_CONTAINS(log_name, '/logs/') THEN project ELSE '' END AS project,`,
		...['service', 'method', 'email', 'subject', 'key_name'].map(name => `${ifKnown(name)} AS ${name},`),
		`${ifKnown("CASE WHEN delegation IN ('[]', 'null') THEN '' ELSE delegation END")} AS delegation,`,
		`${ifKnown(ADDRESS)} AS address,`,
		`${ifKnown(clientCase())} AS client,`,
		`category = 'known' AND code NOT IN ('', '0') AS failed,`,
		`category = 'known' AND (reason <> '' OR REGEXP_CONTAINS(agent_name, '${RUN_PATTERN}')) AS traced,`,
		...['email_label', 'id_label', 'resource_name'].map(name => `${ifAbout(name)} AS ${name},`),
		`${ifAbout(`COALESCE(JSON_VALUE(request, '$.name'), '')`)} AS request_name,`,
		`${ifAbout(`COALESCE(JSON_QUERY(request, '$.delegates'), '')`)} AS delegates,`,
		`${ifAbout(`COALESCE(JSON_QUERY(metadata, '$.identityDelegationChain'), '')`)} AS identity_chain,`,
		`${ifAbout(`COALESCE(JSON_VALUE(response, '$.name'), '')`)} AS response_name,`,
		`${ifAbout(`COALESCE(JSON_VALUE(response, '$.email'), '')`)} AS response_email,`,
		`${ifAbout(`COALESCE(JSON_VALUE(response, '$.unique_id'), '')`)} AS response_id,`,
		`${ifAbout(`COALESCE(JSON_VALUE(metadata, '$.mapped_principal'), '')`)} AS mapped,`,
		`${ifAbout(`COALESCE(JSON_QUERY(metadata, '$.event'), '')`)} AS admin_event,`,
		`CASE WHEN category = 'known' AND is_event THEN at_ms END AS event_at`,
		'FROM judged',
		')',
		`SELECT ${GROUPED.join(', ')},`,
		'COUNT(*) AS entries,',
		`COUNT(DISTINCT CASE WHEN insert_id <> '' THEN fingerprint END) + SUM(CASE WHEN insert_id = '' THEN 1 ELSE 0 END) AS distinct_entries,`,
		`COUNT(DISTINCT CASE WHEN at_ms > ${options.now} AND insert_id <> '' THEN fingerprint END) +`,
		`SUM(CASE WHEN at_ms > ${options.now} AND insert_id = '' THEN 1 ELSE 0 END) AS future,`,
		'MIN(at_ms) AS first_at, MAX(at_ms) AS last_at',
		'FROM reduced',
		`GROUP BY ${GROUPED.join(', ')}`,
	].join('\n');
}

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

function ifKnown(expression: string): string {
	return `CASE WHEN category = 'known' THEN ${expression} ELSE '' END`;
}

function ifAbout(expression: string): string {
	return `CASE WHEN category = 'known' AND is_about THEN ${expression} ELSE '' END`;
}
