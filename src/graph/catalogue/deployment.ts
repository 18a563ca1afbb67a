/** Services that deploy or integrate in the name of an account. */
import {ACT_AS, CLOSE_ATTACH, CLOSE_CHANGE, adminActivity, attaching, escalation} from './entry.ts';
import {METHODS, RHINO, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const DEPLOYMENT: readonly Escalation[] = [
	escalation({
		id: 'deploymentmanager-create',
		title: 'Deployment Manager deployment',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [['deploymentmanager.deployments.create'], ['deploymentmanager.deployments.update']],
			},
		],
		yields: 'project identity',
		identities: ['{number}@cloudservices.gserviceaccount.com'],
		precondition: 'Deployment Manager, unsupported since the end of March 2026, still serves the project.',
		notDeniable: ['deploymentmanager.deployments.create', 'deploymentmanager.deployments.update'],
		api: 'deploymentmanager.googleapis.com',
		seenInLogs: adminActivity('v2.deploymentmanager.deployments.insert', 'v2.deploymentmanager.deployments.update'),
		close: 'Disable the API, and take Editor from the Google APIs Service Agent where nothing needs it.',
		techniques: ['T1648'],
		sources: [iamDocs('best-practices-service-accounts'), RHINO, hackTricks('gcp-deploymentmaneger-privesc.md')],
		notes:
			'The Google APIs Service Agent, Editor of the project, creates ' +
			'the resources, not the caller: one permission is enough.',
	}),
	escalation({
		id: 'inframanager-deploy',
		title: 'Infrastructure Manager deployment or preview as a service account',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [['config.deployments.create'], ['config.deployments.update'], ['config.previews.create']],
			},
			ACT_AS,
		],
		yields: 'actable account',
		api: 'config.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.config.v1.Config.CreateDeployment',
			'google.cloud.config.v1.Config.CreatePreview',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [ROLES, 'npm:googleapis config/v1.d.ts Deployment.serviceAccount'],
		notes: 'Terraform runs in a build as the account; previews run providers and data sources too.',
	}),
	escalation({
		id: 'clouddeploy-release',
		title: 'Cloud Deploy release with jobs as the execution account',
		requires: [{on: 'project', all: ['clouddeploy.releases.create']}, ACT_AS],
		yields: 'attached account',
		workloads: ['clouddeploy.googleapis.com/Target'],
		api: 'clouddeploy.googleapis.com',
		seenInLogs: attaching('google.cloud.deploy.v1.CloudDeploy.CreateRelease'),
		close: CLOSE_CHANGE,
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [ROLES, METHODS, 'npm:googleapis clouddeploy/v1.d.ts'],
		notes:
			'Hooks and custom actions run any container. Without a named execution account it ' +
			'is the Compute Engine default. Automations run as an account of their own.',
	}),
	escalation({
		id: 'clouddeploy-target-write',
		title: 'Cloud Deploy target or automation with another service account',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [
					['clouddeploy.targets.create'],
					['clouddeploy.targets.update'],
					['clouddeploy.automations.create'],
					['clouddeploy.customTargetTypes.create'],
				],
			},
			ACT_AS,
		],
		yields: 'actable account',
		api: 'clouddeploy.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.deploy.v1.CloudDeploy.CreateTarget',
			'google.cloud.deploy.v1.CloudDeploy.UpdateTarget',
			'google.cloud.deploy.v1.CloudDeploy.CreateAutomation',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: '',
	}),
	escalation({
		id: 'firebase-apphosting',
		title: 'Firebase App Hosting build as the account of a backend',
		strength: 'limited',
		requires: [
			{
				on: 'project',
				all: ['firebaseapphosting.builds.create'],
				anyOf: [['firebaseapphosting.backends.create'], ['firebaseapphosting.backends.update']],
			},
			ACT_AS,
		],
		yields: 'actable account',
		api: 'firebaseapphosting.googleapis.com',
		seenInLogs: attaching('google.firebase.apphosting.v1.AppHosting.CreateBuild [recalled]'),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Runs code of the user on Cloud Build and Cloud Run. Backends are no asset type of Asset Inventory.',
	}),
	escalation({
		id: 'integrations-deploy',
		title: 'Application Integration flow or auth profile as a service account',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [
					['integrations.authConfigs.create'],
					['integrations.integrationVersions.deploy'],
					['integrations.integrationVersions.create'],
				],
			},
			ACT_AS,
		],
		yields: 'actable account',
		api: 'integrations.googleapis.com',
		seenInLogs: attaching('google.cloud.integrations.v1 methods [recalled]'),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [ROLES, METHODS],
		notes: 'Profiles of type service account mint tokens for connectors and HTTP tasks.',
	}),
	escalation({
		id: 'connectors-create',
		title: 'Integration Connectors connection as a service account',
		strength: 'limited',
		requires: [{on: 'project', all: ['connectors.connections.create']}, ACT_AS],
		yields: 'actable account',
		api: 'connectors.googleapis.com',
		seenInLogs: attaching('google.cloud.connectors.v1.Connectors.CreateConnection'),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: '',
	}),
];
