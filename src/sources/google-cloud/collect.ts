/**
 * A live collection, from scopes to assets: the hierarchy, then everything that hangs on it by the route that is open,
 * then what only other answers tell to ask for (groups, tags), and the ledger of what was not read.
 */
import {UnreadableError} from '../../errors.ts';
import type {Asset} from '../asset.ts';
import {fetchActivities} from './activity.ts';
import {listContainers} from './asset-inventory.ts';
import type {Caller} from './caller.ts';
import {Collection, type Via} from './collection.ts';
import {CallFailure} from './failure.ts';
import {fetchGroup} from './groups.ts';
import {climb, descend} from './hierarchy.ts';
import {BATCH, fetchUsage} from './logs.ts';
import {readInventory, workloadsUnread} from './inventory-route.ts';
import type {ActivityType, CollectedFact} from './ledger.ts';
import {announce, type Plan} from './plan.ts';
import {fetchWorkforcePools} from './pools.ts';
import {Doors} from './reach.ts';
import {readContext, readServices, type ServiceFact} from './services-route.ts';
import {type Place, placeOf} from './shape.ts';
import {readBoundaries, readDenyPolicies} from './slow-lane.ts';
import {fetchEffectiveTags} from './tags.ts';
import {each} from './turnstile.ts';

export interface CollectOptions {
	/** Container keys: `organizations/1`, `folders/2`, `projects/my-project`. */
	scopes: readonly string[];
	via: Via;
	caller: Caller;
	emit(asset: Asset): void;
	/** Milliseconds that the slow lane may take. */
	maxWait: number;
	/** Audit logs are looked at from then on, RFC 3339. */
	since: string;
	/** Predefined roles that open a way into an account. */
	openingRoles: ReadonlySet<string>;
	/** A remark for the user, one sentence. */
	say(line: string): void;
	/** What is expected, as soon as the hierarchy is known. */
	onPlan?: (plan: Plan) => void;
}

const FACTS: readonly CollectedFact[] = [
	'resources',
	'allowPolicies',
	'roles',
	'serviceAccounts',
	'serviceAccountKeys',
	'workloads',
	'workloadIdentityPools',
	'orgPolicies',
	'denyPolicies',
	'boundaryPolicies',
	'groups',
	'activity',
	'auditLogs',
];
const ALL_SERVICES: ReadonlySet<ServiceFact> = new Set([
	'allowPolicies',
	'accounts',
	'roles',
	'workloadIdentityPools',
	'orgPolicies',
]);
const ACTIVITIES: readonly ActivityType[] = ['serviceAccountLastAuthentication', 'serviceAccountKeyLastAuthentication'];

/**
 * @returns what was found, for the summary
 * @throws UnreadableError nothing of what was asked for could be read, or nobody is signed in
 */
export async function collect(options: CollectOptions): Promise<Collection> {
	const {caller, scopes, via, maxWait} = options;
	const collection = new Collection(caller, new Doors(options.openingRoles), options.emit);
	const routes = await findContainers(collection, options);
	options.onPlan?.(
		announce(
			collection,
			routes.map(route => route.via),
		),
	);

	const settled = Promise.withResolvers<void>();
	const paused = Promise.withResolvers<void>();
	const denied = readDenyPolicies(collection, {settled: settled.promise, onWait: paused.resolve, maxWait});
	// The slow lane decides how long it all takes: its first calls go before the many others.
	await Promise.race([denied, caller.slowWaits, paused.promise]);
	await Promise.all([
		readRoutes(collection, routes, via === 'auto').then(settled.resolve, settled.reject),
		denied,
		readBoundaries(collection),
		readActivity(collection),
		readWorkforce(collection),
		readLogs(collection, options.since),
		readGroups(collection, settled.promise),
	]);
	// Deny policies name groups too.
	await Promise.all([readGroups(collection, settled.promise), readTags(collection)]);
	for (const asset of collection.containers()) options.emit(asset);
	for (const asset of collection.ledger.lines(collection.places.values(), collection.context, FACTS))
		options.emit(asset);
	if (scopes.length > routes.length)
		options.say(`${scopes.length - routes.length} of ${scopes.length} scopes could not be read.`);
	return collection;
}

interface Route {
	scope: string;
	via: 'asset-inventory' | 'services';
	/** Why Asset Inventory is not used, although it would have been. */
	failure?: CallFailure;
}

/** The hierarchy of every scope, and by which route the rest is read. */
async function findContainers(collection: Collection, options: CollectOptions): Promise<Route[]> {
	const routes: Route[] = [];
	let failure: CallFailure | undefined;
	for (const scope of options.scopes) {
		try {
			routes.push(await findScope(collection, scope, options));
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			failure = error;
			options.say(`${scope} cannot be read: ${error.reason}`);
			collection.ledger.failed('resources', scope, error);
		}
	}
	if (routes.length === 0 && failure) {
		throw new UnreadableError(
			`Nothing of ${options.scopes.join(', ')} could be read: ${failure.reason}`,
			failure.fix ?? 'sa-audit doctor shows what these credentials can read, and the commands that mend it.',
			{cause: failure},
		);
	}
	return routes;
}

async function findScope(collection: Collection, scope: string, {via, say}: CollectOptions): Promise<Route> {
	const {caller, ledger, context} = collection;
	let above: Place[] = [];
	let top: Place | undefined;
	let unclimbed: CallFailure | undefined;
	try {
		const {chain, broken} = await climb(caller, scope);
		if (broken) {
			collection.known(broken.place);
			context.add(broken.place.key);
			for (const fact of ['resources', 'allowPolicies', 'roles', 'orgPolicies'] as const)
				ledger.failed(fact, broken.place.key, broken.failure);
		}
		top = chain.at(-1)!.place;
		above = chain.slice(0, -1).map(found => found.place);
		for (const found of chain.slice(0, -1)) {
			if (!collection.place(found.place.key)) context.add(found.place.key);
			collection.found(found);
		}
		context.delete(top.key);
		collection.found(chain.at(-1)!);
	} catch (error) {
		// Asset Inventory may tell what Resource Manager does not.
		if (!(error instanceof CallFailure) || via === 'services') throw error;
		unclimbed = error;
	}
	let failure: CallFailure | undefined;
	if (via !== 'services') {
		try {
			for (const found of await listContainers(caller, scope, above)) collection.found(found);
			if (!top) note(collection, scope, unclimbed!);
			return {scope, via: 'asset-inventory'};
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			failure = error;
			if (!top) throw unclimbed!;
			if (via === 'asset-inventory') ledger.failed('resources', top.key, error);
			else say(`${scope} is read from the services' own APIs: ${error.reason}`);
		}
	}
	if (via !== 'asset-inventory') await descend(caller, top!, ledger, found => collection.found(found));
	return {scope, via: via === 'asset-inventory' ? 'asset-inventory' : 'services', ...(failure && {failure})};
}

/** A scope whose own body and ancestors were not read. */
function note(collection: Collection, scope: string, failure: CallFailure): void {
	const known = collection.place(scope);
	if (!known) {
		const [kind] = scope.split('/');
		const place = placeOf({name: scope, ...(kind === 'projects' && {projectId: scope.slice(9)})}, undefined);
		collection.known(place);
	}
	collection.ledger.hole('resources', known?.key ?? scope, {
		status: 'partial',
		reason: `what lies above is not known: ${failure.reason}`,
	});
}

/** Everything that hangs on the hierarchy. */
async function readRoutes(collection: Collection, routes: readonly Route[], fallback: boolean): Promise<void> {
	await Promise.all([readContext(collection), ...routes.map(route => readRoute(collection, route, fallback))]);
}

async function readRoute(collection: Collection, route: Route, fallback: boolean): Promise<void> {
	if (route.via === 'services') {
		await readServices(collection, ALL_SERVICES);
		workloadsUnread(collection, route.scope, route.failure);
		return;
	}
	const instead = await readInventory(collection, route.scope, fallback);
	if (instead.size > 0) await readServices(collection, instead);
}

async function readActivity(collection: Collection): Promise<void> {
	const {caller, ledger} = collection;
	await each([...collection.active('project')], async place => {
		for (const type of ACTIVITIES) {
			try {
				const {assets, period} = await fetchActivities(caller, place, type);
				assets.forEach(collection.emit);
				ledger.observed(place.key, type, period);
			} catch (error) {
				if (!(error instanceof CallFailure)) throw error;
				await collection.failed('activity', place, error, type);
			}
		}
	});
}

async function readWorkforce(collection: Collection): Promise<void> {
	for (const place of collection.inherited('organization'))
		await collection.read('workloadIdentityPools', place, () => fetchWorkforcePools(collection.caller, place));
}

/** Never complete: only what is logged is seen, and only a bounded part of that. */
async function readLogs(collection: Collection, since: string): Promise<void> {
	const {caller, ledger} = collection;
	const projects = [...collection.active('project')];
	const batches = Array.from({length: Math.ceil(projects.length / BATCH)}, (_, i) =>
		projects.slice(i * BATCH, (i + 1) * BATCH),
	);
	await each(batches, async batch => {
		try {
			const {assets, cut} = await fetchUsage(caller, batch, since);
			assets.forEach(collection.emit);
			const reason = `a first look at minted tokens and attached accounts since ${since}${cut ? ', cut off at its limit' : ''}`;
			for (const place of batch) ledger.hole('auditLogs', place.key, {status: 'partial', reason, from: since});
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			for (const place of batch) ledger.failed('auditLogs', place.key, error);
		}
	});
}

/** Groups that something binds, and the groups in them, each once. */
async function readGroups(collection: Collection, settled: Promise<void>): Promise<void> {
	await settled;
	const {caller, ledger, groups, askedGroups: asked} = collection;
	const [organization] = collection.inherited('organization');
	const top = organization ?? [...collection.places.values()][0];
	const open = (): string[] => [...groups].filter(email => !asked.has(email)).toSorted();
	for (let next = open(); next.length > 0; next = open()) {
		for (const email of next) asked.add(email);
		await each(next, async email => {
			try {
				const {asset, nested} = await fetchGroup(caller, email, top?.ancestors ?? []);
				for (const inner of nested) groups.add(inner);
				collection.emit(asset);
			} catch (error) {
				if (!(error instanceof CallFailure)) throw error;
				ledger.failedResource('groups', `//cloudidentity.googleapis.com/groups/${email}`, error, top);
			}
		});
	}
}

async function readTags(collection: Collection): Promise<void> {
	if (!collection.needsTags) return;
	const {caller} = collection;
	// A condition on tags that were not read stays undecided: nothing is claimed, so there is no hole to state.
	await each([...collection.inherited('organization', 'folder', 'project')], async place => {
		try {
			for (const asset of await fetchEffectiveTags(caller, place)) collection.emit(asset);
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
		}
	});
}
