/** The list of findings: filtered, sorted, grouped. Only rows that are shown are made. */
import {findingBlocks, type Accepted} from './finding.ts';
import {SEVERITIES} from '../../report.ts';
import {shortResource} from '../../text.ts';
import type {Block} from '../block.ts';
import type {ListBody} from '../body.ts';
import type {AuditData} from '../data.ts';
import {filterFindings} from '../filter.ts';
import type {FindingTable} from '../findings.ts';
import {fitLine, type Line, type Span, span} from '../line.ts';
import {memo} from '../memo.ts';
import {type FindingGroup, groupFindings, type Sort, sortFindings} from '../order.ts';
import type {Group, Screen} from '../screen.ts';
import {agoText, briefMember, briefResource, count, daysText, number, SEVERITY_WORD} from '../words.ts';

type Options = Omit<Screen, 'place'>;

/** A row is a finding, or the head of a group. */
type Row = number | FindingGroup;

/** Numbers of the findings that the filter leaves, in the order of the list. */
export const foundIn = memo((table: FindingTable, filter: string, sort: Sort, reversed: boolean): Uint32Array =>
	sortFindings(table, filterFindings(table, filter), sort, reversed),
);

const groupsIn = memo((table: FindingTable, found: Uint32Array, by: Group) => groupFindings(table, found, by));

const rowsIn = memo((groups: readonly FindingGroup[], open: ReadonlySet<string>): Row[] =>
	groups.flatMap((group): Row[] => (open.has(group.name) ? [group, ...group.members] : [group])),
);

export function findingsBody(data: AuditData, accepted: Accepted, options: Options): ListBody {
	const {table} = data;
	const {filter, sort, reversed, group, open} = options;
	const found = foundIn(table, filter, sort, reversed);
	const rows: ArrayLike<Row> = group === undefined ? found : rowsIn(groupsIn(table, found, group), open);
	const at = (index: number): Row => rows[index]!;
	return {
		kind: 'list',
		title: 'Findings',
		status: statusText(table.length, found.length, options),
		count: rows.length,
		empty: filter === '' ? 'No findings. What was not read is under Coverage.' : `Nothing fits "${filter}".`,
		head: width => headLine(width),
		row: (index, width) => {
			const row = at(index);
			return typeof row === 'number'
				? findingLine(data, accepted, row, width, group !== undefined)
				: groupLine(row, open.has(row.name), width);
		},
		spoken: index => {
			const row = at(index);
			if (typeof row !== 'number')
				return `group ${row.name}: ${count(row.members.length, 'finding')}, worst ${row.worst}`;
			const {severity, check, resource, principal} = table.brief(row);
			return `${severity} ${check}, ${shortResource(resource)}${principal === undefined ? '' : `, by ${principal}`}`;
		},
		link: index => {
			const row = at(index);
			return typeof row === 'number' ? {to: {view: 'finding', finding: row}} : {unfold: row.name};
		},
		name: index => {
			const row = at(index);
			return typeof row === 'number' ? table.brief(row).fingerprint : row.name;
		},
		details: index => {
			const row = at(index);
			return typeof row === 'number' ? findingBlocks(data, accepted, table.at(row), false) : groupBlocks(table, row);
		},
		finding: index => {
			const row = rows[index];
			return typeof row === 'number' ? row : row?.members[0];
		},
	};
}

function statusText(all: number, found: number, {sort, reversed, group, filter}: Options): string {
	const number = filter === '' ? count(all, 'finding') : `${found.toLocaleString('en-US')} of ${count(all, 'finding')}`;
	const by = `by ${sort}${reversed ? ', reversed' : ''}`;
	return group === undefined ? `${number}, ${by}` : `${number}, ${by}, grouped by ${group}`;
}

/** Columns by priority: the narrower the list, the fewer. */
function columnsFor(width: number): {check: number; project: number; principal: number; age: number} {
	return {
		check: width >= 100 ? 26 : 20,
		project: width >= 110 ? 19 : 0,
		principal: width >= 76 ? Math.floor((width - (width >= 110 ? 60 : 36)) * 0.42) : 0,
		age: width >= 66 ? 5 : 0,
	};
}

function cells(
	width: number,
	texts: {mark: Span; severity: Span; check: string; resource: string; project: string; principal: string; age: Span},
): Line {
	const {check, project, principal, age} = columnsFor(width);
	const rest = width - 2 - 5 - check - 1 - (project && project + 1) - (principal && principal + 1) - (age && age + 1);
	return [
		...fitLine([texts.mark], 2),
		...fitLine([texts.severity], 5),
		...fitLine([span(texts.check)], check),
		span(' '),
		...fitLine([span(texts.resource)], rest),
		...(project ? [span(' '), ...fitLine([span(texts.project)], project)] : []),
		...(principal ? [span(' '), ...fitLine([span(texts.principal)], principal)] : []),
		...(age ? [span(' '), ...fitLine([texts.age], age)] : []),
	];
}

function headLine(width: number): Line {
	const line = cells(width, {
		mark: span(''),
		severity: span('SEV'),
		check: 'CHECK',
		resource: 'RESOURCE',
		project: 'PROJECT',
		principal: 'WHO GAINS',
		age: span('AGE'),
	});
	return line.map(({text}) => span(text, 'faint'));
}

function findingLine(data: AuditData, accepted: Accepted, index: number, width: number, nested: boolean): Line {
	const {table, report} = data;
	const {
		severity,
		check,
		resource,
		project = '',
		principal = '',
		confidence,
		fingerprint,
		suppressed,
	} = table.brief(index);
	const isAccepted = suppressed !== undefined || accepted.has(fingerprint);
	const unsure = confidence === 'certain' ? '' : confidence === 'conditional' ? ' (conditional)' : ' (unverified)';
	const line = cells(width, {
		mark: span(nested ? '  ' : ''),
		severity: span(SEVERITY_WORD[severity], isAccepted ? 'faint' : severity),
		check: nested ? ` ${check}` : check,
		resource: `${briefResource(resource)}${isAccepted ? ' (accepted)' : unsure}`,
		project,
		principal: briefMember(principal),
		age: ageOf(table, index, report.run.now),
	});
	return isAccepted ? line.map(({text, style}) => span(text, style ?? 'faint')) : line;
}

/**
 * How long it has been so, where that is known: new since the baseline, or an age that the evidence tells. Findings
 * that a binding causes have none, and their words cost a path each, so they are not asked.
 */
function ageOf(table: FindingTable, index: number, now: string): Span {
	const {baseline, cause} = table.brief(index);
	if (baseline === 'new') return span('new', 'high');
	if (cause) return span(baseline === 'unchanged' ? 'known' : '', 'faint');
	for (const [name, value] of Object.entries(table.at(index).evidence)) {
		if (typeof value === 'number' && /days$/i.test(name) && !/until|left|threshold/i.test(name))
			return span(daysText(value));
		if (typeof value === 'string' && /^(created|since|.*Since)/.test(name) && /^\d{4}-\d\d-\d\dT/.test(value))
			return span(agoText(value, now));
	}
	return span('');
}

function groupLine({name, worst, members}: FindingGroup, isOpen: boolean, width: number): Line {
	const size = number(members.length).padStart(7);
	return fitLine(
		[
			span(isOpen ? '▾ ' : '▸ ', 'accent'),
			span(`${SEVERITY_WORD[worst]} `, worst),
			span(`${size}  `),
			span(name, 'name'),
		],
		width,
	);
}

function groupBlocks(table: FindingTable, {name, members}: FindingGroup): Block[] {
	const {severity} = table.columns;
	const counts = SEVERITIES.map(
		(word, rank) => [word, members.filter(index => severity[index] === rank).length] as const,
	);
	return [
		{kind: 'text', text: name, style: 'name'},
		{kind: 'blank'},
		...counts
			.filter(([, size]) => size > 0)
			.map(([word, size]): Block => ({kind: 'field', name: word, value: number(size), style: word})),
		{kind: 'blank'},
		{kind: 'text', text: 'Enter shows them, and folds them again.', style: 'faint'},
	];
}
