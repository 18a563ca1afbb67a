/** `can`: one question, or one a line; and `paths`, whose ends are spelled the same way. */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {account, CRM, emailOf, IAM, organization, policy, project, resource} from '../inventory/read.ts';
import {ndjson, sa} from './run.ts';

const ID = '100000000000000000001';
const CI = emailOf('ci', 'shop');
const inShop = {ancestors: ['projects/10', 'organizations/1']};
const TOKEN = 'iam.serviceAccounts.getAccessToken';
const LINES = [
	organization(1),
	project('shop', 10, ['organizations/1']),
	account('shop', 'ci', inShop, {uniqueId: ID}),
	account('shop', 'off', inShop, {disabled: true}),
	resource('storage.googleapis.com/Bucket', '//storage.googleapis.com/files', {name: 'files'}, inShop),
	policy(
		`${CRM}projects/10`,
		[
			{
				role: 'roles/iam.serviceAccountTokenCreator',
				members: ['user:eve@example.com', `serviceAccount:${emailOf('off', 'shop')}`],
			},
			{
				role: 'roles/iam.serviceAccountUser',
				members: ['user:adam@example.com'],
				condition: {expression: 'resource.matchTag("1/env", "dev")'},
			},
			{role: 'roles/iam.serviceAccountKeyAdmin', members: ['group:g@example.com']},
			{role: 'projects/shop/roles/unread', members: ['user:ken@example.com']},
			{
				role: 'roles/iam.workloadIdentityUser',
				members: ['principal://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/p/subject/s'],
			},
			{
				role: 'roles/storage.objectViewer',
				members: ['user:sue@example.com'],
				condition: {expression: 'resource.name.startsWith("projects/_/buckets/files")'},
			},
			...[
				['old', "request.time < timestamp('2026-01-01T00:00:00Z')"],
				['new', "request.time > timestamp('2027-01-01T00:00:00Z')"],
			].map(([who, expression]) => ({
				role: 'roles/iam.serviceAccountTokenCreator',
				members: [`user:${who!}@example.com`],
				condition: {expression},
			})),
		],
		inShop,
	),
];

let folder: string;
let assets: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sa-can-'));
	assets = join(folder, 'assets.ndjson');
	await writeFile(assets, ndjson(LINES));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

const can = (words: string[], ...flags: string[]) => sa(['can', ...words, '--assets', assets, ...flags]);
async function asked(...words: string[]): Promise<Record<string, unknown>> {
	const {code, stdout, stderr} = await can(words, '--format=json');
	expect([code, stderr]).toEqual([0, '']);
	return JSON.parse(stdout) as Record<string, unknown>;
}
async function queries(content: string, ...flags: string[]) {
	const path = join(folder, 'queries.ndjson');
	await writeFile(path, content);
	const ended = await sa(['can', '--queries', path, '--assets', assets, ...flags]);
	return {
		...ended,
		answers: ended.stdout
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line) as Record<string, unknown>),
	};
}
const question = (principal: unknown, permission: unknown = TOKEN, on: unknown = CI) =>
	JSON.stringify({principal, permission, resource: on});

describe('one question', () => {
	test('the answer has the shape of the contract', async () => {
		const answer = await asked('user:eve@example.com', TOKEN, CI);
		expect(Object.keys(answer)).toEqual(['decision', 'principal', 'permission', 'resource', 'proof', 'reason']);
		expect(answer).toMatchObject({
			decision: 'allow',
			principal: 'user:eve@example.com',
			permission: TOKEN,
			resource: `${IAM}projects/shop/serviceAccounts/${CI}`,
			proof: [
				{
					kind: 'binding',
					effect: 'allows',
					resource: `${CRM}projects/shop`,
					role: 'roles/iam.serviceAccountTokenCreator',
					member: 'user:eve@example.com',
					permission: TOKEN,
				},
				...[
					['denyPolicies', 'projects/shop'],
					['denyPolicies', 'organizations/1'],
					['boundaryPolicies', 'organizations/1'],
				].map(([fact, scope]) => ({kind: 'gap', fact, scope})),
			],
		});
	});

	test.each([
		[CI],
		[ID],
		[`projects/-/serviceAccounts/${CI}`],
		[`projects/-/serviceAccounts/${ID}`],
		[`projects/10/serviceAccounts/${CI}`],
		[`${IAM}projects/shop/serviceAccounts/${ID}`],
		[`serviceAccount:${CI}`],
	])('the account may be written %s', async on => {
		expect(await asked('user:eve@example.com', TOKEN, on)).toMatchObject({
			decision: 'allow',
			resource: `${IAM}projects/shop/serviceAccounts/${CI}`,
		});
	});

	test.each(['10', 'shop'])('an identity of a pool may be written with the project %s', async project => {
		const pool = `principal://iam.googleapis.com/projects/${project}/locations/global/workloadIdentityPools/p`;
		expect(await asked(`${pool}/subject/s`, TOKEN, CI)).toMatchObject({
			decision: 'allow',
			principal: 'principal://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/p/subject/s',
		});
		expect(await asked(`${pool}/subject/t`, TOKEN, CI)).toMatchObject({decision: 'deny'});
	});

	test.each([
		['projects/shop', `${CRM}projects/shop`],
		['projects/10', `${CRM}projects/shop`],
		[`${CRM}projects/10`, `${CRM}projects/shop`],
		['organizations/1', `${CRM}organizations/1`],
		[`${CRM}organizations/1`, `${CRM}organizations/1`],
	])('the container may be written %s', async (on, name) => {
		expect(await asked('user:x@example.com', TOKEN, on)).toMatchObject({decision: 'deny', resource: name});
	});

	test.each([
		['a bucket without a policy of its own', '//storage.googleapis.com/files'],
		['an object in it', '//storage.googleapis.com/projects/_/buckets/files/objects/a/b'],
	])('%s is in its project', async (_, on) => {
		expect(await asked('user:eve@example.com', 'storage.objects.get', on)).toMatchObject({decision: 'deny'});
		expect(await asked('user:sue@example.com', 'storage.objects.get', on)).toMatchObject({
			decision: 'allow',
			resource: on,
			proof: [{kind: 'binding', resource: `${CRM}projects/shop`}, {kind: 'condition', value: true}, {}, {}, {}],
		});
	});

	test.each<[string, string[], Record<string, unknown>]>([
		['no binding', ['user:x@example.com', TOKEN, CI], {decision: 'deny'}],
		[
			'v2 spelling',
			['user:eve@example.com', 'iam.googleapis.com/serviceAccounts.getAccessToken', CI],
			{decision: 'allow'},
		],
		[
			'an undecided condition',
			['user:adam@example.com', 'iam.serviceAccounts.actAs', CI],
			{decision: 'unknown', undecided: 'condition'},
		],
		[
			'a group that was not read',
			['user:x@example.com', 'iam.serviceAccountKeys.create', CI],
			{decision: 'unknown', undecided: 'fact'},
		],
		['the group itself', ['group:g@example.com', 'iam.serviceAccountKeys.create', CI], {decision: 'allow'}],
		['a role that was not read', ['user:ken@example.com', TOKEN, CI], {decision: 'unknown', undecided: 'fact'}],
		[
			'a grant that has expired',
			['user:old@example.com', TOKEN, CI],
			{
				decision: 'deny',
				reason: expect.stringContaining('has expired'),
				proof: [
					{kind: 'binding', effect: 'denies', member: 'user:old@example.com'},
					{kind: 'condition', effect: 'denies', value: false},
				],
			},
		],
		[
			'a grant that begins later',
			['user:new@example.com', TOKEN, CI],
			{decision: 'deny', reason: expect.stringContaining('begins only later')},
		],
		[
			'a disabled account',
			[`serviceAccount:${emailOf('off', 'shop')}`, TOKEN, CI],
			{decision: 'deny', reason: expect.stringContaining('disabled')},
		],
		[
			'a deleted one',
			['deleted:user:eve@example.com?uid=1', TOKEN, CI],
			{decision: 'deny', reason: expect.stringContaining('deleted')},
		],
	])('%s', async (_, words, expected) => {
		expect(await asked(...words)).toMatchObject(expected);
	});

	test.each<[string, string[], RegExp]>([
		['no principal', ['eve@example.com', TOKEN, CI], /no principal[^]*user:eve@example\.com/],
		['an unknown kind', ['robot:x', TOKEN, CI], /robot:x is no principal/],
		...['user:eve', 'group:@b.c', 'serviceAccount:ci', 'domain:a@b.c', 'principal:x', 'principalSet://x', 'user:'].map(
			(word): [string, string[], RegExp] => [`no member syntax, ${word}`, [word, TOKEN, CI], /is no principal/],
		),
		[
			'a full name that is not there',
			['user:a@b.c', TOKEN, `${IAM}projects/shop/serviceAccounts/cii@shop.iam.gserviceaccount.com`],
			/Did you mean \S+serviceAccounts\/ci@shop/,
		],
		['an unknown resource', ['user:a@b.c', TOKEN, 'projects/shp'], /projects\/shp[^]*projects\/shop/],
		['an account that is not there', ['user:a@b.c', TOKEN, emailOf('cii', 'shop')], /Did you mean/],
		['no permission', ['user:a@b.c', 'actAs', CI], /no permission/],
		['two words', ['user:a@b.c', TOKEN], /three words/],
		['words and --queries', ['user:a@b.c', TOKEN, CI, '--queries', 'x'], /not both/],
	])('%s: exit 2', async (_, words, message) => {
		const {code, stdout, stderr} = await can(words);
		expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
	});

	test('as text, and into a file', async () => {
		const out = join(folder, 'answer.json');
		const {code, stdout} = await can(['user:eve@example.com', TOKEN, CI], '--output', out, '--output', 'table=-');
		expect([code, stdout]).toEqual([0, expect.stringMatching(/^ALLOW\n/)]);
		expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({decision: 'allow'});
	});
});

describe('--queries', () => {
	test('one answer a line, in order', async () => {
		const {code, answers} = await queries(
			[question('user:eve@example.com'), question('user:x@example.com'), question('user:ken@example.com')].join('\n'),
		);
		expect(answers.map(answer => answer['decision'])).toEqual(['allow', 'deny', 'unknown']);
		expect(code).toBe(0);
	});

	test.each([
		['no JSON', '{"principal"'],
		['null', 'null'],
		['a list', '[]'],
		['a number', '5'],
		['a missing field', JSON.stringify({principal: 'user:a@b.c', permission: TOKEN})],
		['a wrong type', question({user: 'a'})],
		['no principal', question('a@b.c')],
		['no permission', question('user:a@b.c', 'x')],
		['an unknown resource', question('user:a@b.c', TOKEN, 'projects/none')],
		['text that says "error":', question('"error":')],
	])('%s: an error in its place, the others answered, exit 2 at the end', async (_, bad) => {
		const {code, answers} = await queries(
			[question('user:eve@example.com'), bad, question('user:x@example.com')].join('\n'),
		);
		expect(answers).toMatchObject([
			{decision: 'allow'},
			{decision: 'unknown', error: expect.any(String)},
			{decision: 'deny'},
		]);
		expect(Object.keys(answers[1]!)).toEqual(['decision', 'error']);
		expect(code).toBe(2);
	});

	test('text about errors in a good question is no error', async () => {
		const {code, answers} = await queries(question('user:"error":@example.com'));
		expect([code, answers.length, answers[0]!['decision']]).toEqual([0, 1, 'deny']);
	});

	test('CRLF, a byte order mark, blank lines, no newline at the end', async () => {
		const {code, answers} = await queries(
			`\ufeff${question('user:eve@example.com')}\r\n\r\n${question('user:x@example.com')}`,
		);
		expect([code, answers.map(answer => answer['decision'])]).toEqual([0, ['allow', 'deny']]);
	});

	test('no question at all', async () => {
		expect(await queries('')).toMatchObject({code: 0, stdout: ''});
	});

	test('from standard input', async () => {
		const {code, stdout} = await sa(
			['can', '--queries', '-', '--assets', assets],
			`${question('user:eve@example.com')}\n`,
		);
		expect([code, (JSON.parse(stdout) as {decision: string}).decision]).toEqual([0, 'allow']);
	});

	test.each<[string, string[], RegExp]>([
		['a file that is not there', ['--queries', '/nowhere/q'], /\/nowhere\/q cannot be read/],
		['a directory', ['--queries', tmpdir()], /cannot be read/],
		['standard input twice', ['--queries', '-', '--assets', '-'], /both/],
	])('%s: exit 2', async (_, flags, message) => {
		const {code, stdout, stderr} = await sa(['can', '--assets', assets, ...flags]);
		expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
	});
});

describe('paths', () => {
	const paths = (...flags: string[]) => sa(['paths', '--assets', assets, ...flags]);

	test('JSON as in the contract', async () => {
		const {code, stdout} = await paths('--from=user:eve@example.com', '--to', ID, '--format=json');
		expect(code).toBe(0);
		const found = JSON.parse(stdout) as {paths: Record<string, unknown>[]; truncated: boolean};
		expect(found.truncated).toBe(false);
		expect(found.paths).toHaveLength(1);
		expect(found.paths[0]).toMatchObject({
			from: 'user:eve@example.com',
			to: `serviceAccount:${CI}`,
			hops: 1,
			confidence: 'certain',
			steps: [{escalation: 'sa-get-access-token'}],
		});
	});

	test('NDJSON: a pair a line', async () => {
		const {code, stdout} = await paths('--all', '--format=ndjson');
		expect(code).toBe(0);
		const pairs = stdout
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as Record<string, unknown>);
		expect(pairs.length).toBeGreaterThan(1);
		for (const pair of pairs) expect(Object.keys(pair)).toEqual(['from', 'to', 'hops', 'confidence']);
		expect(pairs).toContainEqual({
			from: 'user:eve@example.com',
			to: `serviceAccount:${CI}`,
			hops: 1,
			confidence: 'certain',
		});
	});

	test.each<[string, string[], RegExp]>([
		['no end', [], /--from[^]*--to[^]*--all/],
		['no principal', ['--from=eve'], /eve is no principal/],
		['an unknown target', ['--to=projects/none'], /projects\/none is not/],
		['no number', ['--all', '--max-hops=few'], /whole number/],
	])('%s: exit 2', async (_, flags, message) => {
		const {code, stdout, stderr} = await paths(...flags);
		expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
	});

	test('an unknown group or resource of the inventory as an end', async () => {
		const {code, stdout} = await paths('--from=user:nobody@example.com', '--format=json');
		expect([code, JSON.parse(stdout)]).toEqual([0, {paths: [], truncated: false}]);
	});
});

test('a bucket that only its policy names is a resource', async () => {
	const path = join(folder, 'bucket.ndjson');
	const bucket = '//storage.googleapis.com/b';
	const bound = {
		name: bucket,
		assetType: 'storage.googleapis.com/Bucket',
		ancestors: ['projects/10', 'organizations/1'],
		iamPolicy: {bindings: [{role: 'roles/storage.objectViewer', members: ['allUsers']}]},
	};
	await writeFile(path, ndjson([...LINES, bound, resource('x/y', '//x/y', {})]));
	const {code, stdout} = await sa([
		'can',
		'user:x@example.com',
		'storage.objects.get',
		bucket,
		'--assets',
		path,
		'--format=json',
	]);
	expect([code, JSON.parse(stdout)]).toMatchObject([0, {decision: 'allow', resource: bucket}]);
});

test('the organization’s own domains of the configuration are in its principal set', async () => {
	const boundary = 'organizations/1/locations/global/principalAccessBoundaryPolicies/pab';
	const bound = [
		{
			name: `//iam.googleapis.com/${boundary}`,
			assetType: 'iam.googleapis.com/PrincipalAccessBoundaryPolicy',
			resource: {
				data: {
					name: boundary,
					details: {rules: [{effect: 'ALLOW', resources: [`${CRM}folders/9`]}], enforcementVersion: '1'},
				},
			},
		},
		{
			name: '//iam.googleapis.com/organizations/1/locations/global/policyBindings/b',
			assetType: 'iam.googleapis.com/PolicyBinding',
			resource: {
				data: {
					name: 'organizations/1/locations/global/policyBindings/b',
					policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
					policy: boundary,
					target: {principalSet: `${CRM}organizations/1`},
				},
			},
		},
		policy(
			`${IAM}projects/shop/serviceAccounts/${CI}`,
			[{role: 'roles/iam.serviceAccountTokenCreator', members: ['user:max@subsidiary.example']}],
			inShop,
		),
	];
	const file = join(folder, 'bound.ndjson');
	const config = join(folder, 'own.yaml');
	await writeFile(file, ndjson([...LINES, ...bound]));
	await writeFile(config, 'domains: [subsidiary.example]\n');
	const decide = async (...flags: string[]) => {
		const question = ['user:max@subsidiary.example', TOKEN, CI];
		const {stdout} = await sa(['can', ...question, '--assets', file, '--format=json', ...flags]);
		return (JSON.parse(stdout) as {decision: string}).decision;
	};
	expect(await decide()).not.toBe('deny');
	expect(await decide('--config', config)).toBe('deny');
});
