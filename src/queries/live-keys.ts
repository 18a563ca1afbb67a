/** User-managed keys that somebody could use now, in what is audited. */
import type {ServiceAccountKey} from '../inventory/model.ts';
import type {World} from '../world.ts';

/** Enabled and unexpired keys of enabled accounts, by name. */
export function liveKeys({inventory}: World): ServiceAccountKey[] {
	return inventory.keys.filter(
		({account, disabled, validBefore}) =>
			!disabled && !account.disabled && validBefore > inventory.now && (account.project?.inScope ?? true),
	);
}
