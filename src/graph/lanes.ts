/**
 * Lanes: ranges of accounts on which somebody has a vehicle. What is held in one place gives the same lanes to all who
 * are barred alike, so they are made once and bound to the grants of each.
 */
import type {Grant} from '../access/grants.ts';
import type {Container} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Range} from './order.ts';
import type {Sureness} from './rights.ts';

/** A range of accounts that an actor may act as. */
export interface Act extends Range {
	sure: Sureness;
	grant: Grant;
}

/** A range of accounts on which somebody has some vehicle. */
export interface Lane extends Range {
	sure: Sureness;
	/** Act-as must come from a container. */
	onProject: boolean;
}

/** A lane for which act-as is needed, with the leading grant of its vehicles if they have one in common. */
export interface ActingLane extends Lane {
	lead: Grant | undefined;
}

/** A lane of what is held in one place. */
export interface SiteLane extends Lane {
	/** Leading grants of the vehicles, by place. */
	places: number[];
	/** Number of workload types of the first vehicle that opened it: 0 for new workloads. */
	existing: number;
}

/** A way onto an identity that is no account of a project here. */
export interface Disguise {
	principal: Principal;
	/** Its number if it is an account that can be become after all: a default account (legacy Cloud Build). */
	number: number | undefined;
	escalation: string;
	sure: Sureness;
	places: readonly {place: number; permission: string}[];
}

/** Disguises of one place, with the grants there: few combinations occur, so they are shared by all who hold the same. */
export interface Wardrobe {
	disguises: readonly Disguise[];
	/** By place. */
	grants: readonly Grant[];
}

/** `acting`: act-as completes the way; `free`: nothing more is needed. */
export interface SiteLanes {
	acting: readonly SiteLane[];
	/** Those of `acting`, and of accounts elsewhere, that lie in no other as sure. */
	outermost: readonly (Lane & {places?: readonly number[]})[];
	free: readonly SiteLane[];
	/** How sure a vehicle for accounts of other projects is; -1: there is none. */
	elsewhere: Sureness | -1;
	disguises: readonly Disguise[];
}

/** What one actor holds in one place. */
export interface Site {
	/** By place. */
	grants: readonly Grant[];
	lanes: SiteLanes;
}

/** A lane that needs no act-as, with the leading grants of its vehicles: what a finding about one of them names. */
interface FreeLane extends Lane {
	leads: readonly Grant[];
}

export interface Lanes {
	acting: readonly ActingLane[];
	free: readonly FreeLane[];
	wardrobes: readonly Wardrobe[];
}

/** What one set may act as, its lanes, and where its roles drive something. */
export interface Footprint {
	acts: readonly Act[];
	lanes: Lanes;
	scopes: readonly Container[];
}

/** A range that some ride opens, and the grant that does it. */
export interface ShortRide extends Range {
	sure: Sureness;
	grant: Grant;
	/** The one binding that the vehicles rest on, beside act-as. */
	lead: Grant | undefined;
}

export const NO_LANES: Lanes = {acting: [], free: [], wardrobes: []};
export const NO_FOOTPRINT: Footprint = {acts: [], lanes: NO_LANES, scopes: []};
export const NO_SITE_LANES: SiteLanes = {acting: [], outermost: [], free: [], elsewhere: -1, disguises: []};

/** The overlap of two ranges. */
export function cut(a: Range, b: Range): Range | undefined {
	const lo = Math.max(a.lo, b.lo);
	const hi = Math.min(a.hi, b.hi);
	return lo < hi ? {lo, hi} : undefined;
}

/** Whether a lane opens all that another one opens, as surely. */
function covers(wide: Lane, lane: Lane): boolean {
	return wide.lo <= lane.lo && lane.hi <= wide.hi && wide.sure >= lane.sure && (!wide.onProject || lane.onProject);
}

/** What lanes open: those that need no act-as, and what act-as opens of those that wait for it. */
export function ridesOn({acting, free}: Lanes, acts: readonly Act[], only?: Grant): ShortRide[] {
	const rides: ShortRide[] = [];
	for (const {lo, hi, sure, leads} of free) {
		for (const grant of leads)
			if (only === undefined || grant === only) rides.push({lo, hi, sure, grant, lead: undefined});
	}
	ride(rides, acts, acting);
	return rides;
}

/** Adds what act-as opens in lanes that wait for it. */
export function ride(rides: ShortRide[], acts: readonly Act[], lanes: readonly ActingLane[]): void {
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
export function mixedScopes(prints: readonly Footprint[]): Container[] {
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

export const laneKey = ({lo, hi}: Range, onProject: boolean): string => `${lo} ${hi}${onProject ? ' project' : ''}`;

export function foreignLanes(sure: Sureness | -1, ranges: readonly Range[]): ActingLane[] {
	return sure === -1 ? [] : ranges.map(({lo, hi}) => ({lo, hi, sure, onProject: false, lead: undefined}));
}

export function actingLanes({outermost: lanes}: SiteLanes, grants: readonly Grant[]): ActingLane[] {
	return lanes.map(({lo, hi, sure, onProject, places}) => {
		const lead = places?.length === 1 ? grants[places[0]!] : undefined;
		return {lo, hi, sure, onProject, lead};
	});
}

/** What a disguise rests on, for one who holds these grants. */
export function grantsOf({places}: Disguise, grants: readonly Grant[]): {grant: Grant; permission: string}[] {
	return places.map(({place, permission}) => ({grant: grants[place]!, permission}));
}

/** What several places let somebody put on. */
export function wardrobesOf(sites: readonly Site[]): Wardrobe[] {
	return sites.flatMap(({lanes: {disguises}, grants}) => (disguises.length > 0 ? [{disguises, grants}] : []));
}

/** Lanes of several places together: each range once, those for new workloads first. */
export function merged(sites: readonly Site[], foreign: readonly Range[]): Lanes {
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
		wardrobes: wardrobesOf(sites),
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
export function outermost<L extends Lane>(lanes: readonly L[]): L[] {
	const bySize = lanes.toSorted((a, b) => b.hi - b.lo - (a.hi - a.lo) || b.sure - a.sure);
	const kept: L[] = [];
	for (const lane of bySize) {
		// Many lanes are single accounts: only the wide ones are worth comparing with.
		if (!kept.slice(0, 32).some(wide => covers(wide, lane))) kept.push(lane);
	}
	return kept;
}

/** Adds a range, joined to the last one where they touch: unread projects mostly lie side by side. */
export function append(ranges: Range[], range: Range): void {
	const last = ranges.at(-1);
	if (last && last.hi === range.lo) last.hi = range.hi;
	else ranges.push({...range});
}
