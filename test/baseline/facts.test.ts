import {describe, expect, test} from 'vitest';
import {driftOf, factsOf, InventoryFacts, NamedFacts} from '../../src/baseline/facts.ts';
import type {OpeningFact, Proof, Step} from '../../src/report.ts';
import {emailOf, policy, CRM, project, read, resource} from '../inventory/read.ts';
import {SHOP} from '../commands/triage-world.ts';

const step = (...because: Proof[]): Step => ({
	from: 'a',
	to: 'b',
	escalation: 'x',
	alsoBy: [],
	confidence: 'certain',
	used: null,
	blockedBy: [],
	because,
});
const binding = {kind: 'binding', resource: `${CRM}projects/shop`, role: 'roles/owner', member: 'user:a@b.c'} as const;
const membership = {kind: 'membership', member: 'user:a@b.c', of: 'group:g@b.c'} as const;
const VM = '//compute.googleapis.com/projects/shop/zones/z/instances/vm';
const workload = {kind: 'workload', resource: VM, runsAs: emailOf('x', 'shop')} as const;

test('the facts of a path are what could come or go, each once', () => {
	const proof = {...binding, effect: 'allows', permission: 'p'} as const;
	expect(
		factsOf([
			step(proof, {...proof, permission: 'q'}, {...membership, effect: 'allows'}),
			step(
				{...workload, effect: 'undecided'},
				{...proof, selfGranted: true},
				{...proof, member: 'user:denied@b.c', effect: 'denies'},
				{...membership, of: 'domain:b.c', effect: 'allows'},
				{kind: 'role', effect: 'undecided', role: 'roles/x', permission: 'p'},
				proof,
			),
		]),
	).toEqual([binding, membership, workload]);
	expect(factsOf(undefined)).toEqual([]);
});

describe('the organization itself knows', () => {
	const {inventory} = read([
		project('shop', 10),
		policy(
			`${CRM}projects/10`,
			[
				{role: 'roles/owner', members: ['user:A@b.c']},
				{role: 'roles/viewer', members: ['user:a@b.c'], condition: {expression: 'true'}},
			],
			SHOP,
		),
		resource('cloudidentity.googleapis.com/Group', '//cloudidentity.googleapis.com/groups/1', {
			groupKey: {id: 'g@b.c'},
			members: ['user:a@b.c'],
		}),
		resource('compute.googleapis.com/Instance', VM, {serviceAccounts: [{email: emailOf('x', 'shop')}]}, SHOP),
	]);
	const facts = new InventoryFacts(inventory);

	test.each<[OpeningFact, string]>([
		[binding, 'same'],
		[{...binding, condition: 'true'}, 'changed'],
		[{...binding, role: 'roles/viewer'}, 'changed'],
		[{...binding, role: 'roles/viewer', condition: 'true'}, 'same'],
		[{...binding, member: 'user:z@b.c'}, 'absent'],
		[{...binding, resource: `${CRM}projects/other`}, 'absent'],
		[membership, 'same'],
		[{...membership, member: 'user:z@b.c'}, 'absent'],
		[{...membership, of: 'group:none@b.c'}, 'absent'],
		[workload, 'same'],
		[{...workload, runsAs: emailOf('y', 'shop')}, 'absent'],
	])('%j: %s', (fact, standing) => expect(facts.standing(fact)).toBe(standing));

	test('and is certain of it, unless an entitlement may have granted', () => {
		expect(facts.complete).toBe(true);
		const entitlement = resource('privilegedaccessmanager.googleapis.com/Entitlement', '//x/1', {}, SHOP);
		expect(new InventoryFacts(read([project('shop', 10), entitlement]).inventory).complete).toBe(false);
	});
});

test('a report knows what its findings name, and is not certain', () => {
	const named = new NamedFacts();
	named.add([step({...binding, effect: 'allows', permission: 'p', condition: 'c'})]);
	const path = [
		step({...binding, effect: 'allows', permission: 'p'}, {...membership, effect: 'allows'}),
		step({...binding, effect: 'allows', permission: 'p', condition: 'c'}),
	];
	expect(driftOf(path, named, 'removed')).toEqual([
		{change: 'changed', certain: false, ...binding},
		{change: 'removed', certain: false, ...membership},
	]);
});
