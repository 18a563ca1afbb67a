/** One node of the graph in words: who it is, who can become it, whom it can become. */
import type {AccountSummary, GraphData} from '../data.ts';
import {confidenceBadge} from './badge.ts';
import {type Child, el} from './dom.ts';
import {kindMark} from './mark.ts';
import {count, day, kindName, number, shortName} from './names.ts';
import type {Links} from './neighbourhood.ts';
import {routeTo} from './route.ts';

/** Hops listed on either side. */
const LISTED = 200;

export function nodePanel(
	graph: GraphData,
	links: Links,
	node: number,
	account: AccountSummary | undefined,
	isShown: (edge: number) => boolean,
): Child {
	const {id, kind, project, power} = graph.nodes[node]!;
	const facts: [string, Child][] = [
		[
			'Kind',
			`${account && account.kind !== 'user-managed' ? `${account.kind} ` : ''}${kindName(kind)}${account?.disabled ? ', disabled' : ''}`,
		],
		['Project', project],
		[
			'Power',
			account !== undefined && account.power.length > 0
				? account.power.map(({level, scope}) => el('div', {}, `${level} on ${scope}`))
				: power,
		],
		['Keys', account && number(account.keys)],
		['Last used', account && (account.lastUsed === null ? 'not known' : day(account.lastUsed))],
		['Reached by', account && count(account.reachedBy, 'principal')],
		['Reaches', account && count(account.reaches, 'account')],
	];
	return [
		el('h3', {}, kindMark(kind, power !== undefined), shortName(id)),
		el('p', {class: 'note'}, el('code', {}, id)),
		el(
			'dl',
			{class: 'rows'},
			facts.map(([name, value]) => value && el('div', {}, el('dt', {}, name), el('dd', {}, value))),
		),
		el('p', {}, el('a', {href: routeTo('findings', {text: id.slice(id.indexOf(':') + 1)})}, 'Findings that name it')),
		side('Can become it', links.to[node]!, 0),
		side('It can become', links.from[node]!, 1),
	];

	function side(title: string, edges: readonly number[], end: 0 | 1): Child {
		const shown = edges.filter(isShown);
		const more = shown.length - LISTED;
		return el(
			'section',
			{},
			el('h4', {}, `${title} (${number(shown.length)})`),
			shown.length === 0 && el('p', {class: 'empty'}, 'Nobody, on the paths that are shown.'),
			el(
				'ul',
				{class: 'plain hops'},
				shown.slice(0, LISTED).map(edge => {
					const [, , escalation, confidence] = graph.edges[edge]!;
					const other = graph.nodes[graph.edges[edge]![end]]!;
					return el(
						'li',
						{},
						el('a', {href: routeTo('graph', {focus: other.id}), title: other.id}, shortName(other.id)),
						el('span', {class: 'note'}, ` by ${graph.escalations[escalation]} `),
						confidenceBadge(confidence),
					);
				}),
			),
			more > 0 && el('p', {class: 'note'}, `and ${count(more, 'more hop')}`),
		);
	}
}
