/**
 * A small world for the naive evaluator: plain lists, names as Google writes them, nothing indexed.
 * Only what the facts speak of (iam-semantics sections 1 to 3); `render.ts` turns it into assets.
 */

/** A condition as a tree of its own, so that the naive evaluator needs no CEL. */
export type Tree =
	| {is: 'all' | 'any'; of: Tree[]}
	| {is: 'not'; of: Tree}
	| {is: 'before' | 'after'; time: number}
	/** `resource.ATTRIBUTE == 'value'`, or `!=`. */
	| {is: 'resource'; attribute: 'type' | 'service' | 'name'; equal: boolean; value: string}
	| {is: 'nameStarts'; prefix: string}
	/** `resource.matchTag('1/env', value)`. */
	| {is: 'tag'; value: string}
	/** `hasOnly` on the roles that a setIamPolicy call changes. */
	| {is: 'grantsOnly'; role: string}
	| {is: 'accessLevel'}
	/** Text that is no CEL. */
	| {is: 'broken'};

export interface SmallBinding {
	/** Canonical full resource name. */
	on: string;
	role: string;
	members: string[];
	condition?: Tree;
}

export interface SmallGroup {
	email: string;
	/** `partial`: its asset is there, and a coverage line says that members are missing. */
	state: 'read' | 'partial' | 'unread';
	members: string[];
}

export interface SmallRole {
	/** `projects/shop/roles/x` or `organizations/1/roles/x`. */
	name: string;
	permissions: string[];
	state: 'usable' | 'disabled' | 'deleted';
}

export interface SmallRule {
	denied: string[];
	excepted: string[];
	/** v2 names and groups. */
	permissions: string[];
	exceptedPermissions: string[];
	/** Tag tests only, as Google allows. */
	condition?: Tree;
}

export interface SmallDeny {
	/** Key of a container. */
	attached: string;
	rules: SmallRule[];
}

/** A test on `principal.*`, or text that is no CEL. */
export type WhoTest = {type: string} | {subject: string} | {subjectEnds: string} | 'broken';

export interface SmallBoundary {
	/** Container keys that it lists. */
	resources: string[];
	version: number;
	/** Principal sets that it is bound to. */
	bound: {set: string; condition?: {test: WhoTest; negated: boolean}}[];
}

export interface SmallContainer {
	/** `organizations/1`, `folders/2`, `projects/shop`. */
	key: string;
	/** Number of a project. */
	number?: string;
	parent?: string;
	domain?: string;
	customer?: string;
}

export interface SmallAccount {
	email: string;
	/** Key of its project. */
	project: string;
	disabled: boolean;
}

export interface SmallWorld {
	now: number;
	containers: SmallContainer[];
	accounts: SmallAccount[];
	groups: SmallGroup[];
	roles: SmallRole[];
	bindings: SmallBinding[];
	/** Value of `1/env` by target, `null`: no tag; undefined: tags were not read anywhere. */
	tags?: Record<string, string | null>;
	denies: SmallDeny[];
	boundaries: SmallBoundary[];
	/**
	 * Containers and single resources whose allow policy was not read (wholly). Undefined: a plain
	 * export without coverage lines, where one policy below an organization proves that all are there.
	 */
	unreadPolicies?: string[];
	/** Workload identity pools that are switched off. */
	disabledPools: string[];
}

export interface Question {
	principal: string;
	permission: string;
	/** Canonical full resource name. */
	on: string;
}

export const CRM = '//cloudresourcemanager.googleapis.com/';

/** Other resources of the small worlds: what Google's conditions see of them, and where they lie. */
export const OTHER_RESOURCES = [
	{
		name: '//storage.googleapis.com/b1',
		type: 'storage.googleapis.com/Bucket',
		attributes: 'projects/_/buckets/b1',
		project: 'projects/shop',
	},
	{
		name: '//compute.googleapis.com/projects/lab/zones/z/instances/vm',
		type: 'compute.googleapis.com/Instance',
		attributes: 'projects/lab/zones/z/instances/vm',
		project: 'projects/lab',
	},
] as const;

/** The container that a resource is or lies in. */
export function homeOf(world: SmallWorld, name: string): string {
	if (name.startsWith(CRM)) return name.slice(CRM.length);
	const other = OTHER_RESOURCES.find(resource => resource.name === name);
	if (other) return other.project;
	const account = world.accounts.find(known => name.endsWith(`/${known.email}`));
	if (!account) throw new Error(`${name} is in no small world`);
	return account.project;
}

/** A container and everything above it, nearest first. */
export function chainOf(world: SmallWorld, key: string): string[] {
	const chain: string[] = [];
	for (let at: string | undefined = key; at !== undefined;) {
		chain.push(at);
		const found = world.containers.find(container => container.key === at);
		at = found?.parent;
	}
	return chain;
}

export function accountName(account: SmallAccount): string {
	return `//iam.googleapis.com/${account.project}/serviceAccounts/${account.email}`;
}
