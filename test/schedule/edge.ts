/** Edges for scheduled runs: a clock that only waiting moves, and runs that take as long as they are told to. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {PassThrough, Readable, Writable} from 'node:stream';
import {setImmediate} from 'node:timers/promises';
import {onTestFinished} from 'vitest';
import type {Io} from '../../src/io.ts';
import type {Execute, Outcome} from '../../src/schedule/child.ts';
import type {RunSummary} from '../../src/schedule/entry.ts';

export interface Edge {
	io: Io;
	/** Epoch milliseconds. */
	now: number;
	stop(reason?: string): void;
	said(): string;
}

export function edge(start: string, env: Record<string, string> = {}): Edge {
	const stopping = new AbortController();
	let said = '';
	const stderr = new Writable({
		decodeStrings: false,
		write(chunk: string, _, done) {
			said += chunk;
			done();
		},
	});
	const made: Edge = {
		now: Date.parse(start),
		stop: reason => stopping.abort(reason),
		said: () => said,
		io: {
			env,
			stdin: Readable.from([]),
			stdout: new PassThrough(),
			stderr,
			clock: () => made.now,
			async sleep(milliseconds) {
				made.now += milliseconds;
				await setImmediate();
			},
			random: () => 0.5,
			uuid: () => `${String(counter++).padStart(8, '0')}-0000-4000-8000-000000000000`,
			signal: stopping.signal,
		},
	};
	let counter = 0;
	return made;
}

export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'sa-audit-schedule-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

export const NONE = {critical: 0, high: 0, medium: 0, low: 0};

export function summary(more: Partial<RunSummary> = {}): RunSummary {
	return {
		now: '2026-06-01T00:00:00.000Z',
		findings: {...NONE, high: 2},
		suppressed: 0,
		checks: {'user-managed-key': 2},
		unsure: 0,
		coverage: {complete: 9, partial: 1, missing: 0},
		inventory: {projects: 3, serviceAccounts: 5, keys: 2},
		...more,
	};
}

/** Stands for the process of a run: writes what one writes, and takes so long. */
export function runs(
	at: Edge,
	takes: (nth: number) => number,
	outcome: (nth: number) => Partial<Outcome> = () => ({}),
): Execute {
	let nth = 0;
	return async ([, staging]) => {
		const mine = nth++;
		const ended = {code: 0, said: '', ...outcome(mine)};
		if ([0, 1, 3].includes(ended.code)) {
			writeFileSync(join(staging!, 'report.json'), `{"run": ${mine}}\n`);
			writeFileSync(join(staging!, 'first-seen.ndjson'), '');
			writeFileSync(join(staging!, 'coverage.json'), '[]');
			writeFileSync(join(staging!, 'changes.json'), '{"unread": [], "expiring": [], "nearer": []}');
			writeFileSync(join(staging!, '.summary.json'), JSON.stringify(summary()));
		}
		writeFileSync(join(staging!, 'log.txt'), `in ${dirname(staging!)}\n`);
		at.now += takes(mine);
		return ended;
	};
}
