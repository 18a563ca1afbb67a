import check from '../../checks/automatic-grants-not-disabled.ts';
import {account, constraint, coverage, EDITOR, unread, world} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const CONSTRAINT = 'iam.automaticIamGrantsForDefaultServiceAccounts';
const set = (on: string, enforced = true) => constraint(on, CONSTRAINT, enforced);

/** A policy of version 2. */
const v2 = (place: string, spec: Record<string, unknown>) => ({
	lines: [
		{
			name: `//orgpolicy.googleapis.com/${place}/policies/${CONSTRAINT}`,
			asset_type: 'orgpolicy.googleapis.com/Policy',
			resource: {data: {name: `${place}/policies/${CONSTRAINT}`, spec}},
		},
	],
});

testCheck(check, {
	fires: {
		'nowhere in force: once, on the organization': {
			given: world(),
			finds: [['org', undefined, 'medium']],
			says: /any of the 3 projects below organizations\/1/,
		},
		'in force on one folder: the projects beside it': {
			given: world(set('folder')),
			finds: [['lab', undefined, 'medium']],
			says: /not in force on projects\/lab/,
		},
		'in force on a project beside: the folder': {
			given: world(set('lab')),
			finds: [['folder', undefined, 'medium']],
			says: /the 2 projects below folders\/2/,
		},
		'in force on one of two: the other, and what lies beside the folder': {
			given: world(set('shop')),
			finds: [
				['web', undefined, 'medium'],
				['lab', undefined, 'medium'],
			],
		},
		'taken back below': {given: world(set('org'), set('folder', false)), finds: [['folder', undefined, 'medium']]},
		'off everywhere, said in two places: the fix changes both': {
			given: world(set('org', false), set('shop', false)),
			finds: [['org', undefined, 'medium']],
		},
		'back to the default': {
			given: world(set('org'), v2('folders/2', {reset: true})),
			finds: [['folder', undefined, 'medium']],
		},
		'a dry run enforces nothing': {
			given: world({
				lines: [
					{
						name: `//orgpolicy.googleapis.com/organizations/1/policies/${CONSTRAINT}`,
						asset_type: 'orgpolicy.googleapis.com/Policy',
						resource: {data: {name: `organizations/1/policies/${CONSTRAINT}`, dryRunSpec: {rules: [{enforce: true}]}}},
					},
				],
			}),
			finds: [['org', undefined, 'medium']],
		},
		'another constraint does not help': {
			given: world(constraint('org', 'iam.disableServiceAccountCreation')),
			finds: [['org', undefined, 'medium']],
		},
		'whoever the default account is': {
			given: world(['compute@shop', EDITOR, 'shop'], set('folder')),
			finds: [['lab', undefined, 'medium']],
		},
		'in the scope': {given: world(), finds: [['shop', undefined, 'medium']], scopes: ['projects/shop']},
		'a policy of a folder that was not read leaves the rest certain': {
			given: world(coverage('orgPolicies', 'folder', 'missing')),
			finds: [['lab', undefined, 'medium']],
		},
	},
	silent: {
		'in force on the organization': world(set('org')),
		'in force in every part': world(set('folder'), set('lab')),
		'in force by a policy of version 2': world(v2('organizations/1', {rules: [{enforce: 'TRUE'}]})),
		'outside the scope': {given: world(set('folder')), scopes: ['folders/2']},
		'accounts do not matter': world(set('org'), account('compute@shop'), ['compute@shop', EDITOR, 'shop']),
	},
	unknown: {
		'no organization policy was read': {given: world(unread('orgPolicies')), because: /orgPolicies/},
		'the folder’s was not': {
			given: world(set('lab'), coverage('orgPolicies', 'folder', 'missing')),
			because: /folders\/2|projects\/(shop|web)/,
		},
		'tags that were not read decide': {
			given: world(
				v2('organizations/1', {
					rules: [{enforce: true}, {enforce: false, condition: {expression: "resource.matchTag('1/env', 'dev')"}}],
				}),
			),
			because: /cannot be told/,
		},
	},
	snapshot: 'in force on a project beside: the folder',
});
