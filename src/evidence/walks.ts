/**
 * Which hops of paths are really walked. A hop was walked if logs show it, whatever binding allowed it; it was not if
 * every log that would have shown it was switched on and read; else nobody knows. Facts: iam-semantics section 7 [seen].
 */
import type {Access} from '../access/evaluate.ts';
import {CATALOGUE} from '../graph/catalogue/index.ts';
import {ACT_AS, DELEGATION, DIRECT} from '../graph/escalations.ts';
import type {Hop} from '../graph/explain.ts';
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Observed, Step, Use as Times} from '../report.ts';
import type {Evidence, LogName} from './evidence.ts';
import {mintingLogged} from './logging.ts';

/** One pair of neighbours in what logs show. Times are epoch ms. */
export interface Walk {
	from: string;
	to: string;
	count: number;
	first: number;
	last: number;
}

/** Where an escalation leaves a trace of who became whom; undefined: in no log that is read as such. */
const LOG_OF: ReadonlyMap<string, LogName> = new Map([
	...DIRECT.map(({id, mints}): [string, LogName] => [
		id,
		// Whoever rewrites an account's policy still has to mint afterwards.
		mints || id === 'sa-set-iam-policy' ? 'data_access' : 'activity',
	]),
	[DELEGATION.id, 'data_access'],
	// Attaching an account has been logged since 2024, always. [seen]
	...CATALOGUE.filter(({requires}) => requires.some(({all}) => all.includes(ACT_AS))).map(({id}): [string, LogName] => [
		id,
		'activity',
	]),
]);

export class Walks {
	readonly #evidence: Evidence;
	readonly #access: Access;
	/** Member that was become -> member that became it -> how often. */
	#walks: Map<string, Map<string, Walk>> | undefined;
	readonly #minting = new Map<string, ReturnType<typeof mintingLogged>>();

	constructor(evidence: Evidence, access: Access) {
		this.#evidence = evidence;
		this.#access = access;
	}

	/** Every walk, in no order. */
	*all(): Generator<Walk> {
		for (const walks of this.#index().values()) yield* walks.values();
	}

	/** Walks of a set's members, or of a principal itself, into one account. */
	into(to: string, by: Principal): Walk[] {
		const walks = this.#index().get(to);
		if (!walks) return [];
		return [...walks.values()].filter(({from}) => this.isOf(from, by));
	}

	/** Whether whoever walked is the principal, or certainly one of the set. @param member in member syntax */
	isOf(member: string, set: Principal): boolean {
		if (member === set.member) return true;
		if (set.kind === 'user' || set.kind === 'serviceAccount' || set.kind === 'principal') return false;
		return this.#access.memberships.setsOf(this.#access.inventory.principals.of(member)).includes(set);
	}

	/** What a path's step says about its use. */
	ofHop({actor, to, ways}: Hop): {used: Step['used']; observed?: Observed} {
		const {inventory} = this.#access;
		const account = to.startsWith('serviceAccount:') ? inventory.accounts.get(to.slice(15)) : undefined;
		const project = account?.project;
		if (!account || !project || !this.#evidence.hasLogs(project)) return {used: null};
		const used = timesOf(this.into(to, actor));
		if (used) return {used};
		const {state, observed} = this.observe(actor, account, ways);
		return {used: state, ...(observed && {observed})};
	}

	/** Whether ways into an account would have been seen if somebody had gone them. */
	observe(
		actor: Principal,
		account: ServiceAccount,
		ways: readonly string[],
	): {state: 'not seen' | 'not observable' | null; observed?: Observed} {
		const project = account.project!;
		const logs = new Set<LogName>();
		for (const way of ways) {
			const log = LOG_OF.get(way);
			if (!log) {
				const reason = `${way} shows in no log as the account being taken`;
				return {state: 'not observable', observed: {logs: [], reason}};
			}
			logs.add(log);
		}
		const names = [...logs].toSorted().map(log => `${project.key} ${log}`);
		if (logs.has('data_access')) {
			const logged = this.#mintingLogged(project, actor);
			const reason = {
				off: `data-access audit logs (ADMIN_READ of iam.googleapis.com) are off in ${project.key}`,
				exempt: `${actor.member} is exempt from data-access audit logs in ${project.key}`,
				unknown: `whether data-access audit logs are on in ${project.key} was not read`,
				on: undefined,
			}[logged];
			if (reason !== undefined)
				return {state: logged === 'unknown' ? null : 'not observable', observed: {logs: names, reason}};
		}
		const hole = this.#evidence.logHole(project, [...logs]);
		if (hole !== undefined) return {state: null, observed: {logs: names, reason: hole}};
		const standings = [...logs].map(log => this.#evidence.logStanding(project, log));
		const from = Math.max(...standings.map(standing => standing.from ?? -Infinity));
		const to = Math.min(...standings.map(standing => standing.to ?? Infinity));
		return {
			state: 'not seen',
			observed: {
				logs: names,
				...(Number.isFinite(from) && {from: iso(from)}),
				...(Number.isFinite(to) && {to: iso(to)}),
			},
		};
	}

	/** How a binding's members used what it opens, in words; undefined: nothing was collected that could tell. */
	ofBinding(member: Principal, targets: {account?: ServiceAccount; container?: Container}): string | undefined {
		const {account, container} = targets;
		const home = container ?? account?.project;
		if (!home || !this.#evidence.hasLogs(home)) return undefined;
		const covers = (to: string): boolean => {
			const reached = to.startsWith('serviceAccount:') ? this.#access.inventory.accounts.get(to.slice(15)) : undefined;
			if (account) return reached === account;
			const order = reached?.project?.order ?? -1;
			return container !== undefined && order >= container.order && order < container.end;
		};
		const times = timesOf([...this.all()].filter(walk => covers(walk.to) && this.isOf(walk.from, member)));
		if (times) return `${times.count} times, last ${times.last.slice(0, 10)}`;
		const projects = account
			? [home]
			: this.#access.inventory.containers.slice(home.order, home.end).filter(({kind}) => kind === 'project');
		for (const project of projects) {
			const logged = this.#mintingLogged(project, member);
			if (logged !== 'on')
				return logged === 'unknown' ? undefined : `not observable: data-access logs are off in ${project.key}`;
			if (this.#evidence.logHole(project) !== undefined) return undefined;
		}
		const from = Math.max(
			...projects.map(project => this.#evidence.logStanding(project, 'data_access').from ?? -Infinity),
		);
		return `not seen${Number.isFinite(from) ? ` since ${iso(from).slice(0, 10)}` : ''}`;
	}

	#mintingLogged(project: Container, by: Principal): ReturnType<typeof mintingLogged> {
		const key = `${project.key} ${by.member}`;
		let logged = this.#minting.get(key);
		if (!logged) this.#minting.set(key, (logged = mintingLogged(this.#access, project, by)));
		return logged;
	}

	#index(): Map<string, Map<string, Walk>> {
		if (this.#walks) return this.#walks;
		const walks = new Map<string, Map<string, Walk>>();
		/** Walks that only later calls through them tell of. */
		const implied: [string, string, {count: number; first: number; last: number}][] = [];
		for (const {chain, becoming, count, first, last} of this.#evidence.uses) {
			for (let i = 1; i < chain.length; i++) {
				const pair = [chain[i - 1]!, chain[i]!] as const;
				if (becoming !== undefined) note(walks, ...pair, {count, first, last});
				else implied.push([...pair, {count, first, last}]);
			}
		}
		const minted = new Set([...walks.values()].flatMap(into => [...into.values()]));
		for (const [from, to, times] of implied) {
			const known = walks.get(to)?.get(from);
			// Calls made as an account are more than the times that it was become: they count only where that is not logged.
			note(walks, from, to, known && minted.has(known) ? {...times, count: 0} : times);
		}
		return (this.#walks = walks);
	}
}

function note(
	walks: Map<string, Map<string, Walk>>,
	from: string,
	to: string,
	{count, first, last}: {count: number; first: number; last: number},
): void {
	let into = walks.get(to);
	if (!into) walks.set(to, (into = new Map()));
	const known = into.get(from);
	if (!known) into.set(from, {from, to, count, first, last});
	else {
		known.count += count;
		known.first = Math.min(known.first, first);
		known.last = Math.max(known.last, last);
	}
}

function timesOf(walks: readonly Walk[]): Times | undefined {
	if (walks.length === 0) return undefined;
	return {
		count: walks.reduce((sum, {count}) => sum + count, 0),
		first: iso(Math.min(...walks.map(({first}) => first))),
		last: iso(Math.max(...walks.map(({last}) => last))),
	};
}

const iso = (time: number): string => new Date(time).toISOString();
