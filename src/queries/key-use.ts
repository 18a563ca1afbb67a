/** Whether a user-managed key still works for somebody. */
import type {Inventory, ServiceAccountKey} from '../inventory/model.ts';
import {DAY} from '../time.ts';

const TYPE = 'serviceAccountKeyLastAuthentication';

/** Enabled, unexpired, and of an account that may act. */
export function isUsable(key: ServiceAccountKey, now: number): boolean {
	return !key.disabled && !key.account.disabled && key.validBefore > now;
}

/**
 * Whether a usable key is in use: only where its activity was read, and shows none for so many days, it is not. A key
 * younger than that is.
 */
export function isInUse(inventory: Inventory, key: ServiceAccountKey, unusedDays: number): boolean {
	const {now, coverage, activities} = inventory;
	if (!isUsable(key, now)) return false;
	const since = now - unusedDays * DAY;
	if (key.validAfter === undefined || key.validAfter > since) return true;
	const record = activities.get(TYPE)?.get(key.name);
	if (record?.last !== undefined) return record.last > since;
	const {status, from, to} = record
		? {...record, status: 'complete'}
		: coverage.resourceStanding('activity', key.name, key.account.project, TYPE);
	return !(status === 'complete' && (from === undefined || from <= since) && (to === undefined || to >= since));
}
