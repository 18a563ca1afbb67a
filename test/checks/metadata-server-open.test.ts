import check from '../../checks/metadata-server-open.ts';
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
import {disabled, email, OBJECT_VIEWER, OWNER, unread, world, type Grant} from '../worlds/world.ts';

const POWER: Grant = ['node@shop', OBJECT_VIEWER, 'shop'];
const NODE = {serviceAccount: email('node@shop')};
const POOL = `${clusterName('main')}/nodePools/web`;
const policy = (script: string, filter: object = {all: true}) =>
	asset(
		'shop',
		'osconfig.googleapis.com/OSPolicyAssignment',
		'//osconfig.googleapis.com/projects/shop/locations/europe-west1-b/osPolicyAssignments/guard',
		{
			osPolicies: [{resourceGroups: [{resources: [{exec: {enforce: {script}}}]}]}],
			instanceFilter: filter,
		},
	);
const LEGACY = {'disable-legacy-endpoints': 'FALSE'};

testCheck(check, {
	fires: {
		'a pool without concealment': {
			given: world(POWER, cluster('main', {web: NODE}, WORKLOAD_POOL), allRead()),
			finds: [[POOL, undefined, 'medium']],
			says: /node@shop.*reading data on projects\/shop/,
		},
		'the default account is Editor': {
			given: world(['compute@shop', 'roles/editor', 'shop'], cluster('main', {web: {}}), allRead()),
			finds: [[POOL, undefined, 'medium']],
		},
		'power from above': {
			given: world(['node@shop', OWNER, 'folder'], cluster('main', {web: NODE}), allRead()),
			finds: [[POOL, undefined, 'medium']],
		},
		'only under a condition': {
			given: world(
				['node@shop', OBJECT_VIEWER, 'shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels'],
				cluster('main', {web: NODE}),
				allRead(),
			),
			finds: [[POOL, undefined, 'medium', 'conditional']],
		},
		'legacy endpoints on a VM': {
			given: world(POWER, vm('web', 'node@shop', LEGACY), allRead()),
			finds: [[vmName('web'), undefined, 'medium']],
		},
		'legacy endpoints for the project': {
			given: world(POWER, vm('web', 'node@shop'), projectMetadata(LEGACY), allRead()),
			finds: [[vmName('web'), undefined, 'medium']],
		},
		'legacy endpoints on the machines of a pool': {
			given: world(
				POWER,
				cluster('main', {web: {...NODE, ...CONCEALED, metadata: {'disable-legacy-endpoints': 'false'}}}, WORKLOAD_POOL),
				allRead(),
			),
			finds: [[POOL, undefined, 'medium']],
		},
		'a policy for other machines': {
			given: world(
				POWER,
				vm('web', 'node@shop', LEGACY),
				policy('iptables -A OUTPUT -d 169.254.169.254 -j DROP', {inclusionLabels: [{labels: {tier: 'db'}}]}),
				allRead(),
			),
			finds: [[vmName('web'), undefined, 'medium']],
		},
	},
	silent: {
		'concealed metadata': world(POWER, cluster('main', {web: {...NODE, ...CONCEALED}}, WORKLOAD_POOL), allRead()),
		Autopilot: world(POWER, cluster('main', {web: NODE}, {autopilot: {enabled: true}}), allRead()),
		'an account that only writes logs': world(
			['node@shop', 'roles/logging.logWriter', 'shop'],
			cluster('main', {web: NODE}),
			allRead(),
		),
		'an account with power over one bucket': world(
			['node@shop', OBJECT_VIEWER, '//storage.googleapis.com/stuff'],
			cluster('main', {web: NODE}),
			allRead(),
		),
		'a disabled account': world(POWER, disabled('node@shop'), cluster('main', {web: NODE}), allRead()),
		'a VM that says nothing: Google shut the old endpoints down': world(POWER, vm('web', 'node@shop'), allRead()),
		'a VM that overrides its project': world(
			POWER,
			vm('web', 'node@shop', {'disable-legacy-endpoints': 'TRUE'}),
			projectMetadata(LEGACY),
			allRead(),
		),
		'a start-up script shows a guard': world(
			POWER,
			vm('web', 'node@shop', {
				...LEGACY,
				'startup-script': '#!/bin/sh\niptables -A OUTPUT -d 169.254.169.254 -m owner ! --uid-owner root -j DROP',
			}),
			allRead(),
		),
		'an OS policy shows a guard': world(
			POWER,
			vm('web', 'node@shop', LEGACY),
			policy('iptables -A OUTPUT -d 169.254.169.254 -j DROP'),
			allRead(),
		),
		'no account at all': world(vm('web', undefined, LEGACY), allRead()),
	},
	unknown: {
		'clusters were not read': {
			given: world(POWER, allRead('container.googleapis.com/Cluster')),
			because: /Cluster was not read/,
		},
		'policies were not read': {
			given: world(cluster('main', {web: NODE}), allRead(), unread('allowPolicies')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'a pool without concealment',
});
