/** Cloud Run functions, both generations. */
import {ACT_AS, CLOSE_ATTACH, CLOSE_CHANGE, adminActivity, attaching, escalation} from './entry.ts';
import {GCPWN, RHINO, hackTricks} from './sources.ts';
import type {Escalation} from './types.ts';

export const FUNCTIONS: readonly Escalation[] = [
	escalation({
		id: 'cloudfunctions-create',
		title: 'Deploy a function that runs as a service account',
		requires: [
			{
				on: 'project',
				all: ['cloudfunctions.functions.create', 'cloudfunctions.functions.sourceCodeSet'],
				anyOf: [
					['cloudfunctions.functions.call'],
					['cloudfunctions.functions.invoke'],
					['run.routes.invoke'],
					['cloudfunctions.functions.setIamPolicy'],
				],
			},
			ACT_AS,
		],
		yields: 'actable account',
		notDeniable: ['cloudfunctions.functions.invoke'],
		api: 'cloudfunctions.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.functions.v1.CloudFunctionsService.CreateFunction',
			'google.cloud.functions.v2.FunctionService.CreateFunction',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [RHINO, GCPWN, hackTricks('gcp-cloudfunctions-privesc.md')],
		notes:
			'The alternatives are the ways to trigger it; an event may do as well. Default accounts: App ' +
			'Engine (1st generation), Compute Engine (2nd). A chosen build account needs act-as too.',
	}),
	escalation({
		id: 'cloudfunctions-update',
		title: 'Replace the code of a function',
		requires: [
			{on: 'workload', all: ['cloudfunctions.functions.update', 'cloudfunctions.functions.sourceCodeSet']},
			ACT_AS,
		],
		yields: 'attached or actable account',
		workloads: ['cloudfunctions.googleapis.com/CloudFunction', 'cloudfunctions.googleapis.com/Function'],
		api: 'cloudfunctions.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.functions.v1.CloudFunctionsService.UpdateFunction',
			'google.cloud.functions.v2.FunctionService.UpdateFunction',
		),
		close: CLOSE_CHANGE,
		techniques: ['T1648'],
		sources: [RHINO, GCPWN, hackTricks('gcp-cloudfunctions-privesc.md')],
		notes: 'Act-as is needed even to keep the account; with act-as on another, that one can be attached.',
	}),
	escalation({
		id: 'cloudfunctions-build-sa',
		title: 'Take the build identity of a function',
		strength: 'limited',
		reason:
			'Which account builds the functions of a project depends on ' +
			'its age and settings, which are not in an inventory.',
		requires: [{on: 'project', all: ['cloudfunctions.functions.create'], anyOf: [['cloudfunctions.functions.update']]}],
		yields: 'other',
		yieldsNote: 'the account that builds functions of the project',
		api: 'cloudfunctions.googleapis.com',
		seenInLogs: adminActivity(
			'google.cloud.functions.v1.CloudFunctionsService.CreateFunction',
			'google.cloud.functions.v2.FunctionService.CreateFunction',
		),
		close: 'Choose a build account with little power.',
		techniques: ['T1648'],
		sources: [
			'https://nhimg.org/articles/confusedfunction-exposes-privilege-escalation-through-cloud-build-identity/',
			hackTricks('gcp-cloudfunctions-privesc.md'),
		],
		notes:
			'Known as ConfusedFunction: install scripts of dependencies run inside the build. ' +
			'Newer projects build as the Compute Engine default account or a chosen one.',
	}),
	escalation({
		id: 'cloudfunctions-set-iam-policy',
		title: 'Open a function to be called',
		strength: 'limited',
		reason: 'Calling a workload does not hand over its account: the gain depends on what its code does.',
		requires: [{on: 'resource', all: ['cloudfunctions.functions.setIamPolicy']}],
		yields: 'other',
		yieldsNote: 'what the function does as its account',
		api: 'cloudfunctions.googleapis.com',
		seenInLogs: adminActivity(
			'google.cloud.functions.v1.CloudFunctionsService.SetIamPolicy',
			'google.cloud.functions.v2.FunctionService.SetIamPolicy',
		),
		close: 'Grant developer roles without policy rights.',
		techniques: ['T1098.003'],
		sources: [GCPWN, hackTricks('gcp-cloudfunctions-privesc.md')],
		notes: '',
	}),
];
