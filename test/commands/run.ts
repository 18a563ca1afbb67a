/** Runs a command inside the test process, with every edge handed in: fast, and the clock stands still. */
import {Readable, Writable} from 'node:stream';
import {setImmediate} from 'node:timers/promises';
import type {Io} from '../../src/io.ts';
import {run} from '../../src/run.ts';
import type {Line} from '../inventory/read.ts';

export interface Ended {
	code: number;
	stdout: string;
	stderr: string;
}

export const NOW = '2026-06-01T00:00:00Z';

/** @param input what stands on standard input */
export async function sa(
	args: readonly string[],
	input: string | Buffer = '',
	env: Record<string, string> = {},
	more: Partial<Io> = {},
): Promise<Ended> {
	const text = {stdout: '', stderr: ''};
	const stream = (name: keyof typeof text) =>
		new Writable({
			decodeStrings: false,
			write(chunk: string, _, done) {
				text[name] += chunk;
				done();
			},
		});
	let now = Date.parse(NOW);
	const io: Io = {
		env,
		stdin: Readable.from([Buffer.from(input)]),
		stdout: stream('stdout'),
		stderr: stream('stderr'),
		clock: () => now,
		// Waiting takes no time, and moves the clock.
		async sleep(milliseconds) {
			now += milliseconds;
			await setImmediate();
		},
		random: () => 0,
		uuid: () => '00000000-0000-0000-0000-000000000000',
		signal: new AbortController().signal,
		...more,
	};
	const code = await run(args, io);
	return {code, ...text};
}

export const ndjson = (lines: readonly unknown[]): string => lines.map(line => `${JSON.stringify(line)}\n`).join('');

/** What no terminal may get raw: control characters but the newline, and invisible marks that turn text around. */
export const RAW = /[^\P{Cc}\n]|\p{Cf}/u;

/** The account's last use, for lines where everything is in order. */
export function used(
	id: string,
	email: string,
	last = '2026-05-20T00:00:00Z',
	ancestors: readonly string[] = [],
): Line {
	return {
		name: `//policyanalyzer.googleapis.com/projects/${id}/${email}`,
		assetType: 'policyanalyzer.googleapis.com/Activity',
		ancestors,
		resource: {
			data: {
				fullResourceName: `//iam.googleapis.com/projects/${id}/serviceAccounts/${email}`,
				activityType: 'serviceAccountLastAuthentication',
				observationPeriod: {startTime: '2025-06-01T00:00:00Z', endTime: '2026-05-30T00:00:00Z'},
				activity: {lastAuthenticatedTime: last},
			},
		},
	};
}
