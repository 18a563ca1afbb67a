/**
 * Drives: vehicles that roles held in one place make possible, and where: which pieces of the place nothing bars, and
 * which accounts lie there. The vehicle's permissions are judged on the project, act-as on the account (escalations.json,
 * `checks`).
 */
import {type Access, type Target, UNKNOWN_RESOURCE} from '../access/evaluate.ts';
import type {Grant, GrantSource} from '../access/grants.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Workload} from '../inventory/workload.ts';
import {type Attached, AttachedAccounts} from './attached.ts';
import type {CodeTies} from './code-ties.ts';
import {type Fit, type Fits, fitsOf, type Held, type HeldKey, keyOf} from './fits.ts';
import {type Act, append} from './lanes.ts';
import {ALL_WAYS, type Vehicle} from './modelled-vehicles.ts';
import type {AccountOrder, Range} from './order.ts';
import {ACTS, CERTAIN, CONDITIONAL, type Piece, type Rights, type Sureness, UNVERIFIED} from './rights.ts';

export interface VehicleParts {
	inventory: Inventory;
	access: Access;
	grants: GrantSource;
	rights: Rights;
	order: AccountOrder;
	ties: CodeTies;
	/** Count limited ways too. */
	limited: boolean;
}

/** A container on which roles held there make a vehicle possible; `places` number the grants. */
export interface Drive {
	vehicle: Vehicle;
	scope: Container;
	sure: Sureness;
	places: readonly {place: number; permission: string}[];
	/** Only this workload: the permissions are bound on it. */
	workload?: Workload;
	/** Only code in this bucket or repository, for the same reason. */
	holder?: string;
	/** Some of the permissions are held above the place. */
	inherits: boolean;
}

/** Grants that an actor holds on a scope (the first `own` of them) and above it. */
export interface Holding {
	held: readonly Held[];
	own: number;
	scope: Container;
	workload?: Workload;
	holder?: string;
}

/** A piece where nothing bars a drive for certain, and how sure that is. */
interface OpenPiece {
	piece: Piece;
	sure: Sureness;
}

/** Keeps accounts from being attached in other projects. */
const CROSS_PROJECT = 'iam.disableCrossProjectServiceAccountUsage';

export class Drives {
	readonly #parts: VehicleParts;
	readonly #attached: AttachedAccounts;
	readonly #fitCache = new Map<HeldKey, Fits>();
	readonly #workloads = new Map<string, Workload>();
	/** Exemptions that nobody wrote down, and ways through code of which there is none. */
	readonly #idle: ReadonlySet<Vehicle>;
	/** Some workload runs as an account of another project. */
	readonly runsElsewhere: boolean;
	#foreign: readonly Range[] | undefined;

	constructor(parts: VehicleParts) {
		this.#parts = parts;
		this.#attached = new AttachedAccounts(parts.inventory, parts.order, parts.ties);
		this.#idle = new Set(
			ALL_WAYS.filter(
				vehicle =>
					(vehicle.exemptBy !== undefined && !parts.rights.isSetAnywhere(vehicle.exemptBy)) ||
					(vehicle.code && !parts.ties.has(vehicle)),
			),
		);
		const {accounts, workloads} = parts.inventory;
		for (const workload of workloads) this.#workloads.set(workload.name, workload);
		this.runsElsewhere = workloads.some(({project, runsAs}) =>
			runsAs.some(email => accounts.get(email)?.project !== project),
		);
	}

	/** Containers and workloads on which an actor holds something that a vehicle asks for. */
	holdings(sets: readonly Principal[]): Holding[] {
		const {grants} = this.#parts;
		const byContainer = new Map<Container, Held[]>();
		const onWorkloads: (Held & {workload: Workload})[] = [];
		const onHolders = new Map<string, Held[]>();
		for (const set of sets) {
			for (const grant of grants.of(set)) {
				if (!grant.cls.drives) continue;
				const {resource} = grant.binding;
				const home = resource.isContainer ? undefined : this.#parts.ties.homeOf(resource.name);
				const container = home ?? resource.container;
				if (!container || resource.account) continue;
				const sure = this.#surenessOf(grant, container);
				if (sure === undefined) continue;
				if (resource.isContainer) push(byContainer, container, {grant, sure});
				else if (home) push(onHolders, resource.name, {grant, sure});
				else {
					// A workstation runs as the account of its configuration.
					const workload = this.#workloads.get(resource.name.replace(/\/workstations\/[^/]+$/, ''));
					if (workload) onWorkloads.push({grant, sure, workload});
				}
			}
		}
		const places: Holding[] = [];
		const add = (
			own: readonly Held[],
			above: Container | undefined,
			scope: Container,
			only: Pick<Holding, 'workload' | 'holder'> = {},
		): void => {
			const held = [...own];
			for (let at = above; at; at = at.parent) held.push(...(byContainer.get(at) ?? []));
			places.push({held, own: own.length, scope, ...only});
		};
		for (const [container, own] of byContainer) add(own, container.parent, container);
		for (const {workload, ...own} of onWorkloads)
			if (workload.project) add([own], workload.project, workload.project, {workload});
		for (const [holder, own] of onHolders) {
			const home = this.#parts.ties.homeOf(holder)!;
			add(own, home, home, {holder});
		}
		return places;
	}

	/** How sure a grant is on the resources of its container; undefined: its condition is false. */
	#surenessOf(grant: Grant, container: Container): Sureness | undefined {
		const {access} = this.#parts;
		if (!grant.binding.condition && !grant.cls.role.hiddenCondition && !grant.entitlement) return CERTAIN;
		const target: Target = {name: '', assetType: UNKNOWN_RESOURCE, container};
		const value = access.conditionOn(grant.binding, target, '')?.value ?? 'true';
		if (value === 'false') return undefined;
		return value === 'true' && !grant.entitlement?.approval ? CERTAIN : CONDITIONAL;
	}

	/**
	 * The vehicles that own grants, completed by inherited ones, make possible on a scope.
	 * @param all also those that, where nothing bars, open the very ranges that another one opens
	 */
	fitting(
		actor: Principal,
		held: readonly Held[],
		own: number,
		scope: Container,
		{workload, holder}: Pick<Holding, 'workload' | 'holder'>,
		all = false,
	): readonly Fit[] {
		const fits = this.#fits(held, own);
		const candidates = !all && this.#parts.rights.isPlain(actor, scope) ? fits.short : fits.all;
		if (!workload && holder === undefined && this.#idle.size === 0) return candidates;
		return candidates.filter(({vehicle}) => {
			if (this.#idle.has(vehicle)) return false;
			if (holder !== undefined) return vehicle.code !== undefined && this.#parts.ties.in(holder, vehicle).length > 0;
			return !workload || (!vehicle.code && vehicle.workloads.includes(workload.assetType));
		});
	}

	/** Which vehicles a combination of roles makes possible. Few combinations occur: each is looked at once. */
	#fits(held: readonly Held[], own: number): Fits {
		const key = keyOf(held, own);
		let fits = this.#fitCache.get(key);
		if (!fits) {
			fits = fitsOf(held.slice(0, own), held.slice(own), this.#parts.limited);
			this.#fitCache.set(key, fits);
		}
		return fits;
	}

	/** Pieces of a drive's scope where nothing bars the vehicle's permissions. */
	open(actor: Principal, {scope, vehicle, sure: best}: Drive, asked: Drive['places']): OpenPiece[] {
		const {rights} = this.#parts;
		const {constraints} = vehicle.escalation;
		const pieces: OpenPiece[] = [];
		for (const piece of rights.pieces(scope)) {
			// Without accounts of its own a project may still run workloads as those of another.
			if (piece.lo === piece.hi && vehicle.workloads.length === 0 && !this.#mayTakeForeign(vehicle, piece)) continue;
			let sure: Sureness | undefined = best;
			for (const {permission} of asked) {
				const open = rights.unbarred(actor, permission, piece.container);
				sure = open === undefined || sure === undefined ? undefined : (Math.min(open, sure) as Sureness);
			}
			if (sure === undefined) continue;
			if (constraints.some(constraint => rights.isEnforced(constraint, piece.container))) continue;
			pieces.push({piece, sure});
		}
		return pieces;
	}

	/** Whether a new workload in a piece can run as an account of another project. */
	#mayTakeForeign(vehicle: Vehicle, {from, to}: Piece): boolean {
		if (!vehicle.needsActAs || this.foreign.length === 0) return false;
		const {containers} = this.#parts.inventory;
		for (let position = from; position < to; position++) if (containers[position]!.kind === 'project') return true;
		return false;
	}

	/** Whether the vehicle can attach an account that the caller chooses: to a new workload, or one that is there. */
	takesNew(drive: Drive): boolean {
		const {needsActAs, attaches, workloads} = drive.vehicle;
		if (!needsActAs) return false;
		return workloads.length === 0 || (attaches && this.attachedIn(drive).occupied.length > 0);
	}

	/**
	 * Accounts of projects where using them from other projects is explicitly allowed: the constraint is judged on
	 * the account's project and enforced by default. Facts: iam-semantics section 5. [seen]
	 */
	get foreign(): readonly Range[] {
		if (this.#foreign) return this.#foreign;
		const {inventory, order, rights} = this.#parts;
		const ranges: Range[] = [];
		if (rights.isSetAnywhere(CROSS_PROJECT)) {
			for (const project of inventory.containers) {
				if (project.kind !== 'project' || !rights.isOff(CROSS_PROJECT, project)) continue;
				const range = order.below(project);
				if (range.lo < range.hi) append(ranges, range);
			}
		}
		return (this.#foreign = ranges);
	}

	/** Accounts of existing workloads for a drive: of its one workload or place of code, or of all below its scope. */
	attachedIn({workload, vehicle, scope, holder, inherits}: Drive): Attached {
		if (holder !== undefined) return this.#attached.byCodeIn(holder, vehicle, inherits);
		if (vehicle.code) return this.#attached.byCodeBelow(scope, vehicle);
		return workload ? this.#attached.of(workload) : this.#attached.below(scope, vehicle.workloads);
	}

	/** Ranges of accounts that the actor may act as, by grant. */
	acts(actor: Principal, only: Grant | undefined, sets: readonly Principal[]): Act[] {
		const ranges: Act[] = [];
		const {grants, rights} = this.#parts;
		const consider = (grant: Grant): void => {
			if (!grant.cls.actsAs) return;
			for (const {lo, hi, masks} of rights.reachable(actor, grant, ACTS)) {
				if (!((masks[0] | masks[1] | masks[2]) & ACTS)) continue;
				const sure = masks[CERTAIN] & ACTS ? CERTAIN : masks[CONDITIONAL] & ACTS ? CONDITIONAL : UNVERIFIED;
				ranges.push({lo, hi, sure, grant});
			}
		};
		if (only) consider(only);
		else for (const set of sets) for (const grant of grants.of(set)) consider(grant);
		return ranges;
	}

	/** By what lanes of a place are kept: what is held there, how barriers see the actor, and what alone it is about. */
	siteKey(actor: Principal, {held, own, workload, holder}: Holding): HeldKey {
		const key = keyOf(held, own);
		const profile = this.#parts.access.profile(actor);
		const only = workload?.name ?? holder;
		return profile === 0 && only === undefined ? key : `${profile} ${key} ${only ?? ''}`;
	}
}

function push<K>(map: Map<K, Held[]>, key: K, held: Held): void {
	const list = map.get(key);
	if (list) list.push(held);
	else map.set(key, [held]);
}
