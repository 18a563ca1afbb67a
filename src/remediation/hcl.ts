/** HCL: blocks as `terraform fmt` writes them, and text that strangers wrote as strings of it. */

/** What stands between braces: an argument with its HCL expression, or a nested block. */
export type Item = [key: string, expression: string] | {block: string; items: Item[]};

export function resource(type: string, label: string, items: readonly Item[]): string {
	return [`resource "${type}" "${label}" {`, ...body(items, '  '), '}'].join('\n');
}

/** As `terraform fmt` writes it: two spaces a level, equals signs of neighbours in one column. */
function body(items: readonly Item[], indent: string): string[] {
	const width = Math.max(0, ...items.map(item => (Array.isArray(item) ? item[0].length : 0)));
	return items.flatMap((item, index) =>
		Array.isArray(item)
			? [`${indent}${item[0].padEnd(width)} = ${item[1]}`]
			: [...(index > 0 ? [''] : []), `${indent}${item.block} {`, ...body(item.items, `${indent}  `), `${indent}}`],
	);
}

export function commented(text: string): string {
	return text.replace(/^(?=.)/gm, '# ').replace(/^$/gm, '#');
}

/** Printable ASCII without `"`, `$`, `%` and the backslash: nothing in it means anything to HCL. */
const PLAIN = /^[ !#&-[\]-~]*$/;
/** What a quoted template cannot hold, or a reader must not see raw. */
const ESCAPED = /["\\]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** A run that ends in an interpolation or a directive; HCL reads such characters in twos, so the whole run counts. */
const TEMPLATE = /([$%]*)([$%])\{/g;

/** A quoted HCL string that evaluates to `text`, on one line. Half a surrogate pair becomes U+FFFD. */
export function hcl(text: string): string {
	if (PLAIN.test(text)) return `"${text}"`;
	const escaped = text
		.replace(ESCAPED, character => {
			if (character === '"' || character === '\\') return `\\${character}`;
			if (character === '\n') return '\\n';
			if (character === '\r') return '\\r';
			if (character === '\t') return '\\t';
			const code = character.codePointAt(0)!;
			if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
			return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
		})
		.replace(TEMPLATE, (_, run: string, last: string) => {
			const before = run.replace(/./g, character => (character === '$' ? '\\u0024' : '\\u0025'));
			return `${before}${last}${last}{`;
		});
	return `"${escaped}"`;
}
