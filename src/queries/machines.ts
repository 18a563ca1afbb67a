/** Virtual machines with what their project's metadata says, members of one managed group together. */
import {COMPUTE_PROJECT} from '../inventory/resource-facts.ts';
import type {MachineFacts} from '../inventory/machine-facts.ts';
import type {MachineMetadata, ShellKey} from '../inventory/machine-metadata.ts';
import type {Container} from '../inventory/model.ts';
import type {Workload} from '../inventory/workload.ts';
import type {World} from '../world.ts';
import {isAudited} from './runs-as.ts';

const INSTANCE = 'compute.googleapis.com/Instance';

/** One machine, or all of one managed group: they are made from one template and are one workload. */
export interface Machine {
	/** The machine itself, or the first of its group by name. */
	workload: Workload;
	facts: MachineFacts;
	/** Of the project; undefined: it was not read. */
	above: MachineMetadata | undefined;
	/** Relative name of the managed group. */
	group?: string;
	/** All machines of the group, the first included. */
	members: readonly Workload[];
}

/** Machines in what is audited, by name. Computed once per world. */
export function machinesOf(world: World): readonly Machine[] {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = collect(world)));
	return known;
}

const computed = new WeakMap<World, readonly Machine[]>();

function collect(world: World): Machine[] {
	const {inventory} = world;
	const above = new Map<Container, MachineMetadata>();
	for (const {container, data} of inventory.documents.get(COMPUTE_PROJECT) ?? [])
		if (container) above.set(container, data['metadata'] as unknown as MachineMetadata);
	const machines: (Machine & {members: Workload[]})[] = [];
	const groups = new Map<string, Machine & {members: Workload[]}>();
	for (const workload of inventory.workloads) {
		const facts = workload.facts?.machine;
		if (workload.assetType !== INSTANCE || !facts || !isAudited(workload)) continue;
		const group = groupOf(facts.metadata.createdBy);
		const known = group === undefined ? undefined : groups.get(group);
		if (known && isLike(known, workload)) {
			known.members.push(workload);
			continue;
		}
		const machine = {
			workload,
			facts,
			above: workload.project && above.get(workload.project),
			...(group !== undefined && {group}),
			members: [workload],
		};
		machines.push(machine);
		if (group !== undefined) groups.set(group, machine);
	}
	return machines;
}

const groupOf = (createdBy: string | undefined): string | undefined =>
	/projects\/[^/]+\/(?:zones|regions)\/[^/]+\/instanceGroupManagers\/[^/]+$/.exec(createdBy ?? '')?.[0];

/** Somebody may have changed one machine of a group: then it is judged by itself. */
function isLike({workload: first, facts}: Machine, other: Workload): boolean {
	const parts = ({runsAs}: Workload, {metadata, scopes, windows}: MachineFacts): string =>
		JSON.stringify([runsAs, metadata, scopes, windows]);
	return parts(first, facts) === parts(other, other.facts!.machine!);
}

/** Whether OS Login decides who gets a shell; undefined: the project's metadata, which would tell, was not read. */
export function osLoginOf({facts, above}: Machine): boolean | undefined {
	if (facts.windows) return false;
	return facts.metadata.osLogin ?? (above ? (above.osLogin ?? false) : undefined);
}

/** A switch of the machine, else of its project, else Google's default; undefined: not read where it would be. */
export function switchOf(
	{facts, above}: Machine,
	name: 'serialPort' | 'legacyDisabled',
	byDefault: boolean,
): boolean | undefined {
	return facts.metadata[name] ?? (above ? (above[name] ?? byDefault) : undefined);
}

/** Keys in metadata that let somebody in at this time, with where they stand. */
export function shellKeys({facts, above}: Machine, now: number): {on: 'machine' | 'project'; key: ShellKey}[] {
	const {metadata, windows} = facts;
	const live = (keys: readonly ShellKey[], on: 'machine' | 'project') =>
		keys.filter(({expires}) => expires > now).map(key => ({on, key}));
	const fromProject = above && !metadata.blockProjectKeys && !metadata.ownKeysOnly ? above.sshKeys : [];
	if (!windows) return [...live(metadata.sshKeys, 'machine'), ...live(fromProject, 'project')];
	const ssh = metadata.windowsSsh ?? above?.windowsSsh ?? false;
	return [
		...live(metadata.windowsKeys, 'machine'),
		...live(above?.windowsKeys ?? [], 'project'),
		...(ssh ? [...live(metadata.sshKeys, 'machine'), ...live(fromProject, 'project')] : []),
	];
}
