/** Text from the cloud as it stands in Markdown: text, and nothing else. */
import {safeLine} from '../src/text.ts';

/** Characters of one text as written: a hostile name must not take the place of all others. */
const LONGEST = 600;

/** Text in a code span of HTML, where Markdown is read all the same. */
export const code = (value: string) => `<code>${text(value)}</code>`;

/**
 * Text that is only text: every character that Markdown, its GitHub dialect (mentions, references, autolinks,
 * tables, mathematics) or HTML could read as more is a character reference, which CommonMark never takes for structure.
 */
export function text(value: string): string {
	const escaped = safeLine(value)
		.replace(/ {2,}/g, ' ')
		.replace(SPECIAL, (character, at: number, whole: string) => {
			const reference = `&#${character.charCodeAt(0)};`;
			// GitHub looks for @names after it has resolved references; an element of its own stops that.
			return character === '@' && !/\w/.test(whole[at - 1] ?? '') ? `<span>${reference}</span>` : reference;
		});
	if (escaped.length <= LONGEST) return escaped;
	let kept = '';
	for (const [unit] of escaped.matchAll(/<span>&#64;<\/span>|&#\d+;|./gsu)) {
		if (kept.length + unit.length > LONGEST) break;
		kept += unit;
	}
	return `${kept}… (cut)`;
}

const SPECIAL = /[&<>"'`*_[\](){}|~#$\\!^@]|:(?=\/\/)|(?<=\bwww)\./gi;

/** Text inside `<pre>`, where Markdown is not read. */
export function html(value: string): string {
	return value.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
