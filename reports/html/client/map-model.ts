/** What both maps, the one on WebGL and the plain one, draw: the part of the graph that fits, with its places. */
import type {Confidence, GraphData} from '../data.ts';
import {LABELLED, layout, type Point} from './layout.ts';
import {ellipsis, shapeOf, type Shape, shortName} from './names.ts';
import {colorOf} from './theme.ts';

/** Nodes that a map still shows legibly; the embedded ones come worst first. */
export const MOST = 2_000;
/** Letters of a label. */
const LETTERS = 28;

export interface MapNode extends Point {
	index: number;
	/** Cut to what a map has room for, and whole. */
	label: string;
	name: string;
	kind: string;
	shape: Shape;
	size: number;
	hasPower: boolean;
}

/** All the ways from one node to another. */
export interface MapEdge {
	from: number;
	to: number;
	/** Indexes into the edges of the data. */
	ways: number[];
	/** Of the surest way. */
	confidence: Confidence;
}

export interface MapModel {
	nodes: MapNode[];
	edges: MapEdge[];
}

/** What a map can be asked for. Nodes are named by their index. */
export interface GraphMap {
	/** Leaves out what a filter leaves out. */
	filter(isNode: (node: number) => boolean, isWay: (edge: number) => boolean): void;
	/** Brings a node to the middle and dims what is not around it; undefined for all. */
	focus(node: number | undefined, around: ReadonlySet<number>): void;
	zoom(factor: number): void;
	fit(): void;
	/** After a change of the theme. */
	repaint(): void;
}

export function mapModel({nodes, edges}: GraphData): MapModel {
	const amount = Math.min(nodes.length, MOST);
	const merged = new Map<number, MapEdge>();
	const entering = new Uint32Array(amount);
	for (const [index, [from, to, , confidence]] of edges.entries()) {
		if (from >= amount || to >= amount || from === to) continue;
		const key = from * amount + to;
		const edge = merged.get(key);
		if (edge === undefined) {
			merged.set(key, {from, to, ways: [index], confidence});
			entering[to]!++;
			continue;
		}
		edge.ways.push(index);
		if (confidence < edge.confidence) edge.confidence = confidence;
	}
	const list = [...merged.values()];
	const labels = nodes
		.slice(0, amount)
		.map(({id}) => ellipsis(shortName(id), amount > LABELLED ? LETTERS : LETTERS - 4));
	const points = layout(
		labels,
		list.map(({from, to}) => [from, to] as const),
	);
	const [least, growth, largest] = amount > 1_000 ? [2.2, 0.7, 7] : amount > 300 ? [3, 1.1, 11] : [5, 1.6, 14];
	return {
		edges: list,
		nodes: nodes.slice(0, amount).map(({id, kind, power}, index) => ({
			...points[index]!,
			index,
			label: labels[index]!,
			name: shortName(id),
			kind,
			shape: shapeOf(kind),
			size: Math.min(least + growth * Math.sqrt(entering[index]!) + (power === undefined ? 0 : 1.2), largest),
			hasPower: power !== undefined,
		})),
	};
}

/** The colours of a map, as they are in the present theme. */
export function mapColors() {
	const kinds = {
		circle: colorOf('node-account'),
		diamond: colorOf('node-user'),
		square: colorOf('node-group'),
		triangle: colorOf('node-outside'),
	};
	return {
		node: ({shape, hasPower}: Pick<MapNode, 'shape' | 'hasPower'>) => (hasPower ? colorOf('node-power') : kinds[shape]),
		edge: colorOf('edge'),
		strong: colorOf('edge-strong'),
		text: colorOf('text'),
		surface: colorOf('surface'),
		faint: colorOf('faint'),
		veil: colorOf('veil'),
	};
}
