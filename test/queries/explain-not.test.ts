/** Why there is no path; and what stops a hop that only `--include-blocked` shows. */
import {describe, expect, test} from 'vitest';
import {resourceLine} from '../../scripts/asset-lines.ts';
import {type Explanation, explainNot, type Reason} from '../../src/queries/explain-not.ts';
import {DIRECT} from '../../src/graph/escalations.ts';
import {type End, type PathFilter, pathsBetween} from '../../src/queries/paths.ts';
import type {Path, Proof} from '../../src/report.ts';
import {prepareWorld} from '../../src/prepare.ts';
import {resolvePrincipal, resolveResource} from '../../src/resolve.ts';
import type {World} from '../../src/world.ts';
import {
	account,
	ACCOUNT_ADMIN,
	constraint,
	customName,
	customRole,
	deny,
	disabled,
	email,
	EVERYBODY,
	group,
	IAM_ADMIN,
	KEY_ADMIN,
	member,
	OLD,
	openWorld,
	OWNER,
	PLACES,
	TOKEN_CREATOR,
	unread,
	world,
	type Piece,
} from '../worlds/world.ts';

const NO_KEYS = 'iam.disableServiceAccountKeyCreation';
const NO_UPLOADS = 'iam.disableServiceAccountKeyUpload';
const OFFICE = '"accessPolicies/1/accessLevels/office" in request.auth.access_levels';
const USER = 'roles/iam.serviceAccountUser';
const ALL = (1 << DIRECT.length) - 1;

function endOf({inventory}: World, text: string): End {
	const target = resolveResource(inventory, text.includes('@') ? member(text) : text);
	return target.account ? {account: target.account} : {container: target.container!};
}

/** One inventory compiled three times, as the command does. */
async function explained(
	pieces: readonly Piece[],
	to = 'root@shop',
	filter: PathFilter = {},
	from = 'ann',
): Promise<Explanation> {
	const opened = await openWorld(world(account('root@shop'), ...pieces));
	const wider = {
		blocked: await prepareWorld(opened.inventory, opened.config, {includeBlocked: true}),
		limited: await prepareWorld(opened.inventory, opened.config, {wanted: ALL}),
	};
	return explainNot(opened, resolvePrincipal(opened.inventory, member(from)), endOf(opened, to), filter, wider);
}

async function reasons(...asked: Parameters<typeof explained>): Promise<Reason[]> {
	const explanation = await explained(...asked);
	if (explanation.exists) throw new Error('there is a path');
	for (const {text} of explanation.reasons) expect(text).toMatch(/^[A-Za-z0-9].*\.$/s);
	return explanation.reasons;
}

/** The first reason of a kind. */
function only<K extends Reason['kind']>(all: readonly Reason[], kind: K): (Reason & {kind: K}) | undefined {
	return all.find((reason): reason is Reason & {kind: K} => reason.kind === kind);
}

describe('a path that exists', () => {
	test('is shown', async () => {
		expect(await explained([['ann', TOKEN_CREATOR, 'root@shop']])).toMatchObject({
			from: member('ann'),
			to: member('root@shop'),
			exists: true,
			path: {hops: 1, steps: [{escalation: 'sa-get-access-token'}]},
		});
	});

	test.each<[string, PathFilter]>([
		['too long', {maxHops: 1}],
		['not sure enough', {minConfidence: 'certain'}],
		['by another escalation', {escalation: 'sa-key-create'}],
	])('but is left out: %s', async (_, filter) => {
		const pieces: Piece[] = [
			['ann', TOKEN_CREATOR, 'a@shop', OFFICE],
			['a@shop', TOKEN_CREATOR, 'root@shop'],
		];
		expect(only(await reasons(pieces, 'root@shop', filter), 'filtered')?.path).toMatchObject({
			hops: 2,
			confidence: 'conditional',
		});
		expect(await explained(pieces)).toMatchObject({exists: true});
	});
});

describe('the ends', () => {
	test.each<[string, Piece[], string, string, string, string]>([
		['a disabled end', [disabled('root@shop')], 'ann', 'root@shop', 'target', 'disabled'],
		[
			'an end whose asset was not read',
			[unread('serviceAccounts'), ['root@shop', TOKEN_CREATOR, 'shop']],
			'bob',
			'root@shop',
			'target',
			'unread',
		],
		['a service agent', [['agent@shop', OWNER, 'shop']], 'ann', 'agent@shop', 'target', 'service-agent'],
		['itself', [['root@shop', TOKEN_CREATOR, 'root@shop']], 'root@shop', 'root@shop', 'target', 'itself'],
		[
			'a disabled start',
			[disabled('a@shop'), ['a@shop', TOKEN_CREATOR, 'root@shop']],
			'a@shop',
			'root@shop',
			'source',
			'disabled',
		],
		['a deleted start', [], 'deleted:user:ann@example.com?uid=1', 'root@shop', 'source', 'deleted'],
		['a start that nothing binds', [], 'ann', 'root@shop', 'source', 'unbound'],
	])('%s', async (_, pieces, from, to, kind, state) => {
		const found = await reasons(pieces, to, {}, from);
		expect(found.filter(reason => reason.kind === 'source' || reason.kind === 'target')).toContainEqual(
			expect.objectContaining({kind, state}),
		);
	});

	test('nothing is said of ends where all is well', async () => {
		const found = await reasons([['ann', TOKEN_CREATOR, 'a@shop']]);
		expect(only(found, 'source')).toBeUndefined();
		expect(only(found, 'target')).toBeUndefined();
		expect(only(found, 'unread')).toBeUndefined();
	});
});

describe('what would be a path', () => {
	test('a constraint stops it', async () => {
		const found = only(
			await reasons([['ann', KEY_ADMIN, 'root@shop'], constraint('org', NO_KEYS), constraint('org', NO_UPLOADS)]),
			'blocked',
		);
		expect(found?.text).toContain('sa-key-create');
		expect(found?.path.steps[0]!.blockedBy).toEqual([
			{
				kind: 'constraint',
				effect: 'denies',
				constraint: NO_KEYS,
				resource: '//cloudresourcemanager.googleapis.com/organizations/1',
			},
		]);
	});

	test('a deny rule stops it', async () => {
		const found = await reasons([
			['ann', KEY_ADMIN, 'root@shop'],
			deny('shop', [EVERYBODY], ['serviceAccountKeys.create']),
		]);
		expect(only(found, 'blocked')?.path.steps[0]!.blockedBy[0]).toMatchObject({
			kind: 'deny',
			effect: 'denies',
			rule: 0,
		});
		const lacks = only(found, 'lacks')!.permissions.find(({escalation}) => escalation === 'sa-key-create')!;
		expect(lacks).toMatchObject({decision: 'deny', proof: [{kind: 'deny'}]});
	});

	test('it is limited', async () => {
		const found = await reasons([['ann', 'roles/iam.serviceAccountOpenIdTokenCreator', 'root@shop']]);
		expect(only(found, 'limited')?.path.steps[0]!.escalation).toBe('sa-get-openid-token');
		expect(only(found, 'blocked')).toBeUndefined();
	});
});

describe('the hop that is missing', () => {
	test('how far one gets, and who goes on', async () => {
		const found = await reasons([
			['ann', TOKEN_CREATOR, 'a@shop'],
			['b@shop', KEY_ADMIN, 'root@shop'],
			['bob', IAM_ADMIN, 'shop'],
		]);
		const reached = only(found, 'reach')!;
		expect(reached).toMatchObject({total: 1, nearest: [{to: member('a@shop'), hops: 1, confidence: 'certain'}]});
		expect(only(found, 'lastHop')).toMatchObject({
			total: 2,
			principals: [
				{from: member('b@shop'), escalation: 'sa-key-create', confidence: 'certain'},
				{from: `${member('bob')} through projects/shop`, escalation: 'sa-get-access-token', confidence: 'certain'},
			],
		});
	});

	test('by code in a bucket', async () => {
		const environment = resourceLine(
			'//composer.googleapis.com/projects/shop/locations/here/environments/e',
			'composer.googleapis.com/Environment',
			PLACES['shop']!,
			{config: {nodeConfig: {serviceAccount: email('root@shop')}, dagGcsPrefix: 'gs://dags/dags'}},
			OLD,
		);
		const found = await reasons([
			{lines: [environment]},
			['bob', 'roles/storage.objectCreator', '//storage.googleapis.com/dags'],
		]);
		expect(only(found, 'lastHop')).toMatchObject({
			total: 1,
			principals: [{from: member('bob'), escalation: 'composer-dag-bucket-write', confidence: 'certain'}],
		});
	});

	test('twenty are named, all are counted', async () => {
		const many = Array.from({length: 25}, (_, index) => `u${String(index).padStart(2, '0')}`);
		const mine = Array.from({length: 23}, (_, index) => `m${index}@web`);
		const found = await reasons([
			[many, TOKEN_CREATOR, 'root@shop'],
			...mine.map((short): Piece => ['ann', TOKEN_CREATOR, short]),
		]);
		expect(only(found, 'lastHop')).toMatchObject({total: 25});
		expect(only(found, 'lastHop')!.principals.map(({from}) => from)).toEqual(many.slice(0, 20).map(member));
		expect(only(found, 'reach')).toMatchObject({total: 23});
		expect(only(found, 'reach')!.nearest).toHaveLength(20);
	});

	test('sets count as they are bound', async () => {
		const found = await reasons([['group:devs', TOKEN_CREATOR, 'root@shop'], group('devs', 'bob')]);
		expect(only(found, 'lastHop')!.principals.map(({from}) => from)).toEqual([member('group:devs')]);
	});

	test('which permission, and on what', async () => {
		const found = (await reasons([['ann', USER, 'root@shop']])).filter(reason => reason.kind === 'lacks');
		expect(found.map(({on}) => on.split('/').slice(-2).join('/'))).toEqual([
			`serviceAccounts/${member('root@shop').slice('serviceAccount:'.length)}`,
			'projects/shop',
			'folders/2',
			'organizations/1',
		]);
		const decisions = Object.fromEntries(found[0]!.permissions.map(({permission, decision}) => [permission, decision]));
		expect(decisions).toMatchObject({
			'iam.serviceAccounts.getAccessToken': 'deny',
			'iam.serviceAccounts.actAs': 'allow',
		});
		expect(found[0]!.permissions.at(-1)!.reason).toContain('make something run as it');
	});

	test('a container as the end', async () => {
		const found = await reasons(
			[
				['bob', IAM_ADMIN, 'shop'],
				['ann', TOKEN_CREATOR, 'root@shop'],
			],
			'projects/shop',
		);
		expect(only(found, 'lastHop')).toMatchObject({
			total: 1,
			principals: [{from: member('bob'), escalation: 'project-set-iam-policy'}],
		});
		expect(only(found, 'lacks')!.permissions).toMatchObject([
			{permission: 'resourcemanager.projects.setIamPolicy', decision: 'deny'},
		]);
	});
});

describe('what was not read and could hide a hop', () => {
	test.each<[string, Piece[], string, string]>([
		['the policy of the end', [unread('allowPolicies')], 'allowPolicies', 'projects/shop'],
		['a group', [['group:devs', TOKEN_CREATOR, 'root@shop']], 'groups', 'group:devs@example.com'],
		['a role', [['ann', 'projects/shop/roles/gone', 'shop']], 'roles', '//iam.googleapis.com/projects/shop/roles/gone'],
	])('%s', async (_, pieces, fact, scope) => {
		const found = await reasons(pieces);
		expect(found.filter(reason => reason.kind === 'unread')).toContainEqual(expect.objectContaining({fact, scope}));
	});

	test('only a token would tell', async () => {
		const pool = '//iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/p';
		const found = await reasons(
			[[`principalSet:${pool}/attribute.repository/o/r`, TOKEN_CREATOR, 'root@shop']],
			'root@shop',
			{},
			`principal:${pool}/subject/s`,
		);
		expect(only(found, 'unread')).toMatchObject({fact: 'token'});
	});
});

describe('what stops a hop', () => {
	async function blockedBetween(pieces: readonly Piece[], to = 'root@shop'): Promise<Path[]> {
		const opened = await openWorld(world(account('root@shop'), ...pieces), {includeBlocked: true});
		return pathsBetween(opened, resolvePrincipal(opened.inventory, member('ann')), endOf(opened, to), 10, {}).paths;
	}
	const kinds = (proofs: readonly Proof[]): string[] => proofs.map(({kind}) => kind);

	test.each<[string, Piece[], string, string[]]>([
		[
			'a constraint',
			[['ann', KEY_ADMIN, 'root@shop'], constraint('shop', NO_KEYS), constraint('shop', NO_UPLOADS)],
			'sa-key-create',
			['constraint'],
		],
		[
			'a deny rule',
			[
				['ann', TOKEN_CREATOR, 'root@shop'],
				deny(
					'folder',
					[EVERYBODY],
					['serviceAccounts.getAccessToken', 'serviceAccounts.signBlob', 'serviceAccounts.signJwt'],
				),
			],
			'sa-get-access-token',
			['deny'],
		],
		[
			'both',
			[
				['ann', KEY_ADMIN, 'root@shop'],
				constraint('shop', NO_KEYS),
				constraint('shop', NO_UPLOADS),
				deny('shop', [EVERYBODY], ['serviceAccountKeys.create']),
			],
			'sa-key-create',
			['constraint', 'deny'],
		],
		[
			'nothing, if another escalation is open',
			[['ann', KEY_ADMIN, 'root@shop'], constraint('shop', NO_KEYS)],
			'sa-key-upload',
			[],
		],
		[
			'nothing, if another binding is open',
			[
				['ann', KEY_ADMIN, 'root@shop'],
				['ann', ACCOUNT_ADMIN, 'root@shop'],
				deny('shop', [EVERYBODY], ['serviceAccountKeys.create']),
			],
			'sa-set-iam-policy',
			[],
		],
		['nothing where nothing is', [['ann', TOKEN_CREATOR, 'root@shop']], 'sa-get-access-token', []],
		['nothing on another place', [['ann', KEY_ADMIN, 'root@shop'], constraint('lab', NO_KEYS)], 'sa-key-create', []],
	])('%s', async (_, pieces, escalation, expected) => {
		const [path] = await blockedBetween(pieces);
		expect(path!.steps).toHaveLength(1);
		expect([path!.steps[0]!.escalation, kinds(path!.steps[0]!.blockedBy)]).toEqual([escalation, expected]);
	});

	test('an open hop does not name the blocked ones beside', async () => {
		const [path] = await blockedBetween([['ann', KEY_ADMIN, 'root@shop'], constraint('shop', NO_KEYS)]);
		expect(path!.steps[0]!.alsoBy).toEqual([]);
	});

	test('confidence stays what it would be', async () => {
		const [path] = await blockedBetween([
			['ann', KEY_ADMIN, 'root@shop', OFFICE],
			constraint('shop', NO_KEYS),
			constraint('shop', NO_UPLOADS),
		]);
		expect(path).toMatchObject({confidence: 'conditional', steps: [{blockedBy: [{kind: 'constraint'}]}]});
	});

	test('an open way wins over a surer blocked one', async () => {
		const [path] = await blockedBetween([
			['ann', KEY_ADMIN, 'root@shop'],
			['ann', TOKEN_CREATOR, 'root@shop', OFFICE],
			deny('shop', [EVERYBODY], ['serviceAccountKeys.create']),
		]);
		expect(path!.steps[0]).toMatchObject({escalation: 'sa-get-access-token', confidence: 'conditional', blockedBy: []});
	});

	test('rewriting a policy, and what comes after it', async () => {
		const denied = deny(
			'shop',
			[EVERYBODY],
			['serviceAccounts.getAccessToken', 'serviceAccounts.signBlob', 'serviceAccounts.signJwt'],
		);
		const [path] = await blockedBetween([['ann', IAM_ADMIN, 'shop'], denied]);
		expect(path!.steps.map(({blockedBy}) => kinds(blockedBy))).toEqual([[], ['deny']]);
		const policy = `policies/${encodeURIComponent('cloudresourcemanager.googleapis.com/projects/10')}/denypolicies/r`;
		const rule = {
			deniedPrincipals: [EVERYBODY],
			deniedPermissions: ['cloudresourcemanager.googleapis.com/projects.setIamPolicy'],
		};
		const rewriting: Piece = {lines: [{name: policy, kind: 'DenyPolicy', rules: [{denyRule: rule}]}]};
		const [rewritten] = await blockedBetween([['ann', IAM_ADMIN, 'shop'], rewriting], 'projects/shop');
		expect(kinds(rewritten!.steps[0]!.blockedBy)).toEqual(['deny']);
	});

	test('delegating', async () => {
		const [path] = await blockedBetween([
			customRole('shop', 'delegate', ['iam.serviceAccounts.implicitDelegation']),
			['ann', customName('shop', 'delegate'), 'a@shop'],
			['a@shop', TOKEN_CREATOR, 'root@shop'],
			deny('shop', [EVERYBODY], ['serviceAccounts.implicitDelegation']),
		]);
		expect(path!.steps.map(({escalation, blockedBy}) => [escalation, ...kinds(blockedBy)])).toEqual([
			['sa-implicit-delegation', 'deny'],
			['sa-get-access-token'],
		]);
	});

	test('acting as an account', async () => {
		const denied = deny('shop', [EVERYBODY], ['serviceAccounts.actAs']);
		const [path] = await blockedBetween([['ann', USER, 'root@shop'], ['ann', 'roles/compute.admin', 'shop'], denied]);
		expect(path!.steps).toMatchObject([{blockedBy: [{kind: 'deny'}]}]);
	});

	test('putting on an identity of a pool', async () => {
		const pool = 'iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/p';
		const found = await blockedBetween([
			['ann', 'roles/iam.workloadIdentityPoolAdmin', 'folder'],
			[`principal://${pool}/subject/s`, TOKEN_CREATOR, 'root@shop'],
			deny('shop', [EVERYBODY], ['workloadIdentityPoolProviders.update', 'workloadIdentityPoolProviders.create']),
		]);
		expect(found.map(({steps}) => steps.map(({blockedBy}) => kinds(blockedBy)))).toEqual([[['deny'], []]]);
	});

	test('a longer open path stands beside a blocked one', async () => {
		const found = await blockedBetween([
			['ann', KEY_ADMIN, 'root@shop'],
			['ann', TOKEN_CREATOR, 'a@lab'],
			['a@lab', TOKEN_CREATOR, 'root@shop'],
			deny('shop', [EVERYBODY], ['serviceAccountKeys.create']),
		]);
		expect(found.map(({steps}) => steps.some(({blockedBy}) => blockedBy.length > 0))).toEqual([true, false]);
	});

	test('without the flag nothing is looked for', async () => {
		const opened = await openWorld(world(['ann', KEY_ADMIN, 'root@shop'], constraint('shop', NO_KEYS)));
		const [path] = pathsBetween(
			opened,
			resolvePrincipal(opened.inventory, member('ann')),
			endOf(opened, 'root@shop'),
			1,
			{},
		).paths;
		expect(path!.steps[0]).toMatchObject({escalation: 'sa-key-upload', blockedBy: []});
	});
});
