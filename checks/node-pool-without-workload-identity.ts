import {defineCheck, type Hit} from '../src/check.ts';
import {concealsAccount, type NodePool, nodePoolsOf} from '../src/queries/node-pools.ts';
import {unreadTypes} from '../src/queries/runs-as.ts';
import type {Change} from '../src/remediation/change.ts';

export default defineCheck({
	id: 'node-pool-without-workload-identity',
	title: 'A GKE cluster or node pool lets every pod use the account of its machines',
	severity: 'medium',
	on: 'the cluster, or the pool where its cluster has Workload Identity',
	needs: ['resources'],
	threats: ['impersonation', 'privilege escalation'],
	practice: [2],
	why: 'Every pod on such a node may ask the metadata server for a token of the node’s account, so all pods share its power and the log cannot tell them apart.',
	fix: 'Give the cluster a workload pool and let its node pools conceal the machine’s metadata; bind each Kubernetes account to a service account of its own first.',
	references: [
		'https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity',
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#gke',
	],
	example: {
		fires: 'A Standard cluster has no workload pool, or one of its pools was made with GCE_METADATA.',
		silent: 'The pools have GKE_METADATA, or the cluster is an Autopilot cluster, which always conceals the account.',
	},
	inspect(world) {
		const pools = nodePoolsOf(world);
		const byCluster = new Map<string, NodePool[]>();
		const alone: NodePool[] = [];
		for (const pool of pools) {
			// Without a workload pool no node pool can have it: that is one problem, the cluster's.
			if (!pool.facts || pool.facts.workloadPool !== undefined) {
				if (!concealsAccount(pool)) alone.push(pool);
				continue;
			}
			const known = byCluster.get(pool.cluster);
			if (known) known.push(pool);
			else byCluster.set(pool.cluster, [pool]);
		}
		return {
			examined: pools.length,
			hits: [...[...byCluster.values()].map(clusterHit), ...alone.map(poolHit)],
			unknown: unreadTypes(world, ['container.googleapis.com/Cluster']),
		};
	},
});

const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const conceal = ({name, pool}: NodePool): Change => ({
	op: 'conceal-metadata',
	resource: name,
	...((pool.mode === 'GCE_METADATA' || pool.mode === 'SECURE') && {was: pool.mode}),
});

function clusterHit(pools: readonly NodePool[]): Hit {
	const [{cluster, workload, facts}] = pools as [NodePool];
	const project = workload.project?.key.slice('projects/'.length) ?? '';
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: cluster,
		detail: () => ({
			message: `The GKE cluster ${shortName(cluster)} has no Workload Identity: every pod on ${poolsText(pools)} can use ${accountsText(pools)}.`,
			evidence: {
				cluster: shortName(cluster),
				workloadPool: null,
				nodePools: pools.map(describe),
			},
			fix: {
				summary:
					'Enable Workload Identity on the cluster, give each Kubernetes account that calls Google APIs a service account of its own, then conceal the metadata pool by pool.',
				changes: [
					{op: 'set-workload-pool', resource: cluster, pool: `${project}.svc.id.goog`},
					// An empty body of old has no pool of a name.
					...(facts?.pools.length ? pools.map(conceal) : []),
				],
			},
		}),
	};
}

function poolHit(pool: NodePool): Hit {
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: pool.name,
		detail: () => ({
			message: `The node pool ${shortName(pool.name)} of the GKE cluster ${shortName(pool.cluster)} does not conceal its machines’ metadata: every pod on it can use ${accountsText([pool])}.`,
			evidence: {
				cluster: shortName(pool.cluster),
				workloadPool: pool.facts?.workloadPool ?? 'not read',
				...describe(pool),
			},
			fix: {
				summary:
					'Give the Kubernetes accounts of the pool’s pods service accounts of their own, then let the pool conceal the metadata of its machines.',
				changes: [conceal(pool)],
			},
		}),
	};
}

const describe = ({pool, email}: NodePool): Record<string, unknown> => ({
	nodePool: pool.name,
	account: email ?? 'unknown',
	metadataMode: pool.mode ?? 'not set',
});

const poolsText = (pools: readonly NodePool[]): string =>
	pools.length === 1 ? `its node pool ${pools[0]!.pool.name}` : `its ${pools.length} node pools`;

function accountsText(pools: readonly NodePool[]): string {
	const emails = [...new Set(pools.map(({email}) => email ?? 'an account that is not known'))];
	return emails.length > 2 ? `${emails[0]} and ${emails.length - 1} more accounts` : emails.join(' and ');
}
