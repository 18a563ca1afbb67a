import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import type {Workload} from '../src/inventory/workload.ts';
import {NewAccounts} from '../src/queries/dedicated-account.ts';
import {RUNNING_TYPES, unreadTypes} from '../src/queries/runs-as.ts';
import {groupsOf, kindOf, workloadsByAccount} from '../src/queries/workload-groups.ts';
import type {World} from '../src/world.ts';

const EXAMPLES = 20;

export default defineCheck({
	id: 'default-service-account-in-use',
	title: 'A workload runs as a default service account',
	severity: 'medium',
	on: 'the default account',
	needs: ['serviceAccounts'],
	threats: ['privilege escalation', 'repudiation'],
	practice: [9],
	why: 'A default account is shared by whatever names no account: what one workload needs all of them get, and the log cannot tell them apart.',
	fix: 'Give each workload an account of its own with the roles that it needs; disable the default account once nothing runs as it.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#single-purpose',
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#default-service-accounts',
	],
	example: {
		fires: 'A VM, a Cloud Run service or a function was created without an account of its own.',
		silent: 'All workloads have dedicated accounts, the default account is disabled, or only finished jobs ran as it.',
	},
	inspect(world) {
		const defaults = [...world.inventory.accounts.values()].filter(
			account => account.kind === 'default' && (account.project?.inScope ?? true),
		);
		const used = workloadsByAccount(world);
		return {
			examined: defaults.length,
			hits: defaults.flatMap(account => {
				const workloads = used.get(account.email);
				return workloads && !account.disabled ? [hitOf(world, account, workloads)] : [];
			}),
			unknown: [...unreadTypes(world, RUNNING_TYPES), ...unnamed(world), ...accountless(world)],
		};
	},
});

/** Default accounts that workloads run as and that no asset, key or policy names: whether they exist is open. */
function unnamed(world: World): string[] {
	const {accounts, coverage} = world.inventory;
	const reasons: string[] = [];
	for (const [email, [workload]] of workloadsByAccount(world)) {
		const project = workload?.project;
		if (
			accounts.has(email) ||
			!project?.inScope ||
			!/@(?:developer|appspot|cloudbuild)\.gserviceaccount\.com$/.test(email)
		)
			continue;
		// Read completely and not there: it was deleted, and nothing can run as it.
		if (coverage.standing('serviceAccounts', project).status === 'complete') continue;
		reasons.push(`${workload!.name} runs as ${email}, which was not read`);
	}
	return reasons;
}

/** Workloads whose account is not told: it may be a default one. */
function accountless(world: World): string[] {
	const open = world.inventory.workloads.filter(
		({unknownAccount, finished, project, runsAs, ...workload}) =>
			unknownAccount && !finished && (project?.inScope ?? true) && runsAs.length === 0 && kindOf(workload as Workload),
	);
	const [first] = open;
	if (!first) return [];
	return [`which account ${first.name}${open.length > 1 ? ` and ${open.length - 1} more` : ''} runs as is not known`];
}

function hitOf(world: World, account: ServiceAccount, workloads: readonly Workload[]): Hit {
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const groups = groupsOf(workloads);
			const [first] = groups;
			const others = groups.length > 1 ? ` and ${groups.length - 1} more` : '';
			const accounts = new NewAccounts(world);
			return {
				message: `The ${first!.kind} ${first!.name}${others} of ${account.project?.key ?? 'an unknown project'} ${groups.length > 1 ? 'run' : 'runs'} as the default account ${account.email}.`,
				evidence: {
					account: account.email,
					workloads: workloads.length,
					groups: groups.slice(0, EXAMPLES).map(({kind, name, workloads: members}) => ({
						kind,
						name,
						count: members.length,
						examples: members.slice(0, 5).map(workload => workload.name),
					})),
				},
				fix: {
					summary:
						'Create an account for each workload, grant it what the workload needs, and attach it; what cannot change its account is deployed anew with it.',
					changes: groups.flatMap(group => accounts.moveGroup(group, account.email)),
				},
			};
		},
	};
}
