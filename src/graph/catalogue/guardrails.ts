/** What stands around policies: deny policies, boundaries, constraints and tags. */
import {adminActivity, escalation} from './entry.ts';
import {METHODS, RHINO, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const GUARDRAILS: readonly Escalation[] = [
	escalation({
		id: 'deny-policy-edit',
		title: 'Weaken or delete a deny policy',
		strength: 'limited',
		reason: 'It lifts a guardrail and makes nobody anyone: ways that the guardrail stopped open again.',
		requires: [{on: 'container', all: [], anyOf: [['iam.denypolicies.update'], ['iam.denypolicies.delete']]}],
		yields: 'other',
		yieldsNote: 'what the policy denied',
		notDeniable: ['iam.denypolicies.update', 'iam.denypolicies.delete'],
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity('google.iam.v2.Policies.UpdatePolicy', 'google.iam.v2.Policies.DeletePolicy'),
		close: 'Leave guardrails to a group that holds nothing else, and alert on changes.',
		techniques: ['T1562'],
		sources: [iamDocs('deny-access'), iamDocs('deny-permissions-support'), ROLES],
		notes:
			'Deny Admin alone of the predefined roles holds the permissions; no deny ' +
			'rule can name them. Paths with --include-blocked show what would open.',
	}),
	escalation({
		id: 'pab-edit',
		title: 'Widen or unbind a principal access boundary',
		strength: 'limited',
		reason: 'It lifts a guardrail and makes nobody anyone: ways that the guardrail stopped open again.',
		requires: [
			{
				on: 'organization',
				all: [],
				anyOf: [
					['iam.principalaccessboundarypolicies.update'],
					['iam.principalaccessboundarypolicies.delete'],
					['iam.principalaccessboundarypolicies.bind'],
					['iam.principalaccessboundarypolicies.unbind', 'resourcemanager.organizations.deletePolicyBinding'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'what the boundary kept away',
		notDeniable: ['resourcemanager.organizations.deletePolicyBinding'],
		api: 'iam.googleapis.com',
		seenInLogs: adminActivity(
			'google.iam.v3.PrincipalAccessBoundaryPolicies.UpdatePrincipalAccessBoundaryPolicy',
			'google.iam.v3.PolicyBindings.DeletePolicyBinding',
		),
		close: 'Leave guardrails to a group that holds nothing else, and alert on changes.',
		techniques: ['T1562'],
		sources: [iamDocs('principal-access-boundary-policies'), ROLES],
		notes:
			'A second, wider boundary widens too: a principal reaches the union. Unbinding also needs ' +
			'deletePolicyBinding on the parent of the principal set, which may be a folder or project.',
	}),
	escalation({
		id: 'orgpolicy-set',
		title: 'Switch an organization policy off',
		strength: 'limited',
		reason: 'It lifts a guardrail and makes nobody anyone: ways that the guardrail stopped open again.',
		requires: [
			{
				on: 'container',
				all: [],
				anyOf: [
					['orgpolicy.policy.set'],
					['orgpolicy.policies.update'],
					['orgpolicy.policies.create'],
					['orgpolicy.policies.delete'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'what the constraint forbade',
		api: 'orgpolicy.googleapis.com',
		seenInLogs: adminActivity('google.cloud.orgpolicy.v2.OrgPolicy.UpdatePolicy'),
		close: 'Leave guardrails to a group that holds nothing else, and alert on changes.',
		techniques: ['T1562'],
		sources: [RHINO, hackTricks('gcp-orgpolicy-privesc.md'), METHODS],
		notes:
			'Re-opens key creation, use of accounts across projects, foreign identity providers, ' +
			'outside members. The administrator role is normally granted on the organization.',
	}),
	escalation({
		id: 'orgpolicy-custom-constraint-edit',
		title: 'Gut a custom constraint',
		strength: 'limited',
		reason: 'It lifts a guardrail and makes nobody anyone: ways that the guardrail stopped open again.',
		requires: [{on: 'organization', all: ['orgpolicy.customConstraints.update']}],
		yields: 'other',
		yieldsNote: 'what the constraint forbade',
		api: 'orgpolicy.googleapis.com',
		seenInLogs: adminActivity('google.cloud.orgpolicy.v2.OrgPolicy.UpdateCustomConstraint'),
		close: 'Leave guardrails to a group that holds nothing else, and alert on changes.',
		techniques: ['T1562'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Changes the expression of every policy that uses it.',
	}),
	escalation({
		id: 'tag-binding-satisfy-condition',
		title: 'Attach a tag so that a conditional grant applies',
		strength: 'limited',
		reason:
			'Which grants a tag that is not attached yet would satisfy ' +
			'is not decided: such grants appear as conditional.',
		requires: [
			{
				on: 'resource',
				all: ['resourcemanager.tagValueBindings.create'],
				anyOf: [
					['resourcemanager.hierarchyNodes.createTagBinding'],
					['iam.serviceAccounts.createTagBinding'],
					['iam.roles.createTagBinding'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'what the conditional grants give',
		notDeniable: [
			'resourcemanager.tagValueBindings.create',
			'resourcemanager.hierarchyNodes.createTagBinding',
			'iam.serviceAccounts.createTagBinding',
		],
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('google.cloud.resourcemanager.v3.TagBindings.CreateTagBinding'),
		close: 'Grant Tag User on a tag only to those who may have what it opens.',
		techniques: ['T1098.003'],
		sources: [
			iamDocs('tags-access-control'),
			iamDocs('conditions-attribute-reference'),
			iamDocs('troubleshoot-org-policies'),
			METHODS,
		],
		notes:
			'Needs the permission on the tag value and createTagBinding on the resource. The same move ' +
			'can flip deny rules and organization policies that test for the absence of a tag.',
	}),
	escalation({
		id: 'tag-binding-remove-guardrail',
		title: 'Detach a tag that a deny rule or organization policy depends on',
		strength: 'limited',
		reason: 'It lifts a guardrail and makes nobody anyone: ways that the guardrail stopped open again.',
		requires: [
			{
				on: 'resource',
				all: ['resourcemanager.tagValueBindings.delete'],
				anyOf: [['resourcemanager.hierarchyNodes.deleteTagBinding'], ['iam.serviceAccounts.deleteTagBinding']],
			},
		],
		yields: 'other',
		yieldsNote: 'what the guardrail forbade',
		notDeniable: [
			'resourcemanager.tagValueBindings.delete',
			'resourcemanager.hierarchyNodes.deleteTagBinding',
			'iam.serviceAccounts.deleteTagBinding',
		],
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('google.cloud.resourcemanager.v3.TagBindings.DeleteTagBinding'),
		close: 'Grant Tag User only to those who own the guardrail.',
		techniques: ['T1562'],
		sources: [iamDocs('deny-overview'), ROLES],
		notes: 'The mirror of tag-binding-satisfy-condition.',
	}),
	escalation({
		id: 'tag-set-iam-policy',
		title: 'Grant oneself the use of a tag',
		strength: 'limited',
		reason: 'It prepares another way and gives no identity by itself.',
		requires: [
			{
				on: 'resource',
				all: [],
				anyOf: [['resourcemanager.tagKeys.setIamPolicy'], ['resourcemanager.tagValues.setIamPolicy']],
			},
		],
		yields: 'other',
		yieldsNote: 'the first half of tag-binding-satisfy-condition',
		notDeniable: ['resourcemanager.tagKeys.setIamPolicy', 'resourcemanager.tagValues.setIamPolicy'],
		api: 'cloudresourcemanager.googleapis.com',
		seenInLogs: adminActivity('google.cloud.resourcemanager.v3.TagValues.SetIamPolicy'),
		close: 'Keep Tag Administrator with the owners of guardrails.',
		techniques: ['T1098.003'],
		sources: [METHODS, ROLES],
		notes: '',
	}),
];
