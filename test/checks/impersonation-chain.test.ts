import check from '../../checks/impersonation-chain.ts';
import {
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
	world,
	type Grant,
	type Piece,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const POOL = 'iam.googleapis.com/projects/10/locations/global/workloadIdentityPools';
const GITHUB = `principal://${POOL}/gh/subject/repo:acme/shop:ref:refs/heads/main`;
const KUBERNETES = 'serviceAccount:shop.svc.id.goog[default/web]';
const ON_DEVICE = '"accessPolicies/1/accessLevels/managed" in request.auth.access_levels';
const WORKLOAD_USER = 'roles/iam.workloadIdentityUser';
const mints = (who: string, whom: string): Grant => [who, TOKEN_CREATOR, whom];
const owner: Grant = ['root@shop', OWNER, 'shop'];
/** ann -> ci -> root, who owns the shop. */
const chain: Grant[] = [mints('ann', 'ci@shop'), mints('ci@shop', 'root@shop'), owner];
const FOUND = [['root@shop', 'ann', 'critical']] as const;

const delegate = customName('shop', 'delegate');
const mint = customName('shop', 'mint');
const signer = customName('shop', 'signer');
/** A group whose owner ann may add herself. */
const ledByAnn: Piece = {
	lines: [
		{
			name: '//cloudidentity.googleapis.com/groups/bots',
			asset_type: 'cloudidentity.googleapis.com/Group',
			resource: {data: {groupKey: {id: 'bots@example.com'}, members: [], owners: ['user:ann@example.com']}},
		},
	],
};
const deployer = customName('shop', 'deployer');
const deployments = customName('shop', 'deployments');
const roles: Piece[] = [
	customRole('shop', 'deployer', ['container.serviceAccounts.createToken']),
	customRole('shop', 'deployments', ['deploymentmanager.deployments.create']),
	customRole('shop', 'delegate', ['iam.serviceAccounts.implicitDelegation']),
	customRole('shop', 'mint', ['iam.serviceAccounts.getAccessToken']),
	customRole('shop', 'signer', ['iam.serviceAccounts.signBlob']),
];

/** A pipeline on its own account, which deploys Cloud Run services as another one. Workloads were not read. */
const pipeline = [
	[GITHUB, WORKLOAD_USER, 'ci@shop'],
	['ci@shop', 'roles/run.developer', 'shop'],
	['ci@shop', 'roles/iam.serviceAccountUser', 'root@shop'],
] as const;

testCheck(check, {
	fires: {
		'two hops to an owner': {given: world(...chain), finds: FOUND},
		'though another binding opens it in one hop': {
			given: world(...chain, ['ann', KEY_ADMIN, 'root@shop']),
			finds: FOUND,
		},
		'though a group opens it in one hop': {
			given: world(...chain, mints('group:devs', 'root@shop'), group('devs', 'ann')),
			finds: FOUND,
		},
		'three hops, and every one of two or more': {
			given: world(mints('ann', 'one@lab'), mints('one@lab', 'ci@shop'), ...chain.slice(1)),
			finds: [
				['root@shop', 'ann', 'critical'],
				['root@shop', 'one@lab', 'critical'],
			],
		},
		'a group, by its name': {
			given: world(mints('group:devs', 'ci@shop'), group('devs', 'ann', 'bob'), ...chain.slice(1)),
			finds: [['root@shop', 'group:devs', 'critical']],
		},
		'the second hop by a group of accounts': {
			given: world(mints('ann', 'ci@shop'), mints('group:bots', 'root@shop'), group('bots', 'ci@shop'), owner),
			finds: FOUND,
		},
		'a first step on the whole project': {
			given: world(mints('ann', 'lab'), mints('ci@lab', 'root@shop'), owner),
			finds: [['root@shop', 'ann', 'critical']],
		},
		'a key on the way': {given: world(['ann', KEY_ADMIN, 'ci@shop'], ...chain.slice(1)), finds: FOUND},
		'an editor at the end': {
			given: world(...chain.slice(0, 2), ['root@shop', EDITOR, 'shop']),
			finds: [['root@shop', 'ann', 'high']],
		},
		'an account at the end that rewrites a container’s policy': {
			given: world(...chain.slice(0, 2), ['root@shop', IAM_ADMIN, 'lab']),
			finds: [['root@shop', 'ann', 'high']],
		},
		'an organization administrator at the end': {
			given: world(...chain.slice(0, 2), ['root@shop', ORGANIZATION_ADMIN, 'org']),
			finds: FOUND,
		},
		'data at the end': {
			given: world(...chain.slice(0, 2), ['root@shop', OBJECT_ADMIN, 'shop']),
			finds: [['root@shop', 'ann', 'medium']],
		},
		'more data at each hop': {
			given: world(...chain.slice(0, 2), ['ci@shop', OBJECT_VIEWER, 'shop'], ['root@shop', OBJECT_ADMIN, 'shop']),
			finds: [['root@shop', 'ann', 'medium']],
		},
		'rewriting a policy in the middle': {
			given: world(mints('ann', 'ci@lab'), ['ci@lab', IAM_ADMIN, 'shop'], owner),
			finds: FOUND,
		},
		'rewriting a custom role in the middle': {
			given: world(
				mints('ann', 'ci@shop'),
				customRole('shop', 'admin', ['iam.roles.update']),
				['ci@shop', customName('shop', 'admin'), 'shop'],
				owner,
			),
			finds: FOUND,
		},
		'an owner of the first project reaches further': {
			given: world(['ann', OWNER, 'lab'], mints('ci@lab', 'root@shop'), owner),
			finds: FOUND,
		},
		'the owner at the end of another project than the one on the way': {
			given: world(mints('ann', 'ci@lab'), ['ci@lab', OWNER, 'lab'], mints('ci@lab', 'root@shop'), owner),
			finds: FOUND,
		},
		'delegation, then minting': {
			given: world(...roles, ['ann', delegate, 'ci@shop'], ['ci@shop', mint, 'root@shop'], owner),
			finds: FOUND,
		},
		'delegation twice, then signing': {
			given: world(
				...roles,
				['ann', delegate, 'one@shop'],
				['one@shop', delegate, 'two@shop'],
				['two@shop', signer, 'root@shop'],
				owner,
			),
			finds: [
				['root@shop', 'ann', 'critical'],
				['root@shop', 'one@shop', 'critical'],
			],
		},
		'from a federated identity on the account itself': {
			given: world([GITHUB, WORKLOAD_USER, 'ci@shop'], ...chain.slice(1)),
			finds: [['root@shop', GITHUB, 'critical']],
		},
		'from a Kubernetes account': {
			given: world([KUBERNETES, WORKLOAD_USER, 'ci@shop'], ...chain.slice(1)),
			finds: [['root@shop', KUBERNETES, 'critical']],
		},
		'who puts on a Kubernetes identity deploys what the account is for: low': {
			given: world(
				['ann', deployer, 'shop'],
				...roles,
				[KUBERNETES, WORKLOAD_USER, 'ci@shop'],
				['ci@shop', OBJECT_ADMIN, 'lab'],
			),
			finds: [['ci@shop', 'ann', 'low', 'conditional']],
		},
		'unless what it gains is high or above': {
			given: world(['ann', deployer, 'shop'], ...roles, [KUBERNETES, WORKLOAD_USER, 'root@shop'], owner),
			finds: [['root@shop', 'ann', 'critical', 'conditional']],
		},
		'by what a service brings along': {
			given: world(['ann', deployments, 'shop'], ...roles, ['cloudservices@shop', KEY_ADMIN, 'root@shop'], owner),
			finds: [['root@shop', 'ann', 'critical', 'conditional']],
		},
		'a pipeline that deploys as an account with data: what it is for': {
			given: world(...pipeline, ['root@shop', OBJECT_ADMIN, 'shop']),
			finds: [['root@shop', GITHUB, 'low']],
		},
		'a pipeline of Kubernetes': {
			given: world([KUBERNETES, WORKLOAD_USER, 'ci@shop'], ...pipeline.slice(1), ['root@shop', OBJECT_ADMIN, 'shop']),
			finds: [['root@shop', KUBERNETES, 'low']],
		},
		'a pipeline that deploys as an editor': {
			given: world(...pipeline, ['root@shop', EDITOR, 'shop']),
			finds: [['root@shop', GITHUB, 'high']],
		},
		'a pipeline that mints tokens of an account with data': {
			given: world(pipeline[0], mints('ci@shop', 'root@shop'), ['root@shop', OBJECT_ADMIN, 'shop']),
			finds: [['root@shop', GITHUB, 'medium']],
		},
		'somebody else’s deploying': {
			given: world(mints('ann', 'ci@shop'), ...pipeline.slice(1), ['root@shop', OBJECT_ADMIN, 'shop']),
			finds: [['root@shop', 'ann', 'medium']],
		},
		'from everybody': {
			given: world(mints('allUsers', 'ci@shop'), ...chain.slice(1)),
			finds: [['root@shop', 'allUsers', 'critical']],
		},
		'a cycle with a way out': {
			given: world(
				mints('ann', 'one@shop'),
				mints('one@shop', 'two@shop'),
				mints('two@shop', 'one@shop'),
				mints('two@shop', 'root@shop'),
				owner,
			),
			finds: [
				['root@shop', 'ann', 'critical'],
				['root@shop', 'one@shop', 'critical'],
			],
		},
		'as sure as its weakest hop': {
			given: world(mints('ann', 'ci@shop'), ['ci@shop', TOKEN_CREATOR, 'root@shop', ON_DEVICE], owner),
			finds: [['root@shop', 'ann', 'critical', 'conditional']],
		},
		'the surer of two ways': {
			given: world(['ann', TOKEN_CREATOR, 'ci@shop', ON_DEVICE], ['ann', KEY_ADMIN, 'ci@shop'], ...chain.slice(1)),
			finds: [
				['root@shop', 'ann', 'critical', 'conditional'],
				['root@shop', 'ann', 'critical'],
			],
		},
	},
	silent: {
		'one hop is privilege-escalation': world(mints('ann', 'root@shop'), owner),
		'the principal has the power anyway': world(...chain, ['ann', OWNER, 'folder']),
		'the account on the way has it, and owns the container': world(
			mints('ann', 'ci@shop'),
			['ci@shop', OWNER, 'folder'],
			mints('ci@shop', 'root@shop'),
			owner,
		),
		'no power at the end': world(...chain.slice(0, 2)),
		'a cycle that leads nowhere': world(
			mints('ann', 'one@shop'),
			mints('one@shop', 'two@shop'),
			mints('two@shop', 'one@shop'),
		),
		'back to itself': world(mints('root@shop', 'ci@shop'), ['ci@shop', KEY_ADMIN, 'root@shop'], owner, [
			'ann',
			OBJECT_VIEWER,
			'shop',
		]),
		'a disabled account on the way': world(...chain, disabled('ci@shop')),
		'a disabled account at the end': world(...chain, disabled('root@shop')),
		'a service agent on the way': world(mints('ann', 'shop'), mints('agent@shop', 'root@lab'), [
			'root@lab',
			OWNER,
			'lab',
		]),
		'a Kubernetes identity of another project': world(
			['ann', deployer, 'lab'],
			...roles,
			[KUBERNETES, WORKLOAD_USER, 'root@shop'],
			owner,
		),
		'taking a group over first is policy-takeover': world(ledByAnn, mints('group:bots', 'root@shop'), owner),
		'rewriting a container first is policy-takeover': world(['ann', IAM_ADMIN, 'shop'], mints('ci@shop', 'root@lab'), [
			'root@lab',
			OWNER,
			'lab',
		]),
		'rewriting a role first is policy-takeover': world(
			customRole('shop', 'admin', ['iam.roles.update']),
			['ann', customName('shop', 'admin'), 'shop'],
			mints('ci@shop', 'root@lab'),
			['root@lab', OWNER, 'lab'],
		),
		'delegation that ends in nothing': world(
			...roles,
			['ann', delegate, 'ci@shop'],
			['ci@shop', delegate, 'root@shop'],
			owner,
		),
		'a delegate cannot mint for itself': world(
			...roles,
			['ann', delegate, 'root@shop'],
			mints('root@shop', 'shop'),
			owner,
		),
		'delegation, then a key': world(...roles, ['ann', delegate, 'ci@shop'], ['ci@shop', KEY_ADMIN, 'root@shop'], owner),
		'delegation, then a policy': world(
			...roles,
			['ann', delegate, 'ci@shop'],
			['ci@shop', 'roles/iam.serviceAccountAdmin', 'root@shop'],
			owner,
		),
		'OpenID tokens on the way': world(
			['ann', 'roles/iam.serviceAccountOpenIdTokenCreator', 'ci@shop'],
			...chain.slice(1),
		),
		'an expired second hop': world(
			mints('ann', 'ci@shop'),
			['ci@shop', TOKEN_CREATOR, 'root@shop', 'request.time < timestamp("2026-01-01T00:00:00Z")'],
			owner,
		),
		'the second hop denied': world(
			mints('ann', 'ci@shop'),
			['ci@shop', KEY_ADMIN, 'root@shop'],
			owner,
			deny('folder', [EVERYBODY], ['serviceAccountKeys.create']),
		),
		'outside the scope': {given: world(...chain), scopes: ['projects/lab']},
	},
	unknown: {
		'policies above': {given: world(owner, coverage('allowPolicies', 'org', 'missing')), because: /organizations\/1/},
		'a role on the way': {
			given: world(mints('ann', 'ci@shop'), ['ci@shop', customName('shop', 'gone'), 'root@shop'], owner),
			because: /roles\/gone/,
		},
		'a group on the way': {given: world(mints('ann', 'ci@shop'), mints('group:bots', 'lab')), because: /group:bots/},
		'the accounts of a project': {
			given: world(owner, coverage('serviceAccounts', 'lab', 'partial')),
			because: /projects\/lab/,
		},
	},
	snapshot: 'two hops to an owner',
});
