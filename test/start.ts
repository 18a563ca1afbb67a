/** Starts the built package as a user would, in an environment that cannot change a result. */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {inject} from 'vitest';

export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

export interface Ended {
	/** Exit code, or null if a signal ended it. */
	code: number | null;
	stdout: string;
	stderr: string;
}

export interface StartOptions {
	cwd?: string;
	env?: Record<string, string>;
	input?: string;
	/** The interpreter; by default the one that runs the tests. */
	node?: string;
}

/** Runs `sa-audit ...args` to its end. */
export function start(
	args: string[],
	{cwd, env = {}, input = '', node = process.execPath}: StartOptions = {},
): Promise<Ended> {
	const failure = inject('buildFailure');
	if (failure !== '') throw new Error(failure);
	return new Promise((resolve, reject) => {
		const child = spawn(node, [CLI, ...args], {cwd, env: {PATH: process.env['PATH'] ?? '', ...env}});
		let stdout = '';
		let stderr = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
		child.on('error', reject);
		child.on('close', code => resolve({code, stdout, stderr}));
		child.stdin.on('error', () => {});
		child.stdin.end(input);
	});
}
