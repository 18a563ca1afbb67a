/**
 * Principals of deny rules (IAM v2 identifiers), matched against the same sets that allow policies use.
 * Facts: iam-semantics section 2, deny forms. [seen]
 */
import {accountKind} from '../inventory/account-kind.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import {parseMember, type Principal} from '../inventory/principals.ts';
import type {Tri} from './conditions.ts';
import {domainOf, homeOf, isConsumerDomain, type Match, NO, poolKey, undecided, within, YES} from './set-match.ts';
import {agentSetHolds, type Memberships, parseFederated} from './sets.ts';

/** One compiled entry of `deniedPrincipals` or `exceptionPrincipals`. */
export interface DenyPrincipal {
	/** Member syntax where there is one, else as written: what proofs call it. */
	label: string;
	match(principal: Principal): Match;
	/** The one set or identity it stands for, for overlaps with a set that is asked about. */
	identity?: Principal;
	everyone?: true;
	/** It stands for accounts of projects in there, or for nobody that is known (`nowhere`). */
	accountsIn?: Container | 'nowhere';
	/** No v2 identifier: nobody can say whom it means. */
	unreadable?: true;
}

const ACCOUNT = /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/?]+)$/;
const SET_OF_ACCOUNTS =
	/^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/type\/(ServiceAccount|ServiceAgent)$/;
const CUSTOMER = 'principalSet://goog/cloudIdentityCustomerId/';
const NAMESPACE = /^namespace\//;

/** Compiles principals of deny rules for one inventory. */
export class DenyPrincipals {
	readonly #inventory: Inventory;
	readonly #memberships: Memberships;

	constructor(inventory: Inventory, memberships: Memberships) {
		this.#inventory = inventory;
		this.#memberships = memberships;
	}

	/** Never throws; what is no v2 identifier matches nobody and is `unreadable`. */
	compile(text: string): DenyPrincipal {
		if (text === 'principalSet://goog/public:all') return {label: 'allUsers', match: () => YES, everyone: true};
		// A deleted principal cannot act, and one made anew under its name is not denied. [seen]
		if (text.startsWith('deleted:')) return {label: text, match: () => NO};
		const subject = after(text, 'principal://goog/subject/');
		if (subject !== undefined) {
			// Some write accounts in the form of people; an account's e-mail is nobody else's.
			const isAccount =
				this.#inventory.accounts.has(subject.toLowerCase()) || subject.toLowerCase().endsWith('.gserviceaccount.com');
			return this.#named(`${isAccount ? 'serviceAccount' : 'user'}:${subject}`);
		}
		const account = ACCOUNT.exec(text)?.[1];
		if (account !== undefined) {
			const email = account.includes('@') ? account : (this.#inventory.account(account)?.email ?? account);
			return this.#named(`serviceAccount:${email}`);
		}
		const group = after(text, 'principalSet://goog/group/');
		if (group !== undefined) return this.#named(`group:${group}`);
		const customer = after(text, CUSTOMER);
		if (customer !== undefined) return {label: text, match: principal => this.#ofCustomer(principal, customer)};
		const accounts = SET_OF_ACCOUNTS.exec(text);
		if (accounts) return this.#accounts(text, accounts[1]!, accounts[2] === 'ServiceAgent');
		if (/^principal(?:Set)?:\/\/[^/]+\/./.test(text) && !text.includes('://goog/')) return this.#named(text);
		return {label: text, match: () => NO, unreadable: true};
	}

	/** The set as the inventory knows it, or one of its own if no allow policy or group names it. */
	#principal(text: string): Principal {
		return this.#inventory.principals.find(text) ?? {...parseMember(text), index: -1};
	}

	#named(text: string): DenyPrincipal {
		const identity = this.#principal(text);
		const {member} = identity;
		return {label: member, identity, match: principal => this.#inSet(principal, identity)};
	}

	#inSet(principal: Principal, set: Principal): Match {
		// Sets of pools may hold what names no set of the inventory; all others are what they are called.
		const isWide = set.index < 0 || set.kind === 'principalSet' || set.kind === 'principal';
		const sets = this.#memberships.setsOf(principal);
		if (isWide ? sets.some(own => own === set || this.#contains(set, own)) : sets.includes(set)) {
			if (principal === set || principal.member === set.member) return YES;
			return {value: 'true', proof: [{kind: 'membership', effect: 'denies', member: principal.member, of: set.member}]};
		}
		const doubt = this.#memberships.doubt(principal, set);
		if (!doubt) return NO;
		if (doubt.fact === 'groups') return undecided(principal, set.member, 'groups', doubt.scope);
		return {
			value: 'unknown',
			proof: [{kind: 'membership', effect: 'undecided', member: principal.member, of: set.member}],
		};
	}

	/** Pool-wide, namespace and trust-domain sets that no allow policy names: `Memberships` does not know those. */
	#contains(set: Principal, principal: Principal): boolean {
		if (set.member === principal.member) return true;
		if (set.kind !== 'principalSet' && set.kind !== 'principal') return false;
		const wide = parseFederated(set);
		if (!wide) {
			return agentSetHolds(set, principal);
		}
		const pool = poolKey(this.#inventory, wide.pool);
		const gke = /^([a-z0-9:.-]+)\.svc\.id\.goog\[([^/\]]+)\/([^\]]+)\]$/.exec(
			principal.kind === 'serviceAccount' ? principal.value : '',
		);
		if (gke) {
			const [, project, namespace, account] = gke;
			const own = poolKey(
				this.#inventory,
				`projects/${project!}/locations/global/workloadIdentityPools/${project!}.svc.id.goog`,
			);
			return (
				own === pool && ['*', `namespace/${namespace!}`, `subject/ns/${namespace!}/sa/${account!}`].includes(wide.rest)
			);
		}
		const narrow = parseFederated(principal);
		if (!narrow || poolKey(this.#inventory, narrow.pool) !== pool) return false;
		if (wide.rest === '*' || wide.rest === narrow.rest) return true;
		const namespace = /^subject\/ns\/([^/]+)\/sa\//.exec(narrow.rest)?.[1];
		return NAMESPACE.test(wide.rest) && namespace !== undefined && wide.rest === `namespace/${namespace}`;
	}

	#accounts(label: string, key: string, agents: boolean): DenyPrincipal {
		const container = this.#inventory.container(key);
		const identity = this.#principal(label);
		const match = (principal: Principal): Match => {
			const members = this.#memberships.of(principal);
			for (const {set} of members) {
				if (set === identity) return set === principal ? YES : decided(principal, label);
			}
			if (!container || principal.kind !== 'serviceAccount' || principal.value.includes('[')) return NO;
			const value = this.#lives(principal, container, agents);
			if (value === 'false') return NO;
			return value === 'true' ? decided(principal, label) : undecided(principal, label, 'resources', container.key);
		};
		return {label, identity, match, accountsIn: container ?? 'nowhere'};
	}

	#lives(principal: Principal, container: Container, agents: boolean): Tri {
		const {account, project} = homeOf(this.#inventory, principal);
		// Only what is called a service agent is one; the rest are accounts.
		if (((account?.kind ?? accountKind(principal.value)) === 'service-agent') !== agents) return 'false';
		if (project === undefined) return 'unknown';
		if (project !== 'outside') return within(project, container) ? 'true' : 'false';
		return this.#inventory.coverage.standing('resources', container).status === 'complete' ? 'false' : 'unknown';
	}

	/**
	 * All principals of a Cloud Identity account. Whether that includes service accounts is stated nowhere:
	 * undecided for them. People are compared by the domain that an organization is named for.
	 */
	#ofCustomer(principal: Principal, customer: string): Match {
		const label = CUSTOMER + customer;
		const roots = this.#inventory.containers.filter(container => container.kind === 'organization');
		const own = roots.find(root => root.directoryCustomerId === customer);
		const scope = own?.key ?? roots[0]?.key ?? label;
		switch (principal.kind) {
			case 'user':
			case 'group':
			case 'domain': {
				const domain = domainOf(principal);
				if (isConsumerDomain(domain)) return NO;
				const home = roots.find(root => root.displayName?.toLowerCase() === domain);
				if (home?.directoryCustomerId === undefined) return undecided(principal, label, 'resources', scope);
				if (home.directoryCustomerId !== customer) return NO;
				// A group of the domain can have members from anywhere.
				return principal.kind === 'group'
					? undecided(principal, label, 'groups', principal.member)
					: decided(principal, label);
			}
			case 'serviceAccount':
				// The legacy spelling of a Kubernetes account is a federated identity, like its `principal://` form.
				return principal.value.includes('[') ? NO : undecided(principal, label, 'resources', scope);
			default:
				return NO;
		}
	}
}

function decided(principal: Principal, of: string): Match {
	return {value: 'true', proof: [{kind: 'membership', effect: 'denies', member: principal.member, of}]};
}

function after(text: string, prefix: string): string | undefined {
	return text.startsWith(prefix) && text.length > prefix.length ? text.slice(prefix.length) : undefined;
}
