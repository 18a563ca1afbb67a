/** Whether two providers of one pool can call different identities the same. */
import type {Federation} from './federation.ts';
import type {Provider} from './provider.ts';
import {Template} from './template.ts';

const SUBJECT = 'google.subject';

export function canCollide(federation: Federation, one: Provider, other: Provider): boolean {
	const [a, b] = [prefixOf(one), prefixOf(other)];
	if (a !== undefined && b !== undefined && !a.startsWith(b) && !b.startsWith(a)) return false;
	return !areApart(federation, one, other);
}

/** The constant that a subject begins with: `'github::' + assertion.sub`. */
function prefixOf({mapping}: Provider): string | undefined {
	const text = mapping.get(SUBJECT) ?? '';
	return /^\s*(?:'([^'\\]+)'|"([^"\\]+)")\s*\+/
		.exec(text)
		?.slice(1)
		.find(part => part !== undefined);
}

/** Both subjects are the same claim of the same platform, which has a part in it that their issuers fix differently. */
function areApart(federation: Federation, one: Provider, other: Provider): boolean {
	const {platform} = one.issuer;
	if (platform !== other.issuer.platform) return false;
	const [claim, same] = [one, other].map(provider => {
		const {claims, isPlain} = federation.rules(provider).mapping.claimsOf(SUBJECT);
		return isPlain && claims.length === 1 ? claims[0] : undefined;
	});
	const text = claim === undefined || claim !== same ? undefined : platform.claims[claim];
	if (text === undefined) return false;
	return new Template(text, platform.variables).variables.some(variable => {
		const [a, b] = [one.issuer.fixed[variable], other.issuer.fixed[variable]];
		return a !== undefined && b !== undefined && a !== b;
	});
}
