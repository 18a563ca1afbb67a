import check from '../../checks/policy-takeover.ts';
import {
	account,
	ACCOUNT_ADMIN,
	coverage,
	customName,
	customRole,
	deny,
	disabled,
	EDITOR,
	EVERYBODY,
	group,
	IAM_ADMIN,
	member,
	OBJECT_VIEWER,
	ORGANIZATION_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
	type Extra,
	type Grant,
	type Piece,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const ROLE_ADMIN = 'roles/iam.roleAdmin';
const FOLDER_ADMIN = 'roles/resourcemanager.folderIamAdmin';
const FOUND = [['shop', 'ann', 'critical']] as const;
const root: Grant = ['root@shop', OWNER, 'shop'];
const HELD = customName('shop', 'held');
const held: Piece[] = [customRole('shop', 'held', ['storage.buckets.list'])];
const roleResource = `//iam.googleapis.com/${HELD}`;
const ADMINS = '//cloudidentity.googleapis.com/groups/admins';
const ONLY_VIEWERS = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])";
const ONLY_MINTING =
	"api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/iam.serviceAccountTokenCreator'])";

/** A group with who leads it, and how one joins. */
function led(
	name: string,
	more: {members?: string[]; owners?: string[]; managers?: string[]; joining?: string},
): Extra {
	const {members = [], owners = [], managers = [], joining} = more;
	const base = group(name, ...members);
	const [line] = base.lines!;
	const data = {
		groupKey: {id: member(`group:${name}`).slice('group:'.length)},
		members: members.map(member),
		owners: owners.map(member),
		managers: managers.map(member),
		...(joining !== undefined && {joining}),
	};
	return {...base, lines: [{...line, resource: {data}}]};
}

/** What `ann` may take for a time on the shop. */
function entitled(role: string, approval = false): Extra {
	const name = '//privilegedaccessmanager.googleapis.com/projects/shop/locations/global/entitlements/e';
	const access = {resource: '//cloudresourcemanager.googleapis.com/projects/shop', roleBindings: [{role}]};
	const data = {
		state: 'AVAILABLE',
		eligibleUsers: [{principals: [member('ann')]}],
		privilegedAccess: {gcpIamAccess: access},
		...(approval && {approvalWorkflow: {manualApprovals: {steps: [{approvers: [{principals: [member('bob')]}]}]}}}),
	};
	return {lines: [{name, asset_type: 'privilegedaccessmanager.googleapis.com/Entitlement', resource: {data}}]};
}

testCheck(check, {
	fires: {
		'project IAM admin': {
			given: world(['ann', IAM_ADMIN, 'shop']),
			finds: FOUND,
			says: /can rewrite the allow policy of projects\/shop .* make itself Owner/,
		},
		'security admin': {given: world(['ann', 'roles/iam.securityAdmin', 'shop']), finds: FOUND},
		'a custom role': {
			given: world(customRole('org', 'one', ['resourcemanager.projects.setIamPolicy']), [
				'ann',
				customName('org', 'one'),
				'shop',
			]),
			finds: FOUND,
		},
		'on the folder': {given: world(['ann', FOLDER_ADMIN, 'folder']), finds: [['folder', 'ann', 'critical']]},
		'policies of projects, granted on the folder: once, there': {
			given: world(['ann', IAM_ADMIN, 'folder']),
			finds: [['folder', 'ann', 'critical']],
			says: /2 projects and folders below folders\/2/,
		},
		'on the organization': {
			given: world(['ann', 'roles/iam.securityAdmin', 'org']),
			finds: [['org', 'ann', 'critical']],
		},
		'an Editor is no owner': {
			given: world(['ann', EDITOR, 'web'], ['ann', IAM_ADMIN, 'shop']),
			finds: FOUND,
		},
		'an owner of one of two projects': {
			given: world(['ann', IAM_ADMIN, 'folder'], ['ann', OWNER, 'web']),
			finds: [['folder', 'ann', 'critical']],
			says: /allow policy of projects\/shop by/,
		},
		'a group by its name': {
			given: world(['group:ops', IAM_ADMIN, 'shop'], group('ops', 'ann')),
			finds: [['shop', 'group:ops', 'critical']],
		},
		'a pipeline’s account': {given: world(['ci@shop', IAM_ADMIN, 'shop']), finds: [['shop', 'ci@shop', 'critical']]},
		everybody: {given: world(['allUsers', IAM_ADMIN, 'shop']), finds: [['shop', 'allUsers', 'critical']]},
		'limited to a role that leads on': {
			given: world(root, ['ann', IAM_ADMIN, 'shop', ONLY_MINTING]),
			finds: [['shop', 'ann', 'high', 'conditional']],
			says: /within the roles that a condition lets it grant/,
		},
		'until next year: one lower': {
			given: world(['ann', IAM_ADMIN, 'shop', 'request.time < timestamp("2027-01-01T00:00:00Z")']),
			finds: [['shop', 'ann', 'high']],
		},
		'an undecidable condition': {
			given: world(['ann', IAM_ADMIN, 'shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels']),
			finds: [['shop', 'ann', 'critical', 'conditional']],
		},
		'the policy of an account that owns': {
			given: world(root, ['ann', ACCOUNT_ADMIN, 'root@shop']),
			finds: [['root@shop', 'ann', 'critical']],
			says: /allow policy of root@shop\S+ by .* gains owner-like on projects\/shop/,
		},
		'of an account that reads': {
			given: world(['r@shop', OBJECT_VIEWER, 'shop'], ['ann', ACCOUNT_ADMIN, 'r@shop']),
			finds: [['r@shop', 'ann', 'high']],
		},
		'of all accounts of the project: the strongest': {
			given: world(root, ['r@shop', OBJECT_VIEWER, 'shop'], ['ann', ACCOUNT_ADMIN, 'shop']),
			finds: [['root@shop', 'ann', 'critical']],
			says: /can rewrite the allow policy of root@shop/,
		},
		'policies of project and accounts by one role: the project': {
			given: world(root, ['ann', 'roles/iam.securityAdmin', 'shop']),
			finds: FOUND,
		},
		'a custom role that it holds': {
			given: world(...held, ['ann', HELD, 'shop'], ['ann', ROLE_ADMIN, 'shop']),
			finds: [[roleResource, 'ann', 'critical']],
			says: /add any permission to projects\/shop\/roles\/held, which it holds on projects\/shop/,
		},
		'held by one group, rewritten by another': {
			given: world(
				...held,
				['group:one', HELD, 'shop'],
				['group:two', ROLE_ADMIN, 'shop'],
				group('one', 'ann', 'bob'),
				group('two', 'ann'),
			),
			finds: [[roleResource, 'group:two', 'critical']],
			says: /which its member user:ann@example.com holds/,
		},
		'rewritten by itself, held by a group': {
			given: world(...held, ['group:one', HELD, 'shop'], ['ann', ROLE_ADMIN, 'shop'], group('one', 'ann')),
			finds: [[roleResource, 'ann', 'critical']],
		},
		'an organization’s role': {
			given: world(
				customRole('org', 'held', ['storage.buckets.list']),
				['ann', customName('org', 'held'), 'shop'],
				['ann', 'roles/iam.organizationRoleAdmin', 'org'],
			),
			finds: [['//iam.googleapis.com/organizations/1/roles/held', 'ann', 'critical']],
		},
		'the owner of a group that owns': {
			given: world(['group:admins', OWNER, 'shop'], led('admins', {members: ['bob'], owners: ['ann']})),
			finds: [[ADMINS, 'ann', 'critical']],
			says: /as an owner can put itself into group:admins@example.com, which is owner-like on projects\/shop/,
		},
		'the manager of a group that reads': {
			given: world(['group:admins', OBJECT_VIEWER, 'shop'], led('admins', {members: ['bob'], managers: ['ann']})),
			finds: [[ADMINS, 'ann', 'high']],
		},
		'an account leads a group': {
			given: world(['group:admins', EDITOR, 'shop'], led('admins', {members: ['bob'], managers: ['ci@shop']})),
			finds: [[ADMINS, 'ci@shop', 'high']],
		},
		'a group in a group that owns': {
			given: world(
				['group:all', OWNER, 'shop'],
				group('all', 'group:admins'),
				led('admins', {members: ['bob'], managers: ['ann']}),
			),
			finds: [[ADMINS, 'ann', 'critical']],
		},
		'a group that can become an owner': {
			given: world(
				root,
				['group:admins', TOKEN_CREATOR, 'root@shop'],
				led('admins', {members: ['bob'], owners: ['ann']}),
			),
			finds: [[ADMINS, 'ann', 'critical']],
		},
		'a group that everybody may join': {
			given: world(['group:admins', OWNER, 'shop'], led('admins', {members: ['bob'], joining: 'open'})),
			finds: [[ADMINS, 'domain:example.com', 'critical']],
			says: /Everybody of domain:example.com can join group:admins/,
		},
		'an entitlement to it: no single change ends that': {
			given: world(entitled(IAM_ADMIN)),
			finds: [['shop', 'ann', 'high']],
		},
		'an entitlement that somebody approves': {
			given: world(entitled(IAM_ADMIN, true)),
			finds: [['shop', 'ann', 'high', 'conditional']],
		},
		'writing entitlements': {
			given: world(customRole('shop', 'pam', ['privilegedaccessmanager.entitlements.create']), [
				'ann',
				customName('shop', 'pam'),
				'shop',
			]),
			finds: [['shop', 'ann', 'critical', 'conditional']],
		},
		'in the scope': {given: world(['ann', IAM_ADMIN, 'shop']), finds: FOUND, scopes: ['projects/shop']},
	},
	silent: {
		'an owner': world(['ann', OWNER, 'shop'], ['ann', IAM_ADMIN, 'shop']),
		'an owner of the folder': world(['ann', OWNER, 'folder'], ['ann', IAM_ADMIN, 'shop']),
		'an organization administrator': world(['ann', ORGANIZATION_ADMIN, 'org']),
		'Editor and policy rewriting own it': world(['ann', EDITOR, 'shop'], ['ann', IAM_ADMIN, 'shop']),
		'limited to a role that leads nowhere': world(root, ['ann', IAM_ADMIN, 'shop', ONLY_VIEWERS]),
		'the policy of an account without power': world(['ann', ACCOUNT_ADMIN, 'ci@shop']),
		'with power that it has itself': world(
			['r@shop', OBJECT_VIEWER, 'shop'],
			['ann', OBJECT_VIEWER, 'folder'],
			['ann', ACCOUNT_ADMIN, 'r@shop'],
		),
		'an owner rewrites the policies of its accounts': world(
			['ann', OWNER, 'shop'],
			['root@shop', OWNER, 'lab'],
			['ann', ACCOUNT_ADMIN, 'root@shop'],
		),
		'minting is privilege-escalation': world(root, ['ann', TOKEN_CREATOR, 'root@shop']),
		'of a disabled account': world(root, ['ann', ACCOUNT_ADMIN, 'root@shop'], disabled('root@shop')),
		'a disabled account rewrites nothing': world(['ci@shop', IAM_ADMIN, 'shop'], disabled('ci@shop')),
		'a service agent': world(
			['agent@shop', 'roles/compute.serviceAgent', 'shop'],
			['cloudservices@shop', IAM_ADMIN, 'shop'],
		),
		'custom roles that somebody else holds': world(...held, ['bob', HELD, 'shop'], ['ann', ROLE_ADMIN, 'shop']),
		'a custom role held elsewhere': world(...held, ['ann', HELD, 'shop'], ['ann', ROLE_ADMIN, 'lab']),
		'a member leads its group': world(
			['group:admins', OWNER, 'shop'],
			led('admins', {members: ['ann'], owners: ['ann']}),
		),
		'a group without power': world(led('admins', {members: ['bob'], owners: ['ann']}), [
			'group:admins',
			'roles/browser',
			'shop',
		]),
		'one has to ask to join': world(['group:admins', OWNER, 'shop'], led('admins', {members: ['bob'], joining: 'ask'})),
		'a deleted member': world(['deleted:user:ann@example.com?uid=1', IAM_ADMIN, 'shop']),
		'an expired grant': world(['ann', IAM_ADMIN, 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")']),
		'denied on accounts': world(
			root,
			['ann', ACCOUNT_ADMIN, 'shop'],
			deny('org', [EVERYBODY], ['serviceAccounts.setIamPolicy']),
		),
		'outside the scope': {given: world(['ann', IAM_ADMIN, 'shop']), scopes: ['projects/lab']},
	},
	unknown: {
		'allow policies': {
			given: world(account('ci@shop'), coverage('allowPolicies', 'org', 'missing')),
			because: /organizations\/1/,
		},
		'a custom role': {given: world(['ann', customName('shop', 'gone'), 'shop']), because: /roles\/gone/},
		'a group': {given: world(account('ci@shop'), ['group:ops', OBJECT_VIEWER, 'shop']), because: /group:ops/},
		accounts: {given: world(['ann', OWNER, 'shop'], unread('serviceAccounts')), because: /serviceAccounts/},
	},
	snapshot: 'the policy of an account that owns',
});
