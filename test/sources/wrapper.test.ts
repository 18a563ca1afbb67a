import {describe, expect, test} from 'vitest';
import type {Asset} from '../../src/sources/asset.ts';
import {denyPoliciesOf} from '../../src/sources/deny-yaml.ts';
import {unwrap} from '../../src/sources/wrapper.ts';

function read(value: unknown): {assets: Asset[]; problems: string[]} {
	const assets: Asset[] = [];
	const problems: string[] = [];
	const say = (message: string): void => void problems.push(message);
	unwrap(value, {asset: asset => assets.push(asset), problem: say, remark: say});
	return {assets, problems};
}

const data = {snake_key: 1, camelKey: null};
const ancestors = ['projects/1', 'folders/2', 'organizations/3'];
const policy = {bindings: [{role: 'roles/viewer', members: ['user:a@b.c']}], audit_configs: []};
const orgPolicy = [{constraint: 'constraints/x', boolean_policy: {}}];
const full = {
	name: 'n',
	assetType: 't',
	updateTime: 'u',
	ancestors,
	resource: {data, parent: 'p'},
	iamPolicy: policy,
	orgPolicy,
};
const deny = {
	name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/d',
	kind: 'DenyPolicy',
	rules: [],
};
const denyAsset = {
	name: `//iam.googleapis.com/${deny.name}`,
	assetType: 'iam.googleapis.com/DenyPolicy',
	resource: {data: deny},
};

describe('forms of one asset', () => {
	const cases: Record<string, [unknown, object[]]> = {
		camelCase: [full, [full]],
		snake_case: [
			{
				name: 'n',
				asset_type: 't',
				update_time: 'u',
				ancestors,
				resource: full.resource,
				iam_policy: policy,
				org_policy: orgPolicy,
			},
			[full],
		],
		'null is absence': [
			{name: 'n', assetType: 't', ancestors: null, resource: null, iamPolicy: null},
			[{name: 'n', assetType: 't'}],
		],
		'feed message': [{asset: full, window: {startTime: 'x'}}, [full]],
		'deleted in a feed': [{asset: {name: 'n', asset_type: 't'}, deleted: true}, []],
		'history response': [{assets: [{asset: full}, {asset: full, deleted: true}]}, [full]],
		'policy search result': [
			{
				resource: 'n',
				assetType: 't',
				project: 'projects/1',
				folders: ['folders/2', 'folders/4'],
				organization: 'organizations/3',
				policy,
			},
			[
				{
					name: 'n',
					assetType: 't',
					ancestors: ['projects/1', 'folders/2', 'folders/4', 'organizations/3'],
					iamPolicy: policy,
				},
			],
		],
		'policy search result of an organization': [
			{resource: 'n', assetType: 't', organization: 'organizations/3', policy},
			[{name: 'n', assetType: 't', ancestors: ['organizations/3'], iamPolicy: policy}],
		],
		'search response': [
			{results: [{resource: 'n', asset_type: 't', policy}]},
			[{name: 'n', assetType: 't', iamPolicy: policy}],
		],
		'bare deny policy': [deny, [denyAsset]],
		'bare deny policy with a plain attachment point': [
			{...deny, name: 'policies/cloudresourcemanager.googleapis.com/projects/1/denypolicies/d', updateTime: 'u'},
			[{assetType: 'iam.googleapis.com/DenyPolicy', updateTime: 'u'}],
		],
	};
	test.each(Object.entries(cases))('%s', (_, [value, assets]) => {
		const found = read(value);
		expect(found.problems).toEqual([]);
		expect(found.assets).toHaveLength(assets.length);
		expect(found.assets).toMatchObject(assets);
	});
});

describe('wrong types: the field is dropped and named, the rest is used', () => {
	test.each([
		['updateTime', {updateTime: 5}],
		['ancestors', {ancestors: 'projects/1'}],
		['ancestors', {ancestors: ['projects/1', 2]}],
		['resource', {resource: 'text'}],
		['resource.data', {resource: {data: 'text', parent: 'p'}}],
		['resource.parent', {resource: {data, parent: 5}}],
		['iamPolicy', {iamPolicy: []}],
		['iamPolicy', {iam_policy: 'x'}],
		['orgPolicy', {orgPolicy: {}}],
	])('%s', (field, wrong) => {
		const {name, assetType} = full;
		const {assets, problems} = read({name, assetType, orgPolicy, ...wrong});
		expect(problems).toEqual([expect.stringMatching(new RegExp(`^${field.replace('.', '\\.')} is .*not used$`))]);
		expect(assets).toHaveLength(1);
		const [top, inner] = field.split('.') as [keyof Asset, string?];
		const kept = assets[0]![top];
		expect(inner === undefined ? kept : (kept as Record<string, unknown>)[inner]).toBeUndefined();
	});
});

describe('no asset: one problem, nothing of its content', () => {
	test.each<[unknown, RegExp]>([
		['SECRET', /a string, not a JSON object/],
		[null, /null, not/],
		[[full], /an array, not/],
		[{}, /no name/],
		[{name: 'SECRET'}, /assetType is missing/],
		[{name: {SECRET: 1}, assetType: 't'}, /name is an object/],
		[{name: 'n', assetType: 7}, /assetType is a number/],
		[{name: '', assetType: 't'}, /empty/],
		[{type: 'service_account', private_key: 'SECRET'}, /key file/],
		[{...deny, rules: undefined}, /without its rules/],
		[{resource: 'SECRET', policy}, /without/],
		[{name: 'n', assetType: 't', project: 'projects/1', displayName: 'SECRET'}, /search-all-resources/],
		[{assets: [], nextPageToken: 'SECRET'}, /other pages/],
		[{asset: {asset: {asset: {asset: full}}}}, /not an asset/],
	])('%j', (value, message) => {
		const {assets, problems} = read(value);
		expect(assets).toEqual([]);
		expect(problems).toEqual([expect.stringMatching(message)]);
		expect(problems[0]).not.toContain('SECRET');
	});
});

describe('deny policies in YAML', () => {
	const yaml = [
		"createTime: '2026-01-01T00:00:00Z'",
		'kind: DenyPolicy',
		`name: ${deny.name}`,
		'rules:',
		'- denyRule:',
		'    deniedPermissions:',
		'    - iam.googleapis.com/serviceAccountKeys.create',
	].join('\n');

	test('two documents, with their lines', async () => {
		const documents = await denyPoliciesOf(`${yaml}\n---\n${yaml}\n`);
		expect(documents.map(document => document.line)).toEqual([1, 8]);
		expect(documents[1]!.value).toMatchObject({
			name: deny.name,
			rules: [{denyRule: {deniedPermissions: ['iam.googleapis.com/serviceAccountKeys.create']}}],
		});
	});

	test('a broken one has a line and no value', async () => {
		expect(await denyPoliciesOf(`${yaml}\n  bad: [`)).toEqual([{value: undefined, line: expect.any(Number)}]);
	});
});
