/**
 * IAM v2: deny policies of one container. Lists leave the rules out, so each policy is read by itself; and all of that
 * at five calls a minute, which is why it runs on the slow lane.
 */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {CallFailure} from './failure.ts';
import {bodyOf, IAM, type Place, resourceAsset, textOf} from './shape.ts';

export const DENY_POLICY = 'iam.googleapis.com/DenyPolicy';

/** @throws CallFailure */
export async function fetchDenyPolicies(caller: Caller, place: Place): Promise<Asset[]> {
	const point = encodeURIComponent(`cloudresourcemanager.googleapis.com/${place.path}`);
	const policies = await caller.list('listDenyPolicies', {parent: `policies/${point}/denypolicies`}, 'policies');
	const assets: Asset[] = [];
	for (const listed of policies) {
		const name = textOf(listed['name']);
		if (name === undefined) continue;
		try {
			assets.push(denyAsset(await caller.call('getDenyPolicy', {name}), place));
		} catch (error) {
			// Deleted since it was listed.
			if (error instanceof CallFailure && error.kind === 'gone') continue;
			throw error;
		}
	}
	return assets;
}

export function denyAsset(data: Json, place: Place): Asset {
	return resourceAsset(IAM + String(data['name']), DENY_POLICY, bodyOf(data), place);
}
