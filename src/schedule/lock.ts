/**
 * A lock that several processes and machines see: a file that only one can create. Who was killed leaves it behind;
 * on the same machine that is known at once, elsewhere when its heartbeat has stopped.
 */
import {open, readFile, rm, stat, utimes} from 'node:fs/promises';
import {join} from 'node:path';
import type {Io} from '../io.ts';
import {codeOf, ifMissing, unwritable} from './durable.ts';
import {type Owner, ourselves, stateOf} from './owner.ts';

/** How often a holder shows that it lives, and for how long it may be silent, in milliseconds. */
const HEARTBEAT = 5000;
const SILENCE = 30_000;
/** How long somebody may take between creating the file and saying who he is. */
const NAMELESS = 3000;
const POLL = 200;

export interface Lock {
	/** Somebody thought that we were dead. */
	isLost(): Promise<boolean>;
	release(): Promise<void>;
}

export interface Wait {
	io: Pick<Io, 'clock' | 'sleep' | 'signal'>;
	/** Milliseconds to wait for a holder that lives. */
	atMost: number;
	/** Told once that there is one. */
	onWait?: (owner: Owner | undefined) => void;
}

/**
 * @returns the lock, or who holds it (undefined: it is not told) when the time is over
 * @throws UsageError the directory cannot be written
 */
export async function takeLock(folder: string, name: string, wait: Wait): Promise<Lock | {owner: Owner | undefined}> {
	const {io, atMost, onWait} = wait;
	const file = join(folder, name);
	const until = io.clock() + atMost;
	let seen: {mark: string; at: number} | undefined;
	let isTold = false;
	for (;;) {
		const lock = await create(file, () => io.clock());
		if (lock !== undefined) {
			// Whoever was breaking the lock before ours has removed it by now, or was killed right after.
			await rm(guardOf(file), {force: true});
			return lock;
		}
		const held = await look(file);
		if (held === undefined) continue;
		const {owner, mark} = held;
		if (seen?.mark !== mark) seen = {mark, at: io.clock()};
		const state = owner === undefined ? 'elsewhere' : stateOf(owner);
		const silent = io.clock() - seen.at;
		if (state === 'dead' || (state === 'elsewhere' && silent >= (owner === undefined ? NAMELESS : SILENCE))) {
			await remove(file, mark, io.clock());
			continue;
		}
		// Whoever may be dead is watched for long enough to know.
		const isOver = io.clock() >= until && state === 'alive';
		if (isOver || io.clock() >= until + SILENCE || io.signal.aborted) return {owner};
		if (!isTold) onWait?.(owner);
		isTold = true;
		await io.sleep(POLL);
	}
}

export function isLock(taken: Lock | {owner: Owner | undefined}): taken is Lock {
	return 'release' in taken;
}

/** Who holds a lock, in words. */
export function ownerText(owner: Owner | undefined): string {
	return owner === undefined
		? 'another process'
		: `process ${owner.pid} on ${owner.host}, which has been at it since ${owner.since}`;
}

async function create(file: string, clock: () => number): Promise<Lock | undefined> {
	const owner = ourselves(clock());
	try {
		const handle = await open(file, 'wx', 0o600);
		try {
			await handle.writeFile(JSON.stringify(owner));
		} catch (error) {
			await rm(file, {force: true});
			throw error;
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return undefined;
		throw unwritable(file, error);
	}
	const isLost = async () => (await look(file))?.owner?.token !== owner.token;
	const beat = setInterval(() => {
		// A heartbeat that fails shows in `isLost`, before anything is written.
		utimes(file, clock() / 1000, clock() / 1000).catch(() => {});
	}, HEARTBEAT);
	beat.unref();
	return {
		isLost,
		async release() {
			clearInterval(beat);
			if (!(await isLost())) await rm(file, {force: true});
		},
	};
}

/** Undefined if it is free by now. `mark` changes with every sign of life. */
async function look(file: string): Promise<{owner: Owner | undefined; mark: string} | undefined> {
	const status = await stat(file).catch(ifMissing(undefined));
	const text = await readFile(file, 'utf8').catch(ifMissing(undefined));
	if (status === undefined || text === undefined) return undefined;
	let owner: Owner | undefined;
	try {
		owner = JSON.parse(text) as Owner;
	} catch {
		// Just created, or its writer was killed in that moment.
	}
	return {owner, mark: `${text} ${status.mtimeMs}`};
}

const guardOf = (file: string): string => `${file}.breaking`;

/** Two who find the same dead holder must not remove each other's new lock: one at a time, and only what was seen. */
async function remove(file: string, mark: string, now: number): Promise<void> {
	const guard = guardOf(file);
	try {
		await (await open(guard, 'wx', 0o600)).close();
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw unwritable(guard, error);
		// Left by one that was killed within that moment.
		const status = await stat(guard).catch(ifMissing(undefined));
		if (status !== undefined && Math.abs(now - status.mtimeMs) > SILENCE) await rm(guard, {force: true});
		return;
	}
	try {
		if ((await look(file))?.mark === mark) await rm(file, {force: true});
	} finally {
		await rm(guard, {force: true});
	}
}
