/** A terminal that is not there: what Ink writes to it, and a keyboard to press keys on. */
import {PassThrough, Writable} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink';
import {createElement as h} from 'react';
import {App} from '../../src/tui/app.ts';
import {initialState} from '../../src/tui/state.ts';
import {Store} from '../../src/tui/store.ts';
import type {Command} from '../../src/tui/reduce.ts';

class Screen extends Writable {
	readonly isTTY = true;
	columns: number;
	rows: number;
	frame = '';

	constructor(columns: number, rows: number) {
		super({decodeStrings: false});
		this.columns = columns;
		this.rows = rows;
	}

	override _write(chunk: string, _: BufferEncoding, done: () => void): void {
		// Ink waits for an empty write to pass.
		if (chunk !== '') this.frame = chunk;
		done();
	}
}

class Keyboard extends PassThrough {
	readonly isTTY = true;
	setRawMode(): this {
		return this;
	}
	ref(): this {
		return this;
	}
	unref(): this {
		return this;
	}
}

/** The frame that Ink draws after these commands, without styles unless they are asked for. */
export async function frameAfter(
	commands: readonly Command[],
	{columns, rows, linear = false, color}: {columns: number; rows: number; linear?: boolean; color?: boolean},
): Promise<string> {
	const stdout = new Screen(columns, rows);
	const stdin = new Keyboard();
	const store = new Store(initialState({columns, rows}, linear));
	const onReady = (): void => {};
	const ink = render(h(App, {store, color: color ?? false, onReady}), {
		stdout: stdout as unknown as NodeJS.WriteStream,
		stdin: stdin as unknown as NodeJS.ReadStream,
		// Each frame as a whole.
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
		isScreenReaderEnabled: linear,
	});
	for (const command of commands) store.dispatch(command);
	await ink.waitUntilRenderFlush();
	const {frame} = stdout;
	if (frame === '') throw new Error('nothing was drawn');
	ink.unmount();
	return color === undefined ? stripVTControlCharacters(frame) : frame;
}

export const keys = (...names: string[]): Command[] =>
	names
		.flatMap(name => (name.startsWith('type:') ? Array.from(name.slice('type:'.length)) : [name]))
		.map(key => ({type: 'key', key: key === ' ' ? 'space' : key}));
