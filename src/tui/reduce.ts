/** The state after a command: the one place where anything changes. Pure; what the world must do is an `effect`. */
import {acceptForm, editForm, exportForm, submit} from './forms.ts';
import {type Action, actionOf} from './keys.ts';
import {typed} from './keypress.ts';
import {inWindow, type Motion, moveInList, moveInText, settle, type Spot} from './motion.ts';
import {layoutOf, whatIsShown} from './now.ts';
import {SORTS} from './order.ts';
import {GROUPS, type Link, type Screen, screenOf, type Tab, TABS} from './screen.ts';
import {mendOf} from './screens/coverage.ts';
import {contextOf, type Effect, type Reading, screenNow, type State} from './state.ts';
import {edit, type Edit, field} from './text-field.ts';
import type {AuditData} from './data.ts';
import type {Suppression} from '../report.ts';

export type Command =
	| {type: 'key'; key: string}
	/** Lines, downwards. */
	| {type: 'wheel'; by: number}
	| {type: 'size'; columns: number; rows: number}
	| {type: 'reading'; reading: Reading}
	| {type: 'data'; data: AuditData}
	/** An effect came to its end. */
	| {type: 'done'; text: string}
	| {type: 'failed'; text: string}
	| {type: 'accepted'; fingerprint: string; suppression: Suppression; text: string};

export function reduce(state: State, command: Command): State {
	switch (command.type) {
		case 'key':
			return pressed({...state, notice: undefined}, command.key);
		case 'wheel':
			return state.mode === 'browse' && state.data
				? moved(state, command.by < 0 ? 'up' : 'down', Math.abs(command.by))
				: state;
		case 'size': {
			const {columns, rows} = command;
			return settled({...state, size: {columns, rows}});
		}
		case 'reading':
			return {...state, reading: command.reading};
		case 'data':
			return settled({...withData(state, command.data), mode: 'browse', form: undefined});
		case 'done':
			return {...closed(state), notice: {text: command.text, kind: 'good'}};
		case 'failed':
			return state.form
				? {...state, form: {...state.form, busy: false, problem: command.text}}
				: {...state, notice: {text: command.text, kind: 'bad'}};
		case 'accepted': {
			const accepted = new Map(state.accepted).set(command.fingerprint, command.suppression);
			return {...closed(state), accepted, notice: {text: command.text, kind: 'good'}};
		}
	}
}

function closed(state: State): State {
	return state.mode === 'form' ? {...state, mode: 'browse', form: undefined} : state;
}

/** Findings of an interim report have other numbers: one starts again at the top of each view. */
function withData(state: State, data: AuditData): State {
	const stacks = Object.fromEntries(
		TABS.map(tab => [tab, [{...state.stacks[tab][0]!, cursor: 0, top: 0}]]),
	) as unknown as State['stacks'];
	const isFinal = state.data?.interim && !data.interim;
	return {
		...state,
		data,
		stacks,
		...(!data.interim && {reading: undefined}),
		...(isFinal && {notice: {text: 'Everything was read: this is the whole report.', kind: 'good'}}),
	};
}

function pressed(state: State, key: string): State {
	const action = actionOf(key, contextOf(state), state.linear);
	if (action === 'interrupt') return {...state, effect: {kind: 'quit', code: 130}};
	switch (state.mode) {
		case 'filter':
			return inFilter(state, action, key);
		case 'form':
			return inForm(state, action, key);
		case 'help':
			return inHelp(state, action);
		default:
			if (action === undefined) return state;
			if (action === 'choose') return chosen(state, Number(key));
			return state.data ? acted(state, action) : beforeData(state, action);
	}
}

function beforeData(state: State, action: Action): State {
	if (action === 'help') return {...state, mode: 'help', helpTop: 0};
	if (action === 'judge' && state.reading?.canJudge) return {...state, effect: {kind: 'judge'}};
	return state;
}

const EDITS: Partial<Record<Action, Edit['type']>> = {
	'delete-back': 'delete-back',
	delete: 'delete',
	'delete-word': 'delete-word',
	clear: 'clear',
	left: 'left',
	right: 'right',
	home: 'home',
	end: 'end',
};

function editOf(action: Action | undefined, key: string): Edit | undefined {
	const type = action && EDITS[action];
	if (type !== undefined) return {type} as Edit;
	const text = action === undefined ? typed(key) : undefined;
	return text === undefined ? undefined : {type: 'insert', text};
}

/** The list narrows with every letter. */
function inFilter(state: State, action: Action | undefined, key: string): State {
	if (action === 'up' || action === 'down') return moved(state, action);
	if (action === 'submit') return {...state, mode: 'browse'};
	if (action === 'cancel') return {...onScreen(state, {filter: state.before, cursor: 0, top: 0}), mode: 'browse'};
	const change = editOf(action, key);
	if (!change) return state;
	const typing = edit(state.typing, change);
	const isSame = typing.text === state.typing.text;
	return {...(isSame ? state : onScreen(state, {filter: typing.text, cursor: 0, top: 0})), typing};
}

function inForm(state: State, action: Action | undefined, key: string): State {
	const form = state.form!;
	if (action === 'cancel') return {...state, mode: 'browse', form: undefined};
	if (action === 'submit') return submit(state, form);
	const {length} = form.fields;
	if (action === 'next-field') return {...state, form: {...form, at: (form.at + 1) % length}};
	if (action === 'previous-field') return {...state, form: {...form, at: (form.at + length - 1) % length}};
	const change = form.busy ? undefined : editOf(action, key);
	return change ? {...state, form: editForm(form, change)} : state;
}

function inHelp(state: State, action: Action | undefined): State {
	const page = state.size.rows - 6;
	const by: Partial<Record<Action, number>> = {
		up: -1,
		down: 1,
		'page-up': -page,
		'page-down': page,
		first: -1e9,
		last: 1e9,
	};
	if (action === 'help') return {...state, mode: 'browse'};
	// The view stops at the end of the help.
	if (action && by[action] !== undefined)
		return {...state, helpTop: Math.max(0, Math.min(200, state.helpTop + by[action]))};
	return state;
}

const MOTIONS: ReadonlySet<Action> = new Set(['up', 'down', 'page-up', 'page-down', 'first', 'last']);

function acted(state: State, action: Action): State {
	if (MOTIONS.has(action)) return moved(state, action as Motion);
	if (isTab(action)) return settled({...state, tab: action});
	const screen = screenNow(state);
	switch (action) {
		case 'enter':
			return entered(state);
		case 'back':
			return back(state, screen);
		case 'fold':
			return folded(state, screen);
		case 'quit':
			return state.stacks[state.tab].length > 1 ? popped(state) : {...state, effect: {kind: 'quit', code: 0}};
		case 'help':
			return {...state, mode: 'help', helpTop: 0};
		case 'next-tab':
			return settled({...state, tab: TABS[(TABS.indexOf(state.tab) + 1) % TABS.length]!});
		case 'previous-tab':
			return settled({...state, tab: TABS[(TABS.indexOf(state.tab) + TABS.length - 1) % TABS.length]!});
		case 'filter':
			return {...state, mode: 'filter', typing: field(screen.filter), before: screen.filter};
		case 'sort':
			return screen.place.view === 'findings'
				? onScreen(state, {sort: SORTS[(SORTS.indexOf(screen.sort) + 1) % SORTS.length]!, cursor: 0, top: 0})
				: onScreen(state, {reversed: !screen.reversed, cursor: 0, top: 0});
		case 'reverse':
			return onScreen(state, {reversed: !screen.reversed, cursor: 0, top: 0});
		case 'group': {
			const next = GROUPS[screen.group === undefined ? 0 : GROUPS.indexOf(screen.group) + 1];
			return onScreen(state, {group: next, open: new Set(), cursor: 0, top: 0});
		}
		case 'pane':
			return settled({...state, pane: !state.pane});
		case 'mouse': {
			const on = !state.mouse;
			const text = on ? 'The wheel scrolls again.' : 'The mouse is free to select text; m takes it back for the wheel.';
			return {...state, mouse: on, effect: {kind: 'mouse', on}, notice: {text, kind: 'good'}};
		}
		case 'export':
			return {...state, mode: 'form', form: exportForm()};
		default:
			return onFinding(state, action);
	}
}

const isTab = (action: Action): action is Tab => TABS.some(tab => tab === action);

/** What is done with one finding, or with a hole. */
function onFinding(state: State, action: Action): State {
	const data = state.data!;
	const {body} = whatIsShown(state)!;
	const {cursor, place} = screenNow(state);
	if (action === 'copy-name') {
		const name = body.kind === 'list' ? (body.count > 0 ? body.name(cursor) : undefined) : nameOf(state, body.name);
		return name === undefined ? state : {...state, effect: {kind: 'copy', text: name, what: name}};
	}
	const hole =
		place.view === 'hole' ? place.line : body.kind === 'list' && body.count > 0 ? holeAt(body.link(cursor)) : undefined;
	if (hole !== undefined && (action === 'copy' || action === 'print')) {
		const mend = mendOf(data, hole);
		return mend === undefined
			? told(state, 'Nothing is known that would mend this.')
			: {...state, effect: fixEffect(action, mend)};
	}
	const number = body.kind === 'list' ? body.finding?.(cursor) : body.finding;
	if (number === undefined) return told(state, 'There is no finding here to do that with.');
	switch (action) {
		case 'path':
			return data.table.at(number).path?.length
				? pushed(state, {to: {view: 'path', finding: number}})
				: told(state, 'This finding has no path: it is about what is there, not about who becomes whom.');
		case 'copy':
		case 'print': {
			const {gcloud, summary} = data.table.at(number).remediation;
			return {...state, effect: fixEffect(action, gcloud.length > 0 ? gcloud.join('\n') : summary)};
		}
		case 'accept': {
			const {fingerprint, suppressed} = data.table.brief(number);
			return suppressed || state.accepted.has(fingerprint)
				? told(state, 'This finding is accepted already.')
				: {...state, mode: 'form', form: acceptForm(number)};
		}
		case 'docs': {
			const url = data.ask.note(data.table.brief(number).check)?.references[0];
			return url === undefined ? told(state, 'This check names no page.') : {...state, effect: {kind: 'browse', url}};
		}
		default:
			return state;
	}
}

function fixEffect(action: 'copy' | 'print', text: string): Effect {
	return action === 'copy' ? {kind: 'copy', text, what: 'the fix'} : {kind: 'print', text};
}

const told = (state: State, text: string): State => ({...state, notice: {text, kind: 'bad'}});

function holeAt(link: Link): number | undefined {
	return 'to' in link && link.to.view === 'hole' ? link.to.line : undefined;
}

/** In a text the name of the marked item, if it is one of a node. */
function nameOf(state: State, whole: string): string {
	const link = linkNow(state);
	if (!link || !('to' in link)) return whole;
	if (link.to.view === 'node') return link.to.id;
	if (link.to.view === 'path' && 'from' in link.to) return link.to.from === whole ? link.to.to : link.to.from;
	return whole;
}

/** Where Enter would lead. */
function linkNow(state: State): Link | undefined {
	const {body, frame} = whatIsShown(state)!;
	const {cursor} = screenNow(state);
	if (body.kind === 'list') return body.count > 0 ? body.link(cursor) : undefined;
	return layoutOf(body, frame, cursor).items[cursor]?.link;
}

function entered(state: State): State {
	const link = linkNow(state);
	return link ? pushed(state, link) : state;
}

function pushed(state: State, link: Link): State {
	if ('unfold' in link) {
		const open = new Set(screenNow(state).open);
		if (!open.delete(link.unfold)) open.add(link.unfold);
		return settled(onScreen(state, {open}));
	}
	const next = 'filter' in link ? screenOf({view: 'findings'}, link.filter) : screenOf(link.to);
	return {...state, stacks: {...state.stacks, [state.tab]: [...state.stacks[state.tab], next]}};
}

function popped(state: State): State {
	const stack = state.stacks[state.tab];
	return settled({...state, stacks: {...state.stacks, [state.tab]: stack.slice(0, -1)}});
}

function back(state: State, {filter, group}: Screen): State {
	if (state.stacks[state.tab].length > 1) return popped(state);
	if (filter !== '') return onScreen(state, {filter: '', cursor: 0, top: 0});
	return group === undefined ? state : onScreen(state, {group: undefined, cursor: 0, top: 0});
}

/** Folds the group in which the mark is, and puts the mark on its head. */
function folded(state: State, {cursor, open}: Screen): State {
	const {body} = whatIsShown(state)!;
	if (body.kind !== 'list' || open.size === 0) return state;
	for (let index = cursor; index >= 0; index--) {
		const link = body.link(index);
		if (!('unfold' in link)) continue;
		if (!open.has(link.unfold)) return state;
		const left = new Set(open);
		left.delete(link.unfold);
		return settled(onScreen(state, {open: left, cursor: index}));
	}
	return state;
}

/** The so-manieth row or item in the window. */
function chosen(state: State, number: number): State {
	const shown = whatIsShown(state);
	if (!shown) return state;
	const {body, frame} = shown;
	const {top} = screenNow(state);
	if (body.kind === 'list') {
		const row = top + number - 1;
		return row < body.count && number <= frame.rows ? entered(onScreen(state, {cursor: row})) : state;
	}
	const {items} = layoutOf(body, frame, -1);
	const visible = items.flatMap((item, index) => (item.top >= top && item.top < top + frame.rows ? [index] : []));
	const index = visible[number - 1];
	return index === undefined ? state : entered(onScreen(state, {cursor: index}));
}

function moved(state: State, motion: Motion, steps = 1): State {
	const {body, frame} = whatIsShown(state)!;
	const screen = screenNow(state);
	if (body.kind === 'list') return onScreen(state, moveInList(screen, motion, body.count, frame.rows, steps));
	return onScreen(state, moveInText(screen, motion, layoutOf(body, frame, screen.cursor), frame.rows, steps));
}

/** Keeps mark and window inside of what there is, after something else changed. */
function settled(state: State): State {
	const shown = whatIsShown(state);
	if (!shown) return state;
	const {body, frame} = shown;
	const screen = screenNow(state);
	const spot =
		body.kind === 'list'
			? inWindow(screen, body.count, frame.rows)
			: settle(screen, layoutOf(body, frame, screen.cursor), frame.rows);
	return onScreen(state, spot);
}

function onScreen(state: State, change: Partial<Screen> | Spot): State {
	const stack = state.stacks[state.tab];
	const next = {...stack.at(-1)!, ...change};
	return {...state, stacks: {...state.stacks, [state.tab]: [...stack.slice(0, -1), next]}};
}
