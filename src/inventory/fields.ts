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
	if (typeof value === 'number') return String(value);
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
	for (const value of values) if (typeof value !== 'string') throw new WrongType(`${field} holds something that is no string`);
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

/** Epoch ms of an RFC 3339 text, NaN if it is none. Fractions beyond milliseconds are cut. */
export function parseTime(value: string): number {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value)) return Number.NaN;
	return Date.parse(value.replace(/(\.\d{3})\d+/, '$1'));
}
