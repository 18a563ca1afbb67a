/** Service accounts themselves: tokens, signatures, keys and their policies. */
import {adminActivity, dataAccess, escalation} from './entry.ts';
import {METHODS, RHINO, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const ACCOUNTS: readonly Escalation[] = [
	escalation({
		id: 'sa-get-access-token',
		title: 'Mint an OAuth access token for a service account',
		requires: [{on: 'account', all: ['iam.serviceAccounts.getAccessToken']}],
		yields: 'account',
		api: 'iamcredentials.googleapis.com',
		seenInLogs: dataAccess('GenerateAccessToken (iamcredentials.googleapis.com)'),
		close:
			'Grant Token Creator on the one account that is needed, never ' +
			'on a project; prefer attached accounts to impersonation.',
		techniques: ['T1550.001'],
		sources: [
			iamDocs('service-account-permissions'),
			iamDocs('service-account-creds'),
			RHINO,
			hackTricks('gcp-iam-privesc.md'),
		],
		notes:
			'What gcloud --impersonate-service-account and federation use. The caller ' +
			'chooses the scopes; tokens live an hour, twelve where the account is listed in ' +
			'iam.allowServiceAccountCredentialLifetimeExtension. Owner and Editor do not ' +
			'hold the permission. A token cannot mint another for the same account.',
	}),
	escalation({
		id: 'sa-get-openid-token',
		title: 'Mint a Google-signed ID token for a service account',
		strength: 'limited',
		requires: [{on: 'account', all: ['iam.serviceAccounts.getOpenIdToken']}],
		yields: 'account',
		api: 'iamcredentials.googleapis.com',
		seenInLogs: dataAccess('GenerateIdToken (iamcredentials.googleapis.com)'),
		close: 'Grant the OpenID Token Creator role on single accounts only.',
		techniques: ['T1550.001'],
		sources: [iamDocs('service-account-permissions'), hackTricks('gcp-iam-privesc.md')],
		notes:
			'Google APIs do not take ID tokens: it opens Cloud Run, functions, IAP and ' +
			'outside systems that trust accounts.google.com for this account.',
	}),
	escalation({
		id: 'sa-sign-blob',
		title: 'Sign arbitrary bytes with the Google-managed key of a service account',
		requires: [{on: 'account', all: ['iam.serviceAccounts.signBlob']}],
		yields: 'account',
		api: 'iamcredentials.googleapis.com',
		seenInLogs: dataAccess('SignBlob (iamcredentials.googleapis.com)'),
		close: 'Grant Token Creator on the one account that is needed; V4 signed URLs need it on that account only.',
		techniques: ['T1606.001'],
		sources: [iamDocs('service-account-permissions'), RHINO, hackTricks('gcp-iam-privesc.md')],
		notes:
			'The bytes may be a JWT assertion, which buys access and ID ' +
			'tokens, also with a subject for domain-wide delegation.',
	}),
	escalation({
		id: 'sa-sign-jwt',
		title: 'Sign a JWT with the Google-managed key of a service account',
		requires: [{on: 'account', all: ['iam.serviceAccounts.signJwt']}],
		yields: 'account',
		api: 'iamcredentials.googleapis.com',
		seenInLogs: dataAccess('SignJwt (iamcredentials.googleapis.com)'),
		close: 'Grant Token Creator on the one account that is needed.',
		techniques: ['T1606.001'],
		sources: [iamDocs('service-account-permissions'), RHINO, hackTricks('gcp-iam-privesc.md')],
		notes:
			'The JWT is exchanged for access and ID tokens, and is the one way for an account ' +
			'to obtain tokens for itself. Expiry at most twelve hours ahead [recalled].',
	}),
	escalation({
		id: 'sa-implicit-delegation',
		title: 'Delegate through a service account',
		requires: [{on: 'account', all: ['iam.serviceAccounts.implicitDelegation']}],
		yields: 'delegation',
		api: 'iamcredentials.googleapis.com',
		seenInLogs: dataAccess(
			'GenerateAccessToken and the like, with serviceAccountDelegationInfo (iamcredentials.googleapis.com)',
		),
		close:
			'Remove implicitDelegation: nearly nobody uses delegation ' +
			'chains; custom roles made from Token Creator can leave it out.',
		techniques: ['T1550.001'],
		sources: [
			iamDocs('service-account-permissions'),
			iamDocs('create-short-lived-credentials-delegated'),
			'npm:google-proto-files google/iam/credentials/v1/common.proto',
			RHINO,
		],
		notes:
			'The caller needs it on the first delegate, each delegate on the next, and ' +
			'the last delegate needs the minting permission on the target. Alone it ' +
			'yields no token of the delegate: a prefix of a path, never its last hop.',
	}),
	escalation({
		id: 'sa-key-create',
		title: 'Create a user-managed key',
		requires: [{on: 'account', all: ['iam.serviceAccountKeys.create']}],
		yields: 'account',
		constraints: ['iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'],
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.CreateServiceAccountKey'),
		close: 'Enforce iam.managed.disableServiceAccountKeyCreation on the organization and take Editor away from people.',
		techniques: ['T1098.001'],
		sources: [
			iamDocs('service-account-permissions'),
			iamDocs('best-practices-service-accounts'),
			iamDocs('service-account-creds'),
			RHINO,
		],
		notes:
			'A key works until it is deleted, unless iam.serviceAccountKeyExpiryHours limits it; ' +
			'ten per account. Editor holds the permission. The constraint is not retroactive.',
	}),
	escalation({
		id: 'sa-key-upload',
		title: 'Upload an own public key to a service account',
		requires: [{on: 'account', all: ['iam.serviceAccountKeys.create']}],
		yields: 'account',
		constraints: ['iam.disableServiceAccountKeyUpload', 'iam.managed.disableServiceAccountKeyUpload'],
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.UploadServiceAccountKey'),
		close:
			'Enforce iam.managed.disableServiceAccountKeyUpload as well: ' +
			'the constraint on key creation does not cover uploads.',
		techniques: ['T1098.001'],
		sources: [iamDocs('best-practices-service-accounts'), METHODS, hackTricks('gcp-cloudscheduler-privesc.md')],
		notes:
			'Checked as iam.serviceAccountKeys.create: there is no upload ' +
			'permission. The certificate sets the expiry; keyOrigin is ' +
			'USER_PROVIDED.',
	}),
	escalation({
		id: 'sa-key-enable',
		title: 'Re-enable a disabled key',
		strength: 'limited',
		reason: 'Who holds the private half of a disabled key is in no inventory.',
		requires: [{on: 'account', all: ['iam.serviceAccountKeys.enable']}],
		yields: 'other',
		yieldsNote: 'the account, for whoever already holds the private half of the key',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.EnableServiceAccountKey'),
		close: 'Delete leaked keys instead of disabling them.',
		techniques: ['T1098.001'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Undoes the automatic response to a key that was found in public.',
	}),
	escalation({
		id: 'sa-set-iam-policy',
		title: 'Rewrite the allow policy of a service account',
		requires: [{on: 'account', all: ['iam.serviceAccounts.setIamPolicy']}],
		yields: 'account',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.SetIAMPolicy on the account'),
		close:
			'Keep Owner, Security Admin and Service Account Admin off projects with ' +
			'powerful accounts, or limit what they may grant with modifiedGrantsByRole.',
		techniques: ['T1098.003'],
		sources: [iamDocs('best-practices-service-accounts'), RHINO, hackTricks('gcp-iam-privesc.md')],
		notes: 'One grants oneself Token Creator. Held by Owner, Security Admin and Service Account Admin.',
	}),
];
