import {defineCheck, type Hit} from '../src/check.ts';
import {liveKeys} from '../src/queries/live-keys.ts';
import {DAY, days} from '../src/time.ts';

export default defineCheck({
	id: 'key-rotation-overdue',
	title: 'A user-managed key has not been rotated in time',
	severity: 'medium',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts'],
	threats: ['impersonation', 'information disclosure'],
	practice: [5],
	why: 'The older a key, the more copies of it lie about: in backups, images, old laptops and the memory of those who left.',
	fix: 'Create a new key, move the workload to it, then disable the old one and later delete it; better, replace it by something that needs no key.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#key-rotation',
		'https://cloud.google.com/iam/docs/key-rotation',
	],
	example: {
		fires: 'An enabled key was created 200 days ago; rotation is due after 90 (thresholds.keyAgeDays).',
		silent: 'The key was created last month, is disabled or expired, or its account is disabled.',
	},
	inspect(world) {
		const {now} = world.inventory;
		const limit = world.config.thresholds.keyAgeDays;
		const keys = liveKeys(world);
		const unknown: string[] = [];
		const hits: Hit[] = [];
		for (const {id, name, account, validAfter, validBefore, uploaded} of keys) {
			if (validAfter === undefined) unknown.push(`the age of key ${id} of ${account.email} is not known`);
			if (validAfter === undefined || now - validAfter <= limit * DAY) continue;
			const age = days(now - validAfter);
			hits.push({
				severity: 'medium',
				confidence: 'certain',
				resource: name,
				detail: () => ({
					message: `Key ${id} of ${account.email} is ${age} days old; it should have been rotated after ${limit}.`,
					evidence: {
						account: account.email,
						createdAt: new Date(validAfter).toISOString(),
						ageDays: age,
						limitDays: limit,
						expiresAt: validBefore === Infinity ? 'never' : new Date(validBefore).toISOString(),
						origin: uploaded ? 'USER_PROVIDED' : 'GOOGLE_PROVIDED',
						otherKeys: account.keys.filter(key => key.id !== id && !key.disabled).length,
					},
					fix: {
						summary:
							'Move the workload to a new key, or to credentials that need none; then disable this one, and delete it once nothing has failed for some weeks.',
						changes: [{op: 'disable-key', resource: name}],
					},
				}),
			});
		}
		return {examined: keys.length, hits, unknown};
	},
});
