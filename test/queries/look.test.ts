import {beforeAll, describe, expect, test} from 'vitest';
import {look, type NodeLook} from '../../src/queries/look.ts';
import {pathsFrom} from '../../src/queries/paths.ts';
import {
	account,
	group,
	IAM_ADMIN,
	key,
	member,
	OBJECT_ADMIN,
	openWorld,
	OWNER,
	resource,
	TOKEN_CREATOR,
	world as organization,
} from '../worlds/world.ts';
import type {World} from '../../src/world.ts';

let world: World;
const at = (text: string): NodeLook => look(world, text.includes('/') ? text : member(text))!;

beforeAll(async () => {
	const assets = organization(
		[member('group:devs'), TOKEN_CREATOR, 'ci@shop'],
		[member('ci@shop'), TOKEN_CREATOR, 'root@web'],
		[member('root@web'), OWNER, 'web'],
		['ann', TOKEN_CREATOR, 'shop'],
		['boss', IAM_ADMIN, 'lab'],
		['ci@shop', OBJECT_ADMIN, 'shop'],
		group('devs', 'bob', 'cat'),
		key('ci@shop', 'aaaa'),
		account('ci@shop', {displayName: 'Builder'}),
	);
	world = await openWorld(assets);
});

describe('an account', () => {
	test('who can become it, nearest first', () => {
		const {becomeBy} = at('root@web');
		expect(becomeBy.first.map(({id, hops}) => [id, hops])).toEqual([
			[member('ci@shop'), 1],
			[member('group:devs'), 2],
			[member('ann'), 2],
		]);
		expect(becomeBy.total).toBe(3);
	});

	test('whom it can become, as `paths` says', () => {
		const principal = world.inventory.principals.find(member('ci@shop'))!;
		const ends = pathsFrom(world, principal, {}).map(({to, hops, confidence}) => ({id: to, hops, confidence}));
		expect(new Set(at('ci@shop').becomes.first)).toEqual(new Set(ends));
	});

	test('what it may do, by which bindings, its keys and what it says of itself', () => {
		const node = at('ci@shop');
		expect(node.power).toEqual([{level: 'writing data', scope: 'projects/shop', conditional: false}]);
		expect(node.grants.map(({role, resource: on}) => [role, on])).toEqual([
			[OBJECT_ADMIN, resource('shop')],
			[TOKEN_CREATOR, resource('root@web')],
		]);
		expect(node.keys.map(({id}) => id)).toEqual(['aaaa']);
		expect(node.account).toMatchObject({kind: 'user-managed', displayName: 'Builder', unread: false});
	});
});

test('a group: its members, and what they become through it', () => {
	const node = at('group:devs');
	expect(node.kind).toBe('principal');
	expect(node.members).toEqual([member('bob'), member('cat')]);
	expect(node.becomes.first[0]).toMatchObject({id: member('ci@shop'), hops: 1});
	expect(at('bob').memberOf).toContain(member('group:devs'));
});

test('a container: who rewrites its policy, and the accounts in it', () => {
	expect(at('projects/lab').becomeBy.first).toEqual([{id: member('boss'), hops: 1, confidence: 'certain'}]);
	expect(at('projects/web').becomes).toMatchObject({total: 1, first: [{id: member('root@web')}]});
	expect(at('projects/web').memberOf).toEqual(['folders/2']);
});

test('what nobody knows', () => {
	expect(look(world, 'user:nobody@example.com')).toBeUndefined();
	expect(look(world, 'projects/none')).toBeUndefined();
});
