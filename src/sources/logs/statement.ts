/**
 * The aggregation of audit logs as one SQL statement, in the common part of GoogleSQL and DuckDB's dialect: the text that
 * BigQuery gets is the text that the embedded engine runs, where macros stand in for functions that have other names
 * there (`embedded.ts`). It only brings entries together that agree in every field of `LogFields`; what they mean is
 * decided by `recordsOf`, as for the streaming engine.
 *
 * Columns are those that a sink's BigQuery tables have. BigQuery makes a column only once an entry had the field, so a
 * field that a table does not have is NULL.
 */
import type {About} from '../../evidence/log-entry.ts';
import {ABOUT_NAMES, ABOUT_PATTERN, EVENT_PATTERN} from '../../evidence/records.ts';

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
	/** Without the number of a call. */
	agent: string;
	failed: boolean;
	/** A reason was given. */
	reasoned: boolean;
	anonymous: boolean;
	/** Later than now. */
	is_future: boolean;
	/** See `aboutOf`; empty: of a method that is not about an account. */
	about: string;
	event_at: number | string | bigint | null;
	entries: number | string | bigint;
	distinct_entries: number | string | bigint;
	first_at: number | string | bigint | null;
	last_at: number | string | bigint | null;
}

/**
 * How duplicates are left out of a count; `embedded.ts` has a macro for it, since DuckDB would keep all fields of the group
 * with each identity.
 */
export const COUNT_DISTINCT = 'COUNT(DISTINCT identity)';

/**
 * Entries that agree in the fields as they were logged are brought together, by these fields themselves; what a field
 * means is worked out by whoever takes the rows (`rows.ts`), for those few.
 * @param tables at least one
 */
export function logStatement(tables: readonly LogTable[], options: StatementOptions): string {
	const selects = tables.map(table => selectFrom(table, options.since));
	return [
		'WITH logs AS (',
		selects.join('\nUNION ALL\n'),
		'), timed AS (',
		'SELECT *,',
		'CASE WHEN stated IS NULL OR stated > received + 86400000 THEN received ELSE stated END AS at_ms,',
		// The pattern is looked for in few.
		`CASE WHEN SUBSTR(method, -${ENDING}) IN (${ENDINGS}) THEN REGEXP_CONTAINS(method, '${ABOUT_PATTERN}') ELSE FALSE END AS is_about`,
		'FROM logs',
		'), judged AS (',
		'SELECT *,',
		"CASE WHEN is_audit IS NULL THEN 'empty' WHEN NOT is_audit THEN 'other' WHEN at_ms IS NULL THEN 'timeless'",
		"WHEN is_about OR ENDS_WITH(email, '.gserviceaccount.com')",
		"OR (email = '' AND ENDS_WITH(subject, '.gserviceaccount.com')) THEN 'known' ELSE 'plain' END AS category",
		'FROM timed',
		'), reduced AS (',
		'SELECT category, at_ms,',
		`CASE WHEN insert_id <> '' THEN CONCAT(insert_id, ' ', CAST(at_ms AS STRING)) END AS identity,`,
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
		`${ifAbout(`CONCAT(${ABOUT.map(measured).join(', ')})`, "''")} AS about,`,
		`${ifAbout(`CASE WHEN REGEXP_CONTAINS(method, '${EVENT_PATTERN}') THEN at_ms END`, 'CAST(NULL AS INT64)')} AS event_at`,
		'FROM judged',
		')',
		`SELECT ${RAW.join(', ')},`,
		'COUNT(*) AS entries,',
		`${COUNT_DISTINCT} + COUNT(*) - COUNT(identity) AS distinct_entries,`,
		'MIN(at_ms) AS first_at, MAX(at_ms) AS last_at',
		'FROM reduced',
		`GROUP BY ${RAW.join(', ')}`,
	].join('\n');
}

/** Fields of an entry that has meaning, as far as they are taken as they are. */
const RAW: readonly string[] = [
	'category',
	'anonymous',
	'is_future',
	'failed',
	'reasoned',
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
	'about',
	'event_at',
];

/** What entries that are about an account say of it, in the order of `about`; see `aboutOf`. */
const ABOUT: readonly (readonly [name: keyof About, expression: string])[] = [
	['emailLabel', 'email_label'],
	['idLabel', 'id_label'],
	['resourceName', 'resource_name'],
	['requestName', `COALESCE(JSON_VALUE(request, '$.name'), '')`],
	['delegates', `COALESCE(JSON_QUERY(request, '$.delegates'), '')`],
	['identityChain', `COALESCE(JSON_QUERY(metadata, '$.identityDelegationChain'), '')`],
	['responseName', `COALESCE(JSON_VALUE(response, '$.name'), '')`],
	['responseEmail', `COALESCE(JSON_VALUE(response, '$.email'), '')`],
	['responseId', `COALESCE(JSON_VALUE(response, '$.unique_id'), '')`],
	['mapped', `COALESCE(JSON_VALUE(metadata, '$.mapped_principal'), '')`],
	['adminEvent', `COALESCE(JSON_QUERY(metadata, '$.event'), '')`],
];

/** Callers choose what stands in these: with its length, so that one cannot run into the next. */
function measured([, expression]: readonly [string, string]): string {
	return `CAST(LENGTH(${expression}) AS STRING), ' ', ${expression}`;
}

/** Takes the text of the column `about` apart. @param text lengths count characters, not UTF-16 units */
export function aboutOf(text: string): About {
	// Few hold characters of two units.
	const characters = /[\ud800-\udfff]/.test(text) ? [...text] : undefined;
	const part = (from: number, to: number): string => characters?.slice(from, to).join('') ?? text.slice(from, to);
	let at = 0;
	const next = (): string => {
		const space = (characters ?? text).indexOf(' ', at);
		const length = Number(part(at, space));
		at = space + 1 + length;
		return part(space + 1, at);
	};
	return Object.fromEntries(ABOUT.map(([name]) => [name, next()])) as unknown as About;
}

/** gcloud numbers its calls; without that they are alike. As the streaming engine cuts it. */
const AGENT =
	`CASE WHEN STRPOS(agent, ' invocation-id/') > 0 ` +
	`THEN REGEXP_REPLACE(agent, ' invocation-id/[^ ]* ', ' ') ELSE agent END`;

/** An IPv4 address without its last number: its /24 is all that counts. */
const WITHOUT_DIGITS = `RTRIM(address, '0123456789')`;
const ADDRESS =
	`CASE WHEN STRPOS(address, ':') = 0 AND ENDS_WITH(${WITHOUT_DIGITS}, '.') ` +
	`AND LENGTH(address) - LENGTH(${WITHOUT_DIGITS}) BETWEEN 1 AND 3 THEN CONCAT(${WITHOUT_DIGITS}, '0') ELSE address END`;

/** Letters of an ending. */
const ENDING = 5;
/** All that methods that are about an account may end with. */
const ENDINGS = [...new Set(ABOUT_NAMES.map(name => `'${name.slice(-ENDING)}'`))].join(', ');

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

function ifKnown(expression: string): string {
	return `CASE WHEN category = 'known' THEN ${expression} ELSE '' END`;
}

function ifAbout(expression: string, otherwise: string): string {
	return `CASE WHEN category = 'known' AND is_about THEN ${expression} ELSE ${otherwise} END`;
}
