import {defineCheck, type Hit} from '../src/check.ts';
import {type Judgement, judgeUse, type LastUse} from '../src/evidence/views.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import {unusedSince} from '../src/queries/live-keys.ts';
import {inactiveView} from '../src/queries/reconciliation.ts';
import {useEvidence} from '../src/queries/use-evidence.ts';
import {days} from '../src/time.ts';
import type {World} from '../src/world.ts';

type Unused = Extract<Judgement, {kind: 'unused'}>;

export default defineCheck({
	id: 'unused-service-account',
	title: 'An enabled service account has not authenticated for a long time',
	severity: 'medium',
	on: 'the account',
	needs: ['serviceAccounts', 'activity'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [11],
	why: 'Nobody misses it when it is misused: an account that no workload needs is only of use to an intruder.',
	fix: 'Disable it; delete it once nothing has failed for some weeks.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#unused-service-accounts',
		'https://cloud.google.com/policy-intelligence/docs/activity-analyzer-service-account-authentication',
	],
	example: {
		fires:
			'An account created a year ago whose last authentication was 200 days ago, or that never authenticated in the observed period.',
		silent: 'It authenticated last week, is disabled, was created last month, or is a service agent.',
	},
	inspect(world) {
		const {evidence} = world;
		const since = unusedSince(world);
		const hits: Hit[] = [];
		const unknown = new Set<string>();
		let examined = 0;
		for (const account of world.inventory.accounts.values()) {
			if (!account.read || account.disabled || account.kind === 'service-agent' || !(account.project?.inScope ?? true))
				continue;
			examined++;
			// Most accounts are in use, which is quickly told.
			if ((evidence.lastUse(account) ?? -Infinity) > since) continue;
			// Younger than the window: it had no time to be unused.
			if (account.createTime !== undefined && account.createTime > since) continue;
			const use = evidence.account(account);
			const judgement = judge(world, account, use, since);
			if (judgement.kind === 'unknown') unknown.add(judgement.reason);
			if (judgement.kind === 'unused') hits.push(hitOf(world, account, use, judgement));
		}
		return {examined, hits, unknown: [...unknown]};
	},
});

function judge({evidence}: World, account: ServiceAccount, use: LastUse, since: number): Judgement {
	const {created, before} = evidence.ageOf(account);
	if (created !== undefined && created > since) return {kind: 'used'};
	const judgement = judgeUse(use, since, {name: account.email, project: account.project});
	if (judgement.kind !== 'unused') return judgement;
	if ((created ?? before ?? Infinity) <= since) return judgement;
	return {kind: 'unknown', reason: `the age of ${account.email} is not known`};
}

function hitOf(world: World, account: ServiceAccount, use: LastUse, unused: Unused): Hit {
	const {inventory} = world;
	const {last} = unused;
	const google = inactiveView(world, account);
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: account.name,
		...(google && {google}),
		detail: () => ({
			message:
				last === undefined
					? `${account.email} has not authenticated in the observed period.`
					: `${account.email} authenticated last ${days(inventory.now - last)} days ago.`,
			evidence: {
				account: account.email,
				accountKind: account.kind,
				...useEvidence(use, unused, inventory.now),
				...(account.createTime !== undefined && {createdAt: new Date(account.createTime).toISOString()}),
				...(google && {google}),
				enabledKeys: account.keys.filter(key => !key.disabled).length,
				notSeen: 'Use through bound API keys, HMAC keys and domain-wide delegation does not show in activity.',
			},
			fix: {
				summary:
					'Disable the account; its grants and keys stay and it can be enabled again. Delete it after 30 days without complaint.',
				changes: [{op: 'disable-account', resource: account.name}],
			},
		}),
	};
}
