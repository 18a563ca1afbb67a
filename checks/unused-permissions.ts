import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import {type Unused, unusedRoles} from '../src/queries/unused-roles.ts';
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
		fires:
			'The IAM recommender says that an account used nothing of its Editor role in 90 days; or audit logs that were on and read all that time show no call of the one service that a role is for.',
		silent: 'The role was removed since, the account is younger than that, or some of its permissions were used.',
	},
	inspect(world) {
		const {found, unknown} = unusedRoles(world);
		return {
			examined: [...world.inventory.accounts.values()].filter(({read, kind}) => read && kind !== 'service-agent')
				.length,
			hits: [...found].map(([account, roles]) => hitOf(account, roles)),
			unknown,
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
			const verb = replacements(first!).length > 0 ? 'uses little' : 'uses nothing';
			return {
				message: `${account.email} ${verb} of ${first!.binding.role} on ${first!.binding.resource.name}${more}.`,
				evidence: {
					account: account.email,
					roles: roles.slice(0, 20).map(roleEvidence),
					numberOfRoles: roles.length,
					notSeen: notSeen(roles),
				},
				fix: {
					summary: `See that nothing seldom needs the roles; then remove them${roles.some(role => replacements(role).length > 0) ? ', or replace them by the smaller ones named here' : ''}.`,
					changes: roles.flatMap((unused): Change[] => {
						const {binding} = unused;
						const {resource, role, condition} = binding;
						const at = {resource: resource.name, member, ...(condition && {condition})};
						return [
							...replacements(unused).map((smaller): Change => ({op: 'add-binding', ...at, role: smaller})),
							{op: 'remove-binding', ...at, role},
						];
					}),
				},
			};
		},
	};
}

/** Smaller roles that Google names instead. */
const replacements = ({said}: Unused): readonly string[] => said?.replaceBy ?? [];

function roleEvidence({binding, said, seen}: Unused): Record<string, unknown> {
	return {
		role: binding.role,
		on: binding.resource.name,
		saidBy: said?.by ?? 'auditLogs',
		...(said && {name: said.name}),
		...(said?.days !== undefined && {observedDays: said.days}),
		...(said && said.replaceBy.length > 0 && {replaceBy: said.replaceBy}),
		...(seen && seen.kind !== 'unknown' && {auditLogs: logEvidence(seen)}),
	};
}

function logEvidence(seen: Exclude<Unused['seen'], undefined | {kind: 'unknown'}>): Record<string, unknown> {
	if (seen.kind === 'used')
		return {called: seen.service, last: iso(seen.last), though: 'other roles of the account allow that as well'};
	const {services, from, to} = seen;
	return {
		notCalled: services,
		...(from !== undefined && {observedFrom: iso(from)}),
		...(to !== undefined && {observedTo: iso(to)}),
	};
}

function notSeen(roles: readonly Unused[]): string {
	const byGoogle = roles.some(({said}) => said)
		? ['Google looks at 90 days; what is needed once a year looks unused.']
		: [];
	const byLogs = roles.some(({said, seen}) => !said && seen)
		? ['Audit logs were read for the window alone; what is needed less often looks unused.']
		: [];
	return [...byGoogle, ...byLogs].join(' ');
}

const iso = (time: number): string => new Date(time).toISOString();
