/** Dormant accounts, and credentials that open only some services. */
import {adminActivity, dataAccess, escalation} from './entry.ts';
import {RHINO, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const CREDENTIALS: readonly Escalation[] = [
	escalation({
		id: 'sa-enable',
		title: 'Re-enable a disabled service account',
		strength: 'limited',
		reason: 'It gives nobody the account by itself: it revives ways that the other entries describe.',
		requires: [{on: 'account', all: ['iam.serviceAccounts.enable']}],
		yields: 'other',
		yieldsNote: 'the account, for those who could become it before',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.EnableServiceAccount'),
		close: 'Delete accounts that are not needed, with their bindings and keys.',
		techniques: ['T1098'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Keys and bindings stay in place while an account is disabled.',
	}),
	escalation({
		id: 'sa-undelete',
		title: 'Undelete a service account',
		strength: 'limited',
		reason: 'Deleted accounts are not in an inventory.',
		requires: [{on: 'project', all: ['iam.serviceAccounts.undelete']}],
		yields: 'other',
		yieldsNote: 'the account, for those who could become it before',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.UndeleteServiceAccount'),
		close: 'Remove the bindings of deleted accounts.',
		techniques: ['T1098'],
		evidence: 'recalled',
		sources: [ROLES],
		notes:
			'Within thirty days it restores the unique id, so that deleted: ' +
			'members count again; an account recreated by name does not.',
	}),
	escalation({
		id: 'sa-hmac-key',
		title: 'Create an HMAC key for a service account',
		strength: 'limited',
		reason: 'The key opens Cloud Storage and no other service: it does not make its holder the account.',
		requires: [{on: 'project', all: ['storage.hmacKeys.create']}],
		yields: 'other',
		yieldsNote: 'Cloud Storage as any account of the project',
		constraints: ['iam.managed.disableServiceAccountKeyCreation'],
		api: 'storage.googleapis.com',
		seenInLogs: adminActivity('storage.hmacKeys.create'),
		close:
			'Enforce iam.managed.disableServiceAccountKeyCreation, or ' +
			'deny HMAC requests with storage.restrictAuthTypes.',
		techniques: ['T1098.001'],
		sources: [RHINO, hackTricks('gcp-storage-privesc.md'), ROLES, iamDocs('service-account-monitoring')],
		notes:
			'No permission on the account is checked [recalled]. Editor holds ' +
			'it. HMAC use is missing from the usage metrics of accounts.',
	}),
	escalation({
		id: 'sa-bound-api-key-create',
		title: 'Create an API key bound to a service account',
		strength: 'limited',
		reason:
			'The account is chosen with a permission other than act-as, ' +
			'which alone is judged on accounts that are attached.',
		requires: [
			{on: 'project', all: ['apikeys.keys.create']},
			{on: 'attached account', all: ['iam.serviceAccountApiKeyBindings.create']},
		],
		yields: 'actable account',
		yieldsNote: 'with iam.serviceAccountApiKeyBindings.create on the account in the place of act-as',
		constraints: ['iam.managed.disableServiceAccountApiKeyCreation'],
		notDeniable: ['iam.serviceAccountApiKeyBindings.create'],
		api: 'apikeys.googleapis.com',
		seenInLogs: adminActivity('google.api.apikeys.v2.ApiKeys.CreateKey'),
		close: 'Leave iam.managed.disableServiceAccountApiKeyCreation enforced, as it is by default.',
		techniques: ['T1098.001'],
		sources: ['https://cloud.google.com/docs/authentication/api-keys', ROLES],
		notes:
			'Requests with the key run as the account, where an API takes such keys ' +
			'(Vertex AI, at the time of the source). Not in usage metrics.',
	}),
	escalation({
		id: 'api-key-read-string',
		title: 'Read the secret string of an API key that is bound to a service account',
		strength: 'limited',
		requires: [{on: 'project', all: ['apikeys.keys.getKeyString']}],
		yields: 'attached account',
		workloads: ['apikeys.googleapis.com/Key'],
		api: 'apikeys.googleapis.com',
		seenInLogs: dataAccess('google.api.apikeys.v2.ApiKeys.GetKeyString'),
		close: 'Take basic roles away and delete bound keys.',
		techniques: ['T1552.001'],
		sources: [
			hackTricks('gcp-serviceusage-privesc.md'),
			RHINO,
			'https://cloud.google.com/api-keys/docs/access-control',
		],
		notes:
			'Even the basic Viewer role holds it. Only keys with serviceAccountEmail ' +
			'carry an identity; the others carry quota and billing of the project.',
	}),
	escalation({
		id: 'api-key-create-legacy',
		title: 'Create a standard API key',
		strength: 'limited',
		reason: 'A standard key carries no identity.',
		requires: [{on: 'project', all: ['apikeys.keys.create']}],
		yields: 'other',
		yieldsNote: 'quota and billing of the project',
		api: 'apikeys.googleapis.com',
		seenInLogs: adminActivity('google.api.apikeys.v2.ApiKeys.CreateKey'),
		close: 'Restrict API keys to the APIs and callers that need them.',
		techniques: ['T1098.001'],
		sources: [RHINO, hackTricks('gcp-serviceusage-privesc.md')],
		notes: 'Older texts name serviceusage.apiKeys.create, which no predefined role holds any more.',
	}),
];
