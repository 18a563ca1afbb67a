/** What the naive evaluator is told about Google's permissions and roles, read from the facts by hand. */
import type {Tables} from './decide.ts';

/**
 * Permissions of the small worlds. Deniable names and groups: deny-supported-permissions.json [seen].
 * Boundaries: accounts and keys from version 1 (iam-semantics section 1 [seen]); Resource Manager from 2,
 * Compute Engine in none (Google's page on boundary versions, as test/access/boundary.test.ts names it).
 */
const PERMISSIONS: Record<string, {name: string; groups: string[]; boundaryFrom?: number} | undefined> = {
	'iam.serviceAccounts.getAccessToken': {
		name: 'iam.googleapis.com/serviceAccounts.getAccessToken',
		groups: [],
		boundaryFrom: 1,
	},
	'iam.serviceAccounts.setIamPolicy': {
		name: 'iam.googleapis.com/serviceAccounts.setIamPolicy',
		groups: [],
		boundaryFrom: 1,
	},
	'iam.serviceAccountKeys.create': {
		name: 'iam.googleapis.com/serviceAccountKeys.create',
		groups: ['iam.googleapis.com/serviceAccountKeys.*'],
		boundaryFrom: 1,
	},
	'resourcemanager.projects.setIamPolicy': {
		name: 'cloudresourcemanager.googleapis.com/projects.setIamPolicy',
		groups: ['cloudresourcemanager.googleapis.com/projects.*'],
		boundaryFrom: 2,
	},
	'storage.buckets.setIamPolicy': {name: 'storage.googleapis.com/buckets.setIamPolicy', groups: []},
	'compute.instances.setMetadata': {
		name: 'compute.googleapis.com/instances.setMetadata',
		groups: ['compute.googleapis.com/instances.*'],
		boundaryFrom: Infinity,
	},
	'cloudscheduler.jobs.create': undefined,
};

export const PERMISSION_NAMES = Object.keys(PERMISSIONS);

/** What the small worlds' permissions are of each predefined role, from predefined-roles.json.gz. */
const ROLES: Record<string, string[]> = {
	'roles/owner': [
		'iam.serviceAccounts.setIamPolicy',
		'iam.serviceAccountKeys.create',
		'resourcemanager.projects.setIamPolicy',
		'compute.instances.setMetadata',
		'cloudscheduler.jobs.create',
	],
	'roles/editor': ['iam.serviceAccountKeys.create', 'compute.instances.setMetadata', 'cloudscheduler.jobs.create'],
	'roles/viewer': [],
	'roles/iam.serviceAccountTokenCreator': ['iam.serviceAccounts.getAccessToken'],
	'roles/iam.serviceAccountAdmin': ['iam.serviceAccounts.setIamPolicy'],
	'roles/iam.serviceAccountKeyAdmin': ['iam.serviceAccountKeys.create'],
	'roles/resourcemanager.projectIamAdmin': ['resourcemanager.projects.setIamPolicy'],
	'roles/storage.admin': ['storage.buckets.setIamPolicy'],
	'roles/compute.instanceAdmin.v1': ['compute.instances.setMetadata'],
};

export const PREDEFINED = Object.keys(ROLES);

export const TABLES: Tables = {
	deniable: Object.fromEntries(
		Object.entries(PERMISSIONS).map(([v1, known]) => [v1, known && {name: known.name, groups: known.groups}]),
	),
	boundaryFrom: Object.fromEntries(Object.entries(PERMISSIONS).map(([v1, known]) => [v1, known?.boundaryFrom])),
	roles: ROLES,
};
