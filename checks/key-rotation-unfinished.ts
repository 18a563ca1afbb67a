import {defineCheck, type Hit} from '../src/check.ts';
import {disableKey, keyEvidence, liveKeys} from '../src/queries/live-keys.ts';
import {unfinishedRotations} from '../src/queries/rotation.ts';

export default defineCheck({
	id: 'key-rotation-unfinished',
	title: 'An older key still works although a later one has taken over',
	severity: 'medium',
	on: 'the older key',
	needs: ['serviceAccountKeys', 'serviceAccounts', 'activity'],
	threats: ['impersonation', 'information disclosure'],
	practice: [5],
	why: 'A rotation protects only once the old key is gone: until then every copy of it still opens the account.',
	fix: 'Move what still uses the older key, then disable it, and delete it once nothing has failed for some weeks.',
	references: ['https://cloud.google.com/iam/docs/key-rotation'],
	example: {
		fires: 'An account has a key of last year and one of last month, and the later one was used yesterday.',
		silent: 'The older key is disabled, or the later one has not been used yet.',
	},
	inspect(world) {
		const {found, unknown} = unfinishedRotations(world);
		const hits = found.map(({old, current, tookOver}): Hit => {
			const {last} = world.evidence.key(old);
			return {
				severity: 'medium',
				confidence: 'certain',
				resource: old.name,
				detail: () => ({
					message: `The key ${old.id} of ${old.account.email} is still enabled although the later key ${current.id} has taken over.`,
					evidence: {
						...keyEvidence(world, old),
						lastUsed: last === undefined ? null : new Date(last).toISOString(),
						stillUsed: last !== undefined && last > current.validAfter!,
						laterKey: current.id,
						laterKeyCreatedAt: new Date(current.validAfter!).toISOString(),
						laterKeyLastUsed: new Date(tookOver).toISOString(),
					},
					fix: {
						summary:
							'See that nothing needs the older key any more, then disable it; delete it once nothing has failed for some weeks.',
						changes: disableKey(old),
					},
				}),
			};
		});
		return {examined: liveKeys(world).length, hits, unknown};
	},
});
