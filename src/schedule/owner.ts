/** Who holds a lock: told well enough to know whether it is still there, on this machine and on others. */
import {randomUUID} from 'node:crypto';
import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';

export interface Owner {
	token: string;
	pid: number;
	host: string;
	/** Boot and process namespace: only where they are the same does a process id mean the same. */
	machine: string;
	/** Start time of the process in ticks since boot; a process id alone may have been given out again. */
	started: string;
	/** RFC 3339. */
	since: string;
}

/** @param now epoch milliseconds */
export function ourselves(now: number): Owner {
	const {pid} = process;
	const since = new Date(now).toISOString();
	return {token: randomUUID(), pid, host: hostname(), machine: machine(), started: startOf(pid), since};
}

/** `elsewhere`: it runs where we cannot see it. */
export function stateOf(owner: Owner): 'alive' | 'dead' | 'elsewhere' {
	if (owner.machine !== machine()) return 'elsewhere';
	try {
		process.kill(owner.pid, 0);
	} catch (error) {
		// EPERM: it is there, and another user's.
		if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'dead';
	}
	return startOf(owner.pid) === owner.started ? 'alive' : 'dead';
}

function machine(): string {
	const boot = quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
	return [hostname(), boot, quietly(() => readlinkSync('/proc/self/ns/pid'))].join(' ');
}

function startOf(pid: number): string {
	// The name in parentheses may hold spaces; the 22nd field is the 20th after it.
	return quietly(() => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')[19]!);
}

/** Systems without /proc tell less. */
function quietly(read: () => string): string {
	try {
		return read();
	} catch {
		return '';
	}
}
