import check from '../../checks/federation-binding-too-wide.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	bound,
	GITHUB,
	GITLAB,
	MAPPING,
	pool,
	POOLS_READ,
	provider,
	type ProviderOptions,
	TERRAFORM,
	WORKLOAD_USER,
} from '../worlds/federation.ts';
import {
	coverage,
	customName,
	customRole,
	disabled,
	OBJECT_ADMIN,
	world,
	type Grant,
	type Piece,
} from '../worlds/world.ts';

const OWNER_ID = "assertion.repository_owner_id == '1'";
const user = (rest: string, on = 'ci@shop'): Grant => [bound(rest), WORKLOAD_USER, on];
const other = (options: ProviderOptions, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('gh', options), ...more);
const github = (rest: string, condition = OWNER_ID): Asset[] => other({condition}, user(rest));
const found = (rest: string, confidence: 'certain' | 'conditional' | 'unverified' = 'certain') =>
	[['ci@shop', bound(rest), 'high', confidence]] as const;
const wide = (rest: string, condition = OWNER_ID) => ({given: github(rest, condition), finds: found(rest)});
const AWS: ProviderOptions = {kind: {aws: {accountId: '123456789012'}}, mapping: {}};
const WORKFORCE = 'principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*';
const CLUSTER =
	'principalSet://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/shop.svc.id.goog/kubernetes.cluster/https://container.googleapis.com/v1/projects/shop/locations/l/clusters/c';

testCheck(check, {
	fires: {
		'the whole pool': {...wide('*'), says: /Any repository of repository_owner_id 1 can become ci@/},
		'the whole pool of a provider without a condition': {
			given: other({}, user('*')),
			finds: found('*'),
			says: /Any GitHub repository can become/,
		},
		'an owner by name': wide('attribute.repository_owner/acme'),
		'an owner by id': wide('attribute.repository_owner_id/1'),
		'a branch of any repository': wide('attribute.ref/refs/heads/main'),
		'an actor in any repository': wide('attribute.actor/octocat'),
		'an environment of any repository': {
			given: other(
				{condition: OWNER_ID, mapping: {...MAPPING, 'attribute.environment': 'assertion.environment'}},
				user('attribute.environment/production'),
			),
			finds: found('attribute.environment/production'),
		},
		'a subject that is an owner': {
			given: other(
				{condition: OWNER_ID, mapping: {'google.subject': 'assertion.repository_owner'}},
				user('subject/acme'),
			),
			finds: found('subject/acme'),
		},
		'an attribute cut out of a name': {
			given: other(
				{condition: OWNER_ID, mapping: {...MAPPING, 'attribute.org': "assertion.repository.split('/')[0]"}},
				user('attribute.org/acme'),
			),
			finds: found('attribute.org/acme'),
		},
		'an attribute that is the same for all': {
			given: other({condition: OWNER_ID, mapping: {...MAPPING, 'attribute.who': "'ci'"}}, user('attribute.who/ci')),
			finds: found('attribute.who/ci'),
		},
		'the condition lets repositories with one beginning in': wide(
			'*',
			`${OWNER_ID} && assertion.repository.startsWith('acme/infra')`,
		),
		'the condition lets two repositories in, by alternatives': wide(
			'attribute.ref/refs/heads/main',
			`${OWNER_ID} && (assertion.ref == 'refs/heads/main' || assertion.repository == 'acme/shop')`,
		),
		'by one of two providers': {
			given: world(
				...POOLS_READ,
				pool(),
				provider('one', {condition: "assertion.repository_id == '9'"}),
				provider('two', {condition: OWNER_ID}),
				user('*'),
			),
			finds: found('*'),
		},
		'on the project, once, with the most powerful account': {
			given: other(
				{condition: OWNER_ID},
				user('*', 'shop'),
				['a@shop', OBJECT_ADMIN, 'shop'],
				['b@shop', OBJECT_ADMIN, 'lab'],
				['c@shop', 'roles/owner', 'lab'],
			),
			finds: [['c@shop', bound('*'), 'high']],
			says: /and 2 other accounts/,
		},
		'on the folder': {
			given: other({condition: OWNER_ID}, user('*', 'folder'), ['a@shop', OBJECT_ADMIN, 'shop']),
			finds: [['a@shop', bound('*'), 'high']],
		},
		'by a custom role': {
			given: other({condition: OWNER_ID}, customRole('shop', 'minter', ['iam.serviceAccounts.getAccessToken']), [
				bound('*'),
				customName('shop', 'minter'),
				'ci@shop',
			]),
			finds: found('*'),
		},
		'under a condition that nobody can decide': {
			given: other({condition: OWNER_ID}, [bound('*'), WORKLOAD_USER, 'ci@shop', 'request.path == "/x"']),
			finds: found('*', 'conditional'),
		},
		'GitLab by group': {
			given: other(
				{
					issuer: GITLAB,
					condition: "assertion.namespace_id == '5'",
					mapping: {'google.subject': 'assertion.sub', 'attribute.namespace_id': 'assertion.namespace_id'},
				},
				user('attribute.namespace_id/5'),
			),
			finds: found('attribute.namespace_id/5'),
			says: /Any project of namespace_id 5/,
		},
		'HCP Terraform by organization': {
			given: other(
				{
					issuer: TERRAFORM,
					condition: "assertion.terraform_organization_id == 'org-x'",
					mapping: {
						'google.subject': 'assertion.terraform_workspace_id',
						'attribute.org': 'assertion.terraform_organization_id',
					},
				},
				user('attribute.org/org-x'),
			),
			finds: found('attribute.org/org-x'),
		},
		'an enterprise’s own issuer': {given: other({issuer: `${GITHUB}/acme`}, user('*')), finds: found('*')},
		'a whole AWS account': {
			given: other(
				{...AWS, mapping: {'google.subject': 'assertion.arn', 'attribute.account': 'assertion.account'}},
				user('attribute.account/123456789012'),
			),
			finds: found('attribute.account/123456789012'),
		},
		'the whole pool of an AWS account': {given: other(AWS, user('*')), finds: found('*')},
		'the whole pool of a server of one’s own': {
			given: other({issuer: 'https://idp.example.com'}, user('*')),
			finds: found('*'),
		},
		'a group of Entra': {
			given: other(
				{
					issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
					mapping: {'google.subject': 'assertion.sub', 'google.groups': 'assertion.groups'},
				},
				user('group/22222222-2222-4222-8222-222222222222'),
			),
			finds: [['ci@shop', bound('group/22222222-2222-4222-8222-222222222222'), 'medium']],
		},
		'all people of a workforce pool': {
			given: world(...POOLS_READ, [WORKFORCE, WORKLOAD_USER, 'ci@shop']),
			finds: [['ci@shop', WORKFORCE, 'high']],
		},
		'all pods of a cluster': {
			given: world(...POOLS_READ, [CLUSTER, WORKLOAD_USER, 'ci@shop']),
			finds: [['ci@shop', CLUSTER, 'high']],
		},
		'the whole of a pool whose providers were not read': {given: world(user('*')), finds: found('*', 'unverified')},
		'beside pools that were not read': {
			given: other({condition: OWNER_ID}, user('*'), coverage('workloadIdentityPools', 'lab', 'missing')),
			finds: found('*'),
		},
	},
	silent: {
		'a repository by name': github('attribute.repository/acme/shop'),
		'a repository by id': github('attribute.repository_id/9'),
		'a subject': github('subject/repo:acme/shop:ref:refs/heads/main'),
		'a repository with a name that others might use': github('attribute.repository/acme/app'),
		'a subject of a repository with such a name': github('subject/repo:acme/app:ref:refs/heads/main'),
		'a workspace of HCP Terraform with such a name': other(
			{
				issuer: TERRAFORM,
				condition: "assertion.terraform_organization_id == 'org-x'",
				mapping: {'google.subject': 'assertion.terraform_workspace_name'},
			},
			user('subject/app'),
		),
		'a subject with an environment': github('subject/repo:acme/shop:environment:production'),
		'the whole pool, and one repository in it': github('*', "assertion.repository_id == '9'"),
		'a branch, and one repository in the pool': github(
			'attribute.ref/refs/heads/main',
			`${OWNER_ID} && assertion.repository == 'acme/shop'`,
		),
		'a role of AWS': other(AWS, user('attribute.aws_role/arn:aws:sts::123456789012:assumed-role/deployer')),
		'a workspace of HCP Terraform': other(
			{
				issuer: TERRAFORM,
				condition: "assertion.terraform_organization_id == 'org-x'",
				mapping: {'google.subject': 'assertion.terraform_workspace_id'},
			},
			user('subject/ws-1'),
		),
		'a project of GitLab': other(
			{
				issuer: GITLAB,
				condition: "assertion.namespace_id == '5'",
				mapping: {'google.subject': 'assertion.sub', 'attribute.project_id': 'assertion.project_id'},
			},
			user('attribute.project_id/7'),
		),
		'an application of Entra': other(
			{
				issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
				mapping: {'google.subject': 'assertion.sub', 'attribute.appid': 'assertion.appid'},
			},
			user('attribute.appid/33333333-3333-4333-8333-333333333333'),
		),
		'an attribute of a server of one’s own': other(
			{
				issuer: 'https://idp.example.com',
				mapping: {'google.subject': 'assertion.sub', 'attribute.team': 'assertion.team'},
			},
			user('attribute.team/ops'),
		),
		'the whole pool has no role that makes it an account': other({condition: OWNER_ID}, [
			bound('*'),
			'roles/viewer',
			'shop',
		]),
		'the account is disabled': other({condition: OWNER_ID}, disabled('ci@shop'), user('*')),
		'the provider is disabled': other({condition: OWNER_ID, disabled: true}, user('*')),
		'the pool is disabled': world(...POOLS_READ, pool('ci', {disabled: true}), provider('gh'), user('*')),
		'an attribute that no provider maps': github('attribute.team/ops'),
		'a Kubernetes account': world(...POOLS_READ, [
			'serviceAccount:shop.svc.id.goog[web/ksa]',
			WORKLOAD_USER,
			'ci@shop',
		]),
		'the binding has ended': other({condition: OWNER_ID}, [
			bound('*'),
			WORKLOAD_USER,
			'ci@shop',
			'request.time < timestamp("2026-01-01T00:00:00Z")',
		]),
		'outside the scope': {given: github('*'), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(user('attribute.repository_owner/acme')), because: /workloadIdentityPools/},
		'the condition asks for what is not understood': {
			given: github('*', `${OWNER_ID} && ['acme/a'].exists(x, assertion.repository == x)`),
			because: /gh could not be decided/,
		},
		'the condition cannot be parsed': {given: github('*', 'assertion.'), because: /cannot be parsed/},
		'the policies were not read': {
			given: other({}, coverage('allowPolicies', 'shop', 'missing')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'an owner by name',
});
