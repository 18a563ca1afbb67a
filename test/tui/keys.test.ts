/** One test per key: each line of the table does what it says, in each place that it names. */
import {beforeAll, describe, expect, test} from 'vitest';
import {actionOf, type Action, BINDINGS, bindingsIn, type Context} from '../../src/tui/keys.ts';
import {typed} from '../../src/tui/keypress.ts';
import {TABS} from '../../src/tui/screen.ts';
import {screenNow, type State} from '../../src/tui/state.ts';
import {after, demoData, opened, run} from './data.ts';

let places: Record<Context, State>;

beforeAll(async () => {
	const start = opened(await demoData());
	const findings = after(start, '2', 'down', 'down');
	const finding = after(findings, 'enter');
	places = {
		overview: after(start, 'down', 'down'),
		findings,
		finding: after(finding, 'down', 'down'),
		path: after(finding, 'p', 'down', 'down'),
		node: after(finding, 'p', 'enter', 'pagedown', 'down'),
		accounts: after(start, '3', 'down', 'down'),
		coverage: after(start, '4', 'down', 'down'),
		hole: after(start, '4', 'enter'),
		reading: run(opened(start.data!), {
			type: 'reading',
			reading: {doing: 'Reading', sources: [], assets: 1, since: 0, said: [], canJudge: true},
		}),
		help: after(start, '2', '?', 'down', 'down'),
		filter: after(findings, '/', 'type:key shop', 'left', 'left', 'down', 'down'),
		form: after(findings, 'a', 'type:because it', 'tab', 'type:ann b', 'left'),
	};
	places.reading = {...places.reading, data: undefined};
});

const spot = ({cursor, top}: {cursor: number; top: number}): number => top * 1000 + cursor;
const depth = ({stacks, tab}: State): number => stacks[tab].length;
const fieldOf = ({mode, typing, form}: State) => (mode === 'filter' ? typing : form!.fields[form!.at]!.value);
const down = (before: State, now: State): void =>
	before.mode === 'help' ? expect(now.helpTop).toBeGreaterThan(before.helpTop) : moves(before, now, 1);
const up = (before: State, now: State): void =>
	before.mode === 'help' ? expect(now.helpTop).toBeLessThan(before.helpTop) : moves(before, now, -1);

/** Something must have moved, and not the other way; a text that is shown whole has nowhere to go. */
function moves(before: State, now: State, direction: 1 | -1): void {
	const [from, to] = [spot(screenNow(before)), spot(screenNow(now))];
	if (screenNow(before).place.view === 'hole') expect(to).toBe(from);
	else if (direction > 0) expect(to).toBeGreaterThan(from);
	else expect(to).toBeLessThan(from);
}

/** What must have happened, by action. */
const EXPECTED: Record<Action, (before: State, now: State, key: string) => void> = {
	up,
	down,
	'page-up': up,
	'page-down': down,
	first: (before, now) => (before.mode === 'help' ? expect(now.helpTop).toBe(0) : expect(spot(screenNow(now))).toBe(0)),
	last: down,
	enter: (before, now) => {
		const {view} = screenNow(before).place;
		if (view === 'hole') expect(depth(now)).toBe(depth(before));
		else expect(depth(now)).toBe(depth(before) + 1);
	},
	back: (before, now) => expect(depth(now)).toBe(Math.max(1, depth(before) - 1)),
	fold: (before, now) => expect(now).toEqual(before),
	quit: (before, now) =>
		depth(before) > 1
			? expect(depth(now)).toBe(depth(before) - 1)
			: expect(now.effect).toEqual({kind: 'quit', code: 0}),
	interrupt: (_, now) => expect(now.effect).toEqual({kind: 'quit', code: 130}),
	help: (before, now) => expect(now.mode).toBe(before.mode === 'help' ? 'browse' : 'help'),
	'next-tab': (before, now) => expect(now.tab).toBe(TABS[(TABS.indexOf(before.tab) + 1) % 4]),
	'previous-tab': (before, now) => expect(now.tab).toBe(TABS[(TABS.indexOf(before.tab) + 3) % 4]),
	overview: (_, now) => expect(now.tab).toBe('overview'),
	findings: (_, now) => expect(now.tab).toBe('findings'),
	accounts: (_, now) => expect(now.tab).toBe('accounts'),
	coverage: (_, now) => expect(now.tab).toBe('coverage'),
	filter: (_, now) => expect(now.mode).toBe('filter'),
	sort: (before, now) =>
		expect([screenNow(now).sort, screenNow(now).reversed]).not.toEqual([
			screenNow(before).sort,
			screenNow(before).reversed,
		]),
	reverse: (before, now) => expect(screenNow(now).reversed).toBe(!screenNow(before).reversed),
	group: (_, now) => expect(screenNow(now).group).toBe('check'),
	pane: (before, now) => expect(now.pane).toBe(!before.pane),
	path: (_, now) => expect(screenNow(now).place.view).toBe('path'),
	copy: (_, now) => expect(now.effect ?? now.notice).toMatchObject(now.effect ? {kind: 'copy'} : {kind: 'bad'}),
	'copy-name': (_, now) => expect(now.effect).toMatchObject({kind: 'copy'}),
	print: (_, now) => expect(now.effect ?? now.notice).toMatchObject(now.effect ? {kind: 'print'} : {kind: 'bad'}),
	accept: (_, now) => expect(now.form).toMatchObject({kind: 'accept', at: 0}),
	export: (_, now) => expect(now.form).toMatchObject({kind: 'export', at: 0}),
	docs: (_, now) => expect(now.effect).toMatchObject({kind: 'browse', url: expect.stringMatching(/^https:/)}),
	mouse: (before, now) => expect(now.effect).toEqual({kind: 'mouse', on: !before.mouse}),
	judge: (_, now) => expect(now.effect).toEqual({kind: 'judge'}),
	choose: (before, now, key) => {
		if (key === '1') expect(depth(now)).toBeGreaterThanOrEqual(depth(before));
	},
	submit: (before, now) =>
		before.mode === 'filter' ? expect(now.mode).toBe('browse') : expect(now.form?.at).toBe(before.form!.at + 1),
	cancel: (_, now) => {
		expect(now.mode).toBe('browse');
		expect(screenNow(now).filter).toBe('');
	},
	'next-field': (before, now) => expect(now.form?.at).toBe(before.form!.at + 1),
	'previous-field': (before, now) => expect(now.form?.at).toBe(before.form!.at - 1),
	'delete-back': (before, now) => expect(fieldOf(now).text.length).toBe(fieldOf(before).text.length - 1),
	delete: (before, now) => expect(fieldOf(now).text.length).toBe(fieldOf(before).text.length - 1),
	'delete-word': (before, now) => expect(fieldOf(now).text.length).toBeLessThan(fieldOf(before).text.length),
	clear: (_, now) => expect(fieldOf(now).text).toBe(''),
	left: (before, now) => expect(fieldOf(now).at).toBe(fieldOf(before).at - 1),
	right: (before, now) => expect(fieldOf(now).at).toBe(fieldOf(before).at + 1),
	home: (_, now) => expect(fieldOf(now).at).toBe(0),
	end: (_, now) => expect(fieldOf(now).at).toBe(fieldOf(now).text.length),
};

describe.each(BINDINGS.map(binding => ({...binding, name: `${binding.keys.join(' ')}: ${binding.help}`})))(
	'$name',
	({action, keys, in: contexts, layout}) => {
		test.each(contexts.flatMap(context => keys.map(key => [key, context] as const)))('%s in %s', (key, context) => {
			const before = {...places[context], linear: layout === 'linear'};
			EXPECTED[action](before, after(before, key), key);
		});
	},
);

test('no key means two things in one place', () => {
	for (const context of Object.keys(places) as Context[]) {
		for (const linear of [false, true]) {
			const keys = bindingsIn(context, linear).flatMap(binding => binding.keys);
			expect(keys, context).toEqual([...new Set(keys)]);
		}
	}
});

test('letters are text while typing', () => {
	for (const context of ['filter', 'form'] as const) {
		for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789?/ ') {
			const key = letter === ' ' ? 'space' : letter;
			expect(actionOf(key, context, false)).toBeUndefined();
			expect(typed(key)).toBe(letter);
		}
	}
});
