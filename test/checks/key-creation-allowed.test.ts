import check from '../../checks/key-creation-allowed.ts';
import {
	account,
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
	OBJECT_VIEWER,
	ORGANIZATION_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const CREATE = 'iam.disableServiceAccountKeyCreation';
const UPLOAD = 'iam.disableServiceAccountKeyUpload';
const ci = account('ci@shop');
const FOUND = [['shop', undefined, 'medium']] as const;
const ON_DEVICE = '"accessPolicies/1/accessLevels/managed" in request.auth.access_levels';

testCheck(check, {
	fires: {
		'key admin on the project': {given: world(ci, ['ann', KEY_ADMIN, 'shop']), finds: FOUND, says: /create and upload/},
		'key admin on one account': {given: world(['ann', KEY_ADMIN, 'ci@shop']), finds: FOUND},
		'Editor is enough': {given: world(ci, ['ann', EDITOR, 'shop']), finds: FOUND},
		'a custom role': {
			given: world(ci, customRole('org', 'keys', ['iam.serviceAccountKeys.create']), [
				'ann',
				customName('org', 'keys'),
				'shop',
			]),
			finds: FOUND,
		},
		'on the folder: once, there': {
			given: world(ci, account('x@web'), ['ann', KEY_ADMIN, 'folder']),
			finds: [['folder', undefined, 'medium']],
			says: /2 service accounts of folders\/2/,
		},
		'on the organization: once, there': {
			given: world(ci, ['ann', KEY_ADMIN, 'org']),
			finds: [['org', undefined, 'medium']],
		},
		'several in one project are one finding': {
			given: world(ci, ['ann', KEY_ADMIN, 'shop'], ['bob', EDITOR, 'shop'], ['cem', KEY_ADMIN, 'ci@shop']),
			finds: [['shop', undefined, 'medium']],
			says: /user:ann@example.com and 2 more/,
		},
		'two projects are two': {
			given: world(['ann', KEY_ADMIN, 'ci@shop'], ['ann', KEY_ADMIN, 'x@web']),
			finds: [...FOUND, ['web', undefined, 'medium']],
		},
		'an account is owner-like': {
			given: world(ci, ['ann', KEY_ADMIN, 'shop'], ['root@shop', OWNER, 'lab']),
			finds: [['shop', undefined, 'high']],
			says: /root@shop\S+, which is owner-like on projects\/lab/,
		},
		'creating is stopped, uploading is not': {
			given: world(ci, ['ann', KEY_ADMIN, 'shop'], constraint('shop', CREATE)),
			finds: FOUND,
			says: /can upload keys/,
		},
		'uploading is stopped, creating is not': {
			given: world(ci, ['ann', KEY_ADMIN, 'shop'], constraint('org', 'iam.managed.disableServiceAccountKeyUpload')),
			finds: FOUND,
			says: /can create keys/,
		},
		'stopped on the organization, taken back on the project': {
			given: world(
				ci,
				['ann', KEY_ADMIN, 'org'],
				constraint('org', CREATE),
				constraint('org', UPLOAD),
				constraint('shop', CREATE, false),
				constraint('shop', UPLOAD, false),
			),
			finds: [['org', undefined, 'medium']],
		},
		'rewriting policies is not owning': {
			given: world(ci, ['ann', KEY_ADMIN, 'shop'], ['ann', IAM_ADMIN, 'shop']),
			finds: FOUND,
		},
		'an owner of one project under the folder': {
			given: world(ci, account('x@web'), ['ann', KEY_ADMIN, 'folder'], ['ann', OWNER, 'web']),
			finds: [['folder', undefined, 'medium']],
			says: /a service account of folders\/2/,
		},
		'a default account with Editor, for itself': {
			given: world(['compute@shop', EDITOR, 'shop']),
			finds: [['shop', undefined, 'medium']],
		},
		'a group by its name': {
			given: world(ci, ['group:devs', KEY_ADMIN, 'shop'], group('devs', 'ann', 'bob')),
			finds: [['shop', undefined, 'medium']],
		},
		'an undecidable condition': {
			given: world(ci, ['ann', KEY_ADMIN, 'shop', ON_DEVICE]),
			finds: [['shop', undefined, 'medium', 'conditional']],
		},
		'constraints that were not read stop nothing': {
			given: world(ci, ['ann', KEY_ADMIN, 'shop'], coverage('orgPolicies', 'org', 'missing')),
			finds: FOUND,
		},
		'in the scope': {given: world(ci, ['ann', KEY_ADMIN, 'shop']), finds: FOUND, scopes: ['projects/shop']},
	},
	silent: {
		'both constraints': world(ci, ['ann', KEY_ADMIN, 'shop'], constraint('org', CREATE), constraint('org', UPLOAD)),
		'both by their managed names': world(
			ci,
			['ann', KEY_ADMIN, 'shop'],
			constraint('org', 'iam.managed.disableServiceAccountKeyCreation'),
			constraint('org', 'iam.managed.disableServiceAccountKeyUpload'),
		),
		'an owner': world(ci, ['ann', OWNER, 'shop']),
		'an owner of the folder': world(ci, ['ann', OWNER, 'folder'], ['ann', KEY_ADMIN, 'shop']),
		'an organization administrator': world(ci, ['ann', ORGANIZATION_ADMIN, 'org'], ['ann', KEY_ADMIN, 'shop']),
		'Editor and policy rewriting own it': world(ci, ['ann', EDITOR, 'shop'], ['ann', IAM_ADMIN, 'shop']),
		'minting makes no keys': world(ci, ['ann', TOKEN_CREATOR, 'shop']),
		'a role that reads': world(ci, ['ann', OBJECT_VIEWER, 'shop']),
		'a project without accounts': world(['ann', KEY_ADMIN, 'lab']),
		'disabled accounts get no keys': world(['ann', KEY_ADMIN, 'ci@shop'], disabled('ci@shop')),
		'a disabled account makes none': world(ci, ['bot@shop', KEY_ADMIN, 'shop'], disabled('bot@shop')),
		'a service agent': world(ci, ['agent@shop', KEY_ADMIN, 'shop'], ['cloudservices@shop', EDITOR, 'shop']),
		'a deleted member': world(ci, ['deleted:user:ann@example.com?uid=1', KEY_ADMIN, 'shop']),
		'denied to everybody': world(
			ci,
			['ann', KEY_ADMIN, 'shop'],
			deny('org', [EVERYBODY], ['serviceAccountKeys.create']),
		),
		'an expired grant': world(ci, ['ann', KEY_ADMIN, 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")']),
		'outside the scope': {given: world(ci, ['ann', KEY_ADMIN, 'shop']), scopes: ['projects/lab']},
	},
	unknown: {
		'allow policies': {given: world(ci, coverage('allowPolicies', 'org', 'missing')), because: /organizations\/1/},
		'a custom role': {given: world(ci, ['ann', customName('shop', 'gone'), 'shop']), because: /roles\/gone/},
		accounts: {given: world(unread('serviceAccounts'), ['ann', OBJECT_VIEWER, 'shop']), because: /serviceAccounts/},
	},
	snapshot: 'several in one project are one finding',
});
