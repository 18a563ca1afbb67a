/** A custom role with exactly the permissions of all collectors. */
import {allPermissions} from './collectors.ts';

export const ROLE_ID = 'saAuditCollector';
export const ROLE_TITLE = 'sa-audit collector';
export const ROLE_DESCRIPTION = 'Everything that sa-audit reads, and nothing else';

/** Of a role in an organization, or in one project. */
export function rolePermissions(scope: string | undefined): readonly string[] {
	return allPermissions(scope?.startsWith('projects/') ? 'project' : 'organization');
}

/** As `gcloud iam roles create --file` takes it. @param scope container key */
export function roleText(scope: string | undefined): string[] {
	const [kind, id] = (scope ?? 'organizations/ORGANIZATION_ID').split('/') as [string, string];
	const at =
		kind === 'projects' ? `--project=${id}` : `--organization=${kind === 'organizations' ? id : 'ORGANIZATION_ID'}`;
	return [
		`# gcloud iam roles create ${ROLE_ID} ${at} --file=role.yaml\n`,
		`title: ${ROLE_TITLE}\n`,
		`description: ${ROLE_DESCRIPTION}\n`,
		'stage: GA\n',
		'includedPermissions:\n',
		...rolePermissions(scope).map(permission => `- ${permission}\n`),
	];
}
