/** How far a long read is: one line on standard error that vanishes, or whatever else shows it. */
import {canRedraw} from './color.ts';
import type {Io} from './io.ts';
import {safeLine} from './text.ts';

/** Milliseconds between two redraws. */
const PACE = 100;
const ERASE = '\r\u001b[2K';

/** One place that is read: an API, or a file. */
export interface SourceProgress {
	name: string;
	/** So many of `unit`, of `total` if that is known. */
	done: number;
	total?: number;
	unit: 'calls' | 'bytes';
}

export interface Step {
	/** All of it in one line. */
	text: string;
	sources: readonly SourceProgress[];
	/** Milliseconds that the rest takes at least, if that is known. */
	left?: number;
	/** Assets so far. */
	assets: number;
}

export interface Progress {
	/** @param step what to show; called as often as one likes, and asked only when something is shown */
	show(step: () => Step): void;
	/** Erases the line, so that other messages can be printed. */
	clear(): void;
}

/**
 * What the terminal UI shows if there is one, else a line on standard error. Nothing unless that is a terminal that can
 * be redrawn, and nobody asked for quiet.
 */
export function progressLine(io: Io, quiet: boolean): Progress {
	if (io.progress) return io.progress;
	if (quiet || !io.stderr.isTTY || !canRedraw(io.env)) return {show() {}, clear() {}};
	let last = io.clock();
	let shown = false;
	return {
		show(step) {
			const now = io.clock();
			if (now - last < PACE) return;
			last = now;
			shown = true;
			io.stderr.write(ERASE + safeLine(step().text).slice(0, (io.stderr.columns ?? 80) - 1));
		},
		clear() {
			if (shown) io.stderr.write(ERASE);
			shown = false;
		},
	};
}
