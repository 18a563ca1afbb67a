/** The mark of a run that is under way, and what becomes of one that was killed. */
import {mkdir, readdir, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {ifMissing, syncFile, syncFolder, unwritable, writeDurably} from './durable.ts';
import {type FileEntry, isFolderName, type RunEntry} from './entry.ts';
import {hashFile} from './hash-file.ts';
import {type Ledger, readEntries} from './ledger.ts';

export const PENDING = '.pending.json';

export interface Pending {
	run: string;
	scope: string;
	startedAt: string;
	scheduledAt?: string;
}

/** Where a run writes until it is over. */
export function stagingOf(folder: string, run: string): string {
	return join(folder, `.${run}`);
}

/** Marks a run as begun and makes its folder. @throws UsageError */
export async function begin(folder: string, pending: Pending): Promise<string> {
	await writeDurably(join(folder, PENDING), `${JSON.stringify(pending)}\n`);
	const staging = stagingOf(folder, pending.run);
	try {
		await mkdir(staging, {mode: 0o700});
	} catch (error) {
		throw unwritable(staging, error);
	}
	return staging;
}

/** Puts the files of a run in their place, on the disk, and says what they hold. */
export async function seal(folder: string, run: string): Promise<FileEntry[]> {
	const staging = stagingOf(folder, run);
	const place = join(folder, run);
	const names = await readdir(staging).catch(ifMissing(undefined));
	if (names !== undefined) {
		// Dot files are what a writer had not finished.
		for (const name of names) if (!isFolderName(name)) await rm(join(staging, name), {recursive: true, force: true});
		for (const name of names) if (isFolderName(name)) await syncFile(staging, name);
		await syncFolder(staging);
		await rename(staging, place);
		await syncFolder(folder);
	}
	const sealed = (await readdir(place).catch(ifMissing([]))).toSorted();
	const files: FileEntry[] = [];
	for (const name of sealed) files.push(await hashFile(place, name));
	return files;
}

/** The run is in the ledger. */
export async function end(folder: string): Promise<void> {
	await rm(join(folder, PENDING), {force: true});
	await syncFolder(folder);
}

/**
 * Records a run that was killed as broken, with what it left. Only with the run lock.
 * @returns the entry, if there was one
 */
export async function recover(ledger: Ledger, now: number): Promise<RunEntry | undefined> {
	const {folder} = ledger;
	await ledger.settle();
	const text = await readFile(join(folder, PENDING), 'utf8').catch(ifMissing(undefined));
	const pending = text === undefined ? undefined : parsePending(text);
	let broken: RunEntry | undefined;
	if (pending !== undefined && !(await isRecorded(folder, pending.run))) {
		const {run, scope, startedAt, scheduledAt} = pending;
		broken = {
			kind: 'run',
			run,
			scope,
			status: 'broken',
			startedAt,
			finishedAt: new Date(now).toISOString(),
			...(scheduledAt !== undefined && {scheduledAt}),
			reason: 'it did not end: it was killed, the disk was full, or the machine went down',
			files: await seal(folder, run),
		};
		await ledger.append(broken);
	}
	if (text !== undefined) await end(folder);
	for (const name of await readdir(folder)) {
		// Left by one that was killed before it was marked.
		if (/^\.\d{8}T\d{9}Z-/.test(name)) await rm(join(folder, name), {recursive: true, force: true});
	}
	return broken;
}

function parsePending(text: string): Pending | undefined {
	try {
		const pending = JSON.parse(text) as Pending;
		return isFolderName(pending.run) ? pending : undefined;
	} catch {
		return undefined;
	}
}

async function isRecorded(folder: string, run: string): Promise<boolean> {
	return (await readEntries(folder)).some(entry => entry.kind === 'run' && entry.run === run);
}
