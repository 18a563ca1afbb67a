import check from '../../checks/key-constraints-not-enforced.ts';
import {
	account,
	constraint,
	coverage,
	disabled,
	email,
	key,
	PLACES,
	unread,
	world,
	type Extra,
	type Piece,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const CREATE = 'iam.disableServiceAccountKeyCreation';
const UPLOAD = 'iam.disableServiceAccountKeyUpload';
const managed = (name: string): string => name.replace('iam.', 'iam.managed.');
const both = (on: string, spell: (name: string) => string = name => name): Piece[] => [
	constraint(on, spell(CREATE)),
	constraint(on, spell(UPLOAD)),
];
const ALL = [['org', undefined, 'low']] as const;

/** When a key authenticated last; undefined: not in the observed period. */
function keyActivity(short: string, id: string, last?: string): Extra {
	const project = short.split('@')[1]!;
	const name = `projects/${project}/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities/${short}/keys/${id}`;
	return {
		lines: [
			{
				name: `//policyanalyzer.googleapis.com/${name}`,
				asset_type: 'policyanalyzer.googleapis.com/Activity',
				resource: {
					data: {
						fullResourceName: `//iam.googleapis.com/projects/${project}/serviceAccounts/${email(short)}/keys/${id}`,
						activityType: 'serviceAccountKeyLastAuthentication',
						observationPeriod: {startTime: '2025-04-01T00:00:00Z', endTime: '2026-05-30T00:00:00Z'},
						activity: last === undefined ? {} : {lastAuthenticatedTime: last},
					},
				},
				ancestors: PLACES[project]!.ancestors,
			},
		],
	};
}
const AGAIN = '2026-05-20T00:00:00Z';

testCheck(check, {
	fires: {
		'neither in force: once, on the organization': {
			given: world(),
			finds: ALL,
			says: /created and uploaded on any of the 3 projects below organizations\/1/,
		},
		'keys can still be uploaded': {given: world(constraint('org', CREATE)), finds: ALL, says: /can be uploaded on/},
		'keys can still be created': {given: world(constraint('org', UPLOAD)), finds: ALL, says: /can be created on/},
		'one by its managed name, the other not': {
			given: world(constraint('org', managed(CREATE))),
			finds: ALL,
			says: /KeyUpload is not in force/,
		},
		'where keys are in use they would only stop the rotation': {
			given: world(key('ci@shop', 'k1'), keyActivity('ci@shop', 'k1', AGAIN)),
			finds: [
				['web', undefined, 'low'],
				['lab', undefined, 'low'],
			],
		},
		'a disabled key is not in use': {given: world(key('ci@shop', 'k1', {disabled: true})), finds: ALL},
		'an expired key is not in use': {
			given: world(key('ci@shop', 'k1', {expires: '2025-01-01T00:00:00Z'})),
			finds: ALL,
		},
		'a disabled account’s key is not in use': {
			given: world(key('ci@shop', 'k1'), disabled('ci@shop')),
			finds: ALL,
		},
		'a key that Google manages is none': {given: world(key('ci@shop', 'k1', {type: 'SYSTEM_MANAGED'})), finds: ALL},
		'a key that did not authenticate for long': {
			given: world(key('ci@shop', 'k1'), keyActivity('ci@shop', 'k1', '2025-06-01T00:00:00Z')),
			finds: ALL,
		},
		'a key that never authenticated': {
			given: world(key('ci@shop', 'k1'), keyActivity('ci@shop', 'k1')),
			finds: ALL,
		},
		'taken back below': {
			given: world(...both('org'), constraint('web', CREATE, false)),
			finds: [['web', undefined, 'low']],
		},
		'in force in one folder': {given: world(...both('folder')), finds: [['lab', undefined, 'low']]},
		'a key list that was not read leaves the rest certain': {
			given: world(coverage('serviceAccountKeys', 'shop', 'missing')),
			finds: [
				['web', undefined, 'low'],
				['lab', undefined, 'low'],
			],
		},
		'in the scope': {given: world(), finds: [['folder', undefined, 'low']], scopes: ['folders/2']},
	},
	silent: {
		'both in force': world(...both('org')),
		'both in force by their managed names': world(...both('org', managed)),
		'one by each name': world(constraint('org', CREATE), constraint('org', managed(UPLOAD))),
		'in force in every part': world(...both('folder'), ...both('lab')),
		'keys in use everywhere': world(
			key('ci@shop', 'k1'),
			key('ci@web', 'k2'),
			key('ci@lab', 'k3'),
			keyActivity('ci@shop', 'k1', AGAIN),
			keyActivity('ci@web', 'k2', AGAIN),
			keyActivity('ci@lab', 'k3', AGAIN),
		),
		'a young key, and unread activity': world(
			unread('activity'),
			key('ci@shop', 'k1', {created: '2026-05-01T00:00:00Z'}),
			...both('lab'),
			...both('web'),
		),
	},
	unknown: {
		'whether an old key is in use was not read': {
			given: world(unread('activity'), key('ci@shop', 'k1'), ...both('lab'), ...both('web')),
			because: /in use on projects\/shop cannot be told/,
		},
		'no organization policy was read': {given: world(unread('orgPolicies')), because: /orgPolicies/},
		'keys were not read': {
			given: world(account('ci@shop'), unread('serviceAccountKeys')),
			because: /serviceAccountKeys/,
		},
		'a key list was not read': {
			given: world(
				account('ci@shop'),
				...both('lab'),
				...both('web'),
				coverage('serviceAccountKeys', 'shop', 'missing', {reason: 'denied'}),
			),
			because: /denied/,
		},
	},
	snapshot: 'neither in force: once, on the organization',
});
