/**
 * The floor that everything is compared to: read the file in 8 MB blocks, split at newlines, `JSON.parse`
 * each line, keep nothing. Prints `{"lines", "ms", "peakRssBytes"}`.
 */
import {closeSync, openSync, readSync} from 'node:fs';
import {peakMemory} from './peak.ts';

const BLOCK = 8 << 20;
const NEWLINE = 10;

/** @returns how many lines were parsed; throws what `JSON.parse` throws */
export function parseAll(file: string, blockSize = BLOCK): number {
	const input = openSync(file, 'r');
	let buffer = Buffer.allocUnsafe(blockSize);
	let held = 0;
	let lines = 0;
	try {
		for (;;) {
			// A line longer than the block: what is held fills it, so it grows.
			if (held === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
			const read = readSync(input, buffer, held, buffer.length - held, null);
			const end = held + read;
			let start = 0;
			for (let newline = buffer.indexOf(NEWLINE, held); newline !== -1 && newline < end;) {
				lines += parseLine(buffer, start, newline);
				start = newline + 1;
				newline = buffer.indexOf(NEWLINE, start);
			}
			if (read === 0) return lines + parseLine(buffer, 0, held);
			buffer.copyWithin(0, start, end);
			held = end - start;
		}
	} finally {
		closeSync(input);
	}
}

function parseLine(buffer: Buffer, start: number, end: number): 0 | 1 {
	if (start === end) return 0;
	JSON.parse(buffer.toString('utf8', start, end));
	return 1;
}

if (import.meta.main) {
	const file = process.argv[2];
	if (file === undefined) {
		process.stderr.write('usage: node bench/floor.ts FILE.ndjson\n');
		process.exitCode = 2;
	} else {
		const started = performance.now();
		const lines = parseAll(file);
		const ms = Math.round(performance.now() - started);
		process.stdout.write(`${JSON.stringify({lines, ms, peakRssBytes: peakMemory()})}\n`);
	}
}
