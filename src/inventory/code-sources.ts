/**
 * Where workloads get the code that they run: buckets, Artifact Registry and Cloud Source repositories. Left out is
 * what IAM does not protect (GitHub, public registries) and what nobody can replace (an image by digest, an object by
 * generation). Facts: the services' REST references; paths as in `workload-types.ts` [seen], Dataflow's and Dataproc's
 * [recalled].
 */
import type {Json} from '../sources/asset.ts';
import {object, text} from './fields.ts';
import type {MachineMetadata} from './machine-metadata.ts';
import {textsAt} from './workload-paths.ts';

/** `connected repository`: of a Cloud Build connection; `repository link`: of Developer Connect. Both lead to other hosts. */
export type SourceKind =
	| 'bucket'
	| 'artifact repository'
	| 'source repository'
	| 'connected repository'
	| 'repository link';

export interface CodeSource {
	kind: SourceKind;
	/** Full resource name of the bucket or repository. */
	resource: string;
	/** What of the workload it is, for people: `start-up script`. */
	use: string;
}

type Place = Pick<CodeSource, 'kind' | 'resource'>;

/** Longer than any name: what a stranger writes must not cost time. */
const LONGEST = 4096;

const BUCKET_URL =
	/^(?:gs:\/\/|https?:\/\/storage\.(?:googleapis|cloud\.google)\.com\/|storage\.googleapis\.com\/)([^/?#]+)(?:[/?#]|$)/;
const BUCKET_HOST = /^(?:https?:\/\/)?([^/?#]+)\.storage\.googleapis\.com(?:[/?#]|$)/;

/** The bucket that an address in any of Google's spellings names. */
export function bucketOf(url: string): Place | undefined {
	if (url.length > LONGEST) return undefined;
	const match = BUCKET_URL.exec(url) ?? BUCKET_HOST.exec(url);
	return match ? named(match[1]!) : undefined;
}

function named(bucket: string): Place {
	return {kind: 'bucket', resource: `//storage.googleapis.com/${bucket}`};
}

const ARTIFACT = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+(?:\.[^/]+\/[^/]+)?)\/([^/]+)\/(.+)$/;
/** Since 2025 these hosts are served by Artifact Registry, from a repository of their own name. [recalled] */
const REGISTRY = /^((?:(us|eu|asia)\.)?gcr\.io)\/([^/.]+|[^/]+\.[^/]+\/[^/]+)\/(.+)$/;
const REGISTRY_LOCATION: Readonly<Record<string, string>> = {us: 'us', eu: 'europe', asia: 'asia'};

/** The Artifact Registry repository of an image; none for a digest, which names its content, or for other registries. */
export function repositoryOfImage(image: string): Place | undefined {
	if (image.length > LONGEST || image.includes('@sha256:')) return undefined;
	const artifact = ARTIFACT.exec(image);
	if (artifact) return artifactRepository(artifact[2]!.replace('/', ':'), artifact[1]!, artifact[3]!);
	const registry = REGISTRY.exec(image);
	if (!registry) return undefined;
	const location = REGISTRY_LOCATION[registry[2] ?? 'us']!;
	return artifactRepository(registry[3]!.replace('/', ':'), location, registry[1]!);
}

function artifactRepository(project: string, location: string, repository: string): Place {
	return {
		kind: 'artifact repository',
		resource: `//artifactregistry.googleapis.com/projects/${project}/locations/${location}/repositories/${repository}`,
	};
}

/** A repository as functions name it: `projects/P/locations/L/repositories/R`. */
function repositoryByName(name: string): Place | undefined {
	const [, project, location, repository] =
		/^projects\/([^/]+)\/locations\/([^/]+)\/repositories\/([^/]+)$/.exec(name) ?? [];
	return project === undefined ? undefined : artifactRepository(project, location!, repository!);
}

function sourceRepository(url: string): Place | undefined {
	const [, project, repository] =
		/source\.developers\.google\.com\/(?:p|projects)\/([^/]+)\/(?:r|repos)\/([^/?#]+)/.exec(url) ?? [];
	return project === undefined ? undefined : repositoryIn(project, repository!);
}

function repositoryIn(project: string, repository: string): Place {
	return {kind: 'source repository', resource: `//sourcerepo.googleapis.com/projects/${project}/repos/${repository}`};
}

type Read = (written: string) => Place | undefined;
const bucketName: Read = name => bucketOf(name) ?? named(name);
type Rule = [use: string, read: Read, ...paths: string[]];

const RUN_IMAGES = ['spec.template.spec.containers[].image', 'template.containers[].image'];
const BUILT: Rule = ['build source', bucketOf, 'buildConfig.sourceLocation'];
const STEPS: Rule[] = [
	['builder image', repositoryOfImage, 'build.steps[].name', 'steps[].name'],
	['build source', bucketName, 'build.source.storageSource.bucket', 'source.storageSource.bucket'],
	['build source', sourceRepository, 'sourceToBuild.uri', 'gitFileSource.uri'],
];

const RULES: ReadonlyMap<string, readonly Rule[]> = new Map<string, Rule[]>([
	[
		'cloudfunctions.googleapis.com/CloudFunction',
		[
			['function source', bucketOf, 'sourceArchiveUrl'],
			['function source', sourceRepository, 'sourceRepository.url'],
			['function image', repositoryByName, 'dockerRepository'],
		],
	],
	[
		'cloudfunctions.googleapis.com/Function',
		[
			['function source', bucketName, 'buildConfig.source.storageSource.bucket'],
			['function image', repositoryByName, 'buildConfig.dockerRepository'],
		],
	],
	['run.googleapis.com/Service', [['container image', repositoryOfImage, ...RUN_IMAGES], BUILT]],
	['run.googleapis.com/WorkerPool', [['container image', repositoryOfImage, ...RUN_IMAGES], BUILT]],
	[
		'run.googleapis.com/Job',
		[
			[
				'container image',
				repositoryOfImage,
				'spec.template.spec.template.spec.containers[].image',
				'template.template.containers[].image',
			],
			BUILT,
		],
	],
	[
		'appengine.googleapis.com/Version',
		[
			['application source', bucketOf, 'deployment.zip.sourceUrl'],
			['container image', repositoryOfImage, 'deployment.container.image'],
		],
	],
	['cloudbuild.googleapis.com/BuildTrigger', STEPS],
	['cloudbuild.googleapis.com/Build', STEPS],
	['config.googleapis.com/Deployment', [['Terraform blueprint', bucketOf, 'terraformBlueprint.gcsSource']]],
	[
		'composer.googleapis.com/Environment',
		[
			['DAGs', bucketOf, 'config.dagGcsPrefix'],
			['DAGs', bucketName, 'storageConfig.bucket'],
		],
	],
	[
		'dataflow.googleapis.com/Job',
		[
			[
				'Dataflow staging',
				bucketOf,
				'environment.tempStoragePrefix',
				'environment.sdkPipelineOptions.options.stagingLocation',
				'environment.sdkPipelineOptions.options.templateLocation',
				'environment.workerPools[].packages[].location',
			],
			[
				'worker image',
				repositoryOfImage,
				'environment.workerPools[].workerHarnessContainerImage',
				'environment.workerPools[].sdkHarnessContainerImages[].containerImage',
			],
		],
	],
	[
		'dataproc.googleapis.com/Cluster',
		[
			['initialization action', bucketOf, 'config.initializationActions[].executableFile'],
			['job staging', bucketName, 'config.configBucket'],
		],
	],
	[
		'dataproc.googleapis.com/WorkflowTemplate',
		[
			['initialization action', bucketOf, 'placement.managedCluster.config.initializationActions[].executableFile'],
			['job code', bucketOf, 'jobs[].pysparkJob.mainPythonFileUri', 'jobs[].sparkJob.mainJarFileUri'],
		],
	],
	[
		'dataproc.googleapis.com/Batch',
		[
			[
				'batch code',
				bucketOf,
				'pysparkBatch.mainPythonFileUri',
				'sparkBatch.mainJarFileUri',
				'sparkRBatch.mainRFileUri',
			],
			['container image', repositoryOfImage, 'runtimeConfig.containerImage'],
		],
	],
	[
		'dataplex.googleapis.com/Task',
		[['task code', bucketOf, 'spark.pythonScriptFile', 'spark.mainJarFileUri', 'notebook.notebook']],
	],
	[
		'batch.googleapis.com/Job',
		[['container image', repositoryOfImage, 'taskGroups[].taskSpec.runnables[].container.imageUri']],
	],
	[
		'aiplatform.googleapis.com/CustomJob',
		[['container image', repositoryOfImage, 'jobSpec.workerPoolSpecs[].containerSpec.imageUri']],
	],
	['notebooks.googleapis.com/Instance', [['start-up script', bucketOf, 'postStartupScript']]],
]);

/** @returns each bucket or repository once per use, in the order of the rules */
export function readCode(assetType: string, data: Json): CodeSource[] {
	const rules = RULES.get(assetType);
	if (!rules) return [];
	const found = rules.flatMap(([use, read, ...paths]) =>
		paths.flatMap(path => textsAt(data, path).flatMap(written => withUse(read(written), use))),
	);
	if (assetType === 'appengine.googleapis.com/Version') found.push(...applicationFiles(data));
	if (assetType === 'cloudbuild.googleapis.com/BuildTrigger') found.push(...triggeredBy(data));
	if (assetType.startsWith('run.')) found.push(...annotated(data));
	return distinct(found);
}

/** Scripts and containers that a machine's metadata names. */
export function codeOfMachine({scripts, images}: MachineMetadata): CodeSource[] {
	return distinct([
		...scripts.flatMap(({key, url}) =>
			withUse(bucketOf(url), key.includes('shutdown') ? 'shut-down script' : 'start-up script'),
		),
		...images.flatMap(image => withUse(repositoryOfImage(image), 'container image')),
	]);
}

/** `deployment.files` maps each file to its address in the staging bucket. */
function applicationFiles(data: Json): CodeSource[] {
	const files = Object.values(object(object(data, 'deployment') ?? {}, 'files') ?? {});
	const urls = files.flatMap(file => (typeof file === 'object' && file !== null ? [(file as Json)['sourceUrl']] : []));
	return urls.flatMap(url => {
		const place = typeof url === 'string' ? bucketOf(url) : undefined;
		return place ? [{kind: place.kind, resource: place.resource, use: 'application source'}] : [];
	});
}

/** The repository of a trigger, if permissions on Google Cloud let somebody push to it. */
function triggeredBy(data: Json): CodeSource[] {
	return [...linkedBy(data), ...templateOf(data)];
}

/** Facts: cloudbuild v1 `RepositoryEventConfig.repository`, `DeveloperConnectEventConfig.gitRepositoryLink`. [seen] */
function linkedBy(data: Json): CodeSource[] {
	const connected = text(object(data, 'repositoryEventConfig') ?? {}, 'repository');
	const linked = text(object(data, 'developerConnectEventConfig') ?? {}, 'gitRepositoryLink');
	return [
		...repositoryAt('connected repository', '//cloudbuild.googleapis.com/', connected, 'repositories'),
		...repositoryAt('repository link', '//developerconnect.googleapis.com/', linked, 'gitRepositoryLinks'),
	];
}

function repositoryAt(kind: SourceKind, host: string, name: string | undefined, collection: string): CodeSource[] {
	const isWhole = name !== undefined && name.startsWith('projects/') && name.includes(`/${collection}/`);
	return isWhole ? [{kind, resource: `${host}${name}`, use: 'build source'}] : [];
}

/** A trigger on a Cloud Source repository, of the trigger's project unless it names another. */
function templateOf(data: Json): CodeSource[] {
	const template = object(data, 'triggerTemplate');
	const repository = template && text(template, 'repoName');
	const own = /^projects\/([^/]+)\//.exec(text(data, 'resourceName') ?? '')?.[1];
	const project = (template && text(template, 'projectId')) ?? own;
	if (!repository || project === undefined) return [];
	return [{...repositoryIn(project, repository), use: 'build source'}];
}

/** Cloud Run's v1 bodies name the source they were built from in an annotation. [recalled] */
function annotated(data: Json): CodeSource[] {
	const annotations = object(object(data, 'metadata') ?? {}, 'annotations') ?? {};
	const url = text(annotations, 'run.googleapis.com/build-source-location');
	return url === undefined ? [] : withUse(bucketOf(url), 'build source');
}

const withUse = (place: Place | undefined, use: string): CodeSource[] => (place ? [{...place, use}] : []);

function distinct(sources: readonly CodeSource[]): CodeSource[] {
	return [...new Map(sources.map(source => [`${source.use} ${source.resource}`, source])).values()];
}
