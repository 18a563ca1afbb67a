/** `audit` as its users meet it: where facts come from, exit codes and their order, narrowing, bad input. */
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Finding, Report} from '../../src/report.ts';
import {
	account,
	CRM,
	emailOf,
	IAM,
	key,
	type Line,
	organization,
	policy,
	project,
	resource,
} from '../inventory/read.ts';
import {ndjson, NOW, RAW, sa, used} from './run.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sa-audit-'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

let files = 0;
async function file(content: string | Buffer | readonly unknown[], name = `f${files++}.ndjson`): Promise<string> {
	const path = join(folder, name);
	await writeFile(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : ndjson(content));
	return path;
}

type Parsed = Omit<Report, 'findings'> & {findings: Finding[]};
async function reportOf(...args: string[]): Promise<Parsed> {
	const {code, stdout, stderr} = await sa(['audit', '--format', 'json', ...args]);
	expect([code, stderr.includes('mistake')]).toEqual([0, false]);
	return JSON.parse(stdout) as Parsed;
}
const keysFound = ({findings}: Parsed): string[] =>
	findings.filter(({check}) => check === 'user-managed-key').map(({resource: on}) => on.split('/').at(-1)!);

const above = (number: number, ...more: string[]): {ancestors: string[]} => ({
	ancestors: [`projects/${number}`, ...more, 'organizations/1'],
});
const inShop = above(10, 'folders/2');
/** Everything read, nothing wrong. */
const CLEAN: readonly Line[] = [
	organization(1),
	project('shop', 10, ['folders/2', 'organizations/1']),
	account('shop', 'ci', inShop),
	key('shop', 'ci', 'off', inShop, {disabled: true}),
	policy(`${CRM}projects/10`, [{role: 'roles/viewer', members: ['user:a@example.com']}], inShop),
	used('shop', emailOf('ci', 'shop')),
];
const KEY = key('shop', 'ci', 'k1', inShop, {validAfterTime: '2025-01-01T00:00:00Z'});
const GROUP_GRANT = policy(
	`${CRM}organizations/1`,
	[{role: 'roles/iam.serviceAccountTokenCreator', members: ['group:g@example.com']}],
	{ancestors: ['organizations/1']},
);
const without = (assetType: string): Line[] => CLEAN.filter(line => line['assetType'] !== assetType);

/** Checks that need nothing but what `CLEAN` has. */
const FIRST =
	'--only=default-service-account-editor,impersonation-chain,lateral-movement,privilege-escalation,unused-service-account,user-managed-key';

describe('exit codes', () => {
	const suppression =
		'suppressions:\n  - {check: user-managed-key, resource: "*", reason: known, owner: a@example.com}\n';

	test.each<[string, readonly unknown[], string[], number, RegExp?]>([
		['nothing asked: findings are no failure', [...CLEAN, KEY], [], 0],
		['nothing found, everything read', CLEAN, ['--fail-on=low'], 0],
		['found at the level', [...CLEAN, KEY], ['--fail-on=medium'], 1],
		['found above the level', [...CLEAN, KEY], ['--fail-on=low'], 1],
		['found below the level', [...CLEAN, KEY], ['--fail-on=high'], 0],
		[
			'keys were not read',
			without('iam.googleapis.com/ServiceAccountKey'),
			['--fail-on=low'],
			3,
			/user-managed-key.*serviceAccountKeys/,
		],
		[
			'keys were not read, and no selected check needs them',
			without('iam.googleapis.com/ServiceAccountKey'),
			['--fail-on=low', '--skip=user-managed-key'],
			0,
		],
		[
			'only a check that needs nothing of it',
			without('iam.googleapis.com/ServiceAccountKey'),
			['--fail-on=low', '--only=privilege-escalation'],
			0,
		],
		[
			'policies were not read',
			CLEAN.filter(line => !('iamPolicy' in line)),
			['--fail-on=critical'],
			3,
			/allowPolicies/,
		],
		[
			'use was not read',
			without('policyanalyzer.googleapis.com/Activity'),
			['--fail-on=low'],
			3,
			/unused-service-account/,
		],
		[
			'a bound group was not read',
			[...CLEAN, GROUP_GRANT],
			['--fail-on=critical', '--only=default-service-account-editor'],
			3,
			/group:g@example.com/,
		],
		[
			'a bound custom role was not read',
			[...CLEAN, policy(`${CRM}organizations/1`, [{role: 'organizations/1/roles/x', members: ['user:a@example.com']}])],
			['--fail-on=low'],
			3,
			/organizations\/1\/roles\/x/,
		],
		['no custom role is bound, none was read', CLEAN, ['--fail-on=low', '--only=privilege-escalation'], 0],
		[
			'a lower finding, and a hole',
			[...without('iam.googleapis.com/ServiceAccount'), KEY],
			['--fail-on=high', '--only=user-managed-key'],
			3,
			/serviceAccounts/,
		],
		[
			'a finding at the level beats a hole',
			[...without('iam.googleapis.com/ServiceAccount'), KEY],
			['--fail-on=medium'],
			1,
		],
		['a broken line hides something', [...CLEAN, {name: 5}], ['--fail-on=low'], 3, /input of .*line 7/],
		['a broken line without --fail-on', [...CLEAN, {name: 5}], [], 0],
		[
			'--strict: a broken line beats findings',
			[...CLEAN, KEY, {name: 5}],
			['--strict', '--fail-on=low'],
			2,
			/:8: .*--strict|--strict[^]*:8: /,
		],
		[
			'--strict: a wrong type in a field',
			[...CLEAN, account('shop', 'x', inShop, {disabled: 'maybe'})],
			['--strict'],
			2,
			/disabled is no boolean/,
		],
		['--strict with nothing wrong', CLEAN, ['--strict'], 0],
	])('%s', async (_, lines, args, code, message) => {
		const only = args.some(arg => arg.startsWith('--only')) ? [] : [FIRST];
		const ended = await sa(['audit', '--assets', await file(lines), '--quiet', '--format=json', ...only, ...args]);
		expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(message ?? /^$/)]);
		expect(ended.stdout === '').toBe(code === 2);
	});

	test('what is suppressed fails nothing, and a lapsed suppression does', async () => {
		const assets = await file([...CLEAN, KEY]);
		const config = (extra: string) => file(suppression.replace('}', `${extra}}`), `config${files++}.yaml`);
		expect((await sa(['audit', '--assets', assets, FIRST, '--fail-on=low', '--config', await config('')])).code).toBe(
			0,
		);
		expect(
			(await sa(['audit', '--assets', assets, FIRST, '--fail-on=low', '--config', await config(', until: 2026-06-01')]))
				.code,
		).toBe(0);
		expect(
			(await sa(['audit', '--assets', assets, FIRST, '--fail-on=low', '--config', await config(', until: 2026-05-31')]))
				.code,
		).toBe(1);
	});

	test('the report is written, whatever the code', async () => {
		const out = join(folder, 'out.json');
		const {code} = await sa(['audit', '--assets', await file([...CLEAN, KEY]), '--fail-on=low', '--output', out]);
		expect(code).toBe(1);
		expect(keysFound(JSON.parse(await readFile(out, 'utf8')) as Parsed)).toEqual(['k1']);
	});
});

describe('where the facts come from', () => {
	const lines = [...CLEAN, KEY];

	test.each<[string, () => Promise<string[]>]>([
		['one file', async () => [await file(lines)]],
		['gzip, whatever its name', async () => [await file(gzipSync(ndjson(lines)), 'packed')]],
		[
			'gzip in two members',
			async () => [
				await file(
					Buffer.concat([gzipSync(ndjson(lines.slice(0, 3))), gzipSync(ndjson(lines.slice(3)))]),
					'members.gz',
				),
			],
		],
		['an array over many lines', async () => [await file(JSON.stringify(lines, null, 2), 'array.json')]],
		['an array on one line', async () => [await file(JSON.stringify(lines), 'line.json')]],
		[
			'snake case',
			async () => [
				await file(ndjson(lines).replaceAll('"assetType"', '"asset_type"').replaceAll('"iamPolicy"', '"iam_policy"')),
			],
		],
		['CRLF and a byte order mark', async () => [await file(`\ufeff${ndjson(lines).replaceAll('\n', '\r\n')}`)]],
		['no newline at the end', async () => [await file(ndjson(lines).trimEnd())]],
		['several files in any order', async () => [await file(lines.slice(3)), await file(lines.slice(0, 3))]],
		[
			'a directory with directories, dot files passed over',
			async () => {
				const top = join(folder, 'tree');
				await mkdir(join(top, 'deep', 'deeper'), {recursive: true});
				await writeFile(join(top, 'deep', 'deeper', '0'), ndjson(lines.slice(3)));
				await writeFile(join(top, 'a.ndjson'), ndjson(lines.slice(0, 3)));
				await writeFile(join(top, '.hidden'), 'no JSON');
				return [top];
			},
		],
	])('%s', async (_, make) => {
		const report = await reportOf(...(await make()).flatMap(path => ['--assets', path]));
		expect(keysFound(report)).toEqual(['k1']);
		expect(report.coverage.filter(line => line.fact === 'input')).toEqual([]);
		expect(report.run.sources).toMatchObject([{kind: 'assets', scope: ['organizations/1']}]);
		expect(report.summary.inventory).toEqual({projects: 1, serviceAccounts: 1, keys: 2, bindings: 1, principals: 1});
	});

	test('standard input, packed or not', async () => {
		for (const input of [ndjson(lines), gzipSync(ndjson(lines))]) {
			const {code, stdout} = await sa(['audit', '--assets', '-', '--format=json'], input);
			expect([code, keysFound(JSON.parse(stdout) as Parsed)]).toEqual([0, ['k1']]);
		}
	});

	test('the same input and --now give the same bytes but for run', async () => {
		const shuffled = await file(lines.toReversed());
		const plain = await file(lines);
		const texts = await Promise.all(
			[plain, plain, shuffled].map(
				async path => (await sa(['audit', '--assets', path, '--format=json', '--now', NOW])).stdout,
			),
		);
		const bare = texts.map(text => text.replace(/^ {2}"run": .*$/m, ''));
		expect(bare[1]).toBe(bare[0]);
		expect(bare[2]).toBe(bare[0]);
	});

	test('--now decides what has expired', async () => {
		const path = await file([...CLEAN, key('shop', 'ci', 'k1', inShop, {validBeforeTime: '2026-06-15T00:00:00Z'})]);
		expect(keysFound(await reportOf('--assets', path))).toEqual(['k1']);
		expect(keysFound(await reportOf('--assets', path, '--now', '2026-06-15T00:00:00Z'))).toEqual([]);
	});
});

describe('narrowing an export', () => {
	const lines = [
		...CLEAN,
		KEY,
		project('web', 11, ['folders/3', 'folders/2', 'organizations/1']),
		account('web', 'app', above(11, 'folders/3', 'folders/2')),
		key('web', 'app', 'k2', above(11, 'folders/3', 'folders/2')),
		project('far', 90, ['organizations/9']),
		key('far', 'x', 'k9', {ancestors: ['projects/90', 'organizations/9']}),
	];

	test.each<[string[], string[], string[]]>([
		[[], ['k9', 'k1', 'k2'], ['organizations/1', 'organizations/9']],
		[['--project=shop'], ['k1'], ['projects/shop']],
		[['--project=10'], ['k1'], ['projects/10']],
		[['--project=shop,far'], ['k9', 'k1'], ['projects/far', 'projects/shop']],
		[
			['--project=shop', '--project=web'],
			['k1', 'k2'],
			['projects/shop', 'projects/web'],
		],
		[['--folder=2'], ['k1', 'k2'], ['folders/2']],
		[
			['--folder=3', '--project=far'],
			['k9', 'k2'],
			['folders/3', 'projects/far'],
		],
		[['--organization=9'], ['k9'], ['organizations/9']],
	])('%j', async (flags, keys, scope) => {
		const report = await reportOf('--assets', await file(lines), ...flags);
		expect(keysFound(report)).toEqual(keys);
		expect(report.run.sources).toMatchObject([{kind: 'assets', scope}]);
		expect(report.summary.inventory.keys).toBe(keys.length + Number(keys.includes('k1')));
	});

	test('what is outside hides nothing inside', async () => {
		const path = await file(lines);
		expect(
			(
				await sa([
					'audit',
					'--assets',
					path,
					'--quiet',
					'--organization=1',
					'--only=user-managed-key',
					'--fail-on=critical',
				])
			).code,
		).toBe(0);
		expect(
			(await sa(['audit', '--assets', path, '--quiet', '--only=user-managed-key', '--fail-on=critical'])).code,
		).toBe(3);
	});

	test.each([
		[['--project=none'], /projects\/none is not in what was given/],
		[['--project=SHOP!'], /no project id/],
		[['--folder=shop'], /no folder id/],
		[['--organization='], /organization/],
		[['--project=shop,'], /empty/],
	])('%j is wrong usage', async (flags, message) => {
		const {code, stdout, stderr} = await sa(['audit', '--assets', await file(lines), ...flags]);
		expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
	});
});

describe('selection', () => {
	const ids = async (...args: string[]) =>
		(await reportOf('--assets', await file(CLEAN), ...args)).checks.map(check => check.id);
	test('--only, repeated or with commas; --skip', async () => {
		expect(await ids('--only=user-managed-key,lateral-movement')).toEqual(['lateral-movement', 'user-managed-key']);
		expect(await ids('--only=user-managed-key', '--only=lateral-movement')).toEqual([
			'lateral-movement',
			'user-managed-key',
		]);
		const all = await ids();
		expect(await ids('--skip=user-managed-key')).toEqual(all.filter(id => id !== 'user-managed-key'));
		expect(all).toEqual(all.toSorted());
	});

	test('nothing left to run is wrong usage', async () => {
		expect((await sa(['audit', '--demo', '--only=user-managed-key', '--skip=user-managed-key'])).code).toBe(2);
	});
});

describe('outputs', () => {
	test('several at once, by extension and by name; - is standard output', async () => {
		const [a, b, c] = ['a.json', 'b.ndjson', 'c.dat'].map(name => join(folder, name)) as [string, string, string];
		const {code, stdout} = await sa([
			'audit',
			'--assets',
			await file([...CLEAN, KEY]),
			FIRST,
			'--output',
			a,
			'--output',
			b,
			'--output',
			`table=${c}`,
			'--output',
			'json=-',
			'--only=user-managed-key',
		]);
		expect(code).toBe(0);
		expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(a, 'utf8')));
		expect((await readFile(b, 'utf8')).trim().split('\n')).toHaveLength(1);
		expect(await readFile(c, 'utf8')).toMatch(/user-managed-key/);
	});

	test('an error leaves neither a report nor a half-written one', async () => {
		const before = await readdir(folder);
		expect((await sa(['audit', '--assets', join(folder, 'none'), '--output', join(folder, 'never.json')])).code).toBe(
			2,
		);
		expect(await readdir(folder)).toEqual(before);
	});

	test('a report that was there stays if the run fails', async () => {
		const kept = await file('old', 'kept.json');
		expect((await sa(['audit', '--assets', join(folder, 'none'), '--output', kept])).code).toBe(2);
		expect(await readFile(kept, 'utf8')).toBe('old');
	});
});

describe('bad input: named with file and line, and nothing else lost', () => {
	const good = ndjson([...CLEAN, KEY]);
	test.each<[string, string | Buffer, RegExp]>([
		['half a line at the end', `${good}{"name": "//iam`, /:8: .*JSON/],
		['half a line in the middle', `{"name": \n${good}`, /:1: .*JSON/],
		['truncated gzip', gzipSync(good + `${'x'.repeat(5000)}${Math.PI}`.repeat(40)).subarray(0, -40), /gzip/],
		[
			'no UTF-8',
			Buffer.concat([Buffer.from(good), Buffer.from('{"name":"\xff\xfe","assetType":"a/b"}\n', 'latin1')]),
			/:8: .*UTF-8/,
		],
		['a number as a line', `${good}5\n`, /:8: /],
		[
			'a key file among them',
			`${good}{"type":"service_account","private_key":"-----BEGIN sEcReT","private_key_id":"abc"}\n`,
			/:8: .*key file/,
		],
		['ancestors that are none', good + ndjson([{...KEY, ancestors: 5}]), /:8: ancestors/],
	])('%s', async (_, content, message) => {
		const {code, stdout, stderr} = await sa(['audit', '--format=json', '--assets', await file(content)]);
		expect([code, stderr]).toEqual([0, expect.stringMatching(message)]);
		expect(stderr + stdout).not.toMatch(/sEcReT|\n\s+at /);
		const report = JSON.parse(stdout) as Parsed;
		expect(keysFound(report)).toEqual(['k1']);
		expect(report.coverage.filter(line => line.fact === 'input')).toMatchObject([{status: 'partial'}]);
	});

	test('a directory with a picture, an empty file and a good one', async () => {
		const mixed = await mkdtemp(join(folder, 'mixed-'));
		await writeFile(join(mixed, 'a.png'), Buffer.from('89504e470d0a1a0a0000', 'hex'));
		await writeFile(join(mixed, 'b'), '');
		await writeFile(join(mixed, 'c'), good);
		const {code, stdout, stderr} = await sa(['audit', '--format=json', '--assets', mixed]);
		expect([code, keysFound(JSON.parse(stdout) as Parsed)]).toEqual([0, ['k1']]);
		expect(stderr).toMatch(/a\.png: .*picture[^]*\/b: the file is empty/);
	});

	test('thousands of bad lines: the first are named, the rest is a number', async () => {
		const {code, stderr} = await sa([
			'audit',
			'--quiet',
			'--strict',
			'--assets',
			await file(good + '{"name": 5}\n'.repeat(3000)),
		]);
		expect(code).toBe(2);
		expect(stderr.split('\n').length).toBeLessThan(12);
		expect(stderr).toMatch(/3,000 places[^]*2,995 more/);
	});

	test.each<[string, string[], RegExp]>([
		['a file that is not there', ['--assets=/nowhere/x.ndjson'], /no such file[^]*--assets/],
		['a bucket', ['--assets=gs://bucket/x'], /gcloud storage cp/],
		['no source', [], /--assets=FILE[^]*--demo/],
		['an empty path', ['--assets='], /--assets/],
	])('%s: exit 2, and what to type', async (_, args, message) => {
		const {code, stdout, stderr} = await sa(['audit', ...args]);
		expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
	});

	test('a duplicate with other contents is a warning', async () => {
		const twice = [
			...CLEAN,
			policy(`${CRM}projects/10`, [{role: 'roles/browser', members: ['user:b@example.com']}], inShop),
		];
		const {code, stderr} = await sa(['audit', '--assets', await file(twice)]);
		expect([code, stderr]).toEqual([0, expect.stringMatching(/Warning: .*projects\/shop is in the input twice/)]);
	});
});

describe('strangers’ text never reaches the terminal raw', () => {
	const evil = '\u001b]0;pwned\u0007\u001b[2J\u202e\u0085x';
	const lines = [
		...CLEAN,
		resource(
			'cloudresourcemanager.googleapis.com/Folder',
			`${CRM}folders/2`,
			{displayName: evil},
			{ancestors: ['folders/2', 'organizations/1']},
		),
		account('shop', 'root', inShop, {displayName: evil, description: evil}),
		key('shop', 'root', evil, inShop),
		policy(`${CRM}organizations/1`, [
			{role: 'roles/owner', members: [`serviceAccount:${emailOf('root', 'shop')}`]},
			{
				role: 'roles/iam.serviceAccountTokenCreator',
				members: [`user:${evil}@example.com`, `group:${evil}@example.com`],
				condition: {title: evil, expression: `"${evil}" == "`},
			},
			{role: `organizations/1/roles/${evil}`, members: [evil]},
		]),
		resource('sa-audit/Coverage', '//x', {
			fact: 'allowPolicies',
			scope: `//x/${evil}`,
			status: 'missing',
			reason: evil,
		}),
		resource(`x/${evil}`, `//x/${evil}`, {}),
		{name: evil, assetType: 5},
		policy(`${IAM}projects/shop/serviceAccounts/${evil}`, [{role: evil, members: [`user:${evil}`]}]),
	];

	test.each([
		['table', ['audit']],
		['json', ['audit', '--format=json', '--fail-on=low']],
		['ndjson', ['audit', '--format=ndjson', '--verbose']],
		['paths', ['paths', '--all', '--include-limited', '--include-blocked']],
		['paths json', ['paths', '--all', '--format=json']],
		['paths ndjson', ['paths', '--all', '--format=ndjson']],
		['can', ['can', `user:${evil}@example.com`, 'iam.serviceAccounts.getAccessToken', emailOf('root', 'shop')]],
		[
			'can json',
			[
				'can',
				`user:${evil}@example.com`,
				'iam.serviceAccounts.getAccessToken',
				emailOf('root', 'shop'),
				'--format=json',
			],
		],
		['a wrong resource', ['can', 'user:a@b.c', 'iam.serviceAccounts.getAccessToken', evil]],
		['a wrong principal', ['can', evil, 'iam.serviceAccounts.getAccessToken', 'projects/shop']],
		['a wrong permission', ['can', 'user:a@b.c', evil, 'projects/shop']],
		['a wrong scope', ['audit', `--project=${evil}`]],
		['a wrong check', ['audit', `--only=${evil}`]],
		['a wrong time', ['audit', `--now=${evil}`]],
		['a wrong flag', ['audit', `--${evil}`]],
		['a wrong command', [evil]],
	])('%s', async (_, args) => {
		const directory = join(folder, `d${evil}`);
		await mkdir(directory, {recursive: true});
		await writeFile(join(directory, `f${evil}.ndjson`), `${ndjson(lines)}{broken\n`);
		const {code, stdout, stderr} = await sa([...args, ...(args[0] === evil ? [] : ['--assets', directory])]);
		expect(code).not.toBe(70);
		expect(stdout + stderr).not.toMatch(RAW);
		expect(stdout + stderr).not.toBe('');
	});
});

test('--now must be a time that exists', async () => {
	for (const now of ['yesterday', '2026-06-01', '2026-02-30T00:00:00Z', '1', '2026-06-01T00:00:00']) {
		expect((await sa(['audit', '--demo', `--now=${now}`])).code).toBe(2);
	}
	expect(
		(await sa(['audit', '--demo', '--quiet', '--now=2026-06-01T02:00:00+02:00', '--format=json'])).stdout,
	).toContain('"now":"2026-06-01T00:00:00.000Z"');
});

test('the same input twice says the same as once, records of the coverage included', async () => {
	const file = fileURLToPath(new URL('../../data/demo.ndjson', import.meta.url));
	const report = async (...files: string[]): Promise<Record<string, unknown>> => {
		const args = files.flatMap(path => ['--assets', path]);
		const {stdout} = await sa(['audit', ...args, '--format=json', '--now=2026-06-01T00:00:00Z']);
		const {run: _, ...rest} = JSON.parse(stdout) as Record<string, unknown>;
		return rest;
	};
	expect(await report(file, file)).toEqual(await report(file));
});
