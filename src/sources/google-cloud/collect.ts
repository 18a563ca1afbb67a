/**
 * A live collection, from scopes to assets: the hierarchy, then everything that hangs on it by the route that is open,
 * then what only other answers tell to ask for (groups, tags), and the ledger of what was not read.
 */
import {UnreadableError} from '../../errors.ts';
import {logAssets} from '../../evidence/assets.ts';
import {NARROW_LOGS} from '../../evidence/narrow.ts';
import {EntryCounter} from '../../evidence/entry-counter.ts';
import {LogBook} from '../../evidence/log-book.ts';
import type {Asset} from '../asset.ts';
import {digestOf} from '../logs/digest.ts';
import {fetchActivities} from './activity.ts';
import {listContainers} from './asset-inventory.ts';
import type {Caller} from './caller.ts';
import {fetchInsights, insightTypesOf} from './insights.ts';
import {fetchMetric, METRICS, type Period} from './metrics.ts';
import {Collection, type Via} from './collection.ts';
import {CallFailure} from './failure.ts';
import {fetchGroup} from './groups.ts';
import {climb, descend} from './hierarchy.ts';
import {readInventory, type Scope, workloadsUnread} from './inventory-route.ts';
import type {ActivityType, CollectedFact} from './ledger.ts';
import {askLogs, BATCH, DELEGATION_QUESTION, QUESTIONS} from './logs.ts';
import {METHODS} from './methods.ts';
import {announce, type Plan} from './plan.ts';
import {fetchWorkforcePools} from './pools.ts';
import {Doors} from './reach.ts';
import {readContext, readServices, type ServiceFact} from './services-route.ts';
import {type Place, placeOf} from './shape.ts';
import {readBoundaries, readDenyPolicies} from './slow-lane.ts';
import {fetchEffectiveTags} from './tags.ts';
import {each} from './turnstile.ts';

/** RFC 3339. */
export interface LogPeriod {
	/** Data access logs, which are kept for 30 days unless somebody pays for more. */
	since: string;
	/** Activity logs, which are kept for 400 days. */
	activitySince: string;
	until: string;
}

export interface CollectOptions {
	/** Container keys: `organizations/1`, `folders/2`, `projects/my-project`. */
	scopes: readonly string[];
	via: Via;
	caller: Caller;
	emit(asset: Asset): void;
	/** Milliseconds that the slow lane may take. */
	maxWait: number;
	/** Metrics are looked at in that period. */
	metrics: Period;
	/** The time over which audit logs are looked at. */
	logs: LogPeriod;
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
	'insights',
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
		readRoutes(collection, outermost(routes), via === 'auto').then(settled.resolve, settled.reject),
		denied,
		readBoundaries(collection),
		readActivity(collection),
		readMetrics(collection, options.metrics),
		readInsights(collection),
		readWorkforce(collection),
		readLogs(collection, options.logs),
		readGroups(collection, settled.promise),
	]);
	// Deny policies name groups too.
	await Promise.all([readGroups(collection, settled.promise), readTags(collection, options.say)]);
	for (const asset of collection.containers()) options.emit(asset);
	for (const asset of collection.ledger.lines(collection.places.values(), collection.context, FACTS))
		options.emit(asset);
	if (scopes.length > routes.length)
		options.say(`${scopes.length - routes.length} of ${scopes.length} scopes could not be read.`);
	return collection;
}

interface Route extends Scope {
	/** Of the scope, itself first. */
	ancestors: string[];
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
	const {caller, ledger} = collection;
	const {top, above, unclimbed} = await findAncestors(collection, scope);
	const of = {scope, path: top.path, ancestors: top.ancestors};
	let failure: CallFailure | undefined;
	if (via !== 'services') {
		try {
			const containers = await listContainers(caller, scope, above);
			if (containers.length === 0) throw new CallFailure(METHODS.listAssets, 'gone', `it lists nothing in ${scope}`);
			for (const found of containers) collection.found(found);
			return {...of, via: 'asset-inventory'};
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			if (via === 'asset-inventory') {
				if (unclimbed) throw unclimbed;
				ledger.failed('resources', top.key, error);
				return {...of, via};
			}
			failure = error;
		}
	}
	const before = collection.places.size;
	await descend(caller, top, ledger, found => collection.found(found));
	if (unclimbed && collection.places.size === before) throw unclimbed;
	if (failure) say(`${scope} is read from the services' own APIs: ${failure.reason}`);
	return {...of, via: 'services', ...(failure && {failure})};
}

interface Ancestors {
	top: Place;
	above: Place[];
	/** The scope itself could not be read: it is known by name only. */
	unclimbed?: CallFailure;
}

/** What was asked for and what stands above it, as far as that can be read. */
async function findAncestors(collection: Collection, scope: string): Promise<Ancestors> {
	try {
		const {chain, broken} = await climb(collection.caller, scope);
		if (broken) {
			collection.above(broken.place);
			unknownAbove(collection, broken.place.key, broken.failure);
		}
		for (const {place} of chain.slice(0, -1)) collection.above(place);
		for (const found of chain) collection.describe(found);
		const top = chain.at(-1)!;
		collection.found(top);
		return {top: top.place, above: chain.slice(0, -1).map(found => found.place)};
	} catch (error) {
		if (!(error instanceof CallFailure)) throw error;
		// Asset Inventory, or the lists of what is below, may tell what the container itself does not.
		const id = scope.startsWith('projects/') ? scope.slice('projects/'.length) : undefined;
		const top = placeOf({name: scope, ...(id !== undefined && {projectId: id})}, undefined);
		collection.known(top);
		unknownAbove(collection, scope, error);
		return {top, above: [], unclimbed: error};
	}
}

/** Whatever is inherited from above a container that could not be read is not known. */
function unknownAbove({ledger}: Collection, key: string, {reason, fix}: CallFailure): void {
	for (const fact of ['resources', 'allowPolicies', 'roles', 'orgPolicies', 'denyPolicies'] as const) {
		ledger.hole(fact, key, {status: 'partial', reason: `what stands above ${key} is not known: ${reason}`, fix});
	}
}

/** Everything that hangs on the hierarchy. */
async function readRoutes(collection: Collection, routes: readonly Route[], fallback: boolean): Promise<void> {
	await Promise.all([readContext(collection), ...routes.map(route => readRoute(collection, route, fallback))]);
}

async function readRoute(collection: Collection, route: Route, fallback: boolean): Promise<void> {
	if (route.via === 'services') {
		await readServices(collection, route.path, ALL_SERVICES);
		workloadsUnread(collection, route, route.failure);
		return;
	}
	const instead = await readInventory(collection, route, fallback);
	if (instead.size > 0) await readServices(collection, route.path, instead);
}

/** Scopes that no other one holds: what lies in two of them is read once. */
function outermost(routes: readonly Route[]): Route[] {
	return routes.filter((route, i) =>
		routes.every(
			(other, j) => i === j || !route.ancestors.includes(other.path) || (other.path === route.path && j > i),
		),
	);
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

async function readMetrics(collection: Collection, period: Period): Promise<void> {
	const {caller, ledger} = collection;
	await each([...collection.active('project')], async place => {
		for (const metric of Object.values(METRICS)) {
			try {
				(await fetchMetric(caller, place, metric, period)).forEach(collection.emit);
				ledger.observed(place.key, metric, period);
			} catch (error) {
				if (!(error instanceof CallFailure)) throw error;
				await collection.failed('activity', place, error, metric);
			}
		}
	});
}

async function readInsights(collection: Collection): Promise<void> {
	await each([...collection.active('organization', 'folder', 'project')], async place => {
		for (const type of insightTypesOf(place.kind)) {
			try {
				(await fetchInsights(collection.caller, place, type)).forEach(collection.emit);
			} catch (error) {
				if (!(error instanceof CallFailure)) throw error;
				await collection.failed('insights', place, error, type);
			}
		}
	});
}

async function readWorkforce(collection: Collection): Promise<void> {
	for (const place of collection.inherited('organization'))
		await collection.read('workloadIdentityPools', place, () => fetchWorkforcePools(collection.caller, place));
}

/** What audit logs tell of tokens, keys and accounts, worked out at once: an entry may be about another project's account. */
async function readLogs(collection: Collection, {since, activitySince, until}: LogPeriod): Promise<void> {
	const {caller, ledger} = collection;
	const book = new LogBook(Date.parse(until));
	const entries = new EntryCounter(book);
	const projects = [...collection.active('project')];
	const batches = Array.from({length: Math.ceil(projects.length / BATCH)}, (_, i) =>
		projects.slice(i * BATCH, (i + 1) * BATCH),
	);
	const ask = async (places: readonly Place[], question: (typeof QUESTIONS)[number]): Promise<void> => {
		const from = question.log === 'activity' ? activitySince : since;
		try {
			const oldest = await askLogs(caller, places, question, from, entries);
			const cut = oldest === undefined ? '' : `; of ${question.what} only the newest, since ${oldest}`;
			const reason = `${NARROW_LOGS}${cut}`;
			for (const place of places) {
				ledger.hole('auditLogs', place.key, {status: 'partial', reason, from: oldest ?? from, to: until}, question.log);
			}
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			for (const place of places) ledger.failed('auditLogs', place.key, error, question.log);
		}
	};
	const asked = batches.flatMap(batch => QUESTIONS.map(question => ({batch, question})));
	await each(asked, async ({batch, question}) => await ask(batch, question));
	for (const organization of collection.active('organization')) await ask([organization], DELEGATION_QUESTION);
	entries.finish();
	for (const {name, assetType, resource} of logAssets(book, digestOf)) {
		if (assetType !== 'sa-audit/Coverage') collection.emit({name, assetType, ...(resource && {resource})});
	}
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

/**
 * A condition on tags that were not read stays undecided, which hides nothing: that is no hole of any fact, but the
 * user is told.
 */
async function readTags(collection: Collection, say: CollectOptions['say']): Promise<void> {
	if (!collection.needsTags) return;
	const {caller} = collection;
	const unread: {place: Place; reason: string}[] = [];
	await each([...collection.inherited('organization', 'folder', 'project')], async place => {
		try {
			for (const asset of await fetchEffectiveTags(caller, place)) collection.emit(asset);
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			unread.push({place, reason: error.reason});
		}
	});
	const [first] = unread.toSorted((a, b) => (a.place.key < b.place.key ? -1 : 1));
	if (!first) return;
	const others = unread.length > 1 ? ` and of ${unread.length - 1} other containers` : '';
	say(`The tags of ${first.place.key}${others} were not read, so conditions on them stay undecided: ${first.reason}`);
}
