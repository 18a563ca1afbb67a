/** The pools of an inventory and what their providers accept. Asked by checks and by the graph; never changed. */
import type {Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import {poolMember, type PoolMember, type Test} from './member.ts';
import {type Pool, type Pools, type Provider, readPools} from './provider.ts';
import type {Cel} from './mapping.ts';
import {Rules} from './rules.ts';
import type {Answer, Attacker} from './search.ts';

export class Federation {
	readonly pools: Pools['pools'];
	/** What could not be read whole, a sentence each. */
	readonly problems: readonly string[];
	readonly #inventory: Inventory;
	readonly #cel: Cel | undefined;
	readonly #rules = new Map<Provider, Rules>();
	/** Many providers of an organization are made from one template. */
	readonly #alike = new Map<string, Rules>();
	readonly #members = new Map<Principal, PoolMember | undefined>();

	/** @param cel may be left out if no provider issues anything */
	constructor(inventory: Inventory, {pools, problems}: Pools, cel: Cel | undefined) {
		this.pools = pools;
		this.problems = problems;
		this.#inventory = inventory;
		this.#cel = cel;
	}

	/** The pool and the test of a member of a workload identity pool. */
	member(principal: Principal): PoolMember | undefined {
		if (!this.#members.has(principal)) this.#members.set(principal, poolMember(this.#inventory, principal));
		return this.#members.get(principal);
	}

	/** Members of pools that something names, by name. */
	members(): PoolMember[] {
		return this.#inventory.principals.all
			.flatMap(principal => this.member(principal) ?? [])
			.toSorted((a, b) => (a.principal.member < b.principal.member ? -1 : 1));
	}

	/** Providers whose tokens are accepted at present, by name. */
	*issuing(): Generator<Provider> {
		for (const pool of this.pools.values()) yield* issuingOf(pool);
	}

	rules(provider: Provider): Rules {
		let rules = this.#rules.get(provider);
		if (!rules) {
			if (!this.#cel) throw new Error('the condition library was not loaded though a provider issues tokens');
			const {issuer, mapping, condition} = provider;
			const key = JSON.stringify([issuer.platform.id, issuer.shared, issuer.fixed, [...mapping], condition]);
			rules = this.#alike.get(key) ?? new Rules(provider, this.#cel);
			this.#alike.set(key, rules);
			this.#rules.set(provider, rules);
		}
		return rules;
	}

	/** Whether an attacker becomes whoever passes a test by a provider. Nobody from outside has a token of the owner's own issuer. */
	ask(provider: Provider, test: Test, attacker: Attacker): Answer {
		if ((attacker === 'outsider' || attacker === 'successor') && !provider.issuer.shared) return {value: 'no'};
		return this.rules(provider).ask(test, attacker);
	}
}

/** Those of a pool whose tokens are accepted at present. */
export function issuingOf(pool: Pool): Provider[] {
	return pool.off ? [] : pool.providers.filter(provider => !provider.off);
}

/** Loads the condition library if some provider issues tokens: it takes a third of a second. */
export async function loadFederation(inventory: Inventory): Promise<Federation> {
	const pools = readPools(inventory);
	const isNeeded = [...pools.pools.values()].some(pool => issuingOf(pool).length > 0);
	return new Federation(inventory, pools, isNeeded ? await import('./cel.ts') : undefined);
}
