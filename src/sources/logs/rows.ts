/** From rows of the statement to the log book. */
import type {LogBook} from '../../evidence/log-book.ts';
import {type LogFields, placeOf} from '../../evidence/log-entry.ts';
import {networkOf} from '../../evidence/network.ts';
import {aboutOf, type LogRow} from './statement.ts';

export function takeRow(book: LogBook, row: LogRow): void {
	const entries = Number(row.entries);
	if (row.category === 'other') book.counts.others += entries;
	else if (row.category === 'timeless') book.counts.timeless += entries;
	else takeEntries(book, row, entries, Number(row.distinct_entries));
}

function takeEntries(book: LogBook, row: LogRow, entries: number, count: number): void {
	const place = placeOf(row.log_name, row.project);
	const [first, last] = [Number(row.first_at), Number(row.last_at)];
	book.see(book.log(place.scope, place.log), count, entries - count, first, last);
	book.counts.future += Number(row.future);
	if (isTrue(row.anonymous)) book.counts.anonymous += count;
	if (row.category !== 'known') return;
	const fields: LogFields = {
		log: place.log,
		service: row.service,
		method: row.method,
		email: row.email,
		principalSubject: row.subject,
		keyName: row.key_name,
		delegation: row.delegation,
		network: networkOf(row.address),
		client: row.client,
		failed: isTrue(row.failed),
		traced: isTrue(row.traced),
	};
	if (row.about !== '') fields.about = aboutOf(row.about);
	if (row.event_at === null) book.add(fields, count, first, last);
	else book.addEvent(fields, count, Number(row.event_at));
}

/** BigQuery's answers have everything as text. */
function isTrue(value: boolean | string): boolean {
	return value === true || value === 'true';
}
