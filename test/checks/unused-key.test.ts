import check from '../../checks/unused-key.ts';
import {keyActivity, keyUsage, LONG_AGO, RECENT, usage} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {account, activity, coverage, disabled, key, OWNER, resource, unread, world} from '../worlds/world.ts';

const k1 = key('ci@shop', 'k1');
const FOUND = [['ci@shop/k1', undefined, 'medium']] as const;
const TYPE = 'serviceAccountKeyLastAuthentication';

testCheck(check, {
	fires: {
		'long ago': {
			given: world(k1, keyActivity('ci@shop/k1', LONG_AGO)),
			finds: FOUND,
			says: /was used last 242 days ago/,
		},
		'that it was made is no use of it': {
			given: world(
				k1,
				keyActivity('ci@shop/k1', LONG_AGO),
				keyUsage('ci@shop/k1', {via: ['user:ann@example.com'], method: 'CreateServiceAccountKey'}),
			),
			finds: FOUND,
		},
		'never in the observed period': {
			given: world(k1, keyActivity('ci@shop/k1')),
			finds: FOUND,
			says: /Nothing has signed in/,
		},
		'no record under complete coverage': {given: world(k1), finds: FOUND},
		'the account is used, by other means': {
			given: world(k1, keyActivity('ci@shop/k1'), activity('ci@shop', RECENT)),
			finds: FOUND,
		},
		'another key of the account is used': {
			given: world(k1, key('ci@shop', 'k2'), keyActivity('ci@shop/k2', RECENT), keyUsage('ci@shop/k2')),
			finds: FOUND,
		},
		'an uploaded key': {given: world(key('ci@shop', 'k1', {origin: 'USER_PROVIDED'})), finds: FOUND},
		'logs of long ago': {given: world(k1, keyUsage('ci@shop/k1', {first: LONG_AGO, last: LONG_AGO})), finds: FOUND},
		'an owner, no higher': {given: world(k1, ['ci@shop', OWNER, 'shop']), finds: FOUND},
		'a shorter threshold': {
			given: world(k1, keyActivity('ci@shop/k1', RECENT)),
			finds: FOUND,
			config: {thresholds: {keyAgeDays: 90, unusedDays: 10, disabledGraceDays: 30, manyNetworks: 3, manyClients: 3}},
		},
		'beside keys that nobody could judge': {
			given: world(k1, key('cd@lab', 'k2'), coverage('activity', 'lab', 'missing')),
			finds: FOUND,
		},
	},
	silent: {
		'used lately': world(k1, keyActivity('ci@shop/k1', RECENT)),
		'a later use in logs': world(k1, keyActivity('ci@shop/k1', LONG_AGO), keyUsage('ci@shop/k1')),
		'a key by its id alone': world(k1, usage('ci@shop', {key: 'k1'})),
		'a later use by metrics': world(
			k1,
			keyActivity('ci@shop/k1'),
			usage('ci@shop', {key: 'k1', source: 'metrics', method: 'authentication'}),
		),
		'a use in logs, by unread activity': world(k1, unread('activity'), keyUsage('ci@shop/k1')),
		'a disabled key': world(key('ci@shop', 'k1', {disabled: true})),
		'an expired key': world(key('ci@shop', 'k1', {expires: '2026-05-31T00:00:00Z'})),
		'a key of a disabled account': world(k1, disabled('ci@shop')),
		'a key that Google manages': world(key('ci@shop', 'k1', {type: 'SYSTEM_MANAGED'})),
		'a young key': world(key('ci@shop', 'k1', {created: '2026-05-01T00:00:00Z'})),
		'no keys': world(account('ci@shop')),
		'outside the scope': {given: world(k1), scopes: ['projects/lab']},
	},
	unknown: {
		'no usage at all': {given: world(k1, unread('activity')), because: /activity of projects\/shop/},
		'usage of accounts only': {
			given: world(
				k1,
				unread('activity'),
				coverage('activity', 'shop', 'complete', {assetType: 'serviceAccountLastAuthentication'}),
			),
			because: /activity of projects\/shop/,
		},
		'usage that begins after the threshold': {
			given: world(k1, keyActivity('ci@shop/k1', undefined, {startTime: '2026-05-01T00:00:00Z'})),
			because: /only from 2026-05-01/,
		},
		'coverage that ends before the threshold': {
			given: world(
				k1,
				unread('activity'),
				coverage('activity', 'shop', 'complete', {assetType: TYPE, to: '2025-12-01T00:00:00Z'}),
			),
			because: /only until 2025-12-01/,
		},
		'a record that could not be read': {
			given: world(k1, keyActivity('ci@shop/k1'), coverage('activity', resource('ci@shop/k1'), 'missing')),
			because: /was not read/,
		},
		'metrics alone, which are kept for six weeks': {
			given: world(
				k1,
				unread('activity'),
				coverage('activity', 'shop', 'complete', {
					assetType: 'iam.googleapis.com/service_account/key/authn_events_count',
					from: '2026-04-20T00:00:00Z',
				}),
			),
			because: /activity of projects\/shop/,
		},
		'the keys': {given: world(unread('serviceAccountKeys'), account('ci@shop')), because: /serviceAccountKeys/},
	},
	snapshot: 'long ago',
});
