import check from '../../checks/shared-service-account.ts';
import {testCheck} from '../worlds/test-check.ts';
import {allRead, asset, cluster, CONCEALED, runName, service, vm, WORKLOAD_POOL} from '../worlds/workloads.ts';
import {account, disabled, email, world, type Grant} from '../worlds/world.ts';

const FOUND = [['app@shop', undefined, 'low']] as const;
const USER = 'roles/iam.workloadIdentityUser';
const pod = (name: string, on = 'shop'): Grant => [`serviceAccount:${on}.svc.id.goog[${name}]`, USER, 'app@shop'];
const GKE = cluster('main', {web: CONCEALED}, WORKLOAD_POOL);
const group = (name: string) =>
	vm(name, 'app@shop', {'created-by': 'projects/10/regions/europe-west1/instanceGroupManagers/web'});

testCheck(check, {
	fires: {
		'a VM and a service': {
			given: world(vm('web', 'app@shop'), service('web', 'app@shop'), allRead()),
			finds: FOUND,
			says: /the Cloud Run service web and the VM web/,
		},
		'machines of unrelated names': {
			given: world(vm('web', 'app@shop'), vm('billing', 'app@shop'), allRead()),
			finds: FOUND,
		},
		'the same name in two projects': {
			given: world(vm('web', 'app@shop'), vm('web@lab', 'app@shop'), allRead()),
			finds: FOUND,
		},
		'Kubernetes accounts of other names': {
			given: world(pod('default/web'), pod('default/jobs'), GKE, allRead()),
			finds: FOUND,
		},
		'Kubernetes accounts of other namespaces': {
			given: world(pod('web/app'), pod('jobs/app'), GKE, allRead()),
			finds: FOUND,
		},
		'in both spellings': {
			given: world(
				pod('web/app'),
				[
					'principal://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/shop.svc.id.goog/subject/ns/jobs/sa/app',
					USER,
					'app@shop',
				],
				GKE,
				allRead(),
			),
			finds: FOUND,
		},
		'a pod and a VM': {given: world(pod('web/app'), vm('web', 'app@shop'), GKE, allRead()), finds: FOUND},
		three: {
			given: world(vm('web', 'app@shop'), service('api', 'app@shop'), pod('jobs/app'), GKE, allRead()),
			finds: FOUND,
			says: /and 1 more, which/,
		},
	},
	silent: {
		'one workload': world(vm('web', 'app@shop'), allRead()),
		'machines that only count on': world(
			vm('web-1', 'app@shop'),
			vm('web-2', 'app@shop'),
			vm('web3', 'app@shop'),
			allRead(),
		),
		'machines of one managed group': world(group('web-x7k2'), group('gke-abcd'), allRead()),
		'blue and green': world(service('api-blue', 'app@shop'), service('api-green', 'app@shop'), allRead()),
		'a name that goes on': world(service('api', 'app@shop'), service('api-worker', 'app@shop'), allRead()),
		'a service and its revisions': world(
			service('web', 'app@shop'),
			asset('shop', 'run.googleapis.com/Revision', runName('web-00001-abc', 'shop', 'revisions'), {
				serviceAccount: 'app@shop.iam.gserviceaccount.com',
			}),
			allRead(),
		),
		'a function and the service that runs it': world(
			service('resize', 'app@shop'),
			asset(
				'shop',
				'cloudfunctions.googleapis.com/Function',
				'//cloudfunctions.googleapis.com/projects/shop/locations/europe-west1/functions/resize',
				{
					environment: 'GEN_2',
					serviceConfig: {serviceAccountEmail: 'app@shop.iam.gserviceaccount.com'},
				},
			),
			allRead(),
		),
		'a cluster and its nodes': world(
			cluster('main', {web: {serviceAccount: email('app@shop'), ...CONCEALED}}, WORKLOAD_POOL),
			vm('gke-main-web-1a2b', 'app@shop', {}, {labels: {'goog-gke-node': ''}}),
			allRead(),
		),
		'an environment of Composer and its cluster': world(
			account('app@shop'),
			asset(
				'shop',
				'composer.googleapis.com/Environment',
				'//composer.googleapis.com/projects/shop/locations/europe-west1/environments/dags',
				{config: {nodeConfig: {serviceAccount: email('app@shop')}}},
			),
			cluster(
				'europe-west1-dags-gke',
				{web: {serviceAccount: email('app@shop'), ...CONCEALED}},
				{...WORKLOAD_POOL, resourceLabels: {'goog-composer-environment': 'dags'}},
			),
			allRead(),
		),
		'one Kubernetes account in two clusters': world(pod('web/app'), pod('web/app', 'lab'), allRead()),
		'a default account: default-service-account-in-use': world(
			vm('web', 'compute@shop'),
			service('api', 'compute@shop'),
			allRead(),
		),
		'a disabled one': world(disabled('app@shop'), vm('web', 'app@shop'), service('api', 'app@shop'), allRead()),
		'each its own': world(vm('web', 'vm-web@shop'), service('api', 'run-api@shop'), allRead()),
		'a caller is no workload of its own': world(
			service('api', 'app@shop'),
			asset(
				'shop',
				'cloudtasks.googleapis.com/Queue',
				'//cloudtasks.googleapis.com/projects/shop/locations/europe-west1/queues/mail',
				{
					httpTarget: {oidcToken: {serviceAccountEmail: 'app@shop.iam.gserviceaccount.com'}},
				},
			),
			allRead(),
		),
	},
	unknown: {
		'a type was not read': {
			given: world(vm('web', 'app@shop'), allRead('run.googleapis.com/Service')),
			because: /run\.googleapis\.com\/Service was not read/,
		},
	},
	snapshot: 'a VM and a service',
});
