import check from '../../checks/federation-binding-never-matches.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {testCheck} from '../worlds/test-check.ts';
import {bound, pool, POOLS_READ, provider, type ProviderOptions, WORKLOAD_USER} from '../worlds/federation.ts';
import {coverage, world, type Grant, type Piece} from '../worlds/world.ts';

const OWNER_ID = "assertion.repository_owner_id == '1'";
const user = (rest: string, on = 'ci@shop', poolId = 'ci'): Grant => [bound(rest, poolId), WORKLOAD_USER, on];
const other = (options: ProviderOptions, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('gh', options), ...more);
const github = (rest: string, condition = OWNER_ID): Asset[] => other({condition}, user(rest));
const found = (rest: string, poolId?: string) => [['ci@shop', bound(rest, poolId), 'low']] as const;
const never = (rest: string, condition = OWNER_ID) => ({given: github(rest, condition), finds: found(rest)});
const KSA =
	'principal://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/shop.svc.id.goog/subject/ns/web/sa';

testCheck(check, {
	fires: {
		'a star in a subject': {...never('subject/repo:acme/shop:*'), says: /star in it stands for itself/},
		'a star in an attribute': never('attribute.repository/acme/*'),
		'a star for a Kubernetes account': {
			given: world(...POOLS_READ, [`${KSA}/*`, WORKLOAD_USER, 'ci@shop']),
			finds: [['ci@shop', `${KSA}/*`, 'low']],
		},
		'an attribute that nothing maps': {...never('attribute.team/ops'), says: /maps attribute\.team/},
		'groups that nothing maps': never('group/admins'),
		'an attribute that only a disabled provider maps': {
			given: world(
				...POOLS_READ,
				pool(),
				provider('one', {condition: OWNER_ID}),
				provider('two', {
					condition: OWNER_ID,
					disabled: true,
					mapping: {'google.subject': 'assertion.sub', 'attribute.team': 'assertion.actor'},
				}),
				user('attribute.team/ops'),
			),
			finds: found('attribute.team/ops'),
		},
		'the pool is disabled': {
			given: world(...POOLS_READ, pool('ci', {disabled: true}), provider('gh'), user('*')),
			finds: found('*'),
			says: /pool is disabled/,
		},
		'the pool is deleted': {
			given: world(...POOLS_READ, pool('ci', {state: 'DELETED'}), user('attribute.repository/acme/shop')),
			finds: found('attribute.repository/acme/shop'),
		},
		'the only provider is disabled': {
			given: other({condition: OWNER_ID, disabled: true}, user('*')),
			finds: found('*'),
		},
		'every provider is off': {
			given: world(
				...POOLS_READ,
				pool(),
				provider('one', {disabled: true}),
				provider('two', {state: 'DELETED'}),
				user('*'),
			),
			finds: found('*'),
		},
		'there is no such pool': {
			given: world(...POOLS_READ, pool('cd'), user('*')),
			finds: found('*'),
			says: /there is no pool ci in projects\/shop/,
		},
		'the condition refuses the repository': {
			...never('attribute.repository/acme/shop', "assertion.repository == 'acme/web'"),
			says: /refuses every such token/,
		},
		'the condition refuses the owner of the subject': never(
			'subject/repo:acme/shop:ref:refs/heads/main',
			"assertion.repository_owner == 'globex'",
		),
		'the condition refuses everything': never('*', 'false'),
		'with another role on the account': {
			given: other({condition: OWNER_ID}, [bound('attribute.team/ops'), 'roles/iam.serviceAccountUser', 'ci@shop']),
			finds: found('attribute.team/ops'),
		},
		'under a condition': {
			given: other({condition: OWNER_ID}, [
				bound('attribute.team/ops'),
				WORKLOAD_USER,
				'ci@shop',
				'request.path == "/x"',
			]),
			finds: found('attribute.team/ops'),
		},
		'on the project': {
			given: other({condition: OWNER_ID}, user('attribute.team/ops', 'shop')),
			finds: [['shop', bound('attribute.team/ops'), 'low']],
		},
		'each binding': {
			given: other(
				{condition: OWNER_ID},
				user('attribute.team/ops'),
				user('attribute.team/dev'),
				user('attribute.team/ops', 'b@shop'),
			),
			finds: [
				...found('attribute.team/ops'),
				...found('attribute.team/dev'),
				['b@shop', bound('attribute.team/ops'), 'low'],
			],
		},
		'beside pools that were not read': {
			given: other(
				{condition: OWNER_ID},
				user('attribute.team/ops'),
				coverage('workloadIdentityPools', 'lab', 'missing'),
			),
			finds: found('attribute.team/ops'),
		},
	},
	silent: {
		'the whole pool': github('*'),
		'a repository': github('attribute.repository/acme/shop'),
		'a subject': github('subject/repo:acme/shop:ref:refs/heads/main'),
		'a subject with ids': github('subject/repo:acme@1/shop@9:environment:production'),
		'a subject of one’s own making': github('subject/repository_owner:acme:environment:production'),
		'a subject of a form that is not known': github('subject/whatever-it-is'),
		'a repository that the condition lets in': github(
			'attribute.repository/acme/shop',
			"assertion.repository.startsWith('acme/')",
		),
		'by one of two providers': world(
			...POOLS_READ,
			pool(),
			provider('one', {condition: "assertion.repository_owner == 'globex'"}),
			provider('two', {condition: "assertion.repository_owner == 'acme'"}),
			user('attribute.repository/acme/shop'),
		),
		'a pool of a project that is not here': other({condition: OWNER_ID}, [
			'principalSet://iam.googleapis.com/projects/999/locations/global/workloadIdentityPools/ci/*',
			WORKLOAD_USER,
			'ci@shop',
		]),
		'a pool whose providers the export left out': world(...POOLS_READ, pool(), user('attribute.team/ops')),
		'a role on the project that makes nobody an account': other({condition: OWNER_ID}, [
			bound('attribute.team/ops'),
			'roles/storage.objectViewer',
			'shop',
		]),
		'a Kubernetes account': world(...POOLS_READ, [`${KSA}/ksa`, WORKLOAD_USER, 'ci@shop']),
		'all people of a workforce pool': world(...POOLS_READ, [
			'principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*',
			WORKLOAD_USER,
			'ci@shop',
		]),
		'somebody else': world(...POOLS_READ, ['ann', WORKLOAD_USER, 'ci@shop']),
		'outside the scope': {given: github('attribute.team/ops'), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(user('attribute.team/ops')), because: /workloadIdentityPools/},
		'pools of the project were not read': {
			given: world(
				...POOLS_READ.slice(0, 2),
				pool(),
				coverage('workloadIdentityPools', 'shop', 'missing'),
				coverage('workloadIdentityPools', 'web', 'complete'),
				coverage('workloadIdentityPools', 'lab', 'complete'),
				user('*', 'ci@shop', 'other'),
			),
			because: /shop/,
		},
		'the policies were not read': {
			given: other({}, coverage('allowPolicies', 'shop', 'missing')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'a star in a subject',
});
