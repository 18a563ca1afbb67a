/**
 * What a file is, by its first bytes. Names say little: export shards are called `0`, and a `.gz` may be plain.
 */

export type FileKind =
	| {kind: 'lines' | 'json' | 'yaml' | 'empty'}
	/** Something else, in words that follow "this is". Reading it is pointless. */
	| {kind: 'other'; what: string};

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const QUOTE = 34;
const CLOSE_BRACE = 125;
const MAX_YAML_BYTES = 2 ** 20;

/** First bytes in hexadecimal, as the formats' own descriptions give them. */
const MAGIC: readonly [string, string][] = [
	['fffe', 'UTF-16 text; convert it with `iconv -f UTF-16 -t UTF-8` (PowerShell: `Out-File -Encoding utf8`)'],
	['feff', 'UTF-16 text; convert it with `iconv -f UTF-16 -t UTF-8` (PowerShell: `Out-File -Encoding utf8`)'],
	['7b00', 'UTF-16 text; convert it with `iconv -f UTF-16LE -t UTF-8`'],
	['5b00', 'UTF-16 text; convert it with `iconv -f UTF-16LE -t UTF-8`'],
	['007b', 'UTF-16 text; convert it with `iconv -f UTF-16BE -t UTF-8`'],
	['005b', 'UTF-16 text; convert it with `iconv -f UTF-16BE -t UTF-8`'],
	['1f8b', 'gzip within gzip; unpack it once with `gunzip`'],
	['504b0304', 'a ZIP archive; unpack it first'],
	['28b52ffd', 'zstd data; unpack it first with `zstd -d`'],
	['425a68', 'bzip2 data; unpack it first with `bunzip2`'],
	['fd377a585a00', 'xz data; unpack it first with `unxz`'],
	['89504e47', 'a picture'],
	['ffd8ff', 'a picture'],
	['47494638', 'a picture'],
	['25504446', 'a PDF document'],
	['50415231', 'a Parquet file; export as newline-delimited JSON'],
	['4f626a01', 'an Avro file; export as newline-delimited JSON'],
];

/** What `gcloud iam policies get` prints by default, and nothing else that is YAML. */
const DENY_POLICY_YAML = [/^name: ['"]?policies\/.+\/denypolicies\//m, /^rules:/m];

/**
 * @param head the first bytes of the (unpacked) file; all of them if it is smaller than the window
 * @param whole whether these are all its bytes
 */
export function fileKind(head: Buffer, whole: boolean): FileKind {
	const magic = head.toString('hex', 0, 8);
	const known = MAGIC.find(([prefix]) => magic.startsWith(prefix));
	if (known !== undefined) return {kind: 'other', what: known[1]};
	if (head.toString('latin1', 257, 262) === 'ustar') return {kind: 'other', what: 'a tar archive; unpack it first'};

	const first = firstByte(head);
	if (first === -1) return {kind: whole ? 'empty' : 'lines'};
	if (head[first] === OPEN_BRACKET) return {kind: 'json'};
	if (head[first] === OPEN_BRACE) {
		return {kind: isPretty(head, first) ? 'json' : 'lines'};
	}
	if (whole && head.length <= MAX_YAML_BYTES) {
		const text = head.toString();
		if (DENY_POLICY_YAML.every(pattern => pattern.test(text))) return {kind: 'yaml'};
	}
	return {kind: 'lines'};
}

/** Whether the object that begins at `from` goes on behind its first line: with a key, or with its end. */
function isPretty(head: Buffer, from: number): boolean {
	const newline = head.indexOf(10, from);
	if (newline === -1) return false;
	const end = head
		.toString('latin1', Math.max(from, newline - 64), newline)
		.trimEnd()
		.at(-1);
	if (end === '[') return true;
	const next = firstByte(head, newline);
	if (next === -1 || (head[next] !== QUOTE && head[next] !== CLOSE_BRACE)) return false;
	return end !== '}';
}

/** Index of the first byte that is neither white space nor a byte order mark, or -1. */
function firstByte(bytes: Buffer, from = 0): number {
	for (let at = from; at < bytes.length; at++) {
		const byte = bytes[at]!;
		if (byte === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 2;
		else if (byte !== 32 && (byte < 9 || byte > 13)) return at;
	}
	return -1;
}
