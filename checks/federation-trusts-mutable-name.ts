import {defineCheck, type Hit} from '../src/check.ts';
import type {Provider} from '../src/federation/provider.ts';
import type {Witness} from '../src/federation/search.ts';
import {evidenceOf, federatedGrants, type FederatedGrant, hitOf, othersOf} from '../src/queries/federated.ts';
import {issuingProviders, pinTenant, shownToken, unclearText, unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-trusts-mutable-name',
	title: 'A provider or a binding trusts a name that somebody else can take over',
	severity: 'medium',
	on: 'the provider whose condition rests on names, or the account that a binding by name opens',
	needs: ['workloadIdentityPools', 'allowPolicies', 'roles', 'serviceAccounts'],
	threats: ['impersonation'],
	practice: [3],
	why: 'When an organization is renamed or deleted, its name is free again: whoever registers it gets tokens with the same repository and owner, and all that was granted to them.',
	fix: 'Ask for ids beside the names or instead of them: repository_owner_id, namespace_id, terraform_organization_id. They are never assigned again.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation#use-non-reusable-attributes',
		'https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#define_an_attribute_mapping',
	],
	example: {
		fires: 'The condition is assertion.repository_owner == ‘acme’.',
		silent:
			'The condition asks for repository_owner_id, whatever names it or the bindings ask for besides; the subject has ids in it (repo:acme@1/shop@2:…); the issuer is one’s own.',
	},
	inspect(world) {
		const providers = issuingProviders(world).filter(({issuer}) => issuer.shared);
		const unknown: string[] = [...unreadProviders(world)];
		const hits: Hit[] = [];
		const open = new Set<Provider>();
		for (const provider of providers) {
			const outsider = world.federation.ask(provider, undefined, 'outsider');
			// Whoever lets everybody in trusts no name; the names that its bindings ask for are judged below.
			if (outsider.value === 'yes') open.add(provider);
			if (outsider.value === 'yes') continue;
			const successor = world.federation.ask(provider, undefined, 'successor');
			if (outsider.value === 'unclear' && successor.value !== 'yes') unknown.push(unclearText(world, provider));
			else if (successor.value === 'unclear') unknown.push(unclearText(world, provider));
			else if (successor.value === 'yes') hits.push(ofProvider(world, provider, successor.witness));
		}
		for (const given of federatedGrants(world)) hits.push(...ofBinding(world, given, open));
		return {examined: providers.length, hits, unknown};
	},
});

function ofProvider(world: World, provider: Provider, witness: Witness): Hit {
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: provider.name,
		detail: () => ({
			message: `${provider.name} accepts whoever has ${namesText(provider, witness)} by then: its attribute condition ${provider.condition!} asks for no id.`,
			evidence: {
				issuer: provider.issuerUri,
				condition: provider.condition ?? null,
				names: namesOf(provider, witness),
				token: shownToken(provider, witness),
			},
			fix: pinTenant(world, provider, `${provider.name} trusts ${namesText(provider, witness)}.`),
		}),
	};
}

/** Bindings that ask for names while the condition lets everybody in: there the provider's own names protect nothing. */
function ofBinding(world: World, given: FederatedGrant, open: ReadonlySet<Provider>): Hit[] {
	const trusting = given.providers.flatMap(provider => {
		if (!open.has(provider)) return [];
		const {test} = given.pool!;
		if (world.federation.ask(provider, test, 'outsider').value === 'yes') return [];
		const answer = world.federation.ask(provider, test, 'successor');
		return answer.value === 'yes' ? [{provider, witness: answer.witness}] : [];
	});
	const [first] = trusting;
	if (!first) return [];
	const {provider, witness} = first;
	return [
		{
			...hitOf(given, given.accounts),
			severity: 'medium',
			detail: () => ({
				message: `${given.member.member} can become ${given.accounts[0]!.email}${othersOf(given.accounts)}, and so can whoever has ${namesText(provider, witness)} by then: no id is asked for.`,
				evidence: {
					...evidenceOf(given, given.accounts),
					names: namesOf(provider, witness),
					token: shownToken(provider, witness),
				},
				fix: merged(
					trusting.map(one =>
						pinTenant(
							world,
							one.provider,
							`${given.member.member} is trusted by ${namesText(one.provider, one.witness)}.`,
						),
					),
				),
			}),
		},
	];
}

function merged(fixes: readonly ReturnType<typeof pinTenant>[]): ReturnType<typeof pinTenant> {
	return {
		summary: [...new Set(fixes.map(fix => fix.summary))].join(' '),
		changes: fixes.flatMap(fix => fix.changes),
	};
}

/** Names that every accepted token has alike. */
function namesOf({issuer: {platform}}: Provider, {claims, pinned}: Witness): Record<string, unknown> {
	const telling = [...platform.tenantClaims, ...platform.unitClaims].filter(claim => pinned.has(claim));
	const names = telling.length > 0 ? telling : [...pinned].filter(claim => claim === 'sub');
	return Object.fromEntries(names.map(claim => [claim, claims[claim]]));
}

function namesText(provider: Provider, witness: Witness): string {
	const names = Object.entries(namesOf(provider, witness)).map(([claim, value]) => `${claim} ${String(value)}`);
	return names.length > 0 ? names.join(' and ') : `the names of a trusted ${provider.issuer.platform.tenant}`;
}
