/** Who hears of what: only what changed, signed, again and again until it is taken, and never with a secret in a log. */
import {createHmac} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingHttpHeaders} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {Changes} from '../../src/schedule/changes.ts';
import type {RunEntry} from '../../src/schedule/entry.ts';
import {DEAD_LETTERS, tell} from '../../src/schedule/notices/index.ts';
import {type Notice, noticeFor, type Told} from '../../src/schedule/notices/notice.ts';
import {bodyOf} from '../../src/schedule/notices/request.ts';
import {PLACEHOLDERS} from '../../src/schedule/notices/text.ts';
import type {NoticeRule} from '../../src/schedule/settings.ts';
import {edge, NONE, summary, temporaryFolder} from './edge.ts';

const SECRET = 'a secret that nobody may see';

const finding = (severity: 'critical' | 'low', message: string): NonNullable<Changes['fresh']>[number] => ({
	check: 'user-managed-key',
	fingerprint: 'a'.repeat(64),
	severity,
	message,
	resource: '//iam.googleapis.com/x',
});

const QUIET: Changes = {fresh: [], fixed: [], unread: [], expiring: [], nearer: []};
const KEY = {key: '//iam.googleapis.com/k', account: 'a@b.c', until: '2026-06-20T00:00:00.000Z', stage: 30};

function told({
	entry = {},
	changes = {},
	before,
}: {entry?: Partial<RunEntry>; changes?: Partial<Changes>; before?: Partial<RunEntry>} = {}): Told {
	const run: RunEntry = {
		kind: 'run',
		run: '20260601T000000000Z-a-1',
		scope: 'a',
		status: 'completed',
		startedAt: '2026-06-01T00:00:00.000Z',
		finishedAt: '2026-06-01T00:01:00.000Z',
		exit: 0,
		summary: summary({fresh: NONE, fixed: NONE}),
		files: [],
		...entry,
	};
	return {entry: run, head: 'f'.repeat(64), changes: {...QUIET, ...changes}, before: before && {...run, ...before}};
}

const FRESH = told({
	entry: {summary: summary({fresh: {...NONE, critical: 1, low: 2}, fixed: {...NONE, low: 1}})},
	changes: {
		fresh: [finding('critical', 'Ann becomes root'), finding('low', 'a small thing')],
		fixed: [finding('low', 'mended')],
	},
});
const WEBHOOK: NoticeRule = {kind: 'webhook', url: {env: 'HOOK'}, secret: {env: 'HOOK_SECRET'}};

describe('what is told', () => {
	test.each<[string, Told, Partial<NoticeRule>, string[] | undefined]>([
		['nothing, if nothing changed', told(), {}, undefined],
		['new and fixed findings', FRESH, {}, ['new', 'fixed']],
		['those of a severity', FRESH, {minSeverity: 'critical'}, ['new']],
		['what the rule is for', FRESH, {events: ['fixed']}, ['fixed']],
		['nothing of other schedules', FRESH, {scopes: ['b']}, undefined],
		['a failed run', told({entry: {status: 'failed', reason: 'no'}}), {}, ['failed']],
		['a broken one', told({entry: {status: 'broken'}}), {}, ['failed']],
		['a run in which a check failed', told({entry: {exit: 70}}), {}, ['failed']],
		['that it runs again', told({before: {status: 'failed'}}), {}, ['failed']],
		['less coverage', told({changes: {unread: ['keys of projects/p is missing']}}), {}, ['coverage']],
		['a key that comes near its end', told({changes: {nearer: [KEY], expiring: [KEY]}}), {}, ['key-expiry']],
		['not one that was told before', told({changes: {expiring: [KEY]}}), {}, undefined],
	])('%s', (_, what, rule, events) => {
		expect(noticeFor({...WEBHOOK, ...rule}, what)?.events).toEqual(events);
	});

	test('findings below the severity are not in it', () => {
		const notice = noticeFor({...WEBHOOK, minSeverity: 'critical'}, FRESH)!;
		expect(notice.new).toEqual({total: 1, findings: [finding('critical', 'Ann becomes root')]});
		expect(notice.fixed).toEqual({total: 0, findings: []});
	});
});

describe('as text', () => {
	const text = (rule: Pick<NoticeRule, 'kind' | 'template'>, notice: Notice): string =>
		(JSON.parse(bodyOf(rule, notice)) as {text: string}).text;
	const hostile = noticeFor(WEBHOOK, {
		...FRESH,
		changes: {...QUIET, fresh: [finding('critical', '<!channel> & <https://evil|here> \u202e\u001b[2J\nsecond')]},
	})!;

	test('ours', () => {
		expect(text({kind: 'slack'}, noticeFor(WEBHOOK, FRESH)!)).toBe(
			[
				'sa-audit a: 3 new, 1 fixed',
				'NEW critical: Ann becomes root',
				'NEW low: a small thing',
				'and 1 more',
				'FIXED low: mended',
				`Run 20260601T000000000Z-a-1, ledger head ${'f'.repeat(64)}`,
			].join('\n'),
		);
	});

	test('by a template with every placeholder', () => {
		const template = Object.keys(PLACEHOLDERS)
			.map(name => `${name}={{${name}}}`)
			.join(' | ');
		const shown = text({kind: 'webhook', template}, noticeFor(WEBHOOK, FRESH)!);
		expect(shown).toContain('scope=a | run=20260601T000000000Z-a-1 | status=completed | exit=0');
		expect(shown).toContain('new=3 | fixed=1 | findings=2 | critical=0 | high=2');
		expect(shown).not.toMatch(/\{\{|undefined/);
	});

	test('names of strangers are no markup', () => {
		const slack = text({kind: 'slack'}, hostile);
		expect(slack).toContain('&lt;!channel&gt; &amp; &lt;https://evil|here&gt;');
		expect(slack).not.toMatch(/[<>\u202e]|[^\P{Cc}\n]/u);
		expect(text({kind: 'google-chat'}, hostile)).not.toMatch(/[<>\u202e]|[^\P{Cc}\n]/u);
	});

	test('not longer than receivers take', () => {
		const long = noticeFor(WEBHOOK, {
			...FRESH,
			changes: {...QUIET, fresh: Array.from({length: 90}, () => finding('critical', '&'.repeat(3000)))},
		})!;
		expect(text({kind: 'slack'}, long).length).toBeLessThan(4000);
		expect(text({kind: 'slack'}, long)).toMatch(/&amp;…$/);
	});
});

interface Received {
	headers: IncomingHttpHeaders;
	body: string;
}

/** Answers with each status in turn, the last one for ever; 0 hangs up. */
async function receiver(
	...answers: [status: number, headers?: Record<string, string>][]
): Promise<{url: string; received: Received[]}> {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (text: string) => (body += text));
		request.on('end', () => {
			received.push({headers: request.headers, body});
			const [status, headers] = answers[Math.min(received.length, answers.length) - 1]!;
			if (status === 0) request.socket.destroy();
			else response.writeHead(status, headers).end();
		});
	});
	await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
	onTestFinished(() => void server.close());
	const {port} = server.address() as AddressInfo;
	return {url: `http://127.0.0.1:${port}/hooks/${encodeURIComponent(SECRET)}`, received};
}

async function sent(url: string, what: Told = FRESH, rule: NoticeRule = WEBHOOK) {
	const folder = temporaryFolder();
	const at = edge('2026-06-01T00:00:00Z', {HOOK: url, HOOK_SECRET: SECRET});
	let said = '';
	await tell([rule], what, folder, at.io, line => (said += `${line}\n`));
	let letters: string;
	try {
		letters = readFileSync(join(folder, DEAD_LETTERS), 'utf8');
	} catch {
		letters = '';
	}
	expect(`${said}${letters}${at.said()}`).not.toMatch(/secret|hooks/i);
	return {said, letters, waited: at.now - Date.parse('2026-06-01T00:00:00Z')};
}

describe('sending', () => {
	test('a webhook that fails and recovers gets it, signed, and once', async () => {
		const {url, received} = await receiver([500], [0], [429, {'retry-after': '30'}], [204]);
		const {said, letters, waited} = await sent(url);
		expect({said, letters}).toEqual({said: '', letters: ''});
		expect(received).toHaveLength(4);
		expect(waited).toBeGreaterThanOrEqual(30_000);
		const {body, headers} = received.at(-1)!;
		expect(JSON.parse(body)).toMatchObject({
			version: 1,
			events: ['new', 'fixed'],
			head: 'f'.repeat(64),
			new: {total: 3},
		});
		const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-sa-audit-signature']))!;
		expect(mac).toBe(createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex'));
		expect(headers['x-sa-audit-delivery']).toBe('20260601T000000000Z-a-1');
	});

	test('one that never recovers: five attempts, each later than the one before, and a dead letter', async () => {
		const {url, received} = await receiver([503]);
		const {said, letters, waited} = await sent(url);
		expect(received).toHaveLength(5);
		expect(waited).toBeGreaterThanOrEqual(15_000);
		expect(said).toContain('could not be sent (5 attempts): HTTP 503');
		const letter = JSON.parse(letters) as {body: string};
		expect(letter).toMatchObject({kind: 'webhook', run: '20260601T000000000Z-a-1', attempts: 5, error: 'HTTP 503'});
		expect(JSON.parse(letter.body)).toMatchObject({new: {total: 3}});
	});

	test.each([[404], [302, {location: 'https://elsewhere.example/'}]] as [number, Record<string, string>?][])(
		'a receiver that says %i is not asked again, nor followed',
		async (status, headers) => {
			const {url, received} = await receiver([status, headers]);
			const {letters} = await sent(url);
			expect(received).toHaveLength(1);
			expect(letters).toContain(`HTTP ${status}`);
		},
	);

	test('nobody there', async () => {
		const server = createServer();
		await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
		const {port} = server.address() as AddressInfo;
		await new Promise(done => server.close(done));
		const {letters} = await sent(`http://127.0.0.1:${port}/hooks/x`);
		expect(letters).toContain('ECONNREFUSED');
	});

	test.each([
		['no variable', {url: {env: 'ABSENT'}}, 'the variable ABSENT, which is not set'],
		['no file', {url: {file: '/nonexistent/url'}}, '/nonexistent/url, which cannot be read: ENOENT'],
		['no URL', {url: {env: 'HOOK_SECRET'}}, 'its URL is no https:// URL'],
	])('%s is told, and the notice kept', async (_, rule, error) => {
		const {said, letters} = await sent('', FRESH, {...WEBHOOK, name: 'team', ...rule} as NoticeRule).catch(
			(thrown: unknown) => ({said: String(thrown), letters: ''}),
		);
		expect(said).toContain('The notice team');
		expect(letters).toContain(error);
	});

	test('from a file, and plain http to others is refused', async () => {
		const {url, received} = await receiver([200]);
		const file = join(temporaryFolder(), 'url');
		writeFileSync(file, `${url}\n`);
		await sent('', FRESH, {kind: 'slack', url: {file}});
		expect(Object.keys(JSON.parse(received[0]!.body) as object)).toEqual(['text']);
		expect(received[0]!.headers).not.toHaveProperty('x-sa-audit-signature');
		const {letters} = await sent('http://192.0.2.1/x');
		expect(letters).toContain('no https:// URL');
	});
});
