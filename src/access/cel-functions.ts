/**
 * CEL as IAM conditions speak it: `@bufbuild/cel` with Google's own functions. Importing this file
 * loads the CEL library (290 ms), so only `conditions.ts` does, dynamically.
 *
 * Facts: iam-semantics.md section 3 [seen]; google-clients.md, "@bufbuild/cel 0.6.1 (tried)".
 */
import {
	CelScalar,
	celEnv,
	celFunc,
	celList,
	celMap,
	celMethod,
	isCelError,
	isCelList,
	isCelMap,
	listType,
	mapType,
	objectType,
	parse,
	plan,
} from '@bufbuild/cel';
import {isMessage} from '@bufbuild/protobuf';
import {DurationSchema, TimestampSchema, timestampFromMs} from '@bufbuild/protobuf/wkt';
import type {Duration, Timestamp} from '@bufbuild/protobuf/wkt';
import {extract, localTime, parseDate} from './condition-values.ts';

const {BOOL, DYN, INT, STRING} = CelScalar;
const LIST = listType(DYN);
const MAP = mapType(DYN, DYN);
const TIMESTAMP = objectType(TimestampSchema);

/** A node of CEL's syntax tree. */
export type Expr = ReturnType<typeof parse>['expr'];
/** The variables of one evaluation, ready for CEL. */
export type Bindings = Record<string, ReturnType<typeof celMap>>;
/** Evaluates one expression; an `Error` is the result, never thrown. */
type Plan = (bindings: Bindings) => unknown;

/** What a condition may ask about; what is left out is not bound and gives an error. */
interface Facts {
	/** Epoch milliseconds. */
	time: number;
	resource: ReadonlyMap<string, string>;
	principal: ReadonlyMap<string, string>;
	tagNames: ReadonlyMap<string, string>;
	tagIds: ReadonlyMap<string, string>;
	modifiedGrants: readonly string[];
}

// The hidden entries of `resource`: no select can spell them.
const TAG_NAMES = '#tagNames';
const TAG_IDS = '#tagIds';
const MODIFIED_GRANTS = 'iam.googleapis.com/modifiedGrantsByRole';

type Target = ReturnType<typeof celMap>;

function tag(resource: Target, kind: string, key: string): unknown {
	const tags = resource.get(kind);
	if (!isCelMap(tags)) throw new Error('not a resource');
	return tags.get(key);
}

/** @returns the timestamp's milliseconds since the epoch, rounded down as Google's clock is */
function epoch(message: {seconds: bigint; nanos: number}): number {
	return Number(message.seconds) * 1000 + Math.floor(message.nanos / 1_000_000);
}

// The library reads the clock parts through the machine's own time zone, which goes wrong in the
// hour that a daylight saving change skips; these read them in UTC.
const TIME_PARTS: [string, (local: Date) => number][] = [
	['getFullYear', local => local.getUTCFullYear()],
	['getMonth', local => local.getUTCMonth()],
	['getDate', local => local.getUTCDate()],
	['getDayOfMonth', local => local.getUTCDate() - 1],
	['getDayOfWeek', local => local.getUTCDay()],
	['getDayOfYear', local => Math.floor((local.getTime() - new Date(local).setUTCMonth(0, 1)) / 86_400_000)],
	['getHours', local => local.getUTCHours()],
	['getMinutes', local => local.getUTCMinutes()],
	['getSeconds', local => local.getUTCSeconds()],
	['getMilliseconds', local => local.getUTCMilliseconds()],
];

const ENVIRONMENT = celEnv({
	funcs: [
		celMethod('extract', STRING, [STRING], STRING, function (template) {
			return extract(this, template);
		}),
		celMethod('hasOnly', LIST, [LIST], BOOL, function (allowed) {
			const items = new Set(allowed);
			for (const item of this) if (!items.has(item)) return false;
			return true;
		}),
		celMethod('getAttribute', MAP, [STRING, DYN], DYN, function (name, fallback) {
			return this.get(name) ?? fallback;
		}),
		celMethod('matchTag', MAP, [STRING, STRING], BOOL, function (key, value) {
			return tag(this, TAG_NAMES, key) === value;
		}),
		celMethod('matchTagId', MAP, [STRING, STRING], BOOL, function (key, value) {
			return tag(this, TAG_IDS, key) === value;
		}),
		celMethod('hasTagKey', MAP, [STRING], BOOL, function (key) {
			return tag(this, TAG_NAMES, key) !== undefined;
		}),
		celMethod('hasTagKeyId', MAP, [STRING], BOOL, function (key) {
			return tag(this, TAG_IDS, key) !== undefined;
		}),
		// The library takes a number for milliseconds, CEL for seconds, and Google documents neither.
		celFunc('timestamp', [INT], TIMESTAMP, () => {
			throw new Error('timestamp() takes a text');
		}),
		celFunc('date', [STRING], TIMESTAMP, text => timestampFromMs(parseDate(text))),
		...TIME_PARTS.flatMap(([name, part]) => [
			celMethod(name, TIMESTAMP, [], INT, function () {
				return BigInt(part(new Date(epoch(this.message as Timestamp))));
			}),
			celMethod(name, TIMESTAMP, [STRING], INT, function (zone) {
				return BigInt(part(localTime(epoch(this.message as Timestamp), zone)));
			}),
		]),
	],
});

/** @throws a parser's error or a `RangeError` (nested too deeply for the stack) */
export function parseExpression(expression: string): Expr {
	return parse(expression).expr;
}

/** @returns `expr` prepared for many evaluations */
export function planExpression(expr: Expr): Plan {
	const evaluate = plan(ENVIRONMENT, expr);
	return bindings => {
		const result = evaluate(bindings);
		return isCelError(result) ? new Error(result.message) : result;
	};
}

export function bind(facts: Facts): Bindings {
	const {resource, principal, tagNames, tagIds, modifiedGrants, time} = facts;
	const hidden = [[TAG_NAMES, celMap(tagNames)] as const, [TAG_IDS, celMap(tagIds)] as const];
	return {
		resource: celMap(new Map<string, string | Target>([...resource, ...hidden])),
		principal: celMap(principal),
		request: celMap(new Map([['time', timestampFromMs(time)]])),
		api: celMap(new Map([[MODIFIED_GRANTS, celList(modifiedGrants)]])),
	};
}

/** @returns milliseconds of a CEL timestamp (since the epoch) or duration, with fraction; else undefined */
export function milliseconds(value: unknown): number | undefined {
	if (typeof value !== 'object' || value === null || isCelList(value) || !('message' in value)) return undefined;
	const {message} = value;
	if (!isMessage(message, TimestampSchema) && !isMessage(message, DurationSchema)) return undefined;
	const {seconds, nanos}: Timestamp | Duration = message;
	return Number(seconds) * 1000 + nanos / 1_000_000;
}
