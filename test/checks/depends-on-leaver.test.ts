import {describe, expect, test} from 'vitest';
import check from '../../checks/depends-on-leaver.ts';
import {directoryUser, event, keyUsage} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	account,
	customName,
	disabled,
	group,
	key,
	OBJECT_VIEWER,
	type Piece,
	reportOf,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';

const k1 = key('ci@shop', 'k1');
const FOUND = [['ci@shop', undefined, 'medium']] as const;
const BOB = 'deleted:user:bob@example.com?uid=1';
const left = [BOB, OBJECT_VIEWER, 'lab'] as const;
const made = (by: string) =>
	event('key-created', 'ci@shop', '2026-01-01T00:00:00Z', {keyId: 'k1', by: `user:${by}@example.com`});

testCheck(check, {
	fires: {
		'its key was made by somebody who left': {
			given: world(k1, left, made('bob')),
			finds: FOUND,
			says: /created by user:bob@example\.com/,
		},
		'a record of use says who made its key': {
			given: world(
				k1,
				left,
				keyUsage('ci@shop/k1', {via: ['user:bob@example.com'], method: 'CreateServiceAccountKey'}),
			),
			finds: FOUND,
			says: /created by user:bob@example\.com/,
		},
		'its key was uploaded by somebody who left': {
			given: world(
				k1,
				left,
				event('key-uploaded', 'ci@shop', '2026-01-01T00:00:00Z', {keyId: 'k1', by: 'user:bob@example.com'}),
			),
			finds: FOUND,
		},
		'nobody else may become it': {
			given: world([BOB, TOKEN_CREATOR, 'ci@shop']),
			finds: FOUND,
			says: /Nobody but deleted:user:bob/,
		},
		'its key was made by somebody whom the directory has as suspended': {
			given: world(k1, directoryUser('bob', {suspended: true}), made('bob')),
			finds: FOUND,
			says: /created by user:bob@example\.com, who is suspended\./,
		},
		'by an old address of his': {
			given: world(k1, directoryUser('robert', {archived: true, aliases: ['Bob@example.com']}), made('bob')),
			finds: FOUND,
			says: /who is archived/,
		},
		'by a deleted user of the directory': {
			given: world(k1, directoryUser('bob', {deletionTime: '2026-03-01T00:00:00Z'}), made('bob')),
			finds: FOUND,
			says: /who has left/,
		},
		'by somebody whom the configuration lists, however bound': {
			given: world(k1, ['bob', OBJECT_VIEWER, 'shop'], made('bob')),
			config: {leavers: ['Bob@Example.com']},
			finds: FOUND,
			says: /who has left, as the configuration says\./,
		},
		'nobody but somebody who is suspended may become it': {
			given: world(['bob', TOKEN_CREATOR, 'ci@shop'], directoryUser('bob', {suspended: true})),
			finds: FOUND,
			says: /Nobody but user:bob@example\.com, who is suspended, may become/,
		},
		'nobody but several who left': {
			given: world(
				['bob', TOKEN_CREATOR, 'ci@shop'],
				[['ann', BOB], 'roles/iam.serviceAccountUser', 'ci@shop'],
				directoryUser('bob', {suspended: true}),
			),
			config: {leavers: ['ann@example.com']},
			finds: FOUND,
		},
		'nobody but a group whose members left, and groups in it': {
			given: world(
				group('old', 'bob', 'group:older'),
				group('older', 'ann', 'group:old'),
				['group:old', TOKEN_CREATOR, 'ci@shop'],
				directoryUser('bob', {suspended: true}),
				directoryUser('ann', {archived: true}),
			),
			finds: FOUND,
			says: /Nobody but group:old@example\.com, whose members have all left, may become/,
		},
		both: {given: world(k1, made('bob'), [BOB, TOKEN_CREATOR, 'ci@shop']), finds: FOUND},
	},
	silent: {
		'by a role that was not read, where somebody who is there may become it anyway': world(
			['ann', TOKEN_CREATOR, 'ci@shop'],
			[BOB, customName('shop', 'gone'), 'ci@shop'],
			directoryUser('ann'),
		),
		'its key was made by somebody who is there': world(k1, left, directoryUser('ann'), made('ann')),
		'made by a pipeline': world(
			k1,
			left,
			event('key-created', 'ci@shop', '2026-01-01T00:00:00Z', {
				keyId: 'k1',
				by: 'serviceAccount:cd@shop.iam.gserviceaccount.com',
			}),
		),
		'the address belongs to somebody again': {
			given: world(k1, left, ['bob', OBJECT_VIEWER, 'shop'], made('bob')),
			config: {leavers: []},
		},
		'the only one who may become it is there': {given: world(['ann', TOKEN_CREATOR, 'ci@shop']), config: {leavers: []}},
		'the directory has somebody of that address': world(k1, left, directoryUser('bob'), made('bob')),
		'one member of the group is there': world(
			group('mixed', 'bob', 'ann'),
			['group:mixed', TOKEN_CREATOR, 'ci@shop'],
			directoryUser('bob', {suspended: true}),
		),
		'one member is there, whoever else is in the group': world(
			group('mixed', 'ann', 'group:unread'),
			['group:mixed', TOKEN_CREATOR, 'ci@shop'],
			directoryUser('bob', {suspended: true}),
		),
		'a group of nobody': world(
			group('empty'),
			['group:empty', TOKEN_CREATOR, 'ci@shop'],
			directoryUser('bob', {suspended: true}),
		),
		'another user of the directory is suspended': world(k1, directoryUser('eve', {suspended: true}), made('bob')),
		'suspended, but somebody else may become it too': world(
			[['bob', 'ann'], TOKEN_CREATOR, 'ci@shop'],
			directoryUser('bob', {suspended: true}),
		),
		'the configuration lists nobody': {given: world(k1, made('bob')), config: {leavers: []}},
		'the key is disabled': world(key('ci@shop', 'k1', {disabled: true}), left, made('bob')),
		'the key is another one': world(account('ci@shop'), left, made('bob')),
		'somebody else may become it too': world([[BOB, 'ann'], TOKEN_CREATOR, 'ci@shop']),
		'somebody who left may see it': world([BOB, OBJECT_VIEWER, 'ci@shop']),
		'a deleted account, not a person': world([
			'deleted:serviceAccount:x@shop.iam.gserviceaccount.com?uid=1',
			TOKEN_CREATOR,
			'ci@shop',
		]),
		'a disabled account': world(k1, left, made('bob'), disabled('ci@shop')),
		'outside the scope': {given: world(k1, left, made('bob')), scopes: ['projects/lab']},
		'no keys': world(account('ci@shop'), left),
	},
	unknown: {
		'the members of a group in the group': {
			given: world(
				group('old', 'bob', 'group:unread'),
				['group:old', TOKEN_CREATOR, 'ci@shop'],
				directoryUser('bob', {suspended: true}),
			),
			because: /the members of group:old@example\.com were not all read/,
		},
		'whether the person who made the key is suspended': {
			given: world(k1, left, made('ann')),
			because: /whether one person on whom an account depends is suspended was not read/,
		},
		'whether the only one who may become it is suspended': {
			given: world(['ann', TOKEN_CREATOR, 'ci@shop'], ['bob', 'roles/iam.serviceAccountUser', 'cd@shop']),
			because: /whether 2 people on whom accounts depend are suspended was not read/,
		},
		'the role by which somebody who left perhaps alone may become it': {
			given: world([BOB, customName('shop', 'gone'), 'ci@shop']),
			because: /the permissions of projects\/shop\/roles\/gone were not read/,
		},
		'who made the key': {given: world(k1, left), because: /who created one key is not in the logs/},
		'the keys': {given: world(unread('serviceAccountKeys')), because: /serviceAccountKeys/},
		'the policies': {given: world(account('ci@shop'), unread('allowPolicies')), because: /allowPolicies/},
	},
	snapshot: 'its key was made by somebody who left',
});

describe('what could not be known', () => {
	const notSeen = async (pieces: readonly Piece[], config = {}): Promise<unknown> => {
		const report = await reportOf(world(k1, left, made('bob'), ...pieces), {checks: [check], config});
		return [...report.findings][0]!.evidence['notSeen'];
	};

	test('is said where nothing told of suspended people', async () => {
		expect(await notSeen([])).toMatch(/no users of the directory were read, and no leavers are configured/);
	});

	test('is not said where the directory or the configuration did', async () => {
		expect(await notSeen([directoryUser('ann')])).toBeUndefined();
		expect(await notSeen([], {leavers: []})).toBeUndefined();
	});
});
