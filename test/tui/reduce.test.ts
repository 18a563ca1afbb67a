/** What keys and events do to the state, without a terminal and without Ink. */
import {beforeAll, describe, expect, test} from 'vitest';
import {whatIsShown} from '../../src/tui/now.ts';
import {initialState, screenNow, type State} from '../../src/tui/state.ts';
import {sample, withFindings} from '../reports/sample.ts';
import {after, demoData, opened, reportData, run} from './data.ts';

let start: State;

beforeAll(async () => {
	start = opened(await demoData());
});

/** Where one is, as a line. */
const trail = ({stacks, tab}: State): string => stacks[tab].map(({place}) => place.view).join(' > ');
const rows = (state: State): number => {
	const {body} = whatIsShown(state)!;
	return body.kind === 'list' ? body.count : -1;
};

test.each<[keys: string[], trail: string]>([
	[[], 'overview'],
	[['2'], 'findings'],
	[['2', 'enter'], 'findings > finding'],
	[['2', 'enter', 'p'], 'findings > finding > path'],
	[['2', 'p'], 'findings > path'],
	[['2', 'p', 'enter'], 'findings > path > node'],
	[['2', 'p', 'down', 'down', 'enter', 'enter'], 'findings > path > node > path'],
	[['2', 'p', 'enter', 'esc'], 'findings > path'],
	[['2', 'enter', 'q'], 'findings'],
	[['2', 'enter', '3', '2'], 'findings > finding'],
	[['enter'], 'overview > findings'],
	[['enter', 'esc'], 'overview'],
	[['down', 'down', 'down', 'down', 'enter'], 'overview > finding'],
	[['3', 'enter'], 'accounts > node'],
	[['3', 'enter', 'enter'], 'accounts > node > path'],
	[['4', 'enter'], 'coverage > hole'],
	[['tab', 'tab', 'tab', 'tab'], 'overview'],
	[['shift+tab'], 'coverage'],
	[['esc'], 'overview'],
])('after %j one is at %s', (keys, expected) => {
	expect(trail(after(start, ...keys))).toBe(expected);
});

describe('the filter', () => {
	test('narrows with every letter, and Enter keeps it', () => {
		const typing = after(start, '2', '/', 'type:check:user-managed-key');
		expect(typing.mode).toBe('filter');
		const keys = [...start.data!.report.findings].filter(({check}) => check === 'user-managed-key').length;
		expect(rows(typing)).toBe(keys);
		const kept = after(typing, 'enter');
		expect([kept.mode, rows(kept), screenNow(kept).filter]).toEqual(['browse', keys, 'check:user-managed-key']);
	});

	test('Esc while typing brings the one before back, Esc afterwards clears it', () => {
		const kept = after(start, '2', '/', 'type:key', 'enter');
		const left = after(kept, '/', 'type:zzz', 'esc');
		expect(screenNow(left).filter).toBe('key');
		expect(screenNow(after(left, 'esc')).filter).toBe('');
	});

	test('arrows move in the list meanwhile; what fits nothing leaves nothing to open', () => {
		expect(screenNow(after(start, '2', '/', 'type:key', 'down', 'down')).cursor).toBe(2);
		const nothing = after(start, '2', '/', 'type:nobody', 'enter', 'enter');
		expect([trail(nothing), rows(nothing)]).toEqual(['findings', 0]);
		expect(after(nothing, 'y')).toEqual(after(nothing));
	});

	test('of a severity on the overview leads to just those findings', () => {
		const critical = after(start, 'enter');
		expect(screenNow(critical).filter).toBe('severity:critical');
		expect(rows(critical)).toBe(start.data!.report.summary.findings.critical);
	});
});

describe('groups', () => {
	test('go through check, project, account, cause and none', () => {
		const kinds = [1, 2, 3, 4, 5].map(times => screenNow(after(start, '2', ...Array(times).fill('b'))).group);
		expect(kinds).toEqual(['check', 'project', 'account', 'cause', undefined]);
	});

	test('unfold with Enter, and fold from inside', () => {
		const grouped = after(start, '2', 'b');
		const checks = new Set([...start.data!.report.findings].map(({check}) => check)).size;
		expect(rows(grouped)).toBe(checks);
		const open = after(grouped, 'enter', 'down', 'down');
		expect(rows(open)).toBeGreaterThan(checks);
		const folded = after(open, 'left');
		expect([rows(folded), screenNow(folded).cursor]).toEqual([checks, 0]);
	});
});

describe('acting on a finding', () => {
	test('the fix is copied as its commands, one a line', () => {
		const {effect} = after(start, '2', 'c');
		expect(effect).toMatchObject({kind: 'copy', text: expect.stringMatching(/^gcloud [^\n]+$/), what: 'the fix'});
	});

	test('what mends a hole is copied as well', () => {
		expect(after(start, '4', 'c').effect).toMatchObject({
			kind: 'copy',
			text: expect.stringContaining('Policy Analyzer'),
		});
	});

	test('accepting asks for three things, and tells the answer', () => {
		const asked = after(start, '2', 'a', 'type:it is fine', 'enter', 'type:a@b.c', 'enter', 'type:2027-01-31', 'enter');
		expect(asked.effect).toEqual({
			kind: 'accept',
			finding: 0,
			reason: 'it is fine',
			owner: 'a@b.c',
			until: '2027-01-31',
		});
		expect(asked.form?.busy).toBe(true);
		const refused = run(asked, {type: 'failed', text: 'no such day'});
		expect(refused.form).toMatchObject({busy: false, problem: 'no such day'});
		const {fingerprint} = start.data!.table.brief(0);
		const suppression = {reason: 'it is fine', owner: 'a@b.c', until: '2027-01-31'};
		const done = run(asked, {type: 'accepted', fingerprint, suppression, text: 'done'});
		expect([done.mode, done.notice?.text]).toEqual(['browse', 'done']);
		expect(after(done, 'a').notice?.text).toBe('This finding is accepted already.');
	});

	test('exporting hands over what the list shows, in its order', () => {
		const {effect} = after(start, '2', '/', 'type:severity:low', 'enter', 'e', 'type:x.csv', 'enter');
		expect(effect).toMatchObject({kind: 'export', file: 'x.csv'});
		const numbers = (effect as {findings: Uint32Array}).findings;
		expect([...new Set([...numbers].map(number => start.data!.table.brief(number).severity))]).toEqual(['low']);
		expect(numbers).toHaveLength(start.data!.report.summary.findings.low);
		const all = after(start, 'e', 'type:x.csv', 'enter').effect as {findings: Uint32Array};
		expect(all.findings).toHaveLength(start.data!.table.length);
	});

	test('a finding without a path says so', () => {
		const key = after(start, '2', '/', 'type:check:user-managed-key', 'enter', 'p');
		expect([trail(key), key.notice?.kind]).toEqual(['findings', 'bad']);
	});
});

describe('sizes', () => {
	test.each([
		[200, 60],
		[80, 24],
		[60, 15],
		[20, 5],
		[1, 1],
	])('at %i x %i the mark stays in the window', (columns, height) => {
		for (const tab of ['1', '2', '3', '4']) {
			const state = run(after(start, tab, 'end'), {type: 'size', columns, rows: height});
			const {body, frame} = whatIsShown(state)!;
			if (body.kind !== 'list') continue;
			const {cursor, top} = screenNow(state);
			expect(cursor).toBe(body.count - 1);
			expect(cursor - top).toBeLessThan(frame.rows);
			expect(top).toBeLessThanOrEqual(cursor);
		}
	});

	test('Ctrl+C leaves from everywhere', () => {
		for (const keys of [[], ['2', '/', 'type:x'], ['2', 'a'], ['?'], ['2', 'p', 'enter']]) {
			expect(after(start, ...keys, 'ctrl+c').effect).toEqual({kind: 'quit', code: 130});
		}
		expect(after(initialState({columns: 80, rows: 24}, false), 'ctrl+c').effect).toEqual({kind: 'quit', code: 130});
	});
});

test('a report that comes later takes the place of the one judged before everything was read', () => {
	const early = reportData(withFindings([...sample.findings]));
	const reading = {doing: 'Reading', sources: [], assets: 5, since: 10, said: [], canJudge: true};
	const waiting = run(initialState({columns: 80, rows: 24}, false), {type: 'reading', reading});
	expect(after(waiting, 'enter').effect).toEqual({kind: 'judge'});
	const interim = run(waiting, {type: 'data', data: {...early, interim: true}});
	expect(interim.reading).toBeDefined();
	const whole = run(after(interim, '2', 'down'), {type: 'data', data: early});
	expect([whole.reading, screenNow(whole).cursor, whole.notice?.kind]).toEqual([undefined, 0, 'good']);
});

test('the wheel moves the mark, and nothing while something is typed', () => {
	expect(screenNow(run(after(start, '2'), {type: 'wheel', by: 3})).cursor).toBe(3);
	expect(screenNow(run(after(start, '2', 'end'), {type: 'wheel', by: -3})).cursor).toBe(start.data!.table.length - 4);
	const typing = after(start, '2', 'a');
	expect(run(typing, {type: 'wheel', by: 3})).toEqual(typing);
});

test('numbers open what they stand before, for who listens', () => {
	const linear = opened(start.data!, 80, 24, true);
	expect(trail(after(linear, 'tab', '3'))).toBe('findings > finding');
	expect(trail(after(linear, '1'))).toBe('overview > findings');
});
