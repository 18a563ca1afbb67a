import {describe, expect, test} from 'vitest';
import {auditedBy, neededLogs, serviceOf} from '../../src/evidence/audited-services.ts';

describe('which service a method is of', () => {
	test.each([
		['storage.objects.get', 'storage.googleapis.com'],
		['storage.googleapis.com', 'storage.googleapis.com'],
		['iamcredentials.googleapis.com/GenerateAccessToken', 'iam.googleapis.com'],
		['google.iam.admin.v1.CreateServiceAccount', 'iam.googleapis.com'],
		['iam.serviceAccounts.actAs', 'iam.googleapis.com'],
		['v1.compute.instances.insert', 'compute.googleapis.com'],
		['beta.compute.disks.delete', 'compute.googleapis.com'],
		['jobservice.insert', 'bigquery.googleapis.com'],
		['google.cloud.bigquery.v2.JobService.InsertJob', 'bigquery.googleapis.com'],
		['google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion', 'secretmanager.googleapis.com'],
		['Decrypt', 'cloudkms.googleapis.com'],
		['GetProject', 'cloudresourcemanager.googleapis.com'],
		['dns.googleapis.com', 'dns.googleapis.com'],
		['google.pubsub.v1.Publisher.CreateTopic', 'other'],
		['cloudsql.instances.connect', 'other'],
		['io.k8s.core.v1.pods.list', 'other'],
		// Methods of many services, and what nobody knows, may be any.
		['SetIamPolicy', undefined],
		['google.iam.v1.IAMPolicy.SetIamPolicy', undefined],
		['google.longrunning.Operations.GetOperation', undefined],
		['google.cloud.location.Locations.ListLocations', undefined],
		['some.thing', undefined],
		['', undefined],
	])('%s', (method, service) => {
		expect(serviceOf(method)).toBe(service);
	});
});

describe('which entries the use of a permission leaves', () => {
	test.each([
		['storage.objects.get', 'storage.googleapis.com', ['ADMIN_READ', 'DATA_READ']],
		['storage.objects.create', 'storage.googleapis.com', ['DATA_WRITE']],
		['storage.buckets.create', 'storage.googleapis.com', []],
		['storage.buckets.setIamPolicy', 'storage.googleapis.com', []],
		['compute.instances.start', 'compute.googleapis.com', []],
		['bigquery.tables.updateData', 'bigquery.googleapis.com', ['DATA_WRITE']],
		['iam.serviceAccounts.getAccessToken', 'iam.googleapis.com', ['ADMIN_READ', 'DATA_READ']],
		['cloudkms.cryptoKeyVersions.useToDecrypt', 'cloudkms.googleapis.com', ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE']],
	])('%s', (permission, host, types) => {
		const [service, ...others] = auditedBy(permission);
		expect(others).toEqual([]);
		expect(service!.host).toBe(host);
		expect(neededLogs(permission, service!)).toEqual(types);
	});

	test.each([
		'pubsub.topics.publish',
		'run.routes.invoke',
		'logging.logEntries.create',
		'serviceusage.services.use',
		'cloudsql.instances.login',
		'container.pods.exec',
	])('%s leaves perhaps none', permission => {
		expect(auditedBy(permission)).toEqual([]);
	});

	test('organization policies are read by two APIs', () => {
		expect(auditedBy('orgpolicy.policy.get').map(({host}) => host)).toEqual([
			'orgpolicy.googleapis.com',
			'cloudresourcemanager.googleapis.com',
		]);
	});
});
