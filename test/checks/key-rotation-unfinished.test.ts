import check from '../../checks/key-rotation-unfinished.ts';
import {keyActivity, keyUsage, LONG_AGO, RECENT} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {disabled, key, unread, world} from '../worlds/world.ts';

const old = key('ci@shop', 'k1');
const later = key('ci@shop', 'k2', {created: '2026-04-01T00:00:00Z'});
const latest = key('ci@shop', 'k3', {created: '2026-05-01T00:00:00Z'});
const FOUND = [['ci@shop/k1', undefined, 'medium']] as const;

testCheck(check, {
	fires: {
		'the later one is used': {
			given: world(old, later, keyActivity('ci@shop/k2', RECENT)),
			finds: FOUND,
			says: /later key k2/,
		},
		'both are used': {
			given: world(old, later, keyActivity('ci@shop/k1', RECENT), keyActivity('ci@shop/k2', RECENT)),
			finds: FOUND,
		},
		'logs show the later one': {given: world(old, later, unread('activity'), keyUsage('ci@shop/k2')), finds: FOUND},
		'two older ones': {
			given: world(old, later, latest, keyActivity('ci@shop/k3', RECENT)),
			finds: [
				['ci@shop/k1', undefined, 'medium'],
				['ci@shop/k2', undefined, 'medium'],
			],
		},
		'the one in the middle took over': {
			given: world(old, later, latest, keyActivity('ci@shop/k2', RECENT)),
			finds: FOUND,
		},
	},
	silent: {
		'one key': world(old, keyActivity('ci@shop/k1', RECENT)),
		'the later one is not used yet': world(old, later, keyActivity('ci@shop/k1', RECENT)),
		'the later one is not used any more': world(old, later, keyActivity('ci@shop/k2', LONG_AGO)),
		'only the older one is used': world(old, later, keyActivity('ci@shop/k1', RECENT), keyActivity('ci@shop/k2')),
		'the older one is disabled': world(
			key('ci@shop', 'k1', {disabled: true}),
			later,
			keyActivity('ci@shop/k2', RECENT),
		),
		'the older one has expired': world(
			key('ci@shop', 'k1', {expires: '2026-05-01T00:00:00Z'}),
			later,
			keyActivity('ci@shop/k2', RECENT),
		),
		'the later one is disabled': world(
			old,
			key('ci@shop', 'k2', {created: '2026-04-01T00:00:00Z', disabled: true}),
			keyActivity('ci@shop/k2', RECENT),
		),
		'keys of two accounts': world(
			old,
			key('cd@shop', 'k2', {created: '2026-04-01T00:00:00Z'}),
			keyActivity('cd@shop/k2', RECENT),
		),
		'a disabled account': world(old, later, keyActivity('ci@shop/k2', RECENT), disabled('ci@shop')),
		'made at the same time': world(old, key('ci@shop', 'k2'), keyActivity('ci@shop/k2', RECENT)),
		'outside the scope': {
			given: world(old, later, keyActivity('ci@shop/k2', RECENT)),
			scopes: ['projects/lab'],
		},
	},
	unknown: {
		'whether the later one is used': {
			given: world(old, later, unread('activity')),
			because: /activity of projects\/shop/,
		},
		'the keys': {given: world(unread('serviceAccountKeys')), because: /serviceAccountKeys/},
	},
	snapshot: 'the later one is used',
});
