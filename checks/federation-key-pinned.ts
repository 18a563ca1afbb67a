import {defineCheck, type Hit} from '../src/check.ts';
import {claimText, PATH} from '../src/federation/platform.ts';
import type {Provider} from '../src/federation/provider.ts';
import type {ProviderChange} from '../src/remediation/provider-change.ts';
import {issuingProviders, unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-key-pinned',
	title: 'A provider of a public issuer carries uploaded keys, or maps groups from a claim that users edit',
	severity: 'medium',
	on: 'the provider',
	needs: ['workloadIdentityPools'],
	threats: ['impersonation'],
	practice: [3],
	why: 'Uploaded keys stand in for the issuer’s own: whoever has one makes any token, and the issuer’s rotation no longer counts. Groups from a claim that a user sets are groups that he joins by himself.',
	fix: 'Take the uploaded keys away, so that they are fetched from the issuer; map groups from a claim that only the issuer’s administrators set.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation#protect-oidc-metadata',
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation#non-authoritative-attributes',
	],
	example: {
		fires:
			'A provider of https://token.actions.githubusercontent.com has jwksJson, or maps google.groups from assertion.environment.',
		silent: 'A cluster without a public address has jwksJson; groups come from Entra’s groups claim.',
	},
	inspect(world) {
		const providers = issuingProviders(world);
		return {
			examined: providers.length,
			hits: providers.flatMap(provider =>
				ofProvider(provider, [...pinnedKeys(provider), ...editableGroups(world, provider)]),
			),
			unknown: unreadProviders(world).slice(),
		};
	},
});

/** One of the two things that may be wrong with a provider. */
interface Fault {
	message: string;
	evidence: Record<string, unknown>;
	summary: string;
	change: Pick<ProviderChange, 'set' | 'before'>;
}

function ofProvider(provider: Provider, faults: readonly Fault[]): Hit[] {
	if (faults.length === 0) return [];
	const {name, kind, issuerUri} = provider;
	return [
		{
			severity: 'medium',
			confidence: 'certain',
			resource: name,
			detail: () => ({
				message: `${name} ${faults.map(({message}) => message).join(', and ')}.`,
				evidence: {issuer: issuerUri ?? null, ...Object.assign({}, ...faults.map(({evidence}) => evidence))},
				fix: {
					summary: faults.map(({summary}) => summary).join(' '),
					changes: faults.map(({change}) => ({op: 'update-provider', resource: name, kind, ...change})),
				},
			}),
		},
	];
}

function pinnedKeys({uploadedKeys, issuer, issuerUri}: Provider): Fault[] {
	if (!uploadedKeys || !issuer.public) return [];
	return [
		{
			message: `trusts keys that somebody uploaded, though ${issuerUri!} publishes its own`,
			evidence: {uploadedKeys: true},
			summary: `See who uploaded the keys and why; then take jwksJson away, so that the keys of ${issuerUri!} are fetched.`,
			change: {set: {uploadedKeys: false}, before: {uploadedKeys: true}},
		},
	];
}

function editableGroups(world: World, provider: Provider): Fault[] {
	const mapped = provider.mapping.get('google.groups');
	if (mapped === undefined) return [];
	const {claims} = world.federation.rules(provider).mapping.claimsOf('google.groups');
	const {editable} = provider.issuer.platform;
	const chosen = claims.filter(claim => editable.includes(claim.split(PATH)[0]!)).map(claimText);
	if (chosen.length === 0) return [];
	const mapping = Object.fromEntries(provider.mapping);
	const {['google.groups']: _, ...rest} = mapping;
	return [
		{
			message: `takes groups from ${chosen.join(', ')}, which whoever gets the token chooses`,
			evidence: {mapping: mapped, claims: chosen},
			summary:
				'First bind what the groups are bound to by claims that only the issuer’s administrators set; then take google.groups out of the mapping.',
			change: {set: {mapping: rest}, before: {mapping}},
		},
	];
}
