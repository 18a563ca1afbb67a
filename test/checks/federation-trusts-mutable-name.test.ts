import check from '../../checks/federation-trusts-mutable-name.ts';
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
	providerName,
	type ProviderOptions,
	TERRAFORM,
	WORKLOAD_USER,
} from '../worlds/federation.ts';
import {coverage, disabled, world, type Grant, type Piece} from '../worlds/world.ts';

const user = (rest: string, on = 'ci@shop'): Grant => [bound(rest), WORKLOAD_USER, on];
const github = (condition: string | undefined, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('gh', {...(condition !== undefined && {condition})}), ...more);
const other = (options: ProviderOptions, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('gh', options), ...more);
const PROVIDER = [[providerName('gh'), undefined, 'medium']] as const;
const byName = (condition: string) => ({given: github(condition), finds: PROVIDER});
const onAccount = (rest: string) => [['ci@shop', bound(rest), 'medium']] as const;

testCheck(check, {
	fires: {
		'an owner by name': {
			given: github("assertion.repository_owner == 'acme'", user('attribute.repository/acme/shop')),
			finds: PROVIDER,
			says: /whoever has repository_owner acme by then/,
		},
		'owners of a list': byName("assertion.repository_owner in ['acme', 'acme-labs']"),
		'a repository by name': byName("assertion.repository == 'acme/shop'"),
		'a prefix with a delimiter': byName("assertion.repository.startsWith('acme/')"),
		'an anchored pattern': byName("assertion.repository.matches('^acme/.*$')"),
		'a subject by name': byName("assertion.sub == 'repo:acme/shop:ref:refs/heads/main'"),
		'a mapped attribute': byName("attribute.repository_owner == 'acme'"),
		'an enterprise by name': byName("assertion.enterprise == 'acme-inc'"),
		'in lower case': byName("assertion.repository_owner.lowerAscii() == 'acme'"),
		'an id, or a name as well': byName("assertion.repository_owner_id == '1' || assertion.repository_owner == 'acme'"),
		'a name and the id of whoever runs it': byName("assertion.repository_owner == 'acme' && assertion.actor_id == '5'"),
		'GitLab by group': {
			given: other({issuer: GITLAB, condition: "assertion.namespace_path == 'acme'"}),
			finds: PROVIDER,
		},
		'GitLab by project': {
			given: other({issuer: GITLAB, condition: "assertion.project_path == 'acme/shop'"}),
			finds: PROVIDER,
		},
		'HCP Terraform by organization': {
			given: other({issuer: TERRAFORM, condition: "assertion.terraform_organization_name == 'acme'"}),
			finds: PROVIDER,
		},
		'Buildkite by slug': {
			given: other({issuer: 'https://agent.buildkite.com', condition: "assertion.organization_slug == 'acme'"}),
			finds: PROVIDER,
		},
		'bindings by name where the provider lets everybody in': {
			given: github(undefined, user('attribute.repository/acme/shop')),
			finds: onAccount('attribute.repository/acme/shop'),
			says: /repository acme\/shop/,
		},
		'a subject by name where the provider lets everybody in': {
			given: github("assertion.ref == 'refs/heads/main'", user('subject/repo:acme/shop:ref:refs/heads/main')),
			finds: onAccount('subject/repo:acme/shop:ref:refs/heads/main'),
		},
		'each binding by name': {
			given: github(
				undefined,
				user('attribute.repository_owner/acme'),
				user('attribute.repository_owner/acme', 'root@lab'),
			),
			finds: [
				['ci@shop', bound('attribute.repository_owner/acme'), 'medium'],
				['root@lab', bound('attribute.repository_owner/acme'), 'medium'],
			],
		},
		'by a role on the project, once': {
			given: github(
				undefined,
				user('attribute.repository/acme/shop', 'shop'),
				['ci@shop', 'roles/owner', 'lab'],
				['other@shop', 'roles/viewer', 'shop'],
			),
			finds: onAccount('attribute.repository/acme/shop'),
		},
		'beside pools that were not read': {
			given: github("assertion.repository_owner == 'acme'", coverage('workloadIdentityPools', 'lab', 'missing')),
			finds: PROVIDER,
		},
	},
	silent: {
		'an owner by id': github("assertion.repository_owner_id == '1'", user('attribute.repository/acme/shop')),
		'an owner by name and id': github("assertion.repository_owner == 'acme' && assertion.repository_owner_id == '1'"),
		'a repository by id': github("assertion.repository_id == '9'"),
		'a subject with ids': github("assertion.sub.startsWith('repo:acme@1/shop@2:')"),
		'a subject of one’s own making, by id': github("assertion.sub.startsWith('repository_owner_id:1:')"),
		'everybody gets in, and nothing is bound': github(undefined),
		'everybody gets in, and ids are bound': github(undefined, user('attribute.repository_id/9')),
		'everybody gets in, and everything is bound': github(undefined, user('*')),
		'everybody gets in, and the account is disabled': github(
			undefined,
			disabled('ci@shop'),
			user('attribute.repository/acme/shop'),
		),
		'an enterprise’s own issuer': other({issuer: `${GITHUB}/acme`, condition: "assertion.repository_owner == 'acme'"}),
		'a GitLab server of one’s own': other({
			issuer: 'https://gitlab.example.com',
			condition: "assertion.project_path == 'acme/shop'",
		}),
		'GitLab by id': other({issuer: GITLAB, condition: "assertion.namespace_id == '5' && assertion.ref == 'main'"}),
		'HCP Terraform by id': other({issuer: TERRAFORM, condition: "assertion.terraform_organization_id == 'org-x'"}),
		'a domain': other({issuer: 'https://accounts.google.com', condition: "assertion.hd == 'example.com'"}),
		'the provider is disabled': other({disabled: true, condition: "assertion.repository_owner == 'acme'"}),
		'the pool is deleted': world(
			...POOLS_READ,
			pool('ci', {state: 'DELETED'}),
			provider('gh', {condition: "assertion.repository_owner == 'acme'"}),
		),
		'the attribute that is bound is an id under another name': other(
			{mapping: {...MAPPING, 'attribute.repository': 'assertion.repository_id'}},
			user('attribute.repository/9'),
		),
		'outside the scope': {given: github("assertion.repository_owner == 'acme'"), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(user('attribute.repository/acme/shop')), because: /workloadIdentityPools/},
		'the condition cannot be parsed': {given: github('assertion.repository_owner =='), because: /cannot be parsed/},
		'the condition asks for what is not understood': {
			given: github("assertion.cost_center == '7'"),
			because: /could not be decided/,
		},
	},
	snapshot: 'an owner by name',
});
