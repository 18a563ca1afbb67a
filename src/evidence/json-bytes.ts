/**
 * Steps over JSON without parsing it, as strictly as `JSON.parse`: what is stepped over here is never found broken there.
 * Bytes as numbers, four at once in strings: this is done to every byte of every line. All functions return the offset
 * behind what they stepped over; -1: it is not valid, does not end, or lies too deep.
 */

/** Objects and lists within each other; deeper ones are left to the parser. */
const DEEPEST = 64;
/** The uppermost bit of each byte. */
const HIGH = 0x80808080 | 0;

export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end) {
		const byte = bytes[at]!;
		if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break;
		at++;
	}
	return at;
}

/** @param view of the same bytes */
export function skipValue(bytes: Uint8Array, view: DataView, at: number, end: number, depth = 0): number {
	if (at >= end) return -1;
	const first = bytes[at]!;
	if (first === 34) return skipString(bytes, view, at, end);
	if (first === 123) return depth === DEEPEST ? -1 : skipObject(bytes, view, at, end, depth + 1);
	if (first === 91) return depth === DEEPEST ? -1 : skipList(bytes, view, at, end, depth + 1);
	// t, f, n.
	if (first === 116) return skipWord(bytes, at, end, 'true');
	if (first === 102) return skipWord(bytes, at, end, 'false');
	if (first === 110) return skipWord(bytes, at, end, 'null');
	return skipNumber(bytes, at, end);
}

function skipObject(bytes: Uint8Array, view: DataView, start: number, end: number, depth: number): number {
	let at = skipSpace(bytes, start + 1, end);
	if (at < end && bytes[at] === 125) return at + 1;
	for (;;) {
		if (at >= end || bytes[at] !== 34) return -1;
		at = skipString(bytes, view, at, end);
		if (at === -1) return -1;
		at = skipSpace(bytes, at, end);
		if (at >= end || bytes[at] !== 58) return -1;
		at = skipValue(bytes, view, skipSpace(bytes, at + 1, end), end, depth);
		if (at === -1) return -1;
		at = skipSpace(bytes, at, end);
		if (at >= end) return -1;
		if (bytes[at] === 125) return at + 1;
		if (bytes[at] !== 44) return -1;
		at = skipSpace(bytes, at + 1, end);
	}
}

function skipList(bytes: Uint8Array, view: DataView, start: number, end: number, depth: number): number {
	let at = skipSpace(bytes, start + 1, end);
	if (at < end && bytes[at] === 93) return at + 1;
	for (;;) {
		at = skipValue(bytes, view, at, end, depth);
		if (at === -1) return -1;
		at = skipSpace(bytes, at, end);
		if (at >= end) return -1;
		if (bytes[at] === 93) return at + 1;
		if (bytes[at] !== 44) return -1;
		at = skipSpace(bytes, at + 1, end);
	}
}

/** @param start of the quote */
export function skipString(bytes: Uint8Array, view: DataView, start: number, end: number): number {
	const at = endOfText(bytes, view, start + 1, end);
	return at === -1 ? -1 : at + 1;
}

/** The quote that ends a text. @param start behind the quote that begins it */
export function endOfText(bytes: Uint8Array, view: DataView, start: number, end: number): number {
	let at = start;
	for (;;) {
		at = special(bytes, view, at, end);
		if (at >= end) return -1;
		const byte = bytes[at]!;
		if (byte === 34) return at;
		if (byte !== 92) return -1;
		at = skipEscape(bytes, at, end);
		if (at === -1) return -1;
	}
}

/** A string of ASCII without escapes: its bytes are its characters. -1 for others too. @param start of the quote */
export function skipPlain(bytes: Uint8Array, view: DataView, start: number, end: number): number {
	const at = endOfPlain(bytes, view, start + 1, end);
	return at === -1 ? -1 : at + 1;
}

/** The quote that ends a text of ASCII without escapes; -1 for others too. @param start behind the quote that begins it */
export function endOfPlain(bytes: Uint8Array, view: DataView, start: number, end: number): number {
	let at = start;
	for (; at + 4 <= end; at += 4) {
		const word = view.getInt32(at, true);
		const hit = hits(word) | (word & HIGH);
		if (hit === 0) continue;
		at += (31 - Math.clz32(hit & -hit)) >> 3;
		return bytes[at] === 34 ? at : -1;
	}
	for (; at < end; at++) {
		const byte = bytes[at]!;
		if (byte === 34) return at;
		if (byte < 32 || byte > 127 || byte === 92) return -1;
	}
	return -1;
}

/** The next quote, backslash or control character. */
function special(bytes: Uint8Array, view: DataView, start: number, end: number): number {
	let at = start;
	for (; at + 4 <= end; at += 4) {
		const hit = hits(view.getInt32(at, true));
		if (hit !== 0) return at + ((31 - Math.clz32(hit & -hit)) >> 3);
	}
	for (; at < end; at++) {
		const byte = bytes[at]!;
		if (byte < 32 || byte === 34 || byte === 92) break;
	}
	return at;
}

/**
 * The high bit of each of four bytes that is a quote, a backslash or a control character; only the lowest is sure.
 * With one bit turned over, the quote and the control characters are the bytes below 33.
 */
function hits(word: number): number {
	const low = word ^ 0x02020202;
	const slash = word ^ 0x5c5c5c5c;
	return (((low - 0x21212121) & ~low) | ((slash - 0x01010101) & ~slash)) & HIGH;
}

function skipEscape(bytes: Uint8Array, at: number, end: number): number {
	if (at + 2 > end) return -1;
	switch (bytes[at + 1]) {
		// Quote, backslash, slash, b, f, n, r, t.
		case 34:
		case 92:
		case 47:
		case 98:
		case 102:
		case 110:
		case 114:
		case 116:
			return at + 2;
		case 117:
			if (at + 6 > end) return -1;
			for (let index = at + 2; index < at + 6; index++) if (!isHex(bytes[index]!)) return -1;
			return at + 6;
		default:
			return -1;
	}
}

function skipWord(bytes: Uint8Array, start: number, end: number, word: string): number {
	if (start + word.length > end) return -1;
	for (let index = 0; index < word.length; index++) if (bytes[start + index] !== word.charCodeAt(index)) return -1;
	return start + word.length;
}

export function skipNumber(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	if (bytes[at] === 45) at++;
	if (at < end && bytes[at] === 48) at++;
	else if ((at = skipDigits(bytes, at, end)) === -1) return -1;
	if (at < end && bytes[at] === 46 && (at = skipDigits(bytes, at + 1, end)) === -1) return -1;
	if (at < end && (bytes[at]! | 32) === 101) {
		at++;
		if (at < end && (bytes[at] === 43 || bytes[at] === 45)) at++;
		return skipDigits(bytes, at, end);
	}
	return at;
}

/** At least one. */
function skipDigits(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end && bytes[at]! >= 48 && bytes[at]! <= 57) at++;
	return at === start ? -1 : at;
}

function isHex(byte: number): boolean {
	return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 102);
}
