/**
 * Use, added up. Bounded: where more ways of use are told apart than there is room for, all are told apart less finely,
 * in fixed steps. So what comes out depends on what was read, never on its order.
 */
import {BECOMING, EXCHANGE, type Usage} from './usage.ts';
import type {UsageKey} from './records.ts';

/** About 400 bytes each. */
const MOST = 400_000;

/** What each step lets go of, first the least missed; whom, by whom and by which key always stays. */
const STEPS: readonly ((key: UsageKey, service: string) => UsageKey)[] = [
	key => key,
	// What an account did, down to the service; how it was become stays.
	(key, service) => (isBecoming(key.method) ? key : {...key, method: service}),
	(key, service) => ({...key, ...(!isBecoming(key.method) && {method: service}), userAgent: ''}),
	key => ({...key, ...(!isBecoming(key.method) && {method: ''}), userAgent: '', network: ''}),
];

export interface Group {
	usage: Usage;
	/** For coarser steps; several services may have a method of one name. */
	service: string;
}

export class UsageTable {
	#groups = new Map<string, Group>();
	/** The service of each method, and methods that several have: what they did counts apart until it is told. */
	readonly #services = new Map<string, string>();
	readonly #shared = new Set<string>();
	readonly #source: string;
	/** Of `STEPS`; 0: nothing was let go of. */
	step = 0;
	readonly #most: number;

	/** @param source of every usage */
	constructor(source: string, most = MOST) {
		this.#source = source;
		this.#most = most;
	}

	get size(): number {
		return this.#groups.size;
	}

	/**
	 * The group that a way of use counts in: valid until `step` changes.
	 * @param service to fall back to where methods are too many
	 */
	group(key: UsageKey, service: string): Group {
		let group = this.#find(key, service);
		// The last step may overflow: it holds one group per identity, key and chain.
		while (this.#groups.size > this.#most && this.step < STEPS.length - 1) {
			this.raise(this.step + 1);
			group = this.#find(key, service);
		}
		return group;
	}

	/** Use is told apart no finer than so. @param step of `STEPS` */
	raise(step: number): void {
		for (; this.step < step; this.step++) this.#coarsen(this.step + 1);
	}

	/** In no particular order. */
	groups(): Iterable<Group> {
		return this.#groups.values();
	}

	/** In no particular order. */
	*usages(): Generator<Usage> {
		const merged = new Map<string, Usage>();
		for (const {usage} of this.#groups.values()) {
			if (!this.#shared.has(usage.method)) {
				yield usage;
				continue;
			}
			const same = merged.get(nameOf(usage));
			if (!same) merged.set(nameOf(usage), {...usage});
			else addTo(same, usage.count, usage.first, usage.last, usage.changes, usage.untraced);
		}
		yield* merged.values();
	}

	#find(key: UsageKey, service: string, step = this.step): Group {
		const kept = STEPS[step]!(key, service);
		const name = nameOf(kept, step === 0 ? service : undefined);
		let group = this.#groups.get(name);
		if (!group) {
			this.#groups.set(name, (group = emptyGroup(kept, service, this.#source)));
			if ((this.#services.get(kept.method) ?? service) !== service) this.#shared.add(kept.method);
			this.#services.set(kept.method, service);
		}
		return group;
	}

	#coarsen(step: number): void {
		const finer = this.#groups;
		this.#groups = new Map();
		for (const {usage, service} of finer.values()) addAll(this.#find(usage, service, step), usage);
	}
}

/** Adds entries to what was used. */
export function addTo(
	usage: Usage,
	count: number,
	first: number,
	last: number,
	changes: number,
	untraced: number,
): void {
	usage.count += count;
	usage.changes += changes;
	usage.untraced += untraced;
	if (first < usage.first) usage.first = first;
	if (last > usage.last) usage.last = last;
}

/** Adds what was counted elsewhere. */
export function addAll({usage}: Group, {count, first, last, changes, untraced}: Usage): void {
	addTo(usage, count, first, last, changes, untraced);
}

/** Everything by which use is told apart, as one string. @param service where that counts too */
export function nameOf({subject, key = '', via, method, network, userAgent}: UsageKey, service?: string): string {
	const chain = via.length === 0 ? '' : via.join('\u0001');
	const name = `${subject}\0${key}\0${chain}\0${method}\0${network}\0${userAgent}`;
	return service === undefined ? name : `${name}\0${service}`;
}

function emptyGroup(key: UsageKey, service: string, source: string): Group {
	const {subject, key: keyName, via, method, network, userAgent} = key;
	const usage: Usage = {
		subject,
		...(keyName !== undefined && {key: keyName}),
		via,
		method,
		network,
		userAgent,
		count: 0,
		first: Infinity,
		last: -Infinity,
		changes: 0,
		untraced: 0,
		source,
	};
	return {usage, service};
}

function isBecoming(method: string): boolean {
	return method === EXCHANGE || BECOMING.some(name => name === method);
}
