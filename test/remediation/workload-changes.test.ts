/** Each change of a workload, a setting or a log as a command, read back, and its way back. */
import {describe, expect, test} from 'vitest';
import {renderFix} from '../../src/remediation/render.ts';
import type {WorkloadChange} from '../../src/remediation/workload-change.ts';
import {parseGcloud} from '../gcloud.ts';

const VM = '//compute.googleapis.com/projects/shop/zones/europe-west1-b/instances/web';
const GROUP = '//compute.googleapis.com/projects/shop/regions/europe-west1/instanceGroupManagers/web';
const PROJECT = '//compute.googleapis.com/projects/shop';
const CLUSTER = '//container.googleapis.com/projects/shop/locations/europe-west1/clusters/main';
const TRIGGER = '//cloudbuild.googleapis.com/projects/shop/locations/global/triggers/1';
const LOG = '//logging.googleapis.com/projects/shop/locations/global/buckets/audit';
const SINK = '//logging.googleapis.com/organizations/12/sinks/central';
const BUCKET = '//storage.googleapis.com/audit-logs';
const NEW = 'vm-web@shop.iam.gserviceaccount.com';
const OLD = '10-compute@developer.gserviceaccount.com';
const NARROW = [
	'https://www.googleapis.com/auth/devstorage.read_only',
	'https://www.googleapis.com/auth/logging.write',
];

const cases: readonly (readonly [WorkloadChange, gcloud: string, undo: string | undefined])[] = [
	[
		{op: 'set-metadata', resource: VM, key: 'enable-oslogin', value: 'TRUE'},
		'gcloud compute instances add-metadata web --zone=europe-west1-b --project=shop --metadata=enable-oslogin=TRUE',
		'gcloud compute instances remove-metadata web --zone=europe-west1-b --project=shop --keys=enable-oslogin',
	],
	[
		{op: 'set-metadata', resource: VM, key: 'serial-port-enable', value: 'FALSE', was: 'TRUE'},
		'gcloud compute instances add-metadata web --zone=europe-west1-b --project=shop --metadata=serial-port-enable=FALSE',
		'gcloud compute instances add-metadata web --zone=europe-west1-b --project=shop --metadata=serial-port-enable=TRUE',
	],
	[
		{op: 'set-metadata', resource: PROJECT, key: 'enable-oslogin', value: 'TRUE'},
		'gcloud compute project-info add-metadata --project=shop --metadata=enable-oslogin=TRUE',
		'gcloud compute project-info remove-metadata --project=shop --keys=enable-oslogin',
	],
	[
		{op: 'set-metadata', resource: GROUP, key: 'enable-oslogin', value: 'TRUE'},
		'gcloud compute instance-groups managed all-instances-config update web --region=europe-west1 --project=shop --metadata=enable-oslogin=TRUE',
		'gcloud compute instance-groups managed all-instances-config delete web --region=europe-west1 --project=shop --metadata=enable-oslogin',
	],
	[
		{op: 'remove-metadata', resource: VM, key: 'windows-keys'},
		'gcloud compute instances remove-metadata web --zone=europe-west1-b --project=shop --keys=windows-keys',
		undefined,
	],
	[
		{op: 'conceal-metadata', resource: `${CLUSTER}/nodePools/jobs`},
		'gcloud container node-pools update jobs --cluster=main --location=europe-west1 --project=shop --workload-metadata=GKE_METADATA',
		'gcloud container node-pools update jobs --cluster=main --location=europe-west1 --project=shop --workload-metadata=GCE_METADATA',
	],
	[
		{op: 'set-workload-pool', resource: CLUSTER, pool: 'shop.svc.id.goog'},
		'gcloud container clusters update main --location=europe-west1 --project=shop --workload-pool=shop.svc.id.goog',
		'gcloud container clusters update main --location=europe-west1 --project=shop --disable-workload-identity',
	],
	[
		{
			op: 'set-comment-control',
			resource: TRIGGER,
			trigger: '1',
			kind: 'github',
			value: 'COMMENTS_ENABLED',
			was: 'COMMENTS_DISABLED',
		},
		'gcloud builds triggers update github 1 --region=global --project=shop --comment-control=COMMENTS_ENABLED',
		'gcloud builds triggers update github 1 --region=global --project=shop --comment-control=COMMENTS_DISABLED',
	],
	[
		{op: 'require-approval', resource: TRIGGER, trigger: '1', kind: 'cloud-source-repositories'},
		'gcloud builds triggers update cloud-source-repositories 1 --region=global --project=shop --require-approval',
		'gcloud builds triggers update cloud-source-repositories 1 --region=global --project=shop --no-require-approval',
	],
	[
		{
			op: 'create-account',
			resource: `//iam.googleapis.com/projects/shop/serviceAccounts/${NEW}`,
			displayName: 'VM web',
			description: 'Runs the VM web',
		},
		"gcloud iam service-accounts create vm-web --project=shop --display-name='VM web' --description='Runs the VM web'",
		`gcloud iam service-accounts delete ${NEW} --project=shop`,
	],
	[
		{
			op: 'attach-account',
			resource: VM,
			assetType: 'compute.googleapis.com/Instance',
			account: NEW,
			was: OLD,
			wasScopes: NARROW,
		},
		`gcloud compute instances set-service-account web --zone=europe-west1-b --project=shop --service-account=${NEW} --scopes=cloud-platform`,
		`gcloud compute instances set-service-account web --zone=europe-west1-b --project=shop --service-account=${OLD} --scopes=${NARROW.join(',')}`,
	],
	[
		{
			op: 'attach-account',
			resource: '//run.googleapis.com/projects/shop/locations/europe-west1/services/api',
			assetType: 'run.googleapis.com/Service',
			account: NEW,
			was: OLD,
		},
		`gcloud run services update api --region=europe-west1 --project=shop --service-account=${NEW}`,
		`gcloud run services update api --region=europe-west1 --project=shop --service-account=${OLD}`,
	],
	[
		{op: 'set-log-retention', resource: LOG, days: 365, was: 30},
		'gcloud logging buckets update audit --location=global --project=shop --retention-days=365',
		'gcloud logging buckets update audit --location=global --project=shop --retention-days=30',
	],
	[
		{op: 'lock-log-bucket', resource: LOG},
		'gcloud logging buckets update audit --location=global --project=shop --locked',
		undefined,
	],
	[
		{op: 'set-bucket-retention', resource: BUCKET, days: 365},
		'gcloud storage buckets update gs://audit-logs --retention-period=365d',
		'gcloud storage buckets update gs://audit-logs --clear-retention-period',
	],
	[
		{op: 'lock-bucket-retention', resource: BUCKET},
		'gcloud storage buckets update gs://audit-logs --lock-retention-period',
		undefined,
	],
	[
		{op: 'remove-exclusion', resource: SINK, name: 'quiet', filter: 'a="b", c'},
		'gcloud logging sinks update central --organization=12 --remove-exclusions=quiet',
		'gcloud logging sinks update central --organization=12 --add-exclusion=\'^:^name=quiet:filter=a="b", c\'',
	],
];

describe.each(cases)('%o', (change, gcloud, undo) => {
	const rendered = renderFix({summary: 'Do this.', changes: [change]});

	test('is this command, and the reader knows it', () => {
		expect(rendered.gcloud).toEqual([gcloud]);
		const parsed = parseGcloud(gcloud);
		expect(parsed).toMatchObject({op: change.op, resource: change.resource});
	});

	test('has its way back, unless it is for good', () => {
		expect(rendered.undo).toEqual(undo === undefined ? [] : [undo]);
		if (
			undo !== undefined &&
			change.op !== 'set-metadata' &&
			change.op !== 'create-account' &&
			change.op !== 'set-log-retention'
		) {
			expect(parseGcloud(undo)).not.toBe('read-only');
		}
	});

	test('has a command that shows it, and Terraform that names the thing', () => {
		expect(rendered.verify.map(parseGcloud)).toEqual(['read-only']);
		expect(rendered.terraform).toMatch(/web|main|jobs|audit|central|quiet|"1"|api|project = "shop"/);
	});
});

test.each([
	[{op: 'require-approval', resource: TRIGGER, trigger: '1'}],
	[
		{
			op: 'attach-account',
			resource: `${CLUSTER}/nodePools/jobs`,
			assetType: 'container.googleapis.com/NodePool',
			account: NEW,
			was: OLD,
		},
	],
	[
		{
			op: 'attach-account',
			resource: '//composer.googleapis.com/projects/shop/locations/l/environments/e',
			assetType: 'composer.googleapis.com/Environment',
			account: NEW,
			was: OLD,
		},
	],
	[{op: 'remove-exclusion', resource: SINK, name: 'a,b', filter: ''}],
	[{op: 'set-metadata', resource: VM.replace('/web', '/--quiet'), key: 'enable-oslogin', value: 'TRUE'}],
	[{op: 'require-approval', resource: TRIGGER, trigger: '--all', kind: 'github'}],
] satisfies [WorkloadChange][])('no command does just this: %o', change => {
	const {gcloud, summary, terraform} = renderFix({summary: 'Do this.', changes: [change]});
	expect(gcloud).toEqual([]);
	expect(summary).toMatch(/gcloud has no command that changes just this/);
	expect(terraform).not.toBe('');
});
