/** One line that is being typed, with a cursor. */

export interface TextField {
	text: string;
	/** In code units, between characters. */
	at: number;
}

export type Edit =
	| {type: 'insert'; text: string}
	| {type: 'delete-back' | 'delete' | 'delete-word' | 'clear' | 'left' | 'right' | 'home' | 'end'};

const GRAPHEMES = new Intl.Segmenter('en', {granularity: 'grapheme'});

export const field = (text = ''): TextField => ({text, at: text.length});

export function edit({text, at}: TextField, change: Edit): TextField {
	switch (change.type) {
		case 'insert': {
			// What is pasted may hold line breaks and worse; a field is one line.
			const typed = change.text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
			return {text: text.slice(0, at) + typed + text.slice(at), at: at + typed.length};
		}
		case 'delete-back':
			return {text: text.slice(0, before(text, at)) + text.slice(at), at: before(text, at)};
		case 'delete':
			return {text: text.slice(0, at) + text.slice(after(text, at)), at};
		case 'delete-word': {
			const start = text.slice(0, at).replace(/\S+\s*$/, '').length;
			return {text: text.slice(0, start) + text.slice(at), at: start};
		}
		case 'clear':
			return field();
		case 'left':
			return {text, at: before(text, at)};
		case 'right':
			return {text, at: after(text, at)};
		case 'home':
			return {text, at: 0};
		case 'end':
			return {text, at: text.length};
	}
}

function before(text: string, at: number): number {
	return [...GRAPHEMES.segment(text.slice(0, at))].at(-1)?.index ?? 0;
}

function after(text: string, at: number): number {
	const [next] = GRAPHEMES.segment(text.slice(at));
	return at + (next?.segment.length ?? 0);
}
