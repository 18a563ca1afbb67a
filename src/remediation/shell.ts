/**
 * Words as a shell reads them: exact quoting for text that strangers wrote. `'...'` where it can be read, `$'...'`
 * (POSIX 2024; bash, zsh, ksh before that) where characters are in it that must not be seen raw.
 */

/** Needs no quotes anywhere in a word, in any shell. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
/** Controls, invisible format characters (bidirectional marks too) and separators: never printed as they are. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const FLAG = /^--[a-z][a-z0-9-]*=/;

/**
 * One command line of which a shell makes exactly these words.
 * @returns undefined if a word cannot be an argument at all: NUL, or half of a surrogate pair
 */
export function shellCommand(words: readonly string[]): string | undefined {
	let command = '';
	for (const word of words) {
		// Almost all words are plain; a plain one is well-formed, and quoted it stays what it is.
		const isPlain = PLAIN.test(word);
		if (!isPlain && (word.includes('\0') || !word.isWellFormed())) return undefined;
		const text = isPlain ? word : quote(word);
		command = command === '' ? text : `${command} ${text}`;
	}
	return command;
}

/** The name of a flag stays outside the quotes, so that people and tools see `--flag=`. */
function quote(word: string): string {
	const flag = FLAG.exec(word)?.[0] ?? '';
	const value = word.slice(flag.length);
	if (PLAIN.test(value) || (value === '' && flag !== '')) return word;
	return flag + (INVISIBLE.test(value) ? ansiQuote(value) : singleQuote(value));
}

function singleQuote(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Bytes as three octal digits, since shells disagree on how many digits `\x` takes and on what `\u` means outside
 * UTF-8. `!` too: an interactive bash may look for history in there.
 */
function ansiQuote(text: string): string {
	let quoted = '';
	for (const character of text) {
		if (character === '\n') quoted += '\\n';
		else if (character === '\t') quoted += '\\t';
		else if (character === '\\' || character === "'") quoted += `\\${character}`;
		else if (character === '!' || INVISIBLE.test(character)) quoted += octal(character);
		else quoted += character;
	}
	return `$'${quoted}'`;
}

function octal(character: string): string {
	return [...new TextEncoder().encode(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
