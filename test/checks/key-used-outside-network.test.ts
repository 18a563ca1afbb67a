import check from '../../checks/key-used-outside-network.ts';
import {keyUsage, logs, LONG_AGO} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {disabled, key, unread, world} from '../worlds/world.ts';

const k1 = key('ci@shop', 'k1');
const FOUND = [['ci@shop/k1', undefined, 'high']] as const;
const config = {allowedNetworks: ['203.0.113.0/25', '2001:db8::/32']};
const from = (network: string, more = {}) => keyUsage('ci@shop/k1', {network, ...more});

testCheck(check, {
	fires: {
		'another network': {
			given: world(k1, logs(), from('198.51.100.0/24')),
			config,
			finds: FOUND,
			says: /198\.51\.100\.0\/24/,
		},
		'an address beside those allowed of its network': {
			given: world(k1, logs(), from('203.0.113.200')),
			config,
			finds: FOUND,
		},
		'an address of Google that is not allowed': {
			given: world(k1, logs(), from('34.76.1.3')),
			config: {allowedNetworks: ['34.76.1.2/32']},
			finds: FOUND,
		},
		'another address': {given: world(k1, logs(), from('198.51.100.7')), config, finds: FOUND},
		'another network of the new kind': {given: world(k1, logs(), from('2001:db9:1::/48')), config, finds: FOUND},
		'somewhere in Google Cloud': {given: world(k1, logs(), from('google')), config, finds: FOUND},
		'beside uses from inside': {
			given: world(k1, logs(), from('203.0.113.0/24'), from('198.51.100.0/24')),
			config,
			finds: FOUND,
		},
		'by unread logs': {given: world(k1, from('198.51.100.0/24')), config, finds: FOUND},
	},
	silent: {
		'without the setting': world(k1, logs(), from('198.51.100.0/24')),
		'without the setting and without logs': world(k1),
		'from an allowed network': {given: world(k1, logs(), from('2001:db8:7::/48')), config},
		'a network that is only partly allowed': {given: world(k1, logs(), from('203.0.113.0/24')), config},
		'a private address': {given: world(k1, logs(), from('private'), from('10.0.0.1')), config},
		'a private network': {given: world(k1, logs(), from('10.1.2.0/24')), config},
		'an address of Google that is allowed': {
			given: world(k1, logs(), from('34.76.1.2')),
			config: {allowedNetworks: ['34.76.1.2/32']},
		},
		'nothing logged': {given: world(k1, logs(), from('')), config},
		'long ago': {given: world(k1, logs(), from('198.51.100.0/24', {first: LONG_AGO, last: LONG_AGO})), config},
		'a disabled key': {given: world(key('ci@shop', 'k1', {disabled: true}), logs(), from('198.51.100.0/24')), config},
		'a disabled account': {given: world(k1, disabled('ci@shop'), logs(), from('198.51.100.0/24')), config},
		'outside the scope': {given: world(k1, logs(), from('198.51.100.0/24')), config, scopes: ['projects/lab']},
	},
	unknown: {
		'no logs': {given: world(k1), config, because: /auditLogs/},
		'which of Google’s networks, where one is allowed': {
			given: world(k1, logs(), from('google')),
			config: {allowedNetworks: ['34.76.1.2/32']},
			because: /networks of Google that are allowed/,
		},
		'the keys': {given: world(unread('serviceAccountKeys'), logs()), config, because: /serviceAccountKeys/},
	},
	snapshot: 'another network',
});
