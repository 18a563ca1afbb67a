/** IAM v1: service accounts of a project, with the allow policy and the user-managed keys of each. */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {CallFailure} from './failure.ts';
import type {Ledger} from './ledger.ts';
import {accountAssetName, bodyOf, type Place, policyAsset, projectId, resourceAsset, textOf} from './shape.ts';
import {each} from './turnstile.ts';

export const ACCOUNT = 'iam.googleapis.com/ServiceAccount';
export const KEY = 'iam.googleapis.com/ServiceAccountKey';

/**
 * Hands over the accounts of one project. What fails for one account is a hole of that account only.
 * @throws CallFailure the list itself failed
 */
export async function fetchAccounts(
	caller: Caller,
	place: Place,
	ledger: Ledger,
	emit: (asset: Asset) => void,
): Promise<void> {
	const request = {name: `projects/${projectId(place)}`, pageSize: 100};
	const accounts = await caller.list('listAccounts', request, 'accounts');
	await each(accounts, data => fetchAccount(caller, data, place, ledger, emit), 8);
}

async function fetchAccount(
	caller: Caller,
	data: Json,
	place: Place,
	ledger: Ledger,
	emit: (asset: Asset) => void,
): Promise<void> {
	const email = textOf(data['email']);
	if (email === undefined) return;
	const name = `projects/${projectId(place)}/serviceAccounts/${email}`;
	const account = accountAsset(data, place);
	const [policy, keys] = await Promise.allSettled([
		caller.call('accountPolicy', {resource: name, 'options.requestedPolicyVersion': 3}),
		caller.call('listKeys', {name, keyTypes: ['USER_MANAGED']}),
	]);
	// It was deleted after the list was made: then it is nobody's any more.
	if (isGone(policy) && isGone(keys)) return;
	emit(account);
	if (policy.status === 'fulfilled') {
		const asset = policyAsset(account.name, ACCOUNT, policy.value, place);
		if (asset) emit(asset);
	} else ledger.failedResource('allowPolicies', account.name, failureIn(policy.reason), place);
	if (keys.status === 'fulfilled') for (const asset of keyAssets(keys.value, place)) emit(asset);
	else ledger.failedResource('serviceAccountKeys', account.name, failureIn(keys.reason), place);
}

export function accountAsset(data: Json, place: Place): Asset {
	const name = accountAssetName(projectId(place), String(data['email']));
	return resourceAsset(name, ACCOUNT, bodyOf(data), place);
}

/** Google's own keys rotate by themselves and are no finding. */
export function keyAssets(answer: Json, place: Place): Asset[] {
	const keys = Array.isArray(answer['keys']) ? (answer['keys'] as Json[]) : [];
	return keys.flatMap(key => keyAsset(key, place) ?? []);
}

export function keyAsset(data: Json, place: Place): Asset | undefined {
	const name = textOf(data['name']);
	if (name === undefined || data['keyType'] === 'SYSTEM_MANAGED') return undefined;
	const {privateKeyData: _, publicKeyData: __, ...body} = data;
	return resourceAsset(`//iam.googleapis.com/${name}`, KEY, bodyOf(body), place);
}

function isGone(settled: PromiseSettledResult<Json>): boolean {
	return settled.status === 'rejected' && settled.reason instanceof CallFailure && settled.reason.kind === 'gone';
}

function failureIn(error: unknown): CallFailure {
	if (error instanceof CallFailure) return error;
	throw error;
}
