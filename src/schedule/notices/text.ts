/** A notice as text for people, by the rule's template or ours. Pure. */
import {safeLine} from '../../text.ts';
import {total} from '../history.ts';
import type {Notice} from './notice.ts';

/** Findings, holes and keys that are named; more would only be scrolled over. */
const NAMED = 10;

/** What may stand in a template as `{{name}}`. */
export const PLACEHOLDERS = {
	scope: ({scope}: Notice) => scope,
	run: ({run}: Notice) => run,
	status: ({status}: Notice) => status,
	exit: ({exit}: Notice) => String(exit ?? ''),
	reason: ({reason}: Notice) => reason ?? '',
	head: ({head}: Notice) => head,
	startedAt: ({startedAt}: Notice) => startedAt,
	finishedAt: ({finishedAt}: Notice) => finishedAt,
	events: ({events}: Notice) => events.join(', '),
	new: (notice: Notice) => String(notice.new.total),
	fixed: ({fixed}: Notice) => String(fixed.total),
	findings: ({findings}: Notice) => String(findings === undefined ? '' : total(findings)),
	critical: ({findings}: Notice) => String(findings?.critical ?? ''),
	high: ({findings}: Notice) => String(findings?.high ?? ''),
	medium: ({findings}: Notice) => String(findings?.medium ?? ''),
	low: ({findings}: Notice) => String(findings?.low ?? ''),
	details: (notice: Notice) => details(notice).join('\n'),
} as const satisfies Record<string, (notice: Notice) => string>;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Names in a template that are none of ours. */
export function unknownPlaceholders(template: string): string[] {
	return [...template.matchAll(PLACEHOLDER)].map(match => match[1]!).filter(name => !Object.hasOwn(PLACEHOLDERS, name));
}

/** @param escape what the receiver takes for markup; names come from strangers */
export function noticeText(notice: Notice, template: string | undefined, escape: (text: string) => string): string {
	const pattern = template ?? `sa-audit {{scope}}: ${headline(notice)}\n{{details}}\nRun {{run}}, ledger head {{head}}`;
	return pattern
		.replace(PLACEHOLDER, (whole, name: string) =>
			Object.hasOwn(PLACEHOLDERS, name)
				? escape(lines(PLACEHOLDERS[name as keyof typeof PLACEHOLDERS](notice)))
				: whole,
		)
		.replaceAll(/\n{2,}/g, '\n');
}

const lines = (text: string): string => text.split('\n').map(safeLine).join('\n');

function headline({status, recovered, exit, events, new: fresh, fixed, coverage, expiring}: Notice): string {
	if (status !== 'completed') return `the run ${status === 'broken' ? 'was broken off' : status}`;
	if (exit === 70) return 'a check failed';
	const parts = [
		recovered && events.includes('failed') && 'runs again',
		fresh.total > 0 && `${fresh.total} new`,
		fixed.total > 0 && `${fixed.total} fixed`,
		coverage.length > 0 && 'less was read than before',
		expiring.length > 0 && `${expiring.length} ${expiring.length === 1 ? 'key ends' : 'keys end'} soon`,
	];
	return parts.filter(part => part !== false).join(', ');
}

function details({reason, new: fresh, fixed, coverage, expiring}: Notice): string[] {
	return [
		...(reason === undefined ? [] : [reason]),
		...some(fresh.findings, fresh.total, ({severity, message}) => `NEW ${severity}: ${message}`),
		...some(fixed.findings, fixed.total, ({severity, message}) => `FIXED ${severity}: ${message}`),
		...some(coverage, coverage.length, line => `NOT READ ${line}`),
		...some(expiring, expiring.length, ({key, until, stage}) => `KEY ends within ${stage} days, at ${until}: ${key}`),
	];
}

function* some<Item>(items: readonly Item[], all: number, text: (item: Item) => string): Iterable<string> {
	for (const item of items.slice(0, NAMED)) yield text(item);
	const more = all - Math.min(items.length, NAMED);
	if (more > 0 && items.length > 0) yield `and ${more} more`;
}
