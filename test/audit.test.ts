import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checks} from '../checks/index.ts';
import {formats} from '../reports/index.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import {findingText, findingTexts} from '../src/finding-json.ts';
import {SEVERITIES, type Finding, type Report} from '../src/report.ts';
import type {Asset} from '../src/sources/asset.ts';
import {DEMO_NOW, readDemo} from '../src/sources/demo.ts';
import {
	account,
	activity,
	constraint,
	coverage,
	customName,
	deny,
	EDITOR,
	type Grant,
	group,
	IAM_ADMIN,
	key,
	KEY_ADMIN,
	OBJECT_VIEWER,
	type OpenOptions,
	type Piece,
	OWNER,
	reportOf,
	resource,
	TOKEN_CREATOR,
	world,
} from './worlds/world.ts';

const OFFICE = '"accessPolicies/1/accessLevels/office" in request.auth.access_levels';
/** Something of everything, holes included. */
const mixed = world(
	[['ann', 'group:devs', 'allUsers'], TOKEN_CREATOR, 'shop'],
	group('devs', 'bob', 'ci@lab', 'group:inner'),
	group('inner', 'group:devs', 'carol'),
	['ci@shop', TOKEN_CREATOR, 'root@lab'],
	['ci@shop', KEY_ADMIN, 'folder'],
	['root@lab', OWNER, 'lab'],
	['dave', KEY_ADMIN, 'root@lab', OFFICE],
	['compute@web', EDITOR, 'folder'],
	['compute@web', IAM_ADMIN, 'lab'],
	['erin', customName('web', 'gone'), 'web'],
	['group:unread', OBJECT_VIEWER, 'web'],
	key('root@lab', 'k1'),
	key('ci@shop', 'k2'),
	key('ci@shop', 'k3', {disabled: true}),
	activity('ci@shop', '2025-08-01T00:00:00Z'),
	coverage('serviceAccountKeys', 'web', 'missing'),
);
const demo: Asset[] = [];
readDemo({asset: asset => demo.push(asset), problem: ({message}) => expect.unreachable(message)});

const text = (report: Report): string => [...formats.json(report, {color: false, columns: 80})].join('');
const textOf = async (assets: readonly Asset[], options?: OpenOptions): Promise<string> =>
	text(await reportOf(assets, options));

const worlds: [string, Asset[], OpenOptions][] = [
	['a mixed world', mixed, {}],
	['the demo', demo, {now: DEMO_NOW}],
	['a scope', mixed, {scopes: ['projects/lab']}],
	['nothing found', world(account('ci@shop'), activity('ci@shop', '2026-05-30T00:00:00Z')), {}],
];

describe.each(worlds)('the report of %s', (_, given, options) => {
	test('validates against the published schema', async () => {
		const schema = JSON.parse(readFileSync(new URL('../schema/report.schema.json', import.meta.url), 'utf8')) as object;
		const ajv = new Ajv2020({allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true});
		formatsPlugin.default(ajv);
		const validate = ajv.compile(schema);
		validate(JSON.parse(await textOf(given, options)));
		expect(validate.errors ?? []).toEqual([]);
	});

	test('is the same bytes twice', async () => {
		expect(await textOf(given, options)).toBe(await textOf(given, options));
	});

	test('does not follow the order of the input', async () => {
		const expected = await textOf(given, options);
		await fc.assert(
			fc.asyncProperty(
				fc.shuffledSubarray(given, {minLength: given.length, maxLength: given.length}),
				async shuffled => {
					expect(await textOf(shuffled, options)).toBe(expected);
				},
			),
			{numRuns: 6, seed: 7},
		);
	});

	test('has findings whose text is what they say as a whole, accepted ones too', async () => {
		const accept = {check: 'user-managed-key', reason: 'an "old" one \u202e', owner: 'ann@example.com'};
		const {findings} = await reportOf(given, {...options, config: {suppressions: [accept]}});
		expect(findings.text).toBeDefined();
		expect([...findingTexts(findings)]).toEqual([...findings].map(findingText));
	});

	test('is in a total order', async () => {
		const report = await reportOf(given, options);
		const keyOf = ({severity, check, resource: on, principal = '', fingerprint}: Finding): string =>
			[SEVERITIES.indexOf(severity), check, on, principal, fingerprint].join('\u0000');
		const sorted = (keys: string[]): void => {
			expect(keys).toEqual(keys.toSorted());
			expect(new Set(keys).size).toBe(keys.length);
		};
		sorted([...report.findings].map(keyOf));
		sorted(report.checks.map(({id}) => id));
		sorted(report.coverage.map(line => [line.fact, line.scope, line.assetType ?? ''].join('\u0000')));
		sorted(report.accounts.map(entry => entry.resource));
		sorted(report.graph.nodes.map(node => node.id));
		sorted(report.graph.edges.map(edge => [edge.from, edge.to, edge.escalation].join('\u0000')));
	});

	test('has one fingerprint a finding, and counts what it holds', async () => {
		const report = await reportOf(given, options);
		const findings = [...report.findings];
		expect(new Set(findings.map(finding => finding.fingerprint)).size).toBe(findings.length);
		for (const {fingerprint} of findings) expect(fingerprint).toMatch(/^[0-9a-f]{16,}$/);
		for (const severity of SEVERITIES) {
			expect(report.summary.findings[severity]).toBe(findings.filter(finding => finding.severity === severity).length);
		}
		for (const {id, status, findings: count} of report.checks) {
			expect(count).toBe(findings.filter(finding => finding.check === id).length);
			expect(status === 'fail').toBe(count > 0);
		}
	});

	test('names siblings that are there', async () => {
		const findings = [...(await reportOf(given, options)).findings];
		const known = new Map(findings.map(finding => [finding.fingerprint, finding.check]));
		for (const {evidence} of findings) {
			for (const {check, fingerprint} of (evidence['sameAs'] ?? []) as {check: string; fingerprint: string}[]) {
				expect(known.get(fingerprint)).toBe(check);
			}
		}
	});

	test('names the account of every finding', async () => {
		const report = await reportOf(given, options);
		const accounts = new Set(report.accounts.map(entry => entry.resource));
		// An account that was deleted is there no more.
		for (const {resource: on, check} of report.findings)
			if (on.includes('/serviceAccounts/') && check !== 'deleted-without-disabling')
				expect(accounts).toContain(on.replace(/\/keys\/.*/, ''));
	});
});

describe('fingerprints', () => {
	const chain = [
		['group:devs', TOKEN_CREATOR, 'ci@shop'],
		['ci@shop', TOKEN_CREATOR, 'root@lab'],
		['root@lab', OWNER, 'lab'],
		['compute@web', EDITOR, 'web'],
	] as const;
	/** Where nobody can make keys: whether one owns a project decides that, and here it changes. */
	const sealed = (...pieces: Piece[]): Asset[] =>
		world(
			...pieces,
			constraint('org', 'iam.disableServiceAccountKeyCreation'),
			constraint('org', 'iam.disableServiceAccountKeyUpload'),
		);
	const base = sealed(...chain, group('devs', 'ann'), key('ci@shop', 'k1'));
	const prints = async (assets: readonly Asset[], options?: OpenOptions): Promise<string[]> =>
		[...(await reportOf(assets, options)).findings].map(finding => finding.fingerprint).toSorted();

	test.each<[string, Asset[], OpenOptions?]>([
		[
			'a display name',
			sealed(
				...chain,
				group('devs', 'ann'),
				key('ci@shop', 'k1'),
				account('ci@shop', {displayName: 'CI', description: 'builds'}),
			),
		],
		['a new member of the group', sealed(...chain, group('devs', 'ann', 'bob'), key('ci@shop', 'k1'))],
		['unrelated grants', sealed(['zoe', OBJECT_VIEWER, 'web'], ...chain, group('devs', 'ann'), key('ci@shop', 'k1'))],
		[
			'less power, and with it severity',
			sealed(chain[0], chain[1], ['root@lab', EDITOR, 'lab'], chain[3], group('devs', 'ann'), key('ci@shop', 'k1')),
		],
		['time going by', base, {now: '2026-09-01T00:00:00Z'}],
	])('survive %s', async (_, assets, options) => {
		expect(await prints(assets, options)).toEqual(await prints(base));
	});

	test('survive another title of a condition', async () => {
		const conditional = world(['ann', TOKEN_CREATOR, 'ci@shop', OFFICE], ['ci@shop', OWNER, 'shop']);
		const text = JSON.stringify(conditional);
		expect(text).toContain('"title":"when"');
		const retitled = JSON.parse(text.replaceAll('"title":"when"', '"title":"Office only"')) as Asset[];
		expect(await prints(retitled)).toEqual(await prints(conditional));
	});

	test('survive names by number', async () => {
		const byNumber = structuredClone(base).map(asset => ({
			...asset,
			name: asset.name.replace('//iam.googleapis.com/projects/shop/', '//iam.googleapis.com/projects/10/'),
		}));
		expect(byNumber.some((asset, index) => asset.name !== base[index]!.name)).toBe(true);
		expect(await prints(byNumber)).toEqual(await prints(base));
		expect(await textOf(byNumber)).toBe(await textOf(base));
	});

	test.each<[string, Asset[], Asset[]]>([
		[
			'another role',
			world(['ann', TOKEN_CREATOR, 'ci@shop'], ['ci@shop', OWNER, 'shop']),
			world(['ann', KEY_ADMIN, 'ci@shop'], ['ci@shop', OWNER, 'shop']),
		],
		[
			'another place',
			world(['ann', TOKEN_CREATOR, 'ci@shop'], ['ci@shop', OWNER, 'shop']),
			world(['ann', TOKEN_CREATOR, 'shop'], ['ci@shop', OWNER, 'shop']),
		],
		[
			'a condition',
			world(['ann', TOKEN_CREATOR, 'ci@shop'], ['ci@shop', OWNER, 'shop']),
			world(['ann', TOKEN_CREATOR, 'ci@shop', OFFICE], ['ci@shop', OWNER, 'shop']),
		],
	])('differ by %s', async (_, one, other) => {
		const only = {checks: checks.filter(check => check.id === 'privilege-escalation')};
		const print = async (assets: Asset[]): Promise<string> =>
			[...(await reportOf(assets, only)).findings][0]!.fingerprint;
		expect(await print(one)).not.toBe(await print(other));
	});
});

describe('a check that throws', () => {
	const broken = defineCheck({
		...checks[0]!,
		id: 'broken',
		inspect: () => {
			throw new Error('out of luck');
		},
	});
	const late = defineCheck({
		...checks[0]!,
		id: 'late',
		inspect: world => {
			const {hits, ...verdict} = checks.find(check => check.id === 'user-managed-key')!.inspect(world);
			function* some(): Generator<Hit> {
				for (const hit of hits) {
					yield hit;
					throw new Error('half way');
				}
			}
			return {...verdict, hits: some()};
		},
	});

	test('is unknown, is told, and the others go on', async () => {
		const thrown: string[] = [];
		const options = {checks: [broken, ...checks, late], onThrow: (id: string) => void thrown.push(id)};
		const report = await reportOf(mixed, options);
		expect(thrown.toSorted()).toEqual(['broken', 'late']);
		const whole = await reportOf(mixed);
		expect(report.checks.filter(({id}) => id !== 'broken' && id !== 'late')).toEqual(whole.checks);
		expect(report.checks.find(({id}) => id === 'broken')).toMatchObject({
			status: 'unknown',
			findings: 0,
			reason: expect.stringMatching(/report it/),
		});
		expect([...report.findings]).toEqual([...whole.findings]);
	});

	test('nobody to tell it is no failure', async () => {
		await expect(reportOf(mixed, {checks: [broken], onThrow: () => {}})).resolves.toMatchObject({
			checks: [{status: 'unknown'}],
		});
	});
});

describe('settings', () => {
	const given = world(key('ci@shop', 'k1'), key('cd@shop', 'k2'));
	const only = {checks: checks.filter(check => check.id === 'user-managed-key')};
	const rule = {
		check: 'user-managed-key',
		resource: `${resource('ci@shop')}/*`,
		reason: 'legacy',
		owner: 'ann@example.com',
	};

	test('a severity of the file replaces the check’s own', async () => {
		const report = await reportOf(given, {...only, config: {checks: {'user-managed-key': {severity: 'low'}}}});
		expect(report.summary.findings).toEqual({critical: 0, high: 0, medium: 0, low: 2});
	});

	test.each<[string, object, number]>([
		['without an end', {}, 1],
		['on its last day', {until: '2026-06-01'}, 1],
		['after its last day', {until: '2026-05-31'}, 0],
		['of another check', {check: 'unused-service-account'}, 0],
		['of another resource', {resource: 'nothing'}, 0],
		['of a name that only matches as a pattern', {resource: resource('ci@shop').replaceAll('.', 'x')}, 0],
	])('a suppression %s', async (_, more, suppressed) => {
		const report = await reportOf(given, {...only, config: {suppressions: [{...rule, ...more}]}});
		expect(report.summary.suppressed).toBe(suppressed);
		expect(report.summary.findings.medium).toBe(2 - suppressed);
		expect([...report.findings].filter(finding => finding.suppressed)).toHaveLength(suppressed);
	});
});

test('the summary counts by the contract', async () => {
	const {summary} = await reportOf(
		world(
			[['ann', 'bob'], OBJECT_VIEWER, 'shop'],
			['ann', OBJECT_VIEWER, 'shop', OFFICE],
			['ann', KEY_ADMIN, 'ci@shop'],
			key('ci@shop', 'k1'),
			key('ci@shop', 'k2', {disabled: true}),
			key('ci@shop', 'k3', {type: 'SYSTEM_MANAGED'}),
		),
	);
	expect(summary.inventory).toEqual({projects: 3, serviceAccounts: 1, keys: 2, bindings: 4, principals: 2});
});

const CI = 'ci@shop.iam.gserviceaccount.com';
const managedByCi: Piece = {
	lines: [
		{
			name: '//cloudidentity.googleapis.com/groups/bots',
			asset_type: 'cloudidentity.googleapis.com/Group',
			resource: {data: {groupKey: {id: 'bots@example.com'}, members: [], managers: [`serviceAccount:${CI}`]}},
		},
	],
};
const barred = deny(
	'org',
	[`principal://iam.googleapis.com/projects/-/serviceAccounts/${CI}`],
	[
		'serviceAccounts.getAccessToken',
		'serviceAccounts.signBlob',
		'serviceAccounts.signJwt',
		'serviceAccounts.implicitDelegation',
	],
);

test.each<[string, (Grant | Piece)[], number]>([
	['a group', [['group:bots', TOKEN_CREATOR, 'root@lab'], group('bots', 'ci@shop')], 1],
	[
		'a group in a group',
		[['group:all', TOKEN_CREATOR, 'lab'], group('all', 'group:bots'), group('bots', 'ci@shop')],
		2,
	],
	['everybody', [['allAuthenticatedUsers', TOKEN_CREATOR, 'root@lab']], 1],
	['everybody, on all accounts, itself aside', [['allAuthenticatedUsers', TOKEN_CREATOR, 'org']], 2],
	['a group that it manages', [['group:bots', TOKEN_CREATOR, 'root@lab'], managedByCi], 1],
	[
		'two groups, act-as by one and the vehicle by the other',
		[
			['group:bots', 'roles/dataflow.developer', 'lab'],
			['group:all', 'roles/iam.serviceAccountUser', 'root@lab'],
			group('bots', 'ci@shop'),
			group('all', 'ci@shop'),
		],
		1,
	],
	['a group that is denied it', [['group:bots', TOKEN_CREATOR, 'lab'], group('bots', 'ci@shop'), barred], 0],
])('an account that no binding names reaches by %s', async (_, pieces, reaches) => {
	const {accounts} = await reportOf(
		world(['ann', TOKEN_CREATOR, 'ci@shop'], account('root@lab'), account('web@lab'), account('ci@shop'), ...pieces),
	);
	expect(accounts.find(one => one.resource === resource('ci@shop'))).toMatchObject({reaches});
});

test('accounts say who reaches them and whom they reach', async () => {
	const {accounts} = await reportOf(
		world(
			[['ann', 'bob'], TOKEN_CREATOR, 'ci@shop'],
			['ci@shop', TOKEN_CREATOR, 'root@lab'],
			['root@lab', OWNER, 'lab'],
			activity('ci@shop', '2026-05-01T00:00:00Z'),
		),
	);
	expect(accounts).toMatchObject([
		{
			resource: resource('root@lab'),
			reachedBy: 3,
			reaches: 0,
			power: [{level: 'owner-like', scope: 'projects/lab'}],
			lastUsed: null,
		},
		{
			resource: resource('ci@shop'),
			reachedBy: 2,
			reaches: 1,
			power: [],
			lastUsed: '2026-05-01T00:00:00.000Z',
			kind: 'user-managed',
			disabled: false,
		},
	]);
});
