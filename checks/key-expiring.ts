import {defineCheck, type Hit} from '../src/check.ts';
import {judgeUse} from '../src/evidence/views.ts';
import {disableKey, keyEvidence, liveKeys, unusedSince} from '../src/queries/live-keys.ts';
import type {Severity} from '../src/report.ts';
import {DAY, days} from '../src/time.ts';

/** Days that are left, and how bad that is. */
const LIMITS: readonly [number, Severity][] = [
	[7, 'high'],
	[30, 'medium'],
	[60, 'low'],
];

export default defineCheck({
	id: 'key-expiring',
	title: 'A key that is in use expires soon',
	severity: 'high within 7 days, medium within 30, low within 60',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts', 'activity'],
	threats: ['information disclosure'],
	practice: [5],
	why: 'What signs in with it fails from that moment on, and whoever then makes a new key in a hurry makes one without an end.',
	fix: 'Move what uses it to short-lived credentials, or to a new key, before it expires.',
	references: ['https://cloud.google.com/iam/docs/key-rotation'],
	example: {
		fires: 'A key that was used yesterday expires in five days.',
		silent: 'It expires in three months, has expired, or nothing has used it for 90 days.',
	},
	inspect(world) {
		const {inventory, evidence} = world;
		const hits: Hit[] = [];
		const unknown = new Set<string>();
		const keys = liveKeys(world);
		for (const key of keys) {
			const left = key.validBefore - inventory.now;
			const severity = LIMITS.find(([limit]) => left <= limit * DAY)?.[1];
			if (severity === undefined) continue;
			const use = evidence.key(key);
			const name = `key ${key.id} of ${key.account.email}`;
			const judgement = judgeUse(use, unusedSince(world), {name, project: key.account.project});
			if (judgement.kind === 'unknown') unknown.add(judgement.reason);
			if (judgement.kind !== 'used') continue;
			const when = days(left);
			hits.push({
				severity,
				confidence: 'certain',
				resource: key.name,
				detail: () => ({
					message: `The key ${key.id} of ${key.account.email} is in use and expires in ${when} ${when === 1 ? 'day' : 'days'}.`,
					evidence: {
						...keyEvidence(world, key),
						daysLeft: when,
						lastUsed: new Date(use.last!).toISOString(),
					},
					fix: {
						summary:
							'Move what uses the key to short-lived credentials, or to a new key, before it expires; then disable this one.',
						changes: disableKey(key),
					},
				}),
			});
		}
		return {examined: keys.length, hits, unknown: [...unknown]};
	},
});
