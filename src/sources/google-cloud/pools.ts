/** IAM v1: workload identity pools of a project and workforce pools of an organization, with their providers. */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import type {MethodName} from './methods.ts';
import {bodyOf, IAM, type Place, projectId, resourceAsset, textOf} from './shape.ts';

export const POOL = 'iam.googleapis.com/WorkloadIdentityPool';
export const PROVIDER = 'iam.googleapis.com/WorkloadIdentityPoolProvider';

/** @throws CallFailure */
export async function fetchPools(caller: Caller, place: Place): Promise<Asset[]> {
	const parent = `projects/${projectId(place)}/locations/global`;
	const pools = await caller.list('listPools', {parent, pageSize: 1000, showDeleted: true}, 'workloadIdentityPools');
	return withProviders(caller, pools, place, {
		method: 'listPoolProviders',
		field: 'workloadIdentityPoolProviders',
		types: [POOL, PROVIDER],
	});
}

/** @throws CallFailure */
export async function fetchWorkforcePools(caller: Caller, place: Place): Promise<Asset[]> {
	const request = {location: 'locations/global', parent: place.key, pageSize: 1000, showDeleted: true};
	const pools = await caller.list('listWorkforcePools', request, 'workforcePools');
	return withProviders(caller, pools, place, {
		method: 'listWorkforceProviders',
		field: 'workforcePoolProviders',
		types: ['iam.googleapis.com/WorkforcePool', 'iam.googleapis.com/WorkforcePoolProvider'],
	});
}

interface Providers {
	method: MethodName;
	field: string;
	types: [pool: string, provider: string];
}

async function withProviders(
	caller: Caller,
	pools: Json[],
	place: Place,
	{method, field, types: [poolType, providerType]}: Providers,
): Promise<Asset[]> {
	const lists = await Promise.all(
		pools.map(async pool => {
			const name = textOf(pool['name']);
			// Deleted pools answer for nobody, and their providers are not listed any more.
			if (name === undefined || pool['state'] === 'DELETED') return [pool];
			return [pool, ...(await caller.list(method, {parent: name, pageSize: 100, showDeleted: true}, field))];
		}),
	);
	return lists.flatMap(([pool, ...providers]) => [
		...poolAsset(pool!, poolType, place),
		...providers.flatMap(provider => poolAsset(provider, providerType, place)),
	]);
}

/** A pool or provider; the API names it by the project's number, the contract by its id. */
export function poolAsset(data: Json, type: string, place: Place): Asset[] {
	const name = textOf(data['name']);
	if (name === undefined) return [];
	const own = place.kind === 'project' ? name.replace(/^projects\/[^/]+/, place.key) : name;
	return [resourceAsset(IAM + own, type, bodyOf(data), place)];
}
