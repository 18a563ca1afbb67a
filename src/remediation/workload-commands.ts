/**
 * gcloud for changes of workloads and logs. Facts: command groups and flags from the reference of Google Cloud SDK and
 * scripts that use them [seen]; `all-instances-config delete` and `gcloud run jobs update --service-account` [recalled].
 */
import {parseAccountName} from '../inventory/names.ts';
import {argDict} from './arg-dict.ts';
import type {Commands} from './render.ts';
import type {WorkloadChange} from './workload-change.ts';

/** Parts of a resource's name; undefined for other names, and for a part that would become a flag. */
function partsOf(pattern: RegExp, resource: string): Record<string, string> | undefined {
	const parts = pattern.exec(resource)?.groups;
	return parts && Object.values(parts).some(part => part?.startsWith('-')) ? undefined : parts;
}

const INSTANCE =
	/^\/\/compute\.googleapis\.com\/projects\/(?<project>[^/]+)\/zones\/(?<zone>[^/]+)\/instances\/(?<name>[^/]+)$/;
const GROUP =
	/^\/\/compute\.googleapis\.com\/projects\/(?<project>[^/]+)\/(?<kind>zone|region)s\/(?<place>[^/]+)\/instanceGroupManagers\/(?<name>[^/]+)$/;
const PROJECT = /^\/\/compute\.googleapis\.com\/projects\/(?<project>[^/]+)$/;
const CLUSTER =
	/^\/\/container\.googleapis\.com\/projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/clusters\/(?<cluster>[^/]+)(?:\/nodePools\/(?<pool>[^/]+))?$/;
const TRIGGER =
	/^\/\/cloudbuild\.googleapis\.com\/projects\/(?<project>[^/]+)(?:\/locations\/(?<location>[^/]+))?\/triggers\/[^/]+$/;
const LOG_BUCKET =
	/^\/\/logging\.googleapis\.com\/(?<kind>project|folder|organization)s\/(?<id>[^/]+)\/locations\/(?<location>[^/]+)\/buckets\/(?<name>[^/]+)$/;
const SINK =
	/^\/\/logging\.googleapis\.com\/(?<kind>project|folder|organization)s\/(?<id>[^/]+)\/sinks\/(?<name>[^/]+)$/;
const BUCKET = /^\/\/storage\.googleapis\.com\/(?:projects\/_\/buckets\/)?(?<name>[^/*?[\]#]+)$/;
const RUN =
	/^\/\/run\.googleapis\.com\/projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/(?<kind>services|jobs|workerPools)\/(?<name>[^/]+)$/;

/** @returns undefined where gcloud has no command for just this */
export function workloadCommands(change: WorkloadChange): Commands | undefined {
	switch (change.op) {
		case 'set-metadata':
			return setMetadata(change);
		case 'remove-metadata':
			return removeMetadata(change.resource, change.key);
		case 'conceal-metadata':
			return concealMetadata(change.resource, change.was);
		case 'set-workload-pool':
			return setWorkloadPool(change.resource, change.pool);
		case 'set-comment-control':
			return updateTrigger(change, `--comment-control=${change.value}`, `--comment-control=${change.was}`);
		case 'require-approval':
			return updateTrigger(change, '--require-approval', '--no-require-approval');
		case 'create-account':
			return createAccount(change);
		case 'attach-account':
			return attachAccount(change);
		case 'set-log-retention':
		case 'lock-log-bucket':
			return logBucket(change);
		case 'set-bucket-retention':
		case 'lock-bucket-retention':
			return bucketRetention(change);
		case 'remove-exclusion':
			return removeExclusion(change);
	}
}

/** Command group, target and flags of whatever has metadata. */
function metadataHolder(resource: string): {group: string[]; target: string[]} | undefined {
	const instance = partsOf(INSTANCE, resource);
	if (instance)
		return {
			group: ['compute', 'instances'],
			target: [instance['name']!, `--zone=${instance['zone']}`, `--project=${instance['project']}`],
		};
	const project = partsOf(PROJECT, resource);
	return project && {group: ['compute', 'project-info'], target: [`--project=${project['project']}`]};
}

function setMetadata({resource, key, value, was}: WorkloadChange & {op: 'set-metadata'}): Commands | undefined {
	const group = partsOf(GROUP, resource);
	if (group) {
		const config = ['compute', 'instance-groups', 'managed', 'all-instances-config'];
		const target = [group['name']!, `--${group['kind']}=${group['place']}`, `--project=${group['project']}`];
		return {
			change: [...config, 'update', ...target, `--metadata=${key}=${value}`],
			undo: [...config, 'delete', ...target, `--metadata=${key}`],
			verify: [...config.slice(0, 3), 'describe', ...target, '--format=json(allInstancesConfig)'],
			note: 'The setting of the group is for machines to come; those that are there are changed one by one.',
		};
	}
	const holder = metadataHolder(resource);
	if (!holder) return undefined;
	const add = (to: string): string[] => [...holder.group, 'add-metadata', ...holder.target, `--metadata=${key}=${to}`];
	return {
		change: add(value),
		undo: was === undefined ? [...holder.group, 'remove-metadata', ...holder.target, `--keys=${key}`] : add(was),
		verify: [...holder.group, 'describe', ...holder.target, `--format=${metadataFormat(holder.group)}`],
	};
}

const metadataFormat = (group: readonly string[]): string =>
	group[1] === 'project-info' ? 'json(commonInstanceMetadata.items[].key)' : 'json(metadata.items[].key)';

function removeMetadata(resource: string, key: string): Commands | undefined {
	const holder = metadataHolder(resource);
	if (!holder) return undefined;
	return {
		change: [...holder.group, 'remove-metadata', ...holder.target, `--keys=${key}`],
		verify: [...holder.group, 'describe', ...holder.target, `--format=${metadataFormat(holder.group)}`],
		note: `The value of ${key} is not kept here: save it first if it may be wanted back.`,
	};
}

function concealMetadata(resource: string, was = 'GCE_METADATA'): Commands | undefined {
	const parts = partsOf(CLUSTER, resource);
	if (!parts?.['pool']) return undefined;
	const pools = ['container', 'node-pools'];
	const target = [
		parts['pool'],
		`--cluster=${parts['cluster']}`,
		`--location=${parts['location']}`,
		`--project=${parts['project']}`,
	];
	const update = (mode: string): string[] => [...pools, 'update', ...target, `--workload-metadata=${mode}`];
	return {
		change: update('GKE_METADATA'),
		undo: update(was),
		verify: [...pools, 'describe', ...target, '--format=value(config.workloadMetadataConfig.mode)'],
		note: 'The nodes of the pool are made anew for this.',
	};
}

function setWorkloadPool(resource: string, pool: string): Commands | undefined {
	const parts = partsOf(CLUSTER, resource);
	if (!parts || parts['pool']) return undefined;
	const clusters = ['container', 'clusters'];
	const target = [parts['cluster']!, `--location=${parts['location']}`, `--project=${parts['project']}`];
	return {
		change: [...clusters, 'update', ...target, `--workload-pool=${pool}`],
		undo: [...clusters, 'update', ...target, '--disable-workload-identity'],
		verify: [...clusters, 'describe', ...target, '--format=value(workloadIdentityConfig.workloadPool)'],
	};
}

function updateTrigger(
	{resource, trigger, kind}: Extract<WorkloadChange, {op: 'set-comment-control' | 'require-approval'}>,
	flag: string,
	back: string,
): Commands | undefined {
	const parts = partsOf(TRIGGER, resource);
	if (!parts || !kind || trigger === '' || trigger.startsWith('-')) return undefined;
	const triggers = ['builds', 'triggers'];
	const target = [trigger, `--region=${parts['location'] ?? 'global'}`, `--project=${parts['project']}`];
	return {
		change: [...triggers, 'update', kind, ...target, flag],
		undo: [...triggers, 'update', kind, ...target, back],
		verify: [...triggers, 'describe', ...target, '--format=json(approvalConfig,github,repositoryEventConfig)'],
	};
}

function createAccount({
	resource,
	displayName,
	description,
}: WorkloadChange & {op: 'create-account'}): Commands | undefined {
	const {project, account} = parseAccountName(resource) ?? {};
	const id = /^([a-z][a-z0-9-]{4,28}[a-z0-9])@/.exec(account ?? '')?.[1];
	if (project === undefined || id === undefined || project.startsWith('-')) return undefined;
	const accounts = ['iam', 'service-accounts'];
	const inProject = `--project=${project}`;
	return {
		change: [...accounts, 'create', id, inProject, `--display-name=${displayName}`, `--description=${description}`],
		undo: [...accounts, 'delete', account!, inProject],
		verify: [...accounts, 'describe', account!, inProject, '--format=value(email)'],
	};
}

function attachAccount({
	resource,
	account,
	was,
	wasScopes = [],
}: WorkloadChange & {op: 'attach-account'}): Commands | undefined {
	const instance = partsOf(INSTANCE, resource);
	if (instance) {
		const instances = ['compute', 'instances'];
		const target = [instance['name']!, `--zone=${instance['zone']}`, `--project=${instance['project']}`];
		const set = (email: string, scopes: string): string[] => [
			...instances,
			'set-service-account',
			...target,
			`--service-account=${email}`,
			`--scopes=${scopes}`,
		];
		// A comma in a scope would make two of it; without any, gcloud would give its own.
		const known = wasScopes.length > 0 && !wasScopes.some(scope => scope.includes(','));
		return {
			change: set(account, 'cloud-platform'),
			...(known && {undo: set(was, wasScopes.join(','))}),
			verify: [...instances, 'describe', ...target, '--format=json(serviceAccounts)'],
			note: 'A machine has to be stopped to change its account.',
		};
	}
	const run = partsOf(RUN, resource);
	if (!run) return undefined;
	const group = ['run', run['kind'] === 'workerPools' ? 'worker-pools' : run['kind']!];
	const target = [run['name']!, `--region=${run['location']}`, `--project=${run['project']}`];
	const update = (email: string): string[] => [...group, 'update', ...target, `--service-account=${email}`];
	return {change: update(account), undo: update(was), verify: [...group, 'describe', ...target, '--format=json(spec)']};
}

function logBucket(change: WorkloadChange & {op: 'set-log-retention' | 'lock-log-bucket'}): Commands | undefined {
	const parts = partsOf(LOG_BUCKET, change.resource);
	if (!parts) return undefined;
	const buckets = ['logging', 'buckets'];
	const target = [parts['name']!, `--location=${parts['location']}`, `--${parts['kind']}=${parts['id']}`];
	const verify = [...buckets, 'describe', ...target, '--format=json(retentionDays,locked)'];
	if (change.op === 'lock-log-bucket') {
		return {
			change: [...buckets, 'update', ...target, '--locked'],
			verify,
			note: 'A locked log bucket cannot be unlocked, nor its retention changed: agree on the days first.',
		};
	}
	return {
		change: [...buckets, 'update', ...target, `--retention-days=${change.days}`],
		// What the body leaves out is Google's default of 30 days.
		undo: [...buckets, 'update', ...target, `--retention-days=${change.was ?? 30}`],
		verify,
	};
}

function bucketRetention(
	change: WorkloadChange & {op: 'set-bucket-retention' | 'lock-bucket-retention'},
): Commands | undefined {
	const name = partsOf(BUCKET, change.resource)?.['name'];
	if (name === undefined) return undefined;
	const buckets = ['storage', 'buckets'];
	const update = (flag: string): string[] => [...buckets, 'update', `gs://${name}`, flag];
	const verify = [...buckets, 'describe', `gs://${name}`, '--format=json(retention_policy)'];
	if (change.op === 'lock-bucket-retention') {
		return {
			change: update('--lock-retention-period'),
			verify,
			note: 'A locked retention period can never be shortened, nor the bucket deleted before its objects have aged out.',
		};
	}
	return {
		change: update(`--retention-period=${change.days}d`),
		undo: update(
			change.wasSeconds === undefined ? '--clear-retention-period' : `--retention-period=${change.wasSeconds}s`,
		),
		verify,
	};
}

function removeExclusion({resource, name, filter}: WorkloadChange & {op: 'remove-exclusion'}): Commands | undefined {
	const parts = partsOf(SINK, resource);
	// A comma would make two names of one.
	if (!parts || name === '' || name.includes(',')) return undefined;
	const sinks = ['logging', 'sinks'];
	const target = [parts['name']!, `--${parts['kind']}=${parts['id']}`];
	return {
		change: [...sinks, 'update', ...target, `--remove-exclusions=${name}`],
		undo: [...sinks, 'update', ...target, `--add-exclusion=${argDict([`name=${name}`, `filter=${filter}`])}`],
		verify: [...sinks, 'describe', ...target, '--format=json(exclusions)'],
	};
}
