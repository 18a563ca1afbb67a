import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {frameworks} from '../../src/compliance.ts';
import {sa} from './run.ts';

interface Shown {
	id: string;
	checks: {id: string; implemented: boolean; title: string | null}[];
	controls: {id: string; number: string; title: string; says: string; checks: Shown['checks']}[];
	practices: {number: number; title: string; unseen: string | null}[];
	brokers?: unknown[];
}

const json = async (...args: string[]): Promise<Shown> => {
	const {code, stdout} = await sa(['checks', ...args, '--format', 'json']);
	expect(code).toBe(0);
	return JSON.parse(stdout) as Shown;
};

describe('the catalogue', () => {
	test('one line a check, in order', async () => {
		const {code, stdout} = await sa(['checks']);
		expect(code).toBe(0);
		expect(stdout.match(/^[a-z-]+(?= {2})/gm)).toEqual(checks.map(check => check.id));
	});

	test('as data', async () => {
		const {checks: listed} = await json();
		expect(listed.map(check => check.id)).toEqual(checks.map(check => check.id));
		const {stdout} = await sa(['checks', '--format', 'ndjson']);
		expect(
			stdout
				.trimEnd()
				.split('\n')
				.map(line => JSON.parse(line)),
		).toEqual(listed);
	});
});

describe('one check', () => {
	test.each(checks.map(check => [check.id, check] as const))('%s says all of it', async (id, check) => {
		const {stdout} = await sa(['checks', id]);
		const text = stdout.replace(/\s+/g, ' ');
		for (const said of [
			check.title,
			check.severity,
			check.why,
			check.fix,
			check.example.fires,
			check.example.silent,
			...check.references,
		])
			expect(text).toContain(said);
		const facts = await json(id);
		expect(facts).toMatchObject({id, example: check.example, practice: check.practice, references: check.references});
		for (const {id: control, title} of facts.controls) expect(text).toContain(`${control} ${title}`);
		for (const {number, title} of facts.practices) expect(text).toContain(`${number} ${title}`);
	});

	test('settings with their defaults', async () => {
		const {stdout} = await sa(['checks', 'key-never-expires']);
		expect(stdout.replace(/\s+/g, ' ')).toContain('Default: 365; strict: 90');
	});

	test('an unknown one', async () => {
		const {code, stderr} = await sa(['checks', 'user-managed-kye']);
		expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean "user-managed-key"?')]);
	});
});

describe('a framework', () => {
	test.each(frameworks().map(({id}) => id))('%s: each control with its checks', async id => {
		const framework = frameworks().find(known => known.id === id)!;
		const report = await json('--framework', id.toLowerCase());
		expect(report.id).toBe(id);
		expect(report.controls.map(control => control.id)).toEqual(framework.controls.map(({number}) => `${id}:${number}`));
		const {stdout} = await sa(['checks', '--framework', id]);
		const text = stdout.replace(/\s+/g, ' ');
		for (const {number, title, says, checks: named} of report.controls) {
			expect(text).toContain(`${number} ${title} says ${says}`);
			for (const {id: check, implemented, title: own} of named) {
				expect(implemented).toBe(checks.some(known => known.id === check));
				expect(own).toBe(checks.find(known => known.id === check)?.title ?? null);
				expect(text).toContain(`check ${check}${implemented ? '' : ' (not in this version)'}`);
			}
		}
	});

	test('an unknown one: the nearest, and all there are', async () => {
		const {code, stdout, stderr} = await sa(['checks', '--framework', 'CIS-GPC-4.0']);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toContain('there is no framework "CIS-GPC-4.0"; did you mean "CIS-GCP-4.0"?');
		expect(stderr).toContain('NIST-800-53-R5');
	});
});

describe('practices', () => {
	test('all twenty-nine, each with its checks', async () => {
		const {practices, brokers} = await json('--practices');
		expect(practices).toHaveLength(29);
		expect(practices[4]).toMatchObject({
			number: 5,
			checks: expect.arrayContaining(['user-managed-key', 'key-rotation-overdue']),
		});
		expect(practices[25]!.unseen).toMatch(/firewall/);
		expect(brokers).toBeUndefined();
		const {stdout} = await sa(['checks', '--practices']);
		expect(stdout.match(/^ ?\d+ {2}/gm)).toHaveLength(29);
	});

	test('with a source, the brokers of it', async () => {
		const {brokers} = await json('--practices', '--demo');
		expect(brokers).toEqual([
			expect.objectContaining({account: 'vm-airflow@tidewick-data-prod.iam.gserviceaccount.com', others: 2}),
		]);
		const {stdout} = await sa(['checks', '--practices', '--demo']);
		expect(stdout).toContain('Brokers (accounts that can mint tokens for two or more others): 1');
	});
});

test.each([
	[['--practices', '--framework', 'CIS-GCP-4.0'], '--framework and --practices do not go together'],
	[['user-managed-key', '--practices'], 'an id and --practices do not go together'],
	[['--demo'], 'The catalogue is the same for all organizations'],
	[['--framework', 'CIS-GCP-4.0', '--project', 'p'], 'The catalogue is the same for all organizations'],
])('%j is wrong usage', async (args, message) => {
	const {code, stdout, stderr} = await sa(['checks', ...args]);
	expect([code, stdout]).toEqual([2, '']);
	expect(stderr).toContain(message);
});
