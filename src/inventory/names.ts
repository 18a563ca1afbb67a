/**
 * One name for one thing, whatever the source called it (contract, "Names").
 * Container keys are the short form `projects/ID`, `folders/N`, `organizations/N`.
 */

export const CRM = '//cloudresourcemanager.googleapis.com/';
export const IAM = '//iam.googleapis.com/';

export type ContainerKind = 'organization' | 'folder' | 'project';

const KIND_OF: ReadonlyMap<string, ContainerKind> = new Map([
	['projects', 'project'],
	['folders', 'folder'],
	['organizations', 'organization'],
]);

/** Kind of a container key, or undefined if the text is none. */
export function containerKind(key: string): ContainerKind | undefined {
	const slash = key.indexOf('/');
	if (slash < 0 || key.indexOf('/', slash + 1) >= 0 || slash === key.length - 1) return undefined;
	return KIND_OF.get(key.slice(0, slash));
}

/** `//cloudresourcemanager.googleapis.com/projects/1` -> `projects/1`; also takes the short form. */
export function containerKey(name: string): string | undefined {
	const key = name.startsWith(CRM) ? name.slice(CRM.length) : name;
	return containerKind(key) ? key : undefined;
}

/** The parts of a service account's (or key's) resource name, in any spelling: full, relative, `projects/-`. */
export interface AccountNameParts {
	/** Project id, number or `-`, as written. */
	project: string;
	/** E-mail or numeric unique id. */
	account: string;
	key?: string;
}

const PROJECTS = 'projects/';
const ACCOUNTS = '/serviceAccounts/';
const KEYS = '/keys/';

/**
 * Splits `[//iam.googleapis.com/]projects/P/serviceAccounts/A[/keys/K]`; undefined for anything else. By hand: an
 * export names an account or key several times on each line, and a regular expression costs three times as much.
 */
export function parseAccountName(name: string): AccountNameParts | undefined {
	const start = name.startsWith(IAM) ? IAM.length : 0;
	if (!name.startsWith(PROJECTS, start)) return undefined;
	const from = start + PROJECTS.length;
	const slash = name.indexOf('/', from);
	if (slash <= from || !name.startsWith(ACCOUNTS, slash)) return undefined;
	const project = name.slice(from, slash);
	const at = slash + ACCOUNTS.length;
	const end = name.indexOf('/', at);
	if (end < 0) return at < name.length ? {project, account: name.slice(at)} : undefined;
	if (end === at || !name.startsWith(KEYS, end)) return undefined;
	const key = name.slice(end + KEYS.length);
	return key === '' || key.includes('/') ? undefined : {project, account: name.slice(at, end), key};
}

export function accountName(projectId: string, email: string): string {
	return `${IAM}projects/${projectId}/serviceAccounts/${email}`;
}

const ROLE_NAME = /^(?:\/\/iam\.googleapis\.com\/)?((?:projects|organizations)\/[^/]+)\/roles\/([^/]+)$/;

/** Owner (container key as written) and id of a custom role, or undefined for anything else. */
export function parseCustomRole(name: string): {owner: string; id: string} | undefined {
	// Nearly every bound role is predefined.
	if (name.startsWith('roles/')) return undefined;
	const match = ROLE_NAME.exec(name);
	return match ? {owner: match[1]!, id: match[2]!} : undefined;
}

const IN_PROJECT = /^\/\/[^/]+\/(?:[^/]+\/)?(projects\/[^/]+)\//;

/** The project that a full resource name itself names: `//compute.googleapis.com/projects/p/zones/...`. */
export function projectInName(name: string): string | undefined {
	const key = IN_PROJECT.exec(name)?.[1];
	// Buckets and objects are written `projects/_/buckets/...`: no project.
	return key === 'projects/_' || key === 'projects/-' ? undefined : key;
}

/**
 * Project that a service account's e-mail names, as `projects/ID` or `projects/NUMBER`.
 * Facts: iam-semantics section 4, e-mail forms [seen]; domain-scoped projects [recalled].
 * Undefined for forms that name no project (Google's own system accounts).
 */
export function projectOfEmail(email: string): string | undefined {
	const at = email.lastIndexOf('@');
	if (at < 0) return undefined;
	const local = email.slice(0, at);
	const host = email.slice(at + 1);
	if (host === 'developer.gserviceaccount.com') {
		const number = /^(\d+)-compute$/.exec(local)?.[1];
		return number && `projects/${number}`;
	}
	if (host === 'appspot.gserviceaccount.com') {
		// A domain-scoped project `example.com:app` has the account `app.example.com@appspot...` [recalled].
		return `projects/${local}`;
	}
	if (host === 'cloudbuild.gserviceaccount.com' || host === 'cloudservices.gserviceaccount.com') {
		return /^\d+$/.test(local) ? `projects/${local}` : undefined;
	}
	const agent = /^service-(\d+)$/.exec(local)?.[1];
	if (agent) return `projects/${agent}`;
	if (host.endsWith('.iam.gserviceaccount.com')) {
		const scope = host.slice(0, -'.iam.gserviceaccount.com'.length);
		if (scope.startsWith('gcp-sa-')) return undefined;
		const dot = scope.indexOf('.');
		return `projects/${dot < 0 ? scope : `${scope.slice(dot + 1)}:${scope.slice(0, dot)}`}`;
	}
	return undefined;
}
