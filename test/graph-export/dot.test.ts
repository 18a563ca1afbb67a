import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {dotText, quoted} from '../../src/graph-export/dot.ts';
import type {Steps} from '../../src/graph-export/hops.ts';
import {HOSTILE, path, step} from './steps.ts';

const written = (paths: Iterable<Steps>, options = {}): string => [...dotText(paths, options)].join('');
const edges = (text: string): string[] => text.split('\n').filter(line => line.includes(' -> "'));
const nodes = (text: string): string[] => text.split('\n').filter(line => line.includes('shape='));
/** Only where it is installed. */
const GRAPHVIZ = 'dot';
const hasGraphviz = spawnSync(GRAPHVIZ, ['-V']).status === 0;

/** What Graphviz itself makes of a text: names of nodes and of the ends of edges. */
function parsed(text: string): {names: string[]; edges: [string, string][]} {
	const {status, stdout, stderr} = spawnSync(GRAPHVIZ, ['-Tdot_json'], {input: text, encoding: 'utf8'});
	expect([status, stderr]).toEqual([0, '']);
	const graph = JSON.parse(stdout) as {
		objects?: {_gvid: number; name: string}[];
		edges?: {tail: number; head: number}[];
	};
	const names = (graph.objects ?? []).map(({name}) => name);
	return {names, edges: (graph.edges ?? []).map(({tail, head}) => [names[tail]!, names[head]!])};
}

test('no paths are an empty graph', () => {
	expect(written([])).toMatch(/^digraph "sa-audit" \{\n[^>]*\}\n$/);
});

test('each node and hop once', () => {
	const text = written([
		path('user:a', 'serviceAccount:b', 'serviceAccount:c'),
		path('user:a', 'serviceAccount:b'),
		path('user:z', 'serviceAccount:b'),
	]);
	expect(edges(text).map(line => line.trim().split(' [')[0])).toEqual([
		'"user:a" -> "serviceAccount:b"',
		'"serviceAccount:b" -> "serviceAccount:c"',
		'"user:z" -> "serviceAccount:b"',
	]);
	expect(nodes(text)).toHaveLength(4);
});

test('delegating to an account and becoming it are two hops', () => {
	const text = written([
		{steps: [step('user:a', 'serviceAccount:b')]},
		{steps: [step('user:a', 'serviceAccount:b', {escalation: 'sa-implicit-delegation'})]},
	]);
	expect(edges(text)).toHaveLength(2);
});

test('a full memory forgets: twice at worst, never missing', () => {
	const many = Array.from({length: 50}, (_, index) => path('user:a', `serviceAccount:${index}`));
	const text = written([...many, ...many], {remembered: 8});
	expect(new Set(edges(text)).size).toBe(50);
	expect(edges(text).length).toBeLessThanOrEqual(100);
});

test('paths are taken one by one', () => {
	let taken = 0;
	const endless = (function* () {
		for (;;) yield path('user:a', `serviceAccount:${taken++}`);
	})();
	const lines = dotText(endless);
	for (let i = 0; i < 20; i++) lines.next();
	expect(taken).toBeGreaterThan(2);
	expect(taken).toBeLessThan(20);
});

describe('what an arrow says', () => {
	test.each<[string, Parameters<typeof step>[2], RegExp]>([
		['certain', {}, /label="sa-get-access-token", style=solid\]/],
		['conditional', {confidence: 'conditional'}, /style=dashed/],
		['unverified', {confidence: 'unverified'}, /style=dotted/],
		['how many others', {alsoBy: ['sa-sign-blob', 'sa-sign-jwt']}, /label="sa-get-access-token \(\+2\)"/],
		['temporary', {temporary: true}, /\(temporary\)/],
		[
			'blocked',
			{blockedBy: [{kind: 'deny', effect: 'denies', policy: 'p', rule: 0}]},
			/\(blocked\)", style=solid, color=red/,
		],
	])('%s', (_, more, expected) => {
		expect(edges(written([{steps: [step('user:a', 'serviceAccount:b', more)]}]))[0]).toMatch(expected);
	});

	test('that the search stopped early', () => {
		expect(written([], {truncated: true})).toContain('// The search stopped early');
		expect(written([])).not.toContain('//');
	});
});

describe('hostile names', () => {
	test.each(HOSTILE.map(name => [name]))('%j stays one quoted id on one line', name => {
		expect(quoted(name)).toMatch(/^"(?:[^"\\]|\\["\\])*"$/);
		expect(written([path(name, 'serviceAccount:b')])).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}/u);
	});

	test('any text does', () => {
		fc.assert(fc.property(fc.string({unit: 'binary'}), text => /^"(?:[^"\\\n]|\\["\\])*"$/.test(quoted(text))));
	});

	test.runIf(hasGraphviz)('Graphviz reads the nodes and edges that are there, and no others', () => {
		const paths = HOSTILE.map(name => path(name, 'serviceAccount:b'));
		const graph = parsed(written(paths));
		expect(graph.names).toHaveLength(HOSTILE.length + 1);
		expect(graph.edges).toHaveLength(HOSTILE.length);
		expect(new Set(graph.edges.map(([, head]) => head))).toEqual(new Set(['serviceAccount:b']));
	});
});
