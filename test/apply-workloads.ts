/** Applies changes of workloads, their settings and logs to assets, as the services would. */
import {workloadName} from '../src/inventory/workloads.ts';
import {parseAccountName} from '../src/inventory/names.ts';
import type {WorkloadChange} from '../src/remediation/workload-change.ts';
import type {Asset, Json} from '../src/sources/asset.ts';

type Items = {key: string; value?: string}[];

/** @returns undefined if the change finds nothing to change */
export function applyToWorkload(
	assets: Asset[],
	change: WorkloadChange,
	canonical: (name: string) => string,
): Asset[] | undefined {
	const target = canonical(change.resource);
	if (change.op === 'create-account') return createAccount(assets, change);
	let done = 0;
	for (const asset of assets) {
		const data = asset.resource?.data;
		if (!data) continue;
		const name = canonical(workloadName(asset.name));
		const isNamed = 'trigger' in change && data['name'] === change.trigger && isBeside(name, target);
		if (name === target || isNamed ? applyTo(data, change) : applyWithin(data, name, target, change)) done++;
	}
	return done > 0 ? assets : undefined;
}

/** Commands name a trigger by its name or its id. */
const isBeside = (name: string, target: string): boolean => name.replace(/[^/]+$/, '') === target.replace(/[^/]+$/, '');

function createAccount(assets: Asset[], change: WorkloadChange & {op: 'create-account'}): Asset[] | undefined {
	const {account: email = '', project = ''} = parseAccountName(change.resource)!;
	if (assets.some(asset => asset.resource?.data?.['email'] === email)) return undefined;
	const ancestors = assets.find(asset => {
		const id = asset.resource?.data?.['projectId'];
		return id === project && asset.ancestors?.[0]?.startsWith('projects/');
	})?.ancestors;
	const data = {
		name: `projects/${project}/serviceAccounts/${email}`,
		projectId: project,
		email,
		uniqueId: '100000000000000000042',
		displayName: change.displayName,
		description: change.description,
	};
	assets.push({
		name: change.resource,
		assetType: 'iam.googleapis.com/ServiceAccount',
		...(ancestors && {ancestors: [...ancestors]}),
		resource: {data},
	});
	return assets;
}

const child = (data: Json, field: string): Json => (data[field] ??= {}) as Json;

function itemsOf(data: Json): Items {
	const holder = 'commonInstanceMetadata' in data ? child(data, 'commonInstanceMetadata') : child(data, 'metadata');
	return (holder['items'] ??= []) as Items;
}

/** @returns whether anything changed */
function applyTo(data: Json, change: WorkloadChange): boolean {
	switch (change.op) {
		case 'set-metadata': {
			if ('instanceTemplate' in data || 'targetSize' in data) {
				const properties = child(child(data, 'allInstancesConfig'), 'properties');
				child(properties, 'metadata')[change.key] = change.value;
				return true;
			}
			const items = itemsOf(data);
			const item = items.find(known => known.key === change.key);
			if (item?.value === change.value) return false;
			if (item) item.value = change.value;
			else items.push({key: change.key, value: change.value});
			return true;
		}
		case 'remove-metadata': {
			const items = itemsOf(data);
			const at = items.findIndex(({key}) => key === change.key);
			if (at >= 0) items.splice(at, 1);
			return at >= 0;
		}
		case 'conceal-metadata':
			return conceal(data);
		case 'set-workload-pool':
			child(data, 'workloadIdentityConfig')['workloadPool'] = change.pool;
			return true;
		case 'set-comment-control': {
			const pull = child(child(data, 'github' in data ? 'github' : 'repositoryEventConfig'), 'pullRequest');
			if (pull['commentControl'] === change.value) return false;
			pull['commentControl'] = change.value;
			return true;
		}
		case 'require-approval':
			child(data, 'approvalConfig')['approvalRequired'] = true;
			return true;
		case 'attach-account':
			return attach(data, change);
		case 'set-log-retention':
			data['retentionDays'] = change.days;
			return true;
		case 'lock-log-bucket':
			data['locked'] = true;
			return true;
		case 'set-bucket-retention':
			child(data, 'retentionPolicy')['retentionPeriod'] = String(change.days * 86_400);
			return true;
		case 'lock-bucket-retention':
			child(data, 'retentionPolicy')['isLocked'] = true;
			return true;
		case 'remove-exclusion': {
			const exclusions = (data['exclusions'] ?? []) as Json[];
			data['exclusions'] = exclusions.filter(({name}) => name !== change.name);
			return (data['exclusions'] as Json[]).length < exclusions.length;
		}
		default:
			return false;
	}
}

/** A cluster's own body holds its pools too. */
function applyWithin(data: Json, cluster: string, target: string, change: WorkloadChange): boolean {
	if (!target.startsWith(`${cluster}/nodePools/`)) return false;
	const pools = (data['nodePools'] ?? []) as Json[];
	const pool = pools.find(({name}) => target.endsWith(`/nodePools/${String(name)}`));
	// The body of old describes the first pool itself.
	const body =
		pool ?? (target.endsWith('/default-pool') && pools.length === 0 && 'nodeConfig' in data ? data : undefined);
	return body !== undefined && applyTo(body, change);
}

function conceal(data: Json): boolean {
	const config = child(data, 'nodeConfig' in data ? 'nodeConfig' : 'config');
	if ((config['workloadMetadataConfig'] as Json | undefined)?.['mode'] === 'GKE_METADATA') return false;
	config['workloadMetadataConfig'] = {mode: 'GKE_METADATA'};
	return true;
}

/** Everywhere in the body where the old account stands; a default one stands nowhere, so the field is set. */
function attach(data: Json, {assetType, account, was}: WorkloadChange & {op: 'attach-account'}): boolean {
	const before = JSON.stringify(data);
	const set = (holder: Json, field: string): void => {
		const old = holder[field];
		if (old === undefined || old === '' || old === 'default' || String(old).toLowerCase().endsWith(was))
			holder[field] = account;
	};
	const config = (pool: Json): void => {
		set(child(pool, 'config'), 'serviceAccount');
		child(pool, 'config')['oauthScopes'] = ['https://www.googleapis.com/auth/cloud-platform'];
	};
	switch (assetType) {
		case 'compute.googleapis.com/Instance':
			data['serviceAccounts'] = [{email: account, scopes: ['https://www.googleapis.com/auth/cloud-platform']}];
			break;
		case 'container.googleapis.com/NodePool':
			config('config' in data || !('nodeConfig' in data) ? data : {config: data['nodeConfig']});
			break;
		case 'container.googleapis.com/Cluster':
			for (const pool of (data['nodePools'] ?? []) as Json[]) config(pool);
			if ('nodeConfig' in data) set(child(data, 'nodeConfig'), 'serviceAccount');
			break;
		case 'run.googleapis.com/Service':
			if ('spec' in data) set(child(child(child(data, 'spec'), 'template'), 'spec'), 'serviceAccountName');
			else set(child(data, 'template'), 'serviceAccount');
			break;
		case 'run.googleapis.com/Revision':
			if ('spec' in data) set(child(data, 'spec'), 'serviceAccountName');
			else set(data, 'serviceAccount');
			break;
		case 'run.googleapis.com/Job':
			if ('spec' in data) {
				const inner = child(child(child(child(data, 'spec'), 'template'), 'spec'), 'template');
				set(child(inner, 'spec'), 'serviceAccountName');
			} else set(child(child(data, 'template'), 'template'), 'serviceAccount');
			break;
		case 'cloudfunctions.googleapis.com/CloudFunction':
			set(data, 'serviceAccountEmail');
			break;
		case 'cloudfunctions.googleapis.com/Function':
			set(child(data, 'serviceConfig'), 'serviceAccountEmail');
			break;
		case 'composer.googleapis.com/Environment':
			set(child(child(data, 'config'), 'nodeConfig'), 'serviceAccount');
			break;
		case 'dataflow.googleapis.com/Job':
			set(child(data, 'environment'), 'serviceAccountEmail');
			break;
		default:
			set(data, 'serviceAccount');
	}
	return JSON.stringify(data) !== before;
}
