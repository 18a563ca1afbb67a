/** Tiny inventories for the tests of deny policies, boundaries, tags and organization policy, through the real builder. */
import {DenyPolicies} from '../../src/access/deny.ts';
import type {Conditions} from '../../src/access/conditions.ts';
import type {Target} from '../../src/access/evaluate.ts';
import {Memberships} from '../../src/access/sets.ts';
import {TagIndex} from '../../src/access/tags.ts';
import {InventoryBuilder} from '../../src/inventory/build.ts';
import type {Inventory} from '../../src/inventory/model.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';

export const NOW = Date.parse('2026-05-20T10:00:00Z');
export const ORG = 'organizations/1';
export const FOLDER = 'folders/2';
/** `shop` (number 10) lies in the folder, `lab` (20) in the organization; `away` (30) is in another one, 9. */
export const CHAINS: Record<string, string[]> = {
	[ORG]: [ORG],
	[FOLDER]: [FOLDER, ORG],
	'projects/10': ['projects/10', FOLDER, ORG],
	'projects/20': ['projects/20', ORG],
	'organizations/9': ['organizations/9'],
	'projects/30': ['projects/30', 'organizations/9'],
};
const PROJECTS = [
	['shop', '10'],
	['lab', '20'],
	['away', '30'],
] as const;
const CRM = '//cloudresourcemanager.googleapis.com/';

export function resource(assetType: string, name: string, data: Json, ancestors?: string[]): Asset {
	return {name, assetType, ...(ancestors && {ancestors}), resource: {data}};
}

export function accountAsset(project: string, name: string): Asset {
	const number = PROJECTS.find(([id]) => id === project)![1];
	const email = `${name}@${project}.iam.gserviceaccount.com`;
	const data = {name: `projects/${project}/serviceAccounts/${email}`, projectId: project, email};
	return resource(
		'iam.googleapis.com/ServiceAccount',
		`//iam.googleapis.com/${data.name}`,
		data,
		CHAINS[`projects/${number}`],
	);
}

export function group(email: string, members: string[]): Asset {
	return resource('cloudidentity.googleapis.com/Group', `//cloudidentity.googleapis.com/groups/${email}`, {
		groupKey: {id: email},
		members,
	});
}

export function coverage(fact: string, scope: string, status: string): Asset {
	return resource('sa-audit/Coverage', `//sa-audit/coverage/${scope}/${fact}`, {fact, scope, status});
}

export interface WorldOptions {
	/** `owner.directoryCustomerId` of organization 1. */
	customer?: string;
}

/** The containers, one account in each project, and whatever else is given. */
export function world(assets: readonly Asset[] = [], options: WorldOptions = {}): Inventory {
	const builder = new InventoryBuilder({now: NOW});
	const at = {file: 'test'};
	const own = options.customer && {owner: {directoryCustomerId: options.customer}};
	const named: [string, string, Json][] = [
		[ORG, 'Organization', {displayName: 'example.com', ...own}],
		[FOLDER, 'Folder', {displayName: 'prod'}],
		['organizations/9', 'Organization', {displayName: 'other.example'}],
		...PROJECTS.map(([projectId, projectNumber]): [string, string, Json] => [
			`projects/${projectNumber}`,
			'Project',
			{projectId, projectNumber, lifecycleState: 'ACTIVE'},
		]),
	];
	for (const [key, type, data] of named) {
		builder.asset(
			resource(`cloudresourcemanager.googleapis.com/${type}`, CRM + key, {name: key, ...data}, CHAINS[key]),
			at,
		);
	}
	for (const [project] of PROJECTS) builder.asset(accountAsset(project, 'sa'), at);
	for (const asset of assets) builder.asset(asset, at);
	return builder.finish();
}

let denies = 0;

/** A deny policy attached to a container, as `gcloud iam policies get` prints it. */
export function denyPolicy(attached: string, rules: Json[] | undefined, id = `d${denies++}`): Asset {
	const name = `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${attached}`)}/denypolicies/${id}`;
	const wrapped = rules?.map(denyRule => ({denyRule}));
	return resource('iam.googleapis.com/DenyPolicy', `//iam.googleapis.com/${name}`, {
		name,
		kind: 'DenyPolicy',
		...(wrapped && {rules: wrapped}),
	});
}

/** The target of a question: a container key or an account's e-mail. */
export function target(inventory: Inventory, name: string): Target {
	if (name.includes('@')) {
		const account = inventory.account(name)!;
		return {name: account.name, assetType: 'iam.googleapis.com/ServiceAccount', container: account.project, account};
	}
	const container = inventory.container(name)!;
	const kind = {organization: 'Organization', folder: 'Folder', project: 'Project'}[container.kind];
	return {name: container.name, assetType: `cloudresourcemanager.googleapis.com/${kind}`, container};
}

export function denyJudge(inventory: Inventory, conditions?: Conditions): DenyPolicies {
	const tags = new TagIndex(inventory);
	return new DenyPolicies(inventory, new Memberships(inventory), {
		now: NOW,
		...(conditions && {conditions}),
		tags: asked => tags.tagsOf(asked),
	});
}
