/** The page as text: whole, self-contained, the same twice, and nothing but text of what is hostile. */
import {createHash} from 'node:crypto';
import fc from 'fast-check';
import {type DefaultTreeAdapterMap, parse} from 'parse5';
import {describe, expect, test} from 'vitest';
import {checks} from '../../../checks/index.ts';
import {notesOf} from '../../../src/notes.ts';
import type {PageData} from '../../../reports/html/data.ts';
import {formats} from '../../../reports/index.ts';
import type {Finding, Report} from '../../../src/report.ts';
import {arbitraryReport, finding, HOSTILE, plainFinding, sample, UNSAFE, withFindings, withText} from '../sample.ts';
import {largeGraph, manyFindings} from './large.ts';

const catalogue = notesOf(checks);
const written = (report: Report) => [...formats.html(report, {color: false, columns: 80, catalogue})].join('');

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

/** By an independent parser, which tells of every deviation from the standard. */
function parsed(page: string): {elements: Element[]; problems: string[]} {
	const problems: string[] = [];
	const elements: Element[] = [];
	const walk = (node: Node) => {
		if ('tagName' in node) elements.push(node);
		if ('childNodes' in node) node.childNodes.forEach(walk);
	};
	walk(parse(page, {onParseError: error => void problems.push(`${error.code} at ${error.startOffset}`)}));
	return {elements, problems};
}

const attribute = (element: Element, name: string) => element.attrs.find(each => each.name === name)?.value;
const textOf = (element: Element) => element.childNodes.map(node => ('value' in node ? node.value : '')).join('');

/** What the page embeds. */
function embeddedIn(page: string): {data: PageData; findings: Finding[]} {
	const scripts = parsed(page).elements.filter(element => attribute(element, 'type') === 'application/json');
	const [data, ...chunks] = scripts.map(element => JSON.parse(textOf(element)) as unknown);
	return {data: data as PageData, findings: (chunks as Finding[][]).flat()};
}

describe('the page', () => {
	test('is the same twice, and well-formed', () => {
		expect(written(sample)).toBe(written(sample));
		expect(parsed(written(sample)).problems).toEqual([]);
	});

	test('carries the licences of the code in it', () => {
		expect(written(sample)).toMatch(/Guillaume Plique[^]*Permission is hereby granted, free of charge/);
	});

	test('asks nobody for anything', () => {
		const {elements} = parsed(written(sample));
		for (const element of elements) {
			expect(element.attrs.map(({name}) => name)).not.toContain('src');
			expect(['link', 'img', 'iframe', 'object', 'embed', 'base', 'form']).not.toContain(element.tagName);
			expect(element.attrs.filter(({name}) => name.startsWith('on') || name === 'style')).toEqual([]);
		}
		expect(elements.filter(({tagName}) => tagName === 'h1')).toHaveLength(1);
	});

	test('admits its own script and style by their hashes, and nothing else', () => {
		const {elements} = parsed(written(sample));
		const policy = elements.find(element => attribute(element, 'http-equiv') === 'Content-Security-Policy')!;
		const directives = attribute(policy, 'content')!.split('; ');
		const hash = (element: Element) => `'sha256-${createHash('sha256').update(textOf(element)).digest('base64')}'`;
		const script = elements.findLast(({tagName}) => tagName === 'script')!;
		const style = elements.find(({tagName}) => tagName === 'style')!;
		expect(directives).toEqual([
			"default-src 'none'",
			`script-src ${hash(script)}`,
			`style-src ${hash(style)}`,
			"base-uri 'none'",
			"form-action 'none'",
		]);
	});

	test('holds the findings as they are, and says what a check is about', () => {
		const {data, findings} = embeddedIn(written(sample));
		expect(findings).toEqual([...sample.findings]);
		expect(data.checks.find(({id}) => id === 'impersonation-chain')!.why).not.toBe('');
		expect(data.holes.total).toBe(2);
	});

	test('says of the demo that it is one', () => {
		const demo: Report = {...sample, run: {...sample.run, sources: [{kind: 'demo', scope: ['organizations/1']}]}};
		expect(embeddedIn(written(demo)).data.demo).toContain('demo organization');
	});

	test('copes with no findings, and with checks that no catalogue knows', () => {
		expect(embeddedIn(written(withFindings([]))).findings).toEqual([]);
		expect([...formats.html(sample, {color: false, columns: 80})].join('')).not.toContain('undefined,');
	});
});

const BREAKOUTS = [
	'</script><script>alert(1)</script>',
	'<!--<script>',
	'"><img src=x onerror=alert(1)>',
	"' onmouseover='alert(1)",
	'javascript:alert(1)',
	'</style><style>*{display:none}</style>',
	'&lt;b&gt;&#60;',
	'{{constructor.constructor("alert(1)")()}}',
	'__proto__',
	']]><svg onload=alert(1)>',
];

describe('hostile text stays text', () => {
	test.each([...Object.values(HOSTILE), ...BREAKOUTS])('%#', text => {
		const report = withText(sample, text);
		const page = written(report);
		const {elements, problems} = parsed(page);
		expect(problems).toEqual([]);
		expect(elements.map(({tagName}) => tagName)).toEqual(
			parsed(written(withText(sample, 'x'))).elements.map(({tagName}) => tagName),
		);
		// The script is ours, and ASCII by itself.
		for (const line of page.split('\n')) expect(line.replaceAll('\t', '')).not.toMatch(UNSAFE);
	});

	test('whatever it is', () => {
		const harmless = (report: Report) => {
			const page = written(report);
			expect(parsed(page).problems).toEqual([]);
			for (const line of page.split('\n')) expect(line.replaceAll('\t', '')).not.toMatch(UNSAFE);
			expect(embeddedIn(page).findings).toHaveLength([...report.findings].length);
		};
		fc.assert(fc.property(arbitraryReport, harmless), {numRuns: 20});
	});

	test('a key of the evidence can be called anything', () => {
		const evidence = JSON.parse('{"__proto__": "<b>", "constructor": 1}') as Record<string, unknown>;
		const [first] = embeddedIn(written(withFindings([{...finding, evidence}]))).findings;
		expect(Object.keys(first!.evidence)).toEqual(['__proto__', 'constructor']);
	});

	test('Terraform keeps its lines', () => {
		expect(embeddedIn(written(sample)).findings[0]!.remediation.terraform).toBe(finding.remediation.terraform);
	});
});

describe('a large report', () => {
	test('the worst findings are embedded, all are counted, and the page says so', () => {
		const findings = manyFindings(20_000, index => (index % 4 === 3 ? 'critical' : 'low'));
		const summary = {...sample.summary, findings: {critical: 5_000, high: 0, medium: 0, low: 15_000}};
		const {data, findings: held} = embeddedIn(written({...sample, findings, summary}));
		expect(data.findings).toEqual({total: 20_000, embedded: 5_000});
		expect(held).toHaveLength(5_000);
		expect(held.every(({severity}) => severity === 'critical')).toBe(true);
		expect(data.checks[0]!.counts).toEqual([5_000, 0, 0, 15_000]);
		expect(data.projects.total).toBe(700);
	});

	test('suppressed findings give way to others', () => {
		const suppressed = {reason: 'known', owner: 'ann@example.com'};
		const list = Array.from({length: 6_000}, (_, index) => ({...plainFinding, ...(index < 3_000 && {suppressed})}));
		const {findings} = embeddedIn(written(withFindings(list)));
		expect(findings.filter(each => each.suppressed === undefined)).toHaveLength(3_000);
		expect(findings.findIndex(each => each.suppressed !== undefined)).toBe(3_000);
	});

	test('long names do not make the page unbearable', () => {
		const long = {...finding, message: 'n'.repeat(1_000_000)};
		const page = written(withFindings(Array.from({length: 100}, () => long)));
		expect(page.length).toBeLessThan(30_000_000);
		expect(embeddedIn(page).data.findings).toMatchObject({total: 100, embedded: 23});
	});

	test('it comes in pieces, and findings are let go of', () => {
		let longest = 0;
		for (const piece of formats.html({...sample, findings: manyFindings(100_000)}, {color: false, columns: 80})) {
			longest = Math.max(longest, piece.length);
		}
		expect(longest).toBeLessThan(2_000_000);
	});

	test('the graph is cut, its worst part first', () => {
		const graph = largeGraph(6_000);
		const {data} = embeddedIn(written({...sample, graph: {...graph, nodes: [...graph.nodes, ...sample.graph.nodes]}}));
		expect(data.graph.nodes).toHaveLength(5_000);
		expect(data.graph.totalNodes).toBe(6_002);
		expect(data.graph.nodes[0]!.id).toBe('user:ann@example.com');
		for (const [from, to] of data.graph.edges) expect(Math.max(from, to)).toBeLessThan(5_000);
	});
});

describe('compliance', () => {
	const control = (findings: Finding[], name: string, checkStatus: 'pass' | 'unknown') => {
		const reason = checkStatus === 'unknown' ? {reason: 'keys were not read'} : {};
		const outcome = {id: 'user-managed-key', status: checkStatus, examined: 1, findings: 0, ...reason};
		const {data} = embeddedIn(written({...withFindings(findings), checks: [outcome]}));
		return data.controls.find(row => `${row.framework}:${row.control}` === name)?.status;
	};
	const suppressed = {reason: 'known', owner: 'ann@example.com'};
	const found = {...plainFinding, compliance: ['CIS-GCP-4.0:1.4']};

	test.each([
		['fail', [found], 'pass'],
		['accepted', [{...found, suppressed}], 'pass'],
		['unknown', [], 'unknown'],
		['pass', [], 'pass'],
	] as const)('%s', (status, findings, checkStatus) => {
		expect(control([...findings], 'CIS-GCP-4.0:1.4', checkStatus)).toBe(status);
	});
});
