import check from '../../checks/key-replaceable.ts';
import {keyUsage, logs, LONG_AGO} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {disabled, key, unread, world} from '../worlds/world.ts';

const k1 = key('ci@shop', 'k1');
const FOUND = [['ci@shop/k1', undefined, 'low']] as const;
const used = (more: object) => keyUsage('ci@shop/k1', {...more});

testCheck(check, {
	fires: {
		'from Google Cloud': {
			given: world(k1, logs(), used({network: 'google'})),
			finds: FOUND,
			says: /used from Google Cloud/,
		},
		'from an address of Google Cloud': {given: world(k1, logs(), used({network: '35.190.1.2'})), finds: FOUND},
		'from a private address': {
			given: world(k1, logs(), used({network: 'private'})),
			finds: [['ci@shop/k1', undefined, 'low', 'conditional']],
		},
		'GitHub Actions': {
			given: world(k1, logs(), used({userAgent: 'google-github-actions:auth/2.1 node'})),
			finds: FOUND,
			says: /GitHub Actions/,
		},
		GitLab: {given: world(k1, logs(), used({userAgent: 'Terraform/1.5 gitlab-ci'})), finds: FOUND, says: /GitLab/},
		AWS: {given: world(k1, logs(), used({userAgent: 'aws-sdk-go/1.4 exec-env'})), finds: FOUND, says: /AWS/},
		Azure: {given: world(k1, logs(), used({userAgent: 'python azure-devops'})), finds: FOUND, says: /Azure/},
		'some CI system': {given: world(k1, logs(), used({userAgent: 'gcloud (ci)'})), finds: FOUND, says: /CI system/},
		'beside uses from elsewhere': {
			given: world(k1, logs(), used({}), used({network: 'google', count: 9})),
			finds: FOUND,
		},
		'by unread logs': {given: world(k1, used({network: 'google'})), finds: FOUND},
	},
	silent: {
		'from a data centre': world(k1, logs(), used({})),
		'not used': world(k1, logs()),
		'long ago': world(k1, logs(), used({network: 'google', first: LONG_AGO, last: LONG_AGO})),
		'a disabled key': world(key('ci@shop', 'k1', {disabled: true}), logs(), used({network: 'google'})),
		'a disabled account': world(k1, disabled('ci@shop'), logs(), used({network: 'google'})),
		'outside the scope': {given: world(k1, logs(), used({network: 'google'})), scopes: ['projects/lab']},
		'another key': world(k1, logs(), keyUsage('ci@shop/k9', {network: 'google'})),
	},
	unknown: {
		'no logs': {given: world(k1), because: /auditLogs/},
		'the keys': {given: world(unread('serviceAccountKeys'), logs()), because: /serviceAccountKeys/},
	},
	snapshot: 'from Google Cloud',
});
