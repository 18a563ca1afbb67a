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
	/** 1 for members that are Kubernetes accounts, by their number. */
	isOne: Uint8Array;
	/** Those that may become an account, by its number. */
	users: readonly (readonly KubernetesUser[] | undefined)[];
}

const computed = new WeakMap<World, Kubernetes>();

/** One pass over all policies, once per world. */
function kubernetesOf(world: World): Kubernetes {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = find(world)));
	return known;
}

function find({inventory, classes}: World): Kubernetes {
	const {principals, policies} = inventory;
	const isOne = new Uint8Array(principals.all.length);
	const users: KubernetesUser[][] = [];
	const accounts = new Map<Principal, KubernetesAccount>();
	for (const member of principals.all) {
		const account = kubernetesAccount(member);
		if (!account) continue;
		accounts.set(member, account);
		isOne[member.index] = 1;
	}
	if (accounts.size === 0) return {isOne, users};
	for (const {resource, bindings} of policies.values()) {
		if (!resource.account) continue;
		for (const {role, condition, members} of bindings) {
			for (const principal of members) {
				if (isOne[principal.index] !== 1) continue;
				if (!classes.of(role).watched.has('iam.serviceAccounts.getAccessToken')) continue;
				const ref = {resource: resource.name, role, member: principal.member, ...(condition && {condition})};
				(users[resource.account.index] ??= []).push({...accounts.get(principal)!, ref});
			}
		}
	}
	return {isOne, users};
}

const NONE: readonly KubernetesUser[] = [];

/** Whether a member is one Kubernetes account. */
export function isKubernetesAccount(world: World, {index}: Principal): boolean {
	return kubernetesOf(world).isOne[index] === 1;
}

/** In the order of the account's own policy. */
export function kubernetesUsers(world: World, {index}: ServiceAccount): readonly KubernetesUser[] {
	return kubernetesOf(world).users[index] ?? NONE;
}
