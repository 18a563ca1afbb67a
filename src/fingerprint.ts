/**
 * What makes two findings the same one: check, canonical resource, principal and the binding that opens
 * it; never severity, path, message or display text (contract).
 */
import {hash} from 'node:crypto';

/** 32 hex digits of a SHA-256. */
export function fingerprint(
	check: string,
	resource: string,
	principal?: string,
	cause?: {resource: string; role: string; member: string; condition?: string},
): string {
	const parts = [
		check,
		resource,
		principal ?? '',
		cause?.resource ?? '',
		cause?.role ?? '',
		cause?.member ?? '',
		cause?.condition ?? '',
	];
	const digits = hash('sha256', JSON.stringify(parts), 'hex');
	// Joined from two, since a part of a text keeps all of it, and each finding keeps its own.
	return [digits.slice(0, 16), digits.slice(16, 32)].join('');
}
