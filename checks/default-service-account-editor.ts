import type {Grant} from '../src/access/grants.ts';
import {covers} from '../src/access/power.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import type {Container, ServiceAccount} from '../src/inventory/model.ts';
import {bindingsOf, grantsOnContainers, stillAdministering, taking} from '../src/queries/account-grants.ts';
import type {World} from '../src/world.ts';

/** The bindings that make a default account Editor of its own project, and whether that is certain. */
interface EditorPower {
	/** All that have to go, the telling ones first. */
	grants(): Grant[];
	certain: boolean;
	level: string;
	/** Where the level is reached: inherited roles may only be enough together with those bound here. */
	container: Container;
}

export default defineCheck({
	id: 'default-service-account-editor',
	title: 'A default service account holds the Editor role, or as much, on its project or above',
	severity: 'high',
	on: 'the default account',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation'],
	practice: [9, 13],
	why: 'Every workload that names no account of its own runs as this one, so each of them may change nearly everything in the project.',
	fix: 'Give the workloads dedicated accounts with the roles they need, then take Editor from the default account.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#default-service-accounts'],
	example: {
		fires:
			'NUMBER-compute@developer.gserviceaccount.com is Editor of its project, by itself, a group, a custom role or a folder’s policy.',
		silent:
			'The account is disabled, holds narrower roles, or is a service agent such as NUMBER@cloudservices.gserviceaccount.com.',
	},
	inspect(world) {
		const accounts = [...world.inventory.accounts.values()].filter(
			account => account.kind === 'default' && (account.project?.inScope ?? false),
		);
		return {
			examined: accounts.length,
			hits: accounts.filter(account => !account.disabled).flatMap(account => hitsOf(world, account)),
			unknown: [],
		};
	},
});

function editorPower(world: World, account: ServiceAccount): EditorPower | undefined {
	const {possible, certain} = world.powers.of(account.principal);
	const at = (pairs: typeof possible) =>
		pairs.filter(
			pair => (pair.level === 'editor-like' || pair.level === 'owner-like') && covers(pair.container, account.project!),
		);
	const sure = at(certain);
	const pairs = sure.length > 0 ? sure : at(possible);
	if (pairs.length === 0) return undefined;
	return {
		grants() {
			const telling = pairs.flatMap(pair => pair.grants);
			const left = grantsOnContainers(world, account).filter(
				grant => !telling.includes(grant) && covers(grant.binding.resource.container!, account.project!),
			);
			return [...new Set([...telling, ...stillAdministering(world, left, [account.project!])])];
		},
		certain: sure.length > 0,
		level: pairs[0]!.level,
		container: pairs[0]!.container,
	};
}

/** One finding per account, whatever makes it one: all the bindings have to go for it to be ended. */
function hitsOf(world: World, account: ServiceAccount): Hit[] {
	const power = editorPower(world, account);
	if (!power) return [];
	return [
		{
			severity: 'high',
			confidence: power.certain ? 'certain' : 'conditional',
			resource: account.name,
			principal: account.principal.member,
			detail() {
				const bindings = bindingsOf(world, account, power.grants());
				return {
					message: `The default account ${account.email} is ${power.level} on ${power.container.key} by ${[...new Set(bindings.map(entry => entry.role))].join(', ')}.`,
					evidence: {
						account: account.email,
						bindings: bindings.map(({condition, ...binding}) => ({
							...binding,
							...(condition && {condition: condition.expression}),
						})),
						level: power.level,
					},
					fix: {
						summary:
							'Find the workloads that run as this account and give each an account of its own with the roles it needs; then remove the grant. Enforce iam.automaticIamGrantsForDefaultServiceAccounts so that new projects do not get it.',
						changes: taking(world, account, bindings),
					},
				};
			},
		},
	];
}
