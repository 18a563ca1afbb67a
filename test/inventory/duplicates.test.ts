/** The same asset twice: the newest wins; on equal or no times policies unite, with a warning. */
import {describe, expect, test} from 'vitest';
import {account, CRM, emailOf, IAM, key, type Line, organization, policy, project, read, resource} from './read.ts';

const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-02-01T00:00:00.123456Z';
const on = `${CRM}projects/10`;
const grants = (member: string, updateTime?: string, name = on) =>
	policy(name, [{role: 'roles/viewer', members: [member]}], updateTime === undefined ? {} : {updateTime});

function both<T>(a: Line, b: Line, see: (inventory: ReturnType<typeof read>['inventory']) => T): T[] {
	return [
		[a, b],
		[b, a],
	].map(lines => see(read([project('shop', 10), ...lines]).inventory));
}

describe('allow policies', () => {
	const members = (a: Line, b: Line) =>
		both(a, b, ({policies, warnings}) => {
			const found = [...policies.values()].flatMap(({bindings}) =>
				bindings.flatMap(binding => binding.members.map(({member}) => member)),
			);
			return {members: found.toSorted(), warned: warnings.length};
		});

	test.each<[string, Line, Line, string[], number]>([
		['the newest wins', grants('user:a@x.y', OLD), grants('user:b@x.y', NEW), ['user:b@x.y'], 0],
		['a time beats none', grants('user:a@x.y'), grants('user:b@x.y', OLD), ['user:b@x.y'], 0],
		[
			'a time that is none counts as none',
			grants('user:a@x.y', 'yesterday'),
			grants('user:b@x.y', OLD),
			['user:b@x.y'],
			0,
		],
		['equal times unite', grants('user:a@x.y', OLD), grants('user:b@x.y', OLD), ['user:a@x.y', 'user:b@x.y'], 1],
		['no times unite', grants('user:a@x.y'), grants('user:b@x.y'), ['user:a@x.y', 'user:b@x.y'], 1],
		['the same twice is no news', grants('user:a@x.y'), grants('user:a@x.y'), ['user:a@x.y'], 0],
		[
			'id and number are one policy',
			grants('user:a@x.y', OLD),
			grants('user:b@x.y', NEW, `${CRM}projects/shop`),
			['user:b@x.y'],
			0,
		],
		['the newest may take everything away', grants('user:a@x.y', OLD), policy(on, [], {updateTime: NEW}), [], 0],
		['spelling is no difference', grants('user:A@x.y'), grants('user:a@x.y'), ['user:a@x.y'], 0],
	])('%s', (_, a, b, expected, warned) => {
		for (const found of members(a, b)) expect(found).toEqual({members: expected, warned});
	});

	test('conditions keep bindings apart', () => {
		const limited = policy(on, [{role: 'roles/viewer', members: ['user:a@x.y'], condition: {expression: 'false'}}]);
		for (const found of both(grants('user:a@x.y'), limited, ({policies}) => [...policies.values()][0]!.bindings.length))
			expect(found).toBe(2);
	});

	test('audit configs that differ unite, too', () => {
		const logs = (service: string): Line => ({
			...policy(on, []),
			iamPolicy: {bindings: [], auditConfigs: [{service, auditLogConfigs: []}]},
		});
		const found = both(logs('a'), logs('b'), ({policies, warnings}) => [
			[...policies.values()][0]!.auditConfigs.map(config => config.service).toSorted(),
			warnings.length,
		]);
		expect(found).toEqual([
			[['a', 'b'], 1],
			[['a', 'b'], 1],
		]);
	});
});

describe('everything else: the newest wins', () => {
	const at = (updateTime: string) => ({updateTime});
	const role = (name: string, permissions: string[], more: Line) =>
		resource('iam.googleapis.com/Role', `${IAM}${name}/roles/r`, {includedPermissions: permissions}, more);
	const group = (member: string, more: Line) =>
		resource(
			'cloudidentity.googleapis.com/Group',
			'//cloudidentity.googleapis.com/groups/g',
			{groupKey: {id: 'g@x.y'}, members: [member]},
			more,
		);
	const deny = (rule: string, more: Line) =>
		resource('iam.googleapis.com/DenyPolicy', `${IAM}policies/p/denypolicies/d`, {rules: [rule]}, more);

	test.each<[string, Line, Line, (inventory: ReturnType<typeof read>['inventory']) => unknown, unknown]>([
		[
			'accounts',
			account('shop', 'ci', at(OLD), {disabled: true}),
			account('shop', 'ci', at(NEW), {disabled: false}),
			({accounts}) => accounts.get(emailOf('ci', 'shop'))!.disabled,
			false,
		],
		[
			'keys',
			key('shop', 'ci', 'k', at(OLD)),
			key('shop', 'ci', 'k', at(NEW), {disabled: true}),
			({keys}) => keys.map(known => known.disabled),
			[true],
		],
		[
			'roles',
			role('projects/shop', ['a.b.c'], at(OLD)),
			role('projects/shop', ['a.b.d'], at(NEW)),
			({customRoles}) => [...customRoles.values()].flatMap(known => known.permissions),
			['a.b.d'],
		],
		[
			'roles by id and number',
			role('projects/10', ['a.b.c'], at(OLD)),
			role('projects/shop', ['a.b.d'], at(NEW)),
			({customRoles}) => [...customRoles.values()].flatMap(known => known.permissions),
			['a.b.d'],
		],
		[
			'groups',
			group('user:a@x.y', at(OLD)),
			group('user:b@x.y', at(NEW)),
			({groups}) => groups.get('g@x.y')!.members.map(known => known.member),
			['user:b@x.y'],
		],
		[
			'deny policies',
			deny('a', at(OLD)),
			deny('b', at(NEW)),
			({documents}) => documents.get('iam.googleapis.com/DenyPolicy')!.map(known => known.data),
			[{rules: ['b']}],
		],
	])('%s', (_, a, b, see, expected) => {
		expect(both(a, b, see)).toEqual([expected, expected]);
	});

	test.each<[string, Line, Line, (inventory: ReturnType<typeof read>['inventory']) => unknown]>([
		[
			'accounts',
			account('shop', 'ci', at(OLD), {disabled: true}),
			account('shop', 'ci', at(OLD)),
			({accounts}) => accounts.get(emailOf('ci', 'shop'))!.disabled,
		],
		[
			'keys',
			key('shop', 'ci', 'k'),
			key('shop', 'ci', 'k', {}, {disabled: true}),
			({keys}) => keys.map(known => known.disabled),
		],
		[
			'roles',
			role('projects/shop', ['a.b.d'], {}),
			role('projects/shop', ['a.b.c'], {}),
			({customRoles}) => [...customRoles.values()].map(known => known.permissions),
		],
		[
			'groups',
			group('user:b@x.y', {}),
			group('user:a@x.y', {}),
			({groups}) => groups.get('g@x.y')!.members.map(known => known.member),
		],
		['deny policies', deny('b', {}), deny('a', {}), ({documents}) => [...documents.values()].flat()[0]!.data],
	])('equal times, different %s: the same one whatever the order, with a warning', (_, a, b, see) => {
		const [first, second] = both(a, b, inventory => [see(inventory), inventory.warnings.length]);
		expect(first).toEqual(second);
		expect(first![1]).toBe(1);
	});

	test.each<[string, Line, Line, (inventory: ReturnType<typeof read>['inventory']) => unknown, unknown]>([
		[
			'the newest name of an organization',
			organization(1, {updateTime: NEW, resource: {data: {name: 'organizations/1', displayName: 'new.example'}}}),
			organization(1, {updateTime: OLD, resource: {data: {name: 'organizations/1', displayName: 'old.example'}}}),
			({domains}) => domains,
			['new.example'],
		],
		[
			'what only one of two assets of an organization says',
			organization(1),
			organization(1, {resource: {data: {name: 'organizations/1', owner: {directoryCustomerId: 'C01'}}}}),
			inventory => [inventory.domains, inventory.container('organizations/1')!.directoryCustomerId],
			[['example.com'], 'C01'],
		],
		[
			'the newest place of a project',
			project('lab', 20, ['folders/3', 'organizations/1'], {updateTime: NEW}),
			project('lab', 20, ['folders/2', 'organizations/1'], {updateTime: OLD}),
			inventory => inventory.container('projects/lab')!.parent!.key,
			'folders/3',
		],
		[
			'one of two places at one time',
			project('lab', 20, ['organizations/1']),
			project('lab', 20, ['folders/2', 'organizations/1']),
			inventory => inventory.container('projects/lab')!.parent!.key,
			'folders/2',
		],
	])('%s', (_, a, b, see, expected) => {
		expect(both(a, b, see)).toEqual([expected, expected]);
	});

	test('a key read by unique id first and by e-mail later is one key', () => {
		const id = '100000000000000000001';
		const byId = resource(
			'iam.googleapis.com/ServiceAccountKey',
			`${IAM}projects/shop/serviceAccounts/${id}/keys/k`,
			{},
		);
		const {inventory} = read([byId, key('shop', 'ci', 'k'), account('shop', 'ci', {}, {uniqueId: id})]);
		expect(inventory.keys.map(({name}) => name)).toEqual([
			`${IAM}projects/shop/serviceAccounts/${emailOf('ci', 'shop')}/keys/k`,
		]);
		expect(inventory.accounts.size).toBe(1);
	});

	test('Google’s own keys are no user-managed keys, but show that keys were read', () => {
		const {inventory} = read([project('shop', 10), key('shop', 'ci', 'k', {}, {keyType: 'SYSTEM_MANAGED'})]);
		expect(inventory.keys).toEqual([]);
		expect(inventory.coverage.standing('serviceAccountKeys', inventory.container('projects/shop')!).status).toBe(
			'complete',
		);
	});

	test('the most recent use of two activity records counts', () => {
		const used = (last?: string) =>
			resource('policyanalyzer.googleapis.com/Activity', '//policyanalyzer/1', {
				fullResourceName: `${IAM}projects/shop/serviceAccounts/${emailOf('ci', 'shop')}`,
				activityType: 't',
				activity: {...(last !== undefined && {lastAuthenticatedTime: last})},
			});
		expect(both(used(OLD), used(), ({activities}) => [...[...activities.values()][0]!.values()][0]!.last)).toEqual([
			Date.parse(OLD),
			Date.parse(OLD),
		]);
	});
});
