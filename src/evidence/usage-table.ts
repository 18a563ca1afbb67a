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

export interface Group extends Usage {
	/** For coarser steps; of use that is told apart by its method, several services may have one of that name. */
	service: string;
}

export class UsageTable {
	#groups = new Map<string, Group>();
	/** Of `STEPS`; 0: nothing was let go of. */
	step = 0;
	readonly #most: number;

	constructor(most = MOST) {
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

	/** Those that entries were counted in, in no particular order. */
	*groups(): Generator<Group> {
		for (const group of this.#groups.values()) if (group.count > 0) yield group;
	}

	/** In no particular order. */
	*usages(source: string): Generator<Usage> {
		const usages = new Map<string, Usage>();
		for (const {service: _, ...usage} of this.groups()) {
			const name = nameOf(usage);
			const same = usages.get(name);
			if (!same) usages.set(name, {...usage, source});
			else addTo(same, usage.count, usage.first, usage.last, usage.changes, usage.untraced);
		}
		yield* usages.values();
	}

	#find(key: UsageKey, service: string, step = this.step): Group {
		const kept = STEPS[step]!(key, service);
		const name = step === 0 ? `${nameOf(kept)}\0${service}` : nameOf(kept);
		let group = this.#groups.get(name);
		if (!group) this.#groups.set(name, (group = emptyGroup(kept, service)));
		return group;
	}

	#coarsen(step: number): void {
		const finer = this.#groups;
		this.#groups = new Map();
		for (const group of finer.values()) {
			const {count, first, last, changes, untraced} = group;
			addTo(this.#find(group, group.service, step), count, first, last, changes, untraced);
		}
	}
}

/** Adds to a group; every entry comes by here. */
export function addTo(
	group: Usage,
	count: number,
	first: number,
	last: number,
	changes: number,
	untraced: number,
): void {
	group.count += count;
	group.changes += changes;
	group.untraced += untraced;
	if (first < group.first) group.first = first;
	if (last > group.last) group.last = last;
}

/** Everything by which use is told apart, as one string. */
export function nameOf({subject, key = '', via, method, network, userAgent}: UsageKey): string {
	return [subject, key, via.join('\u0001'), method, network, userAgent].join('\0');
}

function emptyGroup({subject, key, via, method, network, userAgent}: UsageKey, service: string): Group {
	const counts = {count: 0, first: Infinity, last: -Infinity, changes: 0, untraced: 0};
	return {subject, ...(key !== undefined && {key}), via, method, network, userAgent, ...counts, source: '', service};
}

function isBecoming(method: string): boolean {
	return method === EXCHANGE || BECOMING.some(name => name === method);
}
