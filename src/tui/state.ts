/** Everything that the screen depends on, as plain data. */
import type {SourceProgress} from '../progress.ts';
import type {Suppression} from '../report.ts';
import type {AuditData} from './data.ts';
import type {Context} from './keys.ts';
import {type Screen, screenOf, type Tab} from './screen.ts';
import type {TextField} from './text-field.ts';

/** What is wanted of the world outside: done by the terminal, which then tells how it went. */
export type Effect =
	| {kind: 'copy'; text: string; what: string}
	/** Shown on the normal screen until a key is pressed. */
	| {kind: 'print'; text: string}
	| {kind: 'browse'; url: string}
	| {kind: 'accept'; finding: number; reason: string; owner: string; until: string}
	/** Numbers of the findings to write, in their order. */
	| {kind: 'export'; file: string; findings: Uint32Array}
	| {kind: 'judge'}
	| {kind: 'mouse'; on: boolean}
	| {kind: 'quit'; code: 0 | 130};

export interface Form {
	kind: 'accept' | 'export';
	/** Of `accept`. */
	finding?: number;
	fields: readonly {name: string; hint: string; value: TextField}[];
	at: number;
	/** What was wrong with it. */
	problem?: string;
	/** Handed over; no key but cancelling counts until it is answered. */
	busy?: boolean;
}

/** How far reading is. */
export interface Reading {
	/** One sentence: what is being done. */
	doing: string;
	/** What is read where, in the order in which it began. */
	sources: readonly SourceProgress[];
	/** Milliseconds that it will take at least, if that is known. */
	left?: number;
	/** Assets so far. */
	assets: number;
	/** Milliseconds since it began. */
	since: number;
	/** Problems and remarks, oldest first. */
	said: readonly string[];
	/** Something can be judged already. */
	canJudge: boolean;
}

export interface State {
	size: {columns: number; rows: number};
	/** For screen readers: numbered, without borders, one thing after the other. */
	linear: boolean;
	data?: AuditData | undefined;
	reading?: Reading | undefined;
	tab: Tab;
	/** Where one is in each view; the last is shown. */
	stacks: Readonly<Record<Tab, readonly Screen[]>>;
	mode: 'browse' | 'filter' | 'form' | 'help';
	/** The filter that is being typed. */
	typing: TextField;
	/** The filter before, to go back to. */
	before: string;
	form?: Form | undefined;
	/** First line of the help. */
	helpTop: number;
	pane: boolean;
	mouse: boolean;
	notice?: {text: string; kind: 'good' | 'bad'} | undefined;
	/** Accepted here, by fingerprint: the report still has them as findings. */
	accepted: ReadonlyMap<string, Suppression>;
	effect?: Effect | undefined;
}

export function initialState(size: State['size'], linear: boolean): State {
	return {
		size,
		linear,
		tab: 'overview',
		stacks: {
			overview: [screenOf({view: 'overview'})],
			findings: [screenOf({view: 'findings'})],
			accounts: [screenOf({view: 'accounts'})],
			coverage: [screenOf({view: 'coverage'})],
		},
		mode: 'browse',
		typing: {text: '', at: 0},
		before: '',
		helpTop: 0,
		pane: true,
		mouse: true,
		accepted: new Map(),
	};
}

export function screenNow({stacks, tab}: State): Screen {
	return stacks[tab].at(-1)!;
}

/** The context in which keys are read. */
export function contextOf(state: State): Context {
	if (state.mode !== 'browse') return state.mode;
	return state.data ? screenNow(state).place.view : 'reading';
}

/** The screen that lies under a filter, form or help. */
export function viewOf(state: State): Context {
	return state.data ? screenNow(state).place.view : 'reading';
}
