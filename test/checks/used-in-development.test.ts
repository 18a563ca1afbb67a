import check from '../../checks/used-in-development.ts';
import {keyUsage, logs, LONG_AGO, minted, usage} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {account, coverage, disabled, group, key, OWNER, TOKEN_CREATOR, unread, world} from '../worlds/world.ts';

const k1 = key('ci@shop', 'k1');
const FOUND = [['ci@shop', undefined, 'medium']] as const;
const gcloud = keyUsage('ci@shop/k1', {userAgent: 'gcloud'});
const may = ['ann', TOKEN_CREATOR, 'ci@shop'] as const;

testCheck(check, {
	fires: {
		'gcloud with its key': {given: world(k1, logs(), gcloud), finds: FOUND, says: /tools \(gcloud\): with a key/},
		'Terraform with its key': {
			given: world(k1, logs(), keyUsage('ci@shop/k1', {userAgent: 'Terraform/1.5 (+https://www.terraform.io)'})),
			finds: FOUND,
		},
		'an editor with its key': {given: world(k1, logs(), keyUsage('ci@shop/k1', {userAgent: 'vscode'})), finds: FOUND},
		'a person impersonates it from gcloud': {
			given: world(may, logs(), minted('ann', 'ci@shop', {userAgent: 'gcloud'})),
			finds: FOUND,
			says: /user:ann@example\.com by impersonation/,
		},
		'what a person did as it': {
			given: world(may, logs(), usage('ci@shop', {via: ['ann'], userAgent: 'terraform'})),
			finds: FOUND,
		},
		'a member of a group that may': {
			given: world(
				group('devs', 'ann'),
				['group:devs', TOKEN_CREATOR, 'shop'],
				account('ci@shop'),
				logs(),
				minted('ann', 'ci@shop', {userAgent: 'gcloud'}),
			),
			finds: FOUND,
		},
		'by unread logs': {given: world(k1, gcloud), finds: FOUND},
	},
	silent: {
		'gcloud in CI': world(k1, logs(), keyUsage('ci@shop/k1', {userAgent: 'gcloud (ci)'})),
		'Terraform in GitHub Actions': world(
			k1,
			logs(),
			keyUsage('ci@shop/k1', {userAgent: 'Terraform/1.5 github-actions'}),
		),
		'a library with its key': world(k1, logs(), keyUsage('ci@shop/k1')),
		'a person in CI': world(may, logs(), minted('ann', 'ci@shop', {userAgent: 'gcloud (ci)'})),
		'a person from a program of his': world(may, logs(), minted('ann', 'ci@shop', {userAgent: 'java'})),
		'a person who may not any more': world(account('ci@shop'), logs(), minted('ann', 'ci@shop', {userAgent: 'gcloud'})),
		'another account impersonates it': world(
			['cd@shop', TOKEN_CREATOR, 'ci@shop'],
			logs(),
			minted('cd@shop', 'ci@shop', {userAgent: 'gcloud'}),
		),
		'gcloud as an attached account': world(account('ci@shop'), logs(), usage('ci@shop', {userAgent: 'gcloud'})),
		'the key was disabled since': world(key('ci@shop', 'k1', {disabled: true}), logs(), gcloud),
		'long ago': world(k1, logs(), keyUsage('ci@shop/k1', {userAgent: 'gcloud', first: LONG_AGO, last: LONG_AGO})),
		'a disabled account': world(k1, disabled('ci@shop'), logs(), gcloud),
		'outside the scope': {given: world(k1, logs(), gcloud), scopes: ['projects/lab']},
		'no accounts': world(['ann', OWNER, 'shop'], logs()),
	},
	unknown: {
		'whether a person still may, without policies': {
			given: world(k1, logs(), minted('ann', 'ci@shop', {userAgent: 'gcloud'}), unread('allowPolicies')),
			because: /allowPolicies/,
		},
		'whether a person still may, through a group that was not read': {
			given: world(
				k1,
				logs(),
				['group:devs', TOKEN_CREATOR, 'ci@shop'],
				minted('ann', 'ci@shop', {userAgent: 'gcloud'}),
			),
			because: /group:devs/,
		},
		'no logs': {given: world(k1), because: /auditLogs/},
		'the admin log only': {
			given: world(
				k1,
				coverage('auditLogs', 'shop', 'complete', {assetType: 'activity'}),
				coverage('auditLogs', 'shop', 'missing', {assetType: 'data_access'}),
			),
			because: /data-access audit logs of projects\/shop were not read/,
		},
		'the accounts': {given: world(unread('serviceAccounts'), logs()), because: /serviceAccounts/},
	},
	snapshot: 'gcloud with its key',
});
