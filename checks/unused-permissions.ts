import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import {insightHoles, type Unused, unusedRoles} from '../src/queries/unused-roles.ts';
import type {Change} from '../src/remediation/change.ts';

export default defineCheck({
	id: 'unused-permissions',
	title: 'A service account holds roles that it does not use',
	severity: 'medium',
	on: 'the account',
	needs: ['serviceAccounts', 'allowPolicies'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [18],
	why: 'What the workload does not need is there for whoever takes it over.',
	fix: 'Remove the roles, or replace them by the smaller ones that the recommendation names.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#role-recommendations',
		'https://cloud.google.com/policy-intelligence/docs/role-recommendations-overview',
	],
	example: {
		fires: 'The IAM recommender says that an account used nothing of its Editor role in 90 days.',
		silent: 'The role was removed since, the account is younger than that, or some of its permissions were used.',
	},
	inspect(world) {
		const unused = unusedRoles(world);
		return {
			examined: [...world.inventory.accounts.values()].filter(({read, kind}) => read && kind !== 'service-agent')
				.length,
			hits: [...unused].map(([account, roles]) => hitOf(account, roles)),
			unknown: insightHoles(world),
		};
	},
});

function hitOf(account: ServiceAccount, roles: readonly Unused[]): Hit {
	const {member} = account.principal;
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const [first, ...others] = roles;
			const more = others.length > 0 ? ` and of ${others.length} more ${others.length === 1 ? 'role' : 'roles'}` : '';
			const verb = first!.said.replaceBy.length > 0 ? 'uses little' : 'uses nothing';
			return {
				message: `${account.email} ${verb} of ${first!.binding.role} on ${first!.binding.resource.name}${more}.`,
				evidence: {
					account: account.email,
					roles: roles.slice(0, 20).map(({binding, said}) => ({
						role: binding.role,
						on: binding.resource.name,
						saidBy: said.by,
						name: said.name,
						...(said.days !== undefined && {observedDays: said.days}),
						...(said.replaceBy.length > 0 && {replaceBy: said.replaceBy}),
					})),
					numberOfRoles: roles.length,
					notSeen: 'Google looks at 90 days; what is needed once a year looks unused.',
				},
				fix: {
					summary:
						'See that nothing seldom needs the roles; then remove them, or replace them by the smaller ones named here.',
					changes: roles.flatMap(({binding, said}): Change[] => {
						const {resource, role, condition} = binding;
						const at = {resource: resource.name, member, ...(condition && {condition})};
						return [
							...said.replaceBy.map((smaller): Change => ({op: 'add-binding', ...at, role: smaller})),
							{op: 'remove-binding', ...at, role},
						];
					}),
				},
			};
		},
	};
}
