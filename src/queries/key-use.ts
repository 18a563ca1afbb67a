/** Whether a user-managed key still works for somebody. */
import type {Inventory, ServiceAccountKey} from '../inventory/model.ts';
import {DAY} from '../time.ts';

const TYPE = 'serviceAccountKeyLastAuthentication';

/** Enabled, unexpired, and of an account that may act. */
export function isUsable(key: ServiceAccountKey, now: number): boolean {
	return !key.disabled && !key.account.disabled && key.validBefore > now;
}

/**
 * Whether a key is in use: it authenticated within so many days, or is younger than that. Where nothing was read that
 * would show it, nobody knows.
 */
export function isInUse(inventory: Inventory, key: ServiceAccountKey, unusedDays: number): boolean | 'unknown' {
	const {now, coverage, activities} = inventory;
	if (!isUsable(key, now)) return false;
	const since = now - unusedDays * DAY;
	const record = activities.get(TYPE)?.get(key.name);
	if (record?.last !== undefined && record.last > since) return true;
	// Of a key without an age nobody knows whether it is too young to have been used.
	if (key.validAfter === undefined) return 'unknown';
	if (key.validAfter > since) return true;
	if (record?.last !== undefined) return false;
	const {status, from, to} = record
		? {...record, status: 'complete'}
		: coverage.resourceStanding('activity', key.name, key.account.project, TYPE);
	const isWhole = status === 'complete' && (from === undefined || from <= since) && (to === undefined || to >= since);
	return isWhole ? false : 'unknown';
}
