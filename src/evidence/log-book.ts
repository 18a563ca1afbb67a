/**
 * Everything that is remembered of audit logs while they are read: use added up, single events, which logs of which
 * container were seen over which time, and what could not be used. Its size depends on who did what, not on how often.
 */
import {FieldIndex} from './field-index.ts';
import type {LogFields} from './log-entry.ts';
import {type Records, recordsOf} from './records.ts';
import type {LogEvent, Usage} from './usage.ts';
import {addTo, type Group, UsageTable} from './usage-table.ts';

/** As `source` in usages and events. */
export const AUDIT_LOGS = 'auditLogs';
/** Ways of use whose meaning is remembered; beyond them it is worked out again. */
const MOST_KNOWN = 100_000;
/** Single events that are kept, the newest. */
const MOST_EVENTS = 100_000;

/** Counts of what was read, for people. */
export interface LogCounts {
	/** Audit log entries, duplicates included. */
	entries: number;
	duplicates: number;
	/** Entries of other logs. */
	others: number;
	/** Audit log entries without a usable time; left out. */
	timeless: number;
	/** Entries that do not say who called (Google leaves that out of refused reads, and of some services). */
	anonymous: number;
	/** Entries later than now: a clock is wrong. Counted as they are. */
	future: number;
	/** Events beyond the newest that are kept. */
	dropped: number;
}

/** The time over which entries of one log of one container were seen. Epoch milliseconds. */
export interface Seen {
	scope: string;
	log: string;
	from: number;
	to: number;
}

/** What a combination of fields means, and where it counts. */
export interface Known {
	records: Records;
	service: string;
	groups: readonly Group[];
	traced: boolean;
	/** Of the table when the groups were looked up. */
	step: number;
}

export class LogBook {
	readonly counts: LogCounts = {
		entries: 0,
		duplicates: 0,
		others: 0,
		timeless: 0,
		anonymous: 0,
		future: 0,
		dropped: 0,
	};
	readonly #table: UsageTable;
	readonly #known = new FieldIndex<Known>(MOST_KNOWN);
	readonly #seen = new Map<string, Seen>();
	#events: LogEvent[] = [];
	readonly #now: number;
	readonly #mostEvents: number;

	constructor(now: number, limits: {usages?: number; events?: number} = {}) {
		this.#now = now;
		this.#table = new UsageTable(limits.usages);
		this.#mostEvents = limits.events ?? MOST_EVENTS;
	}

	/** How much finer use was told apart in the logs than it is here; 0: it is all here. */
	get coarseness(): number {
		return this.#table.step;
	}

	/** The log of a container; entries are seen in it. */
	log(scope: string, log: string): Seen {
		const name = `${scope} ${log}`;
		let seen = this.#seen.get(name);
		if (!seen) this.#seen.set(name, (seen = {scope, log, from: Infinity, to: -Infinity}));
		return seen;
	}

	/** Entries of a log were seen, whatever they say. Times are epoch milliseconds. */
	see(seen: Seen, count: number, duplicates: number, first: number, last: number): void {
		this.counts.entries += count + duplicates;
		this.counts.duplicates += duplicates;
		if (first < seen.from) seen.from = first;
		if (last > seen.to) seen.to = last;
	}

	/** Adds entries that agree in all fields. @returns for `addKnown`, of others that do too */
	add(fields: LogFields, count: number, first: number, last: number): Known {
		const place = this.#known.at(fields);
		place.value ??= this.#lookUp(fields, recordsOf(fields));
		this.addKnown(place.value, count, first, last);
		return place.value;
	}

	/** Adds entries whose meaning is known. */
	addKnown(known: Known, count: number, first: number, last: number): void {
		if (known.step !== this.#table.step) {
			const {groups, step} = this.#lookUp(known, known.records);
			Object.assign(known, {groups, step});
		}
		const changes = known.records.change ? count : 0;
		const untraced = known.traced ? 0 : changes;
		for (const group of known.groups) addTo(group, count, first, last, changes, untraced);
	}

	/** Adds one entry that stands for itself, or several of one moment. */
	addEvent(fields: LogFields, count: number, at: number): void {
		const records = recordsOf(fields);
		this.addKnown(this.#lookUp(fields, records), count, at, at);
		if (records.event === undefined) return;
		// Calls that agree in everything, their time included, are one event.
		this.#events.push({...records.event, at, source: AUDIT_LOGS});
		if (this.#events.length >= 2 * this.#mostEvents) this.#dropOld();
	}

	/** In the order in which they were met. */
	usages(): Usage[] {
		return [...this.#table.usages(AUDIT_LOGS)];
	}

	events(): LogEvent[] {
		this.#dropOld();
		return this.#events;
	}

	seen(): Seen[] {
		return [...this.#seen.values()].filter(({scope, from, to}) => scope !== '' && from <= to);
	}

	isFuture(at: number): boolean {
		return at > this.#now;
	}

	/** Looks up again where finding the one group coarsened the other. */
	#lookUp({service, traced}: Pick<LogFields, 'service' | 'traced'>, records: Records): Known {
		for (;;) {
			const {step} = this.#table;
			const groups = records.usages.map(key => this.#table.group(key, service));
			if (step === this.#table.step) return {records, service, groups, traced, step};
		}
	}

	#dropOld(): void {
		if (this.#events.length <= this.#mostEvents) return;
		this.#events.sort((a, b) => b.at - a.at || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
		this.counts.dropped += this.#events.length - this.#mostEvents;
		this.#events.length = this.#mostEvents;
	}
}
