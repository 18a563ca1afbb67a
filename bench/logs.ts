/**
 * `npm run bench:logs -- --entries 1000000`: reading audit logs as a ratio to splitting lines and `JSON.parse` in one
 * Node process, each in a fresh process, taken in turns. With `--pipe N`, that many more entries once through a pipe.
 * It judges nothing: ratios are read by people.
 */
import {spawn, spawnSync} from 'node:child_process';
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {Readable} from 'node:stream';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {type LogSize, logLines} from './log-entries.ts';
import {PEAK_FILE, PROCESSOR} from './peak.ts';
import {median} from './run.ts';

/** Part of the file's name: raise it when the generator writes other bytes. */
const SHAPE = 1;
const CHUNK = 1 << 20;
const FOLDER = fileURLToPath(new URL('../.bench/', import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Sample {
	/** Of the whole process, start-up included. */
	ms: number;
	/** Of all its threads. */
	processorMs: number;
	peakMiB: number;
}

/** Chunks of whole lines. */
function* chunks(size: LogSize): Generator<string> {
	let chunk = '';
	for (const line of logLines(size)) {
		chunk += `${line}\n`;
		if (chunk.length < CHUNK) continue;
		yield chunk;
		chunk = '';
	}
	if (chunk !== '') yield chunk;
}

/** The name appears only when the file is whole. */
function ensureLogs(size: LogSize): string {
	const file = join(FOLDER, `logs-${size.entries}-seed${size.seed}-shape${SHAPE}.ndjson`);
	if (existsSync(file)) return file;
	mkdirSync(FOLDER, {recursive: true});
	const output = openSync(`${file}.partial`, 'w');
	try {
		for (const chunk of chunks(size)) {
			const bytes = Buffer.from(chunk);
			for (let at = 0; at < bytes.length;) at += writeSync(output, bytes, at);
		}
	} finally {
		closeSync(output);
	}
	renameSync(`${file}.partial`, file);
	return file;
}

const preload = ['--import', new URL('peak.ts', import.meta.url).href];

function environment(peakFile: string): NodeJS.ProcessEnv {
	return {...process.env, [PEAK_FILE]: peakFile, NO_COLOR: '1'};
}

/** @throws Error with the child's last words if it does not exit 0 */
function measure(args: string[], scratch: string): Sample {
	const peakFile = join(scratch, 'peak');
	const started = performance.now();
	const child = spawnSync(process.execPath, [...preload, ...args], {
		env: environment(peakFile),
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
	});
	const ms = performance.now() - started;
	if (child.status !== 0)
		throw new Error(`node ${args.join(' ')} ended with ${child.status}: ${child.stderr.slice(-2000)}`);
	return {ms, ...told(peakFile)};
}

/** What a child wrote at its end. */
function told(peakFile: string): Omit<Sample, 'ms'> {
	const number = (file: string): number => Number(readFileSync(file, 'utf8'));
	return {processorMs: number(`${peakFile}${PROCESSOR}`), peakMiB: number(peakFile) / 2 ** 20};
}

/** The generator's own time is in it: it writes as fast as the reader takes. */
async function measurePipe(size: LogSize, cli: string, scratch: string): Promise<Sample & {megabytes: number}> {
	const peakFile = join(scratch, 'peak-pipe');
	const started = performance.now();
	const child = spawn(process.execPath, [...preload, cli, ...collect('-', 'stream', scratch)], {
		env: environment(peakFile),
		stdio: ['pipe', 'ignore', 'inherit'],
	});
	const ended = new Promise<number | null>(resolve => child.on('close', resolve));
	let bytes = 0;
	const counted = function* (): Generator<Buffer> {
		for (const chunk of chunks(size)) {
			const block = Buffer.from(chunk);
			bytes += block.length;
			yield block;
		}
	};
	await pipeline(Readable.from(counted()), child.stdin);
	const status = await ended;
	if (status !== 0) throw new Error(`the reader of the pipe ended with ${status}`);
	return {
		ms: performance.now() - started,
		...told(peakFile),
		megabytes: bytes / 1e6,
	};
}

function collect(path: string, engine: string, scratch: string): string[] {
	return ['collect', '--logs', path, '--log-engine', engine, '--output', join(scratch, `${engine}.ndjson`), '--quiet'];
}

async function main(): Promise<void> {
	const {values} = parseArgs({
		options: {
			entries: {type: 'string', default: '1000000'},
			seed: {type: 'string', default: '1'},
			rounds: {type: 'string', default: '3'},
			pipe: {type: 'string', default: '0'},
			engines: {type: 'string', default: 'stream,embedded'},
			cli: {type: 'string', default: here('../dist/cli.js')},
		},
	});
	const numbers = [values.entries, values.seed, values.rounds, values.pipe].map(Number);
	if (!numbers.every(number => Number.isInteger(number) && number >= 0)) throw new Error('numbers must be whole');
	const [entries, seed, rounds, piped] = numbers as [number, number, number, number];
	const {cli} = values;
	if (!existsSync(cli)) throw new Error(`${cli} is not there: build it first with npm ci`);
	const engines = values.engines.split(',');
	const file = ensureLogs({entries, seed});
	const megabytes = statSync(file).size / 1e6;
	const scratch = mkdtempSync(join(tmpdir(), 'sa-audit-bench-logs-'));
	try {
		const samples = new Map<string, Sample[]>(['floor', ...engines].map(name => [name, []]));
		for (let round = 0; round < rounds; round++) {
			samples.get('floor')!.push(measure([here('floor.ts'), file], scratch));
			for (const engine of engines)
				samples.get(engine)!.push(measure([cli, ...collect(file, engine, scratch)], scratch));
		}
		const floor = median(samples.get('floor')!.map(({ms}) => ms));
		process.stdout.write(`${entries} entries, ${megabytes.toFixed(0)} MB\n`);
		for (const [name, taken] of samples) {
			const ms = median(taken.map(sample => sample.ms));
			const processor = Math.min(...taken.map(({processorMs}) => processorMs));
			const peak = Math.max(...taken.map(({peakMiB}) => peakMiB));
			process.stdout.write(
				`${name.padEnd(9)} ${ms.toFixed(0).padStart(7)} ms  ${(megabytes / (ms / 1000)).toFixed(0).padStart(5)} MB/s  ` +
					`${(floor / ms).toFixed(2)}x the floor's rate  ` +
					`${(processor / 1000).toFixed(1).padStart(5)} s of processors  ${peak.toFixed(0).padStart(5)} MiB\n`,
			);
		}
		if (new Set(engines.map(engine => readFileSync(join(scratch, `${engine}.ndjson`), 'utf8'))).size > 1)
			throw new Error('the engines do not agree');
		if (piped > 0) {
			const {ms, peakMiB, megabytes: size} = await measurePipe({entries: piped, seed}, cli, scratch);
			process.stdout.write(
				`pipe: ${piped} entries, ${size.toFixed(0)} MB, ${(ms / 1000).toFixed(0)} s with the generator, ${peakMiB.toFixed(0)} MiB\n`,
			);
		}
	} finally {
		rmSync(scratch, {recursive: true, force: true});
	}
}

if (import.meta.main) {
	try {
		await main();
	} catch (error) {
		process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
}
