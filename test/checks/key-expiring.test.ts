import check from '../../checks/key-expiring.ts';
import {keyActivity, keyUsage, LONG_AGO, RECENT} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {disabled, key, unread, world} from '../worlds/world.ts';

const ending = (expires: string, more = {}) => key('ci@shop', 'k1', {expires, ...more});
const used = keyActivity('ci@shop/k1', RECENT);

testCheck(check, {
	fires: {
		'in three days': {
			given: world(ending('2026-06-04T00:00:00Z'), used),
			finds: [['ci@shop/k1', undefined, 'high']],
			says: /expires in 3 days/,
		},
		'in seven days': {given: world(ending('2026-06-08T00:00:00Z'), used), finds: [['ci@shop/k1', undefined, 'high']]},
		'in a month': {given: world(ending('2026-07-01T00:00:00Z'), used), finds: [['ci@shop/k1', undefined, 'medium']]},
		'in two months': {given: world(ending('2026-07-31T00:00:00Z'), used), finds: [['ci@shop/k1', undefined, 'low']]},
		'used as logs show': {
			given: world(ending('2026-06-04T00:00:00Z'), unread('activity'), keyUsage('ci@shop/k1')),
			finds: [['ci@shop/k1', undefined, 'high']],
		},
	},
	silent: {
		'in three months': world(ending('2026-09-01T00:00:00Z'), used),
		never: world(key('ci@shop', 'k1'), used),
		'not used any more': world(ending('2026-06-04T00:00:00Z'), keyActivity('ci@shop/k1', LONG_AGO)),
		expired: world(ending('2026-05-31T00:00:00Z'), used),
		disabled: world(ending('2026-06-04T00:00:00Z', {disabled: true}), used),
		'of a disabled account': world(ending('2026-06-04T00:00:00Z'), used, disabled('ci@shop')),
		'outside the scope': {given: world(ending('2026-06-04T00:00:00Z'), used), scopes: ['projects/lab']},
		'use that was not read, of a key without an end': world(key('ci@shop', 'k1'), unread('activity')),
	},
	unknown: {
		'whether it is used': {
			given: world(ending('2026-06-04T00:00:00Z'), unread('activity')),
			because: /activity of projects\/shop/,
		},
		'the keys': {given: world(unread('serviceAccountKeys')), because: /serviceAccountKeys/},
	},
	snapshot: 'in three days',
});
