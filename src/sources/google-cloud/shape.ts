/**
 * Assets in one spelling, whichever API told: both routes go through these, so what both can read is the same to the
 * byte. Names are the canonical ones of the report (projects by id, accounts by e-mail).
 */
import type {Asset, Json} from '../asset.ts';

export const CRM = '//cloudresourcemanager.googleapis.com/';
export const IAM = '//iam.googleapis.com/';

export type Kind = 'project' | 'folder' | 'organization';

/** A container as everything in it refers to it. */
export interface Place {
	kind: Kind;
	/** `projects/ID`, `folders/N`, `organizations/N`. */
	key: string;
	/** The same with the project's number, as Asset Inventory and deny policies name it. */
	path: string;
	/** Itself first, then up: `["projects/1", "folders/2", "organizations/3"]`. */
	ancestors: string[];
	/** False for what is being deleted: nothing in it can act, and nothing in it is read. */
	active: boolean;
}

/** Project id of a place that is a project. */
export function projectId(place: Place): string {
	return place.key.slice('projects/'.length);
}

const TYPES: Record<Kind, string> = {
	project: 'cloudresourcemanager.googleapis.com/Project',
	folder: 'cloudresourcemanager.googleapis.com/Folder',
	organization: 'cloudresourcemanager.googleapis.com/Organization',
};

export function containerType(kind: Kind): string {
	return TYPES[kind];
}

/** What a project, folder or organization says of itself, in the fields of Resource Manager v3. */
export interface ContainerBody {
	/** `projects/NUMBER`, `folders/N`, `organizations/N`. */
	name: string;
	parent?: string;
	projectId?: string;
	displayName?: string;
	state?: string;
	directoryCustomerId?: string;
	createTime?: string;
	labels?: Json;
}

/**
 * The body from a v3 answer or from the v1 form that exports have. Facts: Resource Manager v1 and v3 [seen].
 * @returns undefined if it has no name that could be one
 */
export function containerBody(data: Json): ContainerBody | undefined {
	const number = data['projectNumber'];
	const own = textOf(data['name']);
	const isProject =
		number !== undefined || (data['projectId'] !== undefined && !/^(?:folders|organizations)\//.test(own ?? ''));
	const name =
		isProject && !/^projects\/\d+$/.test(own ?? '')
			? number === undefined
				? undefined
				: `projects/${String(number)}`
			: own;
	if (name === undefined || !/^(?:projects|folders|organizations)\/\d+$/.test(name)) return undefined;
	const owner = objectOf(data['owner']);
	const parent = objectOf(data['parent']);
	return dropUndefined({
		name,
		parent: textOf(data['parent']) ?? (parent && `${String(parent['type'])}s/${String(parent['id'])}`),
		projectId: textOf(data['projectId']),
		displayName: textOf(data['displayName']) ?? (name === own ? undefined : own),
		state: textOf(data['state']) ?? textOf(data['lifecycleState']),
		directoryCustomerId: textOf(data['directoryCustomerId']) ?? textOf(owner?.['directoryCustomerId']),
		createTime: textOf(data['createTime']) ?? textOf(data['creationTime']),
		labels: isEmpty(data['labels']) ? undefined : sorted(data['labels'] as Json),
	});
}

/** Where a body stands. @param above the place of its parent, if that is known */
export function placeOf(body: ContainerBody, above: Place | undefined): Place {
	const kind: Kind = body.name.startsWith('projects/')
		? 'project'
		: body.name.startsWith('folders/')
			? 'folder'
			: 'organization';
	const key = kind === 'project' && body.projectId !== undefined ? `projects/${body.projectId}` : body.name;
	const up = above?.ancestors ?? (body.parent === undefined ? [] : [body.parent]);
	const active = (body.state === undefined || body.state === 'ACTIVE') && (above?.active ?? true);
	return {kind, key, path: body.name, ancestors: [body.name, ...up], active};
}

export function containerAsset(body: ContainerBody, place: Place): Asset {
	const parent = place.ancestors[1];
	return {
		name: CRM + place.key,
		assetType: TYPES[place.kind],
		resource: {data: {...body}, ...(parent !== undefined && {parent: CRM + parent})},
		ancestors: place.ancestors,
	};
}

/** Anything that lies directly in a container. */
export function resourceAsset(name: string, assetType: string, data: Json, place: Place): Asset {
	return {name, assetType, resource: {data, parent: CRM + place.path}, ancestors: place.ancestors};
}

/**
 * An allow policy. Its etag and version say nothing that is judged, and differ between the ways of asking.
 * @returns undefined if it grants and logs nothing: Asset Inventory has no line for that
 */
export function policyAsset(name: string, assetType: string, policy: Json, place: Place): Asset | undefined {
	const {bindings, auditConfigs} = policy;
	if (isEmpty(bindings) && isEmpty(auditConfigs)) return undefined;
	return {
		name,
		assetType,
		iamPolicy: sorted({...(!isEmpty(bindings) && {bindings}), ...(!isEmpty(auditConfigs) && {auditConfigs})}),
		ancestors: place.ancestors,
	};
}

/** A resource's own JSON without its `etag`, keys in one order. */
export function bodyOf(data: Json): Json {
	const {etag: _, ...rest} = data;
	return sorted(rest);
}

export function accountAssetName(project: string, email: string): string {
	return `${IAM}projects/${project}/serviceAccounts/${email}`;
}

export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

export function objectOf(value: unknown): Json | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function isEmpty(value: unknown): boolean {
	return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

/** Keys in one order, all the way down: transports differ in theirs. */
function sorted<T>(value: T): T {
	if (Array.isArray(value)) return value.map(sorted) as T;
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)])) as T;
}

function dropUndefined<T extends object>(data: T): T {
	return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as T;
}
