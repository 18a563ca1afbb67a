/**
 * Finds what belongs to a combination of fields. Entries come by the million and agree in nearly everything, so no string
 * is put together for the usual ones: who, what and where are looked up one after the other, and then by number.
 */
import type {LogFields} from './log-entry.ts';

export interface Place<T> {
	value: T | undefined;
}

/** Of a caller: what belongs to each number of what and where. */
type Cells<T> = Map<number, Place<T>>;

const WHERES = 2 ** 20;

export class FieldIndex<T> {
	readonly #callers = new Map<string, Map<string, Cells<T>>>();
	readonly #whats = new Map<string, Map<string, number>>();
	readonly #wheres = new Map<string, Map<string, number>>();
	readonly #most: number;
	#size = 0;
	#what = 0;
	#where = 0;

	/** @param most combinations that are remembered; beyond them all are forgotten at once */
	constructor(most: number) {
		this.#most = Math.min(most, WHERES);
	}

	/** @param scope whose log it is in */
	at(fields: LogFields, scope: string): Place<T> {
		if (this.#size >= this.#most) this.#forget();
		const cells = this.#cellsOf(fields);
		const number = this.#whatOf(fields, scope) * WHERES + this.#whereOf(fields);
		let place = cells.get(number);
		if (!place) {
			cells.set(number, (place = {value: undefined}));
			this.#size++;
		}
		return place;
	}

	#cellsOf({email, principalSubject, keyName, delegation, about}: LogFields): Cells<T> {
		const plain = principalSubject === '' && delegation === '' && about === undefined;
		const rest = plain ? ` ${keyName}` : JSON.stringify([principalSubject, keyName, delegation, about]);
		const byRest = inner(this.#callers, email);
		let cells = byRest.get(rest);
		if (!cells) byRest.set(rest, (cells = new Map()));
		return cells;
	}

	#whatOf({log, service, method, failed, traced}: LogFields, scope: string): number {
		const byRest = inner(this.#whats, method);
		const rest = JSON.stringify([failed, traced, log, scope, service]);
		let number = byRest.get(rest);
		if (number === undefined) byRest.set(rest, (number = this.#what++));
		return number;
	}

	#whereOf({network, client}: LogFields): number {
		const byClient = inner(this.#wheres, network);
		let number = byClient.get(client);
		if (number === undefined) byClient.set(client, (number = this.#where++));
		return number;
	}

	#forget(): void {
		for (const map of [this.#callers, this.#whats, this.#wheres]) map.clear();
		this.#size = this.#what = this.#where = 0;
	}
}

function inner<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
	let map = maps.get(key);
	if (!map) maps.set(key, (map = new Map()));
	return map;
}
