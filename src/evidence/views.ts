/**
 * What each source says about the last use of an account or key, side by side, with the period that it looked at. Facts:
 * iam-semantics section 7, log evidence and blind spots [seen].
 */
import type {Standing} from '../inventory/coverage.ts';
import type {Activity, Container} from '../inventory/model.ts';
import {DAY} from '../time.ts';

export type SourceName = 'activity' | 'metrics' | 'insights' | 'auditLogs';

export interface View {
	source: SourceName;
	status: Standing['status'];
	reason?: string;
	/** Epoch ms of the last use; undefined: it saw none. */
	last: number | undefined;
	/** The period that was observed; undefined: not known. */
	from: number | undefined;
	to: number | undefined;
	/** Uses that it counted, where it counts. */
	count?: number;
}

/** All sources of one account or key. The most recent use wins. */
export interface LastUse {
	last: number | undefined;
	/** Which source saw it. */
	by: SourceName | undefined;
	views: readonly View[];
	/** Where a source that saw nothing should have seen what another saw. */
	contradictions: readonly string[];
}

export const SOURCE_TITLES: Readonly<Record<SourceName, string>> = {
	activity: 'Policy Analyzer',
	metrics: 'Monitoring',
	insights: "Google's insights",
	auditLogs: 'audit logs',
};

/** What a source cannot see: use that looks like none. */
export const BLIND_SPOTS: Readonly<Record<SourceName, readonly string[]>> = {
	activity: ['API keys bound to the account', 'domain-wide delegation and other Workspace calls'],
	metrics: ['API keys bound to the account', 'HMAC keys'],
	insights: ['API keys bound to the account', 'domain-wide delegation and other Workspace calls'],
	auditLogs: ['services whose data-access logs are off', 'the key, in App Engine and Compute Engine'],
};

/** Sources that see every authentication but those of their blind spots: only their silence proves anything. */
export const PROVING: ReadonlySet<SourceName> = new Set(['activity', 'metrics', 'insights']);

/** Sources tell days, some of them hours late: what differs by less is no contradiction. */
export const SLACK = 2 * DAY;

export function activityView(record: Activity | undefined, standing: Standing): View {
	const {from, to} = record ?? standing;
	const {status, reason} = standing;
	return {source: 'activity', status, ...(reason !== undefined && {reason}), last: record?.last, from, to};
}

export function unite(views: readonly View[]): LastUse {
	let winner: View | undefined;
	for (const view of views)
		if (view.last !== undefined && (winner?.last === undefined || view.last > winner.last)) winner = view;
	return {last: winner?.last, by: winner?.source, views, contradictions: contradictionsOf(views)};
}

function contradictionsOf(views: readonly View[]): string[] {
	const texts: string[] = [];
	if (views.length < 2) return texts;
	for (const silent of views) {
		if (silent.status !== 'complete' || !PROVING.has(silent.source)) continue;
		for (const {source, last} of views) {
			if (source === silent.source || last === undefined) continue;
			const isInside = last > (silent.from ?? -Infinity) + SLACK && last < (silent.to ?? Infinity) - SLACK;
			if (!isInside || last - (silent.last ?? -Infinity) <= SLACK) continue;
			const saw = silent.last === undefined ? 'no use at all' : `no use after ${day(silent.last)}`;
			texts.push(`${SOURCE_TITLES[silent.source]} saw ${saw}, ${SOURCE_TITLES[source]} one on ${day(last)}`);
		}
	}
	return texts;
}

/** What was looked for, in words for reasons. */
export interface Subject {
	name: string;
	project: Container | undefined;
}

/** What came of looking for use since a time. */
export type Judgement =
	| {kind: 'used'}
	| {kind: 'unknown'; reason: string}
	| {kind: 'unused'; last: number | undefined; from: number | undefined; to: number | undefined; by: SourceName};

/**
 * Whether nothing was used since a time: silence of a source that would have seen it, through all of that time.
 */
export function judgeUse({last, views}: LastUse, since: number, what: Subject): Judgement {
	if (last !== undefined && last > since) return {kind: 'used'};
	let reason: string | undefined;
	for (const view of views) {
		if (!PROVING.has(view.source)) continue;
		const why = whyNot(view, since, what);
		if (why === undefined) return {kind: 'unused', last, from: view.from, to: view.to, by: view.source};
		reason ??= why;
	}
	return {kind: 'unknown', reason: reason ?? `nothing tells when ${what.name} was used`};
}

/** Why a source's silence since a time proves nothing. */
function whyNot(view: View, since: number, {name, project}: Subject): string | undefined {
	const {status, reason, from, to, last} = view;
	if (status !== 'complete') return reason ?? `activity of ${project?.key ?? name} was not read`;
	if (to !== undefined && to < since) return `the use of ${name} was observed only until ${day(to)}`;
	// Silence of a period that began later says nothing about the time before.
	if (last === undefined && from !== undefined && from > since)
		return `the use of ${name} was observed only from ${day(from)}`;
	return undefined;
}

export const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
