import {beforeAll, describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {THRESHOLDS} from '../../src/config/defaults.ts';
import type {Finding, Report} from '../../src/report.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {keyLine} from '../../scripts/asset-lines.ts';
import {bind, email, PLACES, policy, resourcePolicy, sa} from '../worlds/well-run-places.ts';
import {CONFIG, wellRun} from '../worlds/well-run.ts';
import {assetsOf, reportOf} from '../worlds/world.ts';

/** Checks that no inventory can settle, whoever runs the organization; each with the reason that it has to give. */
const NEVER_KNOWN: Readonly<Record<string, RegExp>> = {};

let report: Report;
let findings: Finding[];
beforeAll(async () => {
	report = await reportOf(wellRun(), {config: CONFIG});
	findings = [...report.findings];
});

const notable = (found: Iterable<Finding>): string[] =>
	[...found]
		.filter(({severity}) => severity !== 'low')
		.map(({severity, check, message}) => `${severity} ${check}: ${message}`);

describe('a well-run organization', () => {
	test('has no finding of medium or above', () => {
		expect(notable(findings)).toEqual([]);
	});

	test('nor one that it has not accepted', () => {
		expect(findings.map(({check, message}) => `${check}: ${message}`)).toEqual([]);
	});

	test('leaves nothing unknown', () => {
		const unknown = report.checks.filter(
			({id, status, reason = ''}) => status === 'unknown' && !NEVER_KNOWN[id]?.test(reason),
		);
		expect(unknown.map(({id, reason}) => `${id}: ${reason}`)).toEqual([]);
		expect(report.coverage.filter(({status}) => status !== 'complete')).toEqual([]);
	});

	test('under strict too', async () => {
		const strict = {...CONFIG, profile: 'strict', thresholds: THRESHOLDS.strict} as const;
		expect(notable((await reportOf(wellRun(), {config: strict})).findings)).toEqual([]);
	});

	test('is worth looking at', () => {
		expect(report.summary.inventory).toMatchObject({projects: 5, serviceAccounts: 13, keys: 0});
		const examined = new Map(report.checks.map(check => [check.id, check.examined]));
		for (const id of ['naming-convention', 'unused-service-account', 'key-lifetime-not-limited', 'revealing-email'])
			expect(examined.get(id), id).toBeGreaterThan(4);
	});
});

describe('one thing done badly is told', () => {
	const gateway = {email: email('vm-gateway', 'shop'), uniqueId: '100000000000000000001', place: PLACES.shop};
	const key = keyLine(gateway, {id: 'k1', created: '2025-01-01T00:00:00Z'});
	const orders = `projects/brook-shop-prod/serviceAccounts/${email('run-orders', 'shop')}`;
	const cases: Record<string, [string[], () => Asset[]]> = {
		'a key': [
			['user-managed-key', 'key-rotation-overdue', 'key-never-expires'],
			() => [...wellRun(), ...assetsOf([key])],
		],
		'a team that mints tokens of an editor': [
			['privilege-escalation'],
			() => [
				...wellRun(),
				...assetsOf([
					policy('data', [bind('editor', sa('run-orders', 'shop'))]),
					resourcePolicy('shop', 'iam', 'ServiceAccount', orders, bind('iam.serviceAccountTokenCreator', people)),
				]),
			],
		],
		'keys allowed again': [
			['key-lifetime-not-limited'],
			() => wellRun().map(asset => (asset.orgPolicy ? {...asset, orgPolicy: []} : asset)),
		],
		'an account that nobody describes': [
			['naming-convention'],
			() =>
				wellRun().map(asset =>
					asset.assetType === 'iam.googleapis.com/ServiceAccount' && asset.resource
						? {...asset, resource: {...asset.resource, data: {...asset.resource.data, description: ''}}}
						: asset,
				),
		],
	};
	const people = 'group:shop-team@brook.example';

	test.each(Object.entries(cases))('%s', async (_, [ids, given]) => {
		const found = new Set([...(await reportOf(given(), {config: CONFIG})).findings].map(finding => finding.check));
		for (const id of ids.filter(known => checks.some(check => check.id === known))) expect(found).toContain(id);
	});
});
