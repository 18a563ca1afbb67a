/**
 * Who can become whom, breadth first over ranges: shortest first, then surest. Bounded and cycle-safe;
 * a search never looks at an account that cannot act, it only counts it.
 */
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Arc, Arcs} from './arcs.ts';
import type {AccountOrder, Range} from './order.ts';
import {CERTAIN, type Sureness} from './rights.ts';

/** Where a search stands: an account it can act as, one it can delegate through, or a rewritten policy. */
export interface Visit {
	kind: 'source' | 'account' | 'delegate' | 'container';
	/** Who acts from here on; for a container, who rewrote it. */
	actor: Principal;
	account?: ServiceAccount;
	container?: Container;
	hops: number;
	sure: Sureness;
	from: Visit | undefined;
	/** The container is an end of its own (not a right to grant only some roles). */
	isEnd: boolean;
	/** How the container was rewritten: needed to say how it is done. */
	arc?: Arc;
}

/** A range of accounts reached at the same distance, in order of discovery. */
export interface Reached extends Range {
	hops: number;
	sure: Sureness;
	from: Visit;
}

export interface SearchOptions {
	/** Stop after so many hops (default: no limit but the graph's). */
	maxHops?: number;
	/** What rewriting a container's policy costs: a hop of its own in `paths`, none in checks. */
	rewriteCost?: 0 | 1;
	/** Only these arcs for the first step. */
	first?: readonly Arc[];
	/** The first step must not rewrite a container's policy (that is `policy-takeover`). */
	noFirstRewrite?: boolean;
	/** Weaker hops are left out. */
	atLeast?: Sureness;
}

export interface SearchResult {
	/** Ranges of accounts by rising distance; an account may be in several, the first is the shortest. */
	ranges: Reached[];
	/** Containers whose policy is rewritten on the way, by rising distance. */
	containers: Visit[];
}

/** Searches over one inventory; scratch memory is kept between them. */
export class Search {
	readonly #arcs: Arcs;
	readonly #order: AccountOrder;
	/** Account numbers that act: someone bound them, or a set of theirs, to something that matters. */
	readonly #acting: Int32Array;

	constructor(order: AccountOrder, arcs: Arcs) {
		this.#arcs = arcs;
		this.#order = order;
		const acting: number[] = [];
		for (const [number, account] of order.accounts.entries()) if (arcs.mayAct(account.principal)) acting.push(number);
		this.#acting = Int32Array.from(acting);
	}

	/** Everything a source can become. The source itself is never among it. */
	from(source: Principal, options: SearchOptions = {}): SearchResult {
		const {rewriteCost = 1, maxHops = Infinity, atLeast = 0} = options;
		const ranges: Reached[] = [];
		const containers: Visit[] = [];
		/** Best visit per key: accounts n, delegates -1-n, containers as objects. */
		const accounts = new Map<number, Visit>();
		const delegates = new Map<number, Visit>();
		const rewritten = new Map<Container, Visit>();
		/** Ranges landed on, by `lo * accounts + hi`, for becoming and for delegating. */
		const best = {become: new Map<number, Reached>(), delegate: new Map<number, Reached>()};
		const size = this.#order.accounts.length + 1;
		const start: Visit = {kind: 'source', actor: source, hops: 0, sure: CERTAIN, from: undefined, isEnd: false};
		/** Visits to expand, by distance. */
		const levels: Visit[][] = [[start]];
		const at = (hops: number): Visit[] => (levels[hops] ??= []);

		const land = (kind: 'become' | 'delegate', range: Range, hops: number, sure: Sureness, from: Visit): void => {
			if (sure < atLeast || hops > maxHops) return;
			const key = range.lo * size + range.hi;
			const known = best[kind].get(key);
			if (known && (known.hops < hops || known.sure >= sure)) return;
			const reached: Reached = {lo: range.lo, hi: range.hi, hops, sure, from};
			best[kind].set(key, reached);
			if (kind === 'become') ranges.push(reached);
			const visits = kind === 'become' ? accounts : delegates;
			for (let i = this.#firstActing(range.lo); i < this.#acting.length && this.#acting[i]! < range.hi; i++) {
				const number = this.#acting[i]!;
				const account = this.#order.accounts[number]!;
				if (account.principal === source) continue;
				const before = visits.get(number);
				if (before && (before.hops < hops || before.sure >= sure)) continue;
				const visit: Visit = {
					kind: kind === 'become' ? 'account' : 'delegate',
					actor: account.principal,
					account,
					hops,
					sure,
					from,
					isEnd: kind === 'become',
				};
				visits.set(number, visit);
				at(hops).push(visit);
			}
		};

		const follow = (visit: Visit, arc: Arc): void => {
			const sure = Math.min(visit.sure, arc.sure) as Sureness;
			if (arc.kind !== 'rewrite') {
				land(arc.kind, arc.range, visit.hops + 1, sure, visit);
				return;
			}
			if (visit.kind === 'source' && options.noFirstRewrite) return;
			const hops = visit.hops + rewriteCost;
			if (sure < atLeast || hops > maxHops) return;
			const before = rewritten.get(arc.container);
			if (before && (before.hops < hops || (before.sure >= sure && before.isEnd >= !arc.limited))) return;
			const next: Visit = {
				kind: 'container',
				actor: visit.actor,
				container: arc.container,
				hops,
				sure,
				from: visit,
				isEnd: !arc.limited,
				arc,
			};
			rewritten.set(arc.container, next);
			containers.push(next);
			// The actor grants itself a minting role on the container; what bars it there still does.
			for (const piece of this.#arcs.selfGranted(visit.actor, arc)) {
				land('become', piece.range, hops + 1, Math.min(sure, piece.sure) as Sureness, next);
			}
		};

		for (let hops = 0; hops < levels.length; hops++) {
			const level = levels[hops] ?? [];
			for (const visit of level) {
				// A surer visit of the same account at this distance replaced this one.
				const number = visit.account && this.#order.numberOf(visit.account);
				if (number !== undefined && (visit.kind === 'delegate' ? delegates : accounts).get(number) !== visit) continue;
				const arcs = visit.kind === 'source' && options.first ? options.first : undefined;
				for (const arc of arcs ?? (visit.kind === 'delegate' ? this.#arcs.minting(visit.actor) : this.#arcs.of(visit.actor))) {
					follow(visit, arc);
				}
			}
		}
		ranges.sort((a, b) => a.hops - b.hops || b.sure - a.sure);
		containers.sort((a, b) => a.hops - b.hops || b.sure - a.sure);
		return {ranges, containers: containers.filter(visit => rewritten.get(visit.container!) === visit)};
	}

	/** Accounts with numbers in [lo, hi) that act themselves. */
	*actingIn(lo: number, hi: number): Generator<ServiceAccount> {
		for (let i = this.#firstActing(lo); i < this.#acting.length && this.#acting[i]! < hi; i++) {
			yield this.#order.accounts[this.#acting[i]!]!;
		}
	}

	#firstActing(number: number): number {
		let low = 0;
		let high = this.#acting.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#acting[middle]! < number) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
