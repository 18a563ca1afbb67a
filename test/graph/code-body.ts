/** Bodies of workloads whose code lies in a bucket or repository, and that place, for entries that replace code there. */
import {resourceLine, type Json} from '../../scripts/asset-lines.ts';
import type {CodeTie} from '../../src/graph/catalogue/types.ts';
import {OLD, PLACES, type Extra} from '../worlds/world.ts';

type Home = 'shop' | 'web' | 'lab';

interface CodePlace {
	/** Full name. */
	name: string;
	/** What a body says, beside the account. */
	body: Json;
	/** The place itself, where no name tells its project. */
	pieces: Extra[];
}

/** @throws if no body of this type names such a place: a new tie needs one here */
export function codePlace({kind}: CodeTie, type: string, home: Home): CodePlace {
	const at = `projects/${home}/locations/here`;
	const link = `${at}/connections/git`;
	switch (kind) {
		case 'bucket': {
			const name = `${home}-code`;
			const asset = `//storage.googleapis.com/${name}`;
			return {
				name: asset,
				body: bodyOf(IN_BUCKET, type, name),
				pieces: [{lines: [resourceLine(asset, 'storage.googleapis.com/Bucket', PLACES[home]!, {name}, OLD)]}],
			};
		}
		case 'artifact repository':
			return {
				name: `//artifactregistry.googleapis.com/${at}/repositories/app`,
				body: bodyOf(IN_REPOSITORY, type, `here-docker.pkg.dev/${home}/app/web:latest`, `${at}/repositories/app`),
				pieces: [],
			};
		case 'source repository':
			return {
				name: `//sourcerepo.googleapis.com/projects/${home}/repos/app`,
				body: {triggerTemplate: {projectId: home, repoName: 'app', branchName: 'main'}},
				pieces: [],
			};
		case 'connected repository':
			return {
				name: `//cloudbuild.googleapis.com/${link}/repositories/app`,
				body: {repositoryEventConfig: {repository: `${link}/repositories/app`, push: {branch: 'main'}}},
				pieces: [],
			};
		case 'repository link':
			return {
				name: `//developerconnect.googleapis.com/${link}/gitRepositoryLinks/app`,
				body: {developerConnectEventConfig: {gitRepositoryLink: `${link}/gitRepositoryLinks/app`}},
				pieces: [],
			};
	}
}

type Bodies = Readonly<Record<string, (place: string, repository: string) => Json>>;

function bodyOf(bodies: Bodies, type: string, place: string, repository = ''): Json {
	const body = bodies[type];
	if (!body) throw new Error(`no body of ${type} with code is known`);
	return body(place, repository);
}

const metadata = (key: string, value: string): Json => ({metadata: {items: [{key, value}]}});
const built = (bucket: string): Json => ({buildConfig: {sourceLocation: `gs://${bucket}/source.zip`}});
const container = (image: string): Json => ({spec: {containers: [{image}]}});
const declared = (image: string): Json =>
	metadata('gce-container-declaration', `spec:\n  containers:\n  - image: ${image}\n`);

const IN_BUCKET: Bodies = {
	'appengine.googleapis.com/Version': bucket => ({
		deployment: {zip: {sourceUrl: `https://storage.googleapis.com/${bucket}/app.zip`}},
	}),
	'cloudbuild.googleapis.com/BuildTrigger': bucket => ({build: {source: {storageSource: {bucket}}}}),
	'cloudfunctions.googleapis.com/CloudFunction': bucket => ({sourceArchiveUrl: `gs://${bucket}/f.zip`}),
	'cloudfunctions.googleapis.com/Function': bucket => ({buildConfig: {source: {storageSource: {bucket}}}}),
	'composer.googleapis.com/Environment': bucket => ({storageConfig: {bucket}}),
	'compute.googleapis.com/Instance': bucket => metadata('startup-script-url', `gs://${bucket}/start.sh`),
	'compute.googleapis.com/InstanceTemplate': bucket => ({
		properties: metadata('startup-script-url', `gs://${bucket}/start.sh`),
	}),
	'config.googleapis.com/Deployment': bucket => ({terraformBlueprint: {gcsSource: `gs://${bucket}/blueprint`}}),
	'dataflow.googleapis.com/Job': bucket => ({
		environment: {tempStoragePrefix: `storage.googleapis.com/${bucket}/temp`},
	}),
	'dataplex.googleapis.com/Task': bucket => ({spark: {pythonScriptFile: `gs://${bucket}/task.py`}}),
	'dataproc.googleapis.com/Batch': bucket => ({pysparkBatch: {mainPythonFileUri: `gs://${bucket}/batch.py`}}),
	'dataproc.googleapis.com/Cluster': bucket => ({config: {configBucket: bucket}}),
	'dataproc.googleapis.com/WorkflowTemplate': bucket => ({
		jobs: [{pysparkJob: {mainPythonFileUri: `gs://${bucket}/job.py`}}],
	}),
	'notebooks.googleapis.com/Instance': bucket => ({postStartupScript: `gs://${bucket}/start.sh`}),
	'run.googleapis.com/Job': built,
	'run.googleapis.com/Service': built,
	'run.googleapis.com/WorkerPool': built,
};

const IN_REPOSITORY: Bodies = {
	'appengine.googleapis.com/Version': image => ({deployment: {container: {image}}}),
	'batch.googleapis.com/Job': imageUri => ({taskGroups: [{taskSpec: {runnables: [{container: {imageUri}}]}}]}),
	'cloudbuild.googleapis.com/BuildTrigger': name => ({build: {steps: [{name}]}}),
	'cloudfunctions.googleapis.com/CloudFunction': (_, dockerRepository) => ({dockerRepository}),
	'cloudfunctions.googleapis.com/Function': (_, dockerRepository) => ({buildConfig: {dockerRepository}}),
	'compute.googleapis.com/Instance': declared,
	'compute.googleapis.com/InstanceTemplate': image => ({properties: declared(image)}),
	'dataflow.googleapis.com/Job': image => ({environment: {workerPools: [{workerHarnessContainerImage: image}]}}),
	'dataproc.googleapis.com/Batch': image => ({runtimeConfig: {containerImage: image}}),
	'run.googleapis.com/Job': image => ({spec: {template: {spec: {template: container(image)}}}}),
	'run.googleapis.com/Service': image => ({spec: {template: container(image)}}),
	'run.googleapis.com/WorkerPool': image => ({template: {containers: [{image}]}}),
};

/** Project of a policy by its resource's name. */
export function projectOf(name: string): string {
	return /\/projects\/([^/]+)\//.exec(name)?.[1] ?? /^\/\/storage\.googleapis\.com\/([a-z]+)-code$/.exec(name)![1]!;
}

/** Both bodies in one: objects are joined, whatever else the second has wins. */
export function joined(one: Json, other: Json): Json {
	const merged: Record<string, unknown> = {...one};
	for (const [name, value] of Object.entries(other)) {
		const known = merged[name];
		merged[name] = isObject(known) && isObject(value) ? joined(known, value) : value;
	}
	return merged as Json;
}

const isObject = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
