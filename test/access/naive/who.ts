/** Who is meant by a member, from iam-semantics section 2 alone. */
import {either, type Truth} from './truth.ts';
import {chainOf, type SmallWorld} from './world.ts';

const WORKLOAD_POOL =
	/^(principal|principalSet):\/\/(iam\.googleapis\.com\/projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+)\/(.+)$/;
const WORKFORCE_POOL =
	/^(principal|principalSet):\/\/(iam\.googleapis\.com\/locations\/global\/workforcePools\/[^/]+)\/(.+)$/;
const AGENT = /^(principal|principalSet):\/\/(agents\.[^/]+)\/(.+)$/;
const LEGACY_GKE = /^serviceAccount:([^@[]+\.svc\.id\.goog)\[([^/]+)\/(.+)\]$/;
const ACCOUNT_SET =
	/^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/type\/(ServiceAccount|ServiceAgent)$/;
const AGENT_MAIL = /^service-(\d+)@gcp-sa-[a-z-]+\.iam\.gserviceaccount\.com$/;

/** Key of a container that is named by id or number. */
export function keyOf(world: SmallWorld, written: string): string {
	for (const {key, number} of world.containers) if (written === key || written === `projects/${number}`) return key;
	return written;
}

export function isAccount(member: string): boolean {
	return member.startsWith('serviceAccount:') && !LEGACY_GKE.test(member);
}

/** Section 4: agents are Google's own accounts; the number is the project that they serve. */
export function isServiceAgent(member: string): boolean {
	return AGENT_MAIL.test(member.slice('serviceAccount:'.length));
}

/** The project of an account or agent. */
export function projectOf(world: SmallWorld, member: string): string | undefined {
	const mail = member.slice('serviceAccount:'.length);
	const agent = AGENT_MAIL.exec(mail)?.[1];
	if (agent !== undefined) return keyOf(world, `projects/${agent}`);
	for (const account of world.accounts) if (account.email === mail) return account.project;
	return undefined;
}

/** A federated identity: its pool and what is said of it inside the pool. */
export interface Federated {
	pool: string;
	single: boolean;
	inside: string;
	kind: 'workload' | 'workforce' | 'agent';
}

/** Both GKE forms are one identity. */
export function federated(world: SmallWorld, member: string): Federated | undefined {
	const gke = LEGACY_GKE.exec(member);
	if (gke) {
		const project = `projects/${gke[1]!.slice(0, -'.svc.id.goog'.length)}`;
		const number = world.containers.find(container => container.key === project)?.number;
		const pool = `iam.googleapis.com/projects/${number}/locations/global/workloadIdentityPools/${gke[1]}`;
		return {pool, single: true, inside: `subject/ns/${gke[2]}/sa/${gke[3]}`, kind: 'workload'};
	}
	const forms = [
		['workload', WORKLOAD_POOL],
		['workforce', WORKFORCE_POOL],
		['agent', AGENT],
	] as const;
	for (const [kind, form] of forms) {
		const match = form.exec(member);
		if (match) return {pool: match[2]!, single: match[1] === 'principal', inside: match[3]!, kind};
	}
	return undefined;
}

/** Whether a federated principal is the other one, or in the other set. */
function inFederated(principal: Federated, other: Federated): Truth {
	if (principal.pool !== other.pool) return false;
	if (principal.inside === other.inside && principal.single === other.single) return true;
	if (other.single) return false;
	if (other.inside === '*') return true;
	const space = /^namespace\/(.+)$/.exec(other.inside);
	if (space) return principal.inside.startsWith(`subject/ns/${space[1]}/sa/`);
	const platform = /^attribute\.platformContainer\/(.+)$/.exec(other.inside);
	if (platform) return principal.inside.startsWith(`resources/${platform[1]}/`);
	// Two values of one attribute are never the same token's.
	const [, name] = /^attribute\.([^/]+)\//.exec(other.inside) ?? [];
	if (name !== undefined && principal.inside.startsWith(`attribute.${name}/`)) return false;
	// Groups, attributes and the cluster are told by the token alone (contract, "can"); a set may overlap another.
	return 'fact';
}

/** Whether a principal is in a group, however deep; what was not read may hold anybody with an account. */
export function inGroup(world: SmallWorld, principal: string, email: string, seen: string[] = []): Truth {
	if (seen.includes(email)) return false;
	seen.push(email);
	if (principal === `group:${email}`) return true;
	const group = world.groups.find(known => known.email === email);
	const parts: Truth[] = [];
	if (group && group.state !== 'unread')
		for (const member of group.members) parts.push(isMember(world, principal, member, seen));
	if (!group || group.state !== 'read')
		parts.push(/^(user|serviceAccount|group|domain|principal|principalSet):/.test(principal) ? 'fact' : false);
	return either(parts);
}

/** Whether a principal is meant by a member of an allow policy or a group. */
export function isMember(world: SmallWorld, principal: string, member: string, seen: string[] = []): Truth {
	if (principal.startsWith('deleted:') || member.startsWith('deleted:')) return false;
	if (member === 'allUsers') return true;
	if (member === principal) return true;
	if (principal === 'allUsers') return false;
	// Any Google account or service account; federated identities have neither.
	if (member === 'allAuthenticatedUsers') return !federated(world, principal);
	if (member.startsWith('group:')) return inGroup(world, principal, member.slice('group:'.length), seen);
	if (member.startsWith('domain:'))
		return principal.startsWith('user:') && principal.endsWith(`@${member.slice('domain:'.length)}`);
	const set = ACCOUNT_SET.exec(member);
	if (set) {
		const own = ACCOUNT_SET.exec(principal);
		if (own) return own[2] === set[2] && chainOf(world, keyOf(world, own[1]!)).includes(keyOf(world, set[1]!));
		if (!isAccount(principal) || isServiceAgent(principal) !== (set[2] === 'ServiceAgent')) return false;
		const project = projectOf(world, principal);
		return project !== undefined && chainOf(world, project).includes(keyOf(world, set[1]!));
	}
	const one = federated(world, principal);
	const other = federated(world, member);
	return one && other ? inFederated(one, other) : false;
}

/** Whether a principal is meant by an identifier of a deny rule (v2 forms). */
export function isDenied(world: SmallWorld, principal: string, identifier: string): Truth {
	if (identifier === 'principalSet://goog/public:all') return true;
	const [, user] = /^principal:\/\/goog\/subject\/(.+)$/.exec(identifier) ?? [];
	if (user !== undefined) return principal === `user:${user}`;
	const [, account] = /^principal:\/\/iam\.googleapis\.com\/projects\/-\/serviceAccounts\/(.+)$/.exec(identifier) ?? [];
	if (account !== undefined) return principal === `serviceAccount:${account}`;
	const [, group] = /^principalSet:\/\/goog\/group\/(.+)$/.exec(identifier) ?? [];
	if (group !== undefined) return isMember(world, principal, `group:${group}`);
	const [, customer] = /^principalSet:\/\/goog\/cloudIdentityCustomerId\/(.+)$/.exec(identifier) ?? [];
	if (customer !== undefined) return isOfCustomer(world, principal, customer);
	return isMember(world, principal, identifier);
}

/**
 * Users of a Workspace customer. An organization's display name is its primary domain; which others it
 * has is in no inventory. Whether its service accounts count is in no source read (facts, "Known doubts").
 */
export function isOfCustomer(world: SmallWorld, principal: string, customer: string): Truth {
	if (isAccount(principal)) return 'fact';
	if (!principal.startsWith('user:')) return false;
	const domain = principal.slice(principal.indexOf('@') + 1);
	if (domain === 'gmail.com') return false;
	for (const container of world.containers) {
		if (container.domain !== domain) continue;
		return container.customer === undefined ? 'fact' : container.customer === customer;
	}
	return 'fact';
}
