import {defineCheck, type Hit} from '../src/check.ts';
import {type Machine, machinesOf, switchOf} from '../src/queries/machines.ts';
import {concealsAccount, type NodePool, nodePoolsOf} from '../src/queries/node-pools.ts';
import {guardedByPolicy} from '../src/queries/os-policies.ts';
import {powerText, type Runner, runnerOf, runnersOf, unreadTypes} from '../src/queries/runs-as.ts';
import {isPartOfAnother} from '../src/queries/workload-groups.ts';
import type {Change} from '../src/remediation/change.ts';

const UNSEEN =
	'The guest’s own firewall cannot be seen from outside: a rule there may limit who reaches the metadata server.';

export default defineCheck({
	id: 'metadata-server-open',
	title: 'Any process or pod on a machine with a privileged account can ask the metadata server for its token',
	severity: 'medium',
	on: 'the node pool or VM',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['impersonation', 'privilege escalation'],
	practice: [26],
	why: 'A forged request or a small hole in one program on the machine is enough to get a token of an account that reads or changes a whole project.',
	fix: 'Conceal the metadata of GKE nodes, switch legacy endpoints off, and take from the account what the machine does not need.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#metadata-server',
		'https://cloud.google.com/kubernetes-engine/docs/how-to/protecting-cluster-metadata',
	],
	example: {
		fires:
			'A node pool without GKE_METADATA, or a VM with disable-legacy-endpoints=FALSE, runs as an account that can read all buckets of its project.',
		silent:
			'The pool has GKE_METADATA, its account only writes logs and metrics, or a start-up script limits access to 169.254.169.254.',
	},
	inspect(world) {
		// Nodes have what their pool has.
		const machines = machinesOf(world).filter(({workload}) => !isPartOfAnother(workload));
		const pools = nodePoolsOf(world);
		const unknown = unreadTypes(world, ['compute.googleapis.com/Instance', 'container.googleapis.com/Cluster']);
		const hits: Hit[] = [];
		for (const pool of pools) {
			const runner = runnerOf(world, pool.email);
			if (runner && (!concealsAccount(pool) || pool.pool.legacyDisabled === false)) hits.push(poolHit(pool, runner));
		}
		for (const machine of machines) {
			const [runner] = runnersOf(world, machine.workload);
			// Google's default is off: the old endpoints were shut down in 2020, and only a switch brings them back. [seen]
			if (!runner || switchOf(machine, 'legacyDisabled', true) !== false) continue;
			if (machine.facts.metadata.guarded || guardedByPolicy(world, machine.workload)) continue;
			hits.push(machineHit(machine, runner));
		}
		return {examined: machines.length + pools.length, hits, unknown};
	},
});

const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function poolHit(node: NodePool, {account, pair, confidence}: Runner): Hit {
	const {pool, name, cluster} = node;
	const legacy = concealsAccount(node);
	return {
		severity: 'medium',
		confidence,
		resource: name,
		detail: () => ({
			message: legacy
				? `The machines of node pool ${pool.name} of the GKE cluster ${shortName(cluster)} answer on legacy metadata endpoints and run as ${account.email}, ${powerText(pair)}.`
				: `Every pod on node pool ${pool.name} of the GKE cluster ${shortName(cluster)} can get tokens of ${account.email}, ${powerText(pair)}.`,
			evidence: {
				account: account.email,
				power: powerText(pair),
				metadataMode: pool.mode ?? 'not set',
				...(pool.legacyDisabled !== undefined && {disableLegacyEndpoints: pool.legacyDisabled}),
				notSeen: UNSEEN,
			},
			fix: legacy
				? legacyPoolFix()
				: {summary: 'Let the pool conceal its machines’ metadata.', changes: poolChanges(node)},
		}),
	};
}

/** Metadata of nodes cannot be changed: the pool has to be made anew. */
function legacyPoolFix(): {summary: string; changes: Change[]} {
	return {
		summary:
			'No single change ends this: the metadata of a pool’s machines is fixed when it is made. Make a new pool with disable-legacy-endpoints=true, drain the old one and delete it.',
		changes: [],
	};
}

function poolChanges({name, cluster, pool, facts, workload}: NodePool): Change[] {
	const project = workload.project?.key.slice('projects/'.length) ?? '';
	const was = pool.mode === 'GCE_METADATA' || pool.mode === 'SECURE' ? {was: pool.mode} : {};
	return [
		...(facts && facts.workloadPool === undefined
			? [{op: 'set-workload-pool' as const, resource: cluster, pool: `${project}.svc.id.goog`}]
			: []),
		{op: 'conceal-metadata', resource: name, ...was},
	];
}

function machineHit(machine: Machine, {account, pair, confidence}: Runner): Hit {
	const {workload, facts, above, members} = machine;
	const own = facts.metadata.legacyDisabled;
	return {
		severity: 'medium',
		confidence,
		resource: workload.name,
		detail: () => ({
			message: `The VM ${shortName(workload.name)} answers on legacy metadata endpoints, which ask for no header, and runs as ${account.email}, ${powerText(pair)}.`,
			evidence: {
				account: account.email,
				power: powerText(pair),
				disableLegacyEndpoints: own ?? above?.legacyDisabled,
				setOn: own === undefined ? 'project' : 'instance',
				...(members.length > 1 && {machines: members.length}),
				notSeen: UNSEEN,
			},
			fix: {
				summary: 'Switch the legacy endpoints off; programs that use them have to move to the endpoint v1 first.',
				changes: legacyChanges(machine),
			},
		}),
	};
}

const legacyChanges = ({members, facts}: Machine): Change[] =>
	members.map(({name}) => ({
		op: 'set-metadata',
		resource: name,
		key: 'disable-legacy-endpoints',
		value: 'TRUE',
		...(facts.metadata.legacyDisabled === false && {was: 'FALSE'}),
	}));
