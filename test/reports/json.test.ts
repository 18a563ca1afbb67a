import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import {type Finding, type FindingList, type Report, REPORT_SCHEMA} from '../../src/report.ts';
import {arbitraryReport, finding, HOSTILE, plainFinding, sample, UNSAFE, withFindings, withText} from './sample.ts';

const options = {color: true, columns: 80};
const json = (report: Report) => [...formats.json(report, options)].join('');
const ndjson = (report: Report) => [...formats.ndjson(report, options)].join('');
/** What JSON can hold of a report: without `undefined`, `-0` and the like. */
const plain = (report: Report): unknown => JSON.parse(JSON.stringify({...report, findings: [...report.findings]}));

/** What is in the file beside the name of its schema. */
function read(text: string): unknown {
	const {$schema, ...report} = JSON.parse(text) as Record<string, unknown>;
	expect($schema).toBe(REPORT_SCHEMA);
	return report;
}

describe('json', () => {
	test('holds the whole report', () => expect(read(json(sample))).toEqual(plain(sample)));

	test('is valid with nothing in it', () => {
		const empty = {
			...withFindings([]),
			coverage: [],
			checks: [],
			chokePoints: [],
			accounts: [],
			graph: {nodes: [], edges: [], truncated: true},
		};
		expect(read(json(empty))).toEqual(plain(empty));
	});

	test('has the keys in the order of the contract, whoever made the objects', () => {
		const backwards = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(backwards);
			if (value === null || typeof value !== 'object') return value;
			return Object.fromEntries(
				Object.entries(value)
					.toReversed()
					.map(([key, inner]) => [key, backwards(inner)]),
			);
		};
		const keys = (value: object | undefined) => Object.keys(value ?? {}).join(' ');
		const written = JSON.parse(json(backwards(sample) as Report)) as Report & {findings: Finding[]};
		expect(keys(written)).toBe('$schema version tool run summary coverage checks chokePoints accounts graph findings');
		expect(keys(written.run)).toBe('id startedAt finishedAt now sources');
		expect(keys(written.summary)).toBe('findings suppressed inventory');
		expect(keys(written.summary.findings)).toBe('critical high medium low');
		expect(keys(written.coverage[1])).toBe('fact scope status assetType records reason fix');
		expect(keys(written.checks[2])).toBe('id status examined findings reason');
		expect(keys(written.chokePoints[0])).toBe('binding pathsClosed ofPaths used');
		expect(keys(written.accounts[0])).toBe('resource kind disabled power keys lastUsed reachedBy reaches');
		const [first] = written.findings;
		expect(keys(first)).toBe(
			'check fingerprint severity confidence message resource project principal path evidence remediation practice compliance',
		);
		expect(keys(first?.remediation)).toBe('summary gcloud terraform undo verify');
		expect(keys(first?.path?.[1])).toBe('from to escalation alsoBy confidence used blockedBy because temporary');
		expect(keys(written.findings[2]?.suppressed)).toBe('reason owner until');
	});

	test('keeps keys that a later version may have added', () => {
		const later = withFindings([{...plainFinding, added: {by: 'a later version'}} as Finding]);
		expect(read(json(later))).toEqual(plain(later));
	});

	test('has one finding a line', () => {
		const lines = json(sample)
			.split('\n')
			.filter(line => line.includes('"fingerprint"'));
		expect(lines.map(line => JSON.parse(line.replace(/,$/, '')).check)).toEqual([
			'impersonation-chain',
			'user-managed-key',
			'user-managed-key',
		]);
	});
});

describe('ndjson', () => {
	test('has one finding a line, each as in the report', () => {
		const lines = ndjson(sample)
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as unknown);
		expect(lines).toEqual([...sample.findings]);
	});

	test('is empty without findings', () => expect(ndjson(withFindings([]))).toBe(''));
});

describe('json and ndjson', () => {
	test.each(Object.entries(HOSTILE))('carry %s in every field as harmless bytes', (_, text) => {
		const report = withText(sample, text);
		for (const written of [json(report), ndjson(report)]) {
			expect(written).not.toMatch(UNSAFE);
			expect(Buffer.from(written).toString()).toBe(written);
		}
		expect(read(json(report))).toEqual(plain(report));
		expect(ndjson(report).split('\n')).toHaveLength(4);
	});

	test('read back as the same report, and are the same bytes each time', () => {
		fc.assert(
			fc.property(arbitraryReport, report => {
				expect(read(json(report))).toEqual(plain(report));
				expect(json(report)).toBe(json(structuredClone(report)));
				expect(ndjson(report)).toBe(ndjson(structuredClone(report)));
			}),
		);
	});

	test.each(['json', 'ndjson'] as const)('%s streams: it takes findings one by one', name => {
		let taken = 0;
		const findings: FindingList = {
			length: 5_000,
			*[Symbol.iterator]() {
				for (; taken < 5_000; taken++) yield finding;
			},
		};
		let pieces = 0;
		let longest = 0;
		for (const piece of formats[name]({...sample, findings}, options)) {
			if (pieces++ === 0) expect(taken).toBeLessThan(100);
			longest = Math.max(longest, piece.length);
		}
		expect(taken).toBe(5_000);
		expect(pieces).toBeGreaterThan(50);
		expect(longest).toBeLessThan(100_000);
	});
});
