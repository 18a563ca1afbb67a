/** One name for one thing, whatever the lines call it and in whatever order they come. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {account, CRM, emailOf, IAM, key, type Line, organization, policy, project, read, resource} from './read.ts';

const ID = '100000000000000000001';
const ancestors = ['projects/10', 'organizations/1'];
const BINDING = [{role: 'roles/viewer', members: ['user:a@example.com']}];

/** The names of everything, and what the problems and warnings are. */
function namesOf(lines: readonly Line[]): unknown {
	const {inventory, problems} = read(lines);
	expect(problems).toEqual([]);
	return {
		containers: inventory.containers.map(container => [container.key, container.number, container.parent?.key]),
		accounts: [...inventory.accounts.values()].map(({name, read: isRead}) => [name, isRead]),
		keys: inventory.keys.map(({name}) => name),
		policies: [...inventory.policies.keys()],
		roles: [...inventory.customRoles.keys()],
		bound: [...inventory.policies.values()].flatMap(({bindings}) => bindings.map(({role}) => role)).toSorted(),
		activities: [...inventory.activities].flatMap(([type, of]) => [...of.keys()].map(subject => `${type} ${subject}`)),
		warnings: inventory.warnings,
	};
}

test('a policy on an account tells by itself that id and number are one', () => {
	const name = `${IAM}projects/shop/serviceAccounts/${emailOf('ci', 'shop')}`;
	const {inventory} = read([policy(name, BINDING, {ancestors})]);
	expect(inventory.container('projects/shop')?.number).toBe('10');
	expect(inventory.accounts.get(emailOf('ci', 'shop'))?.name).toBe(name);
});

describe('id and number of a project are one project, in any order of lines', () => {
	const lines = [
		organization(1),
		project('shop', 10, ['organizations/1']),
		resource(
			'iam.googleapis.com/ServiceAccount',
			`${IAM}projects/shop/serviceAccounts/${ID}`,
			{email: emailOf('CI', 'shop'), uniqueId: ID},
			{ancestors},
		),
		resource(
			'iam.googleapis.com/ServiceAccountKey',
			`${IAM}projects/10/serviceAccounts/${ID}/keys/k1`,
			{keyType: 'USER_MANAGED'},
			{ancestors},
		),
		key('shop', 'ci', 'k2', {ancestors}),
		policy(`${CRM}projects/10`, [{role: 'projects/10/roles/r', members: [`serviceAccount:${emailOf('ci', 'shop')}`]}], {
			ancestors,
		}),
		policy(`${IAM}projects/-/serviceAccounts/${ID}`, BINDING, {ancestors}),
		resource('iam.googleapis.com/Role', `${IAM}projects/10/roles/r`, {includedPermissions: ['a.b.c']}, {ancestors}),
		resource('policyanalyzer.googleapis.com/Activity', '//policyanalyzer/1', {
			fullResourceName: `${IAM}projects/10/serviceAccounts/${ID}`,
			activityType: 't',
			activity: {},
		}),
		resource('policyanalyzer.googleapis.com/Activity', '//policyanalyzer/2', {
			fullResourceName: `${IAM}projects/shop/serviceAccounts/${emailOf('ci', 'shop')}/keys/k2`,
			activityType: 'u',
			activity: {},
		}),
	];
	const account1 = `${IAM}projects/shop/serviceAccounts/${emailOf('ci', 'shop')}`;
	const expected = {
		containers: [
			['organizations/1', undefined, undefined],
			['projects/shop', '10', 'organizations/1'],
		],
		accounts: [[account1, true]],
		keys: [`${account1}/keys/k1`, `${account1}/keys/k2`],
		policies: [`${CRM}projects/shop`, account1],
		roles: ['projects/shop/roles/r'],
		bound: ['projects/shop/roles/r', 'roles/viewer'],
		activities: [`t ${account1}`, `u ${account1}/keys/k2`],
		warnings: [],
	};

	test('every order', () => {
		fc.assert(
			fc.property(fc.shuffledSubarray(lines, {minLength: lines.length}), shuffled => {
				const found = namesOf(shuffled) as typeof expected;
				expect({...found, activities: found.activities.toSorted()}).toEqual(expected);
			}),
			{numRuns: 100, seed: 3},
		);
	});

	test.each<[string, Line]>([
		['its ancestors', policy(`${CRM}projects/shop`, BINDING, {ancestors})],
		[
			'a v3 body',
			resource('cloudresourcemanager.googleapis.com/Project', `${CRM}projects/shop`, {
				name: 'projects/10',
				projectId: 'shop',
				parent: 'organizations/1',
			}),
		],
		[
			'a v1 body',
			resource('cloudresourcemanager.googleapis.com/Project', `${CRM}projects/shop`, {
				name: 'Shop',
				projectId: 'shop',
				projectNumber: '10',
				parent: {type: 'organization', id: '1'},
			}),
		],
		['an account', account('shop', 'ci', {ancestors})],
		[
			'a role',
			resource('iam.googleapis.com/Role', `${IAM}projects/shop/roles/r`, {includedPermissions: []}, {ancestors}),
		],
	])('told by %s alone', (_, line) => {
		const {inventory} = read([line]);
		expect(inventory.container('projects/10')?.key).toBe('projects/shop');
		expect(inventory.container(`${CRM}projects/shop`)).toBe(inventory.container('projects/10'));
		expect(inventory.container('projects/shop')?.parent?.key).toBe('organizations/1');
	});
});

describe('accounts', () => {
	const {inventory} = read([
		resource('iam.googleapis.com/ServiceAccount', `${IAM}projects/shop/serviceAccounts/${ID}`, {
			email: 'Ci@shop.iam.gserviceaccount.com',
			uniqueId: ID,
		}),
	]);
	test.each([
		emailOf('ci', 'shop'),
		'CI@SHOP.iam.gserviceaccount.com',
		ID,
		`projects/-/serviceAccounts/${ID}`,
		`projects/-/serviceAccounts/${emailOf('ci', 'shop')}`,
		`${IAM}projects/shop/serviceAccounts/${ID}`,
	])('found by %s', reference => {
		expect(inventory.account(reference)?.email).toBe(emailOf('ci', 'shop'));
	});

	test.each([
		['10-compute@developer.gserviceaccount.com', 'default'],
		['shop@appspot.gserviceaccount.com', 'default'],
		['10@cloudbuild.gserviceaccount.com', 'default'],
		['10@cloudservices.gserviceaccount.com', 'service-agent'],
		['service-10@compute-system.iam.gserviceaccount.com', 'service-agent'],
		[emailOf('ci', 'shop'), 'user-managed'],
	])('%s is %s, and lies in the project that it names', (email, kind) => {
		const {inventory: named} = read([
			project('shop', 10),
			policy(`${CRM}projects/10`, [{role: 'roles/viewer', members: [`serviceAccount:${email}`]}]),
		]);
		expect(named.accounts.get(email)).toMatchObject({kind, read: false, project: {key: 'projects/shop'}});
	});

	test('an account of a project that nobody mentioned is no account of the inventory', () => {
		const {inventory: foreign} = read([
			policy(`${CRM}projects/10`, [{role: 'roles/viewer', members: [`serviceAccount:${emailOf('x', 'elsewhere')}`]}]),
		]);
		expect([...foreign.accounts.keys()]).toEqual([]);
		expect(foreign.principals.find(`serviceAccount:${emailOf('x', 'elsewhere')}`)).toBeDefined();
	});

	test('a name with neither project nor ancestors: the e-mail tells', () => {
		const email = emailOf('ci', 'shop');
		const {inventory: alone} = read([
			resource('iam.googleapis.com/ServiceAccount', `${IAM}projects/-/serviceAccounts/${ID}`, {email}),
		]);
		expect(alone.accounts.get(email)).toMatchObject({
			name: `${IAM}projects/shop/serviceAccounts/${email}`,
			project: {key: 'projects/shop'},
		});
	});
});

describe('the tree', () => {
	const parentOf = (lines: readonly Line[], name: string) => read(lines).inventory.container(name)?.parent?.key;

	test('a project that moved between two exports: the newest statement wins, in both orders', () => {
		const before = project('shop', 10, ['folders/2', 'organizations/1'], {updateTime: '2026-01-01T00:00:00Z'});
		const after = project('shop', 10, ['folders/3', 'organizations/1'], {updateTime: '2026-02-01T00:00:00Z'});
		expect(parentOf([before, after], 'projects/shop')).toBe('folders/3');
		expect(parentOf([after, before], 'projects/shop')).toBe('folders/3');
	});

	test('the newest wins whether it names the project by id or by number, and if it said so before', () => {
		const at = (month: string, folder: string, name: string) =>
			policy(`${CRM}${name}`, BINDING, {
				ancestors: [name, folder, 'organizations/1'],
				updateTime: `2026-${month}-01T00:00:00Z`,
			});
		const lines = [
			project('shop', 10),
			at('01', 'folders/2', 'projects/10'),
			at('05', 'folders/2', 'projects/10'),
			at('03', 'folders/3', 'projects/shop'),
		];
		for (const order of [lines, lines.toReversed()]) expect(parentOf(order, 'projects/shop')).toBe('folders/2');
	});

	test('ancestors in each other: one link is left out, with a warning, and all are there', () => {
		const folder = (number: number, above: number) =>
			resource('cloudresourcemanager.googleapis.com/Folder', `${CRM}folders/${number}`, {parent: `folders/${above}`});
		const {inventory} = read([folder(2, 3), folder(3, 4), folder(4, 2), project('shop', 10, ['folders/4'])]);
		expect(inventory.containers.map(container => container.key).toSorted()).toEqual([
			'folders/2',
			'folders/3',
			'folders/4',
			'projects/shop',
		]);
		expect(inventory.warnings).toEqual([expect.stringContaining('ancestors')]);
		for (const container of inventory.containers) expect(container.root.parent).toBeUndefined();
	});

	test.each([
		[['folders/2', 'folders/2']],
		[['projects/10', 'projects/10']],
		[['nonsense', 'organizations/1']],
		[['', 'organizations/']],
		[[`${CRM}folders/2`, `${CRM}organizations/1`]],
	])('ancestors %j do no harm', above => {
		const {inventory} = read([project('shop', 10, above), account('shop', 'ci')]);
		expect(inventory.container('projects/shop')?.accounts).toHaveLength(1);
	});

	test('ancestors by full name', () => {
		expect(parentOf([project('shop', 10, [`${CRM}folders/2`, `${CRM}organizations/1`])], 'projects/shop')).toBe(
			'folders/2',
		);
	});

	test('an asset whose ancestors begin with the parent', () => {
		expect(parentOf([policy(`${CRM}folders/2`, BINDING, {ancestors: ['organizations/1']})], 'folders/2')).toBe(
			'organizations/1',
		);
	});

	test('scopes: what is in them is audited, what is above is context; ids, numbers and several', () => {
		const lines = [
			project('shop', 10, ['folders/2', 'organizations/1']),
			project('web', 11, ['organizations/1']),
			project('far', 12, ['organizations/9']),
		];
		const inScope = (...scopes: string[]) =>
			read(lines, scopes)
				.inventory.containers.filter(container => container.inScope)
				.map(container => container.key);
		expect(inScope('projects/10')).toEqual(['projects/shop']);
		expect(inScope('folders/2', 'projects/web')).toEqual(['folders/2', 'projects/shop', 'projects/web']);
		expect(inScope('organizations/9')).toEqual(['organizations/9', 'projects/far']);
		expect(inScope()).toHaveLength(6);
		expect(() => inScope('projects/none')).toThrow(/projects\/none is not in what was given/);
	});
});

test('a search-all-iam-policies result lands on the same policy as the export', () => {
	const bindings = [{role: 'roles/owner', members: ['user:a@example.com']}];
	const {inventory, problems} = read([
		project('shop', 10, ['folders/2', 'organizations/1']),
		{
			resource: `${CRM}projects/shop`,
			assetType: 'cloudresourcemanager.googleapis.com/Project',
			project: 'projects/10',
			folders: ['folders/2'],
			organization: 'organizations/1',
			policy: {bindings},
		},
		{
			resource: `${CRM}folders/2`,
			asset_type: 'cloudresourcemanager.googleapis.com/Folder',
			folders: ['folders/2'],
			organization: 'organizations/1',
			policy: {bindings},
		},
		{
			resource: `${CRM}organizations/1`,
			assetType: 'cloudresourcemanager.googleapis.com/Organization',
			organization: 'organizations/1',
			policy: {bindings},
		},
	]);
	expect(problems).toEqual([]);
	expect([...inventory.policies.keys()]).toEqual([`${CRM}folders/2`, `${CRM}organizations/1`, `${CRM}projects/shop`]);
	expect(inventory.container('projects/shop')?.parent?.key).toBe('folders/2');
	expect(inventory.warnings).toEqual([]);
});
