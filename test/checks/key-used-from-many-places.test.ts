import check from '../../checks/key-used-from-many-places.ts';
import {keyUsage, logs, LONG_AGO} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {account, coverage, disabled, key, unread, world, type Extra} from '../worlds/world.ts';

const k1 = key('ci@shop', 'k1');
const FOUND = [['ci@shop/k1', undefined, 'medium']] as const;
const from = (...networks: string[]): Extra[] => networks.map(network => keyUsage('ci@shop/k1', {network}));
const by = (...agents: string[]): Extra[] => agents.map(userAgent => keyUsage('ci@shop/k1', {userAgent}));
const FOUR = ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24', '2001:db8:1::/48'];

testCheck(check, {
	fires: {
		'four networks': {
			given: world(k1, logs(), ...from(...FOUR)),
			finds: FOUND,
			says: /from 4 networks by 1 kind of client/,
		},
		'four addresses of four networks': {
			given: world(k1, logs(), ...from('203.0.113.9', '198.51.100.7', '192.0.2.1', '2001:db8:1::5')),
			finds: FOUND,
		},
		'three networks and Google': {given: world(k1, logs(), ...from(...FOUR.slice(1), 'google')), finds: FOUND},
		'four kinds of client': {given: world(k1, logs(), ...by('python', 'go', 'java', 'curl')), finds: FOUND},
		'user agents as they were sent': {
			given: world(
				k1,
				logs(),
				...by('google-cloud-sdk gcloud/1.0 command/x', 'Terraform/1.5', 'curl/8', 'Mozilla/5.0 (X11)'),
			),
			finds: FOUND,
		},
		'by unread logs': {given: world(k1, ...from(...FOUR)), finds: FOUND},
		'fewer are too many': {
			given: world(k1, logs(), ...from(...FOUR.slice(2))),
			finds: FOUND,
			config: {thresholds: {keyAgeDays: 90, unusedDays: 90, disabledGraceDays: 30, manyNetworks: 1, manyClients: 3}},
		},
	},
	silent: {
		'three networks, three clients': world(k1, logs(), ...from(...FOUR.slice(0, 3)), ...by('go', 'java')),
		'many addresses of one network': world(
			k1,
			logs(),
			...from('203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'),
		),
		'private and Google networks, as others write them': world(
			k1,
			logs(),
			...from('10.1.0.0/24', '10.2.0.0/16', '192.168.7.0/24', '34.64.1.0/24', '35.190.1.0/24'),
		),
		'single addresses as networks': world(k1, logs(), ...from(...[1, 2, 3, 4].map(last => `203.0.113.${last}/32`))),
		'private and Google addresses are one place': world(
			k1,
			logs(),
			...from('private', 'google', '10.1.2.3', '192.168.1.1', '172.16.0.9', 'gce-internal-ip', ...FOUR.slice(2)),
		),
		'one client in many versions, in CI and not': world(
			k1,
			logs(),
			...by('python (ci)', 'python', 'google-api-python-client/2.1', 'grpc-python/1.4', 'python-requests/2.3'),
		),
		'networks that were not logged': world(k1, logs(), ...from('', ...FOUR.slice(1))),
		'long ago': world(
			k1,
			logs(),
			...FOUR.map(network => keyUsage('ci@shop/k1', {network, first: LONG_AGO, last: LONG_AGO})),
		),
		'two keys of one account': world(
			k1,
			key('ci@shop', 'k2'),
			logs(),
			...from(...FOUR.slice(2)),
			...FOUR.slice(0, 2).map(network => keyUsage('ci@shop/k2', {network})),
		),
		'a disabled key': world(key('ci@shop', 'k1', {disabled: true}), logs(), ...from(...FOUR)),
		'a disabled account': world(k1, disabled('ci@shop'), logs(), ...from(...FOUR)),
		'no keys': world(account('ci@shop')),
		'outside the scope': {given: world(k1, logs(), ...from(...FOUR)), scopes: ['projects/lab']},
	},
	unknown: {
		'no logs': {given: world(k1), because: /auditLogs/},
		'the admin log only': {
			given: world(
				k1,
				coverage('auditLogs', 'shop', 'complete', {assetType: 'activity'}),
				coverage('auditLogs', 'shop', 'missing', {assetType: 'data_access', reason: 'no data-access entry was seen'}),
			),
			because: /no data-access entry/,
		},
		'the keys': {given: world(unread('serviceAccountKeys'), account('ci@shop'), logs()), because: /serviceAccountKeys/},
	},
	snapshot: 'four networks',
});
