/**
 * Everything that is remembered of audit logs while they are read: use added up, single events, which logs of which
 * container were seen over which time, and what could not be used. Its size depends on who did what, not on how often.
 */
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

/** A number of entries that agree in all fields. */
export interface Tally {
	/** Without duplicates. */
	count: number;
	duplicates: number;
	/** Epoch milliseconds. */
	first: number;
	last: number;
}

interface Known {
	records: Records;
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
	readonly #known = new Map<string, Known>();
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

	/** Entries of a log were seen, whatever they say. @param future how many of them are later than now */
	see(scope: string, log: string, tally: Tally, future: number): void {
		this.counts.entries += tally.count + tally.duplicates;
		this.counts.duplicates += tally.duplicates;
		this.counts.future += future;
		if (scope === '') return;
		const name = `${scope} ${log}`;
		const seen = this.#seen.get(name);
		if (!seen) this.#seen.set(name, {scope, log, from: tally.first, to: tally.last});
		else {
			if (tally.first < seen.from) seen.from = tally.first;
			if (tally.last > seen.to) seen.to = tally.last;
		}
	}

	/** Adds entries that agree in all fields. */
	add(fields: LogFields, tally: Tally): void {
		const name = nameOf(fields);
		let known = this.#known.get(name);
		if (known?.step !== this.#table.step) {
			known = this.#lookUp(fields, known?.records ?? recordsOf(fields));
			if (this.#known.size >= MOST_KNOWN) this.#known.clear();
			this.#known.set(name, known);
		}
		addTally(known, tally);
	}

	/** Adds one entry that stands for itself, or several of one moment. */
	addEvent(fields: LogFields, tally: Tally): void {
		const records = recordsOf(fields);
		addTally(this.#lookUp(fields, records), tally);
		if (records.event === undefined) return;
		// Calls that agree in everything, their time included, are one event.
		this.#events.push({...records.event, at: tally.first, source: AUDIT_LOGS});
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
		return [...this.#seen.values()];
	}

	isFuture(at: number): boolean {
		return at > this.#now;
	}

	/** Looks up again where finding the one group coarsened the other. */
	#lookUp({service, traced}: LogFields, records: Records): Known {
		for (;;) {
			const {step} = this.#table;
			const groups = records.usages.map(key => this.#table.group(key, service));
			if (step === this.#table.step) return {records, groups, traced, step};
		}
	}

	#dropOld(): void {
		if (this.#events.length <= this.#mostEvents) return;
		this.#events.sort((a, b) => b.at - a.at || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
		this.counts.dropped += this.#events.length - this.#mostEvents;
		this.#events.length = this.#mostEvents;
	}
}

function addTally({groups, records, traced}: Known, {count, first, last}: Tally): void {
	const changes = records.change ? count : 0;
	for (const group of groups) addTo(group, {count, first, last, changes, untraced: traced ? 0 : changes});
}

/** All fields as one string. */
function nameOf(fields: LogFields): string {
	const {log, service, method, email, principalSubject, keyName, delegation, callerIp, client, about} = fields;
	const flags = (fields.failed ? 2 : 0) + (fields.traced ? 1 : 0);
	const rest = about === undefined ? '' : JSON.stringify(about);
	// One template, no array: this runs for every entry.
	return `${flags}${log}\0${service}\0${method}\0${email}\0${principalSubject}\0${keyName}\0${delegation}\0${callerIp}\0${client}\0${rest}`;
}
