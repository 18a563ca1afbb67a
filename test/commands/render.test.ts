import {appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import {REPORT_FORMATS} from '../../src/formats.ts';
import {readReport} from '../../src/read-report.ts';
import type {Finding, FindingList, Report} from '../../src/report.ts';
import {arbitraryReport, finding, plainFinding, sample, withFindings} from '../reports/sample.ts';
import {sa} from './run.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sa-audit-render-'))));
afterAll(() => rm(folder, {recursive: true, force: true}));

const options = {color: false, columns: 100};
const json = (report: Report) => [...formats.json(report, options)].join('');
/** What JSON can hold of a report. */
const plain = (report: Report): unknown => JSON.parse(JSON.stringify({...report, findings: [...report.findings]}));

let files = 0;
async function saved(content: string | Buffer): Promise<string> {
	const file = join(folder, `${files++}.json`);
	await writeFile(file, content);
	return file;
}

describe('every format', () => {
	test.each(REPORT_FORMATS.names)('%s from a saved report is the one that audit writes', async format => {
		const file = join(folder, `demo.${format}.json`);
		const direct = await sa(['audit', '--demo', `--output=json=${file}`, `--output=${format}=-`]);
		const rendered = await sa(['render', file, `--format=${format}`]);
		expect(rendered).toEqual({code: 0, stdout: direct.stdout, stderr: ''});
		expect(rendered.stdout.length).toBeGreaterThan(100);
	});

	test('several at once, into files that only their owner reads', async () => {
		const file = await saved(json(sample));
		const [csv, page] = [join(folder, 'r.csv'), join(folder, 'r.md')];
		const {code, stdout, stderr} = await sa(['render', file, `--output=${csv}`, `--output=${page}`]);
		expect([code, stdout]).toEqual([0, '']);
		expect(stderr).toBe(`Wrote ${csv}.\nWrote ${page}.\n`);
		expect(await readFile(csv, 'utf8')).toContain('a1b2c3d4e5f60718,');
		expect(await readFile(page, 'utf8')).toContain('# sa-audit: 2 findings');
	});
});

describe('what is read', () => {
	test('is the report, again and again', async () => {
		const report = readReport(await saved(json(sample)));
		expect(plain(report)).toEqual(plain(sample));
		expect([...report.findings]).toEqual([...sample.findings]);
		expect(report.findings.length).toBe(3);
	});

	test('side by side, and not to its end', async () => {
		const {findings} = readReport(await saved(json(sample)));
		const [one, two] = [findings[Symbol.iterator](), findings[Symbol.iterator]()];
		expect(one.next().value).toEqual(two.next().value);
		expect(one.next().value).toEqual(plainFinding);
		expect(one.return?.()).toMatchObject({done: true});
		expect(two.next().value).toEqual(plainFinding);
		two.return?.();
	});

	test('may be printed in another way: indented, in one line, keys in another order, with a byte order mark', async () => {
		const value = JSON.parse(json(sample)) as Record<string, unknown>;
		const backwards = Object.fromEntries(Object.entries({...value}).toReversed());
		const {version, tool, ...rest} = backwards;
		const later = {version, tool, ...rest, added: {by: ['a later', 1.1, null]}};
		for (const text of [
			JSON.stringify(value),
			JSON.stringify(value, null, '\t'),
			`\ufeff${JSON.stringify(value)} \n`,
			JSON.stringify(later),
			JSON.stringify(value, null, 4).replaceAll('\n', '\r\n'),
		]) {
			expect(plain(readReport(await saved(text)))).toEqual(plain(sample));
		}
	});

	test('is whatever can be written', async () => {
		await fc.assert(
			fc.asyncProperty(arbitraryReport, async report => {
				expect(plain(readReport(await saved(json(report))))).toEqual(plain(report));
			}),
			{numRuns: 30},
		);
	});

	test('crosses the blocks that it is read in: long values, and many', async () => {
		const long = {...plainFinding, message: `${'"\\'.repeat(700_000)}é監`};
		const many: Finding[] = [long, ...Array.from({length: 3_000}, () => finding), long];
		const report = readReport(await saved(json(withFindings(many))));
		let index = 0;
		for (const read of report.findings) expect(read.message === many[index++]!.message).toBe(true);
		expect(index).toBe(3_002);
	});
});

describe('refused, with exit code 2 and nothing written', () => {
	const text = json(sample);
	const changed = (change: (report: Record<string, unknown>) => void): string => {
		const report = JSON.parse(text) as Record<string, unknown>;
		change(report);
		return JSON.stringify(report);
	};
	test.each<[string, string | Buffer, RegExp]>([
		['an empty file', '', /it is empty/],
		['white space', ' \n ', /it is empty/],
		['no JSON', 'Hello', /it is no JSON object/],
		['a list', `[${text}]`, /it is no JSON object/],
		['a gzipped report', gzipSync(text), /is gzipped[^]*Unpack it first/],
		['an older version', changed(report => (report['version'] = 0)), /older version \(0\)[^]*Write it again/],
		['a newer version', changed(report => (report['version'] = 2)), /newer version \(2\)[^]*newer one/],
		[
			'another format of ours',
			[...formats.sarif(sample, options)].join(''),
			/no JSON report[^]*begins with "\$schema"/,
		],
		['findings alone', [...formats.ndjson(sample, options)].join(''), /no JSON report[^]*begins with "check"/],
		['another tool', changed(report => (report['tool'] = {name: 'x', version: '1'})), /"tool\.name"/],
		['a missing part', changed(report => delete report['coverage']), /it has no "coverage"/],
		['findings that are no list', changed(report => (report['findings'] = {})), /"findings" is no list/],
		['a finding without a check', changed(report => (report['findings'] = [{}])), /"findings\[0\]\.check"/],
		[
			'a finding of an unknown severity',
			changed(report => (report['findings'] = [plainFinding, {...plainFinding, severity: 'info'}])),
			/"findings\[1\]\.severity"/,
		],
		['a step without an end', changed(report => (report['findings'] = [{...finding, path: [{from: 'x'}]}])), /\.path"/],
		['a check of unknown status', changed(report => (report['checks'] = [{id: 'x'}])), /"checks\[0\]\.status"/],
		['a key twice', text.replace('"run"', '"tool"'), /twice/],
		['something behind it', `${text}{}`, /something follows/],
		['a broken value', text.replace('"critical":1', '"critical":01'), /no JSON, at byte \d+/],
		['a key without quotes', '{version: 1}', /without a key/],
		['no comma', '{"version": 1 "tool": {}}', /the end of an object is missing/],
		['a value that is missing', '{"version": }', /something that is no JSON|no whole number/],
	])('%s', async (_, content, message) => {
		const file = await saved(content);
		const out = join(folder, 'never.csv');
		const {code, stdout, stderr} = await sa(['render', file, `--output=${out}`]);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toMatch(message);
		expect(stderr).toContain(file);
		expect((await readdir(folder)).filter(name => name.includes('never'))).toEqual([]);
	});

	test('a report cut off anywhere', async () => {
		const whole = json(sample).trimEnd();
		for (let end = 1; end < whole.length; end += 97) {
			const file = await saved(whole.slice(0, end));
			expect(() => readReport(file), `cut at ${end}`).toThrow(/is cut off/);
		}
	});

	test.each([
		['that is not there', () => join(folder, 'none.json'), /it does not exist/],
		['that is a directory', () => folder, /no regular file/],
		['that is no file', () => '/dev/null', /no regular file/],
	])('a file %s', async (_, file, message) => {
		const {code, stderr} = await sa(['render', file()]);
		expect(code).toBe(2);
		expect(stderr).toMatch(message);
	});

	test('one that changes while it is read', async () => {
		const file = await saved(json(withFindings(Array.from({length: 2_000}, () => finding))));
		const cut = readReport(file);
		await truncate(file, 1_000_000);
		expect(() => [...cut.findings]).toThrow(/is cut off/);
		const gone = await saved(json(sample));
		const report = readReport(gone);
		await rm(gone);
		expect(() => [...report.findings]).toThrow(/does not exist/);
	});

	test('what it quotes of the file is shown escaped', async () => {
		const {stderr} = await sa(['render', await saved('{"\\u001b[2Jx": 1}')]);
		expect(stderr).toContain('\\u{1b}[2Jx');
		expect(stderr).not.toContain('\u001b');
	});
});

test('memory does not follow the size of the report', async () => {
	const file = await saved('');
	const head = json(withFindings([])).replace(/\[\]\n\}\n$/, '[\n');
	await writeFile(file, head);
	const part = Array.from({length: 4_000}, () => JSON.stringify(finding)).join(',\n');
	const parts = 10;
	for (let index = 0; index < parts; index++) await appendFile(file, `${index > 0 ? ',\n' : ''}${part}`);
	await appendFile(file, ']}');
	const report = readReport(file);
	expect(report.findings.length).toBe(40_000);
	let taken = 0;
	const counted: FindingList = {
		length: report.findings.length,
		*[Symbol.iterator]() {
			for (const each of report.findings) {
				taken++;
				yield each;
			}
		},
	};
	const [first] = formats.csv({...report, findings: counted}, options);
	expect(first!.length).toBeGreaterThan(0);
	// The first piece is out long before the last finding is in.
	expect(taken).toBeLessThan(1_000);
});
