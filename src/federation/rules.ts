/** What one provider accepts: its mapping and condition, compiled once, asked for each attacker and member. */
import type {Expr} from '../access/cel-functions.ts';
import {type Candidates, candidatesOf} from './candidates.ts';
import type * as CelModule from './cel.ts';
import type {Claims, Plan, Value} from './cel.ts';
import {claimsIn, type Hint, pathOf, readCondition, type Reading, TooDeep} from './hints.ts';
import type {Test} from './member.ts';
import type {Provider} from './provider.ts';
import {type Answer, type Attacker, search} from './search.ts';

/** The module that holds the CEL library. */
export type Cel = typeof CelModule;

/** One requirement, compiled. */
interface Part {
	hints: readonly Hint[];
	exact: Plan;
	upper: Plan;
	isWhole: boolean;
	attributes: readonly string[];
}

/** Everything asked of a token. */
interface Demand {
	parts: readonly Part[];
	candidates: Candidates;
}

/** The longest condition that Google takes. [seen] */
const MAX_LENGTH = 4096;
const NAME = /^(?:google|attribute)\.[A-Za-z0-9_]+$/;

export class Rules {
	readonly provider: Provider;
	readonly #cel: Cel;
	readonly #mapping = new Map<string, Expr | undefined>();
	readonly #plans = new Map<string, Plan | undefined>();
	readonly #demands = new Map<string, Demand | undefined>();
	readonly #answers = new Map<string, Answer>();
	#condition: Part | undefined;
	/** Why nothing can be said of the condition. */
	readonly unreadable: string | undefined;

	constructor(provider: Provider, cel: Cel) {
		this.provider = provider;
		this.#cel = cel;
		const {condition} = provider;
		if (condition === undefined) return;
		try {
			this.#condition = this.#part(condition);
		} catch (error) {
			this.unreadable =
				error instanceof TooDeep || error instanceof RangeError ? 'is nested too deeply' : 'cannot be parsed';
		}
	}

	/** Whether an attacker gets a token that is accepted and makes him the member. */
	ask(test: Test, attacker: Attacker): Answer {
		const key = `${attacker}\0${test ? `${test.attribute}\0${test.value}` : ''}`;
		let answer = this.#answers.get(key);
		if (!answer) this.#answers.set(key, (answer = this.#ask(test, attacker)));
		return answer;
	}

	#ask(test: Test, attacker: Attacker): Answer {
		if (this.unreadable !== undefined) return {value: 'unclear'};
		if (test && !this.provider.mapping.has(test.attribute)) return {value: 'no'};
		const demand = this.#demandOf(test);
		if (!demand) return {value: 'unclear'};
		return search(
			demand.candidates,
			attacker,
			claims => this.#judge(demand.parts, claims),
			demand.parts.some(part => !part.isWhole),
		);
	}

	/** The claims of which an attribute is made, and whether it is one of them unchanged. */
	claimsOf(attribute: string): {claims: readonly string[]; isPlain: boolean} {
		const expr = this.#mapped(attribute);
		if (!expr) return {claims: [], isPlain: false};
		try {
			const path = pathOf(expr);
			return {claims: claimsIn(expr), isPlain: path?.[0] === 'assertion'};
		} catch (error) {
			if (error instanceof TooDeep) return {claims: [], isPlain: false};
			throw error;
		}
	}

	#demandOf(test: Test): Demand | undefined {
		const key = test ? `${test.attribute}\0${test.value}` : '';
		if (this.#demands.has(key)) return this.#demands.get(key);
		const demand = this.#makeDemand(test);
		this.#demands.set(key, demand);
		return demand;
	}

	#makeDemand(test: Test): Demand | undefined {
		const parts = this.#condition ? [this.#condition] : [];
		if (test) {
			if (!NAME.test(test.attribute) || !test.value.isWellFormed()) return undefined;
			const value = JSON.stringify(test.value);
			const text = test.attribute === 'google.groups' ? `${value} in google.groups` : `${test.attribute} == ${value}`;
			try {
				parts.push(this.#part(text));
			} catch (error) {
				if (error instanceof TooDeep || error instanceof RangeError) return undefined;
				throw error;
			}
		}
		const {platform, fixed} = this.provider.issuer;
		const candidates = candidatesOf(
			platform,
			parts.flatMap(part => part.hints),
			fixed,
		);
		return {parts, candidates};
	}

	#judge(parts: readonly Part[], claims: Claims): 'yes' | 'no' | 'maybe' {
		const google: Record<string, Value> = {};
		const attribute: Record<string, Value> = {};
		for (const part of parts) {
			for (const name of part.attributes) {
				const value = this.#planOf(name)?.({assertion: claims, google: {}, attribute: {}});
				// A mapping that fails sets nothing.
				if (typeof value !== 'string' && !Array.isArray(value)) continue;
				const [root, field] = name.split('.') as [string, string];
				(root === 'google' ? google : attribute)[field] = value as Value;
			}
		}
		const credential = {assertion: claims, google, attribute};
		let verdict: 'yes' | 'maybe' = 'yes';
		for (const {exact, upper, isWhole} of parts) {
			if (exact(credential) === true) continue;
			if (isWhole || upper(credential) !== true) return 'no';
			verdict = 'maybe';
		}
		return verdict;
	}

	/** @throws a parser's error, TooDeep */
	#part(text: string): Part {
		if (text.length > MAX_LENGTH * 2) throw new TooDeep();
		const expr = this.#cel.parseExpression(text);
		const {hints, upper, isWhole, attributes} = this.#read(expr);
		const exact = this.#cel.planExpression(expr);
		return {
			hints,
			exact,
			upper: isWhole ? exact : this.#cel.planExpression(upper),
			isWhole,
			attributes: [...attributes],
		};
	}

	#read(expr: Expr): Reading {
		const {platform, shared} = this.provider.issuer;
		return readCondition(expr, {
			mapped: attribute => this.#mapped(attribute),
			// Of a shared issuer that is not modelled nobody knows who has which claims.
			knows: claim =>
				platform.claims[claim] !== undefined ||
				isOfForm(platform.forms, claim) ||
				(platform.anyClaim === true && !shared),
			always: this.#cel.parseExpression('true'),
			never: this.#cel.parseExpression('false'),
		});
	}

	#mapped(attribute: string): Expr | undefined {
		if (!this.#mapping.has(attribute)) {
			const text = this.provider.mapping.get(attribute);
			let expr: Expr | undefined;
			try {
				expr = text === undefined ? undefined : this.#cel.parseExpression(text);
			} catch {
				// Google refuses such a mapping; here it is one that sets nothing and is not understood.
				expr = undefined;
			}
			this.#mapping.set(attribute, expr);
		}
		return this.#mapping.get(attribute);
	}

	#planOf(attribute: string): Plan | undefined {
		if (!this.#plans.has(attribute)) {
			const expr = this.#mapped(attribute);
			this.#plans.set(attribute, expr && this.#cel.planExpression(expr));
		}
		return this.#plans.get(attribute);
	}
}

const isOfForm = (forms: Provider['issuer']['platform']['forms'], claim: string): boolean =>
	forms.some(form => form.claims[claim] !== undefined);
