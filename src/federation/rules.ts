/** What providers of one kind accept: mapping and condition, compiled once, asked for each attacker and member. */
import type {Expr} from '../access/cel-functions.ts';
import {type Candidates, candidatesOf} from './candidates.ts';
import type {Claims, Credential, Value} from './cel.ts';
import {conjuncts, type Hint, readCondition, readEquality, type ReadingParts, TooDeep} from './hints.ts';
import {type Cel, Mapping} from './mapping.ts';
import type {Test} from './member.ts';
import type {Provider} from './provider.ts';
import {type Answer, type Attacker, search} from './search.ts';

/** One requirement, compiled. A condition is as many as it has parts joined by `&&`. */
interface Part {
	hints: readonly Hint[];
	/** Met by a token, as far as `isWhole` says. */
	exact: (credential: Credential) => boolean;
	/** True wherever something in it is not understood. */
	upper: (credential: Credential) => boolean;
	isWhole: boolean;
	attributes: readonly string[];
	/** Whether somebody meets this one alone: who does not, meets no more. */
	alone: Map<Attacker, Answer['value']>;
	candidates: Candidates;
}

/** Everything asked of a token. */
interface Demand {
	parts: readonly Part[];
	candidates: Candidates;
}

/** What rules depend on: providers that agree on it have the same. */
type Accepting = Pick<Provider, 'issuer' | 'mapping' | 'condition'>;

/** The longest condition that Google takes. [seen] */
const MAX_LENGTH = 4096;

export class Rules {
	readonly mapping: Mapping;
	/** Why nothing can be said of the condition. */
	readonly unreadable: string | undefined;
	readonly #provider: Accepting;
	readonly #cel: Cel;
	readonly #reading: ReadingParts;
	readonly #condition: readonly Part[] = [];
	readonly #demands = new Map<string, Demand | undefined>();
	readonly #answers = new Map<string, Answer>();

	constructor(provider: Accepting, cel: Cel) {
		const {platform, shared} = provider.issuer;
		this.#provider = provider;
		this.#cel = cel;
		this.mapping = new Mapping(provider.mapping, cel);
		this.#reading = {
			mapped: attribute => this.mapping.exprOf(attribute),
			// Of a shared issuer that is not modelled nobody knows who has which claims.
			knows: claim =>
				platform.claims[claim] !== undefined ||
				platform.forms.some(form => form.claims[claim] !== undefined) ||
				(platform.anyClaim === true && !shared),
			always: cel.parseExpression('true'),
			never: cel.parseExpression('false'),
		};
		const {condition} = provider;
		if (condition === undefined) return;
		if (condition.length > MAX_LENGTH) {
			this.unreadable = `is longer than ${MAX_LENGTH} characters, which Google does not take`;
			return;
		}
		try {
			this.#condition = conjuncts(cel.parseExpression(condition)).map(expr => this.#part(expr));
		} catch (error) {
			this.unreadable =
				error instanceof TooDeep || error instanceof RangeError ? 'is nested too deeply' : 'cannot be parsed';
		}
	}

	/** Whether an attacker gets a token that is accepted and makes him the member. */
	ask(test: Test, attacker: Attacker): Answer {
		const key = `${attacker}\0${keyOf(test)}`;
		let answer = this.#answers.get(key);
		if (!answer) this.#answers.set(key, (answer = this.#ask(test, attacker)));
		return answer;
	}

	#ask(test: Test, attacker: Attacker): Answer {
		if (this.unreadable !== undefined) return {value: 'unclear'};
		if (test && !this.mapping.has(test.attribute)) return {value: 'no'};
		// Whoever does not pass the condition passes for no member.
		for (const part of this.#condition) if (this.#alone(part, attacker) === 'no') return {value: 'no'};
		const demand = this.#demandOf(test);
		if (!demand) return {value: 'unclear'};
		for (const part of demand.parts) if (this.#alone(part, attacker) === 'no') return {value: 'no'};
		return this.#search(demand.parts, demand.candidates, attacker);
	}

	#alone(part: Part, attacker: Attacker): Answer['value'] {
		let value = part.alone.get(attacker);
		if (!value) part.alone.set(attacker, (value = this.#search([part], part.candidates, attacker).value));
		return value;
	}

	#search(parts: readonly Part[], candidates: Candidates, attacker: Attacker): Answer {
		const needsAll = parts.some(part => !part.isWhole);
		return search(candidates, attacker, claims => this.#judge(parts, claims), needsAll);
	}

	#demandOf(test: Test): Demand | undefined {
		const key = keyOf(test);
		if (!this.#demands.has(key)) this.#demands.set(key, this.#makeDemand(test));
		return this.#demands.get(key);
	}

	#makeDemand(test: Test): Demand | undefined {
		const own = test ? this.#testPart(test) : undefined;
		if (test && !own) return undefined;
		const parts = own ? [...this.#condition, own] : this.#condition;
		const [first] = parts;
		const candidates = parts.length === 1 ? first!.candidates : this.#candidatesOf(parts.flatMap(part => part.hints));
		return {parts, candidates};
	}

	#candidatesOf(hints: readonly Hint[]): Candidates {
		const {platform, fixed} = this.#provider.issuer;
		return candidatesOf(platform, hints, fixed);
	}

	#judge(parts: readonly Part[], claims: Claims): 'yes' | 'no' | 'maybe' {
		const google: Record<string, Value> = {};
		const attribute: Record<string, Value> = {};
		for (const part of parts) {
			for (const name of part.attributes) {
				const value = this.mapping.valueOf(name, claims);
				if (value === undefined) continue;
				const dot = name.indexOf('.');
				(name.startsWith('google.') ? google : attribute)[name.slice(dot + 1)] = value;
			}
		}
		const credential = {assertion: claims, google, attribute};
		let verdict: 'yes' | 'maybe' = 'yes';
		for (const {exact, upper, isWhole} of parts) {
			if (exact(credential)) continue;
			if (isWhole || !upper(credential)) return 'no';
			verdict = 'maybe';
		}
		return verdict;
	}

	/** @throws TooDeep */
	#part(expr: Expr): Part {
		const {hints, upper, isWhole, attributes} = readCondition(expr, this.#reading);
		const plan = this.#cel.planExpression(expr);
		const bound = isWhole ? plan : this.#cel.planExpression(upper);
		return {
			hints,
			exact: credential => plan(credential) === true,
			upper: credential => bound(credential) === true,
			isWhole,
			attributes: [...attributes],
			alone: new Map(),
			candidates: this.#candidatesOf(hints),
		};
	}

	/** That an attribute is, or groups hold, the value that a member names. Undefined: that is not understood at all. */
	#testPart({attribute, value}: NonNullable<Test>): Part | undefined {
		const expr = this.mapping.exprOf(attribute);
		if (!expr) return undefined;
		try {
			const {hints, isWhole} = readEquality(expr, value, this.#reading);
			return {
				hints,
				exact: ({assertion}) => {
					const given = this.mapping.valueOf(attribute, assertion);
					return Array.isArray(given) ? given.includes(value) : given === value;
				},
				upper: () => true,
				isWhole,
				attributes: [],
				alone: new Map(),
				candidates: this.#candidatesOf(hints),
			};
		} catch (error) {
			if (error instanceof TooDeep) return undefined;
			throw error;
		}
	}
}

const keyOf = (test: Test): string => (test ? `${test.attribute}\0${test.value}` : '');
