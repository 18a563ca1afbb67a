/**
 * Who used what, when, and who became whom: every source of an inventory joined per account and per key. Compiled when
 * something asks for it, once; without evidence in the inventory that costs nothing.
 */
import type {Standing} from '../inventory/coverage.ts';
import type {Activity, Container, Inventory, ServiceAccount, ServiceAccountKey} from '../inventory/model.ts';
import {type Event, readEvents, readUses, type Use} from './uses.ts';
import {GoogleInsights} from './google-insights.ts';
import {IAM_API, loggingOf} from './logging.ts';
import {KEY_USE_LOGS, NARROW_LOGS} from './narrow.ts';
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

/** What was read in one project, looked up once for all its accounts and keys. */
interface Read {
	account: Standing;
	key: Standing;
	accountMetric: Standing | undefined;
	keyMetric: Standing | undefined;
	/** Undefined: nobody said anything about logs. */
	logs: {standing: Standing; hole: string | undefined} | undefined;
}

export class Evidence {
	#anyLogged: boolean | undefined;
	readonly #inventory: Inventory;
	readonly #readIn = new Map<Container, Read>();
	/** Why both logs of a container were not read. */
	readonly #holes = new Map<Container, string | undefined>();
	#records: {uses: Use[]; accounts: Map<ServiceAccount, Tally>; keys: Map<string, Tally>} | undefined;
	#events: {all: Event[]; of: Map<string, Event[]>} | undefined;
	#google: GoogleInsights | undefined;
	/** Records of Policy Analyzer by the number of the account that they are about, or whose keys. */
	#activities: {ofAccounts: Activity[]; ofKeys: Activity[][]} | undefined;

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
		// Asked for every hop: uses may be hundreds of thousands, and those of metrics alone would all be looked at.
		this.#anyLogged ??= this.uses.some(isLogged);
		return this.#anyLogged || this.#inventory.coverage.speaksOf('auditLogs', container);
	}

	/** What was read of one log of a container. */
	logStanding(container: Container, log: LogName): Standing {
		return this.#inventory.coverage.standing('auditLogs', container, log);
	}

	/**
	 * Why the logs of a container do not tell who became whom, what happened to accounts and keys, and which keys were
	 * used; undefined: they do.
	 * @param isWhole what accounts did without keys matters too
	 */
	logHole(container: Container | undefined, logs: readonly LogName[] = LOGS, isWhole = false): string | undefined {
		if (!container) return 'audit logs of an unknown project were not read';
		if (logs !== LOGS || isWhole) return this.#findHole(container, logs, isWhole);
		if (!this.#holes.has(container)) this.#holes.set(container, this.#findHole(container, logs, false));
		return this.#holes.get(container);
	}

	#findHole(container: Container, logs: readonly LogName[], isWhole: boolean): string | undefined {
		for (const log of logs) {
			const {status, reason} = this.logStanding(container, log);
			if (status === 'complete') continue;
			if (status === 'partial' && reason === NARROW_LOGS) {
				if (isWhole) return `logs of ${container.key} were ${reason}`;
				// Nobody is told there that nothing could be logged.
				const isOff = log === 'data_access' && !loggingOf(this.#inventory, container, IAM_API).on.has('ADMIN_READ');
				if (isOff) return `data-access audit logs are off in ${container.key}`;
				continue;
			}
			const what = log === 'activity' ? 'audit logs' : 'data-access audit logs';
			return reason ?? `${what} of ${container.key} were ${status === 'missing' ? 'not read' : 'read only in part'}`;
		}
		if (logs !== LOGS) return undefined;
		const keys = this.#inventory.coverage.typed('auditLogs', container, KEY_USE_LOGS);
		if (keys === undefined || keys.status === 'complete' || keys.reason === NARROW_LOGS) return undefined;
		return keys.reason ?? `the use of keys was not read whole from the logs of ${container.key}`;
	}

	/** What the account did, and how it was become. */
	usesOf(account: ServiceAccount): readonly Use[] {
		return this.#read().accounts.get(account)?.uses ?? NONE;
	}

	/** What was done with a key. */
	usesOfKey({account, id}: {account: ServiceAccount; id: string}): readonly Use[] {
		const {keys} = this.#read();
		return keys.size === 0 ? NONE : (keys.get(keyName(account, id))?.uses ?? NONE);
	}

	/** Events of an account and its keys; of accounts that are gone too. @param member of the account */
	eventsOf(member: string): readonly Event[] {
		const {of} = this.#readEvents();
		return of.size === 0 ? NONE : (of.get(member) ?? NONE);
	}

	/** When an account was used last, whoever says so; cheaper than `account`. */
	lastUse(account: ServiceAccount): number | undefined {
		const tally = this.#read().accounts.get(account);
		const recorded = this.#recordOf(account)?.last;
		return latest(latest(recorded, tally?.logged), latest(tally?.counted, this.google.inactive.get(account)?.last));
	}

	/** The same of a key; cheaper than `key`. */
	lastUseOfKey(key: ServiceAccountKey): number | undefined {
		const {keys} = this.#read();
		const tally = keys.size === 0 ? undefined : keys.get(keyName(key.account, key.id));
		const recorded = this.#recordOfKey(key)?.last;
		return latest(latest(recorded, tally?.logged), tally?.counted);
	}

	/** All that is known about the last use of an account. */
	account(account: ServiceAccount): LastUse {
		const {name, project} = account;
		const read = project && this.#of(project);
		const tally = this.#read().accounts.get(account);
		const views = [this.#activity(ACCOUNT_ACTIVITY, name, this.#recordOf(account), read?.account)];
		addMetrics(views, read?.accountMetric, tally);
		const insight = this.google.inactive.get(account);
		if (insight) {
			const {last, from, to} = insight;
			views.push({source: 'insights', status: 'complete', last, from, to});
		}
		addLogs(views, read?.logs, tally);
		return unite(views);
	}

	/** All that is known about the last use of a key. */
	key(key: ServiceAccountKey): LastUse {
		const {account, id, name} = key;
		const read = account.project && this.#of(account.project);
		const {keys} = this.#read();
		const tally = keys.size === 0 ? undefined : keys.get(keyName(account, id));
		const views = [this.#activity(KEY_ACTIVITY, name, this.#recordOfKey(key), read?.key)];
		addMetrics(views, read?.keyMetric, tally);
		addLogs(views, read?.logs, tally);
		return unite(views);
	}

	/** @param inProject what was read of the type in its project; undefined: nobody knows which that is */
	#activity(type: string, name: string, record: Activity | undefined, inProject: Standing | undefined): View {
		const {coverage} = this.#inventory;
		const own = coverage.stated('activity', name);
		// A record speaks for its account, unless a line says that it could not be read.
		const otherwise = record ? READ : (inProject ?? coverage.resourceStanding('activity', name, undefined, type));
		return activityView(record, own ?? otherwise);
	}

	/** Asked of every account and key, whose names are long to look up. */
	#recordOf({index}: ServiceAccount): Activity | undefined {
		return (this.#activities ??= this.#joinActivities()).ofAccounts[index];
	}

	#recordOfKey({account, id}: {account: ServiceAccount; id: string}): Activity | undefined {
		const {ofKeys} = (this.#activities ??= this.#joinActivities());
		return ofKeys[account.index]?.find(({keyId}) => keyId === id);
	}

	#joinActivities(): {ofAccounts: Activity[]; ofKeys: Activity[][]} {
		const ofAccounts: Activity[] = [];
		const ofKeys: Activity[][] = [];
		const {activities} = this.#inventory;
		for (const activity of activities.get(ACCOUNT_ACTIVITY)?.values() ?? []) {
			const {account, keyId} = activity;
			if (account && keyId === undefined) ofAccounts[account.index] = activity;
		}
		for (const activity of activities.get(KEY_ACTIVITY)?.values() ?? []) {
			const {account, keyId} = activity;
			if (account && keyId !== undefined) (ofKeys[account.index] ??= []).push(activity);
		}
		return {ofAccounts, ofKeys};
	}

	#of(project: Container): Read {
		let read = this.#readIn.get(project);
		if (read) return read;
		const {coverage} = this.#inventory;
		const isSpoken = coverage.speaksOf('auditLogs', project);
		read = {
			account: coverage.standing('activity', project, ACCOUNT_ACTIVITY),
			key: coverage.standing('activity', project, KEY_ACTIVITY),
			accountMetric: coverage.typed('activity', project, ACCOUNT_METRIC),
			keyMetric: coverage.typed('activity', project, KEY_METRIC),
			logs: isSpoken ? {standing: this.logStanding(project, 'activity'), hole: this.logHole(project)} : undefined,
		};
		this.#readIn.set(project, read);
		return read;
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
		const seen = [account.updateTime, this.lastUse(account), this.#recordOf(account)?.from].filter(
			time => time !== undefined,
		);
		return seen.length > 0 ? {before: Math.min(...seen)} : {};
	}

	/** Who made a key and when (epoch ms), as far as the logs tell: an event, or a record of use that names what was made. */
	creatorOf({account, id}: {account: ServiceAccount; id: string}): {by?: string; at: number} | undefined {
		const event = this.eventsOf(account.principal.member).find(
			({event: kind, keyId}) => keyId === id && (kind === 'key-created' || kind === 'key-uploaded'),
		);
		if (event) return event;
		const tally = this.#read().keys.get(keyName(account, id));
		const made = tally?.uses.find(({becoming}) => KEY_MADE.has(becoming ?? ''));
		const by = made?.chain.at(-2);
		return made && {at: made.first, ...(by !== undefined && {by})};
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
				if (isSignIn(use)) count(tally, use, isKeyMetric ? 0 : use.count);
			}
			if (use.account && use.keyId !== undefined) {
				const tally = tallyOf(keys, keyName(use.account, use.keyId));
				tally.uses.push(use);
				if (isSignIn(use)) count(tally, use, use.count);
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
const KEY_MADE: ReadonlySet<string> = new Set(['CreateServiceAccountKey', 'UploadServiceAccountKey']);
const MADE: ReadonlySet<string> = new Set([...KEY_MADE, 'iam.serviceAccounts.actAs']);

/** Whether somebody signed in or signed something: making a key is in its records, but is no use of it. */
export function isSignIn({becoming}: Use): boolean {
	return !MADE.has(becoming ?? '');
}

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

function addMetrics(views: View[], standing: Standing | undefined, tally: Tally | undefined): void {
	if (!standing && tally?.counted === undefined) return;
	const {status = 'partial', reason, from, to} = standing ?? {};
	const why = reason === undefined ? {} : {reason};
	views.push({source: 'metrics', status, ...why, last: tally?.counted, from, to, count: tally?.counts.counted ?? 0});
}

function addLogs(views: View[], logs: Read['logs'], tally: Tally | undefined): void {
	if (!logs && tally?.logged === undefined) return;
	const {from, to} = logs?.standing ?? {};
	const status = logs && logs.hole === undefined ? 'complete' : 'partial';
	const why = logs?.hole === undefined ? {} : {reason: logs.hole};
	views.push({source: 'auditLogs', status, ...why, last: tally?.logged, from, to, count: tally?.counts.logged ?? 0});
}

const keyName = (account: ServiceAccount, id: string): string => `${account.email} ${id}`;

function latest(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
