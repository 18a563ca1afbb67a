import {defineCheck, type Hit} from '../src/check.ts';
import {audienceKey, byAudience, isCommon, isOwnName, namesAnother} from '../src/federation/audiences.ts';
import type {Provider} from '../src/federation/provider.ts';
import {issuingProviders, unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-audience-shared',
	title: 'A provider accepts an audience that is generic or shared with other services',
	severity: 'medium',
	on: 'the provider',
	needs: ['workloadIdentityPools'],
	threats: ['impersonation'],
	practice: [3],
	why: 'A token goes to whatever service it was made for. If that service’s audience is accepted here, its operator, or whoever reads its logs, can exchange the token for an account.',
	fix: 'Leave the allowed audiences empty, so that only the provider’s own full name is accepted, and let the workloads ask for that.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation#provider-audience',
	],
	example: {
		fires:
			'The allowed audience is sts.amazonaws.com or https://github.com/acme, or two providers of one issuer accept the same.',
		silent: 'No allowed audience is set, or it is the provider’s own full name.',
	},
	inspect(world) {
		const all = byAudience(world.inventory, world.federation.issuing());
		const providers = issuingProviders(world).filter(({kind}) => kind === 'oidc');
		return {
			examined: providers.length,
			hits: providers.flatMap(provider => ofProvider(world, provider, all)),
			unknown: unreadProviders(world).slice(),
		};
	},
});

interface Shared {
	audience: string;
	with: string;
}

function sharedOf(world: World, provider: Provider, all: ReadonlyMap<string, readonly Provider[]>): Shared[] {
	return provider.audiences.flatMap((audience): Shared[] => {
		if (isOwnName(world.inventory, provider, audience)) return [];
		if (namesAnother(world.inventory, provider, audience)) return [{audience, with: 'the provider that it names'}];
		const others = (all.get(audienceKey(provider, audience)) ?? []).filter(other => other !== provider);
		if (others.length > 0) return [{audience, with: others.map(({name}) => name).join(', ')}];
		return isCommon(audience, provider) ? [{audience, with: 'every other service that asks for it'}] : [];
	});
}

function ofProvider(world: World, provider: Provider, all: ReadonlyMap<string, readonly Provider[]>): Hit[] {
	const shared = sharedOf(world, provider, all);
	if (shared.length === 0) return [];
	return [
		{
			severity: 'medium',
			confidence: 'certain',
			resource: provider.name,
			detail: () => {
				const gone = new Set(shared.map(({audience}) => audience));
				const left = provider.audiences.filter(audience => !gone.has(audience));
				const isEntra = provider.issuer.platform.id === 'azure';
				return {
					message: `${provider.name} accepts tokens for ${shared[0]!.audience}, which it shares with ${shared[0]!.with}.`,
					evidence: {
						issuer: provider.issuerUri,
						audiences: provider.audiences,
						shared: shared.map(one => ({audience: one.audience, with: one.with})),
					},
					fix: isEntra
						? {
								summary:
									'No single change ends this: Entra issues tokens for registered applications only. Register one for this provider alone, let the workload ask for its application id URI, then allow that audience instead.',
								changes: [],
							}
						: {
								summary: `First let the workloads ask for tokens with this provider’s own full name as audience; then take away ${[...gone].join(', ')}.`,
								changes: [
									{
										op: 'update-provider',
										resource: provider.name,
										kind: 'oidc',
										set: {audiences: [...ownName(world, provider), ...left]},
										before: {audiences: provider.audiences},
									},
								],
							},
				};
			},
		},
	];
}

/** As Google takes it: by the project's number. Without one, an empty list says the same. */
function ownName(world: World, provider: Provider): string[] {
	const {name, pool, audiences} = provider;
	if (audiences.some(audience => isOwnName(world.inventory, provider, audience))) return [];
	const number = pool.project?.number;
	return number === undefined ? [] : [`https:${name.replace(/\/projects\/[^/]+/, `/projects/${number}`)}`];
}
