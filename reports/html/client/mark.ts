/** The shapes that tell kinds of principals apart, wherever they are drawn as SVG. */
import {type Child, svg} from './dom.ts';
import {type Shape, shapeOf} from './names.ts';

/** Around the origin; `r` is about half of its width. */
export function mark(shape: Shape, r: number): SVGElement {
	const h = r * 0.88;
	switch (shape) {
		case 'circle':
			return svg('circle', {r});
		case 'square':
			return svg('rect', {x: -h, y: -h, width: 2 * h, height: 2 * h, rx: r / 5});
		case 'diamond':
			return svg('path', {d: `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`});
		case 'triangle':
			return svg('path', {d: `M0 ${-r * 1.1}L${r * 1.1} ${r * 0.85}L${-r * 1.1} ${r * 0.85}Z`});
		default:
			return svg('circle', {r});
	}
}

/** The mark of a kind, as large as a letter. */
export function kindMark(kind: string, hasPower = false): Child {
	return svg(
		'svg',
		{viewBox: '-10 -10 20 20', class: `mark ${shapeOf(kind)}${hasPower ? ' power' : ''}`, 'aria-hidden': 'true'},
		mark(shapeOf(kind), 7),
	);
}
