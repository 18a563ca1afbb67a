/** From resource assets to workloads: who runs what as which account (contract, facts `workloads`). */
import type {Asset} from '../sources/asset.ts';
import {redactJson} from '../sources/secrets.ts';
import {compare} from './coverage.ts';
import type {Container} from './model.ts';
import {projectInName} from './names.ts';
import type {Workload, WorkloadFacts} from './workload.ts';
import {emailBehind} from './workload-accounts.ts';
import {readFacts} from './workload-facts.ts';
import type {WorkloadReading} from './workload-readers.ts';
import {READERS} from './workload-types.ts';

export type {WorkloadReading} from './workload-readers.ts';

/** Asset types that are read as workloads. */
export const WORKLOAD_TYPES: ReadonlySet<string> = new Set(READERS.keys());

/** What is kept of a workload's asset until all projects are known. */
export interface DraftWorkload extends WorkloadReading {
	name: string;
	assetType: string;
	/** Key of its project, as the asset tells it. */
	container: string | undefined;
	/** Epoch ms, -Infinity if the asset tells none. */
	time: number;
	/** No workload, by its newest asset. */
	idle: boolean;
	facts?: WorkloadFacts;
}

/**
 * Accounts of one asset, defaults still to be filled in: `runsAs` holds e-mails, unique ids and defaults such as
 * `PROJECT_NUMBER-compute@...`.
 * @returns undefined if it is no workload: another type, or nothing that runs or calls as an account
 * @throws WrongType if a field that is looked at has another type
 */
export function readWorkload(asset: Asset): WorkloadReading | undefined {
	const data = asset.resource?.data;
	return data && READERS.get(asset.assetType)?.(data);
}

/**
 * What else its body says, without secrets.
 * @throws WrongType if a field that is looked at has another type; the accounts may be right all the same
 */
export function readWorkloadFacts(asset: Asset): WorkloadFacts | undefined {
	const data = asset.resource?.data;
	const facts = data && readFacts(asset.assetType, data);
	return facts && redactJson(facts);
}

/** Key of the project that a workload's own name tells; App Engine writes `apps/PROJECT_ID`. */
export function projectOfWorkloadName(name: string): string | undefined {
	const app = /^\/\/appengine\.googleapis\.com\/apps\/([^/]+)/.exec(name)?.[1];
	return app === undefined ? projectInName(name) : `projects/${app}`;
}

/** Clusters have one name, wherever they are (contract, "Names"). */
export function workloadName(name: string): string {
	return name.startsWith('//container.googleapis.com/') ? name.replace('/zones/', '/locations/') : name;
}

function byProjectId(name: string, project: Container | undefined): string {
	return project && name.startsWith('//container.googleapis.com/')
		? name.replace(/projects\/[^/]+/, project.key)
		: name;
}

/**
 * Fills in projects, defaults, unique ids and the accounts of templates.
 * @param find container of a key
 * @param emailOf e-mail of a unique id, if it was read
 * @returns sorted by name
 */
export function resolveWorkloads(
	drafts: Iterable<DraftWorkload>,
	find: (key: string) => Container | undefined,
	emailOf: (uniqueId: string) => string | undefined,
): Workload[] {
	const workloads: Workload[] = [];
	const groups: {workload: Workload; templates: readonly string[]}[] = [];
	const byTemplate = new Map<string, Workload>();
	const applications = new Map<Container, Workload>();
	const inheriting: Workload[] = [];
	for (const draft of drafts) {
		const {assetType, container, idle, runsAs, unknownAccount, finished, templates, facts} = draft;
		if (idle) continue;
		const project = container === undefined ? undefined : find(container);
		const name = byProjectId(draft.name, project);
		const workload: Workload = {name, assetType, project, runsAs: []};
		for (const account of runsAs) add(workload, emailBehind(account, project, emailOf));
		if (unknownAccount) workload.unknownAccount = true;
		if (finished) workload.finished = true;
		if (facts) workload.facts = facts;
		workloads.push(workload);
		if (templates) groups.push({workload, templates});
		if (assetType === 'compute.googleapis.com/InstanceTemplate') byTemplate.set(templateKey(name, find), workload);
		if (assetType === 'appengine.googleapis.com/Application' && project) applications.set(project, workload);
		if (assetType === 'appengine.googleapis.com/Version' && runsAs[0]?.includes('PROJECT_ID'))
			inheriting.push(workload);
	}
	for (const {workload, templates} of groups) {
		for (const template of templates) inherit(workload, byTemplate.get(templateKey(template, find)));
	}
	for (const version of inheriting) {
		const application = version.project && applications.get(version.project);
		if (!application) continue;
		version.runsAs = [];
		delete version.unknownAccount;
		inherit(version, application);
	}
	return workloads.toSorted((a, b) => compare(a.name, b.name));
}

function add(workload: Workload, email: string | undefined): void {
	if (email === undefined) workload.unknownAccount = true;
	else if (!workload.runsAs.includes(email)) workload.runsAs.push(email);
}

function inherit(workload: Workload, from: Workload | undefined): void {
	if (!from || from.unknownAccount) workload.unknownAccount = true;
	for (const email of from?.runsAs ?? []) add(workload, email);
}

/** `projects/ID/global/instanceTemplates/T`, whether the project is written as its id or number. */
function templateKey(name: string, find: (key: string) => Container | undefined): string {
	const [, project, rest] = /(projects\/[^/]+)\/(.*)$/.exec(name) ?? ['', '', name];
	return `${find(project!)?.key ?? project}/${rest}`;
}

/** Workloads directly in each project. */
export function workloadsByProject(workloads: readonly Workload[]): ReadonlyMap<Container, readonly Workload[]> {
	const byProject = new Map<Container, Workload[]>();
	for (const workload of workloads) {
		if (!workload.project) continue;
		const known = byProject.get(workload.project);
		if (known) known.push(workload);
		else byProject.set(workload.project, [workload]);
	}
	return byProject;
}
