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

/** @throws if no body names a place of this kind for this use: a new tie needs one here */
export function codePlace({kind, use}: CodeTie, home: Home): CodePlace {
	const link = `projects/${home}/locations/here/connections/git`;
	switch (kind) {
		case 'bucket': {
			const name = `${home}-code`;
			const asset = `//storage.googleapis.com/${name}`;
			return {
				name: asset,
				body: inBucket(use, name),
				pieces: [{lines: [resourceLine(asset, 'storage.googleapis.com/Bucket', PLACES[home]!, {name}, OLD)]}],
			};
		}
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
		default:
			throw new Error(`no body with code in a ${kind} is known`);
	}
}

function inBucket(use: string, bucket: string): Json {
	switch (use) {
		case 'DAGs':
			return {storageConfig: {bucket}};
		case 'Dataflow staging':
			return {environment: {tempStoragePrefix: `storage.googleapis.com/${bucket}/temp`}};
		default:
			throw new Error(`no body with ${use} in a bucket is known`);
	}
}

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
