/**
 * Every key there is, once: the handler, the bar at the bottom, the help behind `?` and docs/keys.md all read this
 * table.
 */
import type {Place} from './screen.ts';

/** Where keys can mean something: a screen, or something that lies over one. */
export type Context = Place['view'] | 'reading' | 'help' | 'filter' | 'form';

export type Action =
	| 'up'
	| 'down'
	| 'page-up'
	| 'page-down'
	| 'first'
	| 'last'
	| 'enter'
	| 'back'
	| 'fold'
	| 'choose'
	| 'quit'
	| 'interrupt'
	| 'help'
	| 'next-tab'
	| 'previous-tab'
	| 'overview'
	| 'findings'
	| 'accounts'
	| 'coverage'
	| 'filter'
	| 'sort'
	| 'reverse'
	| 'group'
	| 'pane'
	| 'path'
	| 'copy'
	| 'copy-name'
	| 'print'
	| 'accept'
	| 'export'
	| 'docs'
	| 'mouse'
	| 'judge'
	| 'submit'
	| 'cancel'
	| 'next-field'
	| 'previous-field'
	| 'delete-back'
	| 'delete'
	| 'delete-word'
	| 'clear'
	| 'left'
	| 'right'
	| 'home'
	| 'end';

export interface Binding {
	action: Action;
	/** As `keypress.ts` names them. */
	keys: readonly string[];
	/** For the bar, one word or two; absent: it is not on the bar. */
	bar?: string;
	/** For the help and the document. */
	help: string;
	in: readonly Context[];
	/** Only there; absent: in the full layout and in the linear one for screen readers. */
	layout?: 'full' | 'linear';
}

const LISTS = ['findings', 'accounts', 'coverage'] as const;
const TEXTS = ['overview', 'finding', 'path', 'node', 'hole'] as const;
const SCREENS = [...LISTS, ...TEXTS] as const;
const OF_FINDINGS = ['findings', 'finding', 'path'] as const;
const TYPING = ['filter', 'form'] as const;

/** In the order in which they matter: the bar drops what does not fit from the end. */
export const BINDINGS: readonly Binding[] = [
	{
		action: 'enter',
		keys: ['enter', 'right', 'l'],
		bar: 'open',
		help: 'open what is marked; unfold a group',
		in: SCREENS,
	},
	{
		action: 'back',
		keys: ['esc', 'left', 'h'],
		bar: 'back',
		help: 'back to where you came from',
		in: ['finding', 'path', 'node', 'hole'],
	},
	{
		action: 'back',
		keys: ['esc'],
		help: 'back to where you came from; else clear the filter, then the grouping',
		in: LISTS,
	},
	{action: 'fold', keys: ['left', 'h'], help: 'fold the group', in: ['findings']},
	{action: 'filter', keys: ['/'], bar: 'filter', help: 'narrow the list while you type', in: LISTS},
	{
		action: 'copy',
		keys: ['c'],
		bar: 'copy fix',
		help: 'copy the command that mends it',
		in: [...OF_FINDINGS, 'hole', 'coverage'],
	},
	{action: 'path', keys: ['p'], bar: 'path', help: 'show the path hop by hop', in: ['findings', 'finding']},
	{
		action: 'accept',
		keys: ['a'],
		bar: 'accept',
		help: 'accept the finding: with a reason, an owner and an end, in the configuration',
		in: OF_FINDINGS,
	},
	{
		action: 'sort',
		keys: ['s'],
		bar: 'sort',
		help: 'the next order: severity, check, resource, project, principal, confidence, new first',
		in: ['findings', 'accounts'],
	},
	{action: 'group', keys: ['b'], bar: 'group', help: 'group by check, project, account or cause', in: ['findings']},
	{
		action: 'export',
		keys: ['e'],
		bar: 'export',
		help: 'write what is shown, in any report format',
		in: ['findings', 'overview'],
	},
	{action: 'docs', keys: ['o'], bar: 'docs', help: "open the check's page in a browser", in: OF_FINDINGS},
	{action: 'pane', keys: ['d'], bar: 'details', help: 'show or hide the details beside the list', in: LISTS},
	{action: 'reverse', keys: ['r'], help: 'turn the order around', in: ['findings', 'accounts']},
	{action: 'copy-name', keys: ['y'], help: 'copy the name of what is marked', in: SCREENS},
	{
		action: 'print',
		keys: ['P'],
		help: 'print the fix on the normal screen, where the terminal takes no copies',
		in: [...OF_FINDINGS, 'hole', 'coverage'],
	},
	{action: 'up', keys: ['up', 'k'], help: 'one up', in: [...SCREENS, 'help']},
	{action: 'down', keys: ['down', 'j'], help: 'one down', in: [...SCREENS, 'help']},
	{action: 'page-up', keys: ['pageup', 'ctrl+b', 'ctrl+u'], help: 'one page up', in: [...SCREENS, 'help']},
	{
		action: 'page-down',
		keys: ['pagedown', 'ctrl+f', 'ctrl+d', 'space'],
		help: 'one page down',
		in: [...SCREENS, 'help'],
	},
	{action: 'first', keys: ['home', 'g'], help: 'to the top', in: [...SCREENS, 'help']},
	{action: 'last', keys: ['end', 'G'], help: 'to the end', in: [...SCREENS, 'help']},
	{action: 'next-tab', keys: ['tab'], bar: 'next view', help: 'the next of the four views', in: SCREENS},
	{action: 'previous-tab', keys: ['shift+tab'], help: 'the one before', in: SCREENS},
	{action: 'overview', keys: ['1'], layout: 'full', help: 'overview', in: SCREENS},
	{action: 'findings', keys: ['2'], layout: 'full', help: 'findings', in: SCREENS},
	{action: 'accounts', keys: ['3'], layout: 'full', help: 'service accounts', in: SCREENS},
	{action: 'coverage', keys: ['4'], layout: 'full', help: 'coverage: what was not read', in: SCREENS},
	{
		action: 'choose',
		keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
		layout: 'linear',
		help: 'with --screen-reader: open what has this number',
		in: SCREENS,
	},
	{
		action: 'mouse',
		keys: ['m'],
		help: 'leave the mouse to the terminal, so that text can be selected, or take it back for the wheel',
		in: SCREENS,
	},
	{
		action: 'judge',
		keys: ['enter'],
		bar: 'judge what is there',
		help: 'judge what has been read so far and look at it',
		in: ['reading'],
	},
	{action: 'help', keys: ['?'], bar: 'help', help: 'the keys of this screen', in: [...SCREENS, 'reading']},
	{action: 'help', keys: ['?', 'esc', 'enter', 'q'], bar: 'close', help: 'close the help', in: ['help']},
	{action: 'quit', keys: ['q'], bar: 'quit', help: 'quit; further in, back', in: SCREENS},
	{
		action: 'interrupt',
		keys: ['ctrl+c'],
		help: 'quit at once, from anywhere',
		in: [...SCREENS, 'help', 'reading', ...TYPING],
	},
	{action: 'submit', keys: ['enter'], bar: 'keep it', help: 'keep the filter and go back to the list', in: ['filter']},
	{
		action: 'submit',
		keys: ['enter'],
		bar: 'go on',
		help: 'the next field; after the last one it is done',
		in: ['form'],
	},
	{action: 'cancel', keys: ['esc'], bar: 'cancel', help: 'as it was before', in: TYPING},
	{action: 'next-field', keys: ['tab', 'down'], bar: 'next field', help: 'the next field', in: ['form']},
	{action: 'previous-field', keys: ['shift+tab', 'up'], help: 'the field before', in: ['form']},
	{action: 'up', keys: ['up'], help: 'one up in the list', in: ['filter']},
	{action: 'down', keys: ['down'], help: 'one down in the list', in: ['filter']},
	{action: 'delete-back', keys: ['backspace'], help: 'delete the character before', in: TYPING},
	{action: 'delete', keys: ['delete', 'ctrl+d'], help: 'delete the character at the cursor', in: TYPING},
	{action: 'delete-word', keys: ['ctrl+w'], help: 'delete the word before', in: TYPING},
	{action: 'clear', keys: ['ctrl+u'], help: 'empty the field', in: TYPING},
	{action: 'left', keys: ['left', 'ctrl+b'], help: 'one character to the left', in: TYPING},
	{action: 'right', keys: ['right', 'ctrl+f'], help: 'one character to the right', in: TYPING},
	{action: 'home', keys: ['home', 'ctrl+a'], help: 'to the beginning of the field', in: TYPING},
	{action: 'end', keys: ['end', 'ctrl+e'], help: 'to the end of the field', in: TYPING},
];

/** What a key means there; undefined: nothing, or a letter of what is being typed. */
export function actionOf(key: string, context: Context, linear: boolean): Action | undefined {
	return bindingsIn(context, linear).find(({keys}) => keys.includes(key))?.action;
}

/** Bindings of one context, in the table's order. */
export function bindingsIn(context: Context, linear: boolean): Binding[] {
	const other = linear ? 'full' : 'linear';
	return BINDINGS.filter(binding => binding.in.includes(context) && binding.layout !== other);
}

const SHOWN: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	enter: 'Enter',
	esc: 'Esc',
	tab: 'Tab',
	'shift+tab': 'Shift+Tab',
	space: 'Space',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	backspace: 'Backspace',
	delete: 'Del',
};

/** A key as people call it: `Ctrl+C`, `PgUp`, `a`. */
export function keyLabel(key: string): string {
	return SHOWN[key] ?? key.replace(/^ctrl\+(.)$/, (_, letter: string) => `Ctrl+${letter.toUpperCase()}`);
}
