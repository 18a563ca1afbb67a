/** Live collection through the real clients: what comes out, and that the way it was asked does not show in it. */
import {readFileSync, statSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {afterEach, describe, expect, test} from 'vitest';
import type {Asset} from '../../src/sources/asset.ts';
import {live, type Live, ORGANIZATION} from './live.ts';
import type {Switches} from './stand-in.ts';

let at: Live | undefined;
afterEach(() => at?.close());

type Via = 'auto' | 'services' | 'asset-inventory';

/** The text that `collect` writes. */
async function collected(via: Via, switches: Switches = {}, more: string[] = []): Promise<string> {
	at!.standIn.switches = switches;
	const file = at!.path(`${via}.ndjson`);
	const ended = await at!.run([
		'collect',
		`--organization=${ORGANIZATION}`,
		`--output=${file}`,
		`--via=${via}`,
		...more,
	]);
	expect(ended).toMatchObject({code: 0, stdout: ''});
	return readFileSync(file, 'utf8');
}

const assetsOf = (text: string): Asset[] =>
	text
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Asset);

/** What the services cannot tell: workloads, policies on other resources, times of change, and lines about all that. */
function comparable(assets: Asset[]): Asset[] {
	const both =
		/^(?:cloudresourcemanager|cloudidentity|policyanalyzer|orgpolicy)\.googleapis\.com\/|^iam\.googleapis\.com\/|^sa-audit/;
	return assets
		.filter(asset => both.test(asset.assetType) && asset.resource?.data?.['fact'] !== 'workloads')
		.map(({updateTime: _, ...asset}) => asset);
}

describe('two routes', () => {
	test('yield the same assets for what both can read, in the same order', async () => {
		at = await live();
		const services = comparable(assetsOf(await collected('services')));
		const inventory = comparable(assetsOf(await collected('asset-inventory')));
		expect(services.length).toBeGreaterThan(180);
		expect(inventory).toEqual(services);
		expect(JSON.stringify(inventory)).toBe(JSON.stringify(services));
	});

	test('workloads come by Asset Inventory only; otherwise they are missing, with the fix', async () => {
		at = await live();
		const missing = assetsOf(await collected('services')).filter(
			asset => asset.resource?.data?.['fact'] === 'workloads',
		);
		expect(missing).toHaveLength(6);
		expect(missing[0]!.resource!.data).toMatchObject({
			status: 'missing',
			fix: expect.stringContaining('--via=asset-inventory'),
		});
		const instances = assetsOf(await collected('asset-inventory')).filter(asset =>
			asset.assetType.endsWith('/Instance'),
		);
		expect(instances).toHaveLength(5);
	});

	test('auto takes the services where Asset Inventory is not allowed, and says so', async () => {
		at = await live();
		const fault: Switches['fault'] = ({method}) =>
			method.includes('AssetService') ? {fault: 'denied', message: 'no cloudasset.assets.listResource'} : undefined;
		const text = await collected('auto', {fault});
		expect(comparable(assetsOf(text))).toEqual(comparable(assetsOf(await collected('services'))));
		at.standIn.switches = {fault};
		const ended = await at.run(['collect', `--organization=${ORGANIZATION}`, `--output=${at.path('x.ndjson')}`]);
		expect(ended.stderr).toContain("is read from the services' own APIs: cloudasset.googleapis.com denied ListAssets");
	});
});

describe('pages and order never change the result', () => {
	test.each([
		['pages of one', {pageSize: 1}],
		['empty pages', {emptyPages: true, pageSize: 7}],
		['another order', {reversed: true, pageSize: 3}],
	] as [string, Switches][])('%s', async (_, switches) => {
		at = await live();
		for (const via of ['services', 'asset-inventory'] as const) {
			expect(await collected(via, switches)).toBe(await collected(via));
		}
	});
});

test('several scopes that overlap are one collection', async () => {
	at = await live();
	const whole = await collected('services');
	at.standIn.forget();
	const more = ['--project=tidewick-ci', '--project=146630928877', '--folder=274910385566'];
	expect(await collected('services', {}, more)).toBe(whole);
	const asked = at.standIn.calls.map(call => call.method + JSON.stringify(call.request));
	expect(new Set(asked).size).toBe(asked.length);
});

test('policies are asked for at version 3, keys only for those that users manage, deny policies rule by rule', async () => {
	at = await live();
	await collected('services');
	const {calls} = at.standIn;
	const policies = calls.filter(call => call.method.endsWith('GetIamPolicy'));
	expect(policies.length).toBe(9);
	for (const {request} of policies) expect(request['options']).toEqual({requestedPolicyVersion: 3});
	const ofAccounts = calls.filter(call => call.method.endsWith(':getIamPolicy'));
	expect(ofAccounts.length).toBeGreaterThan(20);
	for (const {request} of ofAccounts) expect(request['options.requestedPolicyVersion']).toBe('3');
	for (const {request} of calls.filter(call => call.method.endsWith('/keys')))
		expect(request['keyTypes']).toBe('USER_MANAGED');
	expect(calls.filter(call => call.method === 'google.iam.v2.Policies.GetPolicy')).toHaveLength(1);
	const asked = calls.map(call => call.method + JSON.stringify(call.request));
	expect(new Set(asked).size).toBe(asked.length);
});

test('calls carry the token and the quota project', async () => {
	at = await live();
	await collected('services', {}, ['--quota-project=payer']);
	for (const {headers} of at.standIn.calls) {
		expect(headers).toMatchObject({authorization: 'Bearer stand-in-token', 'x-goog-user-project': 'payer'});
	}
	at.standIn.forget();
	await collected('services', {}, ['--impersonate-service-account=auditor@p.iam.gserviceaccount.com']);
	for (const {headers} of at.standIn.calls) expect(headers['authorization']).toBe('Bearer stand-in-impersonated-token');
});

test('likely secrets in free text are not written', async () => {
	at = await live();
	const [account] = at.standIn.world.bodies('iam.googleapis.com/ServiceAccount', 'projects/tidewick-ci');
	account!['description'] = 'Deploys; password=hunter2-of-the-deployer';
	for (const via of ['services', 'asset-inventory'] as const) {
		const text = await collected(via);
		expect(text).not.toContain('hunter2');
		expect(text).toContain('[redacted: ');
	}
});

test('the output is private and stands alone; packed, it reads the same', async () => {
	at = await live();
	const text = await collected('services');
	expect(statSync(at.path('services.ndjson')).mode & 0o777).toBe(0o600);
	await collected('services');
	const packed = at.path('assets.ndjson.gz');
	await at.run(['collect', `--organization=${ORGANIZATION}`, '--via=services', `--output=${packed}`]);
	const {gunzipSync} = await import('node:zlib');
	expect(gunzipSync(readFileSync(packed)).toString()).toBe(text);
	const names = (await readdir(at.folder)).toSorted();
	expect(names).toEqual(['assets.ndjson.gz', 'credentials.json', 'services.ndjson', 'state', 'token']);
	// Nothing is left to go on with.
	expect(await readdir(at.path('state/sa-audit/collections'))).toEqual([]);
});
