import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {demoText} from '../../scripts/make-demo.ts';
import {readDataFile} from '../../src/data-file.ts';
import type {Asset, Json, Problem} from '../../src/sources/asset.ts';
import {DEMO_NOTICE, DEMO_NOW, DEMO_SCOPE, readDemo} from '../../src/sources/demo.ts';

interface Binding {
	role: string;
	members: string[];
	condition?: {expression: string};
}

const assets: Asset[] = [];
const problems: Problem[] = [];
const lines: number[] = [];
readDemo({
	asset(asset, at) {
		assets.push(asset);
		lines.push(at.line ?? 0);
	},
	problem: problem => problems.push(problem),
});

const dataOf = (type: string): Json[] =>
	assets.filter(asset => asset.assetType === type && asset.resource).map(asset => asset.resource!.data!);
const policies = assets.filter(asset => asset.iamPolicy);
const bindingsOf = (asset: Asset): Binding[] => asset.iamPolicy!['bindings'] as Binding[];
const grants = policies.flatMap(asset =>
	bindingsOf(asset).flatMap(({role, members}) => members.map(member => ({on: asset.name, role, member}))),
);
const accounts = dataOf('iam.googleapis.com/ServiceAccount') as {email: string; uniqueId: string; disabled?: true}[];
const keys = dataOf('iam.googleapis.com/ServiceAccountKey') as Record<string, string>[];
const activities = dataOf('policyanalyzer.googleapis.com/Activity') as {
	fullResourceName: string;
	activity: {lastAuthenticatedTime?: string};
}[];

interface RoleData {
	permissions: string[];
	roles: Record<string, {perms?: number[]}>;
}
const shipped = JSON.parse(
	gunzipSync(readFileSync(new URL('../../data/predefined-roles.json.gz', import.meta.url))).toString(),
) as RoleData;
const custom = new Map(
	dataOf('iam.googleapis.com/Role').map(role => [role['name'] as string, role['includedPermissions'] as string[]]),
);
const permissionsOf = (role: string): string[] =>
	custom.get(role) ?? (shipped.roles[role]?.perms ?? []).map(index => shipped.permissions[index]!);

describe('the demo as a file', () => {
	it('is what its description generates', () => {
		expect(readDataFile('demo.ndjson').toString() === demoText()).toBe(true);
	});

	it('yields assets with camelCase wrappers, each line named', () => {
		expect(problems).toEqual([]);
		expect(lines).toEqual(assets.map((_, index) => index + 1));
		for (const asset of assets) expect(Object.keys(asset).filter(key => key.includes('_'))).toEqual([]);
	});

	it('has no name twice for one kind of content', () => {
		const kinds = assets.map(asset => `${asset.name} ${Object.keys(asset).filter(key => /resource|Policy/.test(key))}`);
		expect(kinds.length).toBe(new Set(kinds).size);
	});

	it('has no time after its own now, expiries and windows aside', () => {
		const text = readDataFile('demo.ndjson').toString();
		const times = [...text.matchAll(/"(?!validBeforeTime)\w*[tT]ime\w*":"(\d{4}-[^"]+)"/g)].map(match => match[1]!);
		expect(times.length).toBeGreaterThan(100);
		expect(times.filter(time => time > DEMO_NOW)).toEqual([]);
	});

	it('says plainly that it is a demo', () => {
		expect(DEMO_NOTICE).toMatch(/demo/);
		expect(assets.some(asset => asset.name.endsWith(DEMO_SCOPE[0]!))).toBe(true);
	});
});

describe('the demo as an organization', () => {
	it('has the size that was promised', () => {
		expect(dataOf('cloudresourcemanager.googleapis.com/Project')).toHaveLength(6);
		expect(dataOf('cloudresourcemanager.googleapis.com/Folder')).toHaveLength(2);
		expect(accounts).toHaveLength(27);
		expect(keys.filter(key => key['keyType'] === 'USER_MANAGED')).toHaveLength(20);
	});

	it('names only roles that exist', () => {
		const unknown = grants.filter(({role}) => permissionsOf(role).length === 0).map(({role}) => role);
		expect(unknown).toEqual([]);
	});

	it('has an asset for every group that is bound or nested', () => {
		const groups = dataOf('cloudidentity.googleapis.com/Group') as {groupKey: {id: string}; members: string[]}[];
		const known = new Set(groups.map(({groupKey}) => `group:${groupKey.id}`));
		const named = [...grants.map(({member}) => member), ...groups.flatMap(({members}) => members)];
		expect(named.filter(member => member.startsWith('group:') && !known.has(member))).toEqual([]);
	});

	it('binds only accounts that exist and agents of its own projects', () => {
		const known = new Set(accounts.map(({email}) => `serviceAccount:${email}`));
		const strangers = grants
			.map(({member}) => member)
			.filter(member => member.startsWith('serviceAccount:') && !known.has(member))
			.filter(
				member => !/:(service-)?\d{12}@(cloudservices|cloudbuild|[\w-]+\.iam)\.gserviceaccount\.com$/.test(member),
			);
		expect(strangers).toEqual([]);
	});

	it('lives under one organization, every asset', () => {
		const lost = assets.filter(asset => asset.ancestors?.at(-1) !== DEMO_SCOPE[0]);
		expect(lost.map(({name}) => name)).toEqual([]);
	});
});

/** Over-approximates: whoever can mint, act, sign, make a key or rewrite the policy counts as the account. */
const BECOMING = new Set([
	...['getAccessToken', 'getOpenIdToken', 'signBlob', 'signJwt', 'implicitDelegation', 'actAs', 'setIamPolicy'].map(
		action => `iam.serviceAccounts.${action}`,
	),
	'iam.serviceAccountKeys.create',
	'resourcemanager.projects.setIamPolicy',
]);

function accountsOn(name: string): string[] {
	const last = name.split('/').at(-1)!;
	return assets
		.filter(asset => asset.assetType === 'iam.googleapis.com/ServiceAccount' && asset.resource)
		.filter(asset => asset.name === name || asset.ancestors!.some(ancestor => ancestor.endsWith(`/${last}`)))
		.map(asset => `serviceAccount:${asset.resource!.data!['email'] as string}`);
}

function hopsFrom(start: string): Map<string, number> {
	const steps = grants
		.filter(({role}) => permissionsOf(role).some(permission => BECOMING.has(permission)))
		.map(({on, member}) => ({member, targets: accountsOn(on)}));
	const hops = new Map([[start, 0]]);
	for (const here of hops.keys()) {
		for (const {member, targets} of steps) {
			if (member !== here) continue;
			for (const target of targets) if (!hops.has(target)) hops.set(target, hops.get(here)! + 1);
		}
	}
	return hops;
}

describe('what the checks are to find', () => {
	const owner = 'serviceAccount:terraform-prod@tidewick-ci.iam.gserviceaccount.com';

	it('impersonation-chain: three hops from shop developers to an owner of production, and not fewer', () => {
		expect(hopsFrom('group:shop-developers@tidewick.example.com').get(owner)).toBe(3);
		expect(grants.filter(({role, member}) => role === 'roles/owner' && member === owner)).toHaveLength(2);
	});

	it('lateral-movement: an account of one project becomes one of another in one hop', () => {
		const bot = hopsFrom('serviceAccount:preview-bot@tidewick-shop-dev.iam.gserviceaccount.com');
		expect(bot.get('serviceAccount:release-manager@tidewick-ci.iam.gserviceaccount.com')).toBe(1);
	});

	it('privilege-escalation: analysts become the account that writes the warehouse', () => {
		const hops = hopsFrom('group:data-analysts@tidewick.example.com');
		expect(hops.get('serviceAccount:etl-runner@tidewick-data-prod.iam.gserviceaccount.com')).toBe(1);
	});

	it('default-service-account-editor: in development and the sandbox, nowhere in production', () => {
		const editors = grants.filter(({role, member}) => role === 'roles/editor' && /-compute@/.test(member));
		expect(editors.map(({on}) => on.split('/').at(-1)).toSorted()).toEqual(['264408817359', '732261904875']);
	});

	it('user-managed-key: on the owner too; with a disabled, an expired and an uploaded one beside', () => {
		expect(keys.some(key => key['name']!.includes('terraform-prod'))).toBe(true);
		expect(keys.filter(key => key['disabled'])).toHaveLength(1);
		const expired = keys.filter(key => key['keyType'] === 'USER_MANAGED' && key['validBeforeTime']! < DEMO_NOW);
		expect(expired).toHaveLength(1);
		expect(keys.filter(key => key['keyOrigin'] === 'USER_PROVIDED')).toHaveLength(1);
	});

	it('unused-service-account: read for five projects, honestly missing for the sandbox', () => {
		const unused = activities.filter(({fullResourceName, activity}) => {
			return !fullResourceName.includes('/keys/') && (activity.lastAuthenticatedTime ?? '') < '2026-08-03';
		});
		const names = unused.map(({fullResourceName}) => fullResourceName.split('/').at(-1)!);
		expect(names).toContain('old-importer@tidewick-data-prod.iam.gserviceaccount.com');
		expect(names).toContain('load-test@tidewick-shop-dev.iam.gserviceaccount.com');
		expect(activities.some(({fullResourceName}) => fullResourceName.includes('tidewick-sandbox'))).toBe(false);
		const holes = dataOf('sa-audit/Coverage').filter(({fact, status}) => fact === 'activity' && status !== 'complete');
		expect(holes.map(line => `${line['scope'] as string} ${line['fact'] as string}`)).toEqual([
			'projects/tidewick-sandbox activity',
			'projects/tidewick-sandbox activity',
		]);
	});

	it('the security project is well run: nobody becomes its accounts, no keys, no unused account', () => {
		const project = 'projects/527093361148';
		const own = accountsOn(project);
		const onIt = grants.filter(({on, role}) => {
			return accountsOn(on).some(name => own.includes(name)) && /TokenCreator|serviceAccountUser/.test(role);
		});
		expect(own).toHaveLength(4);
		expect(onIt).toEqual([]);
		expect(keys.filter(key => key['name']!.includes('tidewick-security'))).toEqual([]);
	});
});
