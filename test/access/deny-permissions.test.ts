import {gunzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {covers, shippedDeniablePermissions, v1Name, v2Name, v2Names} from '../../src/access/deny-permissions.ts';
import {readDataFile} from '../../src/data-file.ts';

// Facts: iam-semantics.md section 1, "Deny permission form", "Permission groups", "Deniable".
const listed = (JSON.parse(readDataFile('deny-supported-permissions.json').toString('utf8')) as {permissions: string[]})
	.permissions;
const roles = JSON.parse(gunzipSync(readDataFile('predefined-roles.json.gz')).toString('utf8')) as {
	permissions: string[];
};
const names = shippedDeniablePermissions();

describe('names', () => {
	test.each([
		['plain', 'iam.serviceAccounts.actAs', 'iam.googleapis.com/serviceAccounts.actAs'],
		[
			'resourcemanager',
			'resourcemanager.projects.setIamPolicy',
			'cloudresourcemanager.googleapis.com/projects.setIamPolicy',
		],
		['API keys', 'serviceusage.apiKeys.regenerate', 'apikeys.googleapis.com/apiKeys.regenerate'],
		['API keys of today', 'apikeys.keys.create', 'apikeys.googleapis.com/keys.create'],
		['BigQuery connections', 'bigquery.connections.use', 'bigqueryconnection.googleapis.com/connections.use'],
		['BigQuery policies', 'bigquery.dataPolicies.get', 'bigquerydatapolicy.googleapis.com/dataPolicies.get'],
		['BigQuery transfers', 'bigquery.transfers.update', 'bigquerydatatransfer.googleapis.com/transfers.update'],
		['the rest of BigQuery', 'bigquery.datasets.get', 'bigquery.googleapis.com/datasets.get'],
		[
			'a host in v1 already',
			'iam.googleapis.com/workloadIdentityPools.create',
			'iam.googleapis.com/workloadIdentityPools.create',
		],
	])('%s: %s', (_fact, old, name) => {
		expect(v2Name(old)).toBe(name);
		expect(v1Name(name)).toBe(old);
		expect(v1Name(old)).toBe(old);
		expect(v2Name(name)).toBe(name);
	});

	test('BigQuery reservations have two names', () => {
		const both = [
			'bigquery.googleapis.com/reservations.create',
			'bigqueryreservation.googleapis.com/reservations.create',
		];
		expect(v2Names('bigquery.reservations.create')).toEqual(both);
		for (const name of both) expect(v1Name(name)).toBe('bigquery.reservations.create');
	});

	test('every listed concrete name round-trips', () => {
		const concrete = listed.filter(name => !name.includes('*'));
		expect(concrete).toHaveLength(8296);
		expect(concrete.filter(name => !v2Names(v1Name(name)).includes(name))).toEqual([]);
	});

	test('listed names are v1 names of the role data, but for 16 that no predefined role has', () => {
		const known = new Set(roles.permissions);
		const strange = listed.filter(name => !name.includes('*') && !known.has(v1Name(name)));
		expect(strange).toHaveLength(16);
		expect(new Set(strange.map(name => name.slice(0, name.indexOf('/'))))).toEqual(
			new Set([
				'chronicle.googleapis.com',
				'datamigration.googleapis.com',
				'datastudio.googleapis.com',
				'firestore.googleapis.com',
			]),
		);
	});

	test('every v1 name of the role data comes back from its v2 names', () => {
		expect(roles.permissions.filter(old => v2Names(old).some(name => v1Name(name) !== old))).toEqual([]);
	});
});

describe('deniable', () => {
	test.each([
		['listed', 'iam.serviceAccounts.getAccessToken', true],
		['listed', 'resourcemanager.organizations.setIamPolicy', true],
		['listed', 'storage.hmacKeys.create', true],
		['not listed', 'iam.denypolicies.delete', false],
		['Kubernetes objects', 'container.pods.create', false],
		['not listed', 'deploymentmanager.deployments.create', false],
		['not listed', 'appengine.versions.create', false],
		['not listed', 'iam.serviceAccountApiKeyBindings.create', false],
		['no serviceAccounts.* group', 'iam.serviceAccounts.someNewVerb', false],
		['a future permission of a listed group', 'secretmanager.secrets.someNewVerb', true],
		['a future resource of *.*', 'secretmanager.someNewThing.get', true],
		['listed', 'iam.workloadIdentityPools.createPolicyBinding', true],
		['no such service', 'nothing.at.all', false],
		['no permission', 'x', false],
	])('%s: %s', (_fact, permission, expected) => {
		expect(names.deniable(permission)).toBe(expected);
	});
});

describe('entries of a rule', () => {
	test.each([
		['exact', 'iam.googleapis.com/serviceAccounts.actAs', 'iam.serviceAccounts.actAs', true],
		['one permission is not another', 'iam.googleapis.com/serviceAccounts.actAs', 'iam.serviceAccounts.signJwt', false],
		['resource.*', 'iam.googleapis.com/serviceAccountKeys.*', 'iam.serviceAccountKeys.create', true],
		[
			'resource.* covers what is new',
			'iam.googleapis.com/serviceAccountKeys.*',
			'iam.serviceAccountKeys.someNewVerb',
			true,
		],
		['unlisted group', 'iam.googleapis.com/serviceAccounts.*', 'iam.serviceAccounts.actAs', false],
		['unlisted group', 'iam.googleapis.com/*.*', 'iam.serviceAccounts.actAs', false],
		['*.*', 'secretmanager.googleapis.com/*.*', 'secretmanager.versions.access', true],
		['*.* of another host', 'secretmanager.googleapis.com/*.*', 'storage.objects.get', false],
		['v1 spelling is none', 'iam.serviceAccounts.actAs', 'iam.serviceAccounts.actAs', false],
		['unlisted name', 'container.googleapis.com/pods.create', 'container.pods.create', false],
		['one of two names', 'bigqueryreservation.googleapis.com/reservations.*', 'bigquery.reservations.create', true],
		[
			'a host in v1 already',
			'iam.googleapis.com/workloadIdentityPools.*',
			'iam.googleapis.com/workloadIdentityPools.update',
			true,
		],
		[
			'resource names end at the dot',
			'iam.googleapis.com/workloadIdentityPools.*',
			'iam.googleapis.com/workloadIdentityPoolProviders.get',
			false,
		],
	])('%s: %s on %s', (_fact, entry, permission, expected) => {
		expect(names.denies(entry, permission)).toBe(expected);
		expect(names.denies(entry, v2Name(permission))).toBe(expected);
	});

	test('groups by verb', () => {
		expect(covers('h.googleapis.com/*.get', 'h.googleapis.com/things.get')).toBe(true);
		expect(covers('h.googleapis.com/*.get', 'h.googleapis.com/things.list')).toBe(false);
	});
});
