/**
 * Cloud Asset Inventory: whole organizations in few calls. Facts: iam-semantics sections 7 and 8 [seen]. Accounts are
 * named by unique id there; the assets that come out have the same names as those of the services' own APIs.
 */
import type {Asset, Json} from '../asset.ts';
import {ACCOUNT, accountAsset, KEY, keyAsset} from './accounts.ts';
import {CONTAINER_TYPES, SETTING_TYPES, TAG_TYPES, WORKLOAD_TYPES} from './asset-types.ts';
import {type Caller, elementsOf} from './caller.ts';
import {CallFailure} from './failure.ts';
import type {Found} from './hierarchy.ts';
import {fromV1, ORG_POLICY, orgPolicyAsset} from './org-policies.ts';
import {POOL, poolAsset, PROVIDER} from './pools.ts';
import {ROLE, roleAsset} from './roles.ts';
import {
	bodyOf,
	containerBody,
	type ContainerBody,
	CRM,
	IAM,
	objectOf,
	type Place,
	placeOf,
	policyAsset,
	resourceAsset,
	textOf,
} from './shape.ts';

const PAGE = 1000;

type Content = 'RESOURCE' | 'IAM_POLICY' | 'ORG_POLICY';

/** What can be listed by itself, and fail by itself. */
export const LISTS = {
	accounts: {contentType: 'RESOURCE', assetTypes: [ACCOUNT]},
	keys: {contentType: 'RESOURCE', assetTypes: [KEY]},
	roles: {contentType: 'RESOURCE', assetTypes: [ROLE]},
	pools: {contentType: 'RESOURCE', assetTypes: [POOL, PROVIDER]},
	orgPolicies: {contentType: 'RESOURCE', assetTypes: [ORG_POLICY]},
	orgPoliciesV1: {contentType: 'ORG_POLICY', assetTypes: []},
	tags: {contentType: 'RESOURCE', assetTypes: TAG_TYPES},
	workloads: {contentType: 'RESOURCE', assetTypes: [...WORKLOAD_TYPES, ...SETTING_TYPES]},
	policies: {contentType: 'IAM_POLICY', assetTypes: []},
} as const satisfies Record<string, {contentType: Content; assetTypes: readonly string[]}>;

export type ListName = keyof typeof LISTS;

/**
 * Every project, folder and organization at and below a scope.
 * @param above places of ancestors, which this API does not list
 * @throws CallFailure
 */
export async function listContainers(caller: Caller, scope: string, above: readonly Place[]): Promise<Found[]> {
	const request = {parent: scope, contentType: 'RESOURCE', assetTypes: [...CONTAINER_TYPES], pageSize: PAGE};
	const bodies = new Map<string, {body: ContainerBody; ancestors: string[]}>();
	for (const asset of await caller.list('listAssets', request, 'assets')) {
		const data = objectOf(objectOf(asset['resource'])?.['data']);
		const body = data && containerBody(data);
		if (body) bodies.set(body.name, {body, ancestors: textsOf(asset['ancestors'])});
	}
	const places = new Map(above.map(place => [place.path, place]));
	// Parents first, so that what is below something that is being deleted is known to be so too.
	const sorted = [...bodies.values()].toSorted((a, b) => a.ancestors.length - b.ancestors.length);
	return sorted.map(({body, ancestors}) => {
		const parent = ancestors[1] ?? body.parent;
		const known = parent === undefined ? undefined : places.get(parent);
		const place = placeOf({...body, ...(parent !== undefined && {parent})}, known);
		if (!known && ancestors.length > 1) place.ancestors = ancestors;
		places.set(place.path, place);
		return {body: {...body, ...(parent !== undefined && {parent})}, place};
	});
}

/** What turns the names of this API into canonical ones. */
export interface Names {
	/** By path with the project's number, and by key. */
	place(path: string): Place | undefined;
	/** E-mail by unique id; filled by the list of accounts. */
	emails: Map<string, string>;
}

export interface ListOptions {
	caller: Caller;
	/** `organizations/N`, `folders/N`, `projects/ID`. */
	scope: string;
	names: Names;
	emit(asset: Asset): void;
	/** Told of an asset type that the server does not know. */
	unknownType(type: string, failure: CallFailure): void;
}

/**
 * Hands over one list, page by page; memory holds one page.
 * @throws CallFailure it broke off, or never began
 */
export async function readList(name: ListName, options: ListOptions): Promise<void> {
	const {contentType, assetTypes}: {contentType: Content; assetTypes: readonly string[]} = LISTS[name];
	await readTypes(contentType, assetTypes, options);
}

async function readTypes(contentType: Content, assetTypes: readonly string[], options: ListOptions): Promise<void> {
	const {caller, scope, names, emit, unknownType} = options;
	const request = {
		parent: scope,
		contentType,
		...(assetTypes.length > 0 && {assetTypes: [...assetTypes]}),
		pageSize: PAGE,
	};
	let began = false;
	try {
		for await (const answer of caller.pages('listAssets', request)) {
			began = true;
			for (const asset of elementsOf(answer, 'assets')) {
				for (const made of assetsOf(asset, names)) emit(withTime(made, asset));
			}
		}
	} catch (error) {
		// One type that the server does not know spoils the whole list: halves find out which.
		if (!(error instanceof CallFailure) || error.kind !== 'invalid' || began || assetTypes.length === 0) throw error;
		if (assetTypes.length === 1) {
			unknownType(assetTypes[0]!, error);
			return;
		}
		const middle = assetTypes.length >> 1;
		await readTypes(contentType, assetTypes.slice(0, middle), options);
		await readTypes(contentType, assetTypes.slice(middle), options);
	}
}

/** One asset of this API as ours; none for what lies in something that is being deleted. */
export function assetsOf(asset: Json, names: Names): Asset[] {
	const name = textOf(asset['name']);
	const type = textOf(asset['assetType']);
	if (name === undefined || type === undefined) return [];
	const place = homeOf(asset, names);
	if (!place.active) return [];
	const made: (Asset | undefined)[] = [];
	const data = objectOf(objectOf(asset['resource'])?.['data']);
	if (data) made.push(...resourcesOf(name, type, data, place, names));
	const policy = objectOf(asset['iamPolicy']);
	if (policy) made.push(policyAsset(canonicalName(name, names), type, policy, place));
	if (Array.isArray(asset['orgPolicy'])) {
		for (const old of asset['orgPolicy'] as Json[]) {
			const body = fromV1(old, place);
			if (body) made.push(...orgPolicyAsset(body, place));
		}
	}
	return made.filter(one => one !== undefined);
}

function resourcesOf(name: string, type: string, data: Json, place: Place, names: Names): (Asset | undefined)[] {
	switch (type) {
		case ACCOUNT: {
			const email = textOf(data['email']);
			const id = textOf(data['uniqueId']) ?? /(\d+)$/.exec(name)?.[1];
			if (email === undefined) return [];
			if (id !== undefined) names.emails.set(id, email);
			return [accountAsset(data, place)];
		}
		case KEY:
			return [keyAsset({...data, name: canonicalName(textOf(data['name']) ?? name, names).replace(IAM, '')}, place)];
		case ROLE:
			return [roleAsset({...data, name: textOf(data['name']) ?? name.replace(IAM, '')}, place)];
		case POOL:
		case PROVIDER:
			return poolAsset({...data, name: textOf(data['name']) ?? name.replace(IAM, '')}, type, place);
		case ORG_POLICY:
			return orgPolicyAsset(
				{...data, name: textOf(data['name']) ?? name.replace('//orgpolicy.googleapis.com/', '')},
				place,
			);
		default:
			return [resourceAsset(name, type, bodyOf(data), place)];
	}
}

/** The container that an asset is, or lies in; one that was made after the containers were listed is known by number. */
function homeOf(asset: Json, names: Names): Place {
	const ancestors = textsOf(asset['ancestors']);
	const path = ancestors[0] ?? textOf(objectOf(asset['resource'])?.['parent'])?.replace(CRM, '') ?? 'projects/-';
	const known = names.place(path);
	if (known) return known;
	const kind = path.startsWith('folders/') ? 'folder' : path.startsWith('organizations/') ? 'organization' : 'project';
	return {kind, key: path, path, ancestors: ancestors.length > 0 ? ancestors : [path], active: true};
}

const ACCOUNT_NAME = /^(?:\/\/iam\.googleapis\.com\/)?projects\/([^/]+)\/serviceAccounts\/([^/]+)(\/keys\/[^/]+)?$/;

/** Containers by id, accounts by e-mail; everything else as it is. */
export function canonicalName(name: string, names: Names): string {
	if (name.startsWith(CRM)) return CRM + (names.place(name.slice(CRM.length))?.key ?? name.slice(CRM.length));
	const [, project, account, key = ''] = ACCOUNT_NAME.exec(name) ?? [];
	if (project === undefined || account === undefined) return name;
	const owner = names.place(`projects/${project}`)?.key ?? `projects/${project}`;
	return `${IAM}${owner}/serviceAccounts/${names.emails.get(account) ?? account}${key}`;
}

/** When an asset changed, which only this API tells. */
function withTime(made: Asset, {updateTime}: Json): Asset {
	return typeof updateTime === 'string' ? {...made, updateTime} : made;
}

function textsOf(value: unknown): string[] {
	return Array.isArray(value) ? value.filter(element => typeof element === 'string') : [];
}
