/** The schedule, by a clock that only waiting moves. */
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Execute} from '../../src/schedule/child.ts';
import type {Entry, RunEntry} from '../../src/schedule/entry.ts';
import {readEntries} from '../../src/schedule/ledger.ts';
import {NO_FLAGS} from '../../src/schedule/plan.ts';
import {
	type NoticeRule,
	type RetentionRule,
	type TargetRule,
	watchSettings,
	type WatchRule,
} from '../../src/schedule/settings.ts';
import {missed, timetable} from '../../src/schedule/timing.ts';
import {verifyLedger} from '../../src/schedule/verify.ts';
import {type ScheduledScope, Watch} from '../../src/schedule/watch.ts';
import {sa} from '../commands/run.ts';
import {type Edge, edge, runs, temporaryFolder} from './edge.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Given {
	scopes?: Record<string, string>;
	zone?: string;
	rule?: WatchRule;
	retention?: RetentionRule;
	targets?: readonly TargetRule[];
	notices?: readonly NoticeRule[];
	execute: Execute;
}

function scheduled(at: Edge, folder: string, given: Given): Watch {
	const settings = watchSettings(given.rule ?? {});
	const scopes = Object.entries(given.scopes ?? {daily: '0 6 * * *'}).map(([name, cron]): ScheduledScope => ({
		name,
		flags: NO_FLAGS,
		table: timetable(cron, given.zone ?? 'UTC'),
		jitter: settings.jitter,
	}));
	return new Watch({
		folder,
		scopes,
		settings,
		retention: given.retention ?? {},
		targets: given.targets ?? [],
		notices: given.notices ?? [],
		key: undefined,
		io: at.io,
		execute: given.execute,
		quiet: false,
	});
}

/** Stops after so many runs. */
function times(at: Edge, most: number, execute: Execute): Execute {
	let done = 0;
	return async (...args) => {
		const outcome = await execute(...args);
		if (++done === most) at.stop('SIGTERM');
		return outcome;
	};
}

const kinds = (entries: readonly Entry[]): string[] =>
	entries.map(entry => (entry.kind === 'run' ? `${entry.scope} ${entry.status}` : entry.kind));
const isRun = (entry: Entry): entry is Entry & RunEntry => entry.kind === 'run';
const starts = (entries: readonly Entry[]): string[] => entries.filter(isRun).map(({startedAt}) => startedAt);

describe('cron expressions', () => {
	const next = (cron: string, zone: string, after: string): string =>
		new Date(timetable(cron, zone).next(Date.parse(after))!).toISOString();

	test.each([
		['0 6 * * *', 'UTC', '2026-06-01T05:59:59Z', '2026-06-01T06:00:00.000Z'],
		['0 6 * * *', 'Europe/Berlin', '2026-06-01T00:00:00Z', '2026-06-01T04:00:00.000Z'],
		['0 6 * * *', 'Europe/Berlin', '2026-12-01T00:00:00Z', '2026-12-01T05:00:00.000Z'],
		['0 6 * * 1-5', 'America/New_York', '2026-06-05T12:00:00Z', '2026-06-08T10:00:00.000Z'],
		['*/15 * * * *', 'Asia/Kolkata', '2026-06-01T00:01:00Z', '2026-06-01T00:15:00.000Z'],
	])('%s in %s after %s is %s', (cron, zone, after, wanted) => {
		expect(next(cron, zone, after)).toBe(wanted);
	});

	test('a day without 02:30, and one with two of them, have one run each', () => {
		const table = timetable('30 2 * * *', 'Europe/Berlin');
		for (const day of ['2026-03-28T12:00:00Z', '2026-10-24T12:00:00Z']) {
			const first = table.next(Date.parse(day))!;
			expect(table.next(first)! - first).toBeGreaterThan(20 * HOUR);
		}
	});

	test('what was missed is counted, without an end', () => {
		const table = timetable('* * * * *', 'UTC');
		const from = Date.parse('2026-06-01T00:00:00Z');
		expect(missed(table, from, from + 30_000)).toBeUndefined();
		expect(missed(table, from, from + 3 * MINUTE)).toEqual({last: from + 3 * MINUTE, count: 3});
		expect(missed(table, from, from + 10_000 * HOUR)?.count).toBe(1000);
	});
});

describe('watch', () => {
	test('runs when it is due, and says so in the ledger', async () => {
		const at = edge('2026-06-01T00:00:00Z');
		const folder = temporaryFolder();
		await scheduled(at, folder, {
			execute: times(
				at,
				3,
				runs(at, () => MINUTE),
			),
		}).forever();
		const entries = await readEntries(folder);
		expect(kinds(entries)).toEqual(['daily completed', 'daily completed', 'daily completed']);
		expect(starts(entries)).toEqual([
			'2026-06-01T06:00:00.000Z',
			'2026-06-02T06:00:00.000Z',
			'2026-06-03T06:00:00.000Z',
		]);
		expect(entries[1]).toMatchObject({
			comparedWith: (entries[0] as RunEntry).run,
			scheduledAt: '2026-06-02T06:00:00.000Z',
		});
		expect((await verifyLedger(folder)).intact).toBe(true);
	});

	test('jitter delays the start, and the schedule stays where it was', async () => {
		const at = edge('2026-06-01T00:00:00Z');
		const folder = temporaryFolder();
		await scheduled(at, folder, {
			rule: {jitter: '10m'},
			execute: times(
				at,
				2,
				runs(at, () => 0),
			),
		}).forever();
		const entries = await readEntries(folder);
		expect(starts(entries)).toEqual(['2026-06-01T06:05:00.000Z', '2026-06-02T06:05:00.000Z']);
		expect(entries[1]).toMatchObject({scheduledAt: '2026-06-02T06:00:00.000Z'});
	});

	test('several scopes, one at a time: who was due meanwhile is next', async () => {
		const at = edge('2026-06-01T05:00:00Z');
		const folder = temporaryFolder();
		const scopes = {big: '0 6 * * *', small: '10 6 * * *'};
		await scheduled(at, folder, {
			scopes,
			execute: times(
				at,
				2,
				runs(at, nth => (nth === 0 ? HOUR : 0)),
			),
		}).forever();
		expect(starts(await readEntries(folder))).toEqual(['2026-06-01T06:00:00.000Z', '2026-06-01T07:00:00.000Z']);
	});

	test('a run that takes longer than its schedule: one more for all that came meanwhile', async () => {
		const at = edge('2026-06-01T05:30:00Z');
		const folder = temporaryFolder();
		const long = times(
			at,
			2,
			runs(at, nth => (nth === 0 ? 3.5 * HOUR : 0)),
		);
		await scheduled(at, folder, {scopes: {hourly: '0 * * * *'}, execute: long}).forever();
		const entries = await readEntries(folder);
		expect(entries).toHaveLength(2);
		expect(entries[1]).toMatchObject({scheduledAt: '2026-06-01T09:00:00.000Z', missed: 2});
	});

	test('or none, and the ledger says that they were skipped', async () => {
		const at = edge('2026-06-01T05:30:00Z');
		const folder = temporaryFolder();
		const long = times(
			at,
			2,
			runs(at, nth => (nth === 0 ? 3.5 * HOUR : 0)),
		);
		await scheduled(at, folder, {scopes: {hourly: '0 * * * *'}, rule: {overlap: 'skip'}, execute: long}).forever();
		const entries = await readEntries(folder);
		expect(kinds(entries)).toEqual(['hourly completed', 'skipped', 'hourly completed']);
		expect(entries[1]).toMatchObject({reason: 'another run was under way', missed: 2});
		expect(starts(entries)[1]).toBe('2026-06-01T10:00:00.000Z');
	});

	describe('after a sleep', () => {
		async function asleep(rule: WatchRule): Promise<Entry[]> {
			const at = edge('2026-06-01T05:59:00Z');
			const folder = temporaryFolder();
			let isAsleep = false;
			const sleep = at.io.sleep;
			// The machine is closed after the first run, for three days and some hours.
			at.io.sleep = async time => {
				await sleep(isAsleep ? 3 * 24 * HOUR + 5 * HOUR : time);
				isAsleep = false;
			};
			const execute = runs(at, () => 0);
			const watched = times(at, 2, async (...args) => {
				isAsleep = true;
				return execute(...args);
			});
			await scheduled(at, folder, {rule, execute: watched}).forever();
			return readEntries(folder);
		}

		test('one run catches up, and says how many it stands for', async () => {
			const entries = await asleep({});
			expect(kinds(entries)).toEqual(['daily completed', 'daily completed']);
			expect(entries[1]).toMatchObject({
				startedAt: '2026-06-04T11:00:00.000Z',
				scheduledAt: '2026-06-04T06:00:00.000Z',
				missed: 2,
			});
		});

		test('without catch-up it waits for its next time', async () => {
			const entries = await asleep({catchUp: false});
			expect(kinds(entries)).toEqual(['daily completed', 'skipped', 'daily completed']);
			expect(entries[1]).toMatchObject({reason: 'missed', missed: 2});
			expect(starts(entries)[1]).toBe('2026-06-05T06:00:00.000Z');
		});
	});

	test('what was missed while nobody ran us is caught up at the start', async () => {
		const folder = temporaryFolder();
		const first = edge('2026-06-01T05:00:00Z');
		await scheduled(first, folder, {
			execute: times(
				first,
				1,
				runs(first, () => 0),
			),
		}).forever();
		const later = edge('2026-06-05T12:00:00Z');
		await scheduled(later, folder, {
			execute: times(
				later,
				1,
				runs(later, () => 0),
			),
		}).forever();
		const entries = await readEntries(folder);
		expect(entries[1]).toMatchObject({startedAt: '2026-06-05T12:00:00.000Z', missed: 3});
	});

	test('a failed run is a line, and the next one comes in its time', async () => {
		const at = edge('2026-06-01T05:00:00Z');
		const folder = temporaryFolder();
		const failing = runs(
			at,
			() => 0,
			nth => (nth === 0 ? {code: 3, said: 'nothing could be collected'} : {}),
		);
		const broken: Execute = async (args, options, io) => {
			const outcome = await failing(args, options, io);
			if (outcome.code === 3) for (const name of ['report.json', '.summary.json']) rmSync(join(args[1]!, name));
			return outcome;
		};
		const watch = scheduled(at, folder, {execute: times(at, 2, broken)});
		await watch.forever();
		const entries = await readEntries(folder);
		expect(entries[0]).toMatchObject({status: 'failed', exit: 3, reason: 'nothing could be collected'});
		expect(entries[1]).toMatchObject({status: 'completed'});
		expect(entries[1]).not.toHaveProperty('comparedWith');
		expect(watch.health).toMatchObject({ok: true, lastError: null, lastRun: {status: 'completed'}});
	});

	test('a run whose report was changed afterwards is not compared with, and the line says why', async () => {
		const at = edge('2026-06-01T05:00:00Z');
		const folder = temporaryFolder();
		const execute = runs(at, () => 0);
		const changing = times(at, 2, async (...args) => {
			for (const name of readdirSync(folder)) {
				if (name.startsWith('2')) writeFileSync(join(folder, name, 'report.json'), 'changed');
			}
			return execute(...args);
		});
		const watch = scheduled(at, folder, {execute: changing});
		await watch.once();
		writeFileSync(join(folder, ((await readEntries(folder))[0] as RunEntry).run, 'report.json'), 'changed');
		await watch.once();
		const [, second] = await readEntries(folder);
		expect(second).toMatchObject({reason: expect.stringContaining('is not as it was recorded')});
		expect(second).not.toHaveProperty('comparedWith');
	});

	test('what follows a run: copies, notices, and a code that says what failed of it', async () => {
		const at = edge('2026-06-01T05:00:00Z', {HOOK: 'http://127.0.0.1:1/'});
		const folder = temporaryFolder();
		const [bad, good] = [join(temporaryFolder(), 'file'), temporaryFolder()];
		writeFileSync(bad, '');
		const watch = scheduled(at, folder, {
			execute: runs(
				at,
				() => 0,
				() => ({code: 2, said: 'no such file'}),
			),
			targets: [{name: 'usb', directory: bad}, {directory: good}],
			notices: [{kind: 'slack', url: {env: 'HOOK'}}],
		});
		expect(await watch.once()).toMatchObject([{code: 2, done: {entry: {status: 'failed'}}}]);
		expect(at.said()).toMatch(/Warning: the target usb failed: .*It is tried again after the next run\./);
		expect(at.said()).toMatch(/Warning: The notice slack could not be sent/);
		expect(readFileSync(join(folder, 'dead-letter.ndjson'), 'utf8')).toContain('no such file');
		expect(await verifyLedger(good)).toMatchObject({intact: true, runs: 1});
		expect(watch.health).toMatchObject({ok: false, lastError: expect.stringContaining('the target usb failed')});
	});

	test('old runs are deleted, and the chain still holds', async () => {
		const at = edge('2026-06-01T05:00:00Z');
		const folder = temporaryFolder();
		await scheduled(at, folder, {
			retention: {runs: 2},
			execute: times(
				at,
				6,
				runs(at, () => 0),
			),
		}).forever();
		const entries = await readEntries(folder);
		const all = entries.filter(isRun).map(({run}) => run);
		// The stop came before the last one was followed by a deletion.
		expect(readdirSync(folder).filter(name => name.startsWith('2'))).toEqual(all.slice(-3));
		expect(await verifyLedger(folder)).toMatchObject({intact: true, runs: 6, pruned: 3});
		mkdirSync(join(folder, all[0]!));
		const again = edge('2026-06-07T05:00:00Z');
		await scheduled(again, folder, {retention: {runs: 2}, execute: runs(again, () => 0)}).once();
		expect(readdirSync(folder)).not.toContain(all[0]);
		expect((await verifyLedger(folder)).intact).toBe(true);
	});

	test('the last run with a report stays, however old, since the next one is compared with it', async () => {
		const folder = temporaryFolder();
		const first = edge('2026-01-01T00:00:00Z');
		await scheduled(first, folder, {execute: runs(first, () => 0)}).once();
		const later = edge('2026-06-01T00:00:00Z');
		const failing = runs(
			later,
			() => 0,
			() => ({code: 2, said: 'no'}),
		);
		await scheduled(later, folder, {retention: {days: 10}, execute: failing}).once();
		const entries = await readEntries(folder);
		expect(kinds(entries)).toEqual(['daily completed', 'daily failed']);
		expect((await verifyLedger(folder)).pruned).toBe(0);
	});
});

describe('the command says what is wrong before anything runs', () => {
	const directory = (): string => `--directory=${temporaryFolder()}`;
	test.each([
		[['--once', '--demo'], 'watch needs a directory for its ledger and reports.'],
		[['--once', directory], 'watch was not told what to audit.'],
		[['--demo', directory], 'watch was not told when to run.'],
		[['--demo', '--cron=0 25 * * *', directory], '--cron 0 25 * * * or its time zone is none'],
		[['--demo', '--cron=0 6 * * *', '--time-zone=Mars/Olympus', directory], 'or its time zone is none'],
		[['--once', '--assets=-', directory], 'watch cannot read standard input.'],
		[['--once', '--organization=abc', directory], '--organization abc is no organization id.'],
		[['--once', '--demo', '--scope=A B', directory], '--scope A B is no name.'],
		[['--once', '--scope=x', directory], 'There is no schedule "x".'],
		[['--demo', '--health=70000', directory], 'It must be a port'],
	])('%j', async (args, message) => {
		const {code, stderr} = await sa(['watch', ...args.map(arg => (typeof arg === 'string' ? arg : arg()))]);
		expect({code, stderr}).toMatchObject({code: 2, stderr: expect.stringContaining(message)});
	});
});
