import fc from 'fast-check';
import {marked} from 'marked';
import {describe, expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import type {Finding, FindingList, Report} from '../../src/report.ts';
import {arbitraryReport, finding, HOSTILE, plainFinding, sample, UNSAFE, withFindings, withText} from './sample.ts';

const written = (report: Report) => [...formats.markdown(report, {color: false, columns: 80})].join('');

/** What GitHub takes for an issue, comment or pull request. */
const LIMIT = 65_536;

test('short first: the numbers, what to change, the findings folded, what is not known', () => {
	expect(written(sample)).toMatchSnapshot();
});

/** The tags of the page as an independent GFM parser renders it, and its text. */
function rendered(report: Report): {tags: string[]; text: string} {
	const html = marked.parse(written(report), {async: false, gfm: true});
	const tags = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
	const text = html
		.replace(/<[^>]*>/g, '')
		.replace(/&#(\d+);|&(lt|gt|amp|quot);/g, (_, code: string | undefined, name: string) =>
			code === undefined ? {lt: '<', gt: '>', amp: '&', quot: '"'}[name]! : String.fromCharCode(Number(code)),
		);
	return {tags, text};
}

const OURS = /^<\/?(?:h1|h2|p|strong|sub|ol|ul|li|code|span|details|summary|pre|br)>$/;

describe('text from the cloud stays text', () => {
	test.each([
		...Object.values(HOSTILE),
		'<img src=x onerror=alert(1)>',
		'[x](javascript:alert(1)) ![y](http://evil/z.png)',
		'`code` ``` ~~~ **bold** _it_ ~~gone~~ # head',
		'| a | b |\n|---|---|',
		'@octocat octo/repo#1 http://evil.example www.evil.example ann@evil.example',
		'</code></summary></details><script>',
		'</pre><h1>',
		'&lt;b&gt; &#60;',
		'$x$ :smile: <!-- --> <?php ?> <![CDATA[',
		'- a\n- b\n\n1. c\n> d\n===',
	])('%j', text => {
		const report = withText(sample, text);
		expect(written(report)).not.toMatch(UNSAFE);
		const {tags} = rendered(report);
		expect(tags.filter(tag => !OURS.test(tag))).toEqual([]);
		// Whatever the text is, the page has the same elements, in the same order.
		const calm = withText(sample, 'calm');
		const shape = (list: string[]) => list.filter(tag => !/span/.test(tag)).join('');
		if (!written(report).includes('left out here')) expect(shape(tags)).toBe(shape(rendered(calm).tags));
	});

	test('and can be read', () => {
		const message = 'a_b*c <script> [x](y) @ann | `d` \\ & $5';
		expect(rendered(withFindings([{...plainFinding, message}])).text).toContain(message);
	});

	test('nobody is mentioned, nothing is linked', () => {
		const page = written(withText(sample, ' @octocat http://evil.example www.evil.example #12 '));
		// Neither looks into `pre`.
		expect(page.replaceAll(/<pre>[^<]*<\/pre>/g, '')).not.toMatch(/@octocat|http:\/\/|www\.|#12/);
	});

	test('whatever it is', () => {
		const harmless = (report: Report) => {
			expect(written(report)).not.toMatch(UNSAFE);
			expect(rendered(report).tags.filter(tag => !OURS.test(tag))).toEqual([]);
		};
		fc.assert(fc.property(arbitraryReport, harmless), {numRuns: 50});
	});
});

describe('a finding', () => {
	test('can be copied: its commands stand as they are', () => {
		const {text} = rendered(withFindings([finding]));
		for (const command of finding.remediation.gcloud) expect(text).toContain(command);
	});

	test.each([
		['special characters', 'gcloud x \u001b[2J'],
		['too much text', `gcloud x ${'y'.repeat(5_000)}`],
	])('whose command has %s says where to get it', (_, command) => {
		const changed = {...plainFinding, remediation: {...plainFinding.remediation, gcloud: [command]}};
		expect(written(withFindings([changed]))).toContain('1 command left out here');
	});

	test('that is suppressed is counted only', () => {
		const page = written(withFindings([{...plainFinding, suppressed: {reason: 'r', owner: 'o'}}]));
		expect(page).toContain('No findings; 1 suppressed');
		expect(page).not.toContain(plainFinding.fingerprint);
	});
});

describe('it stays below what a comment may hold, and says what it leaves out', () => {
	const many = (each: Finding, length: number): FindingList => ({
		length,
		*[Symbol.iterator]() {
			for (let index = 0; index < length; index++) yield each;
		},
	});

	test('with 100,000 findings', () => {
		const page = written({...sample, findings: many(finding, 100_000)});
		expect(page.length).toBeLessThan(LIMIT);
		const shown = page.split('<details><summary><code>impersonation-chain').length - 1;
		expect(shown).toBeGreaterThan(10);
		expect(page).toContain(`and ${(100_000 - shown).toLocaleString('en-US')} more of this severity`);
	});

	test.each(['@'.repeat(5_000), '<'.repeat(5_000), 'n'.repeat(5_000)])('with names like %.3s...', text => {
		const hostile = withText(sample, text);
		const page = written({
			...hostile,
			findings: many([...hostile.findings][0]!, 500),
			chokePoints: Array.from({length: 50}, () => hostile.chokePoints[0]!),
			checks: Array.from({length: 50}, () => ({...hostile.checks[2]!})),
			coverage: Array.from({length: 50}, () => hostile.coverage[1]!),
		});
		expect(page.length).toBeLessThan(LIMIT);
		expect(page).toMatch(/and \d+ more choke points/);
		expect(page).toMatch(/and \d+ more holes/);
	});
});
