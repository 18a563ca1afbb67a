/**
 * What one grant lets one actor do, where: its own cone, narrowed by conditions, constraints, deny
 * policies and boundaries. Grants that nothing touches keep one range for their whole scope.
 */
import {type Access, accountTarget, containerTarget, type Target, UNKNOWN_RESOURCE} from '../access/evaluate.ts';
import type {ListState} from '../access/org-policy.ts';
import type {Tri} from '../access/conditions.ts';
import type {Grant} from '../access/grants.ts';
import type {RoleClass} from '../access/role-class.ts';
import type {Container} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Confidence, Proof} from '../report.ts';
import {ACT_AS, DELEGATION, DIRECT, FULL, MINTING, SETS_POLICY} from './escalations.ts';
import type {AccountOrder, Range} from './order.ts';

/** Confidence as a number: higher is surer. */
export const CERTAIN = 2;
export const CONDITIONAL = 1;
export const UNVERIFIED = 0;
export type Sureness = typeof CERTAIN | typeof CONDITIONAL | typeof UNVERIFIED;
export const CONFIDENCE: readonly Confidence[] = ['unverified', 'conditional', 'certain'];

/** The bit after the direct escalations stands for delegation. */
export const DELEGATES = 1 << DIRECT.length;
/** The next one for acting as an account: nothing by itself, half of every vehicle. */
export const ACTS = 1 << (DIRECT.length + 1);
const BITS = DIRECT.length + 2;
const permissionOf = (bit: number): string =>
	DIRECT[bit]?.permission ?? (bit === DIRECT.length ? DELEGATION.permission : ACT_AS);

/** Escalation masks on one range of accounts, by how sure each is. */
export interface Reachable extends Range {
	/** masks[sureness] */
	masks: [number, number, number];
}

/** Containers at depth-first positions [from, to) within which nothing that bars can change, and their accounts. */
export interface Piece extends Range {
	container: Container;
	from: number;
	to: number;
}

/** Constraint state, answered by the organization-policy module. */
export interface Constraints {
	isEnforced(constraint: string, container: Container): {value: Tri; by?: Proof};
	/** Whether any container sets the constraint. */
	isSetAnywhere(constraint: string): boolean;
	/** Containers that set the constraint themselves, depth-first. */
	nodesThatSet(constraint: string): readonly Container[];
	/** What a list constraint lets through. */
	listValue(constraint: string, container: Container): ListState;
	/** Containers whose constraints may differ from their parent's. */
	readonly cuts: readonly Container[];
}

export interface RightsParts {
	access: Access;
	order: AccountOrder;
	constraints?: Constraints;
	/** Containers where deny policies or boundaries may differ from their parent's. */
	barrierCuts: readonly Container[];
	/** Ignore what blocks, for `--include-blocked`. */
	includeBlocked?: boolean;
}

/** What a role with its condition gives on accounts. */
interface Base {
	certain: number;
	conditional: number;
	/** The condition asks for tags: each account may have its own. */
	perAccount: boolean;
	/** The condition limits what may be granted, which depends on where the binding is. */
	perResource: boolean;
}

/** Escalation bits that something stops, may stop, or may stop if a fact that was not read says so. */
interface Bars {
	no: number;
	maybe: number;
	unread: number;
}

export class Rights {
	readonly #parts: RightsParts;
	/** By role, then by condition: what a grant gives on accounts follows from both alone. */
	readonly #base = new Map<RoleClass, Map<string, Base>>();
	/** By grant on a container, then by the actor's profile. */
	readonly #reach = new Map<Grant, Map<number, readonly Reachable[]>>();
	/** By the actor's profile, then by container. */
	readonly #bars = new Map<number, Map<Container, Bars>>();
	readonly #blocked = new Map<Container, {no: number; maybe: number}>();
	readonly #pieceCache = new Map<Container, readonly Piece[]>();
	/** Depth-first positions at which something may change, ascending. */
	readonly #cuts: readonly Container[];

	constructor(parts: RightsParts) {
		this.#parts = parts;
		const cuts = new Set([...parts.barrierCuts, ...(parts.constraints?.cuts ?? [])]);
		this.#cuts = [...cuts].toSorted((a, b) => a.order - b.order);
	}

	/** Escalation bits of a grant on accounts, by its role and condition alone. */
	base(grant: Grant): Base {
		const {cls, entitlement, binding} = grant;
		let byCondition = this.#base.get(cls);
		if (!byCondition) this.#base.set(cls, (byCondition = new Map()));
		const {condition, resource} = binding;
		const key =
			!condition && !entitlement ? '' : `${entitlement?.approval ? 'asks' : ''} ${condition?.expression ?? ''}`;
		let base = byCondition.get(key);
		if (!base) byCondition.set(key, (base = this.#computeBase(grant)));
		if (!base.perResource) return base;
		// What a right to grant only some roles is worth may depend on where it is bound.
		const here = `${key} ${resource.name}`;
		base = byCondition.get(here);
		if (!base) byCondition.set(here, (base = this.#computeBase(grant)));
		return base;
	}

	#computeBase(grant: Grant): Base {
		const base: Base = {certain: 0, conditional: 0, perAccount: false, perResource: false};
		const {watched} = grant.cls;
		const {access} = this.#parts;
		const compiled = access.compiled(grant.binding);
		base.perResource = compiled?.uses.modifiedGrants === true;
		const probe: Target = {
			name: '',
			assetType: 'iam.googleapis.com/ServiceAccount',
			container: undefined,
			account: NOBODY,
		};
		for (let bit = 0; bit < BITS; bit++) {
			const permission = permissionOf(bit);
			if (!watched.has(permission)) continue;
			if (compiled?.uses.tags) {
				base.perAccount = true;
				base.conditional |= 1 << bit;
				continue;
			}
			const value = access.conditionOn(grant.binding, probe, permission)?.value ?? 'true';
			if (value === 'true' && !grant.entitlement?.approval) base.certain |= 1 << bit;
			else if (value === 'true') base.conditional |= 1 << bit;
			else if (value === 'unknown' && this.#mayGrantUseful(grant, permission)) base.conditional |= 1 << bit;
		}
		return base;
	}

	/** A right to grant only some roles counts if one of those roles lets somebody become the account. */
	#mayGrantUseful(grant: Grant, permission: string): boolean {
		if (!permission.endsWith('.setIamPolicy')) return true;
		const allowed = this.grantable(grant, permission);
		return allowed === undefined || allowed.length > 0;
	}

	/**
	 * Roles that a setIamPolicy right of this grant may hand out and that lead to becoming an account.
	 * @returns undefined if it may grant anything
	 */
	grantable(grant: Grant, permission: string): string[] | undefined {
		const {access} = this.#parts;
		const compiled = access.compiled(grant.binding);
		if (!compiled?.uses.modifiedGrants) return undefined;
		const {resource} = grant.binding;
		const target = resource.container && resource.isContainer ? containerTarget(resource.container) : {...resource};
		const allowed = compiled.allowedGrants(access.context(target as Target, permission, compiled.uses.tags));
		return allowed?.filter(name => {
			const role = access.roles.get(name);
			return DIRECT.some(
				(escalation, bit) =>
					(MINTING | SETS_POLICY) & (1 << bit) && access.grants(role, escalation.permission) !== 'false',
			);
		});
	}

	/**
	 * Ranges of accounts on which the actor holds escalations by this grant.
	 * @param wanted escalation bits; the masks may hold others too
	 */
	reachable(actor: Principal, grant: Grant, wanted: number): readonly Reachable[] {
		const {resource} = grant.binding;
		const base = this.base(grant);
		if (((base.certain | base.conditional) & wanted) === 0) return NONE;
		if (resource.account) {
			const number = this.#parts.order.numberOf(resource.account);
			if (number === undefined) return NONE;
			const found: Reachable[] = [];
			this.#push(found, actor, grant, base, resource.account.project, {lo: number, hi: number + 1});
			return found;
		}
		if (!resource.isContainer || !resource.container) return NONE;
		const profile = this.#parts.access.profile(actor);
		let byProfile = this.#reach.get(grant);
		if (!byProfile) this.#reach.set(grant, (byProfile = new Map()));
		let found = byProfile.get(profile);
		if (!found) byProfile.set(profile, (found = this.#inContainer(actor, grant, base, resource.container)));
		return found;
	}

	#inContainer(actor: Principal, grant: Grant, base: Base, scope: Container): Reachable[] {
		const found: Reachable[] = [];
		for (const piece of this.pieces(scope)) this.#push(found, actor, grant, base, piece.container, piece);
		return found;
	}

	#push(
		found: Reachable[],
		actor: Principal,
		grant: Grant,
		base: Base,
		container: Container | undefined,
		{lo, hi}: Range,
	): void {
		if (lo === hi) return;
		if (!base.perAccount) {
			this.#narrowed(found, actor, container, {lo, hi}, base.certain, base.conditional);
			return;
		}
		for (let number = lo; number < hi; number++) {
			const tagged = this.#perAccount(grant, base, number);
			this.#narrowed(found, actor, container, {lo: number, hi: number + 1}, tagged.certain, tagged.conditional);
		}
	}

	/** Conditions on tags are judged account by account: tags may hang on the account itself. */
	#perAccount(grant: Grant, base: Base, number: number): {certain: number; conditional: number} {
		const target = accountTarget(this.#parts.order.accounts[number]!);
		let certain = 0;
		let conditional = 0;
		for (let bit = 0; bit < BITS; bit++) {
			if (!((base.certain | base.conditional) & (1 << bit))) continue;
			const value = this.#parts.access.conditionOn(grant.binding, target, permissionOf(bit))?.value ?? 'true';
			if (value === 'true') certain |= 1 << bit;
			else if (value === 'unknown') conditional |= 1 << bit;
		}
		return {certain, conditional};
	}

	#narrowed(
		found: Reachable[],
		actor: Principal,
		container: Container | undefined,
		range: Range,
		certain: number,
		conditional: number,
	): void {
		const masks: [number, number, number] = [0, conditional, certain];
		if (container && this.#cuts.length > 0) this.#subtract(masks, actor, container);
		if (masks[0] | masks[1] | masks[2]) found.push({...range, masks});
	}

	/** Takes away what constraints, deny policies and boundaries stop in a container; lowers what they may stop. */
	#subtract(masks: [number, number, number], actor: Principal, container: Container): void {
		const bars = this.#barsOf(actor, container);
		for (let sure = 0; sure < 3; sure++) masks[sure] = masks[sure]! & ~bars.no;
		this.#lower(masks, bars.maybe, CONDITIONAL);
		this.#lower(masks, bars.unread, UNVERIFIED);
	}

	#barsOf(actor: Principal, container: Container): Bars {
		const profile = this.#parts.access.profile(actor);
		let byContainer = this.#bars.get(profile);
		if (!byContainer) this.#bars.set(profile, (byContainer = new Map()));
		let bars = byContainer.get(container);
		if (!bars) byContainer.set(container, (bars = this.#computeBars(actor, profile, container)));
		return bars;
	}

	#computeBars(actor: Principal, profile: number, container: Container): Bars {
		const {access, includeBlocked} = this.#parts;
		const blocked = this.blocked(container);
		const bars: Bars = {no: includeBlocked ? 0 : blocked.no, maybe: blocked.maybe, unread: 0};
		if (profile === 0 || !access.mayBeBarred(container)) return bars;
		const target: Target = {name: '', assetType: 'iam.googleapis.com/ServiceAccount', container, account: NOBODY};
		for (let bit = 0; bit < BITS; bit++) {
			const {value, proof} = access.barred(actor, permissionOf(bit), target);
			if (value === 'true' && !includeBlocked) bars.no |= 1 << bit;
			if (value !== 'unknown') continue;
			// A rule that names an unread group: the fact was not read. A condition: nobody can decide it here.
			if (proof.some(item => item.kind === 'gap')) bars.unread |= 1 << bit;
			else bars.maybe |= 1 << bit;
		}
		return bars;
	}

	#lower(masks: [number, number, number], bits: number, to: Sureness): void {
		for (let sure = CERTAIN; sure > to; sure--) {
			const moved = masks[sure]! & bits;
			masks[sure] = masks[sure]! & ~bits;
			masks[to] |= moved;
		}
	}

	/** Escalations that enforced constraints stop in a container, and those that they may stop. */
	blocked(container: Container): {no: number; maybe: number} {
		let known = this.#blocked.get(container);
		if (known) return known;
		known = {no: 0, maybe: 0};
		const {constraints} = this.#parts;
		for (const [bit, escalation] of DIRECT.entries()) {
			for (const constraint of constraints ? escalation.constraints : []) {
				const {value, by} = constraints!.isEnforced(constraint, container);
				if (value === 'true') known.no |= 1 << bit;
				// Unread constraints could only remove a way: it stays as sure as what was read makes it.
				else if (value === 'unknown' && by?.kind === 'constraint') known.maybe |= 1 << bit;
			}
		}
		this.#blocked.set(container, known);
		return known;
	}

	/** Pieces of a scope within which nothing that bars can change, with the accounts in each. */
	pieces(scope: Container): readonly Piece[] {
		let pieces = this.#pieceCache.get(scope);
		if (!pieces) {
			pieces = this.#pieces(scope).map(piece => ({...piece, ...this.#parts.order.span(piece.from, piece.to)}));
			this.#pieceCache.set(scope, pieces);
		}
		return pieces;
	}

	/**
	 * How sure it is that nothing bars a permission in a piece; undefined: it is barred.
	 * @param below a resource in the container, not the container itself
	 */
	unbarred(actor: Principal, permission: string, container: Container): Sureness | undefined {
		const {access} = this.#parts;
		if (this.#cuts.length === 0 || access.profile(actor) === 0 || !access.mayBeBarred(container)) return CERTAIN;
		const target: Target = {name: '', assetType: UNKNOWN_RESOURCE, container};
		const {value, proof} = access.barred(actor, permission, target);
		if (value === 'true') return this.#parts.includeBlocked ? CERTAIN : undefined;
		if (value === 'false') return CERTAIN;
		return proof.some(item => item.kind === 'gap') ? UNVERIFIED : CONDITIONAL;
	}

	/** Whether nothing bars the actor anything anywhere in a scope: then vehicles of one shape are alike. */
	isPlain(actor: Principal, scope: Container): boolean {
		const {access, barrierCuts} = this.#parts;
		if (access.profile(actor) === 0) return true;
		return !access.mayBeBarred(scope) && !barrierCuts.some(cut => cut.order >= scope.order && cut.order < scope.end);
	}

	/** Whether a boolean constraint certainly is enforced on a container. */
	isEnforced(constraint: string, container: Container): boolean {
		if (this.#parts.includeBlocked) return false;
		return this.#parts.constraints?.isEnforced(constraint, container).value === 'true';
	}

	/** Whether a policy says that a boolean constraint is not enforced on a container. */
	isOff(constraint: string, container: Container): boolean {
		const state = this.#parts.constraints?.isEnforced(constraint, container);
		return state?.value === 'false' && state.by !== undefined;
	}

	/** Whether any container sets a constraint: without one its default holds everywhere. */
	isSetAnywhere(constraint: string): boolean {
		return this.#parts.constraints?.isSetAnywhere(constraint) ?? false;
	}

	/** Whether ways count that something certainly stops. */
	get includesBlocked(): boolean {
		return this.#parts.includeBlocked === true;
	}

	/** Those of some constraints that certainly are enforced on a container, as proof. */
	enforced(constraints: readonly string[], container: Container | undefined): Proof[] {
		return constraints.flatMap(constraint => {
			const state = container && this.#parts.constraints?.isEnforced(constraint, container);
			return state?.value === 'true' && state.by ? [state.by] : [];
		});
	}

	/** Splits a scope at the containers where something may change. */
	#pieces(scope: Container): {container: Container; from: number; to: number}[] {
		const inside = this.#cutsWithin(scope);
		if (inside.length === 0) return [{container: scope, from: scope.order, to: scope.end}];
		const pieces: {container: Container; from: number; to: number}[] = [];
		const stack: Container[] = [scope];
		let at = scope.order;
		const advance = (to: number): void => {
			if (to > at) pieces.push({container: stack.at(-1)!, from: at, to});
			at = Math.max(at, to);
		};
		for (const cut of inside) {
			while (stack.at(-1)!.end <= cut.order) advance(stack.pop()!.end);
			advance(cut.order);
			stack.push(cut);
		}
		while (stack.length > 0) {
			advance(stack.at(-1)!.end);
			stack.pop();
		}
		return pieces;
	}

	#cutsWithin(scope: Container): Container[] {
		let low = 0;
		let high = this.#cuts.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#cuts[middle]!.order <= scope.order) low = middle + 1;
			else high = middle;
		}
		const inside: Container[] = [];
		for (let i = low; i < this.#cuts.length && this.#cuts[i]!.order < scope.end; i++) inside.push(this.#cuts[i]!);
		return inside;
	}

	/** Ranges of accounts below a container that an actor can become once it granted itself a minting role there. */
	afterSelfGrant(
		actor: Principal,
		scope: Container,
		sure: Sureness,
	): {range: Range; sure: Sureness; masks: [number, number, number]; container: Container}[] {
		const found: {range: Range; sure: Sureness; masks: [number, number, number]; container: Container}[] = [];
		for (const piece of this.pieces(scope)) {
			const range = {lo: piece.lo, hi: piece.hi};
			if (range.lo === range.hi) continue;
			const masks: [number, number, number] = [0, 0, 0];
			masks[sure] = MINTING & FULL;
			if (this.#cuts.length > 0) this.#subtract(masks, actor, piece.container);
			const surest = masks[2] ? CERTAIN : masks[1] ? CONDITIONAL : masks[0] ? UNVERIFIED : undefined;
			if (surest !== undefined) found.push({range, sure: surest, masks, container: piece.container});
		}
		return found;
	}

	/** Whether a grant ends by itself: an entitlement, or a condition that time will make false for good. */
	isTemporary(grant: Grant): boolean {
		if (grant.entitlement) return true;
		const compiled = this.#parts.access.compiled(grant.binding);
		if (!compiled?.uses.time) return false;
		const target: Target = {name: '', assetType: UNKNOWN_RESOURCE, container: grant.binding.resource.container};
		return this.#parts.access.conditionOn(grant.binding, target, '')?.timeWindow === 'ending';
	}

	/** How sure it is that the actor can rewrite the container's policy by this grant; undefined: it cannot. */
	rewrites(
		actor: Principal,
		grant: Grant,
		container: Container,
		permission: string,
	): {sure: Sureness; limited: boolean} | undefined {
		if (!grant.cls.watched.has(permission)) return undefined;
		const {access, includeBlocked} = this.#parts;
		const target = containerTarget(container);
		const condition = access.conditionOn(grant.binding, target, permission)?.value ?? 'true';
		if (condition === 'false') return undefined;
		let sure: Sureness = condition === 'true' && !grant.entitlement?.approval ? CERTAIN : CONDITIONAL;
		let limited = false;
		if (condition === 'unknown') {
			const roles = this.grantable(grant, permission);
			if (roles !== undefined) {
				if (roles.length === 0) return undefined;
				limited = true;
			}
		}
		const {value, proof} = access.barred(actor, permission, target);
		if (value === 'true' && !includeBlocked) return undefined;
		if (value === 'unknown')
			sure = proof.some(item => item.kind === 'gap') ? UNVERIFIED : (Math.min(sure, CONDITIONAL) as Sureness);
		return {sure, limited};
	}
}

const NONE: Reachable[] = [];

/** Stands for any account of a container: conditions on accounts see no `resource.*` whichever it is. */
const NOBODY = {email: '', name: ''} as NonNullable<Target['account']>;
