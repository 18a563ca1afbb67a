import check from '../../checks/depends-on-leaver.ts';
import {event, keyUsage} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {account, disabled, key, OBJECT_VIEWER, TOKEN_CREATOR, unread, world} from '../worlds/world.ts';

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
		both: {given: world(k1, made('bob'), [BOB, TOKEN_CREATOR, 'ci@shop']), finds: FOUND},
	},
	silent: {
		'its key was made by somebody who is there': world(k1, left, made('ann')),
		'made by a pipeline': world(
			k1,
			left,
			event('key-created', 'ci@shop', '2026-01-01T00:00:00Z', {
				keyId: 'k1',
				by: 'serviceAccount:cd@shop.iam.gserviceaccount.com',
			}),
		),
		'the address belongs to somebody again': world(k1, left, ['bob', OBJECT_VIEWER, 'shop'], made('bob')),
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
		'who made the key': {given: world(k1, left), because: /who created one key is not in the logs/},
		'the keys': {given: world(unread('serviceAccountKeys')), because: /serviceAccountKeys/},
		'the policies': {given: world(account('ci@shop'), unread('allowPolicies')), because: /allowPolicies/},
	},
	snapshot: 'its key was made by somebody who left',
});
