import check from '../../checks/service-account-in-group.ts';
import {
	account,
	coverage,
	disabled,
	EDITOR,
	group,
	OBJECT_VIEWER,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const FOUND = [['ci@shop', undefined, 'low']] as const;
const BUCKET = '//storage.googleapis.com/stuff';

testCheck(check, {
	fires: {
		'a group with a role on the project': {
			given: world(['group:devs', OBJECT_VIEWER, 'shop'], group('devs', 'ann', 'ci@shop')),
			finds: FOUND,
			says: /gets access to \S+projects\/shop as a member of group:devs@example.com/,
		},
		'a group with a role on one bucket': {
			given: world(['group:devs', OBJECT_VIEWER, BUCKET], group('devs', 'ci@shop')),
			finds: FOUND,
		},
		'a role that means nothing here': {
			given: world(['group:devs', 'roles/browser', 'org'], group('devs', 'ci@shop')),
			finds: FOUND,
		},
		'by a group in a group': {
			given: world(['group:all', EDITOR, 'folder'], group('all', 'group:bots'), group('bots', 'ci@shop', 'group:all')),
			finds: FOUND,
		},
		'two groups: one finding, and the fix leaves both': {
			given: world(
				['group:one', OBJECT_VIEWER, 'shop'],
				['group:two', OBJECT_VIEWER, 'web'],
				group('one', 'ci@shop'),
				group('two', 'ci@shop'),
			),
			finds: FOUND,
			says: /what 2 bindings grant as a member of group:one@example.com, group:two@example.com/,
		},
		'a default account': {
			given: world(['group:devs', OBJECT_VIEWER, 'shop'], group('devs', 'compute@shop')),
			finds: [['compute@shop', undefined, 'low']],
		},
		'two accounts are two findings': {
			given: world(['group:devs', OBJECT_VIEWER, 'shop'], group('devs', 'ci@shop', 'x@web')),
			finds: [...FOUND, ['x@web', undefined, 'low']],
		},
		'though it has the role by itself too': {
			given: world([['group:devs', 'ci@shop'], OBJECT_VIEWER, 'shop'], group('devs', 'ci@shop')),
			finds: FOUND,
		},
		'a condition on the resources below': {
			given: world(
				['group:devs', OBJECT_VIEWER, 'shop', 'resource.type == "storage.googleapis.com/Bucket"'],
				group('devs', 'ci@shop'),
			),
			finds: FOUND,
		},
		'in the scope': {
			given: world(['group:devs', OBJECT_VIEWER, 'org'], group('devs', 'ci@shop')),
			finds: FOUND,
			scopes: ['projects/shop'],
		},
	},
	silent: {
		'nothing is granted to the group': world(['ann', OWNER, 'shop'], group('devs', 'ci@shop')),
		'a group of people': world(account('ci@shop'), ['group:devs', EDITOR, 'shop'], group('devs', 'ann')),
		'a disabled account': world(['group:devs', EDITOR, 'shop'], group('devs', 'ci@shop'), disabled('ci@shop')),
		'a service agent': world(account('ci@shop'), ['group:devs', EDITOR, 'shop'], group('devs', 'agent@shop')),
		'the role is granted to the account': world(['ci@shop', OBJECT_VIEWER, 'shop']),
		'an expired grant': world(
			['group:devs', OBJECT_VIEWER, 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")'],
			group('devs', 'ci@shop'),
		),
		'a condition that an account never meets, on an account': world(
			['group:devs', TOKEN_CREATOR, 'root@shop', 'resource.type == "storage.googleapis.com/Bucket"'],
			group('devs', 'ci@shop'),
		),
		'outside the scope': {
			given: world(['group:devs', OBJECT_VIEWER, 'org'], group('devs', 'ci@shop')),
			scopes: ['projects/lab'],
		},
	},
	unknown: {
		'members of a bound group': {
			given: world(account('ci@shop'), ['group:devs', OBJECT_VIEWER, 'shop']),
			because: /group:devs/,
		},
		'a group in a bound group': {
			given: world(account('ci@shop'), ['group:devs', OBJECT_VIEWER, 'shop'], group('devs', 'ann', 'group:far')),
			because: /group:devs/,
		},
		'allow policies': {
			given: world(group('devs', 'ci@shop'), coverage('allowPolicies', 'shop', 'missing')),
			because: /projects\/shop/,
		},
		accounts: {given: world(['ann', OWNER, 'shop'], unread('serviceAccounts')), because: /serviceAccounts/},
	},
	snapshot: 'two groups: one finding, and the fix leaves both',
});
