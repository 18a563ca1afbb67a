import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import type {CoverageLine, Finding, FindingList, Report} from '../../src/report.ts';
import {displayWidth} from '../../src/text.ts';
import {
	arbitraryReport,
	finding,
	HOSTILE,
	plainFinding,
	sample,
	SGR,
	UNSAFE,
	withFindings,
	withText,
} from './sample.ts';

const table = (report: Report, columns = 80, color = false) => [...formats.table(report, {color, columns})].join('');

test.each([80, 120])('the sample at %i columns', columns => {
	expect(table(sample, columns)).toMatchSnapshot();
});

test('what matters comes first', () => {
	const text = table(sample);
	const places = [
		'findings  1 critical',
		'CHOKE POINTS',
		'CRITICAL: 1 finding',
		'MEDIUM: 1 finding',
		'UNKNOWN: 1 check',
		'NOT READ: 2 holes',
		'2 findings: 1 critical, 1 medium; 1 suppressed.',
	].map(heading => text.indexOf(heading));
	expect(places).not.toContain(-1);
	expect(places).toEqual(places.toSorted((one, other) => one - other));
});

describe('a finding', () => {
	test('shows check, short resource, message, unsure confidence, path, fix and first command', () => {
		const text = table(withFindings([finding]), 200);
		for (const part of [
			'impersonation-chain',
			' root@shop.iam.gserviceaccount.com (conditional)\n',
			finding.message,
			'→ serviceAccount:web@shop.iam.gserviceaccount.com',
			finding.remediation.summary,
			'gcloud projects remove-iam-policy-binding shop',
			'then 1 more command, with --format json',
		]) {
			expect(text).toContain(part);
		}
	});

	test('that is certain does not say so', () => expect(table(withFindings([plainFinding]))).not.toContain('certain'));

	test('that is suppressed is counted only', () => {
		const suppressed = {...plainFinding, suppressed: {reason: 'r', owner: 'o'}};
		const text = table(withFindings([suppressed]));
		expect(text).not.toContain(plainFinding.message.slice(0, 40));
		expect(text).toContain('No findings; 1 suppressed.');
	});

	test('can be copied: its command, joined by the shell, is the command', () => {
		const command = finding.remediation.gcloud[0]!;
		const text = table(withFindings([finding]), 120);
		const start = text.indexOf('gcloud projects remove');
		const shown = text.slice(start, text.indexOf('then 1 more command')).trimEnd();
		expect(shown.replaceAll(/'\\\n'/g, '').replaceAll(/ \\\n +/g, ' ')).toBe(command);
	});

	test.each([
		['with special characters is not offered for copying', 'gcloud x \u001b[2J', 'Not to be copied'],
		['that is too long is not cut', `gcloud x ${'y'.repeat(5_000)}`, 'too long for this page: see --format json'],
		['that cannot be broken is not cut', `gcloud x "${'y'.repeat(100)}"`, 'too long for this page: see --format json'],
	])('whose command %s', (_, command, said) => {
		const changed = {...plainFinding, remediation: {...plainFinding.remediation, gcloud: [command]}};
		expect(table(withFindings([changed]))).toContain(said);
	});
});

describe('what is not known', () => {
	test('is no pass: a run without findings says what it could not see', () => {
		const text = table(withFindings([]));
		expect(text).toContain('No findings. 4 checks: 2 failed, 1 passed, 1 unknown. 2 holes in what was read.\n');
		expect(text).toContain('What was not seen is not proven absent.\n');
	});

	test('is not claimed where everything was read', () => {
		const checks = sample.checks.filter(check => check.status === 'pass');
		const text = table({...withFindings([]), checks, coverage: sample.coverage.slice(0, 1)});
		expect(text).toContain('No findings. 1 check: 0 failed, 1 passed, 0 unknown. No holes in what was read.\n');
		expect(text).not.toMatch(/UNKNOWN|NOT READ|not proven/);
	});

	test('shows reason and fix of a hole', () => {
		const text = table(sample, 200);
		expect(text).toContain('serviceAccountKeys of projects/legacy: missing');
		expect(text).toContain('iam.serviceAccountKeys.list was denied');
		expect(text).toContain('fix   gcloud projects add-iam-policy-binding legacy');
	});
});

test('the demo says that it is one', () => {
	const run = {...sample.run, sources: [{kind: 'demo' as const, scope: []}]};
	expect(table({...sample, run})).toContain('built-in demo organization');
});

test('colour adds SGR codes and nothing else', () => {
	const colored = table(sample, 80, true);
	expect(colored).toMatch(SGR);
	expect(colored.replaceAll(SGR, '')).toBe(table(sample, 80, false));
	for (const line of colored.split('\n')) {
		const codes = line.match(SGR) ?? [];
		expect(codes.length % 2).toBe(0);
		if (codes.length > 0) expect(codes.at(-1)).toBe('\u001b[0m');
	}
});

test('very many findings and holes stay a page, and the rest is counted by check', () => {
	const findings: FindingList = {
		length: 30_000,
		*[Symbol.iterator]() {
			for (let index = 0; index < 30_000; index++) yield index % 3 === 0 ? finding : plainFinding;
		},
	};
	const hole: CoverageLine = {fact: 'groups', scope: 'organizations/1', status: 'missing', records: 0};
	const counts = {critical: 10_000, high: 0, medium: 20_000, low: 0};
	const summary = {...sample.summary, findings: counts, suppressed: 0};
	const text = table({...sample, findings, summary, coverage: Array.from({length: 1_000}, () => hole)});
	expect(text).toContain('CRITICAL: 10,000 findings');
	expect(text).toContain('and 9,950 more, with --format json: 9,950 impersonation-chain');
	expect(text).toContain('and 19,950 more, with --format json: 19,950 user-managed-key');
	expect(text).toContain('and 950 more holes, with --format json');
	expect(text.split('\n').length).toBeLessThan(2_000);
});

function expectFits(text: string, columns: number, about: string): void {
	for (const line of text.split('\n')) {
		expect(displayWidth(line), about).toBeLessThanOrEqual(columns);
		expect(line.replaceAll(SGR, ''), about).not.toMatch(UNSAFE);
	}
}

describe('no line is wider than the page or holds a control character', () => {
	test.each(Object.entries(HOSTILE))('with %s in every field', (_, text) => {
		for (const columns of [40, 60, 80, 120, 200]) {
			const shown = table(withText(sample, text), columns);
			expectFits(shown, columns, String(columns));
			expect(shown).not.toContain('\u001b');
			expect(shown.split('\n').length).toBeLessThan(400);
			expectFits(table(withText(sample, text), columns, true), columns, String(columns));
		}
	});

	test.each([60, 80, 120, 200])('with anything, at %i columns', columns => {
		fc.assert(
			fc.property(arbitraryReport, fc.boolean(), (report, color) => {
				const shown = table(report, columns, color);
				expectFits(shown, columns, String(columns));
				if (!color) expect(shown).not.toContain('\u001b');
				expect(table(structuredClone(report), columns, color)).toBe(shown);
			}),
			{numRuns: 40},
		);
	});

	test.each([1, 0, 39])('a page of %i columns is taken as 40', columns => {
		expect(table(sample, columns)).toBe(table(sample, 40));
		expectFits(table(sample, columns), 40, '40');
	});

	test('with millions of findings in the counts', () => {
		const counts = {critical: 1_234_567, high: 1_234_567, medium: 1_234_567, low: 1_234_567};
		const report = {...sample, summary: {...sample.summary, findings: counts}};
		for (const columns of [40, 80]) expectFits(table(report, columns, true), columns, String(columns));
	});
});

test('an empty path and an unnamed resource do no harm', () => {
	const odd: Finding = {...plainFinding, path: [], resource: ''};
	expect(table(withFindings([odd]))).toContain('MEDIUM: 1 finding');
});
