/** The services' own APIs, container by container: for whoever may not use Asset Inventory. */
import {fetchAccounts} from './accounts.ts';
import type {Collection} from './collection.ts';
import {CallFailure} from './failure.ts';
import {fetchOrgPolicies} from './org-policies.ts';
import {fetchPolicy} from './policies.ts';
import {fetchPools} from './pools.ts';
import {fetchRoles} from './roles.ts';
import type {Place} from './shape.ts';
import {each} from './turnstile.ts';

/** Facts that this route reads of the containers that were found. */
export type ServiceFact = 'allowPolicies' | 'accounts' | 'roles' | 'workloadIdentityPools' | 'orgPolicies';

/** @param path of the scope */
export async function readServices(
	collection: Collection,
	path: string,
	facts: ReadonlySet<ServiceFact>,
): Promise<void> {
	const {caller} = collection;
	const everywhere = [...collection.within(path, 'organization', 'folder', 'project')];
	await each(everywhere, async place => {
		const work: Promise<void>[] = [];
		if (facts.has('allowPolicies'))
			work.push(collection.read('allowPolicies', place, () => fetchPolicy(caller, place)));
		if (facts.has('orgPolicies'))
			work.push(collection.read('orgPolicies', place, () => fetchOrgPolicies(caller, place)));
		if (facts.has('roles') && place.kind !== 'folder')
			work.push(collection.read('roles', place, () => fetchRoles(caller, place)));
		if (place.kind === 'project') {
			if (facts.has('workloadIdentityPools'))
				work.push(collection.read('workloadIdentityPools', place, () => fetchPools(caller, place)));
			if (facts.has('accounts')) work.push(readAccounts(collection, place));
		}
		await Promise.all(work);
	});
}

/** What hangs on the ancestors of a scope is inherited, and no route of the scope itself lists it. */
export async function readContext(collection: Collection): Promise<void> {
	const {caller, context} = collection;
	const ancestors = [...collection.inherited('organization', 'folder')].filter(place => context.has(place.key));
	await each(ancestors, async place => {
		await Promise.all([
			collection.read('allowPolicies', place, () => fetchPolicy(caller, place)),
			collection.read('orgPolicies', place, () => fetchOrgPolicies(caller, place)),
			place.kind === 'organization' && collection.read('roles', place, () => fetchRoles(caller, place)),
		]);
	});
}

async function readAccounts(collection: Collection, place: Place): Promise<void> {
	const {caller, ledger, emit} = collection;
	try {
		await fetchAccounts(caller, place, ledger, emit);
	} catch (error) {
		if (!(error instanceof CallFailure)) throw error;
		// Without the list nobody knows whose keys there are.
		for (const fact of ['serviceAccounts', 'serviceAccountKeys', 'allowPolicies'] as const)
			await collection.failed(fact, place, error);
	}
}
