/**
 * Conditions of what only takes away: deny rules and organization policies see nothing but tags, bindings of
 * access boundaries nothing but the principal. Google blocks where it cannot evaluate one; that our own data does
 * not suffice proves nothing, so that is undecided here. Facts: iam-semantics sections 1, 3 and 5. [seen]
 */
import {NO_RESOURCE_ATTRIBUTES} from './condition-attributes.ts';
import type {ConditionContext, Conditions, ConditionUses, EffectiveTags, Tri} from './conditions.ts';

/** Stands for tags that were not read. */
const UNREAD_TAGS = {};

export class GuardConditions {
	readonly #now: number;
	readonly #conditions: Conditions | undefined;
	/** expression -> effective tags -> value */
	readonly #byTags = new Map<string, WeakMap<object, Tri>>();

	/**
	 * @param now epoch milliseconds
	 * @param conditions without it everything is undecided
	 */
	constructor(now: number, conditions: Conditions | undefined) {
		this.#now = now;
		this.#conditions = conditions;
	}

	/** @param tagsOf asked only if the expression has tag functions */
	onTags(expression: string, tagsOf: () => EffectiveTags | undefined): Tri {
		const compiled = this.#conditions?.compile(expression);
		if (!compiled || foreign(compiled.uses) || compiled.uses.principal) return 'unknown';
		const tags = compiled.uses.tags ? tagsOf() : undefined;
		let values = this.#byTags.get(expression);
		if (!values) this.#byTags.set(expression, (values = new WeakMap()));
		let value = values.get(tags ?? UNREAD_TAGS);
		if (value === undefined) {
			value = compiled.evaluate({now: this.#now, resource: NO_RESOURCE_ATTRIBUTES, ...(tags && {tags})}).value;
			values.set(tags ?? UNREAD_TAGS, value);
		}
		return value;
	}

	/** @param principal `principal.type` and `principal.subject`, as far as they can be told */
	onPrincipal(expression: string, principal: ConditionContext['principal']): Tri {
		const compiled = this.#conditions?.compile(expression);
		if (!compiled || foreign(compiled.uses) || compiled.uses.tags) return 'unknown';
		return compiled.evaluate({now: this.#now, resource: NO_RESOURCE_ATTRIBUTES, ...(principal && {principal})}).value;
	}
}

/** Whether an expression asks for what no guard offers. */
function foreign(uses: ConditionUses): boolean {
	return uses.undecidable || uses.time || uses.resource || uses.modifiedGrants;
}
