/** Organization Policy v2: what is set on one container, in the API's form or from the v1 form that exports have. */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {bodyOf, objectOf, type Place, resourceAsset, textOf} from './shape.ts';

export const ORG_POLICY = 'orgpolicy.googleapis.com/Policy';

/** @throws CallFailure */
export async function fetchOrgPolicies(caller: Caller, place: Place): Promise<Asset[]> {
	const policies = await caller.list('listOrgPolicies', {parent: place.path, pageSize: 1000}, 'policies');
	return policies.flatMap(policy => orgPolicyAsset(policy, place));
}

/** @param data a v2 policy */
export function orgPolicyAsset(data: Json, place: Place): Asset[] {
	const constraint = /\/policies\/([^/]+)$/.exec(textOf(data['name']) ?? '')?.[1];
	if (constraint === undefined) return [];
	const name = `${place.path}/policies/${constraint}`;
	const body = bodyOf({...data, name});
	const spec = objectOf(body['spec']);
	// Says when it was written; the two ways of asking do not agree on it.
	if (spec) body['spec'] = withoutStamps(spec);
	return [resourceAsset(`//orgpolicy.googleapis.com/${name}`, ORG_POLICY, body, place)];
}

/** The v2 form of a v1 policy (ORG_POLICY content). Facts: iam-semantics sections 5 and 8 [seen]. */
export function fromV1(policy: Json, place: Place): Json | undefined {
	const constraint = textOf(policy['constraint'])?.replace(/^constraints\//, '');
	if (constraint === undefined) return undefined;
	const name = `${place.path}/policies/${constraint}`;
	if (objectOf(policy['restoreDefault'])) return {name, spec: {reset: true}};
	const flag = objectOf(policy['booleanPolicy']);
	if (flag) return {name, spec: {rules: [{enforce: flag['enforced'] === true}]}};
	const values = objectOf(policy['listPolicy']);
	if (!values) return undefined;
	const rule = ruleOf(values);
	return {
		name,
		spec: {
			...(values['inheritFromParent'] === true && {inheritFromParent: true}),
			...(rule && {rules: [rule]}),
		},
	};
}

function ruleOf(values: Json): Json | undefined {
	if (values['allValues'] === 'ALLOW') return {allowAll: true};
	if (values['allValues'] === 'DENY') return {denyAll: true};
	const allowed = values['allowedValues'];
	const denied = values['deniedValues'];
	if (allowed === undefined && denied === undefined) return undefined;
	return {
		values: {
			...(allowed !== undefined && {allowedValues: allowed}),
			...(denied !== undefined && {deniedValues: denied}),
		},
	};
}

function withoutStamps({etag: _, updateTime: __, ...spec}: Json): Json {
	return spec;
}
