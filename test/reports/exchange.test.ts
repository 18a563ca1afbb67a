/**
 * Formats for other programs: each read back by an independent strict reader, with hostile text in every field.
 */
import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {notesOf} from '../../src/notes.ts';
import {formats} from '../../reports/index.ts';
import {FORMATS_OF_REPORTS} from './names.ts';
import {HOSTILE, sample, UNSAFE, withFindings, withText} from './sample.ts';
import type {Report} from '../../src/report.ts';

const catalogue = notesOf(checks);
const render = (format: keyof typeof formats, report: Report): string =>
	[...formats[format](report, {color: false, columns: 100, catalogue})].join('');
const exchange = ['sarif', 'csv', 'markdown', 'ocsf', 'junit'] as const;

test('the command line offers what is there', () => {
	expect(FORMATS_OF_REPORTS).toEqual(Object.keys(formats));
});

describe.each(exchange)('%s', format => {
	test('is the same twice, and something', () => {
		expect(render(format, sample)).toBe(render(format, sample));
		expect(render(format, sample).length).toBeGreaterThan(100);
	});

	test('no findings is still a whole document', () => {
		expect(render(format, withFindings([]))).not.toContain('undefined');
	});

	test.each(Object.values(HOSTILE))('shows hostile text escaped: %#', text => {
		for (const line of render(format, withText(sample, text)).split(/\r?\n/)) expect(line).not.toMatch(UNSAFE);
	});

	test('copes with checks that no catalogue knows', () => {
		expect([...formats[format](sample, {color: false, columns: 100})].join('')).not.toContain('undefined');
	});
});

/** RFC 4180 to the letter: CRLF between records, quotes doubled, no stray quote. */
function parseCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	for (let at = 0; at < text.length;) {
		let cell = '';
		if (text[at] === '"') {
			for (at++; ; at++) {
				if (at >= text.length) throw new Error('an open quote at the end');
				if (text[at] !== '"') cell += text[at];
				else if (text[at + 1] === '"') cell += text[at++];
				else break;
			}
			at++;
		} else {
			while (at < text.length && !',\r\n'.includes(text[at]!)) {
				if (text[at] === '"') throw new Error('a quote inside a plain cell');
				cell += text[at++];
			}
		}
		row.push(cell);
		if (text[at] === ',') at++;
		else if (text.startsWith('\r\n', at)) {
			rows.push(row);
			row = [];
			at += 2;
		} else throw new Error(`neither comma nor CRLF after a cell at ${at}`);
	}
	return rows;
}

describe('csv', () => {
	test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', ...Object.values(HOSTILE)])(
		'no cell is a formula, every row whole: %#',
		text => {
			const rows = parseCsv(render('csv', withText(sample, text)));
			const [head, ...records] = rows;
			expect(records.length).toBeGreaterThan(0);
			for (const record of records) {
				expect(record).toHaveLength(head!.length);
				for (const cell of record) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
			}
		},
	);
});

describe('sarif', () => {
	test('has what code scanning asks for', () => {
		const log = JSON.parse(render('sarif', sample)) as {
			version: string;
			runs: {
				tool: {driver: {name: string; rules: {id: string; help: object; properties: {tags: string[]}}[]}};
				results: {
					ruleId: string;
					ruleIndex: number;
					level: string;
					message: {text: string};
					partialFingerprints: object;
					locations: {physicalLocation: {artifactLocation: {uri: string}; region: {startLine: number}}}[];
					suppressions?: object[];
				}[];
			}[];
		};
		expect(log.version).toBe('2.1.0');
		const [run] = log.runs;
		const ids = run!.tool.driver.rules.map(rule => rule.id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(run!.results).toHaveLength(sample.findings.length);
		for (const result of run!.results) {
			expect(ids[result.ruleIndex]).toBe(result.ruleId);
			expect(['none', 'note', 'warning', 'error']).toContain(result.level);
			expect(result.locations[0]!.physicalLocation.region.startLine).toBe(1);
			expect(Object.keys(result.partialFingerprints).length).toBeGreaterThan(0);
		}
		const suppressed = [...sample.findings].filter(finding => finding.suppressed).length;
		expect(run!.results.filter(result => result.suppressions?.length).length).toBe(suppressed);
	});
});

describe('ocsf', () => {
	test('one compliance finding a line, with the required attributes', () => {
		const lines = render('ocsf', sample).trimEnd().split('\n');
		expect(lines).toHaveLength(sample.findings.length);
		for (const line of lines) {
			const event = JSON.parse(line) as Record<string, number | object>;
			expect(event['class_uid']).toBe(2003);
			expect(event['type_uid']).toBe(Number(event['class_uid']) * 100 + Number(event['activity_id']));
			for (const name of [
				'activity_id',
				'category_uid',
				'time',
				'severity_id',
				'metadata',
				'finding_info',
				'compliance',
			]) {
				expect(event).toHaveProperty(name);
			}
		}
	});
});

/** Well-formed enough to be refused otherwise: tags nest, attributes are quoted, no stray < or &. */
function checkXml(text: string): string[] {
	const open: string[] = [];
	const names: string[] = [];
	const token =
		/<\?[^>]*\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<&]*(?:&[#\w]+;[^"<&]*)*")*)(\/?)>|[^<&]+|&(?:#\w+|lt|gt|amp|quot|apos);/gy;
	for (let at = 0; at < text.length; at = token.lastIndex) {
		token.lastIndex = at;
		const match = token.exec(text);
		if (!match) throw new Error(`not well-formed at ${JSON.stringify(text.slice(at, at + 60))}`);
		if (match[1] !== undefined) expect(open.pop()).toBe(match[1]);
		else if (match[2] !== undefined) {
			names.push(match[2]);
			if (match[4] === '') open.push(match[2]);
		}
	}
	expect(open).toEqual([]);
	return names;
}

describe('junit', () => {
	test.each(['plain', '<b>&"\']]>', ...Object.values(HOSTILE)])('is well-formed: %#', text => {
		expect(checkXml(render('junit', withText(sample, text)))).toContain('testcase');
	});
});

describe('markdown', () => {
	/** What is outside of preformatted blocks: there Markdown is parsed, inside only HTML is. */
	const prose = (page: string): string => page.replaceAll(/<pre>[^<]*<\/pre>/g, '');

	test.each(['<script>alert(1)</script>', '[x](javascript:1)', '| a | b |', '# heading', '@everyone'])(
		'keeps %s as text',
		text => {
			expect(prose(render('markdown', withText(sample, text)))).not.toContain(text);
		},
	);

	test('what is folded is closed again', () => {
		const page = prose(render('markdown', withText(sample, '</details>')));
		expect(page.split('</details>').length).toBe(page.split('<details>').length);
	});
});
