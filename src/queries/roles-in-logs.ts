/**
 * What audit logs prove about the roles of accounts. They tell services, not single permissions: a role is unused if its
 * account called none of the services that the role is for, and if each of them would have left an entry, everywhere
 * that the role holds and through the whole window. Nothing else is proof.
 */
import {AUDITED_SERVICES, auditedBy, neededLogs, OTHER, serviceOf} from '../evidence/audited-services.ts';
import {isLogged, type LogName} from '../evidence/evidence.ts';
import {type Exemption, exemptionOf, IAM_API, isLoggingKnown, loggingOf, type LogType} from '../evidence/logging.ts';
import {day, SLACK} from '../evidence/views.ts';
import {compare} from '../inventory/coverage.ts';
import type {Binding, Container, ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';
import {unusedSince} from './live-keys.ts';

export type RoleUse =
	/** `services`: those that the role is for. Times are epoch ms; undefined: the logs do not tell their period. */
	| {kind: 'unused'; services: readonly string[]; from: number | undefined; to: number | undefined}
	/** The account called a service that the role is for, whatever role let it. */
	| {kind: 'used'; service: string; last: number}
	| {kind: 'unknown'; reason: string};

/** What an account called within the window. */
interface Calls {
	/** Last time, by service. */
	services: Map<string, number> | undefined;
	/** A method that may be of any service. */
	unclear: string | undefined;
}

/** The services that a role is for, with the log types that their entries need. */
interface Scope {
	services: Map<string, {permissions: number; types: Set<LogType>; alwaysOn: boolean; aboveProjects: boolean}>;
	/** Why use of the role may leave no entry. */
	untraced: string | undefined;
}

/** What was read of the logs of all containers that a role holds in. */
interface Reading {
	hole: string | undefined;
	exempted: readonly {service: string; types: ReadonlySet<LogType>; by: readonly Exemption[]; container: Container}[];
	from: number | undefined;
	to: number | undefined;
}

const ELUSIVE: ReadonlySet<string> = new Set(
	AUDITED_SERVICES.flatMap(({host, otherWays}) => (otherWays ? [host] : [])),
);

export class RolesInLogs {
	readonly #world: World;
	readonly #since: number;
	/** By the number of the account. */
	readonly #calls: Calls[] = [];
	readonly #scopes = new Map<string, Scope>();
	readonly #readings = new Map<Container, Map<string, Reading>>();
	readonly #below = new Map<Container, {containers: readonly Container[]; hole: string | undefined}>();

	constructor(world: World) {
		this.#world = world;
		this.#since = unusedSince(world);
		this.#readCalls();
	}

	/** @returns undefined: the role grants nothing, being disabled or deleted, so that there is nothing to use */
	judge(account: ServiceAccount, {role, resource}: Pick<Binding, 'role' | 'resource'>): RoleUse | undefined {
		const scope = this.#scopeOf(role);
		if (scope.services.size === 0 && scope.untraced === undefined) return undefined;
		const calls = this.#calls[account.index];
		for (const service of scope.services.keys()) {
			const last = calls?.services?.get(service);
			if (last !== undefined) return {kind: 'used', service, last};
		}
		if (scope.untraced !== undefined) return {kind: 'unknown', reason: scope.untraced};
		// Whoever signs in and does nothing that is logged does something else: perhaps what the role is for.
		if (!calls) return {kind: 'unknown', reason: `logs show no call by ${account.email}`};
		const {unclear} = calls;
		if (unclear !== undefined)
			return {kind: 'unknown', reason: `logs name ${unclear || 'calls without a method'}, which may be of any service`};
		if (!resource.container) return {kind: 'unknown', reason: `where ${resource.name} lies is not known`};
		const {hole, exempted, from, to} = this.#readingOf(resource.container, role, scope);
		if (hole !== undefined) return {kind: 'unknown', reason: hole};
		for (const {service, types, by, container} of exempted) {
			if (exemptionOf(this.#world.access, by, account.principal, types)) {
				const {member} = account.principal;
				return {kind: 'unknown', reason: `${member} is exempt from audit logs of ${service} in ${container.key}`};
			}
		}
		return {kind: 'unused', services: [...scope.services.keys()], from, to};
	}

	/** Whether a role is for a service. */
	isFor(role: string, service: string): boolean {
		const {services, untraced} = this.#scopeOf(role);
		return services.has(service) || (untraced !== undefined && services.size === 0);
	}

	#readCalls(): void {
		const {inventory, evidence} = this.#world;
		/** Few methods occur, in many records. */
		const known = new Map<string, string | undefined>();
		const note = (account: ServiceAccount, method: string, at: number): void => {
			if (!known.has(method)) known.set(method, serviceOf(method));
			const service = known.get(method);
			const calls = (this.#calls[account.index] ??= {services: undefined, unclear: undefined});
			if (service === undefined) calls.unclear ??= method;
			// Of what no role is judged by, only that it was called matters.
			else if (service !== OTHER) {
				calls.services ??= new Map();
				if (at > (calls.services.get(service) ?? -Infinity)) calls.services.set(service, at);
			}
		};
		const noteMember = (member: string | undefined, at: number): void => {
			const account = member?.startsWith('serviceAccount:') ? inventory.account(member.slice(15)) : undefined;
			if (account) note(account, IAM_API, at);
		};
		for (const use of evidence.uses) {
			if (use.last <= this.#since || !isLogged(use)) continue;
			if (use.account && use.becoming === undefined) note(use.account, use.method, use.last);
			// Whoever is on the way to another one became it.
			for (let i = 0; i < use.chain.length - 1; i++) noteMember(use.chain[i], use.last);
		}
		for (const {by, via, at} of evidence.events) {
			if (at <= this.#since) continue;
			for (const member of [by, ...via]) noteMember(member, at);
		}
	}

	#scopeOf(name: string): Scope {
		let scope = this.#scopes.get(name);
		if (scope) return scope;
		const {role} = this.#world.classes.of(name);
		const {catalogue} = this.#world.classes;
		const services: Scope['services'] = new Map();
		let untraced = role.knowledge === 'known' ? undefined : `the permissions of ${name} are not all known`;
		for (const number of role.permissions) {
			const permission = catalogue.nameOf(number);
			const audited = auditedBy(permission);
			if (audited.length === 0)
				untraced ??= `use of ${permission}, which ${name} grants, may leave no entry in any log`;
			for (const service of audited) {
				const {host, alwaysOn = false, aboveProjects = false} = service;
				let known = services.get(host);
				if (!known) services.set(host, (known = {permissions: 0, types: new Set(), alwaysOn, aboveProjects}));
				known.permissions++;
				for (const type of neededLogs(permission, service)) known.types.add(type);
			}
		}
		// What a role is mainly for comes first: reasons name it.
		const ordered = new Map([...services].toSorted(([a, x], [b, y]) => y.permissions - x.permissions || compare(a, b)));
		const [main] = ordered.keys();
		if (main !== undefined && ELUSIVE.has(main))
			untraced ??= `use of ${main}, which ${name} is for, may leave no entry in any log`;
		this.#scopes.set(name, (scope = {services: ordered, untraced}));
		return scope;
	}

	#readingOf(container: Container, role: string, scope: Scope): Reading {
		let ofContainer = this.#readings.get(container);
		if (!ofContainer) this.#readings.set(container, (ofContainer = new Map()));
		let reading = ofContainer.get(role);
		if (!reading) ofContainer.set(role, (reading = this.#read(container, scope)));
		return reading;
	}

	#read(top: Container, {services}: Scope): Reading {
		const {inventory} = this.#world;
		const {containers, hole} = this.#containersBelow(top);
		const exempted: Reading['exempted'][number][] = [];
		const period = {from: undefined as number | undefined, to: undefined as number | undefined};
		const stop = (reason: string): Reading => ({hole: reason, exempted, ...period});
		if (hole !== undefined) return stop(hole);
		for (const container of containers) {
			const logs = new Set<LogName>();
			for (const [service, {types, alwaysOn, aboveProjects}] of services) {
				if (container.kind !== 'project' && !aboveProjects) continue;
				logs.add('activity');
				if (types.size === 0) continue;
				logs.add('data_access');
				if (alwaysOn) continue;
				const {on, exempted: by} = loggingOf(inventory, container, service);
				const off = [...types].filter(type => !on.has(type)).toSorted();
				if (off.length > 0) {
					return isLoggingKnown(inventory, container)
						? stop(`data-access audit logs (${off.join(', ')}) of ${service} are off in ${container.key}`)
						: stop(`whether data-access audit logs of ${service} are on in ${container.key} was not read`);
				}
				if (by.length > 0) exempted.push({service, types, by, container});
			}
			const why = this.#logHole(container, logs, period);
			if (why !== undefined) return stop(why);
		}
		return {hole: undefined, exempted, ...period};
	}

	/** Why the logs of one container do not tell the whole window; narrows the period down to what they do tell. */
	#logHole(container: Container, logs: ReadonlySet<LogName>, period: Pick<Reading, 'from' | 'to'>): string | undefined {
		const {evidence, inventory} = this.#world;
		const hole = evidence.logHole(container, [...logs].toSorted(), true);
		if (hole !== undefined) return hole;
		for (const log of logs) {
			const {from, to} = evidence.logStanding(container, log);
			const what = log === 'activity' ? 'audit logs' : 'data-access audit logs';
			if (from !== undefined && from > this.#since + SLACK)
				return `${what} of ${container.key} were read only from ${day(from)} on`;
			if (to !== undefined && to < inventory.now - SLACK)
				return `${what} of ${container.key} were read only until ${day(to)}`;
			if (from !== undefined) period.from = Math.max(from, period.from ?? from);
			if (to !== undefined) period.to = Math.min(to, period.to ?? to);
		}
		return undefined;
	}

	/** Where a role on a container holds, itself first. */
	#containersBelow(top: Container): {containers: readonly Container[]; hole: string | undefined} {
		let below = this.#below.get(top);
		if (below) return below;
		const {containers: all, coverage} = this.#world.inventory;
		const containers = top.kind === 'project' ? [top] : all.slice(top.order, top.end).filter(({active}) => active);
		const above = new Set(containers.filter(({kind}) => kind !== 'project'));
		// A project that nobody named may be where the role is used.
		const [hole] = above.size === 0 ? [] : coverage.holes('resources', above);
		this.#below.set(top, (below = {containers, hole}));
		return below;
	}
}
