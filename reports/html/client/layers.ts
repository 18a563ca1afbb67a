/**
 * Places for a graph whose nodes have levels: a column a level, in each the nodes near those that they are tied to.
 * Deterministic.
 */

/** Rounds of moving every node to the middle of its neighbours: more change little. */
const ROUNDS = 4;

export interface Place {
	level: number;
	/** Rows from the middle of the column. */
	row: number;
}

export function arrange(
	levels: ReadonlyMap<number, number>,
	edges: Iterable<readonly [number, number]>,
): Map<number, Place> {
	const columns = new Map<number, number[]>();
	for (const [node, level] of [...levels].toSorted(([a], [b]) => a - b)) {
		const column = columns.get(level);
		if (column === undefined) columns.set(level, [node]);
		else column.push(node);
	}
	const neighbours = new Map<number, number[]>([...levels.keys()].map(node => [node, []]));
	for (const [from, to] of edges) {
		if (!neighbours.has(from) || !neighbours.has(to)) continue;
		neighbours.get(from)!.push(to);
		neighbours.get(to)!.push(from);
	}
	const rows = new Map<number, number>();
	const number = (column: readonly number[]) => {
		for (const [index, node] of column.entries()) rows.set(node, index - (column.length - 1) / 2);
	};
	for (const column of columns.values()) number(column);
	const order = [...columns].toSorted(([a], [b]) => a - b).map(([, column]) => column);
	for (let round = 0; round < ROUNDS; round++) {
		for (const column of round % 2 === 0 ? order : order.toReversed()) {
			const middles = new Map(column.map(node => [node, middle(neighbours.get(node)!, rows) ?? rows.get(node)!]));
			column.sort((a, b) => middles.get(a)! - middles.get(b)! || a - b);
			number(column);
		}
	}
	return new Map([...levels].map(([node, level]) => [node, {level, row: rows.get(node)!}]));
}

function middle(nodes: readonly number[], rows: ReadonlyMap<number, number>): number | undefined {
	if (nodes.length === 0) return undefined;
	return nodes.reduce((sum, node) => sum + rows.get(node)!, 0) / nodes.length;
}
