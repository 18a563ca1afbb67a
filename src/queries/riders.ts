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
	/** By where their roles drive something: numbers in `all`. */
	readonly #byScope = new Map<Container, number[]>();
	/** What some of them drive may lie anywhere. */
	#anywhere = false;

	constructor(world: World, set: Principal) {
		this.#world = world;
		const members = world.access.memberships
			.membersOf(set)
			.filter(principal => canGain(world, principal) && world.vehicles.drivesBeside(principal, set))
			.toSorted((a, b) => (a.member < b.member ? -1 : 1));
		for (const principal of members) {
			const number = this.#all.push(principal) - 1;
			for (const one of world.access.memberships.setsOf(principal)) {
				const scopes = world.vehicles.scopesOf(one);
				if (!scopes) this.#anywhere = true;
				for (const scope of scopes ?? []) {
					const known = this.#byScope.get(scope);
					// Several of his sets may drive something there.
					if (!known) this.#byScope.set(scope, [number]);
					else if (known.at(-1) !== number) known.push(number);
				}
			}
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
		const found: number[] = [];
		for (let above = account ? account.project : container; above; above = above.parent)
			found.push(...(this.#byScope.get(above) ?? []));
		if (isContainer && container) {
			for (const [scope, numbers] of this.#byScope)
				if (container.order < scope.order && scope.order < container.end) found.push(...numbers);
		}
		return [...new Set(found)].sort((a, b) => a - b);
	}
}
