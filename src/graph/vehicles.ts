/**
 * Vehicles: ways to make code run as an account. Act-as needs a vehicle and most vehicles need act-as; both
 * are decided for one principal, on concrete scopes, before they become an arc. Facts: escalations.json,
 * `checks`; the vehicle's permissions are judged on the project, act-as on the account.
 */
import {type Access, type Target, UNKNOWN_RESOURCE} from '../access/evaluate.ts';
import type {Grant, GrantSource} from '../access/grants.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Workload} from '../inventory/workload.ts';
import {type Attached, AttachedAccounts, liesIn} from './attached.ts';
import {type Fit, type Fits, fitsOf, type Held, type HeldKey, keyOf} from './fits.ts';
import {Identities} from './identities.ts';
import {
	type Act,
	actingLanes,
	cut,
	type Disguise,
	type Footprint,
	foreignLanes,
	laneKey,
	type Lanes,
	append,
	merged,
	mixedScopes,
	NO_FOOTPRINT,
	NO_LANES,
	NO_SITE_LANES,
	outermost,
	ride,
	ridesOn,
	type ShortRide,
	type Site,
	type SiteLane,
	type SiteLanes,
	type Wardrobe,
	wardrobesOf,
} from './lanes.ts';
import {ProfileMap} from './profile-map.ts';
import type {AccountOrder, Range} from './order.ts';
import {ACTS, CERTAIN, CONDITIONAL, type Piece, type Rights, type Sureness, UNVERIFIED} from './rights.ts';
import {ALL_WAYS, IDENTITY_SET, type Vehicle} from './modelled-vehicles.ts';

/** One way of one actor onto a range of accounts. */
export interface Ride extends Range {
	vehicle: Vehicle;
	sure: Sureness;
	/** Grants that hold the vehicle's permissions, the leading one first, with the permission each is for. */
	grants: {grant: Grant; permission: string}[];
	/** The act-as grant, if the vehicle needs one. */
	actAs?: Grant;
	/** The workload through which, if it needs one that exists and was read. */
	workload?: Workload;
	/** Where the vehicle is, if the account is of another project. */
	elsewhere?: Container;
}

/** A container on which roles held there make a vehicle possible; `places` number the grants. */
interface PlacedDrive {
	vehicle: Vehicle;
	scope: Container;
	sure: Sureness;
	places: readonly {place: number; permission: string}[];
	/** Only this workload: the permissions are bound on it. */
	workload?: Workload;
}

/** What such a drive opens, whoever the grants are of. */
interface PlacedRide extends Range {
	vehicle: Vehicle;
	sure: Sureness;
	places: readonly {place: number; permission: string}[];
	workload?: Workload;
	elsewhere?: Container;
}

/** Grants that an actor holds on a scope (the first `own` of them) and above it. */
interface Holding {
	held: readonly Held[];
	own: number;
	scope: Container;
	workload?: Workload;
}

/** A piece where nothing bars a drive for certain, and how sure that is. */
interface OpenPiece {
	piece: Piece;
	sure: Sureness;
}

const NO_ACTS: readonly Act[] = [];

/** Keeps accounts from being attached in other projects. */
const CROSS_PROJECT = 'iam.disableCrossProjectServiceAccountUsage';
export interface VehicleParts {
	inventory: Inventory;
	access: Access;
	grants: GrantSource;
	rights: Rights;
	order: AccountOrder;
	/** Count limited ways too. */
	limited: boolean;
}

export class Vehicles {
	readonly #parts: VehicleParts;
	readonly #attached: AttachedAccounts;
	readonly #identities: Identities;
	readonly #lanes = new PrincipalMap<Lanes>();
	/** By set and the actor's profile. */
	readonly #footprints = new ProfileMap<Footprint>();
	readonly #siteLanes = new Map<Container, Map<HeldKey, SiteLanes>>();
	readonly #siteRides = new Map<Container, Map<HeldKey, readonly PlacedRide[]>>();
	readonly #fitCache = new Map<HeldKey, Fits>();
	readonly #workloads = new Map<string, Workload>();
	/** Some workload runs as an account of another project. */
	readonly #runsElsewhere: boolean;
	#foreign: readonly Range[] | undefined;
	/** Exemptions that nobody wrote down. */
	readonly #idle: ReadonlySet<Vehicle>;

	constructor(parts: VehicleParts) {
		this.#parts = parts;
		this.#attached = new AttachedAccounts(parts.inventory, parts.order);
		this.#identities = new Identities(parts.inventory, parts.rights);
		this.#idle = new Set(
			ALL_WAYS.filter(({exemptBy}) => exemptBy !== undefined && !parts.rights.isSetAnywhere(exemptBy)),
		);
		const {accounts, workloads} = parts.inventory;
		for (const workload of workloads) this.#workloads.set(workload.name, workload);
		this.#runsElsewhere = workloads.some(({project, runsAs}) =>
			runsAs.some(email => accounts.get(email)?.project !== project),
		);
	}

	/**
	 * Every ride of an actor onto one account.
	 * @param number the account's
	 * @param only the grant that must open it: by act-as, or by the leading permission where none is needed
	 */
	*rides(actor: Principal, number: number, only?: Grant): Generator<Ride> {
		const sets = this.#setsOf(actor);
		const places = this.#placesOf(sets);
		if (places.length === 0) return;
		const acts = this.#actAs(actor, only, sets).filter(act => act.lo <= number && number < act.hi);
		for (const holding of places) {
			const {held} = holding;
			for (const {lo, hi, sure, vehicle, places: asked, workload, elsewhere} of this.#ridesOfSite(actor, holding)) {
				if (number < lo || number >= hi) continue;
				const grants = asked.map(({place, permission}) => ({grant: held[place]!.grant, permission}));
				const ride: Ride = {lo, hi, sure, vehicle, grants, ...(workload && {workload}), ...(elsewhere && {elsewhere})};
				if (!vehicle.needsActAs) {
					if (only === undefined || grants[0]?.grant === only) yield ride;
					continue;
				}
				for (const act of acts) {
					if (vehicle.actAsOnProject && act.grant.binding.resource.account) continue;
					yield {...ride, sure: Math.min(sure, act.sure) as Sureness, actAs: act.grant};
				}
			}
		}
	}

	/** All that the vehicles of one place open, act-as aside: the same for all who hold the same there and are barred alike. */
	#ridesOfSite(actor: Principal, {held, own, scope, workload: only}: Holding): readonly PlacedRide[] {
		const key = this.#siteKey(actor, held, own, only);
		let byKey = this.#siteRides.get(scope);
		if (!byKey) this.#siteRides.set(scope, (byKey = new Map()));
		let rides = byKey.get(key);
		if (!rides) byKey.set(key, (rides = this.#computeRides(actor, held, own, scope, only)));
		return rides;
	}

	#computeRides(
		actor: Principal,
		held: readonly Held[],
		own: number,
		scope: Container,
		only: Workload | undefined,
	): PlacedRide[] {
		const rides: PlacedRide[] = [];
		for (const {vehicle, sure: best, places} of this.#fitting(actor, held, own, scope, only, true)) {
			if (IDENTITY_SET.has(vehicle)) continue;
			const drive: PlacedDrive = {vehicle, scope, sure: best, places, ...(only && {workload: only})};
			const foreign = this.#takesNew(drive) ? this.#foreignRanges() : [];
			for (const {piece, sure: open} of this.#open(actor, drive, places)) {
				const add = (range: Range | undefined, sure: Sureness, more: Partial<PlacedRide> = {}): void => {
					if (range) rides.push({lo: range.lo, hi: range.hi, sure, vehicle, places, ...more});
				};
				for (const range of foreign) add(range, open, {elsewhere: piece.container});
				if (vehicle.workloads.length === 0) {
					add(cut(piece, piece), open);
					continue;
				}
				const attached = this.#attachedIn(drive);
				for (const {number, workload} of attached.accounts) {
					// It counts where the workload lies, which may run as an account of another project.
					if (liesIn(workload, piece)) add({lo: number, hi: number + 1}, open, {workload});
				}
				if (vehicle.needsActAs && vehicle.attaches) for (const range of attached.occupied) add(cut(range, piece), open);
				for (const range of attached.unread) add(cut(range, piece), UNVERIFIED);
			}
		}
		return rides;
	}

	/**
	 * The same for a search: every range once, as sure as some ride makes it. What an act-as vehicle for new
	 * workloads covers needs no second look for existing ones.
	 */
	shortRides(actor: Principal, only?: Grant): ShortRide[] {
		const lanes = this.#lanesOf(actor);
		return ridesOn(lanes, lanes.acting.length > 0 ? this.#actAs(actor, only, this.#setsOf(actor)) : NO_ACTS, only);
	}

	/** The same for one set of an actor alone, with the identities that it can put on. */
	alone(actor: Principal, set: Principal): {rides: ShortRide[]; wardrobes: readonly Wardrobe[]} {
		const {acts, lanes} = this.#footprint(actor, set);
		return {rides: ridesOn(lanes, acts), wardrobes: lanes.wardrobes};
	}

	/** What an actor can do only because it is in several sets: none of them alone holds all that the way needs. */
	combined(actor: Principal, sets: readonly Principal[]): {rides: ShortRide[]; wardrobes: Wardrobe[]} {
		const rides: ShortRide[] = [];
		const wardrobes: Wardrobe[] = [];
		const prints = sets.map(set => this.#footprint(actor, set)).filter(print => print !== NO_FOOTPRINT);
		if (prints.length < 2) return {rides, wardrobes};
		for (const one of prints) {
			for (const other of prints) if (other !== one) ride(rides, one.acts, other.lanes.acting);
		}
		const mixed = mixedScopes(prints);
		if (mixed.length === 0) return {rides, wardrobes};
		const acts = prints.flatMap(print => print.acts);
		for (const {held, own, scope, workload} of this.#placesOf(sets)) {
			if (!mixed.includes(scope)) continue;
			const lanes = this.#lanesOfSite(actor, held, own, scope, workload);
			const grants = held.map(({grant}) => grant);
			ride(rides, acts, actingLanes(lanes, grants));
			for (const {lo, hi, sure, places} of lanes.free)
				rides.push({lo, hi, sure, grant: grants[places[0]!]!, lead: undefined});
			if (lanes.disguises.length > 0) wardrobes.push({disguises: lanes.disguises, grants});
		}
		return {rides, wardrobes};
	}

	/** Asks whether act-as by a grant meets some vehicle of an actor: what it drives is looked at once for many grants. */
	rider(actor: Principal): (grant: Grant) => boolean {
		const prints = this.#setsOf(actor)
			.map(set => this.#footprint(actor, set))
			.filter(print => print !== NO_FOOTPRINT);
		const lanes = prints.flatMap(print => print.lanes.acting);
		const isMixed = mixedScopes(prints).length > 0;
		return grant => {
			const acts = this.#actAs(actor, grant, []);
			const onAccount = grant.binding.resource.account !== undefined;
			for (const {lo, hi, onProject} of lanes) {
				if (onProject && onAccount) continue;
				for (const act of acts) if (act.lo < hi && lo < act.hi) return true;
			}
			// What several sets hold together may drive more than any of them.
			return isMixed && this.shortRides(actor, grant).length > 0;
		};
	}

	/** What one set brings to a combination with others. Kept: the same groups meet again and again. */
	#footprint(actor: Principal, set: Principal): Footprint {
		const profile = this.#parts.access.profile(actor);
		let print = this.#footprints.get(set, profile);
		if (!print) {
			const sets = [set];
			const scopes = this.#placesOf(sets).map(({scope}) => scope);
			const acts = this.#actAs(actor, undefined, sets);
			const lanes = scopes.length === 0 ? NO_LANES : this.#computeLanes(actor, sets);
			print = acts.length === 0 && scopes.length === 0 ? NO_FOOTPRINT : {acts, lanes, scopes};
			this.#footprints.set(set, profile, print);
		}
		return print;
	}

	#setsOf(actor: Principal): readonly Principal[] {
		return this.#parts.access.memberships.setsOf(actor);
	}

	/** Whether an actor holds anything that drives a vehicle by a set that another principal is not in. Cheap. */
	drivesBeside(actor: Principal, beside: Principal): boolean {
		const {grants} = this.#parts;
		const known = this.#setsOf(beside);
		return this.#setsOf(actor).some(set => !known.includes(set) && grants.of(set).some(grant => grant.cls.drives));
	}

	/** Scopes on which an actor's roles may drive something; undefined: what they open may lie anywhere. */
	scopesOf(actor: Principal): readonly Container[] | undefined {
		if (this.#runsElsewhere || this.#foreignRanges().length > 0) return undefined;
		const scopes: Container[] = [];
		for (const set of this.#setsOf(actor)) {
			for (const {cls, binding} of this.#parts.grants.of(set)) {
				const {container, account} = binding.resource;
				if (cls.drives && container && !account && !scopes.includes(container)) scopes.push(container);
			}
		}
		return scopes;
	}

	#lanesOf(actor: Principal): Lanes {
		const sets = this.#setsOf(actor);
		if (sets.length === 1) return this.#footprint(actor, actor).lanes;
		let lanes = this.#lanes.get(actor);
		if (!lanes) this.#lanes.set(actor, (lanes = this.#computeLanes(actor, sets)));
		return lanes;
	}

	#computeLanes(actor: Principal, sets: readonly Principal[]): Lanes {
		const sites = this.#sitesOf(actor, sets);
		if (sites.length === 0) return NO_LANES;
		if (sites.length === 1) {
			const [{grants, lanes}] = sites as [Site];
			if (lanes === NO_SITE_LANES) return NO_LANES;
			return {
				acting: actingLanes(lanes, grants),
				free: lanes.free.map(lane => ({...lane, leads: lane.places.map(place => grants[place]!)})),
				wardrobes: wardrobesOf(sites),
			};
		}
		return merged(sites, this.#foreignRanges());
	}

	/** Lanes of the vehicles that roles held in one place make possible: the same for all who are barred alike. */
	#lanesOfSite(actor: Principal, held: readonly Held[], own: number, scope: Container, workload?: Workload): SiteLanes {
		const key = this.#siteKey(actor, held, own, workload);
		let byKey = this.#siteLanes.get(scope);
		if (!byKey) this.#siteLanes.set(scope, (byKey = new Map()));
		let lanes = byKey.get(key);
		if (!lanes) byKey.set(key, (lanes = this.#computeSiteLanes(actor, held, own, scope, workload)));
		return lanes;
	}

	#siteKey(actor: Principal, held: readonly Held[], own: number, workload: Workload | undefined): HeldKey {
		const key = keyOf(held, own);
		const profile = this.#parts.access.profile(actor);
		return profile === 0 && !workload ? key : `${profile} ${key} ${workload?.name ?? ''}`;
	}

	#computeSiteLanes(
		actor: Principal,
		held: readonly Held[],
		own: number,
		scope: Container,
		workload: Workload | undefined,
	): SiteLanes {
		const drives: PlacedDrive[] = [];
		const ways: PlacedDrive[] = [];
		for (const {vehicle, sure, places} of this.#fitting(actor, held, own, scope, workload)) {
			(IDENTITY_SET.has(vehicle) ? ways : drives).push({vehicle, scope, sure, places, ...(workload && {workload})});
		}
		if (drives.length === 0 && ways.length === 0) return NO_SITE_LANES;
		// New workloads first: what they cover for certain needs no look at existing ones.
		drives.sort((a, b) => a.vehicle.workloads.length - b.vehicle.workloads.length);
		const acting = new Map<string, SiteLane>();
		const free = new Map<string, SiteLane>();
		/** The surest vehicle for accounts of other projects: one is as good as the next. */
		let elsewhere: Sureness | -1 = -1;
		for (const drive of drives) {
			const {vehicle} = drive;
			const lanes = vehicle.needsActAs ? acting : free;
			const lead = drive.places[0]!.place;
			const pieces = this.#open(actor, drive, drive.places);
			let surest: Sureness | -1 = -1;
			for (const {sure} of pieces) if (sure > surest) surest = sure;
			if (surest > elsewhere && this.#takesNew(drive)) elsewhere = surest;
			for (const {piece, sure: open} of pieces) {
				const add = (range: Range | undefined, sure: Sureness): void => {
					if (!range) return;
					const onProject = vehicle.actAsOnProject;
					const key = laneKey(range, onProject);
					const known = lanes.get(key);
					if (!known) {
						const {lo, hi} = range;
						lanes.set(key, {lo, hi, sure, places: [lead], onProject, existing: vehicle.workloads.length});
						return;
					}
					if (!known.places.includes(lead)) known.places.push(lead);
					if (sure > known.sure) known.sure = sure;
				};
				if (vehicle.workloads.length === 0) {
					add(cut(piece, piece), open);
					continue;
				}
				if (
					vehicle.needsActAs &&
					!vehicle.actAsOnProject &&
					acting.get(laneKey(piece, false))?.sure === CERTAIN &&
					!this.#runsElsewhere
				)
					continue;
				const attached = this.#attachedIn(drive);
				for (const {number, workload: existing} of attached.accounts) {
					if (liesIn(existing, piece)) add({lo: number, hi: number + 1}, open);
				}
				if (vehicle.attaches) for (const range of attached.occupied) add(cut(range, piece), open);
				for (const range of attached.unread) add(cut(range, piece), UNVERIFIED);
			}
		}
		const lanes = [...acting.values()];
		return {
			acting: lanes,
			outermost: outermost<SiteLanes['outermost'][number]>([
				...lanes,
				...foreignLanes(elsewhere, this.#foreignRanges()),
			]),
			free: [...free.values()],
			elsewhere,
			disguises: this.#disguisesOf(actor, ways),
		};
	}

	/** Identities that the actor can put on: agents that a service brings to a project, and identities of pools. */
	wardrobes(actor: Principal): readonly Wardrobe[] {
		return this.#lanesOf(actor).wardrobes;
	}

	#disguisesOf(actor: Principal, drives: readonly PlacedDrive[]): readonly Disguise[] {
		const found: Disguise[] = [];
		for (const drive of drives) {
			const {escalation} = drive.vehicle;
			for (const {principal, container, sure} of this.#identities.below(drive.vehicle, drive.scope)) {
				let surest: Sureness | undefined = Math.min(drive.sure, sure) as Sureness;
				for (const {permission} of drive.places) {
					const open = this.#parts.rights.unbarred(actor, permission, container);
					surest = open === undefined || surest === undefined ? undefined : (Math.min(open, surest) as Sureness);
				}
				if (surest === undefined) continue;
				const number = this.#numberOf(principal);
				found.push({principal, number, escalation: escalation.id, sure: surest, places: drive.places});
			}
		}
		return found;
	}

	#numberOf(principal: Principal): number | undefined {
		const account =
			principal.kind === 'serviceAccount' ? this.#parts.inventory.accounts.get(principal.value) : undefined;
		return account && this.#parts.order.numberOf(account);
	}

	/** Ranges of accounts that the actor may act as, by grant. */
	#actAs(actor: Principal, only: Grant | undefined, sets: readonly Principal[]): Act[] {
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

	/** Places where an actor holds something that a vehicle asks for, with the lanes that this opens. */
	#sitesOf(actor: Principal, sets: readonly Principal[]): Site[] {
		const sites: Site[] = [];
		for (const {held, own, scope, workload} of this.#placesOf(sets)) {
			const lanes = this.#lanesOfSite(actor, held, own, scope, workload);
			sites.push({grants: held.map(({grant}) => grant), lanes});
		}
		return sites;
	}

	/** Containers and workloads on which an actor holds something that a vehicle asks for. */
	#placesOf(sets: readonly Principal[]): Holding[] {
		const {grants} = this.#parts;
		const byContainer = new Map<Container, Held[]>();
		const onWorkloads: (Held & {workload: Workload})[] = [];
		for (const set of sets) {
			for (const grant of grants.of(set)) {
				if (!grant.cls.drives) continue;
				const {resource} = grant.binding;
				if (!resource.container || resource.account) continue;
				const sure = this.#surenessOf(grant, resource.container);
				if (sure === undefined) continue;
				if (resource.isContainer) {
					const list = byContainer.get(resource.container);
					if (list) list.push({grant, sure});
					else byContainer.set(resource.container, [{grant, sure}]);
				} else {
					// A workstation runs as the account of its configuration.
					const workload = this.#workloads.get(resource.name.replace(/\/workstations\/[^/]+$/, ''));
					if (workload) onWorkloads.push({grant, sure, workload});
				}
			}
		}
		const places: Holding[] = [];
		const add = (own: readonly Held[], above: Container | undefined, scope: Container, workload?: Workload): void => {
			const held = [...own];
			for (let at = above; at; at = at.parent) held.push(...(byContainer.get(at) ?? []));
			places.push({held, own: own.length, scope, ...(workload && {workload})});
		};
		for (const [container, own] of byContainer) add(own, container.parent, container);
		for (const {workload, ...own} of onWorkloads)
			if (workload.project) add([own], workload.project, workload.project, workload);
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
	#fitting(
		actor: Principal,
		held: readonly Held[],
		own: number,
		scope: Container,
		workload: Workload | undefined,
		all = false,
	): readonly Fit[] {
		const fits = this.#fits(held, own);
		const candidates = !all && this.#parts.rights.isPlain(actor, scope) ? fits.short : fits.all;
		if (!workload && this.#idle.size === 0) return candidates;
		return candidates.filter(
			({vehicle}) => !this.#idle.has(vehicle) && (!workload || vehicle.workloads.includes(workload.assetType)),
		);
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
	#open(actor: Principal, {scope, vehicle, sure: best}: PlacedDrive, asked: PlacedDrive['places']): OpenPiece[] {
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
		if (!vehicle.needsActAs || this.#foreignRanges().length === 0) return false;
		const {containers} = this.#parts.inventory;
		for (let position = from; position < to; position++) if (containers[position]!.kind === 'project') return true;
		return false;
	}

	/** Whether the vehicle can attach an account that the caller chooses: to a new workload, or one that is there. */
	#takesNew(drive: PlacedDrive): boolean {
		const {needsActAs, attaches, workloads} = drive.vehicle;
		if (!needsActAs) return false;
		return workloads.length === 0 || (attaches && this.#attachedIn(drive).occupied.length > 0);
	}

	/**
	 * Accounts of projects where using them from other projects is explicitly allowed: the constraint is judged on
	 * the account's project and enforced by default. Facts: iam-semantics section 5. [seen]
	 */
	#foreignRanges(): readonly Range[] {
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

	/** Accounts of existing workloads for a drive: of its one workload, or of all below its scope. */
	#attachedIn({workload, vehicle, scope}: PlacedDrive): Attached {
		return workload ? this.#attached.of(workload) : this.#attached.below(scope, vehicle.workloads);
	}
}
