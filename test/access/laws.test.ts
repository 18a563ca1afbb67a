import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Proof} from '../../src/report.ts';
import {binding, boundary, deny, PRINCIPALS, questionsOf, smallWorld, TARGETS} from './naive/arbitrary.ts';
import {type Ask, compile} from './naive/compare.ts';
import {type Decision, decide} from './naive/decide.ts';
import {TABLES} from './naive/tables.ts';
import {accountName, chainOf, CRM, homeOf, type Question, type SmallBoundary, type SmallWorld} from './naive/world.ts';

// Laws that hold whatever the world is (issue 3); facts: iam-semantics section 1.
const SEED = 30;
const RUNS = 25;
const QUESTIONS = 250;

const isSure = (decision: Decision): boolean => decision === 'allow' || decision === 'deny';
const RANK: Record<Decision, number> = {deny: 0, 'unknown fact': 1, 'unknown condition': 1, skip: 1, allow: 2};

interface Change {
	question: Question;
	before: Decision;
	after: Decision;
}

async function changes(before: SmallWorld, after: SmallWorld, questions: readonly Question[]): Promise<Change[]> {
	const [one, other] = [await compile(before), await compile(after)];
	return questions.map(question => ({question, before: one(question).decision, after: other(question).decision}));
}

function law<T>(name: string, property: fc.IAsyncProperty<T>): void {
	test(`${name} (seed ${SEED})`, async () => {
		await fc.assert(property, {seed: SEED, numRuns: RUNS});
	});
}

/** Every policy was said to be read, so that adding one to an organization proves nothing about others. */
const stated = smallWorld.map((world): SmallWorld => ({...world, unreadPolicies: world.unreadPolicies ?? []}));

describe('monotone', () => {
	law(
		'an allow binding takes nothing away',
		fc.asyncProperty(stated, binding, fc.nat(), async (world, added, salt) => {
			const more = {...world, bindings: [...world.bindings, added]};
			const worse = (await changes(world, more, questionsOf(world, salt, QUESTIONS))).filter(
				({before, after}) => RANK[after] < RANK[before],
			);
			expect(worse).toEqual([]);
		}),
	);

	law(
		'a deny rule gives nothing',
		fc.asyncProperty(smallWorld, deny, fc.nat(), async (world, added, salt) => {
			const more = {...world, denies: [...world.denies, added]};
			const better = (await changes(world, more, questionsOf(world, salt, QUESTIONS))).filter(
				({before, after}) => RANK[after] > RANK[before],
			);
			expect(better).toEqual([]);
		}),
	);

	law(
		'another boundary never narrows what one boundary leaves',
		fc.asyncProperty(
			stated,
			fc.array(boundary, {maxLength: 2}),
			boundary,
			fc.nat(),
			async (world, others, added, salt) => {
				// Whoever lives in organization 1 certainly has the first one. Versions differ in what they block.
				const first: SmallBoundary = {
					resources: ['projects/shop'],
					version: 3,
					bound: [{set: `${CRM}organizations/1`}],
				};
				const before = {...world, boundaries: [first, ...others.map(other => ({...other, version: 3}))]};
				const after = {...before, boundaries: [...before.boundaries, {...added, version: 3}]};
				const residents = new Set([
					'user:ann@example.com',
					...world.accounts.slice(0, 3).map(({email}) => `serviceAccount:${email}`),
				]);
				const questions = questionsOf(world, salt, QUESTIONS).filter(({principal}) => residents.has(principal));
				const worse = (await changes(before, after, questions)).filter(
					change => RANK[change.after] < RANK[change.before],
				);
				expect(worse).toEqual([]);
			},
		),
	);
});

describe('a fact that is not read', () => {
	/** Ways to know less: a group's members, a role, a policy, the tags, who a customer is. */
	const less: ((world: SmallWorld, which: number) => SmallWorld)[] = [
		(world, which) => {
			const lost = which % world.groups.length;
			return {
				...world,
				groups: world.groups.map((group, index) => (index === lost ? {...group, state: 'unread' as const} : group)),
			};
		},
		(world, which) => {
			const lost = which % world.groups.length;
			const members = (group: SmallWorld['groups'][number]): string[] => group.members.slice(0, 1);
			return {
				...world,
				groups: world.groups.map((group, index) =>
					index === lost && group.state === 'read'
						? {...group, state: 'partial' as const, members: members(group)}
						: group,
				),
			};
		},
		(world, which) => ({...world, roles: world.roles.filter((_role, index) => index !== which % world.roles.length)}),
		(world, which) => {
			const lost = TARGETS[which % TARGETS.length]!;
			return {
				...world,
				bindings: world.bindings.filter(({on}) => on !== lost),
				unreadPolicies: [...new Set([...(world.unreadPolicies ?? []), lost])],
			};
		},
		({tags: _lost, ...world}) => world,
		world => ({...world, containers: world.containers.map(({customer: _lost, ...container}) => container)}),
	];

	law(
		'leaves only answers that every value of it would give',
		fc.asyncProperty(stated, fc.nat({max: less.length - 1}), fc.nat(), fc.nat(), async (world, way, which, salt) => {
			const poorer = less[way]!(world, which);
			const wrong = (await changes(world, poorer, questionsOf(world, salt, QUESTIONS))).filter(
				({before, after}) => isSure(after) && after !== before,
			);
			expect(wrong).toEqual([]);
		}),
	);
});

/** Items of one kind, as that kind. */
function only<K extends Proof['kind']>(proof: readonly Proof[], kind: K): Extract<Proof, {kind: K}>[] {
	return proof.filter((item): item is Extract<Proof, {kind: K}> => item.kind === kind);
}

/** Worlds in which the naive evaluator answers for one binding or one membership at a time. */
function onlyBinding(world: SmallWorld, role: string, member: string, on: string): SmallWorld {
	return {
		...world,
		denies: [],
		boundaries: [],
		bindings: [
			...world.bindings.filter(found => /^roles\/(?:owner|editor|viewer)$/.test(found.role)),
			{on, role, members: [member]},
		],
	};
}

function checkAllow(world: SmallWorld, {principal, permission, on}: Question, proof: readonly Proof[]): void {
	const [granted, ...others] = only(proof, 'binding');
	expect(others).toEqual([]);
	expect(proof[0]).toBe(granted);
	expect(granted).toMatchObject({effect: 'allows', permission});
	const {resource, role, member} = granted!;
	// An existing binding, on the resource or above it.
	const chain = [on, ...chainOf(world, homeOf(world, on)).map(key => CRM + key)];
	expect(chain).toContain(resource);
	const same = world.bindings.filter(
		found => found.on === resource && found.role === role && found.members.includes(member),
	);
	expect(same.length).toBeGreaterThan(0);
	// The role holds the permission.
	const custom = world.roles.find(({name}) => name === role);
	const held =
		custom?.state === 'usable'
			? custom.permissions
			: (TABLES.roles[role] ?? TABLES.roles[{'roles/admin': 'roles/owner', 'roles/writer': 'roles/editor'}[role]!]);
	expect(held).toContain(permission);
	// Memberships lead from who asks to who is bound, each one true by itself.
	let at = principal;
	for (const membership of only(proof, 'membership')) {
		expect(membership).toMatchObject({effect: 'allows', member: at});
		const alone = onlyBinding(world, 'roles/iam.serviceAccountTokenCreator', membership.of, `${CRM}projects/shop`);
		const step = {
			principal: membership.member,
			permission: 'iam.serviceAccounts.getAccessToken',
			on: `${CRM}projects/shop`,
		};
		expect(decide(alone, TABLES, step)).toBe('allow');
		at = membership.of;
	}
	expect(at).toBe(member);
	// A condition is shown, and true.
	if (granted!.condition !== undefined) {
		expect(only(proof, 'condition')).toContainEqual({
			kind: 'condition',
			effect: 'allows',
			expression: granted!.condition,
			value: true,
		});
	}
	// Whatever stands behind it is a hole that leaves the allow as it is.
	const kinds = proof.map(({kind}) => kind);
	const order = ['binding', 'membership', 'condition', 'role', 'gap'];
	expect(kinds.map(kind => order.indexOf(kind))).toEqual(
		kinds.map(kind => order.indexOf(kind)).toSorted((a, b) => a - b),
	);
}

function checkDeny(world: SmallWorld, {permission, on}: Question, proof: readonly Proof[]): void {
	const chain = chainOf(world, homeOf(world, on));
	for (const {policy, rule, effect} of only(proof, 'deny')) {
		expect(effect).toBe('denies');
		const found = world.denies[Number(/denypolicies\/d(\d+)$/.exec(policy)?.[1])]!;
		expect(chain).toContain(found.attached);
		const {name, groups} = TABLES.deniable[permission]!;
		expect(found.rules[rule]!.permissions.some(denied => denied === name || groups.includes(denied))).toBe(true);
	}
	for (const {policy} of only(proof, 'boundary')) {
		const found = world.boundaries[Number(/principalAccessBoundaryPolicies\/p(\d+)$/.exec(policy)?.[1])]!;
		expect(found.resources.some(key => chain.includes(key))).toBe(false);
	}
}

describe('the proof', () => {
	const seen = {allow: 0, rule: 0, boundary: 0, undecided: 0};

	function check(world: SmallWorld, ask: Ask, question: Question): void {
		const {decision, proof, reason} = ask(question);
		expect(reason).not.toBe('');
		if (decision === 'allow') {
			seen.allow++;
			checkAllow(world, question, proof);
		} else if (decision === 'deny') {
			seen.rule += only(proof, 'deny').length;
			seen.boundary += only(proof, 'boundary').length;
			checkDeny(world, question, proof);
		} else {
			seen.undecided++;
			// Something in it is undecided, and of the kind that the answer names.
			const open = proof.filter(({effect}) => effect === 'undecided');
			expect(open).not.toEqual([]);
			if (decision === 'unknown condition')
				expect(open.some(({kind}) => kind === 'condition' || kind === 'deny' || kind === 'boundary')).toBe(true);
			else expect(open.some(({kind}) => kind === 'gap' || kind === 'membership' || kind === 'role')).toBe(true);
		}
	}

	law(
		'is complete and ordered',
		fc.asyncProperty(smallWorld, fc.nat(), async (world, salt) => {
			const ask = await compile(world);
			for (const question of questionsOf(world, salt, QUESTIONS)) check(world, ask, question);
		}),
	);

	test('all kinds of proof were seen', () => {
		for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(10);
	});
});

test('every principal of the small worlds can be asked about itself', async () => {
	const [world] = fc.sample(smallWorld, {seed: SEED, numRuns: 1});
	const ask = await compile({...world!, bindings: [], denies: [], boundaries: [], unreadPolicies: []});
	const on = accountName(world!.accounts[0]!);
	for (const principal of PRINCIPALS)
		expect(ask({principal, permission: 'iam.serviceAccounts.getAccessToken', on}).decision).toBe('deny');
});
