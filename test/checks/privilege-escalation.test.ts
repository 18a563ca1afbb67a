import check from '../../checks/privilege-escalation.ts';
import {
	account,
	ACCOUNT_ADMIN,
	constraint,
	coverage,
	customName,
	customRole,
	deny,
	disabled,
	EDITOR,
	EVERYBODY,
	group,
	IAM_ADMIN,
	KEY_ADMIN,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
	ORGANIZATION_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
	type Grant,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const OPEN_ID = 'roles/iam.serviceAccountOpenIdTokenCreator';
const WORKLOAD_USER = 'roles/iam.workloadIdentityUser';
const GITHUB =
	'principalSet://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/gh/attribute.repository_id/7';
const KUBERNETES = 'serviceAccount:shop.svc.id.goog[default/web]';
const ON_DEVICE = '"accessPolicies/1/accessLevels/managed" in request.auth.access_levels';
const root: Grant = ['root@shop', OWNER, 'shop'];
const mints: Grant = ['ann', TOKEN_CREATOR, 'root@shop'];
const one = (...permissions: string[]) =>
	[customRole('shop', 'one', permissions), ['ann', customName('shop', 'one'), 'root@shop'], root] as const;
const FOUND = [['root@shop', 'ann', 'critical']] as const;

testCheck(check, {
	fires: {
		'token creator on an owner': {given: world(mints, root), finds: FOUND},
		'on the project of the owner': {given: world(['ann', TOKEN_CREATOR, 'shop'], root), finds: FOUND},
		'on the folder above': {given: world(['ann', TOKEN_CREATOR, 'folder'], root), finds: FOUND},
		'on the organization': {given: world(['ann', TOKEN_CREATOR, 'org'], root), finds: FOUND},
		'signing bytes': {given: world(...one('iam.serviceAccounts.signBlob')), finds: FOUND},
		'signing tokens': {given: world(...one('iam.serviceAccounts.signJwt')), finds: FOUND},
		'creating keys': {given: world(['ann', KEY_ADMIN, 'root@shop'], root), finds: FOUND},
		'uploading keys, where creating them is stopped': {
			given: world(['ann', KEY_ADMIN, 'root@shop'], root, constraint('shop', 'iam.disableServiceAccountKeyCreation')),
			finds: FOUND,
		},
		'rewriting the policy of the account': {given: world(['ann', ACCOUNT_ADMIN, 'root@shop'], root), finds: FOUND},
		'delegation beside a minting permission': {
			given: world(...one('iam.serviceAccounts.implicitDelegation', 'iam.serviceAccounts.signJwt')),
			finds: FOUND,
		},
		'a group, once and by its name': {
			given: world(['group:devs', TOKEN_CREATOR, 'root@shop'], group('devs', 'ann', 'bob'), root),
			finds: [['root@shop', 'group:devs', 'critical']],
		},
		'an unread group is a principal all the same': {
			given: world(['group:devs', TOKEN_CREATOR, 'root@shop'], root),
			finds: [['root@shop', 'group:devs', 'critical']],
		},
		'the whole domain': {
			given: world(['domain:example.com', TOKEN_CREATOR, 'root@shop'], root),
			finds: [['root@shop', 'domain:example.com', 'critical']],
		},
		everybody: {
			given: world(['allUsers', TOKEN_CREATOR, 'root@shop'], root),
			finds: [['root@shop', 'allUsers', 'critical']],
		},
		'one binding, several targets: the strongest': {
			given: world(
				['ann', TOKEN_CREATOR, 'shop'],
				root,
				['reader@shop', OBJECT_VIEWER, 'shop'],
				['chief@shop', EDITOR, 'folder'],
			),
			finds: [
				['root@shop', 'ann', 'critical'],
				['chief@shop', 'root@shop', 'high'],
				['root@shop', 'chief@shop', 'critical'],
			],
		},
		'one binding, two members: two findings': {
			given: world([['ann', 'bob'], TOKEN_CREATOR, 'root@shop'], root),
			finds: [
				['root@shop', 'ann', 'critical'],
				['root@shop', 'bob', 'critical'],
			],
		},
		'an account in the same project': {
			given: world(['ci@shop', TOKEN_CREATOR, 'root@shop'], root),
			finds: [['root@shop', 'ci@shop', 'critical']],
		},
		'a default account as target': {
			given: world(['ann', TOKEN_CREATOR, 'compute@shop'], ['compute@shop', EDITOR, 'shop']),
			finds: [['compute@shop', 'ann', 'high']],
		},
		'owner by the new role': {given: world(mints, ['root@shop', 'roles/admin', 'shop']), finds: FOUND},
		'owner of a folder': {given: world(mints, ['root@shop', OWNER, 'folder']), finds: FOUND},
		'organization administrator': {given: world(mints, ['root@shop', ORGANIZATION_ADMIN, 'org']), finds: FOUND},
		'editor and policy rewriting make an owner': {
			given: world(mints, ['root@shop', EDITOR, 'shop'], ['root@shop', IAM_ADMIN, 'shop']),
			finds: FOUND,
		},
		'editor above and policy rewriting here': {
			given: world(mints, ['root@shop', EDITOR, 'folder'], ['root@shop', IAM_ADMIN, 'shop']),
			finds: FOUND,
		},
		editor: {given: world(mints, ['root@shop', EDITOR, 'shop']), finds: [['root@shop', 'ann', 'high']]},
		'rewriting a policy': {
			given: world(mints, ['root@shop', IAM_ADMIN, 'shop']),
			finds: [['root@shop', 'ann', 'high']],
		},
		'becoming further accounts': {
			given: world(mints, ['root@shop', TOKEN_CREATOR, 'web']),
			finds: [['root@shop', 'ann', 'high']],
		},
		'writing data': {given: world(mints, ['root@shop', OBJECT_ADMIN, 'shop']), finds: [['root@shop', 'ann', 'medium']]},
		'reading data': {
			given: world(mints, ['root@shop', OBJECT_VIEWER, 'shop']),
			finds: [['root@shop', 'ann', 'medium']],
		},
		'power by a group': {given: world(mints, ['group:ops', OWNER, 'shop'], group('ops', 'root@shop')), finds: FOUND},
		'power by a nested group in a cycle': {
			given: world(
				mints,
				['group:ops', OWNER, 'shop'],
				group('ops', 'group:inner'),
				group('inner', 'group:ops', 'root@shop'),
			),
			finds: FOUND,
		},
		'who reads gains writing': {
			given: world(mints, ['root@shop', OBJECT_ADMIN, 'shop'], ['ann', OBJECT_VIEWER, 'shop']),
			finds: [['root@shop', 'ann', 'medium']],
		},
		'who has it in one project gains it in the folder': {
			given: world(mints, ['root@shop', OBJECT_VIEWER, 'folder'], ['ann', OBJECT_VIEWER, 'shop']),
			finds: [['root@shop', 'ann', 'medium']],
		},
		'the owner of one project gains another': {
			given: world(['ann', OWNER, 'shop'], ['root@shop', OWNER, 'lab']),
			finds: [['root@shop', 'ann', 'critical']],
		},
		'an editor gains an owner by a key': {
			given: world(['ann', EDITOR, 'shop'], root),
			finds: FOUND,
		},
		'federation on the whole project': {
			given: world([GITHUB, WORKLOAD_USER, 'shop'], root),
			finds: [['root@shop', GITHUB, 'critical']],
		},
		'a Kubernetes account on the whole project': {
			given: world([KUBERNETES, WORKLOAD_USER, 'shop'], root),
			finds: [['root@shop', KUBERNETES, 'critical']],
		},
		'a condition that nobody can decide': {
			given: world(['ann', TOKEN_CREATOR, 'root@shop', ON_DEVICE], root),
			finds: [['root@shop', 'ann', 'critical', 'conditional']],
		},
		'power under a condition': {
			given: world(mints, ['root@shop', 'roles/admin', 'shop', ON_DEVICE]),
			finds: [['root@shop', 'ann', 'critical', 'conditional']],
		},
		'a condition that was not exported': {
			given: world(['ann', `${TOKEN_CREATOR}_withcond_0123456789abcdef`, 'root@shop'], root),
			finds: [['root@shop', 'ann', 'critical', 'conditional']],
		},
		'one permission denied, the others left': {
			given: world(mints, root, deny('shop', [EVERYBODY], ['serviceAccounts.getAccessToken'])),
			finds: FOUND,
		},
		'denied to somebody else': {
			given: world(
				['ann', KEY_ADMIN, 'root@shop'],
				root,
				deny('shop', ['principal://goog/subject/bob@example.com'], ['serviceAccountKeys.create']),
			),
			finds: FOUND,
		},
		'denied to a group that was not read': {
			given: world(
				['ann', KEY_ADMIN, 'root@shop'],
				root,
				deny('shop', ['principalSet://goog/group/devs@example.com'], ['serviceAccountKeys.create']),
			),
			finds: [['root@shop', 'ann', 'critical', 'unverified']],
		},
		'constraints of another project': {
			given: world(
				['ann', KEY_ADMIN, 'root@shop'],
				root,
				constraint('lab', 'iam.disableServiceAccountKeyCreation'),
				constraint('lab', 'iam.disableServiceAccountKeyUpload'),
			),
			finds: FOUND,
		},
		'what is true stays true where something was not read': {
			given: world(mints, root, coverage('allowPolicies', 'lab', 'missing')),
			finds: FOUND,
		},
		'unread constraints, denies and boundaries leave it sure': {
			given: world(['ann', KEY_ADMIN, 'root@shop'], root, unread('orgPolicies', 'denyPolicies', 'boundaryPolicies')),
			finds: FOUND,
		},
		'inside the scope': {given: world(mints, root), finds: FOUND, scopes: ['projects/shop']},
		'inside the scope by number': {given: world(mints, root), finds: FOUND, scopes: ['projects/10']},
	},
	silent: {
		'nobody can become anybody': world(root, ['ann', OBJECT_VIEWER, 'shop']),
		'an account without power': world(mints, ['root@shop', 'roles/logging.logWriter', 'shop']),
		'power over one bucket only': world(mints, ['root@shop', OBJECT_ADMIN, '//storage.googleapis.com/stuff']),
		'an owner of the project': world(['ann', OWNER, 'shop'], mints, root),
		'an owner of the folder': world(['ann', OWNER, 'folder'], mints, root),
		'an organization administrator': world(['ann', ORGANIZATION_ADMIN, 'org'], mints, root),
		'organization administrators in a group': world(
			['group:it', ORGANIZATION_ADMIN, 'org'],
			group('it', 'ann'),
			mints,
			root,
		),
		'whoever has everything of Editor and rewrites the policy': world(
			['ann', EDITOR, 'shop'],
			['ann', IAM_ADMIN, 'shop'],
			mints,
			root,
		),
		'the same power': world(['ann', OBJECT_VIEWER, 'shop'], mints, ['root@shop', OBJECT_VIEWER, 'shop']),
		'the same power above': world(['ann', OBJECT_VIEWER, 'folder'], mints, ['root@shop', OBJECT_VIEWER, 'shop']),
		'more power above': world(['ann', OBJECT_ADMIN, 'org'], mints, ['root@shop', OBJECT_VIEWER, 'shop']),
		'the same power by a group': world(['group:devs', OBJECT_VIEWER, 'shop'], group('devs', 'ann'), mints, [
			'root@shop',
			OBJECT_VIEWER,
			'shop',
		]),
		itself: world(['root@shop', TOKEN_CREATOR, 'root@shop'], root),
		'a disabled target': world(mints, root, disabled('root@shop')),
		'a disabled source': world(['ci@shop', TOKEN_CREATOR, 'root@shop'], root, disabled('ci@shop')),
		'a service agent as source': world(['agent@shop', TOKEN_CREATOR, 'root@shop'], root),
		'the Google APIs agent with Editor': world(['cloudservices@shop', EDITOR, 'shop'], root),
		'a service agent as target': world(['ann', TOKEN_CREATOR, 'shop'], ['agent@shop', OWNER, 'shop']),
		'a deleted member': world(['deleted:user:ann@example.com?uid=123', TOKEN_CREATOR, 'root@shop'], root),
		'delegation alone': world(...one('iam.serviceAccounts.implicitDelegation')),
		'OpenID tokens are limited': world(['ann', OPEN_ID, 'root@shop'], root),
		'act-as needs a workload': world(['ann', 'roles/iam.serviceAccountUser', 'root@shop'], root),
		'rewriting the container first is policy-takeover': world(['ann', IAM_ADMIN, 'shop'], root),
		'rewriting a custom role first is policy-takeover': world(
			customRole('shop', 'admin', ['iam.roles.update']),
			['ann', customName('shop', 'admin'), 'shop'],
			root,
		),
		'keys by no way': world(
			['ann', KEY_ADMIN, 'root@shop'],
			root,
			constraint('org', 'iam.disableServiceAccountKeyCreation'),
			constraint('org', 'iam.disableServiceAccountKeyUpload'),
		),
		'every minting permission denied': world(
			mints,
			root,
			deny(
				'org',
				[EVERYBODY],
				['serviceAccounts.getAccessToken', 'serviceAccounts.signBlob', 'serviceAccounts.signJwt'],
			),
		),
		'an expired condition': world(
			['ann', TOKEN_CREATOR, 'root@shop', 'request.time < timestamp("2026-01-01T00:00:00Z")'],
			root,
		),
		'a condition on resource names never holds on accounts': world(
			['ann', TOKEN_CREATOR, 'root@shop', 'resource.name.startsWith("projects/shop")'],
			root,
		),
		'federation on the account itself': world([GITHUB, WORKLOAD_USER, 'root@shop'], root),
		'a Kubernetes account on the account itself': world([KUBERNETES, WORKLOAD_USER, 'root@shop'], root),
		'outside the scope': {given: world(mints, root), scopes: ['projects/lab']},
		'a disabled custom role': world(
			customRole('shop', 'one', ['iam.serviceAccounts.getAccessToken'], {stage: 'DISABLED'}),
			['ann', customName('shop', 'one'), 'root@shop'],
			root,
		),
		'an account that nobody is granted anything on': world(account('root@shop'), ['ann', OBJECT_VIEWER, 'lab']),
		'an unread group that leads nowhere': world(['group:devs', 'roles/logging.logWriter', 'shop']),
	},
	unknown: {
		'the policies of a project': {
			given: world(root, coverage('allowPolicies', 'lab', 'missing', {reason: 'no access to lab'})),
			because: /no access to lab/,
		},
		'the policy of a folder above': {
			given: world(root, coverage('allowPolicies', 'folder', 'partial')),
			because: /folders\/2/,
		},
		'a folder above the scope': {
			given: world(root, coverage('allowPolicies', 'folder', 'partial')),
			scopes: ['projects/shop'],
			because: /folders\/2/,
		},
		'all policies': {given: world(unread('allowPolicies'), account('root@shop')), because: /allowPolicies/},
		'the accounts': {
			given: world(unread('serviceAccounts'), ['ann', OBJECT_VIEWER, 'shop']),
			because: /serviceAccounts/,
		},
		'a bound custom role': {
			given: world(['ann', customName('shop', 'gone'), 'root@shop'], root),
			because: /projects\/shop\/roles\/gone/,
		},
		'a bound predefined role that is too new': {
			given: world(['ann', 'roles/quantum.admin', 'shop'], root),
			because: /roles\/quantum\.admin/,
		},
		'a group that holds power': {given: world(['group:ops', OWNER, 'shop'], mints), because: /group:ops@example\.com/},
		'a group inside a group': {
			given: world(['group:ops', OWNER, 'shop'], group('ops', 'group:inner'), mints),
			because: /group:ops@example\.com/,
		},
	},
	snapshot: 'one binding, several targets: the strongest',
});
