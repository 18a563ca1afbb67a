/** A realistic body of every type and generation, and who it runs as. [recalled] marks what no stored source confirmed. */
import type {Json} from '../../src/sources/asset.ts';

export const APP = 'app@shop.iam.gserviceaccount.com';
export const BUILD = 'build@shop.iam.gserviceaccount.com';
export const COMPUTE = '10-compute@developer.gserviceaccount.com';
export const APPSPOT = 'shop@appspot.gserviceaccount.com';
export const CUSTOM_CODE = 'service-10@gcp-sa-aiplatform-cc.iam.gserviceaccount.com';
export const UNKNOWN = {runsAs: [], unknownAccount: true};
export const NOBODY = {runsAs: []};
const LONG = `projects/shop/serviceAccounts/${APP}`;

const job = (serviceAccount?: string): Json => ({
	workerPoolSpecs: [{replicaCount: '1'}],
	...(serviceAccount && {serviceAccount}),
});
const execution = (serviceAccount?: string): Json => ({
	executionConfig: {subnetworkUri: 'default', ...(serviceAccount && {serviceAccount})},
});
const MANAGED = {runtime: 'python312', entryPoint: 'main', serviceAccount: `projects/shop/serviceAccounts/${BUILD}`};

export const BODIES: readonly (readonly [title: string, type: string, data: Json, expected: object | undefined])[] = [
	[
		'VM',
		'compute.googleapis.com/Instance',
		{status: 'RUNNING', serviceAccounts: [{email: APP, scopes: ['https://www.googleapis.com/auth/cloud-platform']}]},
		{runsAs: [APP]},
	],
	['VM without an account', 'compute.googleapis.com/Instance', {status: 'RUNNING'}, NOBODY],
	[
		'template',
		'compute.googleapis.com/InstanceTemplate',
		{properties: {machineType: 'e2-small', serviceAccounts: [{email: APP}]}},
		{runsAs: [APP]},
	],
	[
		'template, short name of the default',
		'compute.googleapis.com/InstanceTemplate',
		{properties: {serviceAccounts: [{email: 'default'}]}},
		{runsAs: [COMPUTE]},
	],
	['template without an account', 'compute.googleapis.com/InstanceTemplate', {properties: {}}, NOBODY],
	['TPU v2 [recalled]', 'tpu.googleapis.com/Node', {serviceAccount: {email: APP, scope: []}}, {runsAs: [APP]}],
	['TPU v1 [recalled]', 'tpu.googleapis.com/Node', {serviceAccount: APP}, {runsAs: [APP]}],

	[
		'GKE pools',
		'container.googleapis.com/Cluster',
		{nodePools: [{config: {serviceAccount: APP}}, {config: {serviceAccount: 'default'}}, {config: {}}]},
		{runsAs: [APP, COMPUTE]},
	],
	['GKE, old nodeConfig', 'container.googleapis.com/Cluster', {nodeConfig: {serviceAccount: APP}}, {runsAs: [APP]}],
	[
		'GKE autoprovisioning',
		'container.googleapis.com/Cluster',
		{
			nodePools: [{config: {serviceAccount: APP}}],
			autoscaling: {enableNodeAutoprovisioning: true, autoprovisioningNodePoolDefaults: {serviceAccount: BUILD}},
		},
		{runsAs: [APP, BUILD]},
	],
	[
		'GKE autoprovisioning switched off',
		'container.googleapis.com/Cluster',
		{
			nodePools: [{config: {serviceAccount: APP}}],
			autoscaling: {autoprovisioningNodePoolDefaults: {serviceAccount: BUILD}},
		},
		{runsAs: [APP]},
	],
	[
		'GKE Autopilot',
		'container.googleapis.com/Cluster',
		{autopilot: {enabled: true}, autoscaling: {autoprovisioningNodePoolDefaults: {}}},
		{runsAs: [COMPUTE]},
	],
	['GKE cluster without nodes', 'container.googleapis.com/Cluster', {status: 'RUNNING'}, NOBODY],
	['node pool', 'container.googleapis.com/NodePool', {config: {serviceAccount: APP}}, {runsAs: [APP]}],
	[
		'node pool, default',
		'container.googleapis.com/NodePool',
		{config: {machineType: 'e2-medium'}},
		{runsAs: [COMPUTE]},
	],

	[
		'Run service v1',
		'run.googleapis.com/Service',
		{apiVersion: 'serving.knative.dev/v1', spec: {template: {spec: {serviceAccountName: APP}}}},
		{runsAs: [APP]},
	],
	['Run service v2', 'run.googleapis.com/Service', {template: {serviceAccount: APP}}, {runsAs: [APP]}],
	[
		'Run service v2 built from source',
		'run.googleapis.com/Service',
		{template: {serviceAccount: APP}, buildConfig: {serviceAccount: `projects/shop/serviceAccounts/${BUILD}`}},
		{runsAs: [APP, BUILD]},
	],
	[
		'Run service v1, default',
		'run.googleapis.com/Service',
		{spec: {template: {spec: {containers: []}}}},
		{runsAs: [COMPUTE]},
	],
	[
		'Run service v2, empty account',
		'run.googleapis.com/Service',
		{template: {serviceAccount: ''}},
		{runsAs: [COMPUTE]},
	],
	['Run service without its template', 'run.googleapis.com/Service', {metadata: {name: 'x'}}, UNKNOWN],
	[
		'Run job v1',
		'run.googleapis.com/Job',
		{spec: {template: {spec: {template: {spec: {serviceAccountName: APP}}}}}},
		{runsAs: [APP]},
	],
	['Run job v2', 'run.googleapis.com/Job', {template: {template: {serviceAccount: APP}}}, {runsAs: [APP]}],
	['Run job, default', 'run.googleapis.com/Job', {template: {template: {}}}, {runsAs: [COMPUTE]}],
	[
		'Run worker pool v1 [recalled]',
		'run.googleapis.com/WorkerPool',
		{spec: {template: {spec: {serviceAccountName: APP}}}},
		{runsAs: [APP]},
	],
	['Run worker pool v2', 'run.googleapis.com/WorkerPool', {template: {serviceAccount: APP}}, {runsAs: [APP]}],
	[
		'Run execution v1 [recalled]',
		'run.googleapis.com/Execution',
		{spec: {template: {spec: {serviceAccountName: APP}}}},
		{runsAs: [APP]},
	],
	[
		'Run execution v2, ended [recalled]',
		'run.googleapis.com/Execution',
		{template: {serviceAccount: APP}, completionTime: '2026-01-01T00:00:00Z'},
		{runsAs: [APP], finished: true},
	],
	['Run revision v1', 'run.googleapis.com/Revision', {spec: {serviceAccountName: APP}}, {runsAs: [APP]}],
	['Run revision v2', 'run.googleapis.com/Revision', {serviceAccount: APP}, {runsAs: [APP]}],
	['Run instance [recalled]', 'run.googleapis.com/Instance', {serviceAccount: APP}, {runsAs: [APP]}],

	[
		'function of the v1 API',
		'cloudfunctions.googleapis.com/CloudFunction',
		{serviceAccountEmail: APP},
		{runsAs: [APP]},
	],
	[
		'function of the v1 API, its build [recalled]',
		'cloudfunctions.googleapis.com/CloudFunction',
		{serviceAccountEmail: APP, buildServiceAccount: BUILD},
		{runsAs: [APP, BUILD]},
	],
	[
		'function of the v1 API, default',
		'cloudfunctions.googleapis.com/CloudFunction',
		{runtime: 'nodejs20'},
		{runsAs: [APPSPOT]},
	],
	[
		'function of the v2 API',
		'cloudfunctions.googleapis.com/Function',
		{environment: 'GEN_2', buildConfig: MANAGED, serviceConfig: {serviceAccountEmail: APP}},
		{runsAs: [APP, BUILD]},
	],
	[
		'function of the v2 API, default',
		'cloudfunctions.googleapis.com/Function',
		{environment: 'GEN_2', serviceConfig: {timeoutSeconds: 60}},
		{runsAs: [COMPUTE]},
	],
	[
		'function of the v2 API, first generation',
		'cloudfunctions.googleapis.com/Function',
		{environment: 'GEN_1', serviceConfig: {}},
		{runsAs: [APPSPOT]},
	],
	[
		'App Engine application',
		'appengine.googleapis.com/Application',
		{id: 'shop', serviceAccount: APP},
		{runsAs: [APP]},
	],
	['App Engine application, default', 'appengine.googleapis.com/Application', {id: 'shop'}, {runsAs: [APPSPOT]}],
	['App Engine version', 'appengine.googleapis.com/Version', {serviceAccount: APP}, {runsAs: [APP]}],
	['App Engine version, default', 'appengine.googleapis.com/Version', {runtime: 'python312'}, {runsAs: [APPSPOT]}],

	[
		'build trigger',
		'cloudbuild.googleapis.com/BuildTrigger',
		{filename: 'cloudbuild.yaml', serviceAccount: LONG},
		{runsAs: [APP]},
	],
	[
		'build trigger with an inline build',
		'cloudbuild.googleapis.com/BuildTrigger',
		{build: {steps: [], serviceAccount: LONG}},
		{runsAs: [APP]},
	],
	['build trigger, default', 'cloudbuild.googleapis.com/BuildTrigger', {filename: 'cloudbuild.yaml'}, UNKNOWN],
	['build', 'cloudbuild.googleapis.com/Build', {status: 'PENDING', serviceAccount: LONG}, {runsAs: [APP]}],
	[
		'build, ended',
		'cloudbuild.googleapis.com/Build',
		{status: 'SUCCESS', serviceAccount: LONG},
		{runsAs: [APP], finished: true},
	],
	['build, default', 'cloudbuild.googleapis.com/Build', {status: 'WORKING'}, UNKNOWN],
	[
		'Infra Manager deployment',
		'config.googleapis.com/Deployment',
		{state: 'ACTIVE', serviceAccount: LONG},
		{runsAs: [APP]},
	],
	[
		'Infra Manager preview',
		'config.googleapis.com/Preview',
		{state: 'SUCCEEDED', serviceAccount: LONG},
		{runsAs: [APP], finished: true},
	],
	[
		'Deploy target',
		'clouddeploy.googleapis.com/Target',
		{
			executionConfigs: [
				{usages: ['RENDER'], serviceAccount: APP},
				{usages: ['DEPLOY'], serviceAccount: BUILD},
			],
		},
		{runsAs: [APP, BUILD]},
	],
	[
		'Deploy target, default of one use [recalled]',
		'clouddeploy.googleapis.com/Target',
		{executionConfigs: [{serviceAccount: APP}, {usages: ['DEPLOY']}]},
		{runsAs: [APP, COMPUTE]},
	],
	[
		'Deploy target, default [recalled]',
		'clouddeploy.googleapis.com/Target',
		{gke: {cluster: 'c'}},
		{runsAs: [COMPUTE]},
	],
	['Deploy automation [recalled]', 'clouddeploy.googleapis.com/Automation', {serviceAccount: APP}, {runsAs: [APP]}],

	['workflow', 'workflows.googleapis.com/Workflow', {state: 'ACTIVE', serviceAccount: LONG}, {runsAs: [APP]}],
	['workflow, default [recalled]', 'workflows.googleapis.com/Workflow', {state: 'ACTIVE'}, {runsAs: [COMPUTE]}],
	[
		'Eventarc trigger',
		'eventarc.googleapis.com/Trigger',
		{destination: {cloudRun: {service: 's'}}, serviceAccount: APP},
		{runsAs: [APP]},
	],
	['Eventarc trigger, none', 'eventarc.googleapis.com/Trigger', {destination: {}}, UNKNOWN],
	[
		'Eventarc pipeline [recalled]',
		'eventarc.googleapis.com/Pipeline',
		{destinations: [{authenticationConfig: {googleOidc: {serviceAccount: APP}}}]},
		{runsAs: [APP]},
	],
	[
		'Eventarc pipeline without authentication [recalled]',
		'eventarc.googleapis.com/Pipeline',
		{destinations: [{httpEndpoint: {}}]},
		undefined,
	],
	[
		'scheduler job, OAuth; not exported [recalled]',
		'cloudscheduler.googleapis.com/Job',
		{httpTarget: {uri: 'https://x.example', oauthToken: {serviceAccountEmail: APP}}},
		{runsAs: [APP]},
	],
	[
		'scheduler job, OIDC; not exported [recalled]',
		'cloudscheduler.googleapis.com/Job',
		{httpTarget: {uri: 'https://x.example', oidcToken: {serviceAccountEmail: APP}}},
		{runsAs: [APP]},
	],
	[
		'scheduler job that publishes; not exported [recalled]',
		'cloudscheduler.googleapis.com/Job',
		{pubsubTarget: {topicName: 't'}},
		undefined,
	],
	[
		'task queue',
		'cloudtasks.googleapis.com/Queue',
		{httpTarget: {oidcToken: {serviceAccountEmail: APP}}},
		{runsAs: [APP]},
	],
	['task queue without a target', 'cloudtasks.googleapis.com/Queue', {state: 'RUNNING'}, undefined],
	[
		'push subscription',
		'pubsub.googleapis.com/Subscription',
		{pushConfig: {pushEndpoint: 'https://x.example', oidcToken: {serviceAccountEmail: APP}}},
		{runsAs: [APP]},
	],
	[
		'subscription into BigQuery [recalled]',
		'pubsub.googleapis.com/Subscription',
		{pushConfig: {}, bigqueryConfig: {table: 't', serviceAccountEmail: APP}},
		{runsAs: [APP]},
	],
	['pull subscription', 'pubsub.googleapis.com/Subscription', {pushConfig: {}}, undefined],
	['API key, bound to an account', 'apikeys.googleapis.com/Key', {serviceAccountEmail: APP}, {runsAs: [APP]}],
	['API key, standard', 'apikeys.googleapis.com/Key', {displayName: 'maps'}, undefined],
	['API gateway configuration', 'apigateway.googleapis.com/ApiConfig', {gatewayServiceAccount: LONG}, {runsAs: [APP]}],
	['integration', 'integrations.googleapis.com/IntegrationVersion', {runAsServiceAccount: APP}, {runsAs: [APP]}],
	['connection [recalled]', 'connectors.googleapis.com/Connection', {serviceAccount: APP}, {runsAs: [APP]}],

	['Composer', 'composer.googleapis.com/Environment', {config: {nodeConfig: {serviceAccount: APP}}}, {runsAs: [APP]}],
	['Composer, default', 'composer.googleapis.com/Environment', {config: {nodeConfig: {}}}, {runsAs: [COMPUTE]}],
	[
		'Dataflow job',
		'dataflow.googleapis.com/Job',
		{currentState: 'JOB_STATE_RUNNING', environment: {serviceAccountEmail: APP}},
		{runsAs: [APP]},
	],
	[
		'Dataflow job, default, ended',
		'dataflow.googleapis.com/Job',
		{currentState: 'JOB_STATE_DONE', environment: {}},
		{runsAs: [COMPUTE], finished: true},
	],
	[
		'Dataflow job, replaced by its update',
		'dataflow.googleapis.com/Job',
		{currentState: 'JOB_STATE_UPDATED', environment: {serviceAccountEmail: APP}},
		{runsAs: [APP], finished: true},
	],
	['Dataflow job, summary only', 'dataflow.googleapis.com/Job', {currentState: 'JOB_STATE_RUNNING'}, UNKNOWN],
	[
		'Dataproc cluster',
		'dataproc.googleapis.com/Cluster',
		{config: {gceClusterConfig: {serviceAccount: APP, serviceAccountScopes: []}}},
		{runsAs: [APP]},
	],
	[
		'Dataproc cluster, default',
		'dataproc.googleapis.com/Cluster',
		{config: {gceClusterConfig: {}}},
		{runsAs: [COMPUTE]},
	],
	[
		'Dataproc cluster on GKE',
		'dataproc.googleapis.com/Cluster',
		{virtualClusterConfig: {kubernetesClusterConfig: {}}},
		UNKNOWN,
	],
	[
		'Dataproc batch',
		'dataproc.googleapis.com/Batch',
		{state: 'RUNNING', environmentConfig: execution(APP)},
		{runsAs: [APP]},
	],
	[
		'Dataproc batch, default, ended',
		'dataproc.googleapis.com/Batch',
		{state: 'SUCCEEDED', environmentConfig: execution()},
		{runsAs: [COMPUTE], finished: true},
	],
	[
		'Dataproc session',
		'dataproc.googleapis.com/Session',
		{state: 'ACTIVE', environmentConfig: execution(APP)},
		{runsAs: [APP]},
	],
	[
		'Dataproc workflow template',
		'dataproc.googleapis.com/WorkflowTemplate',
		{placement: {managedCluster: {config: {gceClusterConfig: {serviceAccount: APP}}}}},
		{runsAs: [APP]},
	],
	[
		'Dataproc workflow template on an existing cluster',
		'dataproc.googleapis.com/WorkflowTemplate',
		{placement: {clusterSelector: {}}},
		undefined,
	],
	[
		'Data Fusion',
		'datafusion.googleapis.com/Instance',
		{dataprocServiceAccount: APP, p4ServiceAccount: 'service-10@gcp-sa-datafusion.iam.gserviceaccount.com'},
		{runsAs: [APP]},
	],
	['Data Fusion, default [recalled]', 'datafusion.googleapis.com/Instance', {type: 'BASIC'}, {runsAs: [COMPUTE]}],
	['Dataform repository', 'dataform.googleapis.com/Repository', {serviceAccount: APP}, {runsAs: [APP]}],
	[
		'Dataform workflow configuration',
		'dataform.googleapis.com/WorkflowConfig',
		{invocationConfig: {serviceAccount: APP}},
		{runsAs: [APP]},
	],
	[
		'Dataform invocation, ended',
		'dataform.googleapis.com/WorkflowInvocation',
		{state: 'SUCCEEDED', invocationConfig: {serviceAccount: APP}},
		{runsAs: [APP], finished: true},
	],
	['Dataplex task [recalled]', 'dataplex.googleapis.com/Task', {executionSpec: {serviceAccount: APP}}, {runsAs: [APP]}],
	[
		'Batch job',
		'batch.googleapis.com/Job',
		{status: {state: 'RUNNING'}, allocationPolicy: {serviceAccount: {email: APP}}},
		{runsAs: [APP]},
	],
	[
		'Batch job, default, ended',
		'batch.googleapis.com/Job',
		{status: {state: 'FAILED'}, allocationPolicy: {}},
		{runsAs: [COMPUTE], finished: true},
	],

	[
		'custom job',
		'aiplatform.googleapis.com/CustomJob',
		{state: 'JOB_STATE_RUNNING', jobSpec: job(APP)},
		{runsAs: [APP]},
	],
	[
		'custom job, agent, ended',
		'aiplatform.googleapis.com/CustomJob',
		{state: 'JOB_STATE_PARTIALLY_SUCCEEDED', jobSpec: job()},
		{runsAs: [CUSTOM_CODE], finished: true},
	],
	['tuning job', 'aiplatform.googleapis.com/HyperparameterTuningJob', {trialJobSpec: job(APP)}, {runsAs: [APP]}],
	[
		'NAS job [recalled]',
		'aiplatform.googleapis.com/NasJob',
		{nasJobSpec: {multiTrialAlgorithmSpec: {searchTrialSpec: {searchTrialJobSpec: job(APP)}}}},
		{runsAs: [APP]},
	],
	[
		'training pipeline',
		'aiplatform.googleapis.com/TrainingPipeline',
		{
			trainingTaskDefinition: 'gs://google-cloud-aiplatform/schema/trainingjob/definition/custom_task_1.0.0.yaml',
			trainingTaskInputs: job(APP),
		},
		{runsAs: [APP]},
	],
	[
		'training pipeline, agent [recalled]',
		'aiplatform.googleapis.com/TrainingPipeline',
		{
			trainingTaskDefinition: 'gs://google-cloud-aiplatform/schema/trainingjob/definition/custom_task_1.0.0.yaml',
			trainingTaskInputs: job(),
		},
		{runsAs: [CUSTOM_CODE]},
	],
	[
		'training pipeline, AutoML',
		'aiplatform.googleapis.com/TrainingPipeline',
		{
			trainingTaskDefinition: 'gs://google-cloud-aiplatform/schema/trainingjob/definition/automl_tabular_1.0.0.yaml',
			trainingTaskInputs: {targetColumn: 'y'},
		},
		undefined,
	],
	[
		'pipeline job',
		'aiplatform.googleapis.com/PipelineJob',
		{state: 'PIPELINE_STATE_RUNNING', serviceAccount: APP},
		{runsAs: [APP]},
	],
	[
		'pipeline job, default, ended [recalled]',
		'aiplatform.googleapis.com/PipelineJob',
		{state: 'PIPELINE_STATE_SUCCEEDED'},
		{runsAs: [COMPUTE], finished: true},
	],
	['batch prediction', 'aiplatform.googleapis.com/BatchPredictionJob', {serviceAccount: APP}, {runsAs: [APP]}],
	[
		'endpoint',
		'aiplatform.googleapis.com/Endpoint',
		{deployedModels: [{id: '1', serviceAccount: APP}]},
		{runsAs: [APP]},
	],
	[
		'endpoint, one model without an account',
		'aiplatform.googleapis.com/Endpoint',
		{deployedModels: [{id: '1', serviceAccount: APP}, {id: '2'}]},
		{runsAs: [APP], unknownAccount: true},
	],
	['endpoint as exported', 'aiplatform.googleapis.com/Endpoint', {displayName: 'x'}, UNKNOWN],
	['reasoning engine', 'aiplatform.googleapis.com/ReasoningEngine', {spec: {serviceAccount: APP}}, {runsAs: [APP]}],
	[
		'reasoning engine, agent',
		'aiplatform.googleapis.com/ReasoningEngine',
		{spec: {}},
		{runsAs: ['service-10@gcp-sa-aiplatform-re.iam.gserviceaccount.com']},
	],
	[
		'reasoning engine with an agent identity',
		'aiplatform.googleapis.com/ReasoningEngine',
		{spec: {identityType: 'AGENT_IDENTITY'}},
		NOBODY,
	],
	[
		'notebook runtime',
		'aiplatform.googleapis.com/NotebookRuntime',
		{serviceAccount: APP},
		{runsAs: ['service-10@gcp-sa-aiplatform-vm.iam.gserviceaccount.com']},
	],
	[
		'notebook execution',
		'aiplatform.googleapis.com/NotebookExecutionJob',
		{jobState: 'JOB_STATE_RUNNING', serviceAccount: APP},
		{runsAs: [APP]},
	],
	[
		'notebook execution as a user',
		'aiplatform.googleapis.com/NotebookExecutionJob',
		{executionUser: 'ann@example.com'},
		NOBODY,
	],
	['Workbench v1', 'notebooks.googleapis.com/Instance', {state: 'ACTIVE', serviceAccount: APP}, {runsAs: [APP]}],
	['Workbench v2', 'notebooks.googleapis.com/Instance', {gceSetup: {serviceAccounts: [{email: APP}]}}, {runsAs: [APP]}],
	[
		'Workbench, default [recalled]',
		'notebooks.googleapis.com/Instance',
		{gceSetup: {machineType: 'e2-standard-4'}},
		{runsAs: [COMPUTE]},
	],
	[
		'workstation configuration',
		'workstations.googleapis.com/WorkstationConfig',
		{host: {gceInstance: {serviceAccount: APP}}},
		{runsAs: [APP]},
	],
	[
		"workstation configuration, Google's own",
		'workstations.googleapis.com/WorkstationConfig',
		{host: {gceInstance: {}}},
		NOBODY,
	],
];
