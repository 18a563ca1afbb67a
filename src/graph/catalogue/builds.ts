/** Builds and the repositories that feed them. */
import {ACT_AS, CLOSE_ATTACH, adminActivity, attaching, dataAccess, escalation} from './entry.ts';
import {GCPWN, METHODS, PURPLE_PANDA, RHINO, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const BUILDS: readonly Escalation[] = [
	escalation({
		id: 'cloudbuild-default-sa',
		title: 'Run a build as the legacy Cloud Build account',
		requires: [{on: 'project', all: ['cloudbuild.builds.create']}],
		yields: 'project identity',
		identities: ['{number}@cloudbuild.gserviceaccount.com'],
		precondition:
			'The project still builds as its legacy account, which its age and the cloudbuild constraints decide.',
		api: 'cloudbuild.googleapis.com',
		seenInLogs: adminActivity('google.devtools.cloudbuild.v1.CloudBuild.CreateBuild'),
		close: 'Build as an account of your own with little power, and take the roles of the legacy account away.',
		techniques: ['T1648'],
		sources: [
			iamDocs('best-practices-service-accounts'),
			RHINO,
			GCPWN,
			hackTricks('gcp-cloudbuild-privesc.md'),
			'https://docs.cloud.google.com/build/docs/cloud-build-service-account.md.txt',
		],
		notes:
			'No act-as. Where the default is the Compute Engine account, act-as ' +
			'on that is needed [recalled]: then it is cloudbuild-user-sa.',
	}),
	escalation({
		id: 'cloudbuild-user-sa',
		title: 'Run a build as a chosen service account',
		requires: [{on: 'project', all: ['cloudbuild.builds.create']}, ACT_AS],
		yields: 'actable account',
		api: 'cloudbuild.googleapis.com',
		seenInLogs: attaching('google.devtools.cloudbuild.v1.CloudBuild.CreateBuild'),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [GCPWN, hackTricks('gcp-cloudbuild-privesc.md')],
		notes: '',
	}),
	escalation({
		id: 'cloudbuild-trigger-write',
		title: 'Create or change a build trigger',
		requires: [{on: 'project', all: [], anyOf: [['cloudbuild.builds.create'], ['cloudbuild.builds.update']]}, ACT_AS],
		yields: 'actable account',
		api: 'cloudbuild.googleapis.com',
		seenInLogs: attaching(
			'google.devtools.cloudbuild.v1.CloudBuild.CreateBuildTrigger',
			'google.devtools.cloudbuild.v1.CloudBuild.UpdateBuildTrigger',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [METHODS, PURPLE_PANDA],
		notes:
			'Checked as builds.create or builds.update: there are no trigger permissions. Act-as is ' +
			'needed on the account of the trigger; a trigger of the legacy account needs none.',
	}),
	escalation({
		id: 'cloudbuild-trigger-run',
		title: 'Run a build trigger on another revision',
		strength: 'limited',
		requires: [{on: 'project', all: ['cloudbuild.builds.create']}],
		yields: 'attached account',
		workloads: ['cloudbuild.googleapis.com/BuildTrigger'],
		precondition: 'A branch or substitution that the caller chooses changes what the build does.',
		api: 'cloudbuild.googleapis.com',
		seenInLogs: adminActivity('google.devtools.cloudbuild.v1.CloudBuild.RunBuildTrigger'),
		close: 'Let triggers build protected branches only.',
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [METHODS],
		notes: 'The code comes from the repository.',
	}),
	escalation({
		id: 'cloudbuild-approve',
		title: 'Approve a pending build',
		strength: 'limited',
		reason: 'It lifts the gate of a build that somebody else wrote.',
		requires: [{on: 'project', all: ['cloudbuild.builds.approve']}],
		yields: 'other',
		yieldsNote: 'the account of the pending build',
		api: 'cloudbuild.googleapis.com',
		seenInLogs: adminActivity('google.devtools.cloudbuild.v1.CloudBuild.ApproveBuild'),
		close: 'Keep approvers and authors apart.',
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [METHODS],
		notes: '',
	}),
	escalation({
		id: 'source-push-to-trigger',
		title: 'Push code to a repository that a trigger builds',
		requires: [
			{
				on: 'resource',
				all: [],
				anyOf: [
					['source.repos.update'],
					['cloudbuild.repositories.accessReadWriteToken'],
					['developerconnect.gitRepositoryLinks.fetchReadWriteToken'],
					['developerconnect.gitRepositoryLinks.gitProxyWrite'],
				],
			},
		],
		yields: 'attached account',
		workloads: ['cloudbuild.googleapis.com/BuildTrigger'],
		code: [
			{kind: 'source repository', uses: ['build source'], permissions: ['source.repos.update']},
			{
				kind: 'connected repository',
				uses: ['build source'],
				permissions: ['cloudbuild.repositories.accessReadWriteToken'],
			},
			{
				kind: 'repository link',
				uses: ['build source'],
				permissions: ['developerconnect.gitRepositoryLinks.fetchReadWriteToken'],
			},
			{
				kind: 'repository link',
				uses: ['build source'],
				permissions: ['developerconnect.gitRepositoryLinks.gitProxyWrite'],
			},
		],
		notDeniable: ['source.repos.update', 'developerconnect.gitRepositoryLinks.gitProxyWrite'],
		seenInLogs: 'Log of the repository host; Admin Activity log: google.devtools.cloudbuild.v1.CloudBuild.CreateBuild.',
		close: 'Protect branches, require review, and build as an account with little power.',
		techniques: ['T1195.002'],
		sources: [hackTricks('gcp-sourcerepos-privesc.md'), ROLES],
		notes:
			'Write access on GitHub or GitLab counts as well, and is in no inventory. A trigger that asks for approval ' +
			'makes it conditional. Cloud Source Repositories takes no new customers since June 2024.',
	}),
	escalation({
		id: 'source-read-secrets',
		title: 'Read source code for keys',
		strength: 'limited',
		reason: 'What a disk, file or log holds is in no inventory.',
		requires: [
			{
				on: 'resource',
				all: [],
				anyOf: [
					['source.repos.get'],
					['cloudbuild.repositories.accessReadToken'],
					['cloudfunctions.functions.sourceCodeGet'],
					['developerconnect.gitRepositoryLinks.fetchReadToken'],
				],
			},
		],
		yields: 'other',
		yieldsNote: 'credentials in code',
		notDeniable: ['source.repos.get'],
		seenInLogs: dataAccess('read methods of the repository service [recalled]'),
		close: 'Keep secrets out of code; scan for them.',
		techniques: ['T1552.001'],
		sources: [hackTricks('gcp-sourcerepos-privesc.md')],
		notes: '',
	}),
	escalation({
		id: 'artifact-push',
		title: 'Overwrite an image or package that workloads use',
		strength: 'limited',
		requires: [{on: 'resource', all: ['artifactregistry.repositories.uploadArtifacts']}],
		yields: 'attached account',
		workloads: [
			'appengine.googleapis.com/Version',
			'batch.googleapis.com/Job',
			'cloudbuild.googleapis.com/BuildTrigger',
			'cloudfunctions.googleapis.com/CloudFunction',
			'cloudfunctions.googleapis.com/Function',
			'compute.googleapis.com/Instance',
			'compute.googleapis.com/InstanceTemplate',
			'dataflow.googleapis.com/Job',
			'dataproc.googleapis.com/Batch',
			'run.googleapis.com/Job',
			'run.googleapis.com/Service',
			'run.googleapis.com/WorkerPool',
		],
		code: [
			{
				kind: 'artifact repository',
				uses: ['builder image', 'container image', 'function image', 'worker image'],
				permissions: ['artifactregistry.repositories.uploadArtifacts'],
			},
		],
		precondition: 'The workload pulls the tag again: at its next start, build or deployment.',
		api: 'artifactregistry.googleapis.com',
		seenInLogs: dataAccess('Docker-PutManifest and upload methods of artifactregistry.googleapis.com [recalled]'),
		close: 'Immutable tags, digests, Binary Authorization.',
		techniques: ['T1525'],
		sources: [hackTricks('gcp-artifact-registry-privesc.md')],
		notes:
			'Cloud Run and functions pin a digest when they are deployed; GKE ' +
			'pulls again where its pull policy says so or on new nodes.',
	}),
];
