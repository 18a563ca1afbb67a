/** The page in a real browser, opened from disk. */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import axe from 'axe-core';
import type {Browser, Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Report} from '../../../src/report.ts';
import {finding, HOSTILE, plainFinding, sample, withFindings, withText} from '../sample.ts';
import {hasBrowser, type Opened, openPage, type OpenOptions, startBrowser, writePage} from './browser.ts';
import {largeReport} from './large.ts';

const VIEWS = ['overview', 'findings', 'graph', 'accounts', 'checks', 'compliance', 'coverage'];

/** A few of each, so that sorting and filtering have something to do. */
const mixed: Report = withFindings([
	finding,
	{
		...finding,
		fingerprint: '1111111111111111',
		severity: 'high',
		message: 'zebra becomes root',
		project: 'zoo',
		principal: 'user:zed@example.com',
	},
	{
		...finding,
		fingerprint: '2222222222222222',
		severity: 'high',
		confidence: 'certain',
		message: 'aardvark becomes root',
		project: 'ark',
		principal: 'user:amy@example.com',
	},
	plainFinding,
	{...plainFinding, fingerprint: '3333333333333333', suppressed: {reason: 'known', owner: 'ann@example.com'}},
]);

/** Elements that no page of ours has, and links that lead elsewhere than to documentation. */
const FOREIGN = `[...document.querySelectorAll('script:not([type]), img, iframe, [onload], [onclick], [onmouseover], a[href]')]
	.filter(element => !/^(#|https:\\/\\/(cloud\\.google\\.com|docs\\.|attack\\.))/.test(element.getAttribute('href') ?? 'x')).length`;

const fingerprintOf = (index: number): string => `f${index.toString(16).padStart(15, '0')}`;

/** One report with every list of the sample once for each text. */
function manyHostile(texts: readonly string[]): Report {
	const reports = texts.map(text => withText(sample, text));
	const findings = reports.map((report, index) => ({...[...report.findings][0]!, fingerprint: fingerprintOf(index)}));
	return {
		...withFindings(findings),
		coverage: reports.flatMap(report => report.coverage),
		checks: reports.flatMap(report => report.checks),
		chokePoints: reports.flatMap(report => report.chokePoints),
		accounts: reports.flatMap(report => report.accounts),
		graph: {
			nodes: reports.flatMap(report => report.graph.nodes),
			edges: reports.flatMap(report => report.graph.edges),
			truncated: true,
		},
	};
}

describe.runIf(hasBrowser())('in Chromium', {timeout: 120_000}, () => {
	let folder: string;
	let browser: Browser;
	let files = 0;
	const pages: Page[] = [];
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'sa-audit-html-'));
		browser = await startBrowser();
	});
	// A page that nobody looks at any more still takes its share of the machine.
	afterEach(async () => {
		for (const page of pages.splice(0)) await page.close();
	});
	afterAll(async () => {
		await browser?.close();
		await rm(folder, {recursive: true, force: true});
	});

	async function open(report: Report, options: OpenOptions = {}, within = browser): Promise<Opened> {
		const file = join(folder, `${files++}.html`);
		await writePage(report, file);
		const result = await openPage(within, file, options);
		pages.push(result.page);
		return result;
	}
	// Fragments are addresses of views here, which axe takes for links that skip to an element.
	const complaints = (page: Page) =>
		page.evaluate(`axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], rules: {'skip-link': {enabled: false}}}).then(({violations}) =>
			violations.map(({id, nodes}) => id + ': ' + nodes.map(node => node.target.join(' ')).slice(0, 3).join(' | ')))`);
	const messages = (page: Page) => page.locator('#view-findings tbody td:nth-child(2) a').allTextContents();
	const amount = (page: Page) => page.locator('#amount').textContent();

	test.each(['light', 'dark'])(
		'every view, %s: not a word on the console, no request, nothing for axe to say',
		async theme => {
			const {page, trouble} = await open(mixed, {dark: theme === 'dark'});
			await page.evaluate(axe.source);
			for (const view of VIEWS) {
				await page.click(`nav a[href="#${view}"]`);
				await page.waitForSelector(`#view-${view}:not([hidden])`);
				expect(await page.locator('.view:not([hidden])').count()).toBe(1);
				expect([view, await complaints(page)]).toEqual([view, []]);
			}
			for (const place of ['graph?focus=user:ann@example.com', `finding/${finding.fingerprint}`]) {
				await page.evaluate(`location.hash = '#${place}'`);
				await page.waitForTimeout(100);
				expect([place, await complaints(page)]).toEqual([place, []]);
			}
			expect(trouble).toEqual([]);
		},
	);

	describe('findings', () => {
		test('are filtered by every field, and the address keeps the filter', async () => {
			const {page, trouble} = await open(mixed, {at: '#findings'});
			expect(await amount(page)).toBe('4 of 4 findings');
			const cases: [() => Promise<unknown>, string][] = [
				[() => page.fill('input[name=text]', 'ZEBRA root'), '1 of 4 findings'],
				[() => page.check('input[name=severity][value=high]'), '2 of 4 findings'],
				[() => page.check('input[name=confidence][value=certain]'), '2 of 4 findings'],
				[() => page.selectOption('select[name=check]', 'user-managed-key'), '1 of 4 findings'],
				[() => page.fill('input[name=project]', 'zoo'), '1 of 4 findings'],
				[() => page.fill('input[name=principal]', 'amy'), '1 of 4 findings'],
				[() => page.selectOption('select[name=control]', 'CIS-GCP-4.0:1.6'), '3 of 4 findings'],
				[() => page.check('input[name=suppressed]'), '5 of 5 findings'],
			];
			for (const [act, expected] of cases) {
				await act();
				await expect.poll(() => amount(page)).toBe(expected);
				expect(page.url()).toMatch(/#findings\?\w+=/);
				await page.click('#view-findings button:text-is("Clear")');
				await expect.poll(() => amount(page)).toBe('4 of 4 findings');
			}
			expect(trouble).toEqual([]);
		});

		test('are filtered by the links of charts', async () => {
			const {page} = await open(mixed);
			await page.click('a.tile.high');
			expect(await amount(page)).toBe('2 of 4 findings');
			await page.goBack();
			expect(await page.locator('#view-overview').isVisible()).toBe(true);
		});

		test('sort by a click on a heading, and back', async () => {
			const {page} = await open(mixed, {at: '#findings'});
			await page.click('#view-findings th button:has-text("Finding")');
			expect((await messages(page))[0]).toBe('aardvark becomes root');
			expect(await page.getAttribute('#view-findings th[aria-sort]', 'aria-sort')).toBe('ascending');
			await page.click('#view-findings th button:has-text("Finding")');
			expect((await messages(page))[0]).toBe('zebra becomes root');
			await page.click('#view-findings th button:has-text("Severity")');
			expect(await page.locator('#view-findings tbody .badge').allTextContents()).toEqual([
				'critical',
				'high',
				'high',
				'medium',
			]);
		});

		test('open, are walked through and close by keyboard, and the focus comes back', async () => {
			const {page, trouble} = await open(mixed, {at: '#findings'});
			await page.focus('#view-findings tbody a');
			await page.keyboard.press('ArrowDown');
			await page.keyboard.press('Enter');
			await page.waitForSelector('dialog[open] h2:has-text("zebra becomes root")');
			await page.focus('dialog button:text-is("Next")');
			await page.keyboard.press('Enter');
			await page.waitForSelector('dialog[open] h2:has-text("aardvark becomes root")');
			await page.keyboard.press('Escape');
			await page.waitForSelector('dialog:not([open])', {state: 'attached'});
			expect(await page.evaluate('document.activeElement.closest("tbody") !== null')).toBe(true);
			await expect.poll(() => page.url()).toContain('#findings');
			expect(trouble).toEqual([]);
		});

		test('show path, proofs, evidence and every command of the fix', async () => {
			const {page} = await open(mixed, {at: `#finding/${finding.fingerprint}`});
			const text = (await page.locator('dialog').innerText()).replace(/\s+/g, ' ');
			for (const part of [
				'becomes root@shop.iam.gserviceaccount.com',
				'sa-get-access-token',
				'also by sa-sign-jwt',
				'is a member of',
				'Used 12 times, 2026-10-01 to 2026-11-20.',
				'Never seen in use.',
				'Blocked by',
				'no-tokens, rule 1',
				'denyPolicies of organizations/1 was not read',
				'temporary',
				'principals 14',
				'CIS-GCP-4.0:1.6',
			]) {
				expect(text).toContain(part);
			}
			const commands = await page.locator('dialog pre').allTextContents();
			const {gcloud, terraform, undo, verify} = finding.remediation;
			expect(commands).toEqual([...gcloud, terraform, ...undo, ...verify]);
		});

		test('copy a command', async () => {
			const {page} = await open(mixed, {at: `#finding/${finding.fingerprint}`});
			await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
			await page.click('dialog .command button');
			await page.waitForSelector('dialog .command button:text-is("Copied")');
			expect(await page.evaluate('navigator.clipboard.readText()')).toBe(finding.remediation.gcloud[0]);
		});

		test('a fingerprint that is not in the page is told so', async () => {
			const {page} = await open(mixed, {at: '#finding/00000000000000ff'});
			await page.waitForSelector('dialog[open] h2:has-text("Not in this page")');
		});
	});

	describe('the graph', () => {
		test('is drawn by sigma, finds somebody, and shows who is around', async () => {
			const {page, trouble} = await open(mixed, {at: '#graph'});
			await page.waitForSelector('.map canvas');
			await page.fill('input[name=node]', 'ci@');
			await page.keyboard.press('Enter');
			await page.waitForSelector('.node-panel h3:has-text("ci@shop")');
			expect(await page.locator('.node-panel section').first().innerText()).toContain('ann@example.com');
			expect(await page.locator('.drawing .node').count()).toBe(2);
			expect(page.url()).toContain('focus=serviceAccount');
			await page.uncheck('.graph-view input[value=certain]');
			expect(await page.locator('.drawing .node').count()).toBe(1);
			expect(trouble).toEqual([]);
		});

		test('of 2,000 nodes is painted, and focus works', async () => {
			const {page, trouble} = await open(largeReport(100, 2_000), {at: '#graph'});
			await page.waitForSelector('.map canvas');
			await page.waitForTimeout(1_500);
			expect(await page.locator('.graph-view > .note').innerText()).toContain('2,000 nodes');
			const picture = await page.locator('.map').screenshot();
			// Thousands of shapes do not compress to the size of an empty field.
			expect(picture.length).toBeGreaterThan(40_000);
			await page.click('.node-panel a >> nth=0');
			await page.waitForSelector('.drawing svg');
			expect(trouble).toEqual([]);
		});

		test('of more says what the map leaves out, and knows the rest', async () => {
			const {page} = await open(largeReport(100, 3_000), {at: '#graph'});
			expect(await page.locator('.graph-view > .note').innerText()).toMatch(
				/shows the 2,000 nodes[^]*know all 3,0\d\d/,
			);
			await page.fill('input[name=node]', 'account-2999@');
			await page.keyboard.press('Enter');
			await page.waitForSelector('.node-panel h3:has-text("account-2999")');
		});

		test('without WebGL is a plain one that does the same, and the console stays empty', async () => {
			const plain = await startBrowser({webGl: false});
			try {
				const {page, trouble} = await open(mixed, {at: '#graph'}, plain);
				await page.waitForSelector('.map canvas.plain-map');
				expect(await page.locator('.map-note').innerText()).toContain('no WebGL');
				await page.fill('input[name=node]', 'ann');
				await page.keyboard.press('Enter');
				await page.waitForSelector('.node-panel h3:has-text("ann@example.com")');
				expect(trouble).toEqual([]);
			} finally {
				await plain.close();
			}
		});
	});

	describe('hostile text', () => {
		const texts = [
			`</script><script>alert(1)</script><img src=x onerror="alert(1)">`,
			`"><svg onload=alert(1)>`,
			`' onmouseover='alert(1)' x='`,
			'javascript:alert(1)',
			'https://evil.example/"onclick="alert(1)',
			...Object.values(HOSTILE),
		];

		test('stays text in every view, whatever it is', async () => {
			const {page, trouble} = await open(manyHostile(texts));
			const places = [...VIEWS, ...texts.map((_, index) => `finding/${fingerprintOf(index)}`)];
			for (const place of places) {
				await page.evaluate(`location.hash = '#${place}'`);
				if (place.startsWith('finding/')) await page.waitForSelector('dialog[open] h2', {state: 'attached'});
				expect([place, await page.evaluate(FOREIGN)]).toEqual([place, 0]);
				expect([place, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([
					place,
					true,
				]);
			}
			await page.hover('dialog .detail-body');
			expect(trouble).toEqual([]);
		});

		test('can be read', async () => {
			const {page} = await open(withText(mixed, '\u202e<b>gro</b>\u001b[31m'), {at: '#findings'});
			expect((await messages(page))[0]).toBe('\\u{202e}<b>gro</b>\\u{1b}[31m');
		});
	});

	test('the theme follows the system and the button', async () => {
		const {page} = await open(mixed, {dark: true});
		const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
		const dark = await background();
		await page.click('button:has-text("Theme: auto")');
		const light = await background();
		expect(light).not.toBe(dark);
		await page.click('button:has-text("Theme: light")');
		expect(await background()).toBe(dark);
	});

	test('paper shows everything that matters, in light colours', async () => {
		const {page} = await open(mixed, {dark: true});
		await page.emulateMedia({media: 'print'});
		await page.waitForSelector('.printed');
		const text = (await page.locator('body').innerText()).replace(/\s+/g, ' ');
		for (const part of [
			finding.message,
			finding.remediation.gcloud[0]!,
			'sa-get-access-token, certain',
			'closes 412 of 1,033 paths',
			'iam.serviceAccountKeys.list was denied',
			'activity was not collected for projects/shop',
			'CIS-GCP-4.0',
			'root@shop',
		]) {
			expect(text).toContain(part);
		}
		expect(await page.locator('nav').isVisible()).toBe(false);
		expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(24, 33, 43)');
		expect((await page.pdf()).length).toBeGreaterThan(10_000);
	});

	test('nothing sticks out at 800 pixels, nor at 480', async () => {
		const {page} = await open(mixed);
		for (const width of [800, 480]) {
			await page.setViewportSize({width, height: 900});
			for (const view of [...VIEWS, `finding/${finding.fingerprint}`]) {
				await page.evaluate(`location.hash = '#${view}'`);
				await page.waitForTimeout(50);
				const wide = await page.evaluate('document.documentElement.scrollWidth');
				expect([view, wide]).toEqual([view, Math.min(Number(wide), width)]);
			}
		}
	});

	test('what has the focus is seen', async () => {
		const {page} = await open(mixed);
		for (let press = 0; press < 6; press++) {
			await page.keyboard.press('Tab');
			expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
		}
	});

	test('without its script the worst is still there', async () => {
		const file = join(folder, 'static.html');
		await writePage(mixed, file);
		const context = await browser.newContext({javaScriptEnabled: false});
		const page = await context.newPage();
		await page.goto(`file://${file}`);
		expect(await page.locator('body').innerText()).toContain(finding.message);
		await context.close();
	});
});
