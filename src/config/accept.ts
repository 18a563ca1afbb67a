/** Writes a suppression into the text of a configuration and leaves the rest as it is, to the byte if it can. */
import {isMap, isNode, isSeq, parseDocument, stringify, type Document} from 'yaml';
import {UsageError} from '../errors.ts';
import type {SuppressionRule} from './defaults.ts';

/**
 * @param text a configuration that is valid, or nothing
 * @param about what the finding is, for people: a comment above the rule
 * @throws UsageError the file does not have the shape to which a rule can be added
 */
export function withSuppression(file: string, text: string, rule: SuppressionRule, about?: string): string {
	const document = parseDocument(text);
	if (document.contents !== null && !isMap(document.contents))
		throw new UsageError(`${file} is no group of keys.`, 'Begin it with a key, such as suppressions:.');
	const said = (document.toJS() ?? {}) as {suppressions?: unknown[] | null};
	const wanted = JSON.stringify({...said, suppressions: [...(said.suppressions ?? []), rule]});
	const inserted = insert(document, text, rule, about);
	if (inserted !== undefined && holds(inserted, wanted)) return inserted;
	return rewritten(document, rule, about);
}

function holds(text: string, wanted: string): boolean {
	const document = parseDocument(text);
	return document.errors.length === 0 && JSON.stringify(document.toJS()) === wanted;
}

/** The rule as lines of their own, all others untouched; undefined where there is no place for lines. */
function insert(
	document: Document,
	text: string,
	rule: SuppressionRule,
	about: string | undefined,
): string | undefined {
	const end = text.includes('\r\n') ? '\r\n' : '\n';
	const lines = (indent: string) =>
		[...(about === undefined ? [] : [`# ${about}`]), ...stringify([rule], {lineWidth: 0}).trimEnd().split('\n')]
			.map(line => `${indent}${line}${end}`)
			.join('');
	const rules = document.get('suppressions', true);
	if (rules === undefined) {
		if (isMap(document.contents) && document.contents.flow) return undefined;
		const gap = text === '' || text.endsWith('\n') ? '' : end;
		return `${text}${gap}suppressions:${end}${lines('  ')}`;
	}
	const last = isSeq(rules) && !rules.flow ? rules.items.at(-1) : undefined;
	if (!isSeq(rules) || !rules.range || !isNode(last) || !last.range) return undefined;
	const indent = text.slice(text.lastIndexOf('\n', rules.range[0] - 1) + 1, rules.range[0]);
	// Behind the last character of the last rule, and whatever comment stands beside it.
	const next = text.indexOf('\n', text.slice(0, last.range[1]).trimEnd().length);
	if (next < 0) return `${text}${end}${lines(indent)}`;
	return `${text.slice(0, next + 1)}${lines(indent)}${text.slice(next + 1)}`;
}

/** As the library writes it: comments and order stay, spaces may not. */
function rewritten(document: Document, rule: SuppressionRule, about: string | undefined): string {
	const entry = document.createNode({...rule});
	if (about !== undefined) entry.commentBefore = ` ${about}`;
	const rules = document.get('suppressions', true);
	if (isSeq(rules)) {
		rules.flow = false;
		rules.add(entry);
	} else document.set('suppressions', document.createNode([entry]));
	return document.toString({lineWidth: 0});
}
