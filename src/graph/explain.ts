/**
 * From a visit back to steps: each hop with its escalation, the binding, role, member and permission
 * that allow it, and how sure that is.
 */
import {accountTarget, bindingProof, containerTarget, type Access, type Target} from '../access/evaluate.ts';
import type {Grant} from '../access/grants.ts';
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Proof, Step} from '../report.ts';
import type {Arc, Arcs} from './arcs.ts';
import {DELEGATION, DIRECT, FULL, MINTING, REWRITING, ROLE_UPDATE} from './escalations.ts';
import {CERTAIN, CONFIDENCE, DELEGATES, type Rights, type Sureness} from './rights.ts';
import type {AccountOrder} from './order.ts';
import type {Visit} from './search.ts';

/** One way over one hop. */
interface Way {
	escalation: string;
	/** Place in the catalogue, for ties. */
	rank: number;
	sure: Sureness;
	grant: Grant | undefined;
	permission: string;
	selfGranted?: Container;
}

export interface ExplainOptions {
	wanted?: number;
	/** Only this grant may open the hop (the binding that a finding is about). */
	grant?: Grant;
}

export class Explainer {
	readonly #access: Access;
	readonly #arcs: Arcs;
	readonly #rights: Rights;
	readonly #order: AccountOrder;
	readonly #wanted: number;

	/** @param wanted escalation bits that count, as the search was told */
	constructor(access: Access, arcs: Arcs, rights: Rights, order: AccountOrder, wanted: number = FULL) {
		this.#wanted = wanted;
		this.#access = access;
		this.#arcs = arcs;
		this.#rights = rights;
		this.#order = order;
	}

	/** Steps from the source to an account that `last` reaches, in order. */
	path(last: Visit, account: ServiceAccount | undefined, options: ExplainOptions = {}): Step[] {
		const chain: Visit[] = [];
		for (let visit: Visit | undefined = last; visit; visit = visit.from) chain.unshift(visit);
		const steps: Step[] = [];
		for (let i = 1; i < chain.length; i++) {
			const from = chain[i - 1]!;
			const to = chain[i]!;
			const firstGrant = i === 1 ? options.grant : undefined;
			if (to.kind === 'container') steps.push(this.#rewriteStep(from, to));
			else steps.push(this.#accountStep(from, to.account!, to.kind === 'delegate', {...options, grant: firstGrant}));
		}
		if (account) {
			const grant = chain.length === 1 ? options.grant : undefined;
			steps.push(this.#accountStep(last, account, false, {...options, grant}));
		}
		return steps;
	}

	/** A hop from a visit to an account: all ways, the surest first, then in catalogue order. */
	#accountStep(from: Visit, account: ServiceAccount, delegating: boolean, options: ExplainOptions): Step {
		const ways = from.kind === 'container' ? this.#afterRewriting(from, account) : this.#ways(from, account, delegating, options);
		const [best, ...others] = ways;
		if (!best) throw new Error(`no way from ${nodeName(from)} to ${account.email}: the search and its explanation disagree`);
		const alsoBy = [...new Set(others.map(way => way.escalation))].filter(id => id !== best.escalation);
		return {
			from: nodeName(from),
			to: account.principal.member,
			escalation: best.escalation,
			alsoBy: alsoBy.toSorted((a, b) => catalogueRank(a) - catalogueRank(b)),
			confidence: CONFIDENCE[best.sure]!,
			used: null,
			blockedBy: [],
			because: this.#because(from.actor, best, accountTarget(account)),
		};
	}

	#ways(from: Visit, account: ServiceAccount, delegating: boolean, options: ExplainOptions): Way[] {
		const number = this.#order.numberOf(account);
		if (number === undefined) return [];
		const wanted = delegating ? DELEGATES : (options.wanted ?? this.#wanted) & (from.kind === 'delegate' ? MINTING : ~0);
		const grants = options.grant ? [options.grant] : this.#arcs.grantsOf(from.actor);
		const ways: Way[] = [];
		for (const grant of grants) {
			for (const {lo, hi, masks} of this.#rights.reachable(from.actor, grant, wanted)) {
				if (number < lo || number >= hi) continue;
				for (const sure of [2, 1, 0] as const) {
					if (masks[sure] & DELEGATES & wanted) {
						ways.push({escalation: DELEGATION.id, rank: catalogueRank(DELEGATION.id), sure, grant, permission: DELEGATION.permission});
					}
					for (const [bit, {id, permission}] of DIRECT.entries()) {
						if (masks[sure] & wanted & (1 << bit)) ways.push({escalation: id, rank: catalogueRank(id), sure, grant, permission});
					}
				}
			}
		}
		return ways.toSorted((a, b) => b.sure - a.sure || a.rank - b.rank || a.grant!.index - b.grant!.index);
	}

	/** After rewriting a container's policy the actor grants itself the first minting role that nothing bars. */
	#afterRewriting(from: Visit, account: ServiceAccount): Way[] {
		const number = this.#order.numberOf(account);
		const arc = from.arc as Arc & {kind: 'rewrite'};
		const start = arc.limited ? 1 : CERTAIN;
		const ways: Way[] = [];
		for (const piece of this.#rights.afterSelfGrant(from.actor, from.container!, start)) {
			if (number === undefined || number < piece.range.lo || number >= piece.range.hi) continue;
			for (const sure of [2, 1, 0] as const) {
				for (const [bit, {id, permission}] of DIRECT.entries()) {
					if (piece.masks[sure] & (1 << bit)) {
						ways.push({escalation: id, rank: catalogueRank(id), sure, grant: undefined, permission, selfGranted: from.container!});
					}
				}
			}
		}
		return ways.toSorted((a, b) => b.sure - a.sure || a.rank - b.rank);
	}

	#rewriteStep(from: Visit, to: Visit): Step {
		const container = to.container!;
		const ways = this.#arcs
			.of(from.actor)
			.filter((arc): arc is Arc & {kind: 'rewrite'} => arc.kind === 'rewrite' && arc.container === container)
			.toSorted((a, b) => b.sure - a.sure || Number(a.holds !== undefined) - Number(b.holds !== undefined) || a.grant.index - b.grant.index);
		const idOf = (arc: Arc & {kind: 'rewrite'}): string => (arc.holds ? ROLE_UPDATE.id : REWRITING[container.kind].id);
		const best = ways[0]!;
		const target = containerTarget(container);
		const permission = best.holds ? ROLE_UPDATE.permission : REWRITING[container.kind].permission;
		const way: Way = {escalation: idOf(best), rank: 0, sure: best.sure, grant: best.grant, permission};
		const because = this.#because(from.actor, way, target);
		if (best.holds) {
			const member = this.#memberOf(from.actor, best.holds);
			because.push(bindingProof(best.holds.binding, member, ROLE_UPDATE.permission, 'allows'));
		}
		return {
			from: nodeName(from),
			to: container.key,
			escalation: idOf(best),
			alsoBy: [...new Set(ways.map(idOf))].filter(id => id !== idOf(best)),
			confidence: CONFIDENCE[best.sure]!,
			used: null,
			blockedBy: [],
			because,
		};
	}

	/** The proof of one way: binding, memberships, condition, and what could still bar it. */
	#because(actor: Principal, way: Way, target: Target): Proof[] {
		const {grant} = way;
		if (!grant) {
			return [
				{
					kind: 'binding',
					effect: 'allows',
					resource: way.selfGranted!.name,
					role: SELF_GRANTED_ROLE[way.escalation] ?? 'roles/iam.serviceAccountTokenCreator',
					member: actor.member,
					permission: way.permission,
					selfGranted: true,
				},
			];
		}
		const member = this.#memberOf(actor, grant);
		const value = this.#access.conditionOn(grant.binding, target, way.permission)?.value;
		const effect = value === undefined || value === 'true' ? 'allows' : 'undecided';
		const proof: Proof[] = [bindingProof(grant.binding, member, way.permission, effect)];
		proof.push(...this.#access.membershipProof(actor, member));
		if (value !== undefined) {
			proof.push({
				kind: 'condition',
				effect,
				expression: grant.binding.condition?.expression ?? '',
				value: value === 'true' ? true : 'unknown',
			});
		}
		const barred = this.#access.barred(actor, way.permission, target);
		if (barred.value === 'unknown') proof.push(...barred.proof);
		return proof;
	}

	/** The nearest set of the actor that the grant names. */
	#memberOf(actor: Principal, grant: Grant): Principal {
		const members = new Set(grant.binding.members);
		const membership = this.#access.memberships.of(actor).find(({set}) => members.has(set));
		if (!membership) throw new Error(`${actor.member} is no member of the binding that was used for it`);
		return membership.set;
	}
}

const SELF_GRANTED_ROLE: Record<string, string> = {
	'sa-get-access-token': 'roles/iam.serviceAccountTokenCreator',
	'sa-sign-blob': 'roles/iam.serviceAccountTokenCreator',
	'sa-sign-jwt': 'roles/iam.serviceAccountTokenCreator',
};

const RANKS = new Map<string, number>(
	['sa-get-access-token', 'sa-get-openid-token', 'sa-sign-blob', 'sa-sign-jwt', DELEGATION.id, 'sa-key-create', 'sa-key-upload', 'sa-set-iam-policy'].map(
		(id, rank) => [id, rank],
	),
);

function catalogueRank(id: string): number {
	return RANKS.get(id) ?? RANKS.size;
}

/** How `paths` spells a place: member syntax, or a container's key. */
export function nodeName(visit: Visit): string {
	return visit.container ? visit.container.key : visit.actor.member;
}
