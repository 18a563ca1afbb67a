import check from '../../checks/key-rotation-overdue.ts';
import {DEFAULTS, THRESHOLDS} from '../../src/config/defaults.ts';
import {account, coverage, disabled, key, NOW, OWNER, unread, world} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const FOUND = [['ci@shop/k1', undefined, 'medium']] as const;
const keyOf = (created: string, more = {}) => key('ci@shop', 'k1', {created, ...more});

testCheck(check, {
	fires: {
		'a key of two years': {
			given: world(key('ci@shop', 'k1')),
			finds: FOUND,
			says: /^Key k1 of ci@shop.* is 882 days old/,
		},
		'one second over 90 days': {given: world(keyOf('2026-03-02T23:59:59Z')), finds: FOUND},
		'each key by itself': {
			given: world(key('ci@shop', 'k1'), key('ci@shop', 'k2'), key('ci@shop', 'k3', {created: NOW})),
			finds: [...FOUND, ['ci@shop/k2', undefined, 'medium']],
		},
		'uploaded, and of a default account': {
			given: world(key('compute@shop', 'k1', {origin: 'USER_PROVIDED'})),
			finds: [['compute@shop/k1', undefined, 'medium']],
		},
		'that expires soon': {given: world(keyOf('2026-01-01T00:00:00Z', {expires: '2026-06-02T00:00:00Z'})), finds: FOUND},
		'by a threshold of one’s own': {
			given: world(keyOf('2026-05-20T00:00:00Z')),
			finds: FOUND,
			config: {thresholds: {...DEFAULTS.thresholds, keyAgeDays: 7}},
		},
		'sooner under strict': {
			given: world(keyOf('2026-03-20T00:00:00Z')),
			finds: FOUND,
			config: {profile: 'strict', thresholds: THRESHOLDS.strict},
		},
		'of an account that was not listed': {given: world(key('ci@shop', 'k1'), unread('serviceAccounts')), finds: FOUND},
		'beside keys that were not read': {
			given: world(key('ci@shop', 'k1'), coverage('serviceAccountKeys', 'lab', 'missing')),
			finds: FOUND,
		},
	},
	silent: {
		'no keys': world(account('ci@shop'), ['ci@shop', OWNER, 'shop']),
		'exactly 90 days': world(keyOf('2026-03-03T00:00:00Z')),
		'made today': world(keyOf(NOW)),
		'a disabled key': world(key('ci@shop', 'k1', {disabled: true})),
		'an expired key': world(key('ci@shop', 'k1', {expires: '2026-05-31T00:00:00Z'})),
		'a disabled account': world(key('ci@shop', 'k1'), disabled('ci@shop')),
		'Google’s own': world(key('ci@shop', 'k1', {type: 'SYSTEM_MANAGED'})),
		'outside the scope': {given: world(key('ci@shop', 'k1')), scopes: ['projects/lab']},
		'a longer threshold': {
			given: world(key('ci@shop', 'k1')),
			config: {thresholds: {...DEFAULTS.thresholds, keyAgeDays: 1000}},
		},
	},
	unknown: {
		'an unread list is not “no keys”': {
			given: world(
				account('ci@shop'),
				coverage('serviceAccountKeys', 'shop', 'missing', {reason: 'keys of shop: denied'}),
			),
			because: /keys of shop: denied/,
		},
		'a key of unknown age': {given: world(keyOf('')), because: /the age of key k1 of ci@shop.* is not known/},
	},
	snapshot: 'each key by itself',
});
