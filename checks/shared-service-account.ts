import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import {NewAccounts} from '../src/queries/dedicated-account.ts';
import {type KubernetesUser, kubernetesUsers} from '../src/queries/kubernetes-users.ts';
import {RUNNING_TYPES, unreadTypes} from '../src/queries/runs-as.ts';
import {groupsOf, type WorkloadGroup, workloadsByAccount} from '../src/queries/workload-groups.ts';
import type {Change} from '../src/remediation/change.ts';
import type {World} from '../src/world.ts';

const EXAMPLES = 20;
const KUBERNETES = 'Kubernetes account';

/** One of the systems that share an account. */
type Sharer = {group: WorkloadGroup} | {pods: KubernetesUser[]};

export default defineCheck({
	id: 'shared-service-account',
	title: 'One service account serves several workloads that have nothing to do with each other',
	severity: 'low',
	on: 'the account',
	needs: ['serviceAccounts', 'allowPolicies'],
	threats: ['privilege escalation', 'repudiation'],
	practice: [9],
	why: 'Each of the workloads has what any of them needs, none can be cut off without the others, and the log cannot tell them apart.',
	fix: 'Give each workload an account of its own with the roles that it needs.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#single-purpose'],
	example: {
		fires: 'A VM and a Cloud Run service, or the Kubernetes accounts of two namespaces, use one account.',
		silent:
			'The machines of one managed group, the revisions of one service, or api and api-worker share it; default accounts are default-service-account-in-use.',
	},
	inspect(world) {
		const used = workloadsByAccount(world);
		const accounts = [...world.inventory.accounts.values()].filter(
			account => account.kind === 'user-managed' && !account.disabled && (account.project?.inScope ?? true),
		);
		return {
			examined: accounts.length,
			hits: accounts.flatMap(account => {
				const workloads = used.get(account.email);
				// Most accounts have none, or one: nothing to share.
				const users = kubernetesUsers(world, account);
				if ((workloads?.length ?? 0) + users.length < 2) return [];
				const sharers: Sharer[] = [...groupsOf(workloads ?? []).map(group => ({group})), ...podsOf(users)];
				return sharers.length > 1 ? [hitOf(world, account, sharers)] : [];
			}),
			unknown: unreadTypes(world, RUNNING_TYPES),
		};
	},
});

/** Kubernetes accounts of one name and namespace are one, whichever cluster of whichever project they are in. */
function podsOf(users: readonly KubernetesUser[]): Sharer[] {
	const byName = new Map<string, KubernetesUser[]>();
	for (const user of users) {
		const known = byName.get(user.name);
		if (known) known.push(user);
		else byName.set(user.name, [user]);
	}
	return [...byName.values()].map(pods => ({pods}));
}

const textOf = (sharer: Sharer): string =>
	'group' in sharer ? `the ${sharer.group.kind} ${sharer.group.name}` : `the ${KUBERNETES} ${sharer.pods[0]!.name}`;

function hitOf(world: World, account: ServiceAccount, sharers: readonly Sharer[]): Hit {
	return {
		severity: 'low',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const [first, second, ...rest] = sharers;
			const more = rest.length > 0 ? `, and ${rest.length} more` : '';
			return {
				message: `${account.email} serves ${textOf(first!)} and ${textOf(second!)}${more}, which have nothing to do with each other.`,
				evidence: {
					account: account.email,
					sharedBy: sharers.length,
					workloads: sharers.slice(0, EXAMPLES).map(describe),
				},
				fix: {
					summary:
						'Keep the account for the first of them. Create one for each of the others, grant it what that one needs, and attach it; a Kubernetes account also names it in its annotation iam.gke.io/gcp-service-account.',
					changes: changesOf(world, account, sharers.slice(1)),
				},
			};
		},
	};
}

function describe(sharer: Sharer): Record<string, unknown> {
	if ('pods' in sharer)
		return {kind: KUBERNETES, name: sharer.pods[0]!.name, members: sharer.pods.map(pod => pod.ref.member)};
	const {kind, name, workloads} = sharer.group;
	return {kind, name, count: workloads.length, examples: workloads.slice(0, 5).map(workload => workload.name)};
}

function changesOf(world: World, account: ServiceAccount, sharers: readonly Sharer[]): Change[] {
	const accounts = new NewAccounts(world);
	return sharers.flatMap((sharer): Change[] => {
		if ('group' in sharer) return accounts.moveGroup(sharer.group, account.email);
		if (!account.project) return [];
		const {change} = accounts.make(KUBERNETES, sharer.pods[0]!.name, account.project.key);
		if (change.op !== 'create-account') return [];
		return [
			change,
			...sharer.pods.flatMap(({ref}): Change[] => [
				{op: 'add-binding', ...ref, resource: change.resource},
				{op: 'remove-binding', ...ref},
			]),
		];
	});
}
