/** Live audits: the same as audits of what was saved, by every command that reads. */
import {afterEach, expect, test} from 'vitest';
import {live, type Live, ORGANIZATION} from './live.ts';

const AT = '--now=2026-11-01T09:00:00Z';
let at: Live | undefined;
afterEach(() => at?.close());

test.each([
	['services', `--organization=${ORGANIZATION}`],
	['asset-inventory', `--organization=${ORGANIZATION}`],
	['services', '--folder=610038471925'],
	['asset-inventory', '--project=tidewick-shop-dev'],
])('an audit of a saved collection equals the live one: %s %s', async (via, scope) => {
	at = await live();
	const file = at.path('assets.ndjson');
	await at.run(['collect', scope, `--via=${via}`, `--output=${file}`]);
	const {run: _, ...direct} = JSON.parse((await at.run(['audit', scope, `--via=${via}`, AT, '--format=json'])).stdout);
	const {run: __, ...saved} = JSON.parse((await at.run(['audit', `--assets=${file}`, AT, '--format=json'])).stdout);
	expect(direct).toEqual(saved);
	expect(direct.summary.inventory.serviceAccounts).toBeGreaterThan(0);
});

test('the live demo by Asset Inventory finds what the demo finds', async () => {
	const message = 'Policy Analyzer API has not been used in project 264408817359 before or it is disabled.';
	at = await live({
		fault: ({method}) => (/tidewick-sandbox.*activities:query/.test(method) ? {fault: 'disabled', message} : undefined),
	});
	const {stdout} = await at.run(['audit', `--organization=${ORGANIZATION}`, AT, '--format=json', '--quiet']);
	const direct = JSON.parse(stdout) as {
		findings: {fingerprint: string; check: string}[];
		run: unknown;
		checks: unknown;
	};
	const demo = JSON.parse((await at.run(['audit', '--demo', '--format=json'])).stdout) as typeof direct;
	// The demo's logs are exported ones; the stand-in has none.
	const ofLogs =
		/^(?:changes-not|deleted-without|depends-on-leaver|domain-wide|key-replaceable|key-used|token-not|used-in-development)/;
	const others = ({findings}: typeof direct): string[] =>
		findings.filter(({check}) => !ofLogs.test(check)).map(({fingerprint}) => fingerprint);
	expect(others(direct)).toEqual(others(demo));
	expect(others(direct).length).toBeGreaterThan(40);
	expect(direct.run).toMatchObject({sources: [{kind: 'google-cloud', scope: [`organizations/${ORGANIZATION}`]}]});
});

test('paths and can read live too', async () => {
	at = await live();
	const paths = await at.run([
		'paths',
		`--organization=${ORGANIZATION}`,
		'--to=projects/tidewick-data-prod',
		AT,
		'--format=json',
	]);
	expect(JSON.parse(paths.stdout).paths.length).toBeGreaterThan(0);
	const can = await at.run([
		'can',
		'group:platform-admins@tidewick.example.com',
		'iam.serviceAccounts.actAs',
		'projects/tidewick-shop-prod',
		`--organization=${ORGANIZATION}`,
		AT,
		'--format=json',
	]);
	expect(JSON.parse(can.stdout)).toMatchObject({decision: 'allow'});
});
