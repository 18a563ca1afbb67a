import check from '../../checks/unused-permissions.ts';
import {audited, event, insight, insights, logs, LONG_AGO, minted, usage} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	account,
	activity,
	coverage,
	customName,
	customRole,
	disabled,
	EDITOR,
	group,
	member,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';

const FOUND = [['ci@shop', undefined, 'medium']] as const;
const NUMBER = '//cloudresourcemanager.googleapis.com/projects/10';
const held = ['ci@shop', EDITOR, 'shop'] as const;

/** As the recommender says it: projects by number. */
const recommended = (role = EDITOR, addedRoles: string[] = [], more = {}, who = 'ci@shop') =>
	insight(
		'shop',
		'google.iam.policy.Recommender',
		{
			overview: {
				member: member(who),
				removedRole: role,
				resource: NUMBER,
				addedRoles,
				minimumObservationPeriodInDays: '90',
			},
			operationGroups: [
				{
					operations: [
						{
							action: 'remove',
							path: '/iamPolicy/bindings/*/members/*',
							resource: NUMBER,
							pathFilters: {
								'/iamPolicy/bindings/*/condition/expression': '',
								'/iamPolicy/bindings/*/members/*': member(who),
								'/iamPolicy/bindings/*/role': role,
							},
						},
					],
				},
			],
		},
		{recommenderSubtype: addedRoles.length > 0 ? 'REPLACE_ROLE' : 'REMOVE_ROLE', ...more},
	);
const exercised = (permissions: string[], more = {}, lastRefreshTime = '2026-05-30T07:00:00Z') =>
	insight(
		'shop',
		'google.iam.policy.Insight',
		{
			member: member('ci@shop'),
			role: EDITOR,
			condition: {expression: ''},
			exercisedPermissions: permissions.map(permission => ({permission})),
			inferredPermissions: [],
			...more,
		},
		{insightSubtype: 'PERMISSIONS_USAGE', targetResources: [NUMBER], observationPeriod: '7776000s', lastRefreshTime},
	);

/** What it holds beside what it uses, where everything was logged and read. */
const idle = ['ci@shop', OBJECT_ADMIN, 'shop'] as const;
const SECRETS = 'roles/secretmanager.secretAccessor';
const busy = usage('ci@shop', {method: 'google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion'});
const wholeLogs = [logs(), audited('org')] as const;
const unlogged = /data-access audit logs \(.*\) of storage\.googleapis\.com are off in projects\/shop/;

testCheck(check, {
	fires: {
		'a role to remove': {
			given: world(held, insights(), recommended()),
			finds: FOUND,
			says: /uses nothing of roles\/editor/,
		},
		'a role to replace': {
			given: world(held, insights(), recommended(EDITOR, [OBJECT_VIEWER])),
			finds: FOUND,
			says: /uses little of roles\/editor/,
		},
		'what an insight alone says': {given: world(held, insights(), exercised([])), finds: FOUND},
		'both, once': {given: world(held, insights(), recommended(), exercised([])), finds: FOUND},
		'several roles of one account': {
			given: world(held, ['ci@shop', OBJECT_ADMIN, 'shop'], insights(), recommended(), recommended(OBJECT_ADMIN)),
			finds: FOUND,
			says: /and of 1 more role/,
		},
		'insights that were not all read': {given: world(held, recommended()), finds: FOUND},
		'audit logs show no call of the service': {
			given: world(idle, busy, ...wholeLogs),
			finds: FOUND,
			says: /uses nothing of roles\/storage\.objectAdmin on .*projects\/shop\./,
		},
		'beside a role that it uses': {
			given: world(idle, ['ci@shop', SECRETS, 'shop'], busy, ...wholeLogs),
			finds: FOUND,
			says: /storage\.objectAdmin on \S+\.$/,
		},
		'logs, and the recommender says the same: once': {
			given: world(idle, busy, ...wholeLogs, insights(), recommended(OBJECT_ADMIN)),
			finds: FOUND,
		},
		'used before the window only': {
			given: world(
				idle,
				busy,
				usage('ci@shop', {method: 'storage.objects.get', first: LONG_AGO, last: LONG_AGO}),
				...wholeLogs,
			),
			finds: FOUND,
		},
		'somebody else used the service': {
			given: world(idle, busy, usage('app@shop'), ...wholeLogs),
			finds: FOUND,
		},
		'on a single resource': {
			given: world(
				['ci@shop', OBJECT_ADMIN, '//storage.googleapis.com/b'],
				['ci@shop', TOKEN_CREATOR, 'app@shop'],
				busy,
				...wholeLogs,
			),
			finds: FOUND,
			says: /and of 1 more role/,
		},
		'a grant with a condition': {
			given: world(['ci@shop', OBJECT_ADMIN, 'shop', 'resource.name != "x"'], busy, ...wholeLogs),
			finds: FOUND,
		},
		'all that was logged are changes, and the role holds changes alone': {
			given: world(
				customRole('shop', 'starter', ['compute.instances.start', 'compute.instances.stop']),
				['ci@shop', customName('shop', 'starter'), 'shop'],
				busy,
				logs(),
			),
			finds: FOUND,
		},
		'on a folder, whose projects were all read': {
			given: world(
				customRole('org', 'secrets', ['secretmanager.versions.access']),
				['ci@shop', customName('org', 'secrets'), 'folder'],
				usage('ci@shop'),
				...wholeLogs,
			),
			finds: FOUND,
		},
		'Google saw nothing used, and what logs saw other roles allow as well': {
			given: world(
				idle,
				['ci@shop', OBJECT_VIEWER, '//storage.googleapis.com/b'],
				usage('ci@shop'),
				...wholeLogs,
				recommended(OBJECT_ADMIN),
			),
			finds: FOUND,
		},
		'Google saw some of it used, long ago': {
			given: world(
				idle,
				busy,
				...wholeLogs,
				exercised(['storage.objects.get'], {role: OBJECT_ADMIN}, '2025-12-01T07:00:00Z'),
			),
			finds: FOUND,
		},
	},
	silent: {
		'the role was removed since': world(account('ci@shop'), insights(), recommended()),
		'the role is held on another project': world(['ci@shop', EDITOR, 'web'], insights(), recommended()),
		'some of it was used': world(held, insights(), exercised(['storage.objects.get'])),
		'some of it will be needed': world(held, insights(), exercised([], {inferredPermissions: [{permission: 'x.y.z'}]})),
		'nothing was said': world(held, insights()),
		dismissed: world(held, insights(), recommended(EDITOR, [], {stateInfo: {state: 'DISMISSED'}})),
		'about a person': world(['ann', EDITOR, 'shop'], insights(), recommended(EDITOR, [], {}, 'ann')),
		'a service agent': world(['agent@shop', EDITOR, 'shop'], insights(), recommended(EDITOR, [], {}, 'agent@shop')),
		disabled: world(held, disabled('ci@shop'), insights(), recommended()),
		'outside the scope': {given: world(held, insights(), recommended()), scopes: ['projects/lab']},
		'one of the two kinds was read': world(
			held,
			coverage('insights', 'shop', 'missing', {assetType: 'google.iam.policy.Insight'}),
			coverage('insights', 'shop', 'complete', {assetType: 'google.iam.policy.Recommender'}),
		),
		'no grants': world(account('ci@shop')),
		'used once': world(idle, busy, usage('ci@shop', {method: 'storage.objects.get'}), ...wholeLogs),
		'used in another project': world(
			idle,
			usage('ci@shop', {method: 'storage.buckets.list'}),
			...wholeLogs,
			insights(),
		),
		'used, perhaps by an inherited grant': world(
			idle,
			['ci@shop', OBJECT_VIEWER, 'org'],
			usage('ci@shop'),
			...wholeLogs,
		),
		'used under a condition': world(
			['ci@shop', OBJECT_ADMIN, 'shop', 'resource.name != "x"'],
			usage('ci@shop'),
			...wholeLogs,
		),
		'used where its data access is not logged': world(
			idle,
			usage('ci@shop', {method: 'storage.buckets.update'}),
			logs(),
		),
		'a service told without the method': world(
			idle,
			usage('ci@shop', {method: 'storage.googleapis.com'}),
			...wholeLogs,
		),
		'it mints tokens': world(['ci@shop', TOKEN_CREATOR, 'app@shop'], busy, minted('ci@shop', 'app@shop'), ...wholeLogs),
		'others go through it': world(
			['ci@shop', TOKEN_CREATOR, 'app@shop'],
			busy,
			usage('app@shop', {via: ['ann', 'ci@shop'], method: 'storage.objects.get'}),
			...wholeLogs,
		),
		'it made a key': world(
			['ci@shop', 'roles/iam.serviceAccountKeyAdmin', 'shop'],
			busy,
			event('key-created', 'app@shop', '2026-05-01T00:00:00Z', {keyId: 'k', by: member('ci@shop')}),
			...wholeLogs,
		),
		'held through a group, which is the group’s to lose': world(
			group('devs', 'ci@shop'),
			['group:devs', OBJECT_ADMIN, 'shop'],
			busy,
			...wholeLogs,
		),
		'the whole account is unused, which is another finding': world(idle, account('app@shop'), ...wholeLogs),
		'a role that is disabled, and grants nothing': world(
			customRole('shop', 'off', ['storage.objects.get'], {stage: 'DISABLED'}),
			['ci@shop', customName('shop', 'off'), 'shop'],
			busy,
			...wholeLogs,
		),
		'a young account': world(idle, event('account-created', 'ci@shop', '2026-05-01T00:00:00Z'), busy, ...wholeLogs),
		'a disabled one': world(idle, disabled('ci@shop'), busy, ...wholeLogs),
		'a person’s role': world(['ann', OBJECT_ADMIN, 'shop'], account('ci@shop'), busy, ...wholeLogs),
		'Google saw some of it used, and logs nothing': world(
			idle,
			busy,
			...wholeLogs,
			exercised(['storage.objects.get'], {role: OBJECT_ADMIN}),
		),
		'Google saw nothing of it used, but logs did since': world(
			idle,
			usage('ci@shop'),
			...wholeLogs,
			recommended(OBJECT_ADMIN),
		),
		'data access is off, but insights were read': world(idle, busy, logs(), insights()),
	},
	unknown: {
		'no insights': {given: world(held), because: /insights/},
		'insights that were refused': {
			given: world(held, coverage('insights', 'shop', 'missing', {reason: 'recommender: permission denied'})),
			because: /permission denied/,
		},
		'data access of the service is off': {given: world(idle, busy, logs()), because: unlogged},
		'it is on for reads alone': {
			given: world(idle, busy, logs(), audited('shop', 'storage.googleapis.com', ['ADMIN_READ', 'DATA_READ'])),
			because: /\(DATA_WRITE\) of storage\.googleapis\.com are off in projects\/shop/,
		},
		'it is on for another service': {
			given: world(idle, busy, logs(), audited('shop', 'compute.googleapis.com')),
			because: unlogged,
		},
		'the account is exempt': {
			given: world(idle, busy, logs(), audited('org', 'allServices', undefined, ['ci@shop'])),
			because: /serviceAccount:ci@shop\S+ is exempt from audit logs of \S+ in projects\/shop/,
		},
		'the account is in a group that is exempt': {
			given: world(
				idle,
				group('devs', 'ci@shop'),
				busy,
				logs(),
				audited('org', 'allServices', undefined, ['group:devs']),
			),
			because: /exempt/,
		},
		'whether it is on': {
			given: world(
				idle,
				busy,
				logs(),
				coverage('allowPolicies', 'org', 'missing', {reason: 'policy of the organization: denied'}),
			),
			because: /whether data-access audit logs of \S+ are on in projects\/shop was not read/,
		},
		'the logs begin too late': {
			given: world(idle, busy, logs({from: '2026-05-01T00:00:00Z'}), audited('org')),
			because: /read only from 2026-05-01 on/,
		},
		'the logs end too early': {
			given: world(idle, busy, logs({to: '2026-04-20T00:00:00Z'}), audited('org')),
			because: /read only until 2026-04-20/,
		},
		'single methods were asked for': {
			given: world(
				idle,
				busy,
				logs({status: 'partial', reason: 'asked for single methods and for keys only'}),
				audited('org'),
			),
			because: /asked for single methods/,
		},
		'the logs of a project below': {
			given: world(
				['ci@shop', OBJECT_ADMIN, 'folder'],
				busy,
				coverage('auditLogs', 'shop', 'complete', {from: '2025-06-01T00:00:00Z', to: '2026-06-01T00:00:00Z'}),
				audited('org'),
			),
			because: /folders\/2|projects\/web/,
		},
		'a method that many services have': {
			given: world(idle, busy, usage('ci@shop', {method: 'SetIamPolicy'}), ...wholeLogs),
			because: /logs name SetIamPolicy, which may be of any service/,
		},
		'use that leaves no entry': {
			given: world(['ci@shop', 'roles/pubsub.publisher', 'shop'], busy, ...wholeLogs),
			because: /use of pubsub\.topics\.publish, which roles\/pubsub\.publisher grants, may leave no entry/,
		},
		'where the resource lies': {
			given: world(account('ci@shop'), busy, ...wholeLogs, insights(), {
				lines: [
					{
						name: '//storage.googleapis.com/stray',
						asset_type: 'storage.googleapis.com/Bucket',
						iam_policy: {bindings: [{role: 'roles/storage.objectViewer', members: [member('ci@shop')]}]},
					},
				],
			}),
			because: /where \/\/storage\.googleapis\.com\/stray lies is not known/,
		},
		'what agents write in other ways': {
			given: world(['ci@shop', 'roles/monitoring.metricWriter', 'shop'], busy, ...wholeLogs),
			because: /use of monitoring\.googleapis\.com, which roles\/monitoring\.metricWriter is for, may leave no entry/,
		},
		'a role that was not read': {
			given: world(['ci@shop', customName('shop', 'other'), 'shop'], busy, ...wholeLogs),
			because: /the permissions of projects\/shop\/roles\/other are not all known/,
		},
		'when the account was made': {
			given: world(idle, account('ci@shop', {updated: ''}), busy, ...wholeLogs, unread('activity')),
			because: /the age of ci@shop\S+ is not known/,
		},
		'what it signs in for': {
			given: world(idle, activity('ci@shop', '2026-05-28T00:00:00Z'), usage('app@shop'), ...wholeLogs),
			because: /logs show no call by ci@shop/,
		},
		'whether the account is used at all': {
			given: world(idle, usage('app@shop'), ...wholeLogs, unread('activity')),
			because: /activity/,
		},
		'the policies': {given: world(account('ci@shop'), insights(), unread('allowPolicies')), because: /allowPolicies/},
	},
	snapshot: 'a role to remove',
});
