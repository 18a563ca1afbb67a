/** What of the graph is shown: kinds, confidence and one way of becoming; the choices are the legend as well. */
import type {GraphData} from '../data.ts';
import {CONFIDENCE_MEANS, CONFIDENCES} from './badge.ts';
import {type Child, el, svg} from './dom.ts';
import {kindMark} from './mark.ts';
import {kindName, number} from './names.ts';

export class GraphControls {
	readonly element: HTMLFormElement;
	readonly #graph: GraphData;
	#kinds: ReadonlySet<string> = new Set();
	#confidences: ReadonlySet<string> = new Set();
	#escalation = -1;
	/** Hops around a focus. */
	depth = 2;

	/** @param changed told after every change by the user */
	constructor(graph: GraphData, changed: () => void) {
		this.#graph = graph;
		const kinds = new Map<string, number>();
		for (const {kind} of graph.nodes) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
		const escalations = graph.escalations
			.map((name, index) => ({name, index}))
			.toSorted((a, b) => (a.name < b.name ? -1 : 1));
		this.element = el(
			'form',
			{class: 'filters', 'aria-label': 'What the graph shows', onsubmit: (event: Event) => event.preventDefault()},
			el(
				'fieldset',
				{},
				el('legend', {}, 'Who'),
				el(
					'div',
					{class: 'choices'},
					[...kinds].map(([kind, amount]) =>
						choice('kind', kind, [kindMark(kind), kindName(kind), el('span', {class: 'amount'}, number(amount))]),
					),
				),
			),
			el(
				'fieldset',
				{},
				el('legend', {}, 'How sure'),
				el(
					'div',
					{class: 'choices'},
					CONFIDENCES.map(confidence =>
						choice('confidence', confidence, [stroke(confidence), confidence], CONFIDENCE_MEANS[confidence]),
					),
				),
			),
			el(
				'label',
				{class: 'field'},
				el('span', {}, 'How'),
				el(
					'select',
					{name: 'escalation'},
					el('option', {value: '-1'}, 'every way'),
					escalations.map(({name, index}) => el('option', {value: index}, name)),
				),
			),
			el(
				'label',
				{class: 'field'},
				el('span', {}, 'Hops around a node'),
				el(
					'select',
					{name: 'depth'},
					[1, 2, 3].map(hops => el('option', {value: hops, selected: hops === 2}, hops)),
				),
			),
		);
		this.element.addEventListener('input', () => {
			this.#read();
			changed();
		});
		this.#read();
	}

	isNode(index: number): boolean {
		return this.#kinds.has(this.#graph.nodes[index]!.kind);
	}

	isEdge(index: number): boolean {
		const [from, to, escalation, confidence] = this.#graph.edges[index]!;
		return (
			this.#confidences.has(confidence) &&
			(this.#escalation < 0 || escalation === this.#escalation) &&
			this.isNode(from) &&
			this.isNode(to)
		);
	}

	#read(): void {
		const form = new FormData(this.element);
		this.#kinds = new Set(form.getAll('kind').map(String));
		this.#confidences = new Set(form.getAll('confidence').map(String));
		this.#escalation = Number(form.get('escalation'));
		this.depth = Number(form.get('depth'));
	}
}

function choice(name: string, value: string, label: Child, title?: string): HTMLElement {
	return el('label', {class: 'choice', title}, el('input', {type: 'checkbox', name, value, checked: true}), label);
}

function stroke(confidence: string): Child {
	return svg(
		'svg',
		{viewBox: '0 0 28 8', class: 'stroke', 'aria-hidden': 'true'},
		svg('path', {d: 'M0 4H28', class: `edge ${confidence}`}),
	);
}
