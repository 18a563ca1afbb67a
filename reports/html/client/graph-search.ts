/** Finds a node by its name: the best matches under the field, Enter takes the first. */
import type {GraphData} from '../data.ts';
import {button, el, refill} from './dom.ts';
import {kindMark} from './mark.ts';
import {count, shortName} from './names.ts';

const SHOWN = 8;

/** @param pick told of the node that was chosen */
export function graphSearch(graph: GraphData, pick: (node: number) => void): HTMLElement {
	const names = graph.nodes.map(({id}) => id.toLowerCase());
	const found = el('ul', {class: 'matches'});
	const input = el('input', {
		type: 'search',
		name: 'node',
		placeholder: 'account, user, group',
		spellcheck: 'false',
		autocomplete: 'off',
	});
	const choose = (node: number) => {
		refill(found);
		input.value = '';
		pick(node);
	};
	input.addEventListener('input', () => {
		const matches = matchesOf(input.value);
		const more = matches.length - SHOWN;
		refill(
			found,
			matches.slice(0, SHOWN).map(node => {
				const {id, kind, power} = graph.nodes[node]!;
				return el(
					'li',
					{},
					button([kindMark(kind, power !== undefined), shortName(id)], () => choose(node), {title: id}),
				);
			}),
			input.value.trim() !== '' && matches.length === 0 && el('li', {class: 'note'}, 'Nobody of that name on a path.'),
			more > 0 && el('li', {class: 'note'}, `${count(more, 'more match').replace('matchs', 'matches')}.`),
		);
	});
	input.addEventListener('keydown', event => {
		const [first] = matchesOf(input.value);
		if (event.key === 'Enter' && first !== undefined) choose(first);
		if (event.key === 'Escape') refill(found);
		if (event.key === 'ArrowDown') found.querySelector('button')?.focus();
	});
	return el(
		'div',
		{class: 'graph-search'},
		el('label', {class: 'field'}, el('span', {}, 'Find somebody'), input),
		found,
	);

	/** Names that begin with it before names that hold it. */
	function matchesOf(text: string): number[] {
		const word = text.trim().toLowerCase();
		if (word === '') return [];
		const all = names.flatMap((name, node) => (name.includes(word) ? [node] : []));
		const begins = (node: number) => Number(names[node]!.slice(names[node]!.indexOf(':') + 1).startsWith(word));
		return all.toSorted((a, b) => begins(b) - begins(a) || a - b);
	}
}
