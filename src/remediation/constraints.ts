/** What enforcing a constraint means, for all who render or apply `enforce-constraint`. */

/**
 * List constraints that a check may ask for, with the value to allow; any other constraint is boolean.
 * `2160h` (90 days, as `keyAgeDays` by default) is the longest lifetime that Google offers.
 * Facts: iam-semantics section 5; that the list ends with 2160h is [recalled].
 */
const ALLOWED_VALUE: ReadonlyMap<string, string> = new Map([['iam.serviceAccountKeyExpiryHours', '2160h']]);

/** The value that enforcing it allows, or undefined for a boolean constraint. */
export function allowedValue(constraint: string): string | undefined {
	return ALLOWED_VALUE.get(constraint);
}

/**
 * Whether the v1 commands (`gcloud resource-manager org-policies`) can set it. Managed and custom constraints exist in
 * the v2 API only, whose one gcloud command reads the policy from a file. [recalled]
 */
export function isLegacyConstraint(constraint: string): boolean {
	return !constraint.startsWith('custom.') && !constraint.includes('.managed.');
}
