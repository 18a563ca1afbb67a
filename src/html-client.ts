/**
 * The browser's part of the HTML report, as `npm run build` leaves it in `dist/`: read when a page is written and at no
 * other time. The hashes are what the page's Content-Security-Policy admits; nothing else runs or styles there.
 */
import {createHash} from 'node:crypto';
import {readBuiltFile} from './data-file.ts';

export interface HtmlClient {
	script: string;
	style: string;
	/** Sources for a policy: `'sha256-...'`, with the quotes. */
	scriptSource: string;
	styleSource: string;
}

let client: HtmlClient | undefined;

/** @throws Error if the package is not built */
export function htmlClient(): HtmlClient {
	if (client === undefined) {
		const script = readBuiltFile('html-client.js').trim();
		const style = readBuiltFile('html-client.css').trim();
		client = {script, style, scriptSource: source(script), styleSource: source(style)};
	}
	return client;
}

function source(text: string): string {
	return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
