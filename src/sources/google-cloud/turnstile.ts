/** Lets so many through at a time, in the order in which they came. */
export class Turnstile {
	#free: number;
	readonly #waiting: (() => void)[] = [];
	#watching: (() => void)[] = [];
	#last: Promise<void> = Promise.resolve();

	constructor(places: number) {
		this.#free = places;
	}

	/** Resolves when there is a place. @returns what to call when it is free again */
	async enter(): Promise<() => void> {
		if (this.#free > 0) this.#free--;
		else await new Promise<void>(go => void this.#waiting.push(go));
		let inside = true;
		return () => {
			if (!inside) return;
			inside = false;
			for (const wake of this.#watching) wake();
			this.#watching = [];
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free++;
		};
	}

	/** Resolves when somebody next leaves. */
	next(): Promise<void> {
		return new Promise(wake => void this.#watching.push(wake));
	}

	/** One at a time: those inside queue for what only one can wait for. @returns what to call at the end */
	async lock(): Promise<() => void> {
		const before = this.#last;
		let release!: () => void;
		this.#last = new Promise(done => (release = done));
		await before;
		return release;
	}
}

/**
 * Runs a function over many things, some at a time.
 * @param atOnce how many; what they wait for is paced elsewhere, this only bounds memory
 */
export async function each<T>(things: Iterable<T>, work: (thing: T) => Promise<void>, atOnce = 64): Promise<void> {
	const iterator = things[Symbol.iterator]();
	const worker = async (): Promise<void> => {
		for (let next = iterator.next(); next.done !== true; next = iterator.next()) await work(next.value);
	};
	await Promise.all(Array.from({length: atOnce}, worker));
}
