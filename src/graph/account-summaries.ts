/** Accounts in the report: those that a finding names or that somebody reaches. */
import type {AccountSummary} from '../report.ts';
import {parseAccountName} from '../inventory/names.ts';
import type {World} from '../world.ts';
import type {SearchResult} from './search.ts';

/** Total length of ranges, overlaps counted once, without one number. */
function sizeOf({ranges}: SearchResult, except: number | undefined): number {
	let size = 0;
	let end = -1;
	for (const {lo, hi} of ranges.toSorted((a, b) => a.lo - b.lo || b.hi - a.hi)) {
		const from = Math.max(lo, end);
		if (hi > from) size += hi - from;
		end = Math.max(end, hi);
		if (except !== undefined && from <= except && except < hi) size--;
	}
	return size;
}

/** @param named canonical resource names and members that findings mention */
export function accountSummaries(world: World, named: ReadonlySet<string>): AccountSummary[] {
	const {inventory, order, powers, search} = world;
	const reaches = new Map<number, number>();
	/** How many principals reach each account: +1 at a range's start, -1 at its end. */
	const delta = new Int32Array(order.accounts.length + 1);
	for (const member of world.grants.members()) {
		if (member.kind === 'deleted' || member.kind === 'unknown') continue;
		const account = member.kind === 'serviceAccount' ? inventory.accounts.get(member.value) : undefined;
		if (account && (account.disabled || account.kind === 'service-agent')) continue;
		const result = search.from(member, {rewriteCost: 0});
		if (result.ranges.length === 0) continue;
		const own = account && order.numberOf(account);
		if (own !== undefined) reaches.set(own, sizeOf(result, own));
		let end = -1;
		for (const {lo, hi} of result.ranges.toSorted((a, b) => a.lo - b.lo || b.hi - a.hi)) {
			const from = Math.max(lo, end);
			if (hi <= from) continue;
			delta[from]!++;
			delta[hi]!--;
			end = hi;
			if (own !== undefined && from <= own && own < hi) {
				delta[own]!--;
				delta[own + 1]!++;
			}
		}
	}
	const reachedBy = new Map<number, number>();
	for (let number = 0, sum = 0; number < order.accounts.length; number++) {
		sum += delta[number]!;
		if (sum > 0) reachedBy.set(number, sum);
	}
	const mentioned = new Set<string>();
	for (const name of named) {
		const parts = parseAccountName(name);
		if (parts) mentioned.add(parts.account);
		else if (name.startsWith('serviceAccount:')) mentioned.add(name.slice('serviceAccount:'.length));
	}
	const summaries: AccountSummary[] = [];
	for (const account of inventory.accounts.values()) {
		const number = order.numberOf(account);
		const by = number === undefined ? 0 : (reachedBy.get(number) ?? 0);
		if (by === 0 && !mentioned.has(account.email)) continue;
		if (!(account.project?.inScope ?? true)) continue;
		const last = inventory.activities.get(`serviceAccountLastAuthentication ${account.name}`)?.last;
		summaries.push({
			resource: account.name,
			kind: account.kind,
			disabled: account.disabled,
			power: powers.of(account.principal).possible.map(pair => ({level: pair.level, scope: pair.container.key})),
			keys: account.keys.length,
			lastUsed: last === undefined ? null : new Date(last).toISOString(),
			reachedBy: by,
			reaches: number === undefined ? 0 : (reaches.get(number) ?? 0),
		});
	}
	return summaries.toSorted((a, b) => (a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0));
}
