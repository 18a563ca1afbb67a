/** Notebooks and Vertex AI. */
import {ACT_AS, CLOSE_ATTACH, adminActivity, attaching, escalation} from './entry.ts';
import {METHODS, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const VERTEX: readonly Escalation[] = [
	escalation({
		id: 'notebooks-instance-create',
		title: 'Workbench instance that runs as a service account',
		requires: [{on: 'project', all: ['notebooks.instances.create']}, ACT_AS],
		yields: 'actable account',
		notDeniable: ['notebooks.instances.create'],
		api: 'notebooks.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.notebooks.v1.NotebookService.CreateInstance',
			'google.cloud.notebooks.v2.NotebookService.CreateInstance',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1578.002'],
		sources: [METHODS],
		notes: 'In service account mode everybody with proxy access and act-as can open it.',
	}),
	escalation({
		id: 'notebooks-instance-access',
		title: 'Take over a Workbench instance',
		requires: [
			{
				on: 'workload',
				all: [],
				anyOf: [
					['notebooks.instances.setIamPolicy'],
					['notebooks.instances.update'],
					['notebooks.instances.updateConfig'],
				],
			},
		],
		yields: 'attached account',
		workloads: ['notebooks.googleapis.com/Instance'],
		precondition: 'The access mode lets the caller in: service account mode asks for act-as.',
		notDeniable: ['notebooks.instances.setIamPolicy', 'notebooks.instances.update', 'notebooks.instances.updateConfig'],
		api: 'notebooks.googleapis.com',
		seenInLogs: adminActivity(
			'google.cloud.notebooks.v1.NotebookService.SetIamPolicy',
			'google.cloud.notebooks.v2.NotebookService.UpdateInstance',
		),
		close: 'Grant Notebooks Admin on single instances.',
		techniques: ['T1098.003'],
		evidence: 'recalled',
		sources: [ROLES],
		notes: 'Through the policy, the proxy mode or a startup script.',
	}),
	escalation({
		id: 'notebooks-execution',
		title: 'Notebook execution, schedule or managed runtime as a service account',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [['notebooks.executions.create'], ['notebooks.schedules.create'], ['notebooks.runtimes.create']],
			},
			ACT_AS,
		],
		yields: 'actable account',
		notDeniable: ['notebooks.executions.create', 'notebooks.schedules.create', 'notebooks.runtimes.create'],
		api: 'notebooks.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.notebooks.v1.NotebookService.CreateExecution',
			'google.cloud.notebooks.v1.ManagedNotebookService.CreateRuntime',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [METHODS],
		notes: '',
	}),
	escalation({
		id: 'vertex-custom-job',
		title: 'Vertex AI job, training or pipeline as a service account',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [
					['aiplatform.customJobs.create'],
					['aiplatform.trainingPipelines.create'],
					['aiplatform.hyperparameterTuningJobs.create'],
					['aiplatform.pipelineJobs.create'],
					['aiplatform.schedules.create'],
					['aiplatform.persistentResources.create'],
					['aiplatform.nasJobs.create'],
				],
			},
			ACT_AS,
		],
		yields: 'actable account',
		api: 'aiplatform.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.aiplatform.v1.JobService.CreateCustomJob',
			'google.cloud.aiplatform.v1.PipelineService.CreateTrainingPipeline',
			'google.cloud.aiplatform.v1.PipelineService.CreatePipelineJob',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [hackTricks('gcp-vertex-ai-privesc.md'), METHODS],
		notes: 'Also tuning jobs, schedules, persistent resources and architecture search.',
	}),
	escalation({
		id: 'vertex-custom-job-agent',
		title: 'Vertex AI job as the custom code service agent',
		requires: [{on: 'project', all: ['aiplatform.customJobs.create']}],
		yields: 'project identity',
		identities: ['service-{number}@gcp-sa-aiplatform-cc.iam.gserviceaccount.com'],
		api: 'aiplatform.googleapis.com',
		seenInLogs: adminActivity('google.cloud.aiplatform.v1.JobService.CreateCustomJob'),
		close: 'Name an account in every job, and take the agent role off projects with powerful accounts.',
		techniques: ['T1648'],
		sources: [ROLES, iamDocs('service-agents'), hackTricks('gcp-vertex-ai-privesc.md')],
		notes:
			'A job without an account runs as the agent, whose role mints ' +
			'tokens and signs for every account of the project. No act-as.',
	}),
	escalation({
		id: 'vertex-model-deploy',
		title: 'Upload and deploy a model as a service account',
		requires: [
			{
				on: 'project',
				all: ['aiplatform.models.upload'],
				anyOf: [['aiplatform.endpoints.deploy'], ['aiplatform.batchPredictionJobs.create']],
			},
			ACT_AS,
		],
		yields: 'actable account',
		api: 'aiplatform.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.aiplatform.v1.ModelService.UploadModel',
			'google.cloud.aiplatform.v1.EndpointService.DeployModel',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [hackTricks('gcp-vertex-ai-privesc.md')],
		notes: 'A custom container, or a pickle. Without an account it runs as the Vertex AI agent.',
	}),
	escalation({
		id: 'vertex-notebook-runtime',
		title: 'Colab Enterprise runtime or execution as a service account',
		requires: [
			{
				on: 'project',
				all: [],
				anyOf: [
					['aiplatform.notebookExecutionJobs.create'],
					['aiplatform.notebookRuntimes.assign'],
					['aiplatform.notebookRuntimeTemplates.create'],
				],
			},
			ACT_AS,
		],
		yields: 'actable account',
		api: 'aiplatform.googleapis.com',
		seenInLogs: attaching(
			'google.cloud.aiplatform.v1.NotebookService.AssignNotebookRuntime',
			'google.cloud.aiplatform.v1.NotebookService.CreateNotebookExecutionJob',
		),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [hackTricks('gcp-vertex-ai-privesc.md'), ROLES],
		notes: '',
	}),
	escalation({
		id: 'vertex-agent-engine',
		title: 'Create or change an Agent Engine as its service agent',
		requires: [
			{on: 'project', all: [], anyOf: [['aiplatform.reasoningEngines.create'], ['aiplatform.reasoningEngines.update']]},
		],
		yields: 'project identity',
		identities: ['service-{number}@gcp-sa-aiplatform-re.iam.gserviceaccount.com'],
		api: 'aiplatform.googleapis.com',
		seenInLogs: adminActivity(
			'google.cloud.aiplatform.v1.ReasoningEngineService.CreateReasoningEngine',
			'google.cloud.aiplatform.v1.ReasoningEngineService.UpdateReasoningEngine',
		),
		close: 'Run agents as an account or agent identity of their own with little power.',
		techniques: ['T1648'],
		sources: [
			'https://techjacksolutions.com/scc-intel/' +
				'google-cloud-vertex-ai-default-permissions-create-credential-theft-and-supply-chain-exposure-path',
			ROLES,
			iamDocs('agent-identity-overview'),
		],
		notes:
			'The code of the agent runs as the service agent, as a chosen ' +
			'account (then with act-as) or as an agent identity.',
	}),
	escalation({
		id: 'ml-engine-job',
		title: 'Legacy AI Platform job or version as its service agent',
		requires: [{on: 'project', all: [], anyOf: [['ml.jobs.create'], ['ml.versions.create']]}],
		yields: 'project identity',
		identities: [
			'service-{number}@cloud-ml.iam.gserviceaccount.com',
			'service-{number}@cloud-ml.google.com.iam.gserviceaccount.com',
		],
		precondition: 'The legacy AI Platform API still serves the project.',
		notDeniable: ['ml.jobs.create', 'ml.versions.create'],
		api: 'ml.googleapis.com',
		seenInLogs: adminActivity('google.cloud.ml.v1.JobService.CreateJob'),
		close: 'Disable the API.',
		techniques: ['T1648'],
		evidence: 'recalled',
		sources: [ROLES, iamDocs('attach-service-accounts')],
		notes:
			'The agent role mints tokens and signs. A chosen account ' +
			'needs act-as. Second spelling of the agent [recalled].',
	}),
];
