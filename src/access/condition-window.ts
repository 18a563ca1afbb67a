/**
 * Expired, future and ending grants: how time bounds a condition.
 *
 * A comparison of `request.time` with a constant changes once, at its threshold, so a condition is
 * constant between two thresholds and one sample of each stretch tells all. What recurs (hours,
 * weekdays, years taken by `getFullYear`) counts as unknown here: it neither ends nor starts a grant.
 */
import type {TimeWindow} from './conditions.ts';

/** More thresholds than any honest condition has (Google allows 12 operators); beyond, no window is told. */
const MAX_THRESHOLDS = 32;

/**
 * @param now epoch milliseconds
 * @param thresholds epoch milliseconds, fractions allowed, in any order
 * @param possible whether the condition is not false at a time, with all that recurs left unknown
 */
export function timeWindow(
	now: number,
	thresholds: readonly number[],
	possible: (time: number) => boolean,
): TimeWindow | undefined {
	if (thresholds.length === 0 || thresholds.length > MAX_THRESHOLDS) return undefined;
	const samples = thresholds.flatMap(moment => {
		const before = Math.floor(moment);
		const after = Math.ceil(moment);
		return [before - 1, before, after, after + 1];
	});
	if (possible(now)) {
		const end = Math.max(...samples);
		return end <= now || possible(end) ? undefined : 'ending';
	}
	if (samples.some(time => time > now && possible(time))) return 'future';
	return samples.some(time => time < now && possible(time)) ? 'expired' : undefined;
}
