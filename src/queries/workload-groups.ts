/**
 * What runs as an account, as people would count it: a managed group is one workload, a service with its revisions,
 * a cluster with its pools, a job with its executions, and so are machines whose names only count on.
 */
import type {Workload} from '../inventory/workload.ts';
import type {World} from '../world.ts';

export interface WorkloadGroup {
	/** Kind for people: `VM`. */
	kind: string;
	/** Common part of the names. */
	name: string;
	/** Of one type and related names, by name. */
	workloads: readonly Workload[];
}

/** Kind for people of each type that runs code of its own; types that only call others are none. */
const KINDS: ReadonlyMap<string, string> = new Map([
	['compute.googleapis.com/Instance', 'VM'],
	['compute.googleapis.com/InstanceGroupManager', 'VM'],
	['container.googleapis.com/Cluster', 'GKE cluster'],
	['container.googleapis.com/NodePool', 'GKE cluster'],
	['run.googleapis.com/Service', 'Cloud Run service'],
	['run.googleapis.com/Revision', 'Cloud Run service'],
	['run.googleapis.com/Job', 'Cloud Run job'],
	['run.googleapis.com/Execution', 'Cloud Run job'],
	['run.googleapis.com/WorkerPool', 'Cloud Run worker pool'],
	['run.googleapis.com/Instance', 'Cloud Run instance'],
	['cloudfunctions.googleapis.com/CloudFunction', 'function'],
	['cloudfunctions.googleapis.com/Function', 'function'],
	['appengine.googleapis.com/Version', 'App Engine application'],
	['cloudbuild.googleapis.com/BuildTrigger', 'build trigger'],
	['composer.googleapis.com/Environment', 'Composer environment'],
	['dataflow.googleapis.com/Job', 'Dataflow job'],
	['dataproc.googleapis.com/Cluster', 'Dataproc cluster'],
	['dataproc.googleapis.com/Batch', 'Dataproc batch'],
	['dataproc.googleapis.com/Session', 'Dataproc session'],
	['datafusion.googleapis.com/Instance', 'Data Fusion instance'],
	['batch.googleapis.com/Job', 'Batch job'],
	['workflows.googleapis.com/Workflow', 'workflow'],
	['notebooks.googleapis.com/Instance', 'notebook'],
	['tpu.googleapis.com/Node', 'TPU'],
	['aiplatform.googleapis.com/CustomJob', 'Vertex AI job'],
	['aiplatform.googleapis.com/PipelineJob', 'Vertex AI pipeline'],
	['config.googleapis.com/Deployment', 'Infra Manager deployment'],
]);

/** Kind for people; undefined: it runs no code of its own, or only stands for what does (templates, applications). */
export function kindOf({assetType}: Workload): string | undefined {
	return KINDS.get(assetType);
}

/** Labels that services put on the machines they make. [seen: GKE, Dataproc, Dataflow; recalled: Batch] */
const MADE_BY: readonly string[] = [
	'goog-gke-node',
	'goog-dataproc-cluster-name',
	'goog-dataflow-job-id',
	'goog-dataflow-job-name',
	'dataflow_job_id',
	'goog-composer-environment',
	'batch-job-uid',
];

/** Whether a machine or cluster only stands for another workload: a GKE node, a Dataflow worker, Composer's cluster. */
export function isPartOfAnother({facts}: Workload): boolean {
	if (facts?.cluster?.composer) return true;
	const labels = facts?.machine?.labels;
	return labels !== undefined && MADE_BY.some(label => label in labels);
}

/** By e-mail: what runs as it, finished jobs left out. Computed once per world. */
export function workloadsByAccount(world: World): ReadonlyMap<string, readonly Workload[]> {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = collect(world)));
	return known;
}

const computed = new WeakMap<World, ReadonlyMap<string, readonly Workload[]>>();

function collect(world: World): Map<string, Workload[]> {
	const byAccount = new Map<string, Workload[]>();
	for (const workload of world.inventory.workloads) {
		if (workload.finished || !kindOf(workload) || isPartOfAnother(workload)) continue;
		for (const email of workload.runsAs) {
			const known = byAccount.get(email);
			if (known) known.push(workload);
			else byAccount.set(email, [workload]);
		}
	}
	return byAccount;
}

/** Workloads that have to do with each other, by kind and name; the largest group first, then by kind and name. */
export function groupsOf(workloads: readonly Workload[]): WorkloadGroup[] {
	const groups = new Map<string, Workload[]>();
	const functions = new Set(workloads.flatMap(workload => (isFunction(workload) ? [placeOf(workload)] : [])));
	for (const workload of workloads) {
		// A function of the second generation is a Cloud Run service of the same name.
		const isCopy = workload.assetType === 'run.googleapis.com/Service' && functions.has(placeOf(workload));
		const kind = isCopy ? 'function' : (kindOf(workload) ?? workload.assetType);
		const key = `${kind}\u0000${workload.project?.key ?? ''}\u0000${stemOf(workload)}`;
		const known = groups.get(key);
		if (known) known.push(workload);
		else groups.set(key, [workload]);
	}
	const made = [...groups].map(([key, members]): WorkloadGroup => {
		const [kind, , name] = key.split('\u0000');
		return {kind: kind!, name: name!, workloads: members};
	});
	return united(made).toSorted(
		(a, b) => b.workloads.length - a.workloads.length || (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1),
	);
}

const isFunction = ({assetType}: Workload): boolean => assetType.startsWith('cloudfunctions.');
/** Project, location and short name. */
const placeOf = ({name}: Workload): string =>
	/projects\/.*$/.exec(name)?.[0]?.replace(/\/(?:services|functions)\//, '/') ?? name;

/** `api` and `api-worker` are one system: a name that goes on from another one joins it. */
function united(groups: readonly WorkloadGroup[]): WorkloadGroup[] {
	const kept: WorkloadGroup[] = [];
	for (const group of groups.toSorted((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1))) {
		const at = kept.findIndex(
			({kind, name, workloads}) =>
				kind === group.kind &&
				workloads[0]!.project === group.workloads[0]!.project &&
				(group.name === name || group.name.startsWith(`${name}-`)),
		);
		if (at < 0) kept.push(group);
		else kept[at] = {...kept[at]!, workloads: [...kept[at]!.workloads, ...group.workloads]};
	}
	return kept;
}

/** The part of a name that says what it is: without counters, hashes, colours, zones and environments at its end. */
export function stemOf({name, assetType, facts}: Workload): string {
	const created = facts?.machine?.metadata.createdBy;
	const own = created?.includes('/instanceGroupManagers/') ? created : ownNameOf(name, assetType);
	const tokens = own
		.slice(own.lastIndexOf('/') + 1)
		.toLowerCase()
		.split(/[-_.]/);
	while (tokens.length > 1 && COUNTER.test(tokens.at(-1)!)) tokens.pop();
	return tokens.join('-').replace(/(?<=[a-z])\d+$/, '');
}

/** What revisions, pools, executions and versions belong to. */
function ownNameOf(name: string, assetType: string): string {
	if (assetType === 'appengine.googleapis.com/Version') return name.replace(/\/services\/.*$/, '');
	if (assetType === 'run.googleapis.com/Revision') return name.replace(/-\d{5}-[a-z0-9]{3}$/, '');
	return name.replace(/\/(?:nodePools|executions)\/[^/]+$/, '');
}

const COUNTER =
	/^(?:\d+|v\d+|(?=[a-z]*\d)[a-z0-9]{4,}|[a-f]|blue|green|canary|prod|production|staging|stage|dev|test|primary|replica|backup|(?:europe|us|asia|me|africa|australia|southamerica|northamerica)|(?:north|south|east|west|central)+\d*)$/;
