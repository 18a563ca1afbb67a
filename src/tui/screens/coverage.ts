/** What was not read, why, and how to mend it: as plainly as findings. */
import type {CheckOutcome, CoverageLine} from '../../report.ts';
import {shortResource} from '../../text.ts';
import type {Block} from '../block.ts';
import type {ListBody, TextBody} from '../body.ts';
import type {AuditData} from '../data.ts';
import {fitsFilter, parseFilter} from '../filter.ts';
import {fitLine, type Line, type Span, span, type Style} from '../line.ts';
import {memo} from '../memo.ts';
import {count, number} from '../words.ts';

/** A fact that was read or not, or a check that could not judge everything. */
type Entry = {line: CoverageLine} | {check: CheckOutcome};

const FIELDS = ['fact', 'scope', 'status'];
const ORDER = {missing: 0, partial: 1, complete: 3};

export function coverageBody(data: AuditData, filter: string): ListBody {
	const all = entriesOf(data);
	const rows = found(all, filter);
	const holes = data.report.coverage.filter(({status}) => status !== 'complete').length;
	const unsure = data.report.checks.filter(({reason}) => reason !== undefined).length;
	return {
		kind: 'list',
		title: 'Coverage',
		status: `${holes === 0 ? 'no holes' : count(holes, 'hole')}${unsure === 0 ? '' : `, ${count(unsure, 'check')} not judged in full`}`,
		count: rows.length,
		empty: filter === '' ? 'Nothing is known of what was read.' : `Nothing fits "${filter}".`,
		head: width => cells(width, span('STATUS'), 'FACT', 'SCOPE', 'RECORDS').map(({text}) => span(text, 'faint')),
		row: (index, width) => {
			const {status, style, name, scope, records} = textsOf(all[rows[index]!]!);
			return cells(width, span(status, style), name, scope, records);
		},
		spoken: index => {
			const {status, name, scope, reason} = textsOf(all[rows[index]!]!);
			return `${status}: ${name}${scope === '' ? '' : ` of ${scope}`}${reason === undefined ? '' : `, ${reason}`}`;
		},
		link: index => ({to: {view: 'hole', line: rows[index]!}}),
		name: index => {
			const {name, scope} = textsOf(all[rows[index]!]!);
			return `${name} ${scope}`.trim();
		},
		details: index => entryBlocks(all[rows[index]!]!),
	};
}

export function holeBody(data: AuditData, line: number): TextBody {
	const entry = entriesOf(data)[line]!;
	return {kind: 'text', title: textsOf(entry).name, columns: [entryBlocks(entry)], name: textsOf(entry).name};
}

/** What mends an entry, if anything is known to. */
export function mendOf(data: AuditData, line: number): string | undefined {
	const entry = entriesOf(data)[line];
	return entry && 'line' in entry ? entry.line.fix : undefined;
}

/** Holes first, then checks that could not judge everything, then what was read. */
const entriesFor = memo((report: AuditData['report']): Entry[] => {
	const lines: Entry[] = report.coverage.map(line => ({line}));
	const checks: Entry[] = report.checks.flatMap(check => (check.reason === undefined ? [] : [{check}]));
	const rank = (entry: Entry): number => ('line' in entry ? ORDER[entry.line.status] : 2);
	return [...lines, ...checks].sort((a, b) => rank(a) - rank(b));
});

const entriesOf = ({report}: AuditData): Entry[] => entriesFor(report);

/** Numbers of the entries that fit. */
const found = memo((entries: readonly Entry[], filter: string): number[] => {
	const terms = parseFilter(filter, FIELDS);
	return entries.flatMap((entry, index) => {
		const {status, name, scope, reason = ''} = textsOf(entry);
		return fitsFilter(terms, {status, fact: name, scope, reason}) ? [index] : [];
	});
});

interface Texts {
	status: string;
	style: Style;
	name: string;
	scope: string;
	records: string;
	reason?: string | undefined;
}

const STYLES = {missing: 'high', partial: 'hole', complete: 'good'} as const;

function textsOf(entry: Entry): Texts {
	if ('check' in entry) {
		const {id, status, reason} = entry.check;
		return {
			status: status === 'fail' ? 'in part' : 'unknown',
			style: 'hole',
			name: `check ${id}`,
			scope: '',
			records: '',
			reason,
		};
	}
	const {fact, scope, status, assetType, records, reason} = entry.line;
	const type = assetType === undefined ? '' : ` (${assetType.replace(/^.*\//, '')})`;
	return {
		status,
		style: STYLES[status],
		name: fact + type,
		scope: shortResource(scope),
		records: number(records),
		reason,
	};
}

function cells(width: number, status: Span, name: string, scope: string, records: string): Line {
	const own = Math.max(22, Math.min(44, Math.floor((width - 20) * 0.5)));
	return fitLine(
		[
			span('  '),
			...fitLine([status], 9),
			...fitLine([span(name)], own),
			span(' '),
			...fitLine([span(scope)], width - 20 - own),
			...fitLine([span(records.padStart(8))], 8),
		],
		width,
	);
}

function entryBlocks(entry: Entry): Block[] {
	if ('check' in entry) {
		const {id, status, examined, findings, reason} = entry.check;
		return [
			{kind: 'text', text: id, style: 'name'},
			{kind: 'blank'},
			{
				kind: 'field',
				name: 'outcome',
				value: status === 'fail' ? 'found something, and could have missed more' : status,
			},
			{kind: 'field', name: 'examined', value: number(examined)},
			{kind: 'field', name: 'findings', value: number(findings)},
			...(reason === undefined ? [] : [{kind: 'field' as const, name: 'because', value: reason}]),
			{kind: 'blank'},
			{kind: 'text', text: 'Silence of this check proves nothing about what was not read.', style: 'hole'},
		];
	}
	const {fact, scope, status, assetType, records, reason, fix} = entry.line;
	return [
		{kind: 'text', text: `${fact} of ${shortResource(scope)}`, style: 'name'},
		{kind: 'blank'},
		{kind: 'field', name: 'status', value: status, style: STYLES[status]},
		...(assetType === undefined ? [] : [{kind: 'field' as const, name: 'type', value: assetType}]),
		{kind: 'field', name: 'records', value: number(records)},
		...(reason === undefined ? [] : [{kind: 'field' as const, name: 'because', value: reason}]),
		...(fix === undefined
			? []
			: [{kind: 'blank' as const}, {kind: 'heading' as const, text: 'Mend it'}, {kind: 'text' as const, text: fix}]),
	];
}
