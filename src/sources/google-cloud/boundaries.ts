/**
 * IAM v3: principal access boundaries of an organization and what they are bound to. Each policy is asked for its
 * bindings, which takes a call per policy; listing the bindings of every container would take one per project, at five
 * a minute.
 */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {bodyOf, IAM, type Place, resourceAsset, textOf} from './shape.ts';

const PAGE = {pageSize: 1000};

/**
 * @param place an organization
 * @throws CallFailure
 */
export async function fetchBoundaries(caller: Caller, place: Place): Promise<Asset[]> {
	const parent = `${place.key}/locations/global`;
	const policies = await caller.list('listBoundaries', {parent, ...PAGE}, 'principalAccessBoundaryPolicies');
	const assets: Asset[] = [];
	for (const policy of policies) {
		const name = textOf(policy['name']);
		if (name === undefined) continue;
		assets.push(resourceAsset(IAM + name, 'iam.googleapis.com/PrincipalAccessBoundaryPolicy', bodyOf(policy), place));
		const bindings = await caller.list('searchBoundaryBindings', {name, ...PAGE}, 'policyBindings');
		assets.push(...bindings.flatMap(binding => bindingAsset(binding, place)));
	}
	return assets;
}

/**
 * The bindings whose parent is one container, for servers that cannot be searched.
 * @throws CallFailure
 */
export async function fetchPolicyBindings(caller: Caller, place: Place): Promise<Asset[]> {
	const parent = `${place.path}/locations/global`;
	const bindings = await caller.list('listPolicyBindings', {parent, ...PAGE}, 'policyBindings');
	return bindings.flatMap(binding => bindingAsset(binding, place));
}

function bindingAsset(data: Json, place: Place): Asset[] {
	const name = textOf(data['name']);
	return name === undefined ? [] : [resourceAsset(IAM + name, 'iam.googleapis.com/PolicyBinding', bodyOf(data), place)];
}
