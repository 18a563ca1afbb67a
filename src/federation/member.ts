/** Members of pools as policies name them. */
import {parseFederated} from '../access/sets.ts';
import type {Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import {poolName} from './provider.ts';

/** What a token's attributes have to be for its bearer to be the member; undefined: nothing, it is the whole pool. */
export type Test = {attribute: string; value: string} | undefined;

export interface PoolMember {
	principal: Principal;
	/** Canonical full name of its workload identity pool. */
	pool: string;
	test: Test;
}

/** @returns undefined for whoever is not of a workload identity pool, and for Kubernetes accounts */
export function poolMember(inventory: Inventory, principal: Principal): PoolMember | undefined {
	const federated = parseFederated(principal);
	if (!federated || federated.pool.endsWith('.svc.id.goog')) return undefined;
	const pool = poolName(inventory, federated.pool);
	const parsed = testOf(federated.rest);
	return pool !== undefined && parsed ? {principal, pool, test: parsed.test} : undefined;
}

function testOf(rest: string): {test: Test} | undefined {
	if (rest === '*') return {test: undefined};
	const slash = rest.indexOf('/');
	if (slash < 0) return undefined;
	const [kind, value] = [rest.slice(0, slash), decoded(rest.slice(slash + 1))];
	if (kind === 'subject') return {test: {attribute: 'google.subject', value}};
	if (kind === 'group') return {test: {attribute: 'google.groups', value}};
	return kind.startsWith('attribute.') ? {test: {attribute: kind, value}} : undefined;
}

/** Values may be percent-encoded in principals. [recalled] */
function decoded(value: string): string {
	if (!/%[0-9A-Fa-f]{2}/.test(value)) return value;
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}
