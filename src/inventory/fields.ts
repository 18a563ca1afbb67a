/**
 * Reading untrusted JSON by hand: each reader takes both spellings of a wrapper key and says `undefined`
 * for absent, or throws `WrongType` with the field's name (never its value, which may be a secret).
 */
import type {Json} from '../sources/asset.ts';

export class WrongType extends Error {
	override readonly name = 'WrongType';
}

function pick(json: Json, field: string, snake?: string): unknown {
	const value = json[field];
	return value === undefined && snake !== undefined ? json[snake] : value;
}

export function text(json: Json, field: string, snake?: string): string | undefined {
	const value = pick(json, field, snake);
	if (value === undefined || value === null) return undefined;
	// int64 fields (project numbers, unique ids) come as JSON numbers from some writers.
	if (typeof value === 'number') {
		// What JSON could not carry exactly would name something else.
		if (!Number.isSafeInteger(value))
			throw new WrongType(`${field} is no string, and no number that JSON keeps exactly`);
		return String(value);
	}
	if (typeof value !== 'string') throw new WrongType(`${field} is no string`);
	return value;
}

export function flag(json: Json, field: string): boolean {
	const value = json[field];
	if (value === undefined || value === null) return false;
	if (value === 'true' || value === 'false') return value === 'true';
	if (typeof value !== 'boolean') throw new WrongType(`${field} is no boolean`);
	return value;
}

export function object(json: Json, field: string, snake?: string): Json | undefined {
	const value = pick(json, field, snake);
	if (value === undefined || value === null) return undefined;
	if (typeof value !== 'object' || Array.isArray(value)) throw new WrongType(`${field} is no object`);
	return value as Json;
}

export function list(json: Json, field: string, snake?: string): unknown[] {
	const value = pick(json, field, snake);
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) throw new WrongType(`${field} is no list`);
	return value;
}

export function strings(json: Json, field: string, snake?: string): string[] {
	const values = list(json, field, snake);
	for (const value of values)
		if (typeof value !== 'string') throw new WrongType(`${field} holds something that is no string`);
	return values as string[];
}

/** RFC 3339 time as epoch milliseconds. */
export function time(json: Json, field: string, snake?: string): number | undefined {
	const value = text(json, field, snake);
	if (value === undefined || value === '') return undefined;
	const parsed = parseTime(value);
	if (Number.isNaN(parsed)) throw new WrongType(`${field} is no RFC 3339 time`);
	return parsed;
}

/**
 * Epoch ms of an RFC 3339 text, NaN if it is none. Fractions beyond milliseconds are cut. By hand for
 * the UTC form that Google writes: an export has several times on each line, and `Date.parse` is slow.
 */
export function parseTime(value: string): number {
	const {length} = value;
	if (length >= 20 && value.charCodeAt(length - 1) === 90 && hasMarks(value)) {
		const year = digits(value, 0, 4);
		const month = digits(value, 5, 7);
		const day = digits(value, 8, 10);
		const hour = digits(value, 11, 13);
		const minute = digits(value, 14, 16);
		const second = digits(value, 17, 19);
		const whole = year + month + day + hour + minute + second;
		const plain = length === 20 || value.charCodeAt(19) === 46;
		// 29 February and what `Date.UTC` takes for the twentieth century are left to `Date.parse`.
		const isDay = day >= 1 && year >= 100 && (day <= 28 || (month !== 2 && day <= (SHORT_MONTHS.has(month) ? 30 : 31)));
		if (plain && whole >= 0 && month >= 1 && month <= 12 && isDay && hour < 24 && minute < 60 && second < 60) {
			const milliseconds = length > 20 ? fraction(value, length) : 0;
			if (!Number.isNaN(milliseconds)) return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
		}
	}
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value)) return Number.NaN;
	return Date.parse(value.replace(/(\.\d{3})\d+/, '$1'));
}

const SHORT_MONTHS: ReadonlySet<number> = new Set([4, 6, 9, 11]);

/** Milliseconds of the fraction behind the point at 19, the rest of it cut; NaN if it is none. */
function fraction(value: string, length: number): number {
	if (length === 21) return Number.NaN;
	let milliseconds = 0;
	for (let at = 20; at < Math.max(23, length - 1); at++) {
		const digit = at < length - 1 ? value.charCodeAt(at) - 48 : 0;
		if (digit < 0 || digit > 9) return Number.NaN;
		if (at < 23) milliseconds = milliseconds * 10 + digit;
	}
	return milliseconds;
}

/** Whether the marks between the numbers of a date and time are what they should be. */
function hasMarks(value: string): boolean {
	return value[4] === '-' && value[7] === '-' && value[10] === 'T' && value[13] === ':' && value[16] === ':';
}

/** The number that ASCII digits spell, far below zero if one of them is none. */
function digits(value: string, from: number, to: number): number {
	let number = 0;
	for (let i = from; i < to; i++) {
		const digit = value.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) return -1e6;
		number = number * 10 + digit;
	}
	return number;
}
