/** What a terminal sends, as names of keys. */
import type {Key} from 'ink';

/** Keys that Ink tells by a flag, with our names. */
const FLAGS = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'esc'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];

const CONTROLS: Readonly<Record<string, string>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\t': 'tab',
	' ': 'space',
	'\u007f': 'backspace',
	'\b': 'backspace',
	'\u0003': 'ctrl+c',
};

const GRAPHEMES = new Intl.Segmenter('en', {granularity: 'grapheme'});

/**
 * The keys of one event. Whoever types fast, pastes, or sits behind a slow line sends several characters at once, an
 * Enter among them.
 */
export function keysOf(input: string, key: Key): string[] {
	if (key.tab) return [key.shift ? 'shift+tab' : 'tab'];
	// Two of them in one go look like a combination of both.
	if (key.escape && key.meta) return ['esc', 'esc'];
	const flag = FLAGS.find(([name]) => key[name]);
	if (flag) return [flag[1]];
	if (key.ctrl && input.length === 1) return [`ctrl+${input}`];
	return Array.from(GRAPHEMES.segment(input), ({segment}) => CONTROLS[segment] ?? segment);
}

/** The character that a key stands for where text is typed; undefined: it is no character. */
export function typed(key: string): string | undefined {
	if (key === 'space') return ' ';
	const isOne = [...GRAPHEMES.segment(key)].length === 1;
	return isOne && !/\p{Cc}/u.test(key) ? key : undefined;
}
