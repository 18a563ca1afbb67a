/** Which hops are walked: seen, not seen, not observable, not known. */
import {describe, expect, test} from 'vitest';
import {NARROW_LOGS} from '../../src/evidence/narrow.ts';
import {pathsFrom} from '../../src/queries/paths.ts';
import type {Step} from '../../src/report.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {audited, logs, minted, RECENT, usage} from '../worlds/evidence.ts';
import {
	account,
	coverage,
	EDITOR,
	group,
	KEY_ADMIN,
	member,
	openWorld,
	OWNER,
	reportOf,
	TOKEN_CREATOR,
	world,
} from '../worlds/world.ts';

const may = ['ann', TOKEN_CREATOR, 'ci@shop'] as const;

/** The steps of the path from somebody to an account. */
async function steps(assets: Asset[], from = 'ann', to = 'ci@shop'): Promise<Pick<Step, 'used' | 'observed'>[]> {
	const opened = await openWorld(assets);
	const source = opened.inventory.principals.of(member(from));
	const [path] = pathsFrom(opened, source, {}, end => 'account' in end && end.account.principal.member === member(to));
	return path!.steps.map(({used, observed}) => ({used, ...(observed && {observed})}));
}

const times = (count: number, first = RECENT, last = RECENT): object => {
	const iso = (time: string): string => new Date(time).toISOString();
	return {used: {count, first: iso(first), last: iso(last)}};
};

describe('seen', () => {
	test('a minted token, and what was done through it', async () => {
		const done = usage('ci@shop', {via: ['ann'], count: 50, first: '2026-05-19T00:00:00Z'});
		expect(await steps(world(may, minted('ann', 'ci@shop', {count: 3}), done))).toEqual([
			times(3, '2026-05-19T00:00:00Z'),
		]);
	});

	test('only what was done through it, where minting is not logged', async () => {
		const done = usage('ci@shop', {via: ['ann'], count: 2});
		const more = usage('ci@shop', {via: ['ann'], method: 'storage.objects.list', count: 1});
		expect(await steps(world(may, done, more))).toEqual([times(3)]);
	});

	test('each hop of a chain', async () => {
		const chain = world(
			may,
			['ci@shop', TOKEN_CREATOR, 'prod@web'],
			usage('prod@web', {
				via: ['ann', 'ci@shop'],
				method: 'GenerateAccessToken',
				count: 4,
			}),
		);
		expect(await steps(chain, 'ann', 'prod@web')).toEqual([times(4), times(4)]);
	});

	test('by members of the group that is bound, and by nobody else', async () => {
		const bound = ['group:devs', TOKEN_CREATOR, 'ci@shop'] as const;
		const walked = [
			minted('ann', 'ci@shop', {count: 2}),
			minted('bob', 'ci@shop', {count: 3}),
			minted('eve', 'ci@shop'),
		];
		expect(await steps(world(group('devs', 'ann', 'bob'), bound, ...walked), 'group:devs')).toEqual([times(5)]);
	});

	test('by people that nothing else names', async () => {
		const [step] = await steps(
			world(['domain:example.com', TOKEN_CREATOR, 'ci@shop'], minted('zoe', 'ci@shop')),
			'domain:example.com',
		);
		expect(step).toEqual(times(1));
	});

	test('the same record twice is one; of two times that are apart both count', async () => {
		const again = minted('ann', 'ci@shop', {count: 2});
		const before = minted('ann', 'ci@shop', {count: 5, first: '2026-04-01T00:00:00Z', last: '2026-04-02T00:00:00Z'});
		expect(await steps(world(may, again, again, before))).toEqual([times(7, '2026-04-01T00:00:00Z')]);
	});

	test('a clock in the future means now', async () => {
		const [step] = await steps(world(may, minted('ann', 'ci@shop', {last: '2030-01-01T00:00:00Z'})));
		expect(step).toEqual(times(1, RECENT, '2026-06-01T00:00:00Z'));
	});

	test('empty entries of a delegation are no hops', async () => {
		const done = usage('ci@shop', {via: ['', 'ann', '']});
		expect(await steps(world(may, done))).toEqual([times(1)]);
	});
});

describe('not seen', () => {
	const WINDOW = {from: '2025-06-01T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z'};

	test('where the logs were on and read: with the period, and which would have shown it', async () => {
		const other = minted('bob', 'ci@shop');
		expect(await steps(world(may, logs(), audited('org'), other))).toEqual([
			{used: 'not seen', observed: {logs: ['projects/shop data_access'], ...WINDOW}},
		]);
	});

	test('live questions ask for just that', async () => {
		const narrow = logs({status: 'partial', reason: NARROW_LOGS});
		expect(await steps(world(may, narrow, audited('org')))).toMatchObject([{used: 'not seen'}]);
		expect(await steps(world(may, narrow))).toMatchObject([{used: 'not observable'}]);
	});

	test('making keys shows in the admin log, always', async () => {
		const [step] = await steps(world(['ann', KEY_ADMIN, 'ci@shop'], logs()));
		expect(step).toEqual({used: 'not seen', observed: {logs: ['projects/shop activity'], ...WINDOW}});
	});
});

describe('not observable', () => {
	test('where data-access logs are off', async () => {
		const [step] = await steps(world(may, logs()));
		expect(step).toMatchObject({
			used: 'not observable',
			observed: {reason: expect.stringContaining('are off in projects/shop')},
		});
	});

	test('where the one who could is exempt, by a group too', async () => {
		const exempt = audited('shop', 'iam.googleapis.com', ['ADMIN_READ'], ['group:devs']);
		const [step] = await steps(world(may, group('devs', 'ann'), logs(), audited('org'), exempt));
		expect(step).toMatchObject({used: 'not observable', observed: {reason: expect.stringContaining('exempt')}});
		const [other] = await steps(world(may, group('devs', 'bob'), logs(), audited('org'), exempt));
		expect(other!.used).toBe('not seen');
	});

	test('but a walk that was seen is one', async () => {
		expect(await steps(world(may, logs(), minted('ann', 'ci@shop')))).toEqual([times(1)]);
	});
});

describe('not known', () => {
	test('without logs', async () => {
		expect(await steps(world(may, audited('org')))).toEqual([{used: null}]);
		expect(await steps(world(may))).toEqual([{used: null}]);
	});

	test('where the data-access log was not read', async () => {
		const lines = [
			coverage('auditLogs', 'shop', 'complete', {assetType: 'activity'}),
			coverage('auditLogs', 'shop', 'missing', {assetType: 'data_access', reason: 'none was seen'}),
		];
		const [step] = await steps(world(may, audited('org'), ...lines));
		expect(step).toMatchObject({used: null, observed: {reason: 'none was seen'}});
	});

	test('where it was read only in part', async () => {
		const [step] = await steps(world(may, audited('org'), logs({status: 'partial', reason: 'cut off'})));
		expect(step).toMatchObject({used: null, observed: {reason: 'cut off'}});
	});

	test('for containers', async () => {
		const assets = world(
			['ann', 'roles/resourcemanager.projectIamAdmin', 'shop'],
			account('ci@shop'),
			logs(),
			audited('org'),
		);
		expect(await steps(assets)).toMatchObject([{used: null}, {used: 'not seen'}]);
	});
});

test('what shows in no log as the account being taken is not observable', async () => {
	const [step] = await steps(world(['ann', EDITOR, 'shop'], account('ci@shop'), logs(), audited('org')));
	expect(['not observable', 'not seen']).toContain(step!.used);
});

describe('choke points', () => {
	const power = ['ci@shop', OWNER, 'shop'] as const;

	test.each([
		['seen', [logs(), audited('org'), minted('ann', 'ci@shop', {count: 9})], '9 times, last 2026-05-20'],
		['not seen', [logs(), audited('org')], 'not seen since 2025-06-01'],
		['not observable', [logs()], 'not observable: data-access logs are off in projects/shop'],
		['not known', [], undefined],
	] as const)('%s', async (_, pieces, used) => {
		const report = await reportOf(world(may, power, ...pieces), {checks: []});
		expect(report.chokePoints.map(point => point.used)).toEqual([used]);
	});
});
