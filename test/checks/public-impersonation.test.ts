import check from '../../checks/public-impersonation.ts';
import {
	account,
	coverage,
	customName,
	customRole,
	deny,
	disabled,
	EDITOR,
	EVERYBODY,
	group,
	KEY_ADMIN,
	OBJECT_VIEWER,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const ci = account('ci@shop');
const LEE = 'user:lee@partner.example.org';
const FOUND = [['ci@shop', LEE, 'high']] as const;
const FAR = 'serviceAccount:bot@elsewhere-1234.iam.gserviceaccount.com';
const USER = 'roles/iam.serviceAccountUser';

testCheck(check, {
	fires: {
		everybody: {
			given: world(['allUsers', TOKEN_CREATOR, 'ci@shop']),
			finds: [['ci@shop', 'allUsers', 'critical']],
			says: /^Anybody: allUsers can become ci@shop/,
		},
		'everybody with a Google account': {
			given: world(ci, ['allAuthenticatedUsers', KEY_ADMIN, 'shop']),
			finds: [['ci@shop', 'allAuthenticatedUsers', 'critical']],
		},
		'a user of another domain': {
			given: world([LEE, TOKEN_CREATOR, 'ci@shop']),
			finds: FOUND,
			says: /^Outside example.com: user:lee@partner.example.org can become/,
		},
		'a private account': {
			given: world(['user:ann@gmail.com', TOKEN_CREATOR, 'ci@shop']),
			finds: [['ci@shop', 'user:ann@gmail.com', 'high']],
		},
		'a domain that only ends alike': {
			given: world(['user:ann@notexample.com', TOKEN_CREATOR, 'ci@shop']),
			finds: [['ci@shop', 'user:ann@notexample.com', 'high']],
		},
		'another domain as a whole': {
			given: world(['domain:partner.example.org', TOKEN_CREATOR, 'ci@shop']),
			finds: [['ci@shop', 'domain:partner.example.org', 'high']],
		},
		'a group of another domain': {
			given: world(['group:all@partner.example.org', TOKEN_CREATOR, 'ci@shop']),
			finds: [['ci@shop', 'group:all@partner.example.org', 'high']],
		},
		'an outsider in a group of ours': {
			given: world(['group:devs', TOKEN_CREATOR, 'ci@shop'], group('devs', 'ann', 'group:more'), group('more', LEE)),
			finds: [['ci@shop', 'group:devs', 'high']],
			says: /user:lee@partner.example.org, by group:devs@example.com, can become/,
		},
		'an account of a project that is not ours': {
			given: world([FAR, TOKEN_CREATOR, 'ci@shop']),
			finds: [['ci@shop', FAR, 'high']],
		},
		'a pool of a project that is not ours': {
			given: world([
				'principalSet://iam.googleapis.com/projects/999/locations/global/workloadIdentityPools/p/*',
				TOKEN_CREATOR,
				'ci@shop',
			]),
			finds: [
				[
					'ci@shop',
					'principalSet://iam.googleapis.com/projects/999/locations/global/workloadIdentityPools/p/*',
					'high',
				],
			],
		},
		'on the folder: the strongest account': {
			given: world(ci, [LEE, TOKEN_CREATOR, 'folder'], ['reader@web', OBJECT_VIEWER, 'web']),
			finds: [['reader@web', LEE, 'high']],
			says: /and 1 more by/,
		},
		'an account without any power': {given: world([LEE, TOKEN_CREATOR, 'ci@shop']), finds: FOUND},
		'a custom role that signs': {
			given: world(customRole('org', 'sign', ['iam.serviceAccounts.signBlob']), [
				LEE,
				customName('org', 'sign'),
				'ci@shop',
			]),
			finds: FOUND,
		},
		'making something run as it': {
			given: world([LEE, USER, 'ci@shop'], [LEE, 'roles/compute.instanceAdmin.v1', 'shop']),
			finds: FOUND,
		},
		'Editor from outside': {given: world(ci, [LEE, EDITOR, 'shop']), finds: FOUND},
		'two bindings are two findings': {
			given: world([LEE, TOKEN_CREATOR, 'ci@shop'], [LEE, TOKEN_CREATOR, 'x@web']),
			finds: [...FOUND, ['x@web', LEE, 'high']],
		},
		'until next year: one lower': {
			given: world(['allUsers', TOKEN_CREATOR, 'ci@shop', 'request.time < timestamp("2027-01-01T00:00:00Z")']),
			finds: [['ci@shop', 'allUsers', 'high']],
		},
		'an undecidable condition': {
			given: world([LEE, TOKEN_CREATOR, 'ci@shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels']),
			finds: [['ci@shop', LEE, 'high', 'conditional']],
		},
		'in the scope': {given: world(ci, [LEE, TOKEN_CREATOR, 'folder']), finds: FOUND, scopes: ['projects/shop']},
	},
	silent: {
		'people of our own': world(['ann', TOKEN_CREATOR, 'ci@shop'], ['domain:example.com', TOKEN_CREATOR, 'ci@shop']),
		'a domain from the configuration': {
			given: world([LEE, TOKEN_CREATOR, 'ci@shop']),
			config: {domains: ['partner.example.org']},
		},
		'an account of another project of ours': world(['bot@lab', TOKEN_CREATOR, 'ci@shop']),
		'a service agent': world(['agent@shop', TOKEN_CREATOR, 'ci@shop']),
		'our own pool and cluster': world(
			[
				'principalSet://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/gh/attribute.repository_id/7',
				'roles/iam.workloadIdentityUser',
				'ci@shop',
			],
			['serviceAccount:shop.svc.id.goog[default/web]', 'roles/iam.workloadIdentityUser', 'ci@shop'],
		),
		'an outsider who only reads': world(ci, [LEE, OBJECT_VIEWER, 'shop'], ['allUsers', OBJECT_VIEWER, 'shop']),
		'acting as without anything to run': world([LEE, USER, 'ci@shop']),
		'a disabled account': world(['allUsers', TOKEN_CREATOR, 'ci@shop'], disabled('ci@shop')),
		'a deleted outsider': world(['deleted:user:lee@partner.example.org?uid=1', TOKEN_CREATOR, 'ci@shop']),
		'denied to everybody': world([LEE, KEY_ADMIN, 'ci@shop'], deny('shop', [EVERYBODY], ['serviceAccountKeys.create'])),
		'an expired grant': world([LEE, TOKEN_CREATOR, 'ci@shop', 'request.time < timestamp("2026-01-01T00:00:00Z")']),
		'a project without accounts': world(['allUsers', TOKEN_CREATOR, 'lab']),
		'outside the scope': {given: world([LEE, TOKEN_CREATOR, 'ci@shop']), scopes: ['projects/lab']},
	},
	unknown: {
		'nobody said which domains are ours': {
			given: world([LEE, TOKEN_CREATOR, 'ci@shop']).map(asset => {
				if (asset.resource?.data) delete asset.resource.data['displayName'];
				return asset;
			}),
			because: /whether user:lee@partner.example.org is outside/,
		},
		'an account of a project that may be ours': {
			given: world([FAR, TOKEN_CREATOR, 'ci@shop'], coverage('resources', 'folder', 'missing')),
			because: /elsewhere-1234\S+ is outside|folders\/2/,
		},
		'a group that may have outsiders in it': {
			given: world(['group:devs', TOKEN_CREATOR, 'ci@shop']),
			because: /group:devs/,
		},
		'allow policies': {given: world(ci, coverage('allowPolicies', 'shop', 'missing')), because: /projects\/shop/},
		accounts: {given: world(['ann', OWNER, 'shop'], unread('serviceAccounts')), because: /serviceAccounts/},
	},
	snapshot: 'an outsider in a group of ours',
});
