/** From what audit logs call a caller to IAM member syntax. */
import {isJson, jsonOf, text} from './log-entry.ts';

/**
 * @param email `principalEmail`
 * @param subject `principalSubject`: member syntax already, or a federated subject
 * @returns member syntax where there is one; else the log's own word; empty: not logged
 */
export function memberOf(email: string, subject: string): string {
	if (email.includes('@')) {
		const lower = email.toLowerCase();
		return `${isAccountEmail(lower) ? 'serviceAccount' : 'user'}:${lower}`;
	}
	if (subject.startsWith('//iam.googleapis.com/')) return `principal:${subject}`;
	return subject === '' ? email : subject;
}

/** Whether a member is a service account, by its e-mail (Kubernetes identities are spelled like one and are none). */
export function isAccount(member: string): boolean {
	return member.startsWith('serviceAccount:') && isAccountEmail(member);
}

function isAccountEmail(email: string): boolean {
	return email.endsWith('.gserviceaccount.com');
}

/**
 * The chain that led to the caller, the one it began with first. Entries that name nobody are no hop, nor is one that
 * names whoever comes next. Facts: ServiceAccountDelegationInfo, "sorted based on the original ordering" [seen].
 * @param info `serviceAccountDelegationInfo`
 * @param last the caller
 */
export function delegationChain(info: unknown, last: string): string[] {
	const named = Array.isArray(info) ? info.map(delegate).filter(member => member !== '') : [];
	return withoutRepeats(named, last);
}

/** `projects/-/serviceAccounts/EMAIL_OR_ID` as members. @param target left out where it stands among them */
export function delegatesOf(names: unknown, target: readonly string[]): string[] {
	const list = Array.isArray(names) ? names : [];
	return list.flatMap(name => {
		const account = text(name).replace(/^.*serviceAccounts\//, '');
		return account === '' || target.includes(account) ? [] : [`serviceAccount:${account.toLowerCase()}`];
	});
}

export function withoutRepeats(chain: readonly string[], last: string): string[] {
	return chain.filter((member, index) => member !== (chain[index + 1] ?? last));
}

/** Log Analytics spells the keys in snake case. */
function delegate(element: unknown): string {
	if (!isJson(element)) return '';
	const first = jsonOf(element['firstPartyPrincipal'] ?? element['first_party_principal']);
	const email = text(first['principalEmail'] ?? first['principal_email']);
	const member = memberOf(email, text(element['principalSubject'] ?? element['principal_subject']));
	if (member !== '') return member;
	const third = jsonOf(element['thirdPartyPrincipal'] ?? element['third_party_principal']);
	const claims = jsonOf(third['thirdPartyClaims'] ?? third['third_party_claims']);
	const subject = text(claims['sub']);
	if (subject === '') return '';
	return /^principal(?:Set)?:\/\//.test(subject) ? subject : `third-party:${subject}`;
}
