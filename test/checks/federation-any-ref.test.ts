import check from '../../checks/federation-any-ref.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	bound,
	GITLAB,
	MAPPING,
	pool,
	POOLS_READ,
	provider,
	type ProviderOptions,
	TERRAFORM,
	WORKLOAD_USER,
} from '../worlds/federation.ts';
import {coverage, disabled, OBJECT_ADMIN, OBJECT_VIEWER, world, type Grant, type Piece} from '../worlds/world.ts';

const OWNER_ID = "assertion.repository_owner_id == '1'";
const REPOSITORY = 'attribute.repository/acme/shop';
const user = (rest: string, on = 'ci@shop'): Grant => [bound(rest), WORKLOAD_USER, on];
const POWER: Grant = ['ci@shop', OBJECT_ADMIN, 'shop'];
const other = (options: ProviderOptions, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('gh', options), POWER, ...more);
const github = (rest: string, condition = OWNER_ID): Asset[] => other({condition}, user(rest));
const found = (rest: string, severity: 'high' | 'medium' = 'high') => [['ci@shop', bound(rest), severity]] as const;
const any = (rest: string, condition = OWNER_ID) => ({given: github(rest, condition), finds: found(rest)});
const GITLAB_PROJECT: ProviderOptions = {
	issuer: GITLAB,
	condition: "assertion.namespace_id == '5'",
	mapping: {'google.subject': 'assertion.sub', 'attribute.project_id': 'assertion.project_id'},
};

testCheck(check, {
	fires: {
		'a repository by name': {
			...any(REPOSITORY),
			says: /^Any branch of acme\/shop can become ci@.*writing data on projects\/shop/,
		},
		'a repository by id': any('attribute.repository_id/9'),
		'an owner': {...any('attribute.repository_owner/acme'), says: /any repository of acme/},
		'the whole pool': any('*'),
		'a subject of pull requests': {
			...any('subject/repo:acme/shop:pull_request'),
			says: /Any pull request of acme\/shop/,
		},
		'branches with a beginning': any(REPOSITORY, `${OWNER_ID} && assertion.ref.startsWith('refs/heads/release')`),
		'any branch, not tags': any(REPOSITORY, `${OWNER_ID} && assertion.ref_type == 'branch'`),
		'any tag': {
			...any(REPOSITORY, `${OWNER_ID} && assertion.ref.startsWith('refs/tags/v')`),
			says: /^Any tag of acme\/shop can become/,
		},
		'any ref but one': any(REPOSITORY, `${OWNER_ID} && assertion.ref != 'refs/heads/main'`),
		'one branch or any environment': any(
			REPOSITORY,
			`${OWNER_ID} && (assertion.ref == 'refs/heads/main' || has(assertion.environment))`,
		),
		'an event, which a branch chooses': any(REPOSITORY, `${OWNER_ID} && assertion.event_name == 'push'`),
		'a workflow file, which a branch changes': any(REPOSITORY, `${OWNER_ID} && assertion.workflow == 'deploy'`),
		'only pull requests': any(REPOSITORY, `${OWNER_ID} && assertion.event_name == 'pull_request'`),
		'protected branches are less': {
			given: github(REPOSITORY, `${OWNER_ID} && assertion.ref_protected == 'true'`),
			finds: found(REPOSITORY, 'medium'),
			says: /Any protected branch/,
		},
		'the account reads data': {
			given: world(
				...POOLS_READ,
				pool(),
				provider('gh', {condition: OWNER_ID}),
				['ci@shop', OBJECT_VIEWER, 'shop'],
				user(REPOSITORY),
			),
			finds: found(REPOSITORY),
		},
		'the account is powerful elsewhere': {
			given: world(
				...POOLS_READ,
				pool(),
				provider('gh', {condition: OWNER_ID}),
				['ci@shop', OBJECT_ADMIN, 'lab'],
				user(REPOSITORY),
			),
			finds: found(REPOSITORY),
		},
		'on the project: powerful accounts only': {
			given: other({condition: OWNER_ID}, user(REPOSITORY, 'shop'), ['weak@shop', 'roles/logging.logWriter', 'shop']),
			finds: found(REPOSITORY),
		},
		'under a condition that nobody can decide': {
			given: other({condition: OWNER_ID}, [bound(REPOSITORY), WORKLOAD_USER, 'ci@shop', 'request.path == "/x"']),
			finds: [['ci@shop', bound(REPOSITORY), 'high', 'conditional']],
		},
		'GitLab by project': {
			given: other(GITLAB_PROJECT, user('attribute.project_id/7')),
			finds: found('attribute.project_id/7'),
		},
		'GitLab, protected refs': {
			given: other(
				{...GITLAB_PROJECT, condition: "assertion.namespace_id == '5' && assertion.ref_protected == 'true'"},
				user('attribute.project_id/7'),
			),
			finds: found('attribute.project_id/7', 'medium'),
		},
		'Buildkite by pipeline': {
			given: other(
				{
					issuer: 'https://agent.buildkite.com',
					condition: "assertion.organization_id == 'o'",
					mapping: {'google.subject': 'assertion.sub', 'attribute.pipeline_id': 'assertion.pipeline_id'},
				},
				user('attribute.pipeline_id/p'),
			),
			finds: found('attribute.pipeline_id/p'),
		},
		'CircleCI by project': {
			given: other(
				{
					issuer: 'https://oidc.circleci.com/org/11111111-1111-4111-8111-111111111111',
					mapping: {
						'google.subject': 'assertion.sub',
						'attribute.project': "assertion['oidc.circleci.com/project-id']",
					},
				},
				user('attribute.project/22222222-2222-4222-8222-222222222222'),
			),
			finds: found('attribute.project/22222222-2222-4222-8222-222222222222'),
		},
		'beside pools that were not read': {
			given: other({condition: OWNER_ID}, user(REPOSITORY), coverage('workloadIdentityPools', 'lab', 'missing')),
			finds: found(REPOSITORY),
		},
	},
	silent: {
		'a subject with a branch': github('subject/repo:acme/shop:ref:refs/heads/main'),
		'a subject with a branch and ids': github('subject/repo:acme@1/shop@9:ref:refs/heads/main'),
		'a subject with an environment': github('subject/repo:acme/shop:environment:production'),
		'a branch in the condition': github(REPOSITORY, `${OWNER_ID} && assertion.ref == 'refs/heads/main'`),
		'branches of a list': github(
			REPOSITORY,
			`${OWNER_ID} && assertion.ref in ['refs/heads/main', 'refs/heads/release']`,
		),
		'an environment in the condition': github(REPOSITORY, `${OWNER_ID} && assertion.environment == 'production'`),
		'a branch in the subject of the condition': github(
			REPOSITORY,
			`${OWNER_ID} && assertion.sub.endsWith(':ref:refs/heads/main')`,
		),
		'a branch that is bound': other(
			{condition: OWNER_ID, mapping: {...MAPPING, 'attribute.place': "assertion.repository + '@' + assertion.ref"}},
			user('attribute.place/acme/shop@refs/heads/main'),
		),
		'the account has no power': world(...POOLS_READ, pool(), provider('gh', {condition: OWNER_ID}), user(REPOSITORY)),
		'the account is disabled': other({condition: OWNER_ID}, disabled('ci@shop'), user(REPOSITORY)),
		'HCP Terraform, which has no branches': other(
			{
				issuer: TERRAFORM,
				condition: "assertion.terraform_organization_id == 'org-x'",
				mapping: {'google.subject': 'assertion.terraform_workspace_id'},
			},
			user('subject/ws-1'),
		),
		'a role of AWS': other({kind: {aws: {accountId: '123456789012'}}, mapping: {}}, user('*')),
		'a GitLab branch': other(GITLAB_PROJECT, user('subject/project_path:acme/shop:ref_type:branch:ref:main')),
		'the provider is disabled': other({condition: OWNER_ID, disabled: true}, user(REPOSITORY)),
		'outside the scope': {given: github(REPOSITORY), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(POWER, user(REPOSITORY)), because: /workloadIdentityPools/},
		'the condition asks for what is not understood': {
			given: github(REPOSITORY, `${OWNER_ID} && ['refs/heads/main'].exists(x, assertion.ref == x)`),
			because: /gh could not be decided/,
		},
	},
	snapshot: 'a repository by name',
});
