import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {displayWidth, fit, safeJson, safeLine, shortResource, wrap, wrapCommand} from '../src/text.ts';
import {HOSTILE, UNSAFE} from './reports/sample.ts';

describe('safeLine', () => {
	test.each([
		['plain text stays', 'user:ann@example.com', 'user:ann@example.com'],
		['letters of every script stay', 'الحسابات 監査 é', 'الحسابات 監査 é'],
		['escape', '\u001b[31m', '\\u{1b}[31m'],
		['bell and null', '\u0007\u0000', '\\u{7}\\u{0}'],
		['DEL and C1', '\u007f\u009b', '\\u{7f}\\u{9b}'],
		['line feed and tab', 'a\nb\tc', 'a b c'],
		['CR LF is one break', 'a\r\nb', 'a b'],
		['a lone CR would overwrite the line', 'a\rb', 'a\\u{d}b'],
		['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
		['override', 'x\u202ey', 'x\\u{202e}y'],
		['isolate and Arabic letter mark', '\u2066\u2069\u061c', '\\u{2066}\\u{2069}\\u{61c}'],
		['zero width', '\u200b\u200c\u200d\u200e\u200f\ufeff', '\\u{200b}\\u{200c}\\u{200d}\\u{200e}\\u{200f}\\u{feff}'],
		['tags', '\u{e0041}', '\\u{e0041}'],
		['a lone surrogate', '\ud800', '\\u{d800}'],
	])('%s', (_, text, shown) => expect(safeLine(text)).toBe(shown));

	test('is safe and changes nothing when applied twice', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary'}), text => {
				const safe = safeLine(text);
				expect(safe).not.toMatch(UNSAFE);
				expect(safe).not.toContain('\n');
				expect(safe.isWellFormed()).toBe(true);
				expect(safeLine(safe)).toBe(safe);
			}),
		);
	});
});

describe('safeJson', () => {
	test.each(Object.entries(HOSTILE))('keeps %s as data, and its bytes harmless', (_, text) => {
		const written = safeJson({[text]: [text]});
		expect(written).not.toMatch(UNSAFE);
		expect(written.isWellFormed()).toBe(true);
		expect(JSON.parse(written)).toEqual({[text]: [text]});
	});

	test('escapes characters beyond the BMP as two units', () => {
		expect(safeJson('\u{e0041}')).toBe('"\\udb40\\udc41"');
	});
});

test.each([
	['ascii', 5],
	['監査', 4],
	['e\u0301', 1],
	['\u001b[31mred\u001b[0m', 3],
	['', 0],
])('displayWidth of %j is %i', (text, width) => expect(displayWidth(text)).toBe(width));

test.each([
	['abc', 5, 'abc  '],
	['abcdef', 4, 'abc…'],
	['監査監', 4, '監… '],
	['a\u001b', 8, 'a\\u{1b} '],
])('fit(%j, %i)', (text, width, fitted) => expect(fit(text, width)).toBe(fitted));

describe('wrap', () => {
	test.each([
		['between words', wrap('one two three', 8), ['one two', 'three']],
		['with a hanging indent', wrap('one two three', 10, '- ', '  '), ['- one two', '  three']],
		['inside a long word', wrap('abcdefgh', 5, '  '), ['  abc', '  def', '  gh']],
		['a long word after a short one', wrap('ab cdefgh', 5), ['ab', 'cdefg', 'h']],
		['nothing', wrap('', 5, '> '), ['> ']],
		['wide characters', wrap('監査監査', 5), ['監査', '監査']],
	])('%s', (_, lines, expected) => expect(lines).toEqual(expected));

	test('keeps every word and no line is too wide', () => {
		fc.assert(
			fc.property(fc.string({unit: 'grapheme', maxLength: 300}), fc.integer({min: 10, max: 90}), (text, columns) => {
				const lines = wrap(text, columns, '  ', '    ');
				for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
				expect(lines.join('').replaceAll(' ', '')).toBe(safeLine(text).replaceAll(' ', ''));
			}),
		);
	});
});

describe('wrapCommand', () => {
	test.each([
		['fits', wrapCommand('gcloud a b', 40, '  '), ['  gcloud a b']],
		['between words', wrapCommand('gcloud aaaa bbbb', 14, '', '  '), ['gcloud aaaa \\', '  bbbb']],
		['not inside quotes', wrapCommand("gcloud 'a b c'", 14, '', '  '), ['gcloud \\', "  'a b c'"]],
		['further left', wrapCommand('gcloud abcdefghij', 14, '    '), ['    gcloud \\', '  abcdefghij']],
		['a long word', wrapCommand('gcloud abcdefghijkl', 10), ['gcloud \\', 'abcdefgh\\', 'ijkl']],
		['a long quoted word', wrapCommand("g 'a b c d e f'", 10), ['g \\', "'a b c '\\", "'d e f'"]],
	])('%s', (_, lines, expected) => expect(lines).toEqual(expected));

	test('what is shown is the same command to a shell', () => {
		const plain = fc.stringMatching(/^[a-zA-Z0-9@:./=_,+-]{1,70}$/);
		const single = fc.stringMatching(/^[ -&(-~]{0,90}$/).map(text => `'${text}'`);
		const escaped = fc.stringMatching(/^[ -~]{1,20}$/).map(text => text.replace(/[^a-z]/g, '\\$&'));
		const ansi = fc
			.array(fc.constantFrom('a', ' ', '\\n', '\\x1b', '\\u00e9', "\\'", '\\\\', '1'))
			.map(parts => `$'${parts.join('')}'`);
		const word = fc
			.array(fc.oneof(plain, single, escaped, ansi), {minLength: 1, maxLength: 3})
			.map(parts => parts.join(''));
		const commands = fc.sample(fc.tuple(fc.array(word, {minLength: 1, maxLength: 6}), fc.integer({min: 30, max: 90})), {
			numRuns: 200,
			seed: 1,
		});
		// One bash for all: each command as it is, then as it is shown, then a mark.
		let script = '';
		for (const [words, columns] of commands) {
			const command = `printf '%s\\0' ${words.join(' ')}`;
			const lines = wrapCommand(command, columns, '    ', '      ');
			for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
			script += `${command}; printf '\\1'\n${lines.join('\n')}; printf '\\2'\n`;
		}
		const {stdout, stderr, status} = spawnSync('bash', ['-s'], {input: script, encoding: 'utf8'});
		expect([status, stderr]).toEqual([0, '']);
		const pairs = stdout.split('\u0002').slice(0, -1);
		expect(pairs).toHaveLength(commands.length);
		for (const pair of pairs) {
			const [original, shown] = pair.split('\u0001');
			expect(shown).toBe(original);
		}
	});
});

test.each([
	['//iam.googleapis.com/projects/p/serviceAccounts/a@p.iam.gserviceaccount.com', 'a@p.iam.gserviceaccount.com'],
	['//iam.googleapis.com/projects/p/serviceAccounts/a@b/keys/1f', 'a@b key 1f'],
	['//cloudresourcemanager.googleapis.com/projects/p', 'projects/p'],
	['//cloudresourcemanager.googleapis.com/organizations/1', 'organizations/1'],
	['//iam.googleapis.com/organizations/1/roles/r', 'organizations/1/roles/r'],
	['//compute.googleapis.com/projects/p/zones/z/instances/i', 'compute: projects/p/zones/z/instances/i'],
	['//storage.googleapis.com/bucket', 'storage: bucket'],
	['projects/p', 'projects/p'],
	['', ''],
])('shortResource(%j)', (name, short) => expect(shortResource(name)).toBe(short));
