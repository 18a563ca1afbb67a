/** The keyboard with the mouse taken out: Ink knows keys only, and would drop what a wheel reports. */
import {PassThrough} from 'node:stream';

/** The part of a terminal's input stream that is used here. */
export interface Keyboard extends NodeJS.ReadableStream {
	readonly isTTY?: boolean;
	setRawMode?(on: boolean): unknown;
	ref?(): unknown;
	unref?(): unknown;
}

/** Reports of the mouse in SGR mode (xterm's 1006): `ESC [ < button ; column ; row M`, `m` when released. */
// oxlint-disable-next-line no-control-regex -- an escape sequence is what it looks for
const REPORTS = /\u001b\[<(\d+);\d+;\d+[Mm]/g;
/** A report that has not arrived whole. */
// oxlint-disable-next-line no-control-regex -- likewise
const PART = /\u001b\[<[\d;]*$/;
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;
/** Lines that one notch of a wheel scrolls. */
const NOTCH = 3;

export class TerminalInput extends PassThrough {
	readonly isTTY = true;
	readonly #keyboard: Keyboard;
	readonly #onWheel: (lines: number) => void;
	#rest = '';
	readonly #read = (chunk: string | Buffer): void => this.#take(String(chunk));

	/** @param onWheel told how many lines, downwards */
	constructor(keyboard: Keyboard, onWheel: (lines: number) => void) {
		super();
		this.#keyboard = keyboard;
		this.#onWheel = onWheel;
		keyboard.setEncoding('utf8');
		keyboard.on('data', this.#read);
	}

	setRawMode(on: boolean): this {
		this.#keyboard.setRawMode?.(on);
		return this;
	}

	ref(): this {
		this.#keyboard.ref?.();
		return this;
	}

	unref(): this {
		this.#keyboard.unref?.();
		return this;
	}

	/** Gives the keyboard back. */
	close(): void {
		this.#keyboard.off('data', this.#read);
		this.#keyboard.pause();
		this.#keyboard.unref?.();
	}

	#take(text: string): void {
		const all = this.#rest + text;
		this.#rest = PART.exec(all)?.[0] ?? '';
		const keys = all.slice(0, all.length - this.#rest.length).replace(REPORTS, (_, button: string) => {
			// With a modifier the button is 4, 8 or 16 higher.
			const plain = Number(button) & ~28;
			if (plain === WHEEL_UP) this.#onWheel(-NOTCH);
			if (plain === WHEEL_DOWN) this.#onWheel(NOTCH);
			return '';
		});
		if (keys !== '') this.write(keys);
	}
}
