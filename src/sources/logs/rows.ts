/** From rows of the statement to the log book. */
import {Agents} from '../../evidence/agents.ts';
import type {LogBook} from '../../evidence/log-book.ts';
import {type LogFields, placeOf} from '../../evidence/log-entry.ts';
import {Networks} from '../../evidence/networks.ts';
import {aboutOf, type LogRow} from './statement.ts';

export class RowReader {
	readonly #book: LogBook;
	readonly #agents = new Agents();
	readonly #networks = new Networks();

	constructor(book: LogBook) {
		this.#book = book;
	}

	take(row: LogRow): void {
		const {counts} = this.#book;
		const entries = Number(row.entries);
		if (row.category === 'other') counts.others += entries;
		else if (row.category === 'timeless') counts.timeless += entries;
		else this.#takeEntries(row, entries, Number(row.distinct_entries));
	}

	#takeEntries(row: LogRow, entries: number, count: number): void {
		const book = this.#book;
		const place = placeOf(row.log_name, row.project);
		const [first, last] = [Number(row.first_at), Number(row.last_at)];
		book.see(book.log(place.scope, place.log), count, entries - count, first, last);
		if (isTrue(row.is_future)) book.counts.future += count;
		if (isTrue(row.anonymous)) book.counts.anonymous += count;
		if (row.category !== 'known') return;
		const agent = this.#agents.of(row.agent);
		const fields: LogFields = {
			log: place.log,
			service: row.service,
			method: row.method,
			email: row.email,
			principalSubject: row.subject,
			keyName: row.key_name,
			delegation: row.delegation,
			network: this.#networks.of(row.address),
			client: agent.client,
			failed: isTrue(row.failed),
			traced: isTrue(row.reasoned) || agent.namesRun,
		};
		if (row.about !== '') fields.about = aboutOf(row.about);
		if (row.event_at === null) book.add(fields, count, first, last);
		else book.addEvent(fields, count, Number(row.event_at));
	}
}

/** BigQuery's answers have everything as text. */
function isTrue(value: boolean | string): boolean {
	return value === true || value === 'true';
}
