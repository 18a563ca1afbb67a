/**
 * Who is outside the organization (checks.md, "The organization's own domains"). Accounts and pools of projects that
 * are not in the inventory are outside only if the organization was read completely.
 */
import {accountKind} from '../inventory/account-kind.ts';
import type {Container} from '../inventory/model.ts';
import {projectOfEmail} from '../inventory/names.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import {accountsByPrincipal} from './account-of.ts';
import type {World} from '../world.ts';

/** `unknown` comes with what would have to be known. */
export type Outside = {is: 'inside' | 'outside'} | {is: 'unknown'; because: string};

const INSIDE: Outside = {is: 'inside'};
const OUTSIDE: Outside = {is: 'outside'};

const POOL_PROJECT = /^\/\/iam\.googleapis\.com\/(projects\/[^/]+)\/locations\/global\/workloadIdentityPools\//;
const ACCOUNTS_OF = /^\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/type\//;
const KUBERNETES = /^([a-z0-9:.-]+)\.svc\.id\.goog\[/;

export class Outsiders {
	readonly #world: World;
	readonly #domains: ReadonlySet<string>;
	readonly #known = new PrincipalMap<Outside>();
	#isWhole: boolean | undefined;

	constructor(world: World) {
		this.#world = world;
		this.#domains = new Set([...world.inventory.domains, ...world.config.domains]);
	}

	/** The organization's own domains, sorted. */
	get domains(): string[] {
		return [...this.#domains].toSorted();
	}

	of(principal: Principal): Outside {
		let known = this.#known.get(principal);
		if (!known) this.#known.set(principal, (known = this.#judge(principal)));
		return known;
	}

	#judge(principal: Principal): Outside {
		const {kind, value} = principal;
		if (kind === 'user' || kind === 'group') return this.#byDomain(value.slice(value.lastIndexOf('@') + 1), principal);
		if (kind === 'domain') return this.#byDomain(value, principal);
		if (kind === 'serviceAccount') {
			const kubernetes = value.includes('[') ? KUBERNETES.exec(value)?.[1] : undefined;
			if (kubernetes !== undefined) return this.#byPlace(`projects/${kubernetes}`, principal);
			if (accountsByPrincipal(this.#world).get(principal)?.read || accountKind(value) === 'service-agent')
				return INSIDE;
			const place = projectOfEmail(value);
			return place === undefined ? INSIDE : this.#byPlace(place, principal);
		}
		// The inventory need not name an account's project by the number that its e-mail has.
		const place = POOL_PROJECT.exec(value)?.[1] ?? ACCOUNTS_OF.exec(value)?.[1];
		return place === undefined ? INSIDE : this.#byPlace(place, principal);
	}

	#byDomain(domain: string, {member}: Principal): Outside {
		if (this.#domains.has(domain)) return INSIDE;
		if (this.#domains.size > 0) return OUTSIDE;
		return {is: 'unknown', because: `whether ${member} is outside: the organization's domains are not known`};
	}

	#byPlace(place: string, {member}: Principal): Outside {
		if (this.#world.inventory.container(place)) return INSIDE;
		if (this.#organizationIsWhole()) return OUTSIDE;
		return {is: 'unknown', because: `whether ${member} is outside: the organization was not read completely`};
	}

	#organizationIsWhole(): boolean {
		if (this.#isWhole !== undefined) return this.#isWhole;
		const {containers, coverage} = this.#world.inventory;
		const roots: Container[] = containers.filter(container => container.parent === undefined);
		return (this.#isWhole =
			roots.length > 0 &&
			roots.every(root => root.kind === 'organization' && root.read) &&
			containers.every(container => container.kind !== 'project' || container.number !== undefined) &&
			coverage.holes('resources', new Set(containers)).length === 0);
	}
}
