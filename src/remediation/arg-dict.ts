/** How gcloud reads `KEY=VALUE` pairs in one flag: with commas between them, or with another delimiter named in front. */

export function argDict(pairs: readonly string[]): string {
	const text = pairs.join('');
	if (!text.includes(',')) return pairs.join(',');
	const delimiter = unusedCharacter(text);
	return `^${delimiter}^${pairs.join(delimiter)}`;
}

/** One character that is not in `text`: punctuation that needs no second look, else the first letter that is free. */
function unusedCharacter(text: string): string {
	for (const character of ':;|#@%~+!') if (!text.includes(character)) return character;
	let code = 0xa1;
	while (text.includes(String.fromCodePoint(code)) || code === 0xad) code++;
	return String.fromCodePoint(code);
}
