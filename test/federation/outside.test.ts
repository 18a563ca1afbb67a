/** Paths that start outside: who gets a token, as principals of the graph. */
import {describe, expect, test} from 'vitest';
import openToAll from '../../checks/federation-open-to-all.ts';
import {accountTarget} from '../../src/access/evaluate.ts';
import {endName, pathsFrom, sources} from '../../src/queries/paths.ts';
import {
	bound,
	GITHUB,
	GITLAB,
	pool,
	POOLS_READ,
	provider,
	type ProviderOptions,
	TERRAFORM,
	WORKLOAD_USER,
} from '../worlds/federation.ts';
import {deny, disabled, openWorld, OWNER, TOKEN_CREATOR, world, type Grant, type Piece} from '../worlds/world.ts';

const OWNER_ID = "assertion.repository_owner_id == '1'";
const user = (rest: string, on = 'ci@shop'): Grant => [bound(rest), WORKLOAD_USER, on];
const open = (options: ProviderOptions, ...more: readonly Piece[]) =>
	openWorld(world(...POOLS_READ, pool(), provider('gh', options), ...more));

/** `principal: title -> accounts in hops`. */
async function outside(options: ProviderOptions, ...more: readonly Piece[]): Promise<string[]> {
	const at = await open(options, ...more);
	return [...at.outsiders.titles].map(([principal, title]) => {
		const paths = pathsFrom(at, principal, {}).map(
			path => `${path.to.replace('serviceAccount:', '').split('@')[0]!} in ${path.hops} ${path.confidence}`,
		);
		return `${principal.member}: ${title} -> ${paths.join(', ')}`;
	});
}

const HOST = 'token.actions.githubusercontent.com';

describe('external identities', () => {
	test.each<[string, string[], ProviderOptions, ...Piece[]]>([
		['everybody', [`principalSet://${HOST}/*: any GitHub repository -> ci in 1 certain`], {}, user('*')],
		[
			'everybody, on to what the account can become',
			[
				`principalSet://${HOST}/*: any GitHub repository -> ci in 1 certain, root in 2 certain, projects/lab in 3 certain`,
			],
			{},
			user('*'),
			['ci@shop', TOKEN_CREATOR, 'root@lab'],
			['root@lab', OWNER, 'lab'],
		],
		[
			'everybody, under a condition of the binding',
			[`principalSet://${HOST}/*: any GitHub repository -> ci in 1 conditional`],
			{},
			[bound('*'), WORKLOAD_USER, 'ci@shop', 'request.path == "/x"'],
		],
		[
			'everybody by what a binding asks for, not by all of them',
			[
				`principalSet://${HOST}/*: any GitHub repository -> a in 1 certain`,
				`principalSet://${HOST}/attribute.repository/acme/shop: any branch of acme/shop -> b in 1 certain`,
			],
			{},
			user('attribute.actor/octocat', 'a@shop'),
			user('attribute.repository/acme/shop', 'b@shop'),
		],
		[
			'any repository of an owner',
			[`principalSet://${HOST}/attribute.repository_owner/acme: any repository of acme -> ci in 1 certain`],
			{condition: "assertion.repository_owner == 'acme'"},
			user('*'),
		],
		[
			'any repository of an owner by id',
			[`principalSet://${HOST}/attribute.repository_owner_id/1: any repository of 1 -> ci in 1 certain`],
			{condition: OWNER_ID},
			user('attribute.ref/refs/heads/main'),
		],
		[
			'any branch of a repository',
			[`principalSet://${HOST}/attribute.repository/acme/shop: any branch of acme/shop -> ci in 1 certain`],
			{condition: OWNER_ID},
			user('attribute.repository/acme/shop'),
		],
		[
			'any branch of a repository by id',
			[`principalSet://${HOST}/attribute.repository_id/9: any branch of 9 -> ci in 1 certain`],
			{condition: OWNER_ID},
			user('attribute.repository_id/9'),
		],
		[
			'any pull request',
			[`principalSet://${HOST}/attribute.repository/acme/shop: any pull request of acme/shop -> ci in 1 certain`],
			{condition: OWNER_ID},
			user('subject/repo:acme/shop:pull_request'),
		],
		[
			'one branch is one identity, not a set',
			[],
			{condition: OWNER_ID},
			user('subject/repo:acme/shop:ref:refs/heads/main'),
		],
		[
			'any project of a group',
			['principalSet://gitlab.com/attribute.namespace_id/5: any project of 5 -> ci in 1 certain'],
			{issuer: GITLAB, condition: "assertion.namespace_id == '5'"},
			user('*'),
		],
		[
			'any workspace of an organization',
			[
				'principalSet://app.terraform.io/attribute.terraform_organization_id/org-x: any workspace of org-x -> ci in 1 certain',
			],
			{issuer: TERRAFORM, condition: "assertion.terraform_organization_id == 'org-x'"},
			user('*'),
		],
		[
			'any repository of an enterprise’s own issuer',
			[`principalSet://${HOST}/acme/*: any repository of ${HOST}/acme -> ci in 1 certain`],
			{issuer: `${GITHUB}/acme`},
			user('*'),
		],
		['a condition that is not understood is no way in', [], {condition: "assertion.cost_center == '7'"}, user('*')],
		['a server of one’s own is not outside', [], {issuer: 'https://idp.example.com'}, user('*')],
		['nothing is bound', [], {}],
		['the provider is disabled', [], {disabled: true}, user('*')],
		[
			'the account is disabled',
			[`principalSet://${HOST}/*: any GitHub repository -> `],
			{},
			disabled('ci@shop'),
			user('*'),
		],
		[
			'a deny rule on the bound set',
			[`principalSet://${HOST}/*: any GitHub repository -> `],
			{},
			user('*'),
			deny('shop', [bound('*')], ['serviceAccounts.getAccessToken', 'serviceAccounts.getOpenIdToken']),
		],
	])('%s', async (_, expected, options, ...pieces) => {
		expect(await outside(options, ...pieces)).toEqual(expected);
	});

	test('of several pools are one principal for each issuer', async () => {
		const at = await open({}, user('*'), pool('cd'), provider('gh', {pool: 'cd'}), [
			bound('*', 'cd'),
			WORKLOAD_USER,
			'cd@shop',
		]);
		const [principal] = [...at.outsiders.sets.keys()];
		expect(at.outsiders.sets.size).toBe(1);
		expect(pathsFrom(at, principal!, {}).map(path => path.to)).toHaveLength(2);
	});

	test('are sources of paths, beside the sets that are bound', async () => {
		const at = await open({}, user('*'));
		expect(sources(at, {}).map(({member}) => member)).toEqual([bound('*'), `principalSet://${HOST}/*`]);
	});

	test('belong to what they are, and say by which set', async () => {
		const at = await open({}, user('*'));
		const from = at.inventory.principals.find(`principalSet://${HOST}/*`)!;
		const [path] = pathsFrom(at, from, {});
		expect(path!.steps[0]!.because).toContainEqual({
			kind: 'membership',
			effect: 'allows',
			member: from.member,
			of: bound('*'),
		});
		const account = at.inventory.account('ci@shop.iam.gserviceaccount.com')!;
		expect(at.access.can(from, 'iam.serviceAccounts.getAccessToken', accountTarget(account)).decision).toBe('allow');
		expect(endName({account})).toBe('serviceAccount:ci@shop.iam.gserviceaccount.com');
	});
});

test('a finding tells what outsiders have in the end', async () => {
	const at = await open(
		{},
		user('*'),
		['ci@shop', TOKEN_CREATOR, 'root@lab'],
		['root@lab', OWNER, 'lab'],
		[bound('*'), 'roles/storage.objectViewer', 'shop'],
	);
	const [hit] = [...openToAll.inspect(at).hits];
	expect(hit!.detail().evidence).toMatchObject({
		targets: 1,
		reaches: 2,
		power: {level: 'owner-like', scope: 'projects/lab'},
		roles: [{resource: '//cloudresourcemanager.googleapis.com/projects/shop', role: 'roles/storage.objectViewer'}],
	});
});
