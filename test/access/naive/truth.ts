/**
 * Three values with a reason. Facts: iam-semantics section 3 (Kleene logic); contract, "paths":
 * the surest way counts, and a way is as sure as its weakest part. A condition that nobody can decide
 * is surer than a fact that was not read.
 */
export type Truth = true | false | 'condition' | 'fact';

/** All must hold: the weakest part tells. */
export function both(parts: Truth[]): Truth {
	for (const part of parts) if (part === false) return false;
	for (const part of parts) if (part === 'fact') return 'fact';
	for (const part of parts) if (part === 'condition') return 'condition';
	return true;
}

/** One is enough: the surest tells. */
export function either(parts: Truth[]): Truth {
	for (const part of parts) if (part === true) return true;
	for (const part of parts) if (part === 'condition') return 'condition';
	for (const part of parts) if (part === 'fact') return 'fact';
	return false;
}

export function not(part: Truth): Truth {
	return typeof part === 'boolean' ? !part : part;
}
