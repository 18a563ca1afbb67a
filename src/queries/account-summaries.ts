/** Accounts in the report: those that a finding names or that somebody reaches. */
import type {AccountSummary} from '../report.ts';
import {parseAccountName} from '../inventory/names.ts';
import type {World} from '../world.ts';
import {compare} from '../inventory/coverage.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import {accountReach} from './account-reach.ts';
import {unionOf} from './reach.ts';
import {sourcesOf} from './sources.ts';

/** @param named canonical resource names and members that findings mention */
export function accountSummaries(world: World, named: ReadonlySet<string>): AccountSummary[] {
	const mentioned = new Set<string>();
	for (const name of named) {
		const parts = parseAccountName(name);
		if (parts) mentioned.add(parts.account);
		else if (name.startsWith('serviceAccount:')) mentioned.add(name.slice('serviceAccount:'.length));
	}
	return summaries(world, (account, reachedBy) => reachedBy > 0 || mentioned.has(account.email));
}

/** Every account that is audited, whether or not anything is wrong with it. */
export function allAccounts(world: World): AccountSummary[] {
	return summaries(world, account => account.read);
}

/** @param wanted asked with how many reach the account */
function summaries(world: World, wanted: (account: ServiceAccount, reachedBy: number) => boolean): AccountSummary[] {
	const {inventory, order, powers} = world;
	const rangesOf = accountReach(world);
	/** How many principals reach each account: +1 at a range's start, -1 at its end. */
	const delta = new Int32Array(order.accounts.length + 1);
	for (const {principal, flats} of sourcesOf(world).all) {
		const account = principal.kind === 'serviceAccount' ? inventory.accounts.get(principal.value) : undefined;
		const own = account && order.numberOf(account);
		const cover = unionOf(flats);
		for (let i = 0; i < cover.length; i += 2) {
			const [lo, hi] = [cover[i]!, cover[i + 1]!];
			delta[lo]!++;
			delta[hi]!--;
			if (own === undefined || own < lo || own >= hi) continue;
			delta[own]!--;
			delta[own + 1]!++;
		}
	}
	const reachedBy = new Int32Array(order.accounts.length);
	for (let number = 0, sum = 0; number < order.accounts.length; number++) {
		sum += delta[number]!;
		reachedBy[number] = sum;
	}
	const found: AccountSummary[] = [];
	for (const account of byName(world)) {
		const number = order.numberOf(account);
		const by = number === undefined ? 0 : reachedBy[number]!;
		if (!wanted(account, by)) continue;
		if (!(account.project?.inScope ?? true)) continue;
		const last = world.evidence.lastUse(account);
		found.push({
			resource: account.name,
			kind: account.kind,
			disabled: account.disabled,
			power: powers.of(account.principal).possible.map(pair => ({level: pair.level, scope: pair.container.key})),
			keys: account.keys.length,
			lastUsed: last === undefined ? null : new Date(last).toISOString(),
			reachedBy: by,
			reaches: sizeWithout(rangesOf(account), number),
		});
	}
	return found;
}

/** How many accounts there are in some ranges beside one's own. */
function sizeWithout(ranges: Int32Array, own: number | undefined): number {
	let size = 0;
	for (let i = 0; i < ranges.length; i += 2) {
		const [lo, hi] = [ranges[i]!, ranges[i + 1]!];
		size += hi - lo - (own !== undefined && lo <= own && own < hi ? 1 : 0);
	}
	return size;
}

/** All accounts in the order of their names: their project's key first, then what each project has in order already. */
function byName({inventory}: World): ServiceAccount[] {
	const accounts = [...inventory.accounts.values()].filter(account => !account.project);
	const containers = inventory.containers.map(container => ({sortKey: `${container.key}/`, container}));
	containers.sort((a, b) => compare(a.sortKey, b.sortKey));
	for (const {container} of containers) for (const account of container.accounts) accounts.push(account);
	// Accounts whose project is not known, or is none, may stand elsewhere.
	const isSorted = accounts.every((account, i) => i === 0 || accounts[i - 1]!.name <= account.name);
	return isSorted ? accounts : accounts.sort((a, b) => compare(a.name, b.name));
}
