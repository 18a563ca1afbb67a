/** Keys that still open something, and what checks about them share. */
import {isLogged, isSignIn} from '../evidence/evidence.ts';
import type {Use} from '../evidence/uses.ts';
import type {ServiceAccountKey} from '../inventory/model.ts';
import type {Change} from '../remediation/change.ts';
import {DAY, days} from '../time.ts';
import type {World} from '../world.ts';

/** Enabled, unexpired keys of enabled accounts, in scope. Computed once per world. */
export function liveKeys(world: World): readonly ServiceAccountKey[] {
	let keys = live.get(world);
	if (!keys) {
		const {now, keys: all} = world.inventory;
		keys = all.filter(
			({disabled, account, validBefore}) =>
				!disabled && !account.disabled && validBefore > now && (account.project?.inScope ?? true),
		);
		live.set(world, keys);
	}
	return keys;
}

const live = new WeakMap<World, readonly ServiceAccountKey[]>();

/** The time before which use counts as long ago. */
export function unusedSince({inventory, config}: World): number {
	return inventory.now - config.thresholds.unusedDays * DAY;
}

/** What logs showed of a key within the threshold. */
export function recentUses(world: World, key: ServiceAccountKey): Use[] {
	const since = unusedSince(world);
	return world.evidence.usesOfKey(key).filter(use => use.last > since && isLogged(use) && isSignIn(use));
}

/** Facts of a key that every finding about it has. */
export function keyEvidence({inventory}: World, {account, validAfter, validBefore}: ServiceAccountKey): object {
	return {
		account: account.email,
		...(validAfter !== undefined && {
			ageDays: days(inventory.now - validAfter),
			createdAt: new Date(validAfter).toISOString(),
		}),
		expiresAt: validBefore === Infinity ? 'never' : new Date(validBefore).toISOString(),
	};
}

export const disableKey = ({name}: ServiceAccountKey): Change[] => [{op: 'disable-key', resource: name}];

/** Why logs do not tell all uses of keys, once per project that has live ones. */
export function logHoles(world: World, keys: readonly ServiceAccountKey[]): string[] {
	const projects = new Set(keys.map(({account}) => account.project));
	return [...new Set([...projects].flatMap(project => world.evidence.logHole(project) ?? []))];
}
