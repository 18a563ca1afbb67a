/** The evidence records of an inventory, each thing once, with the accounts and keys that they are about. */
import type {Inventory, ServiceAccount} from '../inventory/model.ts';
import {parseMember} from '../inventory/principals.ts';
import {placeOf} from './network.ts';
import {becomingOf, type LogEvent, LOG_EVENT, parseLogEvent, parseUsage, type Usage, USAGE} from './usage.ts';
import {CI_SUFFIX, CLIENT_KINDS, clientKind, namesRun} from './user-agent.ts';

/** One way of use. `last` and `first` are never after now. */
export interface Use extends Usage {
	/** The account that was used or acted; undefined: not in the inventory. */
	account: ServiceAccount | undefined;
	/** Id of the key that it signed in with. */
	keyId: string | undefined;
	/** Member syntax, canonical: who it began with first, the subject last. Each pair of neighbours is a walked hop. */
	chain: readonly string[];
	/** By what the subject was become; undefined: it acted itself. */
	becoming: ReturnType<typeof becomingOf>;
	/** Kind of client without its CI mark. */
	client: string;
	/** The client names a CI system. */
	ci: boolean;
	/** The user agent as it was logged, where the record has it so. */
	agent: string;
	/** The network or address as the record has it. */
	origin: string;
	/** That it changed something, and whether traceably, is told by method and agent alone: a reason may have been sent. */
	isInferred: boolean;
}

export interface Event extends LogEvent {
	/** The subject in canonical member syntax. */
	member: string;
	account: ServiceAccount | undefined;
}

/** Methods that change a resource, not the data in one: `SetIamPolicy`, `v1.compute.instances.insert`. */
const CHANGING =
	/^(?!.*objects?[.]).*?(?:^|[.])(?:add|create|delete|deploy|insert|patch|remove|replace|set|undelete|update)[A-Za-z]*$/i;
const KINDS: ReadonlySet<string> = new Set([...CLIENT_KINDS.map(([kind]) => kind), 'other']);

/** Records that say the same up to the client are one; those of times that overlap are one and the same use. */
export function readUses(inventory: Inventory): Use[] {
	const uses = new Map<string, Use>();
	const clients = new Map<string, string>();
	const places = new Map<string, string>();
	for (const {data} of inventory.documents.get(USAGE) ?? []) {
		const usage = parseUsage(data);
		if (!usage) continue;
		const use = resolve(inventory, usage, clients, places);
		const key = [use.chain.join(' '), use.keyId, use.method, use.origin, use.agent, use.source].join('\u0000');
		const known = uses.get(key);
		if (known) unite(known, use);
		else uses.set(key, use);
	}
	return [...uses.values()];
}

function resolve(inventory: Inventory, usage: Usage, clients: Map<string, string>, places: Map<string, string>): Use {
	const {now} = inventory;
	const account = accountOf(inventory, usage.subject);
	const agent = usage.userAgent;
	let userAgent = clients.get(agent);
	if (userAgent === undefined) clients.set(agent, (userAgent = kindOf(agent)));
	const ci = userAgent.endsWith(CI_SUFFIX);
	let network = places.get(usage.network);
	if (network === undefined) places.set(usage.network, (network = placeOf(usage.network)));
	// Records of others do not count changes; they have the agent itself instead.
	const isInferred = usage.changes === 0 && agent !== userAgent && CHANGING.test(usage.method);
	return {
		...usage,
		first: Math.min(usage.first, usage.last, now),
		last: Math.min(usage.last, now),
		network,
		userAgent,
		account,
		keyId: usage.key === undefined ? undefined : usage.key.slice(usage.key.lastIndexOf('/') + 1),
		chain: [...usage.via.map(member => memberOf(inventory, member)), memberOf(inventory, usage.subject)],
		becoming: becomingOf(usage),
		client: ci ? userAgent.slice(0, -CI_SUFFIX.length) : userAgent,
		ci,
		agent,
		origin: usage.network,
		isInferred,
		...(isInferred && {changes: usage.count, untraced: namesRun(agent) ? 0 : usage.count}),
	};
}

/** Aggregated records have the kind already; those that others wrote may have the agent itself. */
function kindOf(agent: string): string {
	const bare = agent.endsWith(CI_SUFFIX) ? agent.slice(0, -CI_SUFFIX.length) : agent;
	return KINDS.has(bare) || agent === '' ? agent : clientKind(agent);
}

function unite(known: Use, next: Use): void {
	const isApart = known.last < next.first || next.last < known.first;
	for (const field of ['count', 'changes', 'untraced'] as const)
		known[field] = isApart ? known[field] + next[field] : Math.max(known[field], next[field]);
	known.first = Math.min(known.first, next.first);
	known.last = Math.max(known.last, next.last);
}

/** Events in order of time, each once. */
export function readEvents(inventory: Inventory): Event[] {
	const events = new Map<string, Event>();
	for (const {data} of inventory.documents.get(LOG_EVENT) ?? []) {
		const event = parseLogEvent(data);
		if (!event) continue;
		const account = accountOf(inventory, event.subject);
		const key = [event.event, event.subject, event.uniqueId, event.keyId, event.by, event.at].join('\u0000');
		if (events.has(key)) continue;
		const at = Math.min(event.at, inventory.now);
		events.set(key, {...event, at, account, member: memberOf(inventory, event.subject)});
	}
	return [...events.values()].sort((a, b) => a.at - b.at);
}

function accountOf(inventory: Inventory, member: string): ServiceAccount | undefined {
	const colon = member.indexOf(':');
	const prefix = colon < 0 ? '' : member.slice(0, colon);
	if (prefix !== '' && prefix !== 'serviceAccount' && !member.startsWith('//')) return undefined;
	return inventory.account(prefix === 'serviceAccount' ? member.slice(colon + 1) : member);
}

/** Canonical member syntax; accounts by their e-mail, whatever they were named by. */
function memberOf(inventory: Inventory, text: string): string {
	const account = accountOf(inventory, text);
	if (account) return account.principal.member;
	const {kind, member} = parseMember(text);
	if (kind !== 'unknown') return member;
	if (!text.includes('@')) return text;
	const prefix = text.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user';
	return `${prefix}:${text.toLowerCase()}`;
}
