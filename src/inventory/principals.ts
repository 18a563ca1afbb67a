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
const CASELESS: ReadonlySet<string> = new Set(['user', 'serviceAccount', 'group', 'domain']);
const OTHER: ReadonlySet<string> = new Set([
	'projectOwner',
	'projectEditor',
	'projectViewer',
	'principal',
	'principalSet',
]);

/**
 * Splits member syntax into kind, value and canonical spelling. Never throws: what is no member
 * syntax has kind `unknown`, matches nobody and is named in the coverage.
 */
export function parseMember(text: string): {kind: PrincipalKind; value: string; member: string} {
	if (text === 'allUsers' || text === 'allAuthenticatedUsers') return {kind: text, value: '', member: text};
	const colon = text.indexOf(':');
	const prefix = colon < 0 ? '' : text.slice(0, colon);
	const value = colon < 0 ? text : text.slice(colon + 1);
	if (value !== '') {
		if (CASELESS.has(prefix)) {
			const lower = value.toLowerCase();
			return {kind: prefix as PrincipalKind, value: lower, member: lower === value ? text : `${prefix}:${lower}`};
		}
		if (OTHER.has(prefix)) return {kind: prefix as PrincipalKind, value, member: text};
		if (prefix === 'deleted') return {kind: 'deleted', value, member: text};
	}
	return {kind: 'unknown', value: text, member: text};
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
