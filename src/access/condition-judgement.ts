/**
 * One evaluation of one condition: CEL decides the atoms, Kleene's logic combines them.
 * Facts: iam-semantics.md section 3, "Three-valued evaluation" and "Unavailable attribute" [seen].
 */
import type * as CelFunctions from './cel-functions.ts';
import type {Bindings} from './cel-functions.ts';
import type {ConditionContext, Tri} from './conditions.ts';
import type {Atom} from './condition-atom.ts';
import type {Tree} from './condition-tree.ts';
import {NEEDS} from './condition-atom.ts';

/** The module that holds the CEL library, loaded by `loadConditions`. */
export type Cel = typeof CelFunctions;

const EMPTY: ReadonlyMap<string, string> = new Map();

export function bindingsOf(context: ConditionContext, cel: Cel): Bindings {
	const {now, resource, tags, modifiedGrants, principal} = context;
	const known = new Map<string, string>();
	for (const key of ['name', 'type', 'service'] as const) {
		const attribute = resource[key];
		if (typeof attribute === 'object') known.set(key, attribute.value);
	}
	const caller = new Map<string, string>();
	if (principal?.type !== undefined) caller.set('type', principal.type);
	if (principal?.subject !== undefined) caller.set('subject', principal.subject);
	return cel.bind({
		time: now,
		resource: known,
		principal: caller,
		tagNames: tags?.byName ?? EMPTY,
		tagIds: tags?.byId ?? EMPTY,
		modifiedGrants: modifiedGrants === undefined || modifiedGrants === 'any' ? [] : modifiedGrants,
	});
}

/** @returns a boolean, an `Error`, or whatever else the atom is by mistake */
export type Evaluator = (now: number, bindings: () => Bindings) => unknown;

/** An audit judges everything at one time, so what depends on the time alone is kept for some times. */
const TIMES_KEPT = 128;

function evaluatorOf(atom: Atom, cel: Cel): Evaluator {
	const plan = cel.planExpression(atom.expr);
	if (atom.needs !== NEEDS.time) return (_now, bindings) => plan(bindings());
	const kept = new Map<number, unknown>();
	return (now, bindings) => {
		if (!kept.has(now)) {
			if (kept.size >= TIMES_KEPT) kept.clear();
			kept.set(now, plan(bindings()));
		}
		return kept.get(now);
	};
}

/** One evaluation of one condition in one context. */
export class Judgement {
	readonly #cel: Cel;
	readonly #context: ConditionContext;
	readonly #evaluators: Map<Atom, Evaluator>;
	/** With it, atoms over time that have no moment of change count as unknown. */
	readonly #moments: ReadonlyMap<Atom, number> | undefined;
	readonly #absent: number;
	readonly #unknown: number;
	#bindings: Bindings | undefined;
	/** A ternary asks for its test twice: without memory, nested tests would double the work each time. */
	#chosenBefore: Map<Tree, Partial<Record<'asked' | 'negated', Tri>>> | undefined;
	/** Why the first undecided atom is undecided. */
	note: string | undefined;

	constructor(
		context: ConditionContext,
		cel: Cel,
		evaluators: Map<Atom, Evaluator>,
		moments?: ReadonlyMap<Atom, number>,
	) {
		this.#context = context;
		this.#cel = cel;
		this.#evaluators = evaluators;
		this.#moments = moments;
		const {resource, tags, modifiedGrants, principal} = context;
		let absent = 0;
		let unknown = 0;
		for (const key of ['name', 'type', 'service'] as const) {
			if (resource[key] === 'none') absent |= NEEDS[key];
			else if (resource[key] === 'unknown') unknown |= NEEDS[key];
		}
		if (!tags?.byName) unknown |= NEEDS.tagNames;
		if (!tags?.byId) unknown |= NEEDS.tagIds;
		if (modifiedGrants === 'any') unknown |= NEEDS.modifiedGrants;
		if (principal?.type === undefined) unknown |= NEEDS.principalType;
		if (principal?.subject === undefined) unknown |= NEEDS.principalSubject;
		this.#absent = absent;
		this.#unknown = unknown;
	}

	/**
	 * @param asked true for the value of `tree`, false for that of its negation: an attribute that is
	 * not offered makes a test false, but its negation unknown, so `!` is pushed down to the atoms.
	 */
	value(tree: Tree, asked: boolean): Tri {
		switch (tree.kind) {
			case 'constant':
				return tree.value === asked ? 'true' : 'false';
			case 'not':
				return this.value(tree.part, !asked);
			case 'and':
			case 'or':
				return this.#combined(tree.parts, asked, (tree.kind === 'and') === asked ? 'false' : 'true');
			case 'if':
				return this.#chosenOnce(tree, asked);
			case 'atom':
				return this.#atom(tree, asked);
		}
	}

	/** @param decisive `false` for "all of them", `true` for "any of them" */
	#combined(parts: readonly Tree[], asked: boolean, decisive: 'true' | 'false'): Tri {
		let result: Tri = decisive === 'true' ? 'false' : 'true';
		for (const part of parts) {
			const value = this.value(part, asked);
			if (value === decisive) return decisive;
			if (value === 'unknown') result = 'unknown';
		}
		return result;
	}

	#chosenOnce(tree: Extract<Tree, {kind: 'if'}>, asked: boolean): Tri {
		this.#chosenBefore ??= new Map();
		const before = this.#chosenBefore.get(tree) ?? {};
		this.#chosenBefore.set(tree, before);
		return (before[asked ? 'asked' : 'negated'] ??= this.#chosen(tree, asked));
	}

	/** `test ? a : b` as `test && a || !test && b`. */
	#chosen(tree: Extract<Tree, {kind: 'if'}>, asked: boolean): Tri {
		const holds = this.value(tree.test, true);
		const first = holds === 'false' ? 'false' : both(holds, this.value(tree.met, asked));
		if (first === 'true') return first;
		const fails = this.value(tree.test, false);
		const second = fails === 'false' ? 'false' : both(fails, this.value(tree.unmet, asked));
		if (second === 'true') return second;
		return first === 'unknown' ? first : second;
	}

	#atom(atom: Atom, asked: boolean): Tri {
		if ((atom.needs & this.#absent) !== 0) {
			if (asked && atom.positive) return 'false';
			return this.#undecided('a negated test on an attribute that Google does not offer for the resource');
		}
		if (atom.undecidable !== undefined) return this.#undecided(atom.undecidable);
		const missing = atom.needs & this.#unknown;
		if (missing !== 0) return this.#undecided(missingFact(missing));
		if (this.#moments && (atom.needs & NEEDS.time) !== 0 && !this.#moments.has(atom)) return 'unknown';
		let evaluator = this.#evaluators.get(atom);
		if (!evaluator) {
			evaluator = evaluatorOf(atom, this.#cel);
			this.#evaluators.set(atom, evaluator);
		}
		const result = evaluator(this.#context.now, () => (this.#bindings ??= bindingsOf(this.#context, this.#cel)));
		if (result === asked) return 'true';
		if (result === !asked) return 'false';
		return this.#undecided(result instanceof Error ? `CEL cannot evaluate it: ${result.message}` : 'a part is no test');
	}

	#undecided(note: string): Tri {
		this.note ??= note;
		return 'unknown';
	}
}

function both(a: Tri, b: Tri): Tri {
	if (a === 'false' || b === 'false') return 'false';
	return a === 'unknown' || b === 'unknown' ? 'unknown' : 'true';
}

function missingFact(bits: number): string {
	if ((bits & (NEEDS.tagNames | NEEDS.tagIds)) !== 0) return 'the effective tags of the resource were not read';
	if ((bits & NEEDS.modifiedGrants) !== 0) return 'it depends on the roles that the caller grants';
	if ((bits & (NEEDS.principalType | NEEDS.principalSubject)) !== 0) return 'the principal is not known';
	return 'the resource that a request would name is not known';
}
