import {describe, expect, test} from 'vitest';
import {
	attributesFor,
	NO_RESOURCE_ATTRIBUTES,
	UNKNOWN_RESOURCE_ATTRIBUTES,
} from '../../src/access/condition-attributes.ts';

// Facts: iam-semantics.md section 3 [seen]; formats from Google's "Resource attributes for IAM Conditions" [seen].
const project = {id: 'shop', number: '123'};

describe('resources that offer attributes', () => {
	test.each([
		[
			'compute.googleapis.com/Instance',
			'//compute.googleapis.com/projects/shop/zones/z/instances/i',
			'projects/shop/zones/z/instances/i',
		],
		[
			'compute.googleapis.com/Instance',
			'//compute.googleapis.com/projects/123/zones/z/instances/i',
			'projects/shop/zones/z/instances/i',
		],
		[
			'compute.googleapis.com/Firewall',
			'//compute.googleapis.com/projects/shop/global/firewalls/f',
			'projects/shop/global/firewalls/f',
		],
		['storage.googleapis.com/Bucket', '//storage.googleapis.com/b', 'projects/_/buckets/b'],
		[
			'secretmanager.googleapis.com/Secret',
			'//secretmanager.googleapis.com/projects/shop/secrets/s',
			'projects/123/secrets/s',
		],
		[
			'secretmanager.googleapis.com/Secret',
			'//secretmanager.googleapis.com/projects/123/secrets/s',
			'projects/123/secrets/s',
		],
		[
			'cloudkms.googleapis.com/KeyRing',
			'//cloudkms.googleapis.com/projects/shop/locations/l/keyRings/r',
			'projects/shop/locations/l/keyRings/r',
		],
		[
			'sqladmin.googleapis.com/Instance',
			'//cloudsql.googleapis.com/projects/shop/instances/i',
			'projects/shop/instances/i',
		],
		[
			'bigquery.googleapis.com/Dataset',
			'//bigquery.googleapis.com/projects/shop/datasets/d',
			'projects/shop/datasets/d',
		],
		[
			'spanner.googleapis.com/Database',
			'//spanner.googleapis.com/projects/shop/instances/i/databases/d',
			'projects/shop/instances/i/databases/d',
		],
		[
			'pubsublite.googleapis.com/Topic',
			'//pubsublite.googleapis.com/projects/shop/locations/l/topics/t',
			'projects/123/locations/l/topics/t',
		],
		[
			'container.googleapis.com/Cluster',
			'//container.googleapis.com/projects/shop/locations/europe-west1/clusters/c',
			'projects/shop/locations/europe-west1/clusters/c',
		],
		[
			'container.googleapis.com/Cluster',
			'//container.googleapis.com/projects/shop/locations/europe-west1-b/clusters/c',
			'projects/shop/zones/europe-west1-b/clusters/c',
		],
	])('%s %s', (type, fullName, name) => {
		expect(attributesFor(type, fullName, project)).toEqual({
			name: {value: name},
			type: {value: type},
			service: {value: type.split('/')[0]},
		});
	});

	test('a project has type and service, but no name', () => {
		expect(
			attributesFor(
				'cloudresourcemanager.googleapis.com/Project',
				'//cloudresourcemanager.googleapis.com/projects/shop',
			),
		).toEqual({
			name: 'none',
			type: {value: 'cloudresourcemanager.googleapis.com/Project'},
			service: {value: 'cloudresourcemanager.googleapis.com'},
		});
	});

	test('regional disks are disks', () => {
		const regional = '//compute.googleapis.com/projects/shop/regions/r/disks/d';
		expect(attributesFor('compute.googleapis.com/RegionDisk', regional, project).type).toEqual({
			value: 'compute.googleapis.com/Disk',
		});
	});

	test('a name whose project is spelled the other way is unknown', () => {
		const secret = 'secretmanager.googleapis.com/Secret';
		expect(attributesFor(secret, '//secretmanager.googleapis.com/projects/shop/secrets/s').name).toBe('unknown');
		expect(attributesFor(secret, '//secretmanager.googleapis.com/projects/123/secrets/s').name).toEqual({
			value: 'projects/123/secrets/s',
		});
		const instance = '//compute.googleapis.com/projects/123/zones/z/instances/i';
		expect(attributesFor('compute.googleapis.com/Instance', instance, {number: '123'}).name).toBe('unknown');
	});

	test('a name of another shape is unknown', () => {
		expect(attributesFor('compute.googleapis.com/Instance', 'nonsense', project).name).toBe('unknown');
	});
});

test.each([
	'iam.googleapis.com/ServiceAccount',
	'iam.googleapis.com/Role',
	'run.googleapis.com/Service',
	'cloudfunctions.googleapis.com/Function',
	'cloudbuild.googleapis.com/BuildTrigger',
	'pubsub.googleapis.com/Topic',
	'secretmanager.example.com/Secret',
	'',
])('%s offers none', type => {
	expect(attributesFor(type, '//x/projects/shop/y/z', project)).toEqual(NO_RESOURCE_ATTRIBUTES);
});

test('a type that Google does not list, of a service that it lists, is left open', () => {
	const network = '//compute.googleapis.com/projects/shop/global/networks/n';
	expect(attributesFor('compute.googleapis.com/Network', network, project)).toEqual(UNKNOWN_RESOURCE_ATTRIBUTES);
	const folder = '//cloudresourcemanager.googleapis.com/folders/1';
	expect(attributesFor('cloudresourcemanager.googleapis.com/Folder', folder)).toEqual({
		...UNKNOWN_RESOURCE_ATTRIBUTES,
		name: 'none',
	});
});
