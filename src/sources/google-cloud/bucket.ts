/**
 * Pace for one quota: at most so many calls in any window, whichever way the server cuts its minutes. A token comes
 * back one window after the call that took it was answered (the server counted it by then, however long it was on its
 * way), so a run may start with a full window at once and never exceeds the quota. Pure: the caller brings the time.
 */
import type {Quota} from './quotas.ts';

/** What the pace falls to when the server says that it is too fast, relative to what it let through. */
const CAUTION = 0.8;
/** How much of the stated quota comes back with each quiet window. */
const RECOVERY = 0.1;

export class Bucket {
	readonly #quota: Quota;
	/** Epoch milliseconds at which calls of the last window were answered, oldest first. */
	#calls: number[] = [];
	#underWay = 0;
	#limit: number;
	#pausedUntil = 0;
	#lastSlowdown = 0;

	constructor(quota: Quota) {
		this.#quota = quota;
		this.#limit = quota.limit;
	}

	/** Takes a token for a call that starts now; only after `wait` said 0. */
	start(): void {
		this.#underWay++;
	}

	/** The call was answered, whatever the answer. */
	answered(now: number): void {
		this.#underWay--;
		this.#calls.push(now);
	}

	/** Milliseconds until a call could start; `Infinity`: not before one that is under way was answered. */
	wait(now: number): number {
		this.#forget(now);
		const paused = Math.max(0, this.#pausedUntil - now);
		const over = this.#calls.length + this.#underWay - this.#limit;
		if (over < 0) return paused;
		const oldest = this.#calls[over];
		return oldest === undefined ? Infinity : Math.max(paused, oldest + this.#quota.window - now);
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
		const passed = Math.max(1, Math.floor((this.#calls.length + this.#underWay - 1) * CAUTION));
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
