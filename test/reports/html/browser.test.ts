/** The page in a real browser, opened from disk. */
import {join} from 'node:path';
import axe from 'axe-core';
import type {Page} from 'playwright-core';
import {describe, expect, test} from 'vitest';
import {finding} from '../sample.ts';
import {hasBrowser, useBrowser, writePage} from './browser.ts';
import {mixed, VIEWS} from './pages.ts';

describe.runIf(hasBrowser())('the page in Chromium', {timeout: 120_000}, () => {
	const {open, browser, folder} = useBrowser();
	// Fragments are addresses of views here, which axe takes for links that skip to an element.
	const complaints = (page: Page) =>
		page.evaluate(`axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], rules: {'skip-link': {enabled: false}}}).then(({violations}) =>
			violations.map(({id, nodes}) => id + ': ' + nodes.map(node => node.target.join(' ')).slice(0, 3).join(' | ')))`);

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
		const file = join(folder(), 'static.html');
		await writePage(mixed, file);
		const context = await browser().newContext({javaScriptEnabled: false});
		const page = await context.newPage();
		await page.goto(`file://${file}`);
		expect(await page.locator('body').innerText()).toContain(finding.message);
		await context.close();
	});
});
