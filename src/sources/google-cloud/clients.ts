/**
 * Google's own clients behind one function: a method of the table and a request in, the answer as JSON out. A client
 * is loaded and made when its first call comes. They never retry or page on their own; `caller.ts` does, where it can
 * count. Facts: google-clients.md [tried].
 */
import {createRequire} from 'node:module';
import type {ChannelCredentials} from '@grpc/grpc-js';
import type {Json} from '../asset.ts';
import type {Credentials} from './credentials.ts';
import {type Endpoint, rootUrl} from './endpoint.ts';
import {isGrpc, type Method, METHODS, type MethodName} from './methods.ts';
import {plainMessage} from './plain.ts';
import {withoutSecrets} from './workload-secrets.ts';

/** Milliseconds that one attempt may take. A page of a thousand assets takes Google some seconds. */
const TIMEOUT = 30_000;

export interface Clients {
	/** One attempt. Whatever the client throws is thrown on. */
	send(name: MethodName, request: Json): Promise<Json>;
	/** Closes the channels, so that the process can end. */
	close(): Promise<void>;
}

export interface ClientOptions {
	credentials: Credentials;
	endpoint?: Endpoint;
	/** PEM of what gRPC trusts, if not its own. */
	roots?: Buffer;
	/** Milliseconds that one attempt may take. */
	timeout?: number;
}

export function googleClients({credentials, endpoint, roots, timeout = TIMEOUT}: ClientOptions): Clients {
	const channels = new Map<string, Promise<GrpcClient>>();
	let shared: Promise<ChannelCredentials> | undefined;

	const grpc = async (method: Method, request: Json): Promise<Json> => {
		const [service, rpc] = splitName(method.name);
		let client = channels.get(service);
		if (!client) {
			shared ??= channelCredentials(credentials, roots);
			channels.set(service, (client = openClient(service, method.api, await shared, endpoint)));
		}
		const call = (await client)[rpc] as (request: Json, options: Json) => Promise<unknown[]>;
		const [first, , raw] = await call.call(await client, request, {autoPaginate: false, retry: null, timeout});
		return plainMessage(raw ?? first);
	};

	return {
		async send(name, request) {
			const method: Method = METHODS[name];
			const answer = isGrpc(method)
				? await grpc(method, request)
				: await sendHttp(name, request, {credentials, root: rootUrl(method.api, endpoint), timeout});
			return withoutSecrets(answer);
		},
		async close() {
			for (const client of await Promise.allSettled(channels.values())) {
				if (client.status === 'fulfilled') await client.value.close().catch(() => {});
			}
		},
	};
}

/** `google.iam.v2.Policies.ListPolicies` -> `google.iam.v2.Policies`, `listPolicies`. */
function splitName(name: string): [string, string] {
	const dot = name.lastIndexOf('.');
	return [name.slice(0, dot), name[dot + 1]!.toLowerCase() + name.slice(dot + 2)];
}

/** As the generated clients have it: one method per RPC, and `close`. */
type GrpcClient = Record<string, unknown> & {close(): Promise<void>};
type GrpcClientClass = new (options: Json) => GrpcClient;

/** The clients are CommonJS and big: `require` reads only the version that is asked for. */
const require = createRequire(import.meta.url);

const GRPC_CLIENTS: Readonly<Record<string, () => GrpcClientClass>> = {
	'google.cloud.resourcemanager.v3.Projects': () => require('@google-cloud/resource-manager').v3.ProjectsClient,
	'google.cloud.resourcemanager.v3.Folders': () => require('@google-cloud/resource-manager').v3.FoldersClient,
	'google.cloud.resourcemanager.v3.Organizations': () =>
		require('@google-cloud/resource-manager').v3.OrganizationsClient,
	'google.cloud.resourcemanager.v3.TagBindings': () => require('@google-cloud/resource-manager').v3.TagBindingsClient,
	'google.iam.v2.Policies': () => require('@google-cloud/iam').v2.PoliciesClient,
	'google.iam.v3.PrincipalAccessBoundaryPolicies': () =>
		require('@google-cloud/iam').v3.PrincipalAccessBoundaryPoliciesClient,
	'google.iam.v3.PolicyBindings': () => require('@google-cloud/iam').v3.PolicyBindingsClient,
	'google.cloud.asset.v1.AssetService': () => require('@google-cloud/asset').v1.AssetServiceClient,
	'google.cloud.orgpolicy.v2.OrgPolicy': () => require('@google-cloud/org-policy').v2.OrgPolicyClient,
	'google.cloud.recommender.v1.Recommender': () => require('@google-cloud/recommender').v1.RecommenderClient,
};

async function openClient(
	service: string,
	api: string,
	sslCreds: ChannelCredentials,
	endpoint: Endpoint | undefined,
): Promise<GrpcClient> {
	const Client = GRPC_CLIENTS[service]!();
	return new Client({
		apiEndpoint: endpoint?.host ?? api,
		port: endpoint?.port ?? 443,
		sslCreds,
		fallback: false,
		// The token is in `sslCreds`; without this each client would look for credentials of its own.
		auth: {getUniverseDomain: () => Promise.resolve('googleapis.com')},
	});
}

async function channelCredentials(signedIn: Credentials, roots: Buffer | undefined): Promise<ChannelCredentials> {
	const {credentials, Metadata} = await import('@grpc/grpc-js');
	const perCall = credentials.createFromMetadataGenerator(async (_, done) => {
		try {
			const metadata = new Metadata();
			for (const [name, value] of Object.entries(await signedIn.headers())) metadata.add(name, value);
			done(null, metadata);
		} catch (error) {
			done(error as Error);
		}
	});
	return credentials.combineChannelCredentials(credentials.createSsl(roots), perCall);
}

interface HttpOptions {
	credentials: Credentials;
	root: string;
	timeout: number;
}

/** A call of a `@googleapis` client, or a bare request for the APIs that have none. */
async function sendHttp(name: MethodName, request: Json, {credentials, root, timeout}: HttpOptions): Promise<Json> {
	const api = METHODS[name].api;
	const headers = await credentials.headers();
	const options = {rootUrl: root, headers, timeout, retry: false, responseType: 'json' as const};
	if (api === 'iam.googleapis.com' || api === 'cloudidentity.googleapis.com') {
		const call = api === 'iam.googleapis.com' ? await iamCall(name) : await groupCall(name);
		const {data} = await call({...request}, options);
		return data;
	}
	const {url, ...rest} = bareRequest(name, request, root);
	const {data} = await credentials.client.request<Json>({
		...rest,
		url,
		headers,
		timeout,
		retry: false,
		responseType: 'json',
	});
	return data;
}

type RestCall = (params: Json, options: Json) => Promise<{data: Json}>;

async function iamCall(name: MethodName): Promise<RestCall> {
	const {iam} = await import('@googleapis/iam');
	const {projects, organizations, locations, roles} = iam('v1');
	const {serviceAccounts: accounts, locations: places} = projects;
	const calls: Partial<Record<MethodName, {call: unknown; of: object}>> = {
		listAccounts: {call: accounts.list, of: accounts},
		accountPolicy: {call: accounts.getIamPolicy, of: accounts},
		listKeys: {call: accounts.keys.list, of: accounts.keys},
		listOrganizationRoles: {call: organizations.roles.list, of: organizations.roles},
		listProjectRoles: {call: projects.roles.list, of: projects.roles},
		listPredefinedRoles: {call: roles.list, of: roles},
		listPools: {call: places.workloadIdentityPools.list, of: places.workloadIdentityPools},
		listPoolProviders: {call: places.workloadIdentityPools.providers.list, of: places.workloadIdentityPools.providers},
		listWorkforcePools: {call: locations.workforcePools.list, of: locations.workforcePools},
		listWorkforceProviders: {call: locations.workforcePools.providers.list, of: locations.workforcePools.providers},
	};
	return bound(calls[name]!);
}

async function groupCall(name: MethodName): Promise<RestCall> {
	const {cloudidentity} = await import('@googleapis/cloudidentity');
	const {groups} = cloudidentity('v1');
	return name === 'lookupGroup'
		? bound({call: groups.lookup, of: groups})
		: bound({call: groups.memberships.list, of: groups.memberships});
}

function bound({call, of}: {call: unknown; of: object}): RestCall {
	return (call as RestCall).bind(of);
}

/** Policy Analyzer, Logging, Monitoring and Service Usage: path parameters fill the path, the rest is query or body. */
function bareRequest(
	name: MethodName,
	request: Json,
	root: string,
): {url: string; method: 'GET' | 'POST'; data?: Json} {
	const [verb, path] = METHODS[name].name.split(' ') as ['GET' | 'POST', string];
	const rest = {...request};
	const filled = path.replace(/\{\+(\w+)\}/g, (_, field: string) => {
		const value = String(rest[field]);
		delete rest[field];
		return value.split('/').map(encodeURIComponent).join('/');
	});
	if (verb === 'POST') return {url: root + filled, method: verb, data: rest};
	const query = new URLSearchParams(Object.entries(rest).map(([key, value]): [string, string] => [key, String(value)]));
	return {url: `${root}${filled}${query.size > 0 ? `?${query}` : ''}`, method: verb};
}
