/**
 * The forms in which people save assets, turned into the one shape of `Asset`. Wrapper keys become camelCase;
 * values stay as they came, for the inventory to judge.
 *
 * Facts: exports use snake_case wrapper keys, assets.list and gcloud camelCase; search-all-iam-policies results are
 * {resource, assetType, project, folders, organization, policy}. [seen] That `folders` of search results is
 * nearest first is [recalled]; the API reference states no order.
 */
import type {Asset, Json} from './asset.ts';

/** Receives what one JSON value holds. Messages name fields, never values: those may be secrets. */
export interface WrapperSink {
	asset(asset: Asset): void;
	problem(message: string): void;
	/** Like `problem`, for what is wrong with the file as a whole: said once, however often it is met. */
	remark(message: string): void;
}

const DENY_POLICY = /^policies\/.+\/denypolicies\/[^/]+$/;
/** Keys under which list responses hold their page, by what they are: assets.list, search, history, IAM v2. */
const LISTS = ['assets', 'results', 'policies'] as const;
const MAX_NESTING = 3;

/** Hands over each asset in a JSON value, and a problem for each thing that cannot be used. */
export function unwrap(value: unknown, sink: WrapperSink, nesting = 0): void {
	if (!isJson(value)) sink.problem(`${kindOf(value)}, not a JSON object`);
	else if (typeof value.name === 'string' && typeof (value.assetType ?? value.asset_type) === 'string') {
		if (isResourceSearchResult(value)) sink.remark(SEARCH_RESULT);
		else plainAsset(value, sink);
	} else if (!unwrapOther(value, sink, nesting)) sink.problem(whyNoAsset(value));
}

const SEARCH_RESULT =
	'search-all-resources results hold no resource data and are not used; ' +
	'`gcloud asset list --content-type=resource --format=json` prints it';

/** `name` and `assetType` are known to be strings. */
function plainAsset(value: Json, sink: WrapperSink): void {
	if (value.name === '' || (value.assetType ?? value.asset_type) === '') {
		sink.problem('an asset with an empty name or assetType');
		return;
	}
	sink.asset({
		name: value.name as string,
		assetType: (value.assetType ?? value.asset_type) as string,
		updateTime: stringOr(value.updateTime ?? value.update_time, 'updateTime', sink),
		createTime: stringOr(value.createTime ?? value.create_time, 'createTime', sink),
		ancestors: stringsOr(value.ancestors, 'ancestors', sink),
		resource: resourceOr(value.resource, sink),
		iamPolicy: jsonOr(value.iamPolicy ?? value.iam_policy, 'iamPolicy', sink),
		orgPolicy: policiesOr(value.orgPolicy ?? value.org_policy, sink),
	});
}

function unwrapOther(value: Json, sink: WrapperSink, nesting: number): boolean {
	if (typeof value.resource === 'string' && value.name === undefined) return searchedPolicy(value, sink);
	if (typeof value.name === 'string' && DENY_POLICY.test(value.name)) return denyPolicy(value, sink);
	if (nesting === MAX_NESTING) return false;
	if (isJson(value.asset)) {
		// TemporalAsset of feeds and of batchGetAssetsHistory: in this window the asset was gone.
		if (value.deleted !== true) unwrap(value.asset, sink, nesting + 1);
		return true;
	}
	const list = LISTS.find(key => Array.isArray(value[key]));
	if (list === undefined) return false;
	for (const element of value[list] as unknown[]) unwrap(element, sink, nesting + 1);
	if (typeof (value.nextPageToken ?? value.next_page_token) === 'string' && value.nextPageToken !== '') {
		sink.problem('one page of a longer list (it has a nextPageToken): what the other pages hold is missing');
	}
	return true;
}

/** A result of search-all-iam-policies. Folder and organization policies have no project. */
function searchedPolicy(value: Json, sink: WrapperSink): boolean {
	const assetType = value.assetType ?? value.asset_type;
	if (typeof assetType !== 'string' || assetType === '' || value.resource === '') {
		sink.problem('a policy search result without a resource name or an assetType');
		return true;
	}
	sink.asset({
		name: value.resource as string,
		assetType,
		ancestors: searchedAncestors(value, sink),
		iamPolicy: jsonOr(value.policy, 'policy', sink),
	});
	return true;
}

function searchedAncestors(value: Json, sink: WrapperSink): string[] | undefined {
	const project = stringOr(value.project, 'project', sink);
	const folders = stringsOr(value.folders, 'folders', sink);
	const organization = stringOr(value.organization, 'organization', sink);
	// Without the folders between them the chain would be wrong, not only short.
	if (value.folders !== undefined && value.folders !== null && folders === undefined) return undefined;
	const ancestors = [project, ...(folders ?? []), organization].filter(name => name !== undefined && name !== '');
	return ancestors.length === 0 ? undefined : (ancestors as string[]);
}

/** A bare IAM v2 policy, as `gcloud iam policies get` prints it. */
function denyPolicy(value: Json, sink: WrapperSink): boolean {
	if (!Array.isArray(value.rules)) {
		sink.problem('a deny policy without its rules (lists leave them out); `gcloud iam policies get` prints them');
		return true;
	}
	sink.asset({
		name: `//iam.googleapis.com/${value.name as string}`,
		assetType: 'iam.googleapis.com/DenyPolicy',
		updateTime: stringOr(value.updateTime, 'updateTime', sink),
		resource: {data: value},
	});
	return true;
}

/** Search results name containers in fields of their own and never hold data, policies or ancestors. */
function isResourceSearchResult(value: Json): boolean {
	return (
		value.resource === undefined &&
		value.ancestors === undefined &&
		(value.parentFullResourceName !== undefined ||
			value.additionalAttributes !== undefined ||
			(value.organization ?? value.project) !== undefined)
	);
}

function whyNoAsset(value: Json): string {
	if (value.type === 'service_account' || 'private_key' in value) {
		return 'a service account key file, not an asset; private keys do not belong among exports';
	}
	const assetType = value.assetType ?? value.asset_type;
	if (value.name === undefined && assetType === undefined) {
		return 'a JSON object, but not an asset (no name, no assetType)';
	}
	const [field, found] = typeof value.name === 'string' ? ['assetType', assetType] : ['name', value.name];
	return `not an asset: ${field} ${found === undefined ? 'is missing' : `is ${kindOf(found)}, not a string`}`;
}

function resourceOr(value: unknown, sink: WrapperSink): Asset['resource'] {
	const resource = jsonOr(value, 'resource', sink);
	if (resource === undefined) return undefined;
	const {data, parent, location} = resource;
	if (isAbsentOr(isJson(data), data) && isAbsentOr(isText(parent), parent) && isAbsentOr(isText(location), location)) {
		return resource;
	}
	return {
		data: jsonOr(data, 'resource.data', sink),
		parent: stringOr(parent, 'resource.parent', sink),
		location: stringOr(location, 'resource.location', sink),
	};
}

function policiesOr(value: unknown, sink: WrapperSink): Json[] | undefined {
	if (value === undefined || value === null) return undefined;
	if (!Array.isArray(value)) return wrong('orgPolicy', value, 'an array', sink);
	const policies = value.filter(isJson);
	if (policies.length < value.length)
		sink.problem('orgPolicy holds something that is no object; that part is not used');
	return policies;
}

function stringsOr(value: unknown, field: string, sink: WrapperSink): string[] | undefined {
	if (value === undefined || value === null) return undefined;
	return Array.isArray(value) && value.every(isText) ? value : wrong(field, value, 'an array of strings', sink);
}

function stringOr(value: unknown, field: string, sink: WrapperSink): string | undefined {
	if (value === undefined || value === null) return undefined;
	return isText(value) ? value : wrong(field, value, 'a string', sink);
}

function jsonOr(value: unknown, field: string, sink: WrapperSink): Json | undefined {
	if (value === undefined || value === null) return undefined;
	return isJson(value) ? value : wrong(field, value, 'an object', sink);
}

function wrong(field: string, value: unknown, wanted: string, sink: WrapperSink): undefined {
	const found = Array.isArray(value) && wanted.startsWith('an array') ? 'an array of other things' : kindOf(value);
	sink.problem(`${field} is ${found}, not ${wanted}; the field is not used`);
	return undefined;
}

function isAbsentOr(right: boolean, value: unknown): boolean {
	return right || value === undefined;
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}

function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
	if (value === undefined) return 'missing';
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
