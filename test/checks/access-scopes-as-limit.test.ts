import check from '../../checks/access-scopes-as-limit.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	allRead,
	CLOUD_PLATFORM,
	cluster,
	clusterName,
	CONCEALED,
	vm,
	vmName,
	WORKLOAD_POOL,
} from '../worlds/workloads.ts';
import {disabled, EDITOR, email, OBJECT_VIEWER, unread, world, type Grant} from '../worlds/world.ts';

const POWER: Grant = ['app@shop', EDITOR, 'shop'];
const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only';
const scoped = (account: string, ...scopes: string[]) => ({serviceAccounts: [{email: email(account), scopes}]});
const FOUND = [[vmName('web'), undefined, 'medium']] as const;
const member = (name: string) =>
	vm(
		name,
		'app@shop',
		{'created-by': 'projects/10/zones/europe-west1-b/instanceGroupManagers/web'},
		scoped('app@shop', READ_ONLY),
	);

testCheck(check, {
	fires: {
		'a powerful account behind a narrow scope': {
			given: world(POWER, vm('web', 'app@shop', {}, scoped('app@shop', READ_ONLY)), allRead()),
			finds: FOUND,
			says: /editor-like on projects\/shop, and is limited by 1 access scope only/,
		},
		'a default account with cloud-platform': {
			given: world(vm('web', 'compute@shop'), allRead()),
			finds: FOUND,
			says: /gives the default account .* the scope cloud-platform\./,
		},
		'the default account by its short name': {
			given: world(
				['compute@shop', 'roles/logging.logWriter', 'shop'],
				vm('web', undefined, {}, {serviceAccounts: [{email: 'default', scopes: [CLOUD_PLATFORM]}]}),
				allRead(),
			),
			finds: FOUND,
		},
		'a node pool with GKE’s own scopes and an Editor': {
			given: world(
				['compute@shop', EDITOR, 'shop'],
				cluster(
					'main',
					{web: {...CONCEALED, oauthScopes: [READ_ONLY, 'https://www.googleapis.com/auth/logging.write']}},
					WORKLOAD_POOL,
				),
				allRead(),
			),
			finds: [[`${clusterName('main')}/nodePools/web`, undefined, 'medium']],
		},
		'the machines of one managed group are one': {
			given: world(POWER, member('web-1'), member('web-2'), member('web-3'), allRead()),
			finds: [[vmName('web-1'), undefined, 'medium']],
		},
		'power by a condition': {
			given: world(
				['app@shop', OBJECT_VIEWER, 'shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels'],
				vm('web', 'app@shop', {}, scoped('app@shop', READ_ONLY)),
				allRead(),
			),
			finds: [[vmName('web'), undefined, 'medium', 'conditional']],
		},
	},
	silent: {
		'a dedicated account with cloud-platform': world(POWER, vm('web', 'app@shop'), allRead()),
		'narrow scopes of an account without power': world(
			['app@shop', 'roles/logging.logWriter', 'shop'],
			vm('web', 'app@shop', {}, scoped('app@shop', READ_ONLY)),
			allRead(),
		),
		'power over one bucket is no power over a project': world(
			['app@shop', OBJECT_VIEWER, '//storage.googleapis.com/stuff'],
			vm('web', 'app@shop', {}, scoped('app@shop', READ_ONLY)),
			allRead(),
		),
		'a default account with narrow scopes and no power': world(
			vm('web', 'compute@shop', {}, scoped('compute@shop', READ_ONLY)),
			allRead(),
		),
		'a disabled account': world(
			POWER,
			disabled('app@shop'),
			vm('web', 'app@shop', {}, scoped('app@shop', READ_ONLY)),
			allRead(),
		),
		'a node, which has what its pool has': world(
			POWER,
			vm('gke-main-web-1a2b', 'app@shop', {}, {...scoped('app@shop', READ_ONLY), labels: {'goog-gke-node': ''}}),
			allRead(),
		),
		'no scope, no token': world(POWER, vm('web', 'app@shop', {}, scoped('app@shop')), allRead()),
		Autopilot: world(
			['compute@shop', EDITOR, 'shop'],
			cluster('main', {web: {oauthScopes: [READ_ONLY]}}, {autopilot: {enabled: true}}),
			allRead(),
		),
	},
	unknown: {
		'machines were not read': {
			given: world(POWER, allRead('compute.googleapis.com/Instance')),
			because: /Instance was not read in projects\/shop/,
		},
		'policies were not read': {
			given: world(vm('web', 'app@shop', {}, scoped('app@shop', READ_ONLY)), allRead(), unread('allowPolicies')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'a powerful account behind a narrow scope',
});
