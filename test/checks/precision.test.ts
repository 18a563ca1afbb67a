import {beforeAll, describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {THRESHOLDS} from '../../src/config/defaults.ts';
import type {Finding, Report} from '../../src/report.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {type Json, keyLine} from '../../scripts/asset-lines.ts';
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
	const people = 'group:shop-team@brook.example';
	/** Assets of a type with other data. */
	const changed = (assetType: string, change: (data: Json) => Json): Asset[] =>
		wellRun().map(asset =>
			asset.assetType === assetType && asset.resource?.data
				? {...asset, resource: {...asset.resource, data: change(asset.resource.data)}}
				: asset,
		);
	const also = (...lines: Json[]): Asset[] => [...wellRun(), ...assetsOf(lines)];
	const onOrders = (role: string, member: string) =>
		resourcePolicy('shop', 'iam', 'ServiceAccount', orders, bind(role, member));

	/** What has to be told; ids of checks that this version does not have wait. */
	const cases: Record<string, [ids: string[], given: Asset[]]> = {
		'a key': [['user-managed-key', 'key-rotation-overdue', 'key-never-expires'], also(key)],
		'a team that mints tokens of an editor': [
			['privilege-escalation', 'admin-service-account'],
			also(
				policy('data', [bind('editor', sa('run-orders', 'shop'))]),
				onOrders('iam.serviceAccountTokenCreator', people),
			),
		],
		'a pipeline that deploys into another project': [
			['lateral-movement'],
			also(
				policy('shop', [bind('storage.admin', sa('run-orders', 'shop'))]),
				onOrders('iam.serviceAccountTokenCreator', sa('build-images', 'ci')),
			),
		],
		'everybody may become an account': [
			['public-impersonation'],
			also(onOrders('iam.serviceAccountTokenCreator', 'allAuthenticatedUsers')),
		],
		'a grant on all accounts of a project': [
			['project-wide-impersonation'],
			also(policy('shop', [bind('iam.serviceAccountUser', people)])),
		],
		'people who write the policy of the organization': [
			['policy-takeover'],
			also(policy('production', [bind('resourcemanager.projectIamAdmin', people)])),
		],
		'keys allowed again': [
			['key-lifetime-not-limited', 'key-constraints-not-enforced', 'automatic-grants-not-disabled'],
			wellRun().map(asset => (asset.orgPolicy ? {...asset, orgPolicy: []} : asset)),
		],
		'an account that nobody describes': [
			['naming-convention'],
			changed('iam.googleapis.com/ServiceAccount', about => ({...about, description: ''})),
		],
		'a provider without a condition': [
			['federation-open-to-all'],
			changed('iam.googleapis.com/WorkloadIdentityPoolProvider', ({attributeCondition: _, ...rest}) => rest),
		],
		'the default account back at work': [
			['default-service-account-editor'],
			[
				...changed('iam.googleapis.com/ServiceAccount', ({disabled: _, ...rest}) => rest),
				...assetsOf([policy('dev', [bind('editor', 'serviceAccount:7003-compute@developer.gserviceaccount.com')])]),
			],
		],
		'a deleted account in a policy': [
			['lingering-identity'],
			also(policy('data', [bind('viewer', `deleted:${sa('run-old', 'data')}?uid=123456789012345678901`)])),
		],
		'a name that tells, where it should not': [
			['revealing-email'],
			also(policy('dev', [bind('run.viewer', sa('run-payroll', 'data'))])),
		],
		'nothing logged': [
			['impersonation-not-logged'],
			wellRun().map(({iamPolicy, ...asset}) => {
				const {auditConfigs: _, audit_configs: __, ...rest} = iamPolicy ?? {};
				return iamPolicy ? {...asset, iamPolicy: rest} : asset;
			}),
		],
		'logs that can be shortened': [
			['audit-log-mutable'],
			changed('logging.googleapis.com/LogBucket', about => ({...about, locked: false, retentionDays: 30})),
		],
		'pods that see their node’s account': [
			['node-pool-without-workload-identity'],
			[
				...changed('container.googleapis.com/NodePool', ({config, ...rest}) => ({
					...rest,
					config: {...(config as Json), workloadMetadataConfig: {mode: 'GCE_METADATA'}},
				})),
			].filter(asset => asset.assetType !== 'container.googleapis.com/Cluster'),
		],
	};

	test.each(Object.entries(cases))('%s', async (_, [ids, given]) => {
		const known = ids.filter(id => checks.some(check => check.id === id));
		const found = new Set([...(await reportOf(given, {config: CONFIG})).findings].map(finding => finding.check));
		for (const id of known) expect(found).toContain(id);
	});
});
