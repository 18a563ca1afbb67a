/** Buckets, repositories and policies that hold code, with the powerful accounts that run it. */
import {CodePlaces} from '../inventory/code-places.ts';
import type {World} from '../world.ts';
import type {CodeHolder, HolderKind} from './code-writers.ts';
import {policiesFor} from './os-policies.ts';
import {isAudited, type Runner, runnersOf} from './runs-as.ts';

export interface CodeUse {
	/** What of the workload the code is: `start-up script`. */
	use: string;
	/** Full name of the workload. */
	workload: string;
}

export interface RunningCode {
	holder: CodeHolder;
	/** Powerful accounts that run it, the strongest first, each with one of its uses. */
	runners: readonly {runner: Runner; use: CodeUse}[];
	uses: readonly CodeUse[];
}

interface Draft {
	holder: CodeHolder;
	runners: Map<string, {runner: Runner; use: CodeUse}>;
	uses: CodeUse[];
}

/** What is put there runs without anybody naming it: Airflow takes every file for a DAG. */
const TAKES_NEW: ReadonlySet<string> = new Set(['DAGs']);

/** Everything that holds code of a powerful account, by name. */
export function runningCode(world: World): RunningCode[] {
	const drafts = new Map<string, Draft>();
	const places = new CodePlaces(world.inventory);
	const add = (kind: HolderKind, name: string, use: CodeUse, runners: readonly Runner[]): void => {
		const own = places.canonical(name);
		let draft = drafts.get(own);
		if (!draft) {
			const holder = {kind, name: own, container: places.of(own), takesNew: false};
			drafts.set(own, (draft = {holder, runners: new Map(), uses: []}));
		}
		if (TAKES_NEW.has(use.use)) draft.holder.takesNew = true;
		draft.uses.push(use);
		for (const runner of runners) {
			if (!draft.runners.has(runner.account.email)) draft.runners.set(runner.account.email, {runner, use});
		}
	};
	for (const workload of world.inventory.workloads) {
		const {facts, assetType, finished, name} = workload;
		const isMachine = assetType === 'compute.googleapis.com/Instance';
		if (finished || !isAudited(workload) || !(isMachine || facts?.code?.length)) continue;
		const runners = runnersOf(world, workload);
		if (runners.length === 0) continue;
		for (const {kind, resource, use} of facts?.code ?? []) {
			if (kind === 'artifact repository' && places.isImmutable(resource)) continue;
			add(kind, resource, {use, workload: name}, runners);
		}
		if (!isMachine) continue;
		for (const {document, buckets} of policiesFor(world, workload)) {
			add('VM Manager policy', document.name, {use: 'VM Manager policy', workload: name}, runners);
			for (const bucket of buckets)
				add(
					'bucket',
					`//storage.googleapis.com/${bucket}`,
					{use: 'file of a VM Manager policy', workload: name},
					runners,
				);
		}
	}
	return [...drafts.values()]
		.map(({holder, runners, uses}) => ({
			holder,
			uses,
			runners: [...runners.values()].toSorted((a, b) => b.runner.pair.rank - a.runner.pair.rank),
		}))
		.toSorted((a, b) => (a.holder.name < b.holder.name ? -1 : 1));
}
