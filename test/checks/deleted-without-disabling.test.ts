import check from '../../checks/deleted-without-disabling.ts';
import {PLACES} from '../worlds/world.ts';
import {resourceLine} from '../../scripts/asset-lines.ts';
import {event, logs} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {account, coverage, type Extra, unread, world} from '../worlds/world.ts';

const gone = (at = '2026-05-10T00:00:00Z', more = {}) =>
	event('account-deleted', 'old@shop', at, {uniqueId: '7', by: 'user:ann@example.com', ...more});
const FOUND = [['old@shop', undefined, 'low']] as const;

const vm: Extra = {
	lines: [
		resourceLine(
			'//compute.googleapis.com/projects/shop/zones/z/instances/vm',
			'compute.googleapis.com/Instance',
			PLACES['shop']!,
			{name: 'vm', status: 'RUNNING', serviceAccounts: [{email: 'ci@shop.iam.gserviceaccount.com'}]},
			'2024-01-01T00:00:00Z',
		),
	],
};
const api: Extra = {
	lines: [
		resourceLine(
			'//serviceusage.googleapis.com/projects/10/services/compute.googleapis.com',
			'serviceusage.googleapis.com/Service',
			PLACES['shop']!,
			{name: 'projects/10/services/compute.googleapis.com', state: 'ENABLED'},
			'2024-01-01T00:00:00Z',
		),
	],
};

testCheck(check, {
	fires: {
		'deleted at once': {given: world(logs(), gone()), finds: FOUND, says: /deleted on 2026-05-10 by user:ann/},
		'enabled again before': {
			given: world(
				logs(),
				event('account-disabled', 'old@shop', '2026-05-01T00:00:00Z'),
				event('account-enabled', 'old@shop', '2026-05-02T00:00:00Z'),
				gone(),
			),
			finds: FOUND,
		},
		'disabled only afterwards, as somebody else of its name': {
			given: world(logs(), gone(), event('account-disabled', 'old@shop', '2026-05-20T00:00:00Z', {uniqueId: '8'})),
			finds: FOUND,
		},
		'made anew under its name': {given: world(logs(), account('old@shop'), gone()), finds: FOUND},
		'logs that begin shortly before': {
			given: world(logs({from: '2026-05-01T00:00:00Z'}), gone()),
			finds: [['old@shop', undefined, 'low', 'unverified']],
		},
		'made and deleted within logs that begin shortly before': {
			given: world(
				logs({from: '2026-05-01T00:00:00Z'}),
				event('account-created', 'old@shop', '2026-05-02T00:00:00Z', {uniqueId: '7'}),
				gone(),
			),
			finds: FOUND,
		},
		'no default account beside a VM': {
			given: world(account('ci@shop'), vm, logs()),
			finds: [['shop', undefined, 'medium']],
			says: /10-compute@developer\.gserviceaccount\.com of projects\/shop is gone/,
		},
		'no default account although the API is on': {
			given: world(account('ci@shop'), api, logs()),
			finds: [['shop', undefined, 'medium']],
		},
	},
	silent: {
		'disabled before': world(logs(), event('account-disabled', 'old@shop', '2026-04-01T00:00:00Z'), gone()),
		'undeleted since': world(logs(), gone(), event('account-undeleted', 'old@shop', '2026-05-11T00:00:00Z')),
		'a service agent': world(logs(), event('account-deleted', 'agent@shop', '2026-05-10T00:00:00Z')),
		'a default account that is there': world(account('compute@shop'), vm, logs()),
		'no default account, and the API is off': world(account('ci@shop'), logs()),
		'the accounts were not read': {
			given: world(vm, logs(), account('ci@shop'), coverage('serviceAccounts', 'shop', 'complete')),
			scopes: ['projects/lab'],
		},
		'outside the scope': {given: world(logs(), gone()), scopes: ['projects/lab']},
		'another organization’s account': world(
			logs(),
			event('account-deleted', 'serviceAccount:x@elsewhere.iam.gserviceaccount.com', '2026-05-10T00:00:00Z'),
		),
	},
	unknown: {
		'no logs': {given: world(account('ci@shop')), because: /auditLogs/},
		'logs of one project': {
			given: world(coverage('auditLogs', 'shop', 'complete')),
			because: /no coverage line says that auditLogs of projects\/(web|lab)/,
		},
		'the accounts': {given: world(unread('serviceAccounts'), vm, logs()), because: /serviceAccounts/},
	},
	snapshot: 'deleted at once',
});
