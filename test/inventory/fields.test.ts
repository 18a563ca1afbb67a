/** Times are read by hand for speed; they must mean what the slow way says. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {flag, parseTime, text, WrongType} from '../../src/inventory/fields.ts';

/** RFC 3339 as the platform reads it, fractions cut to milliseconds. */
function slow(value: string): number {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value)) return Number.NaN;
	return Date.parse(value.replace(/(\.\d{3})\d+/, '$1'));
}

describe('parseTime', () => {
	const two = (most: number) => fc.integer({min: 0, max: most}).map(number => String(number).padStart(2, '0'));
	const year = fc.integer({min: 0, max: 9999}).map(number => String(number).padStart(4, '0'));
	const part = fc.constantFrom(
		'',
		'.1',
		'.12',
		'.123',
		'.999',
		'.1239',
		'.123456789',
		'.999999999',
		'.9999996',
		'. 1',
		'.0x1',
		'.',
		'.x',
		'.1e2',
		'.+1',
	);
	const zone = fc.constantFrom('Z', 'z', '', '+02:00', '-11:30', '+0200', 'ZZ', ' Z');

	test('agrees with the platform on every date, fraction and zone', () => {
		fc.assert(
			fc.property(year, two(13), two(32), two(25), two(61), two(61), part, zone, (y, mo, d, h, mi, s, f, z) => {
				const value = `${y}-${mo}-${d}T${h}:${mi}:${s}${f}${z}`;
				expect([value, parseTime(value)]).toEqual([value, slow(value)]);
			}),
			{numRuns: 20_000, seed: 1},
		);
	});

	test.each([
		'',
		'yesterday',
		'2026-01-01',
		'2026-01-01 00:00:00Z',
		'20260101T000000Z',
		'2026-1-1T00:00:00Z',
		'2026x01x01T00x00x00Z',
		'2026-01-01T00:00:0 Z',
	])('%j is none', value => {
		expect(parseTime(value)).toBeNaN();
	});
});

test('numbers that JSON keeps exactly are texts, others are not', () => {
	expect(text({n: 123456789012}, 'n')).toBe('123456789012');
	for (const n of [2 ** 53, 1.5, 1e21, -(2 ** 60)]) expect(() => text({n}, 'n')).toThrow(WrongType);
	expect(text({n: null}, 'n')).toBeUndefined();
});

test('flags are JSON booleans or their names', () => {
	expect([true, 'true', false, 'false', null, undefined].map(on => flag({on}, 'on'))).toEqual([
		true,
		true,
		false,
		false,
		false,
		false,
	]);
	for (const on of ['yes', 1, {}, []]) expect(() => flag({on}, 'on')).toThrow('on is no boolean');
});
