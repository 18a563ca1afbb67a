/** Names as people say them; the full one stays in a title, a detail or a list. */

/** The part of a principal or resource that tells it from its neighbours. */
export function shortName(name: string): string {
	const colon = /^([A-Za-z]+):(.*)$/s.exec(name);
	const value = (colon?.[2] ?? name).replace(/\.iam\.gserviceaccount\.com(?=$|\/)/, '');
	if (!value.startsWith('//')) return value;
	const account = /\/serviceAccounts\/([^/]+)(?:\/keys\/([^/]+))?$/.exec(value);
	if (account !== null) return account[2] === undefined ? account[1]! : `${account[1]} key ${account[2]}`;
	const container = /^\/\/cloudresourcemanager\.googleapis\.com\/(.+)$/s.exec(value);
	if (container !== null) return container[1]!;
	const parts = value.split('/');
	return parts.length > 4 ? `…/${parts.slice(-2).join('/')}` : value.slice(2);
}

/** A sentence with its names shortened, where the full one is a click away. */
export function shortSentence(text: string): string {
	return text
		.replace(/\.iam\.gserviceaccount\.com\b/g, '')
		.replace(/\/\/cloudresourcemanager\.googleapis\.com\//g, '')
		.replace(/\/\/iam\.googleapis\.com\/projects\/[^/\s]+\/serviceAccounts\//g, '');
}

/** As much of a text as a drawing has room for. */
export function ellipsis(text: string, length: number): string {
	if (text.length <= length) return text;
	const half = Math.floor((length - 1) / 2);
	return `${text.slice(0, length - 1 - half)}…${text.slice(-half)}`;
}

const KINDS: Readonly<Record<string, string>> = {
	serviceAccount: 'service account',
	user: 'user',
	group: 'group',
	domain: 'domain',
	principal: 'federated identity',
	principalSet: 'federated identities',
	allUsers: 'everyone on the internet',
	allAuthenticatedUsers: 'everyone with a Google account',
	project: 'project',
	folder: 'folder',
	organization: 'organization',
};

export function kindName(kind: string): string {
	return Object.hasOwn(KINDS, kind) ? KINDS[kind]! : kind;
}

export function kindOf(principal: string): string {
	const container = /^(project|folder|organization)s\//.exec(principal);
	if (container !== null) return container[1]!;
	const colon = principal.indexOf(':');
	return colon < 0 ? principal : principal.slice(0, colon);
}

export type Shape = 'circle' | 'square' | 'diamond' | 'triangle';

/** Accounts are discs; whoever comes from outside of them has corners. */
export function shapeOf(kind: string): Shape {
	if (kind === 'serviceAccount') return 'circle';
	if (kind === 'user') return 'diamond';
	return kind === 'group' || kind === 'domain' ? 'square' : 'triangle';
}

export const number = (value: number): string => value.toLocaleString('en-US');
export const count = (value: number, one: string): string => `${number(value)} ${value === 1 ? one : `${one}s`}`;
/** The day of a time, which is what ages are about. */
export const day = (time: string): string => (/^\d{4}-\d\d-\d\dT/.test(time) ? time.slice(0, 10) : time);
