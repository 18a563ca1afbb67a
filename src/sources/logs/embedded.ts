/**
 * The embedded engine (DuckDB): the same aggregation for tens of gigabytes, on all processors, and for Parquet. Loaded
 * only when it is used.
 */
import type {DuckDBConnection} from '@duckdb/node-api';
import type {LogBook} from '../../evidence/log-book.ts';
import {UnreadableError, UsageError} from '../../errors.ts';
import type {Problem} from '../asset.ts';
import {RowReader} from './rows.ts';
import {
	COUNT_DISTINCT,
	type LogRow,
	logStatement,
	type LogTable,
	type StatementOptions,
	TABLE_FIELDS,
} from './statement.ts';

export interface EmbeddedFiles {
	/** NDJSON, gzipped or not. */
	lines: readonly string[];
	parquet: readonly string[];
}

export interface EmbeddedOptions {
	/** Epoch milliseconds. */
	now: number;
	maxLineBytes: number;
	problem: (problem: Problem) => void;
}

/** GoogleSQL's functions by DuckDB's. */
export const MACROS: readonly string[] = [
	'UNIX_MILLIS(t) AS epoch_ms(t)',
	'REGEXP_CONTAINS(s, p) AS regexp_matches(s, p)',
	'TO_JSON_STRING(x) AS CAST(to_json(x) AS VARCHAR)',
	'JSON_VALUE(j, p) AS CASE WHEN json_valid(j) THEN json_extract_string(j, p) END',
	'JSON_QUERY(j, p) AS CASE WHEN json_valid(j) THEN CAST(json_extract(j, p) AS VARCHAR) END',
	// Not hash(): texts that differ in little collide there (1.5.6: three pairs among 25,000 combinations).
	'DISTINCT_COUNT(s) AS CAST(list_unique(list(md5_number(s))) AS BIGINT)',
];

/** Connects to an engine in memory that knows GoogleSQL's functions. @throws UsageError it is not installed */
export async function connectEmbedded(): Promise<{connection: DuckDBConnection; close: () => void}> {
	const {DuckDBInstance} = await import('@duckdb/node-api').catch((error: unknown) => {
		throw new UsageError(
			'The embedded engine (@duckdb/node-api) is not there for this system.',
			'Install it with npm install @duckdb/node-api, or read the logs with --log-engine=stream.',
			{cause: error},
		);
	});
	const instance = await DuckDBInstance.create(':memory:', {autoinstall_known_extensions: 'false'});
	const connection = await instance.connect();
	await connection.run("SET TimeZone = 'UTC'");
	for (const macro of MACROS) await connection.run(`CREATE MACRO ${macro}`);
	return {
		connection,
		close: () => {
			connection.closeSync();
			instance.closeSync();
		},
	};
}

/**
 * Reads all files in one statement.
 * @throws UsageError the engine is missing, or a file cannot be read or is not what it begins like
 * @throws UnreadableError it ran out of memory or disk
 */
export async function readEmbedded(book: LogBook, files: EmbeddedFiles, options: EmbeddedOptions): Promise<void> {
	const {connection, close} = await connectEmbedded();
	try {
		await connection.run(`CREATE VIEW audit_logs AS ${entriesView(files, options.maxLineBytes)}`);
		const table = {name: 'audit_logs', fields: new Set(TABLE_FIELDS), isAudit: 'is_audit_log'};
		const rows = new RowReader(book);
		let empty = 0;
		await eachRow(connection, embeddedStatement([table], options), row => {
			if (row.category === 'empty') empty += Number(row.entries);
			else rows.take(row);
		});
		// Nothing that is looked at is in them: lines that are no JSON, or entries of something else.
		if (empty > 0) book.counts.others += empty - (await tellBroken(connection, files.lines, options));
	} catch (error) {
		throw explained(error);
	} finally {
		close();
	}
}

/** By who must act: what the engine says begins with its kind. All but the first two are mistakes of ours. */
function explained(error: unknown): Error {
	const said = error instanceof Error ? error.message.split('\n')[0]! : String(error);
	if (/^(?:IO|Invalid Input) Error:/.test(said)) {
		return new UsageError(
			`The embedded engine cannot read the logs: ${said}`,
			'Leave out the file that it names; of NDJSON, --log-engine=stream says what is wrong where.',
			{cause: error},
		);
	}
	if (said.startsWith('Out of Memory Error:')) {
		return new UnreadableError(
			`The embedded engine has not enough memory for the logs: ${said}`,
			'Read them with --log-engine=stream, whose memory does not grow with them, or fewer files at a time.',
			{cause: error},
		);
	}
	return new Error('the statement over the logs failed (--log-engine=stream does without it)', {cause: error});
}

/** The statement with the macro that counts what is distinct. */
export function embeddedStatement(tables: readonly LogTable[], options: StatementOptions): string {
	return logStatement(tables, options).replace(COUNT_DISTINCT, 'DISTINCT_COUNT(identity)');
}

/**
 * Row by row: an answer of a million rows is never held. One text for each row: fetching its thirty values one by one
 * costs ten times as much as parsing them.
 */
export async function eachRow(
	connection: DuckDBConnection,
	statement: string,
	take: (row: LogRow) => void,
): Promise<void> {
	const answer = await connection.stream(`SELECT CAST(to_json(t) AS VARCHAR) FROM (${statement}) t`);
	for (;;) {
		const chunk = await answer.fetchChunk();
		if (!chunk || chunk.rowCount === 0) return;
		for (const row of chunk.getColumnValues(0)) take(JSON.parse(String(row)) as LogRow);
	}
}

/** @returns how many lines are not JSON */
async function tellBroken(
	connection: DuckDBConnection,
	lines: readonly string[],
	{maxLineBytes, problem}: EmbeddedOptions,
): Promise<number> {
	if (lines.length === 0) return 0;
	const answer = await connection.runAndReadAll(
		`SELECT filename, COUNT(*) AS broken FROM read_ndjson_objects(${fileList(lines)}, ignore_errors = true, ` +
			`filename = true, maximum_object_size = ${maxLineBytes}) WHERE json IS NULL GROUP BY filename ORDER BY filename`,
	);
	let all = 0;
	for (const {filename, broken} of answer.getRowObjectsJson()) {
		const message = `${String(broken)} lines are not valid JSON (--log-engine=stream says which)`;
		problem({file: String(filename), message, kind: 'broken'});
		all += Number(broken);
	}
	return all;
}

const BODIES = {request: 'VARCHAR', response: 'VARCHAR', metadata: 'VARCHAR'};
const JSON_BODIES = {requestJson: 'VARCHAR', responseJson: 'VARCHAR', metadataJson: 'VARCHAR'};
const PLAIN = {
	'@type': 'VARCHAR',
	serviceName: 'VARCHAR',
	methodName: 'VARCHAR',
	resourceName: 'VARCHAR',
	status: {code: 'VARCHAR'},
	authenticationInfo: {
		principalEmail: 'VARCHAR',
		principalSubject: 'VARCHAR',
		serviceAccountKeyName: 'VARCHAR',
		serviceAccountDelegationInfo: 'JSON',
	},
	requestMetadata: {
		callerIp: 'VARCHAR',
		callerSuppliedUserAgent: 'VARCHAR',
		requestAttributes: {reason: 'VARCHAR'},
	},
};
const SNAKE = {
	service_name: 'VARCHAR',
	method_name: 'VARCHAR',
	resource_name: 'VARCHAR',
	status: {code: 'VARCHAR'},
	authentication_info: {
		principal_email: 'VARCHAR',
		principal_subject: 'VARCHAR',
		service_account_key_name: 'VARCHAR',
		service_account_delegation_info: 'JSON',
	},
	request_metadata: {
		caller_ip: 'VARCHAR',
		caller_supplied_user_agent: 'VARCHAR',
		request_attributes: {reason: 'VARCHAR'},
	},
	...BODIES,
};
/** What is taken of an entry; forms of export other than `LogEntry` are taken apart only where they are there. */
const STRUCTURE = {
	insertId: 'VARCHAR',
	insert_id: 'VARCHAR',
	logName: 'VARCHAR',
	log_name: 'VARCHAR',
	timestamp: 'VARCHAR',
	receiveTimestamp: 'VARCHAR',
	receive_timestamp: 'VARCHAR',
	resource: {labels: {project_id: 'VARCHAR', email_id: 'VARCHAR', unique_id: 'VARCHAR'}},
	protoPayload: {...PLAIN, ...BODIES},
	protopayload_auditlog: 'JSON',
	proto_payload: 'JSON',
};

/** Entries in the columns of a sink's BigQuery table; lines are parsed once, into columns at once. */
export function entriesView({lines, parquet}: EmbeddedFiles, maxLineBytes: number): string {
	const sources: string[] = [];
	if (lines.length > 0) {
		const columns = Object.entries(STRUCTURE).map(([name, type]) => `${literal(name)}: ${literal(typeOf(type))}`);
		sources.push(
			`SELECT * FROM read_json(${fileList(lines)}, format = 'newline_delimited', ignore_errors = true, ` +
				`maximum_object_size = ${maxLineBytes}, columns = {${columns.join(', ')}})`,
		);
	}
	if (parquet.length > 0) {
		sources.push(
			`SELECT unnest(from_json(to_json(t), ${literal(JSON.stringify(STRUCTURE))})) ` +
				`FROM read_parquet(${fileList(parquet)}, union_by_name = true) t`,
		);
	}
	const either = (camel: string, snaked: string, name = camel.split('.').at(-1)!): string =>
		`"${name}" := COALESCE(p.${camel}, x.${camel}, s.${snaked})`;
	const body = (name: string): string => `"${name}Json" := COALESCE(p.${name}, x.${name}Json, s.${name})`;
	const time = (...names: string[]): string => `TRY_CAST(COALESCE(${names.join(', ')}) AS TIMESTAMPTZ)`;
	const isOwnType = `p."@type" = 'type.googleapis.com/google.cloud.audit.AuditLog'`;
	const isNamed = `p."@type" IS NULL AND COALESCE(logName, log_name, '') ILIKE '%/logs/cloudaudit.googleapis.com%'`;
	const isEmpty = Object.keys(STRUCTURE)
		.map(name => `${name} IS NULL`)
		.join(' AND ');
	return [
		'SELECT COALESCE(insertId, insert_id) AS "insertId", COALESCE(logName, log_name) AS "logName",',
		`${time('timestamp')} AS "timestamp", ${time('receiveTimestamp', 'receive_timestamp')} AS "receiveTimestamp",`,
		'resource,',
		'struct_pack(',
		[
			either('serviceName', 'service_name'),
			either('methodName', 'method_name'),
			either('resourceName', 'resource_name'),
			`status := struct_pack(${either('status.code', 'status.code')})`,
			`"authenticationInfo" := struct_pack(${[
				either('authenticationInfo.principalEmail', 'authentication_info.principal_email'),
				either('authenticationInfo.principalSubject', 'authentication_info.principal_subject'),
				either('authenticationInfo.serviceAccountKeyName', 'authentication_info.service_account_key_name'),
				either(
					'authenticationInfo.serviceAccountDelegationInfo',
					'authentication_info.service_account_delegation_info',
				),
			].join(', ')})`,
			`"requestMetadata" := struct_pack(${[
				either('requestMetadata.callerIp', 'request_metadata.caller_ip'),
				either('requestMetadata.callerSuppliedUserAgent', 'request_metadata.caller_supplied_user_agent'),
				`"requestAttributes" := struct_pack(${either('requestMetadata.requestAttributes.reason', 'request_metadata.request_attributes.reason')})`,
			].join(', ')})`,
			body('request'),
			body('response'),
			body('metadata'),
		].join(',\n'),
		') AS protopayload_auditlog,',
		`CASE WHEN p IS NOT NULL THEN COALESCE(${isOwnType} OR (${isNamed}), FALSE)`,
		`WHEN x IS NOT NULL OR s IS NOT NULL THEN TRUE WHEN ${isEmpty} THEN NULL ELSE FALSE END AS is_audit_log`,
		'FROM (SELECT *, protoPayload AS p,',
		`from_json(protopayload_auditlog, ${literal(JSON.stringify({...PLAIN, ...JSON_BODIES}))}) AS x,`,
		`from_json(proto_payload, ${literal(JSON.stringify({audit_log: SNAKE}))}).audit_log AS s`,
		`FROM (${sources.join(' UNION ALL BY NAME ')}))`,
	].join('\n');
}

type Shape = string | {readonly [name: string]: Shape};

/** A type as DuckDB writes it. */
function typeOf(shape: Shape): string {
	if (typeof shape === 'string') return shape;
	return `STRUCT(${Object.entries(shape)
		.map(([name, inner]) => `"${name}" ${typeOf(inner)}`)
		.join(', ')})`;
}

function fileList(files: readonly string[]): string {
	return `[${files.map(literal).join(', ')}]`;
}

function literal(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
