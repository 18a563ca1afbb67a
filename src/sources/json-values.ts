/**
 * What the two JSON readers hand over, and how both turn bytes into a value.
 */
import {isUtf8} from 'node:buffer';

/** Receives values in order. Lines count from 1; a value has the line on which it begins. */
export interface ValueSink {
	/** A line before it is parsed: true if the sink is done with it. */
	line?(bytes: Buffer, start: number, end: number): boolean;
	value(value: unknown, line: number): void;
	/** Something that is no value. Messages never repeat input: it may be a secret. */
	problem(message: string, line: number, kind: 'broken' | 'unsafe'): void;
}

export const NEWLINE = 10;

/** What `parseValue` gives for text that is no JSON (undefined is no JSON value either). */
export const BROKEN = undefined;

export const NOT_UTF8 = 'holds bytes that are not UTF-8; they were replaced by U+FFFD';

/** The value of a JSON text, or BROKEN. V8's own message is dropped on purpose: it quotes the input. */
export function parseValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return BROKEN;
	}
}

/** Text of a byte range; tells the sink if it was not UTF-8. */
export function decode(bytes: Buffer, sink: ValueSink, line: number): string {
	if (!isUtf8(bytes)) sink.problem(NOT_UTF8, line, 'broken');
	return bytes.toString();
}

/** "64 MiB" for problems about size. */
export function mebibytes(bytes: number): string {
	return bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${bytes} bytes`;
}

export function countNewlines(bytes: Buffer, from: number, to: number): number {
	let count = 0;
	for (let at = bytes.indexOf(NEWLINE, from); at !== -1 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) count++;
	return count;
}
