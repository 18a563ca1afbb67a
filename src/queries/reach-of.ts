/** How many other accounts an account can become, and the strongest of them. */
import type {ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';
import {accountReach} from './account-reach.ts';

const EXAMPLES = 5;
/** Accounts looked at for examples: behind one binding there may be all of an organization. */
const LOOKED_AT = 500;

export function reachOf(world: World): (account: ServiceAccount) => {count: number; examples: string[]} {
	const {order, powers} = world;
	const rangesOf = accountReach(world);
	const known = new Map<ServiceAccount, {count: number; examples: string[]}>();
	return account => {
		let found = known.get(account);
		if (found) return found;
		const own = order.numberOf(account);
		const ranges = rangesOf(account);
		let count = 0;
		const candidates: {email: string; rank: number}[] = [];
		for (let i = 0; i < ranges.length; i += 2) {
			const [lo, hi] = [ranges[i]!, ranges[i + 1]!];
			count += hi - lo - (own !== undefined && lo <= own && own < hi ? 1 : 0);
			for (let number = lo; number < hi && candidates.length < LOOKED_AT; number++) {
				if (number === own) continue;
				const {email, principal} = order.accounts[number]!;
				candidates.push({email, rank: powers.of(principal).possible[0]?.rank ?? -1});
			}
		}
		const examples = candidates
			.toSorted((a, b) => b.rank - a.rank || (a.email < b.email ? -1 : 1))
			.slice(0, EXAMPLES)
			.map(({email}) => email);
		known.set(account, (found = {count, examples}));
		return found;
	};
}
