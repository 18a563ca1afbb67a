/**
 * A condition's syntax tree, cut into atoms. CEL evaluates the atoms, `condition-judgement.ts`
 * combines them in three values.
 */
import type {Expr} from './cel-functions.ts';
import type {Atom} from './condition-atom.ts';
import {atomOf, EQUAL, MAX_DEPTH, TooDeepError} from './condition-atom.ts';

export type Tree =
	| Atom
	| {kind: 'constant'; value: boolean}
	| {kind: 'and' | 'or'; parts: Tree[]}
	| {kind: 'not'; part: Tree}
	| {kind: 'if'; test: Tree; met: Tree; unmet: Tree};

/** @throws TooDeepError */
export function treeOf(expr: Expr, depth = 0): Tree {
	if (depth > MAX_DEPTH) throw new TooDeepError('nested too deeply');
	const kind = expr.exprKind;
	if (kind.case === 'constExpr' && kind.value.constantKind.case === 'boolValue') {
		return {kind: 'constant', value: kind.value.constantKind.value};
	}
	if (kind.case !== 'callExpr') return atomOf(expr);
	const {function: name, args} = kind.value;
	const below = (part: Expr) => treeOf(part, depth + 1);
	const [first, second, third] = args;
	if (name === '_&&_') return {kind: 'and', parts: args.map(below)};
	if (name === '_||_') return {kind: 'or', parts: args.map(below)};
	if (name === '!_' && first) return {kind: 'not', part: below(first)};
	if (name === '_?_:_' && first && second && third) {
		return {kind: 'if', test: below(first), met: below(second), unmet: below(third)};
	}
	// `a != b` is the negation of a positive test, and has to be seen as one.
	if (name === '_!=_') {
		const call = {...kind.value, function: EQUAL};
		return {kind: 'not', part: atomOf({...expr, exprKind: {case: 'callExpr', value: call}})};
	}
	return atomOf(expr);
}
