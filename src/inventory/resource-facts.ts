/**
 * What is kept of resources that run nothing themselves but decide what workloads may do, where their code lies and
 * who can tell afterwards: as documents, reduced to the fields that are looked at. Facts: compute v1 `Project`,
 * storage v1 `Bucket`, logging v2 `LogBucket` and `LogSink`, artifactregistry v1 `Repository`, osconfig v1
 * `OSPolicyAssignment`. [seen] HMAC keys are in no export; the type is that of Google's storage API. [recalled]
 */
import type {Json} from '../sources/asset.ts';
import {flag, list, object, text} from './fields.ts';
import {readMetadata} from './machine-metadata.ts';
import {objectsAt, textsAt} from './workload-paths.ts';

export const COMPUTE_PROJECT = 'compute.googleapis.com/Project';
export const BUCKET = 'storage.googleapis.com/Bucket';
export const HMAC_KEY = 'storage.googleapis.com/HmacKey';
export const LOG_BUCKET = 'logging.googleapis.com/LogBucket';
export const LOG_SINK = 'logging.googleapis.com/LogSink';
export const ARTIFACT_REPOSITORY = 'artifactregistry.googleapis.com/Repository';
export const OS_POLICY = 'osconfig.googleapis.com/OSPolicyAssignment';
const PROJECT = 'cloudresourcemanager.googleapis.com/Project';

type Reduce = (data: Json) => Json | undefined;

/** The fields as they are, those that are there. */
const only =
	(...fields: string[]): Reduce =>
	data =>
		Object.fromEntries(fields.flatMap(field => (data[field] === undefined ? [] : [[field, data[field]]])));

/** Labels where there are any: many resources have none, and a document for each of them would say nothing. */
const labelled =
	(path?: string): Reduce =>
	data => {
		const labels = path === undefined ? object(data, 'labels') : object(object(data, path) ?? {}, 'userLabels');
		return labels && Object.keys(labels).length > 0 ? {labels} : undefined;
	};

const REDUCE: ReadonlyMap<string, Reduce> = new Map<string, Reduce>([
	[COMPUTE_PROJECT, data => ({metadata: {...readMetadata(object(data, 'commonInstanceMetadata') ?? {}), scripts: []}})],
	[BUCKET, only('labels', 'retentionPolicy')],
	[HMAC_KEY, only('serviceAccountEmail', 'state', 'accessId')],
	[LOG_BUCKET, only('retentionDays', 'locked', 'lifecycleState')],
	[LOG_SINK, only('destination', 'filter', 'disabled', 'exclusions', 'includeChildren', 'interceptChildren')],
	[ARTIFACT_REPOSITORY, data => ({immutableTags: flag(object(data, 'dockerConfig') ?? {}, 'immutableTags')})],
	[OS_POLICY, osPolicy],
	[PROJECT, labelled()],
	['bigquery.googleapis.com/Dataset', labelled()],
	['bigquery.googleapis.com/Table', labelled()],
	['sqladmin.googleapis.com/Instance', labelled('settings')],
	['spanner.googleapis.com/Instance', labelled()],
	['bigtableadmin.googleapis.com/Instance', labelled()],
	['secretmanager.googleapis.com/Secret', labelled()],
	['pubsub.googleapis.com/Topic', labelled()],
	['alloydb.googleapis.com/Cluster', labelled()],
	['healthcare.googleapis.com/FhirStore', labelled()],
	['compute.googleapis.com/Disk', labelled()],
	['compute.googleapis.com/Snapshot', labelled()],
]);

/** Asset types that are reduced here and nowhere else read. */
export const SETTING_TYPES: readonly string[] = [...REDUCE.keys()].filter(type => type !== PROJECT);

/** Whether anything of this type is kept here. */
export function hasResourceFacts(assetType: string): boolean {
	return REDUCE.has(assetType);
}

/**
 * What of a resource is kept.
 * @throws WrongType if a field that is looked at has another type
 */
export function resourceFacts(assetType: string, data: Json): Json | undefined {
	return REDUCE.get(assetType)?.(data);
}

/** Buckets whose objects a VM Manager policy runs or installs, and which machines it is for. */
function osPolicy(data: Json): Json {
	const resources = objectsAt(data, 'osPolicies[].resourceGroups[].resources[]');
	const files = [
		...resources.flatMap(one => objectsAt(one, 'exec.enforce.file.gcs')),
		...resources.flatMap(one => objectsAt(one, 'exec.validate.file.gcs')),
		...resources.flatMap(one => objectsAt(one, 'file.file.gcs')),
		...['deb', 'rpm', 'msi'].flatMap(kind => resources.flatMap(one => objectsAt(one, `pkg.${kind}.source.gcs`))),
	];
	// An object by its generation cannot be replaced.
	const open = files.filter(file => !text(file, 'generation') || text(file, 'generation') === '0');
	const scripts = resources.flatMap(one => [
		...textsAt(one, 'exec.enforce.script'),
		...textsAt(one, 'exec.validate.script'),
	]);
	const filter = object(data, 'instanceFilter') ?? {};
	const labels = (field: string): Json[] => objectsAt(filter, `${field}[]`).map(set => object(set, 'labels') ?? {});
	return {
		buckets: [...new Set(open.flatMap(file => textsAt(file, 'bucket')))],
		guarded: scripts.some(script => script.includes('169.254.169.254')),
		all: flag(filter, 'all'),
		include: labels('inclusionLabels'),
		exclude: labels('exclusionLabels'),
		inventories: list(filter, 'inventories').length > 0,
	};
}
