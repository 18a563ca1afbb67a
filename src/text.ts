/**
 * Text from the cloud, made fit to be shown: neutralized, measured and wrapped. Names, conditions and
 * log lines are written by strangers; one of them may hold an escape sequence that rewrites a screen,
 * or a mark that turns a name around. Every text format goes through here.
 */
import stringWidth from 'string-width';

/**
 * What is never printed as it is: control characters (C0, DEL, C1), invisible format characters (bidirectional
 * marks, zero-width ones, tags), line and paragraph separators, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');
/** In JSON text the rest is escaped already: C0 and lone surrogates by `JSON.stringify` itself. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;
const UNSAFE_IN_JSON_ONCE = new RegExp(UNSAFE_IN_JSON.source, 'u');
const NOT_PRINTABLE_ASCII = /[^ -~]/;
const GRAPHEMES = new Intl.Segmenter('en', {granularity: 'grapheme'});

/**
 * One line that is safe on every terminal and in every text file: line breaks and tabs become spaces,
 * unsafe characters are shown as `\u{1b}`.
 */
export function safeLine(text: string): string {
	if (!UNSAFE.test(text)) return text;
	return text
		.replace(/\r\n|[\n\t]/g, ' ')
		.replace(UNSAFE_ALL, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/**
 * JSON on one line, with unsafe characters inside strings as `\uXXXX`: the same data, harmless bytes.
 * @param value plain data; what `JSON.stringify` refuses (cycles, bigints) throws
 */
export function safeJson(value: object | string | number | boolean | null): string {
	const text = JSON.stringify(value);
	if (!UNSAFE_IN_JSON_ONCE.test(text)) return text;
	return text.replace(UNSAFE_IN_JSON, character => {
		let escaped = '';
		for (let index = 0; index < character.length; index++) {
			escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
		}
		return escaped;
	});
}

/** Columns that `text` takes on a terminal: wide characters take 2, combining ones and SGR codes none. */
export function displayWidth(text: string): number {
	return NOT_PRINTABLE_ASCII.test(text) ? stringWidth(text) : text.length;
}

/** `text` on exactly `width` columns: padded with spaces, or cut with an ellipsis. Neutralizes it. */
export function fit(text: string, width: number): string {
	const safe = safeLine(text);
	const missing = width - displayWidth(safe);
	if (missing >= 0) return safe + ' '.repeat(missing);
	let kept = '';
	let used = 0;
	for (const {segment} of GRAPHEMES.segment(safe)) {
		const next = used + displayWidth(segment);
		if (next > width - 1) break;
		kept += segment;
		used = next;
	}
	return `${kept}…${' '.repeat(width - 1 - used)}`;
}

/**
 * Lines of at most `columns` columns, broken at spaces and, where one word is too long, between
 * characters. Neutralizes `text`; the prefixes are ours and taken as they are (SGR codes allowed).
 * @param first stands before the first line
 * @param rest stands before the others, and before a first line that has nothing to hold
 */
export function wrap(text: string, columns: number, first = '', rest = first): string[] {
	const lines: string[] = [];
	let line = first;
	let used = displayWidth(first);
	const restWidth = displayWidth(rest);
	let empty = true;

	const flush = () => {
		lines.push(line);
		line = rest;
		used = restWidth;
		empty = true;
	};
	const add = (piece: string, width: number, gap: string) => {
		line += gap + piece;
		used += gap.length + width;
		empty = false;
	};

	for (const word of safeLine(text).split(' ')) {
		if (word === '') continue;
		const width = displayWidth(word);
		if (!empty && used + 1 + width > columns) flush();
		if (used + (empty ? 0 : 1) + width <= columns) {
			add(word, width, empty ? '' : ' ');
			continue;
		}
		for (const {segment} of GRAPHEMES.segment(word)) {
			const segmentWidth = displayWidth(segment);
			if (!empty && used + segmentWidth > columns) flush();
			add(segment, segmentWidth, '');
		}
	}
	if (!empty || lines.length === 0) lines.push(line);
	return lines;
}

/**
 * A shell command on lines of at most `columns` columns that still is the same command when it is copied: broken
 * between words with ` \`, and inside a word that is too long for any line by closing its quote, so that the
 * next line starts at column 0. What is quoted with `"` is never broken: a line may then be wider, which the
 * caller must check.
 * @param command POSIX shell text with `'`, `$'` or backslash quoting, already free of unsafe characters
 * @param first stands before the first line, `rest` (spaces) before those that start a new word
 */
export function wrapCommand(command: string, columns: number, first = '', rest = first): string[] {
	const lines: string[] = [];
	let line = first;
	let empty = true;
	const room = () => columns - 2 - displayWidth(line);

	for (const word of shellWords(command)) {
		const text = word.map(unit => unit.open + unit.text + unit.close).join('');
		const width = displayWidth(text);
		if (!empty && width + 1 > room()) {
			lines.push(`${line} \\`);
			// A word that does not fit below the others moves left before it is broken.
			line = rest.slice(0, Math.max(0, columns - 2 - width));
			empty = true;
		}
		if (!empty) line += ' ';
		empty = false;
		if (width <= room()) {
			line += text;
			continue;
		}
		let quote = '';
		let close = '';
		for (const unit of word.flatMap(splitUnit)) {
			const switching = unit.open !== quote;
			const needed = displayWidth(unit.text) + (switching ? close.length + unit.open.length : 0) + unit.close.length;
			if (needed > room()) {
				lines.push(`${line}${close}\\`);
				line = unit.open;
			} else if (switching) line += close + unit.open;
			line += unit.text;
			({open: quote, close} = unit);
		}
		line += close;
	}
	lines.push(line);
	return lines;
}

/** A stretch of a shell word: its text, and the quotes that it stands between. */
interface Quoted {
	open: string;
	text: string;
	close: string;
}

/** The words of a command, each as its stretches of equal quoting. */
function shellWords(command: string): Quoted[][] {
	const words: Quoted[][] = [];
	let word: Quoted[] = [];
	const stretches = /(\$'((?:\\.|[^\\'])*)')|('([^']*)')|("(?:\\.|[^"\\])*")|( +)|((?:\\.|[^\\'" $])+|.)/gsu;
	for (const match of command.matchAll(stretches)) {
		const [, ansi, ansiText, single, singleText, double, space, plain] = match;
		if (space !== undefined) {
			if (word.length > 0) words.push(word);
			word = [];
		} else if (ansi !== undefined) word.push({open: "$'", text: ansiText ?? '', close: "'"});
		else if (single !== undefined) word.push({open: "'", text: singleText ?? '', close: "'"});
		else word.push({open: '', text: double ?? plain ?? '', close: ''});
	}
	if (word.length > 0) words.push(word);
	return words;
}

/** The pieces between which a stretch may be broken: characters, with backslash escapes kept whole. */
function splitUnit(unit: Quoted): Quoted[] {
	if (unit.text.startsWith('"') && unit.open === '') return [unit];
	const escapes = unit.open === "'" ? '' : '\\\\(?:u[0-9a-f]{1,4}|U[0-9a-f]{1,8}|x[0-9a-f]{1,2}|[0-7]{1,3}|.)|';
	const pieces = unit.text.match(new RegExp(`${escapes}\\P{M}\\p{M}*|.`, 'gsu')) ?? [''];
	return pieces.map(text => ({...unit, text}));
}

/**
 * The short name of a resource, as people and the command line say it: an account is its e-mail, a container
 * `projects/ID`, anything else its service and path. Untrusted still.
 */
export function shortResource(name: string): string {
	const account = /^\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/]+)(?:\/keys\/([^/]+))?$/.exec(
		name,
	);
	if (account) return account[2] === undefined ? account[1]! : `${account[1]} key ${account[2]}`;
	const parts = /^\/\/([^/]+?)(?:\.googleapis\.com)?\/(.+)$/s.exec(name);
	if (!parts) return name;
	return parts[1] === 'cloudresourcemanager' || parts[1] === 'iam' ? parts[2]! : `${parts[1]}: ${parts[2]}`;
}
