/** A small organization in which one text stands wherever people may write one. */
import {account, CRM, emailOf, key, type Line, organization, policy, project, resource} from '../inventory/read.ts';
import {SHOP, TOKEN_CREATOR} from './triage-world.ts';

export const ANN = 'user:ann@example.com';

/** An organization with the text wherever people may write one, and in what findings look at. */
export function world(text: string): Line[] {
	const in10 = (assetType: string, name: string, data: Line) => resource(assetType, name, data, SHOP);
	const run = '//run.googleapis.com/projects/shop/locations/europe-west1/services/web';
	return [
		organization(1),
		resource(
			'cloudresourcemanager.googleapis.com/Project',
			`${CRM}projects/10`,
			{projectId: 'shop', projectNumber: '10', name: text, displayName: text, labels: {note: text, [text]: 'x'}},
			{ancestors: ['projects/10', 'organizations/1']},
		),
		project('web', 20, ['organizations/1']),
		account('shop', 'root', SHOP, {displayName: text, description: text}),
		account('shop', 'ci', SHOP, {displayName: text, description: text, oauth2ClientId: '1'}),
		key('shop', 'root', 'k1', SHOP, {
			validAfterTime: '2025-01-01T00:00:00Z',
			privateKeyData: text,
			publicKeyData: text,
		}),
		in10('iam.googleapis.com/Role', '//iam.googleapis.com/projects/shop/roles/mint', {
			name: 'projects/shop/roles/mint',
			title: text,
			description: text,
			includedPermissions: ['iam.serviceAccounts.getAccessToken'],
		}),
		policy(
			`${CRM}projects/10`,
			[
				{role: 'roles/owner', members: [`serviceAccount:${emailOf('root', 'shop')}`]},
				{
					role: 'projects/shop/roles/mint',
					members: [ANN],
					condition: {expression: `resource.name != ${JSON.stringify(text)}`, title: text, description: text},
				},
				{
					role: TOKEN_CREATOR,
					members: [`serviceAccount:${emailOf('ci', 'shop')}`],
					condition: {title: text, expression: text},
				},
			],
			SHOP,
		),
		in10(
			'compute.googleapis.com/Instance',
			'//compute.googleapis.com/projects/shop/zones/europe-west1-b/instances/vm',
			{
				name: 'vm',
				description: text,
				labels: {note: text},
				metadata: {
					items: [
						{key: 'startup-script', value: `export T=${text}`},
						{key: text, value: text},
					],
				},
				serviceAccounts: [{email: emailOf('root', 'shop')}, {email: text}],
			},
		),
		in10('run.googleapis.com/Service', run, {
			name: run,
			template: {
				serviceAccount: emailOf('ci', 'shop'),
				containers: [{image: text, env: [{name: 'TOKEN', value: text}]}],
			},
		}),
		in10(
			'iam.googleapis.com/DenyPolicy',
			'//iam.googleapis.com/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F10/denypolicies/d',
			{
				name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F10/denypolicies/d',
				displayName: text,
				rules: [
					{
						description: text,
						denyRule: {
							deniedPrincipals: ['principalSet://goog/group/x@example.com'],
							deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
							denialCondition: {title: text, expression: `resource.matchTag("a/b", ${JSON.stringify(text)})`},
						},
					},
				],
			},
		),
		in10(
			'orgpolicy.googleapis.com/Policy',
			'//orgpolicy.googleapis.com/projects/10/policies/iam.disableServiceAccountKeyCreation',
			{
				spec: {rules: [{enforce: true, condition: {title: text, description: text, expression: text}}]},
			},
		),
		in10(
			'iam.googleapis.com/WorkloadIdentityPool',
			'//iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/p',
			{
				displayName: text,
				description: text,
			},
		),
		in10('sa-audit/Usage', '//sa-audit/usage/1', {
			subject: emailOf('ci', 'shop'),
			userAgent: text,
			method: text,
			count: 1,
		}),
		in10('sa-audit/Coverage', '//sa-audit/coverage/projects/10/groups', {
			fact: 'groups',
			scope: 'organizations/1',
			status: 'missing',
			reason: `denied: ${text}`,
		}),
		in10('logging.googleapis.com/LogEntry', '//logging.googleapis.com/1', {textPayload: text}),
		// What cannot be read must not be quoted either.
		{name: 5, assetType: text},
		account('shop', 'odd', SHOP, {displayName: {inner: text}, disabled: text}),
	];
}
