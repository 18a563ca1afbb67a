/**
 * IAM conditions in three values. CEL decides the atoms of a condition, Kleene's logic combines
 * them, so that a part nobody can decide does not hide what the rest decides.
 *
 * For a binding, `false` grants nothing, `true` grants, `unknown` grants `conditional`ly. For a deny
 * rule only `true` is a proof that it denies. Facts: iam-semantics.md sections 1 and 3.
 */
import type {Atom} from './condition-atom.ts';
import type {Cel, Evaluator} from './condition-judgement.ts';
import type {Tree} from './condition-tree.ts';
import {NEEDS, TooDeepError} from './condition-atom.ts';
import {bindingsOf, Judgement} from './condition-judgement.ts';
import {treeOf} from './condition-tree.ts';
import {timeWindow} from './condition-window.ts';

export type Tri = 'true' | 'false' | 'unknown';

/** `none`: Google does not offer it for this resource; `unknown`: there is a value, which was not read. */
export type Attribute = {readonly value: string} | 'none' | 'unknown';

export interface ResourceAttributes {
	readonly name: Attribute;
	readonly type: Attribute;
	readonly service: Attribute;
}

/** Own and inherited tags of a resource; a map that was not read is undefined. */
export interface EffectiveTags {
	/** `123456789012/env` or `my-project/env` -> the value's short name, `prod`. */
	readonly byName?: ReadonlyMap<string, string>;
	/** `tagKeys/1` -> `tagValues/2`. */
	readonly byId?: ReadonlyMap<string, string>;
}

/** What is known about the request and the resource that a condition is judged on. Never changed once passed. */
export interface ConditionContext {
	/** Epoch milliseconds: `request.time`. */
	readonly now: number;
	readonly resource: ResourceAttributes;
	readonly tags?: EffectiveTags;
	/**
	 * The roles whose bindings a setIamPolicy call changes; `any`: the caller may choose. Undefined for
	 * every other permission, for which Google takes the empty list.
	 */
	readonly modifiedGrants?: readonly string[] | 'any';
	/** Only for the bindings of access boundaries, e.g. `iam.googleapis.com/ServiceAccount` and an e-mail. */
	readonly principal?: {readonly type?: string; readonly subject?: string};
}

/**
 * How the time bounds the condition: `expired`: false now and never true again; `future`: false now,
 * possible later; `ending`: possible now, never after some moment. Absent: time does not bound it.
 */
export type TimeWindow = 'expired' | 'future' | 'ending';

export interface ConditionValue {
	readonly value: Tri;
	/** Why it is unknown: part of a sentence. May quote the expression, so it is untrusted text. */
	readonly note?: string;
	readonly timeWindow?: TimeWindow;
}

/** What the expression asks about: two contexts that agree on these have the same value. */
export interface ConditionUses {
	readonly time: boolean;
	readonly tags: boolean;
	readonly resource: boolean;
	readonly modifiedGrants: boolean;
	readonly principal: boolean;
	/** Some part is undecided whatever is known. */
	readonly undecidable: boolean;
}

export interface Condition {
	readonly expression: string;
	readonly uses: ConditionUses;
	/** It asks about the time and nothing else. */
	readonly isTimeOnly: boolean;
	/** Never throws. */
	evaluate(context: ConditionContext): ConditionValue;
	/**
	 * Which roles a setIamPolicy call may grant or revoke, one at a time, in code unit order. Those for
	 * which the rest of the condition is unknown are among them. Undefined: any role.
	 */
	allowedGrants(context: ConditionContext): string[] | undefined;
}

export interface Conditions {
	/** Parses once per text; never throws: what cannot be parsed evaluates to `unknown`. */
	compile(expression: string): Condition;
}

const TRUE: ConditionValue = {value: 'true'};
const FALSE: ConditionValue = {value: 'false'};

/** Longer expressions are not parsed, in UTF-16 code units. */
const MAX_LENGTH = 10_240;
/** So many compiled expressions are kept. */
const CACHE_SIZE = 4096;

function undecided(expression: string, note: string): Condition {
	return {
		expression,
		uses: {time: false, tags: false, resource: false, modifiedGrants: false, principal: false, undecidable: true},
		isTimeOnly: false,
		evaluate: () => ({value: 'unknown', note}),
		allowedGrants: () => undefined,
	};
}

/** The condition behind a `_withcond_` role name: there is one, its expression was not read. */
export const UNREAD_CONDITION: Condition = undecided('', 'the policy was read without its conditions');

/**
 * Version-1 reads of a policy show conditional bindings under a marked role name. [seen]
 * @returns the role's own name if `role` is so marked, else undefined
 */
export function unmarkConditionalRole(role: string): string | undefined {
	return /^(.+)_withcond_[0-9a-f]+$/.exec(role)?.[1];
}

/**
 * Loads the CEL library, which takes a third of a second: call it when the first condition is seen.
 * What it returns keeps the compiled expressions of one run.
 */
export async function loadConditions(): Promise<Conditions> {
	const cel = await import('./cel-functions.ts');
	const cache = new Map<string, Condition>();

	function compile(expression: string): Condition {
		if (expression.length > MAX_LENGTH) return undecided(expression, 'the condition is longer than 10 kB');
		try {
			return new CompiledCondition(expression, treeOf(cel.parseExpression(expression)), cel);
		} catch (error) {
			// A RangeError is the parser's stack: it recurses for every bracket.
			const deep = error instanceof TooDeepError || error instanceof RangeError;
			return undecided(expression, deep ? 'the condition is nested too deeply' : 'the condition cannot be parsed');
		}
	}
	return {
		compile(expression) {
			let condition = cache.get(expression);
			if (condition === undefined) {
				condition = compile(expression);
				if (cache.size >= CACHE_SIZE) cache.clear();
				cache.set(expression, condition);
			}
			return condition;
		},
	};
}

class CompiledCondition implements Condition {
	readonly expression: string;
	readonly uses: ConditionUses;
	readonly isTimeOnly: boolean;
	readonly #tree: Tree;
	readonly #cel: Cel;
	readonly #atoms: Atom[] = [];
	readonly #evaluators = new Map<Atom, Evaluator>();
	#moments: ReadonlyMap<Atom, number> | undefined;

	constructor(expression: string, tree: Tree, cel: Cel) {
		this.expression = expression;
		this.#tree = tree;
		this.#cel = cel;
		collectAtoms(tree, this.#atoms);
		const needs = this.#atoms.reduce((all, atom) => all | atom.needs, 0);
		this.uses = {
			time: (needs & NEEDS.time) !== 0,
			tags: (needs & (NEEDS.tagNames | NEEDS.tagIds)) !== 0,
			resource: (needs & (NEEDS.name | NEEDS.type | NEEDS.service)) !== 0,
			modifiedGrants: (needs & NEEDS.modifiedGrants) !== 0,
			principal: (needs & (NEEDS.principalType | NEEDS.principalSubject)) !== 0,
			undecidable: this.#atoms.some(atom => atom.undecidable !== undefined),
		};
		this.isTimeOnly = needs === NEEDS.time && !this.uses.undecidable;
	}

	evaluate(context: ConditionContext): ConditionValue {
		const judged = new Judgement(context, this.#cel, this.#evaluators);
		const value = judged.value(this.#tree, true);
		const window = this.uses.time ? this.#window(context) : undefined;
		if (window === undefined && value !== 'unknown') return value === 'true' ? TRUE : FALSE;
		const note = value === 'unknown' ? judged.note : undefined;
		return {value, ...(note !== undefined && {note}), ...(window && {timeWindow: window})};
	}

	allowedGrants(context: ConditionContext): string[] | undefined {
		if (!this.uses.modifiedGrants) return undefined;
		const may = (role: string) => this.#valueOf({...context, modifiedGrants: [role]}) !== 'false';
		// No role has this name, so it stands for all that the condition does not mention.
		if (may('')) return undefined;
		return [...new Set(this.#atoms.flatMap(atom => atom.roles))].filter(may).toSorted();
	}

	#valueOf(context: ConditionContext): Tri {
		return new Judgement(context, this.#cel, this.#evaluators).value(this.#tree, true);
	}

	#window(context: ConditionContext): TimeWindow | undefined {
		this.#moments ??= this.#thresholds();
		const moments = this.#moments;
		return timeWindow(context.now, [...new Set(moments.values())], time => {
			const judged = new Judgement({...context, now: time}, this.#cel, this.#evaluators, moments);
			return judged.value(this.#tree, true) !== 'false';
		});
	}

	/** When each comparison of `request.time` with a constant changes; those that recur are left out. */
	#thresholds(): Map<Atom, number> {
		const moments = new Map<Atom, number>();
		const bindings = bindingsOf({now: 0, resource: {name: 'none', type: 'none', service: 'none'}}, this.#cel);
		for (const atom of this.#atoms) {
			if (!atom.threshold) continue;
			const {left, right, slope} = atom.threshold;
			const [a, b] = [left, right].map(side => this.#cel.milliseconds(this.#cel.planExpression(side)(bindings)));
			if (a !== undefined && b !== undefined) moments.set(atom, (b - a) / slope);
		}
		return moments;
	}
}

function collectAtoms(tree: Tree, into: Atom[]): void {
	if (tree.kind === 'atom') into.push(tree);
	else if (tree.kind === 'not') collectAtoms(tree.part, into);
	else if (tree.kind === 'and' || tree.kind === 'or') for (const part of tree.parts) collectAtoms(part, into);
	else if (tree.kind === 'if') for (const part of [tree.test, tree.met, tree.unmet]) collectAtoms(part, into);
}
