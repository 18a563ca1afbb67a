/** Where the graph puts its nodes, and what it takes for a neighbourhood. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {GraphData} from '../../../reports/html/data.ts';
import {arrange} from '../../../reports/html/client/layers.ts';
import {layout} from '../../../reports/html/client/layout.ts';
import {linksOf, neighbourhood} from '../../../reports/html/client/neighbourhood.ts';
import {largeGraph} from './large.ts';

type Edges = [number, number][];

const graphs = fc.integer({min: 1, max: 120}).chain(nodes => {
	const node = fc.nat(nodes - 1);
	return fc.record({nodes: fc.constant(nodes), edges: fc.array(fc.tuple(node, node), {maxLength: 200})});
});

describe('the map', () => {
	test('has a place for every node, the same every time, whatever the graph', () => {
		const placed = ({nodes, edges}: {nodes: number; edges: Edges}) => {
			const labels = Array.from({length: nodes}, (_, index) => `node ${index}`);
			const points = layout(labels, edges);
			expect(points).toHaveLength(nodes);
			expect(points.every(({x, y}) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
			expect(layout(labels, edges)).toEqual(points);
		};
		fc.assert(fc.property(graphs, placed), {numRuns: 40});
	});

	test('of 2,000 nodes lets hardly any two lie on each other', () => {
		const {nodes, edges} = largeGraph(2_000);
		const indexes = new Map(nodes.map(({id}, index) => [id, index]));
		const points = layout(
			nodes.map(({label}) => label),
			edges.map(({from, to}) => [indexes.get(from)!, indexes.get(to)!] as const),
		);
		const cells = new Set(points.map(({x, y}) => `${Math.round(x)} ${Math.round(y)}`));
		expect(cells.size).toBeGreaterThan(1_950);
	});

	test('of a chain reads from left to right', () => {
		const points = layout(
			['a', 'b', 'c'],
			[
				[1, 2],
				[0, 1],
			],
		);
		expect(points.map(({x}) => x).toSorted((a, b) => a - b)).toEqual(points.map(({x}) => x));
		expect(new Set(points.map(({y}) => y)).size).toBe(1);
	});
});

test('columns keep levels, and rows are not shared', () => {
	const levels = new Map([
		[0, 0],
		[1, 1],
		[2, 1],
		[3, 2],
	]);
	const places = arrange(levels, [
		[0, 1],
		[0, 2],
		[2, 3],
		[9, 3],
	]);
	expect([...places.values()].map(({level}) => level)).toEqual([0, 1, 1, 2]);
	expect(places.get(1)!.row).not.toBe(places.get(2)!.row);
});

describe('a neighbourhood', () => {
	/** 0 -> 1 -> 2 -> 3, 4 -> 2, and a way back from 3 to 0. */
	const ends: Edges = [
		[0, 1],
		[1, 2],
		[2, 3],
		[4, 2],
		[3, 0],
	];
	const graph: GraphData = {
		nodes: Array.from({length: 5}, (_, index) => ({id: `user:${index}`, kind: 'user', label: String(index)})),
		edges: ends.map(([from, to]) => [from, to, 0, 'certain']),
		escalations: ['x'],
		totalNodes: 5,
		totalEdges: 5,
		truncated: false,
	};
	const around = (center: number, depth: number, isShown: (edge: number) => boolean = () => true) =>
		Object.fromEntries(neighbourhood(graph, linksOf(graph), center, depth, isShown));

	test('has those who can become it below zero, those it can become above', () => {
		expect(around(2, 1)).toEqual({1: -1, 2: 0, 3: 1, 4: -1});
	});

	test('of a ring is where it is nearer, and ends', () => {
		expect(around(2, 9)).toEqual({0: 2, 1: -1, 2: 0, 3: 1, 4: -1});
	});

	test('does not go where the filter does not', () => {
		expect(around(2, 9, edge => edge !== 2)).toEqual({0: -2, 1: -1, 2: 0, 3: -3, 4: -1});
	});
});
