import check from '../../checks/key-lifetime-not-limited.ts';
import {coverage, constraint, key, listConstraint, unread, world} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const EXPIRY = 'iam.serviceAccountKeyExpiryHours';
const NO_KEYS = 'iam.disableServiceAccountKeyCreation';
const MANAGED = 'iam.managed.disableServiceAccountKeyCreation';
const at = (...places: string[]) => places.map(place => [place, undefined, 'low'] as const);

testCheck(check, {
	fires: {
		'nothing is set anywhere: once, at the top': {
			given: world(),
			finds: at('org'),
			says: /3 projects below organizations\/1/,
		},
		'keys that exist change nothing': {
			given: world(key('ci@shop', 'k1', {expires: '2026-07-01T00:00:00Z'})),
			finds: at('org'),
		},
		'limited in one project: in the others': {given: world(listConstraint('lab', EXPIRY, '720h')), finds: at('folder')},
		'limited in two, beside each other': {
			given: world(listConstraint('lab', EXPIRY, '720h'), listConstraint('web', EXPIRY, '720h')),
			finds: at('shop'),
		},
		'keys are forbidden in one': {given: world(constraint('web', NO_KEYS)), finds: at('shop', 'lab')},
		'a child allows all values again': {
			given: world(listConstraint('org', EXPIRY, '2160h'), listConstraint('shop', EXPIRY)),
			finds: at('shop'),
		},
		'forbidden above, allowed below': {
			given: world(constraint('org', NO_KEYS), constraint('lab', NO_KEYS, false)),
			finds: at('lab'),
		},
		'uploads alone are forbidden': {
			given: world(constraint('org', 'iam.disableServiceAccountKeyUpload')),
			finds: at('org'),
		},
		'and the rest was not read': {given: world(coverage('orgPolicies', 'lab', 'missing')), finds: at('folder')},
		'what stands in the way below is told too': {
			given: world(listConstraint('shop', EXPIRY), listConstraint('lab', EXPIRY)),
			finds: at('org'),
		},
		'in the scope': {given: world(), finds: at('web'), scopes: ['projects/web']},
	},
	silent: {
		'limited at the top': world(listConstraint('org', EXPIRY, '2160h')),
		'limited by the folder and the project': world(
			listConstraint('folder', EXPIRY, '24h'),
			listConstraint('lab', EXPIRY, '8h'),
		),
		'no keys may be created': world(constraint('org', NO_KEYS)),
		'no keys, by the managed constraint': world(constraint('org', MANAGED)),
		'each project by its own way': world(
			constraint('shop', NO_KEYS),
			constraint('web', MANAGED),
			listConstraint('lab', EXPIRY, '720h'),
		),
	},
	unknown: {
		'organization policies were not read': {given: world(unread('orgPolicies')), because: /orgPolicies/},
		'those above one project': {
			given: world(
				coverage('orgPolicies', 'org', 'missing', {reason: 'permission denied'}),
				listConstraint('folder', EXPIRY, '8h'),
			),
			because: /permission denied/,
		},
	},
	snapshot: 'limited in one project: in the others',
});
