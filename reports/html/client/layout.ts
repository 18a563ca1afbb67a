/**
 * Where the nodes of the map stand. Each connected part is laid out for itself, small ones by hops from left to right,
 * large ones by force; then the parts are put side by side, largest first. Deterministic: nothing is random.
 */
import {UndirectedGraph} from 'graphology';
import forceAtlas2Module from 'graphology-layout-forceatlas2';
import {arrange} from './layers.ts';
import {spread} from './spread.ts';

/** CommonJS: what its types call the default export is the module itself. */
const forceAtlas2 = forceAtlas2Module as unknown as typeof forceAtlas2Module.default;

/** Nodes up to which hops from left to right are easier to read than a cloud. */
const BY_HOPS = 40;
/** Rounds of forces: enough for a few nodes, and what a page has time for with many. */
const roundsFor = (nodes: number) => Math.min(300, Math.max(120, Math.round(240_000 / nodes)));
/** Nodes up to which every label is shown and has room of its own. */
export const LABELLED = 80;
/** Distances in a part and between parts. */
const LETTER = 0.5;
const COLUMN = 3;
const ROW = 2.4;
const SPREAD = 4;
const NEAREST = 2.2;
const GAP = 3.5;
/** Width by height. */
const PICTURE = 1.4;
/** Of the picture, as multiples of the side of a square with its area. */
const WIDTHS = [1, 1.3, 1.7, 2.2, 3];

export interface Point {
	x: number;
	y: number;
}

type Edge = readonly [from: number, to: number];

/**
 * @param labels of the nodes, which stand to the right of them and take room
 * @param edges by indexes of nodes
 */
export function layout(labels: readonly string[], edges: readonly Edge[]): Point[] {
	const lengths = labels.map(label => (labels.length > LABELLED ? COLUMN : label.length * LETTER));
	const laid = partsOf(labels.length, edges).map(part => {
		const isSmall = part.nodes.length <= BY_HOPS;
		return boxOf(isSmall ? byHops(part, lengths) : byForce(part), isSmall ? lengths : undefined);
	});
	const points = packed(labels.length, laid);
	return labels.length > LABELLED ? points : stretched(points);
}

/** Where there are few, they use the height that a wide picture leaves: a label stands under its node. */
function stretched(points: readonly Point[]): Point[] {
	const size = (list: number[]) => Math.max(...list) - Math.min(...list) || 1;
	const ratio = size(points.map(({x}) => x)) / size(points.map(({y}) => y)) / PICTURE;
	const factor = Math.min(3, Math.max(1, ratio));
	return points.map(({x, y}) => ({x, y: y * factor}));
}

interface Part {
	nodes: number[];
	edges: Edge[];
}

/** Connected parts, largest first. */
function partsOf(nodes: number, edges: readonly Edge[]): Part[] {
	const parents = Array.from({length: nodes}, (_, index) => index);
	const rootOf = (node: number): number => {
		let root = node;
		while (parents[root] !== root) root = parents[root]!;
		for (let at = node; at !== root;) [at, parents[at]] = [parents[at]!, root];
		return root;
	};
	for (const [from, to] of edges) parents[rootOf(from)] = rootOf(to);
	const parts = new Map<number, Part>();
	for (let node = 0; node < nodes; node++) {
		const root = rootOf(node);
		if (!parts.has(root)) parts.set(root, {nodes: [], edges: []});
		parts.get(root)!.nodes.push(node);
	}
	for (const edge of edges) parts.get(rootOf(edge[0]))!.edges.push(edge);
	return [...parts.values()].toSorted((a, b) => b.nodes.length - a.nodes.length || a.nodes[0]! - b.nodes[0]!);
}

/** Columns by distance from those whom nobody becomes; in a ring, from its first. */
function byHops({nodes, edges}: Part, lengths: readonly number[]): Map<number, Point> {
	const next = new Map<number, number[]>(nodes.map(node => [node, []]));
	const entered = new Set<number>();
	for (const [from, to] of edges) {
		next.get(from)!.push(to);
		if (from !== to) entered.add(to);
	}
	const levels = new Map<number, number>();
	const starts = nodes.filter(node => !entered.has(node));
	for (const queue of [starts, ...nodes.map(node => [node])]) {
		if (queue.some(node => levels.has(node))) continue;
		for (const node of queue) levels.set(node, 0);
		for (const node of queue) {
			for (const other of next.get(node)!) {
				if (levels.has(other)) continue;
				levels.set(other, levels.get(node)! + 1);
				queue.push(other);
			}
		}
	}
	const widest: number[] = [];
	for (const [node, level] of levels) widest[level] = Math.max(widest[level] ?? 0, lengths[node]!);
	const starting = widest.map((_, level) => widest.slice(0, level).reduce((sum, width) => sum + width + COLUMN, 0));
	const places = arrange(levels, edges);
	return new Map([...places].map(([node, {level, row}]) => [node, {x: starting[level]!, y: -row * ROW}]));
}

function byForce({nodes, edges}: Part): Map<number, Point> {
	const graph = new UndirectedGraph<Point>();
	for (const [index, node] of nodes.entries()) {
		// A sunflower: even, and the same every time.
		const angle = index * 2.399963;
		graph.addNode(node, {x: Math.sqrt(index + 1) * Math.cos(angle), y: Math.sqrt(index + 1) * Math.sin(angle)});
	}
	for (const [from, to] of edges) if (from !== to) graph.mergeEdge(from, to);
	const settings = {
		barnesHutOptimize: nodes.length > 300,
		barnesHutTheta: 1,
		scalingRatio: 20,
		gravity: 0.3,
		slowDown: 1 + Math.log(nodes.length),
	};
	const positions = forceAtlas2(graph, {iterations: roundsFor(nodes.length), settings});
	const points = new Map(nodes.map(node => [node, positions[node] as Point]));
	// As wide as its nodes need, whatever the forces came to.
	const xs = [...points.values()].map(point => point.x).toSorted((a, b) => a - b);
	const ys = [...points.values()].map(point => point.y).toSorted((a, b) => a - b);
	const wide = (list: number[]) => list[Math.floor(list.length * 0.95)]! - list[Math.floor(list.length * 0.05)]! || 1;
	const scale = (SPREAD * Math.sqrt(nodes.length)) / Math.max(wide(xs), wide(ys));
	for (const [node, {x, y}] of points) points.set(node, {x: x * scale, y: y * scale});
	spread([...points.values()], NEAREST);
	return points;
}

interface Box {
	points: Map<number, Point>;
	width: number;
	height: number;
}

/** @param lengths of labels that need room of their own */
function boxOf(points: Map<number, Point>, lengths: readonly number[] | undefined): Box {
	let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
	for (const [node, {x, y}] of points) {
		[left, right] = [Math.min(left, x), Math.max(right, x + (lengths?.[node] ?? 0))];
		[bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
	}
	const moved = new Map([...points].map(([node, {x, y}]) => [node, {x: x - left, y: y - top}]));
	return {points: moved, width: right - left, height: top - bottom};
}

/** Of several widths the one whose picture comes out largest. */
function packed(nodes: number, boxes: readonly Box[]): Point[] {
	const area = boxes.reduce((sum, {width, height}) => sum + (width + GAP) * (height + GAP), 0);
	const widest = Math.max(...boxes.map(box => box.width));
	const limits = WIDTHS.map(factor => Math.max(factor * Math.sqrt(area), widest));
	const tries = limits.map(limit => onShelves(nodes, boxes, limit));
	return tries.reduce((best, each) => (each.size < best.size ? each : best)).points;
}

/** Shelves from the top, as high as their first part; smaller ones stand on each other beside it. */
function onShelves(nodes: number, boxes: readonly Box[], limit: number): {points: Point[]; size: number} {
	const points = Array.from({length: nodes}, (): Point => ({x: 0, y: 0}));
	let [top, shelf, left, stacked, widest, right] = [0, 0, 0, 0, 0, 0];
	for (const {points: own, width, height} of boxes.toSorted((a, b) => b.height - a.height || b.width - a.width)) {
		if (stacked > 0 && stacked + height > shelf) [left, stacked, widest] = [left + widest + GAP, 0, 0];
		if (left > 0 && left + width > limit) [top, shelf, left, stacked, widest] = [top - shelf - GAP, 0, 0, 0, 0];
		if (left === 0 && stacked === 0) shelf = height;
		for (const [node, {x, y}] of own) points[node] = {x: left + x, y: top - stacked + y};
		stacked += height + GAP;
		widest = Math.max(widest, width);
		right = Math.max(right, left + width);
	}
	return {points, size: Math.max(right / PICTURE, shelf - top)};
}
