import check from '../../checks/node-pool-without-workload-identity.ts';
import {testCheck} from '../worlds/test-check.ts';
import {allRead, asset, cluster, clusterName, CONCEALED, WORKLOAD_POOL} from '../worlds/workloads.ts';
import {world} from '../worlds/world.ts';

const EXPOSED = {workloadMetadataConfig: {mode: 'GCE_METADATA'}};
const pool = (name: string, config: Record<string, unknown>, inCluster = 'main') =>
	asset('shop', 'container.googleapis.com/NodePool', `${clusterName(inCluster)}/nodePools/${name}`, {name, config});
const CLUSTER = [[clusterName('main'), undefined, 'medium']] as const;
const POOL = [[`${clusterName('main')}/nodePools/web`, undefined, 'medium']] as const;

testCheck(check, {
	fires: {
		'no workload pool: one finding for the cluster': {
			given: world(cluster('main', {web: {}, jobs: EXPOSED}), allRead()),
			finds: CLUSTER,
			says: /no Workload Identity.*2 node pools/,
		},
		'a pool of a cluster that has it': {
			given: world(cluster('main', {web: EXPOSED, jobs: CONCEALED}, WORKLOAD_POOL), allRead()),
			finds: POOL,
		},
		'a pool that says nothing': {given: world(cluster('main', {web: {}}, WORKLOAD_POOL), allRead()), finds: POOL},
		'metadata concealment of old hides no token': {
			given: world(
				cluster('main', {web: {workloadMetadataConfig: {nodeMetadata: 'SECURE'}}}, WORKLOAD_POOL),
				allRead(),
			),
			finds: POOL,
		},
		'a pool that is an asset of its own': {
			given: world(cluster('main', {}, WORKLOAD_POOL), pool('web', EXPOSED), allRead()),
			finds: POOL,
		},
		'a pool whose cluster was not read': {given: world(pool('web', EXPOSED), allRead()), finds: POOL},
		'the body of old': {
			given: world(
				asset('shop', 'container.googleapis.com/Cluster', clusterName('main'), {name: 'main', nodeConfig: {}}),
				allRead(),
			),
			finds: CLUSTER,
		},
		'under its zone’s name': {
			given: world(
				asset('shop', 'container.googleapis.com/Cluster', clusterName('main').replace('/locations/', '/zones/'), {
					name: 'main',
					nodePools: [{name: 'web', config: {}}],
				}),
				allRead(),
			),
			finds: CLUSTER,
		},
		'a hit on partial facts': {given: world(cluster('main', {web: {}})), finds: CLUSTER},
	},
	silent: {
		'every pool conceals': world(cluster('main', {web: CONCEALED}, WORKLOAD_POOL), allRead()),
		'in the words of old': world(
			cluster('main', {web: {workloadMetadataConfig: {nodeMetadata: 'GKE_METADATA_SERVER'}}}, WORKLOAD_POOL),
			allRead(),
		),
		Autopilot: world(cluster('main', {web: {}}, {autopilot: {enabled: true}}), allRead()),
		'a pool of Autopilot': world(cluster('main', {}, {autopilot: {enabled: true}}), pool('web', {}), allRead()),
		'no cluster': world(allRead()),
		'outside the scope': {given: world(cluster('main', {web: {}}), allRead()), scopes: ['projects/lab']},
	},
	unknown: {
		'clusters were not read': {
			given: world(allRead('container.googleapis.com/Cluster')),
			because: /container\.googleapis\.com\/Cluster was not read in projects\/shop/,
		},
		'nothing says so': {given: world(), because: /Cluster was not read/},
	},
	snapshot: 'no workload pool: one finding for the cluster',
});
