import check from '../../checks/key-never-expires.ts';
import {account, coverage, disabled, key, OWNER, unread, world} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const FOUND = [['ci@shop/k1', undefined, 'low']] as const;
const until = (expires: string) => key('ci@shop', 'k1', {expires});

testCheck(check, {
	fires: {
		'a key for ever': {given: world(key('ci@shop', 'k1')), finds: FOUND, says: /never expires/},
		'a key for more than a year': {
			given: world(until('2027-06-01T00:00:01Z')),
			finds: FOUND,
			says: /expires only in 365 days/,
		},
		'uploaded, of a default account': {
			given: world(key('appspot@shop', 'k1', {origin: 'USER_PROVIDED'})),
			finds: [['appspot@shop/k1', undefined, 'low']],
		},
		'by a setting of one’s own': {
			given: world(until('2026-06-20T00:00:00Z')),
			finds: FOUND,
			config: {checks: {'key-never-expires': {withinDays: 7}}},
		},
		'sooner under strict': {given: world(until('2026-12-01T00:00:00Z')), finds: FOUND, config: {profile: 'strict'}},
	},
	silent: {
		'no keys': world(account('ci@shop'), ['ci@shop', OWNER, 'shop']),
		'a year to the second': world(until('2027-06-01T00:00:00Z')),
		'a disabled key': world(key('ci@shop', 'k1', {disabled: true})),
		'an expired key': world(until('2026-05-31T00:00:00Z')),
		'a disabled account': world(key('ci@shop', 'k1'), disabled('ci@shop')),
		'Google’s own': world(key('ci@shop', 'k1', {type: 'SYSTEM_MANAGED'})),
		'outside the scope': {given: world(key('ci@shop', 'k1')), scopes: ['projects/lab']},
	},
	unknown: {
		'keys that were not read': {
			given: world(account('ci@shop'), unread('serviceAccountKeys')),
			because: /serviceAccountKeys/,
		},
		'the keys of one project': {
			given: world(account('ci@shop'), coverage('serviceAccountKeys', 'shop', 'partial', {reason: 'the list was cut'})),
			because: /the list was cut/,
		},
	},
	snapshot: 'a key for ever',
});
