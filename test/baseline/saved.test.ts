/** A large report as the past: found again by offset, forwards and backwards, and never held as a whole. */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import {compare} from '../../src/baseline/compare.ts';
import {SavedReport} from '../../src/baseline/saved.ts';
import {findingText, findingTexts} from '../../src/finding-json.ts';
import type {Finding, Report} from '../../src/report.ts';
import {finding, sample, withFindings} from '../reports/sample.ts';
import {key, OWNER, reportOf, TOKEN_CREATOR, world} from '../worlds/world.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sa-audit-saved-'))));
afterAll(() => rm(folder, {recursive: true, force: true}));

const idOf = (number: number): string => number.toString(16).padStart(32, '0');
/** Each of another length, some longer than a block that is read at once. */
function many(from: number, to: number): Finding[] {
	return Array.from({length: to - from}, (_, index) => {
		const number = from + index;
		const tail = 'ü'.repeat(number % 1_000 === 999 ? 700_000 : number % 50);
		return {...finding, fingerprint: idOf(number), message: `number ${number} ${tail}`};
	});
}
async function saved(name: string, report: Report): Promise<string> {
	const file = join(folder, name);
	await writeFile(file, [...formats.json(report, {color: false, columns: 80})]);
	return file;
}

test('every finding is where it was said to be, in any order', async () => {
	const report = new SavedReport(await saved('a.json', withFindings(many(0, 3_000))));
	expect(report.length).toBe(3_000);
	for (const number of [0, 2_999, 1, 999, 998, 2_000, 1_999, 0]) {
		const index = report.indexOf(idOf(number))!;
		expect(report.at(index, idOf(number)).message).toMatch(new RegExp(`^number ${number} `));
	}
	const odd = [...report.read(index => index % 2 === 1)].map(({fingerprint}) => fingerprint);
	expect(odd).toEqual(Array.from({length: 1_500}, (_, index) => idOf(2 * index + 1)));
	report.close();
});

test('two of them: what is gone is read again when it is asked for, as often as it is', async () => {
	const old = new SavedReport(await saved('old.json', withFindings(many(0, 2_000))));
	const now = withFindings(many(500, 2_500));
	const {report} = compare(old, now, old.facts, () => []);
	expect(report.baseline.summary).toMatchObject({new: 500, unchanged: 1_500, fixed: 500, unknown: 0});
	expect(report.baseline.summary.newBySeverity.critical).toBe(500);
	for (let times = 0; times < 2; times++) {
		const fixed = [...report.baseline.fixed];
		expect(fixed.map(({fingerprint}) => fingerprint)).toEqual(many(0, 500).map(each => each.fingerprint));
	}
	const [first] = report.findings;
	expect(first!.baseline).toBe('unchanged');
	old.close();
});

test('a file that is replaced meanwhile stays the one that was read; one that is overwritten is noticed', async () => {
	const file = await saved('b.json', withFindings(many(0, 3)));
	const report = new SavedReport(file);
	await rm(file);
	await writeFile(file, 'something else');
	expect(report.at(2, idOf(2)).message).toBe('number 2 üü');
	report.close();

	const other = await saved('c.json', withFindings(many(0, 2_000)));
	const open = new SavedReport(other);
	const text = await readFile(other, 'utf8');
	await writeFile(other, text.replaceAll('"fingerprint":"0', '"fingerprint":"1'));
	expect(() => open.at(1_500, idOf(1_500))).toThrow(/changed while it was read/);
	open.close();
});

test('a report that has the same finding twice counts it once', async () => {
	const report = new SavedReport(await saved('d.json', withFindings([...many(0, 2), ...many(0, 2)])));
	expect(report.length).toBe(2);
	expect(report.report.findings.length).toBe(4);
	expect(report.report.run).toEqual(sample.run);
	report.close();
});

test('findings of an audit against an earlier one: their texts are what they say as a whole', async () => {
	const given = world(['ann', TOKEN_CREATOR, 'shop'], ['ci@shop', OWNER, 'shop'], key('ci@shop', 'k1'));
	const before = new SavedReport(await saved('before.json', await reportOf(given)));
	const later = await reportOf([...given, ...world(key('ci@shop', 'k2'), ['bob', TOKEN_CREATOR, 'shop'])]);
	const {findings} = compare(before, later, before.facts, () => []).report;
	const whole = [...findings];
	expect(new Set(whole.map(({baseline}) => baseline))).toEqual(new Set(['new', 'unchanged']));
	expect(findings.text).toBeDefined();
	expect([...findingTexts(findings)]).toEqual(whole.map(findingText));
	before.close();
});
