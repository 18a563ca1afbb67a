import check from '../../checks/unused-service-account.ts';
import type {Json} from '../../scripts/asset-lines.ts';
import {
	account,
	activity,
	coverage,
	disabled,
	email,
	key,
	member,
	OWNER,
	resource,
	unread,
	world,
	type Extra,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

/** An account's own line with other times on it. */
function aged(short: string, times: Json, more: Json = {}): Extra {
	const [, project] = short.split('@');
	const name = `projects/${project}/serviceAccounts/${email(short)}`;
	const data = {name, projectId: project, email: email(short), uniqueId: '1'.repeat(21), ...more};
	return {
		lines: [
			{
				name: `//iam.googleapis.com/${name}`,
				asset_type: 'iam.googleapis.com/ServiceAccount',
				resource: {data},
				...times,
			},
		],
	};
}

/** What logs showed, aggregated. */
const usage = (data: Json): Extra => ({
	lines: [{name: '//sa-audit/usage/1', asset_type: 'sa-audit/Usage', resource: {data: {via: [], count: 1, ...data}}}],
});

const TYPE = 'serviceAccountLastAuthentication';
const FOUND = [['ci@shop', undefined, 'medium']] as const;
const ci = account('ci@shop');
const RECENT = '2026-05-20T07:00:00Z';
const LONG_AGO = '2025-10-01T07:00:00Z';

testCheck(check, {
	fires: {
		'long ago': {given: world(ci, activity('ci@shop', LONG_AGO)), finds: FOUND},
		'never in the observed period': {given: world(ci, activity('ci@shop')), finds: FOUND},
		'no record under complete coverage': {given: world(ci), finds: FOUND},
		'no record, but others of the project have one': {
			given: world(ci, account('cd@shop'), activity('cd@shop', RECENT), unread('activity')),
			finds: FOUND,
		},
		'coverage of this type alone': {
			given: world(ci, unread('activity'), coverage('activity', 'shop', 'complete', {assetType: TYPE})),
			finds: FOUND,
		},
		'exactly as long as the threshold': {given: world(ci, activity('ci@shop', '2026-03-03T00:00:00Z')), finds: FOUND},
		'a default account': {
			given: world(account('compute@shop'), activity('compute@shop', LONG_AGO)),
			finds: [['compute@shop', undefined, 'medium']],
		},
		'an owner, no higher': {given: world(['ci@shop', OWNER, 'shop'], activity('ci@shop', LONG_AGO)), finds: FOUND},
		'old by its creation time': {
			given: world(aged('ci@shop', {create_time: '2026-01-01T00:00:00Z', update_time: '2026-05-30T00:00:00Z'})),
			finds: FOUND,
		},
		'old by its last change': {given: world(aged('ci@shop', {update_time: '2025-01-01T00:00:00Z'})), finds: FOUND},
		'old by the observed period': {given: world(aged('ci@shop', {}), activity('ci@shop')), finds: FOUND},
		'old by its last use': {
			given: world(aged('ci@shop', {}), activity('ci@shop', LONG_AGO, {startTime: LONG_AGO})),
			finds: FOUND,
		},
		'a shorter threshold': {
			given: world(ci, activity('ci@shop', RECENT)),
			finds: FOUND,
			config: {thresholds: {keyAgeDays: 90, unusedDays: 10, disabledGraceDays: 30, manyNetworks: 3, manyClients: 3}},
		},
		'beside accounts that nobody could judge': {
			given: world(ci, activity('ci@shop', LONG_AGO), account('cd@lab'), coverage('activity', 'lab', 'missing')),
			finds: FOUND,
		},
		'no record where the whole window was covered': {
			given: world(ci, unread('activity'), coverage('activity', 'shop', 'complete', {from: '2024-01-01T00:00:00Z'})),
			finds: FOUND,
		},
		'only keys of it were seen': {given: world(ci, key('ci@shop', 'k1')), finds: FOUND},
	},
	silent: {
		'used lately': world(ci, activity('ci@shop', RECENT)),
		'a later use in logs': world(ci, activity('ci@shop', LONG_AGO), usage({subject: member('ci@shop'), last: RECENT})),
		'a use in logs, by unread activity': world(
			ci,
			unread('activity'),
			usage({subject: email('ci@shop'), last: RECENT}),
		),
		'a use in logs on the way to another account': world(
			ci,
			activity('ci@shop'),
			usage({subject: 'user:ann@example.com', via: [member('ci@shop')], last: RECENT}),
		),
		'used a moment less than the threshold ago': world(ci, activity('ci@shop', '2026-03-03T00:00:01Z')),
		'two records: the later use counts': world(ci, activity('ci@shop', LONG_AGO), activity('ci@shop', RECENT)),
		'a disabled account': world(ci, disabled('ci@shop'), activity('ci@shop', LONG_AGO)),
		'a young account': world(
			aged('ci@shop', {create_time: '2026-05-01T00:00:00Z', update_time: '2026-05-01T00:00:00Z'}),
		),
		'a young account with a record': world(
			aged('ci@shop', {create_time: '2026-05-01T00:00:00Z', update_time: '2026-05-01T00:00:00Z'}),
			activity('ci@shop', undefined, {startTime: '2026-05-01T00:00:00Z'}),
		),
		'a service agent': world(['agent@shop', OWNER, 'shop'], account('ci@shop'), activity('ci@shop', RECENT)),
		'no accounts': world(['ann', OWNER, 'shop']),
		'an account that only a policy names': world(['ann', OWNER, 'serviceAccount:gone@shop.iam.gserviceaccount.com']),
		'a longer threshold': {
			given: world(ci, activity('ci@shop', LONG_AGO)),
			config: {thresholds: {keyAgeDays: 90, unusedDays: 400, disabledGraceDays: 30, manyNetworks: 3, manyClients: 3}},
		},
		'outside the scope': {given: world(ci, activity('ci@shop', LONG_AGO)), scopes: ['projects/lab']},
		'used at the time asked for': {given: world(ci, activity('ci@shop', LONG_AGO)), now: '2025-11-01T00:00:00Z'},
	},
	unknown: {
		'a use in logs long ago, and no activity': {
			given: world(ci, unread('activity'), usage({subject: email('ci@shop'), last: LONG_AGO})),
			because: /activity of projects\/shop/,
		},
		'no usage at all': {given: world(ci, unread('activity')), because: /activity of projects\/shop/},
		'the usage of its project': {
			given: world(ci, coverage('activity', 'shop', 'missing', {reason: 'policyanalyzer: permission denied'})),
			because: /permission denied/,
		},
		'this type of usage': {
			given: world(
				ci,
				unread('activity'),
				coverage('activity', 'shop', 'complete', {assetType: 'serviceAccountKeyLastAuthentication'}),
			),
			because: /activity of projects\/shop/,
		},
		'usage of keys only, in a plain export': {
			given: world(ci, account('cd@lab'), activity('cd@lab', RECENT), unread('activity')),
			because: /projects\/shop/,
		},
		'its age': {given: world(aged('ci@shop', {})), because: /the age of ci@shop/},
		'its age, changed lately': {
			given: world(aged('ci@shop', {update_time: '2026-05-01T00:00:00Z'})),
			because: /the age of ci@shop/,
		},
		'usage that ends before the threshold begins': {
			given: world(ci, activity('ci@shop', LONG_AGO, {endTime: '2025-12-01T00:00:00Z'})),
			because: /only until 2025-12-01/,
		},
		'usage that begins after the threshold': {
			given: world(ci, activity('ci@shop', undefined, {startTime: '2026-05-01T00:00:00Z'})),
			because: /only from 2026-05-01/,
		},
		'coverage of a period that begins after the threshold': {
			given: world(ci, unread('activity'), coverage('activity', 'shop', 'complete', {from: '2026-05-01T00:00:00Z'})),
			because: /only from 2026-05-01/,
		},
		'coverage of a period that ends before the threshold begins': {
			given: world(
				ci,
				unread('activity'),
				coverage('activity', 'shop', 'complete', {from: '2024-01-01T00:00:00Z', to: '2025-12-01T00:00:00Z'}),
			),
			because: /only until 2025-12-01/,
		},
		'two lines of one project: the shorter period counts': {
			given: world(
				ci,
				unread('activity'),
				coverage('activity', 'shop', 'complete', {from: '2026-05-01T00:00:00Z'}),
				coverage('activity', 'shop', 'complete', {from: '2024-01-01T00:00:00Z'}),
			),
			because: /only from 2026-05-01/,
		},
		'a record that could not be read': {
			given: world(ci, activity('ci@shop', undefined), coverage('activity', resource('ci@shop'), 'missing')),
			because: /activity of projects\/shop was not read/,
		},
		'the accounts': {given: world(unread('serviceAccounts'), ['ann', OWNER, 'shop']), because: /serviceAccounts/},
	},
	snapshot: 'long ago',
});
