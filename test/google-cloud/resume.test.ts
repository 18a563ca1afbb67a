/** Interrupted and unfinished collections: what was read is not asked for again, and nobody reads half a file. */
import {spawn} from 'node:child_process';
import {appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {journalFile, openJournal} from '../../src/sources/google-cloud/journal.ts';
import {CLI} from '../start.ts';
import {CERTIFICATE_FILE, live, type Live, ORGANIZATION} from './live.ts';

let at: Live | undefined;
afterEach(() => at?.close());

const args = (file: string, ...more: string[]): string[] => [
	'collect',
	`--organization=${ORGANIZATION}`,
	`--output=${file}`,
	'--via=services',
	...more,
];

/** The real program, killed after so many calls. */
async function killedAfter(calls: number): Promise<void> {
	const child = spawn(
		process.execPath,
		[CLI, ...args(at!.path('a.ndjson')), `--api-endpoint=${at!.standIn.endpoint}`, '--quota-factor=1000000'],
		{
			env: {
				PATH: process.env['PATH'],
				HOME: at!.folder,
				XDG_STATE_HOME: at!.path('state'),
				GOOGLE_APPLICATION_CREDENTIALS: at!.path('credentials.json'),
				NODE_EXTRA_CA_CERTS: CERTIFICATE_FILE,
			},
			stdio: 'ignore',
		},
	);
	const ended = new Promise(done => child.on('close', done));
	const {switches, calls: made} = at!.standIn;
	switches.fault = () => {
		if (made.length === calls) child.kill('SIGKILL');
		return undefined;
	};
	await ended;
	switches.fault = () => undefined;
}

test.each([3, 60])('killed after %d calls, it goes on from there', async calls => {
	at = await live({latency: 5});
	await killedAfter(calls);
	expect(existsSync(at.path('a.ndjson'))).toBe(false);
	expect(readdirSync(at.folder).toSorted()).toEqual(['credentials.json', 'state', 'token']);
	const [journal] = readdirSync(at.path('state/sa-audit/collections'));
	const answered = readFileSync(at.path(`state/sa-audit/collections/${journal}`), 'utf8').split('\n').length - 2;
	at.standIn.forget();
	const ended = await at.run(args(at.path('a.ndjson'), '--resume'));
	expect(ended.code).toBe(0);
	expect(ended.stderr).toContain(`Going on with the collection of`);
	const again = at.standIn.calls.length;
	at.standIn.forget();
	await at.run(args(at.path('b.ndjson')));
	expect(at.standIn.calls.length).toBe(again + answered);
	expect(
		readFileSync(at.path('a.ndjson'), 'utf8').replaceAll(/20\d\d-\d\d-\d\dT00:00:00Z|(?<="to":")[^"]+/g, 'DAY'),
	).toBe(readFileSync(at.path('b.ndjson'), 'utf8').replaceAll(/20\d\d-\d\d-\d\dT00:00:00Z|(?<="to":")[^"]+/g, 'DAY'));
	expect(readdirSync(at.path('state/sa-audit/collections'))).toEqual([]);
});

test('what --max-wait left over is missing, and --resume reads just that', async () => {
	at = await live();
	const slow = [`--organization=${ORGANIZATION}`, '--via=services', `--output=${at.path('a.ndjson')}`];
	const first = await at.run(['collect', ...slow, '--max-wait=1s'], {}, ['--quota-factor=1']);
	expect(first.code).toBe(0);
	expect(first.stderr).toContain('--resume');
	const text = readFileSync(at.path('a.ndjson'), 'utf8');
	expect(text).toContain('did not let this through within --max-wait');
	// The organization and the folders come first.
	const holes = text.split('\n').filter(line => line.includes('within --max-wait') && line.includes('denyPolicies'));
	expect(holes.length).toBe(5);
	for (const hole of holes) expect(hole).toContain('"scope":"projects/');
	at.standIn.forget();
	const second = await at.run(['collect', ...slow, '--max-wait=10m', '--resume'], {}, ['--quota-factor=1']);
	expect(second.stderr).toContain('Going on');
	expect(at.standIn.methods()).toEqual(Array(5).fill('google.iam.v2.Policies.ListPolicies'));
	expect(readFileSync(at.path('a.ndjson'), 'utf8')).not.toContain('max-wait');
});

test('refusals are asked again by --resume, since they may have been mended', async () => {
	at = await live({fault: ({method}) => (method.includes('orgpolicy') ? {fault: 'unavailable'} : undefined)});
	await at.run(args(at.path('a.ndjson')));
	at.standIn.switches = {};
	at.standIn.forget();
	await at.run(args(at.path('a.ndjson'), '--resume'));
	expect(new Set(at.standIn.methods())).toEqual(new Set(['google.cloud.orgpolicy.v2.OrgPolicy.ListPolicies']));
	expect(readFileSync(at.path('a.ndjson'), 'utf8')).not.toContain('orgpolicy.googleapis.com did not answer');
});

test('with nothing to go on with, it says so and begins', async () => {
	at = await live();
	const {code, stderr} = await at.run(args(at.path('a.ndjson'), '--resume'));
	expect(code).toBe(0);
	expect(stderr).toContain('There is no unfinished collection of this; a new one begins.');
});

test('without a place for its state, a run reads all the same and says so', async () => {
	at = await live();
	const env = {XDG_STATE_HOME: at.path('token')};
	const {code, stderr} = await at.run(['audit', `--organization=${ORGANIZATION}`, '--quiet'], env);
	expect([code, stderr]).toEqual([0, '']);
	const loud = await at.run(['audit', `--organization=${ORGANIZATION}`], env);
	expect(loud.stderr).toMatch(/Warning: The state of the collection cannot be written to[^]*cannot be resumed/);
	expect((await at.run(['audit', `--organization=${ORGANIZATION}`, '--resume'], env)).code).toBe(2);
});

test('a journal with half a line, or of strangers, does no harm', () => {
	const folder = mkdtempSync(join(tmpdir(), 'sa-audit-journal-'));
	try {
		const file = journalFile({XDG_STATE_HOME: folder}, ['x']);
		expect(file.startsWith(join(folder, 'sa-audit/collections/'))).toBe(true);
		const first = openJournal(file, {resume: false, now: '2026-01-01T00:00:00Z'});
		first.add('getProject', {name: 'projects/p'}, {name: 'projects/1', displayName: 'ä\u2028'});
		first.close(true);
		appendFileSync(file, 'abc {"name": "half');
		const second = openJournal(file, {resume: true, now: '2026-01-02T00:00:00Z'});
		expect(second.startedAt).toBe('2026-01-01T00:00:00Z');
		expect(second.resumed).toBe(1);
		expect(second.find('getProject', {name: 'projects/p'})).toEqual({name: 'projects/1', displayName: 'ä\u2028'});
		expect(second.find('getProject', {name: 'projects/q'})).toBeUndefined();
		second.add('getProject', {name: 'projects/q'}, {name: 'projects/2'});
		second.close(true);
		const third = openJournal(file, {resume: true, now: ''});
		expect(third.find('getProject', {name: 'projects/q'})).toEqual({name: 'projects/2'});
		third.close(false);
		expect(existsSync(file)).toBe(false);
		expect(journalFile({XDG_STATE_HOME: 'relative', HOME: folder}, ['x'])).toContain('/.local/state/sa-audit/');
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
});
