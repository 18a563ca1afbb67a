/** Our findings beside Google's insights. */
import {expect, test} from 'vitest';
import {json} from '../../reports/json.ts';
import {markdown} from '../../reports/markdown.ts';
import {table} from '../../reports/table.ts';
import type {Report} from '../../src/report.ts';
import {event, insight, insights, logs, usage} from '../worlds/evidence.ts';
import {
	account,
	activity,
	coverage,
	disabled,
	email,
	group,
	member,
	OBJECT_ADMIN,
	OWNER,
	type Piece,
	reportOf,
	TOKEN_CREATOR,
	world,
} from '../worlds/world.ts';

const NUMBER = '//cloudresourcemanager.googleapis.com/projects/11';
const movement = (more = {}, resource = NUMBER, role = TOKEN_CREATOR): Piece =>
	insight(
		'web',
		'google.iam.policy.LateralMovementInsight',
		{
			impersonator: {serviceAccount: email('ci@shop'), isGoogleManaged: false},
			targetServiceAccounts: [email('app@web')],
			impersonationPolicy: {resource, role, member: member('ci@shop'), ...more},
			hasPermissionUsageData: false,
		},
		{insightSubtype: 'CROSS_PROJECT_IMPERSONATION'},
	);
const inactive = (short: string, more = {}): Piece =>
	insight(
		'shop',
		'google.iam.serviceAccount.Insight',
		{email: email(short), ...more},
		{observationPeriod: '31536000s'},
	);
const power = ['app@web', OBJECT_ADMIN, 'web'] as const;
const crosses = ['ci@shop', TOKEN_CREATOR, 'web'] as const;
const RECENT = '2026-05-20T07:00:00Z';
const used = ['ci@shop', 'app@web'].map(short => activity(short, RECENT));

async function verdicts(...pieces: Piece[]): Promise<string[]> {
	const {googleInsights = []} = await reportOf(world(...pieces));
	return googleInsights.map(({check, verdict, reason}) => [check, verdict, reason].filter(Boolean).join(': '));
}

test('agreed, in the report and in the finding', async () => {
	const report = await reportOf(world(crosses, power, ...used, movement(), insights()));
	expect(report.googleInsights).toMatchObject([
		{check: 'lateral-movement', verdict: 'agreed', principal: member('ci@shop')},
	]);
	const finding = [...report.findings].find(({check}) => check === 'lateral-movement');
	expect(finding!.evidence['google']).toMatchObject({
		verdict: 'agreed',
		insight: expect.stringContaining('/insights/'),
	});
});

test.each([
	[
		'two hops',
		[
			['ci@shop', TOKEN_CREATOR, 'mid@shop'],
			['mid@shop', TOKEN_CREATOR, 'app@web'],
		],
		/ours only: it takes 2 hops/,
	],
	[
		'a group',
		[group('bots', 'ci@shop'), ['group:bots', TOKEN_CREATOR, 'web']],
		/ours only: the account is not bound itself/,
	],
	['making keys', [['ci@shop', 'roles/iam.serviceAccountKeyAdmin', 'web']], /ours only: Google counts act-as/],
	['not listed', [crosses], /ours only: Google had not listed it/],
	[
		'not read',
		[
			crosses,
			coverage('insights', 'web', 'missing', {
				assetType: 'google.iam.policy.LateralMovementInsight',
				reason: 'needs premium',
			}),
		],
		/ours only: needs premium/,
	],
] as [string, Piece[], RegExp][])('ours only: %s', async (_, pieces, expected) => {
	const found = await verdicts(power, ...used, activity('far@lab', RECENT), insights(), ...pieces);
	expect(found.join('\n')).toMatch(expected);
});

test.each([
	[
		'the binding is gone',
		[account('ci@shop')],
		/theirs only: the binding is not in what was read: changed since 2026-05-30/,
	],
	['disabled', [crosses, disabled('ci@shop')], /theirs only: ci@shop.* is disabled/],
	['the target is disabled', [crosses, disabled('app@web')], /theirs only: the accounts that it leads to are disabled/],
	['owner anyway', [crosses, ['ci@shop', OWNER, 'web']], /theirs only: ci@shop.* is owner-like there anyway/],
] as [string, Piece[], RegExp][])('theirs only: %s', async (_, pieces, expected) => {
	expect((await verdicts(power, ...used, insights(), movement(), ...pieces)).join('\n')).toMatch(expected);
});

test('act-as alone', async () => {
	const role = 'roles/iam.serviceAccountUser';
	const found = await verdicts(['ci@shop', role, 'web'], power, ...used, movement({}, NUMBER, role));
	expect(found).toEqual([expect.stringMatching(/theirs only: act-as alone takes no account over/)]);
});

test.each([
	['agreed', [], /^unused-service-account: agreed$/],
	[
		'used since',
		[logs(), usage('ci@shop')],
		/theirs only: Google's insights saw no use at all, audit logs one on 2026-05-20/,
	],
	['disabled', [disabled('ci@shop')], /theirs only: it is disabled already/],
	['young', [event('account-created', 'ci@shop', '2026-05-01T00:00:00Z')], /theirs only: it was made on 2026-05-01/],
] as [string, Piece[], RegExp][])('unused: %s', async (_, pieces, expected) => {
	expect((await verdicts(account('ci@shop'), inactive('ci@shop'), ...pieces)).join('\n')).toMatch(expected);
});

test('nothing is said where no insights were collected, or the checks did not run', async () => {
	expect((await reportOf(world(crosses, power))).googleInsights).toBeUndefined();
	expect((await reportOf(world(crosses, power, movement()), {checks: []})).googleInsights).toBeUndefined();
});

test('every format that shows sections has it', async () => {
	const report: Report = await reportOf(world(account('ci@shop'), power, ...used, movement(), inactive('ci@shop')));
	expect(report.googleInsights).toMatchObject([{verdict: 'theirs only'}, {verdict: 'theirs only'}]);
	const page = {color: false, columns: 100};
	expect([...table(report, page)].join('')).toContain("GOOGLE'S OWN INSIGHTS: 2 theirs only");
	expect([...markdown(report, {})].join('')).toContain('Google’s own insights: 2 theirs only');
	expect(JSON.parse([...json(report)].join('')).googleInsights).toEqual(report.googleInsights);
});
