/**
 * `--logs bigquery://PROJECT.DATASET`: the aggregation where a sink already writes the logs, as one SQL statement. What it
 * will read is asked first, which costs nothing, and said. Read only: a guard refuses every request but the four below.
 * Facts: tables of log sinks, partitioned or one a day [seen]; jobs.insert with dryRun [seen].
 */
import type {BigQuery, TableMetadata} from '@google-cloud/bigquery';
import {UnreadableError, UsageError} from '../../errors.ts';
import type {LogBook} from '../../evidence/log-book.ts';
import type {Credentials} from '../google-cloud/credentials.ts';
import {type Endpoint, rootUrl} from '../google-cloud/endpoint.ts';
import {RowReader} from './rows.ts';
import {type LogRow, logStatement, type LogTable, TABLE_FIELDS} from './statement.ts';

/** A table of a sink, of one day where the sink does not partition. */
const AUDIT_TABLE = /^(cloudaudit_googleapis_com_(?:activity|data_access|system_event|policy))(_\d{8})?$/;
/** What the client may send: reads, and query jobs. */
const ALLOWED =
	/^(?:GET \S*\/?(?:datasets\/[^/]+\/tables(?:\/[^/]+)?|jobs\/[^/]+|queries\/[^/]+)|POST \S*\/?(?:jobs|queries))$/;
/** Dollars for a tebibyte on demand, in most regions [recalled]. */
const PRICE = 6.25;
/** What was promised may be off by so much before BigQuery refuses to go on. */
const MARGIN = {factor: 1.1, bytes: 100 * 2 ** 20};

export interface Dataset {
	project: string;
	dataset: string;
}

export interface WarehouseOptions {
	credentials: Credentials;
	endpoint?: Endpoint;
	/** Epoch milliseconds. */
	now: number;
	/** RFC 3339; older entries are not read. */
	since: string;
	say: (line: string) => void;
}

/** @throws UsageError it is not spelled `bigquery://PROJECT.DATASET` */
export function parseDataset(text: string): Dataset {
	const [, project, dataset] = /^bigquery:\/\/((?:[a-z0-9.-]+:)?[a-z0-9-]+)\.([A-Za-z0-9_]+)$/.exec(text) ?? [];
	if (project !== undefined && dataset !== undefined) return {project, dataset};
	throw new UsageError(`--logs ${text} names no dataset.`, 'It looks like bigquery://my-project.audit_logs.');
}

/**
 * Reads a dataset into the log book.
 * @throws UsageError there is no such dataset, or no audit logs are in it
 * @throws UnreadableError it may not be read or queried
 */
export async function readWarehouse(book: LogBook, where: Dataset, options: WarehouseOptions): Promise<void> {
	const name = `bigquery://${where.project}.${where.dataset}`;
	const client = await openClient(where, options);
	try {
		const {tables, location} = await auditTables(client, where, options.since);
		if (tables.length === 0) {
			throw new UsageError(
				`${name} holds no table of audit logs (cloudaudit_googleapis_com_activity, ..._data_access).`,
				'Name the dataset that a log sink of the organization writes to.',
			);
		}
		const query = logStatement(tables, options);
		const request = {
			query,
			useLegacySql: false,
			location,
			defaultDataset: {projectId: where.project, datasetId: where.dataset},
		};
		const [dry] = await client.createQueryJob({...request, dryRun: true});
		const statistics = dry.metadata.statistics as {totalBytesProcessed?: string | number} | undefined;
		const bytes = Number(statistics?.totalBytesProcessed ?? 0);
		options.say(
			`${name}: BigQuery reads ${(bytes / 1e9).toFixed(1)} GB since ${options.since} ` +
				`(about $${((bytes / 2 ** 40) * PRICE).toFixed(2)} on demand).`,
		);
		const maximumBytesBilled = String(Math.ceil(bytes * MARGIN.factor + MARGIN.bytes));
		const [job] = await client.createQueryJob({...request, maximumBytesBilled});
		const rows = new RowReader(book);
		for await (const row of job.getQueryResultsStream()) rows.take(row as LogRow);
	} catch (error) {
		throw explained(error, name);
	}
}

async function openClient(where: Dataset, {credentials, endpoint}: WarehouseOptions): Promise<BigQuery> {
	const {BigQuery} = await import('@google-cloud/bigquery');
	const client = new BigQuery({
		// Whoever asks pays.
		projectId: credentials.quotaProject ?? where.project,
		authClient: credentials.client as never,
		apiEndpoint: rootUrl('bigquery.googleapis.com', endpoint).replace(/\/$/, ''),
	});
	client.interceptors.push({
		request(request) {
			const {method = 'GET', uri = '', json} = request as {method?: string; uri?: string; json?: unknown};
			const path = uri.replace(/^https:\/\/[^/]+/, '').replace(/\?.*$/, '');
			if (!ALLOWED.test(`${method} ${path}`) || (method === 'POST' && !isQuery(json)))
				throw new Error(`${method} ${path} is no request that reads`);
			return request;
		},
	} as (typeof client.interceptors)[number]);
	return client;
}

/** A job that asks, and writes nowhere. */
function isQuery(body: unknown): boolean {
	const job = body as {query?: unknown; configuration?: {query?: Record<string, unknown>}} | undefined;
	const query = job?.configuration?.query;
	const text = query?.['query'] ?? job?.query;
	return typeof text === 'string' && text.startsWith('WITH logs AS (') && query?.['destinationTable'] === undefined;
}

/** The tables of audit logs, as they are written in FROM; tables of one day each under one wildcard. */
async function auditTables(
	client: BigQuery,
	{project, dataset}: Dataset,
	since: string,
): Promise<{tables: LogTable[]; location: string | undefined}> {
	const [all] = await client.dataset(dataset, {projectId: project}).getTables();
	const newest = new Map<string, {id: string; day: string | undefined}>();
	for (const {id = ''} of all) {
		const [, base, day] = AUDIT_TABLE.exec(id) ?? [];
		if (base === undefined) continue;
		const key = day === undefined ? base : `${base}_*`;
		// The schema of the last day has all columns that came to be.
		if ((newest.get(key)?.id ?? '') < id) newest.set(key, {id, day});
	}
	let location: string | undefined;
	const tables: LogTable[] = [];
	for (const [key, {id, day}] of [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
		const [found] = await client.dataset(dataset, {projectId: project}).table(id).getMetadata();
		const metadata = found as TableMetadata;
		location ??= metadata.location;
		const paths = new Set(fieldPaths((metadata.schema as {fields?: Field[]} | undefined)?.fields ?? []));
		const fields = new Set(TABLE_FIELDS.filter(field => paths.has(field)));
		if (day === undefined) tables.push({name: key, fields});
		else {
			const from = since.slice(0, 10).replaceAll('-', '');
			tables.push({name: `\`${project}.${dataset}.${key}\``, fields, where: `_TABLE_SUFFIX >= '${from}'`});
		}
	}
	return {tables, location};
}

interface Field {
	name?: string;
	fields?: Field[];
}

function fieldPaths(fields: readonly Field[], above = ''): string[] {
	return fields.flatMap(({name = '', fields: inner = []}) => [above + name, ...fieldPaths(inner, `${above}${name}.`)]);
}

/** What Google said, with what mends it; our own mistakes are thrown on. */
function explained(error: unknown, name: string): unknown {
	if (!(error instanceof Error) || error instanceof UsageError || error instanceof UnreadableError) return error;
	const {code} = error as {code?: unknown};
	if (code === 404) {
		return new UsageError(`--logs ${name}: there is no such dataset.`, 'Check the project and the dataset.', {
			cause: error,
		});
	}
	if (typeof code !== 'number' && typeof code !== 'string') return error;
	return new UnreadableError(
		`${name} cannot be queried: ${error.message}`,
		'Reading needs roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser in the project that pays (--quota-project).',
		{cause: error},
	);
}
