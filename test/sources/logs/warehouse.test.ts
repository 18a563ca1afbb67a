/** `bigquery://`: the real client against a stand-in that runs the text it is sent. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {getCACertificates, setDefaultCACertificates} from 'node:tls';
import {OAuth2Client} from 'google-auth-library';
import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {logLines} from '../../../bench/log-entries.ts';
import {UnreadableError, UsageError} from '../../../src/errors.ts';
import {LogBook} from '../../../src/evidence/log-book.ts';
import type {Asset} from '../../../src/sources/asset.ts';
import type {Credentials} from '../../../src/sources/google-cloud/credentials.ts';
import {finishLogs, readLogs} from '../../../src/sources/logs/read.ts';
import {parseDataset, readWarehouse} from '../../../src/sources/logs/warehouse.ts';
import {makeCertificate} from '../../google-cloud/certificate.ts';
import {bigQueryRow} from './forms.ts';
import {WarehouseServer} from './warehouse-server.ts';

vi.setConfig({testTimeout: 90_000});

const NOW = Date.parse('2026-11-01T00:00:00Z');
const SINCE = '2026-07-01T00:00:00Z';
const folder = mkdtempSync(join(tmpdir(), 'sa-audit-warehouse-'));
const certificate = makeCertificate();
beforeAll(() => setDefaultCACertificates([...getCACertificates('default'), certificate.cert]));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
let server: WarehouseServer | undefined;
afterEach(() => server?.close());

/** Entries that a sink's tables can hold: audit logs with a time. */
const entries = [...logLines({entries: 800, seed: 11, tricky: true})].filter(
	line =>
		line.includes('google.cloud.audit.AuditLog') && line.includes('"timestamp"') && !line.includes('"timestamp":"2031'),
);

function credentials(): Credentials {
	const client = new OAuth2Client();
	client.setCredentials({access_token: 'a token of somebody'});
	return {client, quotaProject: undefined, member: undefined, remark: undefined, headers: () => Promise.resolve({})};
}

async function query(text = 'bigquery://test.audit'): Promise<{assets: Asset[]; said: string[]}> {
	const book = new LogBook(NOW);
	const said: string[] = [];
	await readWarehouse(book, parseDataset(text), {
		credentials: credentials(),
		endpoint: {host: '127.0.0.1', port: server!.port},
		now: NOW,
		since: SINCE,
		say: line => said.push(line),
	});
	const assets: Asset[] = [];
	finishLogs(book, asset => assets.push(asset));
	return {assets, said};
}

async function streamed(): Promise<Asset[]> {
	const path = join(folder, 'entries.ndjson');
	writeFileSync(path, entries.join('\n'));
	const assets: Asset[] = [];
	await readLogs([path], asset => assets.push(asset), {
		stdin: Readable.from([]),
		now: NOW,
		engine: 'stream',
		problem: ({message}) => expect.fail(message),
	});
	return assets;
}

/** A table as a sink makes it: columns of what the rows have, and no others. */
async function makeTable(name: string, log: RegExp, also = ''): Promise<void> {
	const rows = entries
		.filter(line => log.test(line))
		.map(line => JSON.stringify(bigQueryRow(JSON.parse(line) as Record<string, unknown>)));
	const path = join(folder, `${name.replaceAll('*', 'all')}.ndjson`);
	writeFileSync(path, rows.join('\n'));
	await server!.run(
		`CREATE TABLE "${name}" AS SELECT * REPLACE (CAST("timestamp" AS TIMESTAMPTZ) AS "timestamp",
		TRY_CAST("receiveTimestamp" AS TIMESTAMPTZ) AS "receiveTimestamp")${also}
		FROM read_ndjson('${path}', sample_size = -1, timestampformat = 'none', map_inference_threshold = -1)`,
	);
}

const ACTIVITY = /%2Factivity"/;
const REST = /^(?!.*%2Factivity")/;

describe('a dataset', () => {
	test('of partitioned tables tells what the files tell', async () => {
		const tables = ['cloudaudit_googleapis_com_activity', 'cloudaudit_googleapis_com_data_access', 'syslog'];
		server = await WarehouseServer.open(certificate, tables);
		await makeTable(tables[0]!, ACTIVITY);
		await makeTable(tables[1]!, REST);
		const {assets, said} = await query();
		expect(assets.length).toBeGreaterThan(200);
		expect(assets).toEqual(await streamed());
		expect(said).toEqual([
			'bigquery://test.audit: BigQuery reads 123.5 GB since 2026-07-01T00:00:00Z (about $0.70 on demand).',
		]);
		const jobs = server.requests.filter(({method}) => method === 'POST').map(({body}) => body['configuration']);
		expect(jobs).toMatchObject([
			{dryRun: true},
			{query: {useLegacySql: false, maximumBytesBilled: expect.any(String)}},
		]);
		expect(
			new Set(
				server.requests.map(({method, path}) => `${method} ${path.replace(/(?<=queries\/).+|cloudaudit\w+/g, '*')}`),
			),
		).toEqual(
			new Set([
				'GET /bigquery/v2/projects/test/datasets/audit/tables',
				'GET /bigquery/v2/projects/test/datasets/audit/tables/*',
				'POST /bigquery/v2/projects/test/jobs',
				'GET /bigquery/v2/projects/test/queries/*',
			]),
		);
	});

	test('of one table a day is read under wildcards, from the first day on', async () => {
		server = await WarehouseServer.open(certificate, [
			'cloudaudit_googleapis_com_activity_20260801',
			'cloudaudit_googleapis_com_activity_20261030',
			'cloudaudit_googleapis_com_data_access_20261030',
		]);
		await makeTable('test.audit.cloudaudit_googleapis_com_activity_*', ACTIVITY, `, '20260801' AS _TABLE_SUFFIX`);
		await makeTable('test.audit.cloudaudit_googleapis_com_data_access_*', REST, `, '20260801' AS _TABLE_SUFFIX`);
		expect((await query()).assets).toEqual(await streamed());
		const [{configuration}] = server.requests.flatMap(({body}) => ('configuration' in body ? [body] : [])) as [
			{configuration: {query: {query: string}}},
		];
		expect(configuration.query.query).toContain(
			"FROM `test.audit.cloudaudit_googleapis_com_activity_*`\nWHERE timestamp >= TIMESTAMP '2026-07-01T00:00:00Z' AND _TABLE_SUFFIX >= '20260701'",
		);
	});

	test('without audit logs, that is not there, or is not for us, is told', async () => {
		server = await WarehouseServer.open(certificate, ['syslog']);
		await expect(query()).rejects.toThrow(/holds no table of audit logs/);
		await expect(query('bigquery://test.nothing')).rejects.toThrow(UsageError);
		server.refuse = 403;
		await expect(query()).rejects.toThrow(UnreadableError);
		await expect(query()).rejects.toThrow(/cannot be queried: Access Denied/);
		expect(server.requests.every(({method}) => method === 'GET')).toBe(true);
	});

	test.each(['bigquery://', 'bigquery://project', 'bigquery://a.b.c.d/e', 'bigquery://p.d;drop'])(
		'%s is none',
		text => {
			expect(() => parseDataset(text)).toThrow(UsageError);
		},
	);
});
