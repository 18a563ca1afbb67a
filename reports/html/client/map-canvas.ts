/** The map where there is no WebGL: the same places on a plain canvas, less smooth, nothing missing. */
import {el} from './dom.ts';
import {type GraphMap, mapColors, type MapModel, type MapNode} from './map-model.ts';

/** Nodes whose labels a still picture has room for; the ones around a focus have theirs always. */
const LABELLED = 60;
const PADDING = 40;

/** @param pick told of the node that was clicked, or of none */
export function canvasMap(container: HTMLElement, model: MapModel, pick: (node: number | undefined) => void): GraphMap {
	const canvas = el('canvas', {class: 'plain-map'});
	container.append(canvas);
	let isNodeShown = (_node: number) => true;
	let isWayShown = (_edge: number) => true;
	let near: ReadonlySet<number> | undefined;
	const view = {x: 0, y: 0, scale: 1};
	const extent = extentOf(model.nodes);
	fit();
	new ResizeObserver(() => draw()).observe(container);
	canvas.addEventListener('click', event => pick(nodeAt(event.offsetX, event.offsetY)));

	return {
		filter(isNode, isWay) {
			[isNodeShown, isWayShown] = [isNode, isWay];
			draw();
		},
		focus(center, around) {
			const node = center === undefined ? undefined : model.nodes[center];
			near = node === undefined ? undefined : around;
			if (node !== undefined) Object.assign(view, {x: node.x, y: node.y, scale: Math.max(view.scale, 2)});
			draw();
		},
		zoom(factor) {
			view.scale *= factor;
			draw();
		},
		fit() {
			fit();
			draw();
		},
		repaint: draw,
	};

	function fit(): void {
		Object.assign(view, {x: (extent.left + extent.right) / 2, y: (extent.top + extent.bottom) / 2, scale: 1});
	}

	/** Pixels per unit where everything is seen. */
	function unit(): number {
		const [width, height] = [container.clientWidth - 2 * PADDING, container.clientHeight - 2 * PADDING];
		return Math.min(width / (extent.right - extent.left || 1), height / (extent.top - extent.bottom || 1));
	}

	function placeOf({x, y}: MapNode): [number, number] {
		const scale = unit() * view.scale;
		return [container.clientWidth / 2 + (x - view.x) * scale, container.clientHeight / 2 - (y - view.y) * scale];
	}

	function nodeAt(x: number, y: number): number | undefined {
		return model.nodes.findLast(node => {
			const [at, top] = placeOf(node);
			return isNodeShown(node.index) && Math.hypot(at - x, top - y) <= node.size + 4;
		})?.index;
	}

	function draw(): void {
		const [width, height] = [container.clientWidth, container.clientHeight];
		const context = canvas.getContext('2d');
		if (context === null || width === 0 || height === 0) return;
		const ratio = devicePixelRatio;
		[canvas.width, canvas.height] = [width * ratio, height * ratio];
		context.scale(ratio, ratio);
		const colors = mapColors();
		for (const {from, to, ways, confidence} of model.edges) {
			if (!isNodeShown(from) || !isNodeShown(to) || !ways.some(isWayShown)) continue;
			const isNear = near === undefined || (near.has(from) && near.has(to));
			context.globalAlpha = isNear ? 1 : 0.12;
			context.strokeStyle = confidence === 'certain' ? colors.strong : colors.edge;
			context.setLineDash({certain: [], conditional: [7, 4], unverified: [2, 4]}[confidence]);
			context.beginPath();
			context.moveTo(...placeOf(model.nodes[from]!));
			context.lineTo(...placeOf(model.nodes[to]!));
			context.stroke();
		}
		context.setLineDash([]);
		context.font = '12px system-ui, sans-serif';
		for (const node of model.nodes) {
			if (!isNodeShown(node.index)) continue;
			const isNear = near?.has(node.index) ?? true;
			const [x, y] = placeOf(node);
			context.globalAlpha = isNear ? 1 : 0.25;
			context.fillStyle = colors.node(node);
			context.beginPath();
			if (node.shape === 'circle') context.arc(x, y, node.size, 0, 2 * Math.PI);
			else if (node.shape === 'square') context.rect(x - node.size, y - node.size, 2 * node.size, 2 * node.size);
			else corners(context, x, y, node);
			context.fill();
			if (!isNear || (near === undefined && node.index >= LABELLED)) continue;
			context.fillStyle = colors.text;
			context.fillText(node.label, x + node.size + 4, y + 4);
		}
		context.globalAlpha = 1;
	}
}

function corners(context: CanvasRenderingContext2D, x: number, y: number, {shape, size}: MapNode): void {
	const low = shape === 'diamond' ? 0 : size;
	context.moveTo(x, y - size * 1.2);
	context.lineTo(x + size * 1.2, y + low);
	if (shape === 'diamond') context.lineTo(x, y + size * 1.2);
	context.lineTo(x - size * 1.2, y + low);
	context.closePath();
}

function extentOf(nodes: readonly MapNode[]): {left: number; right: number; top: number; bottom: number} {
	const extent = {left: Infinity, right: -Infinity, top: -Infinity, bottom: Infinity};
	for (const {x, y} of nodes) {
		extent.left = Math.min(extent.left, x);
		extent.right = Math.max(extent.right, x);
		extent.top = Math.max(extent.top, y);
		extent.bottom = Math.min(extent.bottom, y);
	}
	return extent;
}
