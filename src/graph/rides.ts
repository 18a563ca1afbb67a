/**
 * Rides: every vehicle by which an actor can make code run as one account, with the grants, the workload and the place of
 * each. A search needs less (`Vehicles`); this is for explaining its hops.
 */
import type {Memberships} from '../access/sets.ts';
import type {Grant} from '../access/grants.ts';
import type {Container} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Workload} from '../inventory/workload.ts';
import {liesIn} from './attached.ts';
import type {Tie} from './code-ties.ts';
import type {Drive, Drives, Holding} from './drives.ts';
import type {HeldKey} from './fits.ts';
import {cut} from './lanes.ts';
import {IDENTITY_SET, type Vehicle} from './modelled-vehicles.ts';
import type {Range} from './order.ts';
import {type Sureness, UNVERIFIED} from './rights.ts';

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
	/** Where the workload's code lies, if that is what is replaced. */
	code?: Tie;
}

/** What a drive opens, whoever the grants are of. */
interface PlacedRide extends Range {
	vehicle: Vehicle;
	sure: Sureness;
	places: Drive['places'];
	workload?: Workload;
	elsewhere?: Container;
	code?: Tie;
}

export class Rides {
	readonly #drives: Drives;
	readonly #memberships: Memberships;
	readonly #bySite = new Map<Container, Map<HeldKey, readonly PlacedRide[]>>();

	constructor(drives: Drives, memberships: Memberships) {
		this.#drives = drives;
		this.#memberships = memberships;
	}

	/**
	 * Every ride of an actor onto one account.
	 * @param number the account's
	 * @param only the grant that must open it: by act-as, or by the leading permission where none is needed
	 */
	*of(actor: Principal, number: number, only?: Grant): Generator<Ride> {
		const drives = this.#drives;
		const sets = this.#memberships.setsOf(actor);
		const places = drives.holdings(sets);
		if (places.length === 0) return;
		const acts = drives.acts(actor, only, sets).filter(act => act.lo <= number && number < act.hi);
		for (const holding of places) {
			const {held} = holding;
			for (const {places: asked, ...placed} of this.#ridesOfSite(actor, holding)) {
				const {lo, hi, sure, vehicle} = placed;
				if (number < lo || number >= hi) continue;
				const grants = asked.map(({place, permission}) => ({grant: held[place]!.grant, permission}));
				const ride: Ride = {...placed, grants};
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
	#ridesOfSite(actor: Principal, holding: Holding): readonly PlacedRide[] {
		const key = this.#drives.siteKey(actor, holding);
		const {scope} = holding;
		let byKey = this.#bySite.get(scope);
		if (!byKey) this.#bySite.set(scope, (byKey = new Map()));
		let rides = byKey.get(key);
		if (!rides) byKey.set(key, (rides = this.#computeRides(actor, holding)));
		return rides;
	}

	#computeRides(actor: Principal, {held, own, scope, ...only}: Holding): PlacedRide[] {
		const drives = this.#drives;
		const rides: PlacedRide[] = [];
		for (const {vehicle, sure: best, places} of drives.fitting(actor, held, own, scope, only, true)) {
			if (IDENTITY_SET.has(vehicle)) continue;
			const inherits = places.some(({place}) => place >= own);
			const drive: Drive = {vehicle, scope, sure: best, places, inherits, ...only};
			const foreign = drives.takesNew(drive) ? drives.foreign : [];
			for (const {piece, sure: open} of drives.open(actor, drive, places)) {
				const add = (range: Range | undefined, sure: Sureness, more: Partial<PlacedRide> = {}): void => {
					if (range) rides.push({lo: range.lo, hi: range.hi, sure, vehicle, places, ...more});
				};
				for (const range of foreign) add(range, open, {elsewhere: piece.container});
				if (vehicle.workloads.length === 0) {
					add(cut(piece, piece), open);
					continue;
				}
				const attached = drives.attachedIn(drive);
				for (const account of attached.accounts) {
					// It counts where the workload or its code lies, and may run as an account of another project.
					if (!liesIn(account, piece)) continue;
					const {number, workload, at, sure, code} = account;
					const elsewhere = at === workload.project ? undefined : at;
					add({lo: number, hi: number + 1}, Math.min(open, sure) as Sureness, {
						workload,
						...(elsewhere && {elsewhere}),
						...(code && {code}),
					});
				}
				if (vehicle.needsActAs && vehicle.attaches) for (const range of attached.occupied) add(cut(range, piece), open);
				for (const range of attached.unread) add(cut(range, piece), UNVERIFIED);
			}
		}
		return rides;
	}
}
