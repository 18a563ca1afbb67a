/**
 * Who can become whom, breadth first over ranges: shortest first, then surest, then what lasts. Bounded and cycle-safe;
 * a search never looks at an account that cannot act, it only counts it.
 */
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import {type Arc, type Arcs, type AssumeArc, isTakeover} from './arcs.ts';
import type {AccountOrder, Range} from './order.ts';
import {CERTAIN, type Sureness} from './rights.ts';

/** Where a search stands: an account it can act as, one it can delegate through, or a rewritten policy. */
export interface Visit {
	kind: 'source' | 'account' | 'delegate' | 'container' | 'principal';
	/** Who acts from here on; for a container, who rewrote it. */
	actor: Principal;
	account?: ServiceAccount | undefined;
	container?: Container | undefined;
	hops: number;
	sure: Sureness;
	/** Some grant on the way ends by itself. Only searches ask. */
	ends?: boolean;
	from: Visit | undefined;
	/** The container is an end of its own (not a right to grant only some roles). */
	isEnd: boolean;
	/** The arc that led here, from `from`. */
	arc?: Arc | undefined;
}

/** A range of accounts reached at the same distance, in order of discovery. */
export interface Reached extends Range {
	hops: number;
	sure: Sureness;
	ends: boolean;
	from: Visit;
	/** The arc from `from`. */
	arc: Arc;
}

export interface SearchOptions {
	/** Stop after so many hops (default: no limit but the graph's). */
	maxHops?: number;
	/** What rewriting a container's policy costs: a hop of its own in `paths`, none in checks. */
	rewriteCost?: 0 | 1;
	/** Only these arcs for the first step. */
	first?: readonly Arc[];
	/** The first step must not rewrite a policy or a group's membership (that is `policy-takeover`). */
	noFirstRewrite?: boolean;
	/** Weaker hops are left out. */
	atLeast?: Sureness;
}

export interface SearchResult {
	/** Ranges of accounts by rising distance; an account may be in several, the first is the shortest. */
	ranges: Reached[];
	/** Containers whose policy is rewritten on the way, by rising distance. */
	containers: Visit[];
	/** Groups taken over and federated identities forged on the way, by rising distance. */
	principals: Visit[];
}

/** What one search found of the accounts: the best visit of each, and whether it still counts. */
class VisitTable {
	readonly #visits: (Visit | undefined)[];
	readonly #stamps: Int32Array;
	#now = 0;

	constructor(size: number) {
		this.#visits = Array.from<Visit | undefined>({length: size});
		this.#stamps = new Int32Array(size);
	}

	/** Forgets everything, at no cost. */
	clear(): void {
		this.#now++;
	}

	get(number: number): Visit | undefined {
		return this.#stamps[number] === this.#now ? this.#visits[number] : undefined;
	}

	set(number: number, visit: Visit): void {
		this.#stamps[number] = this.#now;
		this.#visits[number] = visit;
	}
}

/** Ranges that one search landed on. Most are single accounts, found by number; the others are few. */
class Landings {
	readonly #single: (Reached | undefined)[];
	readonly #stamps: Int32Array;
	readonly #wide = new Map<number, Reached>();
	readonly #size: number;
	#now = 0;

	constructor(size: number) {
		this.#size = size + 1;
		this.#single = Array.from<Reached | undefined>({length: size});
		this.#stamps = new Int32Array(size);
	}

	clear(): void {
		this.#now++;
		if (this.#wide.size > 0) this.#wide.clear();
	}

	get({lo, hi}: Range): Reached | undefined {
		if (hi - lo !== 1) return this.#wide.get(lo * this.#size + hi);
		return this.#stamps[lo] === this.#now ? this.#single[lo] : undefined;
	}

	set(reached: Reached): void {
		const {lo, hi} = reached;
		if (hi - lo !== 1) {
			this.#wide.set(lo * this.#size + hi, reached);
			return;
		}
		this.#stamps[lo] = this.#now;
		this.#single[lo] = reached;
	}
}

/** Searches over one inventory; scratch memory is kept between them. */
export class Search {
	readonly #arcs: Arcs;
	readonly #order: AccountOrder;
	/** Account numbers that act: someone bound them, or a set of theirs, to something that matters. */
	readonly #acting: Int32Array;
	/** Position in `acting` of the first account at or after each number. */
	readonly #actingAt: Int32Array;
	/** Best visit of each account, as itself and as a delegate. */
	readonly #accounts: VisitTable;
	readonly #delegates: VisitTable;
	readonly #become: Landings;
	readonly #delegate: Landings;

	/** @param like a search over more grants: who acts there is looked at, and its scratch memory is shared */
	constructor(order: AccountOrder, arcs: Arcs, like?: Search) {
		this.#arcs = arcs;
		this.#order = order;
		const size = order.accounts.length;
		this.#acting = like ? like.#acting : actingOf(order, arcs);
		this.#actingAt = like ? like.#actingAt : positionsOf(this.#acting, size);
		this.#accounts = like ? like.#accounts : new VisitTable(size);
		this.#delegates = like ? like.#delegates : new VisitTable(size);
		this.#become = like ? like.#become : new Landings(size);
		this.#delegate = like ? like.#delegate : new Landings(size);
	}

	/** Everything a source can become. The source itself is never among it. Not reentrant. */
	from(source: Principal, options: SearchOptions = {}): SearchResult {
		const {rewriteCost = 1, maxHops = Infinity, atLeast = 0} = options;
		const ranges: Reached[] = [];
		const containers: Visit[] = [];
		const accounts = this.#accounts;
		const delegates = this.#delegates;
		for (const table of [accounts, delegates, this.#become, this.#delegate]) table.clear();
		const rewritten = new Map<Container, Visit>();
		const assumed = new Map<Principal, Visit>();
		/** Visits to expand, by distance. */
		const levels: Visit[][] = [[startOf(source)]];
		const at = (hops: number): Visit[] => (levels[hops] ??= []);
		let inOrder = true;

		const land = (
			kind: 'become' | 'delegate',
			range: Range,
			hops: number,
			sure: Sureness,
			ends: boolean,
			from: Visit,
			arc: Arc,
		): void => {
			if (sure < atLeast || hops > maxHops) return;
			const landings = kind === 'become' ? this.#become : this.#delegate;
			const known = landings.get(range);
			if (known && !isBetter(hops, sure, ends, known)) return;
			const {lo, hi} = range;
			const visits = kind === 'become' ? accounts : delegates;
			if (hi - lo === 1) {
				// A wider range that holds the account was as near and as sure.
				const before = visits.get(lo);
				if (before && !isBetter(hops, sure, ends, before)) return;
			}
			const reached: Reached = {lo, hi, hops, sure, ends, from, arc};
			landings.set(reached);
			if (kind === 'become') {
				const last = ranges.at(-1);
				if (last && last.hops >= hops && isBetter(hops, sure, ends, last)) inOrder = false;
				ranges.push(reached);
			}
			for (let i = this.#actingAt[lo]!, end = this.#actingAt[hi]!; i < end; i++) {
				const number = this.#acting[i]!;
				const account = this.#order.accounts[number]!;
				if (account.principal === source) continue;
				const before = visits.get(number);
				if (before && !isBetter(hops, sure, ends, before)) continue;
				const visit: Visit = {
					kind: kind === 'become' ? 'account' : 'delegate',
					actor: account.principal,
					account,
					container: undefined,
					hops,
					sure,
					ends,
					from,
					isEnd: kind === 'become',
					arc,
				};
				visits.set(number, visit);
				at(hops).push(visit);
			}
		};

		const assume = (visit: Visit, arc: AssumeArc, sure: Sureness, ends: boolean): void => {
			const hops = visit.hops + 1;
			if (sure < atLeast || hops > maxHops || arc.principal === source) return;
			const before = assumed.get(arc.principal);
			if (before && !isBetter(hops, sure, ends, before)) return;
			const next: Visit = {
				kind: 'principal',
				actor: arc.principal,
				account: undefined,
				container: undefined,
				hops,
				sure,
				ends,
				from: visit,
				isEnd: true,
				arc,
			};
			assumed.set(arc.principal, next);
			at(hops).push(next);
		};

		const follow = (visit: Visit, arc: Arc): void => {
			const sure = Math.min(visit.sure, arc.sure) as Sureness;
			const ends = visit.ends === true || this.#arcs.ends(arc);
			if (arc.kind !== 'rewrite' && arc.kind !== 'assume') {
				const hops = visit.hops + 1;
				if (visit.kind !== 'delegate') {
					land(arc.kind, arc, hops, sure, ends, visit, arc);
					return;
				}
				// All of it is reached as well already: its two parts, others for each delegate, would hide that.
				const whole = (arc.kind === 'become' ? this.#become : this.#delegate).get(arc);
				if (whole && !isBetter(hops, sure, ends, whole)) return;
				for (const range of this.#withoutItself(visit, arc)) land(arc.kind, range, hops, sure, ends, visit, arc);
				return;
			}
			if (visit.kind === 'source' && options.noFirstRewrite && isTakeover(arc)) return;
			if (arc.kind === 'assume') {
				assume(visit, arc, sure, ends);
				return;
			}
			const hops = visit.hops + rewriteCost;
			if (sure < atLeast || hops > maxHops) return;
			const before = rewritten.get(arc.container);
			const isKnown = before && (before.hops < hops || (before.sure >= sure && before.isEnd >= !arc.limited));
			const next: Visit = {
				kind: 'container',
				actor: visit.actor,
				account: undefined,
				container: arc.container,
				hops,
				sure,
				ends,
				from: visit,
				isEnd: !arc.limited,
				arc,
			};
			if (!isKnown) {
				rewritten.set(arc.container, next);
				containers.push(next);
			}
			// The actor grants itself a minting role on the container; what bars it there still does, and not others.
			for (const piece of this.#arcs.selfGranted(visit.actor, arc)) {
				land('become', piece.range, hops + 1, Math.min(sure, piece.sure) as Sureness, ends, next, arc);
			}
		};

		for (let hops = 0; hops < levels.length; hops++) {
			const level = levels[hops];
			if (!level) continue;
			for (const visit of level) {
				// A surer visit of the same account at this distance replaced this one.
				if (visit.kind === 'principal' && assumed.get(visit.actor) !== visit) continue;
				const number = visit.account && this.#order.numberOf(visit.account);
				if (number !== undefined && (visit.kind === 'delegate' ? delegates : accounts).get(number) !== visit) continue;
				const arcs =
					visit.kind === 'source' && options.first
						? options.first
						: visit.kind === 'delegate'
							? this.#arcs.minting(visit.actor)
							: this.#arcs.of(visit.actor);
				for (const arc of arcs) follow(visit, arc);
			}
		}
		if (!inOrder) ranges.sort((a, b) => a.hops - b.hops || b.sure - a.sure || Number(a.ends) - Number(b.ends));
		containers.sort((a, b) => a.hops - b.hops || b.sure - a.sure);
		return {
			ranges,
			containers: containers.filter(visit => rewritten.get(visit.container!) === visit),
			principals: [...assumed.values()].toSorted((a, b) => a.hops - b.hops || b.sure - a.sure),
		};
	}

	/** A delegate mints for others: an account cannot mint for itself (iam-semantics section 1 [seen]). */
	#withoutItself(visit: Visit, range: Range): Range[] {
		const own = visit.kind === 'delegate' ? this.#order.numberOf(visit.account!) : undefined;
		if (own === undefined || own < range.lo || own >= range.hi) return [range];
		return [
			{lo: range.lo, hi: own},
			{lo: own + 1, hi: range.hi},
		].filter(({lo, hi}) => lo < hi);
	}

	/** Accounts with numbers in [lo, hi) that act themselves. */
	*actingIn(lo: number, hi: number): Generator<ServiceAccount> {
		for (let i = this.#actingAt[lo]!; i < this.#actingAt[hi]!; i++) yield this.#order.accounts[this.#acting[i]!]!;
	}

	/** Whether an account other than the source acts there. */
	actsIn({lo, hi}: Range, source: Principal): boolean {
		const first = this.#actingAt[lo]!;
		const end = this.#actingAt[hi]!;
		if (end - first !== 1) return end > first;
		return this.#order.accounts[this.#acting[first]!]!.principal !== source;
	}
}

/** Where a search begins. */
export function startOf(source: Principal): Visit {
	return {
		kind: 'source',
		actor: source,
		account: undefined,
		container: undefined,
		hops: 0,
		sure: CERTAIN,
		ends: false,
		from: undefined,
		isEnd: false,
		arc: undefined,
	};
}

/**
 * Nearer, or as near and surer, or as sure and lasting. What lies behind a rewritten policy is landed on before what is
 * nearer.
 */
function isBetter(
	hops: number,
	sure: Sureness,
	ends: boolean,
	known: {hops: number; sure: Sureness; ends?: boolean},
): boolean {
	if (hops !== known.hops) return hops < known.hops;
	return sure === known.sure ? known.ends === true && !ends : sure > known.sure;
}

/** Position of the first number at or after each account number. */
function positionsOf(numbers: Int32Array, size: number): Int32Array {
	const positions = new Int32Array(size + 1);
	for (let number = 0, at = 0; number <= size; number++) {
		positions[number] = at;
		if (numbers[at] === number) at++;
	}
	return positions;
}

function actingOf(order: AccountOrder, arcs: Arcs): Int32Array {
	const acting: number[] = [];
	for (const [number, account] of order.accounts.entries()) if (arcs.mayAct(account.principal)) acting.push(number);
	return Int32Array.from(acting);
}
