/**
 * Every hop that anybody can make, for `paths --all` as a graph: whoever draws it finds the paths itself, so each
 * hop is made from its own start, where it comes up once, and nothing is kept of what was written. What lies behind
 * a rewritten policy hangs on the container for everybody, though a deny rule may stop it for some.
 */
import type {ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Step} from '../report.ts';
import type {World} from '../world.ts';
import {type PathFilter, searchOptions, sources} from '../queries/paths.ts';
import {CERTAIN} from '../graph/rights.ts';
import type {Visit} from '../graph/search.ts';
import type {Steps} from './hops.ts';

/** Can be iterated again and again. `maxHops` above 1 means nothing here. */
export function directHops(world: World, filter: PathFilter): Iterable<Steps> {
	return {
		*[Symbol.iterator]() {
			for (const source of sources(world, filter)) yield* hopsOf(world, source, filter);
		},
	};
}

function* hopsOf(world: World, source: Principal, filter: PathFilter): Generator<Steps> {
	const {escalation, maxHops = 2} = filter;
	const fits = ({escalation: id, alsoBy}: Step): boolean =>
		escalation === undefined || id === escalation || alsoBy.includes(escalation);
	const made = function* (last: Visit, account?: ServiceAccount): Generator<Steps> {
		const steps = world.explainer.path(last, account);
		if (steps.some(fits)) yield {steps};
	};
	const {ranges, containers, principals} = world.search.from(source, {
		...searchOptions(filter),
		maxHops: Math.min(2, maxHops),
	});
	for (const visit of [...containers, ...principals]) if (visit.hops === 1) yield* made(visit);
	const seen = new Set<number>();
	for (const {lo, hi, hops, from} of ranges) {
		if (hops > 1 && from.kind !== 'container') continue;
		for (let number = lo; number < hi; number++) {
			const account = world.order.accounts[number]!;
			if (seen.has(number) || account.principal === source) continue;
			seen.add(number);
			yield* made(from, account);
		}
	}
	for (const visit of delegations(world, source, filter))
		if (!seen.has(world.order.numberOf(visit.account)!)) yield* made(visit);
}

/** Delegates are no ends, but chains go on through them; where the account itself can be become, that leads further. */
function* delegations(
	world: World,
	source: Principal,
	filter: PathFilter,
): Generator<Visit & {account: ServiceAccount}> {
	const {atLeast = 0} = searchOptions(filter);
	const start: Visit = {kind: 'source', actor: source, hops: 0, sure: CERTAIN, from: undefined, isEnd: false};
	const seen = new Set<ServiceAccount>();
	for (const arc of world.arcs.of(source)) {
		if (arc.kind !== 'delegate' || arc.sure < atLeast) continue;
		for (const account of world.search.actingIn(arc.lo, arc.hi)) {
			if (account.principal === source || seen.has(account)) continue;
			seen.add(account);
			yield {
				kind: 'delegate',
				actor: account.principal,
				account,
				hops: 1,
				sure: arc.sure,
				from: start,
				isEnd: false,
				arc,
			};
		}
	}
}
