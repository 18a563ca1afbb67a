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
		h(Lines, {lines: header, color}),
		h(
			Box,
			null,
			body.map(({width, lines}, key) => h(Box, {key, width, flexShrink: 0}, h(Lines, {lines, color}))),
		),
		h(Lines, {lines: footer, color}),
	);
}

function Lines({lines, color}: {lines: readonly Line[]; color: boolean}): ReactNode {
	return h(
		Box,
		{flexDirection: 'column'},
		lines.map((line, key) => h(Row, {key, text: paint(line, color)})),
	);
}

/** One line, which is not measured again while it stays the same. */
const Row = memo(({text}: {text: string}): ReactNode => h(Text, {wrap: 'truncate'}, text === '' ? ' ' : text));

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
