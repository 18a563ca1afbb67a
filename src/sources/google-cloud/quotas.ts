/**
 * Google's published default quotas, per consumer project, by which this program paces itself. Facts: iam-semantics
 * section 7 and Resource Manager's limits page [seen]; those marked [assumed] are published nowhere that was read, and
 * a wrong one only costs answers that say so (429), from which the pace is learned.
 */

export interface Quota {
	/** Calls in one window. */
	limit: number;
	/** Milliseconds. */
	window: number;
	/** Waited for apart from everything else, in order of worth, for `--max-wait` at most. */
	slow?: true;
}

const MINUTE = 60_000;

export const QUOTAS = {
	'resource-list': {limit: 600, window: MINUTE},
	'resource-search': {limit: 600, window: MINUTE},
	'resource-read': {limit: 600, window: MINUTE},
	'iam-read': {limit: 6000, window: MINUTE},
	'pool-read': {limit: 600, window: MINUTE},
	'deny-read': {limit: 5, window: MINUTE, slow: true},
	'boundary-read': {limit: 5, window: MINUTE, slow: true},
	'asset-list': {limit: 100, window: MINUTE},
	'asset-list-organization': {limit: 800, window: MINUTE},
	'log-read': {limit: 60, window: MINUTE},
	/** [assumed] */
	'org-policy-read': {limit: 600, window: MINUTE},
	/** [assumed] */
	'group-read': {limit: 600, window: MINUTE},
	/** [assumed] */
	'activity-read': {limit: 600, window: MINUTE},
	/** [assumed] */
	'metric-read': {limit: 600, window: MINUTE},
	/** [assumed] */
	'insight-read': {limit: 600, window: MINUTE},
} as const satisfies Record<string, Quota>;

export type QuotaName = keyof typeof QUOTAS;

/** The same quotas, so many times as large; at least one call a window. */
export function scaledQuota(name: QuotaName, factor: number): Quota {
	const quota: Quota = QUOTAS[name];
	return {...quota, limit: Math.max(1, Math.floor(quota.limit * factor))};
}
