/** What users type: times and words. */
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {nearest} from '../src/nearest.ts';
import {parseRfc3339} from '../src/rfc3339.ts';

test.each([
	['2026-11-01T09:00:00Z', '2026-11-01T09:00:00.000Z'],
	['2026-11-01t09:00:00.1239z', '2026-11-01T09:00:00.123Z'],
	['2026-11-01T09:00:00+02:30', '2026-11-01T06:30:00.000Z'],
	['2026-11-01T23:00:00-02:00', '2026-11-02T01:00:00.000Z'],
	['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
	['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
	['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
])('%s is a time', (text, iso) => {
	expect(new Date(parseRfc3339(text)!).toISOString()).toBe(iso);
});

test.each([
	'',
	'now',
	'2026-11-01',
	'2026-11-01T09:00Z',
	'2026-11-01T09:00:00',
	'2026-11-01 09:00:00Z',
	'2026-02-29T00:00:00Z',
	'2026-13-01T00:00:00Z',
	'2026-00-01T00:00:00Z',
	'2026-11-01T24:00:00Z',
	'2026-11-01T09:60:00Z',
	'2026-11-01T09:00:60Z',
	'2026-11-01T09:00:00+24:00',
	'2026-11-01T09:00:00+0200',
	'2026-11-01T09:00:00.Z',
	' 2026-11-01T09:00:00Z',
	'1761987600',
])('%j is none', text => {
	expect(parseRfc3339(text)).toBeUndefined();
});

test('every time that a Date prints is read back', () => {
	const date = fc.date({
		min: new Date('0000-01-01T00:00:00Z'),
		max: new Date('9999-12-31T23:59:59Z'),
		noInvalidDate: true,
	});
	fc.assert(fc.property(date, value => parseRfc3339(value.toISOString()) === value.getTime()));
});

test.each([
	['jsn', ['table', 'json', 'ndjson'], 'json'],
	['tabel', ['table', 'json'], 'table'],
	['HIGH', ['critical', 'high'], 'high'],
	['user-managed-keys', ['user-managed-key', 'unused-key'], 'user-managed-key'],
	['sarif', ['table', 'json'], undefined],
	['x', ['y'], 'y'],
	['', ['low'], undefined],
] as const)('nearest to %j in %j', (word, candidates, expected) => {
	expect(nearest(word, candidates)).toBe(expected);
});
