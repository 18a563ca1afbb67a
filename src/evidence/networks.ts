/** Networks of addresses, each looked at once, as long as there are not too many. */
import {networkOf} from './network.ts';

const MOST = 20_000;

export class Networks {
	readonly #known = new Map<string, string>();

	of(address: string): string {
		// All of a /24 are the same; other addresses stand for themselves.
		const name = address.includes(':') ? address : address.replace(/\.\d{1,3}$/, '.0');
		let network = this.#known.get(name);
		if (network === undefined) {
			if (this.#known.size >= MOST) this.#known.clear();
			this.#known.set(name, (network = networkOf(name)));
		}
		return network;
	}
}
