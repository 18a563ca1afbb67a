/** How it went: scheduled runs, their findings by severity and check, what came and went, what was read. */
import type {Counts, HistoryPoint, PageData} from '../data.ts';
import {SEVERITIES} from './badge.ts';
import {bars, severityParts} from './bars.ts';
import {card} from './card.ts';
import {el} from './dom.ts';
import {count, number} from './names.ts';
import {Table} from './table.ts';

/** Bars that are looked over at once; the table has all. */
const BARS = 30;

/** Undefined if the report is of no scheduled run. */
export function trendView({history}: PageData): HTMLElement | undefined {
	if (history === undefined) return undefined;
	const last = history.slice(-BARS);
	return el(
		'div',
		{},
		card(
			'Findings by run',
			el('p', {class: 'note'}, fixTime(history)),
			bars(
				'Findings by run, the oldest first',
				last.map(point => ({label: day(point), parts: severityParts(countsOf(point)), note: change(point)})),
			),
		),
		card(
			'What was read',
			bars(
				'Lines of the coverage by run, the oldest first',
				last.map(point => ({
					label: day(point),
					parts: (['complete', 'partial', 'missing'] as const).map(status => ({
						class: `status-${status}`,
						value: point.coverage[status],
						title: `${number(point.coverage[status])} ${status}`,
					})),
					note: count(point.coverage.partial + point.coverage.missing, 'hole'),
				})),
				true,
			),
		),
		card('By check', byCheck(history)),
		card('All runs', allRuns(history)),
	);
}

function byCheck(history: readonly HistoryPoint[]): HTMLElement {
	const first = history[0]!.checks;
	const latest = history.at(-1)!.checks;
	const ids = [...new Set(history.flatMap(({checks}) => Object.keys(checks)))].sort();
	const most = (id: string) => Math.max(...history.map(({checks}) => checks[id] ?? 0));
	const table = new Table<string>('Findings by check over time', 'check', [
		{title: 'Check', value: id => id, class: 'word'},
		{title: 'First run', value: id => first[id] ?? 0, isNumber: true},
		{title: 'Most', value: most, isNumber: true},
		{title: 'Last run', value: id => latest[id] ?? 0, isNumber: true},
		{title: 'Change', value: id => (latest[id] ?? 0) - (first[id] ?? 0), isNumber: true},
	]);
	table.show(ids);
	return table.element;
}

function allRuns(history: readonly HistoryPoint[]): HTMLElement {
	const table = new Table<HistoryPoint>('Runs', 'run', [
		{title: 'Run', value: ({at}) => at, cell: day, class: 'date'},
		...SEVERITIES.map(severity => ({
			title: severity,
			value: ({findings}: HistoryPoint) => findings[severity],
			isNumber: true,
		})),
		{title: 'New', value: point => point.new ?? '', isNumber: true},
		{title: 'Fixed', value: ({fixed}) => fixed ?? '', isNumber: true},
		{title: 'Holes', value: ({coverage}) => coverage.partial + coverage.missing, isNumber: true},
	]);
	table.show(history.toReversed());
	return table.element;
}

function fixTime(history: readonly HistoryPoint[]): string {
	const fixed = history.reduce((sum, {fixTime: time}) => sum + (time?.findings ?? 0), 0);
	const seconds = history.reduce((sum, {fixTime: time}) => sum + (time?.seconds ?? 0), 0);
	if (fixed === 0) return 'Mean time to fix: nothing was fixed yet.';
	const hours = seconds / fixed / 3600;
	const mean = hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(1)} days`;
	return `Mean time to fix: ${mean}, over ${count(fixed, 'finding')}.`;
}

const countsOf = ({findings}: HistoryPoint): Counts => [
	findings.critical,
	findings.high,
	findings.medium,
	findings.low,
];

function change({findings, new: fresh, fixed}: HistoryPoint): string | undefined {
	if (fresh === null || fixed === null) return undefined;
	const all = SEVERITIES.reduce((sum, severity) => sum + findings[severity], 0);
	return `${number(all)} (+${number(fresh)} −${number(fixed)})`;
}

const day = ({at}: HistoryPoint): string => `${at.slice(0, 10)} ${at.slice(11, 16)}`;
