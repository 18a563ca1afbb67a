/**
 * What reading one asset after another shares, whatever they are of: problems in the asset at hand, which of two
 * duplicates counts, how much was read of each fact, and under which names a project goes.
 */
import type {Asset, Json, Location, Problem} from '../../sources/asset.ts';
import {redact} from '../../sources/secrets.ts';
import {ContainerRegistry} from '../containers.ts';
import type {Fact} from '../coverage.ts';
import {list, parseTime, text, WrongType} from '../fields.ts';
import {PrincipalTable} from '../principals.ts';
import {Words} from '../words.ts';

/** Where and when an asset is: its container's key, and its update time in epoch ms (`-Infinity` without one). */
export interface Place {
	container: string | undefined;
	stamp: number;
}

export class Reading {
	readonly registry = new ContainerRegistry();
	readonly principals = new PrincipalTable();
	readonly words = new Words();
	readonly warnings: string[] = [];
	/** By file: how many, and the first. */
	readonly problems = new Map<string, {count: number; first: Problem}>();
	/** Records by fact (and type), then by container. */
	readonly tallies = new Map<string, Map<string, number>>();
	/** Told of every problem as it comes, for the caller's messages. */
	onProblem: ((problem: Problem) => void) | undefined;
	/** Names of what was counted, by fact (and type). */
	readonly #counted = new Map<string, Set<string>>();
	#asset: Asset | undefined;
	#at: Location | undefined;
	/** The last time that was read, and as what: an asset repeats its own, and so do the ones after it. */
	#timeText = '';
	#time = -Infinity;
	/** The project that was last joined, and named: all assets of a project follow each other. */
	#joined = {id: '', number: ''};
	#project = {id: '', key: 'projects/'};

	/** Problems from here on are in this asset. */
	begin(asset: Asset, at: Location): void {
		this.#asset = asset;
		this.#at = at;
	}

	problem(problem: Problem): void {
		const known = this.problems.get(problem.file);
		if (known) known.count++;
		else this.problems.set(problem.file, {count: 1, first: problem});
		this.onProblem?.(problem);
	}

	/** A problem in the asset at hand. Messages name fields, never values: those may be secrets. */
	wrong(message: string): void {
		this.problem({...this.#at!, kind: 'broken', message: `${this.#asset!.assetType}: ${message}`});
	}

	/** What the rest can do without: if something in it is of the wrong type, that is a problem and it counts as absent. */
	attempt<T>(read: () => T): T | undefined {
		try {
			return read();
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.wrong(error.message);
			return undefined;
		}
	}

	/** The same for one field. */
	try<T>(read: (json: Json, field: string) => T, json: Json, field: string): T | undefined {
		try {
			return read(json, field);
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.wrong(error.message);
			return undefined;
		}
	}

	/** Text that people write as they like; somebody may have put a secret into it. */
	free(json: Json, field: string): string | undefined {
		const value = this.try(text, json, field);
		return value === undefined ? undefined : redact(value);
	}

	/** The texts of a list; what is none is a problem and left out. */
	texts(json: Json, field: string, snake?: string): string[] {
		const values = list(json, field, snake);
		const texts = values.filter(value => typeof value === 'string');
		if (texts.length < values.length) this.wrong(`${field} holds something that is no string`);
		return texts;
	}

	/** Epoch ms of an update time, `-Infinity` without one. */
	stampOf(updateTime: string | undefined): number {
		if (updateTime === undefined) return -Infinity;
		if (updateTime !== this.#timeText) {
			const time = parseTime(updateTime);
			this.#timeText = updateTime;
			this.#time = Number.isNaN(time) ? -Infinity : time;
		}
		return this.#time;
	}

	/**
	 * Duplicate assets: the newest wins; on equal or no times, with a warning if they differ, one that their contents
	 * decide and not their order in the input.
	 * @param same whether all that matters is equal
	 * @param contents the known ones and the next, as text
	 */
	isNewer(stamp: number, known: number, what: string, same: boolean, contents: () => [string, string]): boolean {
		if (stamp !== known) return stamp > known;
		if (!same)
			this.warnings.push(`${what} is in the input twice with different contents and no newer time; one is used`);
		const [kept, next] = contents();
		return next < kept;
	}

	/** @param name what was read; the same thing twice is one record */
	count(fact: Fact, container: string | undefined, name: string, type?: string): void {
		const key = type === undefined ? fact : `${fact} ${type}`;
		let counted = this.#counted.get(key);
		if (!counted) this.#counted.set(key, (counted = new Set()));
		const before = counted.size;
		if (counted.add(name).size > before) this.tally(key, container);
	}

	/** The same of what is no other thing for sure. @param key the fact (and type) */
	tally(key: string, container: string | undefined): void {
		let tally = this.tallies.get(key);
		if (!tally) this.tallies.set(key, (tally = new Map()));
		const at = container ?? '';
		tally.set(at, (tally.get(at) ?? 0) + 1);
	}

	/** `projects/ID`, one string for all assets of a project in a row. */
	projectKey(id: string): string {
		if (id !== this.#project.id) this.#project = {id, key: `projects/${id}`};
		return this.#project.key;
	}

	/** Two keys of one project, by its id and by its number, in any order. */
	joinProject(a: string, b: string): void {
		if (a === this.#joined.id && b === this.#joined.number) return;
		this.#joined = {id: a, number: b};
		const isNumber = (key: string): boolean => /^projects\/\d+$/.test(key);
		if (isNumber(b) && !isNumber(a)) this.registry.join(a, b);
		else if (isNumber(a) && !isNumber(b)) this.registry.join(b, a);
	}

	/** The same for what lies in a project: by its own name, and by its first ancestor. */
	joinAncestor(key: string | undefined, asset: Asset): void {
		const first = asset.ancestors?.[0];
		if (key !== undefined && first?.startsWith('projects/')) this.joinProject(key, first);
	}

	/** What nothing but reading needed: look-ups of the inventory keep this object alive. */
	forget(): void {
		this.#counted.clear();
		this.tallies.clear();
		this.#asset = undefined;
	}
}

/** For `isNewer`. */
export function contentsOf(known: object, next: object): () => [string, string] {
	return () => [JSON.stringify(known), JSON.stringify(next)];
}

export function sameData(a: object, b: object): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
