import {defineCheck, type Hit} from '../src/check.ts';
import {clientsOf, placesOf, usesEvidence} from '../src/evidence/whence.ts';
import {disableKey, keyEvidence, liveKeys, logHoles, recentUses} from '../src/queries/live-keys.ts';

export default defineCheck({
	id: 'key-used-from-many-places',
	title: 'One key is used from more networks or kinds of client than one workload explains',
	severity: 'medium',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts'],
	threats: ['impersonation', 'repudiation', 'information disclosure'],
	practice: [5],
	why: 'A key that several parties hold cannot be traced to one of them, cannot be rotated without all of them, and may have been stolen.',
	fix: 'Find out who all uses it and give each a way of its own to sign in, without keys where that can be; then disable the key.',
	references: ['https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys'],
	example: {
		fires: 'In 90 days a key was used from four networks (/24 or /48), or by four kinds of client.',
		silent: 'It was used from many addresses of Google Cloud and one office: that is two places.',
	},
	inspect(world) {
		const {manyNetworks, manyClients} = world.config.thresholds;
		const hits: Hit[] = [];
		const keys = liveKeys(world);
		for (const key of keys) {
			const uses = recentUses(world, key);
			const places = placesOf(uses);
			const clients = clientsOf(uses);
			if (places.length <= manyNetworks && clients.length <= manyClients) continue;
			hits.push({
				severity: 'medium',
				confidence: 'certain',
				resource: key.name,
				detail: () => ({
					message: `The key ${key.id} of ${key.account.email} was used from ${counted(places, 'network')} by ${counted(clients, 'kind')} of client.`,
					evidence: {
						...keyEvidence(world, key),
						networks: places.slice(0, 20),
						numberOfNetworks: places.length,
						clients,
						uses: usesEvidence(uses),
						notSeen:
							'Private and Google addresses count as one network; App Engine and Compute Engine do not log the key.',
					},
					fix: {
						summary:
							'Find out who all uses the key and give each a way of its own to sign in. Then disable it; delete it once nothing has failed for some weeks.',
						changes: disableKey(key),
					},
				}),
			});
		}
		return {examined: keys.length, hits, unknown: logHoles(world, keys)};
	},
});

function counted(list: readonly string[], word: string): string {
	return `${list.length} ${word}${list.length === 1 ? '' : 's'}`;
}
