/** `--logs` on the command line: what is said, what goes wrong, and that a saved collection knows as much. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterAll, describe, expect, test} from 'vitest';
import {logLines} from '../../bench/log-entries.ts';
import {sa} from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sa-audit-logs-cli-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const at = (name: string): string => join(folder, name);
const NOW = '--now=2026-11-01T00:00:00Z';

const lines = [...logLines({entries: 400, seed: 31, tricky: true})];
const organization = [
	{
		name: '//cloudresourcemanager.googleapis.com/organizations/1',
		assetType: 'cloudresourcemanager.googleapis.com/Organization',
		resource: {data: {name: 'organizations/1', displayName: 'example.com'}},
	},
	...[1, 2, 3].map(project => ({
		name: `//iam.googleapis.com/projects/project-${project}/serviceAccounts/sa-1@project-${project}.iam.gserviceaccount.com`,
		assetType: 'iam.googleapis.com/ServiceAccount',
		ancestors: [`projects/project-${project}`, 'organizations/1'],
		resource: {
			data: {
				name: `projects/project-${project}/serviceAccounts/sa-1@project-${project}.iam.gserviceaccount.com`,
				email: `sa-1@project-${project}.iam.gserviceaccount.com`,
				uniqueId: `10000000000000000000${project}`,
				projectId: `project-${project}`,
			},
		},
	})),
];
writeFileSync(at('assets.ndjson'), organization.map(asset => `${JSON.stringify(asset)}\n`).join(''));
writeFileSync(at('log.ndjson'), lines.join('\n'));

test('what is read and what is not is counted; problems have file and line', async () => {
	writeFileSync(at('broken.ndjson'), [lines[0], '{"cut', ...lines.slice(1)].join('\n'));
	const {code, stdout, stderr} = await sa(['collect', `--logs=${at('broken.ndjson')}`, '--output=-']);
	expect(code).toBe(0);
	expect(stderr).toMatch(
		/^Logs: \d+ audit log entries; \d+ duplicates left out, \d+ entries of other logs passed over/m,
	);
	expect(stderr).toContain(`Warning: ${at('broken.ndjson')}:2: the line is not valid JSON`);
	const assets = stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as {assetType: string; name: string});
	expect(new Set(assets.map(({assetType}) => assetType))).toEqual(
		new Set(['sa-audit/Coverage', 'sa-audit/Usage', 'sa-audit/LogEvent']),
	);
	expect(assets.map(({name}) => name)).toEqual(assets.map(({name}) => name).toSorted());
});

test('an audit of a saved collection of logs equals one of the logs', async () => {
	const saved = await sa(['collect', `--logs=${at('log.ndjson')}`, `--output=${at('saved.ndjson')}`]);
	expect(saved.code).toBe(0);
	const audit = async (...more: string[]): Promise<Record<string, unknown>> => {
		const {code, stdout} = await sa(['audit', `--assets=${at('assets.ndjson')}`, ...more, NOW, '--format=json']);
		expect(code).toBe(0);
		return JSON.parse(stdout) as Record<string, unknown>;
	};
	const {run: live, ...direct} = await audit(`--logs=${at('log.ndjson')}`);
	const {run: _, ...again} = await audit(`--assets=${at('saved.ndjson')}`);
	expect(again).toEqual(direct);
	expect(live).toMatchObject({
		sources: [{kind: 'assets'}, {kind: 'logs', scope: expect.arrayContaining(['projects/project-1'])}],
	});
});

test('directories of hourly files, gzipped ones among them, and a pipe are the same logs', async () => {
	const hours = at('cloudaudit.googleapis.com/data_access/2026/08/01');
	mkdirSync(hours, {recursive: true});
	writeFileSync(join(hours, '00:00:00_00:59:59_S0.json'), lines.slice(0, 150).join('\n'));
	writeFileSync(join(hours, '01:00:00_01:59:59_S0.json'), gzipSync(lines.slice(150).join('\n')));
	writeFileSync(join(hours, '02:00:00_02:59:59_S0.json'), '');
	const whole = await sa([
		'collect',
		`--logs=${at('log.ndjson')}`,
		'--output=-',
		'--quiet',
		'--no-ui',
		'--color=never',
		'--screen-reader',
	]);
	const parts = await sa(['collect', `--logs=${at('cloudaudit.googleapis.com')}`, '--output=-', '--quiet']);
	const piped = await sa(['collect', '--logs=-', '--output=-', '--quiet'], lines.join('\n'));
	expect(parts).toEqual(whole);
	expect(piped).toEqual(whole);
});

test('a JSON array, as gcloud logging read prints it, and an answer of entries.list', async () => {
	const entries = lines.map(line => JSON.parse(line) as unknown);
	const whole = await sa(['collect', `--logs=${at('log.ndjson')}`, '--output=-', '--quiet']);
	for (const content of [JSON.stringify(entries, null, 2), JSON.stringify(entries), JSON.stringify({entries})]) {
		writeFileSync(at('array.json'), content);
		expect(await sa(['collect', `--logs=${at('array.json')}`, '--output=-', '--quiet'])).toEqual(whole);
	}
	writeFileSync(at('page.json'), JSON.stringify({entries, nextPageToken: 'x'}));
	const {stderr} = await sa(['collect', `--logs=${at('page.json')}`, '--output=-']);
	expect(stderr).toContain('one page of a longer list');
});

describe('what is no log', () => {
	test.each([
		['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'not exported logs, but a picture'],
		['words', Buffer.from('hello\nworld\n'), 'not exported logs: no line of it is a JSON object'],
		['assets', Buffer.from(`${JSON.stringify(organization[0])}\n`), 'holds JSON, but no entry of an audit log'],
	])('%s is told once', async (name, content, said) => {
		const path = at(name);
		writeFileSync(path, content);
		const {code, stderr} = await sa(['collect', `--logs=${path}`, '--output=-']);
		expect(code).toBe(0);
		expect(stderr).toContain(`${path}: ${said}`);
		const strict = await sa(['audit', '--demo', `--logs=${path}`, '--strict', '--format=json']);
		expect(strict.code).toBe(2);
	});

	test.each([
		['nothing.ndjson', 'there is no such file or directory'],
		['bigquery://here', 'names no dataset'],
	])('%s is a usage error', async (path, said) => {
		const {code, stderr} = await sa(['collect', `--logs=${path}`, '--output=-']);
		expect(code).toBe(2);
		expect(stderr).toContain(`--logs ${path}`);
		expect(stderr).toContain(said);
	});

	test('logs alone are nothing to audit', async () => {
		const {code, stderr} = await sa(['audit', `--logs=${at('log.ndjson')}`, '--format=json']);
		expect([code, stderr]).toEqual([2, expect.stringContaining('Nothing to read was given')]);
	});
});
