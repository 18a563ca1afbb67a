/**
 * Power: the set of (level, container) pairs of a principal, and what somebody would gain by becoming
 * an account (checks.md, "Definitions that decide").
 */
import type {Container} from '../inventory/model.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Severity} from '../report.ts';
import type {Tri} from './conditions.ts';
import {type Access, containerTarget, type Target} from './evaluate.ts';
import type {Grant, GrantIndex} from './grants.ts';
import {IMPERSONATING, type Level, POLICY_REWRITING, READING_DATA, WRITING_DATA} from './power-data.ts';
import {levelRank, type RoleClass, type RoleClasses} from './role-class.ts';

/** Power on one container, with the bindings that give it. */
export interface Pair {
	level: Level;
	rank: number;
	container: Container;
	/** The grants that together give the level here (several for editor-like by union). */
	grants: Grant[];
}

/** Power of one principal: certain pairs, and those that hold if undecided conditions do. */
export interface Power {
	certain: readonly Pair[];
	/** Includes the certain ones; a pair here may rest on an undecided condition. */
	possible: readonly Pair[];
}

const NO_PAIRS: readonly Pair[] = [];
const NO_POWER: Power = {certain: NO_PAIRS, possible: NO_PAIRS};
const OWNER = levelRank('owner-like');
const READS = levelRank('reading data');
const IMPERSONATES = levelRank('impersonating');

export class Powers {
	readonly #access: Access;
	readonly #grants: GrantIndex;
	readonly #classes: RoleClasses;
	readonly #cache = new PrincipalMap<Power>();
	readonly #targets = new Map<Container, Target>();
	/** Values of conditions, by grant. */
	readonly #values = new Map<Grant, Tri>();
	/** Pairs of whoever holds one grant alone and is barred from nothing. */
	readonly #single = new Map<Grant, readonly Pair[]>();
	readonly #held = new Map<RoleClass, Map<readonly string[], readonly string[]>>();

	constructor(access: Access, grants: GrantIndex, classes: RoleClasses) {
		this.#access = access;
		this.#grants = grants;
		this.#classes = classes;
	}

	of(principal: Principal): Power {
		let power = this.#cache.get(principal);
		if (!power) this.#cache.set(principal, (power = this.#compute(principal)));
		return power;
	}

	#compute(principal: Principal): Power {
		let certain: Grant[] | undefined;
		let possible: Grant[] | undefined;
		for (const set of this.#access.memberships.setsOf(principal)) {
			for (const grant of this.#grants.of(set)) {
				const {resource} = grant.binding;
				if (!resource.isContainer || !resource.container || !grant.cls.powers) continue;
				const value = this.#valueOn(grant, resource.container);
				if (value === 'false') continue;
				(possible ??= []).push(grant);
				if (value === 'true' && !grant.entitlement) (certain ??= []).push(grant);
			}
		}
		if (!possible) return NO_POWER;
		const sure = certain ? this.#pairs(principal, certain) : NO_PAIRS;
		const isAll = certain?.length === possible.length;
		return {certain: sure, possible: isAll ? sure : this.#pairs(principal, possible)};
	}

	/** Value of a grant's condition on its own container. */
	#valueOn(grant: Grant, container: Container): Tri {
		if (!grant.binding.condition && !grant.cls.role.hiddenCondition) return 'true';
		let value = this.#values.get(grant);
		if (value === undefined) {
			value = this.#access.conditionOn(grant.binding, this.#targetOf(container), '')?.value ?? 'true';
			this.#values.set(grant, value);
		}
		return value;
	}

	#targetOf(container: Container): Target {
		let target = this.#targets.get(container);
		if (!target) this.#targets.set(container, (target = containerTarget(container)));
		return target;
	}

	#pairs(principal: Principal, grants: readonly Grant[]): readonly Pair[] {
		if (grants.length === 0) return NO_PAIRS;
		const isFree = this.#access.profile(principal) === 0;
		if (grants.length === 1) return this.#pairsBy(principal, grants[0]!, isFree);
		const byContainer = new Map<Container, Grant[]>();
		for (const grant of grants) add(byContainer, grant.binding.resource.container!, grant);
		const pairs: Pair[] = [];
		for (const [container, own] of byContainer) {
			const inherited: Grant[] = [];
			if (byContainer.size > 1) {
				for (let above = container.parent; above; above = above.parent)
					inherited.push(...(byContainer.get(above) ?? []));
			}
			// What is inherited only completes Editor: too little of that, and one grant gives what it gives anybody.
			const isAlone = own.length === 1 && (inherited.length === 0 || !this.#mayReach([...own, ...inherited]));
			const here = isAlone
				? this.#pairsBy(principal, own[0]!, isFree)
				: this.#pairsOn(principal, container, own, inherited);
			for (const pair of here) pairs.push(pair);
		}
		return pairs.toSorted((a, b) => b.rank - a.rank || a.container.order - b.container.order);
	}

	/** Of one grant alone: the same for all who are barred from nothing. */
	#pairsBy(principal: Principal, grant: Grant, isFree: boolean): readonly Pair[] {
		let pairs = isFree ? this.#single.get(grant) : undefined;
		if (!pairs) {
			pairs = this.#pairsOn(principal, grant.binding.resource.container!, [grant], []);
			if (isFree) this.#single.set(grant, pairs);
		}
		return pairs;
	}

	/**
	 * The strongest level at one container, own bindings first, inherited ones completing them. Impersonating is no
	 * power over data, so that data that are held beside it are a pair of their own.
	 */
	#pairsOn(principal: Principal, container: Container, own: Grant[], inherited: Grant[]): readonly Pair[] {
		const strongest = this.#strongest(principal, container, own, inherited);
		if (!strongest) return NO_PAIRS;
		const data = strongest.rank === IMPERSONATES && this.#byList(principal, container, own, ON_DATA);
		return data ? [strongest, data] : [strongest];
	}

	#strongest(principal: Principal, container: Container, own: Grant[], inherited: Grant[]): Pair | undefined {
		const all = inherited.length === 0 ? own : [...own, ...inherited];
		const {kind} = container;
		const owner = own.find(({cls}) => cls.owner || (kind === 'organization' && cls.organizationAdmin));
		const sums = this.#mayReach(all);
		const bySum =
			sums && all.some(({cls}) => cls.rewrites[kind]) && this.#editorShare(all) === this.#classes.editorSize;
		if ((owner || bySum) && this.#canRewrite(principal, container))
			return pairOf('owner-like', container, owner ? [owner] : minimal(all));
		const editor = own.find(({cls}) => cls.editorLike);
		if (editor) return pairOf('editor-like', container, [editor]);
		if (sums && this.#editorShare(all) >= this.#classes.editorThreshold)
			return pairOf('editor-like', container, minimal(all));
		const rewriter = own.find(grant => rewritesBelow(grant.cls, container));
		if (rewriter && (!rewriter.cls.rewrites[kind] || this.#canRewrite(principal, container)))
			return pairOf('policy rewriting', container, [rewriter]);
		return this.#byList(principal, container, own, BY_LIST);
	}

	/** The first level of some of which a grant has a permission that is not barred. */
	#byList(principal: Principal, container: Container, own: readonly Grant[], levels: typeof BY_LIST): Pair | undefined {
		for (const {level, list, has} of levels) {
			for (const grant of own) {
				if (!has(grant.cls) || this.#barred(principal, this.#heldOf(grant.cls, list), container)) continue;
				return pairOf(level, container, [grant]);
			}
		}
		return undefined;
	}

	/** Whether nothing bars rewriting the container's own policy. */
	#canRewrite(principal: Principal, container: Container): boolean {
		return !this.#barred(principal, [POLICY_REWRITING[container.kind]], container);
	}

	/** Permissions of a list that a role holds. */
	#heldOf(cls: RoleClass, list: readonly string[]): readonly string[] {
		let byList = this.#held.get(cls);
		if (!byList) this.#held.set(cls, (byList = new Map()));
		let held = byList.get(list);
		if (!held) byList.set(list, (held = list.filter(permission => cls.watched.has(permission))));
		return held;
	}

	#mayReach(grants: readonly Grant[]): boolean {
		let sum = 0;
		for (const grant of grants) sum += grant.cls.editorOverlap;
		return sum >= this.#classes.editorThreshold;
	}

	#editorShare(grants: readonly Grant[]): number {
		return this.#classes.unionOverlap([...new Set(grants.map(grant => grant.cls))]);
	}

	/** Whether every one of the permissions is certainly barred here. */
	#barred(principal: Principal, permissions: readonly string[], container: Container): boolean {
		if (this.#access.profile(principal) === 0) return false;
		const target = this.#targetOf(container);
		return permissions.every(permission => this.#access.barred(principal, permission, target).value === 'true');
	}

	/** Whether the principal certainly is owner-like over the container, there or above. */
	isOwnerLike(principal: Principal, container: Container): boolean {
		return this.of(principal).certain.some(pair => pair.rank === OWNER && covers(pair.container, container));
	}

	/** Whether the principal certainly is owner-like over nothing at all. Cheap. */
	ownsNothing(principal: Principal): boolean {
		// The strongest pair comes first.
		return this.of(principal).certain[0]?.rank !== OWNER;
	}

	/** Reading data or higher on a project or above. */
	isPowerful(principal: Principal): boolean {
		return this.of(principal).possible.some(pair => pair.rank >= READS);
	}

	/** What of an account's power a principal has neither there nor above, strongest first. */
	gained(principal: Principal, account: Principal): readonly Pair[] {
		const mine = this.of(principal).certain;
		const theirs = this.of(account).possible;
		if (mine.length === 0) return theirs;
		return theirs.filter(pair => !isCovered(pair, mine));
	}

	/** Whether an account's pair rests on undecided conditions only. */
	isConditional(account: Principal, pair: Pair): boolean {
		const {certain, possible} = this.of(account);
		if (certain === possible) return false;
		return !isCovered(pair, certain);
	}
}

/** Severity by gained power; undefined: nothing gained. */
export function severityOf(gained: readonly Pair[]): Severity | undefined {
	const [strongest] = gained;
	if (!strongest) return undefined;
	if (strongest.level === 'owner-like') return 'critical';
	return strongest.rank >= levelRank('impersonating') ? 'high' : 'medium';
}

/** Whether some power is beyond what somebody has there or above. */
export function exceeds(theirs: readonly Pair[], mine: readonly Pair[]): boolean {
	for (const pair of theirs) if (!isCovered(pair, mine)) return true;
	return false;
}

/** Whether one of some pairs is as strong, there or above: whoever only becomes accounts has none of their data itself. */
function isCovered({rank, container}: Pair, by: readonly Pair[]): boolean {
	for (const own of by) {
		const includes = own.rank === IMPERSONATES ? rank === IMPERSONATES : own.rank >= rank;
		if (includes && covers(own.container, container)) return true;
	}
	return false;
}

/** Whether power on one container reaches another: the same or an ancestor. */
export function covers(upper: Container, lower: Container): boolean {
	return upper.order <= lower.order && lower.order < upper.end;
}

function pairOf(level: Level, container: Container, grants: Grant[]): Pair {
	return {level, rank: levelRank(level), container, grants};
}

const BY_LIST: readonly {level: Level; list: readonly string[]; has: (cls: RoleClass) => boolean}[] = [
	{level: 'impersonating', list: IMPERSONATING, has: cls => cls.impersonates},
	{level: 'writing data', list: WRITING_DATA, has: cls => cls.writes},
	{level: 'reading data', list: READING_DATA, has: cls => cls.reads},
];

const ON_DATA = BY_LIST.slice(1);

/** A folder's or organization's binding also rewrites policies of the containers below it. */
function rewritesBelow(cls: RoleClass, container: Container): boolean {
	if (cls.rewrites.project) return true;
	if (cls.rewrites.folder) return container.kind !== 'project';
	return cls.rewrites.organization && container.kind === 'organization';
}

function minimal(grants: readonly Grant[]): Grant[] {
	return [...new Set(grants)].toSorted((a, b) => b.cls.editorOverlap - a.cls.editorOverlap);
}

function add(map: Map<Container, Grant[]>, container: Container, grant: Grant): void {
	const list = map.get(container);
	if (list) list.push(grant);
	else map.set(container, [grant]);
}
