/**
 * Who can become whom: a map of all that fits, one node at a time in focus, its neighbourhood drawn by hops and listed
 * in words. The map is for the eye; search, drawing and lists do everything without it.
 */
import {announce, button, type Child, el, refill} from './dom.ts';
import {drawing} from './drawing.ts';
import {GraphControls} from './graph-controls.ts';
import {graphSearch} from './graph-search.ts';
import {canvasMap} from './map-canvas.ts';
import {type GraphMap, mapModel, MOST} from './map-model.ts';
import {hasWebGl, sigmaMap} from './map-sigma.ts';
import {kindMark} from './mark.ts';
import {count, number, shortName} from './names.ts';
import {linksOf, neighbourhood} from './neighbourhood.ts';
import {nodePanel} from './node-panel.ts';
import type {Page} from './page.ts';
import {routeTo} from './route.ts';
import {onTheme} from './theme.ts';

/** Red means something here, so it is said. */
const powerLegend = (): Child => [
	' ',
	kindMark('serviceAccount', true),
	'has much power: owner-like, editor-like, or rewriting policies.',
];
/** Nodes to begin with. */
const SUGGESTED = 12;

export class GraphView {
	readonly element: HTMLElement;
	readonly #page: Page;
	readonly #controls: GraphControls;
	readonly #links;
	readonly #indexes: ReadonlyMap<string, number>;
	readonly #accounts;
	readonly #canvas = el('div', {class: 'map', 'aria-hidden': 'true'});
	readonly #said = el('p', {class: 'note map-note'});
	readonly #panel = el('div', {class: 'node-panel'});
	readonly #around = el('div', {class: 'around'});
	#map: GraphMap | undefined;
	#isBegun = false;
	/** How the map is drawn, if that has to be said. */
	#manner = '';
	#focus: number | undefined;

	constructor(page: Page) {
		this.#page = page;
		const {graph, accounts} = page.data;
		this.#links = linksOf(graph);
		this.#indexes = new Map(graph.nodes.map(({id}, index) => [id, index]));
		this.#accounts = new Map(
			accounts.items.map(account => [account.resource.slice(account.resource.lastIndexOf('/') + 1), account]),
		);
		this.#controls = new GraphControls(graph, () => this.#draw());
		const go = (node: number | undefined) => {
			location.hash = routeTo('graph', {focus: node === undefined ? undefined : graph.nodes[node]!.id});
		};
		this.element =
			graph.nodes.length === 0
				? el('p', {class: 'empty'}, 'No finding has a path: nobody becomes anybody here.')
				: el(
						'div',
						{class: 'graph-view'},
						el('div', {class: 'graph-bar'}, graphSearch(graph, go), this.#controls.element),
						el('p', {class: 'note'}, this.#extent(), powerLegend()),
						el(
							'div',
							{class: 'graph-main'},
							el('div', {class: 'map-frame'}, this.#canvas, this.#zooms(go), this.#said),
							this.#panel,
						),
						this.#around,
					);
		this.element.append(
			el('p', {class: 'paper'}, 'The graph is drawn on screen only; each finding is printed with its path.'),
		);
		onTheme(() => this.#map?.repaint());
		this.#pick = go;
	}

	readonly #pick: (node: number | undefined) => void;

	/** Called when the view is on screen: only then has the map a size. */
	open(params: URLSearchParams): void {
		const {graph} = this.#page.data;
		if (graph.nodes.length === 0) return;
		const wanted = params.get('focus');
		this.#focus = wanted === null ? undefined : this.#indexes.get(wanted);
		const lost =
			wanted !== null && this.#focus === undefined ? `${shortName(wanted)} is on no path in this page. ` : '';
		this.#said.textContent = lost + (this.#isBegun ? this.#manner : 'Drawing the map…');
		this.#draw();
		if (this.#isBegun) return;
		this.#isBegun = true;
		// Thousands of nodes take a second or two: what is in words is shown before.
		setTimeout(() => {
			this.#build();
			this.#said.textContent = lost + this.#manner;
			this.#draw();
		}, 30);
	}

	#build(): void {
		const model = mapModel(this.#page.data.graph);
		if (hasWebGl()) {
			try {
				this.#map = sigmaMap(this.#canvas, model, this.#pick);
				return;
			} catch {
				refill(this.#canvas);
			}
		}
		this.#map = canvasMap(this.#canvas, model, this.#pick);
		this.#manner = 'This browser draws no WebGL: the map is a plain one. Search, click and focus work the same.';
	}

	#draw(): void {
		const {graph} = this.#page.data;
		const isEdge = (edge: number) => this.#controls.isEdge(edge);
		const focus = this.#focus;
		const around =
			focus === undefined
				? new Map<number, number>()
				: neighbourhood(graph, this.#links, focus, this.#controls.depth, isEdge);
		this.#map?.filter(node => this.#controls.isNode(node), isEdge);
		this.#map?.focus(focus, new Set(around.keys()));
		if (focus === undefined) {
			refill(this.#panel, this.#suggestions());
			refill(this.#around);
			return;
		}
		const {id} = graph.nodes[focus]!;
		const account = this.#accounts.get(id.slice(id.indexOf(':') + 1));
		refill(
			this.#panel,
			nodePanel(graph, this.#links, focus, account, isEdge),
			el('p', {}, el('a', {href: '#graph'}, 'Show all')),
		);
		refill(this.#around, el('h3', {}, `Around ${shortName(id)}`), drawing(graph, around, focus, isEdge));
		announce(`${shortName(id)}: ${count(around.size - 1, 'node')} around it`);
	}

	/** What is here, and what is not. */
	#extent(): string {
		const {nodes, edges, totalNodes, totalEdges, truncated} = this.#page.data.graph;
		const parts = [`${count(nodes.length, 'node')} and ${count(edges.length, 'hop')} on the paths of findings.`];
		if (nodes.length < totalNodes || edges.length < totalEdges) {
			parts.push(`The report has ${number(totalNodes)} and ${number(totalEdges)}.`);
		}
		if (truncated)
			parts.push('The report itself holds only the part around its worst findings; sa-audit paths lists every path.');
		if (nodes.length > MOST) {
			parts.push(
				`The map shows the ${number(MOST)} nodes around the worst findings; search and focus know all ${number(nodes.length)}.`,
			);
		}
		return parts.join(' ');
	}

	#zooms(go: (node: undefined) => void): Child {
		return el(
			'div',
			{class: 'zooms', role: 'group', 'aria-label': 'Map'},
			button('+', () => this.#map?.zoom(1.6), {'aria-label': 'Zoom in'}),
			button('\u2212', () => this.#map?.zoom(1 / 1.6), {'aria-label': 'Zoom out'}),
			button('Fit', () => {
				go(undefined);
				this.#map?.fit();
			}),
		);
	}

	/** Accounts with power first, then whoever most can become. */
	#suggestions(): Child {
		const {nodes} = this.#page.data.graph;
		const weight = (node: number) => this.#links.to[node]!.length + (nodes[node]!.power === undefined ? 0 : 10_000);
		const best = [...nodes.keys()].toSorted((a, b) => weight(b) - weight(a) || a - b).slice(0, SUGGESTED);
		return [
			el('h3', {}, 'Begin with'),
			el(
				'p',
				{class: 'note'},
				'Accounts with much power, then those that most can become. Click a node for its neighbourhood.',
			),
			el(
				'ul',
				{class: 'plain hops'},
				best.map(node =>
					el(
						'li',
						{},
						el(
							'a',
							{href: routeTo('graph', {focus: nodes[node]!.id}), title: nodes[node]!.id},
							shortName(nodes[node]!.id),
						),
						el('span', {class: 'note'}, nodes[node]!.power === undefined ? '' : ` ${nodes[node]!.power}`),
					),
				),
			),
		];
	}
}
