/**
 * Vehicles: ways to make code run as an account. Act-as needs a vehicle and most vehicles need act-as; both
 * are decided for one principal, on concrete scopes, before they become an arc. Facts: escalations.json,
 * `checks`; the vehicle's permissions are judged on the project, act-as on the account.
 */
import {type Access, type Target, UNKNOWN_RESOURCE} from '../access/evaluate.ts';
import type {Grant, GrantSource} from '../access/grants.ts';
import {parseFederated} from '../access/sets.ts';
import type {Container, Inventory, ServiceAccount} from '../inventory/model.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Workload} from '../inventory/workload.ts';
import {CATALOGUE} from './catalogue/index.ts';
import type {Escalation} from './catalogue/types.ts';
import {ACT_AS} from './escalations.ts';
import type {AccountOrder, Range} from './order.ts';
import {ACTS, CERTAIN, CONDITIONAL, type Piece, type Rights, type Sureness, UNVERIFIED} from './rights.ts';

/** A catalogue entry that runs code as an account, in the shape that the search needs. */
interface Vehicle {
	escalation: Escalation;
	/** Place in the catalogue. */
	rank: number;
	/** Permissions on the project or on a workload in it: all, and of each list of lists one. */
	all: readonly string[];
	anyOf: readonly (readonly (readonly string[])[])[];
	expects: readonly string[];
	needsActAs: boolean;
	/** Act-as is checked on the project, not on the account: a grant on the account alone does not do. */
	actAsOnProject: boolean;
	/** An existing workload of these types is needed. */
	workloads: readonly string[];
	/** Another account may be attached instead. */
	attaches: boolean;
	/** E-mail patterns of the accounts that a service brings along. */
	identities?: readonly string[];
	/** Constraint that must explicitly be off: the service skips act-as on the identity then. */
	exemptBy?: string;
}

/** A federated identity or set that some policy names, and the container that owns its pool. */
interface PoolMember {
	principal: Principal;
	container: Container;
	kind: NonNullable<Escalation['pools']>;
}

/** One way of one actor onto an identity that is no account of a project here. */
export interface Disguise {
	principal: Principal;
	/** Its number if it is an account that can be become after all: a default account (legacy Cloud Build). */
	number: number | undefined;
	escalation: string;
	sure: Sureness;
	grants: {grant: Grant; permission: string}[];
}

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

const CODE: ReadonlySet<Escalation['yields']> = new Set([
	'actable account',
	'attached account',
	'attached or actable account',
]);

/** All modelled vehicles, in catalogue order. */
export const VEHICLES: readonly Vehicle[] = CATALOGUE.flatMap((escalation, rank) => {
	const yields = [escalation.yields, escalation.alsoYields].find(one => one !== undefined && CODE.has(one));
	if (!escalation.modelled || escalation.kind !== 'permission' || !yields) return [];
	const onPlace = escalation.requires.filter(
		requirement => requirement.on !== 'attached account' && requirement.on !== 'account',
	);
	const all = onPlace.flatMap(requirement => requirement.all.filter(permission => permission !== ACT_AS));
	return [
		{
			escalation,
			rank,
			all,
			anyOf: onPlace.flatMap(requirement =>
				requirement.anyOf && requirement.anyOf.length > 0 ? [requirement.anyOf] : [],
			),
			expects: escalation.expects ?? [],
			needsActAs: escalation.requires.some(requirement => requirement.all.includes(ACT_AS)),
			actAsOnProject: onPlace.some(requirement => requirement.all.includes(ACT_AS)),
			workloads: yields === 'actable account' ? [] : (escalation.workloads ?? []),
			attaches: yields === 'attached or actable account',
		},
	];
});

/**
 * Ways onto an identity that is no account of the project: what the service brings along, or an identity of a
 * pool. They need no act-as.
 */
export const IDENTITY_WAYS: readonly Vehicle[] = CATALOGUE.flatMap((escalation, rank) => {
	if (!escalation.modelled || escalation.kind !== 'permission') return [];
	if (escalation.yields !== 'project identity' && escalation.yields !== 'pool identities') return [];
	const all = escalation.requires.flatMap(requirement => requirement.all);
	const anyOf = escalation.requires.flatMap(requirement =>
		requirement.anyOf && requirement.anyOf.length > 0 ? [requirement.anyOf] : [],
	);
	const {identities, exemptions, workloads = []} = escalation;
	const way = {
		escalation,
		rank,
		all,
		anyOf,
		expects: [],
		needsActAs: false,
		actAsOnProject: false,
		workloads,
		attaches: false,
	};
	if (!exemptions) return [{...way, ...(identities && {identities})}];
	return exemptions.map(({permission, constraint, identity}) => ({
		...way,
		all: [permission],
		anyOf: [],
		identities: [identity],
		exemptBy: constraint,
	}));
});

const IDENTITY_SET: ReadonlySet<Vehicle> = new Set(IDENTITY_WAYS);
const ALL_WAYS: readonly Vehicle[] = [...VEHICLES, ...IDENTITY_WAYS];

/** Permissions that vehicles ask for. */
export const VEHICLE_PERMISSIONS: readonly string[] = [
	...new Set(ALL_WAYS.flatMap(vehicle => [...vehicle.all, ...vehicle.anyOf.flat(2), ...vehicle.expects])),
];

/** Permissions without act-as of which one alone may open an arc: what makes an account worth a look. */
export const LEADING_PERMISSIONS: ReadonlySet<string> = new Set(
	ALL_WAYS.filter(vehicle => !vehicle.needsActAs).flatMap(vehicle =>
		vehicle.all.length > 0 ? [vehicle.all[0]!] : vehicle.anyOf.flat(2),
	),
);

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

/** A grant that holds some vehicle's permission for an actor, and how sure that is. */
interface Held {
	grant: Grant;
	sure: Sureness;
}

/** A range of accounts that an actor may act as. */
interface Act extends Range {
	sure: Sureness;
	grant: Grant;
}

/** A vehicle that a combination of roles makes possible; `places` number the grants, own ones first. */
interface Fit {
	vehicle: Vehicle;
	sure: Sureness;
	places: {place: number; permission: string}[];
}

/** `short` leaves out vehicles that, where nothing bars, open the very ranges that another one opens. */
interface Fits {
	all: readonly Fit[];
	short: readonly Fit[];
}

/** Grants that an actor holds on a scope (the first `own` of them) and above it. */
interface Holding {
	held: readonly Held[];
	own: number;
	scope: Container;
	workload?: Workload;
}

/** A range of accounts on which somebody has some vehicle. */
interface Lane extends Range {
	sure: Sureness;
	/** Act-as must come from a container. */
	onProject: boolean;
}

/** A lane for which act-as is needed, with the leading grant of its vehicles if they have one in common. */
interface ActingLane extends Lane {
	lead: Grant | undefined;
}

/** A lane of what is held in one place. */
interface SiteLane extends Lane {
	/** Leading grants of the vehicles, by place. */
	places: number[];
	/** Number of workload types of the first vehicle that opened it: 0 for new workloads. */
	existing: number;
}

interface PlacedDisguise {
	principal: Principal;
	/** Its number if it is an account that can be become. */
	number: number | undefined;
	escalation: string;
	sure: Sureness;
	places: readonly {place: number; permission: string}[];
}

/** `acting`: act-as completes the way; `free`: nothing more is needed. */
interface SiteLanes {
	acting: readonly SiteLane[];
	/** Those of `acting`, and of accounts elsewhere, that lie in no other as sure. */
	outermost: readonly (Lane & {places?: readonly number[]})[];
	free: readonly SiteLane[];
	/** How sure a vehicle for accounts of other projects is; -1: there is none. */
	elsewhere: Sureness | -1;
	disguises: readonly PlacedDisguise[];
}

/** What one actor holds in one place. */
interface Site {
	/** By place. */
	grants: readonly Grant[];
	lanes: SiteLanes;
}

/** A lane that needs no act-as, with the leading grants of its vehicles: what a finding about one of them names. */
interface FreeLane extends Lane {
	leads: readonly Grant[];
}

interface Lanes {
	acting: readonly ActingLane[];
	free: readonly FreeLane[];
	disguises: readonly Disguise[];
}

/** What one set may act as, its lanes for that, and where its roles drive something. */
interface Footprint {
	acts: readonly Act[];
	lanes: readonly ActingLane[];
	scopes: readonly Container[];
}

/** A range that some ride opens, and the grant that does it. */
export interface ShortRide extends Range {
	sure: Sureness;
	grant: Grant;
	/** The one binding that the vehicles rest on, beside act-as. */
	lead: Grant | undefined;
}

/** Keeps accounts from being attached in other projects. */
const CROSS_PROJECT = 'iam.disableCrossProjectServiceAccountUsage';
const NO_LANES: Lanes = {acting: [], free: [], disguises: []};
const NO_FOOTPRINT: Footprint = {acts: [], lanes: [], scopes: []};
const NO_SITE_LANES: SiteLanes = {acting: [], outermost: [], free: [], elsewhere: -1, disguises: []};

export interface VehicleParts {
	inventory: Inventory;
	access: Access;
	grants: GrantSource;
	rights: Rights;
	order: AccountOrder;
	/** Count limited ways too. */
	limited: boolean;
}

/** Accounts of existing workloads below a scope, for one list of asset types. */
interface Attached {
	/** Account number and the workload, by number. */
	accounts: {number: number; workload: Workload}[];
	/** Projects with a workload of the types, as ranges: another account may be attached there. */
	occupied: Range[];
	/** Where workloads of the types were not read. */
	unread: Range[];
}

export class Vehicles {
	readonly #parts: VehicleParts;
	/** By list of types (each vehicle's own array), then by scope. */
	readonly #attached = new Map<readonly string[], Map<Container, Attached>>();
	readonly #lanes = new PrincipalMap<Lanes>();
	/** By set, then by the actor's profile. */
	readonly #footprints = new PrincipalMap<Map<number, Footprint>>();
	readonly #siteLanes = new Map<Container, Map<string, SiteLanes>>();
	readonly #siteRides = new Map<Container, Map<string, readonly PlacedRide[]>>();
	readonly #fitCache = new Map<string, Fits>();
	readonly #workloads = new Map<string, Workload>();
	/** Some workload runs as an account of another project. */
	readonly #runsElsewhere: boolean;
	readonly #identityCache = new Map<
		Vehicle,
		Map<Container, {principal: Principal; container: Container; sure: Sureness}[]>
	>();
	#pools: ReadonlyMap<Container, readonly PoolMember[]> | undefined;
	#foreign: readonly Range[] | undefined;
	/** Exemptions that nobody wrote down. */
	readonly #idle: ReadonlySet<Vehicle>;

	constructor(parts: VehicleParts) {
		this.#parts = parts;
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
			for (const piece of this.#open(actor, drive, places)) {
				const add = (range: Range | undefined, sure: Sureness, more: Partial<PlacedRide> = {}): void => {
					if (range) rides.push({lo: range.lo, hi: range.hi, sure, vehicle, places, ...more});
				};
				for (const range of foreign) add(range, piece.sure, {elsewhere: piece.container});
				if (vehicle.workloads.length === 0) {
					add(piece, piece.sure);
					continue;
				}
				const attached = this.#attachedIn(drive);
				for (const {number, workload} of attached.accounts) {
					// It counts where the workload lies, which may run as an account of another project.
					if (liesIn(workload, piece)) add({lo: number, hi: number + 1}, piece.sure, {workload});
				}
				if (vehicle.needsActAs && vehicle.attaches)
					for (const range of attached.occupied) add(cut(range, piece), piece.sure);
				for (const range of attached.unread) add(cut(range, piece), UNVERIFIED);
			}
		}
		return rides;
	}

	/**
	 * The same for a search: every range once, as sure as some ride makes it. What an act-as vehicle for new
	 * workloads covers needs no second look for existing ones.
	 */
	shortRides(actor: Principal, only?: Grant, sets = this.#setsOf(actor)): ShortRide[] {
		const {acting, free} = this.#lanesOf(actor, sets);
		const rides: ShortRide[] = [];
		for (const {lo, hi, sure, leads} of free) {
			for (const grant of leads)
				if (only === undefined || grant === only) rides.push({lo, hi, sure, grant, lead: undefined});
		}
		if (acting.length > 0) ride(rides, this.#actAs(actor, only, sets), acting);
		return rides;
	}

	/** What an actor can do only because it is in several sets: none of them alone holds all that the way needs. */
	combined(actor: Principal, sets: readonly Principal[]): {rides: ShortRide[]; disguises: Disguise[]} {
		const rides: ShortRide[] = [];
		const disguises: Disguise[] = [];
		const prints = sets.map(set => this.#footprint(actor, set)).filter(print => print !== NO_FOOTPRINT);
		if (prints.length < 2) return {rides, disguises};
		for (const one of prints) {
			for (const other of prints) if (other !== one) ride(rides, one.acts, other.lanes);
		}
		const mixed = mixedScopes(prints);
		if (mixed.length === 0) return {rides, disguises};
		const acts = prints.flatMap(print => print.acts);
		for (const {held, own, scope, workload} of this.#placesOf(sets)) {
			if (!mixed.includes(scope)) continue;
			const lanes = this.#lanesOfSite(actor, held, own, scope, workload);
			const grants = held.map(({grant}) => grant);
			ride(rides, acts, actingLanes(lanes, grants));
			for (const {lo, hi, sure, places} of lanes.free)
				rides.push({lo, hi, sure, grant: grants[places[0]!]!, lead: undefined});
			for (const disguise of lanes.disguises) disguises.push(boundDisguise(disguise, grants));
		}
		return {rides, disguises};
	}

	/** Whether act-as by one grant meets some vehicle of an actor. */
	ridesWith(actor: Principal, grant: Grant): boolean {
		const acts = this.#actAs(actor, grant, []);
		const onAccount = grant.binding.resource.account !== undefined;
		const prints = this.#setsOf(actor)
			.map(set => this.#footprint(actor, set))
			.filter(print => print !== NO_FOOTPRINT);
		const meets = ({lo, hi, onProject}: ActingLane): boolean =>
			!(onProject && onAccount) && acts.some(act => act.lo < hi && lo < act.hi);
		if (prints.some(({lanes}) => lanes.some(meets))) return true;
		// What several sets hold together may drive more than any of them.
		return mixedScopes(prints).length > 0 && this.shortRides(actor, grant).length > 0;
	}

	/** What one set brings to a combination with others. Kept: the same groups meet again and again. */
	#footprint(actor: Principal, set: Principal): Footprint {
		const profile = this.#parts.access.profile(actor);
		let byProfile = this.#footprints.get(set);
		if (!byProfile) this.#footprints.set(set, (byProfile = new Map()));
		let print = byProfile.get(profile);
		if (!print) {
			const sets = [set];
			const scopes = this.#placesOf(sets).map(({scope}) => scope);
			const acts = this.#actAs(actor, undefined, sets);
			const lanes = scopes.length === 0 ? NO_LANES.acting : this.#computeLanes(actor, sets).acting;
			print = acts.length === 0 && scopes.length === 0 ? NO_FOOTPRINT : {acts, lanes, scopes};
			byProfile.set(profile, print);
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

	#lanesOf(actor: Principal, sets: readonly Principal[]): Lanes {
		if (sets !== this.#setsOf(actor)) return this.#computeLanes(actor, sets);
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
				disguises: lanes.disguises.map(disguise => boundDisguise(disguise, grants)),
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

	#siteKey(actor: Principal, held: readonly Held[], own: number, workload: Workload | undefined): string {
		return `${this.#parts.access.profile(actor)} ${keyOf(held, own)} ${workload?.name ?? ''}`;
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
			const open = [...this.#open(actor, drive, drive.places)];
			const surest = Math.max(-1, ...open.map(piece => piece.sure)) as Sureness | -1;
			if (surest > elsewhere && this.#takesNew(drive)) elsewhere = surest;
			for (const piece of open) {
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
					add(piece, piece.sure);
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
					if (liesIn(existing, piece)) add({lo: number, hi: number + 1}, piece.sure);
				}
				if (vehicle.attaches) for (const range of attached.occupied) add(cut(range, piece), piece.sure);
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
	disguises(actor: Principal, sets = this.#setsOf(actor)): readonly Disguise[] {
		return this.#lanesOf(actor, sets).disguises;
	}

	#disguisesOf(actor: Principal, drives: readonly PlacedDrive[]): readonly PlacedDisguise[] {
		const found: PlacedDisguise[] = [];
		for (const drive of drives) {
			const {escalation} = drive.vehicle;
			for (const {principal, container, sure} of this.#identities(drive)) {
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

	/** Identities of a drive below its scope that some policy names: others hold nothing. */
	#identities({vehicle, scope}: PlacedDrive): {principal: Principal; container: Container; sure: Sureness}[] {
		let byScope = this.#identityCache.get(vehicle);
		if (!byScope) this.#identityCache.set(vehicle, (byScope = new Map()));
		let found = byScope.get(scope);
		if (!found) byScope.set(scope, (found = this.#findIdentities(vehicle, scope)));
		return found;
	}

	#findIdentities(
		{escalation, workloads, identities = [], exemptBy}: Vehicle,
		scope: Container,
	): {principal: Principal; container: Container; sure: Sureness}[] {
		const {inventory, rights} = this.#parts;
		// Most scopes are projects without a pool that anything names.
		if (escalation.yields === 'pool identities' && scope.kind === 'project' && !this.#poolMembers().has(scope))
			return [];
		const found: {principal: Principal; container: Container; sure: Sureness}[] = [];
		if (escalation.yields === 'project identity') {
			for (let position = scope.order; position < scope.end; position++) {
				const project = inventory.containers[position]!;
				if (project.kind !== 'project') continue;
				if (exemptBy !== undefined && !rights.isOff(exemptBy, project)) continue;
				for (const pattern of identities) {
					const email = pattern
						.replace('{number}', project.number ?? '?')
						.replace('{id}', project.key.slice('projects/'.length));
					const principal = inventory.principals.find(`serviceAccount:${email}`);
					if (principal && !inventory.accounts.get(email)?.disabled)
						found.push({principal, container: project, sure: CERTAIN});
				}
			}
			return found;
		}
		const pools = this.#poolMembers();
		const inside =
			scope.kind === 'project'
				? [[scope, pools.get(scope)!] as const]
				: [...pools].filter(([{order}]) => scope.order <= order && order < scope.end);
		for (const [container, members] of inside) {
			const sure = this.#existing(container, workloads);
			if (sure === undefined) continue;
			for (const {principal, kind} of members) if (kind === escalation.pools) found.push({principal, container, sure});
		}
		return found;
	}

	/** Whether a project has a workload of the types: unread is not none. */
	#existing(project: Container, types: readonly string[]): Sureness | undefined {
		if (types.length === 0) return CERTAIN;
		const {inventory} = this.#parts;
		if (inventory.workloadsOf(project).some(workload => types.includes(workload.assetType))) return CERTAIN;
		return types.some(type => inventory.coverage.standing('workloads', project, type).status !== 'complete')
			? UNVERIFIED
			: undefined;
	}

	/** Federated principals and sets that policies name, with the container that owns their pool. */
	#poolMembers(): ReadonlyMap<Container, readonly PoolMember[]> {
		if (this.#pools) return this.#pools;
		const {inventory} = this.#parts;
		const members = inventory.principals.all.flatMap((principal): PoolMember[] => {
			const legacy =
				principal.kind === 'serviceAccount' ? /^(.+)\.svc\.id\.goog\[/.exec(principal.value)?.[1] : undefined;
			const pool = parseFederated(principal)?.pool;
			if (legacy !== undefined) {
				const project = inventory.container(`projects/${legacy}`);
				return project ? [{principal, container: project, kind: 'kubernetes'}] : [];
			}
			if (pool === undefined) return [];
			if (!pool.startsWith('projects/')) {
				// A workforce pool belongs to an organization that its name does not tell: every one read here may own it.
				return inventory.containers
					.filter(container => container.kind === 'organization')
					.map(container => ({principal, container, kind: 'workforce'}));
			}
			const project = inventory.container(pool.split('/').slice(0, 2).join('/'));
			const kind = pool.endsWith('.svc.id.goog') ? 'kubernetes' : 'workload';
			return project ? [{principal, container: project, kind}] : [];
		});
		this.#pools = Map.groupBy(members, member => member.container);
		return this.#pools;
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
	*#open(
		actor: Principal,
		drive: Omit<PlacedDrive, 'places'>,
		asked: readonly {permission: string}[],
	): Generator<Piece & {sure: Sureness}> {
		const {rights} = this.#parts;
		for (const piece of rights.pieces(drive.scope)) {
			// Without accounts of its own a project may still run workloads as those of another.
			if (piece.lo === piece.hi && drive.vehicle.workloads.length === 0) continue;
			let sure: Sureness | undefined = drive.sure;
			for (const {permission} of asked) {
				const open = rights.unbarred(actor, permission, piece.container);
				sure = open === undefined || sure === undefined ? undefined : (Math.min(open, sure) as Sureness);
			}
			if (sure === undefined) continue;
			if (drive.vehicle.escalation.constraints.some(constraint => rights.isEnforced(constraint, piece.container)))
				continue;
			yield {...piece, sure};
		}
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
	#attachedIn(drive: PlacedDrive): Attached {
		if (drive.workload) {
			return {
				accounts: this.#accountsOf(drive.workload),
				occupied: drive.workload.project ? [this.#parts.order.below(drive.workload.project)] : [],
				unread: [],
			};
		}
		const types = drive.vehicle.workloads;
		let byScope = this.#attached.get(types);
		if (!byScope) this.#attached.set(types, (byScope = new Map()));
		let attached = byScope.get(drive.scope);
		if (!attached) byScope.set(drive.scope, (attached = this.#collect(drive.scope, types)));
		return attached;
	}

	#collect(scope: Container, types: readonly string[]): Attached {
		const {inventory, order} = this.#parts;
		const attached: Attached = {accounts: [], occupied: [], unread: []};
		for (let position = scope.order; position < scope.end; position++) {
			const project = inventory.containers[position]!;
			if (project.kind !== 'project') continue;
			const range = order.below(project);
			let found = false;
			for (const workload of inventory.workloadsOf(project)) {
				if (workload.finished || !types.includes(workload.assetType)) continue;
				found = true;
				attached.accounts.push(...this.#accountsOf(workload));
			}
			if (found && range.lo < range.hi) attached.occupied.push(range);
			const unread = types.some(type => inventory.coverage.standing('workloads', project, type).status !== 'complete');
			if (unread && range.lo < range.hi) append(attached.unread, range);
		}
		return attached;
	}

	#accountsOf(workload: Workload): {number: number; workload: Workload}[] {
		return workload.runsAs.flatMap(email => {
			const account: ServiceAccount | undefined = this.#parts.inventory.accounts.get(email);
			const number = account && this.#parts.order.numberOf(account);
			return number === undefined ? [] : [{number, workload}];
		});
	}
}

function liesIn({project}: Workload, {from, to}: Piece): boolean {
	return project !== undefined && from <= project.order && project.order < to;
}

/** The overlap of two ranges. */
function cut(a: Range, b: Range): Range | undefined {
	const lo = Math.max(a.lo, b.lo);
	const hi = Math.min(a.hi, b.hi);
	return lo < hi ? {lo, hi} : undefined;
}

/** Whether a lane opens all that another one opens, as surely. */
function covers(wide: Lane, lane: Lane): boolean {
	return wide.lo <= lane.lo && lane.hi <= wide.hi && wide.sure >= lane.sure && (!wide.onProject || lane.onProject);
}

/** Adds what act-as opens in lanes that wait for it. */
function ride(rides: ShortRide[], acts: readonly Act[], lanes: readonly ActingLane[]): void {
	for (const act of acts) {
		const onAccount = act.grant.binding.resource.account !== undefined;
		for (const lane of lanes) {
			const lo = Math.max(lane.lo, act.lo);
			const hi = Math.min(lane.hi, act.hi);
			if (lo >= hi || (lane.onProject && onAccount)) continue;
			rides.push({lo, hi, sure: Math.min(lane.sure, act.sure) as Sureness, grant: act.grant, lead: lane.lead});
		}
	}
}

/** Scopes where roles of several sets come together, one inheriting from the other. */
function mixedScopes(prints: readonly Footprint[]): Container[] {
	const mixed: Container[] = [];
	for (const one of prints) {
		for (const other of prints) {
			if (other === one) continue;
			for (const lower of one.scopes) {
				const meets = other.scopes.some(({order, end}) => order <= lower.order && lower.order < end);
				if (meets && !mixed.includes(lower)) mixed.push(lower);
			}
		}
	}
	return mixed;
}

/** Which roles are held, and how surely: what vehicles that makes possible follows from that alone. */
function keyOf(held: readonly Held[], own: number): string {
	let key = `${own}`;
	for (const {grant, sure} of held) key += ` ${grant.cls.index}${'?~'[sure] ?? ''}`;
	return key;
}

const laneKey = ({lo, hi}: Range, onProject: boolean): string => `${lo} ${hi}${onProject ? ' project' : ''}`;

function foreignLanes(sure: Sureness | -1, ranges: readonly Range[]): ActingLane[] {
	return sure === -1 ? [] : ranges.map(({lo, hi}) => ({lo, hi, sure, onProject: false, lead: undefined}));
}

function actingLanes({outermost: lanes}: SiteLanes, grants: readonly Grant[]): ActingLane[] {
	return lanes.map(({lo, hi, sure, onProject, places}) => {
		const lead = places?.length === 1 ? grants[places[0]!] : undefined;
		return {lo, hi, sure, onProject, lead};
	});
}

function boundDisguise({places, ...disguise}: PlacedDisguise, grants: readonly Grant[]): Disguise {
	return {...disguise, grants: places.map(({place, permission}) => ({grant: grants[place]!, permission}))};
}

/** Lanes of several places together: each range once, those for new workloads first. */
function merged(sites: readonly Site[], foreign: readonly Range[]): Lanes {
	const acting = new Map<string, ActingLane>();
	const free = new Map<string, Lane & {leads: Grant[]}>();
	for (const {lane, grants} of byExisting(sites, ({lanes}) => lanes.acting)) {
		const key = laneKey(lane, lane.onProject);
		const known = acting.get(key);
		const lead = lane.places.length === 1 ? grants[lane.places[0]!] : undefined;
		if (!known) {
			acting.set(key, {lo: lane.lo, hi: lane.hi, sure: lane.sure, onProject: lane.onProject, lead});
			continue;
		}
		if (known.lead !== lead) known.lead = undefined;
		if (lane.sure > known.sure) known.sure = lane.sure;
	}
	for (const {lane, grants} of byExisting(sites, ({lanes}) => lanes.free)) {
		const key = laneKey(lane, lane.onProject);
		const leads = lane.places.map(place => grants[place]!);
		const known = free.get(key);
		if (!known) {
			free.set(key, {lo: lane.lo, hi: lane.hi, sure: lane.sure, onProject: lane.onProject, leads});
			continue;
		}
		for (const lead of leads) if (!known.leads.includes(lead)) known.leads.push(lead);
		if (lane.sure > known.sure) known.sure = lane.sure;
	}
	const elsewhere = Math.max(...sites.map(({lanes}) => lanes.elsewhere)) as Sureness | -1;
	return {
		acting: outermost([...acting.values(), ...foreignLanes(elsewhere, foreign)]),
		free: [...free.values()],
		disguises: sites.flatMap(({lanes, grants}) => lanes.disguises.map(disguise => boundDisguise(disguise, grants))),
	};
}

function byExisting(
	sites: readonly Site[],
	of: (site: Site) => readonly SiteLane[],
): {lane: SiteLane; grants: readonly Grant[]}[] {
	const lanes = sites.flatMap(site => of(site).map(lane => ({lane, grants: site.grants})));
	return lanes.sort((a, b) => a.lane.existing - b.lane.existing);
}

/** Leaves out what lies in another lane that is as sure. */
function outermost<L extends Lane>(lanes: readonly L[]): L[] {
	const bySize = lanes.toSorted((a, b) => b.hi - b.lo - (a.hi - a.lo) || b.sure - a.sure);
	const kept: L[] = [];
	for (const lane of bySize) {
		// Many lanes are single accounts: only the wide ones are worth comparing with.
		if (!kept.slice(0, 32).some(wide => covers(wide, lane))) kept.push(lane);
	}
	return kept;
}

/** Adds a range, joined to the last one where they touch: unread projects mostly lie side by side. */
function append(ranges: Range[], range: Range): void {
	const last = ranges.at(-1);
	if (last && last.hi === range.lo) last.hi = range.hi;
	else ranges.push({...range});
}

/** Vehicles for which grants hold everything; what is inherited alone belongs to the container above. */
function fitsOf(own: readonly Held[], inherited: readonly Held[], limited: boolean): Fits {
	const all = [...own, ...inherited];
	const holder = (permission: string): (Fit['places'][number] & {sure: Sureness}) | undefined => {
		let best: (Fit['places'][number] & {sure: Sureness}) | undefined;
		for (const [place, {grant, sure}] of all.entries()) {
			if (grant.cls.watched.has(permission) && (!best || sure > best.sure)) best = {place, permission, sure};
		}
		return best;
	};
	const fits: Fit[] = [];
	for (const vehicle of ALL_WAYS) {
		if (vehicle.escalation.strength === 'limited' && !limited) continue;
		// What is expected counts too: held here, it makes surer what is inherited.
		const asked = [...vehicle.all, ...vehicle.anyOf.flat(2), ...vehicle.expects];
		if (!asked.some(permission => own.some(({grant}) => grant.cls.watched.has(permission)))) continue;
		const held = vehicle.all.map(holder);
		const chosen = vehicle.anyOf.flatMap(
			lists => lists.map(list => list.map(holder)).find(found => found.every(one => one)) ?? [undefined],
		);
		const places = [...held, ...chosen];
		if (places.some(place => place === undefined)) continue;
		let sure = Math.min(CERTAIN, ...places.map(place => place!.sure)) as Sureness;
		const expected = vehicle.expects.every(permission => holder(permission) !== undefined);
		if (!expected || vehicle.escalation.precondition !== undefined) sure = Math.min(sure, CONDITIONAL) as Sureness;
		fits.push({vehicle, sure, places: places.map(place => ({place: place!.place, permission: place!.permission}))});
	}
	const shapes = new Set<string>();
	const short = fits.filter(({vehicle, sure, places}) => {
		const {escalation, needsActAs, attaches, workloads} = vehicle;
		const lead = needsActAs ? '' : places[0]!.place;
		const kind = CODE.has(escalation.yields) ? '' : `${escalation.id} ${vehicle.exemptBy} ${IDENTITY_SET.has(vehicle)}`;
		const shape = [
			kind,
			needsActAs,
			vehicle.actAsOnProject,
			attaches,
			workloads.join(),
			escalation.constraints.join(),
			sure,
			lead,
		].join(' ');
		return !shapes.has(shape) && shapes.add(shape);
	});
	return {all: fits, short};
}
