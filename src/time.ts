/** Durations: everything inside is epoch milliseconds, people read days. */

export const DAY = 86_400_000;

/** Whole days in a duration of milliseconds, rounded down. */
export function days(milliseconds: number): number {
	return Math.floor(milliseconds / DAY);
}
