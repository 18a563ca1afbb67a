/** `keys`: the credential inventory and impersonations, in every format. */
import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import {parse} from 'csv-parse/sync';
import {describe, expect, test} from 'vitest';
import type {KeyRow} from '../../src/queries/credentials.ts';
import type {Impersonation} from '../../src/queries/impersonations.ts';
import {event, keyActivity, keyUsage, logs, LONG_AGO, minted, RECENT, usage} from '../worlds/evidence.ts';
import {
	account,
	disabled,
	EDITOR,
	email,
	key,
	member,
	OBJECT_VIEWER,
	OWNER,
	type Piece,
	TOKEN_CREATOR,
	world,
} from '../worlds/world.ts';
import {type Ended, ndjson, RAW, sa} from './run.ts';

const ajv = new Ajv2020({allowUnionTypes: true});
const schema = JSON.parse(readFileSync(new URL('../../schema/keys.schema.json', import.meta.url), 'utf8')) as object;
const isValid = ajv.compile(schema);

const run = (pieces: readonly Piece[], ...args: string[]): Promise<Ended> =>
	sa(['keys', '--assets=-', '--now=2026-06-01T00:00:00Z', ...args], ndjson(world(...pieces)));

async function rows<Row = KeyRow>(pieces: readonly Piece[], ...args: string[]): Promise<Row[]> {
	const {code, stdout} = await run(pieces, '--format=json', ...args);
	expect(code).toBe(0);
	const written = JSON.parse(stdout) as {keys?: Row[]; impersonations?: Row[]};
	isValid(written);
	expect(isValid.errors).toBeNull();
	return written.keys ?? written.impersonations!;
}

const k1 = key('ci@shop', 'k1');
const made = (by: string, id = 'k1', at = '2024-01-01T00:00:00Z'): Piece =>
	event('key-created', 'ci@shop', at, {keyId: id, by});

describe('a key', () => {
	test('whose, how old, until when, last used when and from where, by whom made, and what it opens', async () => {
		const [row] = await rows([
			key('ci@shop', 'k1', {expires: '2026-07-01T00:00:00Z'}),
			['ci@shop', TOKEN_CREATOR, 'root@shop'],
			['root@shop', OWNER, 'shop'],
			['ci@shop', OBJECT_VIEWER, 'lab'],
			keyActivity('ci@shop/k1', LONG_AGO),
			keyUsage('ci@shop/k1', {count: 7, network: 'google'}),
			made('user:ann@example.com'),
			logs(),
		]);
		expect(row).toEqual({
			id: 'k1',
			resource: `//iam.googleapis.com/projects/shop/serviceAccounts/${email('ci@shop')}/keys/k1`,
			account: email('ci@shop'),
			project: 'shop',
			state: 'active',
			origin: 'GOOGLE_PROVIDED',
			createdAt: '2024-01-01T00:00:00.000Z',
			ageDays: 882,
			createdBy: 'user:ann@example.com',
			creatorLeft: false,
			expiresAt: '2026-07-01T00:00:00.000Z',
			expiresInDays: 30,
			lastUsed: '2026-05-20T07:00:00.000Z',
			lastUsedBy: 'audit logs',
			use: 'seen',
			uses: 7,
			networks: ['private or Google'],
			clients: ['python'],
			replaceableBy: 'the account attached to the workload, or Workload Identity on GKE',
			contradictions: ['Policy Analyzer saw no use after 2025-10-01, audit logs one on 2026-05-20'],
			rotationUnfinished: false,
			power: [{level: 'reading data', scope: 'projects/lab'}],
			becomes: 1,
			becomesExamples: [email('root@shop')],
		});
	});

	test.each([
		['active', k1, {}],
		['disabled', key('ci@shop', 'k1', {disabled: true}), {}],
		['expired', key('ci@shop', 'k1', {expires: '2026-05-01T00:00:00Z'}), {}],
		['account disabled', k1, disabled('ci@shop')],
	] as const)('is %s', async (state, one, more) => {
		expect(await rows([one, more])).toMatchObject([{state}]);
	});

	test('of somebody who left, and of an unfinished rotation', async () => {
		const found = await rows([
			k1,
			key('ci@shop', 'k2', {created: '2026-04-01T00:00:00Z'}),
			keyActivity('ci@shop/k2', RECENT),
			['deleted:user:bob@example.com?uid=1', OBJECT_VIEWER, 'lab'],
			made('user:bob@example.com'),
		]);
		expect(found).toMatchObject([
			{id: 'k1', creatorLeft: true, rotationUnfinished: true, use: 'not seen'},
			{id: 'k2', creatorLeft: false, createdBy: null, rotationUnfinished: false, use: 'seen'},
		]);
	});

	test('whose use nobody looked for', async () => {
		const {stdout} = await run([k1, {unread: ['activity']}], '--format=json');
		const {keys, holes} = JSON.parse(stdout) as {keys: KeyRow[]; holes: string[]};
		expect(keys).toMatchObject([{lastUsed: null, use: 'not known'}]);
		expect(holes.join()).toContain('activity of projects/shop');
	});
});

test('the history: keys that are gone, and the life of each', async () => {
	const pieces = [
		k1,
		made('user:ann@example.com'),
		made('user:ann@example.com', 'k0', '2025-01-01T00:00:00Z'),
		event('key-disabled', 'ci@shop', '2026-03-01T00:00:00Z', {keyId: 'k0', by: 'user:ann@example.com'}),
		event('key-deleted', 'ci@shop', '2026-04-01T00:00:00Z', {keyId: 'k0', by: 'user:ann@example.com'}),
		event('key-uploaded', 'serviceAccount:old@shop.iam.gserviceaccount.com', '2025-02-01T00:00:00Z', {keyId: 'k9'}),
	];
	expect((await rows(pieces)).map(({id}) => id)).toEqual(['k1']);
	const found = await rows(pieces, '--history');
	expect(found.map(({id, state, account: of, origin}) => [id, state, of, origin])).toEqual([
		['k0', 'deleted', email('ci@shop'), 'GOOGLE_PROVIDED'],
		['k1', 'active', email('ci@shop'), 'GOOGLE_PROVIDED'],
		['k9', 'gone', 'old@shop.iam.gserviceaccount.com', 'USER_PROVIDED'],
	]);
	expect(found[0]!.events!.map(({event: kind}) => kind)).toEqual(['key-created', 'key-disabled', 'key-deleted']);
});

describe('impersonations', () => {
	const pieces = [
		account('ci@shop'),
		minted('ann', 'ci@shop', {count: 3}),
		usage('ci@shop', {via: ['ann'], count: 90}),
		usage('prod@web', {via: ['ann', 'ci@shop'], method: 'SignBlob'}),
		usage('app@web', {via: ['bob'], count: 4}),
		minted('cd@shop', 'ci@shop'),
		usage('ci@shop', {via: ['ann'], method: 'CreateServiceAccountKey'}),
		account('prod@web'),
		account('app@web'),
		usage('ci@shop'),
	];

	test('everybody who became an account, how, and through whom, whatever is gained', async () => {
		const found = await rows<Impersonation>(pieces, '--impersonations');
		expect(found.map(({person, account: of, through, method, count}) => [person, of, through, method, count])).toEqual([
			[member('ann'), email('ci@shop'), [], 'CreateServiceAccountKey', 1],
			[member('ann'), email('ci@shop'), [], 'GenerateAccessToken', 3],
			[member('ann'), email('prod@web'), [email('ci@shop')], 'SignBlob', 1],
			[member('bob'), email('app@web'), [], 'acted as it', 4],
		]);
	});

	test('what was not read is said', async () => {
		const {stdout} = await run(pieces, '--impersonations');
		expect(stdout).toMatch(/Impersonations by people: 4/);
		expect(stdout).toMatch(/Not known: no auditLogs/);
		expect((await run([account('ci@shop'), logs()], '--impersonations')).stdout).toBe(
			'The logs show nobody who impersonated a service account.\n',
		);
	});
});

describe('sorting', () => {
	const pieces = [
		key('a@shop', 'k1', {created: '2026-05-01T00:00:00Z'}),
		key('b@shop', 'k2', {created: '2024-05-01T00:00:00Z', expires: '2026-07-01T00:00:00Z'}),
		key('c@shop', 'k3', {created: '2025-05-01T00:00:00Z', expires: '2026-06-20T00:00:00Z'}),
	];
	const ids = async (...args: string[]): Promise<string> => (await rows(pieces, ...args)).map(({id}) => id).join(' ');

	test.each([
		[[], 'k1 k2 k3'],
		[['--reverse'], 'k3 k2 k1'],
		[['--sort=age'], 'k1 k3 k2'],
		[['--sort=age', '--reverse'], 'k2 k3 k1'],
		[['--sort=expires'], 'k3 k2 k1'],
		[['--sort=expires', '--reverse'], 'k2 k3 k1'],
	])('%j', async (args, expected) => {
		expect(await ids(...args)).toBe(expected);
	});

	test('a column that is not there', async () => {
		const {code, stderr} = await run(pieces, '--sort=agee');
		expect(code).toBe(2);
		expect(stderr).toMatch(/there is no column "agee"; did you mean "age"/);
	});
});

describe('formats', () => {
	const HOSTILE = 'user:=1+1\u202e|<script>`@example.com';
	const pieces = [k1, ['ci@shop', EDITOR, 'shop'] as const, made(HOSTILE), keyUsage('ci@shop/k1')];

	test('a table of no more than its columns', async () => {
		const {stdout} = await run(pieces);
		expect(stdout).toMatch(/^Keys: 1\n\nACCOUNT +KEY +STATE/);
		expect(stdout).not.toMatch(RAW);
		for (const line of stdout.split('\n').slice(0, 4)) expect(line.length).toBeLessThanOrEqual(120);
	});

	test('one line a key', async () => {
		const {stdout} = await run(pieces, '--format=ndjson');
		expect(
			stdout
				.trimEnd()
				.split('\n')
				.map(line => (JSON.parse(line) as KeyRow).id),
		).toEqual(['k1']);
	});

	test('CSV: everything in it, and no formula', async () => {
		const {stdout} = await run([...pieces, account('-x@shop')], '--format=csv');
		const [record] = parse(stdout, {columns: true}) as Record<string, string>[];
		expect(record).toMatchObject({key: 'k1', state: 'active', age: '882', from: '203.0.113.0/24', uses: '1'});
		expect(stdout).not.toContain('\u202e');
	});

	test('Markdown and HTML: text is text', async () => {
		const markdown = (await run(pieces, '--format=markdown')).stdout;
		expect(markdown).toContain('| ACCOUNT | KEY |');
		expect(markdown).not.toContain('<script>');
		const html = (await run(pieces, '--format=html')).stdout;
		expect(html).toContain("default-src 'none'");
		expect(html).not.toContain('<script>');
		expect(html).not.toMatch(RAW);
	});

	test('what cannot be written is told', async () => {
		const {code, stderr} = await run(pieces, '--format=sarif');
		expect([code, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining('nearest format is json')]);
	});
});

test('nothing there', async () => {
	const {code, stdout} = await run([account('ci@shop')]);
	expect([code, stdout]).toEqual([0, 'No user-managed key was found.\n']);
});
