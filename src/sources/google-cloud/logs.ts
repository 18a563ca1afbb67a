/**
 * Cloud Logging: who became an account, what happened to accounts and keys, and which keys were used. Narrow questions,
 * newest entries first, each to a limit; what they tell is worked out as from exported logs. Asked over HTTP with a bare
 * request, since Google's logging client cannot decode audit entries (over gRPC they are bytes of a type that no package
 * ships, and its HTTP mode fails on that type). [tried]
 */
import {KEY_USE_LOGS} from '../../evidence/narrow.ts';
import type {EntryCounter} from '../../evidence/entry-counter.ts';
import type {Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {elementsOf} from './caller.ts';
import {type Place, textOf} from './shape.ts';

/** Resources in one question; the server takes no more. [seen] */
export const BATCH = 100;

interface Question {
	/** Whose coverage it decides: no two share one, or a long answer to the one would cast doubt on the other. */
	log: 'activity' | 'data_access' | typeof KEY_USE_LOGS;
	/** What is asked for, for people. */
	what: string;
	filter: string;
	/** Pages of a thousand entries that are read. */
	pages: number;
}

/** Minting is in data access logs, all else here in those that are always on. Facts: iam-semantics section 7 [seen]. */
export const QUESTIONS: readonly Question[] = [
	{
		log: 'activity',
		what: 'accounts attached, and what happened to accounts and keys',
		filter:
			'logName:"cloudaudit.googleapis.com%2Factivity" AND (protoPayload.methodName="iam.serviceAccounts.actAs" OR ' +
			'protoPayload.methodName=~"^google\\.iam\\.admin\\.v1\\.(Create|Upload|Delete|Disable|Enable|Undelete)ServiceAccount(Key)?$" OR ' +
			'protoPayload.methodName=~"^google\\.admin\\.AdminService\\.(authorize|remove)ApiClientAccess$")',
		pages: 20,
	},
	{
		log: 'data_access',
		what: 'tokens minted and exchanged',
		filter:
			'logName:"cloudaudit.googleapis.com%2Fdata_access" AND (protoPayload.serviceName="iamcredentials.googleapis.com" OR ' +
			'protoPayload.methodName:"ExchangeToken")',
		pages: 20,
	},
	{
		log: KEY_USE_LOGS,
		what: 'keys used',
		filter:
			'logName:"cloudaudit.googleapis.com" AND protoPayload.authenticationInfo.serviceAccountKeyName:"/keys/" AND ' +
			'NOT protoPayload.serviceName="iamcredentials.googleapis.com"',
		pages: 5,
	},
];

/** Of Workspace, whose admin log lies at the organization. */
export const DELEGATION_QUESTION: Question = {
	log: 'activity',
	what: 'delegation to Workspace',
	filter:
		'logName:"cloudaudit.googleapis.com%2Factivity" AND ' +
		'protoPayload.methodName=~"^google\\.admin\\.AdminService\\.(authorize|remove)ApiClientAccess$"',
	pages: 5,
};

/**
 * Asks one question about at most `BATCH` containers.
 * @param since RFC 3339
 * @returns the time of the oldest entry that was read, if there were more than were read
 * @throws CallFailure
 */
export async function askLogs(
	caller: Caller,
	places: readonly Place[],
	{filter, pages}: Question,
	since: string,
	entries: EntryCounter,
): Promise<string | undefined> {
	const request: Json = {
		resourceNames: places.map(place => place.key),
		filter: `timestamp >= "${since}" AND ${filter}`,
		orderBy: 'timestamp desc',
		pageSize: 1000,
	};
	let oldest: string | undefined;
	let read = 0;
	for await (const answer of caller.pages('listLogEntries', request)) {
		for (const entry of elementsOf(answer, 'entries')) {
			entries.take(entry);
			oldest = textOf(entry['timestamp']) ?? oldest;
		}
		if (++read === pages && textOf(answer['nextPageToken']) !== undefined) return oldest ?? since;
	}
	return undefined;
}
