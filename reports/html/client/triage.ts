/** Triage: what came and went since the baseline, and what became of the rules that accept findings. */
import type {GoneFinding, Held, PageData, SuppressionOutcome} from '../data.ts';
import {SEVERITIES, severityBadge, statusBadge} from './badge.ts';
import {card, cut} from './card.ts';
import {type Child, el} from './dom.ts';
import {driftList} from './drift.ts';
import {count, number, shortName, shortSentence} from './names.ts';
import {routeTo} from './route.ts';
import {Table} from './table.ts';

/** Undefined if there is nothing to tell: no baseline, and no suppression in the configuration. */
export function triageView({baseline, suppressions}: PageData): HTMLElement | undefined {
	if (baseline === undefined && suppressions === undefined) return undefined;
	return el(
		'div',
		{},
		baseline !== undefined && [
			card('Since the baseline', sinceBaseline(baseline)),
			gone('Fixed', 'Nothing is known to be fixed.', baseline.fixed, 'What closed it'),
			baseline.unknown.total > 0 && gone('Gone, and not known to be fixed', '', baseline.unknown, 'Why'),
		],
		suppressions !== undefined &&
			card(
				'Suppressions of the configuration',
				el(
					'p',
					{class: 'note'},
					'Rules that have expired or fit no finding accept nothing: mend or remove them. Suppressed findings are not counted.',
				),
				cut(suppressions, 'suppression'),
				suppressionTable(suppressions.items),
			),
	);
}

/** The numbers of the comparison; new ones are a link to them. */
export function sinceBaseline({run, summary}: NonNullable<PageData['baseline']>): Child {
	return el(
		'p',
		{},
		el('a', {href: routeTo('findings', {baseline: 'new', suppressed: 'yes'})}, `${number(summary.new)} new`),
		`, ${number(summary.unchanged)} unchanged, ${number(summary.fixed)} fixed`,
		summary.unknown > 0 && `, ${number(summary.unknown)} gone but not known to be fixed`,
		` since ${run.now}.`,
	);
}

function gone(title: string, none: string, list: Held<GoneFinding>, why: string): HTMLElement {
	const table = new Table<GoneFinding>(title, 'finding', [
		{
			title: 'Severity',
			value: ({severity}) => SEVERITIES.indexOf(severity),
			cell: ({severity}) => severityBadge(severity),
			class: 'narrow',
		},
		{
			title: 'Finding',
			value: ({message}) => message,
			cell: ({message, suppressed}) => [
				el('span', {title: message}, shortSentence(message)),
				suppressed !== undefined && el('span', {class: 'badge status-accepted'}, 'suppressed'),
			],
			class: 'wide',
		},
		{title: 'Check', value: ({check}) => check, class: 'word'},
		{
			title: why,
			value: ({reason = ''}) => reason,
			cell: ({reason, drift = []}) => [reason, drift.length > 0 && driftList(drift)],
			class: 'wide',
		},
	]);
	table.show(list.items);
	return card(
		`${title}: ${count(list.total, 'finding')}`,
		cut(list, 'finding'),
		list.total === 0 ? el('p', {class: 'empty'}, none) : table.element,
	);
}

function suppressionTable(rules: readonly SuppressionOutcome[]): HTMLElement {
	const table = new Table<SuppressionOutcome>('Suppressions', 'suppression', [
		{title: 'Status', value: ({status}) => status, cell: ({status}) => statusBadge(status), class: 'narrow'},
		{
			title: 'Accepts',
			value: ({fingerprint, check}) => fingerprint ?? check ?? '',
			cell: ({fingerprint, check, resource, principal}) =>
				el(
					'ul',
					{class: 'plain'},
					[fingerprint, check].map(
						each => each !== undefined && el('li', {}, el('a', {href: linkTo(fingerprint, check)}, each)),
					),
					resource !== undefined && el('li', {title: resource}, 'on ', el('code', {}, shortName(resource))),
					principal !== undefined && el('li', {title: principal}, 'by ', el('code', {}, shortName(principal))),
				),
			class: 'wide',
		},
		{title: 'Findings', value: ({findings}) => findings, isNumber: true},
		{title: 'Owner', value: ({owner}) => owner, class: 'name'},
		{title: 'Until', value: ({until}) => until ?? 'no end', class: 'date'},
		{title: 'Reason', value: ({reason}) => reason, class: 'wide'},
	]);
	table.show(rules);
	return table.element;
}

function linkTo(fingerprint: string | undefined, check: string | undefined): string {
	return routeTo('findings', {...(fingerprint === undefined ? {check} : {text: fingerprint}), suppressed: 'yes'});
}
