/** Who can become a node, and whom it can become, a few hops away. Pure. */
import type {GraphData} from '../data.ts';

/** Indexes of edges, per node. */
export interface Links {
	from: readonly number[][];
	to: readonly number[][];
}

export function linksOf({nodes, edges}: GraphData): Links {
	const from: number[][] = nodes.map(() => []);
	const to: number[][] = nodes.map(() => []);
	for (const [index, [start, end]] of edges.entries()) {
		from[start]!.push(index);
		to[end]!.push(index);
	}
	return {from, to};
}

/**
 * Nodes around one, with their distance: below zero for those that can become it, above for those it can become. A
 * node that is both stands where it is nearer.
 */
export function neighbourhood(
	graph: GraphData,
	links: Links,
	center: number,
	depth: number,
	isShown: (edge: number) => boolean,
): Map<number, number> {
	const levels = new Map([[center, 0]]);
	let rims: [ahead: number[], behind: number[]] = [[center], [center]];
	for (let level = 1; level <= depth; level++) {
		const next: [number[], number[]] = [[], []];
		for (const side of [0, 1] as const) {
			for (const node of rims[side]) {
				for (const edge of side === 0 ? links.from[node]! : links.to[node]!) {
					const other = graph.edges[edge]![side === 0 ? 1 : 0];
					if (!isShown(edge) || levels.has(other)) continue;
					levels.set(other, side === 0 ? level : -level);
					next[side].push(other);
				}
			}
		}
		rims = next;
	}
	return levels;
}
