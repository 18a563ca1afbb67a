/** Rotations that were begun: a later key has taken over, and an earlier one still opens the door. */
import {type Judgement, judgeUse} from '../evidence/views.ts';
import type {ServiceAccountKey} from '../inventory/model.ts';
import type {World} from '../world.ts';
import {liveKeys, unusedSince} from './live-keys.ts';

export interface Unfinished {
	old: ServiceAccountKey;
	/** The latest that is in use. */
	current: ServiceAccountKey;
	/** Last use of the later one, epoch ms. */
	tookOver: number;
}

export function unfinishedRotations(world: World): {found: Unfinished[]; unknown: string[]} {
	const since = unusedSince(world);
	const found: Unfinished[] = [];
	const unknown = new Set<string>();
	for (const [account, keys] of Map.groupBy(liveKeys(world), key => key.account)) {
		if (keys.length < 2) continue;
		const byAge = keys
			.filter(key => key.validAfter !== undefined)
			.toSorted((a, b) => b.validAfter! - a.validAfter! || (a.id < b.id ? -1 : 1));
		const judged = new Map<ServiceAccountKey, Judgement>();
		// The oldest key of most accounts is never asked about.
		const judge = (key: ServiceAccountKey): Judgement => {
			let judgement = judged.get(key);
			if (judgement) return judgement;
			const name = `key ${key.id} of ${account.email}`;
			judgement = isUsed(world, key, since)
				? {kind: 'used'}
				: judgeUse(world.evidence.key(key), since, {name, project: account.project});
			judged.set(key, judgement);
			return judgement;
		};
		for (const [index, old] of byAge.entries()) {
			const later = byAge.slice(0, index).filter(key => key.validAfter! > old.validAfter!);
			const current = later.find(key => judge(key).kind === 'used');
			if (current) found.push({old, current, tookOver: world.evidence.lastUseOfKey(current)!});
			else for (const judgement of later.map(judge)) if (judgement.kind === 'unknown') unknown.add(judgement.reason);
		}
	}
	return {found, unknown: [...unknown]};
}

function isUsed({evidence}: World, key: ServiceAccountKey, since: number): boolean {
	const last = evidence.lastUseOfKey(key);
	return last !== undefined && last > since;
}
