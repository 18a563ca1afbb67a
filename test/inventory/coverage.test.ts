/** What counts as read, sentence by sentence of the contract. */
import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {audit} from '../../src/audit.ts';
import {DEFAULTS} from '../../src/config/schema.ts';
import type {Fact} from '../../src/inventory/coverage.ts';
import {prepareWorld} from '../../src/prepare.ts';
import type {CheckOutcome, CoverageLine, Report} from '../../src/report.ts';
import {
	account,
	coverage,
	CRM,
	emailOf,
	IAM,
	key,
	type Line,
	organization,
	policy,
	project,
	read,
	resource,
} from './read.ts';

const ORG = [
	organization(1),
	project('shop', 10, ['folders/2', 'organizations/1']),
	project('web', 11, ['folders/2', 'organizations/1']),
	project('lab', 12, ['organizations/1']),
];
const AUTH = 'serviceAccountLastAuthentication';
const TYPES = {accounts: 'serviceAccounts', keys: 'serviceAccountKeys'} as const;
const home = (number: number, ...above: string[]): Line => ({
	ancestors: [`projects/${number}`, ...above, 'organizations/1'],
});

function standing(lines: readonly Line[], fact: Fact, place: string, type?: string) {
	const {inventory} = read(lines);
	return inventory.coverage.standing(fact, inventory.container(place)!, type).status;
}

/** Lines of one fact as `scope status records`. */
function linesOf(lines: readonly Line[], fact: Fact, type?: string): string[] {
	const found = read(lines)
		.inventory.coverage.lines()
		.filter(line => line.fact === fact && line.assetType === type);
	return found.map(({scope, status, records}) => `${scope} ${status} ${records}`);
}

async function report(lines: readonly Line[], scopes: readonly string[] = []): Promise<Report> {
	const world = await prepareWorld(read(lines, scopes).inventory, DEFAULTS);
	return audit(world, {checks, run: {id: '', startedAt: '', finishedAt: '', now: '', sources: []}, version: '0'});
}

const outcome = async (lines: readonly Line[], id: string, scopes: readonly string[] = []): Promise<CheckOutcome> =>
	(await report(lines, scopes)).checks.find(check => check.id === id)!;

describe('plain exports: one asset of the type anywhere below the organization', () => {
	const accounts = [account('shop', 'ci', home(10, 'folders/2'))];
	const keys = [key('shop', 'ci', 'k', home(10, 'folders/2'))];
	const role = resource(
		'iam.googleapis.com/Role',
		`${IAM}projects/shop/roles/r`,
		{includedPermissions: []},
		home(10, 'folders/2'),
	);
	const pool = resource(
		'iam.googleapis.com/WorkloadIdentityPool',
		`${IAM}projects/10/locations/global/workloadIdentityPools/p`,
		{},
		home(10, 'folders/2'),
	);
	const constraint = {
		name: `${CRM}organizations/1`,
		assetType: 'cloudresourcemanager.googleapis.com/Organization',
		ancestors: ['organizations/1'],
		orgPolicy: [{}],
	};

	test.each<[Fact, Line[]]>([
		['serviceAccounts', accounts],
		['serviceAccountKeys', keys],
		['allowPolicies', [policy(`${CRM}projects/10`, [], home(10, 'folders/2'))]],
		['auditConfigs', [policy(`${CRM}projects/10`, [], home(10, 'folders/2'))]],
		['roles', [role]],
		['workloadIdentityPools', [pool]],
		['orgPolicies', [constraint]],
	])('%s', (fact, lines) => {
		for (const place of ['organizations/1', 'folders/2', 'projects/shop', 'projects/lab']) {
			expect(standing([...ORG, ...lines], fact, place)).toBe('complete');
			expect(standing(ORG, fact, place)).toBe('missing');
		}
		expect(linesOf([...ORG, ...lines], fact)).toEqual([`organizations/1 complete 1`]);
		expect(linesOf(ORG, fact)).toEqual([`organizations/1 missing 0`]);
	});

	test('resources', () => {
		expect(linesOf(ORG, 'resources')).toEqual(['organizations/1 complete 4']);
		expect(standing([policy(`${CRM}projects/10`, [], home(10))], 'resources', 'projects/10')).toBe('missing');
	});

	test.each<Fact>(['denyPolicies', 'boundaryPolicies', 'insights', 'auditLogs'])(
		'%s needs coverage lines, whatever assets there are',
		fact => {
			const assets = [
				resource('iam.googleapis.com/DenyPolicy', `${IAM}policies/p/denypolicies/d`, {rules: []}, home(10)),
				resource(
					'iam.googleapis.com/PrincipalAccessBoundaryPolicy',
					`${IAM}b`,
					{details: {}},
					{ancestors: ['organizations/1']},
				),
				resource('recommender.googleapis.com/Insight', '//recommender/1', {}, home(10)),
			];
			expect(standing([...ORG, ...assets], fact, 'projects/shop')).toBe('missing');
			expect(standing([...ORG, coverage(fact, 'projects/shop', 'complete')], fact, 'projects/shop')).toBe('complete');
		},
	);

	test('a project without keys has no keys', async () => {
		expect(await outcome([...ORG, ...accounts, ...keys], 'user-managed-key', ['projects/lab'])).toMatchObject({
			status: 'pass',
			examined: 0,
		});
		expect(await outcome([...ORG, ...accounts], 'user-managed-key', ['projects/lab'])).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining('serviceAccountKeys'),
		});
	});

	test('several organizations are judged each by itself', () => {
		const other = project('far', 90, ['organizations/9']);
		expect(standing([...ORG, other, ...keys], 'serviceAccountKeys', 'projects/far')).toBe('missing');
		expect(linesOf([...ORG, other, ...keys], 'serviceAccountKeys')).toEqual([
			'organizations/1 complete 1',
			'organizations/9 missing 0',
		]);
	});

	test('no ancestors known: one organization', async () => {
		const lines = [
			project('shop', 10),
			project('web', 11),
			account('shop', 'ci'),
			key('shop', 'ci', 'k', {}, {disabled: true}),
		];
		for (const place of ['projects/shop', 'projects/web'])
			expect(standing(lines, 'serviceAccountKeys', place)).toBe('complete');
		expect(await outcome(lines, 'user-managed-key')).toMatchObject({status: 'pass'});
		expect(linesOf(lines, 'serviceAccountKeys')).toEqual(['projects/shop complete 1', 'projects/web complete 0']);
		expect(standing([...lines, project('far', 90, ['organizations/9'])], 'serviceAccountKeys', 'projects/far')).toBe(
			'missing',
		);
	});

	test('an organization without any project: what was not exported is not "none"', async () => {
		expect(await outcome([organization(1)], 'user-managed-key')).toMatchObject({status: 'unknown'});
	});
});

describe('activity counts per project and type', () => {
	const used = (id: string, type = AUTH) =>
		resource('policyanalyzer.googleapis.com/Activity', `//policyanalyzer/${id}`, {
			fullResourceName: `${IAM}projects/${id}/serviceAccounts/${emailOf('ci', id)}`,
			activityType: type,
			activity: {},
		});

	test('one project’s record says nothing about another, one type’s nothing about another type', () => {
		const lines = [...ORG, used('shop')];
		expect(standing(lines, 'activity', 'projects/shop', AUTH)).toBe('complete');
		expect(standing(lines, 'activity', 'projects/web', AUTH)).toBe('missing');
		expect(standing(lines, 'activity', 'projects/shop', 'serviceAccountKeyLastAuthentication')).toBe('missing');
		expect(linesOf(lines, 'activity', AUTH)).toEqual([
			'projects/lab missing 0',
			'projects/shop complete 1',
			'projects/web missing 0',
		]);
	});

	test('all projects read: one line at the top', () => {
		expect(linesOf([...ORG, used('shop'), used('web'), used('lab')], 'activity', AUTH)).toEqual([
			'organizations/1 complete 3',
		]);
	});

	test('none at all: one hole', () => {
		expect(linesOf(ORG, 'activity')).toEqual(['organizations/1 missing 0']);
	});

	test('a line without a type speaks for the types that have no line of their own', () => {
		const lines = [
			...ORG,
			coverage('activity', 'projects/shop', 'complete'),
			coverage('activity', 'projects/shop', 'partial', {assetType: AUTH}),
		];
		expect(standing(lines, 'activity', 'projects/shop', AUTH)).toBe('partial');
		expect(standing(lines, 'activity', 'projects/shop', 'other')).toBe('complete');
		expect(standing(lines, 'activity', 'projects/web', 'other')).toBe('missing');
	});

	test('a line for one type leaves the other types unread, records or not', () => {
		const lines = [...ORG, coverage('activity', 'projects/shop', 'complete', {assetType: 'other'}), used('shop')];
		expect(standing(lines, 'activity', 'projects/shop', AUTH)).toBe('missing');
	});
});

describe('coverage lines', () => {
	const facts = (fact: Fact, ...said: [string, string][]) => [
		...ORG,
		...said.map(([scope, status]) => coverage(fact, scope, status)),
	];

	test('a line speaks for its container, never for those below', () => {
		const lines = facts('allowPolicies', ['organizations/1', 'complete']);
		expect(standing(lines, 'allowPolicies', 'organizations/1')).toBe('complete');
		for (const place of ['folders/2', 'projects/shop']) expect(standing(lines, 'allowPolicies', place)).toBe('missing');
	});

	test('where lines are, assets prove nothing', () => {
		const lines = [
			...facts('serviceAccountKeys', ['projects/shop', 'complete']),
			key('web', 'ci', 'k', home(11, 'folders/2')),
		];
		expect(standing(lines, 'serviceAccountKeys', 'projects/web')).toBe('missing');
	});

	test('lines of one organization say nothing about how another is judged', () => {
		const lines = [
			...facts('serviceAccountKeys', ['projects/shop', 'missing']),
			project('far', 90, ['organizations/9']),
			key('far', 'ci', 'k', {ancestors: ['projects/90', 'organizations/9']}),
		];
		expect(standing(lines, 'serviceAccountKeys', 'projects/far')).toBe('complete');
	});

	test.each(['projects/10', `${CRM}projects/shop`, `${CRM}projects/10`])('the scope may be written %s', scope => {
		expect(standing(facts('serviceAccounts', [scope, 'partial']), 'serviceAccounts', 'projects/shop')).toBe('partial');
	});

	test('several lines for one scope: the worst', () => {
		for (const said of [
			['complete', 'missing', 'partial'],
			['missing', 'complete', 'partial'],
		]) {
			const lines = facts('serviceAccounts', ...said.map((status): [string, string] => ['projects/shop', status]));
			expect(standing(lines, 'serviceAccounts', 'projects/shop')).toBe('missing');
		}
	});

	test.each<[string, Fact, [string, string][], string[]]>([
		[
			'all complete: the organization',
			'allowPolicies',
			[
				['organizations/1', 'complete'],
				['folders/2', 'complete'],
				['projects/shop', 'complete'],
				['projects/web', 'complete'],
				['projects/lab', 'complete'],
			],
			['organizations/1 complete 0'],
		],
		[
			'complete ones go up to the highest container under which nothing is missing, each hole is listed',
			'allowPolicies',
			[
				['organizations/1', 'complete'],
				['folders/2', 'complete'],
				['projects/shop', 'complete'],
				['projects/web', 'complete'],
				['projects/lab', 'partial'],
			],
			['folders/2 complete 0', 'organizations/1 complete 0', 'projects/lab partial 0'],
		],
		[
			'accounts lie in projects: nothing need be said about what is above',
			'serviceAccounts',
			[
				['projects/shop', 'complete'],
				['projects/web', 'complete'],
				['projects/lab', 'complete'],
			],
			['organizations/1 complete 0'],
		],
		[
			'a project that no line names is a hole, what holds it is none',
			'serviceAccountKeys',
			[
				['projects/shop', 'complete'],
				['projects/web', 'complete'],
			],
			['folders/2 complete 0', 'projects/lab missing 0'],
		],
		[
			'custom roles lie in projects and organizations',
			'roles',
			[
				['organizations/1', 'complete'],
				['projects/shop', 'complete'],
				['projects/web', 'complete'],
				['projects/lab', 'complete'],
			],
			['organizations/1 complete 0'],
		],
		[
			'input: only its holes',
			'input',
			[
				['projects/shop', 'partial'],
				['projects/web', 'complete'],
			],
			['projects/shop partial 0'],
		],
		['groups belong to the organization', 'groups', [['organizations/1', 'complete']], ['organizations/1 complete 0']],
	])('%s', (_, fact, said, expected) => {
		expect(linesOf(facts(fact, ...said), fact)).toEqual(expected);
	});

	test('a resource’s own line beats its project’s, and is listed only if it is a hole', async () => {
		const name = `${IAM}projects/shop/serviceAccounts/${emailOf('ci', 'shop')}`;
		const all = ['shop', 'web', 'lab'].flatMap(id => [
			coverage('serviceAccountKeys', `projects/${id}`, 'complete'),
			coverage('serviceAccounts', `projects/${id}`, 'complete'),
		]);
		const lines = [...ORG, account('shop', 'ci', home(10, 'folders/2'), {uniqueId: '100000000000000000001'}), ...all];
		const own = coverage('serviceAccountKeys', `${IAM}projects/10/serviceAccounts/100000000000000000001`, 'missing', {
			reason: 'permission denied',
		});
		expect(linesOf([...lines, own], 'serviceAccountKeys')).toEqual([`${name} missing 0`, 'organizations/1 complete 0']);
		expect(linesOf([...lines, coverage('serviceAccountKeys', name, 'complete')], 'serviceAccountKeys')).toEqual([
			'organizations/1 complete 0',
		]);
		expect(await outcome(lines, 'user-managed-key')).toMatchObject({status: 'pass'});
		expect(await outcome([...lines, own], 'user-managed-key')).toMatchObject({
			status: 'unknown',
			reason: 'permission denied',
		});
		// Elsewhere it hides nothing.
		expect(await outcome([...lines, own], 'user-managed-key', ['projects/lab'])).toMatchObject({status: 'pass'});
		expect(await outcome([...lines, own], 'user-managed-key', ['folders/2'])).toMatchObject({status: 'unknown'});
	});

	test('what is above the scope matters for grants, what is beside it does not', async () => {
		const said = (missing: string) => [
			...ORG,
			account('lab', 'ci', home(12)),
			...['organizations/1', 'folders/2', 'projects/shop', 'projects/web', 'projects/lab'].map(place =>
				coverage('allowPolicies', place, place === missing ? 'missing' : 'complete'),
			),
		];
		expect(await outcome(said('organizations/1'), 'privilege-escalation', ['projects/lab'])).toMatchObject({
			status: 'unknown',
		});
		expect(await outcome(said('projects/shop'), 'default-service-account-editor', ['projects/lab'])).toMatchObject({
			status: 'pass',
		});
	});

	test.each([
		['fact', {fact: 'nonsense', scope: 'projects/shop', status: 'complete'}],
		['status', {fact: 'groups', scope: 'projects/shop', status: 'done'}],
		['scope', {fact: 'groups', status: 'complete'}],
		['type', {fact: 'activity', scope: 'projects/shop', status: 'complete', assetType: {}}],
	])('a line with a wrong %s says nothing, and is a problem', (_, data) => {
		const {problems, inventory} = read([...ORG, resource('sa-audit/Coverage', '//sa-audit/coverage/x', data)]);
		expect(problems).toHaveLength(1);
		expect(inventory.coverage.standing('activity', inventory.container('projects/shop')!).status).toBe('missing');
	});
});

describe('holes that could add findings make a check unknown, others do not', () => {
	const ALL: Line[] = [
		...ORG,
		account('shop', 'ci', home(10, 'folders/2')),
		key('shop', 'ci', 'k', home(10, 'folders/2'), {disabled: true}),
		policy(`${CRM}projects/10`, [{role: 'roles/viewer', members: ['user:a@example.com']}], home(10, 'folders/2')),
	];
	const binding = (role: string, member: string) =>
		policy(`${CRM}projects/11`, [{role, members: [member]}], home(11, 'folders/2'));

	test('deny and boundary policies were not read: pass all the same, and the hole is in the coverage', async () => {
		const made = await report(ALL);
		expect(made.checks.find(check => check.id === 'privilege-escalation')).toMatchObject({status: 'pass'});
		for (const fact of ['denyPolicies', 'boundaryPolicies'])
			expect(made.coverage).toContainEqual(
				expect.objectContaining({fact, scope: 'organizations/1', status: 'missing'}),
			);
	});

	test('no custom role was read: nothing, as long as none is bound', async () => {
		const made = await report(ALL);
		expect(made.coverage).toContainEqual(
			expect.objectContaining({fact: 'roles', scope: 'organizations/1', status: 'missing'}),
		);
		expect(made.checks.find(check => check.id === 'privilege-escalation')?.reason).toBeUndefined();
		const bound = await report([...ALL, binding('projects/web/roles/r', 'user:a@example.com')]);
		expect(bound.checks.find(check => check.id === 'privilege-escalation')).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining('projects/web/roles/r'),
		});
		expect(bound.coverage).toContainEqual(
			expect.objectContaining({fact: 'roles', scope: `${IAM}projects/web/roles/r`, status: 'missing'}),
		);
	});

	test('a group is read only if its own asset is there, and so are the groups in it', async () => {
		const group = (id: string, ...members: string[]) =>
			resource('cloudidentity.googleapis.com/Group', `//cloudidentity.googleapis.com/groups/${id}`, {
				groupKey: {id: `${id}@example.com`},
				members,
			});
		const bound = binding('roles/iam.serviceAccountTokenCreator', 'group:g@example.com');
		const of = (...more: Line[]) => outcome([...ALL, bound, ...more], 'default-service-account-editor');
		expect(await of()).toMatchObject({status: 'unknown', reason: expect.stringContaining('group:g@example.com')});
		expect(await of(coverage('groups', 'organizations/1', 'complete'))).toMatchObject({status: 'unknown'});
		expect(await of(group('other'))).toMatchObject({status: 'unknown'});
		expect(await of(group('g', 'user:a@example.com'))).toMatchObject({status: 'pass'});
		expect(await of(group('g', 'group:h@example.com'))).toMatchObject({status: 'unknown'});
		expect(await of(group('g', 'group:h@example.com'), group('h', 'group:g@example.com'))).toMatchObject({
			status: 'pass',
		});
		expect(
			await of(
				group('g', 'user:a@example.com'),
				coverage('groups', '//cloudidentity.googleapis.com/groups/g', 'partial'),
			),
		).toMatchObject({status: 'unknown'});
	});

	test('a reason is given beside findings, too', async () => {
		const {inventory} = read(ALL);
		expect(inventory.keys).toHaveLength(1);
		const lines = [...ORG, key('shop', 'ci', 'k', home(10, 'folders/2'))];
		expect(await outcome(lines, 'user-managed-key')).toMatchObject({
			status: 'fail',
			findings: 1,
			reason: expect.stringContaining('serviceAccounts'),
		});
	});

	test.each(Object.values(TYPES))('%s', async fact => {
		const without = ALL.filter(
			line =>
				line['assetType'] !==
				(fact === 'serviceAccounts' ? 'iam.googleapis.com/ServiceAccount' : 'iam.googleapis.com/ServiceAccountKey'),
		);
		expect(await outcome(without, 'user-managed-key')).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining(fact),
		});
		expect(await outcome(ALL, 'user-managed-key')).toMatchObject({status: 'pass'});
	});
});

test('a broken line is a partial input of that file, and no hole for single checks', async () => {
	const made = await report([
		...ORG,
		account('shop', 'ci', home(10)),
		key('shop', 'ci', 'k', home(10), {disabled: true}),
		{name: 5},
	]);
	const lines: CoverageLine[] = made.coverage.filter(line => line.fact === 'input');
	expect(lines).toMatchObject([
		{scope: 'in.ndjson', status: 'partial', records: 1, reason: expect.stringContaining('line 7')},
	]);
	expect(made.checks.find(check => check.id === 'user-managed-key')).toMatchObject({status: 'pass'});
});

test('the lines are in total order, whatever the order of the input', () => {
	const lines = [
		...ORG,
		coverage('denyPolicies', 'projects/lab', 'partial'),
		coverage('denyPolicies', 'projects/shop', 'missing'),
		coverage('activity', 'projects/web', 'complete', {assetType: AUTH}),
	];
	const shown = (input: readonly Line[]) => JSON.stringify(read(input).inventory.coverage.lines());
	expect(shown(lines.toReversed())).toBe(shown(lines));
});
