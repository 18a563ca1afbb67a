/** Quotas as a server enforces them: so many calls of a kind in any window, and 429 beyond. */
import {METHODS} from '../../src/sources/google-cloud/methods.ts';
import {type QuotaName, QUOTAS, scaledQuota} from '../../src/sources/google-cloud/quotas.ts';
import type {Fault} from './faults.ts';
import type {Call} from './stand-in.ts';

const BY_METHOD: readonly (readonly [RegExp, readonly QuotaName[]])[] = Object.values(METHODS).map(({name, quotas}) => [
	new RegExp(`^${name.replaceAll(/[.()?]/g, '\\$&').replaceAll(/\{\+\w+\}/g, '[^:]+')}$`),
	quotas,
]);

export class QuotaGate {
	readonly #factor: number;
	readonly #calls = new Map<QuotaName, number[]>();
	/** Calls that were let through, by quota. */
	readonly passed = new Map<QuotaName, number>();
	refused = 0;

	constructor(factor: number) {
		this.#factor = factor;
	}

	/** As `Switches.fault` takes it. @param now milliseconds */
	check(call: Call, now: number): Fault | undefined {
		const quotas = BY_METHOD.find(([pattern]) => pattern.test(call.method))?.[1] ?? [];
		for (const name of quotas) {
			const {limit, window} = scaledQuota(name, this.#factor);
			const recent = (this.#calls.get(name) ?? []).filter(at => at > now - window);
			this.#calls.set(name, recent);
			if (recent.length < limit) continue;
			this.refused++;
			return {
				fault: 'throttled',
				message: `Quota exceeded for ${name}`,
				retryAfter: Math.ceil((recent[0]! + window - now) / 1000),
			};
		}
		for (const name of quotas) {
			this.#calls.get(name)!.push(now);
			this.passed.set(name, (this.passed.get(name) ?? 0) + 1);
		}
		return undefined;
	}

	/** The least milliseconds in which what passed can pass, and the quota that says so. */
	lowerBound(): {milliseconds: number; quota: QuotaName | undefined} {
		let longest: {milliseconds: number; quota: QuotaName | undefined} = {milliseconds: 0, quota: undefined};
		for (const [quota, calls] of this.passed) {
			const {limit} = scaledQuota(quota, this.#factor);
			const milliseconds = (Math.ceil(calls / limit) - 1) * QUOTAS[quota].window;
			if (milliseconds > longest.milliseconds) longest = {milliseconds, quota};
		}
		return longest;
	}
}
