/** What is read of workloads' bodies beside the account, in both generations of the APIs; values never are. */
import {describe, expect, test} from 'vitest';
import {bucketOf, readCode, repositoryOfImage} from '../../src/inventory/code-sources.ts';
import {readMetadata} from '../../src/inventory/machine-metadata.ts';
import {resourceFacts} from '../../src/inventory/resource-facts.ts';
import {readTrigger} from '../../src/inventory/trigger-facts.ts';
import {readFacts} from '../../src/inventory/workload-facts.ts';

const metadata = (values: Record<string, unknown>) =>
	readMetadata({items: Object.entries(values).map(([key, value]) => ({key, value}))});

describe('metadata of machines', () => {
	test.each([
		['TRUE', true],
		['true', true],
		['1', true],
		['yes', true],
		['Y', true],
		[' TRUE ', true],
		[true, true],
		['FALSE', false],
		['0', false],
		['', false],
		['enabled', false],
	])('a switch that says %o is %o', (value, expected) => {
		expect(metadata({'enable-oslogin': value}).osLogin).toBe(expected);
	});

	test('absent is not off', () => {
		expect(metadata({})).toEqual({sshKeys: [], windowsKeys: [], scripts: [], images: []});
		expect(readMetadata({})).toEqual({sshKeys: [], windowsKeys: [], scripts: [], images: []});
	});

	test('keys by user, with their end', () => {
		const keys = [
			'ann:ssh-ed25519 AAAA ann@laptop',
			'# a remark',
			'',
			'bob:ecdsa-sha2-nistp256 AAAA google-ssh {"userName":"bob@example.com","expireOn":"2026-07-01T12:00:00+0000"}',
			'carl:ssh-rsa AAAA google-ssh {"userName":"c@example.com","expireOn":"soon"}',
		].join('\n');
		expect(metadata({'ssh-keys': keys}).sshKeys).toEqual([
			{user: 'ann', expires: Infinity},
			{user: 'bob', expires: Date.UTC(2026, 6, 1, 12)},
			{user: 'carl', expires: Infinity},
		]);
	});

	test('a key whose value a collector dropped is one', () => {
		expect(readMetadata({items: [{key: 'ssh-keys'}]}).sshKeys).toHaveLength(1);
	});

	test('neither scripts nor passwords are kept', () => {
		const facts = readFacts('compute.googleapis.com/Instance', {
			metadata: {
				items: [
					{key: 'startup-script', value: 'export PASSWORD=hunter2'},
					{key: 'db-password', value: 'hunter2'},
					{key: 'startup-script-url', value: 'https://storage.googleapis.com/code/x.sh?X-Goog-Signature=hunter2'},
				],
			},
		});
		expect(JSON.stringify(facts)).not.toContain('hunter2');
		expect(facts?.code).toMatchObject([{resource: '//storage.googleapis.com/code', use: 'start-up script'}]);
	});

	test('the image of a container that a machine starts', () => {
		const declaration = "spec:\n  containers:\n  - name: web\n    image: 'europe-docker.pkg.dev/shop/images/web:1'\n";
		expect(metadata({'gce-container-declaration': declaration}).images).toEqual([
			'europe-docker.pkg.dev/shop/images/web:1',
		]);
	});
});

describe('addresses of code', () => {
	test.each([
		['gs://code/a/b.sh', 'code'],
		['https://storage.googleapis.com/code/a', 'code'],
		['https://code.storage.googleapis.com/a', 'code'],
		['storage.googleapis.com/code/temp', 'code'],
		['https://storage.cloud.google.com/code/a', 'code'],
		['gs://code', 'code'],
	])('%s lies in %s', (url, bucket) => {
		expect(bucketOf(url)?.resource).toBe(`//storage.googleapis.com/${bucket}`);
	});

	test.each(['https://example.com/code/x', 'gs://', '', 'https://github.com/example/x', 'file:///etc/x'])(
		'%j is no bucket',
		url => {
			expect(bucketOf(url)).toBeUndefined();
		},
	);

	test.each([
		['europe-west1-docker.pkg.dev/shop/images/web:1', 'shop/locations/europe-west1/repositories/images'],
		['us-docker.pkg.dev/shop/images/deep/web', 'shop/locations/us/repositories/images'],
		['gcr.io/shop/web:latest', 'shop/locations/us/repositories/gcr.io'],
		['eu.gcr.io/shop/web', 'shop/locations/europe/repositories/eu.gcr.io'],
		['gcr.io/example.com/shop/web', 'example.com:shop/locations/us/repositories/gcr.io'],
	])('%s lies in projects/%s', (image, path) => {
		expect(repositoryOfImage(image)?.resource).toBe(`//artifactregistry.googleapis.com/projects/${path}`);
	});

	test.each([
		['a digest names its content', `us-docker.pkg.dev/shop/images/web@sha256:${'0'.repeat(64)}`],
		['even beside a tag', `us-docker.pkg.dev/shop/images/web:1@sha256:${'0'.repeat(64)}`],
		['another registry', 'docker.io/library/nginx'],
		['no registry', 'nginx'],
	])('%s: nothing to replace', (_, image) => {
		expect(repositoryOfImage(image)).toBeUndefined();
	});

	test('code of App Engine and of Cloud Run’s annotations', () => {
		const files = {
			a: {sourceUrl: 'https://storage.googleapis.com/staging.shop.appspot.com/1'},
			b: {sourceUrl: 'https://storage.googleapis.com/staging.shop.appspot.com/2'},
		};
		expect(readCode('appengine.googleapis.com/Version', {deployment: {files}})).toEqual([
			{kind: 'bucket', resource: '//storage.googleapis.com/staging.shop.appspot.com', use: 'application source'},
		]);
		const annotations = {'run.googleapis.com/build-source-location': 'gs://run-sources/web.zip#1'};
		expect(readCode('run.googleapis.com/Service', {metadata: {annotations}})).toMatchObject([
			{resource: '//storage.googleapis.com/run-sources', use: 'build source'},
		]);
	});
});

describe('triggers', () => {
	test.each([
		[{github: {owner: 'o', name: 'r', push: {branch: '.*'}}}, 'github'],
		[{triggerTemplate: {repoName: 'r'}}, 'cloud-source-repositories'],
		[{repositoryEventConfig: {repositoryType: 'GITHUB', push: {branch: '.*'}}}, 'github'],
		[{repositoryEventConfig: {repositoryType: 'GITLAB_ENTERPRISE', push: {branch: '.*'}}}, 'gitlab'],
		[{bitbucketServerTriggerConfig: {push: {branch: '.*'}}}, 'bitbucketserver'],
		[{developerConnectEventConfig: {push: {branch: '.*'}}}, undefined],
		[{webhookConfig: {}}, undefined],
	])('%o has the command of %s', (data, kind) => {
		expect(readTrigger(data).kind).toBe(kind);
	});
});

describe('settings of resources', () => {
	test('only what is looked at is kept', () => {
		expect(
			resourceFacts('storage.googleapis.com/Bucket', {
				name: 'x',
				labels: {pii: 'true'},
				retentionPolicy: {retentionPeriod: '1', isLocked: true},
				lifecycle: {},
			}),
		).toEqual({labels: {pii: 'true'}, retentionPolicy: {retentionPeriod: '1', isLocked: true}});
		expect(resourceFacts('pubsub.googleapis.com/Topic', {name: 'x'})).toBeUndefined();
	});
});

describe('text of strangers takes no more than linear time', () => {
	test.each(['iptables ', '\n', ' ', '- ', 'a.', 'image: '])('nothing but %j', part => {
		const value = part.repeat(60_000);
		const started = performance.now();
		metadata({'startup-script': value, 'gce-container-declaration': value, 'ssh-keys': value});
		repositoryOfImage(`us-docker.pkg.dev/${value}`);
		bucketOf(`gs://${value}`);
		expect(performance.now() - started).toBeLessThan(2_000);
	});
});
