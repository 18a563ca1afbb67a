/**
 * Errors by who must act. Each carries what happened, where, and what to do next; `cli.ts` prints
 * them as one paragraph and turns the class into the exit code of the contract. Anything else that
 * is thrown is our own mistake (exit 70).
 */

/** The user can mend it: wrong flag, bad file, unknown id (exit 2). */
export class UsageError extends Error {
	override readonly name = 'UsageError';
	readonly hint: string | undefined;

	/** @param hint what to type or change instead, one sentence */
	constructor(message: string, hint?: string, options?: ErrorOptions) {
		super(message, options);
		this.hint = hint;
	}
}

/** Not enough could be read to judge (exit 3). */
export class UnreadableError extends Error {
	override readonly name = 'UnreadableError';
	readonly hint: string | undefined;

	/** @param hint which permission or file would mend it, one sentence */
	constructor(message: string, hint?: string, options?: ErrorOptions) {
		super(message, options);
		this.hint = hint;
	}
}
