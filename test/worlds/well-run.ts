/**
 * A well-run organization, as `collect` would write it: people in groups, pipelines by federation pinned to ids, one
 * account for each workload with grants on single resources, no keys, constraints and logs at the top. No check may
 * have anything of note to say about it.
 */
import {coverageLine, type Json} from '../../scripts/asset-lines.ts';
import {type Config, DEFAULTS} from '../../src/config/defaults.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {
	account,
	bind,
	constraints,
	container,
	defaultAccount,
	email,
	group,
	people,
	PLACES,
	policy,
	PROJECTS,
	resource,
	resourcePolicy,
	sa,
} from './well-run-places.ts';
import {assetsOf} from './world.ts';

/** What such an organization tells the tool about itself. */
export const CONFIG: Config = {
	...DEFAULTS,
	domains: ['brook.example'],
	allowedNetworks: ['203.0.113.0/24'],
	userDataReaders: [email('run-reports', 'data')],
	domainWideDelegation: [],
	checks: {'naming-convention': {prefixes: {attached: ['run-', 'build-']}}},
};

const POOL = 'projects/7004/locations/global/workloadIdentityPools/github';
const PROVIDER = `${POOL}/providers/actions`;
/** One repository by its id; which branch and environment is for the provider’s condition to say. */
const REPOSITORY = `principalSet://iam.googleapis.com/${POOL}/attribute.repository_id/551100`;
const POD =
	'principal://iam.googleapis.com/projects/7001/locations/global/workloadIdentityPools/brook-shop-prod.svc.id.goog/subject/ns/storefront/sa/storefront';
const ZONE = 'projects/brook-shop-prod/zones/europe-west1-b';
const REGION = 'locations/europe-west1';
const IMAGES = 'projects/brook-ci/locations/europe/repositories/images';
const IMAGE = 'europe-docker.pkg.dev/brook-ci/images';
const DIGEST = '@sha256:0d9b6c2f3c1e7a54b8f06ad1c5f2b7e98d3c4a6b1f0e2d7c8b9a5f4e3d2c1b0a';

function containers(): Json[] {
	return [
		container('org', 'brook.example'),
		container('production', 'production'),
		container('development', 'development'),
		container('shared', 'shared'),
		container('shop', 'Shop production'),
		container('data', 'Data production'),
		container('dev', 'Shop dev'),
		container('ci', 'Pipelines'),
		container('logs', 'Logging'),
	];
}

function policies(): Json[] {
	const all = ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'].map(log_type => ({log_type}));
	const agents = (number: number, ...more: ReturnType<typeof bind>[]) => [
		bind('editor', `serviceAccount:${number}@cloudservices.gserviceaccount.com`),
		bind('compute.serviceAgent', `serviceAccount:service-${number}@compute-system.iam.gserviceaccount.com`),
		...more,
	];
	return [
		policy(
			'org',
			[
				bind('resourcemanager.organizationAdmin', people('cloud-admins')),
				bind('iam.securityReviewer', people('security')),
				bind('cloudasset.viewer', people('security')),
				bind('billing.viewer', people('finance')),
			],
			[{service: 'allServices', audit_log_configs: all}],
		),
		policy('production', [bind('owner', people('breakglass')), bind('monitoring.viewer', people('shop-team'))]),
		policy('development', [bind('logging.viewer', people('shop-team'))]),
		policy('shop', [
			...agents(
				7001,
				bind('container.serviceAgent', 'serviceAccount:service-7001@container-engine-robot.iam.gserviceaccount.com'),
				bind('run.serviceAgent', 'serviceAccount:service-7001@serverless-robot-prod.iam.gserviceaccount.com'),
			),
			bind('container.defaultNodeServiceAccount', sa('vm-gke-nodes', 'shop')),
			bind('logging.logWriter', sa('vm-gateway', 'shop'), sa('run-orders', 'shop'), sa('wi-storefront', 'shop')),
			bind('monitoring.metricWriter', sa('vm-gateway', 'shop'), sa('run-orders', 'shop')),
			bind('compute.osLogin', people('shop-oncall')),
			bind('run.viewer', people('shop-team')),
		]),
		policy('data', [
			...agents(7002),
			bind('bigquery.jobUser', sa('run-reports', 'data')),
			bind('logging.logWriter', sa('run-reports', 'data')),
		]),
		policy('dev', [
			...agents(7003),
			bind('run.viewer', people('shop-team')),
			bind('logging.logWriter', sa('run-preview', 'dev')),
		]),
		policy('ci', [
			...agents(7004),
			bind('logging.logWriter', sa('build-images', 'ci')),
			bind('cloudbuild.builds.viewer', people('shop-team')),
		]),
		policy('logs', [...agents(7005), bind('logging.viewAccessor', people('security'))]),
	];
}

function accounts(): Json[] {
	return [
		...account('vm-gateway', 'shop', 'Runs the gateway machines'),
		...account('vm-gke-nodes', 'shop', 'Nodes of the cluster main; pods have their own'),
		...account('wi-storefront', 'shop', 'Pods of the storefront', bind('iam.workloadIdentityUser', POD)),
		...account(
			'run-orders',
			'shop',
			'Cloud Run service orders',
			bind('iam.serviceAccountUser', sa('wif-deploy-shop', 'shop')),
		),
		...account('wif-deploy-shop', 'shop', 'Deploys the shop from GitHub', bind('iam.workloadIdentityUser', REPOSITORY)),
		...account('run-reports', 'data', 'Nightly reports; may read data of users'),
		...account('run-preview', 'dev', 'Previews of the shop', bind('iam.serviceAccountUser', people('shop-team'))),
		...account('build-images', 'ci', 'Builds images from the main branch'),
		...(['shop', 'data', 'dev', 'ci', 'logs'] as const).flatMap(defaultAccount),
	];
}

function workloads(): Json[] {
	const metadata = (items: Record<string, string>) => ({
		items: Object.entries(items).map(([key, value]) => ({key, value})),
	});
	const runs = (serviceAccountName: string, image: string) => ({
		apiVersion: 'serving.knative.dev/v1',
		kind: 'Service',
		spec: {template: {spec: {serviceAccountName, containers: [{image}]}}},
	});
	const nodes = {
		serviceAccount: email('vm-gke-nodes', 'shop'),
		oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
		workloadMetadataConfig: {mode: 'GKE_METADATA'},
		metadata: {'disable-legacy-endpoints': 'true'},
	};
	const orders = `projects/brook-shop-prod/${REGION}/services/orders`;
	return [
		...(['shop', 'data', 'dev', 'ci', 'logs'] as const).map(name => {
			const {id} = PLACES[name];
			const settings = {'enable-oslogin': 'TRUE', 'enable-oslogin-2fa': 'TRUE', 'block-project-ssh-keys': 'TRUE'};
			const data = {name: id, commonInstanceMetadata: metadata(settings)};
			return resource(name, 'compute', 'Project', `projects/${id}`, data);
		}),
		resource('shop', 'compute', 'Instance', `${ZONE}/instances/gateway-1`, {
			id: '9001',
			name: 'gateway-1',
			status: 'RUNNING',
			serviceAccounts: [
				{email: email('vm-gateway', 'shop'), scopes: ['https://www.googleapis.com/auth/cloud-platform']},
			],
			metadata: metadata({'enable-oslogin': 'TRUE', 'block-project-ssh-keys': 'TRUE', 'serial-port-enable': 'FALSE'}),
			labels: {team: 'shop'},
		}),
		resource('shop', 'container', 'Cluster', `projects/brook-shop-prod/${REGION}/clusters/main`, {
			name: 'main',
			workloadIdentityConfig: {workloadPool: 'brook-shop-prod.svc.id.goog'},
			nodePools: [{name: 'pool-1', config: nodes}],
			shieldedNodes: {enabled: true},
		}),
		resource('shop', 'container', 'NodePool', `projects/brook-shop-prod/${REGION}/clusters/main/nodePools/pool-1`, {
			name: 'pool-1',
			config: nodes,
		}),
		resource('shop', 'run', 'Service', orders, runs(email('run-orders', 'shop'), `${IMAGE}/orders${DIGEST}`)),
		resourcePolicy('shop', 'run', 'Service', orders, bind('run.developer', sa('wif-deploy-shop', 'shop'))),
		resource('data', 'run', 'Job', `projects/brook-data-prod/${REGION}/jobs/reports`, {
			spec: {
				template: {
					spec: {
						template: {
							spec: {
								serviceAccountName: email('run-reports', 'data'),
								containers: [{image: `${IMAGE}/reports${DIGEST}`}],
							},
						},
					},
				},
			},
		}),
		resource(
			'dev',
			'run',
			'Service',
			`projects/brook-shop-dev/${REGION}/services/preview`,
			runs(email('run-preview', 'dev'), `${IMAGE}/orders${DIGEST}`),
		),
		resource('ci', 'cloudbuild', 'BuildTrigger', `projects/brook-ci/${REGION}/triggers/images`, {
			id: 'images',
			name: 'images',
			serviceAccount: `projects/brook-ci/serviceAccounts/${email('build-images', 'ci')}`,
			approvalConfig: {approvalRequired: true},
			repositoryEventConfig: {
				repository: `projects/brook-ci/${REGION}/connections/github/repositories/shop`,
				repositoryType: 'GITHUB',
				push: {branch: '^main$'},
			},
			filename: 'cloudbuild.yaml',
		}),
	];
}

function data(): Json[] {
	const assets = {location: 'EU', iamConfiguration: {uniformBucketLevelAccess: {enabled: true}}};
	const users = {...assets, labels: {'data-classification': 'sensitive'}};
	return [
		resource('shop', 'storage', 'Bucket', 'brook-shop-assets', {name: 'brook-shop-assets', ...assets}),
		resourcePolicy(
			'shop',
			'storage',
			'Bucket',
			'brook-shop-assets',
			bind('storage.objectViewer', sa('wi-storefront', 'shop')),
		),
		resourcePolicy(
			'shop',
			'secretmanager',
			'Secret',
			'projects/7001/secrets/payment-api',
			bind('secretmanager.secretAccessor', sa('run-orders', 'shop')),
		),
		resourcePolicy(
			'shop',
			'pubsub',
			'Topic',
			'projects/brook-shop-prod/topics/orders',
			bind('pubsub.publisher', sa('run-orders', 'shop')),
		),
		resource('data', 'storage', 'Bucket', 'brook-data-exports', {name: 'brook-data-exports', ...users}),
		resourcePolicy(
			'data',
			'storage',
			'Bucket',
			'brook-data-exports',
			bind('storage.objectViewer', sa('run-reports', 'data')),
		),
		resource('ci', 'artifactregistry', 'Repository', IMAGES, {name: IMAGES, format: 'DOCKER'}),
		resourcePolicy(
			'ci',
			'artifactregistry',
			'Repository',
			IMAGES,
			bind('artifactregistry.writer', sa('build-images', 'ci')),
			bind('artifactregistry.reader', sa('vm-gke-nodes', 'shop'), sa('wif-deploy-shop', 'shop')),
		),
	];
}

function federation(): Json[] {
	return [
		resource('ci', 'iam', 'WorkloadIdentityPool', POOL, {
			name: POOL,
			displayName: 'GitHub',
			description: 'Pipelines of the shop',
			state: 'ACTIVE',
		}),
		resource('ci', 'iam', 'WorkloadIdentityPoolProvider', PROVIDER, {
			name: PROVIDER,
			displayName: 'GitHub Actions',
			state: 'ACTIVE',
			attributeMapping: {
				'google.subject': 'assertion.sub',
				'attribute.repository_id': 'assertion.repository_id',
				'attribute.environment': 'assertion.environment',
			},
			attributeCondition:
				"assertion.repository_owner_id == '420042' && assertion.repository_id == '551100' && " +
				"assertion.ref == 'refs/heads/main' && assertion.environment == 'production'",
			oidc: {issuerUri: 'https://token.actions.githubusercontent.com'},
		}),
	];
}

function guards(): Json[] {
	const enforced = [
		'iam.disableServiceAccountKeyCreation',
		'iam.disableServiceAccountKeyUpload',
		'iam.automaticIamGrantsForDefaultServiceAccounts',
		'compute.requireOsLogin',
		'compute.disableSerialPortAccess',
		'storage.uniformBucketLevelAccess',
	].map(name => ({constraint: `constraints/${name}`, boolean_policy: {enforced: true}}));
	const listed = [
		['iam.serviceAccountKeyExpiryHours', '2160h'],
		['iam.allowedPolicyMemberDomains', 'C0brook'],
		['iam.workloadIdentityPoolProviders', 'https://token.actions.githubusercontent.com'],
	].map(([name, value]) => ({constraint: `constraints/${name}`, list_policy: {allowed_values: [value]}}));
	const attached = encodeURIComponent('cloudresourcemanager.googleapis.com/organizations/700');
	return [
		constraints('org', [...enforced, ...listed]),
		{
			name: `policies/${attached}/denypolicies/no-keys`,
			kind: 'DenyPolicy',
			rules: [
				{
					denyRule: {
						deniedPrincipals: ['principalSet://goog/public:all'],
						exceptionPrincipals: ['principalSet://goog/group/breakglass@brook.example'],
						deniedPermissions: ['iam.googleapis.com/serviceAccountKeys.create'],
					},
				},
			],
		},
	];
}

function logging(): Json[] {
	const bucket = `projects/brook-logging/${REGION}/buckets/audit`;
	return [
		resource('logs', 'logging', 'LogBucket', bucket, {
			name: bucket,
			retentionDays: 400,
			locked: true,
			lifecycleState: 'ACTIVE',
		}),
		resource('org', 'logging', 'LogSink', 'organizations/700/sinks/audit', {
			name: 'audit',
			destination: `logging.googleapis.com/${bucket}`,
			filter: 'log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access")',
			includeChildren: true,
			writerIdentity: 'serviceAccount:service-org-700@gcp-sa-logging.iam.gserviceaccount.com',
		}),
		...(['shop', 'data', 'dev', 'ci', 'logs'] as const).flatMap(name => {
			const {id} = PLACES[name];
			const required = `projects/${id}/locations/global/buckets/_Required`;
			return [
				resource(name, 'logging', 'LogSink', `projects/${id}/sinks/_Required`, {
					name: '_Required',
					destination: `logging.googleapis.com/${required}`,
				}),
				resource(name, 'logging', 'LogSink', `projects/${id}/sinks/_Default`, {
					name: '_Default',
					destination: `logging.googleapis.com/projects/${id}/locations/global/buckets/_Default`,
					disabled: true,
				}),
				resource(name, 'logging', 'LogBucket', required, {name: required, retentionDays: 400, locked: true}),
			];
		}),
	];
}

function groups(): Json[] {
	return [
		group('cloud-admins', 'ada', 'grace'),
		group('breakglass', 'ada', 'grace'),
		group('security', 'edith'),
		group('finance', 'john'),
		group('shop-team', 'alan', 'barbara', 'donald'),
		group('shop-oncall', 'alan', 'barbara'),
	];
}

const FACTS = [
	'resources',
	'allowPolicies',
	'roles',
	'serviceAccounts',
	'serviceAccountKeys',
	'workloads',
	'workloadIdentityPools',
	'orgPolicies',
	'denyPolicies',
	'boundaryPolicies',
	'insights',
	'auditLogs',
];
/** Observed for longer than any threshold. */
const PERIOD = {from: '2025-04-01T00:00:00Z', to: '2026-05-31T00:00:00Z'};

function coverage(): Json[] {
	return [
		...FACTS.flatMap(fact =>
			Object.values(PLACES).map(place => coverageLine(place, fact, fact === 'auditLogs' ? PERIOD : {})),
		),
		...PROJECTS.flatMap(place =>
			['serviceAccountLastAuthentication', 'serviceAccountKeyLastAuthentication'].map(assetType =>
				coverageLine(place, 'activity', {assetType, ...PERIOD}),
			),
		),
		coverageLine(PLACES.org, 'groups'),
	];
}

/** Fresh assets at each call: whoever changes them changes only his own. */
export function wellRun(): Asset[] {
	return assetsOf([
		...containers(),
		...policies(),
		...accounts(),
		...workloads(),
		...data(),
		...federation(),
		...guards(),
		...logging(),
		...groups(),
		...coverage(),
	]);
}
