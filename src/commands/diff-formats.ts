/** A comparison of two reports as a page, as JSON and as Markdown. Yields text piece by piece. */
import {code, text} from '../../reports/markdown-text.ts';
import type {DIFF_FORMATS} from '../formats.ts';
import type {ChangedFinding, GoneFinding, ReportDiff} from '../report.ts';
import {safeJson, shortResource, wrap} from '../text.ts';
import {driftLine} from './drift-text.ts';

type DiffFormat = (diff: ReportDiff, columns: number) => Iterable<string>;

/** Findings, and coverage lines, that a page shows of each kind. */
const SHOWN = 50;
const LISTED = 10;
const PROSE = 140;
const NARROWEST = 40;
/** Lines that one text may take, so that one hostile name does not fill the page. */
const LONGEST = 12;
/** Characters that Markdown has for each kind; GitHub takes 65,536 for a comment. */
const ROOM = 14_000;

const KINDS = [
	['fresh', 'New'],
	['fixed', 'Fixed'],
	['unknown', 'Unknown: gone, and not known to be fixed'],
	['changed', 'Changed'],
] as const;
type Kind = (typeof KINDS)[number][0];

function counts({summary}: ReportDiff): string {
	const {new: fresh, fixed, unknown, changed, unchanged} = summary;
	return `${fresh} new, ${fixed} fixed, ${unknown} unknown, ${changed} changed, ${unchanged - changed} unchanged`;
}

/** What is said below a finding: [label, text]. */
function details(finding: GoneFinding, kind: Kind): [string, string][] {
	const {drift = [], reason, suppressed} = finding;
	const lines: [string, string][] = drift.map(each => ['by', driftLine(each)]);
	if ('was' in finding) {
		const {was, severity, confidence} = finding as ChangedFinding;
		if (was.severity !== undefined) lines.push(['severity', `${was.severity}, now ${severity}`]);
		if (was.confidence !== undefined) lines.push(['sure', `${was.confidence}, now ${confidence}`]);
		if (was.suppressed !== undefined)
			lines.push(['accepted', was.suppressed ? 'no longer' : `now, by ${suppressed?.owner}: ${suppressed?.reason}`]);
	} else if (suppressed !== undefined) lines.push(['accepted', `by ${suppressed.owner}: ${suppressed.reason}`]);
	if (reason !== undefined) lines.push(kind === 'fresh' ? ['perhaps older', `then ${reason}`] : ['because', reason]);
	return lines;
}

/** The first items, and how many there are. */
function firstOf<Item>(items: Iterable<Item>): {shown: Item[]; total: number} {
	const shown: Item[] = [];
	let total = 0;
	for (const item of items) if (total++ < SHOWN) shown.push(item);
	return {shown, total};
}

function coverageLine({fact, assetType, scope, old, new: now}: ReportDiff['coverage'][number]): string {
	const what = assetType === undefined ? fact : `${fact} ${assetType}`;
	return `${what} of ${shortResource(scope)}: ${old ?? 'not listed'}, now ${now ?? 'not listed'}`;
}

function* table(diff: ReportDiff, columns: number): Iterable<string> {
	const width = Math.max(NARROWEST, Math.min(columns, PROSE));
	const lines = (value: string, first = '', rest = first) => {
		const all = wrap(value, width, first, rest);
		const shown = all.length <= LONGEST ? all : [...all.slice(0, LONGEST - 1), `${rest}(cut: see --format json)`];
		return shown.map(line => `${line}\n`);
	};
	yield* lines(`Judged at ${diff.old.now}, and at ${diff.new.now}: ${counts(diff)}.`);
	for (const [kind, title] of KINDS) {
		const {shown, total} = firstOf<GoneFinding>(diff[kind]);
		if (total === 0) continue;
		yield `\n${title.toUpperCase()} (${total})\n\n`;
		for (const finding of shown) {
			yield* lines(`${finding.severity} ${finding.check}: ${shortResource(finding.resource)}`, '  ', '    ');
			yield* lines(finding.message, '    ');
			for (const [label, value] of details(finding, kind)) yield* lines(value, `    ${label}  `, '      ');
		}
		if (total > SHOWN) yield `  and ${total - SHOWN} more, with --format json\n`;
	}
	if (diff.coverage.length === 0) return;
	yield `\nNOT READ ALIKE (${diff.coverage.length})\n\n`;
	for (const row of diff.coverage.slice(0, SHOWN)) yield* lines(coverageLine(row), '  ', '    ');
	if (diff.coverage.length > SHOWN) yield `  and ${diff.coverage.length - SHOWN} more, with --format json\n`;
}

function* json(diff: ReportDiff): Iterable<string> {
	yield `{\n  "version": 1,\n  "reports": ${safeJson({old: diff.old, new: diff.new})},\n`;
	yield `  "summary": ${safeJson(diff.summary)}`;
	const lists: [string, Iterable<object>][] = [
		['new', diff.fresh],
		['fixed', diff.fixed],
		['unknown', diff.unknown],
		['changed', diff.changed],
		['coverage', diff.coverage],
	];
	for (const [name, items] of lists) {
		let before = `,\n  "${name}": [\n    `;
		let any = false;
		for (const item of items) {
			yield before + safeJson(item);
			before = ',\n    ';
			any = true;
		}
		yield any ? '\n  ]' : `,\n  "${name}": []`;
	}
	yield '\n}\n';
}

function* markdown(diff: ReportDiff): Iterable<string> {
	yield `# sa-audit: ${counts(diff)}\n\n`;
	yield `<sub>${text(`judged at ${diff.old.now}, and at ${diff.new.now}`)}</sub>\n`;
	for (const [kind, title] of KINDS) {
		const {shown, total} = firstOf<GoneFinding>(diff[kind]);
		if (total === 0) continue;
		yield `\n## ${title} (${total})\n`;
		let room = ROOM;
		let hidden = total;
		for (const finding of shown) {
			const block = folded(finding, kind);
			if (block.length > room) continue;
			room -= block.length;
			hidden--;
			yield block;
		}
		if (hidden > 0) yield `\nand ${hidden} more, with <code>--format json</code>\n`;
	}
	if (diff.coverage.length === 0) return;
	yield `\n<details><summary>Not read alike (${diff.coverage.length})</summary>\n\n`;
	for (const row of diff.coverage.slice(0, LISTED)) yield `- ${text(coverageLine(row))}\n`;
	if (diff.coverage.length > LISTED) yield `\nand ${diff.coverage.length - LISTED} more\n`;
	yield '\n</details>\n';
}

function folded(finding: GoneFinding, kind: Kind): string {
	const lines = [
		['resource', code(finding.resource)],
		...details(finding, kind).map(([label, value]) => [label, text(value)]),
		['fingerprint', code(finding.fingerprint)],
	].map(([label, value]) => `- ${label}: ${value}\n`);
	const summary = `${finding.severity} ${code(finding.check)} ${text(finding.message)}`;
	return `\n<details><summary>${summary}</summary>\n\n${lines.join('')}\n</details>\n`;
}

export const diffFormats: Readonly<Record<(typeof DIFF_FORMATS.names)[number], DiffFormat>> = {table, json, markdown};
