/**
 * The neighbourhood of one node, drawn by hops: on the left those who can become it, on the right those it can become.
 * SVG, so that it prints, scales and is walked with the keyboard.
 */
import type {GraphData} from '../data.ts';
import {type Child, el, svg} from './dom.ts';
import {arrange} from './layers.ts';
import {mark} from './mark.ts';
import {ellipsis, kindName, number, shapeOf, shortName} from './names.ts';
import {routeTo} from './route.ts';

/** Nodes of one column that are drawn; the lists beside have all. */
const COLUMN = 24;
const WIDTH = 286;
const BOX = 216;
const HEIGHT = 32;
const MARGIN = 24;
/** On the left, for ways that lead back. */
const LEFT = 60;
const LETTERS = 25;
/** Smaller it is not drawn: the rest is reached by scrolling. */
const SMALLEST = 0.75;

export function drawing(
	graph: GraphData,
	around: ReadonlyMap<number, number>,
	center: number,
	isShown: (edge: number) => boolean,
): Child {
	const kept = new Map<number, number>();
	const amounts = new Map<number, number>();
	for (const [node, level] of around) {
		const amount = (amounts.get(level) ?? 0) + 1;
		amounts.set(level, amount);
		if (amount <= COLUMN) kept.set(node, level);
	}
	const shown = mergedEdges(graph, kept, isShown);
	const places = arrange(
		kept,
		shown.map(({from, to}): [number, number] => [from, to]),
	);
	const first = Math.min(...kept.values());
	const columns = Math.max(...kept.values()) - first + 1;
	const rows = Math.max(...[...amounts.values()].map(amount => Math.min(amount, COLUMN)));
	const [width, height] = [columns * WIDTH + LEFT - (WIDTH - BOX) + MARGIN, rows * HEIGHT + 2 * MARGIN];
	const at = (node: number): [number, number] => {
		const {level, row} = places.get(node)!;
		return [LEFT + (level - first) * WIDTH, height / 2 + row * HEIGHT];
	};
	const hidden = around.size - kept.size;
	const picture = svg(
		'svg',
		{
			viewBox: `0 0 ${width} ${height}`,
			width,
			height,
			role: 'group',
			'aria-label': `Around ${shortName(graph.nodes[center]!.id)}`,
		},
		arrowHead(),
		shown.map(({from, to, confidence, title}) =>
			svg(
				'path',
				{d: curve(at(from), at(to)), class: `edge ${confidence}`, 'marker-end': 'url(#arrow)'},
				svg('title', {}, title),
			),
		),
		[...kept.keys()].map(node => station(graph, node, at(node), node === center)),
	);
	picture.style.minWidth = `${width * SMALLEST}px`;
	return [
		el('div', {class: 'scroll drawing', tabindex: 0, role: 'region', 'aria-label': 'Neighbourhood by hops'}, picture),
		hidden > 0 && el('p', {class: 'note'}, `${number(hidden)} more around it are in the lists, not in the drawing.`),
	];
}

interface DrawnEdge {
	from: number;
	to: number;
	confidence: string;
	title: string;
}

/** One line for all the ways between two nodes, as sure as the surest. */
function mergedEdges(
	graph: GraphData,
	kept: ReadonlyMap<number, number>,
	isShown: (edge: number) => boolean,
): DrawnEdge[] {
	const merged = new Map<string, DrawnEdge>();
	for (const [index, [from, to, escalation, confidence]] of graph.edges.entries()) {
		if (!kept.has(from) || !kept.has(to) || from === to || !isShown(index)) continue;
		const key = `${from} ${to}`;
		const title = `${graph.escalations[escalation]} (${confidence})`;
		const edge = merged.get(key);
		if (edge === undefined) merged.set(key, {from, to, confidence, title});
		else {
			edge.title += `, ${title}`;
			// Certain, conditional, unverified: the order of the alphabet happens to be the order of trust.
			if (confidence < edge.confidence) edge.confidence = confidence;
		}
	}
	return [...merged.values()];
}

function curve([x1, y1]: [number, number], [x2, y2]: [number, number]): string {
	const end = `${x2 - 15} ${y2}`;
	// Back to an earlier column, or inside one: around, not through the names.
	if (x2 <= x1) return `M${x1} ${y1 + 13}C${x1 - 50} ${y1 + 44} ${x2 - 70} ${y2 + 24} ${end}`;
	const middle = (x1 + BOX + x2) / 2 - 14;
	return `M${x1 + BOX - 13} ${y1}C${middle} ${y1} ${middle} ${y2} ${end}`;
}

function arrowHead(): SVGElement {
	return svg(
		'defs',
		{},
		svg(
			'marker',
			{
				id: 'arrow',
				viewBox: '0 0 8 8',
				refX: 7,
				refY: 4,
				markerWidth: 7,
				markerHeight: 7,
				orient: 'auto-start-reverse',
			},
			svg('path', {d: 'M0 0L8 4L0 8Z', class: 'arrow-head'}),
		),
	);
}

function station(graph: GraphData, index: number, [x, y]: [number, number], isCenter: boolean): SVGElement {
	const {id, kind, power} = graph.nodes[index]!;
	const name = shortName(id);
	const title = `${id}, ${kindName(kind)}${power === undefined ? '' : `, ${power}`}`;
	return svg(
		'a',
		{
			href: routeTo('graph', {focus: id}),
			class: `node ${kind}${power === undefined ? '' : ' power'}${isCenter ? ' center' : ''}`,
			transform: `translate(${x} ${y})`,
			'aria-label': title,
		},
		svg('title', {}, title),
		svg('rect', {x: -13, y: -13, width: BOX, height: 26, rx: 6, class: 'node-box'}),
		mark(shapeOf(kind), 6),
		svg('text', {x: 14, y: 4}, ellipsis(name, LETTERS)),
	);
}
