import {defineCheck, type Hit} from '../src/check.ts';
import type {Standing} from '../src/inventory/coverage.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import {lastUse} from '../src/queries/usage.ts';
import {DAY, days} from '../src/time.ts';
import type {World} from '../src/world.ts';

const TYPE = 'serviceAccountLastAuthentication';

/** What is known about an account's last use. */
type Judgement =
	| {kind: 'used' | 'young'}
	| {kind: 'unknown'; reason: string}
	| {kind: 'unused'; last: number | undefined; from: number | undefined; to: number | undefined};

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
		const hits: Hit[] = [];
		const unknown: string[] = [];
		let examined = 0;
		for (const account of world.inventory.accounts.values()) {
			if (!account.read || account.disabled || account.kind === 'service-agent' || !(account.project?.inScope ?? true))
				continue;
			examined++;
			const judgement = judge(world, account);
			if (judgement.kind === 'unknown') unknown.push(judgement.reason);
			if (judgement.kind === 'unused') hits.push(hitOf(world, account, judgement));
		}
		return {examined, hits, unknown: [...new Set(unknown)]};
	},
});

function judge(world: World, account: ServiceAccount): Judgement {
	const {inventory, config} = world;
	const since = inventory.now - config.thresholds.unusedDays * DAY;
	const record = inventory.activities.get(`${TYPE} ${account.name}`);
	const last = lastUse(inventory, account);
	if (last !== undefined && last > since) return {kind: 'used'};
	if (account.createTime !== undefined && account.createTime > since) return {kind: 'young'};
	const {coverage} = inventory;
	// A record speaks for its account, unless a line says that it could not be read.
	const standing = record
		? (coverage.stated('activity', account.name) ?? READ)
		: coverage.resourceStanding('activity', account.name, account.project, TYPE);
	if (standing.status !== 'complete') {
		return {
			kind: 'unknown',
			reason: standing.reason ?? `activity of ${account.project?.key ?? account.email} was not read`,
		};
	}
	const {from, to} = record ?? standing;
	if (to !== undefined && to < since) return {kind: 'unknown', reason: `${observed(account)} until ${day(to)}`};
	// Silence of a period that began later says nothing about the time before.
	if (record?.last === undefined && from !== undefined && from > since)
		return {kind: 'unknown', reason: `${observed(account)} from ${day(from)}`};
	const older =
		(account.createTime !== undefined && account.createTime <= since) ||
		last !== undefined ||
		(account.updateTime !== undefined && account.updateTime <= since) ||
		(record?.from !== undefined && record.from <= since);
	if (!older) return {kind: 'unknown', reason: `the age of ${account.email} is not known`};
	return {kind: 'unused', last, from, to};
}

const READ: Standing = {status: 'complete'};
const observed = ({email}: ServiceAccount): string => `the use of ${email} was observed only`;
const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

function hitOf(world: World, account: ServiceAccount, use: Judgement & {kind: 'unused'}): Hit {
	const {now} = world.inventory;
	const iso = (time: number): string => new Date(time).toISOString();
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: account.name,
		detail: () => ({
			message:
				use.last === undefined
					? `${account.email} has not authenticated in the observed period.`
					: `${account.email} authenticated last ${days(now - use.last)} days ago.`,
			evidence: {
				account: account.email,
				accountKind: account.kind,
				lastAuthenticated: use.last === undefined ? null : iso(use.last),
				...(use.last !== undefined && {unusedDays: days(now - use.last)}),
				...(use.from !== undefined && {observedFrom: iso(use.from)}),
				...(use.to !== undefined && {observedTo: iso(use.to)}),
				...(account.createTime !== undefined && {createdAt: iso(account.createTime)}),
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
