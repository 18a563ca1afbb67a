/**
 * Monitoring: how often accounts and keys of a project authenticated, day by day. Facts: iam-semantics section 7 (metric
 * types, labels, six weeks of history) [seen].
 */
import type {Asset, Json} from '../asset.ts';
import {parseTime} from '../../inventory/fields.ts';
import type {Caller} from './caller.ts';
import {objectOf, type Place, projectId, resourceAsset, textOf} from './shape.ts';

/** Metric types; they name the coverage lines too (fact `activity`). */
export const METRICS = {
	account: 'iam.googleapis.com/service_account/authn_events_count',
	key: 'iam.googleapis.com/service_account/key/authn_events_count',
} as const;
export type Metric = (typeof METRICS)[keyof typeof METRICS];

/** Days that the metrics are kept. [seen] */
export const METRIC_DAYS = 42;

export interface Period {
	/** RFC 3339. */
	from: string;
	to: string;
}

/**
 * Sums per day, so that six weeks of a series are some forty points.
 * @throws CallFailure
 */
export async function fetchMetric(caller: Caller, place: Place, metric: Metric, period: Period): Promise<Asset[]> {
	const request = {
		name: `projects/${projectId(place)}`,
		filter: `metric.type="${metric}"`,
		'interval.startTime': period.from,
		'interval.endTime': period.to,
		'aggregation.alignmentPeriod': '86400s',
		'aggregation.perSeriesAligner': 'ALIGN_SUM',
		pageSize: 10_000,
	};
	const series = await caller.list('listTimeSeries', request, 'timeSeries');
	return series.flatMap(one => usageOf(one, place));
}

/**
 * One `sa-audit/Usage` line per series that counted anything. A day's sum says no hour: `first` is the beginning of the
 * first day and `last` the end of the last one, so that nothing looks unused sooner than it is.
 */
export function usageOf(series: Json, place: Place): Asset[] {
	const metric = objectOf(series['metric']);
	const id = textOf(objectOf(objectOf(series['resource'])?.['labels'])?.['unique_id']);
	const key = textOf(objectOf(metric?.['labels'])?.['key_id']);
	const isOfKeys = metric?.['type'] === METRICS.key;
	if (id === undefined || (isOfKeys && key === undefined)) return [];
	let count = 0;
	let first: string | undefined;
	let last: string | undefined;
	for (const point of Array.isArray(series['points']) ? (series['points'] as unknown[]) : []) {
		const value = objectOf(objectOf(point)?.['value']);
		const events = Number(value?.['int64Value'] ?? value?.['doubleValue'] ?? 0);
		const interval = objectOf(objectOf(point)?.['interval']);
		const end = textOf(interval?.['endTime']);
		const start = textOf(interval?.['startTime']) ?? end;
		if (!(events > 0) || start === undefined || end === undefined) continue;
		count += events;
		if (first === undefined || parseTime(start) < parseTime(first)) first = start;
		if (last === undefined || parseTime(end) > parseTime(last)) last = end;
	}
	if (first === undefined || last === undefined) return [];
	const data = {
		subject: `serviceAccount:${id}`,
		...(isOfKeys && {key}),
		via: [],
		method: 'authentication',
		network: '',
		userAgent: '',
		count,
		first,
		last,
		source: 'metrics',
	};
	const name = `//sa-audit/usage/${place.key}/metrics/${id}${isOfKeys ? `/keys/${encodeURIComponent(key!)}` : ''}`;
	return [resourceAsset(name, 'sa-audit/Usage', data, place)];
}
