import {hash} from 'node:crypto';

/** Part of a SHA-256, hexadecimal: enough to tell a million names apart. */
export function digestOf(text: string): string {
	return hash('sha256', text, 'hex').slice(0, 24);
}
