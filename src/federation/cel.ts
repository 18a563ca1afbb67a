/**
 * CEL as attribute conditions and mappings speak it: with the string functions of `@bufbuild/cel` and Google's
 * `extract`. Importing this file loads the CEL library, so only `load.ts` does, dynamically.
 *
 * Facts: IAM REST, WorkloadIdentityPoolProvider (`assertion`, `google`, `attribute`) [seen]; that `extract`, `split` and
 * `join` are there: Google's own mappings for AWS and Azure DevOps use them [seen].
 */
import {CelScalar, celEnv, celList, celMap, celMethod, isCelError, isCelList, parse, plan} from '@bufbuild/cel';
import {strings} from '@bufbuild/cel/ext';
import {extract} from '../access/condition-values.ts';
import type {Expr} from '../access/cel-functions.ts';

/** A claim's or attribute's value. */
export type Value = string | boolean | readonly string[] | Claims;
export interface Claims {
	readonly [claim: string]: Value;
}

/** What an expression is asked about. */
export interface Credential {
	assertion: Claims;
	google: Claims;
	attribute: Claims;
}

export type Plan = (credential: Credential) => unknown;

const ENVIRONMENT = celEnv({
	funcs: [
		...strings,
		celMethod('extract', CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function (template) {
			return extract(this, template);
		}),
	],
});

/** Providers made from one template map alike, and reading an expression costs more than all that is done with it. */
const parsed = new Map<string, Expr>();
const MOST_PARSED = 1_000;

/** @throws a parser's error, or a `RangeError` (nested too deeply for the stack) */
export function parseExpression(text: string): Expr {
	let expr = parsed.get(text);
	if (!expr) {
		expr = parse(text).expr;
		if (parsed.size >= MOST_PARSED) parsed.clear();
		parsed.set(text, expr);
	}
	return expr;
}

/** @returns `expr` prepared for many evaluations; an `Error` is a result, never thrown */
export function planExpression(expr: Expr): Plan {
	const evaluate = plan(ENVIRONMENT, expr);
	return ({assertion, google, attribute}) => {
		const result = evaluate({assertion: bound(assertion), google: bound(google), attribute: bound(attribute)});
		if (isCelError(result)) return new Error(result.message);
		return isCelList(result) ? [...result] : result;
	};
}

type Bound = ReturnType<typeof celMap>;

function bound(claims: Claims): Bound {
	return celMap(
		new Map(
			Object.entries(claims).map(([claim, value]): [string, string | boolean | Bound | ReturnType<typeof celList>] => {
				if (typeof value === 'string' || typeof value === 'boolean') return [claim, value];
				return [claim, isList(value) ? celList(value) : bound(value)];
			}),
		),
	);
}

export const isList = (value: Value): value is readonly string[] => Array.isArray(value);
