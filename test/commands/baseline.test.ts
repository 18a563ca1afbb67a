/** `--baseline`, `--fail-on-new` and `diff`: what is new, unchanged, fixed, or gone because nobody looked. */
import {readFile, stat, writeFile} from 'node:fs/promises';
import {expect, describe, test} from 'vitest';
import {coverage, emailOf, key, account, project, policy, CRM, resource} from '../inventory/read.ts';
import {sa} from './run.ts';
import {BASE, grants, type Parsed, scratch, SHOP, shopKey, TOKEN_CREATOR, WEB, webKey} from './triage-world.ts';

/** What is counted must not change with every new check. */
const ONLY =
	'--only=default-service-account-editor,impersonation-chain,lateral-movement,privilege-escalation,unused-service-account,user-managed-key';
const {path, file, report} = scratch([ONLY]);
const ANN = 'user:ann@example.com';
const BOB = 'user:bob@example.com';
const keysOf = (list: readonly {check: string; resource: string}[]): string[] =>
	list.filter(({check}) => check === 'user-managed-key').map(({resource}) => resource.split('/').at(-1)!);
const pathsOf = (list: readonly {check: string; principal?: string}[]): (string | undefined)[] =>
	list.filter(({check}) => check === 'privilege-escalation').map(({principal}) => principal);

const read = (fact: string, last = 'complete') => [
	coverage(fact, 'organizations/1', 'complete'),
	coverage(fact, 'projects/10', 'complete'),
	coverage(fact, 'projects/20', last),
];
/** Nobody signed in with the key for a year. */
const IDLE = {
	activityType: 'serviceAccountKeyLastAuthentication',
	fullResourceName: `//iam.googleapis.com/projects/shop/serviceAccounts/${emailOf('root', 'shop')}/keys/k1`,
	observationPeriod: {startTime: '2025-05-01T00:00:00Z', endTime: '2026-05-31T00:00:00Z'},
	activity: {},
};

interface Diff {
	summary: Record<string, number>;
	new: {check: string; resource: string; principal?: string; reason?: string; drift?: object[]}[];
	fixed: {check: string; resource: string; principal?: string; drift?: object[]}[];
	unknown: {check: string; resource: string; reason: string}[];
	changed: {check: string; was: object; drift?: object[]; severity: string}[];
	coverage: object[];
}
async function diff(old: string, now: string): Promise<Diff> {
	const {code, stdout, stderr} = await sa(['diff', old, now, '--format=json']);
	expect([code, stderr]).toEqual([0, '']);
	return JSON.parse(stdout) as Diff;
}

describe('a finding', () => {
	test('is new, unchanged or fixed', async () => {
		const old = await report('old', [...BASE, grants([ANN]), shopKey]);
		const now = await report('now', [...BASE, grants([ANN]), webKey], '--baseline', old.file);
		const marked = Object.fromEntries(now.report.findings.map(({check, baseline}) => [check, baseline]));
		expect(marked).toMatchObject({'privilege-escalation': 'unchanged', 'user-managed-key': 'new'});
		expect(keysOf(now.report.baseline!.fixed)).toEqual(['k1']);
		expect(now.report.baseline!.unknown).toEqual([]);
		expect(now.report.baseline!.summary).toMatchObject({new: 1, fixed: 1, unknown: 0});
		expect(now.report.baseline!.run).toEqual({id: old.report.run.id, now: old.report.run.now});
		expect(now.stderr).toMatch(/Against .*old\.json: 1 new, \d+ unchanged, 1 fixed since 2026-06-01/);

		const changes = await diff(old.file, now.file);
		expect([keysOf(changes.new), keysOf(changes.fixed), changes.unknown, changes.changed]).toEqual([
			['k2'],
			['k1'],
			[],
			[],
		]);
		// The other way round is the mirror image.
		const back = await diff(now.file, old.file);
		expect([keysOf(back.new), keysOf(back.fixed)]).toEqual([['k1'], ['k2']]);
	});

	test('is the same after names, order and what has nothing to do with it changed', async () => {
		const old = await report('plain', [...BASE, grants([ANN]), shopKey]);
		const renamed = [
			...BASE.filter(line => !String(line['name']).endsWith(emailOf('root', 'shop'))),
			account('shop', 'root', SHOP, {displayName: 'Renamed', description: 'other'}),
			grants([ANN]),
			shopKey,
			project('other', 30, ['organizations/1']),
			account('other', 'x', {ancestors: ['projects/30', 'organizations/1']}),
		].toReversed();
		const now = await report('renamed', renamed, '--baseline', old.file);
		expect(now.report.baseline!.summary).toMatchObject({new: 0, fixed: 0, unknown: 0});
	});

	test('is the same on another way of collection: snake case, one array, search results', async () => {
		const lines = [...BASE, grants([ANN]), shopKey];
		const old = await report('export', lines);
		const snake = lines.map(({assetType, iamPolicy, ...rest}) => ({
			...rest,
			asset_type: assetType,
			...(iamPolicy !== undefined && {iam_policy: iamPolicy}),
		}));
		const assets = await file('array.json', JSON.stringify(snake));
		const searched = await file(
			'search.json',
			JSON.stringify({
				results: lines
					.filter(line => 'iamPolicy' in line)
					.map(line => ({
						resource: line['name'],
						assetType: line['assetType'],
						project: 'projects/10',
						organization: 'organizations/1',
						policy: line['iamPolicy'],
					})),
			}),
		);
		const rest = await file(
			'rest.ndjson',
			lines.filter(line => !('iamPolicy' in line)),
		);
		for (const args of [
			['--assets', assets],
			['--assets', rest, '--assets', searched],
		]) {
			const {stdout} = await sa(['audit', ...args, ONLY, '--format=json', '--baseline', old.file]);
			expect((JSON.parse(stdout) as Parsed).baseline!.summary).toMatchObject({new: 0, fixed: 0, unknown: 0});
		}
	});
});

describe('a finding that vanished because nobody looked is not fixed', () => {
	const OLD = [...BASE, grants([ANN]), shopKey, webKey];

	test.each<[string, readonly unknown[], string[], RegExp]>([
		['its check did not run', [...BASE, grants([ANN])], ['--skip=user-managed-key'], /user-managed-key did not run/],
		[
			'keys of the whole organization were not read',
			[...BASE, grants([ANN])].filter(line => !String(line['assetType']).endsWith('Key')),
			[],
			/serviceAccountKeys of organizations\/1 was not read/,
		],
		[
			'the project is not part of what was asked',
			[...BASE, grants([ANN])],
			['--project=web'],
			/organizations\/1 was not read/,
		],
	])('%s', async (_, lines, args, why) => {
		const old = await report('seen', OLD);
		const now = await report('unseen', lines, '--baseline', old.file, ...args);
		const {fixed, unknown} = now.report.baseline!;
		expect(keysOf(unknown)).toContain('k1');
		expect(keysOf(fixed)).not.toContain('k1');
		expect(unknown.find(({resource}) => resource.endsWith('k1'))!.reason).toMatch(why);
	});

	test('a hole in one project says nothing of another', async () => {
		const old = await report('both', OLD);
		const lines = [
			...BASE,
			grants([ANN]),
			coverage('serviceAccountKeys', 'projects/10', 'missing', {assetType: undefined}),
			...['organizations/1', 'projects/20'].map(scope => coverage('serviceAccountKeys', scope, 'complete')),
			...['organizations/1', 'projects/10', 'projects/20'].flatMap(scope =>
				['serviceAccounts', 'allowPolicies', 'resources'].map(fact => coverage(fact, scope, 'complete')),
			),
		];
		const now = await report('hole', lines, '--baseline', old.file);
		expect(keysOf(now.report.baseline!.unknown)).toEqual(['k1']);
		expect(keysOf(now.report.baseline!.fixed)).toEqual(['k2']);
		const changes = await diff(old.file, now.file);
		expect([keysOf(changes.unknown), keysOf(changes.fixed)]).toEqual([['k1'], ['k2']]);
		expect(changes.coverage).toContainEqual(
			expect.objectContaining({fact: 'serviceAccountKeys', scope: 'projects/shop', new: 'missing'}),
		);
		// Found again later, they may be older than they seem.
		const again = await diff(now.file, old.file);
		expect(again.new.find(({resource}) => resource.endsWith('k1'))!.reason).toMatch(/serviceAccountKeys/);
		expect(again.new.find(({resource}) => resource.endsWith('k2'))!.reason).toBeUndefined();
	});

	test('a hole that was there before explains nothing', async () => {
		const withoutUse = (lines: readonly unknown[]) =>
			lines.filter(line => !String((line as {assetType: string}).assetType).endsWith('Activity'));
		const old = await report('unused-old', withoutUse(OLD));
		const now = await report('unused-new', withoutUse([...BASE, grants([ANN])]), '--baseline', old.file);
		expect(keysOf(now.report.baseline!.fixed).toSorted()).toEqual(['k1', 'k2']);
	});

	test('a broken line of the input could have been it', async () => {
		const old = await report('whole', OLD);
		const now = await report('broken', [...BASE, grants([ANN]), {name: 5}], '--baseline', old.file);
		expect(keysOf(now.report.baseline!.unknown).toSorted()).toEqual(['k1', 'k2']);
	});

	test('a path through a custom role that was not read', async () => {
		const role = resource(
			'iam.googleapis.com/Role',
			'//iam.googleapis.com/projects/shop/roles/mint',
			{name: 'projects/shop/roles/mint', includedPermissions: ['iam.serviceAccounts.getAccessToken']},
			SHOP,
		);
		const bound = policy(
			`${CRM}projects/10`,
			[
				{role: 'roles/owner', members: [`serviceAccount:${emailOf('root', 'shop')}`]},
				{role: 'projects/shop/roles/mint', members: [ANN]},
			],
			SHOP,
		);
		const old = await report('role', [...BASE, bound, role]);
		expect(pathsOf(old.report.findings)).toEqual([ANN]);
		const now = await report('no-role', [...BASE, bound], '--baseline', old.file);
		expect(pathsOf(now.report.baseline!.unknown)).toEqual([ANN]);
		const {unknown} = await diff(old.file, now.file);
		expect(unknown[0]!.reason).toContain('projects/shop/roles/mint');
	});

	test('a custom role that nothing binds explains nothing', async () => {
		const role = resource('iam.googleapis.com/Role', '//iam.googleapis.com/projects/shop/roles/idle', {}, SHOP);
		const old = await report('idle-role', [...BASE, grants([ANN]), role]);
		const now = await report('no-idle-role', [...BASE, grants([])], '--baseline', old.file);
		expect(pathsOf(now.report.baseline!.fixed)).toEqual([ANN]);
	});

	test('a path through a policy that was not read', async () => {
		const old = await report('path', OLD);
		const lines = [
			...BASE,
			shopKey,
			webKey,
			...['organizations/1', 'projects/20'].map(scope => coverage('allowPolicies', scope, 'complete')),
			coverage('allowPolicies', 'projects/10', 'missing'),
		];
		const now = await report('no-policy', lines, '--baseline', old.file);
		expect(pathsOf(now.report.baseline!.unknown)).toEqual([ANN]);
		expect(now.report.baseline!.fixed).toEqual([]);
	});
});

describe('what gives a target its power is named by no path', () => {
	const ROOT = `serviceAccount:${emailOf('root', 'shop')}`;
	const may = policy(
		`//iam.googleapis.com/projects/shop/serviceAccounts/${emailOf('root', 'shop')}`,
		[{role: TOKEN_CREATOR, members: [ANN]}],
		SHOP,
	);
	const holding = (role: string, member: string) => policy(`${CRM}projects/20`, [{role, members: [member]}], WEB);
	const group = (name: string, ...members: string[]) => ({
		name: `//cloudidentity.googleapis.com/groups/${name}`,
		assetType: 'cloudidentity.googleapis.com/Group',
		resource: {data: {groupKey: {id: `${name}@example.com`}, members}},
	});
	const READER = 'projects/web/roles/reader';
	const reader = resource(
		'iam.googleapis.com/Role',
		`//iam.googleapis.com/${READER}`,
		{name: READER, title: 'Reader', includedPermissions: ['storage.objects.get']},
		WEB,
	);
	const byGroup = [...BASE, may, holding('roles/owner', 'group:all@example.com')];
	const nested = group('all', 'group:bots@example.com');
	const byRole = [...BASE, may, holding(READER, ROOT)];

	test.each<[string, readonly unknown[], readonly unknown[], string[]]>([
		['a group that was not read', [...byGroup, group('all', ROOT)], byGroup, ['unknown', 'unknown']],
		[
			'a group in it that was not read',
			[...byGroup, nested, group('bots', ROOT)],
			[...byGroup, nested],
			['unknown', 'unknown'],
		],
		['a role that was not read', [...byRole, reader], byRole, ['unknown']],
		['a group that it left', [...byGroup, group('all', ROOT)], [...byGroup, group('all', ANN)], ['fixed', 'fixed']],
		['a role that it lost', [...byRole, reader], [...BASE, may, holding(READER, ANN), reader], ['fixed']],
	])('%s', async (name, before, after, want) => {
		const flag = '--only=service-account-in-group';
		const old = await report(`${name} before`, before, flag);
		const now = await report(`${name} after`, after, flag, '--baseline', old.file);
		const {fixed, unknown} = now.report.baseline!;
		expect([...fixed.map(() => 'fixed'), ...unknown.map(() => 'unknown')]).toEqual(want);
		const changes = await diff(old.file, now.file);
		expect([changes.fixed.length, changes.unknown.length]).toEqual([fixed.length, unknown.length]);
	});
});

test.each<[string, string, readonly unknown[], readonly unknown[]]>([
	[
		'one project of many cannot be judged',
		'impersonation-not-logged',
		[grants([ANN]), ...read('allowPolicies'), ...read('workloadIdentityPools')],
		[grants([ANN]), ...read('allowPolicies', 'missing'), ...read('workloadIdentityPools')],
	],
	[
		'whether a key is in use was not read',
		'key-constraints-not-enforced',
		[
			...read('orgPolicies'),
			shopKey,
			resource('policyanalyzer.googleapis.com/Activity', '//policyanalyzer.googleapis.com/k1', IDLE, SHOP),
		],
		[...read('orgPolicies'), shopKey, coverage('activity', 'projects/10', 'missing')],
	],
])('what is told of many projects at once is not fixed: %s', async (name, check, before, after) => {
	const flag = `--only=${check}`;
	const old = await report(`${name} before`, [...BASE, ...before], flag);
	const now = await report(`${name} after`, [...BASE, ...after], flag, '--baseline', old.file);
	const gone = (list: readonly {check: string; resource: string}[]) =>
		list.filter(one => one.check === check).map(({resource: where}) => where);
	expect(gone(now.report.baseline!.fixed)).toEqual([]);
	expect(gone(now.report.baseline!.unknown)).toEqual([`${CRM}organizations/1`]);
});

test('a way through workloads that were not read any more is not closed', async () => {
	const lines = (await readFile(new URL('../../data/demo.ndjson', import.meta.url), 'utf8'))
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as {asset_type?: string; ancestors?: string[]});
	const scopes = new Set(lines.flatMap(({ancestors}) => ancestors ?? []));
	const left = lines.filter(line => !line.asset_type?.startsWith('run.googleapis.com/'));
	const now = '--now=2026-11-01T09:00:00Z';
	const old = await report('with services', lines, now);
	const later = await report(
		'without services',
		[...left, ...[...scopes].map(scope => coverage('workloads', scope, 'missing'))],
		now,
		'--baseline',
		old.file,
	);
	expect(later.report.baseline!.fixed).toEqual([]);
	expect(later.report.baseline!.unknown.map(({reason}) => reason)).toContainEqual(
		expect.stringMatching(/^workloads of/),
	);
});

describe('what opened or closed a path', () => {
	const binding = {kind: 'binding', role: TOKEN_CREATOR, resource: `${CRM}projects/shop`};

	test('is the binding that came or went', async () => {
		const old = await report('ann', [...BASE, grants([ANN])]);
		const now = await report('bob', [...BASE, grants([BOB])], '--baseline', old.file);
		const opened = now.report.findings.find(({principal}) => principal === BOB)!;
		expect(opened.drift).toEqual([{change: 'added', certain: false, ...binding, member: BOB}]);
		const closed = now.report.baseline!.fixed.find(({principal}) => principal === ANN);
		expect(closed!.drift).toEqual([{change: 'removed', certain: true, ...binding, member: ANN}]);

		const changes = await diff(old.file, now.file);
		expect(changes.new[0]!.drift).toEqual([{change: 'added', certain: false, ...binding, member: BOB}]);
		expect(changes.fixed[0]!.drift).toEqual([{change: 'removed', certain: false, ...binding, member: ANN}]);
		const {stdout} = await sa(['diff', old.file, now.file]);
		expect(stdout).toMatch(/NEW \(\d\)/);
		expect(stdout.replace(/\s+/g, ' ')).toContain(
			`by binding perhaps removed: ${ANN} has ${TOKEN_CREATOR} on projects/shop`,
		);
		const page = (await sa(['diff', old.file, now.file, '--format=markdown'])).stdout;
		expect(page).toMatch(/## Fixed \(\d\)/);
		expect(page).toContain('binding perhaps removed');
	});

	test('or the condition of it that changed', async () => {
		const until = (year: number) => ({
			condition: {expression: `request.time < timestamp("${year}-01-01T00:00:00Z")`, title: 't'},
		});
		const old = await report('2030', [...BASE, grants([ANN], until(2030))]);
		const now = await report('2020', [...BASE, grants([ANN], until(2020))], '--baseline', old.file);
		const closed = now.report.baseline!.fixed.find(({principal}) => principal === ANN);
		expect(closed!.drift).toEqual([
			{change: 'changed', certain: true, ...binding, member: ANN, condition: until(2030).condition.expression},
		]);
	});

	test('or nothing on the path itself: the account lost its power', async () => {
		const old = await report('power', [...BASE, grants([ANN])]);
		const weak = policy(`${CRM}projects/10`, [{role: TOKEN_CREATOR, members: [ANN]}], SHOP);
		const now = await report('weak', [...BASE, weak], '--baseline', old.file);
		const closed = now.report.baseline!.fixed.find(({principal}) => principal === ANN);
		expect(closed).toBeDefined();
		expect(closed!.drift).toBeUndefined();
	});

	test('findings that are in both and look different are changed, not new', async () => {
		const config = await file('low.yaml', 'checks: {user-managed-key: {severity: low}}\n');
		const old = await report('severe', [...BASE, shopKey]);
		const now = await report('mild', [...BASE, shopKey], '--config', config, '--baseline', old.file);
		expect(now.report.baseline!.summary).toMatchObject({new: 0, fixed: 0});
		const {changed, summary} = await diff(old.file, now.file);
		expect(summary).toMatchObject({changed: 1, new: 0, fixed: 0});
		expect(changed[0]).toMatchObject({check: 'user-managed-key', was: {severity: 'medium'}, severity: 'low'});
	});
});

describe('--fail-on-new', () => {
	test.each<[string, readonly unknown[], string, number]>([
		['nothing new', [...BASE, shopKey], 'low', 0],
		['new at the level', [...BASE, shopKey, webKey], 'medium', 1],
		['new above the level', [...BASE, shopKey, webKey], 'low', 1],
		['new below the level', [...BASE, shopKey, webKey], 'high', 0],
		['what was read is not read any more', BASE.filter(line => !String(line['assetType']).endsWith('Key')), 'high', 3],
		['a broken line', [...BASE, shopKey, {name: 5}], 'high', 3],
	])('%s', async (_, lines, severity, code) => {
		const old = await report('gate', [...BASE, shopKey]);
		const now = await report('gated', lines, '--baseline', old.file, `--fail-on-new=${severity}`);
		expect(now.code).toBe(code);
		expect((await sa(['diff', old.file, now.file, `--fail-on-new=${severity}`])).code).toBe(code);
	});

	test('holes that the baseline has as well were accepted with it; for --fail-on they count', async () => {
		const partly = [...BASE, shopKey].filter(line => !String(line['assetType']).endsWith('Activity'));
		const old = await report('partly', partly);
		expect((await report('again', partly, '--baseline', old.file, '--fail-on-new=low')).code).toBe(0);
		expect((await report('again', partly, '--baseline', old.file, '--fail-on=critical')).code).toBe(3);
	});

	test('a new finding that is accepted fails nothing', async () => {
		const old = await report('calm', BASE);
		const config = await file(
			'ok.yaml',
			'suppressions: [{check: user-managed-key, resource: "*", reason: r, owner: o}]',
		);
		const now = await report(
			'accepted',
			[...BASE, shopKey],
			'--baseline',
			old.file,
			'--config',
			config,
			'--fail-on-new=low',
		);
		expect([now.code, now.report.baseline!.summary.new]).toEqual([0, 1]);
	});

	test('needs a baseline', async () => {
		const {code, stderr} = await sa(['audit', '--demo', '--fail-on-new=high']);
		expect([code, stderr]).toEqual([2, expect.stringContaining('--baseline=REPORT.json')]);
	});
});

describe('a baseline', () => {
	test('may be the file that is written: the new report takes its place', async () => {
		const {file: out} = await report('ratchet', [...BASE, shopKey]);
		const next = await report('ratchet', [...BASE, webKey], '--baseline', out);
		expect([next.code, keysOf(next.report.baseline!.fixed)]).toEqual([0, ['k1']]);
		expect((await stat(out)).mode & 0o777).toBe(0o600);
		// The report of a comparison is a baseline as any other, and renders as itself.
		const last = await report('ratchet', [...BASE, webKey], '--baseline', out);
		expect(last.report.baseline!.summary).toMatchObject({new: 0, fixed: 0});
		const text = await readFile(out, 'utf8');
		expect((await sa(['render', out, '--format=json'])).stdout).toBe(text);
	});

	test.each([
		['is not there', () => path('none.json'), /it does not exist/],
		['is a directory', () => path('.'), /no regular file/],
		['is another format', async () => file('x.ndjson', [{check: 'x'}]), /is no JSON report/],
		[
			'is cut off',
			async () => {
				const {file: whole} = await report('cut', [...BASE, shopKey]);
				await writeFile(whole, (await readFile(whole, 'utf8')).slice(0, -100));
				return whole;
			},
			/is cut off/,
		],
		[
			'is of another version',
			async () => {
				const {file: whole} = await report('version', [...BASE, shopKey]);
				await writeFile(whole, (await readFile(whole, 'utf8')).replace('"version": 1', '"version": 7'));
				return whole;
			},
			/newer version \(7\)/,
		],
	])('that %s is exit code 2, and nothing is written', async (_, bad, message) => {
		const name = await bad();
		const assets = await file('a.ndjson', [...BASE]);
		const out = path('never.json');
		const {code, stdout, stderr} = await sa(['audit', '--assets', assets, '--baseline', name, '--output', out]);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toMatch(message);
		await expect(stat(out)).rejects.toThrow('ENOENT');
	});

	test('of the demo: every format says what is new', async () => {
		const out = path('demo.json');
		await sa(['audit', '--demo', '--skip=lateral-movement', '--output', out]);
		const all = async (format: string) =>
			(await sa(['audit', '--demo', '--baseline', out, `--format=${format}`])).stdout;
		const {findings} = JSON.parse(await readFile(out, 'utf8')) as {findings: unknown[]};
		const old = findings.length;
		expect(await all('table')).toContain(`baseline  7 new, ${old} unchanged, 0 fixed since 2026-11-01`);
		expect(await all('table')).toMatch(/NEW /);
		expect(await all('markdown')).toContain('Against the baseline: 7 new');
		expect((await all('csv')).match(/,new\r\n/g)).toHaveLength(7);
		expect((await all('ocsf')).match(/"activity_id":2/g)).toHaveLength(old);
		expect((await all('sarif')).match(/"baselineState":"new"/g)).toHaveLength(7);
		expect((await all('ndjson')).match(/"baseline":"unchanged"/g)).toHaveLength(old);
		expect(await all('junit')).toContain('<testsuites');
	});
});

test('keys and accounts that share a name stay apart', async () => {
	const twin = key('web', 'app', 'k1', WEB, {validAfterTime: '2025-01-01T00:00:00Z'});
	const old = await report('twins', [...BASE, shopKey, twin]);
	const now = await report('one', [...BASE, shopKey], '--baseline', old.file);
	expect(now.report.baseline!.summary).toMatchObject({fixed: 1, unknown: 0});
});
