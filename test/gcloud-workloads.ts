/** Reads back the commands on workloads and logs, as `gcloud.ts` does those on policies. */
import type {WorkloadChange} from '../src/remediation/workload-change.ts';

/** What the reader needs of a command's flags. */
interface Flags {
	take(name: string): string;
	optional(name: string): string | undefined;
	/** A flag without a value. */
	bare(name: string): boolean;
}

export type Read = WorkloadChange | {undoes: string};

const project = (flags: Flags): string => `projects/${flags.take('project')}`;
const instance = (name: string, flags: Flags): string =>
	`//compute.googleapis.com/${project(flags)}/zones/${flags.take('zone')}/instances/${name}`;
const group = (name: string, flags: Flags): string => {
	const zone = flags.optional('zone');
	const place = zone === undefined ? `regions/${flags.take('region')}` : `zones/${zone}`;
	return `//compute.googleapis.com/${project(flags)}/${place}/instanceGroupManagers/${name}`;
};
const cluster = (name: string, flags: Flags): string =>
	`//container.googleapis.com/${project(flags)}/locations/${flags.take('location')}/clusters/${name}`;
const run =
	(collection: string) =>
	(name: string, flags: Flags): string =>
		`//run.googleapis.com/${project(flags)}/locations/${flags.take('region')}/${collection}/${name}`;
const owner = (flags: Flags): string => {
	for (const kind of ['project', 'folder', 'organization']) {
		const id = flags.optional(kind);
		if (id !== undefined) return `${kind}s/${id}`;
	}
	throw new Error('no container flag');
};
const pair = (text: string): {key: string; value: string} => {
	const [, key, value] = /^([a-z-]+)=([A-Za-z]+)$/.exec(text) ?? [];
	if (key === undefined) throw new Error(`metadata ${text}`);
	return {key, value: value!};
};
const metadata = (resource: string, flags: Flags): Read => ({
	op: 'set-metadata',
	resource,
	...pair(flags.take('metadata')),
});
const days = (text: string): number => {
	const number = /^(\d+)d?$/.exec(text)?.[1];
	if (number === undefined) throw new Error(`${text} are no days`);
	return Number(number);
};

function trigger(kind: 'github' | 'cloud-source-repositories' | 'gitlab' | 'gitlab-enterprise' | 'bitbucketserver') {
	return ([id]: string[], flags: Flags): Read => {
		const location = flags.take('region');
		const resource = `//cloudbuild.googleapis.com/${project(flags)}/locations/${location}/triggers/${id!}`;
		if (flags.bare('require-approval')) return {op: 'require-approval', resource, trigger: id!, kind};
		if (flags.bare('no-require-approval')) return {undoes: 'require-approval'};
		const value = flags.take('comment-control');
		return value === 'COMMENTS_DISABLED'
			? {undoes: 'set-comment-control'}
			: {op: 'set-comment-control', resource, trigger: id!, kind, value, was: 'COMMENTS_DISABLED'};
	};
}

const attach =
	(assetType: string, resource: (name: string, flags: Flags) => string) =>
	([name]: string[], flags: Flags): Read => ({
		op: 'attach-account',
		resource: resource(name!, flags),
		assetType,
		account: flags.take('service-account'),
		was: '',
	});

/** By all words up to the first argument; the numbers are those of positionals. */
export const WORKLOAD_COMMANDS: Record<string, [positionals: number, (words: string[], flags: Flags) => Read]> = {
	'compute instances add-metadata': [1, ([name], flags) => metadata(instance(name!, flags), flags)],
	'compute project-info add-metadata': [0, (_, flags) => metadata(`//compute.googleapis.com/${project(flags)}`, flags)],
	'compute instance-groups managed all-instances-config update': [
		1,
		([name], flags) => metadata(group(name!, flags), flags),
	],
	'compute instance-groups managed all-instances-config delete': [
		1,
		([name], flags) => {
			group(name!, flags);
			flags.take('metadata');
			return {undoes: 'set-metadata'};
		},
	],
	'compute instances remove-metadata': [
		1,
		([name], flags) => ({op: 'remove-metadata', resource: instance(name!, flags), key: flags.take('keys')}),
	],
	'compute project-info remove-metadata': [
		0,
		(_, flags) => ({
			op: 'remove-metadata',
			resource: `//compute.googleapis.com/${project(flags)}`,
			key: flags.take('keys'),
		}),
	],
	'container node-pools update': [
		1,
		([name], flags) => {
			const resource = `${cluster(flags.take('cluster'), flags)}/nodePools/${name!}`;
			const mode = flags.take('workload-metadata');
			return mode === 'GKE_METADATA' ? {op: 'conceal-metadata', resource} : {undoes: 'conceal-metadata'};
		},
	],
	'container clusters update': [
		1,
		([name], flags) => {
			const resource = cluster(name!, flags);
			if (flags.bare('disable-workload-identity')) return {undoes: 'set-workload-pool'};
			return {op: 'set-workload-pool', resource, pool: flags.take('workload-pool')};
		},
	],
	'builds triggers update github': [1, trigger('github')],
	'builds triggers update gitlab': [1, trigger('gitlab')],
	'builds triggers update cloud-source-repositories': [1, trigger('cloud-source-repositories')],
	'iam service-accounts create': [
		1,
		([id], flags) => {
			const inProject = flags.take('project');
			return {
				op: 'create-account',
				resource: `//iam.googleapis.com/projects/${inProject}/serviceAccounts/${id!}@${inProject}.iam.gserviceaccount.com`,
				displayName: flags.take('display-name'),
				description: flags.take('description'),
			};
		},
	],
	'compute instances set-service-account': [
		1,
		(words, flags) => {
			const change = flags.take('scopes') === 'cloud-platform';
			const read = attach('compute.googleapis.com/Instance', instance)(words, flags);
			return change ? read : {undoes: 'attach-account'};
		},
	],
	'run services update': [1, attach('run.googleapis.com/Service', run('services'))],
	'run jobs update': [1, attach('run.googleapis.com/Job', run('jobs'))],
	'logging buckets update': [
		1,
		([name], flags) => {
			const location = flags.take('location');
			const resource = `//logging.googleapis.com/${owner(flags)}/locations/${location}/buckets/${name!}`;
			if (flags.bare('locked')) return {op: 'lock-log-bucket', resource};
			return {op: 'set-log-retention', resource, days: days(flags.take('retention-days'))};
		},
	],
	'storage buckets update': [
		1,
		([name], flags) => {
			const resource = `//storage.googleapis.com/${name!.replace(/^gs:\/\//, '')}`;
			if (flags.bare('lock-retention-period')) return {op: 'lock-bucket-retention', resource};
			if (flags.bare('clear-retention-period')) return {undoes: 'set-bucket-retention'};
			const period = flags.take('retention-period');
			if (period.endsWith('s')) return {undoes: 'set-bucket-retention'};
			return {op: 'set-bucket-retention', resource, days: days(period)};
		},
	],
	'logging sinks update': [
		1,
		([name], flags) => {
			const resource = `//logging.googleapis.com/${owner(flags)}/sinks/${name!}`;
			if (flags.optional('add-exclusion') !== undefined) return {undoes: 'remove-exclusion'};
			return {op: 'remove-exclusion', resource, name: flags.take('remove-exclusions'), filter: ''};
		},
	],
};

/** Commands that only read, up to their one positional argument. */
export const WORKLOAD_READING: readonly string[] = [
	'compute instances describe',
	'compute project-info describe',
	'compute instance-groups managed describe',
	'container node-pools describe',
	'container clusters describe',
	'builds triggers describe',
	'run services describe',
	'run jobs describe',
	'logging buckets describe',
	'logging sinks describe',
	'storage buckets describe',
];
