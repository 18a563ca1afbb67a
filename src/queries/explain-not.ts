/**
 * Why one principal cannot become another: what stands at both ends, which hops something stops or are left out,
 * who can make the last hop and what the principal lacks for it, and which unread facts could hide one
 * (`paths --explain-not`).
 */
import {type Access, accountTarget, containerTarget, type Target, UNKNOWN_RESOURCE} from '../access/evaluate.ts';
import type {Container} from '../inventory/model.ts';
import {IAM} from '../inventory/names.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Confidence, Path, Proof} from '../report.ts';
import type {World} from '../world.ts';
import {ACT_AS, DELEGATION, DIRECT, REWRITING} from '../graph/escalations.ts';
import {type End, endName, endsOf, type PathFilter, pathsBetween} from './paths.ts';
import {CONFIDENCE} from '../graph/rights.ts';
import type {Reached, SearchResult} from '../graph/search.ts';

/** So many of each kind are named; the numbers beside them are whole. */
const NAMED = 20;

/** One reason; `text` says it in a sentence, the rest is data. */
export type Reason = {text: string} & (
	| {kind: 'source' | 'target'; state: string}
	| {kind: 'reach'; total: number; nearest: {to: string; hops: number; confidence: Confidence}[]}
	| {kind: 'filtered' | 'blocked' | 'limited'; path: Path}
	| {kind: 'lastHop'; total: number; principals: LastHop[]}
	| {kind: 'lacks'; on: string; permissions: Lack[]}
	| {kind: 'unread'; fact: string; scope: string}
);

/** Who makes the last hop, and how. */
export interface LastHop {
	from: string;
	escalation: string;
	confidence: Confidence;
}

/** What is missing for one escalation. */
export interface Lack {
	escalation: string;
	permission: string;
	decision: 'allow' | 'deny' | 'unknown';
	reason: string;
	proof: Proof[];
}

export type Explanation = {from: string; to: string} & (
	| {exists: true; path: Path}
	| {exists: false; reasons: Reason[]}
);

/** The same inventory compiled so that more counts; what is absent is not looked at. */
export interface WiderWorlds {
	/** `includeBlocked`. */
	blocked?: World;
	/** Limited escalations, too. */
	limited?: World;
}

/** @param filter as for `paths`: a path that it leaves out does not count, and is named */
export function explainNot(
	world: World,
	from: Principal,
	to: End,
	filter: PathFilter,
	wider: WiderWorlds = {},
): Explanation {
	const ends = {from: from.member, to: endName(to)};
	const path = shortest(world, from, to, filter);
	if (path) return {...ends, exists: true, path};
	const filters = filter.maxHops !== undefined || filter.minConfidence !== undefined || filter.escalation !== undefined;
	const unfiltered = filters ? shortest(world, from, to, {}) : undefined;
	const blocked = wider.blocked && shortest(wider.blocked, from, to, filter);
	const limited = wider.limited && shortest(wider.limited, from, to, filter);
	const reasons: Reason[] = [
		...sourceReasons(world, from),
		...targetReasons(world, from, to),
		...(unfiltered ? [filteredReason(unfiltered)] : []),
		...(blocked ? [blockedReason(blocked)] : []),
		...(limited ? [limitedReason(limited)] : []),
		reachReason(world, from, unfiltered === undefined),
		lastHopReason(world, to, unfiltered === undefined),
		...lackReasons(world, from, to),
		...unreadReasons(world, from, to),
	];
	return {...ends, exists: false, reasons};
}

function shortest(world: World, from: Principal, to: End, filter: PathFilter): Path | undefined {
	return pathsBetween(world, from, to, 1, filter).paths[0];
}

function sourceReasons(world: World, from: Principal): Reason[] {
	const {access, grants, inventory} = world;
	const cannot = access.cannotAct(from);
	if (cannot !== undefined)
		return [{kind: 'source', state: from.kind === 'deleted' ? 'deleted' : 'disabled', text: sentence(cannot)}];
	const reasons: Reason[] = [];
	const account = from.kind === 'serviceAccount' ? inventory.accounts.get(from.value) : undefined;
	if (
		from.kind === 'serviceAccount' &&
		!from.value.includes('[') &&
		!account?.read &&
		account?.kind !== 'service-agent'
	) {
		const text = `The asset of ${from.member} was not read: whether it exists and is enabled is not known.`;
		reasons.push({kind: 'source', state: 'unread', text});
	}
	const sets = access.memberships.of(from);
	if (!sets.some(({set}) => grants.of(set).length > 0 || grants.holdingCustom(set).length > 0)) {
		const text = `No binding that opens a hop names ${from.member} or a set that it certainly belongs to.`;
		reasons.push({kind: 'source', state: 'unbound', text});
	}
	return reasons;
}

function targetReasons(world: World, from: Principal, to: End): Reason[] {
	const name = endName(to);
	if (name === from.member) return [{kind: 'target', state: 'itself', text: `${name} is where the path begins.`}];
	if (!('account' in to)) return [];
	const {disabled, kind, project, read} = to.account;
	if (kind === 'service-agent') {
		const text = `${name} is a service agent: it lives in a project of Google's, where no grant of yours lets anybody become it.`;
		const worn = world.search.from(from).principals.some(visit => visit.actor === to.account.principal);
		const through =
			' It is reached by what its service does for others: --include-service-agents with --from alone shows it.';
		return [{kind: 'target', state: 'service-agent', text: worn ? text + through : text}];
	}
	if (disabled)
		return [{kind: 'target', state: 'disabled', text: `${name} is disabled: nobody can become it as long as it is.`}];
	if (!project)
		return [
			{
				kind: 'target',
				state: 'no-project',
				text: `The project of ${name} is not known: only its own policy was looked at.`,
			},
		];
	if (read) return [];
	return [
		{
			kind: 'target',
			state: 'unread',
			text: `The asset of ${name} was not read: whether it exists and is enabled is not known.`,
		},
	];
}

function filteredReason(path: Path): Reason {
	const text = `There is a path of ${hops(path.hops)} (${path.confidence}), which --max-hops, --min-confidence or --escalation leaves out.`;
	return {kind: 'filtered', path, text};
}

function blockedReason(path: Path): Reason {
	const stopped = path.steps.find(step => step.blockedBy.length > 0);
	const hop = stopped ? `; what stops it: ${stopped.escalation} from ${stopped.from} to ${stopped.to} is blocked` : '';
	return {kind: 'blocked', path, text: `There would be a path of ${hops(path.hops)} with --include-blocked${hop}.`};
}

function limitedReason(path: Path): Reason {
	return {
		kind: 'limited',
		path,
		text: `There is a path of ${hops(path.hops)} with --include-limited: a part of the account's power, not all of it.`,
	};
}

/** @param inVain no path at all leads to the end, not even one that a filter leaves out */
function reachReason(world: World, from: Principal, inVain: boolean): Reason {
	const nearest: {to: string; hops: number; confidence: Confidence}[] = [];
	let total = 0;
	if (world.access.cannotAct(from) === undefined) {
		for (const {end, hops: far, sure} of endsOf(world, from, {includeServiceAgents: true})) {
			total++;
			if (nearest.length < NAMED || far < nearest.at(-1)!.hops) {
				nearest.push({to: endName(end), hops: far, confidence: CONFIDENCE[sure]!});
				nearest.sort((a, b) => a.hops - b.hops);
				nearest.length = Math.min(nearest.length, NAMED);
			}
		}
	}
	const text = `${from.member} can become ${total === 0 ? 'nothing' : `or rewrite ${total}`}${total > 0 && inVain ? ', and none of them leads on to the end' : ''}.`;
	return {kind: 'reach', total, nearest, text};
}

/** Who, of those that something on the way to the end names, makes the last hop. */
function lastHopReason(world: World, to: End, inVain: boolean): Reason {
	const principals: LastHop[] = [];
	let total = 0;
	for (const candidate of candidates(world, to)) {
		if (world.access.cannotAct(candidate) !== undefined || candidate.member === endName(to)) continue;
		const hop = lastHop(world, candidate, to);
		if (!hop) continue;
		total++;
		if (principals.length < NAMED) principals.push(hop);
	}
	const text = `${total === 0 ? 'Nobody that was read' : total} can make the last hop to ${endName(to)}${total > 0 && inVain ? '; none of them can be reached' : ''}.`;
	return {kind: 'lastHop', total, principals, text};
}

function lastHop(world: World, candidate: Principal, to: End): LastHop | undefined {
	const found = world.search.from(candidate, {maxHops: 2});
	const last = lastVisit(world, found, to);
	if (!last) return undefined;
	const steps = world.explainer.path(last, 'account' in to ? to.account : undefined);
	const step = steps.at(-1)!;
	return {
		from: step.from === candidate.member ? step.from : `${candidate.member} through ${step.from}`,
		escalation: step.escalation,
		confidence: step.confidence,
	};
}

/** One hop, or rewriting a container of the account and then becoming it. */
function lastVisit(world: World, {ranges, containers, principals}: SearchResult, to: End): Reached['from'] | undefined {
	if ('container' in to)
		return containers.find(visit => visit.hops === 1 && visit.isEnd && visit.container === to.container);
	if ('principal' in to) return principals.find(visit => visit.hops === 1 && visit.actor === to.principal);
	const number = world.order.numberOf(to.account);
	if (number === undefined) return undefined;
	return ranges.find(
		({lo, hi, hops: far, from}) => lo <= number && number < hi && (far === 1 || from.kind === 'container'),
	)?.from;
}

/** Members of the policies that count for an end, for workloads that run as it and for where their code lies, by name. */
function candidates(world: World, to: End): Principal[] {
	const {access, inventory, ties} = world;
	const found = new Set<Principal>();
	if ('principal' in to) {
		const group = inventory.groups.get(to.principal.value);
		for (const leader of [...(group?.owners ?? []), ...(group?.managers ?? [])]) found.add(leader);
		return [...found].toSorted(byName);
	}
	const targets: Target[] = ['account' in to ? accountTarget(to.account) : containerTarget(to.container)];
	if ('account' in to) {
		for (const workload of inventory.workloads) {
			const {name, assetType, project, runsAs} = workload;
			if (!runsAs.includes(to.account.email)) continue;
			targets.push({name, assetType, container: project});
			for (const {holder, at} of ties.holdersOf(workload))
				targets.push({name: holder, assetType: UNKNOWN_RESOURCE, container: at});
		}
	}
	for (const target of targets) {
		for (const policy of access.policiesOn(target)) {
			for (const binding of policy.bindings) for (const member of binding.members) found.add(member);
		}
	}
	return [...found].toSorted(byName);
}

const byName = (a: Principal, b: Principal): number => (a.member < b.member ? -1 : a.member > b.member ? 1 : 0);

/** What the principal itself lacks for a hop of its own, on the end and on each container above. */
function lackReasons({access}: World, from: Principal, to: End): Reason[] {
	if (!('account' in to)) return 'container' in to ? [rewritingLack(access, from, to.container)] : [];
	const target = accountTarget(to.account);
	const full = DIRECT.filter(({strength}) => strength === 'full');
	const permissions = full.map(({id, permission}) => lack(access, from, id, permission, target));
	permissions.push(lack(access, from, DELEGATION.id, DELEGATION.permission, target));
	const actAs = lack(access, from, 'act-as', ACT_AS, target);
	if (actAs.decision !== 'deny') actAs.reason += '; what is missing is a permission to make something run as it';
	permissions.push(actAs);
	const on = target.name;
	const reasons: Reason[] = [{kind: 'lacks', on, permissions, text: lackText(from, to.account.email, permissions)}];
	for (let at = to.account.project; at; at = at.parent) reasons.push(rewritingLack(access, from, at));
	return reasons;
}

function rewritingLack(access: Access, from: Principal, container: Container): Reason {
	const {id, permission} = REWRITING[container.kind];
	const permissions = [lack(access, from, id, permission, containerTarget(container))];
	return {kind: 'lacks', on: container.name, permissions, text: lackText(from, container.key, permissions)};
}

function lack(access: Access, from: Principal, escalation: string, permission: string, target: Target): Lack {
	const {decision, reason, proof} = access.can(from, permission, target);
	return {escalation, permission, decision, reason, proof};
}

function lackText(from: Principal, on: string, permissions: readonly Lack[]): string {
	const names = (decision: Lack['decision']): string =>
		[...new Set(permissions.filter(one => one.decision === decision).map(one => one.permission))].join(', ');
	const parts = [
		['lacks', names('deny')],
		['may have', names('unknown')],
		['has', names('allow')],
	].filter(([, list]) => list !== '');
	return `${from.member} ${parts.map(([verb, list]) => `${verb} ${list}`).join('; ')} on ${on}.`;
}

/** Facts that were not read and could hide a hop; what concerns the two ends comes first. */
function unreadReasons(world: World, from: Principal, to: End): Reason[] {
	const {access, grants, inventory} = world;
	const reasons: Reason[] = [];
	const add = (fact: string, scope: string, text: string): void => {
		if (!reasons.some(known => known.kind === 'unread' && known.fact === fact && known.scope === scope))
			reasons.push({kind: 'unread', fact, scope, text});
	};
	const end = 'account' in to ? to.account.project : 'container' in to ? to.container : undefined;
	for (let at = end; at; at = at.parent) {
		if (inventory.coverage.standing('allowPolicies', at).status === 'complete') continue;
		add('allowPolicies', at.key, `The allow policy of ${at.key}, which counts for the end, was not read.`);
	}
	for (const member of [...grants.members()].toSorted(byName)) {
		const doubt = access.memberships.doubt(from, member);
		if (doubt?.fact === 'token')
			add('token', doubt.scope, `Only its token would tell whether ${from.member} is in ${doubt.scope}.`);
		else if (doubt?.fact === 'groups')
			add('groups', doubt.scope, `The members of ${doubt.scope} were not all read: ${from.member} could be one.`);
		else if (doubt)
			add(
				doubt.fact,
				doubt.scope,
				`The allow policy of ${doubt.scope} was not read, which tells who ${member.member} stands for.`,
			);
	}
	for (const role of [...grants.unreadRoles.keys()].toSorted()) {
		add('roles', IAM + role, `What ${role} contains was not read, and it is bound.`);
	}
	for (const container of inventory.containers) {
		if (inventory.coverage.standing('allowPolicies', container).status === 'complete') continue;
		add('allowPolicies', container.key, `The allow policy of ${container.key} was not read.`);
		if (reasons.length > NAMED) break;
	}
	if (reasons.length <= NAMED) return reasons;
	const text = 'There are more such facts; audit lists them all in its coverage.';
	return [...reasons.slice(0, NAMED), {kind: 'unread', fact: 'more', scope: '', text}];
}

function sentence(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function hops(number: number): string {
	return number === 1 ? '1 hop' : `${number} hops`;
}
