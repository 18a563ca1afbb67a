import {describe, expect, test} from 'vitest';
import type {Change} from '../../src/remediation/change.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {applyChanges, applyToConfig} from '../apply.ts';
import {ACCOUNT, BINDING, KEY, PROJECT} from './cases.ts';

const EMAIL = 'ci@shop.iam.gserviceaccount.com';
const ancestors = ['projects/12', 'organizations/34'];
const other = 'roles/viewer';
const condition = {title: 't', expression: 'false'};

/** A project by number, its account and key by unique id, and a group. */
const ASSETS: readonly Asset[] = [
	{
		name: '//cloudresourcemanager.googleapis.com/projects/12',
		assetType: 'cloudresourcemanager.googleapis.com/Project',
		ancestors,
		resource: {data: {projectId: 'shop', projectNumber: '12'}},
	},
	{
		name: '//cloudresourcemanager.googleapis.com/projects/12',
		assetType: 'cloudresourcemanager.googleapis.com/Project',
		ancestors,
		iamPolicy: {
			bindings: [
				{role: BINDING.role, members: ['user:Ann@Example.com', `serviceAccount:${EMAIL}`]},
				{role: BINDING.role, members: ['user:ann@example.com'], condition},
				{role: other, members: ['user:ann@example.com']},
			],
		},
		orgPolicy: [{constraint: 'constraints/iam.disableServiceAccountKeyUpload', booleanPolicy: {}}],
	},
	{
		name: '//iam.googleapis.com/projects/shop/serviceAccounts/1179',
		assetType: 'iam.googleapis.com/ServiceAccount',
		ancestors,
		resource: {
			data: {name: `projects/shop/serviceAccounts/${EMAIL}`, email: EMAIL, uniqueId: '1179', projectId: 'shop'},
		},
		iamPolicy: {bindings: [{role: BINDING.role, members: ['user:ann@example.com']}]},
	},
	{
		name: '//iam.googleapis.com/projects/shop/serviceAccounts/1179/keys/0123abcd',
		assetType: 'iam.googleapis.com/ServiceAccountKey',
		ancestors,
		resource: {data: {name: `projects/shop/serviceAccounts/${EMAIL}/keys/0123abcd`}},
	},
	{
		name: '//cloudidentity.googleapis.com/groups/0x',
		assetType: 'cloudidentity.googleapis.com/Group',
		resource: {
			data: {
				groupKey: {id: 'devs@example.com'},
				members: ['user:ann@example.com', `serviceAccount:${EMAIL}`],
				owners: ['user:ann@example.com'],
			},
		},
	},
];

const bindings = (assets: readonly Asset[], index: number): unknown => assets[index]!.iamPolicy?.['bindings'];
const data = (assets: readonly Asset[], index: number): Json => assets[index]!.resource!.data!;

test('the given assets stay as they are', () => {
	const before = structuredClone(ASSETS);
	applyChanges(ASSETS, [
		{op: 'remove-binding', ...BINDING},
		{op: 'delete-account', resource: ACCOUNT},
	]);
	expect(ASSETS).toEqual(before);
});

describe('bindings', () => {
	test('the one without a condition goes, whatever the case and the name of the project', () => {
		expect(bindings(applyChanges(ASSETS, [{op: 'remove-binding', ...BINDING}]), 1)).toEqual([
			{role: BINDING.role, members: [`serviceAccount:${EMAIL}`]},
			{role: BINDING.role, members: ['user:ann@example.com'], condition},
			{role: other, members: ['user:ann@example.com']},
		]);
	});

	test('the one with the condition goes, and leaves no empty binding', () => {
		expect(bindings(applyChanges(ASSETS, [{op: 'remove-binding', ...BINDING, condition}]), 1)).toHaveLength(2);
	});

	test('on an account by its e-mail', () => {
		expect(bindings(applyChanges(ASSETS, [{op: 'remove-binding', ...BINDING, resource: ACCOUNT}]), 2)).toEqual([]);
	});

	test('one is added to the policy, beside the others', () => {
		const after = applyChanges(ASSETS, [{op: 'add-binding', ...BINDING, role: other, member: 'user:bob@example.com'}]);
		expect(bindings(after, 1)).toContainEqual({role: other, members: ['user:ann@example.com', 'user:bob@example.com']});
		expect(after[0]!.iamPolicy).toBeUndefined();
	});

	test('removing and adding again brings the grants back', () => {
		const change = {...BINDING, condition};
		const after = applyChanges(ASSETS, [
			{op: 'remove-binding', ...change},
			{op: 'add-binding', ...change},
		]);
		expect(bindings(after, 1)).toContainEqual({role: BINDING.role, members: ['user:ann@example.com'], condition});
	});
});

describe('keys and accounts', () => {
	test('are disabled', () => {
		const after = applyChanges(ASSETS, [
			{op: 'disable-key', resource: KEY},
			{op: 'disable-account', resource: ACCOUNT},
		]);
		expect([data(after, 2)['disabled'], data(after, 3)['disabled']]).toEqual([true, true]);
	});

	test('a deleted key is gone', () => {
		expect(applyChanges(ASSETS, [{op: 'delete-key', resource: KEY}]).map(asset => asset.assetType)).not.toContain(
			'iam.googleapis.com/ServiceAccountKey',
		);
	});

	test('a deleted account is gone with its keys, its policy and its memberships, and stays named in policies', () => {
		const after = applyChanges(ASSETS, [{op: 'delete-account', resource: ACCOUNT}]);
		expect(after).toHaveLength(3);
		expect(bindings(after, 1)).toContainEqual({
			role: BINDING.role,
			members: ['user:Ann@Example.com', `deleted:serviceAccount:${EMAIL}?uid=1179`],
		});
		expect(data(after, 2)['members']).toEqual(['user:ann@example.com']);
	});
});

test('a member leaves the group in every role', () => {
	const after = applyChanges(ASSETS, [
		{op: 'remove-group-member', group: 'group:devs@example.com', member: 'user:ann@example.com'},
	]);
	expect(data(after, 4)).toMatchObject({members: [`serviceAccount:${EMAIL}`], owners: []});
});

test('a group is closed, once', () => {
	const open = ASSETS.map(asset =>
		asset.assetType.endsWith('/Group')
			? {...asset, resource: {data: {...asset.resource!.data, joining: 'open'}}}
			: asset,
	);
	const change: Change = {op: 'close-group', group: 'group:devs@example.com'};
	const after = applyChanges(open, [change]);
	expect(data(after, 4)['joining']).toBe('invited');
	expect(() => applyChanges(after, [change])).toThrow(/nothing to change/);
});

test('a delegation is removed from the configuration, and the admin log says so', () => {
	const change: Change = {op: 'remove-delegation', client: '7'};
	const all = [{clientId: '7'}, {clientId: '8', scopes: ['x']}];
	expect(applyToConfig({domainWideDelegation: all, domains: ['a.b']}, [change])).toEqual({
		domainWideDelegation: [all[1]],
		domains: ['a.b'],
	});
	expect(applyToConfig(undefined, [change])).toEqual({});
	expect(data(applyChanges(ASSETS, [change]), ASSETS.length)).toMatchObject({
		event: 'delegation-removed',
		subject: 'client:7',
	});
});

describe('constraints', () => {
	test('are added as a policy of their container', () => {
		const after = applyChanges(ASSETS, [
			{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.disableServiceAccountKeyUpload'},
		]);
		expect(after.at(-1)).toEqual({
			name: '//orgpolicy.googleapis.com/projects/shop/policies/iam.disableServiceAccountKeyUpload',
			assetType: 'orgpolicy.googleapis.com/Policy',
			ancestors,
			resource: {
				parent: PROJECT,
				data: {name: 'projects/shop/policies/iam.disableServiceAccountKeyUpload', spec: {rules: [{enforce: true}]}},
			},
		});
		expect(after[1]!.orgPolicy).toEqual([
			{constraint: 'constraints/iam.disableServiceAccountKeyUpload', booleanPolicy: {enforced: true}},
		]);
	});

	test('replace the one that is there, under the number too', () => {
		const policy: Asset = {
			name: '//orgpolicy.googleapis.com/projects/12/policies/iam.x',
			assetType: 'orgpolicy.googleapis.com/Policy',
			resource: {data: {name: 'projects/12/policies/iam.x', spec: {rules: [{enforce: false}]}}},
		};
		const after = applyChanges(
			[...ASSETS, policy],
			[{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.x'}],
		);
		expect(after).toHaveLength(ASSETS.length + 1);
		expect(after.at(-1)!.resource!.data!['spec']).toEqual({rules: [{enforce: true}]});
	});

	test('of an organization that only ancestors name', () => {
		const resource = '//cloudresourcemanager.googleapis.com/organizations/34';
		const after = applyChanges(ASSETS, [
			{op: 'enforce-constraint', resource, constraint: 'iam.serviceAccountKeyExpiryHours'},
		]);
		expect(after.at(-1)).toMatchObject({
			ancestors: ['organizations/34'],
			resource: {data: {spec: {rules: [{values: {allowedValues: ['2160h']}}]}}},
		});
	});
});

test.each<Change>([
	{op: 'remove-binding', ...BINDING, member: 'user:nobody@example.com'},
	{op: 'remove-binding', ...BINDING, role: 'roles/editor'},
	{op: 'remove-binding', ...BINDING, condition: {title: 't', expression: 'true'}},
	{op: 'remove-binding', ...BINDING, resource: '//cloudresourcemanager.googleapis.com/projects/else'},
	{op: 'add-binding', ...BINDING},
	{op: 'add-binding', ...BINDING, resource: '//storage.googleapis.com/none'},
	{op: 'remove-group-member', group: 'group:devs@example.com', member: 'user:nobody@example.com'},
	{op: 'remove-group-member', group: 'group:none@example.com', member: 'user:ann@example.com'},
	{op: 'disable-key', resource: `${ACCOUNT}/keys/none`},
	{op: 'delete-key', resource: `${ACCOUNT}/keys/none`},
	{
		op: 'disable-account',
		resource: '//iam.googleapis.com/projects/shop/serviceAccounts/none@shop.iam.gserviceaccount.com',
	},
	{
		op: 'delete-account',
		resource: '//iam.googleapis.com/projects/shop/serviceAccounts/none@shop.iam.gserviceaccount.com',
	},
	{op: 'enforce-constraint', resource: '//cloudresourcemanager.googleapis.com/folders/9', constraint: 'iam.x'},
])('what finds nothing throws: $op on $resource$group', change => {
	expect(() => applyChanges(ASSETS, [change])).toThrow(/finds nothing to change/);
});

test.each<Change>([
	{op: 'disable-key', resource: KEY},
	{op: 'disable-account', resource: ACCOUNT},
	{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.x'},
])('what is done already throws: $op', change => {
	expect(() => applyChanges(ASSETS, [change, change])).toThrow(/finds nothing to change/);
});
