import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import type {Workload} from '../src/inventory/workload.ts';
import {isHeldElsewhere} from '../src/queries/held-credentials.ts';
import {kubernetesUsers} from '../src/queries/kubernetes-users.ts';
import {type Mention, mentionOf, missingResource} from '../src/queries/mentions.ts';
import {unreadTypes} from '../src/queries/runs-as.ts';
import {kindOf} from '../src/queries/workload-groups.ts';
import {type Settings, settingsOf} from '../src/settings.ts';
import {DAY, days} from '../src/time.ts';
import type {World} from '../src/world.ts';

const ID = 'orphaned-service-account';
const SETTINGS = {
	goneDays: {
		kind: 'number',
		standard: 30,
		about: 'For how many days a workload has to have been stopped, and an account unused, before nobody needs it.',
	},
} as const satisfies Settings;

/** Why nothing needs the account any more. */
type Reason =
	| {kind: 'stopped'; workloads: readonly Workload[]; since: number}
	| {kind: 'no cluster'; members: readonly string[]; project: string}
	| {kind: 'missing'; mention: Mention};

export default defineCheck({
	id: ID,
	title: 'A service account has outlived the resource that it was made for',
	severity: 'low',
	on: 'the account',
	needs: ['serviceAccounts'],
	threats: ['impersonation', 'privilege escalation'],
	practice: [8],
	why: 'Its grants stay when the workload goes; nobody watches them, and whoever gets at the account has them.',
	fix: 'Disable it, and delete it once nothing has failed for some weeks; make and delete accounts together with what they serve.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#manage-lifecycle'],
	example: {
		fires:
			'The only VM that runs as it has been stopped for two months; or vm-billing@ exists and the VM billing does not.',
		silent: 'Something else runs as it, it has a key or was used last week, or it was created this month.',
	},
	inspect(world) {
		const running = workloadsOfAccounts(world);
		const since = world.inventory.now - settingsOf(world.config, ID, SETTINGS).goneDays * DAY;
		const mentioned = new Set<string>();
		const hits: Hit[] = [];
		let examined = 0;
		for (const account of world.inventory.accounts.values()) {
			const {kind, read, disabled, project} = account;
			if (kind !== 'user-managed' || !read || disabled || !(project?.inScope ?? true)) continue;
			examined++;
			const reason = reasonOf(world, account, running[account.index] ?? NONE, since, mentioned);
			if (reason) hits.push(hitOf(world, account, reason));
		}
		// What runs as an account was seen where it was read; whether a named thing is gone, only where its type was.
		return {
			examined,
			hits,
			unknown: unreadTypes(world, ['compute.googleapis.com/Instance', ...mentioned]),
		};
	},
});

/** Everything that runs or ran as an account, by its number; templates and pools only stand for what does. */
function workloadsOfAccounts({inventory}: World): readonly (readonly Workload[] | undefined)[] {
	const byAccount: Workload[][] = [];
	for (const workload of inventory.workloads) {
		if (STANDS_FOR.has(workload.assetType)) continue;
		for (const email of workload.runsAs) {
			const account = inventory.accounts.get(email);
			if (account) (byAccount[account.index] ??= []).push(workload);
		}
	}
	return byAccount;
}

const STANDS_FOR: ReadonlySet<string> = new Set([
	'compute.googleapis.com/InstanceTemplate',
	'run.googleapis.com/Revision',
]);

const NONE: readonly Workload[] = [];

/** Cheap questions first: most accounts serve something, or are tied to nothing. */
function reasonOf(
	world: World,
	account: ServiceAccount,
	workloads: readonly Workload[],
	since: number,
	mentioned: Set<string>,
): Reason | undefined {
	if (account.createTime !== undefined && account.createTime > since) return undefined;
	const reason = reasonBeside(world, account, workloads, since, mentioned);
	if (!reason) return undefined;
	const used = world.evidence.lastUse(account);
	if (used !== undefined && used > since) return undefined;
	// A key, a bound API key or somebody who may become it serves what no inventory sees.
	return isHeldElsewhere(world, account) ? undefined : reason;
}

/** The reason that the inventory gives, credentials and use not asked. */
function reasonBeside(
	world: World,
	account: ServiceAccount,
	workloads: readonly Workload[],
	since: number,
	mentioned: Set<string>,
): Reason | undefined {
	const pods = kubernetesUsers(world, account);
	if (workloads.length > 0) {
		const stops = workloads.map(({facts, finished}) =>
			finished || facts?.machine?.stopped ? facts?.stopped : undefined,
		);
		if (pods.length > 0 || stops.some(stop => stop === undefined || stop > since)) return undefined;
		return {kind: 'stopped', workloads, since: stops.reduce<number>((latest, stop) => Math.max(latest, stop!), 0)};
	}
	if (pods.length > 0) {
		const project = pods.every(pod => pod.project === pods[0]!.project) ? pods[0]!.project : undefined;
		if (project === undefined || !hasNoCluster(world, project)) return undefined;
		return {kind: 'no cluster', members: pods.map(pod => pod.ref.member), project};
	}
	const mention = mentionOf(world, account);
	if (!mention) return undefined;
	for (const type of mention.types) mentioned.add(type);
	return missingResource(world, mention) ? {kind: 'missing', mention} : undefined;
}

const clusterless = new WeakMap<World, Map<string, boolean>>();

/** Whether clusters of a project were read and none of them has Workload Identity. Many accounts ask about one project. */
function hasNoCluster(world: World, key: string): boolean {
	let byProject = clusterless.get(world);
	if (!byProject) clusterless.set(world, (byProject = new Map()));
	let known = byProject.get(key);
	if (known === undefined) byProject.set(key, (known = lacksClusters(world, key)));
	return known;
}

function lacksClusters({inventory}: World, key: string): boolean {
	const project = inventory.container(key);
	const type = 'container.googleapis.com/Cluster';
	if (!project || inventory.coverage.standing('workloads', project, type).status !== 'complete') return false;
	return !inventory
		.workloadsOf(project)
		.some(({facts}) => facts?.cluster?.workloadPool !== undefined || facts?.cluster?.autopilot);
}

function hitOf(world: World, account: ServiceAccount, reason: Reason): Hit {
	return {
		severity: 'low',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const used = world.evidence.lastUse(account);
			return {
				message: `${account.email} ${sentence(world, reason)}.`,
				evidence: {
					account: account.email,
					...evidenceOf(reason),
					...(used !== undefined && {lastUsed: new Date(used).toISOString()}),
				},
				fix: {
					summary:
						'Disable the account; its grants stay and it can be enabled again. Delete it after 30 days without complaint.',
					changes: [{op: 'disable-account', resource: account.name}],
				},
			};
		},
	};
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function sentence(world: World, reason: Reason): string {
	switch (reason.kind) {
		case 'stopped': {
			const [first] = reason.workloads;
			const what =
				reason.workloads.length === 1
					? `only the ${kindOf(first!) ?? 'workload'} ${shortName(first!.name)}, which has`
					: `only ${reason.workloads.length} workloads, which have`;
			return `serves ${what} been stopped for ${days(world.inventory.now - reason.since)} days`;
		}
		case 'no cluster':
			return `may be used only by Kubernetes accounts of ${reason.project}, which has no cluster with Workload Identity any more`;
		case 'missing':
			return `is named after ${reason.mention.text}, which does not exist in ${reason.mention.project.key}`;
	}
}

function evidenceOf(reason: Reason): Record<string, unknown> {
	switch (reason.kind) {
		case 'stopped':
			return {
				workloads: reason.workloads.slice(0, 20).map(({name}) => name),
				stoppedAt: new Date(reason.since).toISOString(),
			};
		case 'no cluster':
			return {kubernetesAccounts: reason.members.slice(0, 20)};
		case 'missing':
			return {names: reason.mention.text, in: reason.mention.field};
	}
}
