/**
 * Texts that fit a regular expression of a condition (RE2 syntax). Few and short ones: what is pinned in the expression
 * is in each of them, and what is not (dots, classes) is ours. `matches` in CEL finds its pattern anywhere in a text.
 */
import type {Sample} from './template.ts';

export interface PatternSamples {
	samples: readonly Sample[];
	/** It has to begin, or end, where the text does. */
	anchored: {start: boolean; end: boolean};
}

/** So many texts are kept at each step. */
const MOST = 24;
const FILLERS = ['x', '/x', 'x/x', '7'];
/** Stands for any run of characters. */
const ANYTHING = ['', ...FILLERS, ':x', 'x:x', '/x:x', '7:x'];

const pinned = (text: string): Sample => ({text, wild: Array.from({length: text.length}, () => false)});
const ours = (text: string): Sample => ({text, wild: Array.from({length: text.length}, () => true)});
const EMPTY = pinned('');

class Unreadable extends Error {}

/** @returns undefined if the expression has something in it that is not understood */
export function samplesOfPattern(pattern: string): PatternSamples | undefined {
	if (pattern.length > 500) return undefined;
	try {
		const reader = new Reader(pattern);
		const samples = reader.alternatives(0);
		if (!reader.atEnd) return undefined;
		return {samples, anchored: {start: reader.starts, end: reader.ends}};
	} catch (error) {
		if (error instanceof Unreadable) return undefined;
		throw error;
	}
}

class Reader {
	readonly #text: string;
	#at = 0;
	/** The first and the last thing of every alternative is an anchor. */
	starts = false;
	ends = false;

	constructor(text: string) {
		this.#text = text;
	}

	get atEnd(): boolean {
		return this.#at >= this.#text.length;
	}

	alternatives(depth: number): Sample[] {
		if (depth > 8) throw new Unreadable('nested too deeply');
		const all: Sample[] = [];
		let starts = true;
		let ends = true;
		for (;;) {
			const {samples, first, last} = this.#sequence(depth);
			all.push(...samples);
			starts &&= first;
			ends &&= last;
			if (this.#text[this.#at] !== '|') break;
			this.#at++;
		}
		// An anchor within a group still holds, but whether on every way is not looked at: then the text is not anchored.
		if (depth === 0) {
			this.starts = starts;
			this.ends = ends;
		}
		return all.slice(0, MOST * 2);
	}

	#sequence(depth: number): {samples: Sample[]; first: boolean; last: boolean} {
		let samples: Sample[] = [EMPTY];
		let first = false;
		let last = false;
		let count = 0;
		while (!this.atEnd && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
			const anchor = this.#anchor();
			if (anchor !== undefined) {
				if (anchor === 'start') {
					if (count > 0) throw new Unreadable('an anchor in the middle');
					first = true;
				} else last = true;
				continue;
			}
			if (last) throw new Unreadable('something behind the end');
			samples = join(samples, this.#quantified(this.#atom(depth)));
			count++;
		}
		return {samples, first, last};
	}

	#anchor(): 'start' | 'end' | undefined {
		const rest = this.#text.slice(this.#at, this.#at + 2);
		if (rest.startsWith('^') || rest === '\\A') {
			this.#at += rest.startsWith('^') ? 1 : 2;
			return 'start';
		}
		if (rest.startsWith('$') || rest === '\\z') {
			this.#at += rest.startsWith('$') ? 1 : 2;
			return 'end';
		}
		return undefined;
	}

	#atom(depth: number): Sample[] {
		const character = this.#text[this.#at++]!;
		if (character === '.') return FILLERS.filter(filler => filler.length === 1).map(ours);
		if (character === '[') return this.#class();
		if (character === '\\') return this.#escape();
		if (character === '(') {
			if (this.#text[this.#at] === '?') {
				const named = /^\?(?::|P?<\w+>)/.exec(this.#text.slice(this.#at));
				if (!named) throw new Unreadable('flags');
				this.#at += named[0].length;
			}
			const inner = this.alternatives(depth + 1);
			if (this.#text[this.#at++] !== ')') throw new Unreadable('unclosed');
			return inner;
		}
		if ('*+?{}])'.includes(character)) throw new Unreadable('a quantifier of nothing');
		return [pinned(character)];
	}

	#escape(): Sample[] {
		const character = this.#text[this.#at++];
		if (character === undefined) throw new Unreadable('an escape of nothing');
		if (character === 'd') return [ours('7')];
		if (character === 'w') return [ours('x')];
		if (character === 'S' || character === 'D') return [ours('x')];
		if (/[A-Za-z0-9]/.test(character)) throw new Unreadable('an escape');
		return [pinned(character)];
	}

	#class(): Sample[] {
		const end = this.#text.indexOf(']', this.#at + 1);
		if (end < 0) throw new Unreadable('unclosed');
		const inside = this.#text.slice(this.#at, end);
		if (inside.includes('[')) throw new Unreadable('a named class');
		this.#at = end + 1;
		const members = classOf(inside);
		const fitting = ['x', 'X', '7', '-', '_', '/', '.', ':'].filter(candidate => members.test(candidate));
		if (fitting.length > 0) return fitting.slice(0, 2).map(ours);
		const literal = inside.replace(/^\^/, '');
		if (literal === '' || inside.startsWith('^')) throw new Unreadable('a class');
		return [ours(literal.replace(/^\\/, '')[0]!)];
	}

	#quantified(atom: Sample[]): Sample[] {
		const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#text.slice(this.#at));
		if (!match) return atom;
		this.#at += match[0].length;
		const kind = match[0][0]!;
		const isAny = atom.length > 0 && atom.every(sample => sample.wild.every(Boolean) && sample.text.length === 1);
		const isDot = isAny && atom.length > 1;
		if (kind === '?') return [EMPTY, ...atom];
		if (kind === '*' || kind === '+') {
			const least = kind === '*' ? [EMPTY] : [];
			if (isDot) return [...least, ...ANYTHING.filter(filler => filler !== '').map(ours)].filter(longEnough(kind));
			return [...least, ...atom, ...join(atom, atom).slice(0, 4)];
		}
		const times = Number(match[1]);
		if (times > 64) throw new Unreadable('many times');
		let repeated: Sample[] = [EMPTY];
		for (let i = 0; i < times; i++) repeated = join(repeated, atom).slice(0, 4);
		return match[2] === '' ? repeated : [...repeated, ...join(repeated, atom).slice(0, 4)];
	}
}

function classOf(inside: string): RegExp {
	try {
		return new RegExp(`^[${inside}]$`);
	} catch {
		throw new Unreadable('a class');
	}
}

const longEnough =
	(kind: string) =>
	({text}: Sample): boolean =>
		kind === '*' || text !== '';

function join(before: readonly Sample[], after: readonly Sample[]): Sample[] {
	const all: Sample[] = [];
	for (const a of before) {
		for (const b of after) {
			all.push({text: a.text + b.text, wild: [...a.wild, ...b.wild]});
			if (all.length >= MOST * 4) return all;
		}
	}
	return all;
}
