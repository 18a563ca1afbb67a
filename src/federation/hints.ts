/**
 * What a condition asks of which claim, read off its syntax: the constants that make a difference. And an upper bound
 * of the condition: true wherever something in it is not understood.
 */
import type {Expr} from '../access/cel-functions.ts';
import {PATH} from './platform.ts';

/** How a constant is compared with a claim; `part`: with something computed from it. */
export type Comparison = 'equals' | 'starts' | 'ends' | 'contains' | 'matches' | 'part' | 'present';

export interface Hint {
	claim: string;
	by: Comparison;
	constant: string;
}

/** A condition, or a mapping, taken apart. */
export interface Reading {
	hints: Hint[];
	/** As the expression, with `true` for each test that is not understood (`false` where it is negated). */
	upper: Expr;
	/** Everything is understood: `upper` is the expression itself. */
	isWhole: boolean;
	/** `google.subject` and the like that it asks about. */
	attributes: Set<string>;
}

export interface ReadingParts {
	/** The expression behind `google.subject`, `attribute.x`. */
	mapped: (attribute: string) => Expr | undefined;
	/** Whether tokens may have a claim at all, and whether it is a list or a boolean. */
	knows: (claim: string) => boolean;
	always: Expr;
	never: Expr;
}

const MAX_DEPTH = 64;

export class TooDeep extends Error {}

type Kind = Expr['exprKind'];
type Call = Extract<Kind, {case: 'callExpr'}>['value'];

/** Claims of which a value is made. */
interface Source {
	claims: string[];
	/** It is a claim itself, not something computed from one. */
	plain: boolean;
	/** Constants that are joined to it. */
	joined: string[];
}

const BY: ReadonlyMap<string, Comparison> = new Map([
	['startsWith', 'starts'],
	['endsWith', 'ends'],
	['contains', 'contains'],
	['matches', 'matches'],
]);
const EQUALITY: ReadonlySet<string> = new Set(['_==_', '_!=_']);
/** What keeps of a text whatever is looked for in it. */
const SAME: ReadonlySet<string> = new Set(['lowerAscii', 'upperAscii', 'trim', 'string']);
const CUTTING: ReadonlySet<string> = new Set(['split', 'extract']);

/** @throws TooDeep */
export function readCondition(expr: Expr, parts: ReadingParts): Reading {
	return new Reader(parts).read(expr);
}

/** As `readCondition`, of the test that a mapped value is, or has among its values, a constant. @throws TooDeep */
export function readEquality(value: Expr, constant: string, parts: ReadingParts): Omit<Reading, 'upper'> {
	return new Reader(parts).equality(value, constant);
}

class Reader {
	readonly #parts: ReadingParts;
	readonly #hints: Hint[] = [];
	readonly #attributes = new Set<string>();
	#whole = true;

	constructor(parts: ReadingParts) {
		this.#parts = parts;
	}

	read(expr: Expr): Reading {
		const upper = this.#walk(expr, true, 0);
		return {hints: this.#hints, upper, isWhole: this.#whole, attributes: this.#attributes};
	}

	equality(value: Expr, constant: string): Omit<Reading, 'upper'> {
		if (!this.#compareText(value, constant, 'equals', 0)) {
			this.#hints.length = 0;
			this.#mine(value, 0, [constant]);
			this.#whole = false;
		}
		return {hints: this.#hints, isWhole: this.#whole, attributes: this.#attributes};
	}

	#walk(expr: Expr, positive: boolean, depth: number): Expr {
		if (depth > MAX_DEPTH) throw new TooDeep();
		const kind = expr.exprKind;
		if (kind.case === 'constExpr') return expr;
		if (kind.case === 'callExpr') {
			const {function: name, args} = kind.value;
			if (name === '_&&_' || name === '_||_')
				return withArgs(
					expr,
					args.map(arg => this.#walk(arg, positive, depth + 1)),
				);
			if (name === '!_') return withArgs(expr, [this.#walk(args[0]!, !positive, depth + 1)]);
			const chosen = name === '_?_:_' ? this.#choice(expr, args, positive, depth) : undefined;
			if (chosen) return chosen;
		}
		const before = this.#hints.length;
		if (this.#test(expr, depth)) return expr;
		this.#hints.length = before;
		this.#mine(expr, depth);
		this.#whole = false;
		return positive ? this.#parts.always : this.#parts.never;
	}

	/** `a ? b : c` is bounded by the bounds of both ways, if which way it goes is understood. */
	#choice(expr: Expr, [test, ...ways]: Expr[], positive: boolean, depth: number): Expr | undefined {
		const [before, isWhole] = [this.#hints.length, this.#whole];
		this.#whole = true;
		this.#walk(test!, positive, depth + 1);
		const isClear = this.#whole;
		this.#whole = isWhole;
		if (!isClear) {
			this.#hints.length = before;
			return undefined;
		}
		return withArgs(expr, [test!, ...ways.map(way => this.#walk(way, positive, depth + 1))]);
	}

	/** Takes what a test asks. @returns whether all of it is understood */
	#test(expr: Expr, depth: number): boolean {
		const kind = expr.exprKind;
		if (kind.case === 'selectExpr' && kind.value.testOnly)
			return this.#present(
				this.#source({...expr, exprKind: {case: 'selectExpr', value: {...kind.value, testOnly: false}}}, depth),
			);
		if (kind.case !== 'callExpr') return this.#present(this.#source(expr, depth));
		const {function: name, target, args} = kind.value;
		const by = BY.get(name);
		if (by !== undefined) return this.#compare(target, args[0], by, depth);
		if (EQUALITY.has(name)) {
			const [left, right] = args;
			return this.#compare(left, right, 'equals', depth) || this.#compare(right, left, 'equals', depth);
		}
		if (name !== '@in') return false;
		const [item, list] = args as [Expr, Expr];
		if (list.exprKind.case === 'listExpr') {
			const {elements} = list.exprKind.value;
			return elements.every(element => this.#compare(item, element, 'equals', depth));
		}
		// `'x' in assertion` asks for a claim, `'admins' in google.groups` for one of several values.
		const constant = textOf(item);
		const path = pathOf(list);
		if (constant !== undefined && path?.length === 1 && path[0] === 'assertion') {
			return this.#present(this.#knownClaim(constant));
		}
		return this.#compare(list, item, 'equals', depth);
	}

	#compare(value: Expr | undefined, constant: Expr | undefined, by: Comparison, depth: number): boolean {
		if (!value || !constant) return false;
		const text = textOf(constant) ?? this.#joinedText(constant);
		return text !== undefined && this.#compareText(value, text, by, depth);
	}

	#compareText(value: Expr, text: string, by: Comparison, depth: number): boolean {
		const source = this.#source(value, depth);
		if (!source) return false;
		const pieces = source.joined.reduce((list, joint) => list.flatMap(piece => piece.split(joint || '\uffff')), [text]);
		for (const claim of source.claims) {
			if (source.plain) this.#hints.push({claim, by, constant: text});
			// A pattern of something computed is not played through.
			else if (by === 'matches') return false;
			else
				for (const piece of new Set([text, ...pieces]))
					if (piece) this.#hints.push({claim, by: 'part', constant: piece});
		}
		return true;
	}

	/** `'a' + 'b'` is a constant as well, and so are `true` and `1`, though no text equals a number. */
	#joinedText(expr: Expr): string | undefined {
		const kind = expr.exprKind;
		if (kind.case === 'constExpr') {
			const {constantKind} = kind.value;
			return constantKind.case === 'boolValue' || constantKind.case === 'int64Value'
				? String(constantKind.value)
				: undefined;
		}
		if (kind.case !== 'callExpr' || kind.value.function !== '_+_') return undefined;
		const texts = kind.value.args.map(arg => textOf(arg));
		return texts.every(text => text !== undefined) ? texts.join('') : undefined;
	}

	#present(source: Source | undefined): boolean {
		if (!source?.plain) return false;
		for (const claim of source.claims) this.#hints.push({claim, by: 'present', constant: ''});
		return true;
	}

	#knownClaim(claim: string): Source | undefined {
		return this.#parts.knows(claim) ? {claims: [claim], plain: true, joined: []} : undefined;
	}

	/** Of which claims a value is made, or undefined: that is not understood. */
	#source(expr: Expr, depth: number): Source | undefined {
		if (depth > MAX_DEPTH) throw new TooDeep();
		const path = pathOf(expr);
		if (path) return this.#named(path, depth);
		const kind = expr.exprKind;
		if (kind.case !== 'callExpr') return undefined;
		const {function: name, target, args} = kind.value;
		if (name === '_[_]') {
			// One of several values, or one of the pieces into which a text was cut.
			const inner = this.#source(args[0]!, depth + 1);
			return inner && args[1]?.exprKind.case === 'constExpr' ? inner : undefined;
		}
		if (SAME.has(name)) {
			const inner = this.#source(target ?? args[0]!, depth + 1);
			return inner && {...inner, plain: false};
		}
		if (CUTTING.has(name) && target && textOf(args[0]) !== undefined) {
			const inner = this.#source(target, depth + 1);
			return inner && {...inner, plain: false};
		}
		// Which way a choice goes is decided by CEL; it is made of what either way is made of.
		if (name !== '_+_' && name !== '_?_:_') return undefined;
		const sum: Source = {claims: [], plain: false, joined: []};
		for (const arg of name === '_+_' ? args : args.slice(1)) {
			const constant = textOf(arg);
			const inner = constant === undefined ? this.#source(arg, depth + 1) : undefined;
			if (constant !== undefined) sum.joined.push(constant);
			else if (!inner) return undefined;
			else {
				sum.claims.push(...inner.claims);
				sum.joined.push(...inner.joined);
			}
		}
		return sum;
	}

	#named([root, ...rest]: string[], depth: number): Source | undefined {
		if (root === 'assertion' && rest.length > 0) return this.#knownClaim(rest.join(PATH));
		if ((root !== 'google' && root !== 'attribute') || rest.length !== 1) return undefined;
		const attribute = `${root}.${rest[0]!}`;
		this.#attributes.add(attribute);
		const mapped = this.#parts.mapped(attribute);
		if (!mapped || depth > MAX_DEPTH) return undefined;
		return this.#source(mapped, depth + 8);
	}

	/** Every constant may be anything of every claim in something that is not understood. */
	#mine(expr: Expr, depth: number, more: readonly string[] = []): void {
		const claims = new Set<string>();
		const constants = new Set<string>(more);
		collect(expr, depth, (at, text) => {
			if (text !== undefined) constants.add(text);
			for (const claim of (at && this.#source(at, depth)?.claims) ?? []) claims.add(claim);
		});
		for (const claim of claims) {
			for (const constant of [...constants].slice(0, 16)) {
				for (const by of ['equals', 'starts', 'ends', 'part'] as const) this.#hints.push({claim, by, constant});
			}
		}
	}
}

/** The parts of `a && b && c`. @throws TooDeep */
export function conjuncts(expr: Expr, depth = 0): Expr[] {
	const kind = expr.exprKind;
	if (depth > MAX_DEPTH) throw new TooDeep();
	if (kind.case !== 'callExpr' || kind.value.function !== '_&&_') return [expr];
	return kind.value.args.flatMap(arg => conjuncts(arg, depth + 1));
}

/** Every claim that an expression names. @throws TooDeep */
export function claimsIn(expr: Expr): string[] {
	const claims = new Set<string>();
	collect(expr, 0, at => {
		const path = pathOf(at);
		if (path?.[0] === 'assertion' && path.length > 1) claims.add(path.slice(1).join(PATH));
	});
	return [...claims];
}

function collect(
	expr: Expr | undefined,
	depth: number,
	see: (at: Expr | undefined, text: string | undefined) => void,
): void {
	if (!expr) return;
	if (depth > MAX_DEPTH) throw new TooDeep();
	const below = (part: Expr | undefined): void => collect(part, depth + 1, see);
	const constant = textOf(expr);
	if (constant !== undefined) see(undefined, constant);
	if (pathOf(expr)) {
		see(expr, undefined);
		return;
	}
	const kind = expr.exprKind;
	if (kind.case === 'callExpr') {
		below(kind.value.target);
		kind.value.args.forEach(below);
	} else if (kind.case === 'listExpr') kind.value.elements.forEach(below);
	else if (kind.case === 'selectExpr') below(kind.value.operand);
	else if (kind.case === 'comprehensionExpr') {
		below(kind.value.iterRange);
		below(kind.value.loopCondition);
		below(kind.value.loopStep);
		below(kind.value.result);
	}
}

function withArgs(expr: Expr, args: Expr[]): Expr {
	const {value} = expr.exprKind as {case: 'callExpr'; value: Call};
	return {...expr, exprKind: {case: 'callExpr', value: {...value, args}}};
}

/** `assertion.a.b`, `assertion['a'].b`: its parts; undefined for anything else. */
export function pathOf(expr: Expr | undefined, depth = 0): string[] | undefined {
	const kind = expr?.exprKind;
	if (depth > MAX_DEPTH) throw new TooDeep();
	if (kind?.case === 'identExpr') return [kind.value.name];
	if (kind?.case === 'selectExpr' && !kind.value.testOnly) {
		const head = pathOf(kind.value.operand, depth + 1);
		return head && [...head, kind.value.field];
	}
	if (kind?.case === 'callExpr' && kind.value.function === '_[_]') {
		const field = textOf(kind.value.args[1]);
		const head = field === undefined ? undefined : pathOf(kind.value.args[0], depth + 1);
		return head && [...head, field!];
	}
	return undefined;
}

function textOf(expr: Expr | undefined): string | undefined {
	if (expr?.exprKind.case !== 'constExpr') return undefined;
	const constant = expr.exprKind.value.constantKind;
	return constant.case === 'stringValue' ? constant.value : undefined;
}
