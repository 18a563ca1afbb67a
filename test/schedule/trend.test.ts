/** What a run differs in from the one before, and what many of them come to. */
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import {historyText} from '../../src/commands/history-text.ts';
import type {CoverageLine, Report, Severity} from '../../src/report.ts';
import {changesOf, type Expiring, expiringKeys} from '../../src/schedule/changes.ts';
import type {Entry} from '../../src/schedule/entry.ts';
import {carryOn, type Sighting} from '../../src/schedule/first-seen.ts';
import {historyOf} from '../../src/schedule/history.ts';
import {expired} from '../../src/schedule/retention.ts';
import {summaryOf} from '../../src/schedule/summary.ts';
import {account, IAM, emailOf, project, read, resource} from '../inventory/read.ts';
import {plainFinding, sample, withFindings} from '../reports/sample.ts';
import {NONE, summary} from './edge.ts';

const NOW = '2026-06-11T00:00:00.000Z';
const BEFORE = '2026-06-01T00:00:00.000Z';

interface Given {
	findings: string[];
	fixed?: string[];
	unknown?: string[];
	/** Checks that could not judge everything. */
	unsure?: string[];
	coverage?: CoverageLine[];
	projects?: number;
}

/** Findings by fingerprint; `c-x` is critical, the rest low; all of one check. */
function report({findings, fixed = [], unknown = [], unsure = [], coverage = [], projects = 9}: Given): Report {
	const severity = (name: string): Severity => (name.startsWith('c-') ? 'critical' : 'low');
	const made = findings.map(fingerprint => ({
		...plainFinding,
		check: 'a',
		fingerprint,
		severity: severity(fingerprint),
		suppressed: undefined,
	}));
	const gone = (names: string[]) =>
		names.map(fingerprint => ({
			check: 'a',
			fingerprint,
			severity: severity(fingerprint),
			message: fingerprint,
			resource: '',
		}));
	const whole = withFindings(made as never);
	return {
		...whole,
		run: {...whole.run, now: NOW},
		summary: {...whole.summary, inventory: {...whole.summary.inventory, projects}},
		coverage,
		checks: [{id: 'a', status: 'fail', examined: 1, findings: 1, ...(unsure.includes('a') && {reason: 'not read'})}],
		baseline: {
			run: {id: 'before', now: BEFORE},
			summary: {new: 0, unchanged: 0, fixed: 0, unknown: 0, newBySeverity: NONE},
			fixed: gone(fixed),
			unknown: gone(unknown),
		},
	};
}

const seen = (...names: (string | [string, true])[]): Map<string, Sighting> =>
	new Map(
		names.map(name => {
			const [fingerprint, unread] = typeof name === 'string' ? [name] : name;
			return [fingerprint, {fingerprint, check: 'a', severity: 'low', since: BEFORE, ...(unread && {unread})}];
		}),
	);

describe('since when', () => {
	test('new ones from now on, others as before, fixed ones with how long they were there', () => {
		const given = report({findings: ['old', 'c-new'], fixed: ['gone']});
		const carried = carryOn(given, seen('old', 'gone'));
		expect([...carried.sightings.values()].map(({fingerprint, since}) => [fingerprint, since])).toEqual([
			['old', BEFORE],
			['c-new', NOW],
		]);
		expect(summaryOf(given, carried)).toMatchObject({
			fresh: {...NONE, critical: 1},
			fixed: {...NONE, low: 1},
			fixTime: {findings: 1, seconds: 10 * 86_400},
			checks: {a: 2},
		});
	});

	test('what was out of sight is neither fixed, nor new when it comes back', () => {
		const hidden = carryOn(report({findings: [], unknown: ['x'], unsure: ['a']}), seen('x'));
		expect(hidden.fixed).toEqual([]);
		expect(hidden.sightings.get('x')).toMatchObject({unread: true, since: BEFORE});
		const back = carryOn(report({findings: ['x']}), hidden.sightings);
		expect([...back.fresh]).toEqual([]);
		expect(back.sightings.get('x')).toEqual({fingerprint: 'x', check: 'a', severity: 'low', since: BEFORE});
	});

	test('and fixed only when its check has judged everything again', () => {
		const still = carryOn(report({findings: [], unsure: ['a']}), seen(['x', true]));
		expect(still.fixed).toEqual([]);
		expect(carryOn(report({findings: []}), still.sightings).fixed).toMatchObject([{fingerprint: 'x'}]);
	});

	test('without a run before, nothing is called new or fixed', () => {
		const {baseline, ...first} = report({findings: ['x']});
		expect(baseline).toBeDefined();
		const made = summaryOf(first, carryOn(first, new Map()));
		expect(made).not.toHaveProperty('fresh');
		expect(made).not.toHaveProperty('fixed');
	});
});

describe('changes', () => {
	const hole = (scope: string, status: CoverageLine['status']): CoverageLine => ({
		fact: 'groups',
		scope,
		status,
		records: 0,
	});
	const before = (coverage: CoverageLine[], projects = 9, expiring: Expiring[] = []) => ({
		coverage,
		projects,
		expiring,
	});
	const changes = (given: Given, was: ReturnType<typeof before>) => {
		const made = report(given);
		return changesOf(made, carryOn(made, new Map()), [], was);
	};

	test('findings by name, the worst first', () => {
		const made = changes({findings: ['low', 'c-bad'], fixed: ['gone']}, before([]));
		expect(made.fresh!.map(({fingerprint}) => fingerprint)).toEqual(['c-bad', 'low']);
	});

	test.each([
		['the same hole', [hole('p', 'missing')], [hole('p', 'missing')], []],
		['a new hole', [hole('p', 'missing')], [], ['groups of p is missing']],
		['a deeper one', [hole('p', 'missing')], [hole('p', 'partial')], ['groups of p is missing']],
		['a mended one', [hole('p', 'complete')], [hole('p', 'missing')], []],
	])('coverage: %s', (_, now, was, told) => {
		expect(changes({findings: [], coverage: now}, before(was)).unread).toEqual(told);
	});

	test.each([
		[9, 9, []],
		[9, 10, []],
		[8, 10, ['8 projects were seen, 10 before']],
		[95, 100, []],
	])('%i projects where there were %i', (projects, were, told) => {
		expect(changes({findings: [], projects}, before([], were)).unread).toEqual(told);
	});

	test('keys come nearer at 60, 30 and 7 days, and are told of once each time', () => {
		const at = (days: number) => new Date(Date.parse(NOW) + days * 86_400_000).toISOString();
		const keys = [[90], [59], [30], [6.5], [0.1], [-1], [5, true]] as [number, boolean?][];
		const {inventory: made} = read([
			project('p', 1),
			account('p', 'a'),
			...keys.map(([days, disabled], index) =>
				resource(
					'iam.googleapis.com/ServiceAccountKey',
					`${IAM}projects/p/serviceAccounts/${emailOf('a', 'p')}/keys/${index}`,
					{
						name: `projects/p/serviceAccounts/${emailOf('a', 'p')}/keys/${index}`,
						keyType: 'USER_MANAGED',
						validAfterTime: BEFORE,
						validBeforeTime: at(days),
						...(disabled && {disabled}),
					},
				),
			),
		]);
		const found = expiringKeys(made, Date.parse(NOW));
		expect(found.map(({key: name, stage}) => [name.at(-1), stage])).toEqual([
			['4', 7],
			['3', 7],
			['2', 30],
			['1', 60],
		]);
		const told = report({findings: []});
		const nearer = (was: Expiring[]) =>
			changesOf(told, carryOn(told, new Map()), found, before([], 9, was)).nearer.map(({key: name}) => name.at(-1));
		expect(nearer([])).toEqual(['4', '3', '2', '1']);
		expect(nearer(found)).toEqual([]);
		expect(nearer(found.map(one => ({...one, stage: 60})))).toEqual(['4', '3', '2']);
	});
});

const run = (number: number, more: object = {}): Entry =>
	({
		version: 1,
		number,
		at: '',
		previous: '',
		kind: 'run',
		run: `r${number}`,
		scope: 'a',
		status: 'completed',
		startedAt: `2026-06-0${number}T06:00:00.000Z`,
		finishedAt: '',
		summary: summary(),
		files: [],
		...more,
	}) as Entry;

describe('history', () => {
	const entries = [
		run(1),
		run(2, {
			summary: summary({
				findings: {...NONE, high: 1},
				checks: {'user-managed-key': 1},
				fresh: NONE,
				fixed: {...NONE, high: 1},
				fixTime: {findings: 1, seconds: 3 * 86_400},
			}),
		}),
		run(3, {status: 'broken', summary: undefined, reason: 'it was killed'}),
		run(4, {scope: 'b'}),
		{version: 1, number: 5, at: '', previous: '', kind: 'skipped', scope: 'a', reason: 'missed'} as Entry,
	];

	test('of one scope', () => {
		expect(historyOf(entries, 'a')).toMatchObject({
			points: [
				{run: 'r1', new: null, fixed: null, findings: {high: 2}},
				{run: 'r2', new: 0, fixed: 1, findings: {high: 1}, checks: {'user-managed-key': 1}},
			],
			meanTimeToFix: 3 * 86_400,
			fixed: 1,
			failed: [{run: 'r3', status: 'broken'}],
			skipped: 1,
		});
	});

	test('as text', () => {
		expect([...historyText(historyOf(entries, 'a'))].join('')).toMatchInlineSnapshot(`
			"run                  critical high     medium   low      new     fixed   read    holes
			2026-06-01T06:00:00Z 0        2        0        0        -       -       90 %    1
			2026-06-02T06:00:00Z 0        1        0        0        0       1       90 %    1

			By check, first run and last:
			  user-managed-key                              2      1

			Mean time to fix: 3.0 days (1 finding).
			broken: r3: it was killed
			skipped: 1 run
			"
		`);
		expect([...historyText(historyOf([]))].join('')).toContain('No run has a report.');
	});

	test('in the HTML report', () => {
		const {points} = historyOf(entries, 'a');
		const options = {color: false, columns: 80};
		const page = [...formats.html({...sample, history: points}, options)].join('');
		expect(page).toContain('<h2>Trend</h2>');
		expect(page).toContain('2026-06-02T06:00:00.000Z: 0 critical, 1 high, 0 medium, 0 low; 0 new, 1 fixed');
		expect(page).toContain('"history":[{"run":"r1"');
		expect([...formats.html(sample, options)].join('')).not.toContain('<h2>Trend</h2>');
	});
});

describe('retention', () => {
	const now = Date.parse('2026-06-09T06:00:00.000Z');
	const entries = [1, 2, 3, 4, 5, 6].map(number => run(number, {scope: number === 1 ? 'b' : 'a'}));

	test.each([
		['no rule keeps all', {}, []],
		['so many of each scope', {runs: 2}, ['r2', 'r3', 'r4']],
		['the young', {days: 5}, ['r2', 'r3', 'r4']],
		['either keeps', {runs: 3, days: 4}, ['r2', 'r3']],
		['the last of each scope always stays', {days: 1}, ['r2', 'r3', 'r4', 'r5']],
	])('%s', (_, rule, gone) => {
		expect(expired(entries, rule, now)).toEqual(gone);
	});

	test('what was deleted is not deleted again, and a failed run does not stand for one with a report', () => {
		const more = [
			...entries,
			{version: 1, number: 7, at: '', previous: '', kind: 'pruned', runs: ['r2', 'r3']} as Entry,
			run(8, {status: 'failed', summary: undefined}),
		];
		expect(expired(more, {runs: 1}, now)).toEqual(['r4', 'r5']);
	});
});
