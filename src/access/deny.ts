/**
 * Deny policies as one compiled judge: which rule takes which permission from whom, on what.
 * Each rule stands alone with its own exceptions; policies hang on organizations, folders and projects
 * and are inherited by all below. Facts: iam-semantics section 1 and 2 (deny forms), 3 (tag conditions). [seen]
 */
import type {Container, Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Proof} from '../report.ts';
import type {Conditions, EffectiveTags, Tri} from './conditions.ts';
import {type DeniablePermissions, shippedDeniablePermissions} from './deny-permissions.ts';
import {type DenyPrincipal, DenyPrincipals} from './deny-principals.ts';
import {type DenyHole, type DenyRuleText, readDenyPolicy} from './deny-read.ts';
import type {Barrier, Target} from './evaluate.ts';
import {type Who, whoOf, Whos} from './deny-whos.ts';
import {GuardConditions} from './guard-conditions.ts';
import {type Match, NO, YES} from './set-match.ts';
import type {Memberships} from './sets.ts';

export interface DenyOptions {
	/** Epoch milliseconds. */
	now: number;
	/** Effective tags of a target, undefined where they were not read. */
	tags?: (target: Target) => EffectiveTags | undefined;
	/** Without it every condition is undecided. */
	conditions?: Conditions;
	/** Replaces the shipped list of names that deny policies accept. */
	permissions?: () => DeniablePermissions;
}

/** One deny rule, compiled. */
interface Rule extends DenyRuleText {
	/** Canonical name of its policy. */
	policy: string;
	byPermission: Map<string, boolean>;
	/** Shared by all rules with the same principals and exceptions. */
	who: Who;
}

const NO_RULES: readonly Rule[] = [];
/** No exception that Google accepts. [seen] */
const EVERYONE = 'principalSet://goog/public:all';

export class DenyPolicies implements Barrier {
	readonly #memberships: Memberships;
	readonly #options: DenyOptions;
	readonly #conditions: GuardConditions;
	readonly #principals: DenyPrincipals;
	readonly #own = new Map<Container, Rule[]>();
	/** By their lists of principals and exceptions. */
	readonly #byLists = new Map<string, Who>();
	readonly #whos: Whos;
	/** What was found of principals that had to be looked at. */
	readonly #found = new Map<Who, Map<Principal, Match>>();
	/** Rules at and above the container of this order, nearest first; shared where a container adds none. */
	readonly #inForce: (readonly Rule[])[] = [];
	readonly #holes: DenyHole[] = [];
	#permissions: DeniablePermissions | undefined;
	readonly #deniable = new Map<string, boolean>();

	constructor(inventory: Inventory, memberships: Memberships, options: DenyOptions) {
		this.#memberships = memberships;
		this.#options = options;
		this.#conditions = new GuardConditions(options.now, options.conditions);
		this.#principals = new DenyPrincipals(inventory, memberships);
		this.#whos = new Whos(inventory, memberships);
		for (const document of inventory.documents.get('iam.googleapis.com/DenyPolicy') ?? []) {
			const read = readDenyPolicy(document, inventory);
			if (!read) continue;
			this.#holes.push(...read.holes);
			if (read.container) this.#attach(read.container, read.policy, read.rules);
		}
		for (const container of inventory.containers) {
			const above = container.parent ? this.#inForce[container.parent.order]! : NO_RULES;
			const own = this.#own.get(container);
			this.#inForce.push(own ? [...own, ...above] : above);
		}
	}

	/** Policies that could not be read whole, in the order of their names. */
	get holes(): readonly DenyHole[] {
		return this.#holes;
	}

	/** Gaps at and above a container: policies without their rules. For the proof of an allow that stands all the same. */
	gaps(container: Container | undefined): Proof[] {
		const gaps: Proof[] = [];
		for (let at = container; at && this.#holes.length > 0; at = at.parent) {
			for (const hole of this.#holes) {
				if (hole.container === at)
					gaps.push({kind: 'gap', effect: 'undecided', fact: 'denyPolicies', scope: hole.policy});
			}
		}
		return gaps;
	}

	/** Whether any rule is attached at or above a container. Cheap. */
	couldBar(container: Container | undefined): boolean {
		return container !== undefined && this.#inForce[container.order]!.length > 0;
	}

	/** Containers that have rules of their own, depth-first. */
	containersWithPolicies(): readonly Container[] {
		return [...this.#own.keys()].toSorted((a, b) => a.order - b.order);
	}

	/** Whether Google lets deny policies name a permission (v1 or v2 spelling) at all. */
	deniable(permission: string): boolean {
		const known = this.#deniable.get(permission);
		if (known !== undefined) return known;
		const value = this.#list().deniable(permission);
		this.#deniable.set(permission, value);
		return value;
	}

	/**
	 * Whether a deny rule takes a permission from a principal on a target.
	 * @param permission v1 or v2 name
	 * @returns `true`: denied, with the first rule that does it (nearest container, then policy name, then
	 * rule); `unknown`: every rule that may, with what is undecided about it; `false`: none does
	 */
	judge(principal: Principal, permission: string, target: Target): {value: Tri; proof: Proof[]} {
		if (target.container === undefined) return NO;
		const rules = this.#inForce[target.container.order]!;
		if (rules.length === 0 || !this.deniable(permission)) return NO;
		let doubts: Proof[] | undefined;
		for (const rule of rules) {
			if (!this.#names(rule, permission)) continue;
			const match = this.#principal(rule, principal);
			if (match.value === 'false') continue;
			const condition = this.#condition(rule, target);
			if (condition === 'false') continue;
			if (match.value === 'true' && condition === 'true')
				return {value: 'true', proof: proofOf(rule, 'denies', match.proof, condition)};
			const doubt = proofOf(rule, 'undecided', match.proof, condition);
			doubts = doubts ? distinct([...doubts, ...doubt]) : doubt;
		}
		return doubts ? {value: 'unknown', proof: doubts} : NO;
	}

	#names(rule: Rule, permission: string): boolean {
		const known = rule.byPermission.get(permission);
		if (known !== undefined) return known;
		const names = this.#list();
		const value =
			rule.deniedPermissions.some(entry => names.denies(entry, permission)) &&
			!rule.exceptionPermissions.some(entry => names.excepts(entry, permission));
		rule.byPermission.set(permission, value);
		return value;
	}

	#list(): DeniablePermissions {
		return (this.#permissions ??= (this.#options.permissions ?? shippedDeniablePermissions)());
	}

	#principal({who, policy}: Rule, principal: Principal): Match {
		return this.#whos.usual(who, principal) ?? this.#look(who, principal, policy);
	}

	#look(who: Who, principal: Principal, policy: string): Match {
		let found = this.#found.get(who);
		if (!found) this.#found.set(who, (found = new Map()));
		let match = found.get(principal);
		if (!match) found.set(principal, (match = this.#match(who, principal, policy)));
		return match;
	}

	/** How the rules see a principal: two with the same text are judged alike on everything, proofs aside. */
	profile(principal: Principal): string {
		return this.#whos.profile(principal, who => this.#look(who, principal, who.policy));
	}

	#match({denied: all, exceptions}: Who, principal: Principal, policy: string): Match {
		const denied = strongest(all, principal);
		if (denied.value === 'false') return NO;
		const excepted = strongest(exceptions, principal);
		if (excepted.value === 'true') return NO;
		const unreadable = exceptions.some(entry => entry.unreadable);
		const partly = this.#overlap(exceptions, principal);
		if (denied.value === 'true' && excepted.value === 'false' && !partly && !unreadable) return denied;
		const proof = [...denied.proof, ...excepted.proof, ...(partly ? [partly] : [])];
		if (unreadable) proof.push({kind: 'gap', effect: 'undecided', fact: 'denyPolicies', scope: policy});
		return {value: 'unknown', proof};
	}

	/**
	 * If a set is asked about (a group that a binding names), some of its members may be excepted: then the
	 * set is not denied as a whole. Only exceptions whose members are known to overlap count.
	 */
	#overlap(exceptions: readonly DenyPrincipal[], principal: Principal): Proof | undefined {
		if (principal.kind !== 'group' && principal.kind !== 'principalSet' && principal.kind !== 'domain')
			return undefined;
		for (const {identity} of exceptions) {
			if (!identity) continue;
			const inside = [identity, ...this.#memberships.membersOf(identity)].find(member => this.#isIn(member, principal));
			if (inside) return {kind: 'membership', effect: 'undecided', member: inside.member, of: principal.member};
		}
		return undefined;
	}

	#isIn(member: Principal, set: Principal): boolean {
		return member !== set && this.#memberships.of(member).some(membership => membership.set === set);
	}

	#condition(rule: Rule, target: Target): Tri {
		if (rule.expression === undefined) return 'true';
		return this.#conditions.onTags(rule.expression, () => this.#options.tags?.(target));
	}

	/** 1 if a rule's principals can be matched without naming its policy, else 0. */
	#isShared({exceptionPrincipals}: DenyRuleText): 0 | 1 {
		return exceptionPrincipals.some(name => this.#principals.compile(name).unreadable) ? 0 : 1;
	}

	#attach(container: Container, policy: string, rules: readonly DenyRuleText[]): void {
		const compiled = rules.map((text): Rule => {
			// What cannot be read of a policy is named in the match: such rules share with those of their policy only.
			const lists = JSON.stringify(
				[policy, text.deniedPrincipals, text.exceptionPrincipals].slice(this.#isShared(text)),
			);
			let who = this.#byLists.get(lists);
			if (!who) {
				const {deniedPrincipals, exceptionPrincipals} = text;
				who = whoOf(
					{
						index: this.#whos.size,
						policy,
						denied: deniedPrincipals.map(name => this.#principals.compile(name)),
						exceptions: exceptionPrincipals
							.filter(name => name !== EVERYONE)
							.map(name => this.#principals.compile(name)),
					},
					this.#memberships,
				);
				this.#whos.add(who);
				this.#byLists.set(lists, who);
			}
			return {...text, policy, byPermission: new Map(), who};
		});
		if (compiled.length > 0) this.#own.set(container, [...(this.#own.get(container) ?? []), ...compiled]);
	}
}

/** The surest match of a list of entries; of equally sure ones the first. */
function strongest(entries: readonly DenyPrincipal[], principal: Principal): Match {
	if (entries.some(entry => entry.everyone)) return YES;
	let best = NO;
	for (const entry of entries) {
		const match = entry.match(principal);
		if (match.value === 'true') return match;
		if (match.value === 'unknown' && best.value === 'false') best = match;
	}
	return best;
}

function proofOf(rule: Rule, effect: 'denies' | 'undecided', because: readonly Proof[], condition: Tri): Proof[] {
	const proof: Proof[] = [{kind: 'deny', effect, policy: rule.policy, rule: rule.index}, ...because];
	if (rule.expression === undefined) return proof;
	const decided = condition === 'true';
	const value = decided || 'unknown';
	return [...proof, {kind: 'condition', effect: decided ? 'denies' : 'undecided', expression: rule.expression, value}];
}

function distinct(proof: readonly Proof[]): Proof[] {
	return [...new Map(proof.map(item => [JSON.stringify(item), item])).values()];
}
