/** What a collection is about to ask, before it asks: calls per API and the time that the quotas make of them. */
import type {Collection} from './collection.ts';
import {BATCH, QUESTIONS} from './logs.ts';
import {type Api, METHODS, type MethodName} from './methods.ts';

export interface Plan {
	/** Expected calls by API. */
	calls: Map<Api, number>;
	/** Milliseconds that the quotas need at least. */
	duration: number;
	/** Of them, for deny policies and boundaries. */
	slow: number;
}

/** @param routes by which each scope is read */
export function announce(collection: Collection, routes: readonly ('asset-inventory' | 'services')[]): Plan {
	const {caller} = collection;
	const projects = count(collection.active('project'));
	const all = count(collection.inherited('organization', 'folder', 'project'));
	const services = routes.includes('services');
	const expected: Partial<Record<MethodName, number>> = {
		queryActivities: projects * 2,
		listTimeSeries: projects * 2,
		listInsights: projects + 2 * all,
		listRecommendations: all,
		listLogEntries: Math.ceil(projects / BATCH) * QUESTIONS.length,
		listDenyPolicies: all,
		listBoundaries: count(collection.inherited('organization')),
		...(services
			? {
					projectPolicy: all,
					listOrgPolicies: all,
					// How many accounts there are is not known yet: a list, and the keys and policies of a few.
					listAccounts: projects * 11,
					listProjectRoles: projects,
					listPools: projects,
				}
			: {listAssets: 10 + Math.ceil(projects / 20)}),
	};
	const calls = new Map<Api, number>();
	let duration = 0;
	let slow = 0;
	for (const [name, number] of Object.entries(expected) as [MethodName, number][]) {
		const {api} = METHODS[name];
		calls.set(api, (calls.get(api) ?? 0) + number);
		const needed = caller.estimate(name, number);
		duration = Math.max(duration, needed);
		if (name === 'listDenyPolicies') slow = needed;
	}
	return {calls, duration, slow};
}

function count(things: Iterable<unknown>): number {
	let number = 0;
	for (const _ of things) number++;
	return number;
}
