/** Kubernetes accounts that may become a service account by a binding on it. Facts: iam-semantics section 2, GKE identities. */
import type {ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {BindingRef} from '../remediation/change.ts';
import type {World} from '../world.ts';

export interface KubernetesUser {
	/** `NAMESPACE/NAME`. */
	name: string;
	/** Key of the project whose clusters it lives in, as the member writes it. */
	project: string;
	/** The binding that lets it. */
	ref: BindingRef;
}

const LEGACY = /^([a-z0-9:.-]+)\.svc\.id\.goog\[([^/\]]+)\/([^\]]+)\]$/;
const SUBJECT = /\/workloadIdentityPools\/([^/]+)\.svc\.id\.goog\/subject\/ns\/([^/]+)\/sa\/([^/]+)$/;

/** A Kubernetes account by itself, whatever binds it. */
type KubernetesAccount = Pick<KubernetesUser, 'name' | 'project'>;

/** The project, namespace and name of a member that is one Kubernetes account. */
function kubernetesAccount({kind, value}: Principal): KubernetesAccount | undefined {
	// One look at each of many members, before a pattern.
	if (kind !== 'principal' && !(kind === 'serviceAccount' && value.includes('['))) return undefined;
	const match = (kind === 'principal' ? SUBJECT : LEGACY).exec(value);
	return match ? {project: `projects/${match[1]!}`, name: `${match[2]!}/${match[3]!}`} : undefined;
}

interface Kubernetes {
	/** Members that are Kubernetes accounts. */
	accounts: ReadonlyMap<Principal, KubernetesAccount>;
	/** Those that may become a resource, by its name. */
	users: ReadonlyMap<string, readonly KubernetesUser[]>;
}

const computed = new WeakMap<World, Kubernetes>();

/** One pass over all policies, once per world. */
function kubernetesOf(world: World): Kubernetes {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = find(world)));
	return known;
}

function find({inventory, classes}: World): Kubernetes {
	const accounts = new Map<Principal, KubernetesAccount>();
	for (const member of inventory.principals.all) {
		const account = kubernetesAccount(member);
		if (account) accounts.set(member, account);
	}
	const users = new Map<string, KubernetesUser[]>();
	if (accounts.size === 0) return {accounts, users};
	for (const [name, {bindings}] of inventory.policies) {
		for (const {resource, role, condition, members} of bindings) {
			for (const principal of members) {
				const account = accounts.get(principal);
				if (!account || !classes.of(role).watched.has('iam.serviceAccounts.getAccessToken')) continue;
				const {member} = principal;
				const user = {...account, ref: {resource: resource.name, role, member, ...(condition && {condition})}};
				const others = users.get(name);
				if (others) others.push(user);
				else users.set(name, [user]);
			}
		}
	}
	return {accounts, users};
}

const NONE: readonly KubernetesUser[] = [];

/** Whether a member is one Kubernetes account. */
export function isKubernetesAccount(world: World, member: Principal): boolean {
	return kubernetesOf(world).accounts.has(member);
}

/** In the order of the account's own policy. */
export function kubernetesUsers(world: World, account: ServiceAccount): readonly KubernetesUser[] {
	const {users} = kubernetesOf(world);
	return users.size === 0 ? NONE : (users.get(account.name) ?? NONE);
}
