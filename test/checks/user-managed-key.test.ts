import check from '../../checks/user-managed-key.ts';
import {
	account,
	coverage,
	disabled,
	EDITOR,
	group,
	IAM_ADMIN,
	key,
	NOW,
	OBJECT_ADMIN,
	ORGANIZATION_ADMIN,
	OWNER,
	resource,
	unread,
	world,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const one = key('ci@shop', 'k1');
const FOUND = [['ci@shop/k1', undefined, 'medium']] as const;
const HIGH = [['ci@shop/k1', undefined, 'high']] as const;

testCheck(check, {
	fires: {
		'a key': {given: world(one), finds: FOUND},
		'two keys are two findings': {
			given: world(one, key('ci@shop', 'k2')),
			finds: [...FOUND, ['ci@shop/k2', undefined, 'medium']],
		},
		'of a default account': {
			given: world(key('compute@shop', 'k1')),
			finds: [['compute@shop/k1', undefined, 'medium']],
		},
		'of a default account that owns the project': {
			given: world(key('appspot@shop', 'k1'), ['appspot@shop', OWNER, 'shop']),
			finds: [['appspot@shop/k1', undefined, 'high']],
		},
		uploaded: {given: world(key('ci@shop', 'k1', {origin: 'USER_PROVIDED'})), finds: FOUND},
		'that expires later': {given: world(key('ci@shop', 'k1', {expires: '2026-06-01T00:00:01Z'})), finds: FOUND},
		'made today': {given: world(key('ci@shop', 'k1', {created: NOW})), finds: FOUND},
		'of an owner': {given: world(one, ['ci@shop', OWNER, 'shop']), finds: HIGH},
		'of an owner of another project': {given: world(one, ['ci@shop', OWNER, 'lab']), finds: HIGH},
		'of an owner by the new role': {given: world(one, ['ci@shop', 'roles/admin', 'folder']), finds: HIGH},
		'of an owner by a group': {given: world(one, ['group:ops', OWNER, 'shop'], group('ops', 'ci@shop')), finds: HIGH},
		'of one with all of Editor that rewrites the policy': {
			given: world(one, ['ci@shop', EDITOR, 'shop'], ['ci@shop', IAM_ADMIN, 'shop']),
			finds: HIGH,
		},
		'of an organization administrator': {given: world(one, ['ci@shop', ORGANIZATION_ADMIN, 'org']), finds: HIGH},
		'of an editor': {given: world(one, ['ci@shop', EDITOR, 'shop']), finds: FOUND},
		'of an account that was not listed': {given: world(one, unread('serviceAccounts')), finds: FOUND},
		'beside keys that were not read': {
			given: world(one, coverage('serviceAccountKeys', 'lab', 'missing')),
			finds: FOUND,
		},
		'at an earlier time': {
			given: world(key('ci@shop', 'k1', {expires: '2026-01-01T00:00:00Z'})),
			finds: FOUND,
			now: '2025-12-31T23:59:59Z',
		},
		'in the scope': {given: world(one), finds: FOUND, scopes: ['folders/2']},
	},
	silent: {
		'no keys': world(account('ci@shop'), ['ci@shop', OWNER, 'shop']),
		'a disabled key': world(key('ci@shop', 'k1', {disabled: true})),
		'an expired key': world(key('ci@shop', 'k1', {expires: '2026-05-31T23:59:59Z'})),
		'a key that expires now': world(key('ci@shop', 'k1', {expires: NOW})),
		'Google’s own': world(key('ci@shop', 'k1', {type: 'SYSTEM_MANAGED'})),
		'a disabled account': world(one, disabled('ci@shop')),
		'outside the scope': {given: world(one), scopes: ['projects/lab']},
		'policies do not matter': world(account('ci@shop'), unread('allowPolicies', 'orgPolicies')),
		'an account’s own data': world(account('ci@shop'), ['ci@shop', OBJECT_ADMIN, 'shop']),
	},
	unknown: {
		'the keys of a project': {
			given: world(
				account('ci@shop'),
				coverage('serviceAccountKeys', 'shop', 'missing', {reason: 'keys of shop: permission denied'}),
			),
			because: /permission denied/,
		},
		'the keys of one account': {
			given: world(
				account('ci@shop'),
				coverage('serviceAccountKeys', resource('ci@shop'), 'partial', {reason: 'the list was cut'}),
			),
			because: /the list was cut/,
		},
		'all keys': {given: world(account('ci@shop'), unread('serviceAccountKeys')), because: /serviceAccountKeys/},
		'the accounts': {given: world(unread('serviceAccounts'), ['ann', OWNER, 'shop']), because: /serviceAccounts/},
	},
	snapshot: 'of an owner by a group',
});
