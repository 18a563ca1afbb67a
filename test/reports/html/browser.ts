/** A real Chromium, told to talk to nobody, and pages in it that tell everything they do. */
import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {pathToFileURL} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright-core';
import {checks} from '../../../checks/index.ts';
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

export function startBrowser({webGl = true} = {}): Promise<Browser> {
	return chromium.launch({executablePath: EXECUTABLE, args: [...QUIET, ...(webGl ? WEBGL : NO_WEBGL)]});
}

export interface Opened {
	page: Page;
	/** Console errors and warnings, exceptions, requests beyond the file itself. */
	trouble: string[];
}

const catalogue = new Map(checks.map(check => [check.id, check]));

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
export async function openPage(
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
