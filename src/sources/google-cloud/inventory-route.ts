/** Asset Inventory for a whole scope, list by list; what a list lacks is read from the services if the route allows. */
import type {Asset} from '../asset.ts';
import {type ListName, type Names, readList} from './asset-inventory.ts';
import {UNEXPORTED_TYPES} from './asset-types.ts';
import type {Collection} from './collection.ts';
import {CallFailure} from './failure.ts';
import type {CollectedFact} from './ledger.ts';
import type {ServiceFact} from './services-route.ts';

/** What a list stands for in the ledger, and what reads the same from the services. */
const MEANING: Record<ListName, {facts: readonly CollectedFact[]; instead?: ServiceFact}> = {
	accounts: {facts: ['serviceAccounts'], instead: 'accounts'},
	keys: {facts: ['serviceAccountKeys'], instead: 'accounts'},
	policies: {facts: ['allowPolicies'], instead: 'allowPolicies'},
	roles: {facts: ['roles'], instead: 'roles'},
	pools: {facts: ['workloadIdentityPools'], instead: 'workloadIdentityPools'},
	orgPolicies: {facts: ['orgPolicies'], instead: 'orgPolicies'},
	orgPoliciesV1: {facts: ['orgPolicies'], instead: 'orgPolicies'},
	tags: {facts: []},
	workloads: {facts: ['workloads']},
};

/** What was asked for, by the key that was given and by its path. */
export interface Scope {
	scope: string;
	path: string;
}

/**
 * @param scope whose containers were listed already
 * @param fallback whether the services may be asked instead
 * @returns what has to be asked of the services
 */
export async function readInventory(
	collection: Collection,
	{scope, path}: Scope,
	fallback: boolean,
): Promise<Set<ServiceFact>> {
	const {caller, ledger} = collection;
	const names: Names = {place: path => collection.place(path), emails: new Map()};
	const instead = new Set<ServiceFact>();
	const orgPolicies = new Map<string, Asset>();
	const unknownType = (type: string, {reason}: CallFailure): void =>
		ledger.holeEverywhere('workloads', type, {status: 'missing', reason});

	const read = async (name: ListName, emit = collection.emit): Promise<void> => {
		try {
			await readList(name, {caller, scope, names, emit, unknownType});
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			const {facts, instead: service} = MEANING[name];
			if (fallback && service !== undefined) {
				instead.add(service);
				if (name === 'policies') instead.add('accounts');
				return;
			}
			for (const fact of facts)
				for (const place of collection.within(path, 'organization', 'folder', 'project'))
					ledger.failed(fact, place.key, error);
		}
	};
	// Keys and policies name accounts by unique ids, which only the accounts themselves explain.
	const accounts = read('accounts').then(() => Promise.all([read('keys'), read('policies')]));
	// The older form knows no conditions: where both are there, the newer one counts.
	const constraints = read('orgPoliciesV1', asset => void orgPolicies.set(asset.name, asset))
		.then(() => read('orgPolicies', asset => void orgPolicies.set(asset.name, asset)))
		.then(() => [...orgPolicies.values()].forEach(collection.emit));
	await Promise.all([accounts, constraints, read('roles'), read('pools'), read('tags'), read('workloads')]);

	const reason = 'Asset Inventory does not export this type';
	for (const type of UNEXPORTED_TYPES) ledger.holeEverywhere('workloads', type, {status: 'missing', reason});
	return instead;
}

/** Workloads come by Asset Inventory only. */
export function workloadsUnread(collection: Collection, {scope, path}: Scope, failure: CallFailure | undefined): void {
	const why = failure === undefined ? 'Asset Inventory was not asked (--via services)' : failure.reason;
	const reason = `workloads and what hangs on them come by Asset Inventory only: ${why}`;
	const [kind, id] = scope.split('/') as [string, string];
	const flag = `--${kind.replace(/s$/, '')}=${id}`;
	const grant = `gcloud ${kind === 'folders' ? 'resource-manager folders' : kind} add-iam-policy-binding ${id}`;
	const fix =
		failure?.fix ??
		(failure === undefined
			? `sa-audit collect ${flag} --via=asset-inventory --output=assets.ndjson`
			: `${grant} --member=user:YOU --role=roles/cloudasset.viewer`);
	for (const place of collection.within(path, 'project'))
		collection.ledger.hole('workloads', place.key, {status: 'missing', reason, fix});
}
