import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import check from '../../checks/default-service-account-editor.ts';
import {
	account,
	coverage,
	customName,
	customRole,
	disabled,
	EDITOR,
	group,
	IAM_ADMIN,
	key,
	OBJECT_ADMIN,
	OWNER,
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
const held = (on: string, ...roles: string[][]): Piece[] =>
	roles.flatMap((permissions, index) => [
		customRole(on, `part${index}`, permissions),
		['compute@shop', customName(on, `part${index}`), 'shop'],
	]);

const FOUND = [['compute@shop', 'compute@shop', 'high']] as const;
const compute = (role: string, on = 'shop', expression?: string): Piece =>
	expression === undefined ? ['compute@shop', role, on] : ['compute@shop', role, on, expression];

testCheck(check, {
	fires: {
		'Compute Engine': {given: world(compute(EDITOR)), finds: FOUND},
		'App Engine': {given: world(['appspot@shop', EDITOR, 'shop']), finds: [['appspot@shop', 'appspot@shop', 'high']]},
		'legacy Cloud Build': {
			given: world(['cloudbuild@shop', EDITOR, 'shop']),
			finds: [['cloudbuild@shop', 'cloudbuild@shop', 'high']],
		},
		'from the folder': {given: world(compute(EDITOR, 'folder')), finds: FOUND},
		'from the organization': {given: world(compute(EDITOR, 'org')), finds: FOUND},
		'in two places: one finding, and the fix takes both': {
			given: world(compute(EDITOR), compute(EDITOR, 'org')),
			finds: FOUND,
		},
		'Owner is as much': {given: world(compute(OWNER)), finds: FOUND},
		'Owner of the folder is as much': {given: world(compute(OWNER, 'folder')), finds: FOUND},
		'the new basic role': {given: world(compute('roles/writer')), finds: FOUND},
		'by a group': {given: world(['group:all', EDITOR, 'shop'], group('all', 'ann', 'compute@shop')), finds: FOUND},
		'by a nested group, on the folder': {
			given: world(
				['group:all', EDITOR, 'folder'],
				group('all', 'group:bots'),
				group('bots', 'compute@shop', 'group:all'),
			),
			finds: FOUND,
		},
		'a custom role with all of it': {given: world(...held('shop', EDITORS)), finds: FOUND},
		'a custom role with 95 % of it': {given: world(...held('shop', share(0, 0.95))), finds: FOUND},
		'an organization’s custom role': {given: world(...held('org', share(0.05, 1))), finds: FOUND},
		'several roles together': {
			given: world(...held('shop', share(0, 0.3), share(0.3, 0.6), share(0.6, 0.96))),
			finds: FOUND,
		},
		'a part here and the rest from above': {
			given: world(
				customRole('org', 'one', share(0, 0.5)),
				customRole('org', 'two', share(0.5, 1)),
				compute(customName('org', 'one')),
				compute(customName('org', 'two'), 'folder'),
			),
			finds: FOUND,
			says: /is editor-like on projects\/shop by/,
		},
		'Editor and policy rewriting': {given: world(compute(EDITOR), compute(IAM_ADMIN)), finds: FOUND},
		'by itself and a group in one binding': {
			given: world([['compute@shop', 'group:all'], EDITOR, 'shop'], group('all', 'compute@shop')),
			finds: FOUND,
		},
		'by two groups in one': {
			given: world(
				['group:all', EDITOR, 'shop'],
				group('all', 'group:one', 'group:two'),
				group('one', 'compute@shop'),
				group('two', 'compute@shop'),
			),
			finds: FOUND,
		},
		'Editor, Owner and enough of other roles besides': {
			given: world(compute(EDITOR), compute(OWNER), ...held('shop', share(0, 0.5), share(0.5, 1))),
			finds: FOUND,
		},
		'an undecidable condition beside a grant': {
			given: world(
				compute(EDITOR),
				compute('roles/writer', 'folder', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels'),
			),
			finds: FOUND,
		},
		'an undecidable condition': {
			given: world(compute('roles/writer', 'shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels')),
			finds: [['compute@shop', 'compute@shop', 'high', 'conditional']],
		},
		'a hit on partial facts': {
			given: world(compute(EDITOR), unread('serviceAccounts'), coverage('allowPolicies', 'lab', 'missing')),
			finds: FOUND,
		},
		'two accounts of one project': {
			given: world([['compute@shop', 'appspot@shop'], EDITOR, 'shop']),
			finds: [...FOUND, ['appspot@shop', 'appspot@shop', 'high']],
		},
		'in the scope': {given: world(compute(EDITOR, 'folder')), finds: FOUND, scopes: ['projects/shop']},
	},
	silent: {
		'a disabled one': world(compute(EDITOR), disabled('compute@shop')),
		'the Google APIs agent has Editor by Google': world(['cloudservices@shop', EDITOR, 'shop']),
		'a service agent': world(['agent@shop', EDITOR, 'shop']),
		'a user-managed account: admin-service-account': world(['ci@shop', EDITOR, 'shop']),
		'an account that is only named alike': world(['compute-developer@shop', EDITOR, 'shop']),
		'Editor of another project': world(['compute@shop', EDITOR, 'lab']),
		'Editor of one bucket': world(['compute@shop', EDITOR, '//storage.googleapis.com/stuff']),
		'a narrower role': world(compute(OBJECT_ADMIN)),
		Viewer: world(compute('roles/viewer')),
		'94 % of it': world(...held('shop', share(0, 0.94))),
		'several roles, not enough': world(...held('shop', share(0, 0.3), share(0.2, 0.6), share(0.5, 0.9))),
		'half here and half on another project': world(
			customRole('org', 'one', share(0, 0.5)),
			customRole('org', 'two', share(0.5, 1)),
			compute(customName('org', 'one')),
			compute(customName('org', 'two'), 'lab'),
		),
		'only a key on it': world(key('compute@shop', 'k1'), compute(OBJECT_ADMIN)),
		'no default account': world(account('ci@shop'), ['ann', EDITOR, 'shop']),
		'a deleted one': world(account('ci@shop'), [
			'deleted:serviceAccount:10-compute@developer.gserviceaccount.com?uid=1',
			EDITOR,
			'shop',
		]),
		'an expired grant': world(compute('roles/writer', 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")')),
		'outside the scope': {given: world(compute(EDITOR)), scopes: ['projects/lab']},
	},
	unknown: {
		'a group that may hold it': {
			given: world(['group:all', EDITOR, 'shop'], account('compute@shop')),
			because: /group:all/,
		},
		'a custom role': {given: world(compute(customName('shop', 'gone'))), because: /roles\/gone/},
		'policies above': {
			given: world(account('compute@shop'), coverage('allowPolicies', 'org', 'missing')),
			because: /organizations\/1/,
		},
		'the accounts': {given: world(['ann', EDITOR, 'shop'], unread('serviceAccounts')), because: /serviceAccounts/},
	},
	snapshot: 'in two places: one finding, and the fix takes both',
});
