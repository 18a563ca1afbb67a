/**
 * Code of existing workloads that lies in a bucket or repository: whoever may replace it there runs as the workload's
 * account. Only workloads that were read tell where their code lies; one that was not read ties nothing.
 */
import {CodePlaces} from '../inventory/code-places.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import type {Workload} from '../inventory/workload.ts';
import {ALL_WAYS, type Vehicle} from './modelled-vehicles.ts';
import {CERTAIN, CONDITIONAL, type Sureness, UNVERIFIED} from './rights.ts';

/** One workload and the place of its code. */
export interface Tie {
	workload: Workload;
	/** Full name of the bucket or repository, as policies spell it. */
	holder: string;
	/** Where that lies. */
	at: Container;
	/** Nothing that was read says where it lies: the workload's project is taken, as services do. */
	isAssumed: boolean;
	/** That new code runs. */
	sure: Sureness;
}

const NONE: readonly Tie[] = [];

export class CodeTies {
	/** In the order of the places. */
	readonly #byVehicle = new Map<Vehicle, Tie[]>();
	readonly #places: CodePlaces;
	readonly #byHolder = new Map<string, Map<Vehicle, Tie[]>>();

	constructor(inventory: Inventory) {
		const places = new CodePlaces(inventory);
		this.#places = places;
		const ways = ALL_WAYS.flatMap(vehicle =>
			(vehicle.code?.uses ?? []).map(use => ({vehicle, key: `${vehicle.code!.kind} ${use}`})),
		);
		const byCode = Map.groupBy(ways, ({key}) => key);
		for (const workload of inventory.workloads) {
			const {assetType, facts, finished, project} = workload;
			if (finished || facts?.trigger?.disabled) continue;
			for (const {kind, use, resource} of facts?.code ?? []) {
				if (kind === 'artifact repository' && places.isImmutable(resource)) continue;
				for (const {vehicle} of byCode.get(`${kind} ${use}`) ?? []) {
					if (!vehicle.workloads.includes(assetType)) continue;
					const holder = places.canonical(resource);
					const home = places.of(holder);
					const at = home ?? project;
					if (!at) continue;
					const sure = facts?.trigger?.approval ? CONDITIONAL : CERTAIN;
					this.#add(vehicle, {workload, holder, at, isAssumed: home === undefined, sure});
				}
			}
		}
		for (const ties of this.#byVehicle.values()) ties.sort((a, b) => a.at.order - b.at.order);
	}

	#add(vehicle: Vehicle, tie: Tie): void {
		append(this.#byVehicle, vehicle, tie);
		let atHolder = this.#byHolder.get(tie.holder);
		if (!atHolder) this.#byHolder.set(tie.holder, (atHolder = new Map()));
		append(atHolder, vehicle, tie);
	}

	/** Whether code of any workload can be replaced this way. */
	has(vehicle: Vehicle): boolean {
		return this.#byVehicle.has(vehicle);
	}

	/** Where a bucket or repository lies that holds code, by its full name; undefined: it holds none. */
	homeOf(holder: string): Container | undefined {
		return this.#byHolder.get(holder)?.values().next().value?.[0]?.at;
	}

	/** Where code of a workload lies that can be replaced, each place once. */
	holdersOf(workload: Workload): {holder: string; at: Container}[] {
		const found = new Map<string, Container>();
		for (const {resource} of workload.facts?.code ?? []) {
			const holder = this.#places.canonical(resource);
			const at = this.homeOf(holder);
			if (at) found.set(holder, at);
		}
		return [...found].map(([holder, at]) => ({holder, at}));
	}

	/**
	 * What somebody replaces who may do it in one bucket or repository.
	 * @param inherits he may by a grant above it, which counts only where it lies there
	 */
	in(holder: string, vehicle: Vehicle, inherits = false): readonly Tie[] {
		const ties = this.#byHolder.get(holder)?.get(vehicle) ?? NONE;
		return inherits ? ties.map(unplaced) : ties;
	}

	/** What somebody replaces who may do it in all that lie below a container. */
	below(scope: Container, vehicle: Vehicle): Tie[] {
		const ties = this.#byVehicle.get(vehicle) ?? NONE;
		const inside = ties.slice(firstFrom(ties, scope.order), firstFrom(ties, scope.end));
		return inside.map(unplaced);
	}
}

/** As sure as it is that the place lies where it is taken to lie. */
const unplaced = (tie: Tie): Tie => (tie.isAssumed ? {...tie, sure: UNVERIFIED} : tie);

/** Number of the first tie at or after a position in the hierarchy. */
function firstFrom(ties: readonly Tie[], order: number): number {
	let low = 0;
	let high = ties.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (ties[middle]!.at.order < order) low = middle + 1;
		else high = middle;
	}
	return low;
}

function append<K>(map: Map<K, Tie[]>, key: K, tie: Tie): void {
	const list = map.get(key);
	if (list) list.push(tie);
	else map.set(key, [tie]);
}
