import check from '../../checks/shell-on-privileged-vm.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	allRead,
	asset,
	cluster,
	clusterName,
	CONCEALED,
	projectMetadata,
	vm,
	vmName,
	WORKLOAD_POOL,
} from '../worlds/workloads.ts';
import {
	customName,
	customRole,
	disabled,
	EDITOR,
	email,
	group,
	OBJECT_VIEWER,
	OWNER,
	unread,
	world,
	type Extra,
	type Grant,
} from '../worlds/world.ts';

const POWER: Grant = ['app@shop', EDITOR, 'shop'];
const KEYS = {'ssh-keys': 'ann:ssh-ed25519 AAAAC3 ann@example.com\nbob:ssh-rsa AAAAB3 bob@example.com'};
const EXPIRED = {
	'ssh-keys': 'ann:ssh-rsa AAAAB3 google-ssh {"userName":"ann@example.com","expireOn":"2026-05-01T10:00:00+0000"}',
};
const LATER = {
	'ssh-keys': 'ann:ssh-rsa AAAAB3 google-ssh {"userName":"ann@example.com","expireOn":"2026-09-01T10:00:00+0000"}',
};
const OS_LOGIN = {'enable-oslogin': 'TRUE'};
const TUNNEL = 'roles/iap.tunnelResourceAccessor';
const ACT_AS = 'roles/iam.serviceAccountUser';
const FOUND = [[vmName('web'), undefined, 'high']] as const;
const POOL = [[`${clusterName('main')}/nodePools/web`, undefined, 'high']] as const;
const WINDOWS = {
	disks: [
		{licenses: ['https://www.googleapis.com/compute/v1/projects/windows-cloud/global/licenses/windows-server-2022-dc']},
	],
};
const PLAIN = projectMetadata({});
const EXEC = [
	customRole('shop', 'exec', ['container.pods.exec']),
	['ann', customName('shop', 'exec'), 'shop'] as Grant,
] as const;
const tunnelPolicy = (path: string): Extra => ({
	lines: [
		{
			name: `//iap.googleapis.com/projects/10/iap_tunnel${path}`,
			asset_type: 'iap.googleapis.com/TunnelInstance',
			ancestors: ['projects/10', 'folders/2', 'organizations/1'],
			iam_policy: {bindings: [{role: TUNNEL, members: ['user:ann@example.com']}]},
		},
	],
});
const member = (name: string) =>
	vm(name, 'app@shop', {...KEYS, 'created-by': 'projects/10/zones/europe-west1-b/instanceGroupManagers/web'});
const MANAGER = asset(
	'shop',
	'compute.googleapis.com/InstanceGroupManager',
	'//compute.googleapis.com/projects/shop/zones/europe-west1-b/instanceGroupManagers/web',
	{targetSize: 2},
);

testCheck(check, {
	fires: {
		'SSH keys of the machine': {
			given: world(POWER, vm('web', 'app@shop', KEYS), PLAIN, allRead()),
			finds: FOUND,
			says: /OS Login is not on and 2 keys in its metadata let people in/,
		},
		'SSH keys of the project': {
			given: world(POWER, vm('web', 'app@shop'), projectMetadata(KEYS), allRead()),
			finds: FOUND,
			says: /in the project’s metadata/,
		},
		'a key that has not expired': {given: world(POWER, vm('web', 'app@shop', LATER), PLAIN, allRead()), finds: FOUND},
		'the deprecated key of an instance': {
			given: world(POWER, vm('web', 'app@shop', {sshKeys: 'ann:ssh-rsa AAAAB3 ann'}), PLAIN, allRead()),
			finds: FOUND,
		},
		'OS Login is turned off on the machine': {
			given: world(
				POWER,
				vm('web', 'app@shop', {...KEYS, 'enable-oslogin': 'FALSE'}),
				projectMetadata(OS_LOGIN),
				allRead(),
			),
			finds: FOUND,
		},
		'the serial port, whatever OS Login says': {
			given: world(POWER, vm('web', 'app@shop', {'serial-port-enable': '1'}), projectMetadata(OS_LOGIN), allRead()),
			finds: FOUND,
			says: /the interactive serial port is on/,
		},
		'the serial port for the whole project': {
			given: world(POWER, vm('web', 'app@shop'), projectMetadata({'serial-port-enable': 'TRUE'}), allRead()),
			finds: FOUND,
		},
		'a tunnel without act-as': {
			given: world(POWER, ['ann', TUNNEL, 'shop'], vm('web', 'app@shop'), PLAIN, allRead()),
			finds: FOUND,
			says: /user:ann@example\.com can tunnel to it without being allowed to act as that account/,
		},
		'by a group, from the folder': {
			given: world(
				POWER,
				group('ops', 'ann'),
				['group:ops', TUNNEL, 'folder'],
				vm('web', 'app@shop'),
				PLAIN,
				allRead(),
			),
			finds: FOUND,
		},
		'on the tunnel itself': {
			given: world(
				POWER,
				tunnelPolicy('/zones/europe-west1-b/instances/4711'),
				vm('web', 'app@shop'),
				PLAIN,
				allRead(),
			),
			finds: FOUND,
		},
		'a tunnel under a condition': {
			given: world(POWER, ['ann', TUNNEL, 'shop', 'destination.port == 22'], vm('web', 'app@shop'), PLAIN, allRead()),
			finds: [[vmName('web'), undefined, 'high', 'conditional']],
		},
		'Windows: keys made an account there': {
			given: world(
				POWER,
				vm(
					'web',
					'app@shop',
					{...OS_LOGIN, 'windows-keys': '{"userName":"ann","expireOn":"2026-05-01T00:00:00Z"}'},
					WINDOWS,
				),
				PLAIN,
				allRead(),
			),
			finds: FOUND,
		},
		'Windows: a tunnel, which OS Login does not guard': {
			given: world(POWER, ['ann', TUNNEL, 'shop'], vm('web', 'app@shop', OS_LOGIN, WINDOWS), PLAIN, allRead()),
			finds: FOUND,
		},
		'the machines of one group are one': {
			given: world(POWER, member('web-1'), member('web-2'), MANAGER, PLAIN, allRead()),
			finds: [[vmName('web-1'), undefined, 'high']],
		},
		'metadata of the project was not read': {
			given: world(POWER, vm('web', 'app@shop', KEYS), allRead()),
			finds: [[vmName('web'), undefined, 'high', 'unverified']],
		},
		'pod exec on nodes that do not conceal': {
			given: world(
				['node@shop', OBJECT_VIEWER, 'shop'],
				...EXEC,
				cluster('main', {web: {serviceAccount: email('node@shop')}}, WORKLOAD_POOL),
				allRead(),
			),
			finds: POOL,
			says: /user:ann@example\.com can open a shell in pods on node pool web/,
		},
	},
	silent: {
		'OS Login for the project': world(POWER, vm('web', 'app@shop', KEYS), projectMetadata(OS_LOGIN), allRead()),
		'OS Login on the machine': world(POWER, vm('web', 'app@shop', {...KEYS, ...OS_LOGIN}), PLAIN, allRead()),
		'project keys are blocked': world(
			POWER,
			vm('web', 'app@shop', {'block-project-ssh-keys': 'TRUE'}),
			projectMetadata(KEYS),
			allRead(),
		),
		'keys that have expired': world(POWER, vm('web', 'app@shop', EXPIRED), PLAIN, allRead()),
		'no keys at all': world(POWER, vm('web', 'app@shop'), PLAIN, allRead()),
		'the machine overrides the serial port': world(
			POWER,
			vm('web', 'app@shop', {'serial-port-enable': 'FALSE'}),
			projectMetadata({'serial-port-enable': 'TRUE'}),
			allRead(),
		),
		'an account without power': world(vm('web', 'app@shop', KEYS), PLAIN, allRead()),
		'a disabled account': world(POWER, disabled('app@shop'), vm('web', 'app@shop', KEYS), PLAIN, allRead()),
		'a tunnel of somebody who may act as it': world(
			POWER,
			['ann', TUNNEL, 'shop'],
			['ann', ACT_AS, 'app@shop'],
			vm('web', 'app@shop'),
			PLAIN,
			allRead(),
		),
		'a tunnel of an Owner': world(POWER, ['ann', OWNER, 'shop'], vm('web', 'app@shop'), PLAIN, allRead()),
		'a tunnel where OS Login asks': world(
			POWER,
			['ann', TUNNEL, 'shop'],
			vm('web', 'app@shop'),
			projectMetadata(OS_LOGIN),
			allRead(),
		),
		'a tunnel to another machine': world(
			POWER,
			tunnelPolicy('/zones/europe-west1-b/instances/999'),
			vm('web', 'app@shop'),
			PLAIN,
			allRead(),
		),
		'a tunnel that has ended': world(
			POWER,
			['ann', TUNNEL, 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")'],
			vm('web', 'app@shop'),
			PLAIN,
			allRead(),
		),
		'Windows and SSH keys that it does not look at': world(
			POWER,
			vm('web', 'app@shop', KEYS, WINDOWS),
			PLAIN,
			allRead(),
		),
		'pod exec where metadata is concealed': world(
			['node@shop', OBJECT_VIEWER, 'shop'],
			...EXEC,
			cluster('main', {web: {serviceAccount: email('node@shop'), ...CONCEALED}}, WORKLOAD_POOL),
			allRead(),
		),
		'pod exec under an account without power': world(
			...EXEC,
			cluster('main', {web: {serviceAccount: email('node@shop')}}, WORKLOAD_POOL),
			allRead(),
		),
	},
	unknown: {
		'machines were not read': {
			given: world(POWER, PLAIN, allRead('compute.googleapis.com/Instance')),
			because: /Instance was not read/,
		},
		'metadata of the project was not read': {
			given: world(POWER, vm('web', 'app@shop'), allRead()),
			because: /Project of projects\/shop was not read/,
		},
		'policies were not read': {
			given: world(vm('web', 'app@shop', KEYS), PLAIN, allRead(), unread('allowPolicies')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'SSH keys of the machine',
});
