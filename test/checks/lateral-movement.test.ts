import check from '../../checks/lateral-movement.ts';
import {
	coverage,
	customName,
	customRole,
	constraint,
	deny,
	disabled,
	EDITOR,
	EVERYBODY,
	group,
	IAM_ADMIN,
	KEY_ADMIN,
	OBJECT_VIEWER,
	ORGANIZATION_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	world,
	account,
	type Grant,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const mints = (who: string, whom: string): Grant => [who, TOKEN_CREATOR, whom];
const ALL_OF_SHOP = 'principalSet://cloudresourcemanager.googleapis.com/projects/10/type/ServiceAccount';
const ON_DEVICE = '"accessPolicies/1/accessLevels/managed" in request.auth.access_levels';
const FOUND = [['root@lab', 'ci@shop', 'high']] as const;
const ENDING = 'request.time < timestamp("2027-01-01T00:00:00Z")';
const OUTSIDER = 'serviceAccount:ci@elsewhere.iam.gserviceaccount.com';

testCheck(check, {
	fires: {
		'an account of another project': {given: world(mints('ci@shop', 'root@lab')), finds: FOUND},
		'an owner there': {
			given: world(mints('ci@shop', 'root@lab'), ['root@lab', OWNER, 'lab']),
			finds: [['root@lab', 'ci@shop', 'critical']],
		},
		'an organization administrator there': {
			given: world(mints('ci@shop', 'root@lab'), ['root@lab', ORGANIZATION_ADMIN, 'org']),
			finds: [['root@lab', 'ci@shop', 'critical']],
		},
		'an editor there': {given: world(mints('ci@shop', 'root@lab'), ['root@lab', EDITOR, 'lab']), finds: FOUND},
		'every account of another project, once': {
			given: world(mints('ci@shop', 'lab'), account('one@lab'), account('root@lab'), ['root@lab', OWNER, 'lab']),
			finds: [['root@lab', 'ci@shop', 'critical']],
		},
		'a grant on the folder above both': {
			given: world(mints('ci@shop', 'folder'), account('near@shop'), account('far@web')),
			finds: [['far@web', 'ci@shop', 'high']],
		},
		'by a key': {given: world(['ci@shop', KEY_ADMIN, 'root@lab']), finds: FOUND},
		'by the policy of the account': {
			given: world(['ci@shop', 'roles/iam.serviceAccountAdmin', 'root@lab']),
			finds: FOUND,
		},
		'a grant that ends by itself: one lower': {
			given: world(['ci@shop', TOKEN_CREATOR, 'root@lab', ENDING]),
			finds: [['root@lab', 'ci@shop', 'medium']],
		},
		'a way that ends beside one that stays: by the one that stays': {
			given: world(
				mints('ci@shop', 'mid@shop'),
				['mid@shop', TOKEN_CREATOR, 'brief@lab', ENDING],
				mints('mid@shop', 'root@web'),
				['brief@lab', OWNER, 'lab'],
				['root@web', OWNER, 'web'],
			),
			finds: [
				['brief@lab', 'mid@shop', 'high'],
				['root@web', 'ci@shop', 'critical'],
				['root@web', 'mid@shop', 'critical'],
			],
		},
		'a default account': {
			given: world(mints('compute@shop', 'root@lab')),
			finds: [['root@lab', 'compute@shop', 'high']],
		},
		'onto a default account': {
			given: world(mints('ci@shop', 'compute@lab')),
			finds: [['compute@lab', 'ci@shop', 'high']],
		},
		'an editor of the folder makes keys in its other projects': {
			given: world(['appspot@shop', EDITOR, 'folder'], account('far@web')),
			finds: [['far@web', 'appspot@shop', 'high']],
		},
		'an owner at home only': {
			given: world(['ci@shop', OWNER, 'shop'], mints('ci@shop', 'root@lab')),
			finds: FOUND,
		},
		'a group of accounts, once and by its name': {
			given: world(mints('group:bots', 'root@lab'), group('bots', 'ann', 'ci@shop', 'cd@web')),
			finds: [['root@lab', 'group:bots', 'high']],
		},
		'nested groups in a cycle': {
			given: world(
				mints('group:bots', 'root@lab'),
				group('bots', 'group:inner'),
				group('inner', 'ci@shop', 'group:bots'),
			),
			finds: [['root@lab', 'group:bots', 'high']],
		},
		'all accounts of a project': {
			given: world([ALL_OF_SHOP, TOKEN_CREATOR, 'root@lab'], account('ci@shop')),
			finds: [['root@lab', ALL_OF_SHOP, 'high']],
		},
		'in two hops: each binding is one problem': {
			given: world(mints('ci@shop', 'mid@shop'), mints('mid@shop', 'root@lab')),
			finds: [
				['root@lab', 'ci@shop', 'high'],
				['root@lab', 'mid@shop', 'high'],
			],
		},
		'rewriting a policy in the middle': {
			given: world(mints('ci@shop', 'mid@shop'), ['mid@shop', IAM_ADMIN, 'lab'], account('root@lab')),
			finds: FOUND,
		},
		'a condition that nobody can decide': {
			given: world(['ci@shop', TOKEN_CREATOR, 'root@lab', ON_DEVICE]),
			finds: [['root@lab', 'ci@shop', 'high', 'conditional']],
		},
		'one permission of the role denied': {
			given: world(mints('ci@shop', 'root@lab'), deny('org', [EVERYBODY], ['serviceAccounts.getAccessToken'])),
			finds: FOUND,
		},
		'an account of a project outside the inventory': {
			given: world([OUTSIDER, TOKEN_CREATOR, 'root@lab']),
			finds: [['root@lab', OUTSIDER, 'high']],
		},
		'in the scope of the target only': {
			given: world(mints('ci@shop', 'root@lab')),
			finds: FOUND,
			scopes: ['projects/lab'],
		},
	},
	silent: {
		'in one project': world(mints('ci@shop', 'root@shop'), ['root@shop', OWNER, 'shop']),
		'a user': world(mints('ann', 'root@lab')),
		'a group of people': world(mints('group:devs', 'root@lab'), group('devs', 'ann', 'bob')),
		'a group of accounts of the target’s project': world(
			mints('group:bots', 'root@lab'),
			group('bots', 'ci@lab', 'ann'),
		),
		'the domain holds people': world(mints('domain:example.com', 'root@lab'), account('ci@shop')),
		'public sets: public-impersonation says it': world(
			mints('allUsers', 'root@lab'),
			mints('allAuthenticatedUsers', 'root@lab'),
			account('ci@shop'),
		),
		'a Kubernetes account': world([
			'serviceAccount:shop.svc.id.goog[default/web]',
			'roles/iam.workloadIdentityUser',
			'root@lab',
		]),
		'a federated identity': world([
			'principal://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/gh/subject/x',
			'roles/iam.workloadIdentityUser',
			'root@lab',
		]),
		'the owner of the target’s project': world(['ci@shop', OWNER, 'lab'], mints('ci@shop', 'root@lab')),
		'the owner of the organization': world(['ci@shop', OWNER, 'org'], mints('ci@shop', 'root@lab')),
		'owner by a group': world(['group:ops', OWNER, 'lab'], group('ops', 'ci@shop'), mints('ci@shop', 'root@lab')),
		'a disabled source': world(mints('ci@shop', 'root@lab'), disabled('ci@shop')),
		'a disabled source in a group': world(
			mints('group:bots', 'root@lab'),
			group('bots', 'ci@shop'),
			disabled('ci@shop'),
		),
		'a disabled target': world(mints('ci@shop', 'root@lab'), disabled('root@lab')),
		'a service agent': world(mints('agent@shop', 'root@lab')),
		'the Google APIs agent': world(['cloudservices@shop', EDITOR, 'lab'], account('root@lab')),
		'a deleted account': world([
			'deleted:serviceAccount:ci@shop.iam.gserviceaccount.com?uid=123456',
			TOKEN_CREATOR,
			'root@lab',
		]),
		'delegation alone': world(customRole('lab', 'delegate', ['iam.serviceAccounts.implicitDelegation']), [
			'ci@shop',
			customName('lab', 'delegate'),
			'root@lab',
		]),
		'OpenID tokens alone': world(['ci@shop', 'roles/iam.serviceAccountOpenIdTokenCreator', 'root@lab']),
		'rewriting the container first is policy-takeover': world(['ci@shop', IAM_ADMIN, 'lab'], account('root@lab')),
		'data of another project': world(['ci@shop', OBJECT_VIEWER, 'lab'], account('root@lab')),
		'keys are stopped where the target lives': world(
			['ci@shop', KEY_ADMIN, 'root@lab'],
			constraint('org', 'iam.disableServiceAccountKeyCreation'),
			constraint('org', 'iam.disableServiceAccountKeyUpload'),
		),
		'an expired grant': world([
			'ci@shop',
			TOKEN_CREATOR,
			'root@lab',
			'request.time < timestamp("2026-05-31T23:59:59Z")',
		]),
		'outside the scope': {given: world(mints('ci@shop', 'root@lab')), scopes: ['projects/shop']},
	},
	unknown: {
		'a group that may hold accounts': {given: world(mints('group:bots', 'root@lab')), because: /group:bots/},
		'a policy': {
			given: world(account('root@lab'), coverage('allowPolicies', 'shop', 'missing')),
			because: /projects\/shop/,
		},
		'a role': {given: world(['ci@shop', customName('lab', 'gone'), 'root@lab']), because: /roles\/gone/},
		'the accounts': {
			given: world(mints('ann', 'lab'), coverage('serviceAccounts', 'lab', 'missing')),
			because: /projects\/lab/,
		},
	},
	snapshot: 'a group of accounts, once and by its name',
});
