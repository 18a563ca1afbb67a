import check from '../../checks/changes-not-traceable.ts';
import {resourceLine} from '../../scripts/asset-lines.ts';
import {logs, LONG_AGO, usage} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {account, disabled, type Extra, PLACES, unread, world} from '../worlds/world.ts';

const changed = (who: string, more = {}) =>
	usage(who, {method: 'compute.instances.insert', count: 5, changes: 5, untraced: 5, ...more});
const provider = (issuerUri: string): Extra => {
	const name = 'projects/shop/locations/global/workloadIdentityPools/p/providers/x';
	return {
		lines: [
			resourceLine(
				`//iam.googleapis.com/${name}`,
				'iam.googleapis.com/WorkloadIdentityPoolProvider',
				PLACES['shop']!,
				{name, oidc: {issuerUri}},
				'2024-01-01T00:00:00Z',
			),
		],
	};
};
const federated = [
	'principalSet://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/p/*',
	'roles/iam.workloadIdentityUser',
	'app@shop',
] as const;

testCheck(check, {
	fires: {
		'named so': {
			given: world(account('deployer@shop'), logs(), changed('deployer@shop')),
			finds: [['deployer@shop', undefined, 'low']],
			says: /5 of 5 changes by the pipeline account deployer@shop/,
		},
		'a record of others, by its method and agent': {
			given: world(
				account('ci@shop'),
				logs(),
				usage('ci@shop', {method: 'google.cloud.run.v1.Services.ReplaceService', userAgent: 'Terraform/1.5'}),
			),
			finds: [['ci@shop', undefined, 'low', 'unverified']],
		},
		'some of them': {
			given: world(account('ci@shop'), logs(), changed('ci@shop', {untraced: 2})),
			finds: [['ci@shop', undefined, 'low']],
			says: /2 of 5/,
		},
		'reached from GitHub': {
			given: world(federated, provider('https://token.actions.githubusercontent.com'), logs(), changed('app@shop')),
			finds: [['app@shop', undefined, 'low']],
		},
		'the legacy account of Cloud Build': {
			given: world(account('cloudbuild@shop'), logs(), changed('cloudbuild@shop')),
			finds: [['cloudbuild@shop', undefined, 'low']],
		},
		'by unread logs': {given: world(account('ci@shop'), changed('ci@shop')), finds: [['ci@shop', undefined, 'low']]},
	},
	silent: {
		'every change names its run': world(account('ci@shop'), logs(), changed('ci@shop', {untraced: 0})),
		'a record of others whose agent names the run': world(
			account('ci@shop'),
			logs(),
			usage('ci@shop', {method: 'SetIamPolicy', userAgent: 'Terraform/1.5 github-run/99123456'}),
		),
		'a record of others about objects': world(
			account('ci@shop'),
			logs(),
			usage('ci@shop', {method: 'storage.objects.create', userAgent: 'Terraform/1.5'}),
		),
		'it only reads': world(account('ci@shop'), logs(), usage('ci@shop')),
		'no pipeline': world(account('web@shop'), logs(), changed('web@shop')),
		'a name that only looks like one': world(
			account('social@shop'),
			account('circus@shop'),
			logs(),
			changed('social@shop'),
			changed('circus@shop'),
		),
		'reached from something else': world(
			federated,
			provider('https://accounts.google.com'),
			logs(),
			changed('app@shop'),
		),
		'long ago': world(account('ci@shop'), logs(), changed('ci@shop', {first: LONG_AGO, last: LONG_AGO})),
		disabled: world(disabled('ci@shop'), logs(), changed('ci@shop')),
		'outside the scope': {given: world(account('ci@shop'), logs(), changed('ci@shop')), scopes: ['projects/lab']},
		'no pipeline, and no logs': world(account('web@shop')),
	},
	unknown: {
		'no logs': {given: world(account('ci@shop')), because: /auditLogs/},
		'the accounts': {given: world(unread('serviceAccounts'), logs()), because: /serviceAccounts/},
	},
	snapshot: 'named so',
});
