/**
 * From a visit back to steps: each hop with its escalation, the binding, role, member and permission
 * that allow it, and how sure that is.
 */
import {
	type Access,
	accountTarget,
	bindingProof,
	containerTarget,
	type Target,
	UNKNOWN_RESOURCE,
} from '../access/evaluate.ts';
import type {Grant} from '../access/grants.ts';
import {parseFederated} from '../access/sets.ts';
import type {Container, ServiceAccount} from '../inventory/model.ts';
import {projectOfEmail} from '../inventory/names.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Observed, Proof, Step} from '../report.ts';
import type {Arcs, AssumeArc, RewriteArc} from './arcs.ts';
import {CATALOGUE} from './catalogue/index.ts';
import {ACT_AS, DELEGATION, DIRECT, ENTITLING, FULL, MINTING, REWRITING, ROLE_UPDATE} from './escalations.ts';
import {grantsOf} from './lanes.ts';
import type {AccountOrder} from './order.ts';
import {CERTAIN, CONFIDENCE, CONDITIONAL, DELEGATES, type Rights, type Sureness, UNVERIFIED} from './rights.ts';
import type {Visit} from './search.ts';
import type {Ride} from './rides.ts';
import type {Vehicles} from './vehicles.ts';

/** One way over one hop. */
interface Way {
	escalation: string;
	sure: Sureness;
	/** Grants that give it, with the permission each is for; empty for what the actor grants itself. */
	grants: {grant: Grant; permission: string}[];
	selfGranted?: {container: Container; permission: string};
	ride?: Ride;
	/** What certainly stops it: empty unless blocked ways count. */
	blockedBy?: Proof[];
}

export interface ExplainOptions {
	/** Only this grant may open the first hop (the binding that a finding is about). */
	grant?: Grant;
}

export interface ExplainParts {
	access: Access;
	arcs: Arcs;
	rights: Rights;
	order: AccountOrder;
	vehicles: Vehicles;
	wanted?: number;
	/** What is known about the use of a hop. */
	walked?: (hop: Hop) => {used: Step['used']; observed?: Observed};
}

/** A hop to ask the evidence about. */
export interface Hop {
	/** Who acts. */
	actor: Principal;
	/** The account, group or identity that it becomes. */
	to: string;
	/** Ids of all escalations that open it. */
	ways: readonly string[];
}

export class Explainer {
	readonly #parts: ExplainParts;

	constructor(parts: ExplainParts) {
		this.#parts = parts;
	}

	/** Steps from the source over every visit up to `last`, and on to an account if one is given. */
	path(last: Visit, account: ServiceAccount | undefined, options: ExplainOptions = {}): Step[] {
		const chain: Visit[] = [];
		for (let visit: Visit | undefined = last; visit; visit = visit.from) chain.unshift(visit);
		const steps: Step[] = [];
		for (let i = 1; i < chain.length; i++) {
			const from = chain[i - 1]!;
			const to = chain[i]!;
			const grant = i === 1 ? options.grant : undefined;
			if (to.kind === 'container') steps.push(this.#rewriteStep(from, to));
			else if (to.kind === 'principal') steps.push(this.#assumeStep(from, to));
			else steps.push(this.#accountStep(from, to.account!, to.kind === 'delegate', grant));
		}
		if (account) steps.push(this.#accountStep(last, account, false, chain.length === 1 ? options.grant : undefined));
		return steps;
	}

	/** A hop from a visit to an account: all ways, the surest first, then in catalogue order. */
	#accountStep(from: Visit, account: ServiceAccount, delegating: boolean, grant: Grant | undefined): Step {
		const target = accountTarget(account);
		const ways =
			from.kind === 'container' ? this.#afterRewriting(from, account) : this.#ways(from, account, delegating, grant);
		const [best, ...others] = this.#openFirst(from.actor, ways, target);
		if (!best)
			throw new Error(`no way from ${nodeName(from)} to ${account.email}: the search and its explanation disagree`);
		return this.#step(
			from,
			account.principal.member,
			best,
			others.map(way => way.escalation),
			this.#because(from.actor, best, target),
		);
	}

	#step(
		from: Visit,
		to: string,
		best: {escalation: string; sure: Sureness; grants?: readonly {grant: Grant}[]; blockedBy?: Proof[]},
		others: string[],
		because: Proof[],
	): Step {
		const grants = best.grants ?? [];
		const alsoBy = [...new Set(others)]
			.filter(id => id !== best.escalation)
			.toSorted((a, b) => catalogueRank(a) - catalogueRank(b));
		return {
			from: nodeName(from),
			to,
			escalation: best.escalation,
			alsoBy,
			confidence: CONFIDENCE[best.sure]!,
			...(this.#parts.walked?.({actor: from.actor, to, ways: [best.escalation, ...alsoBy]}) ?? {used: null}),
			blockedBy: best.blockedBy ?? [],
			because,
			...(grants.some(({grant}) => this.#parts.rights.isTemporary(grant)) && {temporary: true as const}),
		};
	}

	#ways(from: Visit, account: ServiceAccount, delegating: boolean, only: Grant | undefined): Way[] {
		const {arcs, order, rights, vehicles} = this.#parts;
		const number = order.numberOf(account);
		if (number === undefined) return [];
		const wanted = delegating ? DELEGATES : (this.#parts.wanted ?? FULL) & (from.kind === 'delegate' ? MINTING : ~0);
		const ways: Way[] = [];
		for (const {grant} of only ? [{grant: only}] : arcs.held(from.actor)) {
			for (const {lo, hi, masks} of rights.reachable(from.actor, grant, wanted)) {
				if (number < lo || number >= hi) continue;
				for (const sure of [2, 1, 0] as const) {
					const mask = masks[sure] & wanted;
					if (mask & DELEGATES)
						ways.push({escalation: DELEGATION.id, sure, grants: [{grant, permission: DELEGATION.permission}]});
					for (const [bit, {id, permission}] of DIRECT.entries()) {
						if (mask & (1 << bit)) ways.push({escalation: id, sure, grants: [{grant, permission}]});
					}
				}
			}
		}
		if (!delegating && from.kind !== 'delegate') {
			for (const {disguises, grants: by} of vehicles.wardrobes(from.actor)) {
				for (const disguise of disguises) {
					const {principal, escalation, sure, places} = disguise;
					if (principal === account.principal && (!only || by[places[0]!.place] === only))
						ways.push({escalation, sure, grants: grantsOf(disguise, by)});
				}
			}
			for (const ride of vehicles.rides(from.actor, number, only)) {
				const acts = ride.actAs ? [{grant: ride.actAs, permission: ACT_AS}] : [];
				ways.push({escalation: ride.vehicle.escalation.id, sure: ride.sure, grants: [...acts, ...ride.grants], ride});
			}
		}
		return ways.toSorted(bySureness);
	}

	/** After rewriting a container's policy the actor grants itself the first minting role that nothing bars. */
	#afterRewriting(from: Visit, account: ServiceAccount): Way[] {
		const number = this.#parts.order.numberOf(account);
		const arc = from.arc as RewriteArc;
		const ways: Way[] = [];
		for (const piece of this.#parts.rights.afterSelfGrant(
			from.actor,
			from.container!,
			arc.limited ? CONDITIONAL : CERTAIN,
		)) {
			if (number === undefined || number < piece.range.lo || number >= piece.range.hi) continue;
			for (const sure of [2, 1, 0] as const) {
				for (const [bit, {id, permission}] of DIRECT.entries()) {
					if (piece.masks[sure] & (1 << bit))
						ways.push({escalation: id, sure, grants: [], selfGranted: {container: from.container!, permission}});
				}
			}
		}
		return ways.toSorted(bySureness);
	}

	#rewriteStep(from: Visit, to: Visit): Step {
		const container = to.container!;
		const arcs = this.#parts.arcs
			.of(from.actor)
			.filter((arc): arc is RewriteArc => arc.kind === 'rewrite' && arc.container === container)
			.toSorted((a, b) => b.sure - a.sure || indirect(a) - indirect(b) || a.grant.index - b.grant.index);
		const wayOf = ({holds, entitles, grant, sure}: RewriteArc): Way => {
			if (entitles !== undefined) return {escalation: ENTITLING.id, sure, grants: [{grant, permission: entitles}]};
			const {id, permission} = holds ? ROLE_UPDATE : REWRITING[container.kind];
			return {escalation: id, sure, grants: [{grant, permission}, ...(holds ? [{grant: holds, permission}] : [])]};
		};
		const [best, ...others] = this.#openFirst(from.actor, arcs.map(wayOf), containerTarget(container));
		if (!best)
			throw new Error(`${nodeName(from)} does not rewrite ${container.key}: the search and its explanation disagree`);
		return this.#step(
			from,
			container.key,
			best,
			others.map(way => way.escalation),
			this.#because(from.actor, best, containerTarget(container)),
		);
	}

	#assumeStep(from: Visit, to: Visit): Step {
		const arc = to.arc as AssumeArc;
		const because: Proof[] = [];
		if (arc.worn) {
			const at: Target = {name: '', assetType: UNKNOWN_RESOURCE, container: undefined};
			const way: Way = {escalation: arc.escalation, sure: arc.sure, grants: grantsOf(arc.worn.disguise, arc.worn.by)};
			because.push(...this.#because(from.actor, way, at));
			const container = this.#homeOf(arc.principal) ?? arc.grant?.binding.resource.container;
			const [best] = this.#openFirst(from.actor, [way], {...at, container});
			return this.#step(from, arc.principal.member, best!, [], because);
		}
		because.push({kind: 'membership', effect: 'allows', member: from.actor.member, of: arc.principal.member});
		return this.#step(from, arc.principal.member, arc, [], because);
	}

	/** The project that a service agent belongs to, or that owns a federated identity's pool. */
	#homeOf(principal: Principal): Container | undefined {
		const {inventory} = this.#parts.access;
		if (principal.kind !== 'serviceAccount') {
			const pool = parseFederated(principal)?.pool;
			return pool?.startsWith('projects/') ? inventory.container(pool.split('/').slice(0, 2).join('/')) : undefined;
		}
		const legacy = /^(.+)\.svc\.id\.goog\[/.exec(principal.value)?.[1];
		return inventory.container(legacy === undefined ? (projectOfEmail(principal.value) ?? '') : `projects/${legacy}`);
	}

	/**
	 * Where blocked ways count: those that nothing stops, or all with what stops them. A hop that is open by one
	 * escalation is open; others that are stopped add nothing to it.
	 */
	#openFirst(actor: Principal, ways: readonly Way[], target: Target): readonly Way[] {
		if (!this.#parts.rights.includesBlocked) return ways;
		const judged = ways.map(way => ({...way, blockedBy: this.#blockers(actor, way, target)}));
		const open = judged.filter(({blockedBy}) => blockedBy.length === 0);
		return open.length > 0 ? open : judged;
	}

	/** Constraints, deny rules and boundaries that certainly stop a way, judged where `Rights` and `Vehicles` judge them. */
	#blockers(actor: Principal, {escalation, grants, selfGranted, ride}: Way, target: Target): Proof[] {
		const {access, rights} = this.#parts;
		const direct = DIRECT.find(({id}) => id === escalation);
		const container = placeOf(ride, target);
		const blockers = rights.enforced(direct?.constraints ?? ride?.vehicle.escalation.constraints ?? [], container);
		const onTarget = direct !== undefined || escalation === DELEGATION.id || target.account === undefined;
		for (const {permission} of selfGranted ? [selfGranted] : grants) {
			const owner =
				escalation === ROLE_UPDATE.id
					? access.inventory.customRoles.get(grants[1]!.grant.binding.role)?.owner
					: undefined;
			const at: Target = owner
				? containerTarget(owner)
				: onTarget || permission === ACT_AS
					? target
					: {name: '', assetType: UNKNOWN_RESOURCE, container};
			const barred = access.barred(actor, permission, at);
			if (barred.value === 'true') blockers.push(...barred.proof);
		}
		return [...new Map(blockers.map(proof => [JSON.stringify(proof), proof])).values()];
	}

	/** The proof of one way: bindings, memberships, conditions, and what could still bar it. */
	#because(actor: Principal, way: Way, target: Target): Proof[] {
		if (way.selfGranted) {
			const {container, permission} = way.selfGranted;
			const role = 'roles/iam.serviceAccountTokenCreator';
			return [
				{
					kind: 'binding',
					effect: 'allows',
					resource: container.name,
					role,
					member: actor.member,
					permission,
					selfGranted: true,
				},
			];
		}
		const {access, arcs} = this.#parts;
		const proof: Proof[] = [];
		for (const {grant, permission} of way.grants) {
			const at: Target =
				way.ride && permission !== ACT_AS
					? {name: '', assetType: UNKNOWN_RESOURCE, container: placeOf(way.ride, target)}
					: target;
			const member = arcs.memberOf(actor, grant);
			const value = access.conditionOn(grant.binding, at, permission)?.value;
			const effect = value === undefined || value === 'true' ? 'allows' : 'undecided';
			proof.push(bindingProof(grant.binding, member, permission, effect), ...access.membershipProof(actor, member));
			if (value !== undefined) {
				proof.push({
					kind: 'condition',
					effect,
					expression: grant.binding.condition?.expression ?? '',
					value: value === 'true' ? true : 'unknown',
				});
			}
			const barred = access.barred(actor, permission, at);
			if (barred.value === 'unknown') proof.push(...barred.proof);
		}
		const {ride} = way;
		if (ride?.workload) {
			proof.push({
				kind: 'workload',
				effect: 'allows',
				resource: ride.workload.name,
				runsAs: target.account?.email ?? '',
				...(ride.code && {code: ride.code.holder}),
			});
			if (ride.code?.isAssumed && ride.sure === UNVERIFIED)
				proof.push({kind: 'gap', effect: 'undecided', fact: 'resources', scope: ride.code.holder});
		} else if (ride && ride.sure === 0 && ride.vehicle.workloads.length > 0) {
			proof.push({kind: 'gap', effect: 'undecided', fact: 'workloads', scope: target.container?.key ?? target.name});
		}
		// One binding may hold several of the permissions: its memberships and conditions count once.
		return [...new Map(proof.map(item => [JSON.stringify(item), item])).values()];
	}
}

/** Where a vehicle's own permissions are judged: a workload may run as an account of another project. */
function placeOf(ride: Ride | undefined, target: Target): Container | undefined {
	return ride?.elsewhere ?? ride?.workload?.project ?? target.container;
}

/** Rewriting the policy itself comes before the ways round it. */
function indirect(arc: RewriteArc): number {
	return arc.entitles !== undefined ? 1 : arc.holds ? 2 : 0;
}

function bySureness(a: Way, b: Way): number {
	return (
		b.sure - a.sure ||
		catalogueRank(a.escalation) - catalogueRank(b.escalation) ||
		(a.grants[0]?.grant.index ?? 0) - (b.grants[0]?.grant.index ?? 0)
	);
}

const RANKS = new Map(CATALOGUE.map(({id}, rank) => [id, rank]));

function catalogueRank(id: string): number {
	return RANKS.get(id) ?? RANKS.size;
}

/** How `paths` spells a place: member syntax, or a container's key. */
export function nodeName(visit: Visit): string {
	return visit.container ? visit.container.key : visit.actor.member;
}
