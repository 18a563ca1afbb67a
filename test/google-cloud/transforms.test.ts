/** The pure halves: answers of the APIs to assets. */
import {describe, expect, test} from 'vitest';
import {assetsOf, type Names} from '../../src/sources/google-cloud/asset-inventory.ts';
import {parseEndpoint, rootUrl} from '../../src/sources/google-cloud/endpoint.ts';
import {groupOf} from '../../src/sources/google-cloud/groups.ts';
import {fromV1, orgPolicyAsset} from '../../src/sources/google-cloud/org-policies.ts';
import {plainMessage} from '../../src/sources/google-cloud/plain.ts';
import {withoutSecrets} from '../../src/sources/google-cloud/workload-secrets.ts';
import {containerBody, type Place} from '../../src/sources/google-cloud/shape.ts';

const PLACE: Place = {
	kind: 'project',
	key: 'projects/shop',
	path: 'projects/7',
	ancestors: ['projects/7', 'organizations/1'],
	active: true,
};

describe('gRPC messages as JSON', () => {
	test('defaults go, times and structs become JSON, names of oneofs vanish', () => {
		const message = {
			name: 'x',
			displayName: '',
			state: 'STATE_UNSPECIFIED',
			kind: 'DenyPolicy',
			etag: Buffer.from('ab'),
			createTime: {seconds: '1704067200', nanos: 0},
			updateTime: {seconds: '1704067200', nanos: 120_000_000},
			deleteTime: null,
			labels: {},
			rules: [{kind: 'denyRule', denyRule: {deniedPrincipals: ['a'], exceptionPrincipals: []}}],
			data: {
				fields: {
					n: {kind: 'numberValue', numberValue: 0},
					b: {kind: 'boolValue', boolValue: false},
					t: {kind: 'stringValue', stringValue: ''},
					l: {kind: 'listValue', listValue: {values: [{kind: 'stringValue', stringValue: 'x'}]}},
					s: {kind: 'structValue', structValue: {fields: {}}},
					z: {kind: 'nullValue', nullValue: 'NULL_VALUE'},
				},
			},
		};
		expect(plainMessage(message)).toEqual({
			name: 'x',
			kind: 'DenyPolicy',
			etag: 'YWI=',
			createTime: '2024-01-01T00:00:00Z',
			updateTime: '2024-01-01T00:00:00.120Z',
			labels: {},
			rules: [{denyRule: {deniedPrincipals: ['a']}}],
			data: {n: 0, b: false, t: '', l: ['x'], s: {}, z: null},
		});
	});

	test('a chosen member of a oneof counts even if it is a default', () => {
		expect(plainMessage({rules: [{kind: 'enforce', enforce: false, condition: null}]})).toEqual({
			rules: [{enforce: false}],
		});
		expect(plainMessage({owner: 'directoryCustomerId', directoryCustomerId: 'C1'})).toEqual({
			directoryCustomerId: 'C1',
		});
	});
});

describe('containers', () => {
	const project = {name: 'projects/7', parent: 'folders/2', projectId: 'shop', displayName: 'Shop', state: 'ACTIVE'};

	test.each([
		['v3', {...project, etag: 'x'}],
		[
			'v1',
			{
				projectNumber: '7',
				projectId: 'shop',
				name: 'Shop',
				lifecycleState: 'ACTIVE',
				parent: {type: 'folder', id: '2'},
			},
		],
	])('%s bodies are one', (_, data) => {
		expect(containerBody(data)).toEqual(project);
	});

	test('an organization by its customer', () => {
		const data = {
			name: 'organizations/1',
			displayName: 'example.com',
			lifecycleState: 'ACTIVE',
			owner: {directoryCustomerId: 'C1'},
		};
		expect(containerBody(data)).toMatchObject({name: 'organizations/1', directoryCustomerId: 'C1', state: 'ACTIVE'});
		expect(containerBody({displayName: 'nameless'})).toBeUndefined();
	});
});

test('Asset Inventory: accounts by e-mail, projects by id, nothing of what is being deleted', () => {
	const gone: Place = {...PLACE, key: 'projects/old', path: 'projects/8', active: false};
	const names: Names = {
		place: path => [PLACE, gone].find(place => place.path === path || place.key === path),
		emails: new Map(),
	};
	const ancestors = ['projects/7', 'organizations/1'];
	const account = {
		name: '//iam.googleapis.com/projects/shop/serviceAccounts/123',
		assetType: 'iam.googleapis.com/ServiceAccount',
		ancestors,
		resource: {data: {email: 'a@shop.iam.gserviceaccount.com', uniqueId: '123', etag: 'x'}},
	};
	const email = '//iam.googleapis.com/projects/shop/serviceAccounts/a@shop.iam.gserviceaccount.com';
	expect(assetsOf(account, names)).toMatchObject([{name: email, resource: {data: {uniqueId: '123'}}}]);
	const {resource: _, ...bare} = account;
	const bindings = [{role: 'roles/x', members: ['user:a@b.c']}];
	expect(assetsOf({...bare, iamPolicy: {bindings}}, names)).toMatchObject([{name: email, iamPolicy: {bindings}}]);
	const key = {
		...account,
		name: `${account.name}/keys/k`,
		assetType: 'iam.googleapis.com/ServiceAccountKey',
		resource: {data: {keyType: 'USER_MANAGED'}},
	};
	expect(assetsOf(key, names)).toMatchObject([{name: `${email}/keys/k`}]);
	expect(assetsOf({...key, resource: {data: {keyType: 'SYSTEM_MANAGED'}}}, names)).toEqual([]);
	expect(assetsOf({...account, ancestors: ['projects/8']}, names)).toEqual([]);
});

test('organization policies: the v1 form becomes v2', () => {
	const of = (policy: object): unknown => fromV1({constraint: 'constraints/iam.x', ...policy}, PLACE)?.['spec'];
	expect(of({booleanPolicy: {enforced: true}})).toEqual({rules: [{enforce: true}]});
	expect(of({booleanPolicy: {}})).toEqual({rules: [{enforce: false}]});
	expect(of({listPolicy: {deniedValues: ['a'], inheritFromParent: true}})).toEqual({
		inheritFromParent: true,
		rules: [{values: {deniedValues: ['a']}}],
	});
	expect(of({listPolicy: {allValues: 'DENY'}})).toEqual({rules: [{denyAll: true}]});
	expect(of({restoreDefault: {}})).toEqual({reset: true});
	const [asset] = orgPolicyAsset(
		{name: 'projects/shop/policies/iam.x', spec: {etag: 'e', updateTime: 't', rules: []}},
		PLACE,
	);
	expect(asset).toMatchObject({
		name: '//orgpolicy.googleapis.com/projects/7/policies/iam.x',
		resource: {data: {spec: {rules: []}}},
	});
	expect(JSON.stringify(asset)).not.toContain('etag');
});

test('groups: kinds of members, owners and managers', () => {
	const member = (id: string, type: string, ...roles: string[]) => ({
		preferredMemberKey: {id},
		type,
		roles: [{name: 'MEMBER'}, ...roles.map(name => ({name}))],
	});
	const {asset, nested} = groupOf(
		'g@x.y',
		'groups/1',
		[
			member('u@x.y', 'USER', 'OWNER'),
			member('In@x.y', 'GROUP'),
			member('s@p.iam.gserviceaccount.com', 'SERVICE_ACCOUNT', 'MANAGER'),
		],
		['organizations/1'],
	);
	expect(nested).toEqual(['in@x.y']);
	expect(asset.resource!.data).toEqual({
		name: 'groups/1',
		groupKey: {id: 'g@x.y'},
		members: ['group:In@x.y', 'serviceAccount:s@p.iam.gserviceaccount.com', 'user:u@x.y'],
		owners: ['user:u@x.y'],
		managers: ['serviceAccount:s@p.iam.gserviceaccount.com'],
	});
});

test('values that may be secrets are dropped, switches and names stay', () => {
	const body = {
		metadata: {
			items: [
				{key: 'enable-oslogin', value: 'TRUE'},
				{key: 'startup-script', value: 'curl -u root:hunter2'},
			],
		},
		spec: {containers: [{env: [{name: 'PASSWORD', value: 'hunter2'}], image: 'x'}]},
		serviceConfig: {environmentVariables: {TOKEN: 'hunter2', DEBUG: 'true'}, serviceAccountEmail: 'a@b.c'},
	};
	expect(withoutSecrets(structuredClone(body))).toEqual({
		metadata: {items: [{key: 'enable-oslogin', value: 'TRUE'}, {key: 'startup-script'}]},
		spec: {containers: [{env: [{name: 'PASSWORD'}], image: 'x'}]},
		serviceConfig: {environmentVariables: {DEBUG: 'true'}, serviceAccountEmail: 'a@b.c'},
	});
});

test('who gets in and whose code runs stays, without the signature of an address', () => {
	const items = [
		{key: 'ssh-keys', value: 'ann:ssh-ed25519 AAAA ann'},
		{key: 'startup-script-url', value: 'https://storage.googleapis.com/code/x.sh?X-Goog-Signature=hunter2'},
		{key: 'created-by', value: 'projects/1/zones/z/instanceGroupManagers/web'},
		{key: 'ssh-keys-password', value: 'hunter2'},
	];
	expect(withoutSecrets(structuredClone({metadata: {items}}))).toEqual({
		metadata: {
			items: [
				items[0],
				{key: 'startup-script-url', value: 'https://storage.googleapis.com/code/x.sh'},
				items[2],
				{key: 'ssh-keys-password'},
			],
		},
	});
});

describe('--api-endpoint', () => {
	test.each([
		['private.example.com', 'https://private.example.com:443/'],
		['127.0.0.1:8443', 'https://127.0.0.1:8443/'],
		['[::1]:8443', 'https://[::1]:8443/'],
	])('%s', (text, url) => {
		expect(rootUrl('iam.googleapis.com', parseEndpoint(text))).toBe(url);
	});

	test.each(['', 'https://x', 'x/y', 'x:0', 'x:99999', 'x:y', '::1'])('%j is none', text => {
		expect(() => parseEndpoint(text)).toThrow(/HOST:PORT/);
	});
});
