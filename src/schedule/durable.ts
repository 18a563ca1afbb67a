/** Writing that survives a crash: bytes are on the disk before anybody is told so, and files appear whole or not at all. */
import {constants} from 'node:fs';
import {access, mkdir, open, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {UsageError} from '../errors.ts';

/** Makes a folder and what is above it, private, and proves that it can be written. */
export async function openFolder(folder: string, flag: string): Promise<void> {
	try {
		await mkdir(folder, {recursive: true, mode: 0o700});
		await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		throw unwritable(`${flag} ${folder}`, error);
	}
}

/** Replaces a file: whole and on the disk, or as it was. @throws UsageError the system refuses */
export async function writeDurably(file: string, text: string): Promise<void> {
	const temporary = `${file}.tmp`;
	try {
		const handle = await open(temporary, 'w', 0o600);
		try {
			await handle.writeFile(text);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, file);
		await syncFolder(dirname(file));
	} catch (error) {
		await rm(temporary, {force: true}).catch(() => {});
		throw unwritable(file, error);
	}
}

/** Puts what was written to a file by somebody else onto the disk. */
export async function syncFile(folder: string, name: string): Promise<void> {
	const handle = await open(join(folder, name), 'r+');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Renames and new files of a folder, too, are on the disk only after this; some systems have no such call. */
export async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} catch (error) {
		if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error;
	} finally {
		await handle.close();
	}
}

const REASONS: Readonly<Record<string, string>> = {
	ENOENT: 'it does not exist',
	ENOTDIR: 'a part of its path is no directory',
	EEXIST: 'it is no directory',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
	EROFS: 'the file system is read-only',
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	EFBIG: 'the file would be larger than allowed',
};

/** What the system refuses is the user's to mend; anything else stays what it is. */
export function unwritable(place: string, error: unknown): unknown {
	const {code, syscall} = error as NodeJS.ErrnoException;
	if (error instanceof UsageError || code === undefined || syscall === undefined) return error;
	const hint = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)
		? 'Make room, or set a retention; what was recorded before is as it was.'
		: 'Name a directory that you can write to with --directory=DIR; what was recorded before is as it was.';
	return new UsageError(`${place} cannot be written: ${REASONS[code] ?? code}.`, hint, {cause: error});
}

export function codeOf(error: unknown): string | undefined {
	return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** For `catch` where a missing file is an answer. */
export function ifMissing<Value>(value: Value): (error: unknown) => Value {
	return error => {
		if (codeOf(error) === 'ENOENT') return value;
		throw error;
	};
}
