/** Completion scripts, in the shells that are there. */
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {sa} from '../commands/run.ts';
import {temporaryFolder} from './edge.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', ':']).status === 0;
const script = async (shell: string): Promise<string> => (await sa(['completion', shell])).stdout;

describe.runIf(has('bash'))('bash', () => {
	async function completed(...words: string[]): Promise<string[]> {
		const file = join(temporaryFolder(), 'sa-audit.bash');
		writeFileSync(file, await script('bash'));
		const line = ['sa-audit', ...words].map(word => `'${word}'`).join(' ');
		const program = `source "$1"; COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _sa_audit; printf '%s\\n' "\${COMPREPLY[@]}"`;
		const {stdout, stderr, status} = spawnSync('bash', ['--norc', '-c', program, 'bash', file], {encoding: 'utf8'});
		expect({stderr, status}).toEqual({stderr: '', status: 0});
		return stdout.split('\n').filter(word => word !== '');
	}

	test.each([
		[['wa'], ['watch']],
		[['ver'], ['verify']],
		[['config', 'c'], ['check']],
		[
			['init', 'git'],
			['github-actions', 'gitlab-ci'],
		],
		[['completion', 'z'], ['zsh']],
		[
			['watch', '--he'],
			['--health', '--help'],
		],
		[
			['roles', 'refresh', '--quo'],
			['--quota-factor', '--quota-project'],
		],
	])('%j', async (words, wanted) => {
		expect((await completed(...words)).toSorted()).toEqual(wanted.toSorted());
	});

	test('knows every command, and no hidden one', async () => {
		const {stdout} = await sa(['--help']);
		const commands = [...stdout.matchAll(/^ {2}(\w[\w-]*) /gm)].map(match => match[1]!).filter(name => name !== 'help');
		const found = await completed('');
		expect(commands.length).toBeGreaterThan(12);
		for (const name of commands.filter(word => !/^\d+$/.test(word))) expect(found).toContain(name);
		expect(found).not.toContain('scheduled-run');
	});
});

test.each(['zsh', 'fish'])('%s: well-formed, where the shell is there to say so', async shell => {
	const text = await script(shell);
	expect(text).toContain('verify');
	expect(text).not.toContain('scheduled-run');
	if (!has(shell)) return;
	const file = join(temporaryFolder(), 'completion');
	writeFileSync(file, text);
	const {stderr, status} = spawnSync(shell, ['-n', file], {encoding: 'utf8'});
	expect({stderr, status}).toEqual({stderr: '', status: 0});
});

test('another shell is told', async () => {
	expect(await sa(['completion', 'zhs'])).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('did you mean "zsh"?'),
	});
});
