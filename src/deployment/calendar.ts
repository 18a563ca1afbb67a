/** From a cron expression to the OnCalendar of a systemd timer (systemd.time(7)). Pure. */
import {UsageError} from '../errors.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** @throws UsageError what systemd has no words for */
export function onCalendar(cron: string, timeZone: string): string {
	const [minute, hour, day, month, weekday] = cron.split(' ') as [string, string, string, string, string];
	if (day !== '*' && weekday !== '*') {
		throw new UsageError(
			`--cron "${cron}" names days of the month and of the week: cron takes either, systemd only both together.`,
			'Use one of them, or two timers.',
		);
	}
	const days = weekday === '*' ? '' : `${list(weekday, weekdayName)} `;
	const date = `*-${list(month, number(1))}-${list(day, number(1))}`;
	return `${days}${date} ${list(hour, number(0))}:${list(minute, number(0))}:00 ${timeZone}`;
}

type Part = (text: string) => string;

function list(field: string, part: Part): string {
	return field.split(',').map(part).join(',');
}

function number(first: number): Part {
	return text => {
		const [, from, to, step] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(text) ?? [];
		if (text === '*') return '*';
		if (from === undefined && step === undefined) throw unreadable(text);
		const start = pad(from ?? String(first));
		const range = to === undefined ? start : `${start}..${pad(to)}`;
		return step === undefined ? range : `${range}/${step}`;
	};
}

function weekdayName(text: string): string {
	const [, from, to] = /^(\w+)(?:-(\w+))?$/.exec(text) ?? [];
	const names = [from, to].flatMap(day => (day === undefined ? [] : (dayOf(day) ?? [])));
	if (names.length !== (to === undefined ? 1 : 2)) throw unreadable(text);
	return names.join('..');
}

function dayOf(text: string): string | undefined {
	return DAYS[Number(text)] ?? DAYS.find(day => day.toLowerCase() === text.toLowerCase());
}

const pad = (text: string): string => text.padStart(2, '0');

function unreadable(text: string): UsageError {
	return new UsageError(`"${text}" in --cron has no counterpart in systemd.`, 'Use numbers, ranges, lists and steps.');
}
