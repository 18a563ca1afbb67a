/** `--all` as a graph: what can be walked in it is what the search finds. */
import {describe, expect, test} from 'vitest';
import {directHops} from '../../src/graph-export/direct.ts';
import {distinctHops} from '../../src/graph-export/hops.ts';
import {endName, endsOf, sources} from '../../src/queries/paths.ts';
import {
	account,
	customName,
	customRole,
	deny,
	EVERYBODY,
	group,
	IAM_ADMIN,
	KEY_ADMIN,
	member,
	openWorld,
	TOKEN_CREATOR,
	world,
	type Piece,
} from '../worlds/world.ts';

const CASES: [string, Piece[]][] = [
	[
		'a chain',
		[
			['ann', TOKEN_CREATOR, 'a@shop'],
			['a@shop', TOKEN_CREATOR, 'b@shop'],
			['b@shop', KEY_ADMIN, 'c@shop'],
		],
	],
	[
		'a cycle',
		[
			['ann', TOKEN_CREATOR, 'a@shop'],
			['a@shop', TOKEN_CREATOR, 'b@shop'],
			['b@shop', TOKEN_CREATOR, 'a@shop'],
		],
	],
	['a group', [['group:devs', TOKEN_CREATOR, 'a@shop'], group('devs', 'ann', 'bob')]],
	[
		'a project',
		[['ann', TOKEN_CREATOR, 'folder'], account('a@shop'), account('b@web'), ['b@web', TOKEN_CREATOR, 'c@lab']],
	],
	[
		'through containers',
		[['ann', IAM_ADMIN, 'shop'], account('a@shop'), ['a@shop', IAM_ADMIN, 'lab'], account('b@lab')],
	],
	[
		'through a container and directly',
		[['ann', IAM_ADMIN, 'shop'], ['ann', TOKEN_CREATOR, 'a@shop'], account('b@shop'), ['bob', IAM_ADMIN, 'shop']],
	],
	[
		'delegation over delegates that cannot mint',
		[
			customRole('shop', 'delegate', ['iam.serviceAccounts.implicitDelegation']),
			customRole('shop', 'mint', ['iam.serviceAccounts.getAccessToken']),
			['ann', customName('shop', 'delegate'), 'a@shop'],
			['a@shop', customName('shop', 'delegate'), 'b@shop'],
			['b@shop', customName('shop', 'mint'), 'c@shop'],
		],
	],
	['what is denied', [['ann', KEY_ADMIN, 'a@shop'], deny('shop', [EVERYBODY], ['serviceAccountKeys.create'])]],
];

describe('walking the hops reaches what the search reaches', () => {
	test.each(CASES)('%s', async (_, pieces) => {
		const opened = await openWorld(world(...pieces));
		const hops = [...distinctHops(directHops(opened, {}))];
		for (const source of sources(opened, {})) {
			const walked = new Set([source.member]);
			for (const at of walked) for (const {from, to} of hops) if (from === at) walked.add(to);
			for (const {end} of endsOf(opened, source, {})) expect(walked).toContain(endName(end));
		}
		const keys = hops.map(({from, to, escalation}) => `${from} ${to} ${escalation}`);
		expect(keys).toEqual([...new Set(keys)]);
	});
});

test('every hop is one that somebody makes: no key where keys are denied', async () => {
	const opened = await openWorld(world(...CASES[0]![1], ...CASES[7]![1]));
	const hops = [...distinctHops(directHops(opened, {}))].map(({from, to}) => [from, to]);
	const expected = [
		[member('a@shop'), member('b@shop')],
		[member('ann'), member('a@shop')],
	];
	expect(hops.toSorted()).toEqual(expected.toSorted());
});

test('filters hold', async () => {
	const office = '"accessPolicies/1/accessLevels/office" in request.auth.access_levels';
	const opened = await openWorld(world(['ann', TOKEN_CREATOR, 'a@shop', office], ['a@shop', KEY_ADMIN, 'b@shop']));
	const ends = (filter: Parameters<typeof directHops>[1]): string[] =>
		[...distinctHops(directHops(opened, filter))].map(({to}) => to);
	expect(ends({}).toSorted()).toEqual([member('a@shop'), member('b@shop')]);
	expect(ends({minConfidence: 'certain'})).toEqual([member('b@shop')]);
	expect(ends({escalation: 'sa-key-upload'})).toEqual([member('b@shop')]);
});
