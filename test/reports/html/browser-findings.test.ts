/** Findings in a real browser: filter, sort, open, copy. */
import axe from 'axe-core';
import type {Page} from 'playwright-core';
import {describe, expect, test} from 'vitest';
import {compared, finding, withFindings} from '../sample.ts';
import {hasBrowser, useBrowser} from './browser.ts';
import {mixed} from './pages.ts';

describe.runIf(hasBrowser())('findings in Chromium', {timeout: 120_000}, () => {
	const {open} = useBrowser();
	const messages = (page: Page) => page.locator('#view-findings tbody td:nth-child(2) a').allTextContents();
	const amount = (page: Page) => page.locator('#amount').textContent();

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

	test('of a comparison are filtered by what is new, and say what opened them', async () => {
		const {page, trouble} = await open(compared);
		await page.click('#view-overview a:text-is("1 new")');
		await expect.poll(() => amount(page)).toBe('1 of 3 findings');
		expect(await page.isChecked('input[name=baseline][value=new]')).toBe(true);
		expect(await page.locator('#view-findings tbody .badge.new').count()).toBe(1);
		await page.check('input[name=baseline][value=unchanged]');
		await expect.poll(() => amount(page)).toBe('3 of 3 findings');
		const mark = page.locator('#view-findings tbody .badge.status-accepted');
		expect(await mark.getAttribute('title')).toBe('Suppressed by ann@example.com until 2027-01-31: legacy partner');
		await page.click('#view-findings tbody a >> nth=0');
		const text = (await page.locator('dialog').innerText()).replace(/\s+/g, ' ');
		expect(text).toContain('What opened it');
		expect(text).toContain('membership');
		expect(trouble).toEqual([]);
	});

	test('a whole project is just that one, a part of a name all that have it, and none is folders', async () => {
		const report = withFindings([
			{...finding, fingerprint: '1'.repeat(16), project: 'shop', principal: 'user:ann@example.com'},
			{...finding, fingerprint: '2'.repeat(16), project: 'shop-dev', principal: 'user:joann@example.com'},
			{...finding, fingerprint: '3'.repeat(16), project: undefined as never, principal: undefined as never},
		]);
		const {page} = await open(report);
		await page.click('#view-overview .bars a:has-text("folders and organizations")');
		await expect.poll(() => amount(page)).toBe('1 of 3 findings');
		for (const [name, typed, expected] of [
			['project', 'shop', 1],
			['project', 'Shop-', 1],
			['project', 'sho', 2],
			['principal', 'user:ann@example.com', 1],
			['principal', 'ann@', 2],
		] as const) {
			await page.click('#view-findings button:text-is("Clear")');
			await page.fill(`input[name=${name}]`, typed);
			await expect.poll(() => amount(page)).toBe(`${expected} of 3 findings`);
		}
	});

	test('that are fixed, gone or accepted by rules without effect stand under triage', async () => {
		const {page, trouble} = await open(compared, {at: '#triage'});
		const text = (await page.locator('#view-triage').innerText()).replace(/\s+/g, ' ');
		for (const part of [
			'1 new, 2 unchanged, 1 fixed, 1 gone but not known to be fixed since 2026-11-01T00:00:00Z',
			'Fixed: 1 finding',
			'Gone, and not known to be fixed: 1 finding',
			'serviceAccountKeys of projects/shop was not read',
			'expired',
			'unused',
			'2026-01-01',
		])
			expect(text).toContain(part);
		await page.evaluate(axe.source);
		for (const view of ['triage', 'findings', 'overview']) {
			await page.click(`nav a[href="#${view}"]`);
			const {violations} = (await page.evaluate('axe.run("#main")')) as {violations: {id: string}[]};
			expect([view, violations.map(({id}) => id)]).toEqual([view, []]);
		}
		expect(trouble).toEqual([]);
	});

	test('are filtered by the links of charts', async () => {
		const {page} = await open(mixed);
		await page.click('a.tile.high');
		await expect.poll(() => amount(page)).toBe('2 of 4 findings');
		await page.goBack();
		await expect.poll(() => page.locator('#view-overview').isVisible()).toBe(true);
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
			'Not seen in use.',
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
