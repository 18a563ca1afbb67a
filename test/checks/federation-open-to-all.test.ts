import check from '../../checks/federation-open-to-all.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	bound,
	GITHUB,
	GITLAB,
	pool,
	POOLS_READ,
	provider,
	providerName,
	type ProviderOptions,
	TERRAFORM,
	WORKLOAD_USER,
} from '../worlds/federation.ts';
import {coverage, customName, customRole, disabled, OWNER, world, type Grant, type Piece} from '../worlds/world.ts';
import type {Asset} from '../../src/sources/asset.ts';

const ANYBODY = 'principalSet://token.actions.githubusercontent.com/*';
const user = (rest: string, on = 'ci@shop'): Grant => [bound(rest), WORKLOAD_USER, on];
/** A pool with one GitHub provider and what is bound to it. */
const github = (condition: string | undefined, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('gh', {...(condition !== undefined && {condition})}), ...more);
const other = (options: ProviderOptions, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('p', options), ...more);
const CRITICAL = [[providerName('gh'), ANYBODY, 'critical']] as const;
const MEDIUM = [[providerName('gh'), ANYBODY, 'medium']] as const;
const BY_PUBLIC_WORKFLOW = [[providerName('gh'), ANYBODY, 'critical', 'conditional']] as const;
const opened = (condition: string) => ({given: github(condition, user('*')), finds: CRITICAL});
const closed = (condition: string) => github(condition, user('*'));

testCheck(check, {
	fires: {
		'no condition, and the whole pool is bound': {
			given: github(undefined, user('*')),
			finds: CRITICAL,
			says: /Any GitHub repository .* become ci@/,
		},
		'no condition, and nothing is bound': {given: github(undefined), finds: MEDIUM, says: /no binding/},
		'an empty condition': {given: github('  '), finds: MEDIUM},
		'no condition, and one repository is bound': {
			given: github(undefined, user('attribute.repository/acme/shop')),
			finds: MEDIUM,
		},
		'no condition, and an owner is bound': {
			given: github(undefined, user('attribute.repository_owner/acme')),
			finds: MEDIUM,
		},
		'no condition, and a branch is bound': {
			given: github(undefined, user('attribute.ref/refs/heads/main')),
			finds: CRITICAL,
		},
		'no condition, and an actor is bound': {given: github(undefined, user('attribute.actor/octocat')), finds: CRITICAL},
		'no condition, and a subject is bound': {
			given: github(undefined, user('subject/repo:acme/shop:ref:refs/heads/main')),
			finds: MEDIUM,
		},
		'a tautology': opened('true'),
		'a longer tautology': opened("assertion.repository != ''"),
		'another tautology': opened("assertion.repository_owner == 'acme' || assertion.repository_owner != 'acme'"),
		'a choice, one way of which is open': opened(
			"assertion.ref == 'refs/heads/main' ? assertion.repository_owner_id == '1' : assertion.event_name == 'push'",
		),
		'a choice that is turned round': opened(
			"!(assertion.repository_owner_id == '1' ? false : assertion.ref != 'refs/heads/x')",
		),
		'only a ref': opened("assertion.ref == 'refs/heads/main'"),
		'only an actor': opened("assertion.actor in ['octocat', 'hubot']"),
		'only an environment': opened("assertion.environment == 'production'"),
		'only an event': opened("assertion.event_name == 'workflow_dispatch'"),
		'only an audience': opened("assertion.aud == 'https://github.com/acme'"),
		'only that something is there': opened('has(assertion.repository_owner_id)'),
		'a size, which CEL decides': opened('size(assertion.repository) > 3'),
		'startsWith without a delimiter': opened("assertion.repository.startsWith('acme')"),
		'startsWith on the subject without a delimiter': opened("assertion.sub.startsWith('repo:acme')"),
		'startsWith on an id': opened("assertion.repository_owner_id.startsWith('123')"),
		endsWith: opened("assertion.repository.endsWith('/shop')"),
		'endsWith on the whole name': opened("assertion.repository.endsWith('acme/shop')"),
		contains: opened("assertion.sub.contains('acme/shop')"),
		'an unanchored pattern': opened("assertion.repository.matches('acme/.*')"),
		'a pattern with a dot that stands for anything': opened("assertion.repository.matches('^acme.corp/')"),
		'a pattern without a delimiter': opened("assertion.repository.matches('^acme')"),
		'an alternative that is open': opened("assertion.repository_owner == 'acme' || assertion.ref == 'refs/heads/main'"),
		'a negation that leaves all others': opened("!(assertion.repository_owner == 'evil')"),
		'in lower case': opened("assertion.repository.lowerAscii().startsWith('acme')"),
		'a mapped attribute': opened("attribute.ref == 'refs/heads/main'"),
		'the mapped subject': opened("google.subject.startsWith('repo:acme')"),
		'a workflow that others may call': {
			given: github("assertion.job_workflow_ref.startsWith('acme/workflows/')", user('*')),
			finds: BY_PUBLIC_WORKFLOW,
		},
		'the binding has a condition that nobody can decide': {
			given: github(undefined, [bound('*'), WORKLOAD_USER, 'ci@shop', 'request.path == "/x"']),
			finds: BY_PUBLIC_WORKFLOW,
		},
		'the binding has ended': {
			given: github(undefined, [
				bound('*'),
				WORKLOAD_USER,
				'ci@shop',
				'request.time < timestamp("2026-01-01T00:00:00Z")',
			]),
			finds: MEDIUM,
		},
		'by a custom role': {
			given: github(undefined, customRole('shop', 'minter', ['iam.serviceAccounts.getAccessToken']), [
				bound('*'),
				customName('shop', 'minter'),
				'ci@shop',
			]),
			finds: CRITICAL,
		},
		'by a role on the project': {
			given: github(undefined, ['ci@shop', OWNER, 'lab'], user('*', 'shop')),
			finds: CRITICAL,
		},
		'by a role on the folder above': {
			given: github(undefined, ['ci@shop', OWNER, 'lab'], user('*', 'folder')),
			finds: CRITICAL,
		},
		'the account is disabled': {given: github(undefined, disabled('ci@shop'), user('*')), finds: MEDIUM},
		'the pool is in another project than the account': {
			given: github(undefined, user('*', 'root@lab')),
			finds: CRITICAL,
		},
		'the provider is named by the project’s id': {
			given: world(...POOLS_READ, pool(), provider('gh', {byId: true}), user('*')),
			finds: CRITICAL,
		},
		'GitLab without a condition': {
			given: other({issuer: GITLAB}, user('*')),
			finds: [[providerName('p'), 'principalSet://gitlab.com/*', 'critical']],
			says: /Any GitLab project/,
		},
		'GitLab by a path without a delimiter': {
			given: other({issuer: GITLAB, condition: "assertion.project_path.startsWith('acme')"}),
			finds: [[providerName('p'), 'principalSet://gitlab.com/*', 'medium']],
		},
		'GitLab by a user': {
			given: other({issuer: GITLAB, condition: "assertion.user_login == 'root'"}),
			finds: [[providerName('p'), 'principalSet://gitlab.com/*', 'medium']],
		},
		'HCP Terraform by workspace name': {
			given: other({issuer: TERRAFORM, condition: "assertion.terraform_workspace_name == 'prod'"}),
			finds: [[providerName('p'), 'principalSet://app.terraform.io/*', 'medium']],
		},
		'HCP Terraform by an organization without a delimiter': {
			given: other({issuer: TERRAFORM, condition: "assertion.sub.startsWith('organization:acme')"}),
			finds: [[providerName('p'), 'principalSet://app.terraform.io/*', 'medium']],
		},
		'Buildkite by branch': {
			given: other({issuer: 'https://agent.buildkite.com', condition: "assertion.build_branch == 'main'"}),
			finds: [[providerName('p'), 'principalSet://agent.buildkite.com/*', 'medium']],
		},
		'Google accounts by an address without its at sign': {
			given: other({issuer: 'https://accounts.google.com', condition: "assertion.email.endsWith('example.com')"}),
			finds: [[providerName('p'), 'principalSet://accounts.google.com/*', 'medium']],
		},
		'every Entra tenant': {
			given: other({
				issuer: 'https://login.microsoftonline.com/common/v2.0',
				condition: "assertion.email == 'a@example.com'",
			}),
			finds: [[providerName('p'), 'principalSet://login.microsoftonline.com/*', 'medium']],
		},
		'beside pools that were not read': {
			given: github(undefined, coverage('workloadIdentityPools', 'lab', 'missing')),
			finds: MEDIUM,
		},
		'in the scope': {given: github(undefined), finds: MEDIUM, scopes: ['projects/shop']},
	},
	silent: {
		'an owner by id': closed("assertion.repository_owner_id == '123'"),
		'a choice that is closed either way': closed(
			"assertion.ref == 'refs/heads/main' ? assertion.repository_owner_id == '1' : assertion.repository_id == '9'",
		),
		'a choice that leaves one way': closed(
			"assertion.ref == 'refs/heads/main' ? assertion.repository_owner_id == '1' : false",
		),
		'an owner by name': closed("assertion.repository_owner == 'acme'"),
		'owners of a list': closed("assertion.repository_owner in ['acme', 'acme-labs']"),
		'owners by alternatives': closed("assertion.repository_owner == 'acme' || assertion.repository_owner_id == '7'"),
		'a repository': closed("assertion.repository == 'acme/shop'"),
		'a repository by id': closed("assertion.repository_id == '9'"),
		'startsWith with a delimiter': closed("assertion.repository.startsWith('acme/')"),
		'startsWith on the subject with a delimiter': closed("assertion.sub.startsWith('repo:acme/')"),
		'an anchored pattern': closed("assertion.repository.matches('^acme/.*$')"),
		'a pattern of alternatives': closed("assertion.repository.matches('^(acme|acme-labs)/[a-z]+$')"),
		'the first part of a name': closed("assertion.repository.split('/')[0] == 'acme'"),
		'a subject with ids': closed("assertion.sub == 'repo:acme@1/shop@2:environment:prod'"),
		'a subject of one’s own making': closed("assertion.sub.startsWith('repository_owner_id:123:')"),
		'an enterprise': closed("assertion.enterprise == 'acme-inc'"),
		'a mapped attribute': closed("attribute.repository_owner_id == '123'"),
		'an owner and a ref': closed("assertion.repository_owner_id == '123' && assertion.ref == 'refs/heads/main'"),
		'an owner, and something that is not understood': closed(
			"assertion.repository_owner_id == '123' && ['a', 'b'].exists(x, assertion.repository == x)",
		),
		never: closed('false'),
		'an enterprise’s own issuer': world(...POOLS_READ, pool(), provider('p', {issuer: `${GITHUB}/acme`}), user('*')),
		'GitHub Enterprise Server': world(
			...POOLS_READ,
			pool(),
			provider('p', {issuer: 'https://github.example.com/_services/token'}),
			user('*'),
		),
		'a GitLab server of one’s own': other({issuer: 'https://gitlab.example.com'}, user('*')),
		'another server': other({issuer: 'https://idp.example.com'}, user('*')),
		'one Entra tenant': other({issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/'}, user('*')),
		CircleCI: other({issuer: 'https://oidc.circleci.com/org/11111111-1111-4111-8111-111111111111'}, user('*')),
		Bitbucket: other(
			{issuer: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc'},
			user('*'),
		),
		'an AWS account': other({kind: {aws: {accountId: '123456789012'}}}, user('*')),
		SAML: other(
			{kind: {saml: {idpMetadataXml: '<xml/>'}}, mapping: {'google.subject': 'assertion.subject'}},
			user('*'),
		),
		'GitLab by namespace': other({issuer: GITLAB, condition: "assertion.namespace_id == '5'"}, user('*')),
		'GitLab by group': other({issuer: GITLAB, condition: "assertion.namespace_path.startsWith('acme/')"}, user('*')),
		'HCP Terraform by organization': other(
			{issuer: TERRAFORM, condition: "assertion.terraform_organization_id == 'org-x'"},
			user('*'),
		),
		'HCP Terraform by subject': other(
			{issuer: TERRAFORM, condition: "assertion.sub.startsWith('organization:acme:project:infra:workspace:prod')"},
			user('*'),
		),
		'Google accounts of a domain': other(
			{issuer: 'https://accounts.google.com', condition: "assertion.hd == 'example.com'"},
			user('*'),
		),
		'Google accounts by an address': other(
			{issuer: 'https://accounts.google.com', condition: "assertion.email.endsWith('@example.com')"},
			user('*'),
		),
		'the provider is disabled': world(...POOLS_READ, pool(), provider('gh', {disabled: true}), user('*')),
		'the provider is deleted': world(...POOLS_READ, pool(), provider('gh', {state: 'DELETED'}), user('*')),
		'the pool is disabled': world(...POOLS_READ, pool('ci', {disabled: true}), provider('gh'), user('*')),
		'the pool is deleted': world(...POOLS_READ, pool('ci', {state: 'DELETED'}), provider('gh'), user('*')),
		'there are no pools': world(...POOLS_READ),
		'outside the scope': {given: github(undefined), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(user('*')), because: /workloadIdentityPools/},
		'pools of a project were not read': {
			given: github("assertion.repository_owner_id == '1'", coverage('workloadIdentityPools', 'lab', 'missing')),
			because: /lab/,
		},
		'the condition cannot be parsed': {given: closed('assertion.repository_owner =='), because: /gh cannot be parsed/},
		'the condition asks for what is not understood': {
			given: closed("['acme/a', 'acme/b'].exists(x, assertion.repository == x)"),
			because: /gh could not be decided/,
		},
		'what a choice goes by is not understood': {
			given: closed(
				"['a'].exists(x, assertion.ref == x) ? assertion.repository_owner_id == '1' : assertion.ref == 'b'",
			),
			because: /gh could not be decided/,
		},
		'the condition asks for a claim that nobody knows': {
			given: closed("assertion.cost_center == '7'"),
			because: /gh could not be decided/,
		},
		'the provider is broken': {
			given: world(...POOLS_READ, pool(), provider('gh', {kind: {oidc: {issuerUri: ['x']}}})),
			because: /issuerUri/,
		},
	},
	snapshot: 'a pattern with a dot that stands for anything',
});
