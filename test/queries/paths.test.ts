import {describe, expect, test} from 'vitest';
import {DIRECT} from '../../src/graph/escalations.ts';
import {type End, endName, endsOf, type PathFilter, pathsBetween, pathsFrom, sources} from '../../src/queries/paths.ts';
import type {Path} from '../../src/report.ts';
import {resolvePrincipal, resolveResource} from '../../src/resolve.ts';
import type {Asset} from '../../src/sources/asset.ts';
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
	openWorld,
	type OpenOptions,
	OWNER,
	TOKEN_CREATOR,
	world,
	type Grant,
	type Piece,
} from '../worlds/world.ts';
import {cluster, service} from '../worlds/workloads.ts';

const OFFICE = '"accessPolicies/1/accessLevels/office" in request.auth.access_levels';
const ONLY_TOKENS = `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['${TOKEN_CREATOR}'])`;
const OPEN_ID = 'roles/iam.serviceAccountOpenIdTokenCreator';
const mints = (who: string, whom: string): Grant => [who, TOKEN_CREATOR, whom];
const ALL = (1 << DIRECT.length) - 1;

/** `ann -sa-sign-blob-> ci@shop`, accounts without their domain. */
const short = (text: string): string =>
	text
		.replace('serviceAccount:', '')
		.replace('.iam.gserviceaccount.com', '')
		.replace(/^user:(.*)@example\.com$/, '$1');
const shown = ({confidence, steps}: Path): string =>
	[short(steps[0]!.from), ...steps.map(step => `-${step.escalation}-> ${short(step.to)}`), confidence].join(' ');

function endOf({inventory}: World, text: string): End {
	const target = resolveResource(inventory, text.includes('@') ? member(text) : text);
	return target.account ? {account: target.account} : {container: target.container!};
}

interface Query extends PathFilter, OpenOptions {
	limit?: number;
}

async function between(given: Asset[], from: string, to: string, {limit = 10, ...query}: Query = {}): Promise<Path[]> {
	const opened = await openWorld(given, query);
	return pathsBetween(opened, resolvePrincipal(opened.inventory, member(from)), endOf(opened, to), limit, query).paths;
}

async function reach(given: Asset[], from: string, query: Query = {}): Promise<Path[]> {
	const opened = await openWorld(given, query);
	return pathsFrom(opened, resolvePrincipal(opened.inventory, member(from)), query);
}

describe('between two ends', () => {
	const two = [mints('ann', 'ci@shop'), mints('ci@shop', 'root@shop')];
	const delegate: Piece = customRole('shop', 'delegate', ['iam.serviceAccounts.implicitDelegation']);
	const mint: Piece = customRole('shop', 'mint', ['iam.serviceAccounts.getAccessToken']);
	const delegates = (who: string, whom: string): Grant => [who, customName('shop', 'delegate'), whom];
	const becomes = (who: string, whom: string): Grant => [who, customName('shop', 'mint'), whom];

	test.each<[string, Piece[], string, string, string[], Query?]>([
		['one hop', [mints('ann', 'root@shop')], 'ann', 'root@shop', ['ann -sa-get-access-token-> root@shop certain']],
		[
			'two hops',
			two,
			'ann',
			'root@shop',
			['ann -sa-get-access-token-> ci@shop -sa-get-access-token-> root@shop certain'],
		],
		[
			'shortest first',
			[...two, ['ann', KEY_ADMIN, 'root@shop']],
			'ann',
			'root@shop',
			[
				'ann -sa-key-create-> root@shop certain',
				'ann -sa-get-access-token-> ci@shop -sa-get-access-token-> root@shop certain',
			],
		],
		[
			'then surer, then by name',
			[
				...['a@shop', 'b@shop', 'c@shop'].map(middle => mints('ann', middle)),
				['a@shop', TOKEN_CREATOR, 'root@shop', OFFICE],
				mints('b@shop', 'root@shop'),
				mints('c@shop', 'root@shop'),
			],
			'ann',
			'root@shop',
			[
				'ann -sa-get-access-token-> b@shop -sa-get-access-token-> root@shop certain',
				'ann -sa-get-access-token-> c@shop -sa-get-access-token-> root@shop certain',
				'ann -sa-get-access-token-> a@shop -sa-get-access-token-> root@shop conditional',
			],
		],
		[
			'a full right to grant beside one to grant some roles only',
			[
				['ann', IAM_ADMIN, 'shop', ONLY_TOKENS],
				['ann', IAM_ADMIN, 'shop'],
				['root@shop', OWNER, 'shop'],
			],
			'ann',
			'root@shop',
			['ann -project-set-iam-policy-> projects/shop -sa-get-access-token-> root@shop certain'],
		],
		[
			'no more than the limit',
			[...two, ['ann', KEY_ADMIN, 'root@shop']],
			'ann',
			'root@shop',
			['ann -sa-key-create-> root@shop certain'],
			{limit: 1},
		],
		[
			'an account of another project, from one that has none itself',
			[
				customRole('web', 'runs', ['run.services.create']),
				constraint('shop', 'iam.disableCrossProjectServiceAccountUsage', false),
				['ann', customName('web', 'runs'), 'web'],
				['ann', 'roles/iam.serviceAccountUser', 'root@shop'],
			],
			'ann',
			'root@shop',
			['ann -run-service-create-> root@shop certain'],
		],
		[
			'an account of another project, onto a service in one that has none itself',
			[
				customRole('web', 'runs', ['run.services.update']),
				constraint('shop', 'iam.disableCrossProjectServiceAccountUsage', false),
				service('page', 'runner@shop', 'nginx', 'web'),
				['ann', customName('web', 'runs'), 'web'],
				['ann', 'roles/iam.serviceAccountUser', 'root@shop'],
			],
			'ann',
			'root@shop',
			['ann -run-service-update-> root@shop certain'],
		],
		[
			'no other account than those of its pools, which a cluster tells itself',
			[
				cluster('c', {pool: {serviceAccount: email('nodes@shop')}}),
				account('nodes@shop'),
				account('root@shop'),
				['ann', 'roles/container.developer', 'shop'],
			],
			'ann',
			'root@shop',
			[],
		],
		['no more hops than asked', two, 'ann', 'root@shop', [], {maxHops: 1}],
		[
			'the surest escalation, then catalogue order',
			[
				['ann', TOKEN_CREATOR, 'root@shop', OFFICE],
				['ann', ACCOUNT_ADMIN, 'root@shop'],
				['ann', KEY_ADMIN, 'root@shop'],
			],
			'ann',
			'root@shop',
			['ann -sa-key-create-> root@shop certain'],
		],
		[
			'only with the escalation asked for, beside others too',
			[...two, ['ann', KEY_ADMIN, 'root@shop']],
			'ann',
			'root@shop',
			['ann -sa-key-create-> root@shop certain'],
			{escalation: 'sa-key-upload'},
		],
		[
			'no surer than its weakest hop',
			[mints('ann', 'ci@shop'), ['ci@shop', TOKEN_CREATOR, 'root@shop', OFFICE]],
			'ann',
			'root@shop',
			['ann -sa-get-access-token-> ci@shop -sa-get-access-token-> root@shop conditional'],
		],
		[
			'none less sure than asked',
			[mints('ann', 'ci@shop'), ['ci@shop', TOKEN_CREATOR, 'root@shop', OFFICE]],
			'ann',
			'root@shop',
			[],
			{minConfidence: 'certain'},
		],
		[
			'a membership is no hop',
			[mints('group:devs', 'root@shop'), group('devs', 'group:in'), group('in', 'ann', 'group:devs')],
			'ann',
			'root@shop',
			['ann -sa-get-access-token-> root@shop certain'],
		],
		[
			'groups are sources',
			[mints('group:devs', 'root@shop'), group('devs', 'ann')],
			'group:devs',
			'root@shop',
			['group:devs@example.com -sa-get-access-token-> root@shop certain'],
		],
		[
			'delegation and minting',
			[delegate, mint, delegates('ann', 'ci@shop'), becomes('ci@shop', 'root@shop')],
			'ann',
			'root@shop',
			['ann -sa-implicit-delegation-> ci@shop -sa-get-access-token-> root@shop certain'],
		],
		[
			'delegation twice',
			[delegate, mint, delegates('ann', 'a@shop'), delegates('a@shop', 'b@shop'), becomes('b@shop', 'root@shop')],
			'ann',
			'root@shop',
			[
				'ann -sa-implicit-delegation-> a@shop -sa-implicit-delegation-> b@shop -sa-get-access-token-> root@shop certain',
			],
		],
		['delegation alone is no end', [delegate, delegates('ann', 'root@shop')], 'ann', 'root@shop', []],
		[
			'delegation leads to no key',
			[delegate, delegates('ann', 'ci@shop'), ['ci@shop', KEY_ADMIN, 'root@shop']],
			'ann',
			'root@shop',
			[],
		],
		[
			'nor to a container',
			[delegate, delegates('ann', 'ci@shop'), ['ci@shop', IAM_ADMIN, 'lab'], account('root@lab')],
			'ann',
			'root@lab',
			[],
		],
		['OpenID tokens are limited', [['ann', OPEN_ID, 'root@shop']], 'ann', 'root@shop', []],
		[
			'and count if asked',
			[['ann', OPEN_ID, 'root@shop']],
			'ann',
			'root@shop',
			['ann -sa-get-openid-token-> root@shop certain'],
			{wanted: ALL},
		],
		[
			'what is denied is left out',
			[['ann', KEY_ADMIN, 'root@shop'], deny('shop', [EVERYBODY], ['serviceAccountKeys.create'])],
			'ann',
			'root@shop',
			[],
		],
		[
			'a container as an end',
			[['ann', IAM_ADMIN, 'shop']],
			'ann',
			'projects/shop',
			['ann -project-set-iam-policy-> projects/shop certain'],
		],
		[
			'a folder',
			[['ann', 'roles/resourcemanager.folderIamAdmin', 'folder']],
			'ann',
			'folders/2',
			['ann -folder-set-iam-policy-> folders/2 certain'],
		],
		[
			'an organization',
			[['ann', 'roles/resourcemanager.organizationAdmin', 'org']],
			'ann',
			'organizations/1',
			['ann -org-set-iam-policy-> organizations/1 certain'],
		],
		['not what lies below it', [['ann', 'roles/resourcemanager.organizationAdmin', 'org']], 'ann', 'projects/shop', []],
		[
			'an end by its number',
			[['ann', IAM_ADMIN, 'shop']],
			'ann',
			'projects/10',
			['ann -project-set-iam-policy-> projects/shop certain'],
		],
		[
			'on through a container',
			[['ann', IAM_ADMIN, 'shop'], account('root@shop')],
			'ann',
			'root@shop',
			['ann -project-set-iam-policy-> projects/shop -sa-get-access-token-> root@shop certain'],
		],
		[
			'on through a folder to an account below',
			[['ann', 'roles/resourcemanager.folderIamAdmin', 'folder'], account('root@shop')],
			'ann',
			'root@shop',
			['ann -folder-set-iam-policy-> folders/2 -sa-get-access-token-> root@shop certain'],
		],
		[
			'straight, though the container was rewritten first',
			[['ann', IAM_ADMIN, 'shop'], mints('ann', 'shop'), account('root@shop')],
			'ann',
			'root@shop',
			[
				'ann -sa-get-access-token-> root@shop certain',
				'ann -project-set-iam-policy-> projects/shop -sa-get-access-token-> root@shop certain',
			],
		],
		[
			'by an account, then a container',
			[mints('ann', 'ci@lab'), ['ci@lab', IAM_ADMIN, 'shop'], account('root@shop')],
			'ann',
			'root@shop',
			[
				'ann -sa-get-access-token-> ci@lab -project-set-iam-policy-> projects/shop -sa-get-access-token-> root@shop certain',
			],
		],
		[
			'the first minting permission that is not denied',
			[['ann', IAM_ADMIN, 'shop'], account('root@shop'), deny('shop', [EVERYBODY], ['serviceAccounts.getAccessToken'])],
			'ann',
			'root@shop',
			['ann -project-set-iam-policy-> projects/shop -sa-sign-blob-> root@shop certain'],
		],
		[
			'none if all are denied',
			[
				['ann', IAM_ADMIN, 'shop'],
				account('root@shop'),
				deny(
					'shop',
					[EVERYBODY],
					['serviceAccounts.getAccessToken', 'serviceAccounts.signBlob', 'serviceAccounts.signJwt'],
				),
			],
			'ann',
			'root@shop',
			[],
		],
		[
			'a custom role that one holds',
			[
				customRole('shop', 'admin', ['iam.roles.update']),
				['ann', customName('shop', 'admin'), 'shop'],
				account('root@shop'),
			],
			'ann',
			'root@shop',
			['ann -custom-role-update-> projects/shop -sa-get-access-token-> root@shop certain'],
		],
		[
			'a custom role that one does not hold',
			[customRole('shop', 'other', []), ['ann', 'roles/iam.roleAdmin', 'shop'], account('root@shop')],
			'ann',
			'root@shop',
			[],
		],
		['a disabled account on the way', [...two, disabled('ci@shop')], 'ann', 'root@shop', []],
		['a disabled start', [...two, disabled('ci@shop')], 'ci@shop', 'root@shop', []],
		['an end nobody reaches', [mints('ann', 'ci@shop'), account('root@shop')], 'ann', 'root@shop', []],
		[
			'a cycle is not walked twice',
			[...two, mints('root@shop', 'ci@shop')],
			'ann',
			'root@shop',
			['ann -sa-get-access-token-> ci@shop -sa-get-access-token-> root@shop certain'],
		],
		['nobody becomes itself', [mints('ci@shop', 'root@shop'), mints('root@shop', 'ci@shop')], 'ci@shop', 'ci@shop', []],
		[
			'ends in any spelling',
			two,
			'ann',
			'root@shop',
			['ann -sa-get-access-token-> ci@shop -sa-get-access-token-> root@shop certain'],
		],
	])('%s', async (_, pieces, from, to, expected, query) => {
		expect((await between(world(...pieces), from, to, query)).map(shown)).toEqual(expected);
	});

	test('the others are named beside, in catalogue order', async () => {
		const [path] = await between(
			world(['ann', ACCOUNT_ADMIN, 'shop'], ['ann', KEY_ADMIN, 'shop'], mints('ann', 'root@shop')),
			'ann',
			'root@shop',
		);
		expect(path!.steps[0]!.escalation).toBe('sa-get-access-token');
		expect(path!.steps[0]!.alsoBy).toEqual([
			'sa-sign-blob',
			'sa-sign-jwt',
			'sa-key-create',
			'sa-key-upload',
			'sa-set-iam-policy',
		]);
	});

	test('each step says why: binding, membership, condition', async () => {
		const given = world(['group:devs', KEY_ADMIN, 'shop', OFFICE], group('devs', 'ann'), account('root@shop'));
		const [path] = await between(given, 'ann', 'root@shop');
		expect(path!.steps[0]!.because).toEqual([
			{
				kind: 'binding',
				effect: 'undecided',
				resource: '//cloudresourcemanager.googleapis.com/projects/shop',
				role: KEY_ADMIN,
				member: 'group:devs@example.com',
				permission: 'iam.serviceAccountKeys.create',
				condition: OFFICE,
			},
			{kind: 'membership', effect: 'allows', member: 'user:ann@example.com', of: 'group:devs@example.com'},
			{kind: 'condition', effect: 'undecided', expression: OFFICE, value: 'unknown'},
		]);
	});

	test('after a container the binding is one that the actor grants itself', async () => {
		const given = world(mints('ann', 'ci@lab'), ['ci@lab', IAM_ADMIN, 'shop'], account('root@shop'));
		const [path] = await between(given, 'ann', 'root@shop');
		expect(path!.hops).toBe(3);
		expect(path!.steps[2]!.because).toEqual([
			{
				kind: 'binding',
				effect: 'allows',
				resource: '//cloudresourcemanager.googleapis.com/projects/shop',
				role: TOKEN_CREATOR,
				member: member('ci@lab'),
				permission: 'iam.serviceAccounts.getAccessToken',
				selfGranted: true,
			},
		]);
	});

	test('as many paths as there are, each another sequence of nodes', async () => {
		const middles = Array.from({length: 12}, (_, index) => `m${index}@shop`);
		const given = world(...middles.flatMap(middle => [mints('ann', middle), mints(middle, 'root@shop')]));
		const paths = await between(given, 'ann', 'root@shop');
		expect(paths).toHaveLength(10);
		expect(await between(given, 'ann', 'root@shop', {limit: 100})).toHaveLength(12);
		expect(new Set(paths.map(shown)).size).toBe(10);
	});
});

describe('from one end', () => {
	test('the shortest path to each other end, in order', async () => {
		const given = world(
			mints('ann', 'ci@shop'),
			mints('ci@shop', 'root@shop'),
			['root@shop', IAM_ADMIN, 'lab'],
			account('far@lab'),
			['ann', KEY_ADMIN, 'b@web'],
		);
		expect((await reach(given, 'ann')).map(({to, hops}) => `${hops} ${short(to)}`)).toEqual([
			'1 b@web',
			'1 ci@shop',
			'2 root@shop',
			'3 projects/lab',
			'4 far@lab',
		]);
	});

	test('nearer ways are not hidden by ways through containers', async () => {
		const given = world(
			['ann', IAM_ADMIN, 'shop'],
			mints('ann', 'shop'),
			account('ci@shop'),
			mints('ci@shop', 'root@lab'),
		);
		expect((await reach(given, 'ann')).map(({to, hops}) => `${hops} ${short(to)}`)).toEqual([
			'1 projects/shop',
			'1 ci@shop',
			'2 root@lab',
		]);
	});

	test('the shortest, though a longer one is surer', async () => {
		const given = world(
			['ann', TOKEN_CREATOR, 'ci@shop', OFFICE],
			mints('ann', 'by@shop'),
			mints('by@shop', 'ci@shop'),
			mints('ci@shop', 'root@lab'),
		);
		const path = (await reach(given, 'ann')).find(({to}) => to === member('root@lab'));
		expect(path).toMatchObject({hops: 2, confidence: 'conditional'});
	});

	test('one who rewrites a policy in vain does not hide another', async () => {
		const given = world(
			...['a@shop', 'b@shop'].flatMap((who): Grant[] => [mints('ann', who), [who, IAM_ADMIN, 'lab']]),
			account('root@lab'),
			deny(
				'lab',
				[`principal://iam.googleapis.com/projects/-/serviceAccounts/${email('a@shop')}`],
				['serviceAccounts.getAccessToken', 'serviceAccounts.signBlob', 'serviceAccounts.signJwt'],
			),
		);
		expect((await reach(given, 'ann')).map(shown).at(-1)).toBe(
			'ann -sa-get-access-token-> b@shop -project-set-iam-policy-> projects/lab -sa-get-access-token-> root@lab certain',
		);
	});

	test('hops and confidence agree with the steps', async () => {
		const given = world(
			mints('ann', 'shop'),
			account('a@shop'),
			['a@shop', TOKEN_CREATOR, 'folder', OFFICE],
			account('b@web'),
		);
		for (const path of await reach(given, 'ann')) {
			expect(path.hops).toBe(path.steps.length);
			expect(path.steps[0]!.from).toBe(path.from);
			expect(path.steps.at(-1)!.to).toBe(path.to);
			for (const [index, step] of path.steps.entries())
				if (index > 0) expect(step.from).toBe(path.steps[index - 1]!.to);
			expect(path.confidence).toBe(
				path.steps.some(step => step.confidence === 'conditional') ? 'conditional' : 'certain',
			);
		}
	});

	test('what streams is what the paths say', async () => {
		const opened = await openWorld(
			world(mints('ann', 'folder'), account('a@shop'), ['a@shop', IAM_ADMIN, 'lab'], account('b@lab')),
		);
		const ann = resolvePrincipal(opened.inventory, member('ann'));
		const streamed = [...endsOf(opened, ann, {})].map(({end, hops}) => `${hops} ${endName(end)}`);
		expect(streamed.toSorted()).toEqual(
			pathsFrom(opened, ann, {})
				.map(({to, hops}) => `${hops} ${to}`)
				.toSorted(),
		);
	});
});

describe('sources', () => {
	test('whoever a policy or group names and can act', async () => {
		const given = world(
			['ann', 'roles/logging.logWriter', 'shop'],
			['deleted:user:bob@example.com?uid=1', OWNER, 'shop'],
			mints('off@shop', 'root@shop'),
			disabled('off@shop'),
			['agent@shop', OWNER, 'shop'],
			['allUsers', 'roles/viewer', '//storage.googleapis.com/stuff'],
			group('devs', 'carol', 'ci@shop'),
		);
		const opened = await openWorld(given);
		const names = (filter: PathFilter): string[] => sources(opened, filter).map(source => short(source.member));
		const expected = ['allUsers', 'ann', 'carol', 'ci@shop', 'group:devs@example.com'];
		expect(names({}).toSorted()).toEqual(expected);
		expect(names({includeServiceAgents: true}).toSorted()).toEqual(
			[...expected, 'service-10@compute-system'].toSorted(),
		);
		const members = sources(opened, {}).map(source => source.member);
		expect(members).toEqual(members.toSorted());
	});
});
