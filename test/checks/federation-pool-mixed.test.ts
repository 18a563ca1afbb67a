import check from '../../checks/federation-pool-mixed.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {testCheck} from '../worlds/test-check.ts';
import {GITLAB, pool, POOLS_READ, poolResource, provider, type ProviderOptions} from '../worlds/federation.ts';
import {coverage, world, type Piece} from '../worlds/world.ts';

const SUB = {'google.subject': 'assertion.sub'};
const GITHUB_OWN: ProviderOptions = {condition: "assertion.repository_owner_id == '1'", mapping: SUB};
const GITLAB_OWN: ProviderOptions = {issuer: GITLAB, condition: "assertion.namespace_id == '5'", mapping: SUB};
const two = (one: ProviderOptions, other: ProviderOptions, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('one', one), provider('two', other), ...more);
const FOUND = [[poolResource(), undefined, 'medium']] as const;
const aws = (accountId: string, mapping = {}): ProviderOptions => ({kind: {aws: {accountId}}, mapping});
const circle = (organization: string): ProviderOptions => ({
	issuer: `https://oidc.circleci.com/org/${organization}`,
	mapping: SUB,
});
const prefixed = (options: ProviderOptions, text: string): ProviderOptions => ({
	...options,
	mapping: {'google.subject': `${text} + assertion.sub`},
});

testCheck(check, {
	fires: {
		'two platforms': {given: two(GITHUB_OWN, GITLAB_OWN), finds: FOUND, says: /2 providers .* one of https:\/\/token/},
		'one issuer twice': {
			given: two(GITHUB_OWN, {...GITHUB_OWN, condition: "assertion.repository_id == '9'"}),
			finds: FOUND,
		},
		'a platform and a server': {
			given: two(GITHUB_OWN, {issuer: 'https://idp.example.com', mapping: SUB}),
			finds: FOUND,
		},
		'three, once': {
			given: two(GITHUB_OWN, GITLAB_OWN, provider('three', {issuer: 'https://idp.example.com', mapping: SUB})),
			finds: FOUND,
			says: /3 providers/,
		},
		'one prefix': {given: two(prefixed(GITHUB_OWN, "'x::'"), GITLAB_OWN), finds: FOUND},
		'the same prefix twice': {given: two(prefixed(GITHUB_OWN, "'x::'"), prefixed(GITLAB_OWN, "'x::'")), finds: FOUND},
		'a prefix of a prefix': {given: two(prefixed(GITHUB_OWN, "'x'"), prefixed(GITLAB_OWN, "'x::'")), finds: FOUND},
		'two AWS accounts by role name': {
			given: two(
				aws('111111111111', {'google.subject': "assertion.arn.extract('assumed-role/{role}/')"}),
				aws('222222222222', {'google.subject': "assertion.arn.extract('assumed-role/{role}/')"}),
			),
			finds: FOUND,
		},
		'one AWS account twice': {given: two(aws('111111111111'), aws('111111111111')), finds: FOUND},
		'in each of two pools': {
			given: two(
				GITHUB_OWN,
				GITLAB_OWN,
				pool('cd'),
				provider('a', {...GITHUB_OWN, pool: 'cd'}),
				provider('b', {...GITLAB_OWN, pool: 'cd'}),
			),
			finds: [...FOUND, [poolResource('cd'), undefined, 'medium']],
		},
		'beside pools that were not read': {
			given: two(GITHUB_OWN, GITLAB_OWN, coverage('workloadIdentityPools', 'lab', 'missing')),
			finds: FOUND,
		},
	},
	silent: {
		'one provider': world(...POOLS_READ, pool(), provider('one', GITHUB_OWN)),
		'a pool each': world(
			...POOLS_READ,
			pool(),
			provider('one', GITHUB_OWN),
			pool('cd'),
			provider('two', {...GITLAB_OWN, pool: 'cd'}),
		),
		'pools of one name in two projects': world(
			...POOLS_READ,
			pool(),
			provider('one', GITHUB_OWN),
			pool('ci', {project: 'lab'}),
			provider('two', {...GITLAB_OWN, project: 'lab'}),
		),
		'prefixes of their own': two(prefixed(GITHUB_OWN, "'github::'"), prefixed(GITLAB_OWN, '"gitlab::"')),
		'two AWS accounts, by ARN': two(aws('111111111111'), aws('222222222222')),
		'two organizations of CircleCI': two(
			circle('11111111-1111-4111-8111-111111111111'),
			circle('22222222-2222-4222-8222-222222222222'),
		),
		'the other is disabled': two(GITHUB_OWN, {...GITLAB_OWN, disabled: true}),
		'the other is deleted': two(GITHUB_OWN, {...GITLAB_OWN, state: 'DELETED'}),
		'the pool is disabled': world(
			...POOLS_READ,
			pool('ci', {disabled: true}),
			provider('one', GITHUB_OWN),
			provider('two', GITLAB_OWN),
		),
		'the same provider, named both ways': world(
			...POOLS_READ,
			pool(),
			provider('one', GITHUB_OWN),
			provider('one', {...GITHUB_OWN, byId: true}),
		),
		'outside the scope': {given: two(GITHUB_OWN, GITLAB_OWN), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(), because: /workloadIdentityPools/},
		'one provider is broken': {given: two(GITHUB_OWN, {kind: {oidc: {}}}), because: /two: oidc\.issuerUri/},
	},
	snapshot: 'two platforms',
});
