/** Where data access of the APIs by which accounts are become leaves no entry in the audit logs. */
import {IAM_API, isLoggingKnown, loggingOf, type LogType, STS_API} from '../evidence/logging.ts';
import type {Container} from '../inventory/model.ts';
import type {World} from '../world.ts';

/** The log types that both APIs need. (Writes of the IAM API are in the admin log, always.) */
export const NEEDED: readonly LogType[] = ['ADMIN_READ', 'DATA_READ'];

/** By what it matters to a project that a service is not logged: a hole in it counts only where that is so. */
const MATTERS_BY = {
	[IAM_API]: ['serviceAccounts', 'workloadIdentityPools'],
	[STS_API]: ['workloadIdentityPools'],
} as const;

/** One container under which it is nowhere on, or where somebody is exempt from it. */
export interface Unlogged {
	container: Container;
	/** What is off there for all projects below that it matters to. */
	off: {service: string; types: LogType[]}[];
	exempted: {container: Container; service: string; type: LogType; member: string}[];
	/** Projects that it matters to. */
	projects: Container[];
}

/** `unread`: facts without which it is not known whether logs that are off, or that exempt somebody, matter. */
export function unlogged(world: World): {found: Unlogged[]; examined: number; unread: string[]} {
	const {inventory} = world;
	const hasPool = poolProjects(world);
	const found = new Map<Container, Unlogged>();
	const at = (container: Container): Unlogged => {
		let one = found.get(container);
		if (!one) found.set(container, (one = {container, off: [], exempted: [], projects: []}));
		return one;
	};
	const relevant = inventory.containers.filter(
		project =>
			project.kind === 'project' &&
			project.inScope &&
			project.active &&
			(hasPool.has(project) || project.accounts.some(({read, kind}) => read && kind !== 'service-agent')),
	);
	const all = inventory.containers.filter(({kind, inScope, active}) => kind === 'project' && inScope && active);
	const unread: string[] = [];
	for (const service of [IAM_API, STS_API] as const) {
		const projects = service === STS_API ? relevant.filter(project => hasPool.has(project)) : relevant;
		/** `covered`: it is on; the rest is where it matters and is off. */
		const missing = new Map<Container, LogType[] | 'covered'>();
		for (const project of projects) {
			const {on, exempted} = loggingOf(inventory, project, service);
			const off = NEEDED.filter(type => !on.has(type));
			// A policy that was not read may switch it on.
			if (off.length > 0) missing.set(project, isLoggingKnown(inventory, project) ? off : 'covered');
			for (const one of exempted) {
				if (!NEEDED.includes(one.type)) continue;
				const entry = at(one.container.inScope ? one.container : project);
				if (!entry.projects.includes(project)) entry.projects.push(project);
				if (!entry.exempted.some(known => JSON.stringify(keyOf(known)) === JSON.stringify(keyOf(one))))
					entry.exempted.push(one);
			}
		}
		const leaking = new Set<Container>();
		for (const project of all) {
			const {on, exempted} = loggingOf(inventory, project, service);
			const isOn = NEEDED.every(type => on.has(type));
			if (isOn && !missing.has(project)) missing.set(project, 'covered');
			if (!isOn || exempted.some(({type}) => NEEDED.includes(type))) leaking.add(project);
		}
		for (const fact of MATTERS_BY[service]) unread.push(...inventory.coverage.holes(fact, leaking));
		for (const {container, below} of highest(inventory.containers, all, missing)) {
			const entry = at(container);
			for (const project of below) if (!entry.projects.includes(project)) entry.projects.push(project);
			const types = NEEDED.filter(type => below.some(project => missing.get(project)!.includes(type)));
			entry.off.push({service, types});
		}
	}
	return {
		found: [...found.values()].toSorted((a, b) => a.container.order - b.container.order),
		examined: relevant.length,
		unread: [...new Set(unread)],
	};
}

const keyOf = ({container, service, type, member}: Unlogged['exempted'][number]): string[] => [
	container.key,
	service,
	type,
	member,
];

/** The highest containers in scope under which some project lacks it that needs it, and it is nowhere on. */
function highest(
	containers: readonly Container[],
	projects: readonly Container[],
	standing: ReadonlyMap<Container, readonly LogType[] | 'covered'>,
): {container: Container; below: Container[]}[] {
	const covered = new Uint8Array(containers.length);
	const bare = new Uint32Array(containers.length);
	for (const project of projects) {
		const known = standing.get(project);
		for (let at: Container | undefined = known && project; at; at = at.parent) {
			if (known === 'covered') covered[at.order] = 1;
			else bare[at.order]!++;
		}
	}
	const found: {container: Container; below: Container[]}[] = [];
	for (let order = 0; order < containers.length; order++) {
		const container = containers[order]!;
		if (!container.inScope || bare[order] === 0 || covered[order] === 1) continue;
		found.push({
			container,
			below: projects.filter(
				project => project.order >= order && project.order < container.end && Array.isArray(standing.get(project)),
			),
		});
		order = container.end - 1;
	}
	return found;
}

/** Projects that hold a workload identity pool that answers. */
function poolProjects({inventory}: World): ReadonlySet<Container> {
	const projects = new Set<Container>();
	for (const {container, data} of inventory.documents.get('iam.googleapis.com/WorkloadIdentityPool') ?? [])
		if (container?.kind === 'project' && data['state'] !== 'DELETED') projects.add(container);
	return projects;
}
