/** A provider's attribute mapping: what a token's claims make of `google.subject`, `attribute.x` and groups. */
import type {Expr} from '../access/cel-functions.ts';
import type * as CelModule from './cel.ts';
import type {Claims, Plan, Value} from './cel.ts';
import {claimsIn, pathOf} from './hints.ts';

/** The module that holds the CEL library. */
export type Cel = typeof CelModule;

interface Mapped {
	expr: Expr;
	/** The claim that it is, unchanged. */
	path: readonly string[] | undefined;
	plan: Plan | undefined;
}

export class Mapping {
	readonly #texts: ReadonlyMap<string, string>;
	readonly #cel: Cel;
	readonly #mapped = new Map<string, Mapped | undefined>();

	constructor(texts: ReadonlyMap<string, string>, cel: Cel) {
		this.#texts = texts;
		this.#cel = cel;
	}

	has(attribute: string): boolean {
		return this.#texts.has(attribute);
	}

	/** The expression of an attribute; undefined if it is not mapped, or cannot be read. */
	exprOf(attribute: string): Expr | undefined {
		return this.#of(attribute)?.expr;
	}

	/** An attribute of a token; undefined: the mapping sets none. */
	valueOf(attribute: string, claims: Claims): Value | undefined {
		const mapped = this.#of(attribute);
		if (!mapped) return undefined;
		const {expr, path} = mapped;
		const value = path
			? lookUp(claims, path)
			: (mapped.plan ??= this.#cel.planExpression(expr))({assertion: claims, google: {}, attribute: {}});
		return typeof value === 'string' || Array.isArray(value) ? (value as Value) : undefined;
	}

	/** The claims of which an attribute is made, and whether it is one of them unchanged. */
	claimsOf(attribute: string): {claims: readonly string[]; isPlain: boolean} {
		const mapped = this.#of(attribute);
		return mapped ? {claims: claimsIn(mapped.expr), isPlain: mapped.path !== undefined} : {claims: [], isPlain: false};
	}

	#of(attribute: string): Mapped | undefined {
		if (!this.#mapped.has(attribute)) this.#mapped.set(attribute, this.#read(this.#texts.get(attribute)));
		return this.#mapped.get(attribute);
	}

	/** Google refuses what cannot be parsed; here it sets nothing and is not understood. */
	#read(text: string | undefined): Mapped | undefined {
		if (text === undefined) return undefined;
		try {
			const expr = this.#cel.parseExpression(text);
			const path = pathOf(expr);
			claimsIn(expr);
			return {expr, path: path?.[0] === 'assertion' ? path.slice(1) : undefined, plan: undefined};
		} catch {
			return undefined;
		}
	}
}

function lookUp(claims: Claims, path: readonly string[]): Value | undefined {
	let at: Value | undefined = claims;
	for (const part of path) {
		if (typeof at !== 'object' || Array.isArray(at)) return undefined;
		at = (at as Claims)[part];
	}
	return at;
}
