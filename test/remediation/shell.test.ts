import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {shellCommand} from '../../src/remediation/shell.ts';
import {wrapCommand} from '../../src/text.ts';
import {shellWords} from '../gcloud.ts';
import {hostile} from './cases.ts';

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What bash makes of command lines, each as its words. */
function bash(commands: readonly string[]): string[][] {
	// `set --` keeps the words; a count before each list tells where it ends.
	const script = commands.map(command => `set -- ${command}\nprintf '%s\\0' "$#" "$@"`).join('\n');
	const out = execFileSync('bash', ['--norc', '--noprofile', '-s'], {input: script, maxBuffer: 1 << 26});
	const texts = out.toString('utf8').split('\0');
	const lists: string[][] = [];
	for (let at = 0; at < texts.length - 1;) {
		const count = Number(texts[at]);
		lists.push(texts.slice(at + 1, at + 1 + count));
		at += 1 + count;
	}
	return lists;
}

describe('shellCommand', () => {
	test.each([
		['plain words stay', ['gcloud', 'projects/p', '--a=b:c@d.e,f'], 'gcloud projects/p --a=b:c@d.e,f'],
		['the flag stays outside the quotes', ['--member=a b'], "--member='a b'"],
		['a quote', ["--title=it's"], "--title='it'\\''s'"],
		['nothing', ['', '--a='], "'' --a="],
		['a command in the text', ['$(id) `id`'], "'$(id) `id`'"],
		['a star', ['gs://b/*'], "'gs://b/*'"],
		['a tilde', ['~root'], "'~root'"],
		['a line break', ["a\nb'c\\d!"], "$'a\\nb\\'c\\\\d\\041'"],
		['an escape and a digit after it', ['\u001b7'], "$'\\0337'"],
		['a right-to-left mark', ['a\u202eb'], "$'a\\342\\200\\256b'"],
	])('%s', (_, words, command) => expect(shellCommand(words)).toBe(command));

	test.each([
		['NUL', 'a\0b'],
		['half a pair', 'a\ud800'],
	])('%s is no argument', (_, word) => expect(shellCommand(['gcloud', word])).toBeUndefined());

	test('bash reads the same words, before and after the report wraps the command', () => {
		const lists = fc.sample(
			fc.array(
				fc.oneof(
					hostile,
					hostile.map(text => `--flag=${text}`),
				),
				{maxLength: 4},
			),
			400,
		);
		const commands = lists.map(words => shellCommand(words)!);
		expect(bash(commands)).toEqual(lists);
		expect(bash(commands.map(command => wrapCommand(command, 40).join('\n')))).toEqual(lists);
		expect(commands.filter(command => INVISIBLE.test(command))).toEqual([]);
	});

	test('the tests read the same words', () => {
		fc.assert(
			fc.property(fc.array(hostile), words => {
				expect(shellWords(shellCommand(words)!)).toEqual(words);
			}),
		);
	});
});
