import {parse} from 'csv-parse/sync';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import type {Report} from '../../src/report.ts';
import {arbitraryReport, finding, HOSTILE, plainFinding, sample, UNSAFE, withFindings, withText} from './sample.ts';

const written = (report: Report) => [...formats.csv(report, {color: false, columns: 80})].join('');
/** Strict: a stray quote, a missing cell or another line end throws. */
const rows = (report: Report): Record<string, string>[] =>
	parse(written(report), {columns: true, record_delimiter: '\r\n', relax_quotes: false, relax_column_count: false});

test('the columns are these, whatever is found', () => {
	expect(written(withFindings([]))).toBe(
		'fingerprint,check,title,severity,confidence,message,resource,project,principal,hops,path,escalations,fix,gcloud,' +
			'practice,compliance,suppressed,suppressed_reason,suppressed_owner,suppressed_until,baseline\r\n',
	);
});

test('a row says what the finding says', () => {
	const [first, second, suppressed] = rows(sample);
	expect(first).toMatchObject({
		fingerprint: finding.fingerprint,
		check: 'impersonation-chain',
		severity: 'critical',
		confidence: 'conditional',
		message: finding.message,
		resource: finding.resource,
		principal: 'group:devs@example.com',
		hops: '3',
		escalations: 'sa-get-access-token compute-set-metadata sa-act-as-run',
		gcloud: finding.remediation.gcloud.join(' && '),
		practice: '19 20',
		suppressed: 'no',
	});
	expect(second).toMatchObject({project: '', principal: '', path: '', hops: '', suppressed_reason: ''});
	expect(suppressed).toMatchObject({
		suppressed: 'yes',
		suppressed_reason: 'legacy partner',
		suppressed_owner: 'ann@example.com',
		suppressed_until: '2027-01-31',
	});
});

test.each([
	['=1+1', "'=1+1"],
	['+1', "'+1"],
	['-1', "'-1"],
	['@SUM(A1)', "'@SUM(A1)"],
	['\t=1', "' =1"],
	['\r=1', "'\\u{d}=1"],
	['a=1', 'a=1'],
	['"quoted", and more', '"quoted", and more'],
	[' edges ', ' edges '],
	['', ''],
])('%j is shown as %j', (text, shown) => {
	expect(rows(withFindings([{...plainFinding, message: text}]))[0]!['message']).toBe(shown);
});

describe('hostile text', () => {
	const harmless = (report: Report) => {
		const text = written(report);
		for (const line of text.split('\r\n')) expect(line).not.toMatch(UNSAFE);
		const read = rows(report);
		expect(read).toHaveLength(report.findings.length);
		for (const cell of read.flatMap(row => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
	};
	test.each(Object.entries(HOSTILE))('%s', (_, text) => harmless(withText(sample, text)));
	test('whatever it is', () => fc.assert(fc.property(arbitraryReport, harmless), {numRuns: 50}));
});
