import {describe, expect, test} from 'vitest';
import {severityOf} from '../../src/access/power.ts';
import {
	customName,
	customRole,
	deny,
	EDITOR,
	EVERYBODY,
	group,
	IAM_ADMIN,
	member,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
	openWorld,
	ORGANIZATION_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	world,
	type Piece,
} from '../worlds/world.ts';

// checks.md, "Definitions that decide".
const OFFICE = '"accessPolicies/1/accessLevels/office" in request.auth.access_levels';

async function powerOf(who: string, ...pieces: Piece[]): Promise<{certain: string[]; possible: string[]}> {
	const {powers, inventory} = await openWorld(world(...pieces));
	const spell = (pairs: readonly {level: string; container: {key: string}}[]): string[] =>
		pairs.map(({level, container}) => `${level} ${container.key}`);
	const {certain, possible} = powers.of(inventory.principals.of(member(who)));
	return {certain: spell(certain), possible: spell(possible)};
}

describe('levels', () => {
	test.each<[string, Piece[], string[]]>([
		['owner', [['ann', OWNER, 'shop']], ['owner-like projects/shop']],
		['the new owner role', [['ann', 'roles/admin', 'shop']], ['owner-like projects/shop']],
		[
			'owner of a folder, though roles/owner cannot rewrite its policy',
			[['ann', OWNER, 'folder']],
			['owner-like folders/2'],
		],
		['editor', [['ann', EDITOR, 'shop']], ['editor-like projects/shop']],
		['the new editor role', [['ann', 'roles/writer', 'shop']], ['editor-like projects/shop']],
		['policy rewriting', [['ann', IAM_ADMIN, 'shop']], ['policy rewriting projects/shop']],
		['policy rewriting of the projects below', [['ann', IAM_ADMIN, 'folder']], ['policy rewriting folders/2']],
		[
			'all of Editor and policy rewriting',
			[
				['ann', EDITOR, 'shop'],
				['ann', IAM_ADMIN, 'shop'],
			],
			['owner-like projects/shop'],
		],
		[
			'the one here, the other above',
			[
				['ann', EDITOR, 'shop'],
				['ann', IAM_ADMIN, 'folder'],
			],
			['owner-like projects/shop', 'policy rewriting folders/2'],
		],
		['organization administrator', [['ann', ORGANIZATION_ADMIN, 'org']], ['owner-like organizations/1']],
		[
			'organization administrator of one folder rewrites policies',
			[['ann', ORGANIZATION_ADMIN, 'folder']],
			['policy rewriting folders/2'],
		],
		['impersonating', [['ann', TOKEN_CREATOR, 'shop']], ['impersonating projects/shop']],
		['act-as', [['ann', 'roles/iam.serviceAccountUser', 'shop']], ['impersonating projects/shop']],
		['keys', [['ann', 'roles/iam.serviceAccountKeyAdmin', 'shop']], ['impersonating projects/shop']],
		['writing', [['ann', OBJECT_ADMIN, 'shop']], ['writing data projects/shop']],
		['reading', [['ann', OBJECT_VIEWER, 'shop']], ['reading data projects/shop']],
		['none', [['ann', 'roles/logging.logWriter', 'shop']], []],
		['nothing on one account is power over a project', [['ann', TOKEN_CREATOR, 'ci@shop']], []],
		['nothing on a bucket', [['ann', OBJECT_ADMIN, '//storage.googleapis.com/stuff']], []],
		[
			'several places',
			[
				['ann', OBJECT_VIEWER, 'shop'],
				['ann', OWNER, 'lab'],
			],
			['owner-like projects/lab', 'reading data projects/shop'],
		],
		[
			'by a group in a group',
			[['group:a', OWNER, 'shop'], group('a', 'group:b'), group('b', 'group:a', 'ann')],
			['owner-like projects/shop'],
		],
		['by the domain', [['domain:example.com', OBJECT_VIEWER, 'shop']], ['reading data projects/shop']],
		['as one of all users', [['allAuthenticatedUsers', OBJECT_VIEWER, 'shop']], ['reading data projects/shop']],
		[
			'by a custom role',
			[customRole('org', 'r', ['storage.objects.get']), ['ann', customName('org', 'r'), 'lab']],
			['reading data projects/lab'],
		],
		[
			'the permission denied',
			[['ann', TOKEN_CREATOR, 'lab'], ['ann', IAM_ADMIN, 'shop'], denyPolicyChanges()],
			['impersonating projects/lab'],
		],
		[
			'an owner who may not rewrite policies is an editor',
			[['ann', OWNER, 'shop'], denyPolicyChanges()],
			['editor-like projects/shop'],
		],
	])('%s', async (_, pieces, expected) => {
		const {certain, possible} = await powerOf('ann', ...pieces);
		expect(certain).toEqual(expected);
		expect(possible).toEqual(expected);
	});
});

/** Denies rewriting the policies of projects in the folder to everybody. */
function denyPolicyChanges(): Piece {
	const {lines} = deny('folder', [EVERYBODY], []);
	const [policy] = structuredClone(lines!) as [{rules: [{denyRule: {deniedPermissions: string[]}}]}];
	policy.rules[0].denyRule.deniedPermissions = ['cloudresourcemanager.googleapis.com/projects.setIamPolicy'];
	return {lines: [policy]};
}

describe('conditions', () => {
	test.each<[string, string | undefined, string[], string[]]>([
		['undecidable', OFFICE, [], ['editor-like projects/shop']],
		[
			'still true',
			'request.time < timestamp("2027-01-01T00:00:00Z")',
			['editor-like projects/shop'],
			['editor-like projects/shop'],
		],
		['expired', 'request.time < timestamp("2026-01-01T00:00:00Z")', [], []],
	])('%s', async (_, expression, certain, possible) => {
		expect(await powerOf('ann', ['ann', 'roles/writer', 'shop', expression!])).toEqual({certain, possible});
	});

	test('an undecided grant does not hide a certain one', async () => {
		expect(await powerOf('ann', ['ann', 'roles/writer', 'shop', OFFICE], ['ann', OBJECT_VIEWER, 'shop'])).toEqual({
			certain: ['reading data projects/shop'],
			possible: ['editor-like projects/shop'],
		});
	});
});

describe('gained', () => {
	test.each<[string, Piece[], string[]]>([
		['all of it', [['ci@shop', OWNER, 'shop']], ['owner-like projects/shop']],
		[
			'nothing that is there already',
			[
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ann', OBJECT_VIEWER, 'shop'],
			],
			[],
		],
		[
			'nothing that is there from above',
			[
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ann', OBJECT_VIEWER, 'folder'],
			],
			[],
		],
		[
			'nothing where there is more',
			[
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ann', EDITOR, 'org'],
			],
			[],
		],
		[
			'data that one could read only by becoming an account',
			[
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ann', TOKEN_CREATOR, 'shop'],
			],
			['reading data projects/shop'],
		],
		[
			'no data beside the right to become accounts, where there are both already',
			[
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ci@shop', TOKEN_CREATOR, 'shop'],
				['ann', TOKEN_CREATOR, 'folder'],
				['ann', OBJECT_ADMIN, 'folder'],
			],
			[],
		],
		[
			'data that are held beside the right to become accounts',
			[
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ci@shop', TOKEN_CREATOR, 'shop'],
				['ann', TOKEN_CREATOR, 'shop'],
			],
			['reading data projects/shop'],
		],
		[
			'what is above',
			[
				['ci@shop', OBJECT_VIEWER, 'folder'],
				['ann', OBJECT_VIEWER, 'shop'],
			],
			['reading data folders/2'],
		],
		[
			'what is beside',
			[
				['ci@shop', OBJECT_VIEWER, 'shop'],
				['ann', OBJECT_VIEWER, 'web'],
			],
			['reading data projects/shop'],
		],
		[
			'what is only perhaps there',
			[
				['ci@shop', EDITOR, 'shop'],
				['ann', 'roles/writer', 'shop', OFFICE],
			],
			['editor-like projects/shop'],
		],
		['what the account has only perhaps', [['ci@shop', 'roles/writer', 'shop', OFFICE]], ['editor-like projects/shop']],
		[
			'an organization administrator gains no project',
			[
				['ci@shop', OWNER, 'shop'],
				['ann', ORGANIZATION_ADMIN, 'org'],
			],
			[],
		],
	])('%s', async (_, pieces, expected) => {
		const {powers, inventory} = await openWorld(world(...pieces));
		const gained = powers.gained(inventory.principals.of(member('ann')), inventory.principals.of(member('ci@shop')));
		expect(gained.map(({level, container}) => `${level} ${container.key}`)).toEqual(expected);
	});
});

test.each([
	[OWNER, 'critical'],
	[EDITOR, 'high'],
	[IAM_ADMIN, 'high'],
	[TOKEN_CREATOR, 'high'],
	[OBJECT_ADMIN, 'medium'],
	[OBJECT_VIEWER, 'medium'],
	['roles/logging.logWriter', undefined],
])('severity of gaining %s is %s', async (role, severity) => {
	const {powers, inventory} = await openWorld(world(['ci@shop', role, 'shop']));
	expect(severityOf(powers.of(inventory.principals.of(member('ci@shop'))).certain)).toBe(severity);
});
