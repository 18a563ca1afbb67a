/** The terminal UI on a real terminal: takes the screen, shows the state, does what keys ask for, gives the screen back. */
import {once} from 'node:events';
import {render, type SuspendTerminal} from 'ink';
import {createElement as h} from 'react';
import type {Io} from '../io.ts';
import type {Step} from '../progress.ts';
import {safeLine} from '../text.ts';
import {App} from './app.ts';
import {copySequence} from './clipboard.ts';
import type {AuditData} from './data.ts';
import {readAhead} from './findings.ts';
import {type Effect, initialState, type Reading} from './state.ts';
import {Store} from './store.ts';
import {type Keyboard, TerminalInput} from './terminal-input.ts';
import type {Suppression} from '../report.ts';

export interface TerminalOptions {
	color: boolean;
	/** For screen readers: no alternate screen, no borders. */
	linear: boolean;
	/** Told when the screen is given back, whoever did it. */
	onClose(): void;
}

/** What the command does for the UI; each says how it went in one sentence, or throws an error that does. */
export interface Deeds {
	accept(
		finding: number,
		reason: string,
		owner: string,
		until: string,
	): Promise<{text: string; suppression: Suppression}>;
	write(file: string, findings: Uint32Array, accepted: ReadonlyMap<string, Suppression>): Promise<string>;
}

export interface Terminal {
	/** Shown until the report is there. */
	reading(doing: string): void;
	progress(step: Step): void;
	say(line: string): void;
	/** Resolves when what was told is on the screen: before anything that takes long and lets nothing else run. */
	drawn(): Promise<void>;
	/** Judges what was read so far; absent: that cannot be done yet. */
	onJudge: (() => Promise<{data: AuditData; deeds: Deeds}>) | undefined;
	/** Shows a report. Resolves when the user leaves: 130 after Ctrl-C. */
	show(data: AuditData, deeds: Deeds): Promise<0 | 130>;
	/** Gives the screen back; the second time it does nothing. */
	close(): void;
}

/** Wheel and buttons are reported, in SGR coordinates. */
const MOUSE_ON = '\u001b[?1000h\u001b[?1006h';
const MOUSE_OFF = '\u001b[?1006l\u001b[?1000l';
/** Milliseconds between two frames while reading. */
const PACE = 100;
const TICK = 1000;
/** Remarks that are kept for the screen. */
const SAID = 200;

export function openTerminal(io: Io, {color, linear, onClose}: TerminalOptions): Terminal {
	const {stdout} = io;
	const size = () => ({columns: stdout.columns ?? 80, rows: stdout.rows ?? 24});
	const store = new Store(initialState(size(), linear));
	const began = io.clock();
	let now: Reading = {doing: 'Starting', sources: [], assets: 0, since: 0, said: [], canJudge: false};
	let told = 0;
	let deeds: Deeds | undefined;
	/** The whole report is shown. */
	let whole = false;
	let suspend: SuspendTerminal | undefined;
	let isOpen = true;
	const left = Promise.withResolvers<0 | 130>();

	const resized = (): void => store.dispatch({type: 'size', ...size()});
	// Before Ink's own listener, so that the first frame after it has the new size already.
	stdout.on('resize', resized);
	const input = new TerminalInput(io.stdin as Keyboard, by => store.dispatch({type: 'wheel', by}));
	if (!linear) stdout.write(MOUSE_ON);
	const onReady = (lend: SuspendTerminal): void => void (suspend = lend);
	const ink = render(h(App, {store, color, onReady}), {
		stdout: stdout as NodeJS.WriteStream,
		stdin: input as unknown as NodeJS.ReadStream,
		exitOnCtrlC: false,
		patchConsole: false,
		interactive: true,
		alternateScreen: !linear,
		isScreenReaderEnabled: linear,
		incrementalRendering: true,
		maxFps: 60,
	});

	const close = (): void => {
		if (!isOpen) return;
		isOpen = false;
		clearInterval(ticking);
		io.signal.removeEventListener('abort', close);
		stdout.off('resize', resized);
		ink.unmount();
		if (!linear) stdout.write(MOUSE_OFF);
		input.close();
		onClose();
	};
	io.signal.addEventListener('abort', close, {once: true});
	// Time goes on while an answer is waited for, and so do the figures that depend on it.
	const ticking = setInterval(() => update({}), TICK);
	// A view that throws is our own mistake: the screen comes back, and the error is told as such.
	ink.waitUntilExit().catch(error => {
		close();
		left.reject(error);
	});

	const failed = (error: unknown): void => {
		const {message, hint} = error as {message: string; hint?: string};
		store.dispatch({type: 'failed', text: hint === undefined ? message : `${message} ${hint}`});
	};
	const update = (change: Partial<Reading>): void => {
		if (whole || !isOpen) return;
		now = {...now, ...change, since: io.clock() - began, canJudge: terminal.onJudge !== undefined};
		told = io.clock();
		store.dispatch({type: 'reading', reading: now});
	};

	store.onEffect = effect => {
		perform(effect).catch(failed);
	};

	async function perform(effect: Effect): Promise<void> {
		switch (effect.kind) {
			case 'quit':
				if (whole) left.resolve(effect.code);
				// The rest of what is read is not waited for.
				else {
					close();
					io.interrupt?.();
				}
				return;
			case 'copy': {
				const sequence = copySequence(effect.text, io.env['TERM']);
				if (sequence === undefined) return print(effect.text);
				stdout.write(sequence);
				const text = `Copied ${effect.what === 'the fix' ? 'the fix' : safeLine(effect.what)}. Nothing to paste? P prints it.`;
				return store.dispatch({type: 'done', text});
			}
			case 'print':
				return print(effect.text);
			case 'browse': {
				const opened = (await io.browse?.(effect.url)) ?? false;
				return store.dispatch(
					opened
						? {type: 'done', text: `Opened ${effect.url}`}
						: {type: 'failed', text: `No browser could be started here: ${effect.url}`},
				);
			}
			case 'mouse':
				stdout.write(effect.on ? MOUSE_ON : MOUSE_OFF);
				return;
			case 'accept': {
				const {finding, reason, owner, until} = effect;
				const {text, suppression} = await deeds!.accept(finding, reason, owner, until);
				const {fingerprint} = store.now().data!.table.brief(finding);
				return store.dispatch({type: 'accepted', fingerprint, suppression, text});
			}
			case 'export':
				return store.dispatch({
					type: 'done',
					text: await deeds!.write(effect.file, effect.findings, store.now().accepted),
				});
			case 'judge':
				update({doing: 'Judging what is there'});
				await terminal.drawn();
				if (terminal.onJudge) {
					const judged = await terminal.onJudge();
					// Everything may have been read meanwhile.
					if (whole) return;
					deeds = judged.deeds;
					readAhead(judged.data.table);
					store.dispatch({type: 'data', data: judged.data});
				}
				update({doing: 'Reading'});
				return;
		}
	}

	/** On the normal screen, where it can be selected; back after Enter. */
	async function print(text: string): Promise<void> {
		await suspend?.(async () => {
			stdout.write(`${linear ? '' : MOUSE_OFF}${text.split('\n').map(safeLine).join('\n')}\n\n(Enter goes back) `);
			// Ink has let go of the keyboard, and with it of what keeps the process alive.
			input.ref();
			await once(input, 'data');
			if (!linear && store.now().mouse) stdout.write(MOUSE_ON);
		});
	}

	const terminal: Terminal = {
		onJudge: undefined,
		reading: doing => update({doing}),
		progress: ({sources, left: rest, assets}) => {
			if (io.clock() - told >= PACE) update({sources, assets, ...(rest !== undefined && {left: rest})});
		},
		say: line => update({said: [...now.said, line].slice(-SAID)}),
		async drawn() {
			await ink.waitUntilRenderFlush();
		},
		show(data, own) {
			deeds = own;
			whole = true;
			clearInterval(ticking);
			readAhead(data.table);
			store.dispatch({type: 'data', data: {...data, warnings: now.said.filter(line => line.startsWith('Warning'))}});
			return left.promise;
		},
		close,
	};
	return terminal;
}
