import check from '../../checks/broker-not-separated.ts';
import {resourceLine} from '../../scripts/asset-lines.ts';
import {
	account,
	coverage,
	customName,
	customRole,
	deny,
	disabled,
	EDITOR,
	email,
	EVERYBODY,
	group,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
	OLD,
	OWNER,
	PLACES,
	TOKEN_CREATOR,
	unread,
	world,
	type Extra,
	type Piece,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const USER = 'roles/iam.serviceAccountUser';
const FOUND = [['hub@shop', undefined, 'low']] as const;
/** `hub@shop` mints tokens for two accounts of another project. */
const mints: Piece[] = [
	['hub@shop', TOKEN_CREATOR, 'one@web'],
	['hub@shop', TOKEN_CREATOR, 'two@web'],
];
const reads: Piece = ['one@web', OBJECT_VIEWER, 'web'];

function runs(type: string, name: string, as = 'hub@shop'): Extra {
	const region = 'europe-west1';
	const [assetType, path, data] = {
		service: [
			'run.googleapis.com/Service',
			`//run.googleapis.com/projects/shop/locations/${region}/services/${name}`,
			{name: `projects/shop/locations/${region}/services/${name}`, template: {serviceAccount: email(as)}},
		],
		instance: [
			'compute.googleapis.com/Instance',
			`//compute.googleapis.com/projects/shop/zones/${region}-b/instances/${name}`,
			{name, status: 'RUNNING', serviceAccounts: [{email: email(as), scopes: []}]},
		],
	}[type] as [string, string, Record<string, unknown>];
	return {accounts: {[as]: {}}, lines: [resourceLine(path, assetType, PLACES['shop']!, data, OLD)]};
}
const read: Piece[] = ['org', 'folder', 'shop', 'web', 'lab'].map(place => coverage('workloads', place, 'complete'));

testCheck(check, {
	fires: {
		'it runs two systems besides': {
			given: world(...mints, runs('service', 'broker'), runs('service', 'report')),
			finds: FOUND,
			says: /mint tokens for 2 other accounts and runs 2 workloads that have nothing to do with each other/,
		},
		'a service and a machine': {given: world(...mints, runs('service', 'hub'), runs('instance', 'hub')), finds: FOUND},
		'it reads what they read': {
			given: world(...mints, reads, ['hub@shop', OBJECT_VIEWER, 'web']),
			finds: FOUND,
			says: /holds roles\/storage.objectViewer on projects\/web itself, which covers what one@web\S+ may do/,
		},
		'it holds more, from above': {
			given: world(...mints, reads, ['hub@shop', OBJECT_ADMIN, 'folder']),
			finds: FOUND,
		},
		'it holds it by a group': {
			given: world(...mints, reads, ['group:all', OBJECT_ADMIN, 'web'], group('all', 'hub@shop')),
			finds: FOUND,
		},
		'both: one finding': {
			given: world(
				...mints,
				reads,
				['hub@shop', OBJECT_VIEWER, 'web'],
				runs('service', 'broker'),
				runs('service', 'report'),
			),
			finds: FOUND,
			says: /runs 2 workloads .* and holds roles/,
		},
		'it mints for a whole project': {
			given: world(['hub@shop', TOKEN_CREATOR, 'web'], account('one@web'), account('two@web'), reads, [
				'hub@shop',
				OBJECT_VIEWER,
				'web',
			]),
			finds: FOUND,
		},
		'by a custom role that signs': {
			given: world(
				customRole('org', 'sign', ['iam.serviceAccounts.signJwt']),
				['hub@shop', customName('org', 'sign'), 'one@web'],
				['hub@shop', customName('org', 'sign'), 'two@web'],
				runs('service', 'broker'),
				runs('service', 'report'),
			),
			finds: FOUND,
		},
		'under a condition that nobody can decide': {
			given: world(
				['hub@shop', TOKEN_CREATOR, 'web', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels'],
				account('one@web'),
				account('two@web'),
				runs('service', 'broker'),
				runs('service', 'report'),
			),
			finds: [['hub@shop', undefined, 'low', 'conditional']],
		},
		'in the scope': {
			given: world(...mints, runs('service', 'broker'), runs('service', 'report')),
			finds: FOUND,
			scopes: ['projects/shop'],
		},
	},
	silent: {
		'a broker and nothing else': world(...mints, reads, ...read, runs('service', 'broker')),
		'copies and revisions are one system': world(
			...mints,
			...read,
			runs('instance', 'broker-1'),
			runs('instance', 'broker-2'),
			runs('instance', 'broker-x7k2'),
		),
		'it mints for one account only': world(
			['hub@shop', TOKEN_CREATOR, 'one@web'],
			runs('service', 'broker'),
			runs('service', 'report'),
		),
		'it mints for another and itself': world(
			['hub@shop', TOKEN_CREATOR, 'shop'],
			account('one@shop'),
			runs('service', 'broker'),
			runs('service', 'report'),
		),
		'acting as is no minting': world(
			['hub@shop', USER, 'one@web'],
			['hub@shop', USER, 'two@web'],
			runs('service', 'broker'),
			runs('service', 'report'),
		),
		'Editor mints no tokens': world(
			['hub@shop', EDITOR, 'web'],
			account('one@web'),
			account('two@web'),
			runs('service', 'broker'),
			runs('service', 'report'),
		),
		'its own data are of another kind': world(...mints, ...read, reads, ['hub@shop', OBJECT_VIEWER, 'lab']),
		'it mints for a whole project, and that is all': world(
			...read,
			['hub@shop', TOKEN_CREATOR, 'web'],
			account('two@web'),
			reads,
		),
		'a disabled broker': world(...mints, disabled('hub@shop'), runs('service', 'broker'), runs('service', 'report')),
		'one of the two is disabled': world(
			...mints,
			disabled('two@web'),
			runs('service', 'broker'),
			runs('service', 'report'),
		),
		denied: world(
			...mints,
			deny(
				'org',
				[EVERYBODY],
				[
					'serviceAccounts.getAccessToken',
					'serviceAccounts.getOpenIdToken',
					'serviceAccounts.signBlob',
					'serviceAccounts.signJwt',
				],
			),
			runs('service', 'broker'),
			runs('service', 'report'),
		),
		'outside the scope': {
			given: world(...mints, runs('service', 'broker'), runs('service', 'report')),
			scopes: ['projects/lab'],
		},
	},
	unknown: {
		'workloads of a broker': {given: world(...mints), because: /workloads/},
		'allow policies': {
			given: world(account('hub@shop'), coverage('allowPolicies', 'org', 'missing')),
			because: /organizations\/1/,
		},
		accounts: {given: world(['ann', OWNER, 'shop'], unread('serviceAccounts')), because: /serviceAccounts/},
	},
	snapshot: 'both: one finding',
});
