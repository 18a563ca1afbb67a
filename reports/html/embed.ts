/**
 * Data inside a page. Every string is made safe to show before it gets there, so that the script has nothing to
 * decide; then the JSON itself is written so that no HTML parser sees more in it than text.
 */
import {safeJson, safeLine} from '../../src/text.ts';

/**
 * The same data with control, bidirectional and invisible characters of every string shown escaped. Line breaks stay
 * in `terraform` and in other texts that are code of several lines.
 */
export function safe<Value>(value: Value): Value {
	return safeValue(value, '') as Value;
}

function safeValue(value: unknown, key: string): unknown {
	if (typeof value === 'string')
		return key === 'terraform' ? value.split('\n').map(safeLine).join('\n') : safeLine(value);
	if (Array.isArray(value)) return value.map(item => safeValue(item, key));
	if (value === null || typeof value !== 'object') return value;
	const copy: Record<string, unknown> = {};
	for (const [name, inner] of Object.entries(value)) {
		// Defined, not assigned: a key of evidence may be called `__proto__`.
		Object.defineProperty(copy, safeLine(name), {
			value: safeValue(inner, name),
			enumerable: true,
			configurable: true,
			writable: true,
		});
	}
	return copy;
}

/** JSON for a `<script type="application/json">`: neither `</script>` nor `<!--` can stand in it. */
export function embedded(value: object): string {
	return safeJson(value).replaceAll('<', '\\u003c');
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Text for the content of an element or a quoted attribute, in whatever state the report has it. */
export function html(text: string): string {
	return safeLine(text).replace(/[&<>"']/g, character => ENTITIES[character]!);
}
