/** Small words and numbers that several screens share. */
import type {Severity} from '../report.ts';
import {shortResource} from '../text.ts';

export const number = (value: number): string => value.toLocaleString('en-US');
export const count = (value: number, one: string, many = `${one}s`): string =>
	`${number(value)} ${value === 1 ? one : many}`;

/** Four columns each, so that colour is never the only carrier. */
export const SEVERITY_WORD: Readonly<Record<Severity, string>> = {
	critical: 'CRIT',
	high: 'HIGH',
	medium: 'MED ',
	low: 'LOW ',
};

/** `2026-11-01 09:00Z` */
export function timeText(rfc3339: string): string {
	return rfc3339.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, '$1 $2Z');
}

export const dayText = (rfc3339: string): string => rfc3339.slice(0, 10);

/** How long before `now`: `today`, `12d`, `14mo`, `3y`. */
export function agoText(rfc3339: string, now: string): string {
	return daysText(Math.floor((Date.parse(now) - Date.parse(rfc3339)) / 86_400_000));
}

export function daysText(days: number): string {
	if (!Number.isFinite(days)) return '';
	if (days < 1) return 'today';
	if (days < 100) return `${days}d`;
	return days < 730 ? `${Math.floor(days / 30.44)}mo` : `${Math.floor(days / 365.25)}y`;
}

export function durationText(milliseconds: number): string {
	const seconds = Math.ceil(milliseconds / 1000);
	if (seconds < 100) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

export function bytesText(bytes: number): string {
	return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** Eighths of a column, so that small shares still show. */
export function barText(share: number, width: number): string {
	const eighths = Math.max(share > 0 ? 1 : 0, Math.round(Math.min(1, share) * width * 8));
	const full = Math.floor(eighths / 8);
	const rest = ' ▏▎▍▌▋▊▉'[eighths % 8]!;
	return '█'.repeat(full) + (rest === ' ' ? '' : rest);
}

const ACCOUNT_DOMAIN = /(?:\.iam)?\.gserviceaccount\.com\b/;

/** A resource for a narrow column: `name@project` is an account, since nothing else looks like that. */
export function briefResource(name: string): string {
	return shortResource(name)
		.replace(ACCOUNT_DOMAIN, '')
		.replace(/ key (\S{8})\S+$/, ' key $1');
}

/** A member for a narrow column: accounts as above, others with their kind. */
export function briefMember(member: string): string {
	return member
		.replace(/^serviceAccount:(?=.*@)/, '')
		.replace(ACCOUNT_DOMAIN, '')
		.replace(/^(principal(?:Set)?):\/\/iam\.googleapis\.com\//, '$1:');
}
