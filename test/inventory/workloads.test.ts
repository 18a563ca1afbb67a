/**
 * Workloads through the real builder. Bodies are those of the services' REST references; [recalled] in a title marks a
 * field, default or asset type that no stored source confirmed.
 */
import {describe, expect, test} from 'vitest';
import {InventoryBuilder} from '../../src/inventory/build.ts';
import type {Inventory} from '../../src/inventory/model.ts';
import {readWorkload, WORKLOAD_TYPES} from '../../src/inventory/workloads.ts';
import type {Asset, Json, Problem} from '../../src/sources/asset.ts';
import {APP, APPSPOT, BODIES, BUILD, COMPUTE, UNKNOWN} from './workload-bodies.ts';

const ANCESTORS = ['projects/10', 'organizations/1'];
const ORG = '//cloudresourcemanager.googleapis.com/organizations/1';
const SHOP = '//cloudresourcemanager.googleapis.com/projects/10';

const asset = (assetType: string, name: string, data: Json, more: Partial<Asset> = {}): Asset => ({
	name,
	assetType,
	ancestors: ANCESTORS,
	resource: {data},
	...more,
});
const HIERARCHY = [
	asset(
		'cloudresourcemanager.googleapis.com/Organization',
		ORG,
		{name: 'organizations/1'},
		{ancestors: ['organizations/1']},
	),
	asset('cloudresourcemanager.googleapis.com/Project', SHOP, {
		projectId: 'shop',
		projectNumber: '10',
		lifecycleState: 'ACTIVE',
	}),
];

function read(
	assets: readonly Asset[],
	hierarchy: readonly Asset[] = HIERARCHY,
): {inventory: Inventory; problems: Problem[]} {
	const builder = new InventoryBuilder({now: Date.UTC(2026, 5)});
	const problems: Problem[] = [];
	builder.onProblem = problem => void problems.push(problem);
	for (const [index, each] of [...hierarchy, ...assets].entries())
		builder.asset(each, {file: 'export.ndjson', line: index + 1});
	return {inventory: builder.finish(), problems};
}

/** What is read of one workload with this body, without its name, type, project and what else the body says. */
function workload(assetType: string, data: Json): object | undefined {
	const {inventory, problems} = read([asset(assetType, `//${assetType.split('/')[0]!}/projects/shop/things/x`, data)]);
	expect(problems).toEqual([]);
	expect(inventory.passedOver.size).toBe(0);
	const [only] = inventory.workloads;
	if (!only) return undefined;
	const {name, assetType: type, project, facts: _, ...rest} = only;
	expect([name.endsWith('/things/x'), type, project?.key]).toEqual([true, assetType, 'projects/shop']);
	return rest;
}

describe('bodies', () => {
	test.each(BODIES)('%s', (_title, type, data, expected) => {
		expect(workload(type, data)).toEqual(expected);
	});

	test('every type but those of groups has a body above that fires', () => {
		const fired = new Set(
			BODIES.filter(([, , , expected]) => expected && 'runsAs' in expected && expected.runsAs).map(([, type]) => type),
		);
		const groups = 'compute.googleapis.com/InstanceGroupManager';
		expect([...WORKLOAD_TYPES].filter(type => !fired.has(type) && type !== groups)).toEqual([]);
	});

	test('keys of storage are no workloads', () => {
		for (const type of ['storage.googleapis.com/HmacKey', 'constructor']) {
			expect(WORKLOAD_TYPES.has(type)).toBe(false);
			expect(readWorkload(asset(type, '//x', {serviceAccountEmail: APP}))).toBeUndefined();
		}
	});
});

const VM = 'compute.googleapis.com/Instance';
const vm = (email: unknown, name = 'vm', more: Partial<Asset> = {}): Asset =>
	asset(VM, `//compute.googleapis.com/projects/shop/zones/z/instances/${name}`, {serviceAccounts: [{email}]}, more);
const WORKFLOW = 'workflows.googleapis.com/Workflow';
const workflow = (serviceAccount: unknown, more: Partial<Asset> = {}): Asset =>
	asset(WORKFLOW, '//workflows.googleapis.com/projects/shop/locations/l/workflows/w', {serviceAccount}, more);
const run = (assets: readonly Asset[], hierarchy?: readonly Asset[]): object[] =>
	read(assets, hierarchy).inventory.workloads.map(({runsAs, unknownAccount}) => ({
		runsAs,
		...(unknownAccount && {unknownAccount}),
	}));

describe('how accounts are written', () => {
	const account = asset(
		'iam.googleapis.com/ServiceAccount',
		`//iam.googleapis.com/projects/shop/serviceAccounts/1234567`,
		{
			email: APP,
			uniqueId: '1234567',
			projectId: 'shop',
		},
	);
	test.each([
		['capitals', 'App@Shop.iam.gserviceaccount.com', {runsAs: [APP]}],
		['project as -', `projects/-/serviceAccounts/${APP}`, {runsAs: [APP]}],
		['full name', `//iam.googleapis.com/projects/shop/serviceAccounts/${APP}`, {runsAs: [APP]}],
		['unique id', 'projects/shop/serviceAccounts/1234567', {runsAs: [APP]}],
		['unique id alone', '1234567', {runsAs: [APP]}],
		['unique id that nobody told', 'projects/shop/serviceAccounts/7654321', UNKNOWN],
		['a word that is none', 'robot', UNKNOWN],
		[
			'a default spelled out is no default',
			'PROJECT_NUMBER-compute@developer.gserviceaccount.com',
			{runsAs: ['project_number-compute@developer.gserviceaccount.com']},
		],
	])('%s', (_title, written, expected) => {
		expect(run([workflow(written), account])).toEqual([expected]);
	});
});

describe('projects and their defaults', () => {
	const ONLY_ID = {ancestors: undefined};
	const bare = (name: string, more: Partial<Asset>): Asset => asset(WORKFLOW, name, {}, more);
	const FUNCTION = 'cloudfunctions.googleapis.com/CloudFunction';

	test('number and id come together from the name and the ancestors', () => {
		const name = '//cloudfunctions.googleapis.com/projects/shop/locations/l/functions/f';
		const both = [asset(FUNCTION, name, {}), vm('default')];
		expect(run(both, [])).toEqual([{runsAs: [APPSPOT]}, {runsAs: [COMPUTE]}]);
		expect(read(both, []).inventory.workloads.map(({project}) => project?.key)).toEqual([
			'projects/shop',
			'projects/shop',
		]);
	});

	test('an unknown number leaves the compute default unknown', () => {
		const name = '//workflows.googleapis.com/projects/shop/locations/l/workflows/w';
		expect(run([bare(name, ONLY_ID)], [])).toEqual([UNKNOWN]);
		expect(run([bare(name, ONLY_ID)])).toEqual([{runsAs: [COMPUTE]}]);
	});

	test('an unknown id leaves the App Engine default unknown', () => {
		const name = '//cloudfunctions.googleapis.com/projects/10/locations/l/functions/f';
		expect(run([asset(FUNCTION, name, {})], [])).toEqual([UNKNOWN]);
		expect(run([asset(FUNCTION, name, {})])).toEqual([{runsAs: [APPSPOT]}]);
	});

	test('App Engine names its project by id', () => {
		const name = '//appengine.googleapis.com/apps/shop/services/default/versions/v1';
		const {inventory} = read([asset('appengine.googleapis.com/Version', name, {}, ONLY_ID)], []);
		expect(inventory.workloads).toMatchObject([{runsAs: [APPSPOT], project: {key: 'projects/shop'}}]);
	});

	test('the id of a project of a domain is turned around [recalled]', () => {
		const name = '//appengine.googleapis.com/apps/example.com:shop';
		const {inventory} = read([asset('appengine.googleapis.com/Application', name, {}, ONLY_ID)], []);
		expect(inventory.workloads[0]?.runsAs).toEqual(['shop.example.com@appspot.gserviceaccount.com']);
	});

	test("an App Engine version without an account has the application's", () => {
		const version = asset(
			'appengine.googleapis.com/Version',
			'//appengine.googleapis.com/apps/shop/services/s/versions/v',
			{},
		);
		const application = (data: Json): Asset =>
			asset('appengine.googleapis.com/Application', '//appengine.googleapis.com/apps/shop', data);
		expect(run([version, application({serviceAccount: APP})])).toEqual([{runsAs: [APP]}, {runsAs: [APP]}]);
		expect(run([version, application({})])).toEqual([{runsAs: [APPSPOT]}, {runsAs: [APPSPOT]}]);
	});

	test("the application's account is known where the project's id is not", () => {
		const name = '//appengine.googleapis.com/apps/10';
		const version = asset('appengine.googleapis.com/Version', `${name}/services/s/versions/v`, {});
		const application = asset('appengine.googleapis.com/Application', name, {serviceAccount: APP});
		expect(run([version], [])).toEqual([UNKNOWN]);
		expect(run([version, application], [])).toEqual([{runsAs: [APP]}, {runsAs: [APP]}]);
	});

	test('sorted by name, found by project', () => {
		const {inventory} = read([vm(APP, 'b'), vm(APP, 'a')]);
		const names = ['a', 'b'].map(name => `//compute.googleapis.com/projects/shop/zones/z/instances/${name}`);
		expect(inventory.workloads.map(({name}) => name)).toEqual(names);
		expect(inventory.workloadsOf(inventory.container('projects/10')!).map(({name}) => name)).toEqual(names);
		expect(inventory.workloadsOf(inventory.container('organizations/1')!)).toEqual([]);
	});

	test('clusters have one name, zonal or not', () => {
		const zonal = '//container.googleapis.com/projects/shop/zones/z/clusters/c';
		expect(read([asset('container.googleapis.com/Cluster', zonal, {})]).inventory.workloads).toMatchObject([
			{name: '//container.googleapis.com/projects/shop/locations/z/clusters/c'},
		]);
	});

	test('clusters are named by the id of their project', () => {
		const numbered = '//container.googleapis.com/projects/10/locations/l/clusters/c';
		expect(read([asset('container.googleapis.com/Cluster', numbered, {})]).inventory.workloads).toMatchObject([
			{name: '//container.googleapis.com/projects/shop/locations/l/clusters/c'},
		]);
	});
});

describe('managed groups run as their templates', () => {
	const template = (place: string, project = 'shop'): Asset =>
		asset(
			'compute.googleapis.com/InstanceTemplate',
			`//compute.googleapis.com/projects/${project}/${place}/instanceTemplates/t`,
			{
				properties: {serviceAccounts: [{email: place === 'global' ? APP : BUILD}]},
			},
		);
	const url = (place: string, project = 'shop'): string =>
		`https://www.googleapis.com/compute/v1/projects/${project}/${place}/instanceTemplates/t`;
	const group = (data: Json): Asset =>
		asset(
			'compute.googleapis.com/InstanceGroupManager',
			'//compute.googleapis.com/projects/shop/zones/z/instanceGroupManagers/g',
			data,
		);
	const ofGroup = (assets: readonly Asset[]): object | undefined =>
		read(assets).inventory.workloads.find(({assetType}) => assetType.endsWith('Manager'));

	test.each([
		['one template', {instanceTemplate: url('global')}, {runsAs: [APP]}],
		['a project by its number', {instanceTemplate: url('global', '10')}, {runsAs: [APP]}],
		[
			'two versions',
			{versions: [{instanceTemplate: url('global')}, {instanceTemplate: url('regions/r')}]},
			{runsAs: [APP, BUILD]},
		],
	])('%s', (_title, data, expected) => {
		const found = ofGroup([group(data), template('global'), template('regions/r')]);
		expect(found).toMatchObject(expected);
		expect(found).not.toHaveProperty('unknownAccount');
	});

	test("a template that was not read, or another project's", () => {
		expect(ofGroup([group({instanceTemplate: url('global')}), template('regions/r')])).toMatchObject(UNKNOWN);
		expect(ofGroup([group({instanceTemplate: url('global', 'other')}), template('global')])).toMatchObject(UNKNOWN);
	});
});

describe('the same workload twice', () => {
	const at = (updateTime: string): Partial<Asset> => ({updateTime});
	const NEW = at('2026-05-02T00:00:00Z');
	const OLD = at('2026-05-01T00:00:00Z');

	test('the newest wins, in either order', () => {
		for (const assets of [
			[vm(APP, 'v', NEW), vm(BUILD, 'v', OLD)],
			[vm(BUILD, 'v', OLD), vm(APP, 'v', NEW)],
		]) {
			expect(run(assets)).toEqual([{runsAs: [APP]}]);
		}
	});

	test('a subscription that has lost its account, in either order', () => {
		const type = 'pubsub.googleapis.com/Subscription';
		const subscription = (data: Json, more: Partial<Asset>): Asset =>
			asset(type, '//pubsub.googleapis.com/projects/shop/subscriptions/s', data, more);
		const before = subscription({pushConfig: {oidcToken: {serviceAccountEmail: APP}}}, OLD);
		const after = subscription({pushConfig: {}}, NEW);
		for (const assets of [
			[before, after],
			[after, before],
		])
			expect(run(assets)).toEqual([]);
	});

	test('a function of the first generation, exported by both APIs, is one workload', () => {
		const name = '//cloudfunctions.googleapis.com/projects/shop/locations/l/functions/f';
		const v1 = asset('cloudfunctions.googleapis.com/CloudFunction', name, {});
		const v2 = asset('cloudfunctions.googleapis.com/Function', name, {
			environment: 'GEN_1',
			serviceConfig: {serviceAccountEmail: APP},
		});
		for (const assets of [
			[v1, v2],
			[v2, v1],
		]) {
			const {workloads, coverage} = read(assets).inventory;
			expect(workloads).toMatchObject([{assetType: 'cloudfunctions.googleapis.com/Function', runsAs: [APP]}]);
			expect(
				coverage
					.lines()
					.filter(({fact}) => fact === 'workloads')
					.map(({assetType}) => assetType),
			).toEqual(
				expect.arrayContaining([
					'cloudfunctions.googleapis.com/CloudFunction',
					'cloudfunctions.googleapis.com/Function',
				]),
			);
		}
	});
});

describe('what counts as read', () => {
	test('per type: one asset anywhere below the organization, even of a subscription that pulls', () => {
		const pull = asset(
			'pubsub.googleapis.com/Subscription',
			'//pubsub.googleapis.com/projects/shop/subscriptions/s',
			{},
		);
		const {coverage, container} = read([pull]).inventory;
		const shop = container('projects/shop')!;
		expect(coverage.standing('workloads', shop, 'pubsub.googleapis.com/Subscription').status).toBe('complete');
		expect(coverage.standing('workloads', shop, VM).status).toBe('missing');
	});
});

describe('wrong types', () => {
	test.each<[string, Asset, RegExp]>([
		[
			'a list that is none',
			asset(VM, '//compute.googleapis.com/projects/shop/zones/z/instances/v', {serviceAccounts: {email: APP}}),
			/serviceAccounts is no list/,
		],
		[
			'an element that is no object',
			asset(VM, '//compute.googleapis.com/projects/shop/zones/z/instances/v', {serviceAccounts: [APP]}),
			/serviceAccounts holds/,
		],
		['an e-mail that is no text', vm({a: 1}), /email is no string/],
		[
			'an object that is none',
			asset('run.googleapis.com/Service', '//run.googleapis.com/projects/shop/locations/l/services/s', {template: 'x'}),
			/template is no object/,
		],
		[
			'a flag that is none',
			asset('container.googleapis.com/Cluster', '//container.googleapis.com/projects/shop/locations/l/clusters/c', {
				autopilot: {enabled: 'maybe'},
			}),
			/enabled is no boolean/,
		],
		[
			'a template that is none',
			asset(
				'compute.googleapis.com/InstanceGroupManager',
				'//compute.googleapis.com/projects/shop/zones/z/instanceGroupManagers/g',
				{instanceTemplate: 'x'},
			),
			/no instance template/,
		],
	])('%s: a problem, and a workload whose account is unknown', (_title, broken, message) => {
		const {inventory, problems} = read([broken, workflow(APP)]);
		expect(problems).toMatchObject([
			{kind: 'broken', file: 'export.ndjson', line: 3, message: expect.stringMatching(message) as string},
		]);
		expect(inventory.workloads.map(({runsAs, unknownAccount}) => [runsAs, unknownAccount])).toContainEqual([[], true]);
		expect(inventory.workloads.map(({runsAs}) => runsAs)).toContainEqual([APP]);
	});

	test('null is absent', () => {
		expect(workload('run.googleapis.com/Service', {spec: null, template: {serviceAccount: null}})).toEqual({
			runsAs: [COMPUTE],
		});
	});
});

test('a label of the wrong type is a problem, and the account is read all the same', () => {
	const {inventory, problems} = read([
		asset('compute.googleapis.com/Instance', '//compute.googleapis.com/projects/shop/zones/z/instances/web', {
			serviceAccounts: [{email: 'app@shop.iam.gserviceaccount.com'}],
			labels: 'none',
		}),
	]);
	expect(problems.map(({message}) => message)).toEqual(['compute.googleapis.com/Instance: labels is no object']);
	expect(inventory.workloads).toMatchObject([{runsAs: ['app@shop.iam.gserviceaccount.com']}]);
	expect(inventory.workloads[0]!.facts).toBeUndefined();
});
