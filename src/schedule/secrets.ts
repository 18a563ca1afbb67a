/** Secrets by reference: the configuration names a variable or a file, and only what uses the secret ever holds it. */
import {readFileSync} from 'node:fs';
import {UsageError} from '../errors.ts';

export type SecretRef = {readonly env: string} | {readonly file: string};

/**
 * @param what it is for, in messages
 * @throws UsageError nothing is there; the message names the place only
 */
export function readSecret(ref: SecretRef, what: string, env: Readonly<Record<string, string | undefined>>): string {
	if ('env' in ref) {
		const value = env[ref.env]?.trim();
		if (value) return value;
		throw new UsageError(`${what} is to come from the variable ${ref.env}, which is not set.`, `Set ${ref.env}.`);
	}
	try {
		const value = readFileSync(ref.file, 'utf8').trim();
		if (value !== '') return value;
	} catch (error) {
		const {code, syscall} = error as NodeJS.ErrnoException;
		if (syscall === undefined) throw error;
		throw new UsageError(`${what} is to come from ${ref.file}, which cannot be read: ${code}.`, 'Make it readable.');
	}
	throw new UsageError(`${what} is to come from ${ref.file}, which is empty.`, 'Write the secret into it.');
}
