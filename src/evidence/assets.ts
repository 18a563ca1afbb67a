/** From what logs told to assets: the same for every engine, in a fixed order. */
import type {Asset} from '../sources/asset.ts';
import {AUDIT_LOGS, type LogBook, type Seen} from './log-book.ts';
import {LOG_EVENT, logEventData, USAGE, type Usage, usageData} from './usage.ts';
import {nameOf} from './usage-table.ts';

/** Logs whose absence is said: nothing that is minted or exchanged is anywhere else. */
const NEEDED = 'data_access';
const CONTAINER = /^(?:projects|folders|organizations)\//;

/** @param digest a name's fingerprint, hexadecimal */
export function* logAssets(book: LogBook, digest: (text: string) => string): Generator<Asset> {
	// Names first: of a large log only one asset at a time has to be there.
	const made = new Map<string, Usage | Asset>();
	for (const usage of book.usages()) made.set(usageName(usage, digest), usage);
	// Events of one moment that agree in everything are one.
	for (const event of book.events()) {
		const data = logEventData(event);
		const name = `//sa-audit/log-event/${AUDIT_LOGS}/${digest(JSON.stringify(data))}`;
		made.set(name, {name, assetType: LOG_EVENT, resource: {data}});
	}
	for (const asset of coverage(book)) made.set(asset.name, asset);
	// All are ASCII: by code unit is the default.
	for (const name of [...made.keys()].sort()) {
		const what = made.get(name)!;
		yield 'assetType' in what ? what : {name, assetType: USAGE, resource: {data: usageData(what)}};
	}
}

function usageName(usage: Usage, digest: (text: string) => string): string {
	return `//sa-audit/usage/${usage.source}/${digest(nameOf(usage))}`;
}

/** Of each container, each log that was seen in it, and that its data access log was not. */
function* coverage(book: LogBook): Generator<Asset> {
	const reason = lossReason(book);
	const scopes = new Map<string, Set<string>>();
	for (const seen of book.seen()) {
		if (!CONTAINER.test(seen.scope) || seen.log === '') continue;
		const logs = scopes.get(seen.scope) ?? new Set();
		scopes.set(seen.scope, logs.add(seen.log));
		yield line(seen.scope, seen.log, reason === undefined ? 'complete' : 'partial', reason, seen);
	}
	for (const [scope, logs] of scopes) {
		if (logs.has(NEEDED)) continue;
		const why =
			'the logs that were read hold no Data Access entry of it: they are off, were not exported, or nobody called ' +
			'anything that is logged there';
		yield line(scope, NEEDED, 'missing', why);
	}
}

function lossReason(book: LogBook): string | undefined {
	if (book.counts.dropped === 0) return undefined;
	return `of ${book.counts.dropped + book.events().length} single events only the newest were kept`;
}

function line(scope: string, log: string, status: string, reason?: string, period?: Pick<Seen, 'from' | 'to'>): Asset {
	const data = {
		fact: 'auditLogs',
		scope,
		status,
		assetType: log,
		...(period && {from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString()}),
		...(reason !== undefined && {reason}),
	};
	return {name: `//sa-audit/coverage/${scope}/auditLogs/${log}`, assetType: 'sa-audit/Coverage', resource: {data}};
}
