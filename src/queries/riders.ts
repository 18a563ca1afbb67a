/** Members of a set that hold vehicles by other sets: together with act-as by this set they may ride. */
import type {Grant} from '../access/grants.ts';
import type {Container} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';
import {canGain} from './who.ts';

export class Riders {
	readonly #world: World;
	/** By name. */
	readonly #all: Principal[] = [];
	/** By number in `all`: made when first asked. */
	readonly #rides: ((grant: Grant) => boolean)[] = [];
	/** Numbers in `all`, ascending, by the sets that they are in (themselves too). */
	readonly #bySet = new Map<Principal, number[]>();
	/** Those sets by where their roles drive something. */
	readonly #byScope = new Map<Container, Principal[]>();
	/** What some of them drive may lie anywhere. */
	#anywhere = false;

	constructor(world: World, set: Principal) {
		this.#world = world;
		const {memberships} = world.access;
		const members = memberships
			.membersOf(set)
			.filter(principal => canGain(world, principal) && world.vehicles.drivesBeside(principal, set))
			.toSorted((a, b) => (a.member < b.member ? -1 : 1));
		for (const principal of members) {
			const number = this.#all.push(principal) - 1;
			for (const one of memberships.setsOf(principal)) append(this.#bySet, one, number);
		}
		for (const one of this.#bySet.keys()) {
			const scopes = world.vehicles.scopesOf(one);
			if (!scopes) this.#anywhere = true;
			for (const scope of scopes ?? []) append(this.#byScope, scope, one);
		}
	}

	/** The first, by name, who drives something where a grant lets him act as an account. */
	of(grant: Grant): Principal | undefined {
		for (const number of this.#near(grant)) {
			const rider = this.#all[number]!;
			const rides = (this.#rides[number] ??= this.#world.vehicles.rider(rider));
			if (rides(grant)) return rider;
		}
		return undefined;
	}

	/** Numbers of those who drive something where the grant is, ascending. */
	#near({binding}: Grant): Iterable<number> {
		if (this.#anywhere || this.#all.length === 0) return this.#all.keys();
		const {container, account, isContainer} = binding.resource;
		const sets = new Set<Principal>();
		const at = (scope: Container): void => {
			for (const set of this.#byScope.get(scope) ?? []) sets.add(set);
		};
		for (let above = account ? account.project : container; above; above = above.parent) at(above);
		if (isContainer && container) {
			for (const scope of this.#byScope.keys())
				if (container.order < scope.order && scope.order < container.end) at(scope);
		}
		const [only, ...others] = [...sets].map(set => this.#bySet.get(set)!);
		if (!only || others.length === 0) return only ?? [];
		return new Set([only, ...others].flat().sort((a, b) => a - b));
	}
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
	const list = map.get(key);
	if (list) list.push(value);
	else map.set(key, [value]);
}
