import {expect, test} from 'vitest';
import {canRedraw, decideColor, type ColorFlag} from '../src/color.ts';

const cases: [string, ColorFlag, Record<string, string>, boolean, boolean][] = [
	['a terminal', 'auto', {}, true, true],
	['no terminal', 'auto', {}, false, false],
	['--color=always beats NO_COLOR and a pipe', 'always', {NO_COLOR: '1', TERM: 'dumb', CI: 'true'}, false, true],
	['--color=never beats FORCE_COLOR', 'never', {FORCE_COLOR: '1'}, true, false],
	['NO_COLOR with any text', 'auto', {NO_COLOR: '0'}, true, false],
	['an empty NO_COLOR says nothing', 'auto', {NO_COLOR: ''}, true, true],
	['NO_COLOR beats FORCE_COLOR', 'auto', {NO_COLOR: '1', FORCE_COLOR: '1'}, true, false],
	['FORCE_COLOR colours a pipe', 'auto', {FORCE_COLOR: '1'}, false, true],
	['FORCE_COLOR beats TERM=dumb and CI', 'auto', {FORCE_COLOR: '3', TERM: 'dumb', CI: '1'}, false, true],
	['FORCE_COLOR=0', 'auto', {FORCE_COLOR: '0'}, true, false],
	['FORCE_COLOR=false', 'auto', {FORCE_COLOR: 'false'}, true, false],
	['an empty FORCE_COLOR says nothing', 'auto', {FORCE_COLOR: ''}, false, false],
	['TERM=dumb', 'auto', {TERM: 'dumb'}, true, false],
	['CI', 'auto', {CI: 'true'}, true, false],
	['CI=false is no CI', 'auto', {CI: 'false'}, true, true],
];

test.each(cases)('%s', (_, flag, env, isTTY, expected) => {
	expect(decideColor(flag, env, isTTY)).toBe(expected);
});

test('a line is redrawn only where it can be', () => {
	expect([{}, {TERM: 'dumb'}, {CI: '1'}, {CI: '0'}].map(canRedraw)).toEqual([true, false, false, true]);
});
