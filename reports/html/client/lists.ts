/** The tables beside the findings: accounts, checks, controls, and what was read. */
import type {AccountSummary, CheckRow, ControlRow, CoverageLine, PageData} from '../data.ts';
import {statusBadge} from './badge.ts';
import {severityParts, stack} from './bars.ts';
import {card, cut} from './card.ts';
import {el} from './dom.ts';
import {day, shortName} from './names.ts';
import {routeTo} from './route.ts';
import {Table} from './table.ts';

const sum = (counts: readonly number[]): number => counts.reduce((all, value) => all + value, 0);

/** Paths say an account by its e-mail, findings by its full name, which ends in it. */
const emailOf = (resource: string): string => resource.slice(resource.lastIndexOf('/') + 1);

export function accountsView({accounts}: PageData): HTMLElement {
	const table = new Table<AccountSummary>('Service accounts', 'service account', [
		{
			title: 'Account',
			value: account => shortName(account.resource),
			cell: ({resource}) =>
				el(
					'a',
					{href: routeTo('findings', {text: emailOf(resource)}), title: resource, class: 'clamp'},
					shortName(resource),
				),
			class: 'wide',
		},
		{title: 'Kind', value: account => account.kind, class: 'word'},
		{title: 'Enabled', value: account => (account.disabled ? 'disabled' : 'enabled')},
		{
			title: 'Power',
			value: account => account.power.map(({level, scope}) => `${level} on ${scope}`).join(', '),
			cell: ({power}) =>
				power.length > 0 &&
				el(
					'ul',
					{class: 'plain'},
					power.map(({level, scope}) => el('li', {}, `${level} on ${scope}`)),
				),
			class: 'wide',
		},
		{title: 'Keys', value: account => account.keys, isNumber: true},
		{
			title: 'Last used',
			value: account => account.lastUsed ?? '',
			cell: ({lastUsed}) => (lastUsed === null ? el('span', {class: 'note'}, 'not known') : day(lastUsed)),
			class: 'date',
		},
		{title: 'Reached by', value: account => account.reachedBy, isNumber: true},
		{title: 'Reaches', value: account => account.reaches, isNumber: true},
	]);
	table.show(accounts.items);
	return el(
		'div',
		{},
		el('p', {class: 'note'}, 'Accounts that a finding names or somebody reaches.'),
		cut(accounts, 'account'),
		table.element,
	);
}

export function checksView({checks}: PageData): HTMLElement {
	const table = new Table<CheckRow>('Checks', 'check', [
		{title: 'Status', value: check => check.status, cell: check => statusBadge(check.status), class: 'narrow'},
		{
			title: 'Check',
			value: check => check.id,
			cell: ({id, title, why}) => [
				el('a', {href: routeTo('findings', {check: id})}, id),
				title !== id && el('p', {}, title),
				why !== '' && el('p', {class: 'note'}, why),
			],
			class: 'wide',
		},
		{title: 'Examined', value: check => check.examined, isNumber: true},
		{title: 'Findings', value: check => check.findings, isNumber: true},
		{
			title: 'By severity',
			value: check => sum(check.counts),
			cell: ({counts}) => sum(counts) > 0 && stack(severityParts(counts), sum(counts)),
			class: 'chart',
		},
		{title: 'Not judged', value: check => check.reason ?? '', class: 'wide'},
	]);
	table.show(checks);
	return el(
		'div',
		{},
		el('p', {class: 'note'}, 'Unknown is not a pass: something that could hide findings was not read.'),
		table.element,
	);
}

export function complianceView({controls}: PageData): HTMLElement {
	const frameworks = Map.groupBy(controls, ({framework}) => framework);
	const note =
		'As far as the checks of this report look at a control; a pass here is no certificate. Accepted: all findings are suppressed.';
	return el(
		'div',
		{},
		el('p', {class: 'note'}, note),
		controls.length === 0 && el('p', {class: 'empty'}, 'No check of this report names a control.'),
		[...frameworks].map(([framework, rows]) => {
			const table = new Table<ControlRow>(framework, 'control', [
				{title: 'Status', value: row => row.status, cell: row => statusBadge(row.status), class: 'narrow'},
				{
					title: 'Control',
					value: row => row.control,
					cell: ({control}) =>
						el(
							'a',
							{href: routeTo('findings', {control: framework === '' ? control : `${framework}:${control}`})},
							control,
						),
					class: 'word',
				},
				{title: 'Findings', value: row => sum(row.counts), isNumber: true},
				{
					title: 'By severity',
					value: row => sum(row.counts),
					cell: ({counts}) => sum(counts) > 0 && stack(severityParts(counts), sum(counts)),
					class: 'chart',
				},
				{title: 'Checks', value: row => row.checks.join(', '), class: 'wide'},
			]);
			table.show(rows);
			return card(framework === '' ? 'Other' : framework, table.element);
		}),
	);
}

export function coverageView({holes, complete}: PageData): HTMLElement {
	const gaps = coverageTable('Holes', 'hole', true);
	gaps.show(holes.items);
	const read = coverageTable('Read completely', 'complete fact', false);
	read.show(complete.items);
	return el(
		'div',
		{},
		card(
			'Holes',
			el(
				'p',
				{class: 'note'},
				holes.total === 0
					? 'None: everything that was looked for was read.'
					: 'What was not seen is not proven absent.',
			),
			cut(holes, 'hole'),
			holes.total > 0 && gaps.element,
		),
		card('Read completely', cut(complete, 'line'), read.element),
	);
}

function coverageTable(caption: string, noun: string, isHoles: boolean): Table<CoverageLine> {
	return new Table<CoverageLine>(caption, noun, [
		{title: 'Status', value: line => line.status, cell: line => statusBadge(line.status), class: 'narrow'},
		{
			title: 'Fact',
			value: line => line.fact,
			cell: ({fact, assetType}) => [fact, assetType !== undefined && el('p', {class: 'note'}, assetType)],
			class: 'word',
		},
		{
			title: 'Scope',
			value: line => line.scope,
			cell: ({scope}) => el('span', {class: 'clamp', title: scope}, shortName(scope)),
			class: 'name',
		},
		{title: 'Records', value: line => line.records, isNumber: true},
		...(isHoles
			? [
					{title: 'Why', value: (line: CoverageLine) => line.reason ?? '', class: 'wide'},
					{title: 'What to do', value: (line: CoverageLine) => line.fix ?? '', class: 'wide'},
				]
			: []),
	]);
}
