import {defineCheck, type Hit} from '../src/check.ts';
import {judgeUse} from '../src/evidence/views.ts';
import {disableKey, keyEvidence, liveKeys, unusedSince} from '../src/queries/live-keys.ts';
import {useEvidence} from '../src/queries/use-evidence.ts';
import {days} from '../src/time.ts';

export default defineCheck({
	id: 'unused-key',
	title: 'A user-managed key has not been used for a long time',
	severity: 'medium',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts', 'activity'],
	threats: ['impersonation', 'information disclosure'],
	practice: [5],
	why: 'Nobody would miss it, so nobody notices who has a copy: an unused key is only of use to an intruder.',
	fix: 'Disable the key; delete it once nothing has failed for some weeks.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#identify-unused-keys',
		'https://cloud.google.com/policy-intelligence/docs/activity-analyzer-service-account-authentication',
	],
	example: {
		fires: 'A key made two years ago with which nothing has signed in for 90 days, although its account is in use.',
		silent: 'It was used last week, is disabled or expired, or was made last month.',
	},
	inspect(world) {
		const {inventory, evidence} = world;
		const since = unusedSince(world);
		const hits: Hit[] = [];
		const unknown = new Set<string>();
		const keys = liveKeys(world);
		for (const key of keys) {
			if (key.validAfter !== undefined && key.validAfter > since) continue;
			if ((evidence.lastUseOfKey(key) ?? -Infinity) > since) continue;
			const use = evidence.key(key);
			const name = `key ${key.id} of ${key.account.email}`;
			const judgement = judgeUse(use, since, {name, project: key.account.project});
			if (judgement.kind === 'unknown') unknown.add(judgement.reason);
			if (judgement.kind !== 'unused') continue;
			const {last} = judgement;
			if (key.validAfter === undefined && last === undefined) {
				unknown.add(`the age of ${name} is not known`);
				continue;
			}
			hits.push({
				severity: 'medium',
				confidence: 'certain',
				resource: key.name,
				detail: () => ({
					message:
						last === undefined
							? `Nothing has signed in with the key ${key.id} of ${key.account.email} in the observed period.`
							: `The key ${key.id} of ${key.account.email} was used last ${days(inventory.now - last)} days ago.`,
					evidence: {
						...keyEvidence(world, key),
						...useEvidence(use, judgement, inventory.now),
						notSeen:
							'What is signed with the key for domain-wide delegation or offline (signed URLs) does not show in activity.',
					},
					fix: {
						summary: 'Disable the key; it can be enabled again. Delete it after 30 days without complaint.',
						changes: disableKey(key),
					},
				}),
			});
		}
		return {examined: keys.length, hits, unknown: [...unknown]};
	},
});
