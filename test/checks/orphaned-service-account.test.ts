import check from '../../checks/orphaned-service-account.ts';
import {testCheck} from '../worlds/test-check.ts';
import {allRead, asset, cluster, service, vm, vmName, WORKLOAD_POOL} from '../worlds/workloads.ts';
import {account, activity, disabled, key, TOKEN_CREATOR, world, type Grant} from '../worlds/world.ts';

const OFF = {status: 'TERMINATED', lastStopTimestamp: '2026-03-01T00:00:00.000-07:00'};
const JUST = {status: 'TERMINATED', lastStopTimestamp: '2026-05-20T00:00:00.000-07:00'};
const FOUND = [['app@shop', undefined, 'low']] as const;
const POD: Grant = ['serviceAccount:shop.svc.id.goog[web/app]', 'roles/iam.workloadIdentityUser', 'app@shop'];
const BILLING = [['vm-billing@shop', undefined, 'low']] as const;
const CREATED_LATELY = asset(
	'shop',
	'iam.googleapis.com/ServiceAccount',
	'//iam.googleapis.com/projects/shop/serviceAccounts/1001',
	{
		name: 'projects/shop/serviceAccounts/vm-billing@shop.iam.gserviceaccount.com',
		projectId: 'shop',
		uniqueId: '1001',
		email: 'vm-billing@shop.iam.gserviceaccount.com',
		createTime: '2026-05-20T00:00:00Z',
	},
);
const hmac = (state: string) =>
	asset('shop', 'storage.googleapis.com/HmacKey', '//storage.googleapis.com/projects/shop/hmacKeys/GOOG1', {
		serviceAccountEmail: 'app@shop.iam.gserviceaccount.com',
		state,
	});

testCheck(check, {
	fires: {
		'its only VM has been stopped for three months': {
			given: world(vm('web', 'app@shop', {}, OFF), allRead()),
			finds: FOUND,
			says: /only the VM web, which has been stopped for 91 days/,
		},
		'stopped for as long as the configuration says': {
			given: world(vm('web', 'app@shop', {}, JUST), allRead()),
			finds: FOUND,
			config: {checks: {'orphaned-service-account': {goneDays: 10}}},
		},
		'all of its VMs': {
			given: world(vm('web-1', 'app@shop', {}, OFF), vm('web-2', 'app@shop', {}, OFF), allRead()),
			finds: FOUND,
		},
		'its only job ended long ago': {
			given: world(
				account('app@shop'),
				asset(
					'shop',
					'dataflow.googleapis.com/Job',
					'//dataflow.googleapis.com/projects/shop/locations/europe-west1/jobs/1',
					{
						currentState: 'JOB_STATE_DONE',
						currentStateTime: '2026-02-01T00:00:00Z',
						environment: {serviceAccountEmail: 'app@shop.iam.gserviceaccount.com'},
					},
				),
				allRead(),
			),
			finds: FOUND,
		},
		'named after a VM that is gone': {
			given: world(account('vm-billing@shop'), vm('web', 'vm-web@shop'), allRead()),
			finds: BILLING,
			says: /named after the VM billing, which does not exist in projects\/shop/,
		},
		'described by a full name': {
			given: world(account('app@shop', {description: `Attached to ${vmName('old').slice(2)} only`}), allRead()),
			finds: FOUND,
		},
		'described in words': {
			given: world(
				account('app@shop', {description: 'Runs the Cloud Run service report-export.'}),
				service('web', 'run-web@shop'),
				allRead(),
			),
			finds: FOUND,
			says: /the Cloud Run service report-export/,
		},
		'its clusters are gone': {
			given: world(POD, allRead()),
			finds: FOUND,
			says: /no cluster with Workload Identity any more/,
		},
		'only an inactive HMAC key': {
			given: world(vm('web', 'app@shop', {}, OFF), hmac('INACTIVE'), allRead()),
			finds: FOUND,
		},
		'last used before it stopped': {
			given: world(vm('web', 'app@shop', {}, OFF), activity('app@shop', '2026-02-28T00:00:00Z'), allRead()),
			finds: FOUND,
		},
	},
	silent: {
		'the VM runs': world(vm('web', 'app@shop'), allRead()),
		'stopped twelve days ago': world(vm('web', 'app@shop', {}, JUST), allRead()),
		'one of two runs': world(vm('web-1', 'app@shop', {}, OFF), vm('web-2', 'app@shop'), allRead()),
		'stopped, nobody says since when': world(vm('web', 'app@shop', {}, {status: 'TERMINATED'}), allRead()),
		'the VM of its name exists': world(account('vm-billing@shop'), vm('billing', 'app@shop'), allRead()),
		'so does a VM whose name goes on': world(account('vm-billing@shop'), vm('billing-1', 'app@shop'), allRead()),
		'something else runs as it': world(account('vm-billing@shop'), vm('web', 'vm-billing@shop'), allRead()),
		'used last week': world(account('vm-billing@shop'), activity('vm-billing@shop', '2026-05-25T00:00:00Z'), allRead()),
		'it has a key': world(vm('web', 'app@shop', {}, OFF), key('app@shop', 'k1'), allRead()),
		'it has an HMAC key': world(vm('web', 'app@shop', {}, OFF), hmac('ACTIVE'), allRead()),
		'it has an API key': world(
			vm('web', 'app@shop', {}, OFF),
			asset('shop', 'apikeys.googleapis.com/Key', '//apikeys.googleapis.com/projects/10/locations/global/keys/1', {
				serviceAccountEmail: 'app@shop.iam.gserviceaccount.com',
			}),
			allRead(),
		),
		'somebody may become it': world(vm('web', 'app@shop', {}, OFF), ['ann', TOKEN_CREATOR, 'app@shop'], allRead()),
		'its cluster is there': world(POD, cluster('main', {}, WORKLOAD_POOL), allRead()),
		'created this month': world(CREATED_LATELY, allRead()),
		disabled: world(disabled('vm-billing@shop'), allRead()),
		'a plain name and nobody says what for': world(account('app@shop', {description: 'Writes reports'}), allRead()),
		'words that are no name': world(account('app@shop', {description: 'Every VM instance of the team'}), allRead()),
	},
	unknown: {
		'machines were not read': {
			given: world(account('vm-billing@shop'), allRead('compute.googleapis.com/Instance')),
			because: /Instance was not read/,
		},
		'the type that it is tied to was not read': {
			given: world(
				account('app@shop', {description: 'Runs the Cloud Run job report-export'}),
				allRead('run.googleapis.com/Job'),
			),
			because: /run\.googleapis\.com\/Job was not read/,
		},
	},
	snapshot: 'its only VM has been stopped for three months',
});
