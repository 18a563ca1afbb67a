/**
 * What Google's own condition functions compute, without CEL: `extract`, `date`, and the clock of a
 * time zone. Facts: iam-semantics.md section 3 [seen].
 */

/**
 * Google's `extract()`: what stands between the first occurrence of the template's prefix and the
 * next occurrence of its suffix; the empty string if either is missing. [seen]
 * @param template `prefix{identifier}suffix`; prefix and suffix may be empty
 * @throws if the template has not exactly one identifier in braces
 */
export function extract(text: string, template: string): string {
	const parts = /^([^{}]*)\{[A-Za-z0-9_]+\}([^{}]*)$/.exec(template);
	if (!parts) throw new Error('extraction template without one {identifier}');
	const prefix = parts[1] ?? '';
	const suffix = parts[2] ?? '';
	const at = text.indexOf(prefix);
	if (at < 0) return '';
	const start = at + prefix.length;
	if (suffix === '') return text.slice(start);
	const end = text.indexOf(suffix, start);
	return end < 0 ? '' : text.slice(start, end);
}

/**
 * @param text `YYYY-MM-DD` [seen]
 * @returns epoch milliseconds of that day's 00:00 UTC
 * @throws if it is no such day
 */
export function parseDate(text: string): number {
	const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN;
	// Date.parse turns February 30 into March 1 or 2.
	if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text)) throw new Error('not a date (YYYY-MM-DD)');
	return day;
}

/** Zones named by untrusted text are kept up to this number. */
const ZONES = 64;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
	let known = clocks.get(zone);
	if (known === undefined) {
		known = new Intl.DateTimeFormat('en-US', {
			timeZone: zone,
			calendar: 'gregory',
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		});
		if (clocks.size >= ZONES) clocks.clear();
		clocks.set(zone, known);
	}
	return known;
}

/**
 * What the clock shows in a time zone, as a date whose UTC parts are to be read.
 * @param time epoch milliseconds
 * @param zone a name of the time zone database or an offset such as `+01:00` [seen]
 * @throws RangeError for an unknown zone
 */
export function localTime(time: number, zone: string): Date {
	const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
	if (offset) {
		const minutes = Number(offset[2]) * 60 + Number(offset[3]);
		return new Date(time + (offset[1] === '-' ? -minutes : minutes) * 60_000);
	}
	const shown: Record<string, number> = {};
	for (const {type, value} of clock(zone).formatToParts(time)) shown[type] = Number(value);
	const {year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0} = shown;
	const local = new Date(0);
	local.setUTCFullYear(year, month - 1, day);
	local.setUTCHours(hour, minute, second, ((time % 1000) + 1000) % 1000);
	return local;
}
