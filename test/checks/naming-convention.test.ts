import check from '../../checks/naming-convention.ts';
import type {CheckSetting} from '../../src/config/defaults.ts';
import {
	account,
	coverage,
	disabled,
	key,
	OBJECT_VIEWER,
	OWNER,
	runService,
	unread,
	vm,
	world,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const WIU = 'roles/iam.workloadIdentityUser';
const REPOSITORY =
	'principalSet://iam.googleapis.com/projects/20/locations/global/workloadIdentityPools/github/attribute.repository_id/1';
const POD = 'serviceAccount:shop.svc.id.goog[web/api]';
const FOUND = [['shop', undefined, 'low']] as const;
/** Named and described well. */
const good = (short: string, description = 'Serves the shop') => account(short, {description});
const config = (setting: CheckSetting) => ({config: {checks: {'naming-convention': setting}}});

testCheck(check, {
	fires: {
		'no prefix': {given: world(good('ci@shop')), finds: FOUND, says: /ci@shop\S+ \(no purpose prefix\)\.$/},
		'no description': {given: world(account('vm-web@shop')), finds: FOUND, says: /\(no description\)/},
		'a blank description': {given: world(good('vm-web@shop', '  ')), finds: FOUND, says: /\(no description\)/},
		'a display name is no description': {given: world(account('vm-web@shop', {displayName: 'Web'})), finds: FOUND},
		'the prefix stands in the middle': {given: world(good('my-vm-web@shop')), finds: FOUND},
		'one finding for each project': {
			given: world(good('ci@shop'), account('vm-a@shop'), good('vm-b@shop'), good('old@lab')),
			finds: [...FOUND, ['lab', undefined, 'low']],
		},
		'named for a VM, used by Cloud Run': {
			given: world(
				good('vm-web@shop'),
				runService('web', 'vm-web@shop'),
				vm('other', 'vm-else@shop'),
				good('vm-else@shop'),
			),
			finds: FOUND,
			says: /named for vm but used by attached/,
		},
		'named for a pod, used by a VM': {
			given: world(good('wi-web@shop'), vm('web', 'wi-web@shop')),
			finds: FOUND,
			says: /named for workload-identity but used by vm/,
		},
		'named for federation, used by its key': {
			given: world(good('wif-web@shop'), key('wif-web@shop', 'k1')),
			finds: FOUND,
			says: /named for federation but used by on-premises/,
		},
		'named for one’s own machines, used by a pod': {
			given: world(good('onprem-web@shop'), [POD, WIU, 'onprem-web@shop']),
			finds: FOUND,
		},
		'by prefixes of one’s own': {
			given: world(good('vm-web@shop')),
			finds: FOUND,
			...config({prefixes: {vm: ['gce-']}}),
		},
		'strict wants a contact': {
			given: world(good('vm-web@shop')),
			finds: FOUND,
			says: /no contact or link in the description/,
			config: {profile: 'strict'},
		},
		'a contact on demand': {given: world(good('vm-web@shop')), finds: FOUND, ...config({contact: true})},
		'while other accounts were not read': {
			given: world(good('ci@shop'), coverage('serviceAccounts', 'lab', 'missing')),
			finds: FOUND,
		},
	},
	silent: {
		'by the book': world(
			good('vm-web@shop'),
			vm('web', 'vm-web@shop'),
			good('wi-api@shop'),
			[POD, WIU, 'wi-api@shop'],
			good('wif-deploy@shop'),
			[REPOSITORY, WIU, 'wif-deploy@shop'],
			good('onprem-erp@shop'),
			key('onprem-erp@shop', 'k1'),
		),
		'a machine elsewhere by federation': world(good('onprem-erp@shop'), [REPOSITORY, WIU, 'onprem-erp@shop']),
		'the promised use beside another': world(
			good('vm-web@shop'),
			vm('web', 'vm-web@shop'),
			runService('web', 'vm-web@shop'),
		),
		'no use at all is no contradiction': world(good('vm-web@shop'), ['vm-web@shop', OBJECT_VIEWER, 'shop']),
		'a key that no longer works': world(
			good('wif-web@shop'),
			key('wif-web@shop', 'k1', {disabled: true}),
			coverage('workloads', 'shop', 'complete'),
		),
		'default accounts and agents have Google’s names': world(account('compute@shop'), account('appspot@shop'), [
			'agent@shop',
			OWNER,
			'shop',
		]),
		'a disabled account': world(disabled('ci@shop')),
		'prefixes of one’s own': {
			given: world(good('run-web@shop'), runService('web', 'run-web@shop'), good('job-x@shop')),
			...config({prefixes: {attached: ['run-'], other: ['job-']}}),
		},
		'strict, with whom to ask': {
			given: world(
				good('vm-a@shop', 'Serves the shop; ask shop@example.com'),
				good('vm-b@shop', 'See https://wiki.example.com/vm-b'),
				good('vm-c@shop', 'Serves the shop, go/shop'),
			),
			config: {profile: 'strict'},
		},
		'outside the scope': {given: world(good('ci@shop')), scopes: ['projects/lab']},
	},
	unknown: {
		'the accounts': {given: world(unread('serviceAccounts'), ['ann', OWNER, 'shop']), because: /serviceAccounts/},
		'whether a VM uses it': {
			given: world(good('vm-web@shop'), runService('web', 'vm-web@shop')),
			because: /compute.googleapis.com\/Instance/,
		},
		'whether a pool above lets somebody in': {
			given: world(good('wif-web@shop'), key('wif-web@shop', 'k1'), [REPOSITORY, WIU, 'folder']),
			because: /identities from outside may use all accounts of projects\/shop/,
		},
		'whether it has keys': {
			given: world(
				good('onprem-web@shop'),
				vm('web', 'onprem-web@shop'),
				coverage('serviceAccountKeys', 'shop', 'missing', {reason: 'keys of shop: denied'}),
			),
			because: /keys of shop: denied/,
		},
		'whether keys contradict the name': {
			given: world(
				good('wif-web@shop'),
				coverage('workloads', 'shop', 'complete'),
				coverage('serviceAccountKeys', 'shop', 'missing', {reason: 'keys of shop: denied'}),
			),
			because: /keys of shop: denied/,
		},
	},
	snapshot: 'one finding for each project',
});
