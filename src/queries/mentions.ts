/** Resources that the name, display name or description of an account ties it to, and whether they exist. */
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';

export interface Mention {
	/** For people: `the VM billing`. */
	text: string;
	field: 'name' | 'displayName' | 'description';
	/** Short name of the resource. */
	name: string;
	/** Asset types any of which would be it. */
	types: readonly string[];
	project: Container;
}

const VM = ['compute.googleapis.com/Instance', 'compute.googleapis.com/InstanceGroupManager'];

/** Words before a name, and the types that they stand for. */
const WORDS: readonly [RegExp, string, readonly string[]][] = [
	[/(?:VM|virtual machine|compute instance|instance)/, 'VM', VM],
	[/Cloud Run service/, 'Cloud Run service', ['run.googleapis.com/Service']],
	[/Cloud Run job/, 'Cloud Run job', ['run.googleapis.com/Job']],
	[
		/(?:Cloud )?function/,
		'function',
		[
			'cloudfunctions.googleapis.com/Function',
			'cloudfunctions.googleapis.com/CloudFunction',
			'run.googleapis.com/Service',
		],
	],
	[/(?:GKE )?cluster/, 'GKE cluster', ['container.googleapis.com/Cluster']],
	[/(?:Composer|Airflow) environment/, 'Composer environment', ['composer.googleapis.com/Environment']],
];
const MENTIONS = WORDS.map(
	([words, kind, types]) =>
		[
			new RegExp(
				`\\b${words.source}\\s+["'\`“]?([a-z][a-z0-9-]*[0-9-][a-z0-9-]*|(?<=["'\`“])[a-z][a-z0-9-]{1,61})["'\`”]?`,
				'i',
			),
			kind,
			types,
		] as const,
);
/** Names as Google writes them, wherever they stand in a text. */
const PATHS: readonly [RegExp, string, readonly string[]][] = [
	[/projects\/([a-z0-9:.-]+)\/zones\/[a-z0-9-]+\/instances\/([a-z0-9-]+)/, 'VM', VM],
	[/projects\/([a-z0-9:.-]+)\/(?:zones|regions)\/[a-z0-9-]+\/instanceGroupManagers\/([a-z0-9-]+)/, 'VM', VM],
	[
		/projects\/([a-z0-9:.-]+)\/locations\/[a-z0-9-]+\/services\/([a-z0-9-]+)/,
		'Cloud Run service',
		['run.googleapis.com/Service'],
	],
	[/projects\/([a-z0-9:.-]+)\/locations\/[a-z0-9-]+\/jobs\/([a-z0-9-]+)/, 'Cloud Run job', ['run.googleapis.com/Job']],
	[
		/projects\/([a-z0-9:.-]+)\/locations\/[a-z0-9-]+\/functions\/([A-Za-z0-9_-]+)/,
		'function',
		['cloudfunctions.googleapis.com/Function', 'cloudfunctions.googleapis.com/CloudFunction'],
	],
	[
		/projects\/([a-z0-9:.-]+)\/(?:locations|zones)\/[a-z0-9-]+\/clusters\/([a-z0-9-]+)/,
		'GKE cluster',
		['container.googleapis.com/Cluster'],
	],
];

/** Most descriptions name nothing: one look instead of a dozen. */
const MAY_MENTION = new RegExp(`projects/|\\b(?:${WORDS.map(([words]) => words.source).join('|')})\\s`, 'i');

/** The first thing that an account is tied to: by a full name in its texts, by words before a name, by its own name. */
export function mentionOf(world: World, account: ServiceAccount): Mention | undefined {
	const {project} = account;
	if (!project) return undefined;
	for (const field of ['description', 'displayName'] as const) {
		const text = account[field]?.slice(0, 512);
		if (text === undefined || !MAY_MENTION.test(text)) continue;
		for (const [pattern, kind, types] of text.includes('projects/') ? PATHS : []) {
			const [, key, name] = pattern.exec(text) ?? [];
			const inside = key === undefined ? undefined : world.inventory.container(`projects/${key}`);
			if (inside) return {text: `the ${kind} ${name!}`, field, name: name!, types, project: inside};
		}
		for (const [pattern, kind, types] of MENTIONS) {
			const name = pattern.exec(text)?.[1]?.toLowerCase();
			if (name !== undefined) return {text: `the ${kind} ${name}`, field, name, types, project};
		}
	}
	// `vm-NAME` is the guide's own way to name the account of a machine.
	const name = account.email.startsWith('vm-') ? /^vm-([a-z0-9-]+)@/.exec(account.email)?.[1] : undefined;
	return name === undefined ? undefined : {text: `the VM ${name}`, field: 'name', name, types: VM, project};
}

/** Whether nothing of the name, or of one that goes on from it, exists where the types were read completely. */
export function missingResource(world: World, {name, types, project}: Mention): boolean {
	const {coverage, workloadsOf} = world.inventory;
	// Managed groups are where their machines are: those must have been read.
	const needed = types.filter(type => !type.endsWith('/InstanceGroupManager'));
	if (needed.some(type => coverage.standing('workloads', project, type).status !== 'complete')) return false;
	return !workloadsOf(project).some(workload => {
		if (!types.includes(workload.assetType)) return false;
		const own = workload.name.slice(workload.name.lastIndexOf('/') + 1).toLowerCase();
		return own === name || own.startsWith(`${name}-`) || name.startsWith(`${own}-`);
	});
}
