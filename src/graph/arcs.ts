/**
 * What an actor can do next: one arc per grant and piece of its scope, never per account. Arcs are
 * computed when a search first comes by, and kept.
 */
import type {Access} from '../access/evaluate.ts';
import type {Grant, GrantSource} from '../access/grants.ts';
import type {Container, Group} from '../inventory/model.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import {ENTITLING, FULL, MINTING, REWRITING, ROLE_UPDATE} from './escalations.ts';
import type {Disguise, ShortRide, Wardrobe} from './lanes.ts';
import type {Range} from './order.ts';
import {ProfileMap} from './profile-map.ts';
import {CERTAIN, CONDITIONAL, DELEGATES, type Rights, type Sureness} from './rights.ts';
import type {Vehicles} from './vehicles.ts';

/** The binding member through which an actor holds what opens an arc. */
interface Cause {
	sure: Sureness;
	grant: Grant;
	/** The actor itself or one of its sets, as the binding names it. */
	member: Principal;
}

/** `become`: act as the accounts. `delegate`: name them in a delegation chain. */
export interface AccountArc extends Cause, Range {
	kind: 'become' | 'delegate';
	/** Some vehicle opens the arc. */
	rides: boolean;
	/** The one binding that every such vehicle rests on, if it is not the arc's own: removing it closes the arc too. */
	vehicle: {grant: Grant; member: Principal} | undefined;
}

/** Rewriting a container's policy, or a custom role that the actor holds there. */
export interface RewriteArc extends Cause {
	kind: 'rewrite';
	container: Container;
	/** May grant only some roles: the container itself is no end. */
	limited: boolean;
	/** The custom role whose permissions are rewritten, and the grant by which the actor holds it. */
	holds?: Grant;
	/** It is done by writing an entitlement: the permission for that. */
	entitles?: string;
}

/** Becoming a group whose membership the actor writes, or an identity of a pool whose providers it writes. */
export interface AssumeArc {
	kind: 'assume';
	principal: Principal;
	escalation: string;
	sure: Sureness;
	group?: Group;
	/** What is put on, by grants of one place; absent for groups: no binding gives that right. */
	worn?: {disguise: Disguise; by: readonly Grant[]};
	grant?: Grant;
	member?: Principal;
}

export type Arc = AccountArc | RewriteArc | AssumeArc;

/** Rewriting a policy, a role or a group's membership: a path that begins so is `policy-takeover`'s. */
export function isTakeover(arc: Arc): boolean {
	return arc.kind === 'rewrite' || (arc.kind === 'assume' && arc.group !== undefined);
}

export interface ArcParts {
	access: Access;
	grants: GrantSource;
	rights: Rights;
	vehicles: Vehicles;
	/** Escalation bits that count: full strength (the default), or limited ones too. */
	wanted?: number;
	/** Arcs over all grants, for actors whose grants are the same: `grants` then leaves some members out. */
	unchanged?: {arcs: Arcs; isTouched: (actor: Principal) => boolean};
	/** The organization's own domains: their members may join open groups. */
	domains: readonly string[];
}

export class Arcs {
	readonly #parts: ArcParts;
	readonly #wanted: number;
	readonly #arcs = new PrincipalMap<readonly Arc[]>();
	/** Of somebody who is not kept: several queries ask for the same one in a row. */
	#last: {actor: Principal; arcs: readonly Arc[]} | undefined;
	/** By set and the actor's profile. */
	readonly #bySet = new ProfileMap<readonly Arc[]>();
	/** By who is in several sets: nothing, for almost all. */
	readonly #extras = new PrincipalMap<readonly Arc[]>();
	readonly #minting = new PrincipalMap<Arc[]>();
	/** Groups by who may change their membership. */
	readonly #ledBy = new PrincipalMap<Group[]>();
	readonly #openGroups: Group[] = [];

	constructor(parts: ArcParts) {
		this.#parts = parts;
		this.#wanted = parts.wanted ?? FULL;
		const {inventory} = parts.access;
		for (const group of inventory.groups.values()) {
			for (const leader of new Set([...group.owners, ...group.managers])) push(this.#ledBy, leader, group);
			if (group.joining === 'open') this.#openGroups.push(group);
		}
	}

	/** Everything an actor can do with its own credentials. */
	of(actor: Principal): readonly Arc[] {
		const {unchanged} = this.#parts;
		if (unchanged && !unchanged.isTouched(actor)) return unchanged.arcs.of(actor);
		let arcs = this.#arcs.get(actor);
		if (!arcs) {
			if (this.#last?.actor === actor) return this.#last.arcs;
			arcs = this.#compute(actor);
			if (isKept(actor)) this.#arcs.set(actor, arcs);
			else this.#last = {actor, arcs};
		}
		return arcs;
	}

	#compute(actor: Principal): readonly Arc[] {
		const sets = this.setsOf(actor);
		if (sets.length === 1 && !this.joins(actor)) return this.alone(actor, sets[0]!);
		const arcs: Arc[] = [];
		for (const set of sets) for (const arc of this.alone(actor, set)) arcs.push(arc);
		arcs.push(...this.extras(actor, sets));
		if (this.joins(actor)) for (const group of this.#openGroups) arcs.push(takenOver(group));
		return arcs.slice();
	}

	/** Those sets of an actor that hold or lead anything that could open an arc or complete one. */
	setsOf(actor: Principal): readonly Principal[] {
		return this.#parts.access.memberships.setsOf(actor).filter(set => this.#isSubstantial(set));
	}

	/** Whether an actor may join groups that are open to the organization. */
	joins(actor: Principal): boolean {
		return this.#openGroups.length > 0 && this.#isOwn(actor);
	}

	/** How barriers see an actor: arcs by the same set are the same for actors of one profile. */
	profile(actor: Principal): number {
		return this.#parts.access.profile(actor);
	}

	/** Whether the grant of an arc ends by itself. */
	ends({grant}: Arc): boolean {
		return grant !== undefined && this.#parts.rights.isTemporary(grant);
	}

	/** What an actor can do only because it is in several sets, beyond what each of them lets it do alone. */
	extras(actor: Principal, sets: readonly Principal[]): readonly Arc[] {
		if (sets.length < 2) return NO_ARCS;
		let extras = this.#extras.get(actor);
		if (!extras) this.#extras.set(actor, (extras = this.#computeExtras(actor, sets)));
		return extras;
	}

	#computeExtras(actor: Principal, sets: readonly Principal[]): readonly Arc[] {
		const {rides, wardrobes} = this.#parts.vehicles.combined(actor, sets);
		const arcs: Arc[] = [];
		this.#addRides(arcs, rides, sets);
		this.#addDisguises(arcs, wardrobes, sets);
		this.#addRoleUpdates(arcs, actor, sets);
		if (arcs.length === 0) return NO_ARCS;
		const known = sets.map(set => this.alone(actor, set));
		return arcs.filter(arc => !known.some(list => list.some(one => isNoBetter(arc, one))));
	}

	/** What an actor can do by one of its sets alone: the same for all members that are barred alike. */
	alone(actor: Principal, set: Principal): readonly Arc[] {
		const {access, unchanged} = this.#parts;
		if (unchanged && !unchanged.isTouched(set)) return unchanged.arcs.alone(actor, set);
		const profile = access.profile(actor);
		let arcs = this.#bySet.get(set, profile);
		if (!arcs) {
			arcs = this.#computeAlone(actor, set);
			// A person's or account's own arcs are asked for by itself only.
			if (set === actor && !isSet(set)) return arcs;
			this.#bySet.set(set, profile, arcs);
		}
		return arcs;
	}

	#computeAlone(actor: Principal, set: Principal): readonly Arc[] {
		const {grants, vehicles} = this.#parts;
		const arcs: Arc[] = [];
		const sets = [set];
		let drives = false;
		for (const grant of grants.of(set)) {
			if (grant.cls.drives) drives = true;
			if (grant.cls.escalates) this.#addGrant(arcs, actor, grant, set);
		}
		const driven = drives ? vehicles.alone(actor, set) : undefined;
		if (driven) this.#addRides(arcs, driven.rides, sets);
		this.#addRoleUpdates(arcs, actor, sets);
		for (const group of this.#ledBy.get(set) ?? NOBODY) arcs.push(takenOver(group));
		if (driven) this.#addDisguises(arcs, driven.wardrobes, sets);
		// Kept for long: a copy has no room to grow.
		return arcs.length === 0 ? NO_ARCS : arcs.slice();
	}

	/** Whether anything that is granted to a set, or that it leads, could open an arc or complete one. */
	#isSubstantial(set: Principal): boolean {
		const {grants} = this.#parts;
		return grants.of(set).length > 0 || grants.holdingCustom(set).length > 0 || this.#ledBy.has(set);
	}

	/** What a delegate in a chain lets its caller do: mint for others, or delegate on. */
	minting(actor: Principal): readonly Arc[] {
		const {unchanged} = this.#parts;
		if (unchanged && !unchanged.isTouched(actor)) return unchanged.arcs.minting(actor);
		let arcs = this.#minting.get(actor);
		if (!arcs) {
			arcs = [];
			for (const {grant, member} of this.held(actor))
				this.#addAccounts(arcs, actor, grant, member, this.#wanted & MINTING);
			this.#minting.set(actor, arcs);
		}
		return arcs;
	}

	/** Grants that could open an arc, with the set of the actor that each names. */
	*held(actor: Principal): Generator<{grant: Grant; member: Principal}> {
		for (const set of this.#parts.access.memberships.setsOf(actor)) {
			for (const grant of this.#parts.grants.of(set)) if (grant.cls.escalates) yield {grant, member: set};
		}
	}

	/** Whether an actor holds anything that could open an arc: cheap, and before any arc is made. */
	mayAct(actor: Principal): boolean {
		for (const set of this.#parts.access.memberships.setsOf(actor)) {
			for (const grant of this.#parts.grants.of(set)) if (grant.cls.escalates) return true;
			if (this.#ledBy.has(set)) return true;
		}
		return this.joins(actor);
	}

	/** Arcs of one grant alone: the first step that a binding causes. */
	ofGrant(actor: Principal, grant: Grant, member: Principal = actor): Arc[] {
		const arcs: Arc[] = [];
		this.#addGrant(arcs, actor, grant, member);
		this.#addRides(arcs, this.#parts.vehicles.shortRides(actor, grant), [member]);
		return arcs;
	}

	#addGrant(arcs: Arc[], actor: Principal, grant: Grant, member: Principal): void {
		this.#addAccounts(arcs, actor, grant, member, this.#wanted);
		const {resource} = grant.binding;
		if (!resource.isContainer || !resource.container) return;
		const {rewrites, watched} = grant.cls;
		for (const permission of ENTITLING.permissions) {
			const right = watched.has(permission)
				? this.#parts.rights.rewrites(actor, grant, resource.container, permission)
				: undefined;
			if (!right) continue;
			// Whether the service is set up there is in no inventory: the catalogue's precondition.
			const sure = Math.min(right.sure, CONDITIONAL) as Sureness;
			arcs.push({kind: 'rewrite', container: resource.container, grant, member, ...right, sure, entitles: permission});
			break;
		}
		if (rewrites.project || rewrites.folder || rewrites.organization)
			this.#addRewrites(arcs, actor, grant, member, resource.container);
	}

	#addAccounts(arcs: Arc[], actor: Principal, grant: Grant, member: Principal, wanted: number): void {
		for (const {lo, hi, masks} of this.#parts.rights.reachable(actor, grant, wanted | DELEGATES)) {
			for (const kind of ['become', 'delegate'] as const) {
				const bits = kind === 'become' ? wanted : DELEGATES;
				const sure = masks[2] & bits ? CERTAIN : masks[1] & bits ? CONDITIONAL : masks[0] & bits ? 0 : undefined;
				if (sure !== undefined) arcs.push(accountArc(kind, lo, hi, sure, grant, member));
			}
		}
	}

	/** Ranges on which the actor can make code run as an account, each once and as sure as it gets. */
	#addRides(arcs: Arc[], rides: readonly ShortRide[], sets: readonly Principal[]): void {
		if (rides.length === 0) return;
		const best = new Map<Grant, Map<number, AccountArc>>();
		for (const {lo, hi, sure, grant, lead} of rides) {
			let known = best.get(grant);
			if (!known) best.set(grant, (known = new Map()));
			const key = lo * NUMBERS + hi;
			const same = known.get(key);
			if (same && same.sure >= sure) continue;
			const arc = accountArc('become', lo, hi, sure, grant, namedBy(grant, sets));
			arc.rides = true;
			if (lead && lead !== grant) arc.vehicle = {grant: lead, member: namedBy(lead, sets)};
			known.set(key, arc);
		}
		for (const known of best.values()) for (const arc of known.values()) arcs.push(arc);
	}

	/** The nearest set of an actor that a grant names. */
	memberOf(actor: Principal, grant: Grant): Principal {
		return namedBy(grant, this.#parts.access.memberships.setsOf(actor));
	}

	/** Accounts that an actor can become after rewriting a container's policy: it grants itself what it needs. */
	selfGranted(actor: Principal, arc: RewriteArc): {range: Range; sure: Sureness}[] {
		return this.#parts.rights.afterSelfGrant(actor, arc.container, arc.limited ? CONDITIONAL : CERTAIN);
	}

	/** The highest containers whose own policy the grant lets somebody rewrite; what lies below is theirs anyway. */
	#addRewrites(arcs: Arc[], actor: Principal, grant: Grant, member: Principal, container: Container): void {
		const right = this.#parts.rights.rewrites(actor, grant, container, REWRITING[container.kind].permission);
		if (right) {
			arcs.push({kind: 'rewrite', container, grant, member, ...right});
			return;
		}
		for (const child of container.children) this.#addRewrites(arcs, actor, grant, member, child);
	}

	/** Whoever may update a custom role that it holds itself can add any permission to it, where it holds it. */
	#addRoleUpdates(arcs: Arc[], actor: Principal, sets: readonly Principal[]): void {
		const {access, grants, rights} = this.#parts;
		const updaters: {grant: Grant; member: Principal}[] = [];
		for (const member of sets) {
			for (const grant of grants.of(member))
				if (grant.cls.updatesRoles && grant.binding.resource.isContainer) updaters.push({grant, member});
		}
		if (updaters.length === 0) return;
		for (const set of sets) {
			for (const holds of grants.holdingCustom(set)) {
				const owner = access.inventory.customRoles.get(holds.binding.role)?.owner;
				const {container, isContainer} = holds.binding.resource;
				if (!owner || !container || !isContainer) continue;
				for (const {grant, member} of updaters) {
					// By one set alone it is among that set's own arcs.
					if (sets.length > 1 && member === set) continue;
					const at = grant.binding.resource.container!;
					if (!(at.order <= owner.order && owner.order < at.end)) continue;
					const right = rights.rewrites(actor, grant, owner, ROLE_UPDATE.permission);
					if (right) arcs.push({kind: 'rewrite', container, grant, member, holds, sure: right.sure, limited: false});
				}
			}
		}
	}

	/** A user of the organization's own domains. */
	#isOwn(actor: Principal): boolean {
		return actor.kind === 'user' && this.#parts.domains.includes(actor.value.slice(actor.value.lastIndexOf('@') + 1));
	}

	/** What a service brings along, and identities of pools whose providers or clusters the actor controls. */
	#addDisguises(arcs: Arc[], wardrobes: readonly Wardrobe[], sets: readonly Principal[]): void {
		for (const {disguises, grants: by} of wardrobes) {
			for (const disguise of disguises) {
				const {principal, number, escalation, sure, places} = disguise;
				const grant = by[places[0]!.place]!;
				const member = namedBy(grant, sets);
				// A default account (legacy Cloud Build) is an account of the project like others.
				if (number !== undefined) arcs.push(accountArc('become', number, number + 1, sure, grant, member));
				else arcs.push({kind: 'assume', principal, escalation, sure, grant, member, worn: {disguise, by}});
			}
		}
	}
}

/** Whether another arc leads to the same as surely. */
function isNoBetter(arc: Arc, than: Arc): boolean {
	if (arc.kind !== than.kind || arc.sure > than.sure) return false;
	if (arc.kind === 'assume') return arc.principal === (than as AssumeArc).principal;
	if (arc.kind === 'rewrite') return false;
	const {lo, hi} = than as AccountArc;
	return lo <= arc.lo && arc.hi <= hi;
}

/** An arc that rests on one grant. */
export function accountArc(
	kind: AccountArc['kind'],
	lo: number,
	hi: number,
	sure: Sureness,
	grant: Grant,
	member: Principal,
): AccountArc {
	return {kind, lo, hi, sure, grant, member, rides: false, vehicle: undefined};
}

/** More than there are accounts. */
const NUMBERS = 2 ** 26;
const NO_ARCS: readonly Arc[] = [];
const NOBODY: readonly Group[] = [];

/** Taking a group over: who leads it changes its membership, and so does anybody where joining is open. */
function takenOver(group: Group): AssumeArc {
	return {kind: 'assume', principal: group.principal, escalation: 'group-membership-write', sure: CERTAIN, group};
}

/** The nearest of an actor's sets that a grant names. */
function namedBy({binding}: Grant, sets: readonly Principal[]): Principal {
	const set = sets.length === 1 ? sets[0] : sets.find(one => binding.members.includes(one));
	if (!set) throw new Error('an actor is no member of the binding that was used for it');
	return set;
}

const isSet = ({kind}: Principal): boolean => kind !== 'user' && kind !== 'serviceAccount' && kind !== 'principal';

/** Arcs of what others may become are asked for again and again; people are only where searches begin. */
const isKept = ({kind}: Principal): boolean => kind !== 'user';

function push<V>(map: PrincipalMap<V[]>, key: Principal, value: V): void {
	const list = map.get(key);
	if (list) list.push(value);
	else map.set(key, [value]);
}
