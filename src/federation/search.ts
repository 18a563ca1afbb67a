/**
 * Whether somebody can have a token that is accepted. Each attacker may have some values of some variables and not
 * others; the search makes his tokens and asks CEL. A token that passes is proof. None that passes is proof only if all
 * of the condition was understood, since then the values tried stand for all others.
 */
import type {Claims} from './cel.ts';
import type {Candidates, Kind, Mint} from './candidates.ts';
import type {Variable} from './platform.ts';
import {PATH} from './platform.ts';

/**
 * `outsider`: a customer of the same issuer with no part in the trusted tenant.
 * `successor`: the same, once names that the condition trusts have become free.
 * `sibling`: another repository, project or workspace of the trusted tenant.
 * `branch`: anybody who pushes to the trusted one, to a branch of his own; `protected branch`: to one that is protected.
 * `pull request`: whoever opens one there.
 * `anybody`: the trusted one himself, or whoever else.
 */
export type Attacker =
	| 'outsider'
	| 'successor'
	| 'sibling'
	| 'branch'
	| 'protected branch'
	| 'pull request'
	| 'anybody';

/** A token that passes, and what of it is pinned. */
export interface Witness {
	claims: Claims;
	/** Claims all of whose variables are pinned: in every such token they are the same. */
	pinned: ReadonlySet<string>;
	/** It passes by something public of somebody else's. */
	borrowed: boolean;
}

export type Answer = {value: 'yes'; witness: Witness} | {value: 'no'} | {value: 'unclear'};

/** How a token fares: `maybe` where something in the condition is not understood. */
export type Judge = (claims: Claims) => 'yes' | 'no' | 'maybe';

/** So many tokens are made at most. */
const MOST_TOKENS = 5_000;

/** @param needsAll all claims have to be there: something asks for more than was understood */
export function search(candidates: Candidates, attacker: Attacker, judge: Judge, needsAll: boolean): Answer {
	const {mint, pools, asked, foreign} = candidates;
	const variables = [...pools.keys()];
	const choices = variables.map(variable =>
		[...pools.get(variable)!].filter(([value, {whole}]) => may(attacker, mint.variables[variable]!, value, whole)),
	);
	if (choices.some(list => list.length === 0)) return candidates.unread ? {value: 'unclear'} : {value: 'no'};
	const isVaried = [...mint.varying].some(claim => asked.has(claim));
	const allowed = mint.kinds.filter(({context}) => fits(attacker, context));
	const kinds = isVaried ? allowed : allowed.slice(0, 1);
	let unclear = candidates.unread;
	let left = MOST_TOKENS;
	for (const kind of kinds) {
		const chosen = variables.map(() => 0);
		const used = usedBy(kind, asked);
		const limits = choices.map((list, index) => (used.has(variables[index]!) ? list.length : 1));
		for (;;) {
			if (left-- === 0) return {value: 'unclear'};
			const values = new Map(variables.map((variable, index) => [variable, choices[index]![chosen[index]!]![0]]));
			const whole = new Set(variables.filter((_, index) => choices[index]![chosen[index]!]![1].whole));
			const ofNobody = attacker === 'anybody' ? foreign : NONE;
			for (const claims of tokens(candidates, kind, values, ofNobody, needsAll ? undefined : asked)) {
				const verdict = judge(claims);
				if (verdict === 'yes') return passing(() => witnessOf(candidates, kind, claims, values, whole));
				if (verdict === 'maybe') unclear = true;
			}
			if (!advance(chosen, limits)) break;
		}
	}
	return {value: unclear ? 'unclear' : 'no'};
}

/** Most are only asked whether they pass: the whole token is made when somebody looks at it. */
function passing(make: () => Witness): Answer {
	let witness: Witness | undefined;
	return {
		value: 'yes',
		get witness() {
			return (witness ??= make());
		},
	};
}

const NONE: Candidates['foreign'] = new Map();

/** Variables that make a difference to what is asked about. */
function usedBy({shapes}: Kind, asked: ReadonlySet<string>): Set<string> {
	return new Set([...asked].flatMap(claim => shapes.get(claim)?.template.variables ?? []));
}

/** The next combination; false after the last. */
function advance(chosen: number[], limits: readonly number[]): boolean {
	for (let index = 0; index < chosen.length; index++) {
		if (++chosen[index]! < limits[index]!) return true;
		chosen[index] = 0;
	}
	return false;
}

/** Whether an attacker may have a value. */
function may(attacker: Attacker, {level, kind, role, stable}: Variable, value: string, whole: boolean): boolean {
	switch (attacker) {
		case 'anybody':
			return true;
		case 'outsider':
			// Names of repositories are everybody's own to choose, their ids and other people's names are not.
			return !whole || level === 'run' || level === 'context' || (level !== 'tenant' && kind !== 'id');
		case 'successor':
			return !whole || level === 'run' || level === 'context' || (kind !== 'id' && !stable);
		case 'sibling':
			return !whole || level !== 'unit';
		case 'branch':
		case 'protected branch':
			if (role === 'protected') return value === (attacker === 'branch' ? 'false' : 'true');
			return !whole || (role !== 'ref' && role !== 'environment');
		case 'pull request':
			// Its branch is his own, whatever the trusted ones are called.
			return role === 'protected' ? value === 'false' : !whole || (role !== 'ref' && role !== 'environment');
	}
}

function fits(attacker: Attacker, context: Kind['context']): boolean {
	if (attacker === 'pull request') return context === 'pull request';
	if (attacker === 'branch' || attacker === 'protected branch') return context !== 'pull request';
	return true;
}

/** The token, and those with constants that no token of the platform is known to have. */
function* tokens(
	{mint}: Candidates,
	{shapes}: Kind,
	values: ReadonlyMap<string, string>,
	foreign: Candidates['foreign'],
	only: ReadonlySet<string> | undefined,
): Generator<Claims> {
	const claims = claimsOf(mint, shapes, values, only);
	yield claims;
	for (const [claim, constants] of foreign) {
		for (const constant of constants) {
			const other = claimsOf(mint, shapes, values, only);
			put(other, claim, shapes.get(claim)?.kind === 'list' ? [constant] : constant);
			yield other;
		}
	}
}

function claimsOf(
	mint: Mint,
	shapes: Kind['shapes'],
	values: ReadonlyMap<string, string>,
	only: ReadonlySet<string> | undefined,
): Record<string, Claims[string]> {
	const claims: Record<string, Claims[string]> = {};
	const valueOf = (variable: string): string => values.get(variable) ?? mint.variables[variable]!.fresh;
	for (const claim of only ?? shapes.keys()) {
		const shape = shapes.get(claim);
		if (!shape) continue;
		const text = shape.template.render(valueOf);
		put(claims, claim, shape.kind === 'flag' ? text === 'true' : shape.kind === 'list' ? [text] : text);
	}
	return claims;
}

function put(claims: Record<string, Claims[string]>, claim: string, value: Claims[string]): void {
	if (!claim.includes(PATH)) {
		claims[claim] = value;
		return;
	}
	const parts = claim.split(PATH);
	let at = claims;
	for (const part of parts.slice(0, -1)) {
		const inner = at[part];
		at = at[part] = typeof inner === 'object' && !Array.isArray(inner) ? {...(inner as Claims)} : {};
	}
	at[parts.at(-1)!] = value;
}

function witnessOf(
	{mint}: Candidates,
	{shapes}: Kind,
	claims: Claims,
	values: ReadonlyMap<string, string>,
	whole: ReadonlySet<string>,
): Witness {
	const pinned = new Set<string>();
	for (const [claim, {template}] of shapes) {
		const {variables} = template;
		if (variables.length > 0 && variables.every(variable => whole.has(variable))) pinned.add(claim);
	}
	const borrowed = [...values.keys()].some(variable => whole.has(variable) && mint.variables[variable]!.borrowed);
	return {claims: {...claimsOf(mint, shapes, values, undefined), ...claims}, pinned, borrowed};
}
