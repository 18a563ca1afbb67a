import {beforeAll, describe, expect, test} from 'vitest';
import {loadConditions, type Conditions, type Tri} from '../../src/access/conditions.ts';
import {DenyPolicies} from '../../src/access/deny.ts';
import {Memberships} from '../../src/access/sets.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {
	CHAINS,
	coverage,
	denyJudge,
	denyPolicy,
	FOLDER,
	group,
	NOW,
	ORG,
	resource,
	target,
	world,
} from './guard-world.ts';

// Facts: iam-semantics.md; "1" evaluation, "2" identifiers, "3" conditions.
let conditions: Conditions;
beforeAll(async () => {
	conditions = await loadConditions();
});

const MINT = 'iam.serviceAccounts.getAccessToken';
const SA = 'sa@shop.iam.gserviceaccount.com';
const ALL = 'principalSet://goog/public:all';
const V2_MINT = 'iam.googleapis.com/serviceAccounts.getAccessToken';
const rule = (deniedPrincipals: string[], more: Json = {}): Json => ({
	deniedPrincipals,
	deniedPermissions: [V2_MINT],
	...more,
});

interface Question {
	assets: Asset[];
	who?: string;
	what?: string;
	on?: string;
	customer?: string;
}

function judge({
	assets,
	who = 'user:ann@example.com',
	what = MINT,
	on = SA,
	customer,
}: Question): ReturnType<DenyPolicies['judge']> {
	const inventory = world(assets, {customer});
	const deny = denyJudge(inventory, conditions);
	return deny.judge(inventory.principals.of(who), what, target(inventory, on));
}

describe('attachment', () => {
	test.each<[string, string, string, Tri]>([
		['1: own project', 'projects/10', SA, 'true'],
		['1: project by id', 'projects/shop', SA, 'true'],
		['1: folder above', FOLDER, SA, 'true'],
		['1: organization above', ORG, SA, 'true'],
		['1: beside it', 'projects/20', SA, 'false'],
		['1: another organization', 'organizations/9', SA, 'false'],
		['1: below the target', 'projects/10', FOLDER, 'false'],
		['1: not in the inventory', 'projects/77', SA, 'false'],
	])('%s', (_fact, attached, on, expected) => {
		expect(judge({assets: [denyPolicy(attached, [rule([ALL])])], on}).value).toBe(expected);
	});

	test('the nearest policy is named, canonically and with its rule', () => {
		const assets = [
			denyPolicy(ORG, [rule([ALL])], 'far'),
			denyPolicy('projects/10', [rule(['principal://goog/subject/x@y.z']), rule([ALL])], 'near'),
		];
		expect(judge({assets})).toEqual({
			value: 'true',
			proof: [
				{
					kind: 'deny',
					effect: 'denies',
					policy: '//iam.googleapis.com/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F10/denypolicies/near',
					rule: 1,
				},
			],
		});
	});
});

describe('principals', () => {
	const POOL = 'iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/ci';
	const GKE = 'iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/shop.svc.id.goog';
	const WORKFORCE = 'iam.googleapis.com/locations/global/workforcePools/staff';
	const AGENT = 'agents.global.org-1.system.id.goog';
	const groups = [
		group('devs@example.com', ['user:ann@example.com', 'group:inner@example.com']),
		group('inner@example.com', ['user:bob@example.com', 'group:devs@example.com']),
	];
	test.each<[string, string, string, Tri]>([
		['2: user', 'principal://goog/subject/ann@example.com', 'user:ann@example.com', 'true'],
		['2: e-mails have no case', 'principal://goog/subject/Ann@Example.com', 'user:ann@example.com', 'true'],
		['2: another user', 'principal://goog/subject/bob@example.com', 'user:ann@example.com', 'false'],
		[
			'2: account',
			'principal://iam.googleapis.com/projects/-/serviceAccounts/sa@lab.iam.gserviceaccount.com',
			'serviceAccount:sa@lab.iam.gserviceaccount.com',
			'true',
		],
		['2: group', 'principalSet://goog/group/devs@example.com', 'user:ann@example.com', 'true'],
		['2: nested and cyclic group', 'principalSet://goog/group/devs@example.com', 'user:bob@example.com', 'true'],
		['2: not in the group', 'principalSet://goog/group/devs@example.com', 'user:eve@example.com', 'false'],
		['2: a group in a group', 'principalSet://goog/group/devs@example.com', 'group:inner@example.com', 'true'],
		['2: a group that was not read', 'principalSet://goog/group/dark@example.com', 'user:ann@example.com', 'unknown'],
		['2: everyone', ALL, 'allUsers', 'true'],
		['2: everyone, federated too', ALL, `principal://${WORKFORCE}/subject/s`, 'true'],
		[
			'2: accounts of a project',
			'principalSet://cloudresourcemanager.googleapis.com/projects/20/type/ServiceAccount',
			'serviceAccount:sa@lab.iam.gserviceaccount.com',
			'true',
		],
		[
			'2: accounts of a folder',
			'principalSet://cloudresourcemanager.googleapis.com/folders/2/type/ServiceAccount',
			'serviceAccount:sa@lab.iam.gserviceaccount.com',
			'false',
		],
		[
			'2: accounts of an organization',
			'principalSet://cloudresourcemanager.googleapis.com/organizations/1/type/ServiceAccount',
			'serviceAccount:sa@lab.iam.gserviceaccount.com',
			'true',
		],
		[
			'2: agents are no accounts',
			'principalSet://cloudresourcemanager.googleapis.com/projects/20/type/ServiceAccount',
			'serviceAccount:service-20@gcp-sa-pubsub.iam.gserviceaccount.com',
			'false',
		],
		[
			'2: agents',
			'principalSet://cloudresourcemanager.googleapis.com/projects/20/type/ServiceAgent',
			'serviceAccount:service-20@gcp-sa-pubsub.iam.gserviceaccount.com',
			'true',
		],
		[
			'2: people are no accounts',
			'principalSet://cloudresourcemanager.googleapis.com/projects/20/type/ServiceAccount',
			'user:ann@example.com',
			'false',
		],
		['2: workload subject', `principal://${POOL}/subject/s`, `principal://${POOL}/subject/s`, 'true'],
		['2: workload pool', `principalSet://${POOL}/*`, `principal://${POOL}/subject/s`, 'true'],
		[
			'2: project number or id',
			`principalSet://${POOL.replace('projects/10', 'projects/shop')}/*`,
			`principal://${POOL}/subject/s`,
			'true',
		],
		['2: another pool', `principalSet://${POOL}x/*`, `principal://${POOL}/subject/s`, 'false'],
		[
			'2: an attribute that only the token tells',
			`principalSet://${POOL}/attribute.repo/r`,
			`principal://${POOL}/subject/s`,
			'unknown',
		],
		[
			'2: the attribute set itself',
			`principalSet://${POOL}/attribute.repo/r`,
			`principalSet://${POOL}/attribute.repo/r`,
			'true',
		],
		['2: workforce pool', `principalSet://${WORKFORCE}/*`, `principal://${WORKFORCE}/subject/s`, 'true'],
		['2: workforce group', `principalSet://${WORKFORCE}/group/g`, `principal://${WORKFORCE}/subject/s`, 'unknown'],
		[
			'2: GKE namespace, legacy member',
			`principalSet://${GKE}/namespace/ns`,
			'serviceAccount:shop.svc.id.goog[ns/ksa]',
			'true',
		],
		[
			'2: GKE subject, legacy member',
			`principal://${GKE}/subject/ns/ns/sa/ksa`,
			'serviceAccount:shop.svc.id.goog[ns/ksa]',
			'true',
		],
		[
			'2: GKE, another namespace',
			`principalSet://${GKE}/namespace/other`,
			'serviceAccount:shop.svc.id.goog[ns/ksa]',
			'false',
		],
		[
			'2: agent identities',
			`principalSet://${AGENT}/*`,
			`principal://${AGENT}/resources/aiplatform/projects/10/locations/l/reasoningEngines/e`,
			'true',
		],
		[
			'2: deleted user does not catch the new one',
			'deleted:principal://goog/subject/ann@example.com?uid=1',
			'user:ann@example.com',
			'false',
		],
		['2: v1 spelling is no v2 identifier', 'user:ann@example.com', 'user:ann@example.com', 'false'],
	])('%s', (_fact, denied, who, expected) => {
		expect(judge({assets: [...groups, denyPolicy(ORG, [rule([denied])])], who}).value).toBe(expected);
	});

	const CUSTOMER = 'principalSet://goog/cloudIdentityCustomerId/C01';
	test.each<[string, string | undefined, string, Tri]>([
		['2: the organization is that customer', 'C01', 'user:ann@example.com', 'true'],
		['2: it is another one', 'C02', 'user:ann@example.com', 'false'],
		['2: its customer was not read', undefined, 'user:ann@example.com', 'unknown'],
		["2: consumer accounts are nobody's", 'C01', 'user:ann@gmail.com', 'false'],
		['2: which domains it has is not known', 'C01', 'user:ann@example.net', 'unknown'],
		['known doubts: accounts', 'C01', 'serviceAccount:sa@lab.iam.gserviceaccount.com', 'unknown'],
		['2: the public', 'C01', 'allUsers', 'false'],
	])('customer: %s', (_fact, customer, who, expected) => {
		expect(judge({assets: [denyPolicy(ORG, [rule([CUSTOMER])])], who, customer}).value).toBe(expected);
	});

	test('an unread group says so', () => {
		const proof = judge({assets: [denyPolicy(ORG, [rule(['principalSet://goog/group/dark@example.com'])], 'd')]}).proof;
		expect(proof).toEqual([
			expect.objectContaining({kind: 'deny', effect: 'undecided', rule: 0}),
			{kind: 'membership', effect: 'undecided', member: 'user:ann@example.com', of: 'group:dark@example.com'},
			{kind: 'gap', effect: 'undecided', fact: 'groups', scope: 'group:dark@example.com'},
		]);
	});
});

describe('exceptions', () => {
	const admins = group('admins@example.com', ['user:ann@example.com']);
	const inOwn = (...exceptionPrincipals: string[]): Asset[] => [
		admins,
		denyPolicy(ORG, [rule([ALL], {exceptionPrincipals})]),
	];
	test.each<[string, Asset[], string, Tri]>([
		['1: excepted', inOwn('principal://goog/subject/ann@example.com'), 'user:ann@example.com', 'false'],
		[
			'1: excepted through a group',
			inOwn('principalSet://goog/group/admins@example.com'),
			'user:ann@example.com',
			'false',
		],
		['1: others are not', inOwn('principalSet://goog/group/admins@example.com'), 'user:bob@example.com', 'true'],
		[
			'1: an exception that was not read',
			inOwn('principalSet://goog/group/dark@example.com'),
			'user:bob@example.com',
			'unknown',
		],
		['2: public:all is no exception', inOwn(ALL), 'user:ann@example.com', 'true'],
		['an exception that nobody can read', inOwn('whoever'), 'user:ann@example.com', 'unknown'],
		[
			'1: each rule has its own',
			[
				denyPolicy(ORG, [
					rule([ALL], {exceptionPrincipals: ['principal://goog/subject/ann@example.com']}),
					rule([ALL]),
				]),
			],
			'user:ann@example.com',
			'true',
		],
		[
			'a group with an excepted member is not denied as a whole',
			inOwn('principal://goog/subject/ann@example.com'),
			'group:admins@example.com',
			'unknown',
		],
		['a group without one is', inOwn('principal://goog/subject/bob@example.com'), 'group:admins@example.com', 'true'],
	])('%s', (_fact, assets, who, expected) => {
		expect(judge({assets, who}).value).toBe(expected);
	});

	test.each<[string, Json, string, Tri]>([
		[
			'1: group of permissions',
			{deniedPermissions: ['iam.googleapis.com/serviceAccountKeys.*']},
			'iam.serviceAccountKeys.create',
			'true',
		],
		[
			'1: but not that one',
			{
				deniedPermissions: ['iam.googleapis.com/serviceAccountKeys.*'],
				exceptionPermissions: ['iam.googleapis.com/serviceAccountKeys.create'],
			},
			'iam.serviceAccountKeys.create',
			'false',
		],
		['1: one denied permission never removes another', {}, 'iam.serviceAccounts.signJwt', 'false'],
		['1: v2 spelling of the question', {}, V2_MINT, 'true'],
		[
			'1: resourcemanager',
			{deniedPermissions: ['cloudresourcemanager.googleapis.com/projects.setIamPolicy']},
			'resourcemanager.projects.setIamPolicy',
			'true',
		],
		[
			'1: cannot be denied',
			{deniedPermissions: ['container.googleapis.com/pods.create']},
			'container.pods.create',
			'false',
		],
		[
			'1: an unlisted group has no effect',
			{deniedPermissions: ['iam.googleapis.com/serviceAccounts.*']},
			MINT,
			'false',
		],
	])('permissions: %s', (_fact, more, what, expected) => {
		expect(judge({assets: [denyPolicy(ORG, [rule([ALL], more)])], what}).value).toBe(expected);
	});
});

describe('conditions', () => {
	const when = (expression: string): Asset => denyPolicy(ORG, [rule([ALL], {denialCondition: {expression}})], 'd');
	const tagged = (value: string): Asset =>
		resource(
			'cloudresourcemanager.googleapis.com/EffectiveTag',
			`//cloudresourcemanager.googleapis.com/projects/10/effectiveTags/${value}`,
			{
				namespacedTagKey: '1/env',
				namespacedTagValue: `1/env/${value}`,
				tagKey: 'tagKeys/5',
				tagValue: 'tagValues/6',
				parent: '//cloudresourcemanager.googleapis.com/projects/10',
			},
		);
	const PROD = "resource.matchTag('1/env', 'prod')";
	test.each<[string, string, Asset[], Tri]>([
		['3: tag matches', PROD, [tagged('prod')], 'true'],
		['3: tag is another', PROD, [tagged('test')], 'false'],
		['3: not', `!${PROD}`, [tagged('test')], 'true'],
		['3: by id', "resource.matchTagId('tagKeys/5', 'tagValues/6')", [tagged('prod')], 'true'],
		['3: tags were not read', PROD, [], 'unknown'],
		['3: parse error', 'resource.matchTag(', [tagged('prod')], 'unknown'],
		[
			'1: only tag functions exist in deny conditions',
			"request.time > timestamp('2020-01-01T00:00:00Z')",
			[tagged('prod')],
			'unknown',
		],
		['1: only tag functions exist in deny conditions', "resource.name == 'x'", [tagged('prod')], 'unknown'],
		['a constant', 'true', [], 'true'],
	])('%s: %s', (_fact, expression, tags, expected) => {
		expect(judge({assets: [when(expression), ...tags]}).value).toBe(expected);
	});

	test('the condition and its value are in the proof', () => {
		const {proof} = judge({assets: [when(PROD), tagged('prod')]});
		expect(proof.at(-1)).toEqual({kind: 'condition', effect: 'denies', expression: PROD, value: true});
		const open = judge({assets: [when(PROD)]}).proof;
		expect(open.at(-1)).toEqual({kind: 'condition', effect: 'undecided', expression: PROD, value: 'unknown'});
		expect(open.some(item => item.kind === 'gap')).toBe(false);
	});

	test('without an engine every condition is undecided', () => {
		const inventory = world([when('true')]);
		const deny = denyJudge(inventory);
		expect(deny.judge(inventory.principals.of('user:a@b.c'), MINT, target(inventory, SA)).value).toBe('unknown');
	});
});

describe('shapes', () => {
	test('snake_case is read', () => {
		const name = 'policies/cloudresourcemanager.googleapis.com%2Forganizations%2F1/denypolicies/s';
		const data = {
			name,
			rules: [
				{
					deny_rule: {
						denied_principals: [ALL],
						denied_permissions: [V2_MINT],
						exception_principals: ['principal://goog/subject/bob@example.com'],
					},
				},
			],
		};
		const assets = [resource('iam.googleapis.com/DenyPolicy', `//iam.googleapis.com/${name}`, data, CHAINS[ORG])];
		expect(judge({assets}).value).toBe('true');
		expect(judge({assets, who: 'user:bob@example.com'}).value).toBe('false');
	});

	test('a policy without its rules is a hole, not an empty policy', () => {
		const inventory = world([denyPolicy(FOLDER, undefined, 'listed')]);
		const deny = denyJudge(inventory, conditions);
		expect(deny.couldBar(inventory.container('projects/10'))).toBe(false);
		expect(deny.holes.map(hole => [hole.policy, hole.container?.key])).toEqual([
			['//iam.googleapis.com/policies/cloudresourcemanager.googleapis.com%2Ffolders%2F2/denypolicies/listed', FOLDER],
		]);
		expect(deny.gaps(inventory.container('projects/10'))).toHaveLength(1);
		expect(deny.gaps(inventory.container('projects/20'))).toEqual([]);
	});

	test('a rule of the wrong type is a hole; the others still deny', () => {
		const assets = [denyPolicy(ORG, [{deniedPrincipals: 'everyone'}, rule([ALL])], 'w')];
		const deny = denyJudge(world(assets), conditions);
		expect(deny.holes.map(hole => hole.reason)).toEqual([expect.stringContaining('rule 0')]);
		expect(judge({assets}).proof).toEqual([expect.objectContaining({rule: 1})]);
	});

	test('malformed escapes and other kinds of policies do no harm', () => {
		const bad = resource('iam.googleapis.com/DenyPolicy', '//iam.googleapis.com/policies/%E0%A4%A/denypolicies/x', {
			rules: [],
		});
		const other = resource(
			'iam.googleapis.com/DenyPolicy',
			'//iam.googleapis.com/policies/x/accessboundarypolicies/x',
			{kind: 'AccessBoundaryPolicy'},
		);
		expect(denyJudge(world([bad, other]), conditions).holes).toHaveLength(1);
	});

	test('where anything is attached', () => {
		const inventory = world([denyPolicy(FOLDER, [rule([ALL])]), denyPolicy('projects/20', [rule([ALL])])]);
		const deny = denyJudge(inventory, conditions);
		const keys = (containers: readonly {key: string}[]): string[] => containers.map(container => container.key);
		expect(keys(deny.containersWithPolicies())).toEqual([FOLDER, 'projects/lab']);
		expect(deny.couldBar(inventory.container('projects/10'))).toBe(true);
		expect(deny.couldBar(inventory.container(ORG))).toBe(false);
	});

	test('the list is read only if something is attached in the chain', () => {
		const inventory = world([denyPolicy(FOLDER, [rule([ALL])])]);
		const deny = new DenyPolicies(inventory, new Memberships(inventory), {
			now: NOW,
			permissions: () => {
				throw new Error('the list was read');
			},
		});
		const ann = inventory.principals.of('user:ann@example.com');
		expect(deny.judge(ann, MINT, target(inventory, 'projects/20')).value).toBe('false');
		expect(() => deny.judge(ann, MINT, target(inventory, SA))).toThrow('the list was read');
	});

	test('an account whose project is not in the inventory: certain only if all was read', () => {
		const set = 'principalSet://cloudresourcemanager.googleapis.com/organizations/1/type/ServiceAccount';
		const assets = [denyPolicy(ORG, [rule([set])]), coverage('resources', ORG, 'partial')];
		const who = 'serviceAccount:x@elsewhere.iam.gserviceaccount.com';
		expect(judge({assets: assets.slice(0, 1), who}).value).toBe('false');
		expect(judge({assets, who}).value).toBe('unknown');
	});
});
