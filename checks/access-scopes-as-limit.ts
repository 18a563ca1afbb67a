import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import type {Workload} from '../src/inventory/workload.ts';
import {NewAccounts} from '../src/queries/dedicated-account.ts';
import {machinesOf} from '../src/queries/machines.ts';
import {nodePoolsOf} from '../src/queries/node-pools.ts';
import {powerText, runnerOf, unreadTypes} from '../src/queries/runs-as.ts';
import {isPartOfAnother, stemOf} from '../src/queries/workload-groups.ts';
import type {World} from '../src/world.ts';

const EVERYTHING = 'https://www.googleapis.com/auth/cloud-platform';

/** Something with an account and scopes. */
interface Subject {
	resource: string;
	/** For people. */
	what: string;
	workload: Workload;
	/** All that one change has to move. */
	members: readonly {name: string; assetType: string}[];
	email: string | undefined;
	scopes: readonly string[];
}

export default defineCheck({
	id: 'access-scopes-as-limit',
	title: 'Access scopes are all that limits a machine’s account, or a default account has none',
	severity: 'medium',
	on: 'the VM or node pool',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation'],
	practice: [14],
	why: 'Scopes only limit tokens that the machine asks for itself: they cannot be changed while it runs, do not hold for other ways to the account, and hide how much it may do.',
	fix: 'Give it an account of its own with the roles that it needs, and the scope cloud-platform; never narrow the scopes instead.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#access-scopes',
		'https://cloud.google.com/compute/docs/access/service-accounts#scopes_best_practice',
	],
	example: {
		fires:
			'A VM runs as an account that is Editor and has only the scope devstorage.read_only; or as the default account with cloud-platform.',
		silent:
			'A VM runs as a dedicated account with cloud-platform, or with narrow scopes as an account without power over data.',
	},
	inspect(world) {
		const subjects = subjectsOf(world);
		return {
			examined: subjects.length,
			hits: subjects.flatMap(subject => hitOf(world, subject)),
			unknown: unreadTypes(world, ['compute.googleapis.com/Instance', 'container.googleapis.com/Cluster']),
		};
	},
});

function subjectsOf(world: World): Subject[] {
	// Nodes have what their pool has.
	const own = machinesOf(world).filter(({workload}) => !isPartOfAnother(workload));
	const machines = own.map(({workload, facts, members}): Subject => ({
		resource: workload.name,
		what: `The VM ${shortName(workload.name)}`,
		workload,
		members,
		email: workload.runsAs[0],
		scopes: facts.scopes,
	}));
	const pools = nodePoolsOf(world).map(({name, cluster, pool, workload, email}): Subject => ({
		resource: name,
		what: `The node pool ${pool.name} of the GKE cluster ${shortName(cluster)}`,
		workload,
		members: [{name, assetType: 'container.googleapis.com/NodePool'}],
		email,
		scopes: pool.scopes,
	}));
	return [...machines, ...pools];
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function hitOf(world: World, subject: Subject): Hit[] {
	const {email, scopes} = subject;
	const account = email === undefined ? undefined : world.inventory.accounts.get(email);
	// Without any scope there is no token, and nothing to limit.
	if (!account || account.disabled || scopes.length === 0) return [];
	const all = scopes.includes(EVERYTHING);
	const runner = runnerOf(world, email);
	if (all ? account.kind !== 'default' : !runner) return [];
	return [
		{
			severity: 'medium',
			confidence: all ? 'certain' : runner!.confidence,
			resource: subject.resource,
			detail: () => ({
				message: all
					? `${subject.what} gives the default account ${account.email} the scope cloud-platform${runner ? `, ${powerText(runner.pair)}` : ''}.`
					: `${subject.what} runs as ${account.email}, ${powerText(runner!.pair)}, and is limited by ${scopes.length} access ${scopes.length === 1 ? 'scope' : 'scopes'} only.`,
				evidence: {
					account: account.email,
					accountKind: account.kind,
					scopes: [...scopes].map(scope => scope.replace('https://www.googleapis.com/auth/', '')).slice(0, 20),
					...(runner && {power: powerText(runner.pair)}),
					...(subject.members.length > 1 && {machines: subject.members.length}),
				},
				fix: fixOf(world, subject, account),
			}),
		},
	];
}

function fixOf(world: World, {workload, members, resource, scopes}: Subject, account: ServiceAccount) {
	const isPool = resource.includes('/nodePools/');
	const summary = isPool
		? 'Create the account, grant it the roles that the nodes need, and make a new pool with it and the scope cloud-platform, since the account of a pool cannot be changed; then drain and delete the old pool.'
		: 'Create the account, grant it the roles that the machine needs, stop the machine, attach the account with the scope cloud-platform, and start it again.';
	const project = workload.project;
	if (!project) return {summary, changes: []};
	const name = isPool ? shortName(resource) : stemOf(workload);
	const {change, email} = new NewAccounts(world).make(isPool ? 'GKE node pool' : 'VM', name, project.key);
	return {
		summary,
		changes: [
			change,
			...members.map(member => ({
				op: 'attach-account' as const,
				resource: member.name,
				assetType: member.assetType,
				account: email,
				was: account.email,
				wasScopes: scopes,
			})),
		],
	};
}
