import {defineCheck, type Hit} from '../src/check.ts';
import {alternativesOf, usesEvidence} from '../src/evidence/whence.ts';
import {disableKey, keyEvidence, liveKeys, logHoles, recentUses} from '../src/queries/live-keys.ts';

export default defineCheck({
	id: 'key-replaceable',
	title: 'A key is used where an attached account, Workload Identity or federation would do',
	severity: 'low',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts'],
	threats: ['impersonation', 'information disclosure'],
	practice: [1, 2, 3],
	why: 'There is a way to sign in without a secret that can be stolen, right where the key is used.',
	fix: 'Let the workload sign in as itself, then disable the key.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#alternatives',
		'https://cloud.google.com/iam/docs/workload-identity-federation',
	],
	example: {
		fires: 'A key is used from addresses of Google Cloud, or by a client that names GitHub Actions.',
		silent: 'It is used from a data centre of one’s own, or not at all.',
	},
	inspect(world) {
		const hits: Hit[] = [];
		const keys = liveKeys(world);
		for (const key of keys) {
			const uses = recentUses(world, key);
			const alternatives = alternativesOf(uses);
			const [first] = alternatives;
			if (!first) continue;
			hits.push({
				severity: 'low',
				confidence: alternatives.some(({certain}) => certain) ? 'certain' : 'conditional',
				resource: key.name,
				detail: () => ({
					message: `The key ${key.id} of ${key.account.email} is used from ${alternatives.map(({from}) => from).join(', ')}, where ${first.instead} would do.`,
					evidence: {
						...keyEvidence(world, key),
						alternatives: alternatives.map(({from, instead, uses: of}) => ({
							usedFrom: from,
							instead,
							count: of.reduce((sum, use) => sum + use.count, 0),
						})),
						uses: usesEvidence(alternatives.flatMap(({uses: of}) => of)),
						otherUses: uses.length - alternatives.reduce((sum, {uses: of}) => sum + of.length, 0),
					},
					fix: {
						summary: `Use ${first.instead} instead. Then disable the key; delete it once nothing has failed for some weeks.`,
						changes: disableKey(key),
					},
				}),
			});
		}
		return {examined: keys.length, hits, unknown: logHoles(world, keys)};
	},
});
