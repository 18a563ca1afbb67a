/**
 * The one writer. Reports come as iterables of text, so none has to fit into one string; they go to
 * standard output or to a file, with backpressure either way.
 */
import {constants, rmSync} from 'node:fs';
import {access, open, realpath, rename, stat, type FileHandle} from 'node:fs/promises';
import {setImmediate} from 'node:timers/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {gzipSync} from 'node:zlib';
import {UsageError} from './errors.ts';
import type {Io, Terminal} from './io.ts';

/** Text is collected to about this many characters before it is handed to the system. */
const BATCH = 1 << 17;

export interface Output {
	/** Standard output or a device: something that may be a terminal. Undefined for files. */
	readonly terminal: Terminal | undefined;
	/** Writes all of it and, for a file, puts it in place. Call once. */
	write(text: Iterable<string>): Promise<void>;
	/** Leaves no trace of an output that was not written. */
	discard(): Promise<void>;
}

/**
 * Proves that the place can be written before any long work starts: a file gets its temporary neighbour
 * (mode 0600) at once, which `write` renames into place.
 * @param file undefined for standard output
 * @throws UsageError a directory, a missing or read-only place
 */
export async function openOutput(file: string | undefined, io: Io): Promise<Output> {
	if (file === undefined || file === '/dev/stdout') return streamOutput(io.stdout);
	if (file === '/dev/stderr') return streamOutput(io.stderr);
	try {
		const there = await stat(file).catch(missing);
		if (there?.isDirectory()) {
			throw new UsageError(`--output ${file} is a directory.`, 'Name a file in it.');
		}
		if (there !== undefined) await access(file, constants.W_OK);
		if (there !== undefined && !there.isFile()) return deviceOutput(file);
		// A link keeps pointing where it did: the file behind it is replaced.
		return await fileOutput(there ? await realpath(file) : resolve(file), file, io.signal);
	} catch (error) {
		throw unwritable(`--output ${file}`, error);
	}
}

function streamOutput(stream: Terminal): Output {
	return {
		terminal: stream,
		async write(text) {
			for (const batch of batches(text)) {
				const failure = await written(stream, batch);
				// Nobody reads any more (`| head`): that ends the writing, quietly, and nothing else.
				if (failure?.code === 'EPIPE' || failure?.code === 'ERR_STREAM_DESTROYED') return;
				if (failure !== undefined) throw unwritable('standard output', failure);
				// Lets a pending Ctrl-C through, which a stream that never waits would hold up.
				await setImmediate();
			}
		},
		async discard() {},
	};
}

/** Resolves when the stream has passed `text` on, with the error if it could not. */
function written(stream: Terminal, text: string): Promise<NodeJS.ErrnoException | undefined> {
	return new Promise(done => {
		stream.write(text, error => done(error ?? undefined));
	});
}

/** Pipes and devices are written in place; a pipe is opened only when there is something to write. */
function deviceOutput(file: string): Output {
	return {
		terminal: undefined,
		async write(text) {
			let handle: FileHandle | undefined;
			try {
				handle = await open(file, 'w');
				for (const batch of batches(text)) await handle.writeFile(batch);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw unwritable(`--output ${file}`, error);
			} finally {
				await handle?.close();
			}
		},
		async discard() {},
	};
}

/** @param shown the path as the user wrote it, for messages */
async function fileOutput(path: string, shown: string, signal: AbortSignal): Promise<Output> {
	const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.tmp`);
	const handle = await open(temporary, 'wx', 0o600);
	const remove = () => rmSync(temporary, {force: true});
	signal.addEventListener('abort', remove, {once: true});
	// Members of a gzip file may follow each other; each batch is one.
	const isPacked = path.endsWith('.gz');
	let isOpen = true;
	const close = async () => {
		if (isOpen) await handle.close();
		isOpen = false;
		signal.removeEventListener('abort', remove);
	};
	return {
		terminal: undefined,
		async write(text) {
			try {
				for (const batch of batches(text)) await handle.writeFile(isPacked ? gzipSync(batch) : batch);
				await close();
				await rename(temporary, path);
			} catch (error) {
				throw unwritable(`--output ${shown}`, error);
			}
		},
		async discard() {
			await close();
			remove();
		},
	};
}

function* batches(text: Iterable<string>): Generator<string> {
	let parts: string[] = [];
	let size = 0;
	for (const part of text) {
		parts.push(part);
		size += part.length;
		if (size < BATCH) continue;
		yield parts.join('');
		parts = [];
		size = 0;
	}
	if (size > 0) yield parts.join('');
}

function missing(error: NodeJS.ErrnoException): undefined {
	if (error.code !== 'ENOENT') throw error;
}

const REASONS: Readonly<Record<string, string>> = {
	ENOENT: 'its directory does not exist',
	ENOTDIR: 'a part of its path is no directory',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
	EROFS: 'the file system is read-only',
	ENOSPC: 'the disk is full',
	EEXIST: 'another run is writing it',
};

/** System errors become the user's to mend; anything else (a formatter that throws) stays what it is. */
function unwritable(place: string, error: unknown): unknown {
	const {code, syscall} = error as NodeJS.ErrnoException;
	if (code === undefined || syscall === undefined) return error;
	return new UsageError(
		`${place} cannot be written: ${REASONS[code] ?? code}.`,
		'Write to a file with --output=FILE, in a directory that you can write to.',
		{cause: error},
	);
}
