/**
 * The embedded engine (DuckDB): the same aggregation for tens of gigabytes, on all processors, and for Parquet. Loaded
 * only when it is used.
 */
import type {DuckDBConnection} from '@duckdb/node-api';
import type {LogBook} from '../../evidence/log-book.ts';
import {UsageError} from '../../errors.ts';
import type {Problem} from '../asset.ts';
import {takeRow} from './rows.ts';
import {type LogRow, logStatement, TABLE_FIELDS} from './statement.ts';

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
	'FARM_FINGERPRINT(s) AS hash(s)',
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
 * @throws UsageError the engine is missing, or what a file holds is not what its name says
 */
export async function readEmbedded(book: LogBook, files: EmbeddedFiles, options: EmbeddedOptions): Promise<void> {
	const {connection, close} = await connectEmbedded();
	try {
		await connection.run(`CREATE VIEW files AS ${filesView(files, options.maxLineBytes)}`);
		await connection.run(`CREATE VIEW audit_logs AS ${entriesView()}`);
		const table = {name: 'audit_logs', fields: new Set(TABLE_FIELDS), isAudit: 'is_audit_log'};
		await eachRow(connection, logStatement([table], options), row => takeRow(book, row));
		if (files.lines.length === 0) return;
		const broken =
			'SELECT filename, COUNT(*) AS lines FROM files WHERE json IS NULL GROUP BY filename ORDER BY filename';
		for (const {filename, lines} of (await connection.runAndReadAll(broken)).getRowObjectsJson()) {
			const message = `${String(lines)} lines are not valid JSON (--log-engine=stream says which)`;
			options.problem({file: String(filename), message, kind: 'broken'});
		}
	} catch (error) {
		throw new UsageError(
			`The embedded engine cannot read the logs: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
			'Read them with --log-engine=stream, which says what is wrong where.',
			{cause: error},
		);
	} finally {
		close();
	}
}

/** Row by row: an answer of a million rows is never held. */
export async function eachRow(
	connection: DuckDBConnection,
	statement: string,
	take: (row: LogRow) => void,
): Promise<void> {
	const answer = await connection.stream(statement);
	const names = answer.columnNames();
	for (;;) {
		const chunk = await answer.fetchChunk();
		if (!chunk || chunk.rowCount === 0) return;
		for (const values of chunk.getRows()) {
			take(Object.fromEntries(values.map((value, index) => [names[index]!, value])) as unknown as LogRow);
		}
	}
}

/** One JSON value a row, NULL for what is none. */
function filesView({lines, parquet}: EmbeddedFiles, maxLineBytes: number): string {
	const views: string[] = [];
	if (lines.length > 0) {
		const list = lines.map(literal).join(', ');
		views.push(
			`SELECT filename, json FROM read_ndjson_objects([${list}], ignore_errors = true, filename = true, ` +
				`maximum_object_size = ${maxLineBytes})`,
		);
	}
	if (parquet.length > 0) {
		const list = parquet.map(literal).join(', ');
		views.push(`SELECT '' AS filename, to_json(t) AS json FROM read_parquet([${list}], union_by_name = true) t`);
	}
	return views.join(' UNION ALL ');
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
/** What is taken of an entry, in all forms of export at once. */
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
	protopayload_auditlog: {...PLAIN, ...JSON_BODIES},
	proto_payload: {audit_log: SNAKE},
};

/** Entries in the columns of a sink's BigQuery table. */
function entriesView(): string {
	const [plain, exported, snake] = ['e.protoPayload', 'e.protopayload_auditlog', 'e.proto_payload.audit_log'];
	const either = (camel: string, snaked: string, name = camel.split('.').at(-1)!): string =>
		`"${name}" := COALESCE(${plain}.${camel}, ${exported}.${camel}, ${snake}.${snaked})`;
	const body = (name: string): string =>
		`"${name}Json" := COALESCE(${plain}.${name}, ${exported}.${name}Json, ${snake}.${name})`;
	const time = (...names: string[]): string => `TRY_CAST(COALESCE(${names.join(', ')}) AS TIMESTAMPTZ)`;
	const isOwnType = `${plain}."@type" = 'type.googleapis.com/google.cloud.audit.AuditLog'`;
	const isNamed = `${plain}."@type" IS NULL AND COALESCE(e.logName, e.log_name, '') ILIKE '%/logs/cloudaudit.googleapis.com%'`;
	return [
		'SELECT COALESCE(e.insertId, e.insert_id) AS "insertId", COALESCE(e.logName, e.log_name) AS "logName",',
		`${time('e.timestamp')} AS "timestamp", ${time('e.receiveTimestamp', 'e.receive_timestamp')} AS "receiveTimestamp",`,
		'e.resource AS resource,',
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
		`CASE WHEN ${plain} IS NOT NULL THEN COALESCE(${isOwnType} OR (${isNamed}), FALSE)`,
		`ELSE ${exported} IS NOT NULL OR ${snake} IS NOT NULL END AS is_audit_log`,
		`FROM (SELECT from_json(json, ${literal(JSON.stringify(STRUCTURE))}) AS e FROM files WHERE json IS NOT NULL)`,
	].join('\n');
}

function literal(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
