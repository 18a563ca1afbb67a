/** The chain: what was written stays provable, and every change is found. */
import {generateKeyPairSync} from 'node:crypto';
import {appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {type RunEntry, sha256} from '../../src/schedule/entry.ts';
import {KnownEntries, Ledger, readEntries} from '../../src/schedule/ledger.ts';
import {isLock, takeLock} from '../../src/schedule/lock.ts';
import {ourselves} from '../../src/schedule/owner.ts';
import {begin, end, recover, seal} from '../../src/schedule/pending.ts';
import {verifyLedger} from '../../src/schedule/verify.ts';
import {edge, summary, temporaryFolder} from './edge.ts';

const NAMES = [
	'20260601T060000000Z-a-1',
	'20260602T060000000Z-a-2',
	'20260603T060000000Z-a-3',
	'20260604T060000000Z-a-4',
];
const keys = generateKeyPairSync('ed25519');

async function addRun(ledger: Ledger, run: string): Promise<string> {
	const {folder} = ledger;
	const staging = await begin(folder, {run, scope: 'a', startedAt: '2026-06-01T06:00:00.000Z'});
	for (const name of ['report.json', 'coverage.json', 'log.txt', 'run.json'])
		writeFileSync(join(staging, name), `${run} ${name}\n`);
	const {hash} = await ledger.append({
		kind: 'run',
		run,
		scope: 'a',
		status: 'completed',
		startedAt: '2026-06-01T06:00:00.000Z',
		finishedAt: '2026-06-01T06:01:00.000Z',
		exit: 0,
		summary: summary(),
		files: await seal(folder, run),
	});
	await end(folder);
	return hash;
}

/** Four runs, a skipped one and a pruned one, signed. */
let original: string;
let headOfSecond: string;
beforeAll(async () => {
	original = mkdtempSync(join(tmpdir(), 'sa-audit-ledger-'));
	const ledger = new Ledger(original, {io: edge('2026-06-05T00:00:00Z').io, key: keys.privateKey});
	await addRun(ledger, NAMES[0]!);
	headOfSecond = await addRun(ledger, NAMES[1]!);
	await ledger.append({kind: 'skipped', scope: 'a', reason: 'missed'});
	await addRun(ledger, NAMES[2]!);
	await ledger.append({kind: 'pruned', runs: [NAMES[0]!]});
	rmSync(join(original, NAMES[0]!), {recursive: true});
	await addRun(ledger, NAMES[3]!);
	return () => rmSync(original, {recursive: true});
});

function copy(): string {
	const folder = temporaryFolder();
	cpSync(original, folder, {recursive: true});
	return folder;
}

const lines = (folder: string): string[] => readFileSync(join(folder, 'ledger.ndjson'), 'utf8').trimEnd().split('\n');
const put = (folder: string, all: readonly string[]): void =>
	writeFileSync(join(folder, 'ledger.ndjson'), all.map(line => `${line}\n`).join(''));

describe('verify', () => {
	test('an untouched ledger is intact, by an earlier head and by its key', async () => {
		const folder = copy();
		expect(await verifyLedger(folder)).toMatchObject({
			intact: true,
			lines: 6,
			runs: 4,
			pruned: 1,
			signed: 6,
			notes: [],
		});
		expect(await verifyLedger(folder, {head: headOfSecond, key: keys.publicKey})).toMatchObject({
			intact: true,
			headLine: 2,
		});
	});

	/** Each with the line that it must name. */
	const TAMPERED: Record<string, [line: number, change: (folder: string) => void]> = {
		'a report': [2, folder => appendFileSync(join(folder, NAMES[1]!, 'report.json'), ' ')],
		'a log': [4, folder => writeFileSync(join(folder, NAMES[2]!, 'log.txt'), '')],
		'a coverage that is gone': [6, folder => rmSync(join(folder, NAMES[3]!, 'coverage.json'))],
		'a file put in': [4, folder => writeFileSync(join(folder, NAMES[2]!, 'report.html'), 'x')],
		'a dot file put in': [4, folder => writeFileSync(join(folder, NAMES[2]!, '.x'), 'x')],
		'a folder that is gone': [2, folder => rmSync(join(folder, NAMES[1]!), {recursive: true})],
		'a folder put in': [7, folder => mkdirSync(join(folder, '20260605T060000000Z-a-5'))],
		'a folder renamed': [2, folder => renameSync(join(folder, NAMES[1]!), join(folder, `${NAMES[1]!}x`))],
		'two files swapped': [
			2,
			folder => {
				const [one, other] = ['run.json', 'log.txt'].map(name => join(folder, NAMES[1]!, name)) as [string, string];
				renameSync(one, `${one}.tmp`);
				renameSync(other, one);
				renameSync(`${one}.tmp`, other);
			},
		],
		'the first line': [
			1,
			folder =>
				put(
					folder,
					lines(folder).map((line, at) => (at === 0 ? line.replace('"exit":0', '"exit":1') : line)),
				),
		],
		'a line in the middle': [
			3,
			folder =>
				put(
					folder,
					lines(folder).map((line, at) => (at === 2 ? line.replace('missed', 'missed ') : line)),
				),
		],
		'the last line': [
			6,
			folder =>
				put(
					folder,
					lines(folder).map((line, at) => (at === 5 ? line.replace('"high":2', '"high":0') : line)),
				),
		],
		'white space in a line': [
			2,
			folder =>
				put(
					folder,
					lines(folder).map((line, at) => (at === 1 ? line.replace('{', '{ ') : line)),
				),
		],
		'a signature': [
			2,
			folder =>
				put(
					folder,
					lines(folder).map((line, at) =>
						at === 1 ? line.replace(/(?<="signature":")./, letter => (letter === 'A' ? 'B' : 'A')) : line,
					),
				),
		],
		'the first line removed': [1, folder => put(folder, lines(folder).slice(1))],
		'a line removed': [3, folder => put(folder, lines(folder).toSpliced(2, 1))],
		'the last line removed': [6, folder => put(folder, lines(folder).slice(0, -1))],
		'the last run removed, line and folder': [
			6,
			folder => {
				put(folder, lines(folder).slice(0, -1));
				rmSync(join(folder, NAMES[3]!), {recursive: true});
			},
		],
		'a line put in': [4, folder => put(folder, lines(folder).toSpliced(3, 0, lines(folder)[2]!))],
		'a line added': [
			7,
			folder => {
				const all = lines(folder);
				const added = {...(JSON.parse(all[2]!) as object), number: 7, previous: sha256(all[5]!)};
				put(folder, [...all, JSON.stringify(added)]);
			},
		],
		'two lines swapped': [
			3,
			folder =>
				put(
					folder,
					[0, 1, 3, 2, 4, 5].map(at => lines(folder)[at]!),
				),
		],
		'a line and what follows it': [
			// One of 3 and 4, it says: nothing tells which.
			4,
			folder =>
				put(
					folder,
					lines(folder).map((line, at) => (at >= 2 ? line.replace('"a"', '"b"') : line)),
				),
		],
		'no line': [2, folder => put(folder, lines(folder).toSpliced(1, 1, 'nothing'))],
		'an empty line': [2, folder => put(folder, lines(folder).toSpliced(1, 0, ''))],
		'half a line behind the end': [7, folder => appendFileSync(join(folder, 'ledger.ndjson'), '{"version":1')],
		'other line ends': [
			2,
			folder =>
				writeFileSync(
					join(folder, 'ledger.ndjson'),
					lines(folder)
						.map(line => `${line}\r\n`)
						.join(''),
				),
		],
		'the last byte': [
			6,
			folder =>
				writeFileSync(join(folder, 'ledger.ndjson'), readFileSync(join(folder, 'ledger.ndjson')).subarray(0, -1)),
		],
		'the ledger gone': [1, folder => rmSync(join(folder, 'ledger.ndjson'))],
		'the head gone': [6, folder => rmSync(join(folder, '.head.json'))],
		'the head broken': [6, folder => writeFileSync(join(folder, '.head.json'), '{}')],
		'the head of an earlier time': [
			3,
			folder => writeFileSync(join(folder, '.head.json'), JSON.stringify({number: 2, hash: headOfSecond})),
		],
	};
	test.each(Object.entries(TAMPERED))('finds it: %s', async (_, [line, change]) => {
		const folder = copy();
		change(folder);
		const {intact, broken} = await verifyLedger(folder);
		expect({intact, line: broken?.line, message: broken?.message}).toMatchObject({intact: false, line});
	});

	test('every byte of the ledger counts', async () => {
		const folder = copy();
		const bytes = readFileSync(join(folder, 'ledger.ndjson'));
		for (let at = 0; at < bytes.length; at += 97) {
			const changed = Buffer.from(bytes);
			changed[at]! ^= 1;
			writeFileSync(join(folder, 'ledger.ndjson'), changed);
			expect((await verifyLedger(folder)).intact, `byte ${at}`).toBe(false);
		}
	});

	describe('a ledger that was rewritten as a whole', () => {
		/** The same runs, one finding fewer, with a chain and a head that fit. */
		async function rewritten(key = generateKeyPairSync('ed25519').privateKey): Promise<string> {
			const folder = copy();
			const old = await readEntries(folder);
			for (const name of ['ledger.ndjson', '.head.json']) rmSync(join(folder, name));
			const ledger = new Ledger(folder, {io: edge('2026-06-05T00:00:00Z').io, key});
			for (const {version, number, at, previous, ...event} of old) {
				await ledger.append(
					event.kind === 'run'
						? {...event, summary: summary({findings: {critical: 0, high: 1, medium: 0, low: 0}})}
						: event,
				);
			}
			return folder;
		}

		test('is intact in itself, and told by a head and by the key', async () => {
			const folder = await rewritten();
			expect((await verifyLedger(folder)).intact).toBe(true);
			expect(await verifyLedger(folder, {head: headOfSecond})).toMatchObject({intact: false, broken: {line: 1}});
			expect(await verifyLedger(folder, {key: keys.publicKey})).toMatchObject({intact: false, broken: {line: 1}});
		});

		test('is told by the key if it is not signed any more', async () => {
			const folder = copy();
			put(
				folder,
				lines(folder).map((line, at) => (at === 5 ? line.replace(/,"signature":"[^"]+"/, '') : line)),
			);
			writeFileSync(join(folder, '.head.json'), JSON.stringify({number: 6, hash: sha256(lines(folder)[5]!)}));
			expect((await verifyLedger(folder)).intact).toBe(true);
			expect(await verifyLedger(folder, {key: keys.publicKey})).toMatchObject({intact: false, broken: {line: 6}});
		});
	});
});

describe('entries that are asked for again and again', () => {
	const io = edge('2026-06-05T00:00:00Z').io;

	test('are those of the file, whatever became of it meanwhile', async () => {
		const folder = temporaryFolder();
		const ledger = new Ledger(folder, {io});
		for (const scope of ['a', 'b', 'c', 'd']) await ledger.append({kind: 'skipped', scope, reason: 'missed'});
		const file = join(folder, 'ledger.ndjson');
		const known = new KnownEntries(folder);
		const same = async (): Promise<void> => {
			expect(await known.read()).toEqual(await readEntries(folder));
			expect(await known.read()).toEqual(await readEntries(folder));
		};
		await same();
		await ledger.append({kind: 'skipped', scope: 'b', reason: 'missed'});
		await same();
		const all = lines(folder);
		appendFileSync(file, '{"half":');
		await same();
		put(folder, all.slice(0, 3));
		await same();
		put(folder, [all[0]!, all[2]!, all[1]!, all[3]!]);
		await same();
		rmSync(file);
		await same();
		put(folder, all);
		await same();
		put(folder, [...all, 'no line']);
		await expect(known.read()).rejects.toThrow(`ledger.ndjson:${all.length + 1} is no line`);
	});

	test('forget runs that were deleted, but not the last one of a scope', async () => {
		const folder = temporaryFolder();
		const ledger = new Ledger(folder, {io});
		const run = (name: string, scope: string): RunEntry => ({
			kind: 'run',
			run: name,
			scope,
			status: 'completed',
			startedAt: '2026-06-05T00:00:00Z',
			finishedAt: '2026-06-05T00:00:00Z',
			files: [],
		});
		const known = new KnownEntries(folder);
		for (const [name, scope] of [
			['a1', 'a'],
			['b1', 'b'],
			['a2', 'a'],
		] as const)
			await ledger.append(run(name, scope));
		await known.read();
		await ledger.append({kind: 'pruned', runs: ['a1', 'b1']});
		await ledger.append(run('a3', 'a'));
		const kept = (await known.read()).map(entry => (entry.kind === 'run' ? entry.run : entry.kind));
		expect(kept).toEqual(['b1', 'a2', 'pruned', 'a3']);
	});
});

describe('an append that was broken off', () => {
	const io = edge('2026-06-05T00:00:00Z').io;

	/** The state of the disk after each step, made from before and after. */
	async function steps(): Promise<Record<string, string>> {
		const before = copy();
		const after = temporaryFolder();
		cpSync(before, after, {recursive: true});
		await new Ledger(after, {io}).append({kind: 'skipped', scope: 'b', reason: 'missed'});
		const line = lines(after).at(-1)!;
		const head = JSON.parse(readFileSync(join(before, '.head.json'), 'utf8')) as object;
		const made = (ledger: string): string => {
			const folder = temporaryFolder();
			cpSync(before, folder, {recursive: true});
			writeFileSync(join(folder, '.head.json'), JSON.stringify({...head, next: line}));
			appendFileSync(join(folder, 'ledger.ndjson'), ledger);
			return folder;
		};
		return {
			'before the line': made(''),
			'in the line': made(line.slice(0, 40)),
			'before its end': made(line),
			'after the line': made(`${line}\n`),
		};
	}

	test('is no break, and the next start finishes it', async () => {
		for (const [when, folder] of Object.entries(await steps())) {
			const verdict = await verifyLedger(folder);
			expect(verdict, when).toMatchObject({intact: true, notes: [expect.stringContaining('next start')]});
			const head = await new Ledger(folder, {io}).settle();
			expect(head.number, when).toBe(7);
			expect(await verifyLedger(folder), when).toMatchObject({intact: true, lines: 7, notes: []});
			expect((await readEntries(folder)).at(-1), when).toMatchObject({scope: 'b'});
		}
	});

	test('something else in its place is one', async () => {
		const {'in the line': folder} = await steps();
		appendFileSync(join(folder!, 'ledger.ndjson'), 'something else');
		expect((await verifyLedger(folder!)).intact).toBe(false);
	});

	test('a ledger that does not end where it should gets no further line', async () => {
		const folder = copy();
		put(folder, lines(folder).slice(0, -1));
		await expect(new Ledger(folder, {io}).append({kind: 'pruned', runs: []})).rejects.toThrow(
			/changed by something else/,
		);
		expect(lines(folder)).toHaveLength(5);
	});
});

describe('a run that was killed', () => {
	const at = edge('2026-06-05T00:00:00Z');

	test.each(['before its folder', 'in its folder', 'when its folder was in place'])(
		'%s is recorded as broken',
		async when => {
			const folder = copy();
			const ledger = new Ledger(folder, {io: at.io});
			const run = '20260605T060000000Z-a-5';
			const staging = await begin(folder, {run, scope: 'a', startedAt: '2026-06-05T06:00:00.000Z'});
			if (when === 'before its folder') rmSync(staging, {recursive: true});
			else {
				writeFileSync(join(staging, 'log.txt'), 'it began\n');
				writeFileSync(join(staging, '.report.json.1.tmp'), '{');
			}
			if (when === 'when its folder was in place') await seal(folder, run);
			expect((await verifyLedger(folder)).intact).toBe(true);
			expect(await recover(ledger, at.now)).toMatchObject({status: 'broken', run});
			expect(await recover(ledger, at.now)).toBeUndefined();
			const verdict = await verifyLedger(folder);
			expect(verdict).toMatchObject({intact: true, runs: 5, notes: []});
			expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual(['.head.json']);
			if (when !== 'before its folder') expect(readdirSync(join(folder, run))).toEqual(['log.txt']);
		},
	);

	test('when its line was written ahead is recorded as what it was', async () => {
		const folder = temporaryFolder();
		const ledger = new Ledger(folder, {io: at.io});
		const [run] = NAMES;
		await begin(folder, {run: run!, scope: 'a', startedAt: '2026-06-01T06:00:00.000Z'});
		await seal(folder, run!);
		const {append} = ledger;
		await append.call(ledger, {
			kind: 'run',
			run: run!,
			scope: 'a',
			status: 'completed',
			startedAt: '',
			finishedAt: '',
			files: [],
		});
		expect(await recover(ledger, at.now)).toBeUndefined();
		expect(await readEntries(folder)).toMatchObject([{status: 'completed'}]);
	});
});

describe('the lock', () => {
	test('is for one, and waits in vain', async () => {
		const folder = temporaryFolder();
		const at = edge('2026-06-05T00:00:00Z');
		const first = await takeLock(folder, 'x', {io: at.io, atMost: 0});
		const waits: unknown[] = [];
		const second = await takeLock(folder, 'x', {io: at.io, atMost: 5000, onWait: owner => waits.push(owner?.pid)});
		expect(isLock(first) && !isLock(second)).toBe(true);
		expect(waits).toEqual([process.pid]);
		if (isLock(first)) await first.release();
		const third = await takeLock(folder, 'x', {io: at.io, atMost: 0});
		expect(isLock(third)).toBe(true);
		if (isLock(third)) await third.release();
	});

	test.each([
		['a process that is gone', {pid: 2 ** 22 - 1}, 0],
		['a process whose id was given out again', {started: '1'}, 0],
		['another machine that is silent', {machine: 'elsewhere'}, 30_000],
	])('of %s is taken over', async (_, owner, after) => {
		const folder = temporaryFolder();
		const at = edge('2026-06-05T00:00:00Z');
		writeFileSync(join(folder, 'x'), JSON.stringify({...ourselves(at.now), ...owner}));
		const from = at.now;
		const lock = await takeLock(folder, 'x', {io: at.io, atMost: 0});
		expect(isLock(lock)).toBe(true);
		expect(at.now - from).toBeGreaterThanOrEqual(after);
		if (isLock(lock)) await lock.release();
	});

	test('of another machine that shows signs of life is not', async () => {
		const folder = temporaryFolder();
		const at = edge('2026-06-05T00:00:00Z');
		let beat = 0;
		const {sleep} = at.io;
		at.io.sleep = async time => {
			writeFileSync(join(folder, 'x'), JSON.stringify({...ourselves(0), machine: 'elsewhere', since: String(beat++)}));
			await sleep(time);
		};
		writeFileSync(join(folder, 'x'), JSON.stringify({...ourselves(0), machine: 'elsewhere'}));
		expect(isLock(await takeLock(folder, 'x', {io: at.io, atMost: 60_000}))).toBe(false);
	});
});
