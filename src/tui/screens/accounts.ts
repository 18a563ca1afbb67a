/** Every service account: what it may do, its keys, when it was used last, who becomes it and whom it becomes. */
import type {AccountSummary} from '../../report.ts';
import {shortResource} from '../../text.ts';
import type {Block} from '../block.ts';
import type {ListBody} from '../body.ts';
import type {AuditData} from '../data.ts';
import {fitsFilter, parseFilter} from '../filter.ts';
import {fitLine, type Line, span, type Style} from '../line.ts';
import {memo} from '../memo.ts';
import type {Screen} from '../screen.ts';
import {agoText, briefResource, count, dayText, number} from '../words.ts';

/** Levels of power, strongest first (docs/how-it-works.md). */
const LEVELS = [
	'owner-like',
	'editor-like',
	'policy rewriting',
	'policy-rewriting',
	'impersonating',
	'writing data',
	'reading data',
];
const FIELDS = ['project', 'kind', 'power', 'is'];

export function accountsBody(data: AuditData, {filter, reversed}: Pick<Screen, 'filter' | 'reversed'>): ListBody {
	const all = byRisk(data.ask.accounts());
	const rows = found(all, filter, reversed);
	const at = (index: number): AccountSummary => rows[index]!;
	const {now} = data.report.run;
	return {
		kind: 'list',
		title: 'Service accounts',
		status: `${filter === '' ? '' : `${number(rows.length)} of `}${count(all.length, 'account')}, ${reversed ? 'safest' : 'riskiest'} first`,
		count: rows.length,
		empty: filter === '' ? 'No service account was read.' : `Nothing fits "${filter}".`,
		head: width => cells(width, ['ACCOUNT', 'POWER', 'KEYS', 'USED', 'IN', 'OUT']).map(({text}) => span(text, 'faint')),
		row: (index, width) => {
			const {resource, power, keys, lastUsed, reachedBy, reaches, disabled} = at(index);
			return cells(
				width,
				[
					briefResource(resource) + (disabled ? ' (disabled)' : ''),
					powerText(power),
					keys === 0 ? '' : number(keys),
					lastUsed === null ? '-' : agoText(lastUsed, now),
					number(reachedBy),
					number(reaches),
				],
				powerStyle(power),
			);
		},
		spoken: index => {
			const {resource, power, keys, reachedBy, reaches} = at(index);
			return `${shortResource(resource)}, ${powerText(power) || 'no power on a container'}, ${count(keys, 'key')}, reached by ${number(reachedBy)}, reaches ${number(reaches)}`;
		},
		link: index => ({to: {view: 'node', id: memberOf(at(index))}}),
		name: index => shortResource(at(index).resource),
		details: index => accountBlocks(at(index), now),
	};
}

/** The riskiest first: what it may do and who can become it. */
export const byRisk = memo((accounts: readonly AccountSummary[]): AccountSummary[] => {
	const rated = accounts.map(account => ({account, risk: risk(account)}));
	rated.sort(
		(a, b) =>
			b.risk - a.risk ||
			b.account.reachedBy - a.account.reachedBy ||
			b.account.reaches - a.account.reaches ||
			b.account.keys - a.account.keys ||
			(a.account.resource < b.account.resource ? -1 : 1),
	);
	return rated.map(({account}) => account);
});

const found = memo((all: readonly AccountSummary[], filter: string, reversed: boolean): AccountSummary[] => {
	const terms = parseFilter(filter, FIELDS);
	const kept = terms.length === 0 ? [...all] : all.filter(account => fitsFilter(terms, textsOf(account)));
	return reversed ? kept.toReversed() : kept;
});

function textsOf({resource, kind, power, keys, lastUsed, disabled}: AccountSummary): Record<string, string> {
	const is = [disabled ? 'disabled' : 'enabled', keys > 0 ? 'keyed' : '', lastUsed === null ? 'unseen' : ''].join(' ');
	const project = /\/projects\/([^/]+)\//.exec(resource)?.[1] ?? '';
	return {resource, kind, project, power: power.map(({level, scope}) => `${level} ${scope}`).join(' '), is};
}

/** Power that nobody but the account has is no risk; neither is reach without power. */
function risk({power, reachedBy, reaches, disabled}: AccountSummary): number {
	if (disabled) return -1;
	let strongest = LEVELS.length;
	for (const {level} of power) strongest = Math.min(strongest, rank(level));
	const strength = LEVELS.length - strongest;
	return (strength + (reaches > 0 ? 1 : 0)) * (reachedBy > 0 ? 100 : 1) + Math.min(99, Math.log2(1 + reachedBy));
}

function rank(level: string): number {
	const known = LEVELS.indexOf(level);
	return known < 0 ? LEVELS.length : known;
}

export function powerText(power: AccountSummary['power']): string {
	const strongest = power.toSorted((a, b) => rank(a.level) - rank(b.level))[0];
	if (!strongest) return '';
	return power.length === 1
		? `${strongest.level} on ${strongest.scope}`
		: `${strongest.level} on ${strongest.scope} +${power.length - 1}`;
}

export function powerStyle(power: AccountSummary['power']): Style | undefined {
	const strongest = Math.min(...power.map(({level}) => rank(level)));
	return strongest === 0 ? 'critical' : strongest <= 3 ? 'high' : strongest < LEVELS.length ? 'medium' : undefined;
}

export const memberOf = ({resource}: AccountSummary): string => `serviceAccount:${shortResource(resource)}`;

function cells(width: number, [account, power, keys, used, into, out]: string[], style?: Style): Line {
	const counts = width >= 70;
	const room = width - 2 - 6 - 6 - (counts ? 12 : 0);
	const own = Math.max(24, Math.min(48, Math.floor(room * 0.52)));
	return fitLine(
		[
			span('  '),
			...fitLine([span(account!)], own),
			span(' '),
			...fitLine([span(power!, style)], room - own - 1),
			...fitLine([span(into!.padStart(6))], 6),
			...fitLine([span(out!.padStart(6))], 6),
			...(counts ? [...fitLine([span(keys!.padStart(5))], 5), ...fitLine([span(used!.padStart(7))], 7)] : []),
		],
		width,
	);
}

function accountBlocks(account: AccountSummary, now: string): Block[] {
	const {resource, kind, disabled, power, keys, lastUsed, reachedBy, reaches} = account;
	const used = lastUsed === null ? 'no use seen, or none could be' : `${dayText(lastUsed)}, ${agoText(lastUsed, now)}`;
	return [
		{kind: 'text', text: shortResource(resource), style: 'name'},
		{kind: 'blank'},
		{kind: 'field', name: 'kind', value: disabled ? `${kind}, disabled` : kind},
		...(power.length === 0 ? [{kind: 'field' as const, name: 'may do', value: 'nothing on a project or above'}] : []),
		...power.map(({level, scope}, index): Block => ({
			kind: 'field',
			name: index === 0 ? 'may do' : '',
			value: `${level} on ${scope}`,
		})),
		{kind: 'field', name: 'keys', value: keys === 0 ? 'none' : number(keys)},
		{kind: 'field', name: 'last used', value: used},
		{kind: 'field', name: 'in', value: `${count(reachedBy, 'principal')} can become it`},
		{kind: 'field', name: 'out', value: `it can become ${count(reaches, 'account')}`},
		{kind: 'blank'},
		{kind: 'text', text: 'Enter shows who, and whom.', style: 'faint'},
	];
}
