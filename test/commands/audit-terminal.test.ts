/** What the terminal UI asks and writes, without a terminal. */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable, Writable} from 'node:stream';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {deedsFor, farewell} from '../../src/commands/audit-terminal.ts';
import type {Io} from '../../src/io.ts';
import {notesOf} from '../../src/notes.ts';
import type {Report, Suppression} from '../../src/report.ts';
import type {AuditData} from '../../src/tui/data.ts';
import {sample} from '../reports/sample.ts';
import {demoData} from '../tui/data.ts';

const folder = mkdtempSync(join(tmpdir(), 'sa-audit-deeds-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const sink = () => new Writable({write: (_, __, done) => done()});
const io: Io = {
	env: {},
	stdin: Readable.from([]),
	stdout: sink(),
	stderr: sink(),
	clock: () => 0,
	sleep: () => Promise.resolve(),
	random: () => 0,
	uuid: () => '',
	signal: new AbortController().signal,
};

let data: AuditData;
beforeAll(async () => {
	data = await demoData();
});
const deeds = (config = join(folder, 'sa-audit.yaml')) => {
	const notes = notesOf(checks);
	const now = Date.parse('2026-11-01T00:00:00Z');
	return deedsFor({report: data.report, table: data.table, notes, config, now}, io);
};
const nothing: ReadonlyMap<string, Suppression> = new Map();

describe('accepting', () => {
	test('writes what `accept` writes, and says so', async () => {
		const {fingerprint, check} = data.table.brief(0);
		const {text, suppression} = await deeds().accept(0, ' on purpose ', 'ann@example.com', '2026-12-31');
		expect(text).toContain(`accepts ${check} on `);
		expect(suppression).toEqual({fingerprint, reason: 'on purpose', owner: 'ann@example.com', until: '2026-12-31'});
		expect(readFileSync(join(folder, 'sa-audit.yaml'), 'utf8')).toContain(`- fingerprint: ${fingerprint}`);
		await expect(deeds().accept(0, 'again', 'ann@example.com', '')).rejects.toThrow('accepts');
	});

	test.each([
		['', 'a@b.c', '', 'reason'],
		['why', ' ', '', 'owner'],
		['why', 'a@b.c', 'tomorrow', 'no date'],
		['why', 'a@b.c', '2026-10-31', 'is over'],
	])('refuses %j %j %j', async (reason, owner, until, problem) => {
		await expect(deeds(join(folder, 'other.yaml')).accept(1, reason, owner, until)).rejects.toThrow(problem);
	});
});

describe('writing what is shown', () => {
	test('has those findings, counts that fit, and what was accepted since as suppressed', async () => {
		const file = join(folder, 'part.json');
		const since = new Map([[data.table.brief(1).fingerprint, {reason: 'fine', owner: 'a@b.c'}]]);
		expect(await deeds().write(file, Uint32Array.of(1, 0), since)).toBe(`Wrote 2 findings to ${file} (json).`);
		const report = JSON.parse(readFileSync(file, 'utf8')) as Report & {
			findings: {fingerprint: string; suppressed?: object}[];
		};
		expect(report.findings.map(({fingerprint}) => fingerprint)).toEqual(
			[1, 0].map(index => data.table.brief(index).fingerprint),
		);
		expect(report.summary).toMatchObject({findings: {critical: 1, high: 0, medium: 0, low: 0}, suppressed: 1});
		expect(report.findings[0]!.suppressed).toEqual({reason: 'fine', owner: 'a@b.c'});
	});

	test.each(['x.html', 'x.csv', 'x.md', 'x.sarif', 'x.txt', 'x.xml', 'ocsf=x.out'])('%s', async value => {
		const file = value.replace(/x\..*/, name => join(folder, name));
		await deeds().write(file, Uint32Array.of(0), nothing);
		expect(readFileSync(file.replace(/^ocsf=/, ''), 'utf8')).toContain('terraform-prod');
	});

	test.each([
		['', 'No file'],
		['json=-', 'screen is in use'],
		['x.docx', 'does not tell the format'],
		['nothing/x.json', 'cannot be written'],
	])('refuses %j', async (file, problem) => {
		await expect(deeds().write(file, Uint32Array.of(0), nothing)).rejects.toThrow(problem);
	});
});

test('what is asked of the world is answered', () => {
	const {ask} = data;
	const [path] = [...data.report.findings].flatMap(({path: steps = []}) => (steps.length > 1 ? [steps] : []));
	const [from, to] = [path![0]!.from, path!.at(-1)!.to];
	const route = ask.route(from, to)!;
	expect([route.from, route.to]).toEqual([from, to]);
	expect(ask.look(to)!.becomeBy.first.length).toBeGreaterThan(0);
	expect(ask.route(from, 'serviceAccount:nobody@nowhere.iam.gserviceaccount.com')).toBeUndefined();
	expect(ask.escalation(path![0]!.escalation)).toMatch(/^[A-Z]/);
	expect(ask.note('user-managed-key')?.references[0]).toMatch(/^https:/);
	expect(ask.accounts().length).toBe(data.report.summary.inventory.serviceAccounts);
});

test('one line is left on the normal screen', () => {
	expect(farewell(sample)).toMatchInlineSnapshot(
		`"sa-audit: 2 findings (1 critical, 1 medium), 1 suppressed, 2 holes in what was read, as of 2026-11-22T10:00:00Z"`,
	);
});
