/** Policies of projects, folders and the organization, and custom roles. */
import {adminActivity, escalation} from './entry.ts';
import {RHINO, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const CONTAINERS: readonly Escalation[] = [
	escalation({
		id: 'project-set-iam-policy',
		title: 'Rewrite the allow policy of a project',
		requires: [{on: 'project', all: ['resourcemanager.projects.setIamPolicy']}],
		yields: 'container',
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('SetIamPolicy on the project'),
		close:
			'Keep project IAM administration with few, behind Privileged ' +
			'Access Manager, or limit it with modifiedGrantsByRole.',
		techniques: ['T1098.003'],
		sources: [
			RHINO,
			iamDocs('best-practices-service-accounts'),
			iamDocs('setting-limits-on-granting-roles'),
			hackTricks('gcp-resourcemanager-privesc.md'),
		],
		notes:
			'Any role on the project, so every account in it. Making an ' +
			'outsider Owner needs an invitation in the console [recalled].',
	}),
	escalation({
		id: 'folder-set-iam-policy',
		title: 'Rewrite the allow policy of a folder',
		requires: [{on: 'folder', all: ['resourcemanager.folders.setIamPolicy']}],
		yields: 'container',
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('SetIamPolicy on the folder'),
		close: 'Grant folder IAM administration to break-glass groups only.',
		techniques: ['T1098.003'],
		sources: [RHINO, hackTricks('gcp-resourcemanager-privesc.md')],
		notes: 'Everything below the folder inherits the change.',
	}),
	escalation({
		id: 'org-set-iam-policy',
		title: 'Rewrite the allow policy of the organization',
		requires: [{on: 'organization', all: ['resourcemanager.organizations.setIamPolicy']}],
		yields: 'container',
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('SetIamPolicy on the organization'),
		close: 'Two or three break-glass holders, watched by an alert on SetIamPolicy.',
		techniques: ['T1098.003'],
		sources: [RHINO, hackTricks('gcp-resourcemanager-privesc.md')],
		notes:
			'Also opens roles that only the organization can grant, such ' +
			'as Deny Admin and Organization Policy Administrator.',
	}),
	escalation({
		id: 'custom-role-update',
		title: 'Add permissions to a custom role that one holds',
		requires: [{on: 'role owner', all: ['iam.roles.update']}],
		yields: 'custom role',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.UpdateRole'),
		close: 'Keep role administration apart from the holders of custom roles.',
		techniques: ['T1098.003'],
		sources: [RHINO, hackTricks('gcp-iam-privesc.md'), iamDocs('creating-custom-roles')],
		notes:
			'Checked on the project or organization that owns the role; the gain is wherever the caller ' +
			'holds it. Permissions that custom roles cannot hold, or not at that level, stay out.',
	}),
	escalation({
		id: 'custom-role-undelete',
		title: 'Undelete a custom role',
		strength: 'limited',
		reason: 'What a deleted role will hold is not stated in the sources.',
		requires: [{on: 'role owner', all: ['iam.roles.undelete']}],
		yields: 'other',
		yieldsNote: 'the role, for those who are still bound to it',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.UndeleteRole'),
		close: 'Remove the bindings of deleted roles.',
		techniques: ['T1098.003'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Bindings outlive a deleted role for its seven days of grace.',
	}),
	escalation({
		id: 'custom-role-create-then-bind',
		title: 'Create a custom role and bind it on an account',
		strength: 'limited',
		reason: 'Adds nothing to sa-set-iam-policy but a way around allow-lists of role names.',
		requires: [
			{on: 'role owner', all: ['iam.roles.create']},
			{on: 'account', all: ['iam.serviceAccounts.setIamPolicy']},
		],
		yields: 'other',
		yieldsNote: 'an account whose policy one may rewrite anyway',
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.admin.v1.CreateRole', 'google.iam.admin.v1.SetIAMPolicy'),
		close: 'Name predefined roles, not custom ones, in modifiedGrantsByRole lists.',
		techniques: ['T1098.003'],
		sources: [hackTricks('gcp-iam-privesc.md')],
		notes:
			'Any resource whose policy one may rewrite works, not accounts alone. It ' +
			'gets around lists and custom constraints that name a custom role.',
	}),
];
