/**
 * Chains of becoming as `paths` prints them: between two ends, from one, to one, or all pairs.
 */
import {accountKind} from '../inventory/account-kind.ts';
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import {CONFIDENCES, type Confidence, type Path, type Step} from '../report.ts';
import type {World} from '../world.ts';
import type {Arc} from '../graph/arcs.ts';
import {CERTAIN, CONFIDENCE, type Sureness} from '../graph/rights.ts';
import type {SearchOptions, Visit} from '../graph/search.ts';

/** Where paths may end. */
export type End = {account: ServiceAccount} | {container: Container} | {principal: Principal};

export interface PathFilter {
	maxHops?: number;
	minConfidence?: Confidence;
	/** Only paths with a step that this escalation opens. */
	escalation?: string;
	includeServiceAgents?: boolean;
}

/** So many partial paths are looked at between two ends before a search gives up and says so. */
const BUDGET = 200_000;

export function searchOptions(filter: PathFilter): SearchOptions {
	return {
		rewriteCost: 1,
		...(filter.maxHops !== undefined && {maxHops: filter.maxHops}),
		...(filter.minConfidence && {atLeast: CONFIDENCE.indexOf(filter.minConfidence) as Sureness}),
	};
}

/** Principals that any policy or group names and that can act, and external identities that are somebody, by name. */
export function sources(world: World, filter: PathFilter): Principal[] {
	const named = new Set<Principal>(world.outsiders.sets.keys());
	for (const policy of world.inventory.policies.values()) {
		for (const binding of policy.bindings) for (const member of binding.members) named.add(member);
	}
	for (const group of world.inventory.groups.values()) {
		named.add(group.principal);
		for (const member of group.members) named.add(member);
	}
	return [...named]
		.filter(principal => canStart(world, principal, filter))
		.toSorted((a, b) => (a.member < b.member ? -1 : 1));
}

function canStart(world: World, principal: Principal, filter: PathFilter): boolean {
	if (principal.kind === 'unknown' || world.access.cannotAct(principal) !== undefined) return false;
	if (filter.includeServiceAgents === true || principal.kind !== 'serviceAccount') return true;
	return accountKind(principal.value) !== 'service-agent';
}

/** The shortest path from a principal to each end it reaches: shortest first, then surer, then by name. */
export function pathsFrom(world: World, from: Principal, filter: PathFilter, wanted?: (end: End) => boolean): Path[] {
	if (!canStart(world, from, {...filter, includeServiceAgents: true})) return [];
	const paths: Path[] = [];
	for (const {end, visit} of endsOf(world, from, filter)) {
		if (wanted && !wanted(end)) continue;
		const path = pathOf(world, from, visit, end);
		if (fits(path, filter)) paths.push(path);
	}
	return paths.toSorted(byLength);
}

/** Ends of a search without their steps: what `--all` streams. */
export function* endsOf(
	world: World,
	from: Principal,
	filter: PathFilter,
): Generator<{end: End; visit: Visit; hops: number; sure: Sureness}> {
	const {ranges, containers, principals} = world.search.from(from, searchOptions(filter));
	const seen = new Set<number>();
	for (const range of ranges) {
		for (let number = range.lo; number < range.hi; number++) {
			const account = world.order.accounts[number]!;
			if (seen.has(number) || account.principal === from) continue;
			seen.add(number);
			yield {end: {account}, visit: range.from, hops: range.hops, sure: range.sure};
		}
	}
	for (const visit of containers) {
		if (visit.isEnd) yield {end: {container: visit.container!}, visit, hops: visit.hops, sure: visit.sure};
	}
	for (const visit of principals) {
		// Forged identities of a pool are on the way only; groups are ends as well, service agents if asked for.
		const agent = visit.actor.kind === 'serviceAccount' && !visit.actor.value.includes('[');
		if (visit.actor.kind === 'group' || (agent && filter.includeServiceAgents))
			yield {end: {principal: visit.actor}, visit, hops: visit.hops, sure: visit.sure};
	}
}

export function endName(end: End): string {
	if ('account' in end) return end.account.principal.member;
	return 'container' in end ? end.container.key : end.principal.member;
}

function pathOf(world: World, from: Principal, visit: Visit, end: End): Path {
	const steps = world.explainer.path(visit, 'account' in end ? end.account : undefined);
	return makePath(from, endName(end), steps);
}

function makePath(from: Principal, to: string, steps: Step[]): Path {
	const weakest = Math.max(...steps.map(step => CONFIDENCES.indexOf(step.confidence)));
	return {from: from.member, to, hops: steps.length, confidence: CONFIDENCES[weakest]!, steps};
}

function fits(path: Path, filter: PathFilter): boolean {
	if (filter.maxHops !== undefined && path.hops > filter.maxHops) return false;
	if (filter.minConfidence && CONFIDENCES.indexOf(path.confidence) > CONFIDENCES.indexOf(filter.minConfidence))
		return false;
	const id = filter.escalation;
	return id === undefined || path.steps.some(step => step.escalation === id || step.alsoBy.includes(id));
}

/** Shortest first, then surer, then by name. */
export function byLength(a: Path, b: Path): number {
	const names = (path: Path): string => [path.from, ...path.steps.map(step => step.to)].join('\u0000');
	return (
		a.hops - b.hops ||
		CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
		(names(a) < names(b) ? -1 : names(a) > names(b) ? 1 : 0)
	);
}

/**
 * The shortest paths between two ends, each a different sequence of nodes without repetition.
 * @returns `truncated` if the search gave up before it had looked at all of them
 */
export function pathsBetween(
	world: World,
	from: Principal,
	to: End,
	limit: number,
	filter: PathFilter,
): {paths: Path[]; truncated: boolean} {
	if (!canStart(world, from, {...filter, includeServiceAgents: true})) return {paths: [], truncated: false};
	const walk = new Walk(world, from, to, filter);
	const found = new Map<string, Path>();
	let complete = 0;
	// Paths of one length after another, so that the shortest come first; a length is finished before we stop.
	for (let hops = walk.shortest; hops <= walk.longest && complete < limit && !walk.exhausted; hops++) {
		for (const path of walk.ofLength(hops)) {
			if (!fits(path, filter)) continue;
			const key = path.steps.map(step => step.to).join('\u0000');
			const known = found.get(key);
			if (!known || byLength(path, known) < 0) found.set(key, path);
		}
		complete = found.size;
	}
	// Delegating through an account is not yet being it: where that is the only way, the end comes twice.
	const paths =
		found.size > 0 || walk.exhausted
			? [...found.values()]
			: pathsFrom(world, from, filter, end => endName(end) === endName(to));
	return {paths: paths.toSorted(byLength).slice(0, limit), truncated: walk.exhausted};
}

/** Enumerates simple paths by length, pruned by the distance that is left from each node. */
class Walk {
	readonly #world: World;
	readonly #source: Visit;
	readonly #to: End;
	readonly #atLeast: Sureness;
	/** Distance to the end for every node on some path; delegates and containers have keys of their own. */
	readonly #left = new Map<string, number>();
	#budget = BUDGET;
	readonly shortest: number;
	readonly longest: number;

	constructor(world: World, from: Principal, to: End, filter: PathFilter) {
		this.#world = world;
		this.#to = to;
		this.#atLeast = searchOptions(filter).atLeast ?? 0;
		this.#source = {kind: 'source', actor: from, hops: 0, sure: CERTAIN, from: undefined, isEnd: false};
		this.#measure();
		this.shortest = this.#left.get(keyOf(this.#source)) ?? Infinity;
		this.longest = Math.min(filter.maxHops ?? Infinity, this.#left.size + 1);
	}

	get exhausted(): boolean {
		return this.#budget <= 0;
	}

	/** Finds every node that lies between the ends and how far from the end it is. */
	#measure(): void {
		const nodes = new Map<string, Visit>([[keyOf(this.#source), this.#source]]);
		const before = new Map<string, string[]>();
		const ends: string[] = [];
		for (const [key, visit] of nodes) {
			if (this.#closes(visit)) ends.push(key);
			for (const next of this.#next(visit, () => true)) {
				const nextKey = keyOf(next);
				if (!nodes.has(nextKey)) nodes.set(nextKey, next);
				const list = before.get(nextKey);
				if (list) list.push(key);
				else before.set(nextKey, [key]);
			}
		}
		for (const key of ends) this.#left.set(key, 1);
		for (const [key, distance] of this.#left) {
			for (const earlier of before.get(key) ?? []) if (!this.#left.has(earlier)) this.#left.set(earlier, distance + 1);
		}
	}

	/** Whether one more hop ends the path. */
	#closes(visit: Visit): boolean {
		const to = this.#to;
		if (visit.kind === 'container') {
			if (!('account' in to)) return false;
			const number = this.#world.order.numberOf(to.account);
			if (number === undefined || !visit.arc || visit.arc.kind !== 'rewrite') return false;
			return this.#world.arcs
				.selfGranted(visit.actor, visit.arc)
				.some(({range, sure}) => sure >= this.#atLeast && range.lo <= number && number < range.hi);
		}
		for (const arc of this.#arcs(visit)) {
			if (arc.sure < this.#atLeast) continue;
			if (arc.kind === 'rewrite') {
				if ('container' in to && arc.container === to.container && !arc.limited) return true;
			} else if (arc.kind === 'assume') {
				if ('principal' in to && arc.principal === to.principal) return true;
			} else if (arc.kind === 'become' && 'account' in to) {
				const number = this.#world.order.numberOf(to.account);
				if (number !== undefined && arc.lo <= number && number < arc.hi) return true;
			}
		}
		return false;
	}

	#arcs(visit: Visit): ReturnType<World['arcs']['of']> {
		return visit.kind === 'delegate' ? this.#world.arcs.minting(visit.actor) : this.#world.arcs.of(visit.actor);
	}

	/** Nodes one hop further that can go on. */
	*#next(visit: Visit, wanted: (key: string) => boolean): Generator<Visit> {
		const {arcs, search} = this.#world;
		const land = function* (
			lo: number,
			hi: number,
			sure: Sureness,
			kind: 'account' | 'delegate',
			arc: Arc,
		): Generator<Visit> {
			for (const account of search.actingIn(lo, hi)) {
				const next: Visit = {
					kind,
					actor: account.principal,
					account,
					hops: visit.hops + 1,
					sure,
					from: visit,
					isEnd: kind === 'account',
					arc,
				};
				if (wanted(keyOf(next))) yield next;
			}
		};
		if (visit.kind === 'container') {
			if (visit.arc?.kind !== 'rewrite') return;
			for (const {range, sure} of arcs.selfGranted(visit.actor, visit.arc)) {
				if (sure >= this.#atLeast)
					yield* land(range.lo, range.hi, Math.min(visit.sure, sure) as Sureness, 'account', visit.arc);
			}
			return;
		}
		for (const arc of this.#arcs(visit)) {
			const sure = Math.min(visit.sure, arc.sure) as Sureness;
			if (sure < this.#atLeast) continue;
			if (arc.kind === 'rewrite') {
				const next: Visit = {
					kind: 'container',
					actor: visit.actor,
					container: arc.container,
					hops: visit.hops + 1,
					sure,
					from: visit,
					isEnd: !arc.limited,
					arc,
				};
				if (wanted(keyOf(next))) yield next;
			} else if (arc.kind === 'assume') {
				const next: Visit = {
					kind: 'principal',
					actor: arc.principal,
					hops: visit.hops + 1,
					sure,
					from: visit,
					isEnd: true,
					arc,
				};
				if (wanted(keyOf(next))) yield next;
			} else yield* land(arc.lo, arc.hi, sure, arc.kind === 'become' ? 'account' : 'delegate', arc);
		}
	}

	/** All simple paths of exactly so many hops. */
	*ofLength(hops: number): Generator<Path> {
		yield* this.#extend(this.#source, new Set([this.#source.actor.member]), hops);
	}

	*#extend(visit: Visit, used: Set<string>, left: number): Generator<Path> {
		if (--this.#budget <= 0) return;
		if (left === 1) {
			const to = this.#to;
			if (used.has(endName(to)) || !this.#closes(visit)) return;
			const {explainer} = this.#world;
			const steps =
				'account' in to ? explainer.path(visit, to.account) : explainer.path(this.#closing(visit, to), undefined);
			yield makePath(this.#source.actor, endName(to), steps);
			return;
		}
		const seen = new Set<string>();
		for (const next of this.#next(visit, key => (this.#left.get(key) ?? Infinity) <= left - 1)) {
			const key = keyOf(next);
			const name = next.container ? next.container.key : next.actor.member;
			if (used.has(name) || seen.has(key) || name === endName(this.#to)) continue;
			seen.add(key);
			used.add(name);
			yield* this.#extend(next, used, left - 1);
			used.delete(name);
		}
	}

	/** The last visit of a path that ends at a container or group. */
	#closing(visit: Visit, to: {container: Container} | {principal: Principal}): Visit {
		const arc = this.#arcs(visit).find(known =>
			'container' in to
				? known.kind === 'rewrite' && known.container === to.container
				: known.kind === 'assume' && known.principal === to.principal,
		);
		const next = {hops: visit.hops + 1, sure: visit.sure, from: visit, isEnd: true, arc};
		if ('container' in to) return {kind: 'container', actor: visit.actor, container: to.container, ...next};
		return {kind: 'principal', actor: to.principal, ...next};
	}
}

/**
 * A container is its own node for each actor: what it may grant itself there depends on who it is, and by which grant
 * if that lets it grant some roles only.
 */
function keyOf(visit: Visit): string {
	if (visit.container) {
		const {arc} = visit;
		const by = arc?.kind === 'rewrite' && arc.limited ? ` ${arc.grant.index}` : '';
		return `${visit.container.key} ${visit.actor.member}${by}`;
	}
	return visit.kind === 'delegate' ? `delegate ${visit.actor.member}` : visit.actor.member;
}
