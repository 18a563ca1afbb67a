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
		const judged = byAge.map((key): {key: ServiceAccountKey; last: number | undefined; judgement: Judgement} => {
			const last = world.evidence.lastUseOfKey(key);
			if (last !== undefined && last > since) return {key, last, judgement: {kind: 'used'}};
			const name = `key ${key.id} of ${account.email}`;
			const judgement = judgeUse(world.evidence.key(key), since, {name, project: account.project});
			return {key, last, judgement};
		});
		for (const [index, {key: old}] of judged.entries()) {
			const later = judged.slice(0, index).filter(({key}) => key.validAfter! > old.validAfter!);
			const current = later.find(({judgement}) => judgement.kind === 'used');
			if (current) found.push({old, current: current.key, tookOver: current.last!});
			else for (const {judgement} of later) if (judgement.kind === 'unknown') unknown.add(judgement.reason);
		}
	}
	return {found, unknown: [...unknown]};
}
