/**
 * What `--assets` names: files, directories, pipes and standard input, in the order in which they are read.
 */
import {readdir, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {UsageError} from '../errors.ts';
import type {Problem} from './asset.ts';

/** One thing to read. `file` is how problems name it; `size` in bytes is known for regular files only. */
export interface AssetFile {
	kind: 'file' | 'pipe' | 'stdin';
	file: string;
	size?: number;
	/** Named on the command line itself, so that failing to open it is a usage error. */
	given: boolean;
}

const STDIN = new Set(['-', '/dev/stdin', '/dev/fd/0']);

/**
 * Expands paths: directories recursively, entries sorted by code unit, dot files passed over. What is reached
 * twice (named twice, symbolic link, cycle of links) is listed once.
 * @throws UsageError for a given path that is not there or cannot be read
 */
export async function listAssetFiles(
	paths: readonly string[],
	problem: (problem: Problem) => void,
	flag = '--assets',
): Promise<AssetFile[]> {
	const files: AssetFile[] = [];
	const seen = new Set<string>();

	async function visit(path: string, given: boolean): Promise<void> {
		const about = await stat(path);
		// A pipe has no real path: /dev/fd/63 links to `pipe:[123]`.
		const identity = about.isFile() || about.isDirectory() ? await realpath(path) : path;
		if (seen.has(identity)) return;
		seen.add(identity);

		if (about.isFile()) {
			files.push({kind: 'file', file: path, size: about.size, given});
		} else if (about.isDirectory()) {
			const before = seen.size;
			const names = (await readdir(path)).filter(name => !name.startsWith('.')).sort();
			for (const name of names) {
				const child = join(path, name);
				try {
					await visit(child, false);
				} catch (error) {
					problem({file: child, kind: 'broken', message: `cannot be opened (${errorCode(error)})`});
				}
			}
			if (given && seen.size === before && names.length === 0) {
				const message = 'the directory holds no file to read (dot files do not count)';
				problem({file: path, kind: 'broken', message});
			}
		} else if (given) {
			// A device (/dev/null) is read like a file, but has no size.
			files.push({kind: about.isFIFO() || about.isSocket() ? 'pipe' : 'file', file: path, given});
		} else {
			// Opening a pipe that nobody writes to would wait for ever.
			const message = 'not a regular file: passed over; to read a pipe, name it itself';
			problem({file: path, kind: 'unsafe', message});
		}
	}

	for (const path of paths) {
		if (STDIN.has(path)) {
			if (!seen.has('-')) files.push({kind: 'stdin', file: 'stdin', given: true});
			seen.add('-');
			continue;
		}
		try {
			await visit(path, true);
		} catch (error) {
			throw unreadable(path, error, flag);
		}
	}
	return files;
}

/** The usage error for a given path that cannot be read. */
export function unreadable(path: string, error: unknown, flag = '--assets'): UsageError {
	const code = errorCode(error);
	const remote = /^(gs|https?|bigquery):\/\//.test(path);
	const hint = remote
		? `Copy it first, for example with \`gcloud storage cp\`, and give ${flag} the local file or directory.`
		: code === 'ENOENT' || code === 'ENOTDIR'
			? `Give ${flag} an export file, a directory of them, or - for standard input.`
			: code === 'EACCES' || code === 'EPERM'
				? `Make it readable for the user that runs this, or pipe it in with ${flag} -.`
				: `Copy it to a local disk, or pipe it in with ${flag} -.`;
	const missing = code === 'ENOENT' || code === 'ENOTDIR';
	const what = missing ? 'there is no such file or directory' : `cannot be read (${code})`;
	return new UsageError(`${flag} ${path === '' ? '""' : path}: ${what}`, hint, {cause: error});
}

/** `ENOENT` and the like; anything else that was thrown is passed on, as our own mistake. */
export function errorCode(error: unknown): string {
	if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
	throw error;
}
