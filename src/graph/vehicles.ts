/**
 * Vehicles: ways to make code run as an account. Act-as needs a vehicle and most vehicles need act-as; both
 * are decided for one principal, on concrete scopes, before they become an arc. Facts: escalations.json,
 * `checks`; the vehicle's permissions are judged on the project, act-as on the account.
 */
import {type Access, type Target, UNKNOWN_RESOURCE} from '../access/evaluate.ts';
import type {Grant, GrantSource} from '../access/grants.ts';
import {parseFederated} from '../access/sets.ts';
import type {Container, Inventory, ServiceAccount} from '../inventory/model.ts';
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

/** A container on which an actor can use a vehicle. */
interface Drive {
	vehicle: Vehicle;
	scope: Container;
	sure: Sureness;
	grants: {grant: Grant; permission: string}[];
	/** Only this workload: the permissions are bound on it. */
	workload?: Workload;
}

/** A grant that holds some vehicle's permission for an actor, and how sure that is. */
interface Held {
	grant: Grant;
	sure: Sureness;
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

/** A range of accounts on which an actor has some vehicle. */
interface Lane extends Range {
	sure: Sureness;
	/** Leading grants of the vehicles: what a finding about one of them names. */
	leads: Set<Grant>;
	/** Act-as must come from a container. */
	onProject: boolean;
}

/** `acting`: act-as completes the way; `free`: nothing more is needed. */
interface Lanes {
	acting: readonly Lane[];
	free: readonly Lane[];
	disguises: readonly Disguise[];
}

/** Keeps accounts from being attached in other projects. */
const CROSS_PROJECT = 'iam.disableCrossProjectServiceAccountUsage';
const NO_DISGUISES: readonly Disguise[] = [];
const NO_LANES: Lanes = {acting: [], free: [], disguises: NO_DISGUISES};

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
	readonly #lanes = new Map<Principal, Lanes>();
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
	 * Every ride of an actor.
	 * @param only the grant that must open it: by act-as, or by the leading permission where none is needed
	 */
	*rides(actor: Principal, only?: Grant): Generator<Ride> {
		const drives = this.#drivesOf(actor);
		if (drives.length === 0) return;
		const acts = this.#actAs(actor, only);
		for (const drive of drives) {
			const {vehicle} = drive;
			if (IDENTITY_SET.has(vehicle)) continue;
			const leads = only === undefined || drive.grants[0]?.grant === only;
			if (vehicle.needsActAs) {
				if (acts.length > 0) yield* this.#withActAs(actor, drive, acts);
			} else if (leads) yield* this.#withoutActAs(actor, drive);
		}
	}

	/**
	 * The same for a search: every range once, as sure as some ride makes it. What an act-as vehicle for new
	 * workloads covers needs no second look for existing ones.
	 */
	*shortRides(actor: Principal, only?: Grant): Generator<Range & {sure: Sureness; grant: Grant}> {
		const {acting, free} = this.#lanesOf(actor);
		for (const lane of free) {
			const [grant] = lane.leads;
			if (only ? lane.leads.has(only) : grant) yield {lo: lane.lo, hi: lane.hi, sure: lane.sure, grant: only ?? grant!};
		}
		if (acting.length === 0) return;
		for (const act of this.#actAs(actor, only)) {
			for (const lane of acting) {
				if (lane.onProject && act.grant.binding.resource.account) continue;
				const within = cut(lane, act);
				if (within) yield {...within, sure: Math.min(lane.sure, act.sure) as Sureness, grant: act.grant};
			}
		}
	}

	/** Whether an actor has a vehicle that act-as would complete, and that does not come with one of its sets alone. */
	hasVehicle(actor: Principal, beside: Principal): boolean {
		const {access, grants} = this.#parts;
		const drives = (set: Principal): boolean => grants.of(set).some(grant => grant.cls.drives);
		const known = new Set(access.memberships.of(beside).map(({set}) => set));
		if (!access.memberships.of(actor).some(({set}) => !known.has(set) && drives(set))) return false;
		return this.#lanesOf(actor).acting.length > 0;
	}

	#lanesOf(actor: Principal): Lanes {
		let lanes = this.#lanes.get(actor);
		if (!lanes) this.#lanes.set(actor, (lanes = this.#computeLanes(actor)));
		return lanes;
	}

	#computeLanes(actor: Principal): Lanes {
		const all = this.#drivesOf(actor, true);
		if (all.length === 0) return NO_LANES;
		const drives = all.filter(({vehicle}) => !IDENTITY_SET.has(vehicle));
		const disguises = this.#disguisesOf(
			actor,
			all.filter(({vehicle}) => IDENTITY_SET.has(vehicle)),
		);
		// New workloads first: what they cover for certain needs no look at existing ones.
		drives.sort((a, b) => a.vehicle.workloads.length - b.vehicle.workloads.length);
		const acting = new Map<string, Lane>();
		const free = new Map<string, Lane>();
		/** The surest vehicle for accounts of other projects: one is as good as the next. */
		let elsewhere: {sure: Sureness | -1; lead?: Grant} = {sure: -1};
		for (const drive of drives) {
			const {vehicle} = drive;
			const lanes = vehicle.needsActAs ? acting : free;
			const lead = drive.grants[0]!.grant;
			const open = [...this.#open(actor, drive)];
			const surest = Math.max(-1, ...open.map(piece => piece.sure));
			if (surest > elsewhere.sure && this.#takesNew(drive)) elsewhere = {sure: surest as Sureness, lead};
			for (const piece of open) {
				const add = (range: Range | undefined, sure: Sureness): void => {
					if (!range) return;
					const onProject = vehicle.actAsOnProject;
					const key = `${range.lo} ${range.hi} ${onProject}`;
					const known = lanes.get(key);
					if (!known) lanes.set(key, {lo: range.lo, hi: range.hi, sure, leads: new Set([lead]), onProject});
					else {
						known.leads.add(lead);
						if (sure > known.sure) known.sure = sure;
					}
				};
				if (vehicle.workloads.length === 0) {
					add(piece, piece.sure);
					continue;
				}
				if (
					vehicle.needsActAs &&
					!vehicle.actAsOnProject &&
					acting.get(`${piece.lo} ${piece.hi} false`)?.sure === CERTAIN &&
					!this.#runsElsewhere
				)
					continue;
				const attached = this.#attachedIn(drive);
				for (const {number, workload} of attached.accounts) {
					if (liesIn(workload, piece)) add({lo: number, hi: number + 1}, piece.sure);
				}
				if (vehicle.attaches) for (const range of attached.occupied) add(cut(range, piece), piece.sure);
				for (const range of attached.unread) add(cut(range, piece), UNVERIFIED);
			}
		}
		if (elsewhere.sure !== -1) {
			const {sure, lead} = elsewhere;
			for (const {lo, hi} of this.#foreignRanges())
				acting.set(`${lo} ${hi} elsewhere`, {lo, hi, sure, leads: new Set([lead!]), onProject: false});
		}
		return {acting: outermost([...acting.values()]), free: [...free.values()], disguises};
	}

	/** Identities that the actor can put on: agents that a service brings to a project, and identities of pools. */
	disguises(actor: Principal): readonly Disguise[] {
		return this.#lanesOf(actor).disguises;
	}

	#disguisesOf(actor: Principal, drives: readonly Drive[]): readonly Disguise[] {
		const found: Disguise[] = [];
		for (const drive of drives) {
			const {escalation} = drive.vehicle;
			for (const {principal, container, sure} of this.#identities(drive)) {
				if (principal === actor) continue;
				let surest: Sureness | undefined = Math.min(drive.sure, sure) as Sureness;
				for (const {permission} of drive.grants) {
					const open = this.#parts.rights.unbarred(actor, permission, container);
					surest = open === undefined || surest === undefined ? undefined : (Math.min(open, surest) as Sureness);
				}
				if (surest !== undefined)
					found.push({principal, escalation: escalation.id, sure: surest, grants: drive.grants});
			}
		}
		return found.length > 0 ? found : NO_DISGUISES;
	}

	/** Number of a principal among the accounts that can be become. */
	numberOf(principal: Principal): number | undefined {
		const account =
			principal.kind === 'serviceAccount' ? this.#parts.inventory.accounts.get(principal.value) : undefined;
		return account && this.#parts.order.numberOf(account);
	}

	/** Identities of a drive below its scope that some policy names: others hold nothing. */
	#identities({vehicle, scope}: Drive): {principal: Principal; container: Container; sure: Sureness}[] {
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
		for (const [container, members] of this.#poolMembers()) {
			if (container.order < scope.order || container.order >= scope.end) continue;
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
	#actAs(actor: Principal, only: Grant | undefined): (Range & {sure: Sureness; grant: Grant})[] {
		const ranges: (Range & {sure: Sureness; grant: Grant})[] = [];
		const {access, grants, rights} = this.#parts;
		const consider = (grant: Grant): void => {
			if (!grant.cls.watched.has(ACT_AS)) return;
			for (const {lo, hi, masks} of rights.reachable(actor, grant, ACTS)) {
				const sure = masks[CERTAIN] & ACTS ? CERTAIN : masks[CONDITIONAL] & ACTS ? CONDITIONAL : UNVERIFIED;
				ranges.push({lo, hi, sure, grant});
			}
		};
		if (only) consider(only);
		else for (const {set} of access.memberships.of(actor)) for (const grant of grants.of(set)) consider(grant);
		return ranges;
	}

	/** Where an actor holds all that a vehicle asks for. Not kept: lanes are, and explanations are few. */
	#drivesOf(actor: Principal, short = false): Drive[] {
		const {access, grants} = this.#parts;
		const byContainer = new Map<Container, Held[]>();
		const onWorkloads: {grant: Grant; sure: Sureness; workload: Workload}[] = [];
		for (const {set} of access.memberships.of(actor)) {
			for (const grant of grants.of(set)) {
				if (!grant.cls.drives) continue;
				const {resource} = grant.binding;
				if (!resource.container || resource.account) continue;
				const target: Target = {name: '', assetType: UNKNOWN_RESOURCE, container: resource.container};
				const value = access.conditionOn(grant.binding, target, '')?.value ?? 'true';
				if (value === 'false') continue;
				const sure = value === 'true' && !grant.entitlement?.approval ? CERTAIN : CONDITIONAL;
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
		const inherited = (container: Container | undefined): Held[] => {
			const list: Held[] = [];
			for (let at = container; at; at = at.parent) list.push(...(byContainer.get(at) ?? []));
			return list;
		};
		const drives: Drive[] = [];
		for (const [container, own] of byContainer) this.#match(drives, own, inherited(container.parent), container, short);
		for (const {workload, ...own} of onWorkloads) {
			if (workload.project) this.#match(drives, [own], inherited(workload.project), workload.project, short, workload);
		}
		return drives;
	}

	/** Adds the vehicles that own grants, completed by inherited ones, make possible on a scope. */
	#match(
		drives: Drive[],
		own: readonly Held[],
		inherited: readonly Held[],
		scope: Container,
		short: boolean,
		workload?: Workload,
	): void {
		const all = [...own, ...inherited];
		const fits = this.#fits(own, inherited);
		for (const {vehicle, sure, places} of short && this.#parts.rights.isPlain(scope) ? fits.short : fits.all) {
			if (workload && !vehicle.workloads.includes(workload.assetType)) continue;
			if (this.#idle.has(vehicle)) continue;
			const grants = places.map(({place, permission}) => ({grant: all[place]!.grant, permission}));
			drives.push({vehicle, scope, sure, grants, ...(workload && {workload})});
		}
	}

	/** Which vehicles a combination of roles makes possible. Few combinations occur: each is looked at once. */
	#fits(own: readonly Held[], inherited: readonly Held[]): Fits {
		const name = ({grant, sure}: Held): string => `${grant.cls.role.name} ${sure}`;
		const key = `${own.map(name).join(',')} < ${inherited.map(name).join(',')}`;
		let fits = this.#fitCache.get(key);
		if (!fits) this.#fitCache.set(key, (fits = fitsOf(own, inherited, this.#parts.limited)));
		return fits;
	}

	/** Pieces of a drive's scope where nothing bars the vehicle's permissions. */
	*#open(actor: Principal, drive: Drive): Generator<Piece & {sure: Sureness}> {
		const {rights} = this.#parts;
		for (const piece of rights.pieces(drive.scope)) {
			// Without accounts of its own a project may still run workloads as those of another.
			if (piece.lo === piece.hi && drive.vehicle.workloads.length === 0) continue;
			let sure: Sureness | undefined = drive.sure;
			for (const {permission} of drive.grants) {
				const open = rights.unbarred(actor, permission, piece.container);
				sure = open === undefined || sure === undefined ? undefined : (Math.min(open, sure) as Sureness);
			}
			if (sure === undefined) continue;
			if (drive.vehicle.escalation.constraints.some(constraint => rights.isEnforced(constraint, piece.container)))
				continue;
			yield {...piece, sure};
		}
	}

	*#withActAs(
		actor: Principal,
		drive: Drive,
		acts: readonly (Range & {sure: Sureness; grant: Grant})[],
	): Generator<Ride> {
		const {vehicle} = drive;
		const foreign = this.#takesNew(drive) ? this.#foreignRanges() : [];
		for (const piece of this.#open(actor, drive)) {
			const attached = vehicle.workloads.length > 0 ? this.#attachedIn(drive) : undefined;
			for (const act of acts) {
				if (vehicle.actAsOnProject && act.grant.binding.resource.account) continue;
				const sure = Math.min(piece.sure, act.sure) as Sureness;
				const ride = {vehicle, grants: drive.grants, actAs: act.grant};
				for (const range of foreign) yield* emit({...ride, elsewhere: piece.container}, cut(range, act), sure);
				if (!attached) {
					yield* emit(ride, cut(piece, act), sure);
					continue;
				}
				for (const {number, workload} of attached.accounts) {
					// It counts where the workload lies, which may run as an account of another project.
					const counts = number >= act.lo && number < act.hi && liesIn(workload, piece);
					if (counts) yield {...ride, lo: number, hi: number + 1, sure, workload};
				}
				const within = cut(piece, act);
				if (!within) continue;
				if (vehicle.attaches) for (const range of attached.occupied) yield* emit(ride, cut(range, within), sure);
				for (const range of attached.unread) yield* emit(ride, cut(range, within), UNVERIFIED);
			}
		}
	}

	/** Whether the vehicle can attach an account that the caller chooses: to a new workload, or one that is there. */
	#takesNew(drive: Drive): boolean {
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

	*#withoutActAs(actor: Principal, drive: Drive): Generator<Ride> {
		const {vehicle} = drive;
		for (const piece of this.#open(actor, drive)) {
			const ride = {vehicle, grants: drive.grants};
			if (vehicle.workloads.length === 0) {
				yield {...ride, lo: piece.lo, hi: piece.hi, sure: piece.sure};
				continue;
			}
			const attached = this.#attachedIn(drive);
			for (const {number, workload} of attached.accounts) {
				// A workload may run as an account of another project: it counts where the workload lies.
				if (liesIn(workload, piece)) yield {...ride, lo: number, hi: number + 1, sure: piece.sure, workload};
			}
			for (const range of attached.unread) yield* emit(ride, cut(range, piece), UNVERIFIED);
		}
	}

	/** Accounts of existing workloads for a drive: of its one workload, or of all below its scope. */
	#attachedIn(drive: Drive): Attached {
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

/** Leaves out what lies in another lane that is as sure. */
function outermost(lanes: Lane[]): Lane[] {
	const bySize = lanes.toSorted((a, b) => b.hi - b.lo - (a.hi - a.lo) || b.sure - a.sure);
	const kept: Lane[] = [];
	for (const lane of bySize) {
		// Many lanes are single accounts: only the wide ones are worth comparing with.
		if (!kept.slice(0, 32).some(wide => covers(wide, lane))) kept.push(lane);
	}
	return kept;
}

function* emit(ride: Omit<Ride, keyof Range | 'sure'>, range: Range | undefined, sure: Sureness): Generator<Ride> {
	if (range) yield {...ride, ...range, sure};
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
