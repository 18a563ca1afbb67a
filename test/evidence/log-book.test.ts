import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {logLines} from '../../bench/log-entries.ts';
import {EntryCounter} from '../../src/evidence/entry-counter.ts';
import {LogBook} from '../../src/evidence/log-book.ts';
import {networkOf} from '../../src/evidence/network.ts';
import {SeenIds, textHash, writeId} from '../../src/evidence/seen-ids.ts';
import {clientKind, namesRun} from '../../src/evidence/user-agent.ts';
import {becomingOf} from '../../src/evidence/usage.ts';
import {nameOf} from '../../src/evidence/usage-table.ts';

const NOW = Date.parse('2026-11-01T00:00:00Z');
const lines = [...logLines({entries: 3000, seed: 21, tricky: true})];

/** @param quick try lines before they are parsed, as files do */
function read(all: readonly string[], {quick = false, usages}: {quick?: boolean; usages?: number} = {}): LogBook {
	const book = new LogBook(NOW, {...(usages !== undefined && {usages})});
	const reader = new EntryCounter(book);
	for (const line of all) {
		const bytes = Buffer.from(line);
		if (!quick || !reader.takeLine(bytes, 0, bytes.length)) reader.take(JSON.parse(line) as Record<string, unknown>);
	}
	reader.finish();
	return book;
}

const told = (book: LogBook): unknown => ({
	usages: book.usages().toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
	seen: book.seen().toSorted((a, b) => (`${a.scope} ${a.log}` < `${b.scope} ${b.log}` ? -1 : 1)),
	events: book
		.events()
		.map(event => JSON.stringify(event))
		.toSorted(),
	counts: book.counts,
});

describe('lines that are not parsed', () => {
	test('count as those that are', () => {
		// Twice the same, so that the second half has all been seen; ids differ, so that it counts.
		const again = lines.map(line => line.replace('"insertId":"', '"insertId":"again'));
		expect(told(read([...lines, ...again], {quick: true}))).toEqual(told(read([...lines, ...again])));
	});

	test('count as those that are, whatever the address and the agent', () => {
		const line = lines.find(text =>
			/"principalEmail":"sa-.*"callerIp":"[^"]+","callerSuppliedUserAgent":"/.test(text),
		)!;
		const run = ' invocation-id/0a1b environment/None';
		const networks = ['203.0.113.5', '203.0.113.77', '203.0.113.', '203.0.113', '203.0.1134', '::ffff:203.0.113.5'];
		const addresses = [...networks, '34.76.1.5', '.5', ''];
		const agents = [
			'',
			'gsutil',
			`gcloud${run}`,
			`gcloud${run.replace('0a1b', 'ffff')}`,
			'gcloud environment/None',
			run,
		];
		const all = [...agents, ' invocation-id/1', `x invocation-id/1 invocation-id/22 job=4711a`].flatMap((agent, row) =>
			addresses.map((address, column) =>
				line
					.replace(/"insertId":"[^"]*"/, `"insertId":"${row}-${column}"`)
					.replace(/("callerIp":")[^"]+(","callerSuppliedUserAgent":")[^"]*/, `$1${address}$2${agent}`),
			),
		);
		const twice = [...all, ...all.map(text => text.replace('"insertId":"', '"insertId":"again'))];
		expect(told(read(twice, {quick: true}))).toEqual(told(read(twice)));
		expect(read(all).usages().length).toBe(9);
	});

	test('are all of them, as sinks write them', () => {
		const reader = new EntryCounter(new LogBook(NOW));
		let parsed = 0;
		for (const line of logLines({entries: 20_000, seed: 3})) {
			const bytes = Buffer.from(line);
			if (reader.takeLine(bytes, 0, bytes.length)) continue;
			parsed++;
			reader.take(JSON.parse(line) as Record<string, unknown>);
		}
		expect(parsed).toBe(0);
	});

	const plain = [...logLines({entries: 500, seed: 5})].find(line =>
		/"methodName":"storage\.objects\.get".*"principalEmail":"sa-/.test(line),
	)!;
	test.each<[string, (line: string) => string]>([
		['cut off', line => line.slice(0, -2)],
		['with something behind it', line => `${line}x`],
		['with a field twice', line => line.replace('"insertId"', '"logName":"projects/x/logs/y","insertId"')],
		['with a key that is escaped', line => line.replace('"logName"', '"log\\u004eame"')],
		['with another type', line => line.replace(/"methodName":"[^"]+"/, '"methodName":7')],
		['of another payload', line => line.replace('audit.AuditLog', 'audit.OtherLog')],
		['without a log', line => line.replace('"logName"', '"logname"')],
		[
			'of another day than received',
			line => line.replace(/"receiveTimestamp":"2026-\d\d/, '"receiveTimestamp":"2026-12'),
		],
	])('never are those %s', (_, spoil) => {
		const reader = new EntryCounter(new LogBook(NOW));
		const take = (line: string): boolean => reader.takeLine(Buffer.from(line), 0, Buffer.byteLength(line));
		expect(take(plain)).toBe(true);
		expect(take(`  ${plain}\r`.slice(2))).toBe(true);
		expect(spoil(plain)).not.toBe(plain);
		expect(take(spoil(plain))).toBe(false);
	});
});

/** Bytes of a line changed, put in or taken out, pieces of it given twice: what is taken unparsed must parse, and say the same. */
test('lines that were tampered with are taken only where they say what parsing them says', () => {
	const kinds = [...logLines({entries: 4000, seed: 9})].filter(
		(line, index) => index < 8 || /Sign|actAs|Key"/.test(line),
	);
	const pieces = [
		'"',
		'\\',
		'{',
		'}',
		'[',
		']',
		',',
		':',
		' ',
		'\\u0041',
		'\\x',
		'\n',
		'\t',
		'null',
		'01',
		'-',
		'1e5',
		'.',
		'\u00e9',
		'\u0001',
	];
	let taken = 0;
	fc.assert(
		fc.property(
			fc.nat({max: kinds.length - 1}),
			fc.array(
				fc.record({
					at: fc.nat({max: 1999}),
					cut: fc.integer({min: 0, max: 3}),
					piece: fc.oneof(
						fc.constantFrom('', 'a', 'Z7', '9', '.', ...pieces),
						fc.tuple(fc.nat({max: 1500}), fc.integer({min: 1, max: 60})),
					),
				}),
				{minLength: 1, maxLength: 2},
			),
			// How lines like it are built is known from those before it, or not.
			fc.nat({max: 2}),
			(which, changes, before) => {
				let line = kinds[which]!;
				const known = [kinds[which]!, kinds[(which + 1) % kinds.length]!].slice(0, before);
				for (const {at, cut, piece} of changes) {
					const place = at % line.length;
					const put = typeof piece === 'string' ? piece : line.slice(piece[0], piece[0] + piece[1]);
					line = line.slice(0, place) + put + line.slice(place + cut);
				}
				const bytes = Buffer.from(line);
				const [quick, exact] = [new LogBook(NOW), new LogBook(NOW)];
				const [reader, parsed] = [new EntryCounter(quick), new EntryCounter(exact)];
				for (const other of known) {
					reader.takeLine(Buffer.from(other), 0, Buffer.byteLength(other));
					parsed.take(JSON.parse(other) as Record<string, unknown>);
				}
				if (!reader.takeLine(bytes, 0, bytes.length)) return;
				taken++;
				reader.finish();
				parsed.take(JSON.parse(line) as Record<string, unknown>);
				parsed.finish();
				expect(told(quick)).toEqual(told(exact));
			},
		),
		{numRuns: 6000, seed: 17},
	);
	expect(taken).toBeGreaterThan(200);
});

describe('more ways of use than there is room for', () => {
	test('are told apart less finely, in whatever order they came', () => {
		const [fine, coarse] = [read(lines), read(lines, {usages: 600})];
		expect(fine.coarseness).toBe(0);
		expect(coarse.coarseness).toBeGreaterThan(0);
		expect(told(read(lines.toReversed(), {usages: 600}))).toEqual(told(coarse));
		const sum = (book: LogBook, pick: (use: ReturnType<LogBook['usages']>[number]) => boolean): number =>
			book
				.usages()
				.filter(pick)
				.reduce((total, {count}) => total + count, 0);
		expect(sum(coarse, () => true)).toBe(sum(fine, () => true));
		expect(sum(coarse, use => becomingOf(use) === 'SignJwt')).toBe(sum(fine, use => becomingOf(use) === 'SignJwt'));
	});

	test('single events: the newest are kept, the others counted', () => {
		const book = new LogBook(NOW, {events: 5});
		const reader = new EntryCounter(book);
		const all = [...logLines({entries: 6000, seed: 4})].map(line => JSON.parse(line) as Record<string, unknown>);
		for (const entry of all) reader.take(entry);
		reader.finish();
		const newest = read(all.map(entry => JSON.stringify(entry)))
			.events()
			.map(({at}) => at)
			.toSorted((a, b) => b - a);
		expect(book.events().map(({at}) => at)).toEqual(newest.slice(0, 5));
		expect(book.counts.dropped).toBe(newest.length - 5);
	});
});

test('duplicates are known among the last ones, by log, time and id', () => {
	const seen = new SeenIds(100);
	const has = (log: string, at: number, id: string): boolean => {
		const ids = new Int32Array(2);
		writeId(ids, 0, textHash(log), at, id);
		return seen.duplicates(ids) !== undefined;
	};
	expect([has('l', 1, 'a'), has('l', 1, 'a'), has('l', 2, 'a'), has('m', 1, 'a'), has('l', 1, '')]).toEqual([
		false,
		true,
		false,
		false,
		false,
	]);
	for (let index = 0; index < 90; index++) expect(has('l', 3, `x${index}`)).toBe(false);
	expect(has('l', 1, 'a')).toBe(true);
	for (let index = 0; index < 300; index++) has('l', 4, `y${index}`);
	expect(has('l', 1, 'a')).toBe(false);
	expect(has('l', 4, 'y299')).toBe(true);
});

test.each([
	['203.0.113.77', '203.0.113.0/24'],
	['10.1.2.3', 'private'],
	['172.31.0.1', 'private'],
	['172.32.0.1', '172.32.0.0/24'],
	['private', 'private'],
	['gce-internal-ip', 'private'],
	['127.0.0.1', 'private'],
	['::1', 'private'],
	['fd00::1', 'private'],
	['fe80::1%eth0', ''],
	['34.76.1.2', 'google'],
	['8.8.8.8', 'google'],
	['2600:1900:4000::1', 'google'],
	['2001:db8:1:2::5', '2001:db8:1::/48'],
	['2001:DB8:1:2:3:4:5:6', '2001:db8:1::/48'],
	['2001:db8::5', '2001:db8::/48'],
	['::ffff:203.0.113.9', '203.0.113.0/24'],
	['300.0.0.1', ''],
	['1::2::3', ''],
	['not an address', ''],
	['', ''],
])('%s is of the network %s', (address, network) => {
	expect(networkOf(address)).toBe(network);
});

test.each([
	['google-cloud-sdk gcloud/490.0.0 command/gcloud.storage.cp environment/None', 'gcloud'],
	['google-cloud-sdk gcloud/490.0.0 command/gcloud.x environment/github-actions-setup-gcloud', 'gcloud (ci)'],
	['gcloud-golang-storage/1.43.0 google-api-go-client/0.5', 'go'],
	['google-api-nodejs-client/7.0 gl-node/20', 'node'],
	['gl-java/17 gapic/2', 'java'],
	['Terraform/1.9.5 terraform-provider-google/6.8.0', 'terraform'],
	['Mozilla/5.0 (X11)', 'browser'],
	['Boto/2 gsutil/5', 'gsutil'],
	['something of our own', 'other'],
	['', ''],
])('%s is %s', (agent, kind) => {
	expect(clientKind(agent)).toBe(kind);
});

test.each([
	['github-actions run-id/12345678', true],
	['my-pipeline job=4711a', true],
	['google-cloud-sdk gcloud/490.0.0 invocation-id/0123456789abcdef', false],
	['gl-python/3.12.4 grpc/1.66.1', false],
])('%s names a run: %s', (agent, expected) => {
	expect(namesRun(agent)).toBe(expected);
});
