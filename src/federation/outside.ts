/**
 * Who from outside is somebody here: the sets of external identities whose tokens pass, as principals that paths can
 * start from. Their spelling is ours, in the syntax of sets: `principalSet://ISSUER/*` for everybody with a token of the
 * issuer, `principalSet://ISSUER/attribute.CLAIM/VALUE` for everybody with that claim (any branch of a repository, any
 * repository of an owner).
 */
import type {Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import {type Federation, issuingOf} from './federation.ts';
import type {PoolMember} from './member.ts';
import type {Provider} from './provider.ts';
import type {Witness} from './search.ts';

export interface Outsiders {
	/** Principal -> members of pools that it is for certain, by name. */
	sets: ReadonlyMap<Principal, readonly Principal[]>;
	/** In words: `any GitHub repository`, `any branch of acme/shop`. */
	titles: ReadonlyMap<Principal, string>;
}

/** Those who are somebody that a policy names. Makes their principals. */
export function outsidersOf(inventory: Inventory, federation: Federation): Outsiders {
	const sets = new Map<string, {title: string; members: Set<Principal>}>();
	for (const member of federation.members()) {
		const pool = federation.pools.get(member.pool);
		for (const provider of pool ? issuingOf(pool) : []) {
			const outsider = outsiderOf(federation, provider, member);
			if (!outsider) continue;
			const known = sets.get(outsider.name);
			if (known) known.members.add(member.principal);
			else sets.set(outsider.name, {title: outsider.title, members: new Set([member.principal])});
		}
	}
	const sorted = [...sets].toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
	const made = sorted.map(([name, known]) => [inventory.principals.of(name), known] as const);
	return {
		sets: new Map(made.map(([principal, {members}]) => [principal, [...members]])),
		titles: new Map(made.map(([principal, {title}]) => [principal, title])),
	};
}

/** The name of everybody with a token of an issuer. */
export const everybodyOf = ({issuer}: Provider): string => `principalSet://${issuer.name}/*`;

/** The widest set of external identities that is a member by a provider; undefined for what is one identity only. */
function outsiderOf(
	federation: Federation,
	provider: Provider,
	{test}: PoolMember,
): {name: string; title: string} | undefined {
	const {platform, name} = provider.issuer;
	if (federation.ask(provider, test, 'outsider').value === 'yes')
		return {name: everybodyOf(provider), title: platform.everybody};
	// Of an issuer of the owner's own nobody knows what its identities are.
	if (platform.anyClaim) return undefined;
	const sibling = federation.ask(provider, test, 'sibling');
	if (sibling.value === 'yes') {
		const tenant = pinnedOf(sibling.witness, platform.tenantClaims);
		if (tenant) return {name: setName(name, tenant), title: `any ${platform.unit} of ${tenant.value}`};
		return provider.issuer.shared ? undefined : {name: everybodyOf(provider), title: `any ${platform.unit} of ${name}`};
	}
	if (!platform.refs) return undefined;
	for (const attacker of ['branch', 'pull request'] as const) {
		const answer = federation.ask(provider, test, attacker);
		const unit = answer.value === 'yes' ? pinnedOf(answer.witness, platform.unitClaims) : undefined;
		if (unit) return {name: setName(name, unit), title: `any ${attacker} of ${unit.value}`};
	}
	return undefined;
}

const setName = (issuer: string, {claim, value}: {claim: string; value: string}): string =>
	`principalSet://${issuer}/attribute.${claim}/${value}`;

/** The first of some claims that every accepted token has alike. */
export function pinnedOf(witness: Witness, claims: readonly string[]): {claim: string; value: string} | undefined {
	for (const claim of claims) {
		const value = witness.claims[claim];
		if (witness.pinned.has(claim) && typeof value === 'string') return {claim, value};
	}
	return undefined;
}
