/** Hostile text in a real browser: nothing runs, nothing is added, all of it can be read. */
import {describe, expect, test} from 'vitest';
import {HOSTILE, withText} from '../sample.ts';
import {hasBrowser, useBrowser} from './browser.ts';
import {fingerprintOf, manyHostile, mixed, VIEWS} from './pages.ts';

/** Elements that no page of ours has, and links that lead elsewhere than to documentation. */
const FOREIGN = `[...document.querySelectorAll('script:not([type]), img, iframe, [onload], [onclick], [onmouseover], a[href]')]
	.filter(element => !/^(#|https:\\/\\/(cloud\\.google\\.com|docs\\.|attack\\.))/.test(element.getAttribute('href') ?? 'x')).length`;

describe.runIf(hasBrowser())('hostile text in Chromium', {timeout: 120_000}, () => {
	const {open} = useBrowser();

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
			expect([place, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([place, true]);
		}
		await page.hover('dialog .detail-body');
		expect(trouble).toEqual([]);
	});

	test('can be read', async () => {
		const {page} = await open(withText(mixed, '\u202e<b>gro</b>\u001b[31m'), {at: '#findings'});
		expect(await page.locator('#view-findings tbody td:nth-child(2) a').first().textContent()).toBe(
			'\\u{202e}<b>gro</b>\\u{1b}[31m',
		);
	});
});
