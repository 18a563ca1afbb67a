/**
 * The React side, thin on purpose: it subscribes to the state, draws the lines that pure functions make of it, and
 * turns keys into commands. Without JSX, because the package runs from its sources, from which Node strips types only.
 */
import {Box, type SuspendTerminal, Text, useApp, useInput} from 'ink';
import {createElement as h, memo, type ReactNode, useEffect, useSyncExternalStore} from 'react';
import {spokenLines} from './draw/linear.ts';
import {drawScreen} from './draw/screen.ts';
import {keysOf} from './keypress.ts';
import {type Line, paint} from './line.ts';
import type {State} from './state.ts';
import type {Store} from './store.ts';

export interface AppProps {
	store: Store;
	color: boolean;
	/** Handed what lends the terminal to somebody else for a while. */
	onReady(suspend: SuspendTerminal): void;
}

export function App({store, color, onReady}: AppProps): ReactNode {
	const {suspendTerminal} = useApp();
	useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
	const state = useSyncExternalStore(store.subscribe, store.now);
	useInput((input, key) => {
		for (const name of keysOf(input, key)) store.dispatch({type: 'key', key: name});
	});
	return state.linear ? h(Linear, {state}) : h(FullScreen, {state, color});
}

function FullScreen({state, color}: {state: State; color: boolean}): ReactNode {
	const {header, body, footer} = drawScreen(state);
	return h(
		Box,
		{flexDirection: 'column'},
		[header, body, footer].map((lines, part) => h(Region, {key: part, text: textOf(lines, color)})),
	);
}

/** Lines that belong together; not laid out again while they are the same. */
const Region = memo(({text}: {text: string}): ReactNode => (text === '' ? null : h(Text, {wrap: 'truncate'}, text)));

const textOf = (lines: readonly Line[], color: boolean): string => lines.map(line => paint(line, color)).join('\n');

/** For screen readers: one thing after the other. */
function Linear({state}: {state: State}): ReactNode {
	return h(
		Box,
		{flexDirection: 'column'},
		spokenLines(state).map(({text, selected = false}, index) =>
			h(Box, {key: index, 'aria-state': {selected}}, h(Text, null, text)),
		),
	);
}
