import {expect, test} from 'vitest';
import {
	account,
	constraint,
	customName,
	customRole,
	group,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
	ORGANIZATION_ADMIN,
	OWNER,
	reportOf,
	TOKEN_CREATOR,
	world,
} from '../worlds/world.ts';

/** Administrators by a group, narrow roles, grants on accounts, federation by id, no keys, constraints in force. */
const WELL_RUN = world(
	['group:admins', ORGANIZATION_ADMIN, 'org'],
	['group:admins', OWNER, 'folder'],
	group('admins', 'ann', 'bob'),
	group('devs', 'cem', 'dora'),
	['group:devs', 'roles/logging.viewer', 'folder'],
	['group:devs', OBJECT_VIEWER, 'shop'],
	['run-web@shop', OBJECT_ADMIN, '//storage.googleapis.com/stuff'],
	['group:devs', TOKEN_CREATOR, 'run-web@shop'],
	['wif-deploy@shop', 'roles/iam.serviceAccountUser', 'run-web@shop'],
	customRole('org', 'deploy', ['run.services.get', 'run.services.update']),
	['wif-deploy@shop', customName('org', 'deploy'), 'shop'],
	[
		'principalSet://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/gh/attribute.repository_id/7',
		'roles/iam.workloadIdentityUser',
		'wif-deploy@shop',
	],
	['cloudservices@shop', 'roles/editor', 'shop'],
	['agent@shop', 'roles/compute.serviceAgent', 'shop'],
	account('compute@shop', {disabled: true}),
	constraint('org', 'iam.automaticIamGrantsForDefaultServiceAccounts'),
	constraint('org', 'iam.disableServiceAccountKeyCreation'),
	constraint('org', 'iam.disableServiceAccountKeyUpload'),
);

test('a well-run organization has nothing of medium or above about who can become whom', async () => {
	const {findings} = await reportOf(WELL_RUN, {config: {domainWideDelegation: []}});
	const about = new Set([
		'policy-takeover',
		'key-creation-allowed',
		'key-constraints-not-enforced',
		'project-wide-impersonation',
		'public-impersonation',
		'agent-role-held',
		'admin-service-account',
		'service-account-in-group',
		'domain-wide-delegation',
		'broker-not-separated',
		'automatic-grants-not-disabled',
		'default-service-account-editor',
		'privilege-escalation',
		'impersonation-chain',
		'lateral-movement',
	]);
	const found = [...findings].filter(({check, severity}) => about.has(check) && severity !== 'low');
	expect(found.map(({severity, message}) => `${severity} ${message}`)).toEqual([]);
});
