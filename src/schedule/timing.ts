/** When a scope is due: cron expressions in their time zone, with jitter, and what was missed meanwhile. */
import {Cron} from 'croner';

/** So many missed times are counted; a machine may have slept for a year. */
const COUNTED = 1000;

export interface Timetable {
	/** The first time after `after`, or undefined if there will be none. Epoch milliseconds. */
	next(after: number): number | undefined;
}

/** @throws Error the expression or the time zone is none; what it says fits into a message */
export function timetable(expression: string, timeZone: string | undefined): Timetable {
	const cron = new Cron(expression, {paused: true, ...(timeZone !== undefined && {timezone: timeZone})});
	// It looks at the time zone only when it is asked.
	cron.nextRun(new Date(0));
	return {next: after => cron.nextRun(new Date(after))?.getTime()};
}

export interface Missed {
	/** The last of them. */
	last: number;
	count: number;
}

/** Times after `since` up to `now`. */
export function missed(table: Timetable, since: number, now: number): Missed | undefined {
	let found: Missed | undefined;
	for (let at = table.next(since); at !== undefined && at <= now; at = table.next(at)) {
		found = {last: at, count: (found?.count ?? 0) + 1};
		if (found.count >= COUNTED) break;
	}
	return found;
}
