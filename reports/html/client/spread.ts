/** Moves points apart that lie on each other, the rest as little as that takes. Deterministic. */
import type {Point} from './layout.ts';

const ROUNDS = 60;

/** @param points changed in place; afterwards few are nearer to each other than `distance` */
export function spread(points: readonly Point[], distance: number): void {
	for (let round = 0; round < ROUNDS; round++) {
		const cells = cellsOf(points, distance);
		let hasMoved = false;
		for (const [index, point] of points.entries()) {
			for (const other of near(cells, point, distance)) {
				if (other <= index) continue;
				hasMoved = push(point, points[other]!, distance, index) || hasMoved;
			}
		}
		if (!hasMoved) return;
	}
}

function push(a: Point, b: Point, distance: number, seed: number): boolean {
	let [x, y] = [b.x - a.x, b.y - a.y];
	let length = Math.hypot(x, y);
	if (length >= distance * 0.98) return false;
	if (length < distance * 1e-3) {
		// Two in one place leave it in a direction of their own.
		[x, y, length] = [Math.cos(seed), Math.sin(seed), 1];
	}
	const by = (distance - Math.min(length, distance)) / 2 / length;
	a.x -= x * by;
	a.y -= y * by;
	b.x += x * by;
	b.y += y * by;
	return true;
}

type Cells = Map<string, number[]>;

function cellsOf(points: readonly Point[], size: number): Cells {
	const cells: Cells = new Map();
	for (const [index, {x, y}] of points.entries()) {
		const key = `${Math.floor(x / size)} ${Math.floor(y / size)}`;
		const cell = cells.get(key);
		if (cell === undefined) cells.set(key, [index]);
		else cell.push(index);
	}
	return cells;
}

function* near(cells: Cells, {x, y}: Point, size: number): Iterable<number> {
	const [column, row] = [Math.floor(x / size), Math.floor(y / size)];
	for (let i = column - 1; i <= column + 1; i++) {
		for (let j = row - 1; j <= row + 1; j++) yield* cells.get(`${i} ${j}`) ?? [];
	}
}
