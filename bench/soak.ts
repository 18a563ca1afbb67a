/**
 * Soak: runs the demo a thousand times in one process of the schedule, as months of it would, and looks at what that
 * costs: memory of the process, the time of a run, and the ledger at the end. `node bench/soak.ts [RUNS]`.
 */
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {verifyLedger} from '../src/schedule/verify.ts';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const wanted = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), 'sa-audit-soak-'));
const config = ['--cron=* * * * * *', '--demo', `--directory=${folder}`];

/** Megabytes of the schedule itself; its runs are processes of their own, new each time. */
function residentOf(pid: number): number {
	const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
	return Number(kilobytes) / 1024;
}

const child = spawn(process.execPath, [CLI, 'watch', ...config], {stdio: ['ignore', 'pipe', 'ignore']});
const from = Date.now();
let runs = 0;
child.stdout.setEncoding('utf8').on('data', (text: string) => {
	for (const line of text.split('\n')) {
		if (line === '') continue;
		const {status} = JSON.parse(line) as {status: string};
		if (status !== 'completed' && runs < wanted) throw new Error(`run ${runs} is ${status}`);
		runs++;
		const at = Date.now() - from;
		if (runs % Math.max(1, Math.floor(wanted / 10)) === 0 || runs === 10) {
			const memory = `${residentOf(child.pid!).toFixed(1).padStart(7)} MB`;
			console.log(`run ${String(runs).padStart(5)}  ${memory}  ${(at / runs / 1000).toFixed(2)} s a run`);
		}
		if (runs === wanted) child.kill('SIGTERM');
	}
});
const code = await new Promise(done => child.on('close', done));
const before = Date.now();
const verdict = await verifyLedger(folder);
console.log(
	`stopped with ${String(code)}; ${verdict.lines} lines, ${verdict.intact ? 'intact' : 'BROKEN'}, verified in ${Date.now() - before} ms`,
);
rmSync(folder, {recursive: true});
if (!verdict.intact) process.exitCode = 1;
