/** The map on WebGL, by sigma: pan, zoom, hover, click. */
// oxlint-disable unicorn/no-thenable -- sigma's style rules say `when` and `then`
import {MultiDirectedGraph} from 'graphology';
import {DEFAULT_STYLES, Sigma} from 'sigma';
import {
	extremityArrow,
	layerDashed,
	layerFill,
	layerPlain,
	pathLine,
	sdfCircle,
	sdfDiamond,
	sdfSquare,
	sdfTriangle,
} from 'sigma/rendering';
import {LABELLED} from './layout.ts';
import type {GraphMap, MapModel} from './map-model.ts';
import {mapColors} from './map-model.ts';

/** Pixels of dash and gap. */
const DASHES = {certain: [0, 0], conditional: [7, 4], unverified: [2, 4]} as const;
/** Nodes around a focus that all have their labels; more would cover each other. */
const NAMED = 30;
const FONT = 'system-ui, sans-serif';

/** Whether the browser draws WebGL 2, which sigma needs. */
export function hasWebGl(): boolean {
	try {
		const context = document.createElement('canvas').getContext('webgl2');
		context?.getExtension('WEBGL_lose_context')?.loseContext();
		return context !== null;
	} catch {
		return false;
	}
}

/** Middle and size. */
function extent(values: readonly number[]): [number, number] {
	const [least, most] = [Math.min(...values), Math.max(...values)];
	return [(least + most) / 2, most - least];
}

/** @param pick told of the node that was clicked, or of none */
export function sigmaMap(container: HTMLElement, model: MapModel, pick: (node: number | undefined) => void): GraphMap {
	const graph = new MultiDirectedGraph();
	for (const node of model.nodes) {
		const {x, y, size, label, name, shape} = node;
		graph.addNode(String(node.index), {x, y, size, label, name, shape});
	}
	for (const [index, {from, to, confidence}] of model.edges.entries()) {
		const [dash, gap] = DASHES[confidence];
		graph.addEdgeWithKey(String(index), String(from), String(to), {dash, gap});
	}
	paint();

	const isCrowd = model.nodes.length > LABELLED;
	const renderer = new Sigma(graph, container, {
		customNodeState: {isAround: false, isNamed: false},
		customEdgeState: {isAround: false},
		customGraphState: {hasFocus: false},
		primitives: {
			nodes: {
				shapes: [sdfCircle(), sdfSquare(), sdfDiamond(), sdfTriangle()],
				layers: [layerFill()],
				label: {margin: 4, font: {family: FONT}},
			},
			edges: {
				paths: [pathLine()],
				extremities: [extremityArrow({lengthRatio: 5, widthRatio: 4})],
				variables: {
					line: {type: 'color', default: '#888888'},
					dash: {type: 'number', default: 0},
					gap: {type: 'number', default: 0},
				},
				layers: [
					layerPlain({color: {attribute: 'line'}}),
					layerDashed({
						dashSize: {attribute: 'dash', default: 0, mode: 'pixels'},
						gapSize: {attribute: 'gap', default: 0, mode: 'pixels'},
						gapColor: 0,
						solidExtremities: 'head',
					}),
				],
				defaultHead: 'arrow',
			},
		},
		styles: {
			nodes: [
				DEFAULT_STYLES.nodes,
				{
					shape: {attribute: 'shape'},
					labelSize: isCrowd ? 11.5 : 12.5,
					labelFont: FONT,
					labelPosition: isCrowd ? 'right' : 'below',
					labelColor: {attribute: 'text'},
					labelBackgroundColor: {attribute: 'veil'},
					labelBackgroundPadding: 1,
					backdropColor: {attribute: 'surface'},
				},
				{whenState: 'isAround', then: {depth: 'topNodes'}},
				{whenState: 'isNamed', then: {labelVisibility: 'visible'}},
				{whenState: 'isHovered', then: {label: {attribute: 'name'}}},
				{
					when: (_attributes, state, all) => all.hasFocus && !state.isAround && !state.isHovered,
					then: {color: {attribute: 'faint'}, labelVisibility: 'hidden'},
				},
			],
			edges: [
				DEFAULT_STYLES.edges,
				{
					size: isCrowd ? 1.2 : 1.8,
					head: 'arrow',
					line: {attribute: 'line'},
					color: {attribute: 'color'},
					dash: {attribute: 'dash'},
					gap: {attribute: 'gap'},
				},
				{whenState: 'isAround', then: {depth: 'topEdges', size: isCrowd ? 1.5 : 2}},
				{when: (_attributes, state, all) => all.hasFocus && !state.isAround, then: {opacity: 0.12}},
			],
		},
		settings: {
			// Sizes are pixels, however large the graph is.
			itemSizesReference: 'screen',
			labelRenderedSizeThreshold: isCrowd ? Math.min(5, 8_000 / model.nodes.length) : 0,
			labelDensity: isCrowd ? 0.3 : 10,
			labelGridCellSize: 120,
			autoRescaleContent: isCrowd ? 'nodes' : 'labels',
			stagePadding: 24,
			minCameraRatio: 0.02,
			maxCameraRatio: 3,
			minEdgeThickness: 0.8,
			// A canvas inside a view that is not shown has no size yet.
			allowInvalidContainer: true,
		},
	});
	// The window is not the only thing that changes its size: it also comes out of a view that was not shown.
	new ResizeObserver(() => renderer.resize().scheduleRender()).observe(container);
	renderer.on('clickNode', ({node}) => pick(Number(node)));
	renderer.on('clickStage', () => pick(undefined));
	const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300;

	return {
		filter(isNode, isWay) {
			for (const {index} of model.nodes) renderer.setNodeState(String(index), {isHidden: !isNode(index)});
			for (const [index, {from, to, ways}] of model.edges.entries()) {
				const isShown = isNode(from) && isNode(to) && ways.some(isWay);
				renderer.setEdgeState(String(index), {isHidden: !isShown});
			}
		},
		focus(center, around) {
			const isThere = center !== undefined && center < model.nodes.length;
			renderer.setGraphState({hasFocus: isThere});
			for (const {index} of model.nodes) {
				const isAround = isThere && around.has(index);
				const isNamed = isAround && (around.size <= NAMED || index === center);
				renderer.setNodeState(String(index), {isAround, isNamed});
			}
			for (const [index, {from, to}] of model.edges.entries()) {
				renderer.setEdgeState(String(index), {isAround: isThere && around.has(from) && around.has(to)});
			}
			if (!isThere) return;
			const places = [...around].flatMap(node => renderer.getNodeDisplayData(String(node)) ?? []);
			const [x, width] = extent(places.map(place => place.x));
			const [y, height] = extent(places.map(place => place.y));
			const ratio = Math.min(1, Math.max(0.05, 1.3 * Math.max(width, height) + 0.05));
			void renderer.getCamera().animate({x, y, ratio}, {duration});
		},
		zoom: factor => void renderer.getCamera().zoomIn({factor, duration}),
		fit: () => void renderer.getCamera().reset({duration}),
		repaint() {
			paint();
			renderer.refresh();
		},
	};

	function paint(): void {
		const colors = mapColors();
		for (const node of model.nodes) {
			const {text, surface, faint, veil} = colors;
			graph.mergeNodeAttributes(String(node.index), {color: colors.node(node), text, surface, faint, veil});
		}
		for (const [index, {confidence}] of model.edges.entries()) {
			// A solid line is the plain layer's, a dashed one the other's: the one that is not meant is transparent.
			const color = confidence === 'certain' ? colors.strong : colors.edge;
			const line = confidence === 'certain' ? color : 'rgba(0, 0, 0, 0)';
			graph.mergeEdgeAttributes(String(index), {color, line});
		}
	}
}
