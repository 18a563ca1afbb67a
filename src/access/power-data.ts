/**
 * Power as lists of permissions (checks.md, "Definitions that decide"). Levels in rising order; a
 * container is named with each, so that power is a set of (level, container) pairs.
 */

export const LEVELS = [
	'none',
	'reading data',
	'writing data',
	'impersonating',
	'policy rewriting',
	'editor-like',
	'owner-like',
] as const;

export type Level = (typeof LEVELS)[number];

/** Reading what others stored: any one of these on a container. */
export const READING_DATA: readonly string[] = [
	'storage.objects.get',
	'bigquery.tables.getData',
	'bigquery.tables.export',
	'datastore.entities.get',
	'spanner.databases.select',
	'spanner.databases.read',
	'bigtable.tables.readRows',
	'secretmanager.versions.access',
	'cloudkms.cryptoKeyVersions.useToDecrypt',
	'cloudsql.instances.export',
	'cloudsql.instances.login',
	'pubsub.subscriptions.consume',
	'healthcare.fhirResources.get',
	'healthcare.hl7V2Messages.get',
	'healthcare.dicomStores.dicomWebRetrieve',
	'alloydb.instances.login',
	'firebasedatabase.instances.get',
	'logging.privateLogEntries.list',
	'compute.disks.useReadOnly',
	'compute.snapshots.useReadOnly',
	'parametermanager.parameterVersions.render',
];

/** Changing or destroying what others stored, or code and machines that handle it. */
export const WRITING_DATA: readonly string[] = [
	'storage.objects.create',
	'storage.objects.update',
	'storage.objects.delete',
	'storage.buckets.delete',
	'storage.buckets.setIamPolicy',
	'storage.objects.setIamPolicy',
	'bigquery.tables.updateData',
	'bigquery.tables.delete',
	'bigquery.datasets.delete',
	'bigquery.datasets.setIamPolicy',
	'bigquery.tables.setIamPolicy',
	'datastore.entities.create',
	'datastore.entities.update',
	'datastore.entities.delete',
	'spanner.databases.write',
	'spanner.databases.drop',
	'spanner.databases.setIamPolicy',
	'bigtable.tables.mutateRows',
	'bigtable.tables.delete',
	'bigtable.instances.setIamPolicy',
	'secretmanager.versions.add',
	'secretmanager.versions.destroy',
	'secretmanager.secrets.setIamPolicy',
	'cloudkms.cryptoKeys.setIamPolicy',
	'cloudkms.cryptoKeyVersions.destroy',
	'cloudsql.instances.delete',
	'cloudsql.instances.update',
	'cloudsql.users.create',
	'cloudsql.users.update',
	'alloydb.clusters.delete',
	'alloydb.users.create',
	'pubsub.topics.publish',
	'pubsub.topics.delete',
	'healthcare.fhirResources.update',
	'healthcare.hl7V2Messages.create',
	'firebasedatabase.instances.update',
	'compute.instances.create',
	'compute.instances.setMetadata',
	'compute.disks.delete',
	'compute.instances.delete',
];

/** Becoming the accounts of a container, or making machines run as them. */
export const IMPERSONATING: readonly string[] = [
	'iam.serviceAccounts.getAccessToken',
	'iam.serviceAccounts.signBlob',
	'iam.serviceAccounts.signJwt',
	'iam.serviceAccounts.implicitDelegation',
	'iam.serviceAccounts.actAs',
	'iam.serviceAccounts.setIamPolicy',
	'iam.serviceAccountKeys.create',
];

/** Rewriting the allow policy of a container of this kind. */
export const POLICY_REWRITING = {
	project: 'resourcemanager.projects.setIamPolicy',
	folder: 'resourcemanager.folders.setIamPolicy',
	organization: 'resourcemanager.organizations.setIamPolicy',
} as const;

/** Roles that are owner-like by definition. */
export const OWNER_ROLES: ReadonlySet<string> = new Set(['roles/owner', 'roles/admin']);
/** Whoever holds all of this at the organization counts as owner-like over it. */
export const ORGANIZATION_ADMIN = 'roles/resourcemanager.organizationAdmin';
export const EDITOR = 'roles/editor';
/** Editor-like: at least this share of Editor's permissions. */
export const EDITOR_SHARE = 0.95;
