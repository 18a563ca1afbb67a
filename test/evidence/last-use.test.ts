/** All sources of one account or key side by side: the most recent use wins, what contradicts is shown. */
import {describe, expect, test} from 'vitest';
import {NARROW_LOGS} from '../../src/evidence/narrow.ts';
import type {LastUse} from '../../src/evidence/views.ts';
import {insight, keyActivity, keyUsage, logs, LONG_AGO, minted, RECENT, usage} from '../worlds/evidence.ts';
import {
	account,
	activity,
	coverage,
	email,
	key,
	openWorld,
	type Piece,
	reportOf,
	unread,
	world,
} from '../worlds/world.ts';

const METRIC = 'iam.googleapis.com/service_account/authn_events_count';
const metrics = coverage('activity', 'shop', 'complete', {
	assetType: METRIC,
	from: '2026-04-20T00:00:00Z',
	to: '2026-06-01T00:00:00Z',
});
const counted = (last: string) =>
	usage('ci@shop', {source: 'metrics', method: 'authentication', count: 12, first: last, last});
const inactive = (lastAuthenticatedTime?: string) =>
	insight(
		'shop',
		'google.iam.serviceAccount.Insight',
		{email: email('ci@shop'), ...(lastAuthenticatedTime !== undefined && {lastAuthenticatedTime})},
		{insightSubtype: 'SERVICE_ACCOUNT_USAGE', observationPeriod: '31536000s'},
	);

async function ofAccount(...pieces: Piece[]): Promise<LastUse> {
	const {inventory, evidence} = await openWorld(world(account('ci@shop'), ...pieces));
	return evidence.account(inventory.accounts.get(email('ci@shop'))!);
}

const day = (time: number | undefined): string | undefined =>
	time === undefined ? undefined : new Date(time).toISOString().slice(0, 10);

describe('accounts', () => {
	test('the most recent use wins, whoever saw it', async () => {
		const {last, by, views} = await ofAccount(
			activity('ci@shop', LONG_AGO),
			metrics,
			counted('2026-05-10T00:00:00Z'),
			inactive(LONG_AGO),
			logs(),
			usage('ci@shop'),
		);
		expect([day(last), by]).toEqual(['2026-05-20', 'auditLogs']);
		expect(views.map(view => [view.source, view.status, day(view.last), day(view.from)])).toEqual([
			['activity', 'complete', '2025-10-01', '2025-04-01'],
			['metrics', 'complete', '2026-05-10', '2026-04-20'],
			['insights', 'complete', '2025-10-01', '2025-05-30'],
			['auditLogs', 'complete', '2026-05-20', '2025-06-01'],
		]);
	});

	test('sources that should have seen what another saw are named', async () => {
		const {contradictions} = await ofAccount(activity('ci@shop', LONG_AGO), inactive(), logs(), usage('ci@shop'));
		expect(contradictions).toEqual([
			'Policy Analyzer saw no use after 2025-10-01, audit logs one on 2026-05-20',
			"Google's insights saw no use at all, Policy Analyzer one on 2025-10-01",
			"Google's insights saw no use at all, audit logs one on 2026-05-20",
		]);
	});

	test('a day more or less, or a period that ended before, is no contradiction', async () => {
		const close = await ofAccount(activity('ci@shop', '2026-05-19T00:00:00Z'), usage('ci@shop'));
		expect(close.contradictions).toEqual([]);
		const before = await ofAccount(activity('ci@shop', LONG_AGO, {endTime: '2026-01-01T00:00:00Z'}), usage('ci@shop'));
		expect(before.contradictions).toEqual([]);
	});

	test('metrics count only where their own coverage or a record says so', async () => {
		const {views} = await ofAccount();
		expect(views.map(({source}) => source)).toEqual(['activity']);
		const part = await ofAccount(counted(RECENT));
		expect(part.views[1]).toMatchObject({source: 'metrics', status: 'partial', count: 12});
	});

	test('by its unique id, by an address with capitals, on the way to another', async () => {
		const {evidence, inventory} = await openWorld(world(account('ci@shop')));
		expect(evidence.lastUse(inventory.accounts.get(email('ci@shop'))!)).toBeUndefined();
		const id = inventory.accounts.get(email('ci@shop'))!.uniqueId!;
		for (const piece of [
			usage(`serviceAccount:${id}`),
			usage(`serviceAccount:CI@shop.iam.gserviceaccount.com`),
			usage('user:zoe@example.com', {via: ['ci@shop']}),
		])
			expect(day((await ofAccount(unread('activity'), piece)).last)).toBe('2026-05-20');
	});

	test.each(['CreateServiceAccountKey', 'UploadServiceAccountKey', 'iam.serviceAccounts.actAs'])(
		'%s is no use of the account yet',
		async method => {
			expect((await ofAccount(minted('ann', 'ci@shop', {method}))).last).toBeUndefined();
			expect((await ofAccount(minted('ann', 'ci@shop'))).last).toBeDefined();
		},
	);

	test('what is no record is passed over', async () => {
		const broken = [
			{},
			{subject: 7},
			{subject: 'x', last: 'never'},
			{subject: '', last: RECENT},
			{via: 'x', last: RECENT},
		];
		const lines = broken.map((data, i) => ({
			name: `//sa-audit/usage/${i}`,
			asset_type: 'sa-audit/Usage',
			resource: {data},
		}));
		expect((await ofAccount({lines})).last).toBeUndefined();
	});
});

test('a key by its full name, by its id, and not by another account’s key of the same id', async () => {
	const pieces = [key('ci@shop', 'k1'), key('cd@shop', 'k1'), unread('activity')];
	const last = async (piece: ReturnType<typeof usage>): Promise<(string | undefined)[]> => {
		const {inventory, evidence} = await openWorld(world(...pieces, piece));
		return inventory.keys.map(known => day(evidence.key(known).last));
	};
	expect(await last(keyUsage('ci@shop/k1'))).toEqual([undefined, '2026-05-20']);
	expect(await last(usage('ci@shop', {key: 'k1'}))).toEqual([undefined, '2026-05-20']);
	expect(await last(usage('ci@shop'))).toEqual([undefined, undefined]);
	expect(await last(keyActivity('cd@shop/k1', RECENT))).toEqual(['2026-05-20', undefined]);
});

test('lastUsed of accounts in the report is the merged one', async () => {
	const assets = world(
		['ann', 'roles/iam.serviceAccountTokenCreator', 'ci@shop'],
		activity('ci@shop', LONG_AGO),
		usage('ci@shop'),
	);
	const {accounts} = await reportOf(assets, {checks: []});
	expect(accounts.map(({lastUsed}) => lastUsed)).toEqual(['2026-05-20T07:00:00.000Z']);
});

test('of live logs, a long answer about keys casts no doubt on what was asked of tokens, nor the other way round', async () => {
	const cut = `${NARROW_LOGS}; of keys used only the newest, since 2026-05-01`;
	const asked = async (tokens: string, keys: string): Promise<(string | undefined)[]> => {
		const {inventory, evidence} = await openWorld(
			world(
				account('ci@shop'),
				{
					lines: [
						{
							name: '//cloudresourcemanager.googleapis.com/projects/shop',
							asset_type: 'cloudresourcemanager.googleapis.com/Project',
							iam_policy: {
								audit_configs: [{service: 'iam.googleapis.com', audit_log_configs: [{log_type: 'ADMIN_READ'}]}],
							},
						},
					],
				},
				coverage('auditLogs', 'shop', 'partial', {assetType: 'activity', reason: NARROW_LOGS}),
				coverage('auditLogs', 'shop', 'partial', {assetType: 'data_access', reason: tokens}),
				coverage('auditLogs', 'shop', 'partial', {assetType: 'data_access/keys', reason: keys}),
			),
		);
		const {project} = inventory.accounts.get(email('ci@shop'))!;
		return [
			evidence.logHole(project, ['activity']),
			evidence.logHole(project, ['data_access']),
			evidence.logHole(project),
		];
	};
	expect(await asked('cut', NARROW_LOGS)).toEqual([undefined, 'cut', 'cut']);
	expect(await asked(NARROW_LOGS, cut)).toEqual([undefined, undefined, cut]);
	expect(await asked(NARROW_LOGS, NARROW_LOGS)).toEqual([undefined, undefined, undefined]);
});
