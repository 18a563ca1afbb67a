/**
 * What claims are made of: `repo:{owner}/{repo}:ref:{ref}`. Rendering makes a claim of variables; reading finds the
 * variables of which a text would be made, and whether a condition pins them.
 */
import type {Variable} from './platform.ts';

/** A text of which some characters are ours: they stand for anything that fits there. */
export interface Sample {
	text: string;
	/** By position: true where any other character would do. Empty: nowhere. */
	wild: readonly boolean[];
}

/** A variable's value as a condition asks for it. */
export interface Wanted {
	variable: string;
	value: string;
	/** It is asked for exactly so: none of it is ours. */
	whole: boolean;
}

/** Pieces that complete a text before it, behind it, or, fewer of them, on both sides. */
interface Ends {
	heads: readonly string[];
	tails: readonly string[];
	both: {heads: readonly string[]; tails: readonly string[]};
}

type Token = {literal: string} | {variable: string};

export class Template {
	readonly tokens: readonly Token[];
	readonly #variables: Readonly<Record<string, Variable>>;
	readonly #pattern: RegExp;
	readonly #names: readonly string[];
	#ends: Ends | undefined;

	/** @param text without the marks of lists and booleans */
	constructor(text: string, variables: Readonly<Record<string, Variable>>) {
		this.#variables = variables;
		this.tokens = text.split(/(\{\w+\})/).flatMap((part): Token[] => {
			if (part === '') return [];
			return /^\{\w+\}$/.test(part) ? [{variable: part.slice(1, -1)}] : [{literal: part}];
		});
		this.#names = this.tokens.flatMap(token => ('variable' in token ? [token.variable] : []));
		const source = this.tokens.map(token =>
			'literal' in token
				? token.literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
				: `(${variables[token.variable]!.pattern})`,
		);
		this.#pattern = new RegExp(`^${source.join('')}$`, 'd');
	}

	get variables(): readonly string[] {
		return this.#names;
	}

	render(valueOf: (variable: string) => string): string {
		let text = '';
		for (const token of this.tokens) text += 'literal' in token ? token.literal : valueOf(token.variable);
		return text;
	}

	/** The variables of which a sample would be made, or undefined: no token has it. */
	read({text, wild}: Sample): Wanted[] | undefined {
		const match = this.#pattern.exec(text);
		if (!match) return undefined;
		const wanted = this.#names.map((variable, index): Wanted => {
			const [start, end] = match.indices![index + 1]!;
			return {variable, value: match[index + 1]!, whole: wild.length === 0 || !wild.slice(start, end).includes(true)};
		});
		const seen = new Map<string, string>();
		for (const {variable, value} of wanted) {
			if ((seen.get(variable) ?? value) !== value) return undefined;
			seen.set(variable, value);
		}
		return wanted;
	}

	/** Beginnings and ends of what somebody with nothing in common would have: what may complete a part of it. */
	get ends(): Ends {
		if (this.#ends) return this.#ends;
		const fresh = new Map(this.#names.map(variable => [variable, this.#variables[variable]!.fresh]));
		const whole = this.render(variable => fresh.get(variable)!);
		const cuts = new Set<number>([0, whole.length]);
		const within = new Set<number>([0, whole.length]);
		let at = 0;
		for (const token of this.tokens) {
			const part = 'literal' in token ? token.literal : fresh.get(token.variable)!;
			// At its ends, within it, and at whatever looks like a border in it.
			for (const cut of [0, 1, part.length - 1, part.length]) if (cut >= 0) cuts.add(at + cut);
			for (const cut of 'literal' in token ? [0] : [0, 1]) if (cut <= part.length) within.add(at + cut);
			for (const {index} of part.matchAll(/[^A-Za-z0-9]/g)) cuts.add(at + index).add(at + index + 1);
			at += part.length;
		}
		const pieces = (at: ReadonlySet<number>, from: boolean): string[] =>
			[...at].map(cut => (from ? whole.slice(cut) : whole.slice(0, cut))).toSorted((a, b) => a.length - b.length);
		return (this.#ends = {
			heads: pieces(cuts, false),
			tails: pieces(cuts, true),
			both: {heads: pieces(within, false), tails: pieces(within, true)},
		});
	}

	/** The variables that a text may be the whole value of. */
	withPart(text: string): Wanted[] {
		return [...new Set(this.#names)].flatMap(variable =>
			new RegExp(`^(?:${this.#variables[variable]!.pattern})$`).test(text)
				? [{variable, value: text, whole: true}]
				: [],
		);
	}
}

const NOWHERE: readonly boolean[] = [];

/** A text of which nothing is ours. */
export const pinned = (text: string): Sample => ({text, wild: NOWHERE});
