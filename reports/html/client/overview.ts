/** What there is to know first: how bad, where, what to change first, and what nobody looked at. */
import type {PageData} from '../data.ts';
import {SEVERITIES, statusBadge} from './badge.ts';
import {bars, severityParts, stack} from './bars.ts';
import {card} from './card.ts';
import {type Child, el} from './dom.ts';
import {NO_PROJECT} from './filter.ts';
import {count, number, shortName} from './names.ts';
import {routeTo} from './route.ts';
import {sinceBaseline} from './triage.ts';

/** Projects and choke points that the overview has room for. */
const PROJECTS = 10;
const CHOKE_POINTS = 10;

export function overview(data: PageData): HTMLElement {
	return el(
		'div',
		{},
		tiles(data),
		el('div', {class: 'cards'}, byCheck(data), byProject(data)),
		chokePoints(data),
		coverage(data),
	);
}

function tiles({summary, findings, baseline}: PageData): Child {
	const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
	const {projects, serviceAccounts, keys, bindings, principals} = summary.inventory;
	const whole = stack(
		SEVERITIES.map(severity => ({
			class: severity,
			value: summary.findings[severity],
			title: `${number(summary.findings[severity])} ${severity}`,
		})),
		Math.max(1, total),
	);
	const facts: [string, number][] = [
		['projects', projects],
		['service accounts', serviceAccounts],
		['user-managed keys', keys],
		['member grants', bindings],
		['principals', principals],
	];
	return el(
		'section',
		{class: 'card', 'aria-label': 'Findings by severity'},
		el(
			'div',
			{class: 'tiles'},
			SEVERITIES.map(severity =>
				el(
					'a',
					{class: `tile ${severity}`, href: routeTo('findings', {severity})},
					el('strong', {}, number(summary.findings[severity])),
					el('span', {}, severity),
				),
			),
		),
		el('div', {class: 'whole'}, whole),
		summary.suppressed > 0 &&
			el('p', {class: 'note'}, `${number(summary.suppressed)} more suppressed by the configuration.`),
		baseline !== undefined && el('div', {class: 'note'}, sinceBaseline(baseline)),
		findings.embedded < findings.total && el('p', {class: 'note'}, leftOut(findings)),
		el(
			'dl',
			{class: 'facts'},
			facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, number(value)))),
		),
	);
}

/** Said wherever a list of findings could be taken for all of them. */
export function leftOut({total, embedded}: PageData['findings']): string {
	return (
		`This page holds the ${number(embedded)} most severe of ${count(total, 'finding')}; numbers and charts count all. ` +
		'For all of them write --output=csv=FILE or --output=json=FILE, or render the saved JSON report again.'
	);
}

function byCheck({checks}: PageData): Child {
	const list = checks.map(({id, status, counts, title}) => ({
		label: el('span', {title}, id),
		href: counts.some(value => value > 0) ? routeTo('findings', {check: id}) : '#checks',
		parts: severityParts(counts),
		note: counts.some(value => value > 0) ? undefined : statusBadge(status),
	}));
	const sum = (parts: readonly {value: number}[]) => parts.reduce((all, {value}) => all + value, 0);
	const sorted = list.toSorted((a, b) => sum(b.parts) - sum(a.parts));
	return card('By check', bars('Findings by check', sorted));
}

function byProject({projects}: PageData): Child {
	const list = projects.items.slice(0, PROJECTS).map(({project, counts}) => ({
		label: project === '' ? 'folders and organizations' : project,
		href: routeTo('findings', {project: project === '' ? NO_PROJECT : project}),
		parts: severityParts(counts),
	}));
	const more = projects.total - list.length;
	return card(
		'By project',
		list.length === 0
			? el('p', {class: 'empty'}, 'No project has a finding.')
			: bars('Findings by project, worst first', list),
		more > 0 && el('p', {class: 'note'}, `The worst ${list.length}; ${count(more, 'more project')} with findings.`),
	);
}

function chokePoints({chokePoints: points}: PageData): Child {
	if (points.total === 0) return null;
	const items = points.items
		.slice(0, CHOKE_POINTS)
		.map(({binding, pathsClosed, ofPaths, used}) =>
			el(
				'li',
				{},
				el(
					'div',
					{class: 'choke'},
					el(
						'p',
						{},
						'Remove ',
						el('b', {title: binding.member}, shortName(binding.member)),
						' from ',
						el('code', {}, binding.role),
						' on ',
						el('b', {title: binding.resource}, shortName(binding.resource)),
					),
					binding.condition !== undefined && el('p', {class: 'note'}, 'where ', el('code', {}, binding.condition)),
					used !== undefined && el('p', {class: 'note'}, `Used: ${used}`),
				),
				el(
					'div',
					{class: 'choke-effect'},
					stack([{class: 'accent', value: pathsClosed, title: `closes ${number(pathsClosed)}`}], Math.max(1, ofPaths)),
					el('span', {class: 'note'}, `closes ${number(pathsClosed)} of ${count(ofPaths, 'path')}`),
				),
			),
		);
	const more = points.total - items.length;
	return card(
		'Change first',
		el(
			'p',
			{class: 'note'},
			'The few bindings whose removal closes the most paths, each counted after the ones above it.',
		),
		el('ol', {class: 'chokes'}, items),
		more > 0 && el('p', {class: 'note'}, `${count(more, 'more binding')} in the JSON report.`),
	);
}

function coverage({holes, facts, checks}: PageData): Child {
	const list = facts.map(row => ({
		label: row.fact,
		href: routeTo('coverage'),
		parts: (['complete', 'partial', 'missing'] as const).map(status => ({
			class: `status-${status}`,
			value: row[status],
			title: `${number(row[status])} ${status}`,
		})),
		note: row.partial + row.missing === 0 ? 'read' : count(row.partial + row.missing, 'hole'),
	}));
	const unjudged = checks.filter(check => check.reason !== undefined).length;
	return card(
		'What was read',
		el(
			'p',
			{},
			holes.total === 0
				? 'Everything that was looked for was read.'
				: el(
						'span',
						{},
						el('a', {href: '#coverage'}, count(holes.total, 'hole')),
						': what was not seen is not proven absent.',
					),
			unjudged > 0 && ` ${count(unjudged, 'check')} could not judge everything.`,
		),
		bars('Facts and whether they were read', list, true),
	);
}
