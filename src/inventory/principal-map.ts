/** A map by principal: their numbers are dense, and an array answers several times faster than a hash table. */
import type {Principal} from './principals.ts';

const PAGE_BITS = 9;
const PAGE = 1 << PAGE_BITS;

export class PrincipalMap<V> {
	/** Pages of values: what is kept of a few principals costs a few pages, not an array of all. */
	readonly #pages: (V | undefined)[][] = [];
	/** Principals that no inventory numbered: a deny rule may name what nothing else names. */
	readonly #others = new Map<Principal, V>();

	get(principal: Principal): V | undefined {
		const {index} = principal;
		return index < 0 ? this.#others.get(principal) : this.#pages[index >> PAGE_BITS]?.[index & (PAGE - 1)];
	}

	set(principal: Principal, value: V): void {
		const {index} = principal;
		if (index < 0) {
			this.#others.set(principal, value);
			return;
		}
		const number = index >> PAGE_BITS;
		// Written beyond its end, an array would become a hash table.
		while (this.#pages.length <= number) this.#pages.push(NO_PAGE as never);
		let page = this.#pages[number]!;
		if (page === NO_PAGE) this.#pages[number] = page = Array.from<V | undefined>({length: PAGE});
		page[index & (PAGE - 1)] = value;
	}

	has(principal: Principal): boolean {
		return this.get(principal) !== undefined;
	}
}

const NO_PAGE: never[] = [];
