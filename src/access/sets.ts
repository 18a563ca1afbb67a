/**
 * Who belongs to which set: groups (nested, cyclic), domains, public sets, account sets of containers,
 * convenience members, federated pools, GKE identities. Facts: iam-semantics section 2.
 *
 * Assumption, said in the docs: a Workspace member of a domain is whoever has an e-mail address in it.
 */
import {accountKind} from '../inventory/account-kind.ts';
import type {Container, Group, Inventory} from '../inventory/model.ts';
import {projectOfEmail} from '../inventory/names.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';

/** One set that a principal belongs to, and the membership that put it there. */
export interface Membership {
	set: Principal;
	/** The member of `set` through which: the principal itself or another set. Same as `set` for itself. */
	via: Principal;
}

const POOL =
	/^\/\/iam\.googleapis\.com\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+|locations\/global\/workforcePools\/[^/]+)\/(.+)$/;
const GKE_LEGACY = /^([a-z0-9:.-]+)\.svc\.id\.goog\[([^/\]]+)\/([^\]]+)\]$/;
const GKE_SUBJECT = /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/(.+)\.svc\.id\.goog$/;
const ACCOUNT_SET =
	/^\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/type\/(ServiceAccount|ServiceAgent)$/;
const ATTRIBUTE = /^attribute\.[^/]+\//;
const AGENT_IDENTITY = /^\/\/([^/]+\.(?:system\.id\.goog|id\.goog))\/(.+)$/;

/** Parts of a federated principal or set: its pool and what follows. */
export function parseFederated(principal: Principal): {pool: string; rest: string} | undefined {
	if (principal.kind !== 'principal' && principal.kind !== 'principalSet') return undefined;
	const match = POOL.exec(principal.value);
	return match ? {pool: match[1]!, rest: match[2]!} : undefined;
}

/** Memberships of one inventory, computed on demand and kept. */
export class Memberships {
	readonly #inventory: Inventory;
	readonly #beyond: ReadonlyMap<Principal, readonly Principal[]>;
	readonly #cache = new PrincipalMap<readonly Membership[]>();
	readonly #sets = new PrincipalMap<readonly Principal[]>();
	/** group -> groups that list it (or any other member) directly */
	readonly #listedIn = new PrincipalMap<Principal[]>();
	readonly #open = new Map<Principal, boolean>();
	/** Sets that are named anywhere, by kind: only those need to be looked at. */
	readonly #accountSets: {principal: Principal; container: Container; agents: boolean}[] = [];
	readonly #federatedSets: {principal: Principal; pool: string; rest: string}[] = [];
	/** Domains that something names, and `allAuthenticatedUsers` and `allUsers`, where they are named. */
	readonly #domains = new Map<string, Principal>();
	readonly #accountHolders: readonly Principal[];
	readonly #agentSets: Principal[] = [];
	readonly #convenience: Principal[] = [];
	readonly #basicHolders = new Map<Principal, ReadonlySet<Principal>>();
	readonly #members = new PrincipalMap<readonly Principal[]>();

	/** @param beyond external identities and the members of pools that their tokens make them for certain */
	constructor(inventory: Inventory, beyond: ReadonlyMap<Principal, readonly Principal[]> = new Map()) {
		this.#inventory = inventory;
		this.#beyond = beyond;
		for (const group of inventory.groups.values()) {
			for (const member of group.members) {
				const lists = this.#listedIn.get(member);
				if (lists) lists.push(group.principal);
				else this.#listedIn.set(member, [group.principal]);
			}
		}
		for (const principal of inventory.principals.all)
			if (principal.kind === 'domain') this.#domains.set(principal.value, principal);
		this.#accountHolders = ['allAuthenticatedUsers', 'allUsers'].flatMap(text => inventory.principals.find(text) ?? []);
		// By name: which of several memberships is found first must not follow the order of the input.
		const sets = inventory.principals.all.filter(({kind}) => kind === 'principalSet' || kind.startsWith('project'));
		for (const principal of sets.toSorted((a, b) => (a.member < b.member ? -1 : 1))) this.#index(principal);
	}

	#index(principal: Principal): void {
		if (principal.kind.startsWith('project')) this.#convenience.push(principal);
		if (principal.kind !== 'principalSet') return;
		const accounts = ACCOUNT_SET.exec(principal.value);
		if (accounts) {
			const container = this.#inventory.container(accounts[1]!);
			if (container) this.#accountSets.push({principal, container, agents: accounts[2] === 'ServiceAgent'});
			return;
		}
		const federated = parseFederated(principal);
		if (federated) this.#federatedSets.push({principal, ...federated, pool: this.#pool(federated.pool)});
		else if (AGENT_IDENTITY.test(principal.value)) this.#agentSets.push(principal);
	}

	/** Pool name with the project's number or id brought to one spelling. */
	#pool(pool: string): string {
		if (!pool.startsWith('projects/')) return pool;
		const [, project, ...rest] = pool.split('/');
		return [this.#inventory.container(`projects/${project!}`)?.key ?? `projects/${project!}`, ...rest].join('/');
	}

	/**
	 * Every set the principal certainly belongs to, itself first, nearest memberships before farther ones.
	 * Sets are only those that the inventory names.
	 */
	of(principal: Principal): readonly Membership[] {
		const known = this.#cache.get(principal);
		if (known) return known;
		const found: Membership[] = [{set: principal, via: principal}];
		// Most principals are in no set or in very few: a Set of each would cost more than it saves.
		let seen: Set<Principal> | undefined;
		const isIn = (set: Principal): boolean => seen?.has(set) ?? found.some(membership => membership.set === set);
		const add = (set: Principal, via: Principal): void => {
			if (isIn(set)) return;
			found.push({set, via});
			if (seen) seen.add(set);
			else if (found.length > 8) seen = new Set(found.map(membership => membership.set));
		};
		for (let i = 0; i < found.length; i++) {
			const {set} = found[i]!;
			for (const group of this.#listedIn.get(set) ?? NOWHERE) add(group, set);
			for (const wider of this.#containing(set)) add(wider, set);
		}
		// Convenience members depend on bindings of basic roles, whose members are any of the above.
		for (const convenience of this.#convenience) {
			if (isIn(convenience)) continue;
			const holders = this.holdersOf(convenience);
			const via = found.find(membership => holders.has(membership.set));
			if (via) add(convenience, via.set);
		}
		this.#cache.set(principal, found);
		return found;
	}

	/** The sets of `of`, without how a principal came into each. */
	setsOf(principal: Principal): readonly Principal[] {
		let sets = this.#sets.get(principal);
		if (!sets) {
			const memberships = this.of(principal);
			sets = memberships.length === 1 ? [principal] : memberships.map(({set}) => set);
			this.#sets.set(principal, sets);
		}
		return sets;
	}

	/** Non-group sets that contain a principal or set directly. */
	#containing(principal: Principal): Principal[] {
		const table = this.#inventory.principals;
		const sets: Principal[] = [];
		const push = (text: string): void => {
			const set = table.find(text);
			if (set) sets.push(set);
		};
		switch (principal.kind) {
			case 'user': {
				const domain = this.#domains.get(principal.value.slice(principal.value.lastIndexOf('@') + 1));
				if (domain) sets.push(domain);
				sets.push(...this.#accountHolders);
				break;
			}
			case 'serviceAccount':
				if (principal.value.includes('[')) {
					for (const twin of this.#gkeTwins(principal)) sets.push(twin);
					push('allUsers');
					break;
				}
				if (this.#accountSets.length > 0) sets.push(...this.#setsOfAccount(principal));
				sets.push(...this.#accountHolders);
				break;
			case 'group':
			case 'domain':
				sets.push(...this.#accountHolders);
				break;
			case 'allAuthenticatedUsers':
				push('allUsers');
				break;
			case 'principal':
			case 'principalSet':
				if (ACCOUNT_SET.test(principal.value)) {
					sets.push(...this.#widerAccountSets(principal));
					push('allAuthenticatedUsers');
					push('allUsers');
					break;
				}
				sets.push(...(this.#beyond.get(principal) ?? NOWHERE), ...this.#federatedContaining(principal));
				// Federated identities are no Google accounts: `allAuthenticatedUsers` leaves them out.
				push('allUsers');
				break;
			default:
		}
		return sets;
	}

	#setsOfAccount(principal: Principal): Principal[] {
		if (this.#accountSets.length === 0) return [];
		const account = this.#inventory.accounts.get(principal.value);
		// Nothing need name an account for it to be in a set; its e-mail tells the project.
		const project = account?.project ?? this.#inventory.container(projectOfEmail(principal.value) ?? '');
		if (!project) return [];
		const agent = (account?.kind ?? accountKind(principal.value)) === 'service-agent';
		return this.#accountSets
			.filter(set => set.agents === agent && set.container.order <= project.order && project.order < set.container.end)
			.map(set => set.principal);
	}

	/** Account sets of the containers above: whoever is in the narrower one is in them. */
	#widerAccountSets(principal: Principal): Principal[] {
		const match = ACCOUNT_SET.exec(principal.value);
		const own = match && this.#inventory.container(match[1]!);
		if (!own) return [];
		const agents = match[2] === 'ServiceAgent';
		return this.#accountSets
			.filter(set => set.agents === agents && set.container.order <= own.order && own.order < set.container.end)
			.map(set => set.principal);
	}

	/** The two spellings of one Kubernetes account (legacy member and `principal://`). */
	#gkeTwins(principal: Principal): Principal[] {
		const match = GKE_LEGACY.exec(principal.value);
		if (!match) return [];
		const [, project, namespace, account] = match;
		const number = this.#inventory.container(`projects/${project!}`)?.number;
		const table = this.#inventory.principals;
		const found: Principal[] = [];
		for (const name of new Set([number, project])) {
			if (name === undefined) continue;
			const base = `//iam.googleapis.com/projects/${name}/locations/global/workloadIdentityPools/${project!}.svc.id.goog`;
			const twin = table.find(`principal:${base}/subject/ns/${namespace!}/sa/${account!}`);
			if (twin) found.push(twin);
			for (const rest of ['*', `namespace/${namespace!}`]) {
				const set = table.find(`principalSet:${base}/${rest}`);
				if (set) found.push(set);
			}
		}
		return found;
	}

	#federatedContaining(principal: Principal): Principal[] {
		const federated = parseFederated(principal);
		if (!federated) {
			return this.#agentSets.filter(set => set !== principal && agentSetHolds(set, principal));
		}
		const pool = this.#pool(federated.pool);
		const sets: Principal[] = [];
		const gke = GKE_SUBJECT.exec(federated.pool);
		const subject = /^subject\/ns\/([^/]+)\/sa\/(.+)$/.exec(federated.rest);
		if (gke && subject) {
			const legacy = this.#inventory.principals.find(
				`serviceAccount:${gke[2]!}.svc.id.goog[${subject[1]!}/${subject[2]!}]`,
			);
			if (legacy) sets.push(legacy);
		}
		for (const set of this.#federatedSets) {
			if (set.pool !== pool || set.principal === principal) continue;
			if (set.rest === '*' || set.rest === federated.rest) sets.push(set.principal);
			else if (gke && subject && set.rest === `namespace/${subject[1]!}`) sets.push(set.principal);
		}
		return sets;
	}

	/**
	 * Whether a principal may belong to a set in which nothing puts it for certain: an unread group, an
	 * attribute that only a token would tell.
	 * @returns the fact that is missing, or undefined if it certainly does not belong
	 */
	doubt(principal: Principal, set: Principal): {fact: 'groups' | 'token' | 'allowPolicies'; scope: string} | undefined {
		if (set.kind === 'group') {
			if (principal === set || principal.kind === 'allUsers' || principal.kind === 'allAuthenticatedUsers')
				return undefined;
			return this.isOpen(set) ? {fact: 'groups', scope: set.member} : undefined;
		}
		if (set.kind === 'principalSet') {
			const wide = parseFederated(set);
			const gke = this.#gkePoolOf(principal);
			if (wide && gke !== undefined) {
				const isOwn = this.#pool(wide.pool) === this.#pool(gke);
				return isOwn && wide.rest.startsWith('kubernetes.') ? {fact: 'token', scope: set.member} : undefined;
			}
			const narrow = parseFederated(principal);
			if (!wide || !narrow || this.#pool(wide.pool) !== this.#pool(narrow.pool))
				return this.#doubtfulAgent(principal, set);
			if (wide.rest.startsWith('namespace/')) return undefined;
			// A token has one value of an attribute: whoever has another one is not in the set.
			const attribute = ATTRIBUTE.exec(wide.rest)?.[0];
			if (attribute !== undefined && wide.rest !== narrow.rest && narrow.rest.startsWith(attribute)) return undefined;
			// Attribute and group sets: the token alone would tell.
			return wide.rest !== '*' && wide.rest !== narrow.rest ? {fact: 'token', scope: set.member} : undefined;
		}
		if (set.kind === 'principal') {
			const other = parseFederated(set);
			if (!other?.rest.startsWith('kubernetes.serviceaccount.uid/')) return undefined;
			const own = this.#gkePoolOf(principal) ?? parseFederated(principal)?.pool;
			return own !== undefined && this.#pool(own) === this.#pool(other.pool)
				? {fact: 'token', scope: set.member}
				: undefined;
		}
		if (set.kind.startsWith('project')) {
			for (const holder of this.holdersOf(set)) {
				const why = holder === set ? undefined : this.doubt(principal, holder);
				if (why) return why;
			}
			// Holders may stand in a policy that was not read.
			for (let at = this.#inventory.container(`projects/${set.value}`); at; at = at.parent) {
				if (this.#inventory.coverage.standing('allowPolicies', at).status !== 'complete')
					return {fact: 'allowPolicies', scope: at.key};
			}
		}
		return undefined;
	}

	/** The pool of a Kubernetes account in its legacy spelling. */
	#gkePoolOf(principal: Principal): string | undefined {
		const project = principal.kind === 'serviceAccount' ? GKE_LEGACY.exec(principal.value)?.[1] : undefined;
		return project && `projects/${project}/locations/global/workloadIdentityPools/${project}.svc.id.goog`;
	}

	#doubtfulAgent(principal: Principal, set: Principal): {fact: 'token'; scope: string} | undefined {
		const one = AGENT_IDENTITY.exec(principal.value);
		const many = AGENT_IDENTITY.exec(set.value);
		if (!one || !many || one[1] !== many[1] || many[2] === '*') return undefined;
		return many[2]!.startsWith('attribute.platformContainer/') ? undefined : {fact: 'token', scope: set.member};
	}

	/** Whether a group may have members that were not read: itself, or a group in it, however deep. */
	isOpen(group: Principal): boolean {
		const known = this.#open.get(group);
		if (known !== undefined) return known;
		const seen = new Set<Principal>([group]);
		const queue = [group];
		let open = false;
		for (let i = 0; i < queue.length && !open; i++) {
			const asset: Group | undefined = this.#inventory.groups.get(queue[i]!.value);
			const line = asset && this.#inventory.coverage.stated('groups', asset.name);
			if (!asset || (line && line.status !== 'complete')) open = true;
			for (const member of asset?.members ?? []) {
				if (member.kind !== 'group' || seen.has(member)) continue;
				seen.add(member);
				queue.push(member);
			}
		}
		this.#open.set(group, open);
		return open;
	}

	/**
	 * Who a convenience member stands for: holders of the legacy basic role on the project; inherited holders
	 * count too [recalled].
	 */
	holdersOf(convenience: Principal): ReadonlySet<Principal> {
		const known = this.#basicHolders.get(convenience);
		if (known) return known;
		const holders = new Set<Principal>();
		this.#basicHolders.set(convenience, holders);
		const role = `roles/${convenience.kind.slice('project'.length).toLowerCase()}`;
		let container = this.#inventory.container(`projects/${convenience.value}`);
		while (container) {
			for (const binding of this.#inventory.policies.get(container.name)?.bindings ?? []) {
				if (binding.role === role) for (const member of binding.members) holders.add(member);
			}
			container = container.parent;
		}
		return holders;
	}

	/** Members of a set that the inventory knows, down to people and accounts; for counting and examples. Kept. */
	membersOf(set: Principal): readonly Principal[] {
		let members = this.#members.get(set);
		if (!members) this.#members.set(set, (members = this.#membersOf(set)));
		return members;
	}

	#membersOf(set: Principal): Principal[] {
		if (set.kind === 'group') {
			const found = new Set<Principal>();
			const seen = new Set<Principal>([set]);
			const queue = [set];
			for (let i = 0; i < queue.length; i++) {
				for (const member of this.#inventory.groups.get(queue[i]!.value)?.members ?? []) {
					if (member.kind !== 'group') found.add(member);
					else if (!seen.has(member)) {
						seen.add(member);
						queue.push(member);
					}
				}
			}
			return [...found];
		}
		const accounts = this.#accountSets.find(entry => entry.principal === set);
		if (accounts) {
			const found: Principal[] = [];
			for (let i = accounts.container.order; i < accounts.container.end; i++) {
				for (const account of this.#inventory.containers[i]!.accounts) {
					if ((account.kind === 'service-agent') === accounts.agents) found.push(account.principal);
				}
			}
			return found;
		}
		if (set.kind.startsWith('project') && set.value !== '') return [...this.holdersOf(set)];
		return [];
	}
}

const NOWHERE: readonly Principal[] = [];

/** `principalSet://TRUST_DOMAIN/*` and `.../attribute.platformContainer/aiplatform/projects/N` over agent identities. */
export function agentSetHolds(set: Principal, principal: Principal): boolean {
	const match = AGENT_IDENTITY.exec(set.value);
	const [, domain, path] = AGENT_IDENTITY.exec(principal.value) ?? [];
	if (!match || path === undefined || match[1] !== domain) return false;
	if (match[2] === '*') return true;
	const container = /^attribute\.platformContainer\/([^/]+)\/(projects\/[^/]+)$/.exec(match[2]!);
	return container !== null && path.startsWith(`resources/${container[1]!}/${container[2]!}/`);
}
