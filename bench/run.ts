/**
 * `npm run bench -- --projects 100,1000`: the audit's time as a ratio to the read-and-parse floor, both in
 * fresh processes, taken in turns so that a busy machine slows both. It judges nothing: ratios are read by
 * people, and no test fails by a timer.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {ensureGenerated} from './generate.ts';
import {PEAK_FILE} from './peak.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const NOW = '2026-11-01T00:00:00Z';
const MIB = 1 << 20;

interface Sample {
	/** Wall time of the whole process, start-up included. */
	ms: number;
	peakBytes: number;
}

/** What one size came to; times are medians, memory is the highest seen. */
interface Row {
	projects: number;
	megabytes: number;
	floorMs: number;
	auditMs: number;
	ratio: number;
	floorMiB: number;
	auditMiB: number;
	reportMegabytes: number;
}

/** @throws Error with the child's last words if it does not exit 0: a failed run has no time */
function measure(args: string[], scratch: string): Sample {
	const peakFile = join(scratch, 'peak');
	const started = performance.now();
	const child = spawnSync(process.execPath, ['--import', new URL('peak.ts', import.meta.url).href, ...args], {
		env: {...process.env, [PEAK_FILE]: peakFile, NO_COLOR: '1'},
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
		maxBuffer: 64 * MIB,
	});
	const ms = performance.now() - started;
	if (child.error) throw child.error;
	if (child.status !== 0) {
		throw new Error(`node ${args.join(' ')} ended with ${child.status ?? child.signal}: ${child.stderr.slice(-2000)}`);
	}
	return {ms, peakBytes: Number(readFileSync(peakFile, 'utf8'))};
}

/** Floor and audit in turns, `rounds` times each. */
export function benchmark(file: string, projects: number, cli: string, rounds: number): Row {
	const scratch = mkdtempSync(join(tmpdir(), 'sa-audit-bench-'));
	const report = join(scratch, 'report.json');
	const floors: Sample[] = [];
	const audits: Sample[] = [];
	try {
		for (let round = 0; round < rounds; round++) {
			floors.push(measure([here('floor.ts'), file], scratch));
			rmSync(report, {force: true});
			const flags = ['--assets', file, '--format', 'json', '--output', report, '--now', NOW, '--no-ui', '--quiet'];
			audits.push(measure([cli, 'audit', ...flags], scratch));
		}
		const [floorMs, auditMs] = [floors, audits].map(samples => median(samples.map(({ms}) => ms))) as [number, number];
		const [floorMiB, auditMiB] = [floors, audits].map(
			samples => Math.max(...samples.map(({peakBytes}) => peakBytes)) / MIB,
		) as [number, number];
		const megabytes = statSync(file).size / 1e6;
		const reportMegabytes = statSync(report).size / 1e6;
		return {projects, megabytes, floorMs, auditMs, ratio: auditMs / floorMs, floorMiB, auditMiB, reportMegabytes};
	} finally {
		rmSync(scratch, {recursive: true, force: true});
	}
}

/** Middle value; of an even number, the mean of the middle two. */
export function median(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A plain table, and for each size after the first how time grew with the input. */
export function tableOf(rows: Row[]): string {
	const head = [
		'projects',
		'export MB',
		'floor ms',
		'audit ms',
		'ratio',
		'floor MiB',
		'audit MiB',
		'report MB',
		'growth',
	];
	const cells = rows.map((row, index) => {
		const last = rows[index - 1];
		const growth = last
			? `${(row.auditMs / last.auditMs).toFixed(1)}x for ${(row.megabytes / last.megabytes).toFixed(1)}x`
			: '';
		const numbers = [row.floorMs, row.auditMs].map(value => value.toFixed(0));
		const memory = [row.floorMiB, row.auditMiB].map(value => value.toFixed(0));
		const size = row.reportMegabytes.toFixed(1);
		return [
			String(row.projects),
			row.megabytes.toFixed(1),
			...numbers,
			`${row.ratio.toFixed(2)}x`,
			...memory,
			size,
			growth,
		];
	});
	const widths = head.map((title, column) =>
		Math.max(...[head, ...cells].map(line => line[column]!.length), title.length),
	);
	return [head, ...cells]
		.map(line =>
			line
				.map((cell, column) => cell.padStart(widths[column]!))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

function main(): void {
	const {values} = parseArgs({
		options: {
			projects: {type: 'string', default: '100,1000'},
			seed: {type: 'string', default: '1'},
			rounds: {type: 'string', default: '3'},
			cli: {type: 'string', default: here('../dist/cli.js')},
		},
	});
	const sizes = values.projects.split(',').map(Number);
	const [seed, rounds] = [Number(values.seed), Number(values.rounds)];
	if (![...sizes, rounds].every(value => Number.isInteger(value) && value > 0) || !Number.isInteger(seed)) {
		throw new Error('--projects takes whole numbers from 1, comma-separated; --rounds one; --seed a whole number');
	}
	if (!existsSync(values.cli)) throw new Error(`${values.cli} is not there: build it first with npm ci`);
	const rows: Row[] = [];
	for (const projects of sizes) {
		const {file, counts} = ensureGenerated({projects, seed});
		process.stderr.write(`${projects} projects: ${JSON.stringify(counts)}\n`);
		rows.push(benchmark(file, projects, values.cli, rounds));
	}
	process.stdout.write(`${tableOf(rows)}\n`);
	const largest = ensureGenerated({projects: Math.max(...sizes), seed});
	const phases = spawnSync(process.execPath, [here('decisions.ts'), largest.file], {encoding: 'utf8'});
	if (phases.status !== 0) throw new Error(`decisions.ts: ${phases.stderr.trim()}`);
	process.stdout.write(`\nevaluator and phases in one process, ${Math.max(...sizes)} projects (ms): ${phases.stdout}`);
	const pairwise = spawnSync(process.execPath, ['--max-old-space-size=8192', here('pairwise.ts'), largest.file], {
		encoding: 'utf8',
	});
	const built = pairwise.status === 0 ? pairwise.stdout : `died: ${pairwise.stderr.trim().slice(-300)}\n`;
	process.stdout.write(`the pairwise graph that other tools build, ${Math.max(...sizes)} projects: ${built}`);
}

if (import.meta.main) {
	try {
		main();
	} catch (error) {
		process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
}
