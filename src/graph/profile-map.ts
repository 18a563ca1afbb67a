/**
 * A map by principal and profile: what a set lets its members do is the same for all whom barriers see alike. Nearly
 * everybody has profile 0 (nothing bars them), which costs no table of its own.
 */
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';

export class ProfileMap<V extends object> {
	readonly #free = new PrincipalMap<V>();
	readonly #barred = new PrincipalMap<Map<number, V>>();

	get(principal: Principal, profile: number): V | undefined {
		return profile === 0 ? this.#free.get(principal) : this.#barred.get(principal)?.get(profile);
	}

	set(principal: Principal, profile: number, value: V): void {
		if (profile === 0) {
			this.#free.set(principal, value);
			return;
		}
		let byProfile = this.#barred.get(principal);
		if (!byProfile) this.#barred.set(principal, (byProfile = new Map()));
		byProfile.set(profile, value);
	}
}
