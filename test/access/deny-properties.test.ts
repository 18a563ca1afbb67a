import fc from 'fast-check';
import {expect, test} from 'vitest';
import {BoundaryPolicies} from '../../src/access/boundary.ts';
import type {Tri} from '../../src/access/conditions.ts';
import {Memberships} from '../../src/access/sets.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {denyJudge, denyPolicy, group, NOW, resource, target, world} from './guard-world.ts';

// Laws of issue 3: a deny rule only ever takes away; a further boundary never narrows who already has one.
const PEOPLE = [
	'user:ann@example.com',
	'user:bob@example.com',
	'serviceAccount:sa@lab.iam.gserviceaccount.com',
	'group:devs@example.com',
];
const DENIED = [
	'principalSet://goog/public:all',
	'principal://goog/subject/ann@example.com',
	'principalSet://goog/group/devs@example.com',
	'principalSet://goog/group/dark@example.com',
	'principalSet://cloudresourcemanager.googleapis.com/organizations/1/type/ServiceAccount',
];
const NODES = ['organizations/1', 'folders/2', 'projects/10', 'projects/20'];
const PERMISSIONS = ['iam.googleapis.com/serviceAccounts.actAs', 'iam.googleapis.com/serviceAccounts.signJwt'];
const TARGETS = ['organizations/1', 'projects/10', 'sa@shop.iam.gserviceaccount.com', 'sa@lab.iam.gserviceaccount.com'];
const GROUPS = [group('devs@example.com', ['user:ann@example.com', 'serviceAccount:sa@lab.iam.gserviceaccount.com'])];
const RANK: Record<Tri, number> = {false: 0, unknown: 1, true: 2};

const rules = fc.record({
	node: fc.constantFrom(...NODES),
	rule: fc.record({
		deniedPrincipals: fc.subarray(DENIED, {minLength: 1}),
		exceptionPrincipals: fc.subarray(DENIED.slice(1)),
		deniedPermissions: fc.subarray(PERMISSIONS, {minLength: 1}),
		exceptionPermissions: fc.subarray(PERMISSIONS),
	}),
});
const question = fc.record({
	who: fc.constantFrom(...PEOPLE),
	what: fc.constantFrom(...PERMISSIONS),
	on: fc.constantFrom(...TARGETS),
});
const policiesOf = (list: {node: string; rule: Json}[]): Asset[] =>
	list.map(({node, rule}, i) => denyPolicy(node, [rule], `p${i}`));

test('adding a deny rule never denies less', () => {
	fc.assert(
		fc.property(fc.array(rules, {maxLength: 3}), rules, question, (list, more, {who, what, on}) => {
			const value = (given: typeof list): number => {
				const inventory = world([...GROUPS, ...policiesOf(given)]);
				return RANK[denyJudge(inventory).judge(inventory.principals.of(who), what, target(inventory, on)).value];
			};
			expect(value([...list, more])).toBeGreaterThanOrEqual(value(list));
		}),
		{numRuns: 150},
	);
});

test('a further boundary never narrows a principal that has one', () => {
	const CRM = '//cloudresourcemanager.googleapis.com/';
	const assetsOf = (list: string[][]): Asset[] =>
		list.flatMap((resources, i) => {
			const policy = `organizations/1/locations/global/principalAccessBoundaryPolicies/p${i}`;
			const details = {enforcementVersion: '3', rules: [{effect: 'ALLOW', resources: resources.map(key => CRM + key)}]};
			const binding = {policy, target: {principalSet: `${CRM}organizations/1`}};
			const name = `//iam.googleapis.com/organizations/1/locations/global/policyBindings/b${i}`;
			return [
				resource('iam.googleapis.com/PrincipalAccessBoundaryPolicy', `//iam.googleapis.com/${policy}`, {
					name: policy,
					details,
				}),
				resource('iam.googleapis.com/PolicyBinding', name, binding),
			];
		});
	fc.assert(
		fc.property(
			fc.array(fc.subarray(NODES), {minLength: 1, maxLength: 3}),
			fc.subarray(NODES),
			question,
			(list, more, {who, what, on}) => {
				const value = (given: string[][]): number => {
					const inventory = world([...GROUPS, ...assetsOf(given)]);
					const boundaries = new BoundaryPolicies(inventory, new Memberships(inventory), {now: NOW});
					return RANK[boundaries.judge(inventory.principals.of(who), what, target(inventory, on)).value];
				};
				expect(value([...list, more])).toBeLessThanOrEqual(value(list));
			},
		),
		{numRuns: 150},
	);
});
