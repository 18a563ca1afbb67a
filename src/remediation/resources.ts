/**
 * Resources that carry an allow policy, and how gcloud and Terraform name them: one row a type, `{part}` for what
 * varies. A type without a row, or a row without `gcloud`, has no command that changes one binding.
 * Facts: command groups and their flags from the completion tree of Google Cloud SDK 528 [seen]; Terraform
 * arguments from the Google provider 6 [recalled].
 */
import {IAM} from '../inventory/names.ts';

interface Row {
	name: string;
	/** Words after `gcloud`; `*` is the verb. */
	gcloud?: string;
	/** The commands have no `--condition`: they see bindings without one only. */
	unconditional?: true;
	/** `get-iam-policy` is no list command there: no `--filter`. */
	unfiltered?: true;
	/** Type without `_iam_member`, then its arguments. */
	terraform?: string;
}

const IN_PROJECT = '--project={project}';

const ROWS: readonly Row[] = [
	{
		name: '//cloudresourcemanager.googleapis.com/projects/{project}',
		gcloud: 'projects * {project}',
		terraform: 'google_project project={project}',
	},
	{
		name: '//cloudresourcemanager.googleapis.com/folders/{folder}',
		gcloud: 'resource-manager folders * {folder}',
		terraform: 'google_folder folder=folders/{folder}',
	},
	{
		name: '//cloudresourcemanager.googleapis.com/organizations/{organization}',
		gcloud: 'organizations * {organization}',
		terraform: 'google_organization org_id={organization}',
	},
	{
		name: '//cloudresourcemanager.googleapis.com/tagKeys/{key}',
		gcloud: 'resource-manager tags keys * tagKeys/{key}',
		unfiltered: true,
		terraform: 'google_tags_tag_key tag_key=tagKeys/{key}',
	},
	{
		name: '//cloudresourcemanager.googleapis.com/tagValues/{value}',
		gcloud: 'resource-manager tags values * tagValues/{value}',
		unfiltered: true,
		terraform: 'google_tags_tag_value tag_value=tagValues/{value}',
	},
	{
		name: '//iam.googleapis.com/projects/{project}/serviceAccounts/{account}',
		gcloud: `iam service-accounts * {account} ${IN_PROJECT}`,
		terraform: 'google_service_account service_account_id=projects/{project}/serviceAccounts/{account}',
	},
	{
		name: '//iam.googleapis.com/projects/{project}/locations/{location}/workloadIdentityPools/{pool}',
		gcloud: `iam workload-identity-pools * {pool} --location={location} ${IN_PROJECT}`,
		terraform: 'google_iam_workload_identity_pool project={project} workload_identity_pool_id={pool}',
	},
	...['//storage.googleapis.com/{bucket}', '//storage.googleapis.com/projects/_/buckets/{bucket}'].map((name): Row => ({
		name,
		gcloud: 'storage buckets * gs://{bucket}',
		unfiltered: true,
		terraform: 'google_storage_bucket bucket={bucket}',
	})),
	{
		name: '//secretmanager.googleapis.com/projects/{project}/secrets/{secret}',
		gcloud: `secrets * {secret} ${IN_PROJECT}`,
		terraform: 'google_secret_manager_secret project={project} secret_id={secret}',
	},
	{
		name: '//secretmanager.googleapis.com/projects/{project}/locations/{location}/secrets/{secret}',
		gcloud: `secrets * {secret} --location={location} ${IN_PROJECT}`,
		terraform: 'google_secret_manager_regional_secret project={project} location={location} secret_id={secret}',
	},
	{
		name: '//pubsub.googleapis.com/projects/{project}/topics/{topic}',
		gcloud: `pubsub topics * {topic} ${IN_PROJECT}`,
		unconditional: true,
		terraform: 'google_pubsub_topic project={project} topic={topic}',
	},
	{
		name: '//pubsub.googleapis.com/projects/{project}/subscriptions/{subscription}',
		gcloud: `pubsub subscriptions * {subscription} ${IN_PROJECT}`,
		unconditional: true,
		terraform: 'google_pubsub_subscription project={project} subscription={subscription}',
	},
	{
		name: '//run.googleapis.com/projects/{project}/locations/{location}/services/{service}',
		gcloud: `run services * {service} --region={location} ${IN_PROJECT}`,
		terraform: 'google_cloud_run_v2_service project={project} location={location} name={service}',
	},
	{
		name: '//run.googleapis.com/projects/{project}/locations/{location}/jobs/{job}',
		gcloud: `run jobs * {job} --region={location} ${IN_PROJECT}`,
		unconditional: true,
		terraform: 'google_cloud_run_v2_job project={project} location={location} name={job}',
	},
	{
		// Both generations have this name; the first is google_cloudfunctions_function with `region` in Terraform.
		name: '//cloudfunctions.googleapis.com/projects/{project}/locations/{location}/functions/{function}',
		gcloud: `functions * {function} --region={location} ${IN_PROJECT}`,
		unconditional: true,
		terraform: 'google_cloudfunctions2_function project={project} location={location} cloud_function={function}',
	},
	{
		name: '//artifactregistry.googleapis.com/projects/{project}/locations/{location}/repositories/{repository}',
		gcloud: `artifacts repositories * {repository} --location={location} ${IN_PROJECT}`,
		terraform: 'google_artifact_registry_repository project={project} location={location} repository={repository}',
	},
	{
		name: '//cloudkms.googleapis.com/projects/{project}/locations/{location}/keyRings/{ring}',
		gcloud: `kms keyrings * {ring} --location={location} ${IN_PROJECT}`,
		terraform: 'google_kms_key_ring key_ring_id=projects/{project}/locations/{location}/keyRings/{ring}',
	},
	{
		name: '//cloudkms.googleapis.com/projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}',
		gcloud: `kms keys * {key} --keyring={ring} --location={location} ${IN_PROJECT}`,
		terraform:
			'google_kms_crypto_key crypto_key_id=projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}',
	},
	{
		name: '//compute.googleapis.com/projects/{project}/zones/{zone}/instances/{instance}',
		gcloud: `compute instances * {instance} --zone={zone} ${IN_PROJECT}`,
		terraform: 'google_compute_instance project={project} zone={zone} instance_name={instance}',
	},
	{
		name: '//compute.googleapis.com/projects/{project}/zones/{zone}/disks/{disk}',
		gcloud: `compute disks * {disk} --zone={zone} ${IN_PROJECT}`,
		terraform: 'google_compute_disk project={project} zone={zone} name={disk}',
	},
	{
		name: '//compute.googleapis.com/projects/{project}/global/images/{image}',
		gcloud: `compute images * {image} ${IN_PROJECT}`,
		terraform: 'google_compute_image project={project} image={image}',
	},
	{
		name: '//compute.googleapis.com/projects/{project}/global/snapshots/{snapshot}',
		gcloud: `compute snapshots * {snapshot} ${IN_PROJECT}`,
		terraform: 'google_compute_snapshot project={project} name={snapshot}',
	},
	{
		name: '//compute.googleapis.com/projects/{project}/regions/{region}/subnetworks/{subnetwork}',
		gcloud: `compute networks subnets * {subnetwork} --region={region} ${IN_PROJECT}`,
		unconditional: true,
		terraform: 'google_compute_subnetwork project={project} region={region} subnetwork={subnetwork}',
	},
	{
		name: '//cloudtasks.googleapis.com/projects/{project}/locations/{location}/queues/{queue}',
		gcloud: `tasks queues * {queue} --location={location} ${IN_PROJECT}`,
		unconditional: true,
		terraform: 'google_cloud_tasks_queue project={project} location={location} name={queue}',
	},
	{
		name: '//spanner.googleapis.com/projects/{project}/instances/{instance}',
		gcloud: `spanner instances * {instance} ${IN_PROJECT}`,
		terraform: 'google_spanner_instance project={project} instance={instance}',
	},
	{
		name: '//spanner.googleapis.com/projects/{project}/instances/{instance}/databases/{database}',
		gcloud: `spanner databases * {database} --instance={instance} ${IN_PROJECT}`,
		terraform: 'google_spanner_database project={project} instance={instance} database={database}',
	},
	{
		name: '//bigquery.googleapis.com/projects/{project}/datasets/{dataset}',
		terraform: 'google_bigquery_dataset project={project} dataset_id={dataset}',
	},
	{
		name: '//bigquery.googleapis.com/projects/{project}/datasets/{dataset}/tables/{table}',
		terraform: 'google_bigquery_table project={project} dataset_id={dataset} table_id={table}',
	},
	{
		name: '//dataproc.googleapis.com/projects/{project}/regions/{region}/clusters/{cluster}',
		terraform: 'google_dataproc_cluster project={project} region={region} cluster={cluster}',
	},
];

/** How one resource's policy is reached. */
export interface PolicyResource {
	gcloud?: {
		/** Words after `gcloud` before and after the verb. */
		group: string[];
		target: string[];
		conditions: boolean;
		filters: boolean;
	};
	terraform?: {type: string; arguments: [string, string][]};
}

const PART = /\{([a-z]+)\}/g;
// A part never starts with a dash, so no name becomes a flag; none of real resources does.
const PATTERNS = ROWS.map(row => ({
	row,
	/** What the name begins with: cheaper to look at than the pattern. */
	prefix: row.name.slice(0, row.name.indexOf('{')),
	pattern: new RegExp(`^${row.name.replaceAll('.', '\\.').replace(PART, '(?<$1>[^/-][^/]*)')}$`, 's'),
}));

/** `gcloud storage` expands these in URLs, and no bucket has them in its name. */
const WILDCARD = /[*?[\]#]/;

/** What is known of the resource's type. @param resource canonical full resource name */
export function policyResource(resource: string): PolicyResource {
	for (const {row, prefix, pattern} of PATTERNS) {
		if (!resource.startsWith(prefix)) continue;
		const parts = pattern.exec(resource)?.groups;
		if (!parts) continue;
		const fill = (word: string): string => word.replace(PART, (_, part: string) => parts[part]!);
		const found: PolicyResource = {};
		if (row.gcloud !== undefined && !(parts['bucket'] && WILDCARD.test(parts['bucket']))) {
			const words = row.gcloud.split(' ');
			const verb = words.indexOf('*');
			found.gcloud = {
				group: words.slice(0, verb),
				target: words.slice(verb + 1).map(fill),
				conditions: !row.unconditional,
				filters: !row.unfiltered,
			};
		}
		if (row.terraform !== undefined) {
			const [type, ...args] = row.terraform.split(' ');
			found.terraform = {
				type: `${type}_iam_member`,
				arguments: args.map(arg => {
					const equals = arg.indexOf('=');
					return [arg.slice(0, equals), fill(arg.slice(equals + 1))];
				}),
			};
		}
		return found;
	}
	return {};
}

/** As policies name it: custom roles without the service's host. */
export function roleName(role: string): string {
	return role.startsWith(IAM) ? role.slice(IAM.length) : role;
}
