/** Metrics and Google's own insights through the real clients, and the pure halves of both. */
import {readFileSync} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {insightAsset} from '../../src/sources/google-cloud/insights.ts';
import {METRICS, usageOf} from '../../src/sources/google-cloud/metrics.ts';
import {plainMessage} from '../../src/sources/google-cloud/plain.ts';
import type {Place} from '../../src/sources/google-cloud/shape.ts';
import {live, type Live, ORGANIZATION} from './live.ts';
import {demoOrganization, type Line, Organization} from './organization.ts';
import type {Switches} from './stand-in.ts';

const PLACE: Place = {
	kind: 'project',
	key: 'projects/shop',
	path: 'projects/7',
	ancestors: ['projects/7', 'organizations/1'],
	active: true,
};
const ID = '100000000000000000001';

const point = (day: number, value: Json): Json => ({
	interval: {startTime: `2026-05-0${day}T00:00:00Z`, endTime: `2026-05-0${day + 1}T00:00:00Z`},
	value,
});
const series = (type: string, points: Json[], labels: Json = {}, project = '7'): Json => ({
	metric: {type, labels},
	resource: {type: 'iam_service_account', labels: {project_number: project, unique_id: ID}},
	metricKind: 'DELTA',
	valueType: 'INT64',
	points,
});

describe('a time series as use', () => {
	test('days are summed, from the beginning of the first to the end of the last that counted anything', () => {
		const points = [point(7, {int64Value: '0'}), point(5, {int64Value: '4'}), point(2, {int64Value: '3'})];
		const [asset] = usageOf(series(METRICS.key, points, {key_id: 'k1'}), PLACE);
		expect(asset!.resource!.data).toEqual({
			subject: `serviceAccount:${ID}`,
			key: 'k1',
			via: [],
			method: 'authentication',
			network: '',
			userAgent: '',
			count: 7,
			first: '2026-05-02T00:00:00Z',
			last: '2026-05-06T00:00:00Z',
			source: 'metrics',
		});
	});

	test.each([
		['nothing counted', series(METRICS.account, [point(1, {int64Value: '0'})])],
		['no points', series(METRICS.account, [])],
		['a key without its id', series(METRICS.key, [point(1, {int64Value: '1'})])],
		['a point without a time', series(METRICS.account, [{value: {int64Value: '1'}}])],
		['nothing of what it should have', {metric: 7, resource: [], points: 'x'}],
	] as [string, Json][])('%s is no use', (_, one) => {
		expect(usageOf(one, PLACE)).toEqual([]);
	});
});

describe('insights', () => {
	test('gRPC: durations stay durations, values in maps become what they hold', () => {
		const message = {
			observationPeriod: {seconds: '7776000', nanos: 0},
			lastRefreshTime: {seconds: '1704067200', nanos: 0},
			operations: [
				{
					pathFilters: {'/role': {kind: 'stringValue', stringValue: 'roles/editor'}},
					pathValue: 'value',
					value: {kind: 'stringValue', stringValue: 'x'},
				},
			],
		};
		expect(plainMessage(message)).toEqual({
			observationPeriod: '7776000s',
			lastRefreshTime: '2024-01-01T00:00:00Z',
			operations: [{pathFilters: {'/role': 'roles/editor'}, value: 'x'}],
		});
	});

	test('about people and groups are left out', () => {
		const of = (member: string): Json => ({name: 'projects/7/x', content: {member, role: 'roles/viewer'}});
		const type = 'recommender.googleapis.com/Insight';
		expect(insightAsset(of('user:ann@example.com'), type, PLACE)).toEqual([]);
		expect(insightAsset({name: 'x', content: {overview: {member: 'group:g@x.y'}}}, type, PLACE)).toEqual([]);
		expect(insightAsset(of(`serviceAccount:a@shop.iam.gserviceaccount.com`), type, PLACE)).toHaveLength(1);
		expect(insightAsset({content: {}}, type, PLACE)).toEqual([]);
	});
});

describe('through the real clients', () => {
	let at: Live | undefined;
	afterEach(() => at?.close());

	/** The built-in organization with advice from Google in it, and counts. */
	function advised(): {world: Organization; number: string} {
		const {lines, numbers} = demoOrganization();
		const number = numbers.get('tidewick-ci')!;
		const account = lines.find(
			({assetType, name}) => assetType === 'iam.googleapis.com/ServiceAccount' && name.includes('tidewick-ci'),
		)!;
		const email = String(account.resource!.data['email']);
		const line = (kind: string, type: string, id: string, data: Json): Line => {
			const list = kind === 'Insight' ? 'insightTypes' : 'recommenders';
			const name = `projects/${number}/locations/global/${list}/${type}/${kind.toLowerCase()}s/${id}`;
			return {
				name: `//recommender.googleapis.com/${name}`,
				assetType: `recommender.googleapis.com/${kind}`,
				ancestors: account.ancestors,
				resource: {data: {name, ...data}},
			};
		};
		const world = new Organization([
			...lines.filter(({assetType}) => !assetType.startsWith('recommender')),
			line('Insight', 'google.iam.serviceAccount.Insight', 'i1', {
				content: {email, serviceAccountId: ID},
				observationPeriod: '19008000s',
				insightSubtype: 'SERVICE_ACCOUNT_USAGE',
				stateInfo: {state: 'ACTIVE'},
			}),
			line('Insight', 'google.iam.policy.Insight', 'i2', {content: {member: 'user:ann@x.y', role: 'roles/viewer'}}),
			line('Recommendation', 'google.iam.policy.Recommender', 'r1', {
				recommenderSubtype: 'REMOVE_ROLE',
				content: {
					overview: {member: `serviceAccount:${email}`, removedRole: 'roles/editor'},
					operationGroups: [{operations: [{action: 'remove', pathFilters: {'/role': 'roles/editor'}}]}],
				},
			}),
		]);
		world.series = [
			series(METRICS.account, [point(5, {int64Value: '2'}), point(3, {int64Value: '1'})], {}, number),
			series(METRICS.key, [point(5, {int64Value: '2'})], {key_id: 'k1'}, number),
		];
		return {world, number};
	}

	async function collected(switches: Switches = {}): Promise<Asset[]> {
		at!.standIn.switches = switches;
		const file = at!.path('a.ndjson');
		const ended = await at!.run(['collect', `--organization=${ORGANIZATION}`, '--via=services', `--output=${file}`]);
		expect(ended).toMatchObject({code: 0, stdout: ''});
		const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
		return lines.map(line => JSON.parse(line) as Asset);
	}

	const coverage = (assets: readonly Asset[], fact: string, type: string, scope = 'projects/tidewick-ci'): Json =>
		assets
			.filter(asset => asset.assetType === 'sa-audit/Coverage')
			.map(asset => asset.resource!.data!)
			.find(data => data['fact'] === fact && data['assetType'] === type && data['scope'] === scope)!;

	test.each([
		['as they are', {}],
		['page by page', {pageSize: 1, emptyPages: true}],
	] as [string, Switches][])(
		'metrics, insights and recommendations become assets, with their periods: %s',
		async (_, switches) => {
			const {world} = advised();
			at = await live({}, world);
			const assets = await collected(switches);
			const counted = assets.filter(
				({assetType, resource}) => assetType === 'sa-audit/Usage' && resource!.data!['source'] === 'metrics',
			);
			expect(counted.map(({resource}) => [resource!.data!['key'] ?? '', resource!.data!['count']]).toSorted()).toEqual([
				['', 3],
				['k1', 2],
			]);
			const advice = assets.filter(({assetType}) => assetType.startsWith('recommender.'));
			expect(advice.map(({name}) => name.slice(name.lastIndexOf('/') + 1))).toEqual(['i1', 'r1']);
			expect(advice[0]!.resource!.data).toMatchObject({
				observationPeriod: '19008000s',
				content: {serviceAccountId: ID},
			});
			expect(advice[1]!.resource!.data).toMatchObject({
				content: {operationGroups: [{operations: [{pathFilters: {'/role': 'roles/editor'}}]}]},
			});
			const period = coverage(assets, 'activity', METRICS.key);
			expect(period).toMatchObject({status: 'complete'});
			expect(Date.parse(String(period['to'])) - Date.parse(String(period['from']))).toBeGreaterThan(41 * 86_400_000);
			expect(coverage(assets, 'insights', 'google.iam.serviceAccount.Insight')).toMatchObject({status: 'complete'});
			const asked = at.standIn.calls.find(({method}) => method.includes('timeSeries'));
			expect(asked!.request).toMatchObject({'aggregation.perSeriesAligner': 'ALIGN_SUM'});
		},
	);

	test('what is refused is a hole of its own, and the rest is read', async () => {
		const {world} = advised();
		at = await live({}, world);
		const assets = await collected({
			fault: ({method, request}) =>
				method.includes('timeSeries') || JSON.stringify(request).includes('LateralMovement')
					? {fault: 'denied', message: 'Permission denied'}
					: undefined,
		});
		expect(coverage(assets, 'activity', METRICS.account)).toMatchObject({status: 'missing'});
		expect(coverage(assets, 'activity', 'serviceAccountLastAuthentication')['status']).toBe('complete');
		const folder = 'folders/274910385566';
		expect(coverage(assets, 'insights', 'google.iam.policy.LateralMovementInsight', folder)).toMatchObject({
			status: 'missing',
		});
		expect(coverage(assets, 'insights', 'google.iam.policy.Insight', folder)).toMatchObject({status: 'complete'});
		expect(assets.some(({assetType}) => assetType === 'recommender.googleapis.com/Insight')).toBe(true);
	});
});
