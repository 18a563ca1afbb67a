/** Which accounts workloads run as, how powerful those are, and where workloads were not read. */
import type {Pair} from '../access/power.ts';
import type {Container, ServiceAccount} from '../inventory/model.ts';
import {emailBehind, reference} from '../inventory/workload-accounts.ts';
import type {Workload} from '../inventory/workload.ts';
import type {Confidence} from '../report.ts';
import type {World} from '../world.ts';

/** A powerful account that something runs as. */
export interface Runner {
	account: ServiceAccount;
	/** Its strongest power. */
	pair: Pair;
	confidence: Confidence;
}

/** Types that run code of their own and that Asset Inventory exports: what must have been read to say "nothing runs". */
export const RUNNING_TYPES: readonly string[] = [
	'compute.googleapis.com/Instance',
	'container.googleapis.com/Cluster',
	'run.googleapis.com/Service',
	'run.googleapis.com/Job',
	'cloudfunctions.googleapis.com/CloudFunction',
	'cloudfunctions.googleapis.com/Function',
	'appengine.googleapis.com/Version',
];

/** Whether a workload lies in what is audited. */
export function isAudited({project}: Workload): boolean {
	return project?.inScope ?? true;
}

/** An account with its strongest power; undefined: unknown, disabled or not powerful. */
export function runnerOf(world: World, email: string | undefined): Runner | undefined {
	const account = email === undefined ? undefined : world.inventory.accounts.get(email);
	if (!account || account.disabled) return undefined;
	const {certain, possible} = world.powers.of(account.principal);
	const [pair] = possible;
	return pair && {account, pair, confidence: certain.length > 0 ? 'certain' : 'conditional'};
}

/** The powerful accounts of a workload, the strongest first. */
export function runnersOf(world: World, {runsAs}: Workload): Runner[] {
	const runners = runsAs.flatMap(email => runnerOf(world, email) ?? []);
	return runners.length > 1 ? runners.toSorted((a, b) => b.pair.rank - a.pair.rank) : runners;
}

/** E-mail of an account as a part of a body writes it; absent: the Compute Engine default account. */
export function emailOf(world: World, written: string | undefined, project: Container | undefined): string | undefined {
	return emailBehind(reference(written ?? 'default'), project, id => world.inventory.account(id)?.email);
}

/** `owner-like on projects/x`. */
export function powerText({level, container}: Pair): string {
	return `${level} on ${container.key}`;
}

/** Why "none" proves nothing: what was not read of some asset types in what is audited. */
export function unreadTypes(world: World, types: readonly string[]): string[] {
	const projects = new Set(world.inventory.containers.filter(({kind, inScope}) => kind === 'project' && inScope));
	return [...new Set(types.flatMap(type => unreadIn(world, projects, type)))];
}

function unreadIn(world: World, projects: ReadonlySet<Container>, type: string): string[] {
	const {coverage} = world.inventory;
	const missing = [...projects].filter(project => coverage.standing('workloads', project, type).status !== 'complete');
	if (missing.length === 0) return [];
	const reason = coverage.standing('workloads', missing[0]!, type).reason;
	const where =
		missing.length === projects.size
			? 'any project'
			: missing
					.slice(0, 3)
					.map(({key}) => key)
					.join(', ');
	return [`${type} was not read in ${where}${reason === undefined ? '' : ` (${reason})`}`];
}
