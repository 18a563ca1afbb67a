/**
 * Terraform for changes of workloads and logs: the arguments to set in the block that the resource has already. Facts:
 * resources and arguments of the Google provider 6 [recalled].
 */
import {parseAccountName} from '../inventory/names.ts';
import {commented, hcl, type Item, resource} from './hcl.ts';
import type {WorkloadChange} from './workload-change.ts';

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** `# Set this in the block of NAME:` and the block with no more than that. */
function setIn(name: string, type: string, label: string, items: readonly Item[]): string {
	return `# Set this in the block of ${hcl(lastOf(name))}:\n${resource(type, label, items)}`;
}

export function workloadParagraph(change: WorkloadChange, label: string): string {
	const {resource: name} = change;
	switch (change.op) {
		case 'set-metadata':
			return setMetadata(change, label);
		case 'remove-metadata':
			return `# Take the key ${hcl(change.key)} out of the metadata of ${hcl(lastOf(name))}.`;
		case 'conceal-metadata':
			return setIn(name, 'google_container_node_pool', label, [
				['name', hcl(lastOf(name))],
				{block: 'node_config', items: [{block: 'workload_metadata_config', items: [['mode', hcl('GKE_METADATA')]]}]},
			]);
		case 'set-workload-pool':
			return setIn(name, 'google_container_cluster', label, [
				['name', hcl(lastOf(name))],
				{block: 'workload_identity_config', items: [['workload_pool', hcl(change.pool)]]},
			]);
		case 'set-comment-control':
			return setIn(change.trigger, 'google_cloudbuild_trigger', label, [
				['name', hcl(change.trigger)],
				{block: 'github', items: [{block: 'pull_request', items: [['comment_control', hcl(change.value)]]}]},
			]);
		case 'require-approval':
			return setIn(change.trigger, 'google_cloudbuild_trigger', label, [
				['name', hcl(change.trigger)],
				{block: 'approval_config', items: [['approval_required', 'true']]},
			]);
		case 'create-account':
			return createAccount(change, label);
		case 'attach-account':
			return attachAccount(change, label);
		case 'set-log-retention':
			return setIn(name, 'google_logging_project_bucket_config', label, [
				['bucket_id', hcl(lastOf(name))],
				['retention_days', String(change.days)],
			]);
		case 'lock-log-bucket':
			return setIn(name, 'google_logging_project_bucket_config', label, [
				['bucket_id', hcl(lastOf(name))],
				['locked', 'true'],
			]);
		case 'set-bucket-retention':
		case 'lock-bucket-retention':
			return setIn(name, 'google_storage_bucket', label, [
				['name', hcl(lastOf(name))],
				{
					block: 'retention_policy',
					items: [
						change.op === 'set-bucket-retention'
							? ['retention_period', String(change.days * 86_400)]
							: ['is_locked', 'true'],
					],
				},
			]);
		case 'remove-exclusion':
			return [
				`# Delete this block inside that of the sink ${hcl(lastOf(name))}:`,
				commented(`exclusions {\n  name = ${hcl(change.name)}\n}`),
			].join('\n');
	}
}

function setMetadata({resource: name, key, value}: WorkloadChange & {op: 'set-metadata'}, label: string): string {
	if (name.includes('/instanceGroupManagers/')) {
		const type = name.includes('/regions/')
			? 'google_compute_region_instance_group_manager'
			: 'google_compute_instance_group_manager';
		return setIn(name, type, label, [
			['name', hcl(lastOf(name))],
			{block: 'all_instances_config', items: [['metadata', `{ ${hcl(key)} = ${hcl(value)} }`]]},
		]);
	}
	if (name.includes('/instances/')) {
		return setIn(name, 'google_compute_instance', label, [
			['name', hcl(lastOf(name))],
			['metadata', `{ ${hcl(key)} = ${hcl(value)} }`],
		]);
	}
	return resource('google_compute_project_metadata_item', label, [
		['project', hcl(lastOf(name))],
		['key', hcl(key)],
		['value', hcl(value)],
	]);
}

function createAccount(change: WorkloadChange & {op: 'create-account'}, label: string): string {
	const {project = '', account = ''} = parseAccountName(change.resource) ?? {};
	return resource('google_service_account', label, [
		['project', hcl(project)],
		['account_id', hcl(account.slice(0, account.indexOf('@')))],
		['display_name', hcl(change.displayName)],
		['description', hcl(change.description)],
	]);
}

/** Where each type has the account. */
type Attached = (email: string) => [type: string, item: Item];
const ATTACHED: ReadonlyMap<string, Attached> = new Map<string, Attached>([
	[
		'compute.googleapis.com/Instance',
		email => [
			'google_compute_instance',
			{
				block: 'service_account',
				items: [
					['email', email],
					['scopes', '["cloud-platform"]'],
				],
			},
		],
	],
	[
		'container.googleapis.com/Cluster',
		email => ['google_container_node_pool', {block: 'node_config', items: [['service_account', email]]}],
	],
	[
		'container.googleapis.com/NodePool',
		email => ['google_container_node_pool', {block: 'node_config', items: [['service_account', email]]}],
	],
	[
		'run.googleapis.com/Service',
		email => ['google_cloud_run_v2_service', {block: 'template', items: [['service_account', email]]}],
	],
	[
		'run.googleapis.com/Job',
		email => [
			'google_cloud_run_v2_job',
			{block: 'template', items: [{block: 'template', items: [['service_account', email]]}]},
		],
	],
	[
		'cloudfunctions.googleapis.com/Function',
		email => ['google_cloudfunctions2_function', {block: 'service_config', items: [['service_account_email', email]]}],
	],
	[
		'cloudfunctions.googleapis.com/CloudFunction',
		email => ['google_cloudfunctions_function', ['service_account_email', email]],
	],
	['appengine.googleapis.com/Version', email => ['google_app_engine_standard_app_version', ['service_account', email]]],
	['cloudbuild.googleapis.com/BuildTrigger', email => ['google_cloudbuild_trigger', ['service_account', email]]],
]);

function attachAccount(change: WorkloadChange & {op: 'attach-account'}, label: string): string {
	const {resource: name, assetType, account} = change;
	const make = ATTACHED.get(assetType);
	if (!make) return `# Let ${hcl(name)} run as ${hcl(account)} instead of ${hcl(change.was)}.`;
	const [type, item] = make(hcl(account));
	return setIn(name, type, label, [['name', hcl(lastOf(name))], item]);
}
