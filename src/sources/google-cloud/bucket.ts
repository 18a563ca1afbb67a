/**
 * Pace for one quota: at most so many calls in any window, whichever way the server cuts its minutes. A token comes
 * back when the call that took it is one window old, so a run may start with a full window at once and never exceeds
 * the quota. Pure: the caller brings the time.
 */
import type {Quota} from './quotas.ts';

/** What the pace falls to when the server says that it is too fast, relative to what it let through. */
const CAUTION = 0.8;
/** How much of the stated quota comes back with each quiet window. */
const RECOVERY = 0.1;

export class Bucket {
	readonly #quota: Quota;
	/** Epoch milliseconds of the calls in the last window, oldest first. */
	#calls: number[] = [];
	#limit: number;
	#pausedUntil = 0;
	#lastSlowdown = 0;

	constructor(quota: Quota) {
		this.#quota = quota;
		this.#limit = quota.limit;
	}

	/** Milliseconds until a call may start; 0 counts it as started now. */
	take(now: number): number {
		const wait = this.wait(now);
		if (wait === 0) this.#calls.push(now);
		return wait;
	}

	/** Milliseconds until a call could start, without taking a token. */
	wait(now: number): number {
		this.#forget(now);
		const paused = Math.max(0, this.#pausedUntil - now);
		if (this.#calls.length < this.#limit) return paused;
		const oldest = this.#calls[this.#calls.length - this.#limit]!;
		return Math.max(paused, oldest + this.#quota.window - now);
	}

	/**
	 * The server said that it was too fast: nothing before the hint, and from then on fewer than it let through.
	 * @param hint milliseconds that the server asks for
	 */
	slowDown(now: number, hint: number): void {
		this.#pausedUntil = Math.max(this.#pausedUntil, now + hint);
		// Calls that were under way together say it together; that is one lesson.
		if (now - this.#lastSlowdown < this.#quota.window / 10) return;
		this.#lastSlowdown = now;
		this.#forget(now);
		const passed = Math.max(1, Math.floor(this.#calls.length * CAUTION));
		this.#limit = Math.min(this.#limit, passed);
	}

	/** Calls a window that it goes by at present. */
	get limit(): number {
		return this.#limit;
	}

	#forget(now: number): void {
		const {window, limit} = this.#quota;
		let gone = 0;
		while (gone < this.#calls.length && this.#calls[gone]! <= now - window) gone++;
		if (gone > 0) this.#calls = this.#calls.slice(gone);
		while (this.#limit < limit && now - this.#lastSlowdown >= window) {
			this.#limit = Math.min(limit, this.#limit + Math.max(1, Math.floor(limit * RECOVERY)));
			this.#lastSlowdown += window;
		}
	}
}
