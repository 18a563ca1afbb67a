/** Google Kubernetes Engine: clusters, pods and tokens. */
import {ACT_AS, CLOSE_ATTACH, adminActivity, attaching, dataAccess, escalation} from './entry.ts';
import {METHODS, PURPLE_PANDA, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const KUBERNETES: readonly Escalation[] = [
	escalation({
		id: 'gke-cluster-create',
		title: 'Cluster or node pool whose nodes run as a service account',
		requires: [{on: 'project', all: [], anyOf: [['container.clusters.create'], ['container.clusters.update']]}, ACT_AS],
		yields: 'actable account',
		api: 'container.googleapis.com',
		seenInLogs: attaching(
			'google.container.v1.ClusterManager.CreateCluster',
			'google.container.v1.ClusterManager.CreateNodePool',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1610'],
		sources: [METHODS, iamDocs('attach-service-accounts')],
		notes: 'Node pools are created under container.clusters.update. Default: the Compute Engine default account.',
	}),
	escalation({
		id: 'gke-pod-create',
		title: 'Run a pod',
		requires: [
			{
				on: 'project',
				all: ['container.clusters.get'],
				anyOf: [
					['container.pods.create'],
					['container.deployments.create'],
					['container.deployments.update'],
					['container.daemonSets.create'],
					['container.daemonSets.update'],
					['container.statefulSets.create'],
					['container.statefulSets.update'],
					['container.replicaSets.create'],
					['container.jobs.create'],
					['container.cronJobs.create'],
					['container.cronJobs.update'],
					['container.replicationControllers.create'],
				],
			},
		],
		yields: 'pool identities',
		alsoYields: 'attached account',
		pools: 'kubernetes',
		workloads: ['container.googleapis.com/Cluster', 'container.googleapis.com/NodePool'],
		precondition:
			'A cluster of the project has the namespace and Kubernetes account; the account of a ' +
			'node only where its metadata is not concealed or the pod may use the host network.',
		notDeniable: [
			'container.pods.create',
			'container.deployments.create',
			'container.deployments.update',
			'container.daemonSets.create',
			'container.daemonSets.update',
			'container.statefulSets.create',
			'container.statefulSets.update',
			'container.replicaSets.create',
			'container.jobs.create',
			'container.cronJobs.create',
			'container.cronJobs.update',
			'container.replicationControllers.create',
		],
		api: 'container.googleapis.com',
		seenInLogs: adminActivity('io.k8s.core.v1.pods.create', 'io.k8s.apps.v1.deployments.create'),
		close:
			'Use clusters per trust boundary in projects of their own; ' +
			'concealed metadata; admission policy against host network.',
		techniques: ['T1610'],
		sources: [hackTricks('gcp-container-privesc.md'), PURPLE_PANDA],
		notes:
			'IAM permissions on Kubernetes objects hold for all clusters of the project, beside RBAC. ' +
			'Equal names of namespace and account in any cluster of the project are one identity.',
	}),
	escalation({
		id: 'gke-pod-exec',
		title: 'Execute in a pod',
		requires: [{on: 'project', all: [], anyOf: [['container.pods.exec'], ['container.pods.attach']]}],
		yields: 'pool identities',
		alsoYields: 'attached account',
		pools: 'kubernetes',
		workloads: ['container.googleapis.com/Cluster', 'container.googleapis.com/NodePool'],
		precondition: 'A pod runs with that identity; the account of a node only where its metadata is not concealed.',
		notDeniable: ['container.pods.exec', 'container.pods.attach'],
		api: 'container.googleapis.com',
		seenInLogs: adminActivity('io.k8s.core.v1.pods.exec.create', 'io.k8s.core.v1.pods.attach.create'),
		close: 'Leave exec and attach out of roles for people.',
		techniques: ['T1609'],
		sources: [hackTricks('gcp-container-privesc.md'), PURPLE_PANDA],
		notes: '',
	}),
	escalation({
		id: 'gke-secrets-read',
		title: 'Read Kubernetes secrets',
		strength: 'limited',
		reason: 'What Kubernetes secrets hold is in no inventory.',
		requires: [{on: 'project', all: [], anyOf: [['container.secrets.get'], ['container.secrets.list']]}],
		yields: 'other',
		yieldsNote: 'tokens and keys in secrets',
		notDeniable: ['container.secrets.get', 'container.secrets.list'],
		api: 'container.googleapis.com',
		seenInLogs: dataAccess('io.k8s.core.v1.secrets.get', 'io.k8s.core.v1.secrets.list'),
		close: 'Keep keys out of Kubernetes secrets; use workload identity.',
		techniques: ['T1552.007'],
		sources: [hackTricks('gcp-container-privesc.md'), PURPLE_PANDA],
		notes: 'list returns the contents as get does.',
	}),
	escalation({
		id: 'gke-sa-token',
		title: 'Make a token of a Kubernetes service account',
		requires: [{on: 'project', all: ['container.serviceAccounts.createToken']}],
		yields: 'pool identities',
		pools: 'kubernetes',
		precondition: 'The account exists in a cluster, and the token is accepted in exchange [recalled].',
		notDeniable: ['container.serviceAccounts.createToken'],
		api: 'container.googleapis.com',
		seenInLogs: adminActivity('io.k8s.core.v1.serviceaccounts.token.create'),
		close: 'Leave serviceAccounts.createToken out of custom roles.',
		techniques: ['T1528'],
		evidence: 'recalled',
		sources: [hackTricks('gcp-container-privesc.md'), ROLES],
		notes:
			'A token for the audience of the workload pool can be ' +
			'exchanged [recalled]; one source could not confirm it.',
	}),
];
