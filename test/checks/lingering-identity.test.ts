import {expect, test} from 'vitest';
import check from '../../checks/lingering-identity.ts';
import {DEFAULTS} from '../../src/config/defaults.ts';
import {
	account,
	coverage,
	customName,
	customRole,
	disabled,
	EDITOR,
	group,
	key,
	OBJECT_VIEWER,
	OWNER,
	reportOf,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const DELETED = 'deleted:serviceAccount:gone@shop.iam.gserviceaccount.com?uid=123456789012345678901';
const BUCKET = '//storage.googleapis.com/shop-code';
const OFF = [['ci@shop', undefined, 'low']] as const;
const offSince = (updated: string) => account('ci@shop', {disabled: true, updated});

testCheck(check, {
	fires: {
		'a grant on the project': {given: world(disabled('ci@shop'), ['ci@shop', OBJECT_VIEWER, 'shop']), finds: OFF},
		'several places are one finding': {
			given: world(
				disabled('ci@shop'),
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ci@shop', TOKEN_CREATOR, 'root@lab'],
				['ci@shop', EDITOR, 'folder', 'request.time < timestamp("2030-01-01T00:00:00Z")'],
				['ci@shop', OBJECT_VIEWER, BUCKET],
			),
			finds: OFF,
			says: /still holds 4 grants/,
		},
		'a custom role that grants nothing of note': {
			given: world(disabled('ci@shop'), customRole('shop', 'looks', ['logging.logs.list']), [
				'ci@shop',
				customName('shop', 'looks'),
				'shop',
			]),
			finds: OFF,
		},
		'by a group': {
			given: world(disabled('ci@shop'), group('ops', 'ci@shop', 'ann'), ['group:ops', OBJECT_VIEWER, 'lab']),
			finds: OFF,
			says: /membership of 1 group with grants/,
		},
		'by a group in a group, and by itself': {
			given: world(
				disabled('ci@shop'),
				group('ops', 'ci@shop'),
				group('all', 'group:ops'),
				['group:all', OBJECT_VIEWER, 'lab'],
				['ci@shop', OBJECT_VIEWER, 'shop'],
			),
			finds: OFF,
		},
		'a default account': {
			given: world(disabled('compute@shop'), ['compute@shop', EDITOR, 'shop']),
			finds: [['compute@shop', undefined, 'low']],
		},
		'a day over the grace': {
			given: world(offSince('2026-05-01T00:00:00Z'), ['ci@shop', OBJECT_VIEWER, 'shop']),
			finds: OFF,
		},
		'a shorter grace': {
			given: world(offSince('2026-05-20T00:00:00Z'), ['ci@shop', OBJECT_VIEWER, 'shop']),
			finds: OFF,
			config: {thresholds: {...DEFAULTS.thresholds, disabledGraceDays: 7}},
		},
		'a deleted account in a policy': {
			given: world([['ann', DELETED], OBJECT_VIEWER, 'shop']),
			finds: [['shop', DELETED, 'low']],
			says: /gone@shop/,
		},
		'on two resources, with two roles on one': {
			given: world([DELETED, OBJECT_VIEWER, 'shop'], [DELETED, OWNER, 'shop'], [DELETED, TOKEN_CREATOR, 'ci@lab']),
			finds: [
				['shop', DELETED, 'low'],
				['ci@lab', DELETED, 'low'],
			],
		},
		'on the organization': {given: world([DELETED, OBJECT_VIEWER, 'org']), finds: [['org', DELETED, 'low']]},
		'while some policies were not read': {
			given: world([DELETED, OBJECT_VIEWER, 'shop'], coverage('allowPolicies', 'lab', 'missing')),
			finds: [['shop', DELETED, 'low']],
		},
	},
	silent: {
		'an enabled account': world(['ci@shop', OWNER, 'shop']),
		'disabled, and nothing left': world(disabled('ci@shop'), key('ci@shop', 'k1')),
		'others may still become it': world(disabled('ci@shop'), ['ann', TOKEN_CREATOR, 'ci@shop']),
		'within the grace': world(offSince('2026-05-02T00:00:00Z'), ['ci@shop', OBJECT_VIEWER, 'shop']),
		'a group that holds nothing': world(disabled('ci@shop'), group('ops', 'ci@shop')),
		'a deleted user or group': world(
			['deleted:user:bob@example.com?uid=1', OWNER, 'shop'],
			['deleted:group:ops@example.com?uid=2', OWNER, 'shop'],
		),
		'a deleted service agent': world([
			'deleted:serviceAccount:service-10@gcp-sa-pubsub.iam.gserviceaccount.com?uid=3',
			'roles/pubsub.serviceAgent',
			'shop',
		]),
		'outside the scope': {
			given: world(disabled('ci@shop'), ['ci@shop', OBJECT_VIEWER, 'shop'], [DELETED, OBJECT_VIEWER, 'shop']),
			scopes: ['projects/lab'],
		},
	},
	unknown: {
		'since when it is disabled': {
			given: world(offSince(''), ['ci@shop', OBJECT_VIEWER, 'shop']),
			because: /since when ci@shop.* is disabled is not known/,
		},
		'policies were not read': {given: world(disabled('ci@shop'), unread('allowPolicies')), because: /allowPolicies/},
		'a group that is bound was not read': {
			given: world(disabled('ci@shop'), ['group:ops', OWNER, 'shop']),
			because: /group:ops@example.com were not all read/,
		},
		'the accounts': {given: world(unread('serviceAccounts'), ['ann', OWNER, 'shop']), because: /serviceAccounts/},
	},
	snapshot: 'several places are one finding',
});

test.each([
	['compute@shop', /keep the account disabled/],
	['ci@shop', /then delete the account/],
])('the fix of %s never deletes a default account', async (short, says) => {
	const {findings} = await reportOf(world(disabled(short), [short, EDITOR, 'shop']), {checks: [check]});
	const [{remediation}] = [...findings] as [typeof findings extends Iterable<infer F> ? F : never];
	expect(remediation.summary).toMatch(says);
	expect(remediation.gcloud.join()).not.toMatch(/service-accounts delete/);
});
