/** The demo's workloads: what runs as which account, and one bucket. */
import {policyLine, resourceLine} from './asset-lines.ts';
import type {Json, Place} from './asset-lines.ts';
import type {ProjectStory} from './demo-organization.ts';

const CREATED = '2025-10-13T08:45:00Z';
const REGION = 'europe-west1';

interface Workloads {
	/** Machine to account's e-mail. */
	machines?: Record<string, string>;
	/** Cloud Run service to account's e-mail; bodies in version 1 (Knative) and 2. */
	services?: Record<string, {account: string; version: 1 | 2}>;
	bucket?: string;
}

const WORKLOADS: Record<string, Workloads> = {
	'tidewick-shop-prod': {
		machines: {'storefront-1': 'vm-storefront', 'storefront-2': 'vm-storefront'},
		services: {'orders-api': {account: 'run-orders-api', version: 1}, payments: {account: 'run-payments', version: 2}},
		bucket: 'tidewick-orders-export',
	},
	'tidewick-data-prod': {
		machines: {airflow: 'vm-airflow'},
		services: {'dataset-catalogue': {account: 'vm-airflow', version: 2}},
		bucket: 'tidewick-landing',
	},
	'tidewick-security': {
		machines: {'log-archive': 'vm-log-archive'},
		services: {scanner: {account: 'run-scanner', version: 2}, alerts: {account: 'run-alerts', version: 2}},
	},
	'tidewick-shop-dev': {
		machines: {'dev-box': 'compute'},
		services: {'storefront-dev': {account: 'run-storefront-dev', version: 1}},
	},
};

/** Lines for everything that runs or is stored in one project. */
export function* workloadLines(project: ProjectStory, place: Place): Generator<Json> {
	const {machines = {}, services = {}, bucket} = WORKLOADS[project.id] ?? {};
	const email = (id: string): string =>
		id === 'compute'
			? `${project.number}-compute@developer.gserviceaccount.com`
			: `${id}@${project.id}.iam.gserviceaccount.com`;
	if (Object.keys(machines).length > 0) yield computeProjectLine(project, place);
	for (const [name, account] of Object.entries(machines)) yield machineLine(name, email(account), project, place);
	for (const [name, {account, version}] of Object.entries(services)) {
		yield serviceLine(name, email(account), version, project, place);
	}
	if (bucket !== undefined) yield* bucketLines(bucket, project, place);
}

function computeProjectLine(project: ProjectStory, place: Place): Json {
	const data = {
		id: project.number,
		name: project.id,
		defaultServiceAccount: `${project.number}-compute@developer.gserviceaccount.com`,
		commonInstanceMetadata: {items: [{key: 'enable-oslogin', value: 'TRUE'}]},
		creationTimestamp: CREATED,
	};
	const name = `//compute.googleapis.com/projects/${project.id}`;
	return resourceLine(name, 'compute.googleapis.com/Project', place, data, CREATED);
}

function machineLine(machine: string, email: string, project: ProjectStory, place: Place): Json {
	const zone = `https://www.googleapis.com/compute/v1/projects/${project.id}/zones/${REGION}-b`;
	const data = {
		id: `${project.number}${machine.length}${machine.charCodeAt(machine.length - 1)}`,
		name: machine,
		zone,
		machineType: `${zone}/machineTypes/e2-standard-4`,
		status: 'RUNNING',
		creationTimestamp: CREATED,
		serviceAccounts: [{email, scopes: ['https://www.googleapis.com/auth/cloud-platform']}],
		metadata: {
			items: [
				{key: 'disable-legacy-endpoints', value: 'TRUE'},
				// Switched on for an afternoon, and forgotten.
				...(machine === 'dev-box' ? [{key: 'serial-port-enable', value: 'TRUE'}] : []),
			],
		},
		labels: project.labels,
	};
	const name = `//compute.googleapis.com/projects/${project.id}/zones/${REGION}-b/instances/${machine}`;
	return resourceLine(name, 'compute.googleapis.com/Instance', place, data, CREATED);
}

function serviceLine(service: string, email: string, version: 1 | 2, project: ProjectStory, place: Place): Json {
	const image = `${REGION}-docker.pkg.dev/tidewick-ci/images/${service}:2026-10-27`;
	const relative = `projects/${project.id}/locations/${REGION}/services/${service}`;
	const knative = {
		apiVersion: 'serving.knative.dev/v1',
		kind: 'Service',
		metadata: {name: service, namespace: project.number, creationTimestamp: CREATED},
		spec: {template: {spec: {serviceAccountName: email, containers: [{image}]}}},
	};
	const current = {
		name: relative,
		createTime: CREATED,
		ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
		template: {serviceAccount: email, containers: [{image}]},
	};
	const name = `//run.googleapis.com/${relative}`;
	return resourceLine(name, 'run.googleapis.com/Service', place, version === 1 ? knative : current, CREATED);
}

/** A bucket's policy has the convenience members that Cloud Storage gives to holders of basic roles. */
function* bucketLines(bucket: string, project: ProjectStory, place: Place): Generator<Json> {
	const data = {
		id: bucket,
		name: bucket,
		projectNumber: project.number,
		location: 'EUROPE-WEST1',
		...(bucket === 'tidewick-orders-export' && {labels: {'data-classification': 'sensitive'}}),
		iamConfiguration: {uniformBucketLevelAccess: {enabled: true}, publicAccessPrevention: 'enforced'},
		timeCreated: CREATED,
	};
	const type = 'storage.googleapis.com/Bucket';
	const name = `//storage.googleapis.com/${bucket}`;
	const bindings = [
		{
			role: 'roles/storage.legacyBucketOwner',
			members: [`projectEditor:${project.id}`, `projectOwner:${project.id}`],
		},
		{role: 'roles/storage.legacyBucketReader', members: [`projectViewer:${project.id}`]},
	];
	yield resourceLine(name, type, place, data, CREATED);
	yield policyLine(name, type, place, bindings, {etag: 'CAI=', updateTime: CREATED});
}
