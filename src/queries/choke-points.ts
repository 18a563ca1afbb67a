/**
 * Which few changes would end it: bindings whose removal closes most paths to powerful accounts. Greedy
 * over members of bindings; every printed number is exact, by searching again without the binding.
 */
import {exceeds, type Pair} from '../access/power.ts';
import type {Principal} from '../inventory/principals.ts';
import type {ChokePoint} from '../report.ts';
import type {World} from '../world.ts';
import {Arcs} from '../graph/arcs.ts';
import {Search} from '../graph/search.ts';
import {Vehicles} from '../graph/vehicles.ts';
import {lowerBound} from './lower-bound.ts';
import {type Cut, type CutTable, type Flat, Reach, type Spot, spotsOf} from './reach.ts';
import {type Source, sourcesOf} from './sources.ts';

/** How many choke points a report names, and how many candidates each round looks at exactly. */
const MOST = 10;
const CANDIDATES = 12;

/** How many powerful accounts a source reaches, and on which cuts its shortest paths to them rest. */
interface Measure {
	paths: number;
	/** Number of a cut, then of paths: in turns. */
	credit: Int32Array;
}

/** Spots of the flats that a change touched. */
type Changed = ReadonlyMap<Flat, readonly Spot[]>;

/** What a source reaches once a cut is removed. */
interface Left {
	flats: readonly Flat[];
	measure: Measure;
}

/** What is left once a cut is removed. */
interface Removal {
	cut: Cut;
	closed: number;
	changed: Changed;
	/** By number of the source. */
	after: ReadonlyMap<number, Left>;
}

/**
 * Choke points, the one that closes most first. A path here is a pair of a principal and an account with power
 * that the principal does not have itself; `ofPaths` is what is left before the binding is removed. Power stays
 * as it is: what a removed binding gave an account is no path.
 */
export function chokePoints(world: World): ChokePoint[] {
	return new ChokePoints(world).find();
}

class ChokePoints {
	readonly #world: World;
	readonly #cuts: CutTable;
	readonly #powered: Int32Array;
	/** Power of each account of `powered`. */
	readonly #powers: readonly (readonly Pair[])[];
	readonly #sources: Source[];
	readonly #measures: Measure[] = [];
	/** By cut: sources whose paths rest on it, or once did. */
	readonly #resting: number[][] = [];
	/** By cut: flats whose paths rest on it, or once did. */
	readonly #over: Flat[][] = [];
	/** Spots of flats as they are without what was removed so far. */
	readonly #spots = new Map<Flat, readonly Spot[]>();
	readonly #seen: Int32Array;
	#scan = 0;

	constructor(world: World) {
		const {all, cuts, powered} = sourcesOf(world);
		this.#world = world;
		this.#cuts = cuts;
		this.#powered = powered;
		this.#powers = Array.from(powered, number => world.powers.of(world.order.accounts[number]!.principal).possible);
		this.#seen = new Int32Array(world.order.accounts.length);
		this.#sources = [...all];
		for (const flat of new Set(all.flatMap(({flats}) => flats))) this.#index(flat, flat.spots);
		for (const [number, source] of all.entries()) this.#keep(number, this.#measure(source, NOTHING_CHANGED));
	}

	find(): ChokePoint[] {
		const removed: Cut[] = [];
		const points: ChokePoint[] = [];
		while (points.length < MOST) {
			const total = this.#total();
			const best = total === 0 ? undefined : this.#best(removed);
			if (!best) break;
			points.push(pointOf(this.#world, best.cut, best.closed, total));
			removed.push(best.cut);
			for (const [flat, spots] of best.changed) {
				this.#spots.set(flat, spots);
				this.#index(flat, spots);
			}
			for (const [source, {flats, measure}] of best.after) {
				this.#sources[source] = {...this.#sources[source]!, flats};
				for (const flat of flats) if (!best.changed.has(flat)) this.#index(flat, this.#spotsOf(flat));
				this.#keep(source, measure);
			}
		}
		return points;
	}

	/** The cut whose removal closes most. */
	#best(removed: readonly Cut[]): Removal | undefined {
		let best: Removal | undefined;
		for (const {number, credit} of this.#candidates()) {
			// The credit is the most that it can close; candidates come by falling credit.
			if (best && credit <= best.closed) break;
			const removal = this.#remove(number, removed);
			if (removal.closed > (best?.closed ?? 0)) best = removal;
		}
		return best;
	}

	/** Exactly: searches what is left, in which other ways may have taken the binding's place. */
	#remove(number: number, removed: readonly Cut[]): Removal {
		const cut = this.#cuts.all[number]!;
		const left = this.#without([...removed, cut]);
		const changed = new Map<Flat, readonly Spot[]>();
		for (const flat of this.#flatsOver(number)) changed.set(flat, left.spotsAgain(flat));
		const after = new Map<number, Left>();
		const {memberships} = this.#world.access;
		let closed = 0;
		for (const source of this.#restingOn(number)) {
			const {principal, flats: before} = this.#sources[source]!;
			// Who lost the binding may get there now by what only several of its sets open together.
			const sets = memberships.setsOf(principal);
			const isComposed = sets.length > 1 && before.some(({set}) => set !== undefined) && sets.includes(cut.member);
			const flats = isComposed ? left.of(principal) : before;
			const measure = this.#measure({principal, flats}, changed);
			after.set(source, {flats, measure});
			closed += this.#measures[source]!.paths - measure.paths;
		}
		return {cut, closed, changed, after};
	}

	/** The cuts that most shortest paths rest on, in a total order. */
	#candidates(): {number: number; credit: number}[] {
		const credits = new Float64Array(this.#cuts.all.length);
		for (const {credit} of this.#measures)
			for (let i = 0; i < credit.length; i += 2) credits[credit[i]!]! += credit[i + 1]!;
		const leading: {number: number; credit: number}[] = [];
		const order = (a: {number: number; credit: number}, b: {number: number; credit: number}): number =>
			b.credit - a.credit || byName(this.#cuts.all[a.number]!, this.#cuts.all[b.number]!);
		for (const [number, credit] of credits.entries()) {
			if (credit === 0) continue;
			const one = {number, credit};
			if (leading.length === CANDIDATES && order(one, leading.at(-1)!) > 0) continue;
			leading.push(one);
			leading.sort(order);
			if (leading.length > CANDIDATES) leading.pop();
		}
		return leading;
	}

	/** Sources of which some path rests on a cut, by number. */
	#restingOn(cut: number): number[] {
		return [...new Set(this.#resting[cut])].filter(source => restsOn(this.#measures[source]!, cut));
	}

	/**
	 * Flats of which some path rests on a cut: also those where another flat of the same sources is as near, since
	 * that one may be removed next.
	 */
	#flatsOver(cut: number): Flat[] {
		return [...new Set(this.#over[cut])].filter(flat => this.#spotsOf(flat).some(({cuts}) => cuts.includes(cut)));
	}

	#index(flat: Flat, spots: readonly Spot[]): void {
		for (const {cuts} of spots) {
			for (const cut of cuts) {
				const over = (this.#over[cut] ??= []);
				if (over.at(-1) !== flat) over.push(flat);
			}
		}
	}

	/** Takes over what a source comes to. */
	#keep(source: number, measure: Measure): void {
		this.#measures[source] = measure;
		for (let i = 0; i < measure.credit.length; i += 2) (this.#resting[measure.credit[i]!] ??= []).push(source);
	}

	#spotsOf(flat: Flat): readonly Spot[] {
		return this.#spots.get(flat) ?? flat.spots;
	}

	#measure({principal, flats}: Source, changed: Changed): Measure {
		const scan = ++this.#scan;
		const parts = flats.map(flat => changed.get(flat) ?? this.#spotsOf(flat)).filter(spots => spots.length > 0);
		if (parts.length === 0) return NO_PATHS;
		const powered = this.#powered;
		const seen = this.#seen;
		const {order, powers, inventory} = this.#world;
		const account = principal.kind === 'serviceAccount' ? inventory.accounts.get(principal.value) : undefined;
		const own = account && order.numberOf(account);
		// Who has no power gains by everybody who has any.
		const mine = powers.of(principal).certain;
		const isPowerless = mine.length === 0;
		const credit = new Map<number, number>();
		let paths = 0;
		for (const {lo, hi, cuts} of spotsOf(parts)) {
			let here = 0;
			for (let i = lowerBound(powered, lo); i < powered.length; i++) {
				const number = powered[i]!;
				if (number >= hi) break;
				if (seen[number] === scan || number === own) continue;
				seen[number] = scan;
				if (isPowerless || exceeds(this.#powers[i]!, mine)) here++;
			}
			if (here === 0) continue;
			paths += here;
			for (const cut of cuts) credit.set(cut, (credit.get(cut) ?? 0) + here);
		}
		if (paths === 0) return NO_PATHS;
		const list = new Int32Array(credit.size * 2);
		let at = 0;
		for (const [cut, count] of credit) {
			list[at++] = cut;
			list[at++] = count;
		}
		return {paths, credit: list};
	}

	#total(): number {
		let paths = 0;
		for (const measure of this.#measures) paths += measure.paths;
		return paths;
	}

	#without(removed: readonly Cut[]): Reach {
		const {access, rights, order, ties, inventory, config, arcs: all, search} = this.#world;
		const grants = this.#world.grants.without(removed);
		const vehicles = new Vehicles({inventory, access, grants, rights, order, ties, limited: false});
		const members = new Set(removed.map(({member}) => member));
		const isTouched = (actor: Principal): boolean => access.memberships.setsOf(actor).some(set => members.has(set));
		const domains = [...inventory.domains, ...config.domains];
		const arcs = new Arcs({access, grants, rights, vehicles, domains, unchanged: {arcs: all, isTouched}});
		return new Reach({
			arcs,
			search: new Search(order, arcs, search),
			cuts: this.#cuts,
			wanted: this.#powered,
		});
	}
}

const NO_PATHS: Measure = {paths: 0, credit: new Int32Array(0)};
const NOTHING_CHANGED: Changed = new Map();

function restsOn({credit}: Measure, number: number): boolean {
	for (let i = 0; i < credit.length; i += 2) if (credit[i] === number) return true;
	return false;
}

/** By what the binding says: numbers of grants and members follow the order of the input. */
function byName(a: Cut, b: Cut): number {
	const [x, y] = [a, b].map(({grant, member}) => {
		const {resource, role, condition} = grant.binding;
		return [resource.name, role, member.member, condition?.expression ?? ''].join('\u0000');
	}) as [string, string];
	return x < y ? -1 : x > y ? 1 : 0;
}

function pointOf(world: World, {grant, member}: Cut, pathsClosed: number, ofPaths: number): ChokePoint {
	const {resource, role, condition} = grant.binding;
	const {account, isContainer, container} = resource;
	const used = world.walks.ofBinding(member, {account, container: isContainer ? container : undefined});
	return {
		binding: {
			resource: resource.name,
			role,
			member: member.member,
			...(condition && {condition: condition.expression}),
		},
		pathsClosed,
		ofPaths,
		...(used !== undefined && {used}),
	};
}
