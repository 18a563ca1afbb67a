/** Accounts that have any power over containers: what is gained by becoming the others is nothing. */
import type {World} from '../world.ts';

const computed = new WeakMap<World, Int32Array>();

/** Their numbers in the order of accounts, ascending. Computed once per world. */
export function poweredNumbers(world: World): Int32Array {
	let numbers = computed.get(world);
	if (!numbers) {
		const {order, powers} = world;
		const found: number[] = [];
		for (let number = 0; number < order.accounts.length; number++)
			if (powers.of(order.accounts[number]!.principal).possible.length > 0) found.push(number);
		computed.set(world, (numbers = Int32Array.from(found)));
	}
	return numbers;
}
