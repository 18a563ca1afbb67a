/**
 * Domain-wide delegation: which API clients of Google Workspace may act as its users. No API of Google Cloud tells, so
 * the configuration does, or what the Workspace admin log says was authorized and removed (checks.md, "Definitions").
 */
import {parseTime} from '../inventory/fields.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';

export interface Delegation {
	/** Client id, or the account's e-mail where the log names that. */
	client: string;
	/** Undefined: not told. */
	scopes: readonly string[] | undefined;
	from: 'configuration' | 'admin log';
}

/** @returns undefined if nothing tells */
export function delegations({inventory, config}: World): Delegation[] | undefined {
	const found = new Map<string, Delegation>();
	const events = [...(inventory.documents.get('sa-audit/LogEvent') ?? [])]
		.map(({data}) => data)
		.filter(data => data['event'] === 'delegation-authorized' || data['event'] === 'delegation-removed')
		.map(data => ({data, at: typeof data['at'] === 'string' ? parseTime(data['at']) : NaN}))
		// Later events decide; of two at one moment a removal, since authorizing again writes a line of its own.
		.toSorted((a, b) => (a.at || 0) - (b.at || 0) || (a.data['event'] === 'delegation-removed' ? 1 : -1));
	for (const {data} of events) {
		const client = clientOf(data['subject']);
		if (client === undefined) continue;
		if (data['event'] === 'delegation-removed') found.delete(client);
		else found.set(client, {client, scopes: textsOf(data['scopes']), from: 'admin log'});
	}
	if (!config.domainWideDelegation) return events.length > 0 ? [...found.values()] : undefined;
	// The configuration says which there are, all of them.
	return config.domainWideDelegation.map(({clientId, scopes}) => ({
		client: clientId,
		scopes: scopes ?? found.get(clientId)?.scopes,
		from: 'configuration',
	}));
}

function clientOf(subject: unknown): string | undefined {
	if (typeof subject !== 'string') return undefined;
	return subject.replace(/^(?:client|serviceAccount):/, '').toLowerCase() || undefined;
}

function textsOf(value: unknown): string[] | undefined {
	if (!Array.isArray(value) || value.length === 0) return undefined;
	return value.filter(scope => typeof scope === 'string');
}

/** The account of a client: its client id is its unique id. [seen: both fields of the IAM API hold the same number] */
export function accountOfClient(world: World): (client: string) => ServiceAccount | undefined {
	const byClient = new Map<string, ServiceAccount>();
	for (const account of world.inventory.accounts.values())
		if (account.oauth2ClientId !== undefined) byClient.set(account.oauth2ClientId, account);
	return client => byClient.get(client) ?? world.inventory.account(client);
}

/** Scopes that hold administration, whole mail or whole drive; reading all of it is holding all of it. */
export function isBroadScope(scope: string): boolean {
	const path = scope.replace(/^https:\/\/(?:www\.googleapis\.com\/auth\/)?/, '').replace(/\/$/, '');
	return BROAD.has(path) || (path.startsWith('admin.') && !path.endsWith('.readonly')) || ADMIN_FEEDS.test(scope);
}

/** Names of scopes: Google's list of OAuth 2.0 scopes. [recalled] */
const BROAD: ReadonlySet<string> = new Set([
	'mail.google.com',
	'gmail.modify',
	'gmail.readonly',
	'gmail.settings.sharing',
	'drive',
	'drive.readonly',
	'cloud-platform',
	'cloud-identity.groups',
	'cloud-identity',
]);
const ADMIN_FEEDS = /^https:\/\/apps-apis\.google\.com\/a\/feeds\b/;
