/** GKE node pools with their cluster's settings, from clusters' own bodies and from pools that are assets themselves. */
import type {ClusterFacts, PoolFacts} from '../inventory/cluster-facts.ts';
import type {Workload} from '../inventory/workload.ts';
import type {World} from '../world.ts';
import {emailOf, isAudited} from './runs-as.ts';

export interface NodePool {
	/** Canonical name. */
	name: string;
	/** That of its cluster, also where the cluster itself was not read. */
	cluster: string;
	pool: PoolFacts;
	/** Undefined: the cluster was not read. */
	facts: ClusterFacts | undefined;
	workload: Workload;
	/** E-mail of the account of its machines, if known. */
	email: string | undefined;
}

/** Pools of clusters that people manage (Google sees to those of Autopilot), by name. Computed once per world. */
export function nodePoolsOf(world: World): readonly NodePool[] {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = collect(world)));
	return known;
}

const computed = new WeakMap<World, readonly NodePool[]>();

function collect(world: World): NodePool[] {
	const pools = new Map<string, NodePool>();
	const clusters = new Map<string, ClusterFacts>();
	const add = (name: string, cluster: string, workload: Workload, pool: PoolFacts): void => {
		if (pools.has(name)) return;
		const email = emailOf(world, pool.account, workload.project);
		pools.set(name, {name, cluster, pool, facts: clusters.get(cluster), workload, email});
	};
	const audited = world.inventory.workloads.filter(workload => workload.facts?.cluster && isAudited(workload));
	for (const workload of audited) {
		if (workload.assetType !== 'container.googleapis.com/Cluster') continue;
		const facts = workload.facts!.cluster!;
		clusters.set(workload.name, facts);
		if (facts.autopilot) continue;
		for (const pool of facts.pools) add(`${workload.name}/nodePools/${pool.name}`, workload.name, workload, pool);
	}
	for (const workload of audited) {
		const cluster = workload.name.replace(/\/nodePools\/[^/]+$/, '');
		if (workload.assetType !== 'container.googleapis.com/NodePool' || clusters.get(cluster)?.autopilot) continue;
		for (const pool of workload.facts!.cluster!.pools) add(workload.name, cluster, workload, pool);
	}
	return [...pools.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether pods see their own identity only, and not the account of the machine. */
export function concealsAccount({pool}: NodePool): boolean {
	return pool.mode === 'GKE_METADATA';
}
