/** Whatever stands in a field: never a throw, always a problem, the rest used, and nothing of a value told. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {audit} from '../../src/audit.ts';
import {DEFAULTS} from '../../src/config/schema.ts';
import {prepareWorld} from '../../src/prepare.ts';
import {
	account,
	CRM,
	IAM,
	key,
	type Line,
	organization,
	policy,
	project,
	read,
	type ReadBack,
	resource,
} from './read.ts';

const EMAIL = 'ci@shop.iam.gserviceaccount.com';
const OWNER = `${CRM}organizations/1`;
const POOL = `${IAM}projects/shop/locations/global/workloadIdentityPools/pool`;
const ancestors = ['projects/10', 'folders/2', 'organizations/1'];
const time = '2026-01-01T00:00:00Z';

/** One good line of every type that is read. */
const GOOD: Readonly<Record<string, Line>> = {
	organization: organization(1, {updateTime: time}),
	folder: resource(
		'cloudresourcemanager.googleapis.com/Folder',
		`${CRM}folders/2`,
		{name: 'folders/2', displayName: 'f', state: 'ACTIVE', parent: 'organizations/1'},
		{ancestors: ancestors.slice(1)},
	),
	project: project('shop', 10, ['folders/2', 'organizations/1'], {updateTime: time}),
	projectV1: resource('cloudresourcemanager.googleapis.com/Project', `${CRM}projects/old`, {
		projectId: 'old',
		projectNumber: 11,
		name: 'Old',
		parent: {type: 'folder', id: '2'},
		lifecycleState: 'ACTIVE',
	}),
	account: account(
		'shop',
		'ci',
		{ancestors, updateTime: time},
		{
			uniqueId: '100000000000000000001',
			displayName: 'd',
			description: 'd',
			oauth2ClientId: '1',
			disabled: false,
			createTime: time,
		},
	),
	key: key(
		'shop',
		'ci',
		'k1',
		{ancestors},
		{validAfterTime: time, validBeforeTime: '9999-12-31T23:59:59Z', keyOrigin: 'GOOGLE_PROVIDED', disabled: false},
	),
	role: resource('iam.googleapis.com/Role', `${IAM}projects/shop/roles/r`, {
		name: 'projects/shop/roles/r',
		title: 'R',
		includedPermissions: ['iam.serviceAccounts.getAccessToken'],
		stage: 'GA',
		deleted: false,
	}),
	group: resource('cloudidentity.googleapis.com/Group', '//cloudidentity.googleapis.com/groups/g', {
		groupKey: {id: 'g@example.com'},
		members: ['user:a@example.com'],
		owners: ['user:o@example.com'],
		managers: [],
		joining: 'open',
	}),
	activity: resource('policyanalyzer.googleapis.com/Activity', '//policyanalyzer/1', {
		fullResourceName: `${IAM}projects/shop/serviceAccounts/${EMAIL}`,
		activityType: 'serviceAccountLastAuthentication',
		observationPeriod: {startTime: time, endTime: time},
		activity: {lastAuthenticatedTime: time, serviceAccount: {fullResourceName: 'x', projectNumber: '10'}},
	}),
	coverage: resource('sa-audit/Coverage', '//sa-audit/coverage/x', {
		fact: 'denyPolicies',
		scope: 'projects/shop',
		status: 'complete',
		assetType: 't',
		reason: 'r',
		from: time,
		to: time,
	}),
	usage: resource('sa-audit/Usage', '//sa-audit/usage/1', {
		subject: EMAIL,
		key: 'k1',
		via: [],
		method: 'm',
		network: 'n',
		userAgent: 'u',
		count: 1,
		first: time,
		last: time,
		source: 's',
	}),
	policy: policy(
		`${CRM}projects/10`,
		[
			{role: 'roles/owner', members: [`serviceAccount:${EMAIL}`]},
			{
				role: 'roles/iam.serviceAccountTokenCreator',
				members: ['user:eve@example.com', 'group:g@example.com'],
				condition: {title: 't', description: 'd', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")'},
			},
		],
		{ancestors, updateTime: time},
	),
	auditConfigs: {
		...policy(OWNER, [], {ancestors: ['organizations/1']}),
		iamPolicy: {
			bindings: [],
			auditConfigs: [
				{service: 'allServices', auditLogConfigs: [{logType: 'DATA_READ', exemptedMembers: ['user:a@example.com']}]},
			],
		},
	},
	deny: resource(
		'iam.googleapis.com/DenyPolicy',
		`${IAM}policies/cloudresourcemanager.googleapis.com%2Fprojects%2F10/denypolicies/d`,
		{
			rules: [
				{
					denyRule: {
						deniedPrincipals: ['principal://goog/subject/x@example.com'],
						deniedPermissions: ['iam.googleapis.com/serviceAccounts.actAs'],
						exceptionPrincipals: [],
						exceptionPermissions: [],
						denialCondition: {expression: 'true'},
					},
				},
			],
		},
	),
	boundary: resource(
		'iam.googleapis.com/PrincipalAccessBoundaryPolicy',
		`${IAM}organizations/1/locations/global/principalAccessBoundaryPolicies/b`,
		{uid: 'u', details: {enforcementVersion: '1', rules: [{effect: 'ALLOW', resources: [`${CRM}folders/2`]}]}},
		{ancestors: ['organizations/1']},
	),
	boundaryBinding: resource(
		'iam.googleapis.com/PolicyBinding',
		`${IAM}organizations/1/locations/global/policyBindings/b`,
		{
			target: {principalSet: `${CRM}projects/10`},
			policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
			policy: 'organizations/1/locations/global/principalAccessBoundaryPolicies/b',
			policyUid: 'u',
			condition: {expression: 'principal.type == "x"'},
		},
		{ancestors: ['organizations/1']},
	),
	pool: resource(
		'iam.googleapis.com/WorkloadIdentityPool',
		POOL,
		{name: 'x', state: 'ACTIVE', disabled: false},
		{ancestors},
	),
	provider: resource(
		'iam.googleapis.com/WorkloadIdentityPoolProvider',
		`${POOL}/providers/p`,
		{
			attributeMapping: {'google.subject': 'assertion.sub'},
			attributeCondition: 'true',
			oidc: {issuerUri: 'https://x', allowedAudiences: []},
		},
		{ancestors},
	),
	orgPolicy: resource(
		'orgpolicy.googleapis.com/Policy',
		'//orgpolicy.googleapis.com/projects/10/policies/iam.disableServiceAccountKeyCreation',
		{
			name: 'projects/10/policies/iam.disableServiceAccountKeyCreation',
			spec: {
				rules: [{enforce: true, condition: {expression: 'resource.matchTag("1/a", "b")'}, values: {allowedValues: []}}],
				inheritFromParent: false,
				reset: false,
			},
		},
		{ancestors},
	),
	orgPolicyV1: {
		name: `${CRM}projects/10`,
		assetType: 'cloudresourcemanager.googleapis.com/Project',
		ancestors,
		orgPolicy: [
			{
				constraint: 'constraints/iam.disableServiceAccountKeyCreation',
				booleanPolicy: {enforced: true},
				listPolicy: {allowedValues: ['x'], inheritFromParent: true},
				updateTime: time,
			},
		],
	},
	tagBinding: resource(
		'cloudresourcemanager.googleapis.com/TagBinding',
		'//cloudresourcemanager.googleapis.com/tagBindings/1',
		{name: 't', parent: `${CRM}projects/10`, tagValue: 'tagValues/1', tagValueNamespacedName: '1/a/b'},
		{ancestors},
	),
	effectiveTag: resource(
		'cloudresourcemanager.googleapis.com/EffectiveTag',
		'//cloudresourcemanager.googleapis.com/effectiveTags/1',
		{
			tagValue: 'tagValues/1',
			namespacedTagValue: '1/a/b',
			tagKey: 'tagKeys/1',
			namespacedTagKey: '1/a',
			inherited: true,
		},
		{ancestors},
	),
	tagKey: resource(
		'cloudresourcemanager.googleapis.com/TagKey',
		'//cloudresourcemanager.googleapis.com/tagKeys/1',
		{name: 'tagKeys/1', namespacedName: '1/a', parent: 'organizations/1'},
		{ancestors: ['organizations/1']},
	),
	tagValue: resource(
		'cloudresourcemanager.googleapis.com/TagValue',
		'//cloudresourcemanager.googleapis.com/tagValues/1',
		{name: 'tagValues/1', namespacedName: '1/a/b', parent: 'tagKeys/1'},
		{ancestors: ['organizations/1']},
	),
	entitlement: resource(
		'privilegedaccessmanager.googleapis.com/Entitlement',
		'//privilegedaccessmanager.googleapis.com/projects/10/locations/global/entitlements/e',
		{
			eligibleUsers: [{principals: ['user:a@example.com']}],
			privilegedAccess: {gcpIamAccess: {roleBindings: [{role: 'roles/owner'}]}},
		},
		{ancestors},
	),
	insight: resource(
		'recommender.googleapis.com/Insight',
		'//recommender.googleapis.com/projects/10/locations/global/insightTypes/i/insights/1',
		{content: {}},
		{ancestors},
	),
};

const SECRET = 'sEcReT-VaLuE';
/** What stands in a field instead: every JSON type, and texts that carry a secret. */
const WRONG = [
	null,
	true,
	false,
	0,
	-1,
	1.5,
	1e300,
	'',
	SECRET,
	'__proto__',
	[],
	[null],
	[SECRET],
	[[]],
	[{}],
	[5],
	{},
	{[SECRET]: SECRET},
	{id: {}},
	{__proto__: null},
] as const;

/** Every way to a value in a JSON value. */
function* ways(value: unknown, way: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
	if (way.length > 0) yield way;
	if (typeof value !== 'object' || value === null) return;
	for (const [field, inner] of Object.entries(value))
		yield* ways(inner, [...way, Array.isArray(value) ? Number(field) : field]);
}

function withValue(value: unknown, [first, ...rest]: readonly (string | number)[], wrong: unknown): unknown {
	if (first === undefined) return wrong;
	if (Array.isArray(value)) return value.with(first as number, withValue(value[first as number], rest, wrong));
	const object = value as Line;
	return {...object, [first]: withValue(object[first], rest, wrong)};
}

async function judged(lines: readonly unknown[]): Promise<ReadBack & {text: string}> {
	const back = read(lines);
	const thrown: unknown[] = [];
	const run = {id: '', startedAt: '', finishedAt: '', now: '', sources: []};
	const report = audit(await prepareWorld(back.inventory, DEFAULTS), {
		checks,
		run,
		version: '0',
		onThrow: (_, error) => void thrown.push(error),
	});
	expect(thrown).toEqual([]);
	return {...back, text: JSON.stringify({...report, findings: [...report.findings]})};
}

const others = (name: string): Line[] =>
	Object.entries(GOOD).flatMap(([known, line]) => (known === name ? [] : [line]));

describe('every field of every type, set to every kind of value', () => {
	test.each(Object.entries(GOOD))('%s', (name, line) => {
		for (const way of ways(line)) {
			for (const wrong of WRONG) {
				const {problems} = read([...others(name), withValue(line, way, wrong)]);
				for (const {message} of problems) expect(message).not.toContain(SECRET);
			}
		}
	});
});

test('several fields at once, judged to the end', async () => {
	const names = Object.keys(GOOD);
	const spoiled = fc.record({name: fc.constantFrom(...names), at: fc.nat(), wrong: fc.constantFrom(...WRONG)});
	await fc.assert(
		fc.asyncProperty(fc.array(spoiled, {minLength: 1, maxLength: 6}), async places => {
			const lines: Record<string, unknown> = {...GOOD};
			for (const {name, at, wrong} of places) {
				const all = [...ways(lines[name])].filter(way => way[0] !== 'assetType' && way[0] !== 'name');
				if (all.length > 0) lines[name] = withValue(lines[name], all[at % all.length]!, wrong);
			}
			await judged(Object.values(lines));
		}),
		{numRuns: 150, seed: 7},
	);
});

test('the good lines themselves have no problem', async () => {
	const {problems, inventory} = await judged(Object.values(GOOD));
	expect(problems).toEqual([]);
	expect(inventory.passedOver.size).toBe(0);
});

describe('a wrong field costs only itself', () => {
	const base = Object.values(GOOD).filter(
		line =>
			line !== GOOD['account'] &&
			line !== GOOD['key'] &&
			line !== GOOD['role'] &&
			line !== GOOD['policy'] &&
			line !== GOOD['group'],
	);
	const spoil =
		(name: string, ...way: (string | number)[]) =>
		(wrong: unknown) =>
			read([...base, withValue(GOOD[name], way, wrong)]);

	test.each(['displayName', 'description', 'oauth2ClientId', 'disabled', 'createTime', 'uniqueId', 'projectId'])(
		'the account stays without its %s',
		field => {
			const {inventory, problems} = spoil('account', 'resource', 'data', field)({});
			expect(problems).toMatchObject([{file: 'in.ndjson', kind: 'broken', message: expect.stringContaining(field)}]);
			expect(problems[0]!.line).toBeGreaterThan(0);
			expect(inventory.accounts.get(EMAIL)).toMatchObject({read: true, disabled: false});
		},
	);

	test.each([5, 'ci', 'projects/shop'])('an e-mail address that is none (%j) makes no account', wrong => {
		const {inventory, problems} = spoil('account', 'resource', 'data', 'email')(wrong);
		expect(problems).toMatchObject([{kind: 'broken', message: expect.stringContaining('email')}]);
		expect([...inventory.accounts.values()].filter(({read: isRead}) => isRead)).toEqual([]);
	});

	test.each(['validAfterTime', 'validBeforeTime', 'disabled', 'keyOrigin', 'keyType'])(
		'the key stays without its %s',
		field => {
			const {inventory, problems} = spoil('key', 'resource', 'data', field)([]);
			expect(problems).toHaveLength(1);
			expect(inventory.keys.map(({id, disabled}) => ({id, disabled}))).toEqual([{id: 'k1', disabled: false}]);
		},
	);

	test('a role keeps the permissions that are texts', () => {
		const {inventory, problems} = spoil('role', 'resource', 'data', 'includedPermissions')(['a.b.c', 5, null]);
		expect(problems).toHaveLength(1);
		expect(inventory.customRoles.get('projects/shop/roles/r')?.permissions).toEqual(['a.b.c']);
	});

	test('a role whose permissions are no list was not read', () => {
		const {inventory} = spoil('role', 'resource', 'data', 'includedPermissions')('a.b.c');
		expect(inventory.customRoles.size).toBe(0);
	});

	test.each([undefined, null, 'user:a@example.com', {}])('a group whose members are %j was not read', members => {
		const {inventory, problems} = spoil('group', 'resource', 'data', 'members')(members);
		expect(problems).toHaveLength(1);
		expect(inventory.groups.size).toBe(0);
	});

	test('a condition of the wrong type leaves the grant undecided, neither made nor dropped', () => {
		for (const wrong of ['true', [], 5, {expression: {}}]) {
			const {inventory, problems} = spoil('policy', 'iamPolicy', 'bindings', 1, 'condition')(wrong);
			expect(problems).toHaveLength(1);
			const {bindings} = inventory.policies.get(`${CRM}projects/shop`)!;
			expect(bindings[1]).toMatchObject({role: 'roles/iam.serviceAccountTokenCreator', condition: {expression: ''}});
		}
	});

	test('wrong audit configs leave the bindings, and the good ones among them', () => {
		const lines = withValue(GOOD['auditConfigs'], ['iamPolicy'], {
			bindings: [{role: 'roles/viewer', members: ['user:a@example.com']}],
			auditConfigs: [
				null,
				'x',
				{service: {}},
				{service: 's', auditLogConfigs: [null, {logType: 3, exemptedMembers: 'x'}, {logType: 1}]},
			],
		});
		const {inventory, problems} = read([lines]);
		expect(problems).toHaveLength(5);
		expect(inventory.policies.get(OWNER)).toMatchObject({
			bindings: [{role: 'roles/viewer'}],
			auditConfigs: [{service: 's', logs: [{type: 'ADMIN_READ', exempted: []}]}],
		});
	});

	test('wrong bindings leave the resource of the same line', () => {
		const both = {...GOOD['account'], iamPolicy: {bindings: 'x'}};
		const {inventory, problems} = read([both]);
		expect(problems).toHaveLength(1);
		expect(inventory.accounts.get(EMAIL)?.read).toBe(true);
	});

	test('a last use that cannot be read is not "never used"', () => {
		const lines = [
			...others('activity'),
			withValue(GOOD['activity'], ['resource', 'data', 'activity', 'lastAuthenticatedTime'], 'yesterday'),
		];
		const {inventory} = read(lines);
		const {name, project: home} = inventory.accounts.get(EMAIL)!;
		expect(inventory.coverage.resourceStanding('activity', name, home, 'serviceAccountLastAuthentication').status).toBe(
			'missing',
		);
	});
});

test('numbers as texts and as integers; what JSON cannot carry exactly is a problem', () => {
	const same = (number: unknown): Line =>
		resource('cloudresourcemanager.googleapis.com/Project', `${CRM}projects/10`, {
			projectId: 'shop',
			projectNumber: number,
		});
	for (const number of ['10', 10])
		expect(read([same(number)]).inventory.container('projects/10')?.key).toBe('projects/shop');
	const {problems, inventory} = read([account('shop', 'ci', {}, {uniqueId: 1e20 + 12345})]);
	expect(problems).toHaveLength(1);
	expect(inventory.account('100000000000000012345')).toBeUndefined();
});

test('folders nested deeper than any stack', async () => {
	const depth = 20_000;
	const ancestors = ['projects/1', ...Array.from({length: depth}, (_, index) => `folders/${index + 1}`)];
	const {inventory} = await judged([project('deep', 1, ancestors.slice(1)), account('deep', 'a')]);
	expect(inventory.container('projects/deep')).toMatchObject({order: depth, end: depth + 1});
	expect(inventory.container(`folders/${depth}`)).toMatchObject({order: 0, end: depth + 1});
});
