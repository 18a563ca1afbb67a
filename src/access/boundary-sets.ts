/**
 * Who is in the principal set that an access boundary is bound to. Facts: iam-semantics section 1: a project's
 * set are its accounts, workload pools and agent identities; a folder's or organization's those of its
 * projects; an organization's also its workforce pools and the people of its Workspace domains. [seen]
 */
import {accountKind} from '../inventory/account-kind.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import {containerKey, IAM} from '../inventory/names.ts';
import type {Principal} from '../inventory/principals.ts';
import {
	domainOf,
	homeOf,
	isConsumerDomain,
	type Match,
	NO,
	poolKey,
	projectOfWorkload,
	undecided,
	within,
	YES,
} from './set-match.ts';
import {parseFederated} from './sets.ts';

const WORKFORCE = /^locations\/global\/workforcePools\/([^/]+)$/;
const WORKSPACE = /^locations\/global\/workspace\/([^/]+)$/;
const WORKLOAD = /^projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+$/;
const AGENTS =
	/^(\/\/agents\.global\.(?:org|proj)-\d+\.system\.id\.goog)\/attribute\.(?:container|platformContainer)\/(?:[^/]+\/)?(projects\/[^/]+)$/;

/** What of an inventory decides memberships beyond the tree. */
export interface SetFacts {
	inventory: Inventory;
	/** The organizations' own domains beside their display names. */
	domains: readonly string[];
	/** `locations/global/workforcePools/P` -> its organization, where the pool was read. */
	workforcePools: ReadonlyMap<string, string>;
}

export type SetMatcher = (principal: Principal) => Match;

/**
 * Compiles the target of a policy binding.
 * @param name full resource name, as `target.principalSet` has it
 * @returns undefined if it is no principal set that Google names
 */
export function principalSetMatcher(name: string, facts: SetFacts): SetMatcher | undefined {
	const {inventory} = facts;
	const key = containerKey(name);
	if (key !== undefined) {
		const container = inventory.container(key);
		// Nothing in the inventory lies in a container that it does not know.
		return container ? principal => ofContainer(principal, container, name, facts) : () => NO;
	}
	const path = name.startsWith(IAM) ? name.slice(IAM.length) : name;
	if (WORKFORCE.test(path)) return principal => (parseFederated(principal)?.pool === path ? YES : NO);
	if (WORKLOAD.test(path)) {
		const pool = poolKey(inventory, path);
		return principal => (workloadPool(principal, inventory) === pool ? YES : NO);
	}
	const customer = WORKSPACE.exec(path)?.[1];
	if (customer !== undefined) return principal => ofCustomer(principal, customer, name, facts);
	const agents = AGENTS.exec(name);
	if (agents) {
		const project = inventory.container(agents[2]!);
		return principal => {
			const own = principal.value.startsWith(`${agents[1]!}/`) ? projectOfWorkload(principal) : undefined;
			return own !== undefined && (own === agents[2] || (project && inventory.container(own) === project)) ? YES : NO;
		};
	}
	return undefined;
}

/** The pool of a federated principal or of a Kubernetes account in either form. */
function workloadPool(principal: Principal, inventory: Inventory): string | undefined {
	const pool = parseFederated(principal)?.pool;
	if (pool) return poolKey(inventory, pool);
	const project = principal.kind === 'serviceAccount' ? projectOfWorkload(principal) : undefined;
	return (
		project &&
		poolKey(
			inventory,
			`${project}/locations/global/workloadIdentityPools/${project.slice('projects/'.length)}.svc.id.goog`,
		)
	);
}

function ofContainer(principal: Principal, container: Container, label: string, facts: SetFacts): Match {
	const {inventory} = facts;
	const workload = projectOfWorkload(principal);
	if (workload !== undefined) {
		const project = inventory.container(workload);
		if (project) return within(project, container) ? YES : NO;
		return outside(principal, container, label, inventory);
	}
	switch (principal.kind) {
		case 'serviceAccount': {
			const {account, project} = homeOf(inventory, principal);
			// Service agents live in Google's own projects.
			if ((account?.kind ?? accountKind(principal.value)) === 'service-agent') return NO;
			if (project === undefined || project === 'outside') return outside(principal, container, label, inventory);
			return within(project, container) ? YES : NO;
		}
		case 'user':
		case 'domain':
			return container.kind === 'organization' ? ofOrganization(principal, container, facts) : NO;
		case 'principal':
		case 'principalSet': {
			const pool = parseFederated(principal)?.pool;
			if (pool === undefined || !WORKFORCE.test(pool) || container.kind !== 'organization') return NO;
			const owner = facts.workforcePools.get(pool);
			if (owner === undefined) return undecided(principal, label, 'workloadIdentityPools', IAM + pool);
			return inventory.container(owner) === container ? YES : NO;
		}
		default:
			return NO;
	}
}

/** A principal of a project that the inventory does not have: certainly elsewhere only if all projects were read. */
function outside(principal: Principal, container: Container, label: string, inventory: Inventory): Match {
	const {status} = inventory.coverage.standing('resources', container);
	return status === 'complete' ? NO : undecided(principal, label, 'resources', container.key);
}

/** People by their e-mail's domain (assumption of all domain memberships here). */
function ofOrganization(principal: Principal, organization: Container, {inventory, domains}: SetFacts): Match {
	const domain = domainOf(principal);
	if (organization.displayName?.toLowerCase() === domain) return YES;
	if (inventory.domains.includes(domain)) return NO;
	const only = inventory.containers.filter(({kind}) => kind === 'organization').length === 1;
	return domains.includes(domain)
		? only
			? YES
			: undecided(principal, organization.name, 'resources', organization.key)
		: NO;
}

function ofCustomer(principal: Principal, customer: string, label: string, facts: SetFacts): Match {
	if (principal.kind !== 'user' && principal.kind !== 'domain') return NO;
	const domain = domainOf(principal);
	if (isConsumerDomain(domain)) return NO;
	const organizations = facts.inventory.containers.filter(({kind}) => kind === 'organization');
	const own = organizations.find(({directoryCustomerId}) => directoryCustomerId === customer);
	if (own) return ofOrganization(principal, own, facts);
	const home = organizations.find(organization => ofOrganization(principal, organization, facts).value === 'true');
	if (!home || home.directoryCustomerId !== undefined) return NO;
	return undecided(principal, label, 'resources', home.key);
}
