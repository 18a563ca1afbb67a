/** The small parts: keyboard, clipboard, fields, and when the UI starts at all. */
import {PassThrough} from 'node:stream';
import {describe, expect, test} from 'vitest';
import type {Io} from '../../src/io.ts';
import {copySequence} from '../../src/tui/clipboard.ts';
import {keysOf, typed} from '../../src/tui/keypress.ts';
import {inWindow} from '../../src/tui/motion.ts';
import {wantsLinear, wantsTerminal, type Wishes} from '../../src/tui/start.ts';
import {TerminalInput} from '../../src/tui/terminal-input.ts';
import {edit, type Edit, field} from '../../src/tui/text-field.ts';
import {agoText, barText, briefMember, briefResource, daysText} from '../../src/tui/words.ts';

describe('when the terminal UI starts', () => {
	const io = (stdin: boolean, stdout: boolean, env: Record<string, string> = {}): Io =>
		({stdin: {isTTY: stdin}, stdout: {isTTY: stdout}, env}) as unknown as Io;
	const none: Wishes = {output: [], assets: []};

	test.each<[why: string, wishes: Partial<Wishes>, io: Io, starts: boolean]>([
		['both ends are terminals', {}, io(true, true), true],
		['standard output goes elsewhere', {}, io(true, false), false],
		['standard input comes from elsewhere', {}, io(false, true), false],
		['a format is asked for', {format: 'table'}, io(true, true), false],
		['an output is asked for', {output: ['x.json']}, io(true, true), false],
		['--no-ui', {ui: false}, io(true, true), false],
		['the assets come from the keyboard', {assets: ['-']}, io(true, true), false],
		['the terminal is dumb', {}, io(true, true, {TERM: 'dumb'}), false],
		['it is CI', {}, io(true, true, {CI: 'true'}), false],
		['NO_COLOR', {}, io(true, true, {NO_COLOR: '1'}), true],
	])('%s', (_, wishes, edges, starts) => {
		expect(wantsTerminal({...none, ...wishes}, edges)).toBe(starts);
	});

	test('for screen readers', () => {
		expect(wantsLinear(undefined, {})).toBe(false);
		expect(wantsLinear(undefined, {INK_SCREEN_READER: 'true'})).toBe(true);
		expect(wantsLinear(true, {})).toBe(true);
	});
});

describe('the keyboard', () => {
	const key = (flags: object) => flags as Parameters<typeof keysOf>[1];

	test.each<[input: string, flags: object, names: string[]]>([
		['', {upArrow: true}, ['up']],
		['', {tab: true, shift: true}, ['shift+tab']],
		['c', {ctrl: true}, ['ctrl+c']],
		['jj', {}, ['j', 'j']],
		['high\r', {}, ['h', 'i', 'g', 'h', 'enter']],
		['a b', {}, ['a', 'space', 'b']],
		['é👩‍💻', {}, ['é', '👩‍💻']],
		['', {escape: true, meta: true}, ['esc', 'esc']],
	])('%j %j is %j', (input, flags, names) => {
		expect(keysOf(input, key(flags))).toEqual(names);
	});

	test('what is text, and what is not', () => {
		expect(['a', 'é', '👩‍💻', 'space', 'enter', 'up', '\u0001'].map(typed)).toEqual([
			'a',
			'é',
			'👩‍💻',
			' ',
			undefined,
			undefined,
			undefined,
		]);
	});

	test('reports of the mouse are taken out, wherever they are cut', async () => {
		const keyboard = new PassThrough();
		const wheel: number[] = [];
		const input = new TerminalInput(keyboard, by => wheel.push(by));
		let text = '';
		input.on('data', (chunk: Buffer) => (text += chunk.toString()));
		for (const chunk of [
			'a\u001b[<65;1;1Mb',
			'\u001b[<6',
			'4;200;17M',
			'c\u001b[<0;3;3M\u001b[<0;3;3m',
			'\u001b[A\u001b[<69;1;1M',
		])
			keyboard.write(chunk);
		await new Promise(setImmediate);
		expect(wheel).toEqual([3, -3, 3]);
		expect(text).toBe('abc\u001b[A');
		input.close();
		expect(keyboard.listenerCount('data')).toBe(0);
	});
});

test('copying: what terminals take, and what they do not', () => {
	expect(copySequence('gcloud é', 'xterm-256color')).toBe(
		`\u001b]52;c;${Buffer.from('gcloud é').toString('base64')}\u0007`,
	);
	expect(copySequence('\u001b]0;x\u0007', 'xterm')).not.toContain('\u001b]0');
	expect(copySequence('x'.repeat(60_000), 'xterm')).toBeUndefined();
	expect(copySequence('x', 'linux')).toBeUndefined();
});

test.each<[start: string, edits: Edit[], text: string, at: number]>([
	['', [{type: 'insert', text: 'ab'}], 'ab', 2],
	['ab', [{type: 'left'}, {type: 'insert', text: 'x'}], 'axb', 2],
	['a👩‍💻', [{type: 'delete-back'}], 'a', 1],
	['a👩‍💻b', [{type: 'home'}, {type: 'right'}, {type: 'delete'}], 'ab', 1],
	['one two ', [{type: 'delete-word'}], 'one ', 4],
	['one', [{type: 'clear'}], '', 0],
	['', [{type: 'delete-back'}, {type: 'delete'}, {type: 'left'}, {type: 'right'}], '', 0],
	['', [{type: 'insert', text: 'a\nb\u001b[2Jc'}], 'a b [2Jc', 8],
])('a field of %j after %j', (start, edits, text, at) => {
	expect(edits.reduce(edit, field(start))).toEqual({text, at});
});

test.each([
	[{cursor: 0, top: 0}, 10, 4, {cursor: 0, top: 0}],
	[{cursor: 5, top: 0}, 10, 4, {cursor: 5, top: 2}],
	[{cursor: 5, top: 8}, 10, 4, {cursor: 5, top: 5}],
	[{cursor: 99, top: 99}, 10, 4, {cursor: 9, top: 6}],
	[{cursor: 3, top: 3}, 0, 4, {cursor: 0, top: 0}],
	[{cursor: 2, top: 1}, 3, 10, {cursor: 2, top: 0}],
])('the window of %j in %i rows, %i high', (spot, count, height, expected) => {
	expect(inWindow(spot, count, height)).toEqual(expected);
});

test('short words', () => {
	const account = '//iam.googleapis.com/projects/p/serviceAccounts/ci@p.iam.gserviceaccount.com';
	expect(briefResource(account)).toBe('ci@p');
	expect(briefResource(`${account}/keys/0123456789abcdef`)).toBe('ci@p key 01234567');
	expect(briefMember('serviceAccount:1-compute@developer.gserviceaccount.com')).toBe('1-compute@developer');
	expect(briefMember('user:ann@example.com')).toBe('user:ann@example.com');
	expect([0, 12, 400, 1000, NaN].map(daysText)).toEqual(['today', '12d', '13mo', '2y', '']);
	expect(agoText('2026-10-22T00:00:00Z', '2026-11-01T00:00:00Z')).toBe('10d');
	expect([0, 0.001, 0.5, 1, 2].map(share => barText(share, 4))).toEqual(['', '▏', '██', '████', '████']);
});
