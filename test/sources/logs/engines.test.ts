/** One definition, several engines, one result: on the same logs, tricky entries and all, in every form. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {logLines} from '../../../bench/log-entries.ts';
import {UsageError} from '../../../src/errors.ts';
import type {Asset, Problem} from '../../../src/sources/asset.ts';
import {connectEmbedded, embeddedStatement} from '../../../src/sources/logs/embedded.ts';
import {type LogEngine, type LogTotals, readLogs} from '../../../src/sources/logs/read.ts';
import {aboutOf, COUNT_DISTINCT, logStatement, TABLE_FIELDS} from '../../../src/sources/logs/statement.ts';
import {analyticsRow, bigQueryRow} from './forms.ts';

vi.setConfig({testTimeout: 120_000});

const folder = mkdtempSync(join(tmpdir(), 'sa-audit-logs-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const NOW = Date.parse('2026-11-01T00:00:00Z');
let files = 0;

function file(content: string | Buffer, extension = 'ndjson'): string {
	const path = join(folder, `${files++}.${extension}`);
	writeFileSync(path, content);
	return path;
}

async function read(
	paths: string[],
	engine: LogEngine,
): Promise<{assets: Asset[]; counts: LogTotals['counts']; problems: Problem[]}> {
	const assets: Asset[] = [];
	const problems: Problem[] = [];
	const {counts} = await readLogs(paths, asset => assets.push(asset), {
		stdin: Readable.from([]),
		now: NOW,
		engine,
		problem: problem => problems.push(problem),
	});
	return {assets, counts, problems};
}

const entriesOf = (seed: number, entries = 1000): string[] => [...logLines({entries, seed, tricky: true})];
const lines = (all: readonly string[]): string => all.map(line => `${line}\n`).join('');
const formed = (all: readonly string[], form: (entry: Record<string, unknown>) => unknown): string =>
	lines(all.map(line => JSON.stringify(form(JSON.parse(line) as Record<string, unknown>))));

describe('the embedded engine and the streaming one', () => {
	test.each([1, 2])('agree on tricky entries, seed %i', async seed => {
		const path = file(lines(entriesOf(seed)));
		const [streamed, embedded] = [await read([path], 'stream'), await read([path], 'embedded')];
		expect(streamed.assets.length).toBeGreaterThan(300);
		expect(streamed.counts.duplicates).toBeGreaterThan(10);
		expect(streamed.counts.others).toBeGreaterThan(0);
		expect(streamed.counts.timeless).toBeGreaterThan(0);
		expect(streamed.counts.anonymous).toBeGreaterThan(0);
		expect(streamed.counts.future).toBeGreaterThan(0);
		expect(embedded.counts).toEqual(streamed.counts);
		expect(embedded.assets).toEqual(streamed.assets);
	});

	test('agree on every form of export, gzipped too, and all forms say the same', async () => {
		// Log Analytics and BigQuery have columns for audit logs only: what is none of them is left out here.
		const all = entriesOf(5).filter(line => line.includes('google.cloud.audit.AuditLog'));
		const paths = [
			file(lines(all)),
			file(formed(all, bigQueryRow)),
			file(formed(all, analyticsRow)),
			file(gzipSync(lines(all)), 'json.gz'),
		];
		const first = await read([paths[0]!], 'stream');
		for (const path of paths) {
			for (const engine of ['stream', 'embedded'] as const) {
				const {assets, counts} = await read([path], engine);
				expect(counts, `${path} ${engine}`).toEqual(first.counts);
				expect(assets, `${path} ${engine}`).toEqual(first.assets);
			}
		}
	});

	test('agree on Parquet, which only the embedded one reads', async () => {
		const all = entriesOf(6);
		const path = file(lines(all));
		const parquet = join(folder, 'logs.parquet');
		const {connection, close} = await connectEmbedded();
		await connection.run(
			`COPY (SELECT * FROM read_ndjson('${path}', sample_size = -1)) TO '${parquet}' (FORMAT parquet)`,
		);
		close();
		const [streamed, embedded] = [await read([path], 'stream'), await read([parquet], 'auto')];
		expect(embedded.assets).toEqual(streamed.assets);
	});

	test('the order of entries and of files changes nothing', async () => {
		const all = entriesOf(7);
		const halves = [all.slice(0, 600), all.slice(600)].map(half => file(lines(half)));
		const expected = await read([file(lines(all))], 'stream');
		const reversed = await read([file(lines(all.toReversed()))], 'stream');
		const swapped = await read(halves.toReversed(), 'stream');
		expect(reversed.assets).toEqual(expected.assets);
		expect(reversed.counts).toEqual(expected.counts);
		expect(swapped.assets).toEqual(expected.assets);
	});

	test('broken lines are left out by both, and told', async () => {
		const all = entriesOf(8, 200);
		const whole = await read([file(lines(all))], 'stream');
		const broken = [...all.slice(0, 50), '{"insertId": "x", "protoPayload": {', ...all.slice(50), 'no JSON'];
		const path = file(lines(broken));
		const streamed = await read([path], 'stream');
		expect(streamed.assets).toEqual(whole.assets);
		expect(streamed.problems.map(({file: at, line}) => [at, line])).toEqual([
			[path, 51],
			[path, 202],
		]);
		const embedded = await read([path], 'embedded');
		expect(embedded.assets).toEqual(whole.assets);
		expect(embedded.problems).toMatchObject([
			{file: path, message: expect.stringMatching(/^2 lines are not valid JSON/)},
		]);
	});
});

test.each([
	['no Parquet', 'PAR1 and nothing that belongs behind it', /Invalid Input Error: No magic bytes/],
	['Parquet that is cut off', 'PAR1 and no end that makes sense PAR1', /Invalid Input Error: Footer/],
])('a file that is %s is the mistake of whoever names it', async (_, content, message) => {
	const failure = await read([file(content, 'parquet')], 'auto').catch((error: unknown) => error);
	expect(failure).toBeInstanceOf(UsageError);
	expect(String(failure)).toMatch(message);
});

test('gzipped files that are damaged are read as far as they go, and told, whichever engine was asked for', async () => {
	const packed = gzipSync(lines(entriesOf(12, 3000)));
	const path = file(packed.subarray(0, packed.length - 1000), 'json.gz');
	const [streamed, embedded] = [await read([path], 'stream'), await read([path], 'embedded')];
	expect(streamed.counts.entries).toBeGreaterThan(2500);
	expect(streamed.problems.map(({message}) => message)).toContainEqual(expect.stringMatching(/gzip data ends early/));
	expect(embedded).toEqual(streamed);
});

test('identities that differ in little are told apart', async () => {
	// Two texts that DuckDB's own hash() mixes up.
	const text = (app: number): string =>
		`known a projects/project-147/logs/cloudaudit.googleapis.com%2Fdata_access  sts.googleapis.com google.identity.sts.v1.SecurityTokenService.ExchangeToken  repo:acme/app-${app}   7 private 111 Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36,gzip(gfe)  0  0  72 projects/1147/locations/global/workloadIdentityPools/ci/providers/github 0  0  0  0  0  0  110 principal://iam.googleapis.com/projects/1147/locations/global/workloadIdentityPools/ci/subject/repo:acme/app-${app} 0 `;
	const {connection, close} = await connectEmbedded();
	const answer = await connection.runAndReadAll(
		`SELECT CAST(DISTINCT_COUNT(s) AS INTEGER) AS several FROM (VALUES ('${text(4)}'), ('${text(5)}'), ('${text(4)}'), (NULL)) t(s)`,
	);
	expect(answer.getRowObjectsJson()).toEqual([{several: 2}]);
	close();
});

test('the embedded engine runs what BigQuery gets, but for how what is distinct is counted', () => {
	const tables = [{name: 't', fields: new Set(TABLE_FIELDS)}];
	const text = logStatement(tables, {now: NOW});
	expect(text.split(COUNT_DISTINCT).length).toBe(2);
	expect(embeddedStatement(tables, {now: NOW})).toBe(text.replace(COUNT_DISTINCT, 'DISTINCT_COUNT(identity)'));
});

test('what is about an account comes back as it was, whatever stands in it', async () => {
	const about = {
		emailLabel: 'a b',
		idLabel: '',
		resourceName: '12 34 ',
		requestName: '\u{1F511} 5 x',
		delegates: '["a"]',
		identityChain: '',
		responseName: 'n',
		responseEmail: '',
		responseId: '7',
		mapped: ' ',
		adminEvent: '[]',
	};
	const text = Object.values(about)
		.map(value => `${[...value].length} ${value}`)
		.join('');
	expect(aboutOf(text)).toEqual(about);
	const {connection, close} = await connectEmbedded();
	const answer = await connection.runAndReadAll(`SELECT CAST(LENGTH('${about.requestName}') AS INTEGER) AS letters`);
	expect(answer.getRowObjectsJson()).toEqual([{letters: [...about.requestName].length}]);
	close();
});
