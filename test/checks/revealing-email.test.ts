import check from '../../checks/revealing-email.ts';
import type {CheckSetting} from '../../src/config/defaults.ts';
import {coverage, group, OBJECT_VIEWER, OWNER, TOKEN_CREATOR, unread, world} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

// The folder of shop and web is called prod; lab is a lab.
const FOUND = [['payroll-export@shop', undefined, 'low']] as const;
const config = (setting: CheckSetting) => ({config: {checks: {'revealing-email': setting}}});

testCheck(check, {
	fires: {
		'granted in the lab': {
			given: world(['payroll-export@shop', OBJECT_VIEWER, 'lab']),
			finds: FOUND,
			says: /\(payroll\) in projects\/lab, less protected than projects\/shop/,
		},
		'on an account there, under a condition': {
			given: world([
				'payroll-export@shop',
				TOKEN_CREATOR,
				'ci@lab',
				'request.time < timestamp("2030-01-01T00:00:00Z")',
			]),
			finds: FOUND,
		},
		'several grants are one finding': {
			given: world(['payroll-export@shop', OBJECT_VIEWER, 'lab'], [['ann', 'payroll-export@shop'], OWNER, 'lab']),
			finds: FOUND,
		},
		'words of one’s own': {
			given: world(['project-blue@shop', OBJECT_VIEWER, 'lab']),
			finds: [['project-blue@shop', undefined, 'low']],
			...config({words: ['Blue']}),
		},
		'levels of one’s own': {
			given: world(['payroll-export@shop', OBJECT_VIEWER, 'web']),
			finds: FOUND,
			...config({levels: {high: ['shop'], low: ['web']}}),
		},
		'while the accounts were not listed': {
			given: world(['payroll-export@shop', OBJECT_VIEWER, 'lab'], unread('serviceAccounts')),
			finds: FOUND,
		},
	},
	silent: {
		'at home': world(['payroll-export@shop', OBJECT_VIEWER, 'shop']),
		'in a project as well protected': world(['payroll-export@shop', OBJECT_VIEWER, 'web']),
		'from the lab to production': world(['payroll-export@lab', OBJECT_VIEWER, 'shop']),
		'a harmless name': world(['reader@shop', OBJECT_VIEWER, 'lab']),
		'a part of a word': world(['three-legalese@shop', OBJECT_VIEWER, 'lab']),
		'a group shows the group': world(group('ops', 'payroll-export@shop'), ['group:ops', OBJECT_VIEWER, 'lab']),
		'on the organization': world(['payroll-export@shop', OBJECT_VIEWER, 'org']),
		'Google’s names are no secret': world(['agent@shop', OBJECT_VIEWER, 'lab'], ['compute@shop', OBJECT_VIEWER, 'lab']),
		'outside the scope': {given: world(['payroll-export@shop', OBJECT_VIEWER, 'lab']), scopes: ['projects/shop']},
	},
	unknown: {
		'how well the other is protected': {
			given: world(['payroll-export@shop', OBJECT_VIEWER, 'lab']),
			because: /how well projects\/lab is protected is not known/,
			...config({levels: {low: []}}),
		},
		'how well its own is': {
			given: world(['payroll-export@shop', OBJECT_VIEWER, 'lab']),
			because: /how well projects\/shop is protected is not known/,
			...config({levels: {high: []}}),
		},
		'policies of the lab': {
			given: world(
				['payroll-export@shop', OBJECT_VIEWER, 'shop'],
				coverage('allowPolicies', 'lab', 'missing', {reason: 'policy of lab: denied'}),
			),
			because: /policy of lab: denied/,
		},
	},
	snapshot: 'on an account there, under a condition',
});
