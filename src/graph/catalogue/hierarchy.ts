/** Entitlements, moves in the hierarchy, and policies of single resources. */
import {adminActivity, escalation} from './entry.ts';
import {GCPWN, METHODS, PURPLE_PANDA, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const HIERARCHY: readonly Escalation[] = [
	escalation({
		id: 'pam-entitlement-write',
		title: 'Create or edit a Privileged Access Manager entitlement',
		requires: [
			{
				on: 'container',
				all: [],
				anyOf: [['privilegedaccessmanager.entitlements.create'], ['privilegedaccessmanager.entitlements.update']],
			},
		],
		yields: 'container',
		precondition: 'Privileged Access Manager is set up on the container: its service agent makes the change.',
		api: 'privilegedaccessmanager.googleapis.com',
		seenInLogs: adminActivity(
			'google.cloud.privilegedaccessmanager.v1.PrivilegedAccessManager.CreateEntitlement',
			'google.cloud.privilegedaccessmanager.v1.PrivilegedAccessManager.UpdateEntitlement',
		),
		close: 'Treat entitlement administration as rewriting the policy of the container, with as few holders.',
		techniques: ['T1548.005'],
		sources: [iamDocs('pam-overview'), iamDocs('pam-permissions-and-setup'), ROLES],
		notes:
			'An entitlement names who may ask and for which roles. ' +
			'Whoever writes one adds himself, or drops the approval.',
	}),
	escalation({
		id: 'pam-grant-request',
		title: 'Ask for a grant of an entitlement',
		kind: 'structural',
		reason:
			'No hop of its own: the roles of an entitlement are read as temporary grants to those who may ask for them, ' +
			'and each way that they open appears under its own id.',
		requires: [],
		yields: 'entitled roles',
		api: 'privilegedaccessmanager.googleapis.com',
		seenInLogs: adminActivity('google.cloud.privilegedaccessmanager.v1.PrivilegedAccessManager.CreateGrant'),
		close: 'Require approval, short durations and narrow roles in entitlements.',
		techniques: ['T1548.005'],
		sources: [iamDocs('pam-request-temporary-elevated-access')],
		notes:
			'Who may ask stands in the entitlement (eligibleUsers), not in an ' +
			'allow policy. Without approval the roles are there at once.',
	}),
	escalation({
		id: 'project-move',
		title: 'Move a project',
		strength: 'limited',
		reason: 'Needs a comparison of the policies of two places in the hierarchy, of which the destination is a choice.',
		requires: [{on: 'project', all: ['resourcemanager.projects.move']}],
		yields: 'other',
		yieldsNote: 'inherited policies of another place',
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('google.cloud.resourcemanager.v3.Projects.MoveProject'),
		close: 'Grant Project Mover to nobody for good; limit moves with resourcemanager.allowedExportDestinations.',
		techniques: ['T1666'],
		sources: [METHODS, 'npm:google-proto-files google/cloud/resourcemanager/v3/projects.proto'],
		notes:
			'Sheds inherited deny and organization policies and gains the allow ' +
			'bindings of the destination. Needed on source and destination, ' +
			'with projects.create there and projects.update [recalled].',
	}),
	escalation({
		id: 'folder-move',
		title: 'Move a folder',
		strength: 'limited',
		reason: 'Needs a comparison of the policies of two places in the hierarchy, of which the destination is a choice.',
		requires: [{on: 'folder', all: ['resourcemanager.folders.move']}],
		yields: 'other',
		yieldsNote: 'inherited policies of another place',
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('google.cloud.resourcemanager.v3.Folders.MoveFolder'),
		close: 'Grant Folder Mover to nobody for good.',
		techniques: ['T1666'],
		sources: [METHODS],
		notes: 'As project-move, for everything below; needed on both parents.',
	}),
	escalation({
		id: 'project-create',
		title: 'Create a project under a trusted parent',
		strength: 'limited',
		reason: 'What does not exist yet is in no inventory.',
		requires: [{on: 'container', all: ['resourcemanager.projects.create']}],
		yields: 'other',
		yieldsNote: 'a new project, as its Owner',
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('google.cloud.resourcemanager.v3.Projects.CreateProject'),
		close: 'Leave project creation to the pipeline that sets guardrails; remove Project Creator from the whole domain.',
		techniques: ['T1666'],
		evidence: 'recalled',
		sources: [iamDocs('principal-identifiers'), ROLES],
		notes:
			'Accounts in the new project fall into sets such as all ' +
			'accounts of the folder, and into lists of allowed domains.',
	}),
	escalation({
		id: 'acm-perimeter-edit',
		title: 'Edit a service perimeter or an access level',
		strength: 'limited',
		reason: 'No identity is gained: network and device conditions fall.',
		requires: [
			{
				on: 'organization',
				all: [],
				anyOf: [
					['accesscontextmanager.servicePerimeters.update'],
					['accesscontextmanager.accessLevels.update'],
					['accesscontextmanager.policies.update'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'what the perimeter kept away',
		api: 'accesscontextmanager.googleapis.com',
		seenInLogs: adminActivity(
			'google.identity.accesscontextmanager.v1.AccessContextManager.UpdateServicePerimeter',
			'google.identity.accesscontextmanager.v1.AccessContextManager.UpdateAccessLevel',
		),
		close: 'Leave guardrails to a group that holds nothing else, and alert on changes.',
		techniques: ['T1562.007'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Can flip conditions on request.auth.access_levels.',
	}),
	escalation({
		id: 'resource-set-iam-policy',
		title: 'Rewrite the allow policy of a single resource',
		strength: 'limited',
		reason: 'A resource is no identity; where it runs code or holds credentials, its own entry says what follows.',
		requires: [
			{
				on: 'resource',
				all: [],
				anyOf: [
					['storage.buckets.setIamPolicy'],
					['storage.objects.setIamPolicy'],
					['storage.managedFolders.setIamPolicy'],
					['secretmanager.secrets.setIamPolicy'],
					['cloudkms.cryptoKeys.setIamPolicy'],
					['artifactregistry.repositories.setIamPolicy'],
					['bigquery.datasets.setIamPolicy'],
					['pubsub.topics.setIamPolicy'],
					['pubsub.subscriptions.setIamPolicy'],
					['source.repos.setIamPolicy'],
					['cloudtasks.queues.setIamPolicy'],
					['bigquery.connections.setIamPolicy'],
					['deploymentmanager.deployments.setIamPolicy'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'the resource, with all roles on it',
		notDeniable: [
			'source.repos.setIamPolicy',
			'cloudtasks.queues.setIamPolicy',
			'deploymentmanager.deployments.setIamPolicy',
		],
		seenInLogs: adminActivity('SetIamPolicy of the service'),
		close: 'Grant administration of single resources without setIamPolicy where the service has such a role.',
		techniques: ['T1098.003'],
		sources: [hackTricks('gcp-misc-perms-privesc.md'), GCPWN, PURPLE_PANDA],
		notes:
			'Goes on where the resource holds code, credentials or an identity: ' +
			'bucket, secret, key, repository, dataset, topic, queue, connection.',
	}),
];
