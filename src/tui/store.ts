/** Holds the state, and hands out what the world must do. */
import {type Command, reduce} from './reduce.ts';
import type {Effect, State} from './state.ts';

export class Store {
	#state: State;
	readonly #listeners = new Set<() => void>();
	/** Set once whoever does things is there. */
	onEffect: (effect: Effect) => void = () => {};

	constructor(state: State) {
		this.#state = state;
	}

	/** The same object until something changes. */
	readonly now = (): State => this.#state;

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly dispatch = (command: Command): void => {
		const next = reduce(this.#state, command);
		if (next === this.#state) return;
		const {effect} = next;
		this.#state = effect ? {...next, effect: undefined} : next;
		for (const listener of this.#listeners) listener();
		if (effect) this.onEffect(effect);
	};
}
