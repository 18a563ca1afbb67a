/** Durations: everything inside is epoch milliseconds, people read days. */

export const DAY = 86_400_000;

/** Whole days in a duration of milliseconds, rounded down. */
export function days(milliseconds: number): number {
	return Math.floor(milliseconds / DAY);
}

const UNITS = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: DAY};

/** `90s`, `10m`, `2h`, `1.5d`, `500ms`; a bare number is seconds. @returns milliseconds; undefined for anything else */
export function parseDuration(text: string): number | undefined {
	const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
	return number === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS];
}
