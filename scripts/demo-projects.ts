/** The demo's projects: who is in them, who may do what, and which keys lie around. */
import type {Binding} from './asset-lines.ts';
import {trialBindings} from './demo-federation.ts';
import {CUSTOM_ROLE, DOMAIN, NON_PRODUCTION, PRODUCTION, account, group} from './demo-organization.ts';
import type {ProjectStory} from './demo-organization.ts';

const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const ACT_AS = 'roles/iam.serviceAccountUser';
const FEDERATED = 'roles/iam.workloadIdentityUser';
const CI_NUMBER = '146630928877';
const POOL = `projects/${CI_NUMBER}/locations/global/workloadIdentityPools/github`;

const user = (name: string): string => `user:${name}@${DOMAIN}`;
/** Every workflow of one repository, by its number, which nobody can take over. */
const repository = (id: string): string => `principalSet://iam.googleapis.com/${POOL}/attribute.repository_id/${id}`;

/** What Google grants its own agents in a project; the demo must stay silent about these. */
function agents(number: string, ...names: ('compute' | 'run' | 'build' | 'pubsub')[]): Binding[] {
	const known = {
		compute: ['roles/compute.serviceAgent', 'compute-system'],
		run: ['roles/run.serviceAgent', 'serverless-robot-prod'],
		build: ['roles/cloudbuild.serviceAgent', 'gcp-sa-cloudbuild'],
		pubsub: ['roles/pubsub.serviceAgent', 'gcp-sa-pubsub'],
	};
	return names.map(name => ({
		role: known[name][0]!,
		members: [`serviceAccount:service-${number}@${known[name][1]}.iam.gserviceaccount.com`],
	}));
}
const googleApis = (number: string): string => `serviceAccount:${number}@cloudservices.gserviceaccount.com`;
const compute = (number: string): string => `serviceAccount:${number}-compute@developer.gserviceaccount.com`;

const SHOP_PROD: ProjectStory = {
	id: 'tidewick-shop-prod',
	number: '318840275613',
	folder: PRODUCTION,
	labels: {env: 'prod', team: 'shop'},
	accounts: [
		{
			id: 'vm-storefront',
			about: 'Runs the storefront virtual machines. Contact: shop@tidewick.example.com',
			last: '2026-10-31',
		},
		{
			id: 'run-orders-api',
			about: 'Runs the orders service. Contact: shop@tidewick.example.com',
			last: '2026-10-31',
			policy: [
				{role: ACT_AS, members: [account('wif-deploy-pipeline', 'ci')]},
				{
					role: TOKEN_CREATOR,
					members: [user('jonas.weber')],
					condition: {
						title: 'incident 2231, until 15 November',
						expression: "request.time < timestamp('2026-11-15T00:00:00Z')",
					},
				},
			],
		},
		{
			id: 'run-payments',
			about: 'Runs the payments service. Contact: shop@tidewick.example.com',
			last: '2026-10-31',
			policy: [
				{role: ACT_AS, members: [account('wif-deploy-pipeline', 'ci')]},
				{
					role: TOKEN_CREATOR,
					members: [user('priya.nair')],
					condition: {
						title: 'migration, ended in March',
						expression: "request.time < timestamp('2026-03-31T00:00:00Z')",
					},
				},
			],
		},
		{
			id: 'onprem-erp-sync',
			about: 'The warehouse system on our own machines reads and writes orders. Contact: erp@tidewick.example.com',
			last: '2026-10-31',
			keys: [
				{created: '2024-06-04', last: '2026-10-12'},
				{created: '2026-08-20', last: '2026-10-31'},
				{created: '2026-10-25', expires: '2026-11-11', system: true},
			],
			// Stopped by the deny policy on the folder: contractors mint no tokens in production.
			policy: [{role: TOKEN_CREATOR, members: [group('contractors'), account('vm-airflow', 'data-prod')]}],
		},
		{
			id: 'legacy-reporting',
			about: 'Reports before the warehouse',
			disabled: true,
			changed: '2025-05-19',
			keys: [{created: '2023-09-12'}],
		},
		{id: 'compute', disabled: true, changed: '2024-02-01'},
	],
	policy: [
		{role: 'roles/owner', members: [account('terraform-prod', 'ci')]},
		{role: 'roles/editor', members: [googleApis('318840275613')]},
		...agents('318840275613', 'compute', 'run', 'pubsub'),
		{role: 'roles/run.developer', members: [account('wif-deploy-pipeline', 'ci')]},
		{role: 'roles/datastore.user', members: [account('vm-storefront', 'shop-prod')]},
		{role: 'roles/logging.logWriter', members: [account('vm-storefront', 'shop-prod')]},
		{
			role: 'roles/cloudsql.client',
			members: [account('run-orders-api', 'shop-prod'), account('run-payments', 'shop-prod')],
		},
		{role: 'roles/pubsub.publisher', members: [account('run-orders-api', 'shop-prod')]},
		{role: 'roles/storage.objectAdmin', members: [account('onprem-erp-sync', 'shop-prod')]},
		{role: 'roles/bigquery.jobUser', members: [account('legacy-reporting', 'shop-prod')]},
		{role: 'roles/errorreporting.viewer', members: [group('shop-developers'), group('sre-oncall')]},
	],
};

const DATA_PROD: ProjectStory = {
	id: 'tidewick-data-prod',
	number: '905517264038',
	folder: PRODUCTION,
	labels: {env: 'prod', team: 'data'},
	accounts: [
		{
			id: 'etl-runner',
			about: 'Loads the warehouse every night. Contact: data@tidewick.example.com',
			last: '2026-10-31',
			keys: [
				{created: '2025-09-01', expires: '2026-03-01'},
				{created: '2026-02-24', last: '2026-10-31'},
			],
			policy: [{role: TOKEN_CREATOR, members: [group('data-analysts'), account('vm-airflow', 'data-prod')]}],
		},
		{
			id: 'warehouse-admin',
			about: 'Creates datasets and buckets. Contact: data@tidewick.example.com',
			last: '2026-10-28',
			policy: [
				{
					role: TOKEN_CREATOR,
					members: [group('data-engineers')],
					condition: {
						title: 'from managed devices only',
						expression: "'accessPolicies/702913/accessLevels/managed_device' in request.auth.access_levels",
					},
				},
			],
		},
		{
			id: 'vm-airflow',
			about: 'Runs the scheduler machine. Contact: data@tidewick.example.com',
			last: '2026-10-31',
			keys: [{created: '2025-11-06'}],
		},
		{
			id: 'onprem-bi-export',
			about: 'The report server on our own machines. Contact: bi@tidewick.example.com',
			last: '2026-10-30',
			keys: [
				{created: '2025-05-14', last: '2026-10-30'},
				{created: '2025-12-02', disabled: true},
			],
		},
		{id: 'old-importer', about: 'Imported the catalogue of the former shop', keys: [{created: '2023-11-21'}]},
		{id: 'appspot'},
	],
	policy: [
		{role: 'roles/owner', members: [account('terraform-prod', 'ci')]},
		{role: 'roles/editor', members: [googleApis('905517264038')]},
		...agents('905517264038', 'compute', 'pubsub'),
		{role: 'roles/bigquery.dataEditor', members: [account('etl-runner', 'data-prod')]},
		{role: 'roles/bigquery.admin', members: [account('warehouse-admin', 'data-prod')]},
		{role: 'roles/storage.admin', members: [account('warehouse-admin', 'data-prod')]},
		{role: 'roles/bigquery.dataViewer', members: [account('onprem-bi-export', 'data-prod')]},
		{
			role: 'roles/bigquery.jobUser',
			members: [account('etl-runner', 'data-prod'), account('onprem-bi-export', 'data-prod'), group('data-analysts')],
		},
		{role: 'roles/storage.objectCreator', members: [account('old-importer', 'data-prod')]},
		{role: 'roles/monitoring.viewer', members: [group('data-analysts'), group('data-engineers')]},
		{
			role: 'roles/storage.objectViewer',
			members: [group('data-engineers')],
			condition: {
				title: 'landing bucket only',
				expression: "resource.name.startsWith('projects/_/buckets/tidewick-landing/')",
			},
		},
	],
};

/** Well run: narrow roles, attached accounts, no keys, uploads forbidden. */
export const SECURITY: ProjectStory = {
	id: 'tidewick-security',
	number: '527093361148',
	folder: PRODUCTION,
	labels: {env: 'prod', team: 'security'},
	accounts: [
		{
			id: 'run-scanner',
			about: 'Runs the nightly configuration scan. Contact: security@tidewick.example.com',
			last: '2026-10-31',
		},
		{
			id: 'vm-log-archive',
			about: 'Copies audit logs to the archive. Contact: security@tidewick.example.com',
			last: '2026-10-31',
		},
		{
			id: 'run-alerts',
			about: 'Sends alerts to whoever is on call. Contact: security@tidewick.example.com',
			last: '2026-10-29',
		},
	],
	policy: [
		...agents('527093361148', 'compute', 'run'),
		{role: 'roles/storage.objectCreator', members: [account('vm-log-archive', 'security')]},
		{role: 'roles/pubsub.subscriber', members: [account('run-alerts', 'security')]},
		{role: 'roles/logging.viewer', members: [group('security-team')]},
		{role: 'roles/securitycenter.findingsViewer', members: [group('security-team')]},
	],
};

export const CI: ProjectStory = {
	id: 'tidewick-ci',
	number: CI_NUMBER,
	folder: NON_PRODUCTION,
	labels: {env: 'shared', team: 'platform'},
	accounts: [
		{
			id: 'wif-deploy-pipeline',
			about: 'GitHub workflows deploy the shop as it. Contact: platform@tidewick.example.com',
			last: '2026-10-31',
			policy: [{role: FEDERATED, members: [repository('702144518')]}],
		},
		{
			id: 'wif-image-build',
			about: 'GitHub workflows push images as it. Contact: platform@tidewick.example.com',
			last: '2026-10-31',
			keys: [{created: '2024-10-08'}],
			policy: [{role: FEDERATED, members: [repository('702150733')]}],
		},
		{
			id: 'release-manager',
			about: 'Promotes a preview to a release. Contact: platform@tidewick.example.com',
			last: '2026-10-27',
			keys: [{created: '2026-05-18', last: '2026-10-27'}],
			// Hop two: the preview bot of development becomes the release manager, by a custom role.
			policy: [{role: CUSTOM_ROLE, members: [account('preview-bot', 'shop-dev')]}],
		},
		{
			id: 'terraform-prod',
			about: 'Applies Terraform to production. Contact: platform@tidewick.example.com',
			last: '2026-10-30',
			keys: [{created: '2025-02-11', last: '2026-10-30'}],
			// Hop three: the release manager becomes the owner of production.
			policy: [{role: TOKEN_CREATOR, members: [account('release-manager', 'ci')]}],
		},
	],
	policy: [
		{role: 'roles/editor', members: [googleApis(CI_NUMBER)]},
		...agents(CI_NUMBER, 'compute', 'build'),
		{
			role: 'roles/cloudbuild.builds.builder',
			members: [`serviceAccount:${CI_NUMBER}@cloudbuild.gserviceaccount.com`],
		},
		{
			role: 'roles/artifactregistry.writer',
			members: [account('wif-image-build', 'ci'), account('release-manager', 'ci')],
		},
		{role: 'roles/artifactregistry.reader', members: [group('shop-developers')]},
	],
};

export const SHOP_DEV: ProjectStory = {
	id: 'tidewick-shop-dev',
	number: '732261904875',
	folder: NON_PRODUCTION,
	labels: {env: 'dev', team: 'shop'},
	accounts: [
		{id: 'compute', last: '2026-10-31', changed: '2023-04-03'},
		{
			id: 'preview-bot',
			about: 'Deploys a preview of each pull request',
			last: '2026-10-30',
			keys: [{created: '2026-09-15', expires: '2026-12-14', last: '2026-10-30'}],
		},
		{
			id: 'run-storefront-dev',
			about: 'Runs the storefront under development. Contact: shop@tidewick.example.com',
			last: '2026-10-31',
			keys: [{created: '2026-07-09', last: '2026-10-20'}],
		},
		{
			id: 'load-test',
			about: 'Load test before the spring sale',
			last: '2026-04-17',
			keys: [{created: '2025-03-03', last: '2026-04-17'}, {created: '2025-03-04'}],
			policy: trialBindings('732261904875'),
		},
	],
	policy: [
		{role: 'roles/editor', members: [compute('732261904875'), googleApis('732261904875')]},
		...agents('732261904875', 'compute', 'run', 'build'),
		// Hop one: every shop developer can become every account of this project.
		{role: TOKEN_CREATOR, members: [group('shop-developers')]},
		{role: 'roles/run.developer', members: [account('preview-bot', 'shop-dev'), group('shop-developers')]},
		{
			role: 'roles/logging.viewer',
			members: [group('shop-developers'), `deleted:user:rolf.engel@${DOMAIN}?uid=104418290337715520981`],
		},
		{
			role: 'roles/datastore.user',
			members: [account('run-storefront-dev', 'shop-dev'), account('load-test', 'shop-dev'), group('shop-developers')],
		},
		// Once an error message named this role; it is an agent's.
		{role: 'roles/container.nodeServiceAgent', members: [account('load-test', 'shop-dev')]},
	],
};

const SANDBOX: ProjectStory = {
	id: 'tidewick-sandbox',
	number: '264408817359',
	folder: NON_PRODUCTION,
	labels: {env: 'sandbox', team: 'everybody'},
	noActivity: 'Policy Analyzer API (policyanalyzer.googleapis.com) is not enabled in tidewick-sandbox',
	accounts: [
		{id: 'compute', changed: '2022-08-15', keys: [{created: '2024-01-30'}]},
		{
			id: 'playground-admin',
			about: 'For trying things',
			keys: [
				{created: '2024-04-11'},
				{created: '2025-07-22'},
				{created: '2025-07-23', expires: '2027-07-23', uploaded: true},
			],
		},
	],
	policy: [
		{role: 'roles/owner', members: [account('playground-admin', 'sandbox')]},
		{role: 'roles/editor', members: [group('contractors'), compute('264408817359'), googleApis('264408817359')]},
		...agents('264408817359', 'compute'),
		// To let new colleagues in: the right to make herself owner.
		{role: 'roles/resourcemanager.projectIamAdmin', members: [user('maya.lindqvist')]},
	],
};

export const PROJECTS = [SHOP_PROD, DATA_PROD, SECURITY, CI, SHOP_DEV, SANDBOX];
