/** Real processes on a real disk: overlap, death at any moment, stopping, and a disk that takes no more. */
import {type ChildProcess, spawn} from 'node:child_process';
import {generateKeyPairSync} from 'node:crypto';
import {chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test, vi} from 'vitest';
import type {RunEntry} from '../../src/schedule/entry.ts';
import {Ledger, readEntries} from '../../src/schedule/ledger.ts';
import {verifyLedger} from '../../src/schedule/verify.ts';
import {CLI, start} from '../start.ts';
import {edge, temporaryFolder} from './edge.ts';

// Whole processes, many of them, on a machine that may be busy.
vi.setConfig({testTimeout: 240_000});

const once = (directory: string, ...more: string[]): string[] => [
	'watch',
	'--once',
	'--demo',
	`--directory=${directory}`,
	...more,
];

function launch(
	args: string[],
	options: {uid?: number} = {},
): ChildProcess & {said: string; ended: Promise<number | null>} {
	const child = spawn(process.execPath, [CLI, ...args], {
		env: {PATH: process.env['PATH'] ?? '', HOME: '/nonexistent'},
		stdio: ['ignore', 'pipe', 'pipe'],
		...options,
	}) as ChildProcess & {said: string; ended: Promise<number | null>};
	child.said = '';
	for (const stream of [child.stdout!, child.stderr!]) {
		stream.setEncoding('utf8').on('data', (text: string) => (child.said += text));
	}
	child.ended = new Promise(done => child.on('close', done));
	return child;
}

async function until(holds: () => boolean): Promise<void> {
	for (let tries = 0; !holds() && tries < 5000; tries++) await sleep(20);
	expect(holds()).toBe(true);
}

/** Folders of runs that are not over. */
const underWay = (folder: string): string[] => readdirSync(folder).filter(name => name.startsWith('.2'));
const isUnderWay = (folder: string): boolean => underWay(folder).length > 0;

test('one run, its files, its head, and what comes of it', async () => {
	const folder = temporaryFolder();
	const place = temporaryFolder();
	const {privateKey, publicKey} = generateKeyPairSync('ed25519');
	const [pem, pub, config] = ['key.pem', 'pub.pem', 'sa-audit.yaml'].map(name => join(place, name)) as [
		string,
		string,
		string,
	];
	writeFileSync(pem, privateKey.export({type: 'pkcs8', format: 'pem'}));
	writeFileSync(pub, publicKey.export({type: 'spki', format: 'pem'}));
	writeFileSync(config, `watch: {signingKey: {file: "${pem}"}, formats: [html]}\n`);
	const {code, stdout, stderr} = await start(once(folder, '--fail-on=critical', `--config=${config}`));
	expect({code, stderr: stderr.includes('Ledger head: ')}).toEqual({code: 1, stderr: true});
	const {run, head, status, exit} = JSON.parse(stdout) as Record<string, string>;
	expect({status, exit}).toEqual({status: 'completed', exit: 1});
	expect(readdirSync(join(folder, run!)).toSorted()).toEqual([
		'changes.json',
		'coverage.json',
		'first-seen.ndjson',
		'log.txt',
		'report.html',
		'report.json',
		'run.json',
	]);
	const verified = await start(['verify', folder, `--head=${head}`, `--public-key=${pub}`, '--format=json']);
	expect(verified.code).toBe(0);
	expect(JSON.parse(verified.stdout)).toMatchObject({intact: true, lines: 1, runs: 1, head, headLine: 1, signed: 1});
	expect(readFileSync(join(folder, run!, 'report.html'), 'utf8')).toContain('<h2>Trend</h2>');
	writeFileSync(join(folder, run!, 'report.json'), '{}');
	const broken = await start(['verify', folder]);
	expect(broken.code).toBe(1);
	expect(broken.stdout).toContain(`ledger.ndjson:1: ${run}/report.json was changed`);
});

test('two at once: one waits, both are in the ledger, and it says who waited', async () => {
	const folder = temporaryFolder();
	// In a first run nothing is new, and in the second one neither.
	const both = await Promise.all([1, 2].map(() => start(once(folder, '--fail-on-new=low'))));
	expect(both.map(({code}) => code)).toEqual([0, 0]);
	const entries = (await readEntries(folder)) as RunEntry[];
	expect(entries.map(({status}) => status)).toEqual(['completed', 'completed']);
	expect(entries[1]!.startedAt >= entries[0]!.finishedAt).toBe(true);
	expect(entries[1]).toMatchObject({comparedWith: entries[0]!.run});
	expect((await verifyLedger(folder)).intact).toBe(true);
});

test('killed at twenty moments: ledger and reports stay valid, and each death is recorded', async () => {
	const folders = [temporaryFolder(), temporaryFolder()];
	let seed = 42;
	const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
	const kill = async (folder: string, when: (hasBegun: () => boolean) => Promise<unknown>): Promise<void> => {
		const left = underWay(folder);
		const child = launch(once(folder));
		const hasBegun = () => child.exitCode !== null || underWay(folder).some(name => !left.includes(name));
		await when(hasBegun);
		child.kill('SIGKILL');
		await child.ended;
		if (!existsSync(join(folder, '.head.json')) && !existsSync(join(folder, 'ledger.ndjson'))) return;
		const verdict = await verifyLedger(folder);
		expect(verdict.broken).toBeUndefined();
	};
	await Promise.all(
		folders.map(async folder => {
			for (let nth = 0; nth < 10; nth++) {
				// From the start of the process, or counted from the moment in which the run has begun, some time.
				const delay = random() * 900;
				await kill(folder, hasBegun => (nth % 3 === 0 ? sleep(delay) : until(hasBegun).then(() => sleep(delay))));
			}
			const {code, stderr} = await start(once(folder));
			expect(code, stderr).toBe(0);
		}),
	);
	for (const folder of folders) {
		const entries = (await readEntries(folder)) as RunEntry[];
		expect(entries.filter(({status}) => status === 'broken').length).toBeGreaterThan(1);
		expect(entries.at(-1)!.status).toBe('completed');
		expect(await verifyLedger(folder)).toMatchObject({intact: true, notes: []});
		for (const {run, status} of entries) {
			if (status !== 'completed') continue;
			expect(JSON.parse(readFileSync(join(folder, run, 'report.json'), 'utf8'))).toMatchObject({version: 1});
		}
		expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual(['.head.json']);
	}
});

describe('the schedule as a process', () => {
	test('tells how it is, refuses a second one, and stops within ten seconds, in the middle of a run', async () => {
		const folder = temporaryFolder();
		const args = ['watch', '--demo', `--directory=${folder}`, '--cron=* * * * * *', '--health=0'];
		const child = launch(args);
		await until(() => /Health: (\S+)/.test(child.said));
		const [, url] = /Health: (\S+)/.exec(child.said)!;
		await until(() => child.said.includes('is completed'));
		const health = (await (await fetch(url!)).json()) as Record<string, unknown>;
		expect(health).toMatchObject({ok: true, lastRun: {status: 'completed', exit: 0}, lastError: null});
		expect(health['nextRun']).toMatch(/^20/);
		expect((await fetch(url!, {method: 'POST'})).status).toBe(405);
		const second = await start(args);
		expect(second.code).toBe(2);
		expect(second.stderr).toMatch(/Another sa-audit watch works on .*: process \d+ on /);
		await until(() => isUnderWay(folder));
		const from = Date.now();
		child.kill('SIGTERM');
		expect(await child.ended).toBe(0);
		expect(Date.now() - from).toBeLessThan(10_000);
		expect(await verifyLedger(folder)).toMatchObject({intact: true, notes: []});
		const last = (await readEntries(folder)).at(-1) as RunEntry;
		expect(['interrupted', 'completed']).toContain(last.status);
		expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual(['.head.json']);
	});

	test('--once that is stopped ends with the code of its signal, and its run is recorded', async () => {
		const folder = temporaryFolder();
		const child = launch(once(folder));
		await until(() => isUnderWay(folder));
		child.kill('SIGINT');
		expect(await child.ended).toBe(130);
		expect(await readEntries(folder)).toMatchObject([{status: 'interrupted', exit: 130}]);
		expect((await verifyLedger(folder)).intact).toBe(true);
	});
});

describe('a disk that takes no more', () => {
	/** Blocks of 1 KiB that a file may have. */
	const limited = (blocks: number, folder: string): Promise<{code: number | null; said: string}> => {
		const child = spawn(
			'bash',
			['-c', `ulimit -f ${blocks}; exec "$@"`, 'bash', process.execPath, CLI, ...once(folder)],
			{
				env: {PATH: process.env['PATH'] ?? '', HOME: '/nonexistent'},
				stdio: ['ignore', 'ignore', 'pipe'],
			},
		);
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
		return new Promise(done => child.on('close', code => done({code, said})));
	};

	test('in the report: the run is recorded as failed, and why', async () => {
		const folder = temporaryFolder();
		await start(once(folder));
		const {code, said} = await limited(60, folder);
		expect({code, said}).toMatchObject({
			code: 2,
			said: expect.stringContaining('report.json cannot be written: EFBIG'),
		});
		expect(await verifyLedger(folder)).toMatchObject({intact: true, runs: 2, notes: []});
		expect((await readEntries(folder)).at(-1)).toMatchObject({status: 'failed', exit: 2});
	});

	test('in the ledger: nothing is damaged, and the next run has the line', async () => {
		const folder = temporaryFolder();
		// A ledger longer than any file of a run, and no room for one line more.
		const ledger = new Ledger(folder, {io: edge('2026-06-01T00:00:00Z').io});
		for (let nth = 0; nth < 20; nth++) {
			await ledger.append({
				kind: 'pruned',
				runs: Array.from({length: 200}, (_, at) => `20260601T000000000Z-${nth}-${at}${'y'.repeat(60)}`),
			});
		}
		const blocks = Math.ceil(readFileSync(join(folder, 'ledger.ndjson')).length / 1024);
		const {code, said} = await limited(blocks, folder);
		expect({code, said}).toMatchObject({
			code: 2,
			said: expect.stringMatching(/ledger\.ndjson cannot be written: .*larger than allowed/),
		});
		expect((await verifyLedger(folder)).broken).toBeUndefined();
		expect((await start(once(folder))).code).toBe(0);
		const verdict = await verifyLedger(folder);
		expect(verdict).toMatchObject({intact: true, runs: 2, lines: 22, notes: []});
	});

	test('a directory with other things in it is left alone', async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, 'photographs'));
		const {code, stderr} = await start(once(folder));
		expect({code, stderr}).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('holds other things than a run ledger: photographs'),
		});
		expect(readdirSync(folder)).toEqual(['photographs']);
	});

	test.for<[string, (folder: string) => string, number]>([
		[
			'is no directory',
			(folder: string) => {
				writeFileSync(join(folder, 'file'), '');
				return join(folder, 'file', 'ledger');
			},
			0,
		],
		[
			'is read-only',
			(folder: string) => {
				chownSync(folder, 0, 0);
				chmodSync(folder, 0o555);
				return folder;
			},
			65_534,
		],
	])('a directory that %s is a clear error', async ([_, make, uid], {skip}) => {
		skip(process.getuid?.() !== 0, 'only root can start a program as somebody else');
		skip(
			uid !== 0 && ![process.execPath, CLI].every(isOpenToAll),
			'somebody else cannot start the program where this checkout lies',
		);
		const child = launch(once(make(temporaryFolder())), uid === 0 ? {} : {uid});
		expect(await child.ended).toBe(2);
		expect(child.said).toMatch(/^error: --directory \S+ cannot be written: .*\.\nName a directory/);
	});
});

/** Whether everybody may pass every directory on the way. */
function isOpenToAll(path: string): boolean {
	const parent = dirname(path);
	const {mode} = statSync(path);
	return (mode & (path === CLI ? 0o004 : 0o001)) !== 0 && (parent === path || isOpenToAll(parent));
}
