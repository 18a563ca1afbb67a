/** Allow policies of projects, folders and organizations, from Resource Manager. Version 3, or conditions are hidden. */
import type {Asset} from '../asset.ts';
import type {Caller} from './caller.ts';
import type {MethodName} from './methods.ts';
import {containerType, CRM, type Kind, type Place, policyAsset} from './shape.ts';

const METHOD: Record<Kind, MethodName> = {
	project: 'projectPolicy',
	folder: 'folderPolicy',
	organization: 'organizationPolicy',
};

/**
 * @returns undefined if the policy is empty
 * @throws CallFailure
 */
export async function fetchPolicy(caller: Caller, place: Place): Promise<Asset | undefined> {
	const request = {resource: place.key, options: {requestedPolicyVersion: 3}};
	const policy = await caller.call(METHOD[place.kind], request);
	return policyAsset(CRM + place.key, containerType(place.kind), policy, place);
}
