/** A real Chromium, told to talk to nobody, and pages in it that tell everything they do. */
import {existsSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll} from 'vitest';
import {checks} from '../../../checks/index.ts';
import {notesOf} from '../../../src/notes.ts';
import {formats} from '../../../reports/index.ts';
import type {Report} from '../../../src/report.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const QUIET = [
	'--no-sandbox',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
/** Drawn in software: the same everywhere. */
const WEBGL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const NO_WEBGL = ['--disable-gpu', '--disable-3d-apis', '--disable-software-rasterizer'];

/** Whether there is a browser. Where one is required (`.ci/run` says so), its absence fails the tests instead. */
export function hasBrowser(): boolean {
	if (existsSync(EXECUTABLE) || process.env['SA_AUDIT_BROWSER'] === 'required') return true;
	console.warn(
		`\nNOT TESTED: the HTML report in a browser. There is no ${EXECUTABLE}; install Chromium or set CHROMIUM.\n`,
	);
	return false;
}

function startBrowser({webGl = true} = {}): Promise<Browser> {
	return chromium.launch({executablePath: EXECUTABLE, args: [...QUIET, ...(webGl ? WEBGL : NO_WEBGL)]});
}

export interface Opened {
	page: Page;
	/** Console errors and warnings, exceptions, requests beyond the file itself. */
	trouble: string[];
}

const catalogue = notesOf(checks);

export async function writePage(report: Report, file: string): Promise<void> {
	await writeFile(file, [...formats.html(report, {color: false, columns: 80, catalogue})].join(''));
}

export interface OpenOptions {
	dark?: boolean;
	width?: number;
	/** The fragment to open at. */
	at?: string;
}

/** Opens a file as a double click does. */
async function openPage(
	browser: Browser,
	file: string,
	{dark = false, width = 1400, at = ''}: OpenOptions = {},
): Promise<Opened> {
	const page = await browser.newPage({
		viewport: {width, height: 900},
		colorScheme: dark ? 'dark' : 'light',
		reducedMotion: 'reduce',
	});
	// A busy machine is slow, not wrong.
	page.setDefaultTimeout(60_000);
	const trouble: string[] = [];
	const url = pathToFileURL(file).href;
	page.on('console', message => {
		if (['error', 'warning'].includes(message.type())) trouble.push(`${message.type()}: ${message.text()}`);
	});
	page.on('pageerror', error => void trouble.push(`exception: ${error.message}`));
	page.on('dialog', dialog => {
		trouble.push(`dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	page.on('request', request => {
		if (request.url().split('#')[0] !== url) trouble.push(`request: ${request.url()}`);
	});
	await page.goto(url + at);
	await page.waitForSelector('nav a');
	return {page, trouble};
}

export interface TestBrowser {
	/** Writes the report as a page and opens it. */
	open: (report: Report, options?: OpenOptions) => Promise<Opened>;
	browser: () => Browser;
	/** For files of one's own. */
	folder: () => string;
}

/** A browser for the tests around the call, and a folder for their pages; both go when the tests are over. */
export function useBrowser({webGl = true} = {}): TestBrowser {
	let folder: string;
	let browser: Browser;
	let files = 0;
	const pages: Page[] = [];
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'sa-audit-html-'));
		browser = await startBrowser({webGl});
	});
	// A page that nobody looks at any more still takes its share of the machine.
	afterEach(async () => {
		for (const page of pages.splice(0)) await page.close();
	});
	afterAll(async () => {
		await browser?.close();
		await rm(folder, {recursive: true, force: true});
	});
	return {
		async open(report, options = {}) {
			const file = join(folder, `${files++}.html`);
			await writePage(report, file);
			const result = await openPage(browser, file, options);
			pages.push(result.page);
			return result;
		},
		browser: () => browser,
		folder: () => folder,
	};
}
