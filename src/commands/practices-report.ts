/** `checks --practices`: each practice with its checks, and what of it no collected fact shows. */
import type {Check} from '../check.ts';
import type {PlainFormat} from '../formats.ts';
import {PRACTICES} from '../practices.ts';
import type {Broker} from '../queries/brokers.ts';
import {sizeOf} from '../queries/owned.ts';
import {safeJson, wrap} from '../text.ts';

interface Row {
	number: number;
	title: string;
	/** Ids of the checks. */
	checks: string[];
	/** Null: everything that the practice asks for is in what is collected. */
	unseen: string | null;
}

function rowsOf(checks: readonly Check[]): Row[] {
	return PRACTICES.map(({number, title, unseen}) => ({
		number,
		title,
		checks: checks.filter(check => check.practice.includes(number)).map(check => check.id),
		unseen: unseen ?? null,
	}));
}

/** @param brokers of the organization that was read, if one was: practice 4 asks for few and separate ones */
export function* practicesReport(
	checks: readonly Check[],
	brokers: readonly Broker[] | undefined,
	format: PlainFormat,
	columns: number,
): Generator<string> {
	const rows = rowsOf(checks);
	const listed = brokers?.map(({account, grants, ranges}) => ({
		account: account.email,
		resource: account.name,
		others: sizeOf(ranges),
		by: grants.map(({binding}) => ({resource: binding.resource.name, role: binding.role})),
	}));
	if (format === 'ndjson') {
		for (const row of rows) yield `${safeJson(row)}\n`;
		for (const broker of listed ?? []) yield `${safeJson({broker})}\n`;
		return;
	}
	if (format === 'json') {
		yield `${JSON.stringify({practices: rows, ...(listed && {brokers: listed})}, null, '\t')}\n`;
		return;
	}
	for (const {number, title, checks: ids, unseen} of rows) {
		yield `${wrap(title, columns, `${String(number).padStart(2)}  `, '    ').join('\n')}\n`;
		for (const id of ids) yield `      check  ${id}\n`;
		if (ids.length === 0) yield '      check  none in this version\n';
		if (unseen !== null) yield `${wrap(unseen, columns, '      unseen ', ' '.repeat(13)).join('\n')}\n`;
	}
	if (listed) yield* brokerTable(listed, columns);
}

function* brokerTable(
	brokers: readonly {account: string; others: number; by: readonly {resource: string; role: string}[]}[],
	columns: number,
): Generator<string> {
	yield `\nBrokers (accounts that can mint tokens for two or more others): ${brokers.length === 0 ? 'none' : brokers.length}\n`;
	for (const {account, others, by} of brokers) {
		const how = by.map(({role, resource}) => `${role} on ${resource}`).join('; ');
		yield `${wrap(`${account} for ${others} others, by ${how}`, columns, '  ', '    ').join('\n')}\n`;
	}
}
