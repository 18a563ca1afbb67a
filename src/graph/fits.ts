/** Which vehicles a combination of roles makes possible, whoever holds it and wherever. */
import type {Grant} from '../access/grants.ts';
import {CERTAIN, CONDITIONAL, type Sureness} from './rights.ts';
import {ALL_WAYS, CODE, IDENTITY_SET, type Vehicle} from './modelled-vehicles.ts';

/** A grant that holds some vehicle's permission for an actor, and how sure that is. */
export interface Held {
	grant: Grant;
	sure: Sureness;
}

/** A vehicle that a combination of roles makes possible; `places` number the grants, own ones first. */
export interface Fit {
	vehicle: Vehicle;
	sure: Sureness;
	places: {place: number; permission: string}[];
}

/** `short` leaves out vehicles that, where nothing bars, open the very ranges that another one opens. */
export interface Fits {
	all: readonly Fit[];
	short: readonly Fit[];
}

/** A number for one role, text for several: most hold one, and a table finds numbers faster. */
export type HeldKey = number | string;

/** Which roles are held, and how surely: what vehicles that makes possible follows from that alone. */
export function keyOf(held: readonly Held[], own: number): HeldKey {
	if (held.length === 1 && own === 1) return held[0]!.grant.cls.index * 3 + held[0]!.sure;
	let key = `${own}`;
	for (const {grant, sure} of held) key += ` ${grant.cls.index}${'?~'[sure] ?? ''}`;
	return key;
}

/** Vehicles for which grants hold everything; what is inherited alone belongs to the container above. */
export function fitsOf(own: readonly Held[], inherited: readonly Held[], limited: boolean): Fits {
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
		const {escalation, needsActAs, attaches, workloads, code} = vehicle;
		const lead = needsActAs ? '' : places[0]!.place;
		const kind = CODE.has(escalation.yields) ? '' : `${escalation.id} ${vehicle.exemptBy} ${IDENTITY_SET.has(vehicle)}`;
		const shape = [
			kind,
			needsActAs,
			vehicle.actAsOnProject,
			attaches,
			workloads.join(),
			code && `${code.kind} ${code.uses.join()}`,
			escalation.constraints.join(),
			sure,
			lead,
		].join(' ');
		return !shapes.has(shape) && shapes.add(shape);
	});
	return {all: fits, short};
}
