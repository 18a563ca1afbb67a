/** Reads JSON values as the lines of one file, through the real wrapper and builder. */
import {InventoryBuilder} from '../../src/inventory/build.ts';
import type {Inventory} from '../../src/inventory/model.ts';
import type {Problem} from '../../src/sources/asset.ts';
import {unwrap} from '../../src/sources/wrapper.ts';

export const NOW = Date.parse('2026-06-01T00:00:00Z');
export type Line = Record<string, unknown>;

export interface ReadBack {
	inventory: Inventory;
	problems: Problem[];
	/** Assets taken, known types or not. */
	assets: number;
}

export function read(lines: readonly unknown[], scopes: readonly string[] = []): ReadBack {
	const builder = new InventoryBuilder({now: NOW});
	const problems: Problem[] = [];
	builder.onProblem = problem => void problems.push(problem);
	for (const [index, value] of lines.entries()) {
		const at = {file: 'in.ndjson', line: index + 1};
		unwrap(value, {
			asset: asset => builder.asset(asset, at),
			problem: message => builder.problem({...at, kind: 'broken', message}),
			remark: message => builder.problem({...at, kind: 'broken', message}),
		});
	}
	const inventory = builder.finish({scopes});
	return {inventory, problems, assets: builder.assets};
}

export const CRM = '//cloudresourcemanager.googleapis.com/';
export const IAM = '//iam.googleapis.com/';

export function resource(assetType: string, name: string, data: unknown, more: Line = {}): Line {
	return {name, assetType, resource: {data}, ...more};
}

/** A project as exports give it: named by number, its id in the body. */
export function project(id: string, number: number, ancestors?: readonly string[], more: Line = {}): Line {
	const data = {projectId: id, projectNumber: String(number), lifecycleState: 'ACTIVE', name: id};
	const chain = ancestors && {ancestors: [`projects/${number}`, ...ancestors]};
	return resource('cloudresourcemanager.googleapis.com/Project', `${CRM}projects/${number}`, data, {...chain, ...more});
}

export function organization(number: number, more: Line = {}): Line {
	const name = `organizations/${number}`;
	return resource(
		'cloudresourcemanager.googleapis.com/Organization',
		CRM + name,
		{name, displayName: 'example.com'},
		{ancestors: [name], ...more},
	);
}

export const emailOf = (local: string, id: string): string => `${local}@${id}.iam.gserviceaccount.com`;

export function account(id: string, local: string, more: Line = {}, data: Line = {}): Line {
	const email = emailOf(local, id);
	return resource(
		'iam.googleapis.com/ServiceAccount',
		`${IAM}projects/${id}/serviceAccounts/${email}`,
		{email, projectId: id, ...data},
		more,
	);
}

export function key(id: string, local: string, keyId: string, more: Line = {}, data: Line = {}): Line {
	const name = `projects/${id}/serviceAccounts/${emailOf(local, id)}/keys/${keyId}`;
	return resource('iam.googleapis.com/ServiceAccountKey', IAM + name, {name, keyType: 'USER_MANAGED', ...data}, more);
}

export function policy(name: string, bindings: unknown, more: Line = {}): Line {
	const kind = name.startsWith(`${CRM}organizations`)
		? 'Organization'
		: name.startsWith(`${CRM}folders`)
			? 'Folder'
			: 'Project';
	const assetType = name.startsWith(IAM)
		? 'iam.googleapis.com/ServiceAccount'
		: `cloudresourcemanager.googleapis.com/${kind}`;
	return {name, assetType, iamPolicy: {bindings}, ...more};
}

export function coverage(fact: string, scope: string, status: string, more: Line = {}): Line {
	return resource('sa-audit/Coverage', `//sa-audit/coverage/${scope}/${fact}`, {fact, scope, status, ...more});
}
