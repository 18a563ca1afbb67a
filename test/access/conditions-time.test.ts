import {beforeAll, describe, expect, test} from 'vitest';
import {extract, localTime, parseDate} from '../../src/access/condition-values.ts';
import {NO_RESOURCE_ATTRIBUTES} from '../../src/access/condition-attributes.ts';
import {loadConditions} from '../../src/access/conditions.ts';
import type {ConditionContext, Conditions, Tri} from '../../src/access/conditions.ts';

// Facts: iam-semantics.md section 3 [seen], and Google's attribute reference, its source.
const context = (now: string, more: Partial<ConditionContext> = {}): ConditionContext => ({
	now: Date.parse(now),
	resource: NO_RESOURCE_ATTRIBUTES,
	...more,
});

let conditions: Conditions;
beforeAll(async () => {
	conditions = await loadConditions();
});

describe('clock parts, at a Wednesday', () => {
	test.each<[string, bigint | number]>([
		['getFullYear()', 2026],
		['getMonth()', 4],
		['getDate()', 20],
		['getDayOfMonth()', 19],
		['getDayOfWeek()', 3],
		['getDayOfYear()', 139],
		['getHours()', 22],
		['getMinutes()', 30],
		['getSeconds()', 15],
		['getMilliseconds()', 250],
		["getHours('Europe/Berlin')", 0],
		["getDate('Europe/Berlin')", 21],
		["getDayOfWeek('Europe/Berlin')", 4],
		["getDayOfYear('Europe/Berlin')", 140],
		["getMinutes('Asia/Kolkata')", 0],
		["getMilliseconds('Asia/Kolkata')", 250],
		["getHours('+01:00')", 23],
		["getHours('-08:30')", 14],
		["getMinutes('-08:30')", 0],
		["getHours('UTC')", 22],
	])('request.time.%s == %s', (call, expected) => {
		const now = context('2026-05-20T22:30:15.250Z');
		expect(conditions.compile(`request.time.${call} == ${expected}`).evaluate(now).value).toBe('true');
		expect(conditions.compile(`request.time.${call} == ${expected} + 1`).evaluate(now).value).toBe('false');
	});

	test('do not depend on the time zone of the machine, nor on hours that it skips', () => {
		for (const hour of Array.from({length: 24}, (_, index) => index)) {
			const now = context(`2026-03-29T${String(hour).padStart(2, '0')}:30:00Z`);
			expect(conditions.compile(`request.time.getHours() == ${hour}`).evaluate(now).value).toBe('true');
		}
	});

	test('the clock at midnight and around the change to daylight saving', () => {
		expect(localTime(Date.parse('2026-01-01T23:00:00Z'), 'Europe/Berlin').toISOString()).toBe(
			'2026-01-02T00:00:00.000Z',
		);
		expect(localTime(Date.parse('2026-03-29T00:59:59.999Z'), 'Europe/Berlin').toISOString()).toBe(
			'2026-03-29T01:59:59.999Z',
		);
		expect(localTime(Date.parse('2026-03-29T01:00:00Z'), 'Europe/Berlin').toISOString()).toBe(
			'2026-03-29T03:00:00.000Z',
		);
		expect(() => localTime(0, 'Nowhere/At_All')).toThrow(RangeError);
	});
});

describe('time windows', () => {
	const JAN = "timestamp('2026-01-01T00:00:00Z')";
	const JUL = "timestamp('2026-07-01T00:00:00Z')";
	const window = `request.time >= ${JAN} && request.time < ${JUL}`;
	const hours = "request.time.getHours('Europe/Berlin') >= 9 && request.time.getHours('Europe/Berlin') < 17";

	test.each<[string, string, string, Tri, string | undefined]>([
		['before', window, '2025-12-31T23:59:59.999Z', 'false', 'future'],
		['its first moment', window, '2026-01-01T00:00:00Z', 'true', 'ending'],
		['its last moment', window, '2026-06-30T23:59:59.999Z', 'true', 'ending'],
		['after', window, '2026-07-01T00:00:00Z', 'false', 'expired'],
		['no end', `request.time > ${JAN}`, '2026-02-01T00:00:00Z', 'true', undefined],
		['no start', `request.time < ${JAN}`, '2020-02-01T00:00:00Z', 'true', 'ending'],
		['date()', "request.time < date('2026-01-01')", '2026-01-01T00:00:00Z', 'false', 'expired'],
		['date(), the day before', "request.time < date('2026-01-01')", '2025-12-31T23:59:59.999Z', 'true', 'ending'],
		['turned around', `${JAN} <= request.time`, '2025-01-01T00:00:00Z', 'false', 'future'],
		['negated', `!(request.time < ${JAN})`, '2025-01-01T00:00:00Z', 'false', 'future'],
		['a sum', `request.time < ${JAN} + duration('3600s')`, '2026-01-01T00:59:59Z', 'true', 'ending'],
		['a sum, over', `request.time < ${JAN} + duration('3600s')`, '2026-01-01T01:00:00Z', 'false', 'expired'],
		['a difference', `request.time - ${JAN} < duration('1h')`, '2026-01-01T01:00:00Z', 'false', 'expired'],
		['a falling difference', `${JAN} - request.time < duration('1h')`, '2025-12-31T00:00:00Z', 'false', 'future'],
		['one moment', `request.time == ${JAN}`, '2025-12-31T00:00:00Z', 'false', 'future'],
		['never', `request.time < ${JAN} && request.time > ${JUL}`, '2026-02-01T00:00:00Z', 'false', undefined],
		['always', `request.time < ${JUL} || request.time > ${JAN}`, '2026-02-01T00:00:00Z', 'true', undefined],
		[
			'between two windows',
			`request.time < ${JAN} || request.time > ${JUL}`,
			'2026-02-01T00:00:00Z',
			'false',
			'future',
		],
		['recurring, outside', hours, '2026-02-01T03:00:00Z', 'false', undefined],
		['recurring, inside', hours, '2026-02-01T10:00:00Z', 'true', undefined],
		['recurring until', `${hours} && request.time < ${JUL}`, '2026-02-01T03:00:00Z', 'false', 'ending'],
		['recurring, over', `${hours} && request.time < ${JUL}`, '2026-08-01T10:00:00Z', 'false', 'expired'],
		[
			'something else is false',
			`resource.name == 'a' && request.time < ${JAN}`,
			'2026-02-01T00:00:00Z',
			'false',
			undefined,
		],
		['something else is unknown', `request.host == 'a' && ${window}`, '2026-02-01T00:00:00Z', 'unknown', 'ending'],
		['something else, over', `request.host == 'a' && ${window}`, '2026-08-01T00:00:00Z', 'false', 'expired'],
	])('%s: %s at %s', (_name, expression, now, value, timeWindow) => {
		const judged = conditions.compile(expression).evaluate(context(now));
		expect([judged.value, judged.timeWindow]).toEqual([value, timeWindow]);
	});

	test('the same condition at several times, in any order', () => {
		const condition = conditions.compile(window);
		const at = (now: string) => condition.evaluate(context(now)).timeWindow;
		const order = ['2025-01-01T00:00:00Z', '2026-08-01T00:00:00Z', '2026-02-01T00:00:00Z', '2025-01-01T00:00:00Z'];
		expect(order.map(at)).toEqual(['future', 'expired', 'ending', 'future']);
	});
});

describe('extract', () => {
	const object = 'projects/_/buckets/acme-orders-aaa/objects/data_lake/orders/order_date=2019-11-03/aef87g87ae0876';
	// Google's own table of examples. [seen]
	test.each([
		['/order_date={date}/', '2019-11-03'],
		['buckets/{name}/', 'acme-orders-aaa'],
		['/orders/{empty}order_date', ''],
		['{start}/objects/data_lake', 'projects/_/buckets/acme-orders-aaa'],
		['orders/{end}', 'order_date=2019-11-03/aef87g87ae0876'],
		['{all}', object],
		['/orders/{none}/order_date=', ''],
		['/orders/order_date=2019-11-03/{id}/data_lake', ''],
		['nowhere/{x}', ''],
		['{x}nowhere', ''],
	])('%s', (template, expected) => {
		expect(extract(object, template)).toBe(expected);
	});

	test.each(['no identifier', '{}', '{a}{b}', '{a-b}', '{a'])('refuses %s', template => {
		expect(() => extract(object, template)).toThrow();
	});

	test('with a date in it', () => {
		const resource = {...NO_RESOURCE_ATTRIBUTES, name: {value: object}};
		const expression = "date(resource.name.extract('/order_date={date}/')) < request.time";
		expect(conditions.compile(expression).evaluate(context('2026-01-01T00:00:00Z', {resource})).value).toBe('true');
	});
});

test.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '', '2026-01-01T00:00:00Z'])('no date: %s', text => {
	expect(() => parseDate(text)).toThrow();
});
test('dates begin at midnight UTC', () => {
	expect(parseDate('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
});
