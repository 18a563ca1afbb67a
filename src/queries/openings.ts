/**
 * One search feeds three checks: for each binding that lets somebody become an account, and each member
 * of it, everything that this first step opens. Nothing here grows with principals x accounts.
 */
import type {Grant} from '../access/grants.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';
import {type Arc, isTakeover} from '../graph/arcs.ts';
import {type Reached, startOf} from '../graph/search.ts';
import {type Gains, Judge, type LateralGains, NOTHING} from './gains.ts';
import {Riders} from './riders.ts';
import {canGain, isFederated} from './who.ts';

export interface Opening {
	grant: Grant;
	member: Principal;
	/** Who holds all that the first step needs: the member, or one of its members that holds the rest elsewhere. */
	actor: Principal;
	/** Accounts in one hop with power that the member does not have. */
	direct: Gains;
	/** The same in two hops or more, and not in one by any binding. */
	chained: Gains;
	/** Accounts of other projects that accounts among the member's can become. */
	lateral: LateralGains;
}

/** All openings, in policy order, members by name within a binding. Computed once per world. */
export function openings(world: World): readonly Opening[] {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = new Openings(world).find()));
	return known;
}

const computed = new WeakMap<World, readonly Opening[]>();

class Openings {
	readonly #world: World;
	readonly #judge: Judge;
	/** Members of a set that have a vehicle from elsewhere, by set. */
	readonly #riders = new Map<Principal, Riders>();

	constructor(world: World) {
		this.#world = world;
		this.#judge = new Judge(world);
	}

	/** Member by member, since all grants of one share its arcs; then in policy order. */
	find(): Opening[] {
		const {grants} = this.#world;
		const found: Opening[] = [];
		for (const member of grants.members()) {
			if (canGain(this.#world, member)) this.#ofMember(found, member);
		}
		const place = new Map(found.map(opening => [opening, opening.grant.binding.members.indexOf(opening.member)]));
		return found.sort((a, b) => a.grant.index - b.grant.index || place.get(a)! - place.get(b)!);
	}

	#ofMember(found: Opening[], member: Principal): void {
		const {arcs, grants, vehicles} = this.#world;
		const escalating = grants.of(member).filter(grant => grant.cls.escalates);
		if (escalating.length === 0) return;
		const all = arcs.of(member).filter(arc => !isTakeover(arc));
		const seen = new Set<Grant>();
		for (const grant of escalating) {
			// A member that a binding names twice opens the same twice.
			if (seen.has(grant)) continue;
			seen.add(grant);
			const first = all.filter(arc => arc.grant === grant && arc.member === member);
			const opening = first.length > 0 ? this.#open(grant, member, member, first) : undefined;
			if (opening) found.push(opening);
			// One finding per question and binding: what the member holds alone comes first.
			if (opening?.direct.best || opening?.chained.best || opening?.lateral.best) continue;
			if (!grant.cls.actsAs || !isSet(member) || vehicles.shortRides(member, grant).length > 0) continue;
			// Act-as by one group, the vehicle by another: nobody but a member of both holds the pair.
			const rider = this.#riderOf(grant, member);
			if (!rider) continue;
			const rides = arcs.ofGrant(rider, grant, member).filter(arc => arc.kind === 'become' && arc.rides);
			if (rides.length > 0) found.push(this.#open(grant, member, rider, rides));
		}
	}

	/** The first member, by name, of a set that may act as by this grant and that has a vehicle from elsewhere. */
	#riderOf(grant: Grant, member: Principal): Principal | undefined {
		let riders = this.#riders.get(member);
		if (!riders) this.#riders.set(member, (riders = new Riders(this.#world, member)));
		return riders.of(grant);
	}

	/** @param actor who holds all that the first step needs: the member itself, or one of its members */
	#open(grant: Grant, member: Principal, actor: Principal, first: readonly Arc[]): Opening {
		const judge = this.#judge;
		const ranges =
			this.#oneHop(actor, first) ??
			this.#world.search.from(actor, {first, rewriteCost: 0, noFirstRewrite: true}).ranges;
		const far = ranges.findIndex(range => range.hops > 1);
		const direct = far === -1 ? ranges : ranges.slice(0, far);
		const deep = far === -1 ? [] : ranges.slice(far);
		// That a federated or Kubernetes identity may be the account it is bound on is what the account is for.
		const ownPurpose = isFederated(member) && grant.binding.resource.account !== undefined;
		return {
			grant,
			member,
			actor,
			direct: ownPurpose ? NOTHING : judge.gains(actor, direct, []),
			// Targets in one hop by another binding are chained all the same: removing that binding would not end them.
			chained: judge.gains(actor, deep, direct, ownPurpose),
			lateral: judge.lateral(member, ranges),
		};
	}

	/**
	 * What arcs lead to if nothing goes on from there: one hop, no policy rewritten, no account that acts. Then there
	 * is nothing to search, and that is how it is with most grants.
	 * @returns the same ranges as `Search.from`, or undefined: search
	 */
	#oneHop(source: Principal, arcs: readonly Arc[]): Reached[] | undefined {
		if (arcs.length > FEW) return undefined;
		const from = startOf(source);
		const ranges: Reached[] = [];
		for (const arc of arcs) {
			if (arc.kind === 'rewrite' || arc.kind === 'assume') return undefined;
			const {lo, hi, sure} = arc;
			if (this.#world.search.actsIn(arc, source)) return undefined;
			if (arc.kind === 'delegate') continue;
			if (ranges.some(known => known.lo === lo && known.hi === hi && known.sure >= sure)) continue;
			ranges.push({lo, hi, hops: 1, sure, ends: this.#world.arcs.ends(arc), from, arc});
		}
		return ranges.length > 1 ? ranges.sort((a, b) => b.sure - a.sure) : ranges;
	}
}

const isSet = ({kind}: Principal): boolean => kind === 'group' || kind === 'principalSet';

/** More arcs than this are not worth comparing with each other. */
const FEW = 32;
