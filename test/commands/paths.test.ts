/** `paths`: its formats, and why there is no path. */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {account, CRM, emailOf, organization, policy, project} from '../inventory/read.ts';
import {ndjson, RAW, sa} from './run.ts';

const inShop = {ancestors: ['projects/10', 'organizations/1']};
const CI = `serviceAccount:${emailOf('ci', 'shop')}`;
const ROOT = `serviceAccount:${emailOf('root', 'shop')}`;
const HOSTILE = 'user:"]\u202e\\evil@example.com';
const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const LINES = [
	organization(1),
	project('shop', 10, ['organizations/1']),
	account('shop', 'ci', inShop),
	account('shop', 'root', inShop),
	policy(
		`//iam.googleapis.com/projects/shop/serviceAccounts/${emailOf('ci', 'shop')}`,
		[{role: TOKEN_CREATOR, members: ['user:eve@example.com', HOSTILE]}],
		inShop,
	),
	policy(
		`//iam.googleapis.com/projects/shop/serviceAccounts/${emailOf('root', 'shop')}`,
		[{role: 'roles/iam.serviceAccountKeyAdmin', members: ['user:eve@example.com']}],
		inShop,
	),
	policy(
		`${CRM}projects/10`,
		[{role: 'roles/resourcemanager.projectIamAdmin', members: ['user:bob@example.com']}],
		inShop,
	),
];

let folder: string;
let assets: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sa-paths-'));
	assets = join(folder, 'assets.ndjson');
	await writeFile(assets, ndjson(LINES));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

const paths = (...flags: string[]) => sa(['paths', '--assets', assets, ...flags]);

test('a group that is taken over is an end', async () => {
	const group = (name: string) => ({
		name: `//cloudidentity.googleapis.com/groups/${name}`,
		assetType: 'cloudidentity.googleapis.com/Group',
		resource: {data: {groupKey: {id: `${name}@example.com`}, members: [], managers: ['user:max@example.com']}},
	});
	const file = join(folder, 'groups.ndjson');
	await writeFile(file, ndjson([...LINES, group('devs')]));
	const to = (end: string, ...flags: string[]) => sa(['paths', '--assets', file, '--to', end, ...flags]);
	const {stdout} = await to('group:devs@example.com', '--format=ndjson');
	expect(JSON.parse(stdout)).toEqual({
		from: 'user:max@example.com',
		to: 'group:devs@example.com',
		hops: 1,
		confidence: 'certain',
	});
	const why = await to('group:devs@example.com', '--from=user:eve@example.com', '--explain-not', '--format=json');
	expect(JSON.parse(why.stdout)).toMatchObject({exists: false, to: 'group:devs@example.com'});
	expect(await to('group:dev@example.com')).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('did you mean "group:devs@example.com"'),
	});
});

test('the organization’s own domains of the configuration count, as they do for audit', async () => {
	const group = {
		name: '//cloudidentity.googleapis.com/groups/devs',
		assetType: 'cloudidentity.googleapis.com/Group',
		resource: {data: {groupKey: {id: 'devs@example.com'}, members: ['user:lea@subsidiary.example'], joining: 'open'}},
	};
	const file = join(folder, 'joining.ndjson');
	const config = join(folder, 'own.yaml');
	await writeFile(
		file,
		ndjson([
			...LINES,
			group,
			policy(`${CRM}projects/10`, [{role: 'roles/browser', members: ['user:max@subsidiary.example']}], inShop),
		]),
	);
	await writeFile(config, 'domains: [subsidiary.example]\n');
	const from = (...flags: string[]) =>
		sa(['paths', '--assets', file, '--from', 'user:max@subsidiary.example', '--format=ndjson', ...flags]);
	expect((await from()).stdout).toBe('');
	expect(JSON.parse((await from('--config', config)).stdout)).toMatchObject({to: 'group:devs@example.com'});
	expect(await from('--config', join(folder, 'none.yaml'))).toMatchObject({code: 2});
});

test('an escalation that there is not: exit 2, with the nearest id', async () => {
	const {code, stdout, stderr} = await paths('--all', '--escalation=sa-sign-jwtt');
	expect([code, stdout]).toEqual([2, '']);
	expect(stderr).toMatch(/there is no escalation "sa-sign-jwtt"; did you mean "sa-sign-jwt"/);
});

describe('formats', () => {
	test.each([
		['sarif', 'the nearest format is json'],
		['html', 'the nearest format is dot'],
		['csv', 'the nearest format is ndjson'],
		['markdown', 'the nearest format is table'],
		['ocsf', 'the nearest format is ndjson'],
		['junit', 'the nearest format is json'],
		['opengrph', 'did you mean "opengraph"'],
		['bloodhound', 'did you mean "opengraph"'],
		['constructor', 'no format "constructor"'],
	])('%s is refused: %s', async (format, hint) => {
		const {code, stdout, stderr} = await paths('--all', `--format=${format}`);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toContain(hint);
		expect(stderr).toContain('table, json, ndjson, dot, opengraph');
	});

	test.each(['dot', 'opengraph'])('%s is nothing that an audit is written in', async format => {
		expect((await sa(['audit', '--assets', assets, `--format=${format}`])).code).toBe(2);
	});

	test.each([
		['x.dot', /^digraph /],
		['x.gv', /^digraph /],
		['x.opengraph.json', /^\{\n"metadata"/],
		['x.json', /^\{\n {2}"paths"/],
		['x.jsonl', /^\{"from"/],
		['x.txt', / -> /],
	])('by extension: %s', async (name, expected) => {
		const file = join(folder, name);
		expect(await paths('--all', `--output=${file}`)).toMatchObject({code: 0, stdout: ''});
		expect(await readFile(file, 'utf8')).toMatch(expected);
	});

	test.each(['x.csv', 'x.sarif.json', 'x.exe', '='])('no such file: %s', async name => {
		expect((await paths('--all', `--output=${join(folder, name)}`)).code).toBe(2);
	});

	test('several at once, and a format that wins over the extension', async () => {
		const [first, second] = [join(folder, 'a.json'), join(folder, 'b.dot')];
		expect((await paths('--all', `--output=opengraph=${first}`, `--output=${second}`)).code).toBe(0);
		expect(JSON.parse(await readFile(first, 'utf8'))).toHaveProperty('graph.edges');
		expect(await readFile(second, 'utf8')).toMatch(/^digraph /);
	});

	test.each([
		['--all'],
		['--from=user:eve@example.com'],
		[`--to=${ROOT}`],
		['--from=user:eve@example.com', `--to=${ROOT}`],
	])('a graph of %s %s', async (...ends) => {
		const {code, stdout} = await paths('--format=opengraph', ...ends);
		expect(code).toBe(0);
		const {graph} = JSON.parse(stdout) as {graph: {edges: {start: {value: string}; end: {value: string}}[]}};
		expect(graph.edges.map(({start, end}) => [start.value, end.value])).toContainEqual(['user:eve@example.com', ROOT]);
		expect((await paths('--format=dot', ...ends)).stdout).toContain(`"user:eve@example.com" -> "${ROOT}"`);
	});

	test.each(['table', 'json', 'ndjson', 'dot', 'opengraph'])('%s has no raw control characters', async format => {
		const {code, stdout} = await paths('--all', `--format=${format}`);
		expect(code).toBe(0);
		expect(stdout).toContain('evil@example.com');
		expect(stdout.replaceAll('\t', '')).not.toMatch(RAW);
	});
});

describe('--explain-not', () => {
	const asked = (...flags: string[]) => paths('--explain-not', ...flags);

	test.each([
		['one end', ['--from=user:eve@example.com']],
		['every pair', ['--all']],
		['the same and both ends', ['--all', '--from=user:eve@example.com', `--to=${ROOT}`]],
	])('needs both ends: %s', async (_, flags) => {
		const {code, stderr} = await asked(...flags);
		expect(code).toBe(2);
		expect(stderr).toContain('both ends');
	});

	test.each([
		['ndjson', 'json'],
		['dot', 'table'],
		['opengraph', 'table'],
	])('%s is refused', async (format, near) => {
		const {code, stderr} = await asked('--from=user:eve@example.com', `--to=${ROOT}`, `--format=${format}`);
		expect(code).toBe(2);
		expect(stderr).toContain(`the nearest format is ${near}`);
	});

	test('a path that exists', async () => {
		const ends = ['--from=user:eve@example.com', `--to=${ROOT}`];
		expect(JSON.parse((await asked(...ends, '--format=json')).stdout)).toMatchObject({exists: true, path: {hops: 1}});
		const {code, stdout} = await asked(...ends);
		expect(code).toBe(0);
		expect(stdout).toContain('There is a path.\n');
		expect(stdout).toContain('sa-key-create');
	});

	test('none: data and text say the same', async () => {
		const ends = [`--from=${HOSTILE}`, `--to=${ROOT}`];
		const found = JSON.parse((await asked(...ends, '--format=json')).stdout) as {
			exists: boolean;
			reasons: {kind: string}[];
		};
		expect(found.exists).toBe(false);
		expect(found).toMatchObject({from: HOSTILE, to: ROOT});
		expect(new Set(found.reasons.map(({kind}) => kind))).toEqual(new Set(['reach', 'lastHop', 'lacks']));
		expect(found.reasons).toContainEqual(
			expect.objectContaining({kind: 'reach', nearest: [{to: CI, hops: 1, confidence: 'certain'}]}),
		);
		const {code, stdout} = await asked(...ends);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^No path: /);
		expect(stdout).toContain('user:eve@example.com by sa-key-create');
		expect(stdout).toContain('user:bob@example.com through projects/shop by sa-get-access-token');
		expect(stdout).not.toMatch(RAW);
	});

	test('what stops the hop is named', async () => {
		const ends = [
			'--from=group:contractors@tidewick.example.com',
			'--to=onprem-erp-sync@tidewick-shop-prod.iam.gserviceaccount.com',
		];
		const {code, stdout} = await sa(['paths', '--demo', '--explain-not', ...ends]);
		expect(code).toBe(0);
		expect(stdout.replaceAll(/\s+/g, '')).toMatch(/stopped:rule0ofdenypolicy.*contractors-mint-no-tokensdeniesit/);
	});

	test('an unknown end is wrong usage', async () => {
		const {code, stderr} = await asked('--from=user:eve@example.com', '--to=rot@shop.iam.gserviceaccount.com');
		expect(code).toBe(2);
		expect(stderr).toContain(emailOf('root', 'shop'));
	});
});
