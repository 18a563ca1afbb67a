/** `node bench/generate.ts --projects 1000 [--seed 1] [--output .bench/x.ndjson]`: writes a synthetic organization. */
import {closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {SHAPE, organizationLines} from './organization.ts';
import type {Counts} from './organization.ts';
import type {Size} from './plan.ts';

/** Where generated organizations live; git ignores it. */
const BENCH_FOLDER = fileURLToPath(new URL('../.bench/', import.meta.url));
const CHUNK = 1 << 20;

/** The file for a size; the name carries all that decides its bytes. */
function benchFile({projects, seed}: Size): string {
	return join(BENCH_FOLDER, `organization-${projects}-seed${seed}-shape${SHAPE}.ndjson`);
}

/**
 * Writes the organization and, beside it, `FILE.counts.json`. The name appears only when the file is
 * whole, so an interrupted run leaves nothing that a later one would measure.
 */
export function generate(size: Size, file: string): Counts {
	mkdirSync(dirname(file), {recursive: true});
	const partial = `${file}.partial`;
	const output = openSync(partial, 'w');
	let counts: Counts;
	try {
		counts = writeLines(organizationLines(size), output);
	} finally {
		closeSync(output);
	}
	writeFileSync(`${file}.counts.json`, `${JSON.stringify(counts)}\n`);
	renameSync(partial, file);
	return counts;
}

function writeLines(lines: Generator<string, Counts>, output: number): Counts {
	let chunk = '';
	for (;;) {
		const {value, done} = lines.next();
		if (!done) chunk += `${value}\n`;
		if (done || chunk.length > CHUNK) {
			writeWhole(output, Buffer.from(chunk));
			chunk = '';
		}
		if (done) return value;
	}
}

/** A write may be short, on a full pipe or disk. */
function writeWhole(output: number, bytes: Buffer): void {
	for (let written = 0; written < bytes.length;) written += writeSync(output, bytes, written);
}

/** Generates the file of a size unless it is there already. */
export function ensureGenerated(size: Size): {file: string; counts: Counts} {
	const file = benchFile(size);
	if (!existsSync(file)) return {file, counts: generate(size, file)};
	return {file, counts: JSON.parse(readFileSync(`${file}.counts.json`, 'utf8')) as Counts};
}

if (import.meta.main) {
	const {values} = parseArgs({
		options: {
			projects: {type: 'string', default: '1000'},
			seed: {type: 'string', default: '1'},
			output: {type: 'string'},
		},
	});
	const size = {projects: Number(values.projects), seed: Number(values.seed)};
	if (!Number.isInteger(size.projects) || size.projects < 1 || !Number.isInteger(size.seed)) {
		process.stderr.write('--projects takes a whole number from 1, --seed a whole number\n');
		process.exitCode = 2;
	} else {
		const file = values.output ?? benchFile(size);
		process.stdout.write(`${JSON.stringify({file, ...generate(size, file)})}\n`);
	}
}
