/**
 * What is asked of Asset Inventory. The workload types are those that `src/inventory/workload-types.ts` reads; a test
 * holds the two lists together.
 */

export const CONTAINER_TYPES = [
	'cloudresourcemanager.googleapis.com/Organization',
	'cloudresourcemanager.googleapis.com/Folder',
	'cloudresourcemanager.googleapis.com/Project',
] as const;

/** What conditions on tags need. */
export const TAG_TYPES = [
	'cloudresourcemanager.googleapis.com/TagKey',
	'cloudresourcemanager.googleapis.com/TagValue',
	'cloudresourcemanager.googleapis.com/TagBinding',
] as const;

/** Whatever runs as an account. Facts: Asset Inventory's list of asset types, 2026-04-10 [seen]. */
export const WORKLOAD_TYPES: readonly string[] = [
	'compute.googleapis.com/Instance',
	'compute.googleapis.com/InstanceTemplate',
	'compute.googleapis.com/InstanceGroupManager',
	'tpu.googleapis.com/Node',
	'container.googleapis.com/Cluster',
	'container.googleapis.com/NodePool',
	'run.googleapis.com/Service',
	'run.googleapis.com/WorkerPool',
	'run.googleapis.com/Job',
	'run.googleapis.com/Execution',
	'run.googleapis.com/Revision',
	'cloudfunctions.googleapis.com/CloudFunction',
	'cloudfunctions.googleapis.com/Function',
	'appengine.googleapis.com/Application',
	'appengine.googleapis.com/Version',
	'cloudbuild.googleapis.com/BuildTrigger',
	'cloudbuild.googleapis.com/Build',
	'config.googleapis.com/Deployment',
	'config.googleapis.com/Preview',
	'clouddeploy.googleapis.com/Target',
	'clouddeploy.googleapis.com/Automation',
	'workflows.googleapis.com/Workflow',
	'eventarc.googleapis.com/Trigger',
	'eventarc.googleapis.com/Pipeline',
	'cloudtasks.googleapis.com/Queue',
	'pubsub.googleapis.com/Subscription',
	'apikeys.googleapis.com/Key',
	'apigateway.googleapis.com/ApiConfig',
	'integrations.googleapis.com/IntegrationVersion',
	'connectors.googleapis.com/Connection',
	'composer.googleapis.com/Environment',
	'dataflow.googleapis.com/Job',
	'dataproc.googleapis.com/Cluster',
	'dataproc.googleapis.com/WorkflowTemplate',
	'dataproc.googleapis.com/Batch',
	'dataproc.googleapis.com/Session',
	'datafusion.googleapis.com/Instance',
	'dataform.googleapis.com/Repository',
	'dataform.googleapis.com/WorkflowConfig',
	'dataform.googleapis.com/WorkflowInvocation',
	'dataplex.googleapis.com/Task',
	'batch.googleapis.com/Job',
	'aiplatform.googleapis.com/CustomJob',
	'aiplatform.googleapis.com/HyperparameterTuningJob',
	'aiplatform.googleapis.com/NasJob',
	'aiplatform.googleapis.com/TrainingPipeline',
	'aiplatform.googleapis.com/PipelineJob',
	'aiplatform.googleapis.com/BatchPredictionJob',
	'aiplatform.googleapis.com/Endpoint',
	'aiplatform.googleapis.com/ReasoningEngine',
	'aiplatform.googleapis.com/NotebookRuntime',
	'aiplatform.googleapis.com/NotebookExecutionJob',
	'notebooks.googleapis.com/Instance',
	'workstations.googleapis.com/WorkstationConfig',
];

/**
 * What workloads are set to, where their code and data lie, and where logs go: those that
 * `src/inventory/resource-facts.ts` reduces. They come with the workloads, and count as read as those do.
 */
export const SETTING_TYPES: readonly string[] = [
	'compute.googleapis.com/Project',
	'storage.googleapis.com/Bucket',
	'logging.googleapis.com/LogBucket',
	'logging.googleapis.com/LogSink',
	'artifactregistry.googleapis.com/Repository',
	'osconfig.googleapis.com/OSPolicyAssignment',
	'bigquery.googleapis.com/Dataset',
	'sqladmin.googleapis.com/Instance',
	'spanner.googleapis.com/Instance',
	'bigtableadmin.googleapis.com/Instance',
	'secretmanager.googleapis.com/Secret',
	'pubsub.googleapis.com/Topic',
	'alloydb.googleapis.com/Cluster',
	'healthcare.googleapis.com/FhirStore',
];

/**
 * In no export. Tables, disks and snapshots are, but there are too many of them to be asked for their labels: those of
 * the dataset and the project say as much.
 */
export const UNEXPORTED_TYPES: readonly string[] = [
	'cloudscheduler.googleapis.com/Job',
	'run.googleapis.com/Instance',
	'storage.googleapis.com/HmacKey',
];
