import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import type {Report} from '../../src/report.ts';
import {arbitraryReport, compared, sample, withFindings} from './sample.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8')) as object;
const ajv = new Ajv2020({allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true});
formatsPlugin.default(ajv);
const validate = ajv.compile(schema);

const errorsOf = (report: unknown) => {
	validate(report);
	return validate.errors ?? [];
};
const written = (report: Report): unknown =>
	JSON.parse([...formats.json(report, {color: false, columns: 80})].join(''));

test('the sample validates, and so does a report without findings', () => {
	expect(errorsOf(written(sample))).toEqual([]);
	expect(errorsOf(written(withFindings([])))).toEqual([]);
	expect(errorsOf(written(compared))).toEqual([]);
});

test('every generated report validates', () => {
	fc.assert(
		fc.property(arbitraryReport, report => {
			expect(errorsOf(written(report))).toEqual([]);
		}),
	);
});

test('a later addition validates', () => {
	expect(errorsOf({...(written(sample) as object), added: {by: 'a later version'}})).toEqual([]);
});

/** Every path into the sample, as keys. */
function* places(value: unknown, at: (string | number)[] = []): Iterable<(string | number)[]> {
	if (value === null || typeof value !== 'object') return;
	for (const [key, inner] of Object.entries(value)) {
		const place = [...at, Array.isArray(value) ? Number(key) : key];
		yield place;
		yield* places(inner, place);
	}
}

function changed(place: (string | number)[], change: (holder: Record<string, unknown>, key: string) => void): unknown {
	const copy = written(sample) as Record<string, unknown>;
	let holder = copy;
	for (const key of place.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
	change(holder, String(place.at(-1)));
	return copy;
}

describe('what is not as the contract says is refused', () => {
	const optional = new Set(
		['assetType', 'reason', 'fix', 'condition', 'used', 'project', 'principal', 'path', 'suppressed', 'until'].concat([
			'temporary',
			'selfGranted',
			'$schema',
		]),
	);
	const all = [...places(written(sample))].filter(place => !place.includes('evidence'));
	const named = all.filter(place => typeof place.at(-1) === 'string');

	test('a missing field, wherever it stands', () => {
		const admitted = named
			.filter(place => !optional.has(String(place.at(-1))))
			.filter(place => errorsOf(changed(place, (holder, key) => delete holder[key])).length === 0);
		expect(admitted).toEqual([]);
	});

	test('what only a baseline and suppressions bring', () => {
		const parts = ['run', 'suppressions', 'baseline'] as const;
		for (const part of parts) {
			for (const place of places((written(compared) as Record<string, unknown>)[part])) {
				const copy = written(compared) as Record<string, Record<string, unknown>>;
				let holder = copy[part]!;
				for (const key of place.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
				holder[place.at(-1)!] = [['wrong']];
				expect(errorsOf(copy), place.join('.')).not.toEqual([]);
			}
		}
	});

	test('a value of the wrong type, wherever it stands', () => {
		const wrong = [['wrong']];
		const admitted = all.filter(place => errorsOf(changed(place, (holder, key) => (holder[key] = wrong))).length === 0);
		expect(admitted).toEqual([]);
	});

	test.each<[string, (string | number)[], unknown]>([
		['version', ['version'], 2],
		['severity', ['findings', 0, 'severity'], 'info'],
		['confidence', ['findings', 0, 'confidence'], 'sure'],
		['short fingerprint', ['findings', 0, 'fingerprint'], 'abc'],
		['check status', ['checks', 0, 'status'], 'skipped'],
		['coverage status', ['coverage', 0, 'status'], 'ok'],
		['source kind', ['run', 'sources', 0, 'kind'], 'cloud'],
		['account kind', ['accounts', 0, 'kind'], 'robot'],
		['time', ['run', 'now'], '22 November 2026'],
		['negative count', ['summary', 'suppressed'], -1],
		['use', ['findings', 0, 'path', 0, 'used'], 'never'],
		['proof kind', ['findings', 0, 'path', 0, 'because', 0, 'kind'], 'rumour'],
		['proof effect', ['findings', 0, 'path', 0, 'because', 0, 'effect'], 'maybe'],
	])('%s', (_, place, value) => {
		expect(errorsOf(changed(place, (holder, key) => (holder[key] = value)))).not.toEqual([]);
	});

	test('an unknown check without its reason', () => {
		expect(errorsOf(changed(['checks', 2, 'reason'], (holder, key) => delete holder[key]))).not.toEqual([]);
	});
});
