/** Where runs are copied: each once, all of them in the end, and never over what is there. */
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {Ledger} from '../../src/schedule/ledger.ts';
import {begin, end, seal} from '../../src/schedule/pending.ts';
import {deliver} from '../../src/schedule/targets/index.ts';
import {WRITE_METHODS} from '../../src/schedule/targets/methods.ts';
import {verifyLedger} from '../../src/schedule/verify.ts';
import {BucketStandIn} from './bucket.ts';
import {edge, temporaryFolder} from './edge.ts';

// The client takes its time to load.
vi.setConfig({testTimeout: 90_000});

const RUNS = ['20260601T060000000Z-a-1', '20260602T060000000Z-a-2', '20260603T060000000Z-a-3'];

async function addRun(folder: string, run: string, log = 'it ran\n'): Promise<void> {
	const ledger = new Ledger(folder, {io: edge('2026-06-05T00:00:00Z').io});
	const staging = await begin(folder, {run, scope: 'a', startedAt: ''});
	writeFileSync(join(staging, 'report.json'), `{"run": "${run}"}\n`);
	writeFileSync(join(staging, 'log.txt'), log);
	const files = await seal(folder, run);
	await ledger.append({kind: 'run', run, scope: 'a', status: 'completed', startedAt: '', finishedAt: '', files});
	await end(folder);
}

describe('a directory', () => {
	test('is a ledger of its own that verifies, and catches up', async () => {
		const folder = temporaryFolder();
		const place = join(temporaryFolder(), 'deep', 'copy');
		await addRun(folder, RUNS[0]!);
		expect(await deliver([{directory: place}], folder)).toEqual([]);
		await addRun(folder, RUNS[1]!);
		await addRun(folder, RUNS[2]!);
		expect(await deliver([{directory: place}], folder)).toEqual([]);
		expect(await verifyLedger(place)).toMatchObject({intact: true, runs: 3});
		expect((await verifyLedger(place)).head).toBe((await verifyLedger(folder)).head);
	});

	test('that fails loses nothing, and nothing of the others', async () => {
		const folder = temporaryFolder();
		const [bad, good] = [join(temporaryFolder(), 'place'), temporaryFolder()];
		writeFileSync(bad, 'in the way');
		await addRun(folder, RUNS[0]!);
		const rules = [{name: 'usb', directory: bad}, {directory: good}];
		const [failure, ...more] = await deliver(rules, folder);
		expect(failure).toMatchObject({target: 'usb', error: expect.stringContaining('cannot be written')});
		expect(more).toEqual([]);
		expect(await verifyLedger(folder)).toMatchObject({intact: true, runs: 1});
		expect(readdirSync(good)).toContain(RUNS[0]);
		rmSync(bad);
		mkdirSync(bad);
		await addRun(folder, RUNS[1]!);
		expect(await deliver(rules, folder)).toEqual([]);
		expect(await verifyLedger(bad)).toMatchObject({intact: true, runs: 2});
	});
});

describe('a bucket', () => {
	let standIn: BucketStandIn;
	let signOut: () => void;
	beforeEach(async () => {
		standIn = await new BucketStandIn().listen();
		signOut = standIn.signIn();
	});
	afterEach(() => {
		signOut();
		standIn.close();
	});

	const rules = () => [{bucket: 'gs://audits/sa-audit', apiEndpoint: standIn.endpoint}];

	/** As `gcloud storage cp` and `cat` would bring it back. */
	async function broughtBack(): Promise<Awaited<ReturnType<typeof verifyLedger>>> {
		const folder = temporaryFolder();
		const lines: Buffer[] = [];
		for (const [name, bytes] of [...standIn.objects].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
			const [, kind, file] = name.split('/') as [string, string, string];
			if (kind === 'ledger') lines.push(bytes);
			else {
				mkdirSync(join(folder, kind), {recursive: true});
				writeFileSync(join(folder, kind, file), bytes);
			}
		}
		writeFileSync(join(folder, 'ledger.ndjson'), Buffer.concat(lines));
		const {hash} = JSON.parse(readFileSync(join(source, '.head.json'), 'utf8')) as {hash: string};
		return verifyLedger(folder, {head: hash});
	}
	let source: string;

	test('gets every run once, by creating objects and by nothing else', async () => {
		source = temporaryFolder();
		await addRun(source, RUNS[0]!);
		await addRun(source, RUNS[1]!);
		expect(await deliver(rules(), source)).toEqual([]);
		expect(standIn.calls).toHaveLength(6);
		expect(await deliver(rules(), source)).toEqual([]);
		expect(standIn.calls).toHaveLength(6);
		await addRun(source, RUNS[2]!);
		expect(await deliver(rules(), source)).toEqual([]);
		expect(await broughtBack()).toMatchObject({intact: true, runs: 3});
		const allowed = new Set<string>(Object.values(WRITE_METHODS).map(({name}) => name));
		expect(standIn.calls.filter(call => !allowed.has(call))).toEqual([]);
	});

	test('large files too', async () => {
		source = temporaryFolder();
		await addRun(source, RUNS[0]!, 'x'.repeat(9_000_000));
		expect(await deliver(rules(), source)).toEqual([]);
		expect(await broughtBack()).toMatchObject({intact: true});
	});

	test('an answer that is lost, and a server that is busy, do no harm', async () => {
		source = temporaryFolder();
		await addRun(source, RUNS[0]!);
		standIn.fault = nth => (nth === 1 ? 'lost' : nth === 3 ? 503 : undefined);
		expect(await deliver(rules(), source)).toEqual([]);
		expect(await broughtBack()).toMatchObject({intact: true, runs: 1});
	});

	test('one that refuses is told, and has it all later', async () => {
		source = temporaryFolder();
		await addRun(source, RUNS[0]!);
		standIn.fault = () => 403;
		expect(await deliver(rules(), source)).toEqual([
			{target: 'gs://audits/sa-audit', error: expect.stringContaining('HTTP 403')},
		]);
		standIn.fault = undefined;
		await addRun(source, RUNS[1]!);
		expect(await deliver(rules(), source)).toEqual([]);
		expect(await broughtBack()).toMatchObject({intact: true, runs: 2});
	});

	test('nothing but this list can be asked for: one file imports the client', () => {
		const folder = new URL('../../src/', import.meta.url);
		const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.ts'));
		const importing = files.filter(name =>
			readFileSync(new URL(name, folder), 'utf8').includes("'@google-cloud/storage'"),
		);
		expect(importing).toEqual(['schedule/targets/bucket.ts']);
		const text = readFileSync(new URL('schedule/targets/bucket.ts', folder), 'utf8');
		expect(text).not.toMatch(/\.(?:delete|deleteFiles|setMetadata|makePublic|move|copy|rename|setIamPolicy)\(/);
		expect(Object.values(WRITE_METHODS).flatMap(({permissions}) => permissions)).toEqual(['storage.objects.create']);
	});
});
