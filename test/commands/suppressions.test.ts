/** Findings that the configuration accepts, and `accept`, which writes that down. */
import {chmod, readFile, rm, stat, symlink, lstat} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {emailOf} from '../inventory/read.ts';
import {sa} from './run.ts';
import {BASE, grants, scratch, shopKey, webKey} from './triage-world.ts';

const {path, file, report} = scratch();
const ANN = 'user:ann@example.com';
const LINES = [...BASE, grants([ANN, 'user:bob@example.com']), shopKey, webKey];
const WHY = 'reason: known, owner: o@example.com';
let configs = 0;

async function audited(rules: string, ...args: string[]) {
	const config = await file(`c${configs++}.yaml`, `suppressions:\n${rules}`);
	return report('s', LINES, '--config', config, ...args);
}
const accepted = ({report: {findings}}: Awaited<ReturnType<typeof report>>): string[] =>
	findings
		.filter(({suppressed}) => suppressed !== undefined)
		.map(({check, principal, resource}) => `${check} ${principal ?? resource.split('/').at(-1)}`);

describe('a suppression', () => {
	test.each<[string, string, string[]]>([
		['of a check on a resource', `{check: user-managed-key, resource: "*/keys/k1", ${WHY}}`, ['user-managed-key k1']],
		[
			'of everything below a project',
			`{check: user-managed-key, resource: "//iam.googleapis.com/projects/*/serviceAccounts/*", ${WHY}}`,
			['user-managed-key k1', 'user-managed-key k2'],
		],
		[
			'of a principal',
			`{check: privilege-escalation, principal: "user:ann@*", ${WHY}}`,
			[`privilege-escalation ${ANN}`],
		],
		[
			'of a principal on a resource',
			`{check: privilege-escalation, principal: "${ANN}", resource: "*/${emailOf('root', 'shop')}", ${WHY}}`,
			[`privilege-escalation ${ANN}`],
		],
		[
			'of a principal on another resource',
			`{check: privilege-escalation, principal: "${ANN}", resource: "*/x", ${WHY}}`,
			[],
		],
		['whose pattern is not a regular expression', `{check: user-managed-key, resource: "//iam.*/keys/.1", ${WHY}}`, []],
		['of the whole name only', `{check: user-managed-key, resource: "keys/k1", ${WHY}}`, []],
		['whose parts may not overlap', `{check: user-managed-key, resource: "*/keys/k1*/keys/k1", ${WHY}}`, []],
	])('%s', async (_, rule, wanted) => {
		const ended = await audited(`  - ${rule}`);
		expect(accepted(ended)).toEqual(wanted);
		expect(ended.report.summary.suppressed).toBe(wanted.length);
		expect(ended.report.suppressions).toMatchObject([
			{status: wanted.length > 0 ? 'active' : 'unused', findings: wanted.length},
		]);
	});

	test('of a fingerprint, in either case', async () => {
		const {report: before} = await report('plain', LINES);
		const {fingerprint, check} = before.findings.find(finding => finding.resource.endsWith('k2'))!;
		const ended = await audited(`  - {fingerprint: "${fingerprint.toUpperCase()}", ${WHY}}`);
		expect(accepted(ended)).toEqual([`${check} k2`]);
		const other = await audited(`  - {fingerprint: "${fingerprint}", check: lateral-movement, ${WHY}}`);
		expect(accepted(other)).toEqual([]);
	});

	test('stays in JSON and SARIF, marked, and out of the numbers', async () => {
		const config = await file(
			'marked.yaml',
			`suppressions: [{check: user-managed-key, resource: "*", ${WHY}, until: 2026-12-31}]`,
		);
		const ended = await report('marked', LINES, '--config', config, '--fail-on=medium', '--only=user-managed-key');
		expect(ended.code).toBe(0);
		expect(ended.report.findings[0]!.suppressed).toEqual({
			reason: 'known',
			owner: 'o@example.com',
			until: '2026-12-31',
		});
		const sarif = JSON.parse((await sa(['render', ended.file, '--format=sarif'])).stdout) as {
			runs: {results: {suppressions: object[]}[]}[];
		};
		expect(sarif.runs[0]!.results[0]!.suppressions).toMatchObject([{kind: 'external', status: 'accepted'}]);
	});

	test('the first of several that fit gives its reason, and each counts', async () => {
		const ended = await audited(
			[
				'  - {check: user-managed-key, resource: "*k1", reason: over, owner: o, until: 2026-05-31}',
				'  - {check: user-managed-key, resource: "*k1", reason: first, owner: o}',
				'  - {check: user-managed-key, resource: "*", reason: second, owner: o}',
			].join('\n'),
		);
		const k1 = ended.report.findings.find(finding => finding.resource.endsWith('k1'))!;
		expect(k1.suppressed?.reason).toBe('first');
		expect(ended.report.suppressions!.map(({status, findings}) => [status, findings])).toEqual([
			['expired', 1],
			['active', 1],
			['active', 2],
		]);
	});
});

describe('one that accepts nothing is told', () => {
	const RULES = [
		'  - {check: user-managed-key, resource: "*/gone", reason: r, owner: o}',
		'  - {check: user-managed-key, resource: "*k1", reason: r, owner: o, until: 2026-05-31}',
		'  - {fingerprint: 0123456789abcdef0123, reason: r, owner: o}',
	].join('\n');

	test('with its line, and in every format for people', async () => {
		const ended = await audited(RULES);
		expect(ended.stderr).toMatch(
			/Warning: .*\.yaml:2: the suppression of user-managed-key on \*\/gone fits no finding/,
		);
		expect(ended.stderr).toMatch(/Warning: .*\.yaml:3: .* expired on 2026-05-31: 1 finding counts again/);
		expect(ended.stderr).toMatch(/Warning: .*\.yaml:4: the suppression of 0123456789abcdef0123 fits no finding/);
		expect(ended.report.suppressions!.map(({status}) => status)).toEqual(['unused', 'expired', 'unused']);
		expect((await sa(['render', ended.file])).stdout).toContain('ACCEPTS NOTHING: 3 suppressions');
		expect((await sa(['render', ended.file, '--format=markdown'])).stdout).toContain(
			'Suppressions that accept nothing: 3',
		);
		expect((await sa(['render', ended.file, '--format=sarif'])).stdout).toContain(
			'Accepts nothing: the suppression of',
		);
	});

	test('but not if what it could fit was left out', async () => {
		for (const args of [['--project=web'], ['--only=privilege-escalation']]) {
			const ended = await audited(RULES, ...args);
			expect(ended.stderr).not.toContain('fits no finding;');
			expect(ended.report.suppressions!.map(({status}) => status)).toEqual(['not judged', 'expired', 'not judged']);
		}
	});

	test('the same in every run', async () => {
		const [one, two] = [await audited(RULES), await audited(RULES)];
		expect({...one.report, run: 0}).toEqual({...two.report, run: 0});
	});
});

test.each<[string, string, string[], RegExp]>([
	[
		'neither fingerprint nor pattern',
		`{check: user-managed-key, ${WHY}}`,
		[],
		/suppressions\.0 must be given by a fingerprint/,
	],
	['no check', `{resource: "*", ${WHY}}`, [], /given by a fingerprint/],
	['no owner', '{fingerprint: 0123456789abcdef, reason: r}', [], /suppressions\.0\.owner is missing/],
	['an empty reason', '{fingerprint: 0123456789abcdef, reason: " ", owner: o}', [], /reason must not be empty/],
	['no fingerprint', `{fingerprint: xyz, ${WHY}}`, [], /fingerprint must be a finding's fingerprint/],
	['a bad date', `{fingerprint: 0123456789abcdef, ${WHY}, until: 2026-02-30}`, [], /until must be a date/],
	['an unknown key', `{fingerprint: 0123456789abcdef, ${WHY}, untill: 2027-01-01}`, [], /did you mean "until"/],
	['an unknown check', `{check: user-manged-key, resource: x, ${WHY}}`, [], /did you mean "user-managed-key"/],
	[
		'no end, and strict',
		`{fingerprint: 0123456789abcdef, ${WHY}}`,
		['--profile=strict'],
		/:2: suppressions\.0\.until is missing/,
	],
])('refused: %s', async (_, rule, args, message) => {
	const config = await file('bad.yaml', `suppressions:\n  - ${rule}\n`);
	const {code, stdout, stderr} = await sa(['audit', '--demo', '--config', config, ...args]);
	expect([code, stdout]).toEqual([2, '']);
	expect(stderr).toMatch(message);
});

test('a profile in the file itself is strict as well', async () => {
	const config = await file(
		'strict.yaml',
		`profile: strict\nsuppressions:\n  - {fingerprint: 0123456789abcdef, ${WHY}}\n`,
	);
	expect((await sa(['config', 'check', '--config', config])).code).toBe(2);
	expect((await sa(['config', 'check', '--config', config, '--profile=standard'])).code).toBe(0);
});

describe('accept', () => {
	const ID = '0123456789abcdef0123456789abcdef';
	const GOOD = ['--reason', 'legacy partner', '--owner', 'o@example.com', '--until', '2027-01-31'];

	test('writes what the next audit reads', async () => {
		const {file: saved, report: before} = await report('full', LINES);
		const {fingerprint} = before.findings.find(finding => finding.resource.endsWith('k1'))!;
		const config = await file('accepting.yaml', '# ours\ndomains: [example.com]   # two\n');
		const {code, stdout, stderr} = await sa(['accept', fingerprint, ...GOOD, '--config', config, '--report', saved]);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toBe(`${config} accepts user-managed-key on ${emailOf('root', 'shop')} key k1 until 2027-01-31.\n`);
		expect(await readFile(config, 'utf8')).toBe(
			'# ours\ndomains: [example.com]   # two\nsuppressions:\n' +
				`  # user-managed-key on ${emailOf('root', 'shop')} key k1\n` +
				`  - fingerprint: ${fingerprint}\n    reason: legacy partner\n    owner: o@example.com\n    until: 2027-01-31\n`,
		);
		expect(accepted(await report('accepted', LINES, '--config', config))).toEqual(['user-managed-key k1']);
	});

	test('makes the file if there is none', async () => {
		const config = path('fresh.yaml');
		expect((await sa(['accept', ID, ...GOOD, '--config', config])).code).toBe(0);
		expect(await readFile(config, 'utf8')).toContain(`suppressions:\n  - fingerprint: ${ID}\n`);
		expect((await stat(config)).mode & 0o777).toBe(0o600);
	});

	test('keeps the mode of the file, and a link to it', async () => {
		const config = await file('shared.yaml', 'profile: standard\n');
		await chmod(config, 0o644);
		await symlink(config, path('link.yaml'));
		expect((await sa(['accept', ID, ...GOOD, '--config', path('link.yaml')])).code).toBe(0);
		expect((await stat(config)).mode & 0o777).toBe(0o644);
		expect((await lstat(path('link.yaml'))).isSymbolicLink()).toBe(true);
		expect(await readFile(config, 'utf8')).toContain(ID);
	});

	test.each<[string, string, string[], string, RegExp]>([
		['what is no fingerprint', 'k1', GOOD, '', /"k1" is no fingerprint/],
		['no reason', ID, ['--owner', 'o'], '', /--reason/],
		['an empty reason', ID, ['--owner', 'o', '--reason', ' '], '', /--reason is empty/],
		['no owner', ID, ['--reason', 'r'], '', /--owner/],
		['a day that is none', ID, ['--reason', 'r', '--owner', 'o', '--until', '2027-02-30'], '', /is no date/],
		['a time', ID, ['--reason', 'r', '--owner', 'o', '--until', '2027-02-03T00:00:00Z'], '', /is no date/],
		['a day that is over', ID, ['--reason', 'r', '--owner', 'o', '--until', '2026-05-31'], '', /is over/],
		['no end under strict', ID, ['--reason', 'r', '--owner', 'o'], 'profile: strict\n', /strict, which demands an end/],
		[
			'what is accepted already',
			ID.toUpperCase(),
			GOOD,
			`suppressions:\n  - {fingerprint: ${ID}, reason: r, owner: o}\n`,
			/:2 accepts 0123456789abcdef0123456789abcdef already/,
		],
		[
			'what was accepted, and says until when',
			ID,
			GOOD,
			`suppressions:\n  - {fingerprint: ${ID}, reason: r, owner: o, until: 2026-05-31}\n`,
			/:2 accepted 0123456789abcdef0123456789abcdef until 2026-05-31[^]*new end/,
		],
		['a file with unknown keys', ID, GOOD, 'supressions: []\n', /did you mean "suppressions"/],
		['a file that is no YAML', ID, GOOD, 'a: [\n', /bad\.yaml:/],
	])('refuses %s, and leaves the file alone', async (_, id, args, text, message) => {
		const config = await file('bad.yaml', text);
		const {code, stdout, stderr} = await sa(['accept', id, ...args, '--config', config]);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toMatch(message);
		expect(await readFile(config, 'utf8')).toBe(text);
		await rm(config);
	});

	test('refuses a fingerprint that the report does not have, and a report that is none', async () => {
		const {file: saved} = await report('without', BASE);
		const config = path('untouched.yaml');
		const one = await sa(['accept', ID, ...GOOD, '--config', config, '--report', saved]);
		expect([one.code, one.stderr]).toEqual([2, expect.stringContaining(`has no finding ${ID}`)]);
		const two = await sa(['accept', ID, ...GOOD, '--config', config, '--report', path('s.ndjson')]);
		expect(two.code).toBe(2);
		await expect(stat(config)).rejects.toThrow('ENOENT');
	});

	test('a place that cannot be written is told, with its flag', async () => {
		const {code, stderr} = await sa(['accept', ID, ...GOOD, '--config', path('none/sa-audit.yaml')]);
		expect(code).toBe(2);
		expect(stderr).toMatch(
			/--config .* cannot be written: its directory does not exist\.\nName a file with --config=FILE/,
		);
	});

	test('the last day is still a day', async () => {
		const config = path('today.yaml');
		const args = ['--reason', 'r', '--owner', 'o', '--until', '2026-06-01', '--config', config];
		expect((await sa(['accept', ID, ...args])).code).toBe(0);
		expect((await sa(['accept', ID.replace('0', '1'), ...args, '--now', '2026-06-02T00:00:00Z'])).code).toBe(2);
	});
});
