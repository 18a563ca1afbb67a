/**
 * Any text, anywhere in a report, in every format: what comes out is still one document of that format, by a parser
 * that is not ours, and nothing in it is more than text.
 */
import {parse} from 'csv-parse/sync';
import fc from 'fast-check';
import {marked} from 'marked';
import {SaxesParser} from 'saxes';
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import {diffFormats} from '../../src/commands/diff-formats.ts';
import {displayWidth} from '../../src/text.ts';
import {compared, diffWith, HOSTILE, SGR, UNSAFE, withText} from './sample.ts';

type Report = typeof compared;
const render = (format: keyof typeof formats, report: Report): string =>
	[...formats[format](report, {color: format === 'table', columns: 100})].join('');
const lines = (text: string): string[] => text.split('\n').slice(0, -1);
const TAGS = /^<\/?(?:h1|h2|p|strong|sub|ol|ul|li|b|code|span|details|summary|pre|br)>$/;
const tagsOf = (page: string): string[] =>
	[...marked.parse(page, {async: false, gfm: true}).matchAll(/<[^>]*>/g)].map(([tag]) => tag);

function elementsOf(xml: string): string[] {
	const names: string[] = [];
	const parser = new SaxesParser();
	parser.on('error', error => {
		throw error;
	});
	parser.on('opentag', tag => void names.push(`${tag.name} ${Object.keys(tag.attributes).join(' ')}`));
	parser.write(xml).close();
	return names;
}

/** What each format must still be. `calm` is the same report with harmless text. */
const proofs: Readonly<Record<string, (text: string, calm: string, report: Report) => void>> = {
	json: (text, calm) => {
		expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(JSON.parse(calm) as object));
		expect(lines(text)).toHaveLength(lines(calm).length);
	},
	ndjson: (text, _, report) => expect(lines(text).map(line => JSON.parse(line))).toHaveLength(report.findings.length),
	ocsf: (text, _, report) => expect(lines(text).map(line => JSON.parse(line))).toHaveLength(report.findings.length),
	sarif: (text, calm) => {
		const urisOf = (log: string) => (JSON.parse(log) as {runs: [{results: unknown[]}]}).runs[0].results.length;
		expect(urisOf(text)).toBe(urisOf(calm));
		for (const [, uri] of text.matchAll(/"uri":"((?:[^"\\]|\\.)*)"/g))
			expect(() => new URL(uri!, 'file:///r/')).not.toThrow();
	},
	csv: (text, calm) => {
		const rows = parse(text, {bom: false}) as string[][];
		expect(rows.map(row => row.length)).toEqual((parse(calm) as string[][]).map(row => row.length));
		for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
	},
	junit: (text, calm) => expect(elementsOf(text)).toEqual(elementsOf(calm)),
	markdown: text => expect(tagsOf(text).filter(tag => !TAGS.test(tag))).toEqual([]),
	table: text => expect(text.replaceAll(SGR, '')).not.toContain('\u001b'),
};

function check(text: string): void {
	const report = withText(compared, text);
	const calm = withText(compared, 'calm');
	for (const [format, proof] of Object.entries(proofs)) {
		const name = format as keyof typeof formats;
		const written = render(name, report);
		for (const line of written.replaceAll(SGR, '').split(format === 'csv' ? '\r\n' : '\n'))
			expect(line, format).not.toMatch(UNSAFE);
		expect(written.isWellFormed(), format).toBe(true);
		proof(written, render(name, calm), report);
	}
	const diff = diffWith(report);
	for (const [format, write] of Object.entries(diffFormats)) {
		const written = [...write(diff, 100)].join('');
		for (const line of lines(written)) expect(line, `diff ${format}`).not.toMatch(UNSAFE);
		if (format === 'json') expect(Object.keys(JSON.parse(written) as object)).toContain('new');
		if (format === 'markdown') expect(tagsOf(written).filter(tag => !TAGS.test(tag))).toEqual([]);
		if (format === 'table') for (const line of lines(written)) expect(displayWidth(line)).toBeLessThanOrEqual(100);
	}
}

const OTHER = [
	'"><script>alert(1)</script>',
	"' onmouseover='alert(1)",
	'" onload="alert(1)',
	'javascript:alert(1)',
	'</script><!--',
	']]>',
	'&#x3c;b&#x3e;',
	'=HYPERLINK("http://evil","x")',
	'+1+1',
	'-2+3',
	'@SUM(A1)',
	'\t=1',
	'\r\n=1',
	'\uff1d1+1',
	'";=1;"',
	"'=1",
	'{0} {{1}} [x](1)',
	'%00%0d%0a',
	'../../etc/passwd',
	'</details>\n\n# x',
	'\\u001b[2J',
	'\ud83d',
	'\ufffe\uffff',
	'__proto__',
];

describe('in every format', () => {
	test.each([...Object.values(HOSTILE), ...OTHER])('%j', text => check(text === '' ? 'x' : text));

	const part = fc.oneof(
		fc.constantFrom(...Object.values(HOSTILE).filter(text => text.length < 2_000), ...OTHER),
		fc.string({unit: 'binary', maxLength: 20}),
		fc.string({unit: 'grapheme', maxLength: 40}),
	);
	test('any mix of them', () =>
		fc.assert(
			fc.property(fc.array(part, {minLength: 1, maxLength: 4}), parts => check(parts.join('') || 'x')),
			{numRuns: 60, seed: 20_261_127},
		));
});
