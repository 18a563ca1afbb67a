/** A map by principal: their numbers are dense, and an array answers several times faster than a hash table. */
import type {Principal} from './principals.ts';

export class PrincipalMap<V> {
	#values: (V | undefined)[] = [];
	/** Principals that no inventory numbered: a deny rule may name what nothing else names. */
	readonly #others = new Map<Principal, V>();

	get(principal: Principal): V | undefined {
		const {index} = principal;
		return index < 0 ? this.#others.get(principal) : this.#values[index];
	}

	set(principal: Principal, value: V): void {
		const {index} = principal;
		if (index < 0) {
			this.#others.set(principal, value);
			return;
		}
		// Grown by doubling: written far beyond its end, an array would become a hash table.
		if (index >= this.#values.length) {
			const size = Math.max(1024, 2 * index);
			this.#values = Array.from({length: size}, (_, i) => this.#values[i]);
		}
		this.#values[index] = value;
	}

	has(principal: Principal): boolean {
		return this.get(principal) !== undefined;
	}
}
