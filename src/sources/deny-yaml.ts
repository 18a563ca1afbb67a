/**
 * Deny policies as `gcloud iam policies get` prints them by default: small YAML documents. Anything else that is
 * YAML is no export, so the parser is loaded only for these.
 */

/** The documents of a YAML text and the lines on which they begin; `value` is undefined where one is broken. */
export async function denyPoliciesOf(text: string): Promise<{value: unknown; line: number}[]> {
	const {LineCounter, isDocument, parseAllDocuments} = await import('yaml');
	const lines = new LineCounter();
	const parsed = parseAllDocuments(text, {lineCounter: lines, logLevel: 'silent'});
	return [...parsed].filter(isDocument).map(document => {
		const broken = document.errors[0];
		if (broken !== undefined) return {value: undefined, line: lines.linePos(broken.pos[0]).line};
		// Aliases can blow a small text up; policies have none.
		return {value: document.toJS({maxAliasCount: 0}) as unknown, line: lines.linePos(document.range[0]).line};
	});
}
