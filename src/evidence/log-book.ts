/**
 * Everything that is remembered of audit logs while they are read: use added up, single events, which logs of which
 * container were seen over which time, and what could not be used. Its size depends on who did what, not on how often.
 */
import type {LogFields} from './log-entry.ts';
import {type Records, recordsOf} from './records.ts';
import type {LogEvent, Usage} from './usage.ts';
import {addAll, addTo, type Group, UsageTable} from './usage-table.ts';

/** As `source` in usages and events. */
export const AUDIT_LOGS = 'auditLogs';
/** Single events that are kept, the newest. */
const MOST_EVENTS = 100_000;
/** Groups or events of one part. */
const PIECE = 2000;

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

/** A piece of a book, as text that another thread can take. */
interface Part {
	counts?: LogCounts;
	step?: number;
	seen?: Seen[];
	groups?: Group[];
	events?: LogEvent[];
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
	readonly #seen = new Map<string, Seen>();
	#events: LogEvent[] = [];
	readonly #now: number;
	readonly #mostEvents: number;

	constructor(now: number, limits: {usages?: number; events?: number} = {}) {
		this.#now = now;
		this.#table = new UsageTable(AUDIT_LOGS, limits.usages);
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

	/** Adds entries that agree in all fields. Times are epoch milliseconds. */
	add(fields: LogFields, count: number, first: number, last: number): void {
		this.#use(fields, recordsOf(fields), count, first, last);
	}

	/** Adds one entry that stands for itself, or several of one moment. */
	addEvent(fields: LogFields, count: number, at: number): void {
		const records = recordsOf(fields);
		this.#use(fields, records, count, at, at);
		// Calls that agree in everything, their time included, are one event.
		if (records.event !== undefined) this.#keep({...records.event, at, source: AUDIT_LOGS});
	}

	/** What is in the book, in pieces, for `merge` of another one. */
	*parts(): Generator<string> {
		const piece = (part: Part): string => JSON.stringify(part);
		yield piece({counts: this.counts, step: this.#table.step});
		for (const seen of pieces(this.seen(true))) yield piece({seen});
		for (const groups of pieces(this.#table.groups())) yield piece({groups});
		for (const events of pieces(this.#events)) yield piece({events});
	}

	/** Adds a piece of another book. What comes out does not depend on how entries were spread over books. */
	merge(text: string): void {
		const {counts, step = 0, seen = [], groups = [], events = []} = JSON.parse(text) as Part;
		this.#table.raise(step);
		if (counts) for (const name of Object.keys(counts) as (keyof LogCounts)[]) this.counts[name] += counts[name];
		for (const {scope, log, from, to} of seen) {
			const own = this.log(scope, log);
			own.from = Math.min(own.from, from);
			own.to = Math.max(own.to, to);
		}
		for (const group of groups) {
			addAll(this.#table.group(group.usage, group.service), group.usage);
		}
		for (const event of events) this.#keep(event);
	}

	/** In the order in which they were met. */
	usages(): Usage[] {
		return [...this.#table.usages()];
	}

	events(): LogEvent[] {
		this.#dropOld();
		return this.#events;
	}

	/** @param all entries that do not say whose log it is too */
	seen(all = false): Seen[] {
		return [...this.#seen.values()].filter(({scope, from, to}) => (all || scope !== '') && from <= to);
	}

	isFuture(at: number): boolean {
		return at > this.#now;
	}

	#use({service, traced}: LogFields, records: Records, count: number, first: number, last: number): void {
		const changes = records.change ? count : 0;
		const untraced = traced ? 0 : changes;
		for (const key of records.usages)
			addTo(this.#table.group(key, service).usage, count, first, last, changes, untraced);
	}

	#keep(event: LogEvent): void {
		this.#events.push(event);
		if (this.#events.length >= 2 * this.#mostEvents) this.#dropOld();
	}

	#dropOld(): void {
		if (this.#events.length <= this.#mostEvents) return;
		this.#events.sort((a, b) => b.at - a.at || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
		this.counts.dropped += this.#events.length - this.#mostEvents;
		this.#events.length = this.#mostEvents;
	}
}

/** A few thousand at a time. */
function* pieces<T>(all: Iterable<T>): Generator<T[]> {
	let piece: T[] = [];
	for (const element of all) {
		if (piece.push(element) < PIECE) continue;
		yield piece;
		piece = [];
	}
	if (piece.length > 0) yield piece;
}
