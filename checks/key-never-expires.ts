import {defineCheck, type Hit} from '../src/check.ts';
import {liveKeys} from '../src/queries/live-keys.ts';
import {type Settings, settingsOf} from '../src/settings.ts';
import {DAY, days} from '../src/time.ts';

const ID = 'key-never-expires';
const SETTINGS = {
	withinDays: {kind: 'number', standard: 365, strict: 90, about: 'A key has to expire within so many days from now.'},
} as const satisfies Settings;

export default defineCheck({
	id: ID,
	title: 'A user-managed key does not expire within a year',
	severity: 'low',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts'],
	threats: ['impersonation'],
	practice: [5],
	why: 'A key that never expires works for whoever finds it, long after the last one who knew of it is gone.',
	fix: 'Replace it by a key with an expiry: let iam.serviceAccountKeyExpiryHours limit new keys, or upload one whose certificate ends.',
	references: ['https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#key-expiryhours'],
	settings: SETTINGS,
	example: {
		fires: 'An enabled key that is valid until the year 9999.',
		silent: 'The key expires in 90 days, or is disabled.',
	},
	inspect(world) {
		const {now} = world.inventory;
		const {withinDays} = settingsOf(world.config, ID, SETTINGS);
		const keys = liveKeys(world);
		const lasting = keys.filter(key => key.validBefore - now > withinDays * DAY);
		const hits = lasting.map(({id, name, account, validAfter, validBefore, uploaded}): Hit => {
			const ends = validBefore === Infinity ? 'never expires' : `expires only in ${days(validBefore - now)} days`;
			return {
				severity: 'low',
				confidence: 'certain',
				resource: name,
				detail: () => ({
					message: `Key ${id} of ${account.email} ${ends}.`,
					evidence: {
						account: account.email,
						expiresAt: validBefore === Infinity ? 'never' : new Date(validBefore).toISOString(),
						limitDays: withinDays,
						...(validAfter !== undefined && {createdAt: new Date(validAfter).toISOString()}),
						origin: uploaded ? 'USER_PROVIDED' : 'GOOGLE_PROVIDED',
					},
					fix: {
						summary:
							'The expiry of a key cannot be changed. Limit new keys by iam.serviceAccountKeyExpiryHours, move the workload to a new one, or to credentials that need none; then disable this one.',
						changes: [{op: 'disable-key', resource: name}],
					},
				}),
			};
		});
		return {examined: keys.length, hits, unknown: []};
	},
});
