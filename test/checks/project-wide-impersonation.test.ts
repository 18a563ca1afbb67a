import check from '../../checks/project-wide-impersonation.ts';
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
	KEY_ADMIN,
	OBJECT_VIEWER,
	ORGANIZATION_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const USER = 'roles/iam.serviceAccountUser';
const ci = account('ci@shop');
const FOUND = [['shop', 'ann', 'medium']] as const;
const AGENT_ROLE = 'roles/compute.serviceAgent';
const custom = (permission: string) =>
	[ci, customRole('shop', 'one', [permission]), ['ann', customName('shop', 'one'), 'shop']] as const;

testCheck(check, {
	fires: {
		'token creator on the project': {given: world(ci, ['ann', TOKEN_CREATOR, 'shop']), finds: FOUND},
		'service account user on the project': {given: world(ci, ['ann', USER, 'shop']), finds: FOUND},
		'on the folder': {given: world(ci, ['ann', TOKEN_CREATOR, 'folder']), finds: [['folder', 'ann', 'high']]},
		'on the organization': {given: world(ci, ['ann', USER, 'org']), finds: [['org', 'ann', 'high']]},
		'ID tokens': {given: world(...custom('iam.serviceAccounts.getOpenIdToken')), finds: FOUND},
		'signing bytes': {given: world(...custom('iam.serviceAccounts.signBlob')), finds: FOUND},
		delegation: {given: world(...custom('iam.serviceAccounts.implicitDelegation')), finds: FOUND},
		'acting as': {given: world(...custom('iam.serviceAccounts.actAs')), finds: FOUND},
		'a project without accounts gets some one day': {
			given: world(['ann', USER, 'lab']),
			finds: [['lab', 'ann', 'medium']],
		},
		'workload identity for the whole project': {
			given: world(ci, ['serviceAccount:shop.svc.id.goog[default/web]', 'roles/iam.workloadIdentityUser', 'shop']),
			finds: [['shop', 'serviceAccount:shop.svc.id.goog[default/web]', 'medium']],
		},
		'two members are two findings': {
			given: world(ci, [['ann', 'group:devs'], USER, 'shop'], group('devs', 'bob')),
			finds: [...FOUND, ['shop', 'group:devs', 'medium']],
		},
		'an account': {given: world(['ci@shop', USER, 'web']), finds: [['web', 'ci@shop', 'medium']]},
		'a default account': {given: world(['compute@shop', USER, 'shop']), finds: [['shop', 'compute@shop', 'medium']]},
		'a service agent by a role that is not its own': {
			given: world(ci, ['agent@shop', TOKEN_CREATOR, 'shop']),
			finds: [['shop', 'agent@shop', 'medium']],
		},
		'a person with an agent’s role': {
			given: world(ci, ['ann', 'roles/dataflow.serviceAgent', 'shop']),
			finds: FOUND,
		},
		'an Editor besides': {given: world(ci, ['ann', EDITOR, 'shop'], ['ann', TOKEN_CREATOR, 'shop']), finds: FOUND},
		'an undecidable condition': {
			given: world(ci, [
				'ann',
				TOKEN_CREATOR,
				'shop',
				'"accessPolicies/1/accessLevels/managed" in request.auth.access_levels',
			]),
			finds: [['shop', 'ann', 'medium', 'conditional']],
		},
		'until next year: one lower': {
			given: world(ci, ['ann', TOKEN_CREATOR, 'folder', 'request.time < timestamp("2027-01-01T00:00:00Z")']),
			finds: [['folder', 'ann', 'medium']],
		},
		'denied in part': {
			given: world(ci, ['ann', TOKEN_CREATOR, 'shop'], deny('shop', [EVERYBODY], ['serviceAccounts.getAccessToken'])),
			finds: FOUND,
		},
		'in the scope': {given: world(ci, ['ann', USER, 'shop']), finds: FOUND, scopes: ['projects/shop']},
	},
	silent: {
		'on the account': world(['ann', TOKEN_CREATOR, 'ci@shop'], ['ann', USER, 'ci@shop']),
		'basic roles': world(ci, ['ann', EDITOR, 'shop'], ['bob', OWNER, 'shop'], ['cem', 'roles/writer', 'shop']),
		'keys and policies: other checks': world(ci, ['ann', KEY_ADMIN, 'shop'], ['ann', ACCOUNT_ADMIN, 'shop']),
		'other roles': world(ci, ['ann', OBJECT_VIEWER, 'shop']),
		'an owner besides': world(ci, ['ann', OWNER, 'shop'], ['ann', TOKEN_CREATOR, 'shop']),
		'an organization administrator besides': world(ci, ['ann', ORGANIZATION_ADMIN, 'org'], ['ann', USER, 'folder']),
		'a service agent’s own role': world(ci, ['agent@shop', AGENT_ROLE, 'shop']),
		'a disabled account': world(ci, ['bot@shop', USER, 'shop'], disabled('bot@shop')),
		'a deleted member': world(ci, ['deleted:user:ann@example.com?uid=1', USER, 'shop']),
		'a condition that accounts cannot meet': world(ci, [
			'ann',
			TOKEN_CREATOR,
			'shop',
			'resource.type == "iam.googleapis.com/ServiceAccount"',
		]),
		'an expired grant': world(ci, ['ann', USER, 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")']),
		denied: world(ci, ['ann', USER, 'shop'], deny('org', [EVERYBODY], ['serviceAccounts.actAs'])),
		'outside the scope': {given: world(ci, ['ann', USER, 'shop']), scopes: ['projects/lab']},
	},
	unknown: {
		'allow policies': {given: world(ci, coverage('allowPolicies', 'folder', 'missing')), because: /folders\/2/},
		'no policies at all': {given: world(ci, unread('allowPolicies')), because: /allowPolicies/},
		'a custom role': {given: world(ci, ['ann', customName('shop', 'gone'), 'shop']), because: /roles\/gone/},
	},
	snapshot: 'on the folder',
});
