/** The peak resident memory of this process, and of a child that this file is preloaded into. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';

/** Where a measured child writes its peak; set by `run.ts`, absent everywhere else. */
export const PEAK_FILE = 'SA_AUDIT_BENCH_PEAK_FILE';

/**
 * Bytes. On Linux `VmHWM`, which counts from exec on; `maxRSS` there also counts the parent's memory at
 * the fork, which would put a floor of the runner's own size under every child.
 */
export function peakMemory(): number {
	const status = '/proc/self/status';
	if (!existsSync(status)) return process.resourceUsage().maxRSS * 1024;
	const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
	return kilobytes === undefined ? process.resourceUsage().maxRSS * 1024 : Number(kilobytes) * 1024;
}

/** Milliseconds that all threads of this process had a processor: what is left of a time when others work beside it. */
function processorTime(): number {
	const {user, system} = process.cpuUsage();
	return (user + system) / 1000;
}

/** Behind the peak's name: where a measured child writes its processor time. */
export const PROCESSOR = '.processor';

const file = process.env[PEAK_FILE];
if (file !== undefined) {
	process.on('exit', () => {
		writeFileSync(file, String(peakMemory()));
		writeFileSync(`${file}${PROCESSOR}`, String(processorTime()));
	});
}
