import check from '../../checks/impersonation-not-logged.ts';
import {resourceLine} from '../../scripts/asset-lines.ts';
import {audited} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {account, coverage, type Extra, PLACES, unread, world} from '../worlds/world.ts';

const pools: Extra = {
	lines: ['shop', 'web', 'lab'].flatMap(id => coverage('workloadIdentityPools', id, 'complete').lines!),
};
const pool = (on: string, more = {}): Extra => {
	const name = `projects/${on}/locations/global/workloadIdentityPools/p`;
	return {
		lines: [
			resourceLine(
				`//iam.googleapis.com/${name}`,
				'iam.googleapis.com/WorkloadIdentityPool',
				PLACES[on]!,
				{name, ...more},
				'2024-01-01T00:00:00Z',
			),
		],
	};
};
const ci = account('ci@shop');
const everywhere = [ci, account('cd@web'), account('ml@lab'), pools];
const IAM = 'iam.googleapis.com';
const BOTH = ['ADMIN_READ', 'DATA_READ'];

testCheck(check, {
	fires: {
		nowhere: {
			given: world(...everywhere),
			finds: [['org', undefined, 'medium']],
			says: /off in the 3 projects that it matters to below organizations\/1: ADMIN_READ and DATA_READ of iam/,
		},
		'nowhere below a folder': {
			given: world(...everywhere, audited('lab')),
			finds: [['folder', undefined, 'medium']],
		},
		'in one project of a folder': {
			given: world(...everywhere, audited('lab'), audited('web')),
			finds: [['shop', undefined, 'medium']],
		},
		'one log type only': {
			given: world(...everywhere, audited('org', IAM, ['ADMIN_READ'])),
			finds: [['org', undefined, 'medium']],
			says: /DATA_READ of iam/,
		},
		'another service only': {
			given: world(...everywhere, audited('org', 'storage.googleapis.com', BOTH)),
			finds: [['org', undefined, 'medium']],
		},
		'a pool, and no logs of the token service': {
			given: world(...everywhere, audited('org', IAM, BOTH), pool('web')),
			finds: [['org', undefined, 'medium']],
			says: /of sts\.googleapis\.com/,
		},
		'a pool without accounts': {given: world(pools, pool('web')), finds: [['org', undefined, 'medium']]},
		'somebody is exempt': {
			given: world(...everywhere, audited('org', 'allServices', BOTH, ['ann'])),
			finds: [['org', undefined, 'medium']],
			says: /user:ann@example\.com is exempt/,
		},
		'somebody is exempt in one project': {
			given: world(...everywhere, audited('org'), audited('shop', IAM, ['DATA_READ'], ['group:devs'])),
			finds: [['shop', undefined, 'medium']],
		},
		'on where it does not matter': {
			given: world(ci, pools, audited('lab')),
			finds: [['folder', undefined, 'medium']],
		},
		'in scope only': {
			given: world(...everywhere),
			scopes: ['projects/shop'],
			finds: [['shop', undefined, 'medium']],
		},
		'beside policies that were not read': {
			given: world(...everywhere, coverage('allowPolicies', 'lab', 'missing')),
			finds: [['folder', undefined, 'medium']],
		},
	},
	silent: {
		'all services, at the organization': world(...everywhere, audited('org'), pool('web')),
		'these two services': world(
			...everywhere,
			audited('org', IAM, BOTH),
			audited('org', 'sts.googleapis.com', BOTH),
			pool('web'),
		),
		'in parts, at two levels': world(
			...everywhere,
			audited('org', IAM, ['ADMIN_READ']),
			audited('org', 'allServices', ['DATA_READ']),
		),
		'the credentials service by its own name': world(
			...everywhere,
			audited('org', 'iamcredentials.googleapis.com', BOTH),
		),
		'no pool: the token service does not matter': world(...everywhere, audited('org', IAM, BOTH)),
		'a deleted pool': world(...everywhere, audited('org', IAM, BOTH), pool('web', {state: 'DELETED'})),
		'projects without accounts and pools': world(pools, ['ann', 'roles/owner', 'shop']),
		'only a service agent': world(pools, ['agent@shop', 'roles/compute.serviceAgent', 'shop']),
		'exempt from another service': world(
			...everywhere,
			audited('org'),
			audited('shop', 'storage.googleapis.com', BOTH, ['ann']),
		),
		'all services, whatever pools and accounts were not read': world(ci, audited('org'), unread('serviceAccounts')),
		'exempt from writes': world(...everywhere, audited('org'), audited('shop', IAM, ['DATA_WRITE'], ['ann'])),
	},
	unknown: {
		'the policies': {given: world(...everywhere, unread('allowPolicies')), because: /allowPolicies|auditConfigs/},
		'the pools, while the token service is not logged': {
			given: world(ci, audited('org', IAM, BOTH)),
			because: /workloadIdentityPools/,
		},
		'the pools, while somebody is exempt from logs of the token service': {
			given: world(ci, audited('org', IAM, BOTH), audited('org', 'sts.googleapis.com', BOTH, ['ann'])),
			because: /workloadIdentityPools/,
		},
		'the accounts, while the IAM API is not logged': {
			given: world(pools, unread('serviceAccounts')),
			because: /serviceAccounts/,
		},
	},
	snapshot: 'nowhere',
});
