/**
 * Atoms: the largest parts of a condition without `&&`, `||`, `!` and `?:`. What an atom asks about is
 * read off its syntax here, once per expression. Facts: iam-semantics.md section 3, CEL subset [seen].
 */
import type {Expr} from './cel-functions.ts';

/** What an atom asks about, as bits. */
export const NEEDS = {
	name: 1,
	type: 2,
	service: 4,
	time: 8,
	tagNames: 16,
	tagIds: 32,
	modifiedGrants: 64,
	principalType: 128,
	principalSubject: 256,
} as const;

export interface Atom {
	kind: 'atom';
	expr: Expr;
	/** `NEEDS` of all attributes in it. */
	needs: number;
	/** Why no inventory can decide it, whatever is known. */
	undecidable?: string;
	/**
	 * It says something positive about its attributes (`==`, `in`, `startsWith`), so an attribute that
	 * Google does not offer for a resource makes it false. Not so where a test is tested in turn.
	 */
	positive: boolean;
	/** It compares `request.time` with a constant: its two sides, and the sign of time in left minus right. */
	threshold?: {left: Expr; right: Expr; slope: 1 | -1};
	/** The string constants in the lists of atoms that ask about modified grants. */
	roles: string[];
}

/** Nesting that no honest condition reaches (Google allows 12 logic operators) and every stack bears. */
export const MAX_DEPTH = 64;

export class TooDeepError extends Error {
	override readonly name = 'TooDeepError';
}

const ATTRIBUTES: ReadonlyMap<string, number> = new Map([
	['resource.name', NEEDS.name],
	['resource.type', NEEDS.type],
	['resource.service', NEEDS.service],
	['request.time', NEEDS.time],
	['principal.type', NEEDS.principalType],
	['principal.subject', NEEDS.principalSubject],
]);
/** Facts of a request, which no inventory holds. [seen] */
const OF_REQUESTS: ReadonlySet<string> = new Set([
	'request.path',
	'request.host',
	'request.auth.access_levels',
	'destination.ip',
	'destination.port',
	'compute.isForwardingRuleCreationOperation',
	'compute.matchLoadBalancingSchemes',
]);
const TAG_FUNCTIONS: ReadonlyMap<string, number> = new Map([
	['resource.matchTag', NEEDS.tagNames],
	['resource.hasTagKey', NEEDS.tagNames],
	['resource.matchTagId', NEEDS.tagIds],
	['resource.hasTagKeyId', NEEDS.tagIds],
]);
const MODIFIED_GRANTS = 'iam.googleapis.com/modifiedGrantsByRole';

export const EQUAL = '_==_';
/** What the type and the service of a resource may be put to. */
const EXACT: ReadonlySet<string> = new Set([EQUAL, '_!=_', '@in']);
const COMPARISONS: ReadonlySet<string> = new Set([EQUAL, '_!=_', '_<_', '_<=_', '_>_', '_>=_']);
/** Calls that give a boolean and that CEL or Google defines; they may be an atom's root. */
const TESTS: ReadonlySet<string> = new Set([
	...COMPARISONS,
	'@in',
	'startsWith',
	'endsWith',
	'contains',
	'matches',
	'hasOnly',
]);
const LOGIC: ReadonlySet<string> = new Set(['_&&_', '_||_', '!_', '_?_:_']);
const VALUES: ReadonlySet<string> = new Set([
	'_+_',
	'_-_',
	'-_',
	'extract',
	'size',
	'string',
	'int',
	'timestamp',
	'date',
	'duration',
	'getFullYear',
	'getMonth',
	'getDate',
	'getDayOfMonth',
	'getDayOfWeek',
	'getDayOfYear',
	'getHours',
	'getMinutes',
	'getSeconds',
	'getMilliseconds',
]);

type Call = Extract<Expr['exprKind'], {case: 'callExpr'}>['value'];

/** @returns `a.b.c` for a chain of plain selects, else undefined */
function pathOf(expr: Expr | undefined, depth = 0): string | undefined {
	const kind = expr?.exprKind;
	if (depth > MAX_DEPTH) throw new TooDeepError('nested too deeply');
	if (kind?.case === 'identExpr') return kind.value.name;
	if (kind?.case !== 'selectExpr') return undefined;
	const head = pathOf(kind.value.operand, depth + 1);
	return head === undefined ? undefined : `${head}.${kind.value.field}`;
}

function stringConstant(expr: Expr | undefined): string | undefined {
	if (expr?.exprKind.case !== 'constExpr') return undefined;
	const constant = expr.exprKind.value.constantKind;
	return constant.case === 'stringValue' ? constant.value : undefined;
}

export function atomOf(expr: Expr): Atom {
	const atom: Atom = {kind: 'atom', expr, needs: 0, positive: isTest(expr), roles: []};
	scan(expr, atom, 0);
	if (atom.needs === NEEDS.time && atom.undecidable === undefined) atom.threshold = thresholdOf(expr);
	return atom;
}

function isTest(expr: Expr): boolean {
	const kind = expr.exprKind;
	if (kind.case === 'selectExpr') return kind.value.testOnly;
	return kind.case === 'callExpr' && (TESTS.has(kind.value.function) || tagFunction(kind.value) !== undefined);
}

function tagFunction(call: Call): number | undefined {
	return call.target && TAG_FUNCTIONS.get(`${pathOf(call.target)}.${call.function}`);
}

function scan(expr: Expr, atom: Atom, depth: number): void {
	if (depth > MAX_DEPTH) throw new TooDeepError('nested too deeply');
	const kind = expr.exprKind;
	// A test within a test: whether it speaks for or against its attributes cannot be read off.
	if (depth > 0 && (isTest(expr) || (kind.case === 'callExpr' && LOGIC.has(kind.value.function)))) {
		atom.positive = false;
	}
	switch (kind.case) {
		case 'constExpr':
			return;
		case 'listExpr':
			for (const element of kind.value.elements) scan(element, atom, depth + 1);
			return;
		case 'identExpr':
		case 'selectExpr':
			scanAttribute(expr, atom);
			return;
		case 'callExpr':
			scanCall(kind.value, atom, depth);
			return;
		default:
			// Maps, messages and macros are not in Google's subset. [seen] Nested macros could also run for hours.
			atom.undecidable ??= 'it uses a macro, map or message, which IAM conditions do not have';
	}
}

function scanAttribute(expr: Expr, atom: Atom): void {
	const path = pathOf(expr);
	const bit = path === undefined ? undefined : ATTRIBUTES.get(path);
	if (bit !== undefined) atom.needs |= bit;
	else if (path !== undefined && OF_REQUESTS.has(path)) atom.undecidable ??= `no inventory holds ${path}`;
	else atom.undecidable ??= `${path ?? 'a field of a value'} is not an attribute of IAM conditions`;
}

function scanCall(call: Call, atom: Atom, depth: number): void {
	const {function: name, target, args} = call;
	const operands = target ? [target, ...args] : args;
	const qualified = `${target && pathOf(target)}.${name}`;
	const tagBit = tagFunction(call);
	if (tagBit !== undefined) {
		atom.needs |= tagBit;
		// Keys are looked up by namespaced name; what a short one finds is not documented.
		const key = stringConstant(args[0]);
		if (key !== undefined && !key.includes('/')) atom.undecidable ??= 'a tag key without its namespace';
		for (const argument of args) scan(argument, atom, depth + 1);
		return;
	}
	if (qualified === 'api.getAttribute') {
		if (stringConstant(args[0]) !== MODIFIED_GRANTS) atom.undecidable ??= 'no inventory holds that API attribute';
		else atom.needs |= NEEDS.modifiedGrants;
		for (const argument of args) scan(argument, atom, depth + 1);
		return;
	}
	if (OF_REQUESTS.has(qualified)) {
		atom.undecidable ??= `no inventory holds ${qualified}`;
		return;
	}
	if (!TESTS.has(name) && !VALUES.has(name) && !LOGIC.has(name)) {
		atom.undecidable ??= `${name}() is not a function of IAM conditions`;
	}
	for (const operand of operands) {
		const path = pathOf(operand);
		// Other operators "might give you unexpected results". [seen: == and != only]
		if ((path === 'resource.type' || path === 'resource.service') && !EXACT.has(name)) {
			atom.undecidable ??= `${path} can only be compared with == and !=`;
		}
		scan(operand, atom, depth + 1);
	}
	if (name === 'matches' && !isCheapPattern(args[0])) atom.undecidable ??= 'a pattern that may be costly';
	if (name === 'hasOnly') for (const argument of args) atom.roles.push(...constantsOf(argument));
}

/** Patterns are compiled on every use: counted repetitions could make each one cost half a second. */
function isCheapPattern(expr: Expr | undefined): boolean {
	const pattern = stringConstant(expr);
	return pattern !== undefined && pattern.length <= 200 && !pattern.includes('{');
}

function constantsOf(list: Expr): string[] {
	if (list.exprKind.case !== 'listExpr') return [];
	return list.exprKind.value.elements.map(stringConstant).filter(constant => constant !== undefined);
}

function thresholdOf(expr: Expr): Atom['threshold'] {
	const kind = expr.exprKind;
	if (kind.case !== 'callExpr' || !COMPARISONS.has(kind.value.function)) return undefined;
	const [left, right] = kind.value.args;
	if (!left || !right) return undefined;
	const leftSlope = slopeOf(left);
	const rightSlope = slopeOf(right);
	if (leftSlope === undefined || rightSlope === undefined) return undefined;
	const slope = leftSlope - rightSlope;
	return slope === 1 || slope === -1 ? {left, right, slope} : undefined;
}

/** @returns by how much the value grows with `request.time`; undefined where that is not constant */
function slopeOf(expr: Expr): number | undefined {
	if (pathOf(expr) === 'request.time') return 1;
	const kind = expr.exprKind;
	if (kind.case === 'constExpr') return 0;
	if (kind.case !== 'callExpr') return undefined;
	const slopes = (kind.value.target ? [kind.value.target, ...kind.value.args] : kind.value.args).map(slopeOf);
	if (slopes.every(slope => slope === 0)) return 0;
	const [left, right] = slopes;
	if (left === undefined || right === undefined || slopes.length !== 2) return undefined;
	if (kind.value.function === '_+_') return left + right;
	return kind.value.function === '_-_' ? left - right : undefined;
}
