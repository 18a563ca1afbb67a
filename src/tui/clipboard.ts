/** Copying over the terminal itself, which works through SSH and tmux: OSC 52. */

/** xterm takes about this much; others take more. */
const MOST = 74_994;

/**
 * The escape sequence that asks the terminal to copy `text`.
 * @returns undefined: it is too long for terminals to take, or this terminal is known to take none
 */
export function copySequence(text: string, term: string | undefined): string | undefined {
	const encoded = Buffer.from(text, 'utf8').toString('base64');
	if (encoded.length > MOST || term === 'linux' || term === 'dumb') return undefined;
	return `\u001b]52;c;${encoded}\u0007`;
}
