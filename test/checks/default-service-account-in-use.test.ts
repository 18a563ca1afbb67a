import check from '../../checks/default-service-account-in-use.ts';
import {testCheck} from '../worlds/test-check.ts';
import {allRead, asset, cluster, knative, runName, service, trigger, vm, WORKLOAD_POOL} from '../worlds/workloads.ts';
import {account, disabled, unread, world} from '../worlds/world.ts';

const COMPUTE = [['compute@shop', undefined, 'medium']] as const;
const cloudFunction = (type: 'CloudFunction' | 'Function', data: Record<string, unknown>) =>
	asset(
		'shop',
		`cloudfunctions.googleapis.com/${type}`,
		'//cloudfunctions.googleapis.com/projects/shop/locations/europe-west1/functions/resize',
		data,
	);
const group = (name: string) =>
	vm(name, 'compute@shop', {'created-by': 'projects/10/regions/europe-west1/instanceGroupManagers/web'});

testCheck(check, {
	fires: {
		'a VM': {
			given: world(vm('web', 'compute@shop'), allRead()),
			finds: COMPUTE,
			says: /The VM web of projects\/shop runs as/,
		},
		'machines of one group are one workload': {
			given: world(group('web-abcd'), group('web-efgh'), allRead()),
			finds: COMPUTE,
			says: /^The VM web of projects\/shop runs as/,
		},
		'a Cloud Run service of version 2 without an account': {
			given: world(
				account('compute@shop'),
				asset('shop', 'run.googleapis.com/Service', runName('web'), {template: {containers: []}}),
				allRead(),
			),
			finds: COMPUTE,
		},
		'a Cloud Run service of version 1': {given: world(knative('web', 'compute@shop'), allRead()), finds: COMPUTE},
		'a service and its revisions are one': {
			given: world(
				service('web', 'compute@shop'),
				asset('shop', 'run.googleapis.com/Revision', runName('web-00001-abc', 'shop', 'revisions'), {
					serviceAccount: 'default',
				}),
				allRead(),
			),
			finds: COMPUTE,
			says: /^The Cloud Run service web of/,
		},
		'a function of the first generation runs as App Engine': {
			given: world(account('appspot@shop'), cloudFunction('CloudFunction', {name: 'resize'}), allRead()),
			finds: [['appspot@shop', undefined, 'medium']],
		},
		'one of the second as Compute Engine': {
			given: world(
				account('compute@shop'),
				cloudFunction('Function', {environment: 'GEN_2', serviceConfig: {}}),
				allRead(),
			),
			finds: COMPUTE,
		},
		'a cluster': {
			given: world(account('compute@shop'), cluster('main', {web: {}, jobs: {}}, WORKLOAD_POOL), allRead()),
			finds: COMPUTE,
			says: /^The GKE cluster main of/,
		},
		'several workloads are one finding': {
			given: world(vm('web', 'compute@shop'), service('api', 'compute@shop'), vm('db', 'compute@shop'), allRead()),
			finds: COMPUTE,
			says: /and 2 more of projects\/shop run as/,
		},
		'from another project': {given: world(vm('web@lab', 'compute@shop'), allRead()), finds: COMPUTE},
		'a hit on partial facts': {given: world(vm('web', 'compute@shop')), finds: COMPUTE},
	},
	silent: {
		'dedicated accounts': world(
			account('compute@shop'),
			vm('web', 'vm-web@shop'),
			service('api', 'run-api@shop'),
			allRead(),
		),
		'a disabled default account': world(disabled('compute@shop'), vm('web', 'compute@shop'), allRead()),
		'only a template': world(
			account('compute@shop'),
			asset(
				'shop',
				'compute.googleapis.com/InstanceTemplate',
				'//compute.googleapis.com/projects/shop/global/instanceTemplates/web',
				{
					properties: {serviceAccounts: [{email: 'default', scopes: []}]},
				},
			),
			allRead(),
		),
		'a job that has ended': world(
			account('compute@shop'),
			asset(
				'shop',
				'dataflow.googleapis.com/Job',
				'//dataflow.googleapis.com/projects/shop/locations/europe-west1/jobs/1',
				{
					currentState: 'JOB_STATE_DONE',
					environment: {},
				},
			),
			allRead(),
		),
		'a VM without an account': world(account('compute@shop'), vm('web', undefined), allRead()),
		'nothing runs': world(account('compute@shop'), allRead()),
		'the default account is gone, so nothing can run as it': world(
			asset('shop', 'run.googleapis.com/Service', runName('web'), {template: {containers: []}}),
			allRead(),
		),
		'outside the scope': {given: world(vm('web', 'compute@shop'), allRead()), scopes: ['projects/lab']},
	},
	unknown: {
		'a type was not read': {
			given: world(account('compute@shop'), allRead('run.googleapis.com/Job')),
			because: /run\.googleapis\.com\/Job was not read/,
		},
		'a trigger that names no account': {
			given: world(account('compute@shop'), trigger('nightly', undefined, {}), allRead()),
			because: /triggers\/nightly runs as is not known/,
		},
		'accounts were not read': {
			given: world(
				asset('shop', 'run.googleapis.com/Service', runName('web'), {template: {containers: []}}),
				allRead(),
				unread('serviceAccounts'),
			),
			because: /serviceAccounts/,
		},
	},
	snapshot: 'several workloads are one finding',
});
