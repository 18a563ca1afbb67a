import {beforeAll, describe, expect, test} from 'vitest';
import {BoundaryPolicies} from '../../src/access/boundary.ts';
import {blockable} from '../../src/access/boundary-permissions.ts';
import {loadConditions, type Conditions, type Tri} from '../../src/access/conditions.ts';
import {Memberships} from '../../src/access/sets.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {coverage, group, NOW, resource, target, world} from './guard-world.ts';

// Facts: iam-semantics.md section 1 (PAB) and 2 (binding targets).
let conditions: Conditions;
beforeAll(async () => {
	conditions = await loadConditions();
});

const MINT = 'iam.serviceAccounts.getAccessToken';
const SHOP = 'sa@shop.iam.gserviceaccount.com';
const LAB = 'sa@lab.iam.gserviceaccount.com';
const CRM = '//cloudresourcemanager.googleapis.com/';
const IN_ORG = 'organizations/1/locations/global';

function policy(id: string, resources: string[], more: Json = {}): Asset {
	const name = `${IN_ORG}/principalAccessBoundaryPolicies/${id}`;
	const details = {rules: [{effect: 'ALLOW', resources}], enforcementVersion: '3', ...more};
	return resource('iam.googleapis.com/PrincipalAccessBoundaryPolicy', `//iam.googleapis.com/${name}`, {
		name,
		uid: `u-${id}`,
		details,
	});
}

function bind(id: string, principalSet: string, more: Json = {}): Asset {
	const name = `${IN_ORG}/policyBindings/${id}-${principalSet.replaceAll('/', '_')}`;
	const data = {
		name,
		target: {principalSet},
		policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
		policy: `${IN_ORG}/principalAccessBoundaryPolicies/${id}`,
		policyUid: `u-${id}`,
		...more,
	};
	return resource('iam.googleapis.com/PolicyBinding', `//iam.googleapis.com/${name}`, data);
}

const ONLY_SHOP = policy('shop', [`${CRM}projects/10`]);

interface Question {
	assets: Asset[];
	who?: string;
	what?: string;
	on?: string;
	customer?: string;
}

function judge({
	assets,
	who = `serviceAccount:${LAB}`,
	what = MINT,
	on = 'projects/20',
	customer,
}: Question): ReturnType<BoundaryPolicies['judge']> {
	const inventory = world(assets, {customer});
	const boundaries = new BoundaryPolicies(inventory, new Memberships(inventory), {now: NOW, conditions});
	return boundaries.judge(inventory.principals.of(who), what, target(inventory, on));
}

describe('reach', () => {
	const LAB_SET = `${CRM}projects/20`;
	test.each<[string, Asset[], string, Tri]>([
		['1: no boundary, no restriction', [], 'projects/20', 'false'],
		['1: a policy that nobody is bound to', [ONLY_SHOP], 'projects/20', 'false'],
		['1: outside', [ONLY_SHOP, bind('shop', LAB_SET)], 'projects/20', 'true'],
		['1: inside', [ONLY_SHOP, bind('shop', LAB_SET)], 'projects/10', 'false'],
		['1: on an account inside', [ONLY_SHOP, bind('shop', LAB_SET)], SHOP, 'false'],
		['1: on an account outside', [ONLY_SHOP, bind('shop', LAB_SET)], 'sa@away.iam.gserviceaccount.com', 'true'],
		['1: above what is listed', [ONLY_SHOP, bind('shop', LAB_SET)], 'folders/2', 'true'],
		['1: below a listed folder', [policy('f', [`${CRM}folders/2`]), bind('f', LAB_SET)], SHOP, 'false'],
		['1: below a listed organization', [policy('o', [`${CRM}organizations/1`]), bind('o', LAB_SET)], SHOP, 'false'],
		['1: project by id', [policy('p', [`${CRM}projects/lab`]), bind('p', LAB_SET)], 'projects/20', 'false'],
		[
			'1: the union of all of them',
			[ONLY_SHOP, bind('shop', LAB_SET), policy('lab', [`${CRM}projects/20`]), bind('lab', `${CRM}organizations/1`)],
			'projects/20',
			'false',
		],
		[
			'1: several rules',
			[
				policy('r', [], {
					rules: [{effect: 'ALLOW', resources: [`${CRM}projects/30`]}, {resources: [`${CRM}projects/20`]}],
				}),
				bind('r', LAB_SET),
			],
			'projects/20',
			'false',
		],
		['1: bound to others', [ONLY_SHOP, bind('shop', `${CRM}projects/10`)], 'projects/20', 'false'],
		['a policy that was not read', [bind('gone', LAB_SET)], 'projects/20', 'false'],
		[
			'a policy that was not read could allow more',
			[ONLY_SHOP, bind('shop', LAB_SET), bind('gone', LAB_SET)],
			'projects/20',
			'unknown',
		],
		[
			'a policy made anew under its name has no effect',
			[ONLY_SHOP, bind('shop', LAB_SET, {policyUid: 'u-old'})],
			'projects/20',
			'false',
		],
		['another kind of policy', [ONLY_SHOP, bind('shop', LAB_SET, {policyKind: 'ACCESS'})], 'projects/20', 'false'],
	])('%s', (_fact, assets, on, expected) => {
		expect(judge({assets, on}).value).toBe(expected);
	});

	test('the proof', () => {
		expect(judge({assets: [ONLY_SHOP, bind('shop', LAB_SET)]})).toEqual({
			value: 'true',
			proof: [
				{
					kind: 'boundary',
					effect: 'denies',
					policy: `//iam.googleapis.com/${IN_ORG}/principalAccessBoundaryPolicies/shop`,
					rule: 0,
				},
				{kind: 'membership', effect: 'denies', member: `serviceAccount:${LAB}`, of: LAB_SET},
			],
		});
	});
});

describe('who is in a set', () => {
	const POOL = 'iam.googleapis.com/projects/20/locations/global/workloadIdentityPools/ci';
	const STAFF = 'iam.googleapis.com/locations/global/workforcePools/staff';
	const staff = (parent: string): Asset =>
		resource('iam.googleapis.com/WorkforcePool', `//${STAFF}`, {name: 'locations/global/workforcePools/staff', parent});
	const AGENT =
		'principal://agents.global.org-1.system.id.goog/resources/aiplatform/projects/20/locations/l/reasoningEngines/e';
	test.each<[string, string, string, Tri, Asset[]?]>([
		['account, project', `${CRM}projects/20`, `serviceAccount:${LAB}`, 'true'],
		['account, project by id', `${CRM}projects/lab`, `serviceAccount:${LAB}`, 'true'],
		['account, organization', `${CRM}organizations/1`, `serviceAccount:${LAB}`, 'true'],
		['account, another folder', `${CRM}folders/2`, `serviceAccount:${LAB}`, 'false'],
		['account, another organization', `${CRM}organizations/9`, `serviceAccount:${LAB}`, 'false'],
		[
			"service agents are Google's",
			`${CRM}organizations/1`,
			'serviceAccount:service-20@gcp-sa-pubsub.iam.gserviceaccount.com',
			'false',
		],
		['person, organization', `${CRM}organizations/1`, 'user:ann@example.com', 'true'],
		['person from elsewhere', `${CRM}organizations/1`, 'user:ann@partner.example', 'false'],
		['people are in no project', `${CRM}projects/20`, 'user:ann@example.com', 'false'],
		['workload pool, project', `${CRM}projects/20`, `principal://${POOL}/subject/s`, 'true'],
		['workload pool, folder', `${CRM}folders/2`, `principal://${POOL}/subject/s`, 'false'],
		['workload pool itself', `//${POOL}`, `principal://${POOL}/subject/s`, 'true'],
		['workload pool itself, all of it', `//${POOL}`, `principalSet://${POOL}/*`, 'true'],
		['another pool', `//${POOL}2`, `principal://${POOL}/subject/s`, 'false'],
		['GKE, legacy member', `${CRM}projects/20`, 'serviceAccount:lab.svc.id.goog[ns/ksa]', 'true'],
		[
			'GKE pool',
			'//iam.googleapis.com/projects/20/locations/global/workloadIdentityPools/lab.svc.id.goog',
			'serviceAccount:lab.svc.id.goog[ns/ksa]',
			'true',
		],
		['agent identity, project', `${CRM}projects/20`, AGENT, 'true'],
		[
			'agent identities of a project',
			'//agents.global.org-1.system.id.goog/attribute.container/projects/20',
			AGENT,
			'true',
		],
		[
			'agent identities of another',
			'//agents.global.org-1.system.id.goog/attribute.container/projects/10',
			AGENT,
			'false',
		],
		['workforce pool', `//${STAFF}`, `principal://${STAFF}/subject/s`, 'true'],
		[
			'workforce pool, its organization',
			`${CRM}organizations/1`,
			`principal://${STAFF}/subject/s`,
			'true',
			[staff('organizations/1')],
		],
		[
			'workforce pool, another organization',
			`${CRM}organizations/1`,
			`principal://${STAFF}/subject/s`,
			'false',
			[staff('organizations/9')],
		],
		['workforce pool, not read', `${CRM}organizations/1`, `principal://${STAFF}/subject/s`, 'unknown'],
		['workforce pool, project', `${CRM}projects/20`, `principal://${STAFF}/subject/s`, 'false'],
		['the public', `${CRM}organizations/1`, 'allUsers', 'false'],
		[
			'a group of only such people',
			`${CRM}organizations/1`,
			'group:g@example.com',
			'true',
			[group('g@example.com', ['user:ann@example.com'])],
		],
		[
			'a group with somebody else',
			`${CRM}organizations/1`,
			'group:g@example.com',
			'false',
			[group('g@example.com', ['user:ann@example.com', 'user:x@partner.example'])],
		],
		['a group that was not read', `${CRM}organizations/1`, 'group:g@example.com', 'false'],
	])('2: %s', (_fact, set, who, expected, more = []) => {
		// Nothing is listed: whoever is bound reaches nothing.
		expect(judge({assets: [policy('none', []), bind('none', set), ...more], who}).value).toBe(expected);
	});

	const WORKSPACE = '//iam.googleapis.com/locations/global/workspace/C01';
	test.each<[string, string | undefined, string, Tri]>([
		['its people', 'C01', 'user:ann@example.com', 'true'],
		['another customer', 'C02', 'user:ann@example.com', 'false'],
		['customer not read', undefined, 'user:ann@example.com', 'unknown'],
		['consumer account', undefined, 'user:ann@gmail.com', 'false'],
		['no accounts', 'C01', `serviceAccount:${LAB}`, 'false'],
	])('2: Workspace customer: %s', (_fact, customer, who, expected) => {
		expect(judge({assets: [policy('none', []), bind('none', WORKSPACE)], who, customer}).value).toBe(expected);
	});

	test('an account of a project that was not read', () => {
		const assets = [policy('none', []), bind('none', `${CRM}organizations/1`)];
		const who = 'serviceAccount:x@elsewhere.iam.gserviceaccount.com';
		expect(judge({assets, who}).value).toBe('false');
		const open = judge({assets: [...assets, coverage('resources', 'organizations/1', 'partial')], who});
		expect(open.value).toBe('unknown');
		expect(open.proof.at(-1)).toEqual({kind: 'gap', effect: 'undecided', fact: 'resources', scope: 'organizations/1'});
	});
});

describe('conditions of a binding', () => {
	const when = (expression: string): Asset[] => [
		ONLY_SHOP,
		bind('shop', `${CRM}organizations/1`, {condition: {expression}}),
	];
	test.each<[string, string, string, Tri]>([
		['type', "principal.type == 'iam.googleapis.com/ServiceAccount'", `serviceAccount:${LAB}`, 'true'],
		['type', "principal.type == 'iam.googleapis.com/ServiceAccount'", 'user:ann@example.com', 'false'],
		['subject', "principal.subject != 'ann@example.com'", 'user:ann@example.com', 'false'],
		['subject', "principal.subject.endsWith('@example.com')", 'user:bob@example.com', 'true'],
		[
			'the subject of a pool is not known',
			"principal.subject == 's'",
			'principal://iam.googleapis.com/projects/20/locations/global/workloadIdentityPools/ci/subject/s',
			'unknown',
		],
		['other attributes do not exist here', "resource.name == 'x'", 'user:ann@example.com', 'unknown'],
		['parse error', 'principal.type ==', 'user:ann@example.com', 'unknown'],
	])('1: %s: %s', (_fact, expression, who, expected) => {
		expect(judge({assets: when(expression), who}).value).toBe(expected);
	});

	test('3: undecided, another boundary holds: the undecided one may list the resource', () => {
		const perhaps = [
			policy('lab', [`${CRM}projects/20`]),
			bind('lab', `${CRM}organizations/1`, {condition: {expression: 'principal.subject =='}}),
		];
		expect(judge({assets: [ONLY_SHOP, bind('shop', `${CRM}projects/20`), ...perhaps]}).value).toBe('unknown');
	});
});

describe('enforcement versions', () => {
	test.each<[string, string | undefined, string, Tri]>([
		['1: accounts', '3', MINT, 'true'],
		['1: version 1 has them already', '1', MINT, 'true'],
		['1: keys and roles', '3', 'iam.serviceAccountKeys.create', 'true'],
		['1: except', '3', 'iam.serviceAccounts.createTagBinding', 'false'],
		['1: pools come with 4', '3', 'iam.googleapis.com/workloadIdentityPoolProviders.update', 'false'],
		['1: pools come with 4', '4', 'iam.googleapis.com/workloadIdentityPoolProviders.update', 'true'],
		['1: but not their bindings', '4', 'iam.googleapis.com/workforcePools.createPolicyBinding', 'false'],
		[
			'1: latest follows a default that has changed',
			'latest',
			'iam.googleapis.com/workloadIdentityPoolProviders.update',
			'unknown',
		],
		['1: latest, in either default', 'latest', MINT, 'true'],
		['1: no version: the default', undefined, MINT, 'true'],
		['later versions keep what earlier ones block', '5', MINT, 'true'],
		['what later versions add is not known', '5', 'compute.instances.create', 'unknown'],
		['no version at all', 'newest', 'storage.hmacKeys.create', 'unknown'],
		['page: Resource Manager comes with 2', '1', 'resourcemanager.projects.setIamPolicy', 'false'],
		['page: Resource Manager comes with 2', '2', 'resourcemanager.projects.setIamPolicy', 'true'],
		['page: instances are in none', '4', 'compute.instances.setMetadata', 'false'],
		['page: v2 hosts', '3', 'serviceusage.apiKeys.regenerate', 'true'],
		['services not in the table', '4', 'notebooks.instances.create', 'unknown'],
		['names of objects are no services', '4', 'constructor.things.get', 'unknown'],
	])('%s: %s, %s', (_fact, version, permission, expected) => {
		expect(blockable(version, permission)).toBe(expected);
	});

	test('what it cannot block it does not', () => {
		const assets = [policy('none', []), bind('none', `${CRM}projects/20`)];
		expect(judge({assets, what: 'iam.googleapis.com/workloadIdentityPools.update'}).value).toBe('false');
		expect(judge({assets, what: 'notebooks.instances.create'}).value).toBe('unknown');
	});

	test('a boundary that cannot block it still makes the resource eligible', () => {
		const old = policy('old', [`${CRM}projects/20`], {enforcementVersion: '1'});
		const assets = [ONLY_SHOP, bind('shop', `${CRM}projects/20`), old, bind('old', `${CRM}projects/20`)];
		expect(judge({assets, what: 'resourcemanager.projects.setIamPolicy'}).value).toBe('false');
	});
});

test('what could not be read is said', () => {
	const name = `${IN_ORG}/principalAccessBoundaryPolicies/bare`;
	const bare = resource('iam.googleapis.com/PrincipalAccessBoundaryPolicy', `//iam.googleapis.com/${name}`, {name});
	const inventory = world([bare, bind('bare', `${CRM}projects/20`), bind('bare', 'nobody')]);
	const boundaries = new BoundaryPolicies(inventory, new Memberships(inventory), {now: NOW});
	expect(boundaries.holes.map(hole => hole.reason)).toEqual([
		'its details were not read',
		expect.stringContaining('it was not read'),
		'its target is no principal set',
	]);
	expect(boundaries.couldBar()).toBe(false);
});
