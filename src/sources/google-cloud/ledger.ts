/** What was read and what was not, while it is being read: becomes the `sa-audit/Coverage` lines of a collection. */
import type {Asset} from '../asset.ts';
import {KEY_USE_LOGS} from '../../evidence/narrow.ts';
import type {CallFailure} from './failure.ts';
import {insightTypesOf} from './insights.ts';
import {type Metric, METRICS} from './metrics.ts';
import type {Kind, Place} from './shape.ts';

/** The facts that a live collection speaks of, in the words of the contract. */
export type CollectedFact =
	| 'resources'
	| 'allowPolicies'
	| 'roles'
	| 'serviceAccounts'
	| 'serviceAccountKeys'
	| 'workloads'
	| 'workloadIdentityPools'
	| 'orgPolicies'
	| 'denyPolicies'
	| 'boundaryPolicies'
	| 'groups'
	| 'activity'
	| 'auditLogs'
	| 'insights';

export interface Hole {
	status: 'partial' | 'missing';
	reason: string;
	fix?: string;
	/** RFC 3339: the period that was looked at. */
	from?: string;
	to?: string;
}

/** Which kinds of containers hold a fact's things directly. */
const HOLDERS: Record<CollectedFact, readonly Kind[]> = {
	resources: ['organization', 'folder', 'project'],
	allowPolicies: ['organization', 'folder', 'project'],
	roles: ['organization', 'project'],
	serviceAccounts: ['project'],
	serviceAccountKeys: ['project'],
	workloads: ['project'],
	workloadIdentityPools: ['organization', 'project'],
	orgPolicies: ['organization', 'folder', 'project'],
	denyPolicies: ['organization', 'folder', 'project'],
	boundaryPolicies: ['organization', 'folder', 'project'],
	groups: ['organization'],
	activity: ['project'],
	auditLogs: ['organization', 'project'],
	insights: ['organization', 'folder', 'project'],
};

const ACTIVITY_TYPES = ['serviceAccountLastAuthentication', 'serviceAccountKeyLastAuthentication'] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

export class Ledger {
	/** `fact scope type` -> what is missing; the first reason stays. */
	readonly #holes = new Map<string, Hole>();
	readonly #resources: {asset: Asset; place: Place | undefined}[] = [];
	/** Asset types that no container of the collection has been read of. */
	readonly #unread = new Map<CollectedFact, Map<string, Hole>>();
	readonly #periods = new Map<string, {from?: string; to?: string}>();

	/** Something in or of a container was not read. */
	hole(fact: CollectedFact, scope: string, hole: Hole, type?: string): void {
		const key = keyOf(fact, scope, type);
		const known = this.#holes.get(key);
		// Of two periods, what both speak of.
		if (known?.status === 'partial' && hole.status === 'partial' && (hole.from ?? '') > (known.from ?? '')) {
			this.#holes.set(key, hole);
		} else if (!known || (known.status === 'partial' && hole.status === 'missing')) this.#holes.set(key, hole);
	}

	/** Assets of a type were not read anywhere. */
	holeEverywhere(fact: CollectedFact, type: string, hole: Hole): void {
		let types = this.#unread.get(fact);
		if (!types) this.#unread.set(fact, (types = new Map()));
		types.set(type, hole);
	}

	/** A call that gave no answer. */
	failed(fact: CollectedFact, scope: string, failure: CallFailure, type?: string): void {
		const {reason, fix} = failure;
		this.hole(fact, scope, {status: 'missing', reason, ...(fix !== undefined && {fix})}, type);
	}

	/** A hole of one resource: its neighbours are not touched. @param name full resource name */
	failedResource(fact: CollectedFact, name: string, failure: CallFailure, place?: Place): void {
		const {reason, fix} = failure;
		this.#resources.push({asset: line(fact, name, {status: 'missing', reason, fix}, undefined, place), place});
	}

	/** The period that an activity type or metric was observed over in a project. */
	observed(scope: string, type: ActivityType | Metric, period: {from?: string; to?: string}): void {
		this.#periods.set(keyOf('activity', scope, type), period);
	}

	/** What was not read, in words. */
	reasons(): string[] {
		return [...this.#holes.values()].map(({reason}) => reason);
	}

	/**
	 * All lines: one per fact and container, holes by themselves, and those of single resources.
	 * @param context ancestors of what was asked for; of them only what is inherited was asked
	 */
	*lines(places: Iterable<Place>, context: ReadonlySet<string>, facts: readonly CollectedFact[]): Generator<Asset> {
		for (const place of places) {
			for (const fact of facts) {
				if (!HOLDERS[fact].includes(place.kind)) continue;
				if (context.has(place.key) && !INHERITED.has(fact)) continue;
				for (const type of typesOf(fact, place)) {
					const hole = this.#holeOf(fact, place, type);
					const period = this.#periods.get(keyOf(fact, place.key, type));
					yield line(fact, place.key, hole ?? {status: 'complete', ...period}, type, place);
				}
				if (!place.active || this.#holes.has(keyOf(fact, place.key))) continue;
				for (const [type, hole] of this.#unread.get(fact) ?? []) yield line(fact, place.key, hole, type, place);
			}
		}
		for (const {asset, place} of this.#resources) if (place?.active ?? true) yield asset;
	}

	/** In what is being deleted there is nothing that acts, and so nothing that is missing. */
	#holeOf(fact: CollectedFact, place: Place, type: string | undefined): Hole | undefined {
		if (!place.active) return undefined;
		return this.#holes.get(keyOf(fact, place.key, type)) ?? this.#holes.get(keyOf(fact, place.key));
	}
}

/** The types that each have a line of their own, one for each question. At an organization only Workspace's log is asked for. */
function typesOf(fact: CollectedFact, {kind}: Place): readonly (string | undefined)[] {
	if (fact === 'activity') return [...ACTIVITY_TYPES, ...Object.values(METRICS)];
	if (fact === 'insights') return insightTypesOf(kind);
	if (fact !== 'auditLogs') return [undefined];
	return kind === 'organization' ? ['activity'] : ['activity', 'data_access', KEY_USE_LOGS];
}

/** What an ancestor hands down to what was asked for. */
const INHERITED: ReadonlySet<CollectedFact> = new Set<CollectedFact>([
	'resources',
	'allowPolicies',
	'roles',
	'orgPolicies',
	'denyPolicies',
	'boundaryPolicies',
	'groups',
]);

function keyOf(fact: string, scope: string, type = ''): string {
	return `${fact} ${scope} ${type}`;
}

function line(
	fact: CollectedFact,
	scope: string,
	{status, reason, fix, from, to}: {status: string; reason?: string; fix?: string; from?: string; to?: string},
	assetType: string | undefined,
	place: Place | undefined,
): Asset {
	const data = {
		fact,
		scope,
		status,
		...(assetType !== undefined && {assetType}),
		...(from !== undefined && {from}),
		...(to !== undefined && {to}),
		...(reason !== undefined && {reason}),
		...(fix !== undefined && {fix}),
	};
	const type = assetType === undefined ? '' : `/${assetType}`;
	return {
		name: `//sa-audit/coverage/${scope.replace(/^\/\//, '')}/${fact}${type}`,
		assetType: 'sa-audit/Coverage',
		resource: {data},
		...(place && {ancestors: place.ancestors}),
	};
}
