/** Applies changes of workload identity providers to assets as Google would. */
import {isDeepStrictEqual} from 'node:util';
import type {ProviderChange, ProviderSettings} from '../src/remediation/provider-change.ts';
import type {Asset, Json} from '../src/sources/asset.ts';

/** @returns undefined if there is nothing to change: no such provider, another kind, or it is so already */
export function updateProvider(
	assets: Asset[],
	{resource, kind, set, before}: ProviderChange,
	nameOf: (asset: Asset) => string,
): Asset[] | undefined {
	const provider = assets.find(
		asset => asset.assetType === 'iam.googleapis.com/WorkloadIdentityPoolProvider' && nameOf(asset) === resource,
	);
	const data = provider?.resource?.data;
	if (!data || data[kind] === undefined) return undefined;
	for (const field of Object.keys(set) as (keyof ProviderSettings)[]) {
		// What the way back restores has to be what was there. A command that was read back does not tell.
		if (field in before && !isDeepStrictEqual(settingsOf(data)[field], before[field])) return undefined;
	}
	const {condition, audiences, mapping, disabled, uploadedKeys} = set;
	const old = structuredClone(data);
	if (condition !== undefined) data['attributeCondition'] = condition;
	if (mapping !== undefined) data['attributeMapping'] = {...mapping};
	if (disabled !== undefined) data['disabled'] = disabled;
	if (audiences !== undefined) data['oidc'] = {...(data['oidc'] as Json), allowedAudiences: [...audiences]};
	if (uploadedKeys === false) delete (data['oidc'] as Json)['jwksJson'];
	return isDeepStrictEqual(data, old) ? undefined : assets;
}

function settingsOf(data: Json): ProviderSettings {
	const oidc = (data['oidc'] ?? {}) as {allowedAudiences?: string[]; jwksJson?: string};
	return {
		condition: ((data['attributeCondition'] as string | undefined) ?? '').trim(),
		audiences: oidc.allowedAudiences ?? [],
		mapping: data['attributeMapping'] as Record<string, string>,
		disabled: data['disabled'] === true,
		uploadedKeys: oidc.jwksJson !== undefined,
	};
}
