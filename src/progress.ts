/** One line on standard error that says how far a long read is, and vanishes. */
import {canRedraw} from './color.ts';
import type {Io} from './io.ts';
import {safeLine} from './text.ts';

/** Milliseconds between two redraws. */
const PACE = 100;
const ERASE = '\r\u001b[2K';

export interface Progress {
	/** @param text what to show; called as often as one likes */
	show(text: () => string): void;
	/** Erases the line, so that other messages can be printed. */
	clear(): void;
}

/** Shows nothing unless standard error is a terminal that can be redrawn, and nobody asked for quiet. */
export function progressLine(io: Io, quiet: boolean): Progress {
	if (quiet || !io.stderr.isTTY || !canRedraw(io.env)) return {show() {}, clear() {}};
	let last = io.clock();
	let shown = false;
	return {
		show(text) {
			const now = io.clock();
			if (now - last < PACE) return;
			last = now;
			shown = true;
			io.stderr.write(ERASE + safeLine(text()).slice(0, (io.stderr.columns ?? 80) - 1));
		},
		clear() {
			if (shown) io.stderr.write(ERASE);
			shown = false;
		},
	};
}
