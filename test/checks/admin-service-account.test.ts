import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import check from '../../checks/admin-service-account.ts';
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
	IAM_ADMIN,
	OBJECT_ADMIN,
	ORGANIZATION_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
	type Piece,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

interface RoleData {
	permissions: string[];
	roles: Record<string, {perms: number[]}>;
}
const data = JSON.parse(
	gunzipSync(readFileSync(new URL('../../data/predefined-roles.json.gz', import.meta.url))).toString('utf8'),
) as RoleData;
const EDITORS = data.roles[EDITOR]!.perms.map(number => data.permissions[number]!);
const share = (from: number, to: number): string[] =>
	EDITORS.slice(Math.floor(EDITORS.length * from), Math.ceil(EDITORS.length * to));
const parts = (...roles: string[][]): Piece[] =>
	roles.flatMap((permissions, index) => [
		customRole('shop', `part${index}`, permissions),
		['ci@shop', customName('shop', `part${index}`), 'shop'],
	]);

const FOUND = [['ci@shop', 'ci@shop', 'high']] as const;
const ci = (role: string, on = 'shop', expression?: string): Piece =>
	expression === undefined ? ['ci@shop', role, on] : ['ci@shop', role, on, expression];
const one = (permission: string, on = 'shop') =>
	world(customRole(on === 'org' ? 'org' : 'shop', 'one', [permission]), [
		'ci@shop',
		customName(on === 'org' ? 'org' : 'shop', 'one'),
		on,
	]);

testCheck(check, {
	fires: {
		'an owner': {given: world(ci(OWNER)), finds: FOUND, says: /is owner-like on projects\/shop by roles\/owner/},
		'an editor': {given: world(ci(EDITOR)), finds: FOUND},
		'the new basic roles': {
			given: world(ci('roles/admin'), ['x@web', 'roles/writer', 'web']),
			finds: [...FOUND, ['x@web', 'x@web', 'high']],
		},
		'of another project': {given: world(ci(OWNER, 'lab')), finds: FOUND},
		'of a folder': {given: world(ci(EDITOR, 'folder')), finds: FOUND},
		'of the organization': {given: world(ci(ORGANIZATION_ADMIN, 'org')), finds: FOUND},
		'rewriting a project’s policy': {given: one('resourcemanager.projects.setIamPolicy'), finds: FOUND},
		'rewriting policies of folders': {given: one('resourcemanager.folders.setIamPolicy', 'org'), finds: FOUND},
		'rewriting custom roles': {
			given: one('iam.roles.update'),
			finds: FOUND,
			says: /able to rewrite custom roles on projects\/shop/,
		},
		'several roles are as much as Editor': {given: world(...parts(share(0, 0.5), share(0.5, 0.97))), finds: FOUND},
		'by everything at once: one finding, and the fix takes all': {
			given: world(
				ci(OWNER),
				ci(EDITOR, 'folder'),
				ci(IAM_ADMIN, 'lab'),
				ci('roles/iam.roleAdmin'),
				['group:ops', EDITOR, 'shop'],
				group('ops', 'ci@shop', 'ann'),
				...parts(share(0, 0.5), share(0.5, 1)),
			),
			finds: FOUND,
		},
		'by a group, which it leaves': {
			given: world(['group:ops', EDITOR, 'shop'], group('ops', 'ann', 'group:bots'), group('bots', 'ci@shop')),
			finds: FOUND,
		},
		'an undecidable condition': {
			given: world(ci('roles/admin', 'shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels')),
			finds: [['ci@shop', 'ci@shop', 'high', 'conditional']],
		},
		'an account of another organization': {
			given: world(['serviceAccount:ci@elsewhere-1234.iam.gserviceaccount.com', EDITOR, 'shop']),
			finds: [
				[
					'//iam.googleapis.com/projects/elsewhere-1234/serviceAccounts/ci@elsewhere-1234.iam.gserviceaccount.com',
					'serviceAccount:ci@elsewhere-1234.iam.gserviceaccount.com',
					'high',
				],
			],
		},
		'in the scope': {given: world(ci(EDITOR, 'folder')), finds: FOUND, scopes: ['projects/shop']},
	},
	silent: {
		'a disabled one': world(ci(OWNER), disabled('ci@shop')),
		'a default account: a check of its own': world(['compute@shop', EDITOR, 'shop']),
		'service agents': world(
			['cloudservices@shop', EDITOR, 'shop'],
			['agent@shop', 'roles/compute.serviceAgent', 'shop'],
		),
		'a person': world(account('ci@shop'), ['ann', OWNER, 'shop']),
		'an administrator of one service': world(ci('roles/storage.admin'), ci('roles/compute.admin')),
		'a role that only writes': world(ci(OBJECT_ADMIN)),
		'becoming others is privilege-escalation': world(ci(TOKEN_CREATOR)),
		Viewer: world(ci('roles/viewer')),
		'Owner of one bucket': world(ci(OWNER, '//storage.googleapis.com/stuff')),
		'94 % of Editor': world(...parts(share(0, 0.5), share(0.5, 0.94))),
		'an expired grant': world(ci('roles/admin', 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")')),
		'denied to rewrite': {
			given: world(
				customRole('shop', 'one', ['iam.roles.update']),
				ci(customName('shop', 'one')),
				deny('shop', [EVERYBODY], ['roles.update']),
			),
		},
		'outside the scope': {given: world(ci(OWNER)), scopes: ['projects/lab']},
	},
	unknown: {
		'a group that may have it': {given: world(['group:ops', OWNER, 'shop'], account('ci@shop')), because: /group:ops/},
		'a custom role': {given: world(ci(customName('shop', 'gone'))), because: /roles\/gone/},
		'policies above': {
			given: world(account('ci@shop'), coverage('allowPolicies', 'org', 'missing')),
			because: /organizations\/1/,
		},
		accounts: {given: world(['ann', OWNER, 'shop'], unread('serviceAccounts')), because: /serviceAccounts/},
	},
	snapshot: 'by everything at once: one finding, and the fix takes all',
});
