/**
 * Vehicles: ways to make code run as an account. Act-as needs a vehicle and most vehicles need act-as; both
 * are decided for one principal, on concrete scopes, before they become an arc. Facts: escalations.json,
 * `checks`; the vehicle's permissions are judged on the project, act-as on the account.
 */
import type {Grant} from '../access/grants.ts';
import type {Container} from '../inventory/model.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import {liesIn} from './attached.ts';
import {type Drive, Drives, type Holding, type VehicleParts} from './drives.ts';
import type {HeldKey} from './fits.ts';
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
import {IDENTITY_SET} from './modelled-vehicles.ts';
import type {Range} from './order.ts';
import {type Ride, Rides} from './rides.ts';
import {CERTAIN, type Sureness, UNVERIFIED} from './rights.ts';

const NO_ACTS: readonly Act[] = [];
const NOWHERE: readonly Container[] = [];

export class Vehicles {
	readonly #parts: VehicleParts;
	readonly #drives: Drives;
	readonly #rides: Rides;
	readonly #identities: Identities;
	readonly #lanes = new PrincipalMap<Lanes>();
	/** By set and the actor's profile. */
	readonly #footprints = new ProfileMap<Footprint>();
	readonly #siteLanes = new Map<Container, Map<HeldKey, SiteLanes>>();
	readonly #scopes = new PrincipalMap<readonly Container[]>();

	constructor(parts: VehicleParts) {
		this.#parts = parts;
		this.#drives = new Drives(parts);
		this.#rides = new Rides(this.#drives, parts.access.memberships);
		this.#identities = new Identities(parts.inventory, parts.rights);
	}

	/**
	 * Every ride of an actor onto one account.
	 * @param number the account's
	 * @param only the grant that must open it: by act-as, or by the leading permission where none is needed
	 */
	rides(actor: Principal, number: number, only?: Grant): Iterable<Ride> {
		return this.#rides.of(actor, number, only);
	}

	/**
	 * The same for a search: every range once, as sure as some ride makes it. What an act-as vehicle for new
	 * workloads covers needs no second look for existing ones.
	 */
	shortRides(actor: Principal, only?: Grant): ShortRide[] {
		const lanes = this.#lanesOf(actor);
		return ridesOn(
			lanes,
			lanes.acting.length > 0 ? this.#drives.acts(actor, only, this.#setsOf(actor)) : NO_ACTS,
			only,
		);
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
		for (const holding of this.#drives.holdings(sets)) {
			const {held, scope} = holding;
			if (!mixed.includes(scope)) continue;
			const lanes = this.#lanesOfSite(actor, holding);
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
			const acts = this.#drives.acts(actor, grant, []);
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
			const scopes = this.#drives.holdings(sets).map(({scope}) => scope);
			const acts = this.#drives.acts(actor, undefined, sets);
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

	/**
	 * Scopes on which roles of one set may drive something: asked for each of its members, so they are kept.
	 * @returns undefined: what they open may lie anywhere
	 */
	scopesOf(set: Principal): readonly Container[] | undefined {
		if (this.#drives.runsElsewhere || this.#drives.foreign.length > 0) return undefined;
		let scopes = this.#scopes.get(set);
		if (!scopes) {
			const found = new Set<Container>();
			for (const {cls, binding} of this.#parts.grants.of(set)) {
				const {container, account} = binding.resource;
				if (cls.drives && container && !account) found.add(container);
			}
			this.#scopes.set(set, (scopes = found.size === 0 ? NOWHERE : [...found]));
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
		return merged(sites, this.#drives.foreign);
	}

	/** Lanes of the vehicles that roles held in one place make possible: the same for all who are barred alike. */
	#lanesOfSite(actor: Principal, holding: Holding): SiteLanes {
		const key = this.#drives.siteKey(actor, holding);
		const {scope} = holding;
		let byKey = this.#siteLanes.get(scope);
		if (!byKey) this.#siteLanes.set(scope, (byKey = new Map()));
		let lanes = byKey.get(key);
		if (!lanes) byKey.set(key, (lanes = this.#computeSiteLanes(actor, holding)));
		return lanes;
	}

	#computeSiteLanes(actor: Principal, {held, own, scope, ...only}: Holding): SiteLanes {
		const drives: Drive[] = [];
		const ways: Drive[] = [];
		for (const {vehicle, sure, places} of this.#drives.fitting(actor, held, own, scope, only)) {
			const inherits = places.some(({place}) => place >= own);
			(IDENTITY_SET.has(vehicle) ? ways : drives).push({vehicle, scope, sure, places, inherits, ...only});
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
			const pieces = this.#drives.open(actor, drive, drive.places);
			let surest: Sureness | -1 = -1;
			for (const {sure} of pieces) if (sure > surest) surest = sure;
			if (surest > elsewhere && this.#drives.takesNew(drive)) elsewhere = surest;
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
					!this.#drives.runsElsewhere
				)
					continue;
				const attached = this.#drives.attachedIn(drive);
				for (const account of attached.accounts) {
					const {number} = account;
					if (liesIn(account, piece)) add({lo: number, hi: number + 1}, Math.min(open, account.sure) as Sureness);
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
				...foreignLanes(elsewhere, this.#drives.foreign),
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

	#disguisesOf(actor: Principal, drives: readonly Drive[]): readonly Disguise[] {
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

	/** Places where an actor holds something that a vehicle asks for, with the lanes that this opens. */
	#sitesOf(actor: Principal, sets: readonly Principal[]): Site[] {
		const sites: Site[] = [];
		for (const holding of this.#drives.holdings(sets)) {
			const {held} = holding;
			const lanes = this.#lanesOfSite(actor, holding);
			sites.push({grants: held.map(({grant}) => grant), lanes});
		}
		return sites;
	}
}
