/**
 * The analysis against brute force: arbitrary conditions, and tokens that no part of the analysis had a hand in,
 * judged by the CEL library. Where a token of an attacker passes, the analysis must not have said that none does; where
 * it says that one does, the one that it names must pass and be the attacker's to have.
 */
import {celEnv, celMap, isCelError, parse, plan} from '@bufbuild/cel';
import {strings} from '@bufbuild/cel/ext';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Claims} from '../../src/federation/cel.ts';
import type {Attacker} from '../../src/federation/search.ts';
import {rulesFor} from './rules-for.ts';

const OWNERS = ['acme', 'acme-labs'];
const OWNER_IDS = ['1', '12'];
const REPOSITORIES = ['shop', 'infra'];
const REPOSITORY_IDS = ['5', '57'];

/** Claims, and constants that somebody may compare them with. */
const CONSTANTS: Readonly<Record<string, readonly string[]>> = {
	repository_owner: [...OWNERS, 'ac', 'me'],
	repository: ['acme/shop', 'acme-labs/infra', 'acme/', 'acme', '/shop', 'shop', 'e/s'],
	repository_owner_id: OWNER_IDS,
	repository_id: REPOSITORY_IDS,
	ref: ['refs/heads/main', 'refs/heads/', 'refs/heads/release', 'refs/tags/v', 'main'],
	ref_protected: ['true', 'false'],
	event_name: ['push', 'pull_request', 'workflow_dispatch'],
	environment: ['production', 'prod'],
	actor: ['octocat'],
	sub: [
		'repo:acme/',
		'repo:acme',
		'repo:acme/shop',
		'repo:acme/shop:ref:refs/heads/main',
		'repo:acme/shop:environment:production',
		'repo:acme/shop:pull_request',
		':ref:refs/heads/main',
		'acme/shop',
		'repo:',
		'environment:production',
	],
};
const PATTERNS = [
	'^acme/',
	'^acme',
	'acme/.*',
	'^acme.labs/',
	'^(acme|acme-labs)/[a-z]+$',
	'^[a-z]+/shop$',
	'shop$',
	'^refs/heads/(main|release)$',
	'^repo:acme/.+:ref:',
	'^refs/(heads|tags)/',
	'a?cme',
	'^\\\\d+$',
];

const claim = fc.constantFrom(...Object.keys(CONSTANTS));
const quoted = (text: string): string => `'${text}'`;
const spelled = fc.constantFrom<(name: string) => string>(
	name => `assertion.${name}`,
	name => `assertion['${name}']`,
	name =>
		['repository', 'repository_owner', 'repository_id', 'ref', 'actor'].includes(name)
			? `attribute.${name}`
			: `assertion.${name}`,
	name => (name === 'sub' ? 'google.subject' : `assertion.${name}`),
);
const atom = fc
	.record({name: claim, spell: spelled, picks: fc.array(fc.nat(), {minLength: 3, maxLength: 3}), kind: fc.nat(13)})
	.map(({name, spell, picks, kind}) => {
		const constant = (index: number): string => {
			const list = CONSTANTS[name]!;
			return quoted(list[picks[index]! % list.length]!);
		};
		const value = spell(name);
		const pattern = quoted(PATTERNS[picks[0]! % PATTERNS.length]!);
		const atoms = [
			`${value} == ${constant(0)}`,
			`${constant(0)} == ${value}`,
			`${value} != ${constant(0)}`,
			`${value} in [${constant(0)}, ${constant(1)}]`,
			`${value}.startsWith(${constant(0)})`,
			`${value}.endsWith(${constant(0)})`,
			`${value}.contains(${constant(0)})`,
			`${value}.matches(${pattern})`,
			`has(assertion.${name})`,
			`'${name}' in assertion`,
			`${value}.lowerAscii() == ${constant(0)}`,
			`${value}.split('/')[0] == ${constant(0)}`,
			`[${constant(0)}, ${constant(1)}].exists(x, ${value} == x)`,
			`size(${value}) > ${picks[0]! % 20}`,
		];
		return atoms[kind]!;
	});
const {condition} = fc.letrec<{condition: string}>(tie => ({
	condition: fc.oneof(
		{maxDepth: 3, withCrossShrink: true},
		{weight: 3, arbitrary: atom},
		{weight: 2, arbitrary: fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) && (${b})`)},
		{weight: 2, arbitrary: fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) || (${b})`)},
		{weight: 1, arbitrary: tie('condition').map(inner => `!(${inner})`)},
	),
}));

interface Parts {
	owner: string;
	ownerId: string;
	repo: string;
	repoId: string;
	ref: string;
	environment: string | undefined;
	isProtected: boolean;
	event: string;
	actor: string;
	form: 'ref' | 'environment' | 'pull_request';
	ids: boolean;
}

/** A token as GitHub would issue it. */
function tokenOf(parts: Parts): Record<string, string> {
	const {owner, ownerId, repo, repoId, isProtected, actor, form, ids} = parts;
	const repository = ids ? `${owner}@${ownerId}/${repo}@${repoId}` : `${owner}/${repo}`;
	const isPull = form === 'pull_request';
	const ref = isPull ? 'refs/pull/7/merge' : parts.ref;
	const environment = form === 'environment' ? (parts.environment ?? 'x') : undefined;
	const tail = isPull ? 'pull_request' : environment === undefined ? `ref:${ref}` : `environment:${environment}`;
	return {
		sub: `repo:${repository}:${tail}`,
		repository: `${owner}/${repo}`,
		repository_owner: owner,
		repository_owner_id: ownerId,
		repository_id: repoId,
		ref,
		ref_protected: String(isProtected),
		event_name: isPull ? 'pull_request' : parts.event,
		actor,
		...(environment !== undefined && {environment}),
	};
}

const OTHERS = {
	owners: ['evil', 'acmex', 'acme-evil', 'evil-acme', 'xacme', 'acmexlabs', 'x', 'ac-me', 'acmeme', 'notacme-labs'],
	ids: ['99', '121', '199', '7'],
	repositories: ['app', 'shopx', 'myshop', 'infra-live', 's', 'xshop'],
	repositoryIds: ['98', '571', '599', '3'],
	branches: [
		'refs/heads/x',
		'refs/heads/main-x',
		'refs/heads/x/main',
		'refs/heads/release-x',
		'refs/tags/v1',
		'refs/heads/acme/shop',
	],
};
const REFS = ['refs/heads/main', 'refs/heads/release', 'refs/tags/v', ...OTHERS.branches];
const free = {
	ref: fc.constantFrom(...REFS),
	environment: fc.constantFrom('production', 'prod', 'staging'),
	isProtected: fc.boolean(),
	event: fc.constantFrom('push', 'workflow_dispatch', 'schedule'),
	actor: fc.constantFrom('octocat', 'mallory'),
	form: fc.constantFrom<Parts['form']>('ref', 'environment', 'pull_request'),
	ids: fc.boolean(),
};
const trusted = {
	owner: fc.constantFrom(...OWNERS),
	ownerId: fc.constantFrom(...OWNER_IDS),
	repo: fc.constantFrom(...REPOSITORIES, ...OTHERS.repositories),
	repoId: fc.constantFrom(...REPOSITORY_IDS),
};

/** What each attacker can have, in words of this test and not of the analysis. */
const CAN: Readonly<Partial<Record<Attacker, fc.Arbitrary<Parts>>>> = {
	outsider: fc.record({
		...free,
		owner: fc.constantFrom(...OTHERS.owners),
		ownerId: fc.constantFrom(...OTHERS.ids),
		repo: fc.constantFrom(...REPOSITORIES, ...OTHERS.repositories),
		repoId: fc.constantFrom(...OTHERS.repositoryIds),
	}),
	successor: fc.record({
		...free,
		owner: fc.constantFrom(...OWNERS, ...OTHERS.owners),
		ownerId: fc.constantFrom(...OTHERS.ids),
		repo: fc.constantFrom(...REPOSITORIES, ...OTHERS.repositories),
		repoId: fc.constantFrom(...OTHERS.repositoryIds),
	}),
	sibling: fc.record({
		...free,
		...trusted,
		repo: fc.constantFrom(...OTHERS.repositories),
		repoId: fc.constantFrom(...OTHERS.repositoryIds),
	}),
	branch: fc.record({
		...free,
		...trusted,
		ref: fc.constantFrom(...OTHERS.branches),
		isProtected: fc.constant(false),
		environment: fc.constant('staging'),
		form: fc.constantFrom<Parts['form']>('ref', 'environment'),
	}),
	'pull request': fc.record({
		...free,
		...trusted,
		isProtected: fc.constant(false),
		form: fc.constant<Parts['form']>('pull_request'),
	}),
	anybody: fc.record({...free, ...trusted}),
};

const environment = celEnv({funcs: [...strings]});
const mapped = (claims: Claims): Record<string, Claims[string]> =>
	Object.fromEntries(
		['repository', 'repository_owner', 'repository_id', 'ref', 'actor'].flatMap(name => {
			const value = claims[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);

/** The CEL library itself, without any of the analysis. */
function evaluator(text: string): (claims: Claims) => boolean {
	const evaluate = plan(environment, parse(text).expr);
	const bound = (claims: Claims) => celMap(new Map(Object.entries(claims) as [string, string][]));
	return claims => {
		const result = evaluate({
			assertion: bound(claims),
			attribute: bound(mapped(claims)),
			google: bound({subject: claims['sub']!}),
		});
		return !isCelError(result) && result === true;
	};
}

const isPinned = (given: string, constants: readonly string[]): boolean => constants.includes(given);

test.each(Object.entries(CAN) as [Attacker, fc.Arbitrary<Parts>][])(
	'%s: what passes by brute force is never said to be refused',
	(attacker, parts) => {
		fc.assert(
			fc.property(condition, fc.array(parts, {minLength: 40, maxLength: 40}), (text, many) => {
				const passes = evaluator(text);
				const passing = many.map(tokenOf).find(token => passes(token));
				if (passing) expect(rulesFor(text).ask(undefined, attacker).value, JSON.stringify(passing)).not.toBe('no');
			}),
			{numRuns: 80, seed: 7},
		);
	},
);

// Anybody may also have tokens of forms that nobody knows yet.
test.each((Object.keys(CAN) as Attacker[]).filter(attacker => attacker !== 'anybody'))(
	'%s: the token that is named passes, and is the attacker’s to have',
	attacker => {
		fc.assert(
			fc.property(condition, text => {
				const answer = rulesFor(text).ask(undefined, attacker);
				if (answer.value !== 'yes') return;
				const {claims} = answer.witness;
				expect(evaluator(text)(claims)).toBe(true);
				const [owner, ownerId, repository, ref] = [
					claims['repository_owner'] as string,
					claims['repository_owner_id'] as string,
					claims['repository'] as string,
					claims['ref'] as string,
				];
				expect(repository.startsWith(`${owner}/`)).toBe(true);
				if (attacker === 'outsider') expect(isPinned(owner, OWNERS)).toBe(false);
				if (attacker === 'outsider' || attacker === 'successor') expect(isPinned(ownerId, OWNER_IDS)).toBe(false);
				if (attacker === 'sibling') expect(isPinned(claims['repository_id'] as string, REPOSITORY_IDS)).toBe(false);
				if (attacker === 'branch') expect(isPinned(ref, ['refs/heads/main', 'refs/heads/release'])).toBe(false);
			}),
			{numRuns: 60, seed: 11},
		);
	},
);

test('whoever is less trusted gets in less', () => {
	fc.assert(
		fc.property(condition, text => {
			const rules = rulesFor(text);
			const value = (attacker: Attacker): string => rules.ask(undefined, attacker).value;
			if (value('outsider') === 'yes') expect(value('successor')).toBe('yes');
			if (value('anybody') === 'no') {
				for (const attacker of ['outsider', 'successor', 'sibling', 'branch', 'pull request'] as const)
					expect(value(attacker), attacker).toBe('no');
			}
		}),
		{numRuns: 50, seed: 3},
	);
});

test('a claim on the tenant’s id beside any condition shuts outsiders and successors out', () => {
	fc.assert(
		fc.property(condition, text => {
			const rules = rulesFor(`(${text}) && assertion.repository_owner_id == 'OWNER_ID'`);
			for (const attacker of ['outsider', 'successor'] as const)
				expect(rules.ask(undefined, attacker).value).toBe('no');
		}),
		{numRuns: 50, seed: 5},
	);
});

test('arbitrary text is no reason to throw', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 60}), text => {
			const rules = rulesFor(text);
			for (const attacker of ['outsider', 'sibling', 'branch', 'anybody'] as const)
				expect(['yes', 'no', 'unclear']).toContain(
					rules.ask({attribute: 'attribute.repository', value: text}, attacker).value,
				);
		}),
		{numRuns: 40},
	);
});
