import {defineCheck, type Hit} from '../src/check.ts';
import {type Unlogged, unlogged} from '../src/queries/unlogged.ts';
import type {Change} from '../src/remediation/change.ts';

export default defineCheck({
	id: 'impersonation-not-logged',
	title: 'Nobody could tell who impersonated a service account',
	severity: 'medium',
	on: 'the project, or the highest container under which it is nowhere on',
	needs: ['auditConfigs'],
	threats: ['repudiation'],
	practice: [28],
	why: 'Minting a token for an account, or exchanging a foreign one, leaves an entry only in data-access logs; without them an intruder is just the account.',
	fix: 'Switch on ADMIN_READ and DATA_READ for iam.googleapis.com and sts.googleapis.com at the organization, without exemptions.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#enable-logs',
		'https://cloud.google.com/logging/docs/audit/configure-data-access',
	],
	example: {
		fires:
			'A project with service accounts has no audit config for iam.googleapis.com or allServices, nor has anything above it.',
		silent: 'The organization logs ADMIN_READ and DATA_READ of all services for everybody.',
	},
	inspect(world) {
		const {found, examined, unread} = unlogged(world);
		return {examined, hits: found.map(hitOf), unknown: unread};
	},
});

function hitOf(one: Unlogged): Hit {
	const {container, off, exempted, projects} = one;
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: container.name,
		detail: () => {
			const changes: Change[] = [
				...off.map(({service, types}): Change => ({op: 'enable-audit-logs', resource: container.name, service, types})),
				...exempted.map(({container: at, service, type, member}): Change => ({
					op: 'end-audit-exemption',
					resource: at.name,
					service,
					type,
					member,
				})),
			];
			return {
				message: `${sentenceOf(one)}.`,
				evidence: {
					off,
					exempted: exempted.slice(0, 20).map(({container: at, service, type, member}) => ({
						on: at.key,
						service,
						type,
						member,
					})),
					projects: projects.length,
					examples: projects.slice(0, 20).map(({key}) => key.slice('projects/'.length)),
				},
				fix: {
					summary:
						'Switch the logs on for everybody, at the organization if you can; they are kept in _Default unless a sink takes them, and are billed by volume.',
					changes,
				},
			};
		},
	};
}

function sentenceOf({container, off, exempted, projects}: Unlogged): string {
	const parts: string[] = [];
	const where =
		container.kind === 'project'
			? container.key
			: `the ${projects.length === 1 ? 'one project' : `${projects.length} projects`} that it matters to below ${container.key}`;
	if (off.length > 0)
		parts.push(
			`Data-access audit logs are off in ${where}: ${off.map(({service, types}) => `${types.join(' and ')} of ${service}`).join(', ')}`,
		);
	const members = [...new Set(exempted.map(({member}) => member))];
	if (members.length > 0) {
		const more = members.length > 1 ? ` and ${members.length - 1} more` : '';
		const services = [...new Set(exempted.map(({service}) => service))].join(', ');
		parts.push(
			`${members[0]}${more} ${members.length > 1 ? 'are' : 'is'} exempt from audit logs of ${services} on ${exempted[0]!.container.key}`,
		);
	}
	return parts.join('; ');
}
