/**
 * Who used what, when, and who became whom: every source of an inventory joined per account and per key. Compiled when
 * something asks for it, once; without evidence in the inventory that costs nothing.
 */
import type {Standing} from '../inventory/coverage.ts';
import type {Container, Inventory, ServiceAccount, ServiceAccountKey} from '../inventory/model.ts';
import {type Event, readEvents, readUses, type Use} from './uses.ts';
import {GoogleInsights} from './google-insights.ts';
import {activityView, type LastUse, unite, type View} from './views.ts';

const ACCOUNT_ACTIVITY = 'serviceAccountLastAuthentication';
const KEY_ACTIVITY = 'serviceAccountKeyLastAuthentication';
/** Coverage lines of metrics are of the fact `activity`, their type the metric's. */
const ACCOUNT_METRIC = 'iam.googleapis.com/service_account/authn_events_count';
const KEY_METRIC = 'iam.googleapis.com/service_account/key/authn_events_count';

/** The two logs that are read; data access is logged only where it is switched on. */
export const LOGS = ['activity', 'data_access'] as const;
export type LogName = (typeof LOGS)[number];

const READ: Standing = {status: 'complete'};
const NONE: readonly never[] = [];

/** What logs and metrics tell of one account or key. */
interface Tally {
	/** What it did itself, and that somebody became it by minting, signing or attaching. */
	uses: Use[];
	logged: number | undefined;
	counted: number | undefined;
	counts: {logged: number; counted: number};
}

export class Evidence {
	readonly #inventory: Inventory;
	#records: {uses: Use[]; accounts: Map<ServiceAccount, Tally>; keys: Map<string, Tally>} | undefined;
	#events: {all: Event[]; of: Map<string, Event[]>} | undefined;
	#google: GoogleInsights | undefined;

	constructor(inventory: Inventory) {
		this.#inventory = inventory;
	}

	/** All aggregated use, of logs and metrics. */
	get uses(): readonly Use[] {
		return this.#read().uses;
	}

	/** Everything that logs tell of the lives of accounts and keys, in order of time. */
	get events(): readonly Event[] {
		return this.#readEvents().all;
	}

	get google(): GoogleInsights {
		return (this.#google ??= new GoogleInsights(this.#inventory));
	}

	/** Whether logs were looked at in a container's organization at all. */
	hasLogs(container: Container): boolean {
		return this.#inventory.coverage.speaksOf('auditLogs', container) || this.uses.some(isLogged);
	}

	/** What was read of one log of a container. */
	logStanding(container: Container, log: LogName): Standing {
		return this.#inventory.coverage.standing('auditLogs', container, log);
	}

	/** Why the logs of a container do not tell everything that is logged there; undefined: both were read. */
	logHole(container: Container | undefined, logs: readonly LogName[] = LOGS): string | undefined {
		if (!container) return 'audit logs of an unknown project were not read';
		for (const log of logs) {
			const {status, reason} = this.logStanding(container, log);
			if (status === 'complete') continue;
			const what = log === 'activity' ? 'audit logs' : 'data-access audit logs';
			return reason ?? `${what} of ${container.key} were ${status === 'missing' ? 'not read' : 'read only in part'}`;
		}
		return undefined;
	}

	/** What the account did, and how it was become. */
	usesOf(account: ServiceAccount): readonly Use[] {
		return this.#read().accounts.get(account)?.uses ?? NONE;
	}

	/** What was done with a key. */
	usesOfKey({account, id}: {account: ServiceAccount; id: string}): readonly Use[] {
		return this.#read().keys.get(keyName(account, id))?.uses ?? NONE;
	}

	/** Events of an account and its keys; of accounts that are gone too. @param member of the account */
	eventsOf(member: string): readonly Event[] {
		return this.#readEvents().of.get(member) ?? NONE;
	}

	/** When an account was used last, whoever says so; cheaper than `account`. */
	lastUse(account: ServiceAccount): number | undefined {
		const tally = this.#read().accounts.get(account);
		const recorded = this.#inventory.activities.get(`${ACCOUNT_ACTIVITY} ${account.name}`)?.last;
		return latest(latest(recorded, tally?.logged), latest(tally?.counted, this.google.inactive.get(account)?.last));
	}

	/** All that is known about the last use of an account. */
	account(account: ServiceAccount): LastUse {
		const {activities, coverage} = this.#inventory;
		const record = activities.get(`${ACCOUNT_ACTIVITY} ${account.name}`);
		// A record speaks for its account, unless a line says that it could not be read.
		const standing = record
			? (coverage.stated('activity', account.name) ?? READ)
			: coverage.resourceStanding('activity', account.name, account.project, ACCOUNT_ACTIVITY);
		const views = [activityView(record, standing)];
		const tally = this.#read().accounts.get(account);
		const insight = this.google.inactive.get(account);
		views.push(...this.#metricView(account.project, ACCOUNT_METRIC, tally));
		if (insight) {
			const {last, from, to} = insight;
			views.push({source: 'insights', status: 'complete', last, from, to});
		}
		views.push(...this.#logView(account.project, tally));
		return unite(views);
	}

	/** All that is known about the last use of a key. */
	key(key: ServiceAccountKey): LastUse {
		const {activities, coverage} = this.#inventory;
		const {project} = key.account;
		const record = activities.get(`${KEY_ACTIVITY} ${key.name}`);
		const standing = record
			? (coverage.stated('activity', key.name) ?? READ)
			: coverage.resourceStanding('activity', key.name, project, KEY_ACTIVITY);
		const tally = this.#read().keys.get(keyName(key.account, key.id));
		return unite([
			activityView(record, standing),
			...this.#metricView(project, KEY_METRIC, tally),
			...this.#logView(project, tally),
		]);
	}

	/**
	 * When an account was made: its asset says so, else the log. Else it may be proven to be older than something.
	 * @returns epoch ms; `before`: it was there already then
	 */
	ageOf(account: ServiceAccount): {created?: number; before?: number} {
		if (account.createTime !== undefined) return {created: account.createTime};
		const made = this.eventsOf(account.principal.member).findLast(
			({event, uniqueId}) =>
				event === 'account-created' && (uniqueId === undefined || (account.uniqueId ?? uniqueId) === uniqueId),
		);
		if (made) return {created: made.at};
		const seen = [
			account.updateTime,
			this.lastUse(account),
			this.#inventory.activities.get(`${ACCOUNT_ACTIVITY} ${account.name}`)?.from,
		].filter(time => time !== undefined);
		return seen.length > 0 ? {before: Math.min(...seen)} : {};
	}

	/** Who made a key, as far as the logs tell. */
	creatorOf({account, id}: {account: ServiceAccount; id: string}): Event | undefined {
		return this.eventsOf(account.principal.member).find(
			({event, keyId}) => keyId === id && (event === 'key-created' || event === 'key-uploaded'),
		);
	}

	#metricView(project: Container | undefined, metric: string, tally: Tally | undefined): View[] {
		const standing = project && this.#inventory.coverage.typed('activity', project, metric);
		if (!standing && tally?.counted === undefined) return [];
		const {status = 'partial', reason, from, to} = standing ?? {};
		const why = reason === undefined ? {} : {reason};
		return [{source: 'metrics', status, ...why, last: tally?.counted, from, to, count: tally?.counts.counted ?? 0}];
	}

	#logView(project: Container | undefined, tally: Tally | undefined): View[] {
		const isSpoken = project !== undefined && this.#inventory.coverage.speaksOf('auditLogs', project);
		if (!isSpoken && tally?.logged === undefined) return [];
		const reason = isSpoken ? this.logHole(project) : undefined;
		const {from, to} = isSpoken ? this.logStanding(project, 'activity') : {};
		return [
			{
				source: 'auditLogs',
				status: isSpoken && reason === undefined ? 'complete' : 'partial',
				...(reason !== undefined && {reason}),
				last: tally?.logged,
				from,
				to,
				count: tally?.counts.logged ?? 0,
			},
		];
	}

	#read(): {uses: Use[]; accounts: Map<ServiceAccount, Tally>; keys: Map<string, Tally>} {
		if (this.#records) return this.#records;
		const uses = readUses(this.#inventory);
		const accounts = new Map<ServiceAccount, Tally>();
		const keys = new Map<string, Tally>();
		for (const use of uses) {
			if (use.account) {
				const tally = tallyOf(accounts, use.account);
				tally.uses.push(use);
				// Metrics of keys count again what those of the account count.
				const isKeyMetric = !isLogged(use) && use.keyId !== undefined;
				if (!MADE.has(use.becoming ?? '')) count(tally, use, isKeyMetric ? 0 : use.count);
			}
			if (use.account && use.keyId !== undefined) {
				const tally = tallyOf(keys, keyName(use.account, use.keyId));
				tally.uses.push(use);
				count(tally, use, use.count);
			}
			// Whoever is on the way to another one acted too.
			for (const member of use.chain.slice(0, -1)) {
				const between = member.startsWith('serviceAccount:') && this.#inventory.account(member.slice(15));
				if (between) count(tallyOf(accounts, between), use, use.count);
			}
		}
		return (this.#records = {uses, accounts, keys});
	}

	#readEvents(): {all: Event[]; of: Map<string, Event[]>} {
		if (this.#events) return this.#events;
		const all = readEvents(this.#inventory);
		const of = new Map<string, Event[]>();
		for (const event of all) {
			const known = of.get(event.member);
			if (known) known.push(event);
			else of.set(event.member, [event]);
		}
		return (this.#events = {all, of});
	}
}

/** Making a key of an account, or attaching it, is no use of it yet: nothing signed in. */
const MADE: ReadonlySet<string> = new Set([
	'CreateServiceAccountKey',
	'UploadServiceAccountKey',
	'iam.serviceAccounts.actAs',
]);

/** Everything but metrics is a log, whatever it calls itself. */
export function isLogged({source, method}: Use): boolean {
	return source !== 'metrics' && method !== 'authentication';
}

function tallyOf<K>(tallies: Map<K, Tally>, key: K): Tally {
	let tally = tallies.get(key);
	if (!tally)
		tallies.set(key, (tally = {uses: [], logged: undefined, counted: undefined, counts: {logged: 0, counted: 0}}));
	return tally;
}

function count(tally: Tally, use: Use, times: number): void {
	const field = isLogged(use) ? 'logged' : 'counted';
	tally[field] = latest(tally[field], use.last);
	tally.counts[field] += times;
}

const keyName = (account: ServiceAccount, id: string): string => `${account.email} ${id}`;

function latest(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
