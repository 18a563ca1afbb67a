import check from '../../checks/unused-permissions.ts';
import {insight, insights} from '../worlds/evidence.ts';
import {testCheck} from '../worlds/test-check.ts';
import {
	account,
	coverage,
	disabled,
	EDITOR,
	member,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
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
const exercised = (permissions: string[], more = {}) =>
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
		{insightSubtype: 'PERMISSIONS_USAGE', targetResources: [NUMBER], observationPeriod: '7776000s'},
	);

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
	},
	unknown: {
		'no insights': {given: world(held), because: /insights/},
		'insights that were refused': {
			given: world(held, coverage('insights', 'shop', 'missing', {reason: 'recommender: permission denied'})),
			because: /permission denied/,
		},
		'the policies': {given: world(account('ci@shop'), insights(), unread('allowPolicies')), because: /allowPolicies/},
	},
	snapshot: 'a role to remove',
});
