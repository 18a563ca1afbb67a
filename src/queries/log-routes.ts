/** Where audit logs go: sinks, the buckets behind them, and what their exclusions drop. */
import type {Container, Document} from '../inventory/model.ts';
import {BUCKET, LOG_BUCKET, LOG_SINK} from '../inventory/resource-facts.ts';
import type {World} from '../world.ts';
import {type AuditLog, auditLogsIn} from './log-filters.ts';

export interface Exclusion {
	name: string;
	filter: string;
	drops: ReadonlySet<AuditLog>;
}

export interface LogBucket {
	/** Canonical full name. */
	name: string;
	id: string;
	days: number;
	locked: boolean;
}

export interface StorageBucket {
	name: string;
	/** Undefined: no retention policy. */
	seconds?: number;
	locked: boolean;
}

export interface Sink {
	/** Canonical full name. */
	name: string;
	id: string;
	container: Container | undefined;
	/** Audit logs that its filter lets through, exclusions not counted. */
	carries: ReadonlySet<AuditLog>;
	exclusions: readonly Exclusion[];
	includesChildren: boolean;
	/** Canonical name of the log bucket or storage bucket that it sends to; undefined: something else. */
	target: string | undefined;
}

export interface LogRoutes {
	/** Enabled ones, by name. */
	sinks: readonly Sink[];
	byContainer: ReadonlyMap<Container | undefined, readonly Sink[]>;
	logBuckets: ReadonlyMap<string, LogBucket>;
	storageBuckets: ReadonlyMap<string, StorageBucket>;
}

type Json = Document['data'];

const DAY_SECONDS = 86_400;
const HOST = '//logging.googleapis.com/';

/** Everything about audit logs that was read. */
export function logRoutes(world: World): LogRoutes {
	const {inventory} = world;
	const of = (type: string): readonly Document[] => inventory.documents.get(type) ?? [];
	/** The project by its id, however a name writes it. */
	const canonical = (name: string): string => {
		const [, key, rest] =
			/^(?:\/\/logging\.googleapis\.com\/)?((?:projects|folders|organizations)\/[^/]+)(\/.*)$/.exec(name) ?? [];
		return key === undefined ? name : `${HOST}${inventory.container(key)?.key ?? key}${rest!}`;
	};
	const logBuckets = new Map(
		of(LOG_BUCKET)
			.filter(({data}) => data['lifecycleState'] !== 'DELETE_REQUESTED')
			.map(({name, data}): [string, LogBucket] => {
				const own = canonical(name);
				const days = Number(data['retentionDays'] ?? 0) || 30;
				return [own, {name: own, id: lastOf(own), days, locked: data['locked'] === true}];
			}),
	);
	const storageBuckets = new Map(
		of(BUCKET).map(({name, data}): [string, StorageBucket] => {
			const policy = (data['retentionPolicy'] ?? {}) as Json;
			const seconds = Number(policy['retentionPeriod'] ?? NaN);
			const own = storageName(lastOf(name));
			return [own, {name: own, ...(seconds > 0 && {seconds}), locked: policy['isLocked'] === true}];
		}),
	);
	const sinks = of(LOG_SINK).flatMap((document): Sink[] => {
		const {data, container} = document;
		if (data['disabled'] === true) return [];
		const name = canonical(document.name);
		return [
			{
				name,
				id: lastOf(name),
				container,
				carries: auditLogsIn(textOf(data['filter'])),
				exclusions: exclusionsOf(data),
				includesChildren: data['includeChildren'] === true,
				target: targetOf(textOf(data['destination']) ?? '', canonical),
			},
		];
	});
	const byContainer = new Map<Container | undefined, Sink[]>();
	for (const sink of sinks) {
		const known = byContainer.get(sink.container);
		if (known) known.push(sink);
		else byContainer.set(sink.container, [sink]);
	}
	return {sinks, byContainer, logBuckets, storageBuckets};
}

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const storageName = (bucket: string): string => `//storage.googleapis.com/${bucket}`;

function targetOf(destination: string, canonical: (name: string) => string): string | undefined {
	const storage = /^storage\.googleapis\.com\/(?:projects\/_\/buckets\/)?([^/]+)$/.exec(destination)?.[1];
	if (storage !== undefined) return storageName(storage);
	const log = /^logging\.googleapis\.com\/(.+\/buckets\/[^/]+)$/.exec(destination)?.[1];
	return log === undefined ? undefined : canonical(log);
}

function exclusionsOf(data: Json): Exclusion[] {
	const listed = Array.isArray(data['exclusions']) ? (data['exclusions'] as unknown[]) : [];
	return listed.flatMap(entry => {
		if (typeof entry !== 'object' || entry === null) return [];
		const {name, filter, disabled} = entry as Json;
		if (disabled === true) return [];
		return [{name: textOf(name) ?? '', filter: textOf(filter) ?? '', drops: auditLogsIn(textOf(filter))}];
	});
}

/** Whether nobody can shorten or delete what a bucket keeps, for at least so many days. */
export function isImmutable(routes: LogRoutes, target: string | undefined, days: number): boolean {
	const log = routes.logBuckets.get(target ?? '');
	if (log) return log.id === '_Required' || (log.locked && log.days >= days);
	const storage = routes.storageBuckets.get(target ?? '');
	return storage !== undefined && storage.locked && (storage.seconds ?? 0) >= days * DAY_SECONDS;
}

/** Whether some sink of a container, or one above it that takes its children's logs, keeps a kind for good. */
export function isKeptElsewhere(routes: LogRoutes, container: Container, kind: AuditLog, days: number): boolean {
	const keeps = (sink: Sink): boolean =>
		sink.carries.has(kind) &&
		isImmutable(routes, sink.target, days) &&
		!sink.exclusions.some(({drops}) => drops.has(kind));
	for (let at: Container | undefined = container; at; at = at.parent) {
		const own = routes.byContainer.get(at) ?? [];
		if (own.some(sink => (at === container || sink.includesChildren) && keeps(sink))) return true;
	}
	return false;
}
