/**
 * Principals in member syntax, each interned once. Facts: iam-semantics section 2.
 */

export type PrincipalKind =
	| 'user'
	| 'serviceAccount'
	| 'group'
	| 'domain'
	| 'allUsers'
	| 'allAuthenticatedUsers'
	| 'projectOwner'
	| 'projectEditor'
	| 'projectViewer'
	| 'principal'
	| 'principalSet'
	| 'deleted'
	| 'unknown';

export interface Principal {
	/** Canonical member syntax: e-mails lower-case, the rest as bound. */
	member: string;
	kind: PrincipalKind;
	/** What follows the first colon (empty for public sets). */
	value: string;
	/** Dense number in order of first appearance; never shown, never sorted by. */
	index: number;
}

/** Kinds whose value is an e-mail or domain: Google compares those without regard to case. */
const CASELESS: readonly PrincipalKind[] = ['serviceAccount', 'user', 'group', 'domain'];
const OTHER: readonly PrincipalKind[] = [
	'projectOwner',
	'projectEditor',
	'projectViewer',
	'principal',
	'principalSet',
	'deleted',
];

/**
 * Splits member syntax into kind, value and canonical spelling. Never throws: what is no member
 * syntax has kind `unknown`, matches nobody and is named in the coverage.
 */
export function parseMember(text: string): {kind: PrincipalKind; value: string; member: string} {
	if (text === 'allUsers' || text === 'allAuthenticatedUsers') return {kind: text, value: '', member: text};
	// Kinds are our own strings, not parts of the input's: they are compared all the time, and keep no input alive.
	const caseless = kindIn(text, CASELESS);
	if (caseless !== undefined) {
		const value = text.slice(caseless.length + 1);
		const lower = value.toLowerCase();
		return {kind: caseless, value: lower, member: lower === value ? text : `${caseless}:${lower}`};
	}
	const other = kindIn(text, OTHER);
	if (other !== undefined) return {kind: other, value: text.slice(other.length + 1), member: text};
	return {kind: 'unknown', value: text, member: text};
}

/** The kind that a text begins with, if a value follows. */
function kindIn(text: string, kinds: readonly PrincipalKind[]): PrincipalKind | undefined {
	for (const kind of kinds)
		if (text.startsWith(kind) && text[kind.length] === ':' && text.length > kind.length + 1) return kind;
	return undefined;
}

/** All principals of one inventory, interned by canonical member syntax. */
export class PrincipalTable {
	readonly #byText = new Map<string, Principal>();
	readonly all: Principal[] = [];

	/** The principal of a member string, made on first sight. */
	of(text: string): Principal {
		const known = this.#byText.get(text);
		if (known) return known;
		const {kind, value, member} = parseMember(text);
		let principal = member === text ? undefined : this.#byText.get(member);
		if (!principal) {
			principal = {member, kind, value, index: this.all.length};
			this.all.push(principal);
			this.#byText.set(member, principal);
		}
		if (member !== text) this.#byText.set(text, principal);
		return principal;
	}

	/** The principal of a member string, if anything in the inventory named it. */
	find(text: string): Principal | undefined {
		const known = this.#byText.get(text);
		if (known) return known;
		const {member} = parseMember(text);
		return member === text ? undefined : this.#byText.get(member);
	}
}
