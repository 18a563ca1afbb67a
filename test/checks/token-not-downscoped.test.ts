import check from '../../checks/token-not-downscoped.ts';
import {audited, logs, LONG_AGO, minted, usage} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	account,
	coverage,
	disabled,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';

const reads = ['data@shop', OBJECT_VIEWER, 'shop'] as const;
const brokers = [['broker@lab', TOKEN_CREATOR, 'data@shop'] as const, logs(), audited('org')];
const mints = minted('broker@lab', 'data@shop');
const FOUND = [['broker@lab', undefined, 'low']] as const;

testCheck(check, {
	fires: {
		'for an account that reads a project': {
			given: world(...brokers, reads, mints),
			finds: FOUND,
			says: /mints tokens for data@shop.*which read all of storage in .*projects\/shop/,
		},
		'for one that writes everywhere': {
			given: world(...brokers, ['data@shop', OBJECT_ADMIN, 'org'], mints),
			finds: FOUND,
		},
		'exchanges would not show': {
			given: world(brokers[0]!, logs(), audited('org', 'iam.googleapis.com'), reads, mints),
			finds: [['broker@lab', undefined, 'low', 'conditional']],
		},
	},
	silent: {
		'it exchanges them': world(
			...brokers,
			reads,
			mints,
			usage('broker@lab', {method: 'google.identity.sts.v1.SecurityTokenService.ExchangeToken'}),
		),
		'the account exchanges them': world(...brokers, reads, mints, usage('data@shop', {method: 'ExchangeToken'})),
		'for an account that reads one bucket': world(
			...brokers,
			['data@shop', OBJECT_VIEWER, '//storage.googleapis.com/b'],
			mints,
		),
		'for an account that a condition narrows': world(
			...brokers,
			['data@shop', OBJECT_VIEWER, 'shop', "resource.name.startsWith('projects/_/buckets/b')"],
			mints,
		),
		'it may, and does not': world(...brokers, reads),
		'long ago': world(...brokers, reads, minted('broker@lab', 'data@shop', {first: LONG_AGO, last: LONG_AGO})),
		'a person mints': world(['ann', TOKEN_CREATOR, 'data@shop'], logs(), reads, minted('ann', 'data@shop')),
		'for itself': world(...brokers, reads, minted('data@shop', 'data@shop')),
		'a service agent': world(
			['agent@lab', TOKEN_CREATOR, 'data@shop'],
			logs(),
			reads,
			minted('agent@lab', 'data@shop'),
		),
		disabled: world(...brokers, reads, mints, disabled('broker@lab')),
		'outside the scope': {given: world(...brokers, reads, mints), scopes: ['projects/shop']},
	},
	unknown: {
		'no logs': {given: world(account('broker@lab')), because: /auditLogs/},
		'the data-access log': {
			given: world(account('broker@lab'), coverage('auditLogs', 'lab', 'missing', {assetType: 'data_access'})),
			because: /data-access audit logs of projects\/lab were not read/,
		},
		'the policies': {given: world(account('broker@lab'), logs(), unread('allowPolicies')), because: /allowPolicies/},
	},
	snapshot: 'for an account that reads a project',
});
