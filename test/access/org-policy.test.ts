import {beforeAll, describe, expect, test} from 'vitest';
import {loadConditions, type Conditions, type Tri} from '../../src/access/conditions.ts';
import {OrgPolicies} from '../../src/access/org-policy.ts';
import {TagIndex} from '../../src/access/tags.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {CHAINS, coverage, FOLDER, NOW, ORG, resource, world} from './guard-world.ts';

// Facts: iam-semantics.md section 5 and the ORG_POLICY part of section 8.
let conditions: Conditions;
beforeAll(async () => {
	conditions = await loadConditions();
});

const KEYS = 'iam.disableServiceAccountKeyCreation';
const MANAGED = 'iam.managed.disableServiceAccountKeyCreation';
const CRM = '//cloudresourcemanager.googleapis.com/';

/** Policies of the ORG_POLICY content on one node. */
function v1(node: string, ...policies: Json[]): Asset {
	const type = node.startsWith('projects') ? 'Project' : node.startsWith('folders') ? 'Folder' : 'Organization';
	return {
		name: CRM + node,
		assetType: `cloudresourcemanager.googleapis.com/${type}`,
		ancestors: CHAINS[node],
		orgPolicy: policies,
	};
}
const at = (day: string, asset: Asset): Asset => ({...asset, updateTime: `${day}T00:00:00Z`});
const bool = (enforced?: boolean, constraint = KEYS): Json => ({
	constraint: `constraints/${constraint}`,
	booleanPolicy: enforced === undefined ? {} : {enforced},
});
function v2(node: string, constraint: string, body: Json): Asset {
	const name = `${node}/policies/${constraint}`;
	return resource(
		'orgpolicy.googleapis.com/Policy',
		`//orgpolicy.googleapis.com/${name}`,
		{name, ...body},
		CHAINS[node],
	);
}
const rules = (...list: Json[]): Json => ({spec: {rules: list}});
/** Some policy in each organization, so that policies count as exported. */
const READ = [
	v1(ORG, bool(true, 'compute.requireOsLogin')),
	v1('organizations/9', bool(true, 'compute.requireOsLogin')),
];

function policies(assets: Asset[]): {org: OrgPolicies; at: (key: string) => Parameters<OrgPolicies['isEnforced']>[1]} {
	const inventory = world(assets);
	const tags = new TagIndex(inventory);
	const org = new OrgPolicies(inventory, {now: NOW, conditions, tags: asked => tags.tagsOf(asked)});
	return {org, at: key => inventory.container(key)!};
}

describe('boolean constraints', () => {
	test.each<[string, Asset[], Tri]>([
		['5: nothing set', [], 'false'],
		['8: v1 enforced', [v1(ORG, bool(true))], 'true'],
		['8: {} is enforced: false', [v1(ORG, bool(true)), v1('projects/10', bool())], 'false'],
		['8: snake_case', [v1(ORG, {constraint: `constraints/${KEYS}`, boolean_policy: {enforced: true}})], 'true'],
		[
			'duplicates: the newest list counts',
			[at('2026-02-01', v1(ORG, bool())), at('2026-01-01', v1(ORG, bool(true)))],
			'false',
		],
		['duplicates: in any order', [at('2026-01-01', v1(ORG, bool(true))), at('2026-02-01', v1(ORG, bool()))], 'false'],
		['duplicates: a newer empty list', [at('2026-02-01', v1(ORG)), at('2026-01-01', v1(ORG, bool(true)))], 'false'],
		[
			'duplicates: by id and number',
			[at('2026-02-01', v1('projects/shop')), at('2026-01-01', v1('projects/10', bool(true)))],
			'false',
		],
		['duplicates: lists of one time unite', [v1(ORG, bool(true)), v1(ORG, bool(true, MANAGED))], 'true'],
		['5: the nearest wins', [v1(ORG, bool(true)), v1(FOLDER, bool(false))], 'false'],
		['5: the nearest wins', [v1(FOLDER, bool(false)), v1('projects/10', bool(true))], 'true'],
		['5: beside it', [v1('projects/20', bool(true))], 'false'],
		['5: restoreDefault', [v1(ORG, bool(true)), v1('projects/10', {constraint: KEYS, restoreDefault: {}})], 'false'],
		['8: restore_default', [v1(ORG, bool(true)), v1('projects/10', {constraint: KEYS, restore_default: {}})], 'false'],
		['5: v2', [v2(ORG, KEYS, rules({enforce: true}))], 'true'],
		['5: v2 as text', [v2(ORG, KEYS, rules({enforce: 'TRUE'}))], 'true'],
		[
			'5: v2 not enforced',
			[v2(ORG, KEYS, rules({enforce: true})), v2('projects/10', KEYS, rules({enforce: false}))],
			'false',
		],
		['5: v2 by project id', [v2('projects/shop', KEYS, rules({enforce: true}))], 'true'],
		['5: reset', [v2(ORG, KEYS, rules({enforce: true})), v2('projects/10', KEYS, {spec: {reset: true}})], 'false'],
		['5: dryRunSpec is not enforcement', [v2(ORG, KEYS, {dryRunSpec: {rules: [{enforce: true}]}})], 'false'],
		[
			'5: dryRunSpec does not hide what is above',
			[v1(ORG, bool(true)), v2('projects/10', KEYS, {dryRunSpec: {rules: [{enforce: false}]}})],
			'true',
		],
		[
			'v2 over v1 on one node',
			[v1('projects/10', bool(false)), v2('projects/10', KEYS, rules({enforce: true}))],
			'true',
		],
	])('%s', (_fact, assets, expected) => {
		const {org, at} = policies([...READ, ...assets]);
		expect(org.isEnforced(KEYS, at('projects/10')).value).toBe(expected);
		expect(org.isEnforced(`constraints/${KEYS}`, at('projects/10')).value).toBe(expected);
	});

	test.each<[string, string, Tri]>([
		['5: enforced by default', 'iam.managed.disableServiceAccountApiKeyCreation', 'true'],
		['5: enforced by default', 'iam.disableCrossProjectServiceAccountUsage', 'true'],
		['the baseline is policies, not defaults', 'iam.automaticIamGrantsForDefaultServiceAccounts', 'false'],
	])('%s: %s', (_fact, constraint, expected) => {
		const {org, at} = policies(READ);
		expect(org.isEnforced(constraint, at('projects/10')).value).toBe(expected);
	});

	test('who enforces it', () => {
		const {org, at} = policies([...READ, v1(FOLDER, bool(true))]);
		const by = {kind: 'constraint', effect: 'denies', constraint: KEYS, resource: `${CRM}folders/2`};
		expect(org.isEnforced(KEYS, at('projects/10'))).toEqual({value: 'true', by});
		expect(org.nodesThatSet(KEYS).map(node => node.key)).toEqual([FOLDER]);
	});
});

describe('conditional rules', () => {
	const PROD = {expression: "resource.matchTag('1/env', 'prod')"};
	const tag = (value: string): Asset =>
		resource('cloudresourcemanager.googleapis.com/EffectiveTag', `${CRM}projects/10/effectiveTags/x`, {
			tagKey: 'tagKeys/5',
			tagValue: 'tagValues/6',
			namespacedTagKey: '1/env',
			namespacedTagValue: `1/env/${value}`,
		});
	const policy = v2(ORG, KEYS, rules({condition: PROD, enforce: false}, {enforce: true}));
	test.each<[string, Asset[], Tri]>([
		['5: wins when true', [policy, tag('prod')], 'false'],
		['5: else the unconditional one', [policy, tag('test')], 'true'],
		['5: undecided without tags', [policy], 'unknown'],
		[
			'undecided, but it changes nothing',
			[v2(ORG, KEYS, rules({condition: PROD, enforce: true}, {enforce: true}))],
			'true',
		],
	])('%s', (_fact, assets, expected) => {
		const {org, at} = policies([...READ, ...assets]);
		expect(org.isEnforced(KEYS, at('projects/10')).value).toBe(expected);
	});

	test('5: tags may be on the account itself', () => {
		const own = resource(
			'cloudresourcemanager.googleapis.com/EffectiveTag',
			'//iam.googleapis.com/projects/10/serviceAccounts/sa@shop.iam.gserviceaccount.com/effectiveTags/x',
			{
				namespacedTagKey: '1/env',
				namespacedTagValue: '1/env/prod',
			},
		);
		const inventory = world([...READ, policy, tag('test'), own]);
		const tags = new TagIndex(inventory);
		const org = new OrgPolicies(inventory, {now: NOW, conditions, tags: asked => tags.tagsOf(asked)});
		const account = inventory.account('sa@shop.iam.gserviceaccount.com')!;
		expect(org.blocksKeyCreation(account.project!).value).toBe('true');
		expect(org.blocksKeyCreation(account.project!, {name: account.name, container: account.project}).value).toBe(
			'false',
		);
	});
});

describe('what was not read', () => {
	test.each<[string, Asset[], Tri]>([
		['no policies at all', [], 'unknown'],
		[
			'the project was not read, the folder enforces: it could be overridden',
			[
				v1(FOLDER, bool(true)),
				coverage('orgPolicies', FOLDER, 'complete'),
				coverage('orgPolicies', 'projects/shop', 'missing'),
			],
			'unknown',
		],
		[
			'the nearest was read, those above do not matter',
			[v1('projects/10', bool(true)), coverage('orgPolicies', ORG, 'missing')],
			'true',
		],
		[
			'the organization was not read',
			[
				coverage('orgPolicies', 'projects/shop', 'complete'),
				coverage('orgPolicies', FOLDER, 'complete'),
				coverage('orgPolicies', ORG, 'partial'),
			],
			'unknown',
		],
		[
			'a policy of the wrong type',
			[...READ, v1('projects/10', {constraint: KEYS, booleanPolicy: {enforced: 'perhaps'}})],
			'unknown',
		],
	])('%s', (_fact, assets, expected) => {
		const {org, at} = policies(assets);
		expect(org.isEnforced(KEYS, at('projects/10')).value).toBe(expected);
	});

	test('the gap is named', () => {
		const {org, at} = policies([]);
		expect(org.isEnforced(KEYS, at('projects/10')).by).toEqual({
			kind: 'gap',
			effect: 'undecided',
			fact: 'orgPolicies',
			scope: 'projects/shop',
		});
		expect(policies([...READ, v1(ORG, {constraint: KEYS})]).org.holes).toHaveLength(1);
	});
});

describe('key creation and upload: either twin [recalled]', () => {
	const upload = 'iam.managed.disableServiceAccountKeyUpload';
	test.each<[string, Asset[], Tri, Tri]>([
		['nothing', [], 'false', 'false'],
		['legacy', [v1(ORG, bool(true))], 'true', 'false'],
		['managed', [v2(ORG, MANAGED, rules({enforce: true}))], 'true', 'false'],
		[
			'managed, legacy lifted',
			[v2(ORG, MANAGED, rules({enforce: true})), v1('projects/10', bool(false))],
			'true',
			'false',
		],
		['upload', [v2(ORG, upload, rules({enforce: true}))], 'false', 'true'],
	])('%s', (_fact, assets, creation, uploads) => {
		const {org, at} = policies([...READ, ...assets]);
		expect(org.blocksKeyCreation(at('projects/10')).value).toBe(creation);
		expect(org.blocksKeyUpload(at('projects/10')).value).toBe(uploads);
	});

	test('one enforced twin decides, though the other was not read', () => {
		const {org, at} = policies([
			v2('projects/10', MANAGED, rules({enforce: true})),
			coverage('orgPolicies', ORG, 'missing'),
		]);
		expect(org.blocksKeyCreation(at('projects/10')).value).toBe('true');
	});
});

describe('list constraints', () => {
	const ID = 'iam.workloadIdentityPoolProviders';
	const values = (listPolicy: Json): Json => ({constraint: `constraints/${ID}`, listPolicy});
	test.each<[string, Asset[], object]>([
		['5: default allows all', [], {all: 'ALLOW', allowed: [], denied: []}],
		['8: allowed', [v1(ORG, values({allowedValues: ['b', 'a']}))], {allowed: ['a', 'b'], denied: []}],
		['8: snake_case', [v1(ORG, {constraint: ID, list_policy: {denied_values: ['a']}})], {allowed: [], denied: ['a']}],
		['8: all values', [v1(ORG, values({allValues: 'DENY'}))], {all: 'DENY', allowed: [], denied: []}],
		['8: all values as a number', [v1(ORG, values({all_values: 2}))], {all: 'DENY', allowed: [], denied: []}],
		[
			'5: the nearest wins',
			[v1(ORG, values({allowedValues: ['a']})), v1('projects/10', values({allowedValues: ['b']}))],
			{allowed: ['b'], denied: []},
		],
		[
			'5: inheritFromParent merges',
			[
				v1(ORG, values({allowedValues: ['a']})),
				v1('projects/10', values({allowedValues: ['b'], inheritFromParent: true})),
			],
			{allowed: ['a', 'b'], denied: []},
		],
		[
			'5: deny beats allow',
			[
				v1(ORG, values({allowedValues: ['a', 'b']})),
				v1('projects/10', values({denied_values: ['b'], inherit_from_parent: true})),
			],
			{allowed: ['a'], denied: ['b']},
		],
		[
			'5: all allowed are denied',
			[
				v1(ORG, values({allowedValues: ['a']})),
				v1('projects/10', values({deniedValues: ['a'], inheritFromParent: true})),
			],
			{all: 'DENY', allowed: [], denied: ['a']},
		],
		[
			'5: only inheriting',
			[v1(ORG, values({allowedValues: ['a']})), v1('projects/10', values({inheritFromParent: true}))],
			{allowed: ['a'], denied: []},
		],
		[
			'5: v2',
			[v2(ORG, ID, rules({values: {allowedValues: ['a']}}, {values: {deniedValues: ['c']}}))],
			{allowed: ['a'], denied: ['c']},
		],
		['5: v2 denyAll', [v2(ORG, ID, rules({denyAll: true}))], {all: 'DENY', allowed: [], denied: []}],
		[
			'5: v2 inheritFromParent',
			[
				v2(ORG, ID, rules({values: {allowedValues: ['a']}})),
				v2('projects/10', ID, {spec: {inheritFromParent: true, rules: [{values: {allowedValues: ['b']}}]}}),
			],
			{allowed: ['a', 'b'], denied: []},
		],
		[
			'5: v2 reset',
			[v2(ORG, ID, rules({denyAll: true})), v2('projects/10', ID, {spec: {reset: true}})],
			{all: 'ALLOW', allowed: [], denied: []},
		],
	])('%s', (_fact, assets, expected) => {
		const {org, at} = policies([...READ, ...assets]);
		const {by: _by, ...state} = org.listValue(ID, at('projects/10'));
		expect(state).toEqual({value: 'known', ...expected});
	});

	test('defaults that restrict', () => {
		const {org, at} = policies(READ);
		expect(org.listValue('iam.allowServiceAccountCredentialLifetimeExtension', at('projects/10')).all).toBe('DENY');
		expect(org.listValue('iam.serviceAccountKeyExposureResponse', at('projects/10')).allowed).toEqual(['DISABLE_KEY']);
	});

	test.each<[string, Json, string, Tri]>([
		['allowed', {allowedValues: ['https://a']}, 'https://a', 'true'],
		['is: is the value itself', {allowedValues: ['is:https://a']}, 'https://a', 'true'],
		['not allowed', {allowedValues: ['https://a']}, 'https://b', 'false'],
		['denied', {deniedValues: ['https://a']}, 'https://a', 'false'],
		['not denied', {deniedValues: ['https://a']}, 'https://b', 'true'],
		['a group of values', {allowedValues: ['in:some-group']}, 'https://b', 'unknown'],
		['all denied', {allValues: 'DENY'}, 'https://a', 'false'],
	])('permits: %s', (_fact, listPolicy, value, expected) => {
		const {org, at} = policies([...READ, v1(ORG, values(listPolicy))]);
		expect(org.permits(ID, value, at('projects/10')).value).toBe(expected);
	});

	test('not read: unknown', () => {
		const {org, at} = policies([]);
		expect(org.listValue(ID, at('projects/10')).value).toBe('unknown');
		expect(org.permits(ID, 'a', at('projects/10')).value).toBe('unknown');
	});
});
