import check from '../../checks/federation-audience-shared.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {testCheck} from '../worlds/test-check.ts';
import {GITLAB, pool, POOLS_READ, provider, providerName, type ProviderOptions} from '../worlds/federation.ts';
import {coverage, world, type Piece} from '../worlds/world.ts';

const CONDITION = "assertion.repository_owner_id == '1'";
const using = (
	audiences: readonly string[] | undefined,
	options: ProviderOptions = {},
	...more: readonly Piece[]
): Asset[] =>
	world(
		...POOLS_READ,
		pool(),
		provider('gh', {condition: CONDITION, ...(audiences && {audiences}), ...options}),
		...more,
	);
const FOUND = [[providerName('gh'), undefined, 'medium']] as const;
const shared = (audience: string, options: ProviderOptions = {}) => ({given: using([audience], options), finds: FOUND});
const own = (form: string): string =>
	form.replace('PROVIDER', 'projects/10/locations/global/workloadIdentityPools/ci/providers/gh');

testCheck(check, {
	fires: {
		'that of AWS': {...shared('sts.amazonaws.com'), says: /accepts tokens for sts\.amazonaws\.com/},
		'that of Azure': shared('api://AzureADTokenExchange'),
		'GitHub’s default': shared('https://github.com/acme'),
		'GitLab’s usual one': shared('https://gitlab.com', {issuer: GITLAB, condition: "assertion.namespace_id == '5'"}),
		'the API server of a cluster': shared('https://kubernetes.default.svc', {
			issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC',
			condition: 'true',
		}),
		'CircleCI’s default': shared('11111111-1111-4111-8111-111111111111', {
			issuer: 'https://oidc.circleci.com/org/11111111-1111-4111-8111-111111111111',
			condition: 'true',
		}),
		'Google’s token service': shared('https://sts.googleapis.com'),
		'no more than a word': shared('sigstore'),
		'one of several': {given: using([own('https://iam.googleapis.com/PROVIDER'), 'vault']), finds: FOUND},
		'two providers of one pool': {
			given: using(['acme-gcp'], {}, provider('two', {condition: CONDITION, audiences: ['acme-gcp']})),
			finds: [...FOUND, [providerName('two'), undefined, 'medium']],
			says: /shares with .*two\./,
		},
		'two providers of pools of two projects': {
			given: using(
				['acme-gcp'],
				{},
				pool('ci', {project: 'lab'}),
				provider('gh', {condition: CONDITION, audiences: ['acme-gcp'], project: 'lab'}),
			),
			finds: [
				...FOUND,
				[
					'//iam.googleapis.com/projects/lab/locations/global/workloadIdentityPools/ci/providers/gh',
					undefined,
					'medium',
				],
			],
		},
		'the name of another provider': {
			given: using(['https://iam.googleapis.com/projects/20/locations/global/workloadIdentityPools/ci/providers/gh']),
			finds: FOUND,
		},
		'for Entra, which no single change ends': {
			given: using(['https://management.azure.com/'], {
				issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
				condition: 'true',
			}),
			finds: FOUND,
		},
	},
	silent: {
		'none, which is the provider’s own name': using(undefined),
		'an empty list': using([]),
		'its own name': using([own('https://iam.googleapis.com/PROVIDER')]),
		'its own name without a scheme': using([own('//iam.googleapis.com/PROVIDER')]),
		'its own name by the project’s id': using([
			'https://iam.googleapis.com/projects/shop/locations/global/workloadIdentityPools/ci/providers/gh',
		]),
		'one of its own': using(['acme-gcp-shop']),
		'the id of an Entra application of its own': using(['api://33333333-3333-4333-8333-333333333333'], {
			issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
		}),
		'the same at another issuer': using(
			['acme-gcp'],
			{},
			provider('lab', {issuer: GITLAB, condition: "assertion.namespace_id == '5'", audiences: ['acme-gcp']}),
		),
		'the same at a provider that is disabled': using(
			['acme-gcp'],
			{},
			provider('two', {condition: CONDITION, audiences: ['acme-gcp'], disabled: true}),
		),
		'AWS has none': using(undefined, {kind: {aws: {accountId: '123456789012'}}}),
		'the provider is disabled': using(['sts.amazonaws.com'], {disabled: true}),
		'the pool is deleted': world(...POOLS_READ, pool('ci', {state: 'DELETED'}), provider('gh', {audiences: ['vault']})),
		'outside the scope': {given: using(['sts.amazonaws.com']), scopes: ['projects/lab']},
	},
	unknown: {
		'pools were not read': {given: world(), because: /workloadIdentityPools/},
		'pools of a project were not read': {
			given: using([], {}, coverage('workloadIdentityPools', 'lab', 'missing')),
			because: /lab/,
		},
		'the provider is broken': {given: using(undefined, {kind: {oidc: {}}}), because: /issuerUri/},
	},
	snapshot: 'that of AWS',
});
