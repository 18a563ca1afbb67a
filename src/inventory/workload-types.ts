/**
 * Which asset types run as an account, and where each says so. Asset types: Asset Inventory's list of 2026-04-10
 * [seen], but for those under "Not exported". Fields: iam-semantics, section 7 [seen] unless marked.
 */
import type {Json} from '../sources/asset.ts';
import {flag, list, object, text, WrongType} from './fields.ts';
import {
	APP_ENGINE_DEFAULT,
	COMPUTE_DEFAULT,
	reference,
	VERTEX_CUSTOM_CODE,
	VERTEX_NOTEBOOK,
	VERTEX_REASONING_ENGINE,
} from './workload-accounts.ts';
import {objectsAt, textsAt} from './workload-paths.ts';
import {at, each, type Options, type Reader, reading, unite, type WorkloadReading} from './workload-readers.ts';

/** Facts: container v1 `Cluster`: pools, the old `nodeConfig` of the first pool, and what autoprovisioning would make. */
function cluster(data: Json): WorkloadReading {
	const pools = objectsAt(data, 'nodePools[]');
	const own = pools.length > 0 ? pools.map(pool => object(pool, 'config') ?? {}) : objectsAt(data, 'nodeConfig');
	const readings = own.map(config => reading(textsAt(config, 'serviceAccount'), COMPUTE_DEFAULT)!);
	const autoscaling = object(data, 'autoscaling') ?? {};
	if (flag(autoscaling, 'enableNodeAutoprovisioning') || flag(object(data, 'autopilot') ?? {}, 'enabled')) {
		readings.push(reading(textsAt(autoscaling, 'autoprovisioningNodePoolDefaults.serviceAccount'), COMPUTE_DEFAULT)!);
	}
	return unite(readings);
}

const TEMPLATE = /projects\/[^/]+\/(?:global|regions\/[^/]+)\/instanceTemplates\/[^/]+$/;

/** Facts: compute v1 `InstanceGroupManager`: the URL of its template, or of one per version. */
function managedGroup(data: Json): WorkloadReading {
	const urls = [...textsAt(data, 'instanceTemplate'), ...textsAt(data, 'versions[].instanceTemplate')];
	const templates = urls.map(url => {
		const name = TEMPLATE.exec(url)?.[0];
		if (name === undefined) throw new WrongType('instanceTemplate is no instance template');
		return name;
	});
	return {runsAs: [], templates: [...new Set(templates)]};
}

/** Facts: run v1 (Knative) and v2 bodies. Sources built by Cloud Run have the build's account in `buildConfig`. */
const run = (v1: string, v2: string, options: Options = {}): Reader => at([v1, v2], COMPUTE_DEFAULT, options);
const RUN_BODY = {within: ['spec', 'template'], also: ['buildConfig.serviceAccount']};

/** Facts: functions v2 API, which lists both generations (`environment`). */
function cloudFunction(data: Json): WorkloadReading | undefined {
	const absent = text(data, 'environment') === 'GEN_1' ? APP_ENGINE_DEFAULT : COMPUTE_DEFAULT;
	return at('serviceConfig.serviceAccountEmail', absent, {
		within: ['serviceConfig'],
		also: ['buildConfig.serviceAccount'],
	})(data);
}

/** Custom code only: AutoML trains with Google's. Facts: Vertex AI v1 `CustomJobSpec` inside `trainingTaskInputs`. */
function trainingPipeline(data: Json): WorkloadReading | undefined {
	const custom = /custom_task|hyperparameter_tuning_task/.test(text(data, 'trainingTaskDefinition') ?? '');
	const paths = ['trainingTaskInputs.serviceAccount', 'trainingTaskInputs.trialJobSpec.serviceAccount'];
	return at(paths, custom ? VERTEX_CUSTOM_CODE : 'no workload', {state: 'state'})(data);
}

/** Facts: Vertex AI v1 `ReasoningEngineSpec`: an account, an agent identity that is no account, or the service agent. */
function reasoningEngine(data: Json): WorkloadReading {
	const spec = object(data, 'spec') ?? {};
	const written = textsAt(spec, 'serviceAccount');
	if (written.length > 0) return {runsAs: written.map(reference)};
	return {runsAs: text(spec, 'identityType') === 'AGENT_IDENTITY' ? [] : [VERTEX_REASONING_ENGINE]};
}

/** Asset Inventory leaves `deployedModels` out; what a deployed model without an account runs as is Google's choice. [seen] */
function endpoint(data: Json): WorkloadReading {
	if (list(data, 'deployedModels').length === 0) return {runsAs: [], unknownAccount: true};
	return each('deployedModels[]', 'serviceAccount', 'unknown')(data);
}

/** A workflow on an existing cluster has no account of its own. */
function workflowTemplate(data: Json): WorkloadReading | undefined {
	if (objectsAt(data, 'placement.managedCluster').length === 0) return undefined;
	return at('placement.managedCluster.config.gceClusterConfig.serviceAccount', COMPUTE_DEFAULT)(data);
}

/** Facts: TPU v2 has an object, v1 a text. */
function tpu(data: Json): WorkloadReading | undefined {
	const isText = typeof data['serviceAccount'] === 'string';
	return at(isText ? 'serviceAccount' : 'serviceAccount.email', 'unknown')(data);
}

/** Facts: Cloud Deploy v1 `Target`: without an execution config, or an account in it, the compute default. [recalled] */
function deployTarget(data: Json): WorkloadReading {
	if (list(data, 'executionConfigs').length === 0) return {runsAs: [COMPUTE_DEFAULT]};
	return each('executionConfigs[]', 'serviceAccount', COMPUTE_DEFAULT)(data);
}

const TOKEN_OF_TARGET = ['httpTarget.oauthToken.serviceAccountEmail', 'httpTarget.oidcToken.serviceAccountEmail'];
const EXECUTION = ['environmentConfig.executionConfig.serviceAccount'];

/** Reader of each asset type; a map, since the types come from untrusted input. */
export const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>(
	Object.entries({
		'compute.googleapis.com/Instance': at('serviceAccounts[].email', 'nobody'),
		'compute.googleapis.com/InstanceTemplate': at('properties.serviceAccounts[].email', 'nobody'),
		'compute.googleapis.com/InstanceGroupManager': managedGroup,
		'tpu.googleapis.com/Node': tpu,
		'container.googleapis.com/Cluster': cluster,
		'container.googleapis.com/NodePool': at('config.serviceAccount', COMPUTE_DEFAULT),

		'run.googleapis.com/Service': run('spec.template.spec.serviceAccountName', 'template.serviceAccount', RUN_BODY),
		'run.googleapis.com/WorkerPool': run('spec.template.spec.serviceAccountName', 'template.serviceAccount', RUN_BODY),
		'run.googleapis.com/Job': run(
			'spec.template.spec.template.spec.serviceAccountName',
			'template.template.serviceAccount',
			RUN_BODY,
		),
		'run.googleapis.com/Execution': run('spec.template.spec.serviceAccountName', 'template.serviceAccount', {
			within: ['spec', 'template'],
			ended: ['completionTime', 'status.completionTime'],
		}),
		'run.googleapis.com/Revision': run('spec.serviceAccountName', 'serviceAccount'),
		'cloudfunctions.googleapis.com/CloudFunction': at('serviceAccountEmail', APP_ENGINE_DEFAULT, {
			also: ['buildServiceAccount'],
		}),
		'cloudfunctions.googleapis.com/Function': cloudFunction,
		'appengine.googleapis.com/Application': at('serviceAccount', APP_ENGINE_DEFAULT),
		'appengine.googleapis.com/Version': at('serviceAccount', APP_ENGINE_DEFAULT),

		// Which account is Cloud Build's default depends on constraints and on the project's age.
		'cloudbuild.googleapis.com/BuildTrigger': at(['serviceAccount', 'build.serviceAccount'], 'unknown'),
		'cloudbuild.googleapis.com/Build': at('serviceAccount', 'unknown', {state: 'status'}),
		'config.googleapis.com/Deployment': at('serviceAccount', 'unknown'),
		'config.googleapis.com/Preview': at('serviceAccount', 'unknown', {state: 'state'}),
		'clouddeploy.googleapis.com/Target': deployTarget,
		'clouddeploy.googleapis.com/Automation': at('serviceAccount', 'unknown'),

		'workflows.googleapis.com/Workflow': at('serviceAccount', COMPUTE_DEFAULT),
		'eventarc.googleapis.com/Trigger': at('serviceAccount', 'unknown'),
		'eventarc.googleapis.com/Pipeline': at(
			[
				'destinations[].authenticationConfig.googleOidc.serviceAccount',
				'destinations[].authenticationConfig.oauthToken.serviceAccount',
			],
			'no workload',
		),
		'cloudtasks.googleapis.com/Queue': at(TOKEN_OF_TARGET, 'no workload'),
		'pubsub.googleapis.com/Subscription': at(
			[
				'pushConfig.oidcToken.serviceAccountEmail',
				'bigqueryConfig.serviceAccountEmail',
				'cloudStorageConfig.serviceAccountEmail',
			],
			'no workload',
		),
		// Only keys that are bound to an account carry an identity.
		'apikeys.googleapis.com/Key': at('serviceAccountEmail', 'no workload'),
		'apigateway.googleapis.com/ApiConfig': at('gatewayServiceAccount', 'unknown'),
		'integrations.googleapis.com/IntegrationVersion': at('runAsServiceAccount', 'no workload'),
		'connectors.googleapis.com/Connection': at('serviceAccount', 'unknown'),

		'composer.googleapis.com/Environment': at('config.nodeConfig.serviceAccount', COMPUTE_DEFAULT, {
			within: ['config'],
		}),
		'dataflow.googleapis.com/Job': at('environment.serviceAccountEmail', COMPUTE_DEFAULT, {
			within: ['environment'],
			state: 'currentState',
		}),
		// A cluster on GKE has `virtualClusterConfig` in the place of `config`; its pods' account is not told there.
		'dataproc.googleapis.com/Cluster': at('config.gceClusterConfig.serviceAccount', COMPUTE_DEFAULT, {
			within: ['config'],
		}),
		'dataproc.googleapis.com/WorkflowTemplate': workflowTemplate,
		'dataproc.googleapis.com/Batch': at(EXECUTION, COMPUTE_DEFAULT, {state: 'state'}),
		'dataproc.googleapis.com/Session': at(EXECUTION, COMPUTE_DEFAULT, {state: 'state'}),
		'datafusion.googleapis.com/Instance': at('dataprocServiceAccount', COMPUTE_DEFAULT),
		'dataform.googleapis.com/Repository': at('serviceAccount', 'unknown'),
		'dataform.googleapis.com/WorkflowConfig': at('invocationConfig.serviceAccount', 'unknown'),
		'dataform.googleapis.com/WorkflowInvocation': at('invocationConfig.serviceAccount', 'unknown', {state: 'state'}),
		'dataplex.googleapis.com/Task': at('executionSpec.serviceAccount', COMPUTE_DEFAULT),
		'batch.googleapis.com/Job': at('allocationPolicy.serviceAccount.email', COMPUTE_DEFAULT, {state: 'status.state'}),

		'aiplatform.googleapis.com/CustomJob': at('jobSpec.serviceAccount', VERTEX_CUSTOM_CODE, {
			within: ['jobSpec'],
			state: 'state',
		}),
		'aiplatform.googleapis.com/HyperparameterTuningJob': at('trialJobSpec.serviceAccount', VERTEX_CUSTOM_CODE, {
			within: ['trialJobSpec'],
			state: 'state',
		}),
		'aiplatform.googleapis.com/NasJob': at(
			'nasJobSpec.multiTrialAlgorithmSpec.searchTrialSpec.searchTrialJobSpec.serviceAccount',
			VERTEX_CUSTOM_CODE,
			{within: ['nasJobSpec'], state: 'state'},
		),
		'aiplatform.googleapis.com/TrainingPipeline': trainingPipeline,
		'aiplatform.googleapis.com/PipelineJob': at('serviceAccount', COMPUTE_DEFAULT, {state: 'state'}),
		'aiplatform.googleapis.com/BatchPredictionJob': at('serviceAccount', 'unknown', {state: 'state'}),
		'aiplatform.googleapis.com/Endpoint': endpoint,
		'aiplatform.googleapis.com/ReasoningEngine': reasoningEngine,
		'aiplatform.googleapis.com/NotebookRuntime': () => ({runsAs: [VERTEX_NOTEBOOK]}),
		'aiplatform.googleapis.com/NotebookExecutionJob': at('serviceAccount', 'nobody', {state: 'jobState'}),
		'notebooks.googleapis.com/Instance': at(['gceSetup.serviceAccounts[].email', 'serviceAccount'], COMPUTE_DEFAULT),
		// Without an account its machines run as one of Google's own. [seen]
		'workstations.googleapis.com/WorkstationConfig': at('host.gceInstance.serviceAccount', 'nobody'),

		// Not exported: absent from Asset Inventory's list; for collectors and hand-written lines.
		'cloudscheduler.googleapis.com/Job': at(TOKEN_OF_TARGET, 'no workload'),
		'run.googleapis.com/Instance': at('serviceAccount', COMPUTE_DEFAULT),
	}),
);
