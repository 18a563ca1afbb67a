import check from '../../checks/federation-key-pinned.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {testCheck} from '../worlds/test-check.ts';
import {GITLAB, MAPPING, pool, POOLS_READ, provider, providerName, type ProviderOptions} from '../worlds/federation.ts';
import {coverage, world, type Piece} from '../worlds/world.ts';

const JWKS = '{"keys": [{"kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB"}]}';
const CONDITION = "assertion.repository_owner_id == '1'";
const github = (options: ProviderOptions, ...more: readonly Piece[]): Asset[] =>
	world(...POOLS_READ, pool(), provider('gh', {condition: CONDITION, ...options}), ...more);
const FOUND = [[providerName('gh'), undefined, 'medium']] as const;
const groups = (from: string): ProviderOptions => ({mapping: {...MAPPING, 'google.groups': from}});

testCheck(check, {
	fires: {
		'keys for GitHub': {given: github({jwks: JWKS}), finds: FOUND, says: /trusts keys that somebody uploaded/},
		'keys for an enterprise’s own issuer': {
			given: github({issuer: 'https://token.actions.githubusercontent.com/acme', jwks: JWKS}),
			finds: FOUND,
		},
		'keys for GitLab.com': {
			given: github({issuer: GITLAB, condition: "assertion.namespace_id == '5'", jwks: JWKS}),
			finds: FOUND,
		},
		'keys for an Entra tenant': {
			given: github({
				issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
				condition: 'true',
				jwks: JWKS,
			}),
			finds: FOUND,
		},
		'keys for a cluster of EKS': {
			given: github({issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', condition: 'true', jwks: JWKS}),
			finds: FOUND,
		},
		'groups from the environment': {
			given: github(groups('[assertion.environment]')),
			finds: FOUND,
			says: /takes groups from environment/,
		},
		'groups from the actor': {given: github(groups('assertion.actor')), finds: FOUND},
		'groups from a user’s name at a directory': {
			given: github({
				issuer: 'https://idp.example.com',
				condition: 'true',
				mapping: {'google.subject': 'assertion.sub', 'google.groups': 'assertion.user_metadata.groups'},
			}),
			finds: FOUND,
		},
		'groups cut out of a mail address': {
			given: github({
				issuer: 'https://idp.example.com',
				condition: 'true',
				mapping: {'google.subject': 'assertion.sub', 'google.groups': "assertion.email.split('@')"},
			}),
			finds: FOUND,
		},
		'both at once are one finding': {
			given: github({...groups('assertion.actor'), jwks: JWKS}),
			finds: FOUND,
			says: /uploaded.*, and takes groups/,
		},
		'beside pools that were not read': {
			given: github({jwks: JWKS}, coverage('workloadIdentityPools', 'lab', 'missing')),
			finds: FOUND,
		},
	},
	silent: {
		'no keys': github({}),
		'empty keys': github({jwks: ''}),
		'keys for GitHub Enterprise Server': github({issuer: 'https://github.example.com/_services/token', jwks: JWKS}),
		'keys for a GitLab server': github({issuer: 'https://gitlab.example.com', condition: 'true', jwks: JWKS}),
		'keys for a cluster without an address': github({
			issuer: 'https://kubernetes.default.svc.cluster.local',
			condition: 'true',
			jwks: JWKS,
		}),
		'keys for an address in a private network': github({issuer: 'https://10.0.0.1', condition: 'true', jwks: JWKS}),
		'groups of Entra': github({
			issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
			condition: 'true',
			mapping: {'google.subject': 'assertion.sub', 'google.groups': 'assertion.groups'},
		}),
		'groups from the owner’s id': github(groups('[assertion.repository_owner_id]')),
		'groups of a directory': github({
			issuer: 'https://idp.example.com',
			condition: 'true',
			mapping: {'google.subject': 'assertion.sub', 'google.groups': 'assertion.groups'},
		}),
		'another attribute from the actor': github({}),
		'AWS has no keys': github({kind: {aws: {accountId: '123456789012'}}, mapping: {}, condition: 'true'}),
		'the provider is disabled': github({jwks: JWKS, disabled: true}),
		'the pool is disabled': world(...POOLS_READ, pool('ci', {disabled: true}), provider('gh', {jwks: JWKS})),
		'outside the scope': {given: github({jwks: JWKS}), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(), because: /workloadIdentityPools/},
		'the provider is broken': {given: github({kind: {oidc: {issuerUri: 7.5}}}), because: /issuerUri/},
	},
	snapshot: 'keys for GitHub',
});
