/**
 * The credential inventory: every user-managed key with its owner, age, end, last use, from where, who made it, and what
 * its account can become; keys that are gone too, as far as logs tell.
 */
import {isLogged} from '../evidence/evidence.ts';
import type {Event} from '../evidence/uses.ts';
import {type LastUse, SOURCE_TITLES} from '../evidence/views.ts';
import {alternativesOf, clientsOf, placesOf} from '../evidence/whence.ts';
import type {ServiceAccount, ServiceAccountKey} from '../inventory/model.ts';
import {projectOfEmail} from '../inventory/names.ts';
import {days} from '../time.ts';
import type {World} from '../world.ts';
import {leavers} from './leavers.ts';
import {reachOf} from './reach-of.ts';
import {unfinishedRotations} from './rotation.ts';

export const KEY_STATES = ['active', 'disabled', 'expired', 'account disabled', 'deleted', 'gone'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** One key as data; `null`: not known. Times are RFC 3339. */
export interface KeyRow {
	id: string;
	/** Canonical full resource name. */
	resource: string;
	account: string;
	/** Project id. */
	project: string | null;
	/** `gone`: logs know it, and it is not there any more; nobody saw how it went. */
	state: KeyState;
	origin: 'GOOGLE_PROVIDED' | 'USER_PROVIDED' | null;
	createdAt: string | null;
	ageDays: number | null;
	/** Member syntax, from the logs. */
	createdBy: string | null;
	/** Whoever made it is deleted or suspended, as policies, the directory or the configuration say. */
	creatorLeft: boolean;
	expiresAt: string | null;
	expiresInDays: number | null;
	lastUsed: string | null;
	/** Which source saw that use. */
	lastUsedBy: string | null;
	/** Without a use: whether it was looked for. */
	use: 'seen' | 'not seen' | 'not known';
	/** Uses that logs counted. */
	uses: number;
	networks: string[];
	clients: string[];
	contradictions: string[];
	/** A later key of the account has taken over. */
	rotationUnfinished: boolean;
	/** What would do instead, where its use proves it. */
	replaceableBy: string | null;
	/** What the account may do itself. */
	power: {level: string; scope: string}[];
	/** How many other accounts it can become, and the first of them. */
	becomes: number;
	becomesExamples: string[];
	/** With the history: what logs tell of its life, in order of time. */
	events?: {event: string; at: string; by: string | null}[];
}

export function keyRows(world: World, {history = false}: {history?: boolean} = {}): KeyRow[] {
	const {inventory} = world;
	const gone = leavers(world);
	const unfinished = new Set(unfinishedRotations(world).found.map(({old}) => old));
	const reach = reachOf(world);
	const rows = inventory.keys.filter(({account}) => account.project?.inScope ?? true).map(key => rowOf(key));
	return history ? [...rows, ...deadKeys()].toSorted(byName) : rows;

	function rowOf(key: ServiceAccountKey): KeyRow {
		const {account, id, validAfter, validBefore} = key;
		const {now} = inventory;
		const use = world.evidence.key(key);
		const isEndless = validBefore === Infinity;
		return {
			id,
			resource: key.name,
			account: account.email,
			project: account.project?.key.replace(/^projects\//, '') ?? null,
			state: stateOf(key, now),
			origin: key.uploaded ? 'USER_PROVIDED' : 'GOOGLE_PROVIDED',
			createdAt: validAfter === undefined ? null : iso(validAfter),
			ageDays: validAfter === undefined ? null : days(now - validAfter),
			...creation(account, id),
			expiresAt: isEndless ? null : iso(validBefore),
			expiresInDays: isEndless ? null : days(validBefore - now),
			...useOf(use),
			...whence(account, id),
			contradictions: [...use.contradictions],
			rotationUnfinished: unfinished.has(key),
			...become(account),
			...(history && {events: eventsOf(account.principal.member, id)}),
		};
	}

	/** Keys that only logs know. */
	function deadKeys(): KeyRow[] {
		const living = new Set(inventory.keys.map(({account, id}) => `${account.principal.member} ${id}`));
		const dead = new Map<string, {member: string; id: string; events: Event[]}>();
		for (const event of world.evidence.events) {
			const {keyId, member} = event;
			if (keyId === undefined) continue;
			const name = `${member} ${keyId}`;
			if (living.has(name)) continue;
			const known = dead.get(name);
			if (known) known.events.push(event);
			else dead.set(name, {member, id: keyId, events: [event]});
		}
		return [...dead.values()].flatMap(one => deadRow(one));
	}

	function deadRow({member, id, events}: {member: string; id: string; events: Event[]}): KeyRow[] {
		const email = member.slice('serviceAccount:'.length);
		const account = inventory.accounts.get(email);
		const project = account?.project ?? inventory.container(projectOfEmail(email) ?? '');
		if (!(project?.inScope ?? true)) return [];
		const made = events.find(({event}) => event === 'key-created' || event === 'key-uploaded');
		const projectId = project?.key.replace(/^projects\//, '') ?? null;
		const uses = account ? world.evidence.usesOfKey({account, id}).filter(isLogged) : [];
		const last = uses.length > 0 ? Math.max(...uses.map(use => use.last)) : undefined;
		return [
			{
				id,
				resource: `//iam.googleapis.com/projects/${projectId ?? '-'}/serviceAccounts/${email}/keys/${id}`,
				account: email,
				project: projectId,
				state: events.some(({event}) => event === 'key-deleted') ? 'deleted' : 'gone',
				origin: made === undefined ? null : made.event === 'key-uploaded' ? 'USER_PROVIDED' : 'GOOGLE_PROVIDED',
				createdAt: made === undefined ? null : iso(made.at),
				ageDays: made === undefined ? null : days(inventory.now - made.at),
				createdBy: made?.by ?? null,
				creatorLeft: made?.by !== undefined && gone.has(made.by),
				expiresAt: null,
				expiresInDays: null,
				lastUsed: last === undefined ? null : iso(last),
				lastUsedBy: last === undefined ? null : SOURCE_TITLES.auditLogs,
				use: last === undefined ? 'not known' : 'seen',
				...(account ? whence(account, id) : {uses: 0, networks: [], clients: [], replaceableBy: null}),
				contradictions: [],
				rotationUnfinished: false,
				...(account ? become(account) : {power: [], becomes: 0, becomesExamples: []}),
				events: eventsOf(member, id),
			},
		];
	}

	function creation(account: ServiceAccount, id: string): Pick<KeyRow, 'createdBy' | 'creatorLeft'> {
		const by = world.evidence.creatorOf({account, id})?.by;
		return {createdBy: by ?? null, creatorLeft: by !== undefined && gone.has(by)};
	}

	function whence(
		account: ServiceAccount,
		id: string,
	): Pick<KeyRow, 'uses' | 'networks' | 'clients' | 'replaceableBy'> {
		const uses = world.evidence.usesOfKey({account, id}).filter(isLogged);
		return {
			uses: uses.reduce((sum, {count}) => sum + count, 0),
			networks: placesOf(uses),
			clients: clientsOf(uses),
			replaceableBy: alternativesOf(uses)[0]?.instead ?? null,
		};
	}

	function become(account: ServiceAccount): Pick<KeyRow, 'power' | 'becomes' | 'becomesExamples'> {
		const {count, examples} = reach(account);
		const pairs = world.powers.of(account.principal).possible;
		return {
			power: pairs.map(({level, container}) => ({level, scope: container.key})),
			becomes: count,
			becomesExamples: examples,
		};
	}

	function eventsOf(member: string, id: string): NonNullable<KeyRow['events']> {
		return world.evidence
			.eventsOf(member)
			.filter(({keyId}) => keyId === id)
			.map(({event, at, by}) => ({event, at: iso(at), by: by ?? null}));
	}
}

function stateOf({disabled, account, validBefore}: ServiceAccountKey, now: number): KeyState {
	if (disabled) return 'disabled';
	if (validBefore <= now) return 'expired';
	return account.disabled ? 'account disabled' : 'active';
}

function useOf({last, by, views}: LastUse): Pick<KeyRow, 'lastUsed' | 'lastUsedBy' | 'use'> {
	const wasLookedFor = views.some(({source, status}) => source === 'activity' && status === 'complete');
	return {
		lastUsed: last === undefined ? null : iso(last),
		lastUsedBy: by === undefined ? null : SOURCE_TITLES[by],
		use: last !== undefined ? 'seen' : wasLookedFor ? 'not seen' : 'not known',
	};
}

const byName = (a: KeyRow, b: KeyRow): number => (a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0);

const iso = (time: number): string => new Date(time).toISOString();
