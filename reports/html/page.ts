/**
 * The report as one HTML file that opens from disk and asks nobody for anything: its script, its style and its data
 * are in it, and its policy forbids everything else. The script (`client/`) draws it from the embedded data, with text
 * nodes only.
 *
 * A browser holds a page well up to some tens of megabytes, so it embeds the worst findings and says how many it
 * left out; numbers and charts always count all of them.
 */
import {htmlClient} from '../../src/html-client.ts';
import type {Report} from '../../src/report.ts';
import {type Catalogue} from '../catalogue.ts';
import type {Finding} from './data.ts';
import {embedded, html, safe} from './embed.ts';
import {pageData} from './page-data.ts';
import {scopeOf, staticBody} from './static.ts';
import {survey} from './survey.ts';

/** Findings at most, and the characters that they may take together. */
const FINDINGS = 5_000;
const ROOM = 24_000_000;
/** Findings per script element: what a parser takes at once. */
const CHUNK = 200;

/** Yields the page; the same report gives the same text. */
export function* htmlPage(report: Report, {catalogue}: {catalogue?: Catalogue}): Iterable<string> {
	const {script, style, scriptSource, styleSource} = htmlClient();
	const seen = survey(report.findings, FINDINGS);
	const {findings, texts} = fitting(seen.kept);
	const data = safe(pageData(report, seen, findings, catalogue));
	const policy = `default-src 'none'; script-src ${scriptSource}; style-src ${styleSource}; base-uri 'none'; form-action 'none'`;
	yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n';
	yield `<meta http-equiv="Content-Security-Policy" content="${html(policy)}">\n`;
	yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n';
	yield '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n';
	yield `<meta name="generator" content="${html(`${report.tool.name} ${report.tool.version}`)}">\n`;
	yield `<title>${html(`sa-audit: ${scopeOf(report).slice(0, 200)}`)}</title>\n`;
	yield `<style>${style}</style>\n</head>\n<body>\n<main id="page" class="static">\n`;
	yield* staticBody(data, findings);
	yield `</main>\n<script type="application/json" id="data">${embedded(data)}</script>\n`;
	for (let at = 0; at < texts.length; at += CHUNK) {
		yield `<script type="application/json" class="findings">[${texts.slice(at, at + CHUNK).join(',\n')}]</script>\n`;
	}
	yield `<script>${script}</script>\n</body>\n</html>\n`;
}

/** As many of the worst as there is room for, safe to show, and the same as JSON. */
function fitting(kept: readonly Finding[]): {findings: Finding[]; texts: string[]} {
	const findings: Finding[] = [];
	const texts: string[] = [];
	let left = ROOM;
	for (const finding of kept) {
		const safely = safe(finding);
		const text = embedded(safely);
		left -= text.length;
		if (left < 0) break;
		findings.push(safely);
		texts.push(text);
	}
	return {findings, texts};
}
