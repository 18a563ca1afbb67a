/**
 * Builders of Asset Inventory export lines, snake_case wrapper and all, for the demo and the bench.
 * Shapes: iam-semantics, section 8. [seen] Key assets' `data.name` with the e-mail is [recalled].
 */

export type Json = Record<string, unknown>;

/** A container as its assets refer to it. */
export interface Place {
	/** `projects/NUMBER`, `folders/N` or `organizations/N`. */
	path: string;
	/** Project id; absent above projects. */
	id?: string;
	/** Itself first, then up to the organization. */
	ancestors: string[];
}

export interface Binding {
	role: string;
	members: string[];
	condition?: {title: string; expression: string; description?: string};
}

/** How a service describes itself in the wrapper of a RESOURCE line. */
interface Service {
	version: string;
	discovery: string;
}

const RM: Service = {version: 'v1', discovery: 'https://cloudresourcemanager.googleapis.com/$discovery/rest'};
const IAM: Service = {version: 'v1', discovery: 'https://iam.googleapis.com/$discovery/rest'};
const SERVICES: Record<string, Service> = {
	'cloudresourcemanager.googleapis.com': RM,
	'iam.googleapis.com': IAM,
	'compute.googleapis.com': {
		version: 'v1',
		discovery: 'https://www.googleapis.com/discovery/v1/apis/compute/v1/rest',
	},
	'run.googleapis.com': {version: 'v1', discovery: 'https://run.googleapis.com/$discovery/rest?version=v1'},
	'storage.googleapis.com': {
		version: 'v1',
		discovery: 'https://www.googleapis.com/discovery/v1/apis/storage/v1/rest',
	},
};

/** The full name that exports give a container: by number, not id. */
export function containerName(place: Place): string {
	return `//cloudresourcemanager.googleapis.com/${place.path}`;
}

/** A RESOURCE line. `data` is the service's own JSON, untouched. */
export function resourceLine(name: string, assetType: string, place: Place, data: Json, updateTime: string): Json {
	const service = SERVICES[assetType.slice(0, assetType.indexOf('/'))];
	const own = name === containerName(place);
	const above = own ? place.ancestors[1] : place.path;
	return {
		name,
		asset_type: assetType,
		resource: {
			...(service && {
				version: service.version,
				discovery_document_uri: service.discovery,
				discovery_name: assetType.slice(assetType.indexOf('/') + 1),
			}),
			...(above !== undefined && {parent: `//cloudresourcemanager.googleapis.com/${above}`}),
			data,
		},
		ancestors: place.ancestors,
		update_time: updateTime,
	};
}

/** An IAM_POLICY line; `extra` takes audit configurations. */
export function policyLine(
	name: string,
	assetType: string,
	place: Place,
	bindings: Binding[],
	{etag, updateTime, ...extra}: {etag: string; updateTime: string; audit_configs?: Json[]},
): Json {
	const version = bindings.some(binding => binding.condition) ? {version: 3} : {version: 1};
	return {
		name,
		asset_type: assetType,
		iam_policy: {...version, etag, bindings, ...extra},
		ancestors: place.ancestors,
		update_time: updateTime,
	};
}

export interface Account {
	email: string;
	uniqueId: string;
	place: Place;
	displayName?: string;
	description?: string;
	disabled?: boolean;
}

/** The name of an account's assets: with the numeric id, which reports replace by the e-mail. */
export function accountName(account: Account): string {
	return `//iam.googleapis.com/projects/${account.place.id}/serviceAccounts/${account.uniqueId}`;
}

export function accountLine(account: Account, etag: string, updateTime: string): Json {
	const {email, uniqueId, place, displayName, description, disabled} = account;
	const data = {
		name: `projects/${place.id}/serviceAccounts/${email}`,
		projectId: place.id,
		uniqueId,
		email,
		...(displayName !== undefined && {displayName}),
		...(description !== undefined && {description}),
		etag,
		oauth2ClientId: uniqueId,
		...(disabled && {disabled}),
	};
	return resourceLine(accountName(account), 'iam.googleapis.com/ServiceAccount', place, data, updateTime);
}

interface Key {
	id: string;
	/** RFC 3339. */
	created: string;
	/** RFC 3339; absent: never expires. */
	expires?: string;
	disabled?: boolean;
	/** `SYSTEM_MANAGED` keys belong to Google and are no finding. */
	type?: 'USER_MANAGED' | 'SYSTEM_MANAGED';
	origin?: 'GOOGLE_PROVIDED' | 'USER_PROVIDED';
}

export function keyLine(account: Account, key: Key): Json {
	const data = {
		name: `projects/${account.place.id}/serviceAccounts/${account.email}/keys/${key.id}`,
		validAfterTime: key.created,
		validBeforeTime: key.expires ?? '9999-12-31T23:59:59Z',
		keyAlgorithm: 'KEY_ALG_RSA_2048',
		keyOrigin: key.origin ?? 'GOOGLE_PROVIDED',
		keyType: key.type ?? 'USER_MANAGED',
		...(key.disabled && {disabled: true, disableReason: 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED'}),
	};
	const name = `${accountName(account)}/keys/${key.id}`;
	return resourceLine(name, 'iam.googleapis.com/ServiceAccountKey', account.place, data, key.created);
}

type ActivityType = 'serviceAccountLastAuthentication' | 'serviceAccountKeyLastAuthentication';

/**
 * A Policy Analyzer activity. Without `last` nothing authenticated in the observed period. The REST shape
 * is that of `projects.locations.activityTypes.activities.query`. [recalled]
 */
export function activityLine(
	account: Account,
	key: string | undefined,
	last: string | undefined,
	period: {startTime: string; endTime: string},
): Json {
	const type: ActivityType =
		key === undefined ? 'serviceAccountLastAuthentication' : 'serviceAccountKeyLastAuthentication';
	const suffix = key === undefined ? '' : `/keys/${key}`;
	const project = account.place.id;
	const fullResourceName = `//iam.googleapis.com/projects/${project}/serviceAccounts/${account.email}${suffix}`;
	const subject = {
		projectNumber: account.place.path.slice('projects/'.length),
		serviceAccountId: account.uniqueId,
		fullResourceName,
	};
	const data = {
		fullResourceName,
		activityType: type,
		observationPeriod: period,
		activity: {
			...(last !== undefined && {lastAuthenticatedTime: last}),
			[key === undefined ? 'serviceAccount' : 'serviceAccountKey']: subject,
		},
	};
	const activities = `//policyanalyzer.googleapis.com/projects/${project}/locations/global/activityTypes/${type}`;
	const name = `${activities}/activities/${account.uniqueId}${suffix}`;
	return resourceLine(name, 'policyanalyzer.googleapis.com/Activity', account.place, data, period.endTime);
}

/** A coverage line for one container, as `collect` writes it. */
export function coverageLine(
	place: Place,
	fact: string,
	{
		status = 'complete',
		...more
	}: {status?: string; assetType?: string; reason?: string; from?: string; to?: string} = {},
): Json {
	const scope = place.id === undefined ? place.path : `projects/${place.id}`;
	const name = `//sa-audit/coverage/${scope}/${fact}${more.assetType === undefined ? '' : `/${more.assetType}`}`;
	return {
		name,
		asset_type: 'sa-audit/Coverage',
		resource: {data: {fact, scope, status, ...more}},
		ancestors: place.ancestors,
	};
}
