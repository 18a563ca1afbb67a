/** Strict RFC 3339 times, for flags: what a user types is either understood exactly or refused. */

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * @returns epoch milliseconds (fractions beyond them are cut), or undefined if `text` is no RFC 3339
 *   date-time that exists in the calendar. A leap second (23:59:60 UTC) counts as the second after it.
 */
export function parseRfc3339(text: string): number | undefined {
	const match = RFC3339.exec(text);
	if (match === null) return undefined;
	const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	if (hour > 23 || minute > 59 || second > 60) return undefined;
	const offset = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
	if (Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59) return undefined;
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
	date.setUTCHours(hour, minute - (match[8] === '-' ? -offset : offset), 0);
	if (second === 60 && (date.getUTCHours() !== 23 || date.getUTCMinutes() !== 59)) return undefined;
	return date.getTime() + second * 1000 + Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
}
