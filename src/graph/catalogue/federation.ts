/** Identities from elsewhere: workload and workforce pools, groups, delegation to Workspace. */
import {adminActivity, dataAccess, escalation} from './entry.ts';
import {METHODS, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const FEDERATION: readonly Escalation[] = [
	escalation({
		id: 'wif-provider-create',
		title: 'Add a provider to a trusted workload identity pool',
		requires: [{on: 'project', all: ['iam.googleapis.com/workloadIdentityPoolProviders.create']}],
		yields: 'pool identities',
		pools: 'workload',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.v1.WorkloadIdentityPools.CreateWorkloadIdentityPoolProvider'),
		close:
			'Keep pools in a project of their own with few administrators, and ' +
			'allow only known issuers with iam.workloadIdentityPoolProviders.',
		techniques: ['T1484.002'],
		sources: [iamDocs('best-practices-for-using-workload-identity-federation'), METHODS, ROLES],
		notes:
			'An OIDC provider may carry its keys inline, so no public issuer is needed, ' +
			'and its owner chooses subject and attributes: every member of that pool that ' +
			'some binding names can be forged. The list constraints ' +
			'iam.workloadIdentityPoolProviders and iam.workloadIdentityPoolAwsAccounts ' +
			'narrow it.',
	}),
	escalation({
		id: 'wif-provider-update',
		title: 'Change the mapping, condition, issuer or keys of a workload identity provider',
		requires: [{on: 'project', all: ['iam.googleapis.com/workloadIdentityPoolProviders.update']}],
		yields: 'pool identities',
		pools: 'workload',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.v1.WorkloadIdentityPools.UpdateWorkloadIdentityPoolProvider'),
		close: 'Keep pools in a project of their own with few administrators.',
		techniques: ['T1484.002'],
		sources: [iamDocs('best-practices-for-using-workload-identity-federation'), ROLES],
		notes: 'As wif-provider-create. Held by Owner and Workload Identity Pool Admin.',
	}),
	escalation({
		id: 'wif-pool-undelete-enable',
		title: 'Revive a deleted or disabled pool or provider',
		strength: 'limited',
		reason: 'It gives nobody an identity by itself: it revives ways of those whom the pool trusted.',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [
					['iam.googleapis.com/workloadIdentityPools.undelete'],
					['iam.googleapis.com/workloadIdentityPools.update'],
					['iam.googleapis.com/workloadIdentityPoolProviders.undelete'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'identities of the pool that bindings still name',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity(
			'google.iam.v1.WorkloadIdentityPools.UndeleteWorkloadIdentityPool',
			'google.iam.v1.WorkloadIdentityPools.UpdateWorkloadIdentityPool',
		),
		close: 'Remove bindings of pools that are gone.',
		techniques: ['T1484.002'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Undelete works for thirty days.',
	}),
	escalation({
		id: 'wif-managed-identity-attestation',
		title: 'Change the attestation rules of a managed workload identity',
		strength: 'limited',
		reason: 'Attestation rules and the workloads that they match are not in an inventory.',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [
					['iam.googleapis.com/workloadIdentityPoolManagedIdentities.setAttestationRules'],
					['iam.googleapis.com/workloadIdentityPools.setAttestationRules'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'the managed identity, for workloads of the changer',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.v1.WorkloadIdentityPools.SetAttestationRules'),
		close: 'Keep pools of managed identities in a project of their own.',
		techniques: ['T1484.002'],
		sources: [ROLES, iamDocs('managed-workload-identity')],
		notes: 'The rules decide which workloads obtain the identity.',
	}),
	escalation({
		id: 'workforce-provider-write',
		title: 'Create or change a workforce pool provider',
		requires: [
			{
				on: 'organization',
				all: [],
				anyOf: [
					['iam.googleapis.com/workforcePoolProviders.create'],
					['iam.googleapis.com/workforcePoolProviders.update'],
				],
			},
		],
		yields: 'pool identities',
		pools: 'workforce',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity(
			'google.iam.admin.v1.WorkforcePools.CreateWorkforcePoolProvider',
			'google.iam.admin.v1.WorkforcePools.UpdateWorkforcePoolProvider',
		),
		close: 'Keep Workforce Pool Admin with the identity team.',
		techniques: ['T1484.002'],
		sources: [ROLES, iamDocs('workforce-identity-federation')],
		notes: 'On the organization, otherwise as wif-provider-create: every identity of the pool can be forged.',
	}),
	escalation({
		id: 'workforce-scim-write',
		title: 'Edit provisioned users or groups of a workforce provider',
		strength: 'limited',
		reason: 'Which provisioned groups a provider has is not in an inventory.',
		requires: [
			{
				on: 'organization',
				all: [],
				anyOf: [
					['iam.googleapis.com/workforcePoolProviderScimGroups.patch'],
					['iam.googleapis.com/workforcePoolProviderScimGroups.put'],
					['iam.googleapis.com/workforcePoolProviderScimUsers.patch'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'workforce groups that bindings name',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('SCIM methods of google.iam.admin.v1.WorkforcePools'),
		close: 'Give SCIM rights to the identity provider alone.',
		techniques: ['T1098'],
		sources: [ROLES],
		notes: 'Puts an identity into a mapped group.',
	}),
	escalation({
		id: 'wif-external-principal',
		title: 'External identity bound to a service account',
		kind: 'structural',
		requires: [{on: 'account', all: ['iam.serviceAccounts.getAccessToken']}],
		yields: 'account',
		hopsAs: 'sa-get-access-token',
		api: 'sts.googleapis.com',
		seenInLogs: dataAccess(
			'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
			'GenerateAccessToken (iamcredentials.googleapis.com)',
		),
		close: 'Bind single subjects instead of whole pools, and give every provider a condition on the tenant.',
		techniques: ['T1199'],
		needs: ['workloadIdentityPools'],
		sources: [
			iamDocs('workload-identity-federation-with-deployment-pipelines'),
			iamDocs('service-account-permissions'),
		],
		notes:
			'A member of a workload or workforce pool with Workload Identity User on the ' +
			'account. The path starts at the principal or principalSet. A provider ' +
			'without a condition on the tenant lets every customer of the issuer in.',
	}),
	escalation({
		id: 'group-membership-write',
		title: 'Add oneself to a group that holds roles',
		kind: 'structural',
		requires: [],
		yields: 'group',
		api: 'cloudidentity.googleapis.com',
		seenInLogs:
			'Admin log of Google Workspace (Groups: ADD_GROUP_MEMBER), shared with Cloud Logging where that is set.',
		close: 'Give groups that hold roles few owners and managers, closed joining, and the security label.',
		techniques: ['T1098.007'],
		needs: ['groups'],
		sources: [hackTricks('gcp-cloudidentity-privesc.md'), iamDocs('setting-limits-on-granting-roles')],
		notes: 'No IAM permission: owners and managers of the group, or open joining. Nested groups pass it on.',
	}),
	escalation({
		id: 'domain-wide-delegation',
		title: 'Service account with domain-wide delegation',
		kind: 'structural',
		reason:
			'Which user it then acts as is a choice, and for Workspace rather than Google Cloud: the check ' +
			'domain-wide-delegation names the accounts, from configuration or admin logs, with who can become them.',
		requires: [],
		yields: 'other',
		yieldsNote: 'any user of the Workspace domain, within the authorised scopes',
		seenInLogs:
			'Token log of the Workspace admin console; SignBlob and ' +
			'SignJwt in the Data Access log (must be switched on).',
		close: 'Remove delegations in the admin console; keep those accounts free of keys and signers.',
		techniques: ['T1550.001'],
		sources: [
			iamDocs('best-practices-service-accounts'),
			'github:HackTricks-wiki/hacktricks-cloud:src/pentesting-cloud/gcp-security/gcp-to-workspace-pivoting/' +
				'gcp-understanding-domain-wide-delegation.md',
		],
		notes:
			'Whoever signs as the account (key, signBlob, signJwt) names any user as subject; an ' +
			'access token alone cannot. The OAuth client id of the account is the key to join by.',
	}),
	escalation({
		id: 'oauth-client-secret-read',
		title: 'Read or make OAuth client secrets',
		strength: 'limited',
		reason: 'It takes the consent of a user, not a service account.',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [
					['clientauthconfig.clients.getWithSecret'],
					['clientauthconfig.clients.listWithSecrets'],
					['clientauthconfig.clients.createSecret'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'users who consent to the client',
		api: 'clientauthconfig.googleapis.com',
		seenInLogs: adminActivity('methods of clientauthconfig.googleapis.com [recalled]'),
		close: 'Take basic roles away from projects with OAuth clients.',
		techniques: ['T1528'],
		sources: [hackTricks('gcp-clientauthconfig-privesc.md'), ROLES],
		notes: 'Phishing, or calling applications behind IAP.',
	}),
];
