import {defineCheck, type Hit} from '../src/check.ts';
import {alternativesOf} from '../src/evidence/whence.ts';
import {recentUses} from '../src/queries/live-keys.ts';
import {days} from '../src/time.ts';

export default defineCheck({
	id: 'user-managed-key',
	title: 'An enabled user-managed key exists',
	severity: 'medium; high if the account is owner-like',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts'],
	threats: ['impersonation', 'repudiation', 'information disclosure'],
	practice: [5],
	why: 'A key is a password that does not expire by itself, can be copied without a trace, and hides who uses it.',
	fix: 'Replace it by an attached account, Workload Identity or federation, then disable and later delete the key; or accept it with a reason, an owner and an end.',
	references: ['https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys'],
	example: {
		fires: 'An account has a key created two years ago, enabled and unexpired.',
		silent: 'The key is disabled or expired, Google manages it, or its account is disabled.',
	},
	inspect(world) {
		const {inventory, powers} = world;
		const keys = inventory.keys.filter(key => key.account.project?.inScope ?? true);
		function* hits(): Generator<Hit> {
			for (const key of keys) {
				if (key.disabled || key.account.disabled || key.validBefore <= inventory.now) continue;
				const owner = powers.of(key.account.principal).possible.find(pair => pair.level === 'owner-like');
				const {account} = key;
				const age = key.validAfter === undefined ? undefined : days(inventory.now - key.validAfter);
				yield {
					severity: owner ? 'high' : 'medium',
					confidence: 'certain',
					resource: key.name,
					detail: () => {
						const [alternative] = alternativesOf(recentUses(world, key));
						return {
							message:
								`${account.email} has the enabled ${key.uploaded ? 'uploaded' : 'user-managed'} key ${key.id}` +
								(age === undefined ? '' : `, ${age} days old`) +
								(owner ? `, and is owner-like on ${owner.container.key}.` : '.'),
							evidence: {
								account: account.email,
								accountKind: account.kind,
								...(age !== undefined && {ageDays: age, createdAt: new Date(key.validAfter!).toISOString()}),
								expiresAt: key.validBefore === Infinity ? 'never' : new Date(key.validBefore).toISOString(),
								origin: key.uploaded ? 'USER_PROVIDED' : 'GOOGLE_PROVIDED',
								...(alternative && {replaceable: {check: 'key-replaceable', by: alternative.instead}}),
							},
							fix: {
								summary:
									'Find out who uses the key and move him to short-lived credentials. Disable it first; delete it once nothing has failed for some weeks.',
								changes: [{op: 'disable-key', resource: key.name}],
							},
						};
					},
				};
			}
		}
		return {examined: keys.length, hits: hits(), unknown: []};
	},
});
