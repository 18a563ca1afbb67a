/** What Google refuses or breaks becomes a hole where it was, with the reason; nothing else is touched, nothing hangs. */
import {readFileSync} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import type {Asset} from '../../src/sources/asset.ts';
import type {Fault} from './faults.ts';
import {live, type Live, ORGANIZATION} from './live.ts';
import {demoOrganization} from './organization.ts';
import type {Call, Switches} from './stand-in.ts';

let at: Live | undefined;
afterEach(() => at?.close());

/** A fault for calls whose method and request match. */
const when =
	(pattern: RegExp, fault: Fault): Switches['fault'] =>
	({method, request}: Call) =>
		pattern.test(`${method} ${JSON.stringify(request)}`) ? fault : undefined;

interface Holes {
	stderr: string;
	assets: Asset[];
	/** `fact scope [type]` -> reason, of what is not complete. */
	holes: Map<string, string>;
}

async function collect(fault: Switches['fault'], args = ['--via=services']): Promise<Holes> {
	at = await live({fault});
	const file = at.path('a.ndjson');
	const {code, stderr} = await at.run(['collect', `--organization=${ORGANIZATION}`, `--output=${file}`, ...args]);
	expect(code).toBe(0);
	const assets = readFileSync(file, 'utf8')
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Asset);
	const holes = new Map<string, string>();
	for (const {assetType, resource} of assets) {
		const {fact, scope, status, reason, assetType: type} = (resource?.data ?? {}) as Record<string, string>;
		if (assetType !== 'sa-audit/Coverage' || status === 'complete' || fact === 'workloads' || fact === 'auditLogs')
			continue;
		holes.set(`${fact} ${scope}${type === undefined ? '' : ` ${type}`}`, reason!);
	}
	return {stderr, assets, holes};
}

const SHOP = 'projects/tidewick-shop-prod';
const ERP = `//iam.googleapis.com/${SHOP}/serviceAccounts/onprem-erp-sync@tidewick-shop-prod.iam.gserviceaccount.com`;

describe('a refusal is a hole with its reason, where it was', () => {
	test.each([
		[
			'one key list',
			/serviceAccounts\/onprem-erp-sync.*\/keys/,
			[`serviceAccountKeys ${ERP}`],
			'iam.serviceAccountKeys.list',
		],
		[
			'one account policy',
			/serviceAccounts\/onprem-erp-sync.*getIamPolicy/,
			[`allowPolicies ${ERP}`],
			'iam.serviceAccounts.getIamPolicy',
		],
		[
			'one project policy',
			/GetIamPolicy.*tidewick-shop-prod/,
			[`allowPolicies ${SHOP}`],
			'resourcemanager.projects.getIamPolicy',
		],
		['one list of roles', /projects\/tidewick-shop-prod\/roles/, [`roles ${SHOP}`], 'iam.roles.list'],
		[
			'one list of pools',
			/tidewick-ci\/.*workloadIdentityPools/,
			['workloadIdentityPools projects/tidewick-ci'],
			'workloadIdentityPools.list',
		],
		[
			'the rules of a deny policy',
			/v2.Policies.GetPolicy/,
			['denyPolicies folders/610038471925'],
			'iam.denypolicies.get',
		],
		[
			'one group',
			/groups:lookup.*contractors/,
			['groups //cloudidentity.googleapis.com/groups/contractors@tidewick.example.com'],
			'cloudidentity',
		],
		[
			'one list of accounts',
			/GET v1\/projects\/tidewick-shop-prod\/serviceAccounts \{/,
			[`allowPolicies ${SHOP}`, `serviceAccountKeys ${SHOP}`, `serviceAccounts ${SHOP}`],
			'iam.serviceAccounts.list',
		],
	] as [string, RegExp, string[], string][])('%s', async (_, pattern, expected, reason) => {
		const {holes, assets} = await collect(
			when(pattern, {fault: 'denied', message: 'The caller does not have permission'}),
		);
		expect([...holes.keys()].toSorted()).toEqual(expected);
		for (const said of holes.values()) expect(said).toContain(reason);
		// Its neighbours are there.
		expect(assets.filter(asset => asset.assetType === 'iam.googleapis.com/ServiceAccountKey').length).toBeGreaterThan(
			10,
		);
	});

	test('the report says so, with the fix, and the check that needed it is unknown or names it', async () => {
		await collect(when(/serviceAccounts\/onprem-erp-sync.*\/keys/, {fault: 'denied', message: 'no'}));
		const {stdout} = await at!.run([
			'audit',
			`--assets=${at!.path('a.ndjson')}`,
			'--only=user-managed-key',
			'--format=json',
		]);
		const {coverage, checks} = JSON.parse(stdout);
		const line = coverage.find((one: {scope: string}) => one.scope === ERP);
		expect(line).toMatchObject({
			fact: 'serviceAccountKeys',
			status: 'missing',
			fix: expect.stringContaining('sa-audit doctor'),
		});
		expect(checks[0].reason).toContain('iam.serviceAccountKeys.list');
	});
});

test('a disabled API is a hole everywhere it was asked, is asked no further, and the fix is the command', async () => {
	const message = 'Policy Analyzer API has not been used in project 7 before or it is disabled.';
	const {holes, assets} = await collect(when(/activities:query/, {fault: 'disabled', consumer: 'projects/7', message}));
	expect([...holes.keys()]).toHaveLength(12);
	expect([...holes.values()][0]).toContain('policyanalyzer.googleapis.com is disabled in projects/7');
	const line = assets.find(asset => asset.resource?.data?.['assetType'] === 'serviceAccountLastAuthentication');
	expect(line!.resource!.data!['fix']).toBe('gcloud services enable policyanalyzer.googleapis.com --project=7');
});

test.each([
	['off', {fault: 'disabled', consumer: 'projects/318840275613'}],
	['broken', {fault: 'unavailable'}],
] as [string, Fault][])('an API that is %s in one project is asked about the others', async (_, fault) => {
	const {holes} = await collect(when(/(?<!entries.*)(?:tidewick-shop-prod|318840275613)/, fault));
	expect([...holes.keys()].filter(key => !/tidewick-shop-prod/.test(key))).toEqual([]);
	expect(holes.size).toBeGreaterThan(7);
});

test('an API that this endpoint does not serve is a hole', async () => {
	const {holes} = await collect(({method}) =>
		/orgpolicy|v3\.Principal|groups:lookup/.test(method) ? {fault: 'unimplemented'} : undefined,
	);
	const facts = new Set([...holes.keys()].map(key => key.split(' ')[0]));
	expect(facts).toEqual(new Set(['orgPolicies', 'boundaryPolicies', 'groups']));
});

test('what fails once is asked again; what was answered is not', async () => {
	const broken = new Set<string>();
	const {holes} = await collect(({method, request}, nth) => {
		const kinds: Fault['fault'][] = ['unavailable', 'throttled', 'reset'];
		const kind = kinds[(method.length + JSON.stringify(request).length) % 3]!;
		if (nth > 1 || broken.size > 40) return undefined;
		broken.add(method + JSON.stringify(request));
		return {fault: kind, ...(kind === 'throttled' && {retryAfter: 1})};
	});
	expect([...holes]).toEqual([]);
	const times = new Map<string, number>();
	for (const {method, request} of at!.standIn.calls) {
		const question = method + JSON.stringify(request);
		times.set(question, (times.get(question) ?? 0) + 1);
	}
	for (const [question, number] of times) {
		// A reset takes the calls with it that share its connection.
		if (!broken.has(question)) expect(number).toBeLessThanOrEqual(4);
		else expect(number).toBeGreaterThan(1);
	}
});

test('an API that never answers is given up, and the rest goes on', async () => {
	const {holes, stderr} = await collect(when(/orgpolicy/, {fault: 'unavailable', message: 'try later'}));
	expect([...holes.keys()].every(key => key.startsWith('orgPolicies '))).toBe(true);
	expect(holes.size).toBe(9);
	expect([...holes.values()][0]).toContain('try later');
	expect(stderr).toContain('--resume');
	const asked = at!.standIn.methods().filter(method => method.includes('orgpolicy')).length;
	expect(asked).toBeLessThanOrEqual(9 * 5);
});

describe('what is not there any more', () => {
	test('a project that is being deleted is told as such and not read', async () => {
		at = await live();
		const world = at.standIn.world;
		const path = world.path('projects/tidewick-sandbox');
		world.containers.set(path, {...world.containers.get(path), state: 'DELETE_REQUESTED'});
		for (const via of ['services', 'asset-inventory']) {
			at.standIn.forget();
			const file = at.path('a.ndjson');
			await at.run(['collect', `--organization=${ORGANIZATION}`, `--output=${file}`, `--via=${via}`]);
			if (via === 'services') {
				expect(readFileSync(file, 'utf8')).toContain('DELETE_REQUESTED');
				expect(at.standIn.methods().filter(method => method.includes('tidewick-sandbox'))).toEqual([]);
			}
		}
	});

	test('a project that vanishes between two calls is no hole', async () => {
		const {holes, assets} = await collect(({method, request}) => {
			const about = `${method} ${JSON.stringify(request)}`;
			return /264408817359|tidewick-sandbox/.test(about) && !/ListProjects|entries:list/.test(method)
				? {fault: 'gone'}
				: undefined;
		});
		expect([...holes]).toEqual([]);
		const project = assets.find(asset => asset.name.endsWith('projects/tidewick-sandbox') && asset.resource);
		expect(project!.resource!.data).toMatchObject({state: 'DELETED'});
	});

	test('an account that vanishes after the list is left out', async () => {
		const {holes, assets} = await collect(when(/serviceAccounts\/onprem-erp-sync/, {fault: 'gone'}));
		expect([...holes]).toEqual([]);
		expect(assets.some(asset => asset.name === ERP)).toBe(false);
	});
});

test('nothing readable at all: exit 3 with the reason', async () => {
	at = await live({fault: () => ({fault: 'denied', message: 'The caller does not have permission'})});
	for (const command of ['audit', 'collect']) {
		const output = command === 'collect' ? [`--output=${at.path('a.ndjson')}`] : [];
		const ended = await at.run([command, `--organization=${ORGANIZATION}`, ...output]);
		expect(ended).toMatchObject({code: 3, stdout: ''});
		expect(ended.stderr).toMatch(/error: Nothing of organizations\/\d+ could be read: [^]*denied[^]*sa-audit doctor/);
		expect(ended.stderr).not.toMatch(/\n\s+at /);
	}
});

test.each(['services', 'asset-inventory'])(
	'an organization that may not be read itself is known by name: %s',
	async via => {
		const {holes, assets} = await collect(when(/GetOrganization/, {fault: 'denied', message: 'no'}), [`--via=${via}`]);
		expect(holes.get(`resources organizations/${ORGANIZATION}`)).toContain('resourcemanager.organizations.get');
		expect(
			assets.filter(asset => asset.assetType.endsWith('resourcemanager.googleapis.com/Project') && asset.resource),
		).toHaveLength(6);
	},
);

test('an ancestor that may not be read is a hole, and its policy is read all the same', async () => {
	at = await live({fault: when(/GetFolder/, {fault: 'denied', message: 'no'})});
	const file = at.path('a.ndjson');
	const {code} = await at.run(['collect', '--project=tidewick-shop-prod', `--output=${file}`, '--via=services']);
	expect(code).toBe(0);
	const text = readFileSync(file, 'utf8');
	expect(text).toContain('what stands above folders/610038471925 is not known');
	expect(text).toContain('roles/logging.viewer');
});

test('folders that may not be listed are searched, and the hole says so', async () => {
	const {holes, assets} = await collect(when(/ListProjects.*610038471925/, {fault: 'denied', message: 'no'}));
	expect([...holes.keys()]).toEqual(['resources folders/610038471925']);
	expect(assets.filter(asset => asset.assetType.endsWith('/Project') && asset.resource)).toHaveLength(6);
});

test('tags that a condition asks for and that cannot be read are told, once', async () => {
	const world = demoOrganization();
	const policy = world.lines.find(({iamPolicy}) => iamPolicy)!.iamPolicy as {bindings: {condition?: object}[]};
	policy.bindings[0]!.condition = {title: 'tagged', expression: "resource.matchTag('1/env', 'prod')"};
	at = await live({fault: ({method}) => (method.includes('ListEffectiveTags') ? {fault: 'denied'} : undefined)}, world);
	const {code, stderr} = await at.run(['audit', `--organization=${ORGANIZATION}`]);
	expect(code).toBe(0);
	const told = stderr.split('\n').filter(line => line.includes('tags of'));
	expect(told).toHaveLength(1);
	expect(told[0]).toMatch(
		/of folders\/\d+ and of 8 other containers were not read.*stay undecided: .*denied ListEffectiveTags/,
	);
});
