/** Puts deployment files in their place; what is there already is the user's. */
import {existsSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {UsageError} from '../errors.ts';
import type {DeployedFile} from './values.ts';

export interface Written {
	written: string[];
	/** Configurations that were there already. */
	kept: string[];
}

/** @throws UsageError a file is there already (then none was written), or a place cannot be written */
export async function writeFiles(folder: string, files: readonly DeployedFile[], force: boolean): Promise<Written> {
	const there = files.filter(({path}) => existsSync(join(folder, path)));
	const kept = force ? [] : there.filter(({isConfig}) => isConfig);
	const [first] = force ? [] : there.filter(({isConfig}) => !isConfig);
	if (first !== undefined) {
		throw new UsageError(
			`${join(folder, first.path)} is there already; nothing was written.`,
			'Write elsewhere with --directory=DIR and compare, or replace it with --force.',
		);
	}
	const written: string[] = [];
	for (const file of files) {
		if (kept.includes(file)) continue;
		const path = join(folder, file.path);
		try {
			await mkdir(dirname(path), {recursive: true});
			await writeFile(path, file.text, {flag: force ? 'w' : 'wx'});
		} catch (error) {
			const {code, syscall} = error as NodeJS.ErrnoException;
			if (syscall === undefined) throw error;
			throw new UsageError(`${path} cannot be written: ${code}.`, 'Name a directory with --directory=DIR.', {
				cause: error,
			});
		}
		written.push(path);
	}
	return {written, kept: kept.map(({path}) => join(folder, path))};
}
