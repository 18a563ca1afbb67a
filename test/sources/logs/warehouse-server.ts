/**
 * A stand-in for BigQuery on loopback, spoken to by its real client. It runs the very text that it is sent, in DuckDB with
 * macros for GoogleSQL's function names, over tables that have the columns a sink's tables have.
 */
import {once} from 'node:events';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import type {DuckDBConnection} from '@duckdb/node-api';
import {connectEmbedded} from '../../../src/sources/logs/embedded.ts';
import type {Certificate} from '../../google-cloud/certificate.ts';

interface Column {
	name: string;
	type: string;
	fields?: Column[];
}

export interface Request {
	method: string;
	path: string;
	body: Record<string, unknown>;
}

interface Job {
	columns: {name: string; type: string}[];
	rows: unknown[][];
}

export class WarehouseServer {
	readonly requests: Request[] = [];
	/** Rows of one answer. */
	pageSize = 100;
	/** Answers every request with this status. */
	refuse: number | undefined;
	readonly #connection: DuckDBConnection;
	readonly #close: () => void;
	readonly #server;
	readonly #jobs = new Map<string, Job>();
	readonly #tables: readonly string[];

	/** @param tables their names, each a view of the connection */
	static async open(certificate: Certificate, tables: readonly string[]): Promise<WarehouseServer> {
		const {connection, close} = await connectEmbedded();
		const server = new WarehouseServer(certificate, tables, connection, close);
		server.#server.listen(0, '127.0.0.1');
		await once(server.#server, 'listening');
		return server;
	}

	private constructor(
		certificate: Certificate,
		tables: readonly string[],
		connection: DuckDBConnection,
		close: () => void,
	) {
		this.#tables = tables;
		this.#connection = connection;
		this.#close = close;
		this.#server = createServer({...certificate}, async (request, response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of request) chunks.push(chunk as Buffer);
			const text = Buffer.concat(chunks).toString();
			const url = new URL(request.url ?? '', 'https://localhost');
			const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
			this.requests.push({method: request.method ?? '', path: url.pathname, body});
			const {status, answer} = await this.#answer(request.method ?? '', url, body);
			response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(answer));
		});
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	run(sql: string): Promise<unknown> {
		return this.#connection.run(sql);
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, 'close');
		this.#close();
	}

	async #answer(method: string, url: URL, body: Record<string, unknown>): Promise<{status: number; answer: unknown}> {
		const ok = (answer: unknown): {status: number; answer: unknown} => ({status: 200, answer});
		const error = (code: number, message: string): {status: number; answer: unknown} => ({
			status: code,
			answer: {error: {code, message, errors: [{message, reason: 'invalid'}]}},
		});
		if (this.refuse !== undefined) return error(this.refuse, 'Access Denied: BigQuery BigQuery: Permission denied.');
		const [, project, rest = ''] = /^\/bigquery\/v2\/projects\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
		if (method === 'GET' && rest === 'datasets/audit/tables') {
			const tables = this.#tables.map(tableId => ({tableReference: {projectId: project, datasetId: 'audit', tableId}}));
			return ok({tables, totalItems: tables.length});
		}
		const table = /^datasets\/audit\/tables\/(\w+)$/.exec(rest)?.[1];
		if (method === 'GET' && table !== undefined) {
			return ok({id: table, location: 'EU', schema: {fields: await this.#schema(table)}});
		}
		if (method === 'POST' && rest === 'jobs') return await this.#insert(project ?? '', body, error);
		const job = this.#jobs.get(/^queries\/([^/]+)$/.exec(rest)?.[1] ?? '');
		if (method === 'GET' && job) return ok(this.#page(job, Number(url.searchParams.get('pageToken') ?? 0)));
		return error(404, `Not found: ${rest}`);
	}

	async #insert(
		project: string,
		body: Record<string, unknown>,
		error: (code: number, message: string) => {status: number; answer: unknown},
	): Promise<{status: number; answer: unknown}> {
		const configuration = body['configuration'] as {dryRun?: boolean; query: {query: string}};
		const {jobId} = body['jobReference'] as {jobId: string};
		const answer = {
			id: `${project}:EU.${jobId}`,
			jobReference: {projectId: project, jobId, location: 'EU'},
			configuration,
			status: {state: 'DONE'},
			statistics: {totalBytesProcessed: '123456789012'},
		};
		// The one difference of the dialects: how a name is quoted.
		const text = configuration.query.query.replaceAll('`', '"');
		try {
			if (configuration.dryRun) {
				await this.#connection.run(`EXPLAIN ${text}`);
				return {status: 200, answer};
			}
			const result = await this.#connection.runAndReadAll(text);
			const types = result
				.columnTypes()
				.map(type => (String(type) === 'BOOLEAN' ? 'BOOLEAN' : String(type).endsWith('INT') ? 'INTEGER' : 'STRING'));
			this.#jobs.set(jobId, {
				columns: result.columnNames().map((name, index) => ({name, type: types[index]!})),
				rows: result.getRows() as unknown[][],
			});
			return {status: 200, answer};
		} catch (failure) {
			return error(400, (failure as Error).message);
		}
	}

	#page({columns, rows}: Job, from: number): unknown {
		const page = rows.slice(from, from + this.pageSize);
		const next = from + this.pageSize;
		return {
			jobComplete: true,
			totalRows: String(rows.length),
			schema: {fields: columns},
			rows: page.map(row => ({f: row.map(value => ({v: value === null ? null : String(value)}))})),
			...(next < rows.length && {pageToken: String(next)}),
		};
	}

	async #schema(table: string): Promise<Column[]> {
		const view = /_\d{8}$/.test(table) ? `test.audit.${table.replace(/\d{8}$/, '*')}` : table;
		const described = await this.#connection.runAndReadAll(`DESCRIBE "${view}"`);
		return described.getRowObjectsJson().map(row => column(String(row['column_name']), String(row['column_type'])));
	}
}

/** `STRUCT(a VARCHAR, b STRUCT(...))` as BigQuery's schema has it. */
function column(name: string, type: string): Column {
	const [, inside] = /^STRUCT\((.*)\)$/s.exec(type) ?? [];
	if (inside === undefined) return {name, type: type.startsWith('TIMESTAMP') ? 'TIMESTAMP' : 'STRING'};
	const fields: Column[] = [];
	let depth = 0;
	let start = 0;
	for (let at = 0; at <= inside.length; at++) {
		if (inside[at] === '(') depth++;
		if (inside[at] === ')') depth--;
		if (at < inside.length && (inside[at] !== ',' || depth > 0)) continue;
		const [, inner = '', innerType = ''] = /^\s*"?([^"\s]+)"?\s+(.*)$/s.exec(inside.slice(start, at)) ?? [];
		fields.push(column(inner, innerType));
		start = at + 1;
	}
	return {name, type: 'RECORD', fields};
}
