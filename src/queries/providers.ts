/** Providers as the federation checks see them, and how to narrow what they accept. */
import type {Fix} from '../check.ts';
import type {Claims} from '../federation/cel.ts';
import type {Provider} from '../federation/provider.ts';
import type {Witness} from '../federation/search.ts';
import type {World} from '../world.ts';

/** Those in scope whose tokens are accepted at present, by name. */
export function issuingProviders(world: World): Provider[] {
	return [...world.federation.issuing()].filter(provider => provider.pool.project?.inScope ?? true);
}

/** Why nothing is known of what a provider accepts. */
export function unclearText(world: World, provider: Provider): string {
	const reason = world.federation.rules(provider).unreadable ?? 'could not be decided';
	return `the attribute condition of ${provider.name} ${reason}`;
}

/** Pools and providers that could not be read whole: what they accept is not known. */
export const unreadProviders = (world: World): readonly string[] => world.federation.problems;

/** A token for people: the claims that tell whose it is and what it is for. */
export function shownToken(provider: Provider, {claims, pinned}: Witness): Claims {
	const {platform} = provider.issuer;
	const shown = new Set([
		'sub',
		...platform.unitClaims,
		...platform.tenantClaims,
		'ref',
		'environment',
		'event_name',
		...pinned,
	]);
	return Object.fromEntries(
		Object.entries(claims)
			.filter(([claim, value]) => shown.has(claim) && value !== '')
			.toSorted((a, b) => (a[0] < b[0] ? -1 : 1)),
	);
}

/**
 * Adds the tenant's own id to a provider's condition. The id is in no inventory, so that the command has a placeholder
 * for it (contract: a federation fix may contain OWNER_ID).
 */
export function pinTenant(world: World, provider: Provider, why: string): Fix {
	const {platform} = provider.issuer;
	const claim = platform.tenantClaim;
	if (claim === undefined) {
		return {
			summary: `${why} No single change ends this: which claim of ${provider.issuer.name} names your own tenant is for you to find out; then add an attribute condition on it.`,
			changes: [],
		};
	}
	const domain = platform.id === 'google' ? world.inventory.domains[0] : undefined;
	const test = `assertion.${claim} == '${domain ?? 'OWNER_ID'}'`;
	const old = provider.condition;
	const condition = old === undefined || old === 'true' ? test : `(${old}) && ${test}`;
	const which =
		domain === undefined
			? ` Put the id of your own ${platform.tenant} for OWNER_ID; if several are trusted, test assertion.${claim} with \`in\`.`
			: '';
	return {
		summary: `${why} Make the attribute condition ask for ${claim}, which is assigned once and never again.${which}`,
		changes: [
			{
				op: 'update-provider',
				resource: provider.name,
				kind: provider.kind,
				set: {condition},
				before: {condition: old ?? ''},
			},
		],
	};
}
