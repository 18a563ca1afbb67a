import {defineCheck, type Hit} from '../src/check.ts';
import type {Container} from '../src/inventory/model.ts';
import {LOG_BUCKET, LOG_SINK} from '../src/inventory/resource-facts.ts';
import {
	isKeptElsewhere,
	type LogBucket,
	type LogRoutes,
	logRoutes,
	type Sink,
	type StorageBucket,
} from '../src/queries/log-routes.ts';
import {unreadTypes} from '../src/queries/runs-as.ts';
import type {Change} from '../src/remediation/change.ts';
import {type Settings, settingsOf} from '../src/settings.ts';
import type {World} from '../src/world.ts';

const ID = 'audit-log-mutable';
const DAY_SECONDS = 86_400;

const SETTINGS = {
	retentionDays: {kind: 'number', standard: 365, about: 'For how many days audit logs have to be kept.'},
} as const satisfies Settings;

export default defineCheck({
	id: ID,
	title: 'Audit logs can be changed, deleted or lost',
	severity: 'medium',
	on: 'the log bucket, storage bucket or sink',
	needs: ['auditConfigs'],
	threats: ['repudiation'],
	practice: [29],
	why: 'Who acted through a service account can only be told from the audit logs: whoever can shorten, empty or filter them covers his tracks.',
	fix: 'Send audit logs to a bucket of a project of its own, keep them for at least a year, and lock the retention once it is agreed on.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#auditability',
		'https://cloud.google.com/logging/docs/buckets#locking-logs-buckets',
		'https://cloud.google.com/storage/docs/bucket-lock',
	],
	example: {
		fires:
			'A sink sends audit logs to a log bucket that is not locked, or to a storage bucket without a locked retention policy; or an exclusion drops data-access logs.',
		silent:
			'The bucket is locked with 400 days, _Required holds them, or an aggregated sink of the organization keeps a copy of what _Default forgets.',
	},
	inspect(world) {
		const routes = logRoutes(world);
		const {retentionDays} = settingsOf(world.config, ID, SETTINGS);
		const judged = judge(world, routes, retentionDays);
		return {
			examined: judged.examined,
			hits: judged.hits,
			unknown: [...unreadTypes(world, [LOG_SINK, LOG_BUCKET]), ...judged.unread],
		};
	},
});

/** What sends audit logs to one bucket. */
interface Fed<B> {
	bucket: B;
	sinks: Sink[];
}

function judge(world: World, routes: LogRoutes, wanted: number): {examined: number; hits: Hit[]; unread: string[]} {
	const logs = new Map<string, Fed<LogBucket>>();
	const storage = new Map<string, Fed<StorageBucket>>();
	const unread: string[] = [];
	const hits: Hit[] = [];
	for (const sink of routes.sinks) {
		if (!(sink.container?.inScope ?? true) || sink.carries.size === 0) continue;
		const dropping = sink.exclusions.filter(({drops}) =>
			[...drops].some(kind => isLost(world, routes, sink, kind, wanted)),
		);
		if (dropping.length > 0) hits.push(exclusionHit(sink, dropping));
		if (sink.target === undefined || sink.target.endsWith('/buckets/_Required')) continue;
		const log = routes.logBuckets.get(sink.target);
		const bucket = routes.storageBuckets.get(sink.target);
		// `_Default` takes what the other sinks leave: only data-access logs matter there, where they are on.
		if (sink.target.endsWith('/buckets/_Default') && !isLost(world, routes, sink, 'data_access', wanted)) continue;
		if (log) feed(logs, log, sink);
		else if (bucket) feed(storage, bucket, sink);
		else unread.push(`${sink.target}, to which ${sink.name} sends audit logs, was not read`);
	}
	for (const fed of logs.values())
		if (!fed.bucket.locked || fed.bucket.days < wanted) hits.push(logBucketHit(fed, wanted));
	for (const fed of storage.values())
		if (!fed.bucket.locked || fed.bucket.seconds === undefined) hits.push(storageHit(fed, wanted));
	return {examined: routes.sinks.length + logs.size + storage.size, hits, unread};
}

function feed<B extends {name: string}>(fed: Map<string, Fed<B>>, bucket: B, sink: Sink): void {
	const known = fed.get(bucket.name);
	if (known) known.sinks.push(sink);
	else fed.set(bucket.name, {bucket, sinks: [sink]});
}

/** Whether a kind of audit log passes a sink, is written at all, and is kept for good nowhere else. */
function isLost(
	world: World,
	routes: LogRoutes,
	sink: Sink,
	kind: 'activity' | 'data_access' | 'system_event' | 'policy',
	wanted: number,
): boolean {
	const {container} = sink;
	if (!sink.carries.has(kind) || !container) return false;
	if (kind === 'data_access' && !writesDataAccess(world, container)) return false;
	// Admin activity, system events and their like always lie in `_Required`; a copy that a person routes is his evidence.
	if (kind !== 'data_access' && sink.id === '_Default') return false;
	return !isKeptElsewhere(routes, container, kind, wanted);
}

/** Whether data-access logs of anything are on in a container, above it, or below it where it collects from there. */
function writesDataAccess(world: World, container: Container): boolean {
	const {inventory} = world;
	const has = ({name}: Container): boolean =>
		(inventory.policies.get(name)?.auditConfigs ?? []).some(({logs}) => logs.length > 0);
	for (let at: Container | undefined = container; at; at = at.parent) if (has(at)) return true;
	for (let order = container.order + 1; order < container.end; order++)
		if (has(inventory.containers[order]!)) return true;
	return false;
}

const shortName = (name: string): string => name.replace(/^\/\/[^/]+\//, '');

function sinksText(sinks: readonly Sink[]): string {
	const more = sinks.length > 1 ? ` and ${sinks.length - 1} more` : '';
	return `the sink ${sinks[0]!.id} of ${sinks[0]!.container?.key ?? 'an unknown container'}${more}`;
}

const evidenceOf = (sinks: readonly Sink[]): Record<string, unknown> => ({
	sinks: sinks.slice(0, 20).map(({name, carries}) => ({sink: name, auditLogs: [...carries]})),
});

function logBucketHit({bucket, sinks}: Fed<LogBucket>, wanted: number): Hit {
	const {name, days, locked} = bucket;
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: name,
		detail: () => {
			const changes: Change[] = [];
			if (!locked && days < wanted) changes.push({op: 'set-log-retention', resource: name, days: wanted, was: days});
			if (!locked) changes.push({op: 'lock-log-bucket', resource: name});
			return {
				message: `The log bucket ${shortName(name)}, to which ${sinksText(sinks)} sends audit logs, ${locked ? '' : 'is not locked'}${!locked && days < wanted ? ' and ' : ''}${days < wanted ? `keeps them for ${days} days only` : ''}.`,
				evidence: {retentionDays: days, locked, ...evidenceOf(sinks)},
				fix: {
					summary: locked
						? `No single change ends this: the retention of a locked bucket cannot be changed. Make a log bucket with at least ${wanted} days, lock it, and send the audit logs there.`
						: `Keep the logs for at least ${wanted} days, and lock the bucket once the retention is agreed on.`,
					changes,
				},
			};
		},
	};
}

function storageHit({bucket, sinks}: Fed<StorageBucket>, wanted: number): Hit {
	const {name, seconds} = bucket;
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: name,
		detail: () => {
			const short = seconds === undefined || seconds < wanted * DAY_SECONDS;
			return {
				message: `The bucket ${name.slice(name.lastIndexOf('/') + 1)}, to which ${sinksText(sinks)} sends audit logs, has ${seconds === undefined ? 'no retention policy' : `a retention policy of ${Math.floor(seconds / DAY_SECONDS)} days that is not locked`}.`,
				evidence: {
					retentionDays: seconds === undefined ? null : Math.floor(seconds / DAY_SECONDS),
					locked: bucket.locked,
					...evidenceOf(sinks),
				},
				fix: {
					summary: `Keep the objects for at least ${wanted} days, and lock the retention policy once it is agreed on.`,
					changes: [
						...(short
							? [
									{
										op: 'set-bucket-retention' as const,
										resource: name,
										days: wanted,
										...(seconds !== undefined && {wasSeconds: seconds}),
									},
								]
							: []),
						{op: 'lock-bucket-retention', resource: name},
					],
				},
			};
		},
	};
}

function exclusionHit(sink: Sink, dropping: Sink['exclusions']): Hit {
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: sink.name,
		detail: () => ({
			message: `The sink ${sink.id} of ${sink.container?.key ?? 'an unknown container'} drops audit logs by its ${dropping.length === 1 ? `exclusion ${dropping[0]!.name}` : `${dropping.length} exclusions`}.`,
			evidence: {
				exclusions: dropping.map(({name, filter, drops}) => ({name, filter, drops: [...drops]})),
			},
			fix: {
				summary: 'Remove the exclusion, or narrow its filter so that it spares audit logs.',
				changes: dropping.map(({name, filter}): Change => ({
					op: 'remove-exclusion',
					resource: sink.name,
					name,
					filter,
				})),
			},
		}),
	};
}
