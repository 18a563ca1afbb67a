/**
 * What is found set by set must be what a plain walk finds principal by principal; and the numbers of choke points
 * must be what a new world without the binding says.
 */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Principal} from '../../src/inventory/principals.ts';
import {chokePoints} from '../../src/queries/choke-points.ts';
import {unionOf} from '../../src/queries/reach.ts';
import {sourcesOf} from '../../src/queries/sources.ts';
import {canGain} from '../../src/queries/who.ts';
import type {World} from '../../src/world.ts';
import {
	coverage,
	customName,
	customRole,
	deny,
	EDITOR,
	EVERYBODY,
	email,
	type Grant,
	group,
	IAM_ADMIN,
	KEY_ADMIN,
	member,
	OBJECT_ADMIN,
	openWorld,
	OWNER,
	type Piece,
	TOKEN_CREATOR,
	world,
} from '../worlds/world.ts';

const ACCOUNT_USER = 'roles/iam.serviceAccountUser';
const RUN_DEVELOPER = 'roles/run.developer';
const PLACES = ['org', 'folder', 'shop', 'web', 'lab'];
const ACCOUNTS = ['a@shop', 'b@shop', 'c@web', 'd@lab', 'compute@lab'];
const KUBERNETES = 'serviceAccount:shop.svc.id.goog[default/web]';
const PEOPLE = ['ann', 'bob', 'group:devs', 'group:ops', 'group:all', 'allAuthenticatedUsers', KUBERNETES];
const ON_CONTAINERS = [TOKEN_CREATOR, EDITOR, OWNER, IAM_ADMIN, KEY_ADMIN, ACCOUNT_USER, RUN_DEVELOPER, OBJECT_ADMIN];
const ON_ACCOUNTS = [TOKEN_CREATOR, KEY_ADMIN, ACCOUNT_USER, 'roles/iam.workloadIdentityUser'];
/** Half of a vehicle each: only who holds both can drive. */
const HALVES: Piece[] = [
	customRole('org', 'services', ['run.services.create']),
	customRole('org', 'invokers', ['run.services.setIamPolicy', 'run.routes.invoke', 'run.operations.get']),
	customRole('org', 'tokens', ['container.serviceAccounts.createToken']),
];
const HALF_ROLES = ['services', 'invokers', 'tokens'].map(id => customName('org', id));

const who = fc.constantFrom(...PEOPLE, ...ACCOUNTS);
const grant: fc.Arbitrary<Grant> = fc.oneof(
	fc.tuple(who, fc.constantFrom(...ON_CONTAINERS, ...HALF_ROLES), fc.constantFrom(...PLACES)),
	fc.tuple(who, fc.constantFrom(...ON_ACCOUNTS), fc.constantFrom(...ACCOUNTS)),
);
const groups: fc.Arbitrary<Piece[]> = fc
	.tuple(fc.subarray(['ann', 'bob', 'a@shop']), fc.subarray(['ann', 'bob', 'c@web', 'group:devs']))
	.map(([devs, ops]) => [group('devs', ...devs), group('ops', ...ops), group('all', 'group:devs', 'group:ops')]);
const denies: fc.Arbitrary<Piece[]> = fc
	.option(
		fc.tuple(
			fc.constantFrom('folder', 'shop'),
			fc.constantFrom(EVERYBODY, 'principalSet://goog/group/devs@example.com'),
		),
	)
	.map(rule => (rule ? [deny(rule[0], [rule[1]], ['serviceAccounts.actAs', 'serviceAccountKeys.create'])] : []));
const given = fc.record({grants: fc.array(grant, {minLength: 3, maxLength: 14}), groups, denies});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

const assetsOf = ({grants, groups: sets, denies: rules}: Given) =>
	world(
		...grants,
		...sets,
		...rules,
		...HALVES,
		// Every account is there whatever is granted.
		...ACCOUNTS.map((short): Piece => ({accounts: {[short]: {}}})),
	);

/** Numbers of all accounts that a principal can become, with no list, cache or part shared with anybody. */
function walk(given: World, source: Principal): Set<number> {
	const {access, arcs, grants, order, vehicles} = given;
	const found = new Set<number>();
	const actors = new Set<Principal>([source]);
	const delegates = new Set<number>();
	const own = [...order.accounts.keys()].find(number => order.accounts[number]!.principal === source);
	const become = (lo: number, hi: number, except?: number): void => {
		for (let number = lo; number < hi; number++) {
			if (number === own || number === except) continue;
			found.add(number);
			actors.add(order.accounts[number]!.principal);
		}
	};
	const delegate = (lo: number, hi: number): void => {
		for (let number = lo; number < hi; number++) {
			if (number === own || delegates.has(number)) continue;
			delegates.add(number);
			for (const arc of arcs.minting(order.accounts[number]!.principal)) {
				if (arc.kind === 'become') become(arc.lo, arc.hi, number);
				else if (arc.kind === 'delegate') delegate(arc.lo, arc.hi);
			}
		}
	};
	for (const actor of actors) {
		for (const set of access.memberships.setsOf(actor)) {
			for (const one of grants.of(set)) {
				if (!one.cls.escalates && !one.cls.drives) continue;
				for (const arc of arcs.ofGrant(actor, one, set)) {
					if (arc.kind === 'become') become(arc.lo, arc.hi);
					else if (arc.kind === 'delegate') delegate(arc.lo, arc.hi);
					else if (arc.kind === 'rewrite') {
						for (const {range} of arcs.selfGranted(actor, arc)) become(range.lo, range.hi);
					}
				}
			}
		}
		for (const {principal, number} of vehicles.wardrobes(actor).flatMap(({disguises}) => disguises)) {
			if (number === undefined) actors.add(principal);
			else become(number, number + 1);
		}
	}
	return found;
}

const namesOf = (given: World, numbers: Iterable<number>): string[] =>
	[...numbers].map(number => given.order.accounts[number]!.email).toSorted();

function covered(given: World, principal: Principal): Set<number> {
	const numbers = new Set<number>();
	const source = sourcesOf(given).all.find(one => one.principal === principal);
	const own = given.order.accounts.findIndex(account => account.principal === principal);
	const cover = unionOf(source?.flats ?? []);
	for (let i = 0; i < cover.length; i += 2)
		for (let number = cover[i]!; number < cover[i + 1]!; number++) if (number !== own) numbers.add(number);
	return numbers;
}

test('every principal reaches what a plain walk finds', async () => {
	await fc.assert(
		fc.asyncProperty(given, async facts => {
			const opened = await openWorld(assetsOf(facts));
			for (const principal of opened.grants.members()) {
				if (!canGain(opened, principal)) continue;
				const expected = namesOf(opened, walk(opened, principal));
				expect({[principal.member]: namesOf(opened, covered(opened, principal))}).toEqual({
					[principal.member]: expected,
				});
			}
		}),
		{numRuns: 120},
	);
});

/**
 * Pairs of a principal and an account that it reaches and gains by, counted in a world of its own.
 * @param original whose principals and power count: one that a removed binding named is still there, and what the
 * binding gave to an account is no path
 */
function pairs(opened: World, original: World): number {
	const there = (principal: Principal): Principal => original.inventory.principals.of(principal.member);
	let count = 0;
	for (const named of original.grants.members()) {
		if (!canGain(original, named)) continue;
		const principal = opened.inventory.principals.of(named.member);
		const reached = new Set<number>();
		for (const {lo, hi} of opened.search.from(principal, {rewriteCost: 0, noFirstRewrite: true}).ranges)
			for (let number = lo; number < hi; number++) reached.add(number);
		for (const number of reached) {
			const {principal: target} = opened.order.accounts[number]!;
			if (target === principal || !original.powers.isPowerful(there(target))) continue;
			if (original.powers.gained(named, there(target)).length > 0) count++;
		}
	}
	return count;
}

test('each choke point closes as many paths as a world without its binding has fewer', async () => {
	await fc.assert(
		fc.asyncProperty(given, async facts => {
			const original = await openWorld(assetsOf(facts));
			let {grants} = facts;
			let before = original;
			for (const {binding, pathsClosed, ofPaths} of chokePoints(original)) {
				grants = grants.filter(one => !isBinding(original, one, binding));
				const after = await openWorld(assetsOf({...facts, grants}));
				expect([pairs(before, original), pairs(before, original) - pairs(after, original)]).toEqual([
					ofPaths,
					pathsClosed,
				]);
				before = after;
			}
		}),
		{numRuns: 60},
	);
});

function isBinding(opened: World, grant: Grant, binding: {resource: string; role: string; member: string}): boolean {
	const [who, role, on] = grant as [string, string, string];
	const {inventory} = opened;
	const resource = on.includes('@') ? inventory.accounts.get(email(on)) : inventory.container(placeOf(on));
	return resource!.name === binding.resource && role === binding.role && member(who) === binding.member;
}

const placeOf = (on: string): string => ({org: 'organizations/1', folder: 'folders/2'})[on] ?? `projects/${on}`;

describe('choke points', () => {
	const root: Grant = ['root@shop', OWNER, 'shop'];
	test('the vehicle, where it closes more than act-as does', async () => {
		// ann acts as two accounts by two bindings; what drives both is one.
		const assets = world(
			['ann', ACCOUNT_USER, 'root@shop'],
			['ann', ACCOUNT_USER, 'a@shop'],
			['ann', RUN_DEVELOPER, 'shop'],
			['a@shop', OBJECT_ADMIN, 'lab'],
			root,
		);
		const [first, ...more] = chokePoints(await openWorld(assets));
		expect(first).toMatchObject({
			binding: {role: RUN_DEVELOPER, member: 'user:ann@example.com'},
			pathsClosed: 2,
			ofPaths: 3,
		});
		// What is left: an owner becomes the other account of its project.
		expect(more).toMatchObject([{binding: {role: OWNER}, pathsClosed: 1, ofPaths: 1}]);
	});
	test('a vehicle that another one replaces closes nothing', async () => {
		const assets = world(
			['ann', ACCOUNT_USER, 'root@shop'],
			['ann', RUN_DEVELOPER, 'shop'],
			['ann', 'roles/cloudfunctions.developer', 'shop'],
			root,
			coverage('workloads', 'shop', 'complete'),
		);
		const points = chokePoints(await openWorld(assets));
		expect(points.map(({binding}) => binding.role)).toEqual([ACCOUNT_USER]);
	});
});

test('what is reached as a whole is not reached once more by the parts that each delegate leaves', async () => {
	const mesh = Array.from({length: 40}, (_, number) => `s${number}@shop`);
	const {search, inventory} = await openWorld(world([mesh, TOKEN_CREATOR, 'shop'], ['s1@shop', OWNER, 'shop']));
	const {ranges} = search.from(inventory.principals.of(member('s0@shop')), {rewriteCost: 0, noFirstRewrite: true});
	expect(ranges).toHaveLength(1);
});
