import fc from 'fast-check';
import {SaxesParser} from 'saxes';
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import type {Finding, Report} from '../../src/report.ts';
import {arbitraryReport, finding, HOSTILE, plainFinding, sample, UNSAFE, withFindings, withText} from './sample.ts';

interface Element {
	name: string;
	attributes: Record<string, string>;
	children: Element[];
	text: string;
}

const written = (report: Report) => [...formats.junit(report, {color: false, columns: 80})].join('');

/** The document, by a parser that holds to XML 1.0 and throws at what is not well-formed. */
function parsed(report: Report): Element {
	const parser = new SaxesParser();
	const root: Element = {name: '', attributes: {}, children: [], text: ''};
	const open = [root];
	parser.on('error', error => {
		throw error;
	});
	parser.on('opentag', tag => {
		const element = {name: tag.name, attributes: tag.attributes as Record<string, string>, children: [], text: ''};
		open.at(-1)!.children.push(element);
		open.push(element);
	});
	parser.on('closetag', () => void open.pop());
	parser.on('text', text => void (open.at(-1)!.text += text));
	parser.write(written(report)).close();
	return root.children[0]!;
}

const suitesOf = (report: Report) => parsed(report).children;
const of = (element: Element, name: string) => element.children.filter(child => child.name === name);
const failed = (suite: Element) => of(suite, 'testcase').filter(each => of(each, 'failure').length > 0);
const skipped = (suite: Element) => of(suite, 'testcase').filter(each => of(each, 'skipped').length > 0);

test('a suite per check, in the order of the report', () => {
	expect(suitesOf(sample).map(suite => suite.attributes['name'])).toEqual(sample.checks.map(check => check.id));
});

test('a finding is a failed case, a suppressed one is skipped', () => {
	const keys = suitesOf(sample)[3]!;
	expect(failed(keys)).toHaveLength(1);
	expect(failed(keys)[0]!.children[0]!.attributes).toEqual({type: 'medium', message: plainFinding.message});
	expect(skipped(keys)[0]!.children[0]!.attributes['message']).toBe(
		'suppressed by ann@example.com until 2027-01-31: legacy partner',
	);
});

test('the body holds path, fix and commands', () => {
	const body = failed(suitesOf(sample)[0]!)[0]!.children[0]!.text;
	expect(body.match(/^path: /gm)).toHaveLength(3);
	for (const command of finding.remediation.gcloud) expect(body).toContain(command);
});

test('a check that passed has a passed case, one that could not be judged only a skipped one', () => {
	const [, pass, unknown] = suitesOf(sample);
	expect([of(pass!, 'testcase').length, skipped(pass!).length, failed(pass!).length]).toEqual([1, 0, 0]);
	expect([of(unknown!, 'testcase').length, skipped(unknown!).length, failed(unknown!).length]).toEqual([1, 1, 0]);
	expect(skipped(unknown!)[0]!.children[0]!.attributes['message']).toContain('not a pass: activity was not collected');
});

/** What the attributes count is what is there. */
function counted(report: Report): void {
	const root = parsed(report);
	const sums = {tests: 0, failures: 0, skipped: 0};
	for (const suite of root.children) {
		const found = {tests: of(suite, 'testcase').length, failures: failed(suite).length, skipped: skipped(suite).length};
		for (const key of ['tests', 'failures', 'skipped'] as const) {
			expect(suite.attributes[key]).toBe(String(found[key]));
			sums[key] += found[key];
		}
	}
	for (const key of ['tests', 'failures', 'skipped'] as const) expect(root.attributes[key]).toBe(String(sums[key]));
	const suppressed = [...report.findings].filter(each => each.suppressed).length;
	expect(sums.failures).toBe(report.findings.length - suppressed);
}

test('findings in any order, of any check, each come once', () => {
	const shuffled = fc
		.array(fc.tuple(fc.constantFrom('b', 'a', 'user-managed-key', 'c'), fc.boolean()), {maxLength: 30})
		.map(list =>
			list.map(([check, accepted], index): Finding => {
				const suppressed = accepted ? {suppressed: {reason: 'r', owner: 'o'}} : {};
				return {...plainFinding, ...suppressed, check, fingerprint: index.toString(16).padStart(16, '0')};
			}),
		);
	fc.assert(
		fc.property(shuffled, findings => {
			counted(withFindings(findings));
			const names = suitesOf(withFindings(findings)).flatMap(suite =>
				of(suite, 'testcase').map(each => `${each.attributes['classname']} ${each.attributes['name']!.slice(-17, -1)}`),
			);
			for (const {check, fingerprint} of findings) {
				expect(names.filter(name => name === `${check} ${fingerprint}`)).toHaveLength(1);
			}
		}),
		{numRuns: 50},
	);
});

describe('hostile text is well-formed and harmless', () => {
	const harmless = (report: Report) => {
		counted(report);
		expect(written(report)).not.toMatch(UNSAFE);
	};
	test.each([...Object.entries(HOSTILE), ['noncharacters', 'a\ufffe\uffff]]>'] as const])('%s', (_, text) =>
		harmless(withText(sample, text)),
	);
	test('whatever it is', () => fc.assert(fc.property(arbitraryReport, harmless), {numRuns: 50}));
});
