/**
 * Permission names of deny policies (IAM v2, `SERVICE_FQDN/RESOURCE.ACTION`) beside those of roles (v1,
 * `SERVICE.RESOURCE.ACTION`), and which of them a deny policy can name at all.
 * Facts: iam-semantics section 1, `data/deny-supported-permissions.json`, checked against the role data. [seen]
 */
import {readDataFile} from '../data-file.ts';

const DOMAIN = '.googleapis.com';

/** v1 `SERVICE.RESOURCE` (or a whole SERVICE) whose v2 names are on other hosts than `SERVICE.googleapis.com`. */
const OTHER_HOSTS: ReadonlyMap<string, readonly string[]> = new Map([
	['resourcemanager', ['cloudresourcemanager']],
	['serviceusage.apiKeys', ['apikeys']],
	['bigquery.bireservations', ['bigquery', 'bigqueryreservation']],
	['bigquery.capacityCommitments', ['bigquery', 'bigqueryreservation']],
	['bigquery.reservationAssignments', ['bigquery', 'bigqueryreservation']],
	['bigquery.reservations', ['bigquery', 'bigqueryreservation']],
	['bigquery.connections', ['bigqueryconnection']],
	['bigquery.dataPolicies', ['bigquerydatapolicy']],
	['bigquery.transfers', ['bigquerydatatransfer']],
]);

/** The way back: v2 `HOST/RESOURCE`, or a whole HOST, to the v1 service. */
const OTHER_SERVICES: ReadonlyMap<string, string> = new Map([
	['cloudresourcemanager', 'resourcemanager'],
	['apikeys/apiKeys', 'serviceusage'],
	['bigqueryreservation', 'bigquery'],
	['bigqueryconnection', 'bigquery'],
	['bigquerydatapolicy', 'bigquery'],
	['bigquerydatatransfer', 'bigquery'],
]);

/** Permissions of `iam.googleapis.com` that carry the host in v1 too. [seen] in the role data */
const HOSTED_IN_V1 =
	/^iam\.googleapis\.com\/(?!workloadIdentityPools\.\w+PolicyBindings?$)(?:oauthClient|workforcePool|workloadIdentityPool|workspacePool)/;

/**
 * The v1 name of a permission in either spelling; a v1 name comes back as it is. Hosts outside
 * googleapis.com (`gcp.redisenterprise.com/...`) have one name for both.
 */
export function v1Name(permission: string): string {
	const slash = permission.indexOf('/');
	if (slash < 0 || HOSTED_IN_V1.test(permission)) return permission;
	const host = permission.slice(0, slash);
	if (!host.endsWith(DOMAIN)) return permission;
	const rest = permission.slice(slash + 1);
	const service = host.slice(0, -DOMAIN.length);
	const resource = rest.slice(0, Math.max(0, rest.indexOf('.')));
	const old = OTHER_SERVICES.get(`${service}/${resource}`) ?? OTHER_SERVICES.get(service) ?? service;
	return `${old}.${rest}`;
}

/**
 * Every name under which deny policies may know a permission, the one on its own host first. Most have
 * one; BigQuery reservations have two.
 * @param permission v1 or v2 name
 */
export function v2Names(permission: string): readonly string[] {
	const old = v1Name(permission);
	if (old.includes('/')) return [old];
	const dot = old.indexOf('.');
	if (dot < 0) return [old];
	const service = old.slice(0, dot);
	const rest = old.slice(dot + 1);
	const resource = rest.slice(0, Math.max(0, rest.indexOf('.')));
	const hosts = OTHER_HOSTS.get(`${service}.${resource}`) ?? OTHER_HOSTS.get(service) ?? [service];
	return hosts.map(host => `${host}${DOMAIN}/${rest}`);
}

/** The v2 name of a permission in either spelling: the first of `v2Names`. */
export function v2Name(permission: string): string {
	return v2Names(permission)[0]!;
}

/** Whether a group (`h/resource.*`, `h/*.*`, `h/*.verb`) or exact name covers a v2 name, by its shape alone. */
export function covers(entry: string, name: string): boolean {
	if (!entry.includes('*')) return entry === name;
	const slash = entry.indexOf('/');
	if (slash < 0 || !name.startsWith(entry.slice(0, slash + 1))) return false;
	const [resource, verb, ...more] = entry.slice(slash + 1).split('.');
	const [ownResource, ...ownVerb] = name.slice(slash + 1).split('.');
	if (more.length > 0 || verb === undefined || ownVerb.length === 0) return false;
	return (resource === '*' || resource === ownResource) && (verb === '*' || verb === ownVerb.join('.'));
}

/** The names and groups that Google accepts in deny policies. */
export class DeniablePermissions {
	readonly #names: ReadonlySet<string>;
	/** Groups with a verb (`h/*.verb`), which cannot be looked up by resource. */
	readonly #verbs: readonly string[];

	/** @param names v2 names and groups as Google lists them */
	constructor(names: Iterable<string>) {
		this.#names = new Set(names);
		this.#verbs = [...this.#names].filter(name => /\/\*\.[^*]/.test(name));
	}

	/** Whether the list has the name or the group itself. */
	lists(entry: string): boolean {
		return this.#names.has(entry);
	}

	/**
	 * Whether any deny policy can take a permission away: it is listed, or a listed group covers it
	 * (groups cover future permissions of their shape).
	 * @param permission v1 or v2 name
	 */
	deniable(permission: string): boolean {
		return v2Names(permission).some(name => {
			if (this.#names.has(name)) return true;
			const slash = name.indexOf('/');
			const dot = name.indexOf('.', slash);
			if (slash < 0 || dot < 0) return false;
			const host = name.slice(0, slash + 1);
			if (this.#names.has(`${host}*.*`) || this.#names.has(`${name.slice(0, dot)}.*`)) return true;
			return this.#verbs.some(group => covers(group, name));
		});
	}

	/**
	 * Whether an entry of a deny rule denies a permission. Names and groups that Google does not list have
	 * no effect.
	 */
	denies(entry: string, permission: string): boolean {
		return this.#names.has(entry) && v2Names(permission).some(name => covers(entry, name));
	}

	/** Whether an entry of `exceptionPermissions` excepts a permission; a group must be a listed one. */
	excepts(entry: string, permission: string): boolean {
		if (entry.includes('*') && !this.#names.has(entry)) return false;
		return v2Names(permission).some(name => covers(entry, name));
	}
}

let shipped: DeniablePermissions | undefined;

/** The list that ships with the program, read once and only when the first deny policy is compiled. */
export function shippedDeniablePermissions(): DeniablePermissions {
	if (!shipped) {
		const parsed = JSON.parse(readDataFile('deny-supported-permissions.json').toString('utf8')) as {
			permissions: string[];
		};
		shipped = new DeniablePermissions(parsed.permissions);
	}
	return shipped;
}
