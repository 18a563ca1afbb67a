/** Audiences that a token has for more than one service. */
import type {Inventory} from '../inventory/model.ts';
import {poolName, type Provider} from './provider.ts';

/**
 * Audiences of other services and placeholders out of examples: a token that was handed to one of them is accepted here.
 * From the documentation of those who ask for them. [recalled]
 */
const COMMON: readonly RegExp[] = [
	/^(?:https:\/\/)?sts\.amazonaws\.com\/?$/i,
	/^api:\/\/AzureADTokenExchange$/i,
	/^(?:https:\/\/)?(?:sts|iam|www|oauth2|iamcredentials)\.googleapis\.com(?:\/token)?\/?$/i,
	/^\/\/iam\.googleapis\.com\/?$/i,
	/^https:\/\/accounts\.google\.com\/?$/i,
	/^(?:sigstore|vault|pypi|npm|kubernetes|default|api|sts|google|gcp|gcp-workload-identity|gcp\.workload\.identity|example|test|oidc|aws|azure|\*)$/i,
	/^https:\/\/kubernetes\.default\.svc(?:\.cluster\.local)?\/?$/i,
	/^https?:\/\/(?:www\.)?example\.(?:com|org)\/?$/i,
	/^(?:aws|gcp|vault|azure|terraform)\.workload\.identity$/i,
];

/** The provider's own full name, which nobody else asks for. */
export function isOwnName(inventory: Inventory, provider: Provider, audience: string): boolean {
	return providerOf(inventory, audience) === provider.name;
}

/** The provider that an audience names, in canonical spelling. */
function providerOf(inventory: Inventory, audience: string): string | undefined {
	const name = audience.replace(/^https?:(?=\/\/iam\.googleapis\.com\/)/, '');
	const pool = poolName(inventory, name);
	const id = /\/providers\/([^/]+)$/.exec(name)?.[1];
	return pool === undefined || id === undefined || !name.startsWith('//') ? undefined : `${pool}/providers/${id}`;
}

/** Whether a provider's audience is one of many services. */
export function isCommon(audience: string, {issuer: {platform}}: Provider): boolean {
	return [...COMMON, ...(platform.commonAudiences ?? [])].some(pattern => pattern.test(audience));
}

/** Providers by issuer and audience, their own names aside: where there are several, one token is good for all. */
export function byAudience(inventory: Inventory, providers: Iterable<Provider>): Map<string, Provider[]> {
	const found = new Map<string, Provider[]>();
	for (const provider of providers) {
		for (const audience of new Set(provider.audiences)) {
			if (isOwnName(inventory, provider, audience)) continue;
			const key = audienceKey(provider, audience);
			const known = found.get(key);
			if (known) known.push(provider);
			else found.set(key, [provider]);
		}
	}
	return found;
}

export const audienceKey = ({issuer}: Provider, audience: string): string => `${issuer.name} ${audience}`;

/** Whether an audience is the name of another provider. */
export function namesAnother(inventory: Inventory, provider: Provider, audience: string): boolean {
	const named = providerOf(inventory, audience);
	return named !== undefined && named !== provider.name;
}
