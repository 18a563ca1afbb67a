/** Lines of workloads, their settings, code and logs, in the shapes of an export, for tiny organizations. */
import type {Json} from '../../scripts/asset-lines.ts';
import {resourceLine} from '../../scripts/asset-lines.ts';
import {coverage, email, type Extra, OLD, PLACES} from './world.ts';

export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** Any asset of a place, with the API's own body. @param name full resource name */
export function asset(on: string, assetType: string, name: string, data: Json): Extra {
	return {lines: [resourceLine(name, assetType, PLACES[on]!, data, OLD)]};
}

/** Says that workloads and settings of every project were read, but for some types in `shop`. */
export function allRead(...except: string[]): Extra {
	const complete = ['shop', 'web', 'lab'].flatMap(on => coverage('workloads', on, 'complete').lines!);
	const holes = except.flatMap(assetType => coverage('workloads', 'shop', 'missing', {assetType}).lines!);
	return {lines: [...complete, ...holes]};
}

const items = (metadata: Readonly<Record<string, string>>): Json => ({
	items: Object.entries(metadata).map(([key, value]) => ({key, value})),
});

export const vmName = (name: string, on = 'shop'): string =>
	`//compute.googleapis.com/projects/${on}/zones/europe-west1-b/instances/${name}`;

/** A VM `NAME` or `NAME@PROJECT` that runs as an account by its short name. */
export function vm(
	name: string,
	account: string | undefined,
	metadata: Readonly<Record<string, string>> = {},
	more: Json = {},
): Extra {
	const [short, on = 'shop'] = name.split('@') as [string, string?];
	const extra = asset(on, 'compute.googleapis.com/Instance', vmName(short, on), {
		id: '4711',
		name: short,
		status: 'RUNNING',
		...(account !== undefined && {serviceAccounts: [{email: email(account), scopes: [CLOUD_PLATFORM]}]}),
		metadata: items(metadata),
		...more,
	});
	return {...extra, ...(account !== undefined && {accounts: {[account]: {}}})};
}

export function projectMetadata(metadata: Readonly<Record<string, string>>, on = 'shop'): Extra {
	const data = {name: on, commonInstanceMetadata: items(metadata)};
	return asset(on, 'compute.googleapis.com/Project', `//compute.googleapis.com/projects/${on}`, data);
}

export const clusterName = (name: string): string =>
	`//container.googleapis.com/projects/shop/locations/europe-west1/clusters/${name}`;

/** A GKE cluster; pools by name with their `config`. */
export function cluster(name: string, pools: Readonly<Record<string, Json>>, more: Json = {}): Extra {
	return asset('shop', 'container.googleapis.com/Cluster', clusterName(name), {
		name,
		nodePools: Object.entries(pools).map(([pool, config]) => ({name: pool, config})),
		...more,
	});
}

export const WORKLOAD_POOL = {workloadIdentityConfig: {workloadPool: 'shop.svc.id.goog'}};
export const CONCEALED = {workloadMetadataConfig: {mode: 'GKE_METADATA'}};

export const runName = (name: string, on = 'shop', kind = 'services'): string =>
	`//run.googleapis.com/projects/${on}/locations/europe-west1/${kind}/${name}`;

/** A Cloud Run service in the body of version 2. */
export function service(name: string, account: string, image = 'nginx', on = 'shop'): Extra {
	const data = {template: {serviceAccount: email(account), containers: [{image}]}};
	return {...asset(on, 'run.googleapis.com/Service', runName(name, on), data), accounts: {[account]: {}}};
}

/** The same in the body of version 1. */
export function knative(name: string, account: string, image = 'nginx'): Extra {
	const data = {
		metadata: {name, namespace: '10'},
		spec: {template: {spec: {serviceAccountName: email(account), containers: [{image}]}}},
	};
	return {...asset('shop', 'run.googleapis.com/Service', runName(name), data), accounts: {[account]: {}}};
}

export const triggerName = (id: string): string =>
	`//cloudbuild.googleapis.com/projects/shop/locations/global/triggers/${id}`;

export function trigger(id: string, account: string | undefined, more: Json): Extra {
	const data = {
		id,
		name: id,
		resourceName: `projects/shop/locations/global/triggers/${id}`,
		...(account !== undefined && {serviceAccount: `projects/shop/serviceAccounts/${email(account)}`}),
		...more,
	};
	const extra = asset('shop', 'cloudbuild.googleapis.com/BuildTrigger', triggerName(id), data);
	return {...extra, ...(account !== undefined && {accounts: {[account]: {}}})};
}

export function bucket(name: string, data: Json = {}, on = 'shop'): Extra {
	return asset(on, 'storage.googleapis.com/Bucket', `//storage.googleapis.com/${name}`, {name, ...data});
}
