/** What a notice says: the same data for every kind of receiver. Pure. */
import {SEVERITIES, type Severity} from '../../report.ts';
import type {Changes, Expiring, Named} from '../changes.ts';
import type {RunEntry, RunSummary} from '../entry.ts';
import {NOTICE_EVENTS, type NoticeEvent, type NoticeRule} from '../settings.ts';

export interface Notice {
	version: 1;
	events: NoticeEvent[];
	scope: string;
	run: string;
	status: RunEntry['status'];
	/** The run before came to nothing, and this one did not. */
	recovered: boolean;
	startedAt: string;
	finishedAt: string;
	exit?: number;
	reason?: string;
	/** SHA-256 of the ledger's last line, for `sa-audit verify --head`. */
	head: string;
	findings?: RunSummary['findings'];
	/** At and above the rule's severity; the worst by name. */
	new: {total: number; findings: Named[]};
	fixed: {total: number; findings: Named[]};
	/** What was read before and is not now. */
	coverage: string[];
	/** Keys that came within 60, 30 or 7 days of their end. */
	expiring: Expiring[];
}

export interface Told {
	entry: RunEntry;
	head: string;
	changes: Changes | undefined;
	before: RunEntry | undefined;
}

/** @returns undefined if nothing happened that the rule is for */
export function noticeFor(rule: NoticeRule, {entry, head, changes, before}: Told): Notice | undefined {
	if (rule.scopes !== undefined && !rule.scopes.includes(entry.scope)) return undefined;
	const least = rule.minSeverity ?? 'low';
	const {summary, run, scope, status, startedAt, finishedAt, exit, reason} = entry;
	const isFailed = status !== 'completed' || exit === 70;
	const recovered = !isFailed && before !== undefined && (before.status !== 'completed' || before.exit === 70);
	const happened: Record<NoticeEvent, boolean> = {
		new: sum(summary?.fresh, least) > 0,
		fixed: sum(summary?.fixed, least) > 0,
		failed: isFailed || recovered,
		coverage: (changes?.unread.length ?? 0) > 0,
		'key-expiry': (changes?.nearer.length ?? 0) > 0,
	};
	const wanted = rule.events ?? NOTICE_EVENTS;
	const events = NOTICE_EVENTS.filter(event => happened[event] && wanted.includes(event));
	if (events.length === 0) return undefined;
	const has = (event: NoticeEvent): boolean => events.includes(event);
	return {
		version: 1,
		events,
		scope,
		run,
		status,
		recovered,
		startedAt,
		finishedAt,
		...(exit !== undefined && {exit}),
		...(reason !== undefined && {reason}),
		head,
		...(summary !== undefined && {findings: summary.findings}),
		new: {total: has('new') ? sum(summary?.fresh, least) : 0, findings: has('new') ? above(changes?.fresh, least) : []},
		fixed: {
			total: has('fixed') ? sum(summary?.fixed, least) : 0,
			findings: has('fixed') ? above(changes?.fixed, least) : [],
		},
		coverage: has('coverage') ? changes!.unread : [],
		expiring: has('key-expiry') ? changes!.nearer : [],
	};
}

const severitiesFrom = (least: Severity): readonly Severity[] => SEVERITIES.slice(0, SEVERITIES.indexOf(least) + 1);

function sum(counts: Readonly<Record<Severity, number>> | undefined, least: Severity): number {
	return counts === undefined ? 0 : severitiesFrom(least).reduce((all, severity) => all + counts[severity], 0);
}

function above(findings: readonly Named[] | undefined, least: Severity): Named[] {
	return (findings ?? []).filter(({severity}) => severitiesFrom(least).includes(severity));
}
