/**
 * The inventory: typed, indexed, normalized. Built once from assets; everything after it only reads.
 */
import type {Json} from '../sources/asset.ts';
import type {CoverageLedger} from './coverage.ts';
import type {ContainerKind} from './names.ts';
import type {Principal, PrincipalTable} from './principals.ts';
import type {Workload} from './workload.ts';

/** An organization, folder or project. */
export interface Container {
	kind: ContainerKind;
	/** `projects/ID`, `folders/N`, `organizations/N`: the id where it is known, else the number. */
	key: string;
	/** Canonical full resource name. */
	name: string;
	/** Project number, if known. */
	number?: string;
	parent?: Container;
	/** Highest known ancestor (itself if none): stands for the organization. */
	root: Container;
	children: Container[];
	/** Position in depth-first order; everything below has a number in `(order, end)`. */
	order: number;
	end: number;
	displayName?: string;
	/** Cloud Identity or Workspace customer (`C0...`) of an organization, if its asset tells. */
	directoryCustomerId?: string;
	/** False for projects being deleted. */
	active: boolean;
	/** Its own asset was read (it is not merely named by others). */
	read: boolean;
	/** What is audited: inside the scopes asked for. Ancestors of a scope are context only. */
	inScope: boolean;
	/** Accounts directly in it, sorted by e-mail. */
	accounts: ServiceAccount[];
}

export type AccountKind = 'user-managed' | 'default' | 'service-agent';

export interface ServiceAccount {
	/** Dense number within its inventory; never shown. */
	index: number;
	email: string;
	/** Canonical full resource name. */
	name: string;
	principal: Principal;
	/** Its project; undefined only if neither its name nor its ancestors tell. */
	project: Container | undefined;
	uniqueId?: string;
	kind: AccountKind;
	disabled: boolean;
	displayName?: string;
	description?: string;
	oauth2ClientId?: string;
	/** Epoch milliseconds. */
	createTime?: number;
	updateTime?: number;
	/** Its own asset was read; false: only named by a policy, a key or an activity. */
	read: boolean;
	keys: ServiceAccountKey[];
}

/** A user-managed key. Times are epoch milliseconds; `validBefore` is Infinity if it never expires. */
export interface ServiceAccountKey {
	id: string;
	name: string;
	account: ServiceAccount;
	disabled: boolean;
	uploaded: boolean;
	validAfter?: number;
	validBefore: number;
}

/** What a policy hangs on. */
export interface Resource {
	/** Canonical full resource name. */
	name: string;
	assetType: string;
	/** The container itself, or the one the resource lies in. */
	container: Container | undefined;
	/** Set if the resource is a container. */
	isContainer: boolean;
	/** Set if the resource is a service account. */
	account?: ServiceAccount;
}

export interface Condition {
	expression: string;
	title?: string;
	description?: string;
}

export interface Binding {
	resource: Resource;
	/** Canonical role name: `roles/x`, `projects/ID/roles/x`, `organizations/N/roles/x`. */
	role: string;
	condition?: Condition;
	members: Principal[];
}

export interface AuditConfig {
	service: string;
	logs: {type: 'ADMIN_READ' | 'DATA_WRITE' | 'DATA_READ'; exempted: string[]}[];
}

export interface AllowPolicy {
	resource: Resource;
	bindings: Binding[];
	auditConfigs: AuditConfig[];
}

export interface CustomRole {
	/** `projects/ID/roles/x` or `organizations/N/roles/x`. */
	name: string;
	owner: Container | undefined;
	title?: string;
	permissions: string[];
	/** Stage DISABLED. */
	disabled: boolean;
	deleted: boolean;
}

export interface Group {
	/** The asset's own name. */
	name: string;
	principal: Principal;
	members: Principal[];
	owners: Principal[];
	managers: Principal[];
	/** Owners and managers that the list of members does not name. */
	unlisted: Principal[];
	joining?: 'open' | 'ask' | 'invited';
}

/** A Policy Analyzer activity: last authentication of an account or a key. */
export interface Activity {
	type: string;
	/** Canonical name of the account or key. */
	subject: string;
	/** The account that it is about, or whose key, if the inventory has it. */
	account?: ServiceAccount;
	/** Id of the key. */
	keyId?: string;
	/** Epoch ms; undefined: none in the observed period. */
	last?: number;
	from?: number;
	to?: number;
}

/** Assets that later stages compile themselves: deny policies, boundaries, pools, org policies, tags... */
export interface Document {
	assetType: string;
	name: string;
	container: Container | undefined;
	data: Json;
}

export interface Inventory {
	now: number;
	/** Depth-first, parents before children; siblings by key. */
	containers: readonly Container[];
	/** The container of a key or full name in any spelling (id or number). */
	container(key: string): Container | undefined;
	principals: PrincipalTable;
	/** By e-mail, lower-case. */
	accounts: ReadonlyMap<string, ServiceAccount>;
	/** Account by e-mail, unique id, or any resource name. */
	account(reference: string): ServiceAccount | undefined;
	keys: readonly ServiceAccountKey[];
	/** By canonical resource name, in total order. */
	policies: ReadonlyMap<string, AllowPolicy>;
	customRoles: ReadonlyMap<string, CustomRole>;
	/** By group e-mail, lower-case. */
	groups: ReadonlyMap<string, Group>;
	/** By type, then by subject. */
	activities: ReadonlyMap<string, ReadonlyMap<string, Activity>>;
	documents: ReadonlyMap<string, readonly Document[]>;
	/** Sorted by name. */
	workloads: readonly Workload[];
	/** Those directly in a project. */
	workloadsOf(project: Container): readonly Workload[];
	coverage: CoverageLedger;
	/** The organization's own domains, from the Organization's display name. */
	domains: readonly string[];
	warnings: readonly string[];
	/** Asset types that nothing here reads, with their numbers. */
	passedOver: ReadonlyMap<string, number>;
	scopes: readonly string[];
}
