/** The graph in a real browser, with WebGL and without. */
import {describe, expect, test} from 'vitest';
import {hasBrowser, useBrowser} from './browser.ts';
import {largeReport} from './large.ts';
import {mixed} from './pages.ts';

describe.runIf(hasBrowser())('the graph in Chromium', {timeout: 120_000}, () => {
	const {open} = useBrowser();

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
		expect(await page.locator('.graph-view > .note').innerText()).toMatch(/shows the 2,000 nodes[^]*know all 3,0\d\d/);
		await page.fill('input[name=node]', 'account-2999@');
		await page.keyboard.press('Enter');
		await page.waitForSelector('.node-panel h3:has-text("account-2999")');
	});
});

describe.runIf(hasBrowser())('the graph without WebGL', {timeout: 120_000}, () => {
	const {open} = useBrowser({webGl: false});

	test('is a plain one that does the same, and the console stays empty', async () => {
		const {page, trouble} = await open(mixed, {at: '#graph'});
		await page.waitForSelector('.map canvas.plain-map');
		expect(await page.locator('.map-note').innerText()).toContain('no WebGL');
		await page.fill('input[name=node]', 'ann');
		await page.keyboard.press('Enter');
		await page.waitForSelector('.node-panel h3:has-text("ann@example.com")');
		expect(trouble).toEqual([]);
	});
});
