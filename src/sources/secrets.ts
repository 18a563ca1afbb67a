/**
 * Likely secrets, taken out of text as it is read, so that none can reach a report, a log or a terminal: people put
 * tokens into descriptions, metadata and conditions. The list is public (`docs/input.md`). What is found is replaced
 * by its kind; too much is better than too little.
 */
import type {Json} from './asset.ts';

interface Kind {
	name: string;
	pattern: RegExp;
	/** What stays of a match beside the mark. */
	around?: readonly [before: string, after: string];
}

/** GitLab's documented prefixes, and the one of old registration tokens. */
const GITLAB = 'glpat|gloas|gldt|glrtr|glrt|glcbt|glptt|glft|glimt|glagent|glwt|glsoat|glffct';

// Long loops are bounded: the engine keeps a place to go back to for each round, and a line
// may be 64 MiB long.
const KINDS: readonly Kind[] = [
	// The end may have been cut off, line breaks may be written as \n, and all of it as in an address (%20, +).
	{
		name: 'PEM block',
		pattern:
			/-----BEGIN(?: |\+|%20)[A-Z0-9 +%]{1,60}-----[^-]*(?:-(?!----)[^-]*){0,100000}(?:-----END(?: |\+|%20)[A-Z0-9 +%]{1,60}-----)?/g,
	},
	{
		name: 'key file',
		pattern:
			/(\\{0,8}["']private_?key(?:_?data)?\\{0,8}["']\s{0,9}:\s{0,9}\\{0,8}["'])(?=[^"'\\]|\\(?!["']))[^"'\\]*(?:\\(?!["'])[^"'\\]*){0,100000}/gi,
		around: ['$1', ''],
	},
	{name: 'JSON web token', pattern: /eyJ[\w-]{6,2000}(?:\.[\w-]*){2,4}/g},
	{
		name: 'authorization header',
		pattern:
			/(authorization\\{0,8}["']?\s{0,9}[:=]\s{0,9}\\{0,8}["']?)(?!\[redacted)[^\s"'\\,;]+(?:\s+[^\s"'\\,;]+)?/gi,
		around: ['$1', ''],
	},
	{name: 'bearer token', pattern: /\b(bearer\s+)[\w.~+/=-]{16,}/gi, around: ['$1', '']},
	{
		name: 'connection string',
		pattern: /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/?#"'@]{0,300}:)(?!\d{1,5}\/)[^\s"']{0,1000}@/gi,
		around: ['$1', '@'],
	},
	{
		name: 'connection string',
		pattern:
			/\b((?:password|passwd|pwd|accountkey|sharedaccesskey|sharedaccesssignature)\s{0,9}=(?!=)\s{0,9})(?!\[redacted)(?:"[^"]*"|'[^']*'|[^;\s&"']+)/gi,
		around: ['$1', ''],
	},
	{name: 'GitHub token', pattern: /github_pat_\w{16,}|gh[a-z]_[A-Za-z0-9]{10}[\w.-]{6,}/g},
	{name: 'GitLab token', pattern: new RegExp(`(?:${GITLAB})-[\\w.-]{16,}|GR1348941[\\w-]{16,}`, 'g')},
	{name: 'GitLab session', pattern: /(_gitlab_session=)[\w%.-]{16,}/g, around: ['$1', '']},
	{name: 'Google credential', pattern: /ya29\.[\w-]{16,}|AIza[\w-]{30,}|GOCSPX-[\w-]{16,}|1\/\/0[\w-]{20,}/g},
];

/** One look before the real one: nearly all texts hold none of these. */
const HINT = new RegExp(
	`-----BEGIN|private_?key|eyJ|bearer\\s|authorization|://[^\\s:/?#"'@]*:|pass(?:word|wd)\\s*=|pwd\\s*=|` +
		`accountkey|sharedaccess|github_pat_|gh[a-z]_|(?:${GITLAB})-|GR1348941|_gitlab_session|ya29\\.|AIza|GOCSPX-|1//0`,
	'i',
);
/** Base64 of at least 24 bytes, of either alphabet, over one line or several. */
const PACKED = /[\w+/-]{16,1000000}(?:(?:\r?\n[ \t]{0,40}|(?:\\r)?\\n)[\w+/-]{1,2000}){0,2000}={0,2}/g;
const SHORTEST_PACKED = 32;
/** Base64 of base64 is looked into, so many times. */
const DEEPEST = 3;
const LONG_WORD = /[\w+/-]{20}/;
/** Shorter texts hold no secret that the list knows. */
const SHORTEST = 12;

/** The text without likely secrets; the very same string if there is none. */
export function redact(text: string): string {
	if (text.length < SHORTEST) return text;
	let safe = text;
	if (HINT.test(safe)) {
		for (const {name, pattern, around: [before, after] = ['', '']} of KINDS)
			safe = safe.replace(pattern, `${before}[redacted: ${name}]${after}`);
	}
	return LONG_WORD.test(safe) ? safe.replace(PACKED, unpacked) : safe;
}

/** A run of base64 stays unless it is that of a secret; what stands before it may have shifted it. */
function unpacked(run: string): string {
	const name = hiddenIn(run, DEEPEST);
	return name === undefined ? run : `[redacted: base64 of ${name}]`;
}

function hiddenIn(run: string, depth: number): string | undefined {
	const packed = run.replace(/\s+|\\[rn]/g, '');
	if (packed.length < SHORTEST_PACKED) return undefined;
	for (let shift = 0; shift < 4; shift++) {
		// Without the zeros of UTF-16, in which PowerShell wants its commands.
		const plain = Buffer.from(packed.slice(shift), 'base64').toString('latin1').replaceAll('\0', '');
		if (HINT.test(plain)) {
			const found = KINDS.find(({pattern}) => plain.search(pattern) >= 0);
			if (found !== undefined) return found.name;
		}
		if (depth === 1 || !LONG_WORD.test(plain)) continue;
		for (const [inner] of plain.matchAll(PACKED)) {
			const name = hiddenIn(inner, depth - 1);
			if (name !== undefined) return name;
		}
	}
	return undefined;
}

/** What may be looked at of a service account's key file. */
const OF_KEY_FILE: ReadonlySet<string> = new Set(['type', 'client_email', 'private_key_id']);

/** A JSON value without likely secrets, names of keys included; the very same value if there is none. */
export function redactJson<Value>(value: Value): Value {
	return redacted(value) as Value;
}

function redacted(value: unknown): unknown {
	if (typeof value === 'string') return redact(value);
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) {
		const items = value.map(redacted);
		return items.every((item, index) => item === value[index]) ? value : items;
	}
	const json = value as Json;
	const isKeyFile = json['type'] === 'service_account' && 'private_key' in json;
	const safe: Json = {};
	let same = true;
	for (const key in json) {
		if (isKeyFile && !OF_KEY_FILE.has(key)) {
			same = false;
			continue;
		}
		const name = redact(key);
		const inner = PRIVATE.test(key) && typeof json[key] === 'string' ? '[redacted: key file]' : redacted(json[key]);
		if (name !== key || inner !== json[key]) same = false;
		safe[name] = inner;
	}
	return same ? value : safe;
}

const PRIVATE = /^private_?key(?:_?data)?$/i;
