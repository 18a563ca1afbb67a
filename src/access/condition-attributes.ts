/**
 * Which `resource.*` attributes Google offers for which resources, and with what values.
 * Facts: Google's "Resource attributes for IAM Conditions" (2026-05-30) [seen]; summary in
 * iam-semantics.md section 3. Services that are not listed offer none.
 */
import type {Attribute, ResourceAttributes} from './conditions.ts';

/** Nothing under `resource`: service accounts, roles, Cloud Run, Functions, Cloud Build, ... [seen] */
export const NO_RESOURCE_ATTRIBUTES: ResourceAttributes = {name: 'none', type: 'none', service: 'none'};
/** For questions about no particular resource, e.g. whichever instance somebody would create. */
export const UNKNOWN_RESOURCE_ATTRIBUTES: ResourceAttributes = {name: 'unknown', type: 'unknown', service: 'unknown'};

const GOOGLE = '.googleapis.com';

/** How `resource.name` spells the project; `none`: the service offers no name. [seen] */
type ProjectForm = 'id' | 'number' | 'none';

const SERVICES: ReadonlyMap<string, {project: ProjectForm; types: readonly string[]}> = new Map([
	['backupdr', {project: 'id', types: []}],
	['bigquery', {project: 'id', types: ['Dataset', 'Model', 'Routine', 'Table']}],
	[
		'bigqueryreservation',
		{project: 'id', types: ['Assignment', 'BiReservation', 'CapacityCommitment', 'Location', 'Reservation']},
	],
	['bigtableadmin', {project: 'id', types: ['AppProfile', 'Backup', 'Cluster', 'Instance', 'Table']}],
	['binaryauthorization', {project: 'number', types: ['Attestor', 'ContinuousValidationConfig', 'Policy']}],
	['clouddeploy', {project: 'id', types: []}],
	['cloudkms', {project: 'id', types: ['CryptoKey', 'CryptoKeyVersion', 'KeyRing']}],
	['cloudresourcemanager', {project: 'none', types: ['Project']}],
	[
		'compute',
		{
			project: 'id',
			types: [
				'BackendService',
				'Disk',
				'Firewall',
				'ForwardingRule',
				'GlobalForwardingRule',
				'Image',
				'Instance',
				'InstanceTemplate',
				'Snapshot',
				'TargetHttpProxy',
				'TargetHttpsProxy',
				'TargetSslProxy',
				'TargetTcpProxy',
			],
		},
	],
	['connectors', {project: 'id', types: ['Connection', 'EndpointAttachment', 'EventSubscription', 'ManagedZone']}],
	['container', {project: 'id', types: ['Cluster']}],
	[
		'dataform',
		{project: 'id', types: ['CompilationResult', 'ReleaseConfig', 'Repository', 'WorkflowConfig', 'Workspace']},
	],
	['dns', {project: 'id', types: ['ResourceRecordSet']}],
	['firestore', {project: 'id', types: ['Database']}],
	['iap', {project: 'none', types: ['Tunnel', 'TunnelInstance', 'TunnelZone', 'Web', 'WebService', 'WebType']}],
	['integrations', {project: 'id', types: []}],
	['logging', {project: 'id', types: ['LogBucket', 'LogView']}],
	['managedkafka', {project: 'number', types: ['Cluster', 'ConsumerGroup', 'Operation', 'Topic']}],
	['networksecurity', {project: 'number', types: ['AddressGroup', 'SecurityProfile', 'SecurityProfileGroup']}],
	['parametermanager', {project: 'number', types: ['Parameter', 'ParameterVersion']}],
	['pubsublite', {project: 'number', types: ['Subscription', 'Topic']}],
	['secretmanager', {project: 'number', types: ['Secret', 'SecretVersion']}],
	['spanner', {project: 'id', types: ['Backup', 'Database', 'Instance']}],
	['sqladmin', {project: 'id', types: ['BackupRun', 'Instance']}],
	['storage', {project: 'none', types: ['Bucket', 'ManagedFolder', 'Object']}],
	['apigee', {project: 'id', types: []}],
	['apihub', {project: 'id', types: []}],
	['ces', {project: 'id', types: []}],
]);

/** Asset Inventory has types of its own for what the condition calls by one. [recalled] */
const SAME_TYPE: ReadonlyMap<string, string> = new Map([
	['compute.googleapis.com/RegionDisk', 'compute.googleapis.com/Disk'],
	['compute.googleapis.com/RegionBackendService', 'compute.googleapis.com/BackendService'],
]);

/** The project of a resource, in whichever spelling is known. */
export interface ProjectNames {
	id?: string;
	number?: string;
}

/**
 * @param assetType e.g. `compute.googleapis.com/Instance`
 * @param fullName canonical full resource name, `//compute.googleapis.com/projects/p/zones/z/instances/i`
 * @param project the resource's project: conditions accept either its id or its number, per service. [seen]
 * Without the right one the name is `unknown`.
 */
export function attributesFor(assetType: string, fullName: string, project: ProjectNames = {}): ResourceAttributes {
	const type = SAME_TYPE.get(assetType) ?? assetType;
	const [host = '', kind = ''] = type.split('/', 2);
	const service = host.endsWith(GOOGLE) ? SERVICES.get(host.slice(0, -GOOGLE.length)) : undefined;
	if (!service) return NO_RESOURCE_ATTRIBUTES;
	if (!service.types.includes(kind)) {
		// Google's list has neither folders nor organizations. For them `type` is left open, the name is not there.
		return service.project === 'none' && host !== 'storage.googleapis.com'
			? {...UNKNOWN_RESOURCE_ATTRIBUTES, name: 'none'}
			: UNKNOWN_RESOURCE_ATTRIBUTES;
	}
	return {name: nameOf(type, service.project, fullName, project), type: {value: type}, service: {value: host}};
}

function nameOf(type: string, form: ProjectForm, fullName: string, project: ProjectNames): Attribute {
	const path = fullName.replace(/^\/\/[^/]*\//, '');
	if (
		type === 'storage.googleapis.com/Bucket' ||
		(type === 'storage.googleapis.com/Object' && path.includes('/objects/'))
	)
		return {value: path.startsWith('projects/_/') ? path : `projects/_/buckets/${path}`};
	if (form === 'none') return type.startsWith('storage.') ? 'unknown' : 'none';
	const [collection, named, ...rest] = path.split('/');
	if (collection !== 'projects' || named === undefined || rest.length === 0) return 'unknown';
	const isNumber = /^\d+$/.test(named);
	const spelled = isNumber === (form === 'number') ? named : undefined;
	const wanted = (form === 'number' ? project.number : project.id) ?? spelled;
	if (wanted === undefined) return 'unknown';
	// A zonal cluster is named by `zones`, whatever the API that listed it calls the place. [seen]
	if (type === 'container.googleapis.com/Cluster' && rest[0] === 'locations' && /-[a-z]$/.test(rest[1] ?? '')) {
		rest[0] = 'zones';
	}
	return {value: ['projects', wanted, ...rest].join('/')};
}
